"""Youth protection and juvenile rehabilitation: measures begun, running and ended as published, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.tables.demo.care.flows import Durations, Flow, end_some, stock_begins
from celwacht.tables.demo.country.calendar import RUNNING, Days, Span, begin_days, birthday
from celwacht.tables.demo.country.draw import Floats, Ints, pick_distinct, quota, scaled
from celwacht.tables.demo.country.people import People


@dataclass(slots=True)
class Measures:
    """Measures, one per row; `kind` is a position in the list of types. Grows while it is drawn."""

    person: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    begin: Days = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    end: Days = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    kind: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    reason: np.ndarray = field(default_factory=lambda: np.empty(0, dtype="S2"))

    def __len__(self) -> int:
        return len(self.person)

    def __repr__(self) -> str:
        return f"Measures({len(self)})"

    def add(self, begin: Days, kind: Ints) -> Ints:
        """Adds running measures without a person; returns their rows."""
        first, count = len(self), len(begin)
        self.person = np.concatenate([self.person, np.full(count, -1)])
        self.begin = np.concatenate([self.begin, begin.astype(np.int32)])
        self.end = np.concatenate([self.end, np.full(count, RUNNING, dtype=np.int32)])
        self.kind = np.concatenate([self.kind, kind])
        self.reason = np.concatenate([self.reason, np.zeros(count, dtype="S2")])
        return np.arange(first, first + count)

    def active(self, begin: int, end: int) -> np.ndarray:
        """Where a measure runs on some day of the period."""
        return (self.begin <= end) & (self.end >= begin)


def with_durations(stock: Ints, begun: list[Floats], ended: list[Floats], bounds: Ints, rows: Floats, share: float) -> Flow:
    """The flow of a part of the country; `rows` are weights of the classes of duration, one row per type."""
    durations = Durations(bounds, rows / rows.sum(axis=1, keepdims=True))
    return Flow(scaled(stock, share), tuple(scaled(one, share) for one in begun), tuple(scaled(one, share) for one in ended), durations)


def give_persons(
    rng: np.random.Generator,
    people: People,
    measures: Measures,
    rows: Ints,
    weights: Floats,
    new: int,
    ages: Ints,
    year: int,
    boys: float | None = None,
    youngest: int = 0,
) -> None:
    """Names a person for each row: all but `new` of them drawn by `weights`, the others somebody new who has the age of its row.

    Nobody is named twice, and nobody has a measure before birth (or before age `youngest`): it then begins later.
    """
    known = pick_distinct(rng, weights, len(rows) - new)
    fresh = rows[len(known) :]
    measures.person[rows[: len(known)]] = known
    measures.person[fresh] = people.add(rng, ages[len(known) :], year, measures.begin[fresh], boys)
    earliest = birthday(people.birth[measures.person[rows]], youngest)
    late = measures.begin[rows] < earliest
    measures.begin[rows[late]] = earliest[late] + rng.integers(0, 30, int(late.sum()))


def go_on(rng: np.random.Generator, measures: Measures, rows: Ints, ended: Ints) -> Ints:
    """Measures that go on for somebody whose measure ended: they begin the day after; returns the rows that got nobody.

    `ended` are rows of measures that ended; each is followed once at most.
    """
    before = rng.permutation(ended)[: len(rows)]
    measures.person[rows[: len(before)]] = measures.person[before]
    measures.begin[rows[: len(before)]] = measures.end[before] + 1
    return rows[len(before) :]


def come_of_age(people: People, measures: Measures, span: Span) -> Ints:
    """Ends on their 18th birthday what still runs of those who turn 18 in the span; returns the rows."""
    adult = birthday(people.birth[measures.person], 18)
    rows = np.flatnonzero((measures.end == RUNNING) & (adult >= span.begin) & (adult <= span.end))
    measures.end[rows] = adult[rows]
    return rows


def begin_some(rng: np.random.Generator, measures: Measures, counts: Ints, span: Span) -> Ints:
    """Adds `counts` measures per type that begin in the span; returns their rows."""
    kind = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    return measures.add(begin_days(rng, span, len(kind)), kind)


def stock(rng: np.random.Generator, measures: Measures, flow: Flow, span: Span) -> Ints:
    """Adds what runs on the eve of the span; returns the rows in random order."""
    begin, kind = stock_begins(rng, flow.stock, flow.durations, span.begin)
    return rng.permutation(measures.add(begin, kind))


def end_measures(
    rng: np.random.Generator, people: People, measures: Measures, flow: Flow, half: int, span: Span, kinds: tuple[int, ...], adult: Ints
) -> None:
    """Ends as many of these types as `flow` says, less those that ended by coming of age."""
    counts = flow.ended[half].copy()
    counts -= np.bincount(measures.kind[adult], minlength=len(counts))
    counts[[one for one in range(len(counts)) if one not in kinds]] = 0
    end_some(rng, measures.begin, measures.end, measures.kind, np.ones(len(measures)), np.maximum(counts, 0), flow.durations, span)


def fill_reasons(rng: np.random.Generator, measures: Measures, rows: Ints, fixed: dict[str, int], others: dict[str, float]) -> None:
    """Reasons for these ended measures: the fixed counts first, the others in proportion."""
    rows = rng.permutation(rows)
    for code, count in fixed.items():
        measures.reason[rows[:count]] = code
        rows = rows[count:]
    codes = np.array(list(others), dtype="S2")
    measures.reason[rows] = codes[quota(rng, len(rows), np.array(list(others.values())))]
