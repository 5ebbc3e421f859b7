"""The command line in this process: what a user would see, without a second of imports for every call.

For what needs a process of its own (a signal, a pipe that closes, what is imported) run `python -m celwacht.publish.cli` instead.
"""

import contextlib
import io
import os
from dataclasses import dataclass

import pytest
from celwacht.publish import cli
from celwacht.publish.terminal import console


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
