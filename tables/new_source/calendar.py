"""Which period a file is of, by its days: a calendar year, or a year that begins in April, July, August or September.

first 1 September 2023, last 28 June 2024                 2023SJ09, a school year
first 2019 (it holds all since), last 31 March 2025       2024BJ04, a financial year
anything else                                             the calendar year of the last day
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from celwacht.tables.new_source.columns import Column
from celwacht.tables.new_source.words import BIRTH, YEAR
from celwacht.tables.periods import Period
from celwacht.tables.written_days import digits_of

NEAR = 14
"""Days between the last day of a file and the end of its year."""


def year_of(free: Sequence[Column], begin: Column, end: Column | None, who: Sequence[str], dates: str) -> Column | None:
    """The column with the year that each record is delivered for, of a file of several years; None where there is none, or it may be that of the begin.

    Each record runs in its year, and nothing in it lies after that: what runs on comes back in the next, or all are events of one day.
    who: the person, per record."""
    for one in free:
        if (
            one.called(*YEAR)
            and not one.called(*BIRTH)
            and len(one.counts) > 1
            and one.is_full
            and one.is_years
            and _runs_in(one, begin, end, dates)
        ):
            again = len(set(zip(who, begin.texts))) < len(set(zip(who, begin.texts, one.texts)))
            if again or end is None or all(end.texts):
                return one
    return None


def _runs_in(year: Column, begin: Column, end: Column | None, dates: str) -> bool:
    """Whether each record begins in its year or before, and ends in it or not yet."""
    first = [(digits_of(text, dates) or "")[:4] for text in begin.texts]
    last = first if end is None else [(digits_of(text, dates) or "")[:4] for text in end.texts]
    return all(a <= y and b in ("", y) for y, a, b in zip(year.texts, first, last))


def period_of(first: date, last: date) -> Period:
    """The period of a file with these first and last days."""
    calendar = Period(last.year, "JJ", 0)
    if last.month == 12:
        return calendar
    for letters, part in (("BJ", 4), ("BJ", 7), ("SJ", 8), ("SJ", 9)):
        year = last.year if last.month >= part else last.year - 1
        one = Period(year, letters, part)
        left, late = (one.end - last).days, (first - one.begin).days
        fits = left <= NEAR and (late <= NEAR)  # what began long before is history
        at_school = letters == "SJ" and abs(late) <= NEAR and left <= 75
        if fits or at_school:
            return one
    return calendar
