"""Interval propagation: what each relation tells of each of its figures, again and again until nothing changes.

Theory. In least <= sum c x <= most, x of one figure is bounded by what the others can at most make of the rest. All relations are used at once and the tightest
bound is kept (Jacobi), so that the result does not depend on an order. It holds the truth as long as the relations do.

Example: T = 19, T = a + b, b = 15: a is 4, by the first relation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.outsider.public_table import ENDLESS
from celwacht.disclosure.outsider.rows import System

SWEEPS = 400
LOW, HIGH = 0, 1


class Contradiction(ValueError):
    """No counts satisfy what is printed and what the specifications say: the reading is wrong, or the figures are."""

    def __init__(self, row: int):
        super().__init__(row)
        self.row = row


@dataclass(eq=False)
class Bounds:
    """low, high: int64 over all figures. by: per side (figures,) the relation that told the present end, -1 for what is printed; sweep: when."""

    low: np.ndarray
    high: np.ndarray
    by: tuple[np.ndarray, np.ndarray] = field(repr=False)
    sweep: tuple[np.ndarray, np.ndarray] = field(repr=False)

    @classmethod
    def at(cls, low: np.ndarray, high: np.ndarray) -> Bounds:
        def none() -> np.ndarray:
            return np.full(len(low), -1, np.int64)

        return cls(low.copy(), high.copy(), (none(), none()), (none(), none()))

    @property
    def width(self) -> np.ndarray:
        return self.high - self.low


def propagate(bounds: Bounds, system: System, sweeps: int = SWEEPS) -> None:
    """Narrows in place, until nothing changes (or after `sweeps`). Contradiction where nothing is left."""
    if not len(system):
        return
    moved = np.ones(len(bounds.low), bool)
    begin = int(max(s.max(initial=-1) for s in bounds.sweep)) + 1
    for number in range(begin, begin + sweeps):
        rows = np.flatnonzero(np.logical_or.reduceat(moved[system.at], system.first[:-1]))
        if not len(rows):
            return
        part = system.of(rows)
        low, high, where = _told(bounds, part, rows[np.repeat(np.arange(len(rows)), np.diff(part.first))])
        moved = np.zeros(len(bounds.low), bool)
        for side, told in ((LOW, low), (HIGH, high)):
            _take(bounds, side, part.at, told, where, moved, number)
        wrong = np.flatnonzero(bounds.low > bounds.high)
        if len(wrong):
            raise Contradiction(int(max(bounds.by[side][wrong[0]] for side in (LOW, HIGH))))


def _told(bounds: Bounds, part: System, where: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(least, most) that each relation tells of each of its figures, and the relation of each."""
    low, high = bounds.low[part.at], bounds.high[part.at]
    positive = part.times > 0
    small, large = np.where(positive, low, high), np.where(positive, high, low)
    down, down_ends = _sums(part, small)
    up, up_ends = _sums(part, large)
    size = np.diff(part.first)
    least, most = np.repeat(part.least, size), np.repeat(part.most, size)

    def rest(total, endless, own):
        alone = (own >= ENDLESS).astype(np.int64)
        left = np.repeat(endless, size) - alone
        return np.repeat(total, size) - np.where(alone, 0, own * part.times), left > 0

    at_least, open_low = rest(up, up_ends, large)  # c x >= least - the most of the others
    at_most, open_high = rest(down, down_ends, small)
    weak = -ENDLESS
    floor = np.where(open_low | (least <= weak), weak, least - at_least)
    ceiling = np.where(open_high | (most >= ENDLESS), ENDLESS, most - at_most)
    times = np.abs(part.times)
    told_low = np.where(positive, -(-floor // times), -(ceiling // times))
    told_high = np.where(positive, ceiling // times, (-floor) // times)
    told_low = np.where(np.where(positive, floor <= weak, ceiling >= ENDLESS), 0, told_low)
    told_high = np.where(np.where(positive, ceiling >= ENDLESS, floor <= weak), ENDLESS, told_high)
    return told_low, told_high, where


def _sums(part: System, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(sums of the finite ends, how many are not) of every relation."""
    endless = end >= ENDLESS
    return (
        np.add.reduceat(np.where(endless, 0, end) * part.times, part.first[:-1]),
        np.add.reduceat(endless.astype(np.int64), part.first[:-1]),
    )


def _take(bounds: Bounds, side: int, at: np.ndarray, told: np.ndarray, where: np.ndarray, moved: np.ndarray, number: int) -> None:
    """Keeps the tightest of what was told, and by which relation."""
    own, sign = (bounds.low, 1) if side == LOW else (bounds.high, -1)
    better = np.flatnonzero(sign * told > sign * own[at])
    if not len(better):
        return
    order = better[np.lexsort((where[better], -sign * told[better], at[better]))]
    first = order[np.concatenate([[True], at[order][1:] != at[order][:-1]])]
    own[at[first]] = told[first]
    bounds.by[side][at[first]], bounds.sweep[side][at[first]] = where[first], number
    moved[at[first]] = True
