"""The ledger of a data folder on disk: DATA/vault/ledger.jsonl, a line per release, only ever added to.

Confidential, 0600. A line counts when its line end is on the disk: what a run that was killed had begun to write is cut off by
the next one. Which public folder the lines speak of is identified by an id: OUT/.ledger holds `celwacht ledger <id>`, or, in a folder
that somebody published to on trial, `celwacht trial <id>`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from celwacht.disclosure.ledger import chain
from celwacht.disclosure.ledger.chain import Chain, Line
from celwacht.publish.store import store
from celwacht.tables.problems import Problem, ProblemsFound

MARK = ".ledger"
OFFICIAL, TRIAL = "ledger", "trial"
_MARKED = re.compile(r"celwacht (ledger|trial) ([0-9a-f]{32})\n")


def path_of(data: Path) -> Path:
    return data / "vault" / "ledger.jsonl"


def read(data: Path) -> Chain:
    """The ledger as it stands; empty where there is none."""
    try:
        return chain.read(path_of(data).read_bytes().decode("utf-8", "replace"))
    except FileNotFoundError:
        return chain.read("")


def trusted(data: Path) -> Chain:
    """The ledger; ProblemsFound where a line of it was changed or is missing."""
    found = read(data)
    if found.problems:
        raise ProblemsFound([broken(text) for text in found.problems])
    return found


def broken(text: str) -> Problem:
    return Problem("vault/ledger.jsonl", 0, 0, "ledger", f"{text}. Restore the vault from a backup; until then nothing can be published.")


def append(data: Path, before: Chain, line: Line, disk: store.Disk) -> None:
    """Adds a line behind the chain as it was read, in one step."""
    path = path_of(data)
    whole = "".join(map(chain.text_of, before.lines)).encode()
    disk.append(path, chain.text_of(line).encode(), len(whole))
    disk.flush_folder(path.parent)


def begin(data: Path, whole: Chain, disk: store.Disk) -> None:
    """Writes a ledger where there is none, all of its lines in one step."""
    path = path_of(data)
    fresh = path.with_name(f".{path.name}.new")
    disk.remove(fresh)
    disk.private(fresh, "".join(map(chain.text_of, whole.lines)).encode())
    disk.rename(fresh, path)
    disk.flush_folder(path.parent)


def mark_of(out: Path) -> tuple[str, str]:
    """(ledger or trial, id) of a public folder; two empty texts where it has no mark. ProblemsFound where the mark is damaged."""
    try:
        text = (out / MARK).read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return "", ""
    if not (match := _MARKED.fullmatch(text)):
        reason = "this is not the mark that celwacht publish wrote; restore it (celwacht ledger tells the id), or publish to another folder"
        raise ProblemsFound([Problem(str(out / MARK), 0, 0, "mark", reason + ".")])
    return match[1], match[2]


def mark(out: Path, kind: str, disk: store.Disk) -> str:
    """Marks a public folder that has no mark yet, and returns its new id."""
    made = os.urandom(16).hex()
    fresh = out / f"{MARK}.new"
    disk.remove(fresh)
    disk.write(fresh, f"celwacht {kind} {made}\n".encode())
    disk.rename(fresh, out / MARK)
    disk.flush_folder(out)
    return made
