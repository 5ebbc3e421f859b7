"""The command line in this process: what a user would see, without a second of imports for every call.

For what needs a process of its own (a signal, a pipe that closes, what is imported) run `python -m celwacht.publish.cli` instead.
"""

import contextlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from celwacht.publish import cli
from celwacht.publish.terminal import console
from celwacht.tables import home
from celwacht.tables.intake.run_intake import take_in


@dataclass(frozen=True)
class Done:
    """As of subprocess.run: exit status, and what was printed."""

    returncode: int
    stdout: str
    stderr: str


def celwacht(*args, **environment) -> Done:
    """Runs the command with these words, and these variables in its environment; leaves umask and environment as they were."""
    out, err = io.StringIO(), io.StringIO()
    mask = os.umask(0o022)
    with pytest.MonkeyPatch.context() as patch, open(os.devnull) as nothing:
        patch.setattr("sys.stdin", nothing)
        for name, value in {"COLUMNS": "110", **environment}.items():
            patch.setenv(name, value)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                words = [str(a) for a in args]
                status = console.run(lambda: cli.celwacht.main(args=words, prog_name="celwacht", standalone_mode=False))
        finally:
            os.umask(mask)
    return Done(status, out.getvalue(), err.getvalue())


def taken_in(project: Path) -> int:
    """Takes the deliveries of a project in, in this process: a process of readers is a second of imports. How many records; every problem is told."""
    with home.using((project / "specs").resolve()):
        report = take_in((project / "data").resolve(), bytes(range(32)), workers=0)
    assert report.ok, report.problems
    return report.rows
