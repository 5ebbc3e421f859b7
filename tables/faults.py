"""Faults of the program itself: told by type and place, never by a text that a record could have filled."""

from __future__ import annotations

import errno
import os
import shutil
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


def without_values(error: Exception) -> OSError | InsideWorker:
    """What to raise instead of an error of DuckDB, whose text may quote values: the system's error where the disk refuses (it is full, or
    just EIO), else a fault of ours by its kind alone. A fault of ours must not be told as one of the disk."""
    found = of_system(error)
    return found if found is not None else InsideWorker(code_of(error))


def of_system(error: BaseException) -> OSError | None:
    """The refusal of the system that an error tells of, without its text, which may quote values: DuckDB and shutil have their own
    errors for a full disk. None for all others."""
    kind = type(error)
    others = isinstance(error, shutil.Error) or kind.__module__.partition(".")[0] in (
        "duckdb",
        "_duckdb",
    )  # not imported for its name alone
    if not others:
        return error if isinstance(error, OSError) else None
    text = str(error).lower()
    if "no space left" in text or "disk quota" in text:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return OSError(errno.EIO, os.strerror(errno.EIO)) if kind.__name__ in ("IOException", "Error") else None
