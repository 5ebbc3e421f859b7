"""Which periods still take deliveries: the current one and the one before (protocol v7, 7.6).

A closed period has been published as definitive; a delivery for it would change what nobody looks at any more. Nothing here reads the
clock. Where the office gives the day, the calendar says what is open; else the register does: the newest period that anybody's delivery
was accepted for is the current one. So the first intake of a new folder takes the whole history.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from celwacht.tables.periods import Period
from celwacht.tables.register.calendar import is_open
from celwacht.tables.register.register import ACCEPTED, Register


@dataclass(frozen=True)
class Closing:
    """What is closed, seen from a day or from what was accepted before."""

    newest: dict[str, Period]
    """Record kind -> the period that ends last among those with an accepted delivery."""
    day: date | None = None
    opened: frozenset[str] = frozenset()
    """Periods that the office opens once more."""
    received: date | None = None
    """The day on which the files are taken in, where it is known: a period that begins after it takes nothing, or a single wrong name (2042
    for 2024) would be the newest, and close the periods of everybody."""

    def closed(self, record: str, period: Period) -> bool:
        """Whether a delivery of this record kind and period comes too late, or before the period has ended.

        Example: with 2024HJ02 accepted before, 2024HJ01 is open and 2023HJ02 is closed; so it is on 22 January 2025."""
        if period.code in self.opened:
            return False
        if self.received is not None and period.begin > self.received:
            return True
        if self.day is not None:
            return not is_open(period, self.day)
        newest = self.newest.get(record)
        return newest is not None and period.after.end < newest.end


def closing(register: Register, day: date | None = None, opened: Collection[str] = (), when: str = "") -> Closing:
    """What is closed after the deliveries in the register; with `day`, what the calendar closes on that day. when: day and hour of the intake,
    as the register notes them, or empty."""
    try:
        received = date.fromisoformat(when[:10])
    except ValueError:
        received = None
    newest: dict[str, Period] = {}
    for one in register.entries:
        period = Period.parse(one.periode)
        if one.outcome == ACCEPTED and not (received and period.begin > received):  # accepted before, by a wrong name
            newest[one.record] = max(newest.get(one.record, period), period, key=lambda other: other.end)
    return Closing(newest, day, frozenset(opened), received)
