"""Is a published file still what its manifest says? Read once, and again when the system says that it may have changed."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path
from threading import Lock

KEPT = 20_000
_known: OrderedDict[tuple[str, str], tuple[int, ...]] = OrderedDict()
_lock = Lock()


def is_whole(path: Path, size: int, sha256: str) -> bool:
    """Whether the ordinary file `path` has these bytes. The digest is made once for each state of the file: the system changes
    the moment of change (ctime) with every writing, also where somebody sets the moment of writing back."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as file:
            status = path.stat()
            state = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            if status.st_size != size:
                return False
            with _lock:
                if _known.get((str(path), sha256)) == state:
                    return True
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return False
    except OSError:
        return False
    with _lock:
        _known[str(path), sha256] = state
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return True
