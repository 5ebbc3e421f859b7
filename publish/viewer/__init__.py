"""The files of the viewer: HTML, CSS and JavaScript, served as they are. The Python here names their version and brings the map of a project into their form."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
SERVED = (".html", ".css", ".js", ".json", ".svg", ".txt")


@cache
def version(folder: Path = FOLDER) -> str:
    """Of all files together: changes when one of them does. Files below it may be kept for ever (`/v/VERSION/main.js`)."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in SERVED and p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
