"""A file that is there whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a file beside `path` and gives it that name when it is complete; a link is followed. OSError leaves what was there."""
    path = path.resolve() if path.is_symlink() else path
    beside = path.with_name(f".{path.name[:100]}.partial-{os.getpid()}")
    try:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
