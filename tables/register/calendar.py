"""The calendar of deliveries: for each provider, record kind and period, what is expected, when it is due, and what became of it.

    expected     not due yet, nothing came
    reminded     due, nothing came, and the office has reminded (reminders.csv)
    overdue      due, nothing came
    received     a file lies in the deliveries folder and was not yet taken in; nothing counts before it
    refused      something came, and nothing of it counts
    accepted     the delivery counts
    redelivered  a later version counts
    missing      the period is closed, and nothing counts

A period is open from the day after its end until the period after it is closed: the current one and the one before (protocol v7, 7.6).
Nothing here reads the clock: the day is given.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from celwacht.tables.periods import Period, months_later
from celwacht.tables.register.register import ACCEPTED, REFUSED, Entry, Register

TERM = 21
"""Days after the end of a period in which it is to be delivered (protocol v7, 7.4: about three weeks)."""

MONTHS_AFTER = 3
"""A copy of a report goes to others from the first day of the third month after the period: September for a first half-year, March for a second (seed 001)."""

Status = Literal["expected", "overdue", "reminded", "received", "refused", "accepted", "redelivered", "missing"]
ANSWERED = ("accepted", "redelivered")
NL = {
    "expected": "verwacht",
    "overdue": "te laat",
    "reminded": "gerappelleerd",
    "received": "ontvangen",
    "refused": "geweigerd",
    "accepted": "aanvaard",
    "redelivered": "opnieuw geleverd",
    "missing": "ontbreekt",
}


def copies_from(period: Period) -> date:
    """The first day on which a copy of a report on the period goes to others than its provider: 1 September 2024 for 2024HJ01."""
    return months_later(period.end.replace(day=1), MONTHS_AFTER)


@dataclass(frozen=True, order=True)
class Slot:
    """What one provider owes, or owed, for one record kind and period."""

    periode: str
    record: str
    aanbieder: str
    status: Status
    due: date
    is_open: bool
    """Whether a delivery or redelivery is taken now."""
    received: str = ""
    """Day on which the delivery that counts came (else the last one that came), where the register knows."""
    reminded: str = ""
    rows: int = 0
    remarks: int = 0
    versions: int = 0
    """Files that were ever offered."""
    delivery: str = ""
    """Id of the delivery that counts; '' for none."""
    waiting: bool = False
    """Whether a file lies in the deliveries folder that was not yet taken in."""


def due(period: Period) -> date:
    """The last day on which a period is in time: 21 July 2024 for 2024HJ01."""
    return period.end + timedelta(days=TERM)


def is_open(period: Period, day: date) -> bool:
    """Whether the period can be delivered on that day: it has ended, and the period after it is not past its term.

    Example: 2024HJ01 is open from 1 July 2024 to 21 January 2025, so that in July 2024 it and 2023HJ02 are."""
    return period.end < day <= due(period.after)


def open_in_words(period: Period, day: date) -> str:
    """Whether the period can be delivered on that day, for readers: `nog niet open`, `open` or `gesloten`."""
    return "nog niet open" if day <= period.end else "open" if is_open(period, day) else "gesloten"


def read_reminders(path: Path) -> dict[tuple[str, str, str], str]:
    """Reminders that the office sent: (record, period, provider) -> day, from a CSV aanbieder,record,periode,dag; none without the file."""
    if not path.is_file():
        return {}
    rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    return {(row["record"], row["periode"], row["aanbieder"]): row["dag"] for row in rows if all(row.get(k) for k in _REMINDER)}


_REMINDER = ("record", "periode", "aanbieder", "dag")


def calendar(
    register: Register,
    day: date,
    periods: Collection[str] = (),
    reminders: Mapping[tuple[str, str, str], str] | None = None,
    unasked: Collection[str] = (),
    waiting: Collection[tuple[str, str, str]] = (),
) -> list[Slot]:
    """Every slot of the register's periods (or of `periods`), and what is expected: whoever delivered a record kind for the period before
    is expected to deliver it again, but for the kinds `unasked`. waiting: (record, period, provider) of files that were not yet taken in.
    Sorted by period, record kind and provider."""
    reminders = reminders or {}
    offered: dict[tuple[str, str, str], list[Entry]] = {}
    for one in register.entries:
        offered.setdefault(one.slot, []).append(one)
    slots, waits = {*offered, *waiting}, frozenset(waiting)
    for record, code, provider in list(offered):
        following = Period.parse(code).after
        if (record, code, provider) in offered and following.end < day and record not in unasked:
            slots.add((record, following.code, provider))
    chosen = sorted(slot for slot in slots if not periods or slot[1] in periods)
    made = [_slot(slot, offered.get(slot, []), register.accepted(slot), day, reminders.get(slot, "")) for slot in chosen]
    return sorted(_waiting(one) if (one.record, one.periode, one.aanbieder) in waits else one for one in made)


def _waiting(one: Slot) -> Slot:
    """The same where a file waits to be taken in; what counts already keeps its status."""
    return replace(one, waiting=True, status=one.status if one.status in ANSWERED else "received")


def _slot(slot: tuple[str, str, str], entries: Sequence[Entry], counts: Entry | None, day: date, reminded: str) -> Slot:
    record, code, provider = slot
    period = Period.parse(code)
    last = counts or max(entries, key=lambda one: (one.when, one.version), default=None)
    return Slot(
        code,
        record,
        provider,
        _status(entries, counts, period, day, reminded),
        due(period),
        is_open(period, day),
        last.when[:10] if last else "",
        reminded,
        counts.rows if counts else 0,
        counts.remarks if counts else 0,
        len(entries),
        counts.id if counts else "",
    )


def _status(entries: Sequence[Entry], counts: Entry | None, period: Period, day: date, reminded: str) -> Status:
    if counts:
        earlier = [one for one in entries if one.version < counts.version and one.outcome != REFUSED]
        return "redelivered" if earlier else "accepted"
    if day > due(period.after):
        return "missing"
    if entries and all(one.outcome != ACCEPTED for one in entries):
        return "refused"
    if day <= due(period):
        return "expected"
    return "reminded" if reminded else "overdue"


def response(slots: Iterable[Slot]) -> dict[tuple[str, str], tuple[int, int]]:
    """(period, record kind) -> providers whose delivery counts, providers of whom one is expected."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for one in slots:
        answered, asked = found.get((one.periode, one.record), (0, 0))
        found[one.periode, one.record] = answered + (one.status in ANSWERED), asked + 1
    return found
