"""One celwacht at a time over a data folder: what is counted, proved and recorded belongs together."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celwacht.publish.store.store import Busy

_held: set[str] = set()
_FILE = ".publishing"


@contextmanager
def at_rest(data: Path) -> Iterator[None]:
    """For who only reads: Busy where another process is at work on the data folder, whose half-made things are no damage; and who wants to begin in the
    meantime is told so. Makes nothing, so that a folder that is read-only can be judged."""
    try:
        descriptor = os.open(data / "vault" / _FILE, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        yield
        return
    try:
        _take(descriptor, fcntl.LOCK_SH, data)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Holds the data folder for this process until the end of the block; within it, again for nothing. Busy where another
    process has it, before anything was touched. The system frees it when the process ends, however it ends."""
    vault = data / "vault"
    name = str(vault.resolve())
    if name in _held:
        yield
        return
    vault.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(vault / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _take(descriptor, fcntl.LOCK_EX, data)
        _held.add(name)
        yield
    finally:
        _held.discard(name)
        os.close(descriptor)


def _take(descriptor: int, how: int, data: Path) -> None:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(11, "another celwacht is at work on this data folder; wait for it to end", str(data)) from None
