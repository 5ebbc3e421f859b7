"""What happened at the portal, line by line: each holds the keyed digest of the one before it, so that none is changed or dropped unseen.

    {"number": 2, "at": "2025-01-03T10:00:00Z", "what": "download", "account": "...", "before": "9f...", "digest": "c1..."}

Every entry with its factor, every refusal, every download and every change of an account (ASVS 5.0: 16.2.2, 16.3.1, 16.3.2, 16.4.2). No
password, code, token, name of a person or address of mail stands in it; accounts are named by their number.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

START = "0" * 64
_TAIL = 1 << 16
_PURPOSE = b"celwacht/1/portal/log\0"


@dataclass(frozen=True)
class Log:
    """The file, which only grows."""

    path: Path
    key: bytes = field(repr=False)

    def write(self, what: str, moment: float, **told: str | int) -> None:
        """Adds a line, on the disk when this returns. Writers of all processes take turns."""
        with open(self.path, "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last(file)
            line: dict[str, Any] = {"number": last["number"] + 1, "at": _utc(moment), "what": what, **told, "before": last["digest"]}
            file.write(json.dumps({**line, "digest": self._digest(line)}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[dict[str, Any]]:
        """All lines, oldest first; ValueError with the number of the first that is not what was written."""
        found, before = [], START
        for number, text in enumerate(self.path.read_bytes().splitlines() if self.path.exists() else (), 1):
            try:
                line = json.loads(text)
                digest = line.pop("digest")
                whole = line["number"] == number and line["before"] == before and hmac.compare_digest(digest, self._digest(line))
            except (ValueError, KeyError, TypeError):
                whole = False
            if not whole:
                raise ValueError(f"line {number} of the log was changed, or one before it is missing")
            found.append(line)
            before = digest
        return found

    def _digest(self, line: dict[str, Any]) -> str:
        return hmac.digest(self.key, _PURPOSE + json.dumps(line, sort_keys=True).encode(), sha256).hex()


def _last(file) -> dict[str, Any]:
    """Number and digest of the last whole line; a torn one, of a writer that was killed, is removed first: it told nobody anything."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    if torn := len(tail) - (tail.rfind(b"\n") + 1):
        file.truncate(size - torn)
        file.seek(0, os.SEEK_END)
        tail = tail[: len(tail) - torn]
    lines = tail.splitlines()
    return json.loads(lines[-1]) if lines else {"number": 0, "digest": START}


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
