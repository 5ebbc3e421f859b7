"""A data folder from before there was a ledger: what was published from it is entered, oldest first, or nothing is.

Every release in the histories of the public folder must be there as made, with its confidential record; its lines say `taken in`.
Such a record has its policy, and not yet its specification.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from celwacht.disclosure.ledger import chain
from celwacht.disclosure.ledger.chain import Chain, Line
from celwacht.publish.review import ledger_file, records
from celwacht.publish.store import embargo, store
from celwacht.tables.problems import Problem, ProblemsFound


def taken_in(data: Path, out: Path, folder: str, disk: store.Disk, key: bytes) -> Chain:
    """The ledger with the releases of OUT; ProblemsFound, with all that is missing and the remedy, where one cannot be entered."""
    reports = records.reports_of(data)
    found, problems = [], []
    for name in records.sets(reports):
        history = store.seen_of(out, name)
        if not history:
            problems.append(_problem(out / name, "this set was published from the data folder, and is not in this public folder"))
        for release in history:
            folder_of = out / store.RELEASES / release
            wrong = store.problems_of(folder_of)[:1] or ([] if _has_record(reports / release, folder_of) else ["its record is missing"])
            problems += [_problem(folder_of, text) for text in wrong]
            if not wrong:
                found.append((name, release, embargo.moment_of(json.loads((folder_of / store.MANIFEST).read_bytes()))))
    if problems:
        raise ProblemsFound(problems)
    found.sort(key=lambda f: f[2] or datetime.min.replace(tzinfo=UTC))
    whole = chain.read("")
    for name, release, moment in found:
        line = _line(data, out / store.RELEASES / release, name, moment, folder, whole, disk)
        whole = Chain((*whole.lines, chain.closed(line, key)), "", ())
    ledger_file.begin(data, whole, disk)
    return whole


def _problem(path: Path, text: str) -> Problem:
    return Problem(
        str(path),
        0,
        0,
        "ledger",
        f"{text}; the data folder has no ledger yet, and takes in only what is whole. Give --out the public folder of these sets, or "
        "restore what is missing from a backup, or begin with a data folder and a public folder that are new.",
    )


def _has_record(record: Path, release: Path) -> bool:
    """Is there a record with a readable certificate for every table of the release?"""
    try:
        tables = _tables(release)
        return bool(tables) and all(records.recorded(record / table).parts for table in tables)
    except ValueError:
        return False


def _tables(release: Path) -> list[str]:
    return [str(t["id"]) for t in json.loads((release / store.MANIFEST).read_bytes())["tables"]]


def _line(data: Path, release: Path, name: str, moment, folder: str, before: Chain, disk: store.Disk) -> Line:
    record = records.reports_of(data) / release.name
    manifest, tables = store.id_of(release), _tables(release)
    about = {"release": release.name, "manifest": manifest, "set": name, "tables": tables}
    written = records.contents(record, about)
    if not (record / records.RELEASED).exists():
        disk.private(record / records.RELEASED, written)
    earlier = before.of_set(name)
    return Line(
        len(before.lines) + 1,
        before.head,
        chain.TAKEN_IN,
        datetime.now(UTC).isoformat(timespec="seconds"),
        name,
        release.name,
        manifest,
        embargo.written(moment),
        folder,
        record.name,
        records.digest_of(written),
        records.hashes_of(record, tables),
        0,
        records.digest_of(b""),
        earlier[-1].release if earlier else "",
        (),
        (),
        "stood in the public folder before there was a ledger",
    )
