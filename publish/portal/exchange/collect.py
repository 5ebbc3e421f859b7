"""The office's side: what lies in the drop folder goes to the deliveries of the data folder, under a name of the intake's own form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from celwacht.publish.portal.exchange.uploads import Upload
from celwacht.publish.portal.keeping.portal_folder import Portal
from celwacht.publish.portal.keeping.sealing import Unreadable, by_office
from celwacht.tables.intake.delivered.file_names import is_plain
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.accounts import register_there
from celwacht.tables.sources.layouts import load_layout
from celwacht.tables.whole_file import write_whole

_UPLOAD = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Collected:
    """What was taken over, and what could not be opened."""

    files: tuple[str, ...]
    unreadable: int


def collect(portal: Portal, data: Path, private: bytes) -> Collected:
    """Moves every file that is ready to data/deliveries, as the next version of its slot, oldest first.

    private: the office's key. A file that was written and not yet noted, by a process that was killed, is noted by the next run.
    """
    deliveries, done, unreadable = data / "deliveries", list[str](), 0
    deliveries.mkdir(exist_ok=True)
    rows = portal.database.rows("SELECT * FROM upload WHERE state = 'ready' ORDER BY rowid")  # as they were begun, also within a second
    for upload in (Upload(**dict(row)) for row in rows):
        path = portal.folder / "drop" / f"{upload.id}.sealed"
        try:
            content = by_office(private, path.read_bytes(), upload.id) if _whole(upload) else None
        except (Unreadable, FileNotFoundError):
            content = None
        if content is None:
            unreadable += 1
            continue
        with portal.database.change() as db:  # nobody withdraws it in between
            if db.execute("UPDATE upload SET state = 'collected' WHERE id = ? AND state = 'ready'", (upload.id,)).rowcount:
                name = _name(data, upload, content)
                write_whole(deliveries / name, content)
                done.append(name)
    _clear(portal)
    return Collected(tuple(done), unreadable)


def _whole(upload: Upload) -> bool:
    """Whether what the portal says of a file can be made into a name: the office does not take its word for it, for strangers talk to the portal."""
    try:
        load_layout(upload.record, Period.parse(upload.period))
    except (ValueError, ProblemsFound):
        return False
    return _UPLOAD.fullmatch(upload.id) is not None and is_plain(f"{upload.record}_{upload.party}_{upload.period}_v1.{upload.form}")


def _clear(portal: Portal) -> None:
    """Removes from the drop folder what was taken over, now or by a run that was killed in between, and notes it; and what was taken back."""
    for row in portal.database.rows("SELECT id, state FROM upload WHERE state IN ('collected', 'withdrawn', 'refused')"):
        path = portal.folder / "drop" / f"{row['id']}.sealed"
        if path.exists():
            if row["state"] == "collected":
                portal.note("collected", upload=row["id"])
            path.unlink(missing_ok=True)


def _name(data: Path, upload: Upload, content: bytes) -> str:
    """The name under which it lies there already, byte for byte, or the next free one."""
    stem = f"{upload.record}_{upload.party}_{upload.period}"
    known = {one.version for one in register_there(data).entries if one.id.startswith(f"{stem}_v")}
    there = {path for path in data.joinpath("deliveries").rglob(f"{stem}*") if path.is_file()}
    for path in there:
        if path.parent == data / "deliveries" and path.suffix[1:] == upload.form and path.read_bytes() == content:
            return path.name
    known |= {int(path.stem.rpartition("_v")[2]) if "_v" in path.stem[len(stem) :] else 1 for path in there}
    return f"{stem}_v{max(known, default=0) + 1}.{upload.form}"
