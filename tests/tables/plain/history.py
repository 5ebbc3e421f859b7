"""What truly happened in a small made-up register, and what institutions deliver of it: random, with every way in which records mislead.

Everything is plain Python on purpose, and nothing is read back from a delivery: a `Course` says what a figure must count, because the
deliveries were written from it. Ways to mislead: help by two providers at once, a child that moves, a sex that is corrected, a begin or an
end that is corrected in the next delivery, what is delivered late, left out once, or never returns, measures that go from institution to
institution (with whatever first day the new one gives, in one delivery or from the second on), institutions that deliver nothing, and
files that are delivered again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

HELP, PROTECTION, PROBATION, ORDER = "jeugdhulp", "jeugdbescherming", "jeugdreclassering", "machtiging_uhp"
KINDS = {
    HELP: ("01", "02", "03", "04", "11", "12", "13", "14"),
    PROTECTION: ("11", "11", "12", "21", "22", "23", "31"),
    PROBATION: ("41", "41", "42", "50", "51", "61", "62", "63", "31"),
    ORDER: ("71", "72"),
}
AGES = {HELP: (0, 23), PROTECTION: (0, 18), PROBATION: (12, 23), ORDER: (0, 18)}
PLACES = ("1011AB", "1012AB", "6711AB", "3901AB", "9901AB", "9902AB", "0363", "GM0344", "8888ZZ")
POSTCODES = {  # postcode: wijk, gemeente; 9902AB is in a wijk that no list has, 8888ZZ is in no list
    "1011AB": ("WK036300", "GM0363"),
    "1012AB": ("WK036301", "GM0363"),
    "6711AB": ("WK022800", "GM0228"),
    "3901AB": ("WK034500", "GM0345"),
    "9901AB": ("WK000300", "GM1979"),
    "9902AB": ("WK999901", "GM0014"),
}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A period: code, first and last day."""

    code: str
    first: date
    last: date


def spans(record: str, year: int) -> list[Span]:
    """The periods delivered for a record kind: of this year and of the year before."""
    months = 3 if record == PROBATION else 6
    letters = "KW" if months == 3 else "HJ"
    found = []
    for y in (year - 1, year):
        for i in range(12 // months):
            last = date(y + (i + 1) * months // 12, (i + 1) * months % 12 + 1, 1) - DAY
            found.append(Span(f"{y}{letters}{i + 1:02d}", date(y, i * months + 1, 1), last))
    return found


@dataclass(frozen=True)
class Person:
    """One child. bsn: None if not known. moves, sexes: since when deliveries have this place and this sex."""

    number: int
    bsn: str | None
    born: date
    sexes: tuple[tuple[date, str], ...]
    moves: tuple[tuple[date, str], ...]

    def at(self, day: date) -> tuple[str, str]:
        """Sex and place as delivered over a period that ends on this day."""
        return tuple([value for since, value in some if since <= day][-1] for some in (self.sexes, self.moves))


@dataclass
class Course:
    """One true trajectory, as the figures must count it."""

    record: str
    person: Person
    kind: str
    first: date
    """The earliest first day that any institution gives."""
    begun: date | None
    """The same, unless all that is known is that somebody took it over."""
    end: date | None = None
    traits: dict[str, str | None] = field(default_factory=dict)
    """Referrer, crisis, reason and so on, as last delivered."""
    sex: str = ""
    place: str = ""
    taken: list[date] = field(default_factory=list)
    contact: date | None = None


def elfproef(number: int) -> str:
    """The next number after 10 times `number` that passes the test of eleven."""
    for n in range(100_000_000 + 20 * number, 100_000_000 + 20 * number + 20):
        text = str(n)
        if (sum(int(c) * w for c, w in zip(text, range(9, 1, -1))) - int(text[8])) % 11 == 0:
            return text
    raise AssertionError(number)


def make_person(rnd: random.Random, number: int, year: int) -> Person:
    """Ages from 0 to 19 on 31 December; one in eight without BSN, who then neither moves nor changes (they would be another person)."""
    known = rnd.random() < 0.88
    years = rnd.choice([0, 3, 4, 8, 12, 13, 15, 16, 17, 18, 19])
    born = date(year, 12, 31) - timedelta(days=round(365.25 * years) + rnd.choice([0, 1, 100, 183, 184, 300]))
    sex, start = rnd.choice("VVMMO"), date.min
    sexes, moves = [(start, sex)], [(start, rnd.choice(PLACES))]
    if known and rnd.random() < 0.3:
        sexes.append((date(year, rnd.choice([1, 7]), 1), rnd.choice("VM")))
    if known:
        moves += [(date(year - 1 + i // 2, 1 + 6 * (i % 2), 1), rnd.choice(PLACES)) for i in range(4) if rnd.random() < 0.25]
    if not known:  # told apart by day of birth, whatever else is the same
        born -= timedelta(days=number)
    return Person(number, elfproef(number) if known else None, born, tuple(sexes), tuple(moves))


def begin_day(rnd: random.Random, periods: list[Span]) -> date:
    """Any day from two years before the first delivery; often one on which something can go wrong."""
    edges = [day for p in periods for day in (p.first, p.last, p.last + DAY)]
    first = periods[0].first - timedelta(days=700)
    day = first + timedelta(days=rnd.randrange((periods[-1].last - first).days + 1))
    return min(rnd.choice([day, day, rnd.choice(edges)]), periods[-1].last)


def end_day(rnd: random.Random, begin: date, periods: list[Span]) -> date | None:
    edges = [day for p in periods for day in (p.first, p.last) if day >= begin]
    later = begin + timedelta(days=rnd.choice([0, 1, 89, 90, 91, 182, 183, 364, 365, 700, 730]))
    return rnd.choice([None, None, later, begin + timedelta(days=rnd.randrange(500)), *([rnd.choice(edges)] if edges else [])])


def whole_years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
