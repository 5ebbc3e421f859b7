"""Days as whole numbers (days since 1 January 1970), and the half-years of a demo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.periods import Period
from numpy.typing import NDArray

RUNNING = np.int32(2**30)
"""The last day of what has not ended."""
Days = NDArray[np.int32]
YEAR = 365.2425


def day(text: str) -> int:
    """The number of a day given as 2024-01-31."""
    return int(np.datetime64(text, "D").astype(np.int64))


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its first and last day as numbers."""

    period: Period
    begin: int
    end: int

    @classmethod
    def of(cls, code: str) -> Span:
        period = Period.parse(code)
        return cls(period, day(period.begin.isoformat()), day(period.end.isoformat()))


def half_years(years: tuple[int, ...]) -> list[Span]:
    return [Span.of(f"{year}HJ0{half}") for year in years for half in (1, 2)]


def quarters(years: tuple[int, ...]) -> list[Span]:
    return [Span.of(f"{year}KW0{part}") for year in years for part in (1, 2, 3, 4)]


def year_of(days: Days) -> NDArray[np.int64]:
    """Calendar year of each day."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def new_year(year: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Number of 1 January."""
    return (np.asarray(year) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def birthday(births: Days, age: int) -> Days:
    """The day on which somebody turns `age` (29 February becomes 1 March)."""
    months = births.astype("datetime64[D]").astype("datetime64[M]")
    day_of_month = births.astype("datetime64[D]") - months.astype("datetime64[D]")
    return ((months + 12 * age).astype("datetime64[D]") + day_of_month).astype(np.int32)


def begin_days(rng: np.random.Generator, span: Span, count: int) -> Days:
    """Days on which help begins: workdays mostly, fewer in the holidays."""
    days = np.arange(span.begin, span.end + 1)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weights = np.where((days + 3) % 7 >= 5, 0.03, 1.0)  # day 0 was a Thursday
    weights *= np.array([1.15, 1.0, 1.05, 1.0, 0.95, 1.0, 0.7, 0.75, 1.2, 1.1, 1.05, 0.85])[month]
    edges = np.cumsum(weights)
    return days[np.searchsorted(edges, rng.random(count) * edges[-1], side="right")].astype(np.int32)


def month_end(days: Days) -> Days:
    """The last day of the month of each day."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return ((months + 1).astype("datetime64[D]").astype(np.int64) - 1).astype(np.int32)
