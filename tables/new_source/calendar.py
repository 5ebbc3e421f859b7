"""Which period a file is of, by its days: a calendar year, or a year that begins in April, July, August or September.

first 1 September 2023, last 28 June 2024                 2023SJ09, a school year
first 2019 (it holds all since), last 31 March 2025       2024BJ04, a financial year
anything else                                             the calendar year of the last day
"""

from __future__ import annotations

from datetime import date

from celwacht.tables.periods import Period

NEAR = 14
"""Days between the last day of a file and the end of its year."""


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
