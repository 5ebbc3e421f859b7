"""A file that is there whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """An OSError of writing to an open file names no file: this one, then."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a file beside `path` and gives it that name when it is complete; a link is followed. OSError leaves what was there."""
    path = path.resolve() if path.is_symlink() else path
    beside = path.with_name(f".{path.name[:100]}.partial-{os.getpid()}")
    try:
        with telling(path):
            beside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Waits until a file, or what a folder lists, is on the disk."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
