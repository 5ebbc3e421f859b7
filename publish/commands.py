"""What each command does. Imports of the parts stand inside the functions, so that `celwacht --help` is instant."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from celwacht.publish.console import say
from celwacht.tables.problems import ProblemsFound


def check(files: tuple[Path, ...]) -> None:
    """Reports every problem of the specifications; ProblemsFound if there is any."""
    from celwacht.tables import read_spec

    problems = read_spec.check(list(files) or None)
    if problems:
        raise ProblemsFound(problems)
    say("No problems.")
