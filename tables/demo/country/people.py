"""The made-up young people: a number, a day of birth and a sex; addresses come later."""

from __future__ import annotations

import numpy as np
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import Days, new_year
from celwacht.tables.demo.country.draw import Floats, Ints, fitted, quota

SEXES = ("V", "M", "O")
FIRST_NUMBER = 90_000_000
"""The first eight digits of the made-up citizen service numbers start here; all begin with a 9."""
STEP = 2_654_437
"""From one prefix to the next; it has no divisor in common with how many there are, so that none comes twice."""


class People:
    """Grows while trajectories are drawn: `birth` (day numbers) and `sex` (positions in SEXES), one per person."""

    def __init__(self) -> None:
        self.birth: Days = np.empty(0, dtype=np.int32)
        self.sex: Ints = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.birth)

    def __repr__(self) -> str:
        return f"People({len(self)})"

    def add(self, rng: np.random.Generator, age: Ints, year: int, not_after: Days, boys: float | None = None) -> Ints:
        """Adds persons who have these ages on 31 December of `year`; returns their positions.

        Nobody is born after `not_after`: who would be, is born earlier in that year, or is older than asked for.
        """
        first = new_year(year - age)
        length = new_year(year - age + 1) - first
        birth = first + np.floor(length * rng.random(len(age))).astype(np.int64)
        late = birth > not_after
        room = np.where(not_after[late] >= first[late], not_after[late] - first[late] + 1, 120)
        birth[late] = not_after[late] - np.floor(room * rng.random(len(room))).astype(np.int64)
        sex = (rng.random(len(age)) < _share_of_boys(age, boys)).astype(np.int64)
        sex[rng.random(len(age)) < chosen.SEX_UNKNOWN] = SEXES.index("O")
        first_new = len(self)
        self.birth = np.concatenate([self.birth, birth.astype(np.int32)])
        self.sex = np.concatenate([self.sex, sex])
        return np.arange(first_new, len(self))


def draw_ages(rng: np.random.Generator, count: int, weights: Floats) -> Ints:
    """Ages by a weight for each single year from 0 on, in random order."""
    return quota(rng, count, weights)


def born_before(rng: np.random.Generator, age: Ints, least: Ints) -> Ints:
    """The ages, exchanged between rows until nobody is younger than `least`, as far as that can be."""
    age = age.copy()
    for _ in range(60):
        short = np.flatnonzero(age < least)
        other = rng.permutation(len(age))[: len(short)]
        fits = (age[other] >= least[short]) & (age[short] >= least[other]) & ~np.isin(other, short)
        here, there = short[fits], other[fits]
        age[here], age[there] = age[there], age[here]
    return age


def ages_by_group(counts: Ints, tilt: Floats, ages: Floats) -> Floats:
    """How many of each group (rows) have each age: together as `ages` says, each group leaning as its row of `tilt` does.

    `tilt` has weights of the four classes of age (0-4, 4-12, 12-18, 18 and over).
    """
    of_class = np.searchsorted(chosen.AGE_CLASSES, np.arange(len(ages)), side="right")
    seed = np.maximum(tilt, 0.01)[:, of_class] * ages
    return fitted(seed, np.maximum(counts, 1e-6).astype(np.float64), ages)


def _share_of_boys(age: Ints, boys: float | None) -> np.ndarray:
    if boys is not None:
        return np.full(len(age), boys)
    bounds = np.array([bound for bound, _ in chosen.BOYS_BY_AGE])
    return np.array([share for _, share in chosen.BOYS_BY_AGE])[np.searchsorted(bounds, age, side="right")]


class ServiceNumbers:
    """Different citizen service numbers for the persons of one country after another, in no order.

    They begin with a 9 for ten countries, for there are some nine million of those; for more of them with any digit but 0."""

    def __init__(self, countries: int = 1) -> None:
        few = countries <= 10
        self.first, self.room = (FIRST_NUMBER, 9_990_000) if few else (10_000_000, 89_990_000)
        self.start: int | None = None
        self.used = 0

    def __repr__(self) -> str:
        return f"ServiceNumbers({self.used} prefixes used)"

    def take(self, rng: np.random.Generator, count: int) -> Ints:
        """So many numbers of nine digits that pass the test of eleven. OverflowError when there are no more.

        The weights are 9 to 2, and -1 for the last digit; prefixes that would need a last digit of 10 are left out.
        """
        drawn = int(rng.integers(self.room))
        self.start = drawn if self.start is None else self.start
        place = self.used + np.arange(count + count // 8 + 100, dtype=np.int64)
        prefix = self.first + (self.start + STEP * place) % self.room
        digits = prefix[:, None] // 10 ** np.arange(7, -1, -1) % 10
        last = (digits * np.arange(9, 1, -1)).sum(axis=1) % 11
        good = np.flatnonzero(last < 10)[:count]
        self.used += int(good[-1]) + 1 if count else 0
        if self.used > self.room:
            raise OverflowError("there are no more numbers that pass the test of eleven")
        return (prefix * 10 + last)[good]


def service_numbers(rng: np.random.Generator, count: int) -> Ints:
    """So many different numbers for one country."""
    return ServiceNumbers().take(rng, count)
