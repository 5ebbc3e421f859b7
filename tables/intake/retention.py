"""What of the deliveries the policy of a data folder lets go on a day, and how the register tells it.

What was published, its ledger, proofs and records are no part of this: they stay, and verify. A delivered file is dropped only when the register knows its very bytes; the records of a period only as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from celwacht.tables.periods import Period, months_later
from celwacht.tables.register.calendar import due
from celwacht.tables.register.register import Register
from celwacht.tables.sources.retention_policy import Retention


@dataclass(frozen=True)
class Due:
    """What the policy lets go on a day."""

    files: frozenset[tuple[str, str]]
    """(delivery id, digest) of files."""
    records: tuple[tuple[str, str], ...]
    """(record kind, period) of microdata and answers."""


def closed_on(period: Period) -> date:
    """The last day on which the period takes a delivery: that of the term of the period after it."""
    return due(period.after)


def due_on(policy: Retention, register: Register, day: date) -> Due:
    """What may go on that day. A file of a delivery whose records were never taken in (refused) goes with its period as well.

    Example: files_months 12 and 2023HJ01, closed after 21 January 2024: its files go from 22 January 2025 on."""
    files, records = set(), set()
    for one in register.entries:
        period = Period.parse(one.periode)
        if policy.files_months is not None and day > months_later(closed_on(period), policy.files_months):
            files.add((one.id, one.digest))
        if policy.records_years is not None and day > max(months_later(period.end, 12 * policy.records_years), closed_on(period)):
            records.add((one.record, one.periode))
    dropped = {one.slot[:2] for one in register.entries if one.records_dropped}
    return Due(frozenset(files), tuple(sorted(records - dropped)))


def dropped_files(register: Register, gone: Iterable[tuple[str, str]], day: date) -> Register:
    """The register, telling of these files that they were dropped."""
    known = frozenset(gone)
    lines = (replace(one, file_dropped=day.isoformat()) if (one.id, one.digest) in known else one for one in register.entries)
    return Register(tuple(lines))


def dropped_records(register: Register, gone: Iterable[tuple[str, str]], day: date) -> Register:
    """The register, telling of these record kinds and periods that their records were dropped."""
    known = frozenset(gone)
    lines = (replace(one, records_dropped=day.isoformat()) if one.slot[:2] in known else one for one in register.entries)
    return Register(tuple(lines))
