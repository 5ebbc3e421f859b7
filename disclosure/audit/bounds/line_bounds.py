"""Bounds by lines, for any linear facts over whole numbers: each line narrows its cells until nothing changes.

Theory. In least <= sum(c * x) <= greatest, the term c * x of a cell is at most `greatest` less the least that the others
can make, and at least `least` less the most they can make; dividing by c rounds inwards, as cells are whole. Every
narrowing is kept in a *log* (cell, side, bound, line), so that any bound can be derived again, step by step.
The same idea as outer_bounds.py, for relations with coefficients instead of a cube.

Example: 19 = x + 15 narrows x to 4; 4 = y + 3 narrows y to 1. With y, z unknown in 4 = y + z: each 0 to 4, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, Relations
from numba import njit

FAR = UNBOUNDED // 2
"""What lies beyond counts as no bound at all."""
LEAST, GREATEST = 0, 1
MOST_CHANGES = 60
"""Narrowings per cell on average, after which the rounds stop: bounds may creep without end."""


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """least, greatest: int64 (n,). log: int64 (k, 4): cell, side, bound, relation, in the order in which they were found.
    broken: relation that cannot be satisfied together with the others, or -1."""

    least: np.ndarray
    greatest: np.ndarray
    log: np.ndarray
    broken: int


def narrow(least: np.ndarray, greatest: np.ndarray, relations: Relations) -> Narrowed:
    """The tightest bounds that lines one at a time lead to. Never excludes values that satisfy all facts."""
    least, greatest = least.astype(np.int64), greatest.astype(np.int64)
    first, through = cells_to_relations(relations, len(least))
    log, used, broken = _narrow(
        relations.first,
        relations.cell,
        relations.coefficient,
        relations.least,
        relations.greatest,
        first,
        through,
        least,
        greatest,
        MOST_CHANGES * len(least) + 1000,
    )
    return Narrowed(least, greatest, log[:used].copy(), int(broken))


def cells_to_relations(relations: Relations, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(first (n + 1,), relation (nnz,)): the relations through every cell."""
    order = np.argsort(relations.cell, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(relations.cell, minlength=n))]).astype(np.int64)
    return first, relations.relation[order]


def impossible(least: np.ndarray, greatest: np.ndarray, relations: Relations) -> np.ndarray:
    """Relations (positions) that cannot hold whatever the cells are within their bounds: lines that do not add up."""
    low, high = extremes(least, greatest, relations)
    return np.flatnonzero((low > relations.greatest) | (high < relations.least))


def extremes(least: np.ndarray, greatest: np.ndarray, relations: Relations) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) int64 (m,) that every relation's sum can be by the bounds of its cells alone."""
    c, up = relations.coefficient, relations.coefficient > 0
    at_low = np.where(up, least[relations.cell], greatest[relations.cell])
    at_high = np.where(up, greatest[relations.cell], least[relations.cell])
    return (_summed(relations, c, at_low, -UNBOUNDED), _summed(relations, c, at_high, UNBOUNDED))


def _summed(relations, c, x, beyond) -> np.ndarray:
    far = np.abs(x) >= FAR
    terms = np.concatenate([[0], np.cumsum(np.where(far, 0, c * x))])
    open_ = np.concatenate([[0], np.cumsum(far)])
    first, last = relations.first[:-1], relations.first[1:]
    return np.where(open_[last] > open_[first], beyond, terms[last] - terms[first])


@njit(cache=True)
def _narrow(first, cell, coefficient, row_least, row_greatest, cell_first, through, least, greatest, most):
    """In place on least and greatest; relations wait in a ring. (log, entries used, broken relation or -1)."""
    m = len(row_least)
    log = np.empty((most, 4), np.int64)
    used = 0
    ring, waiting = np.arange(m), np.ones(m, np.bool_)
    head, held = 0, m
    while held:
        r = ring[head]
        head = (head + 1) % m
        held -= 1
        waiting[r] = False
        sums = _sums(first, cell, coefficient, least, greatest, r)
        if (sums[2] == 0 and sums[0] > row_greatest[r]) or (sums[3] == 0 and sums[1] < row_least[r]):
            return log, used, r
        for k in range(first[r], first[r + 1]):
            i = cell[k]
            if least[i] == greatest[i]:
                continue
            low, high = _room(sums, coefficient[k], row_least[r], row_greatest[r], least[i], greatest[i])
            before = used
            if high < greatest[i]:
                greatest[i] = high
                log[used, 0], log[used, 1], log[used, 2], log[used, 3] = i, GREATEST, high, r
                used += 1
            if low > least[i]:
                least[i] = low
                log[used, 0], log[used, 1], log[used, 2], log[used, 3] = i, LEAST, low, r
                used += 1
            if least[i] > greatest[i]:
                return log, used, r
            if used >= most - 2:
                return log, used, -1
            if used == before:
                continue
            sums = _sums(first, cell, coefficient, least, greatest, r)
            for t in range(cell_first[i], cell_first[i + 1]):
                if not waiting[through[t]]:
                    waiting[through[t]] = True
                    ring[(head + held) % m] = through[t]
                    held += 1
    return log, used, -1


@njit(cache=True)
def _room(sums, c, row_least, row_greatest, least, greatest):
    """(least, greatest) value that a relation with these sums leaves to a cell of coefficient c; beyond FAR for no bound."""
    low, high, low_open, high_open = sums
    a, b = (least, greatest) if c > 0 else (greatest, least)
    most, fewest = 2 * FAR, -2 * FAR  # of c * x
    if row_greatest < FAR and low_open - (abs(a) >= FAR) == 0:
        most = row_greatest - (low - (0 if abs(a) >= FAR else c * a))
    if row_least > -FAR and high_open - (abs(b) >= FAR) == 0:
        fewest = row_least - (high - (0 if abs(b) >= FAR else c * b))
    if c < 0:
        most, fewest, c = -fewest, -most, -c
    return (-2 * FAR if fewest <= -FAR else -(-fewest // c)), (2 * FAR if most >= FAR else most // c)


@njit(cache=True)
def _sums(first, cell, coefficient, least, greatest, r):
    low, high, low_open, high_open = 0, 0, 0, 0
    for k in range(first[r], first[r + 1]):
        i, c = cell[k], coefficient[k]
        a, b = (least[i], greatest[i]) if c > 0 else (greatest[i], least[i])
        if abs(a) >= FAR:
            low_open += 1
        else:
            low += c * a
        if abs(b) >= FAR:
            high_open += 1
        else:
            high += c * b
    return low, high, low_open, high_open
