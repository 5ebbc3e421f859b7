"""Measures that go from institution to institution, as each of them delivers its part."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from tests.tables.plain.deliveries import INSTITUTIONS, SILENT, Register, _course, _other_begin, _row, _seen, reasons_of
from tests.tables.plain.history import DAY, PROBATION, Person, Span, spans


@dataclass
class Part:
    """One institution's part: from the day on which it has the measure until the day of handing over, or the end."""

    who: str
    since: date
    until: date | None
    gives: str = "true"
    """Which first day it gives: the true one, the `day` of taking over, `none`, an `earlier` one, or none and later the true one."""
    forgets: bool = False
    """Whether it gives the day of taking over only in its first delivery."""


def parts_of(rnd: random.Random, all_of: list[Span], begin: date, end: date | None) -> list[Part]:
    """Handed over at most three times, on days that are often the last of a period."""
    last = min(end or date.max, all_of[-1].last)
    days = sorted(
        {
            rnd.choice([begin + timedelta(days=rnd.randrange(1, 400)), *(p.last for p in all_of)])
            for _ in range(rnd.choice([0, 0, 1, 1, 2, 3]))
        }
    )
    days = [d for d in days if begin <= d < last and d >= all_of[0].first]
    starts, found = [begin, *(d + DAY for d in days)], []
    for i, since in enumerate(starts):
        others = [w for w in INSTITUTIONS if w != SILENT and (not found or w != found[-1].who)]
        who = SILENT if rnd.random() < 0.15 and (not found or i == len(starts) - 1) else rnd.choice(others)
        gives = "true" if i == 0 else rnd.choice(["true", "true", "day", "none", "earlier", "later"])
        found.append(Part(who, since, days[i] if i < len(days) else None, gives, gives != "none" and rnd.random() < 0.4))
    return found


def write_measure(rnd: random.Random, made: Register, record: str, person: Person, kind: str, begin: date, end: date | None) -> bool:
    """Rows of every institution that delivers, and the course that they make; False where nobody delivers anything."""
    all_of = spans(record, made.year)
    parts = parts_of(rnd, all_of, begin, end)
    if len(parts) > 1 and rnd.random() < 0.1:
        parts.pop()  # handed over, and nobody ever delivers having taken it over
    reasons = reasons_of(record, kind, made.year)
    traits: dict[str, str | None] = {"type": kind, "reden": rnd.choice(reasons) if reasons else None}
    if record == PROBATION and kind != "31":
        traits |= {"interventie": rnd.choice(["01", "02"])}
        traits |= {"drp": rnd.choice(["41", "42", "43"]), "doorverwijzing": rnd.choice(["51", "52"])} if made.year > 2020 else {}
    told = Told(made, record, person, kind, begin, end, traits)
    for i, part in enumerate(parts):
        if part.who != SILENT:
            told.deliver(rnd, part, first=i == 0, last=i == len(parts) - 1)
    if not told.last_seen:
        return False
    made.courses.append(told.course(all_of))
    return True


class Told:
    """What the rows of one measure tell together."""

    def __init__(self, made: Register, record: str, person: Person, kind: str, begin: date, end: date | None, traits: dict):
        self.made, self.record, self.person, self.kind, self.begin, self.end, self.traits = made, record, person, kind, begin, end, traits
        self.begins: list[date] = []
        self.taken: set[date] = set()
        self.contacts: list[date] = []
        self.last_seen: list[Span] = []
        self.lost = False
        self.away: date | None = None

    def deliver(self, rnd: random.Random, part: Part, *, first: bool, last: bool) -> None:
        all_of = spans(self.record, self.made.year)
        end = self.end if last and part.until is None else part.until
        seen, lost = (
            _seen(rnd, all_of, part.since, end)
            if last and part.until is None
            else ([p for p in all_of if part.since <= p.last and (end is None or end >= p.first)], False)
        )
        if not seen:
            return
        wrong, until = _other_begin(rnd, seen, all_of, part.since) if first else (part.since, 0)
        turn = rnd.randrange(1, len(seen) + 1)
        contact = part.since + timedelta(days=rnd.choice([0, 6, 7, 13, 14, 28, 91, 120])) if rnd.random() < 0.7 else None
        for i, period in enumerate(seen):
            given = self._begin(part, first, wrong if i < until else self.begin, i < turn)
            if self._twice(part, period, given):
                given = None
            took = None if first or (part.forgets and i and given) else part.since
            if given and not i < until and given != (None if first else part.since):
                self.begins.append(given)
            self.taken |= {took} if took else set()
            self._row(part, period, last, given, took, contact)
        self.last_seen, self.lost, self.away = seen, lost, part.until

    def _twice(self, part: Part, period: Span, given: date | None) -> bool:
        """Whether the institution gives this first day in this file already: it had the measure before, and got it back in one period."""
        rows, day = self.made.files.get((self.record, part.who, period.code), []), given.strftime("%Y%m%d") if given else None
        mine = self.person.bsn or "", self.person.born.strftime("%Y%m%d"), self.kind, day
        return any((row["bsn"], row["geboortedatum"], row["type"], row["aanvang"]) == mine for row in rows)

    def _begin(self, part: Part, first: bool, own: date, early: bool) -> date | None:
        if first:
            return own
        how = part.gives if part.gives != "later" else ("none" if early else "true")
        return {"true": self.begin, "day": part.since, "none": None, "earlier": self.begin - timedelta(days=9)}[how]

    def _row(self, part: Part, period: Span, last: bool, given: date | None, took: date | None, contact: date | None) -> None:
        gone = part.until is not None and part.until <= period.last
        ended = last and part.until is None and self.end is not None and self.end <= period.last
        values: dict = {k: v if ended or k == "type" else None for k, v in self.traits.items()}
        if self.record == PROBATION:
            names = ["type", "reden", "drp", "doorverwijzing", "interventie"] if self.made.year > 2020 else ["type", "reden", "interventie"]
            values = {name: values.get(name) for name in names}
        days = {"aanvang": given, "einde": self.end if ended else None}
        days |= {"overgedragen": part.until if gone else None, "overgedragen_gekregen": took}
        if self.made.year <= 2020:
            told = contact if contact and contact <= period.last else None
            days["eerste_contact"] = told
            self.contacts += [told] if told else []
        self.made.files[self.record, part.who, period.code].append(_row(self.person, period, **values, **days))

    def course(self, all_of: list[Span]):
        """As the earliest first day that anybody gives; ended where nobody took over what was handed over, once that could be known."""
        first, begun = (min(self.begins), min(self.begins)) if self.begins else (min(self.taken), None)
        end, lost, seen = self.end, self.lost, self.last_seen
        traits = self.traits
        if self.away is not None:
            end = self.away if self.away < all_of[-1].last else None
            traits, seen, lost = {"type": self.kind}, [all_of[-1]] if end is None else seen, True
        contact = min(self.contacts) if self.contacts else None
        made = _course(self.record, self.person, self.kind, first, begun, all_of, seen, lost, end, traits, self.taken, contact)
        made.sex, made.place = self.person.at(self.last_seen[-1].last)
        return made
