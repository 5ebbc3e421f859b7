"""Periods in the codes of StatLine: 2024JJ00, 2024HJ01, 2024KW03, 2024MM05; and a few that are this project's own.

    2024WE07   week 7 of 2024 by ISO 8601: 12 to 18 February
    2024SJ08   the school year from 1 August 2024 to 31 July 2025: the part is the month in which it begins
    2024BJ04   the financial year from 1 April 2024 to 31 March 2025, likewise

So a calendar is data: a table or set names the kind and the month, and nothing else has to know where a school year begins.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

# kind -> (letters in the code, parts in a year)
KINDS = {"jaar": ("JJ", 1), "halfjaar": ("HJ", 2), "kwartaal": ("KW", 4), "maand": ("MM", 12), "week": ("WE", 53)}
KINDS |= {"schooljaar": ("SJ", 12), "boekjaar": ("BJ", 12)}  # the part: in which month it begins
YEARS_BY_MONTH = ("SJ", "BJ")
"""Years that begin in another month than January."""
_KIND_OF = {letters: kind for kind, (letters, _) in KINDS.items()}
_CODE = re.compile(r"([12][0-9]{3})(JJ|HJ|KW|MM|WE|SJ|BJ)([0-5][0-9])", re.ASCII)
_ORDINAL_NL = {1: "1e", 2: "2e", 3: "3e", 4: "4e"}
_ORDINAL_EN = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th"}
_MONTHS_NL = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A part of the calendar. `part` counts from 1; a year has part 0, as in its code, and a school or financial year its first month."""

    year: int
    letters: str
    part: int

    @classmethod
    def parse(cls, code: str) -> Period:
        """Reads a code such as `2024HJ01`; ValueError on anything else."""
        match = _CODE.fullmatch(code)
        if match:
            year, letters, part = int(match[1]), match[2], int(match[3])
            parts = KINDS[_KIND_OF[letters]][1]
            if (part == 0) == (letters == "JJ") and part <= parts and (letters != "WE" or part <= _weeks(year)):
                return cls(year, letters, part)
        raise ValueError(f"'{code}' is not a period; expected a code such as 2024JJ00, 2024HJ01 or 2024KW03{_meant(code)}")

    @property
    def code(self) -> str:
        return f"{self.year}{self.letters}{self.part:02d}"

    @property
    def kind(self) -> str:
        """`jaar`, `halfjaar`, `kwartaal`, `maand`, `week`, `schooljaar` or `boekjaar`."""
        return _KIND_OF[self.letters]

    @property
    def begin(self) -> date:
        """First day of the period."""
        if self.letters == "WE":
            return date.fromisocalendar(self.year, self.part, 1)
        if self.letters in YEARS_BY_MONTH:
            return date(self.year, self.part, 1)
        months = 12 // KINDS[self.kind][1]
        return date(self.year, 1 + months * max(self.part - 1, 0), 1)

    @property
    def end(self) -> date:
        """Last day of the period (inclusive)."""
        if self.letters == "WE":
            return self.begin + timedelta(days=6)
        if self.letters in YEARS_BY_MONTH:
            return date(self.year + 1, self.part, 1) - timedelta(days=1)
        months = 12 // KINDS[self.kind][1]
        last = months * max(self.part, 1)
        return (date(self.year + last // 12, last % 12 + 1, 1)) - timedelta(days=1)

    @property
    def after(self) -> Period:
        """The period of the same kind that follows. Example: 2020WE53 -> 2021WE01, 2024SJ08 -> 2025SJ08."""
        return self._moved(1)

    @property
    def before(self) -> Period:
        """The period of the same kind that goes before."""
        return self._moved(-1)

    def _moved(self, by: int) -> Period:
        if self.letters in ("JJ", *YEARS_BY_MONTH):
            return Period(self.year + by, self.letters, self.part)
        parts = _weeks(self.year) if self.letters == "WE" else KINDS[self.kind][1]
        if 1 <= self.part + by <= parts:
            return Period(self.year, self.letters, self.part + by)
        year = self.year + by
        last = _weeks(year) if self.letters == "WE" else parts
        return Period(year, self.letters, 1 if by > 0 else last)

    def contains(self, other: Period) -> bool:
        return self.begin <= other.begin and other.end <= self.end

    def title(self, language: str = "nl", *, reference_date: bool = False) -> str:
        """As on StatLine: `2024`, `2024 1e halfjaar`, `2024 3e kwartaal`; or `30 juni 2024` for a reference date."""
        if reference_date:
            day = self.end
            return f"{day.day} {_MONTHS_NL[day.month - 1]} {day.year}" if language == "nl" else day.strftime("%-d %B %Y")
        if self.kind == "jaar":
            return str(self.year)
        if self.letters not in ("HJ", "KW"):
            return self._other_title(language)
        noun = {"nl": {"halfjaar": "halfjaar", "kwartaal": "kwartaal"}, "en": {"halfjaar": "half-year", "kwartaal": "quarter"}}[language][
            self.kind
        ]
        ordinal = (_ORDINAL_NL if language == "nl" else _ORDINAL_EN)[self.part]
        return f"{self.year} {ordinal} {noun}"

    def _other_title(self, language: str) -> str:
        """`2024 mei`, `2024 week 7`, `schooljaar 2024/'25`, `boekjaar 2024/'25`; a year that begins in January is one year."""
        if self.letters == "MM":
            return f"{self.year} {_MONTHS_NL[self.part - 1] if language == 'nl' else self.begin.strftime('%B')}"
        if self.letters == "WE":
            return f"{self.year} week {self.part}"
        words = {"SJ": ("schooljaar", "school year"), "BJ": ("boekjaar", "financial year")}[self.letters]
        years = str(self.year) if self.part == 1 else f"{self.year}/'{(self.year + 1) % 100:02d}"
        return f"{words[0] if language == 'nl' else words[1]} {years}"


def months_later(day: date, months: int) -> date:
    """The day so many months later, or the last of that month: a month after 31 January 2024 it is 29 February."""
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _weeks(year: int) -> int:
    """52 or 53: 28 December is always in the last week."""
    return date(year, 12, 28).isocalendar().week


def _meant(code: str) -> str:
    """`, did you mean 2024HJ01?` for what people write in its place, such as 2024, 2024H1, 2024-Q3 or 2024kw3; else nothing."""
    found = re.fullmatch(r"(20\d\d)[ _-]?(JJ|J|HJ|H|KW|K|Q)?[ _-]?0?([0-4])?", code.strip().upper(), re.ASCII)
    if not found:
        return ""
    letters = {"J": "JJ", "H": "HJ", "K": "KW", "Q": "KW", None: "JJ"}.get(found[2], found[2])
    part = int(found[3] or 0)
    if letters == "JJ" and found[3] not in (None, "0"):
        return ""
    meant = f"{found[1]}{letters}{part:02d}"
    return f", did you mean {meant}?" if (part == 0) == (letters == "JJ") and part <= KINDS[_KIND_OF[letters]][1] else ""
