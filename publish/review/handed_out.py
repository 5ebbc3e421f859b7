"""What is handed to one customer, such as a table on request or an output of a researcher: it counts as published, with a record and a line in the
ledger as a set has them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from celwacht.disclosure.ledger import chain
from celwacht.publish.review import ledger_file, records
from celwacht.publish.store import embargo, store


@dataclass(frozen=True, slots=True)
class HandedOut:
    """what, folder: as the ledger calls it (chain.REQUESTED and REQUESTS, chain.CHECKED and OUTPUTS). said: what the hash of the manifest is of."""

    what: str
    folder: str
    name: str
    said: bytes = field(repr=False)
    tables: Sequence[str]
    deliveries: bytes = field(repr=False)
    reason: str


def number_in(before: chain.Chain, folder: str) -> int:
    """The number of the next one in that folder, from 1."""
    return 1 + sum(line.folder == folder for line in before.lines)


def enter(data: Path, before: chain.Chain, its: HandedOut, save: Callable[[Path], None], secret: bytes, disk: store.Disk) -> chain.Line:
    """Writes the record, then the line behind `before`, the ledger as it is; returns the line. save: writes the records of `its.tables` into
    folders of these names."""
    reports = records.reports_of(data)
    manifest = records.digest_of(its.said)
    staged = reports / f"{records.STAGED}{os.urandom(8).hex()}"
    staged.mkdir(mode=0o700)
    try:
        save(staged)
        about = {"release": manifest[:20], "manifest": manifest, "set": its.name, "tables": list(its.tables), "beside": []}
        sealed = records.seal(staged, about, its.deliveries, disk)
        record = records.place(staged, reports, manifest[:20], disk)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    now = datetime.now(UTC)
    line = chain.Line(
        number=len(before.lines) + 1,
        before=before.head,
        what=its.what,
        at=now.isoformat(timespec="seconds"),
        set=its.name,
        release=manifest[:20],
        manifest=manifest,
        moment=embargo.written(now.replace(microsecond=0)),
        folder=its.folder,
        record=record,
        sealed=records.digest_of(sealed),
        tables=records.hashes_of(reports / record, its.tables),
        deliveries=its.deliveries.count(b"\n"),
        delivered=records.digest_of(its.deliveries),
        replaces="",
        unseen=(),
        withdrawn=(),
        reason=its.reason,
    )
    line = chain.closed(line, secret)
    records.lead(reports, its.name, record, disk)
    ledger_file.append(data, before, line, disk)
    return line
