"""One celwacht at a time over a data folder: what is counted, proved and recorded belongs together."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celwacht.publish.store.store import Busy

_held: set[str] = set()


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
    descriptor = os.open(vault / ".publishing", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(11, "another celwacht is at work on this data folder; wait for it to end", str(data)) from None
        _held.add(name)
        yield
    finally:
        _held.discard(name)
        os.close(descriptor)
