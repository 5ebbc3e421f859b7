"""Stock and flow: how many run at the start, begin and end per half-year, and after how long they end.

A group is whatever the published figures are split by: the referrer for youth assistance, the type of measure for the rest.
Counts are met exactly (as long as there is somebody to end), so that the published figures come out by construction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.country.calendar import RUNNING, Days, Span, month_end
from celwacht.tables.demo.country.draw import Floats, Ints, apportion, pick, pick_distinct

ON_LAST_DAY_OF_MONTH = 0.08
"""Share of the ends that is moved to the last day of its month, as administrations do."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Classes of duration in days: class c runs from bounds[c] up to and not including bounds[c+1]."""

    bounds: Ints
    shares: Floats
    """One row per group: which part of its ends falls in each class."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Counts per group: running at the start, and per half-year beginning and ending."""

    stock: Ints
    begun: tuple[Ints, ...]
    ended: tuple[Ints, ...]
    durations: Durations


def stock_begins(rng: np.random.Generator, counts: Ints, durations: Durations, first_day: int) -> tuple[Days, Ints]:
    """First days, and groups, of what runs on the eve of `first_day`.

    In a steady state the chance to be met running is in proportion to the duration, and the day of meeting is
    anywhere in it.
    """
    low, high = durations.bounds[:-1], durations.bounds[1:]
    begins, groups = [], []
    for group, count in enumerate(counts):
        weights = durations.shares[group] * (low + high) / 2
        classes = pick(rng, weights, int(count))
        length = low[classes] + (high - low)[classes] * np.sqrt(rng.random(count))
        elapsed = 1 + np.floor(length * rng.random(count)).astype(np.int64)
        begins.append((first_day - elapsed).astype(np.int32))
        groups.append(np.full(count, group))
    return np.concatenate(begins), np.concatenate(groups)


def end_some(
    rng: np.random.Generator, begin: Days, end: Days, group: Ints, weights: Floats, counts: Ints, durations: Durations, span: Span
) -> None:
    """Ends `counts[g]` of the running ones of each group in `span`: writes their last day in `end`.

    `weights` makes some end sooner than others; weight 0 goes on.
    """
    for which, count in enumerate(counts):
        rows = np.flatnonzero((group == which) & (end == RUNNING))
        missing = 0
        for kind, wanted in enumerate(apportion(int(count), durations.shares[which])):
            first = np.maximum(span.begin, begin[rows] + max(1, int(durations.bounds[kind])))
            last = np.minimum(span.end, begin[rows] + int(durations.bounds[kind + 1]) - 1)
            able = (first <= last) & (end[rows] == RUNNING)
            chosen = pick_distinct(rng, np.where(able, weights[rows], 0.0), int(wanted))
            end[rows[chosen]] = _day_between(rng, first[chosen], last[chosen])
            missing += int(wanted) - len(chosen)
        if missing:
            _end_any(rng, begin, end, rows, missing, span)


def _day_between(rng: np.random.Generator, first: Days, last: Days) -> Days:
    days = (first + np.floor((last - first + 1) * rng.random(len(first)))).astype(np.int32)
    rounded = month_end(days)
    moved = (rng.random(len(days)) < ON_LAST_DAY_OF_MONTH) & (rounded <= last)
    return np.where(moved, rounded, days)


def _end_any(rng: np.random.Generator, begin: Days, end: Days, rows: Ints, count: int, span: Span) -> None:
    """Where a class of duration has too few left, others end in their place."""
    able = (end[rows] == RUNNING) & (begin[rows] < span.end)
    chosen = rows[pick_distinct(rng, able.astype(np.float64), count)]
    first = np.maximum(span.begin, begin[chosen] + 1)
    end[chosen] = _day_between(rng, first, np.full(len(chosen), span.end, dtype=np.int32))
