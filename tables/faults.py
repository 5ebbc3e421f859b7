"""Faults of the program itself: told by type and place, never by a text that a record could have filled."""

from __future__ import annotations

import traceback
from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]


class InsideWorker(Exception):
    """An unexpected error in a worker process; its text is the code that `code_of` gave there."""


def code_of(error: BaseException) -> str:
    """Type and place of an exception, such as `KeyError at tables/counting/build_cube.py:88`: nothing that a record could fill."""
    if isinstance(error, InsideWorker):
        return str(error)
    place = "outside"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_absolute() and (path := path.resolve()).is_relative_to(_HERE) and ".venv" not in path.parts:
            place = f"{path.relative_to(_HERE).as_posix()}:{frame.lineno}"
    return f"{type(error).__name__} at {place}"
