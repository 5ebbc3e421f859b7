"""Exact worlds where the denominators are large: the changes that a pattern allows, as a span of whole vectors.

In tables of many dimensions the changes that a pattern leaves open form a space of a few dimensions whose vectors have
denominators of six digits and more. So the equations are eliminated modulo a prime, and the fractions recovered (Wang, Guy and
Davenport, 1982); whatever comes of it is checked against the equations in integers. A target is then pushed as far as it goes
within that space, and the point drawn back towards the truth until its coordinates can be rounded.

Example: the changes that keep `x1 + 2 x2 + 3 x3 = 0` are spanned by (-2, 1, 0) and (-3, 0, 1); eliminated modulo a prime, -2 stands as p - 2, and is
recovered. (1/7, ...) comes back as the one fraction of small numbers that is that number modulo p.
"""

from __future__ import annotations

from math import lcm

import numpy as np
from celwacht.disclosure.search.relations.model import Moves, restricted
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver
from celwacht.disclosure.solver.work import Work

PRIME = (1 << 61) - 1
HALF = 1 << 30  # numerators and denominators are below this
MOST_DIMENSIONS, MOST_COLUMNS = 120, 8000
GRID = (16, 256, 4096)  # coordinates are rounded to these parts of a unit


class ExactSpan:
    """All changes of the open columns of some moves. basis: int64 (r, n) whole vectors; denominator: row i over it is 1 in
    column free[i] and 0 in the other free ones."""

    def __init__(self, moves: Moves, basis: np.ndarray, denominator: int, free: np.ndarray, work: Work):
        self.moves, self.basis, self.denominator, self.free = moves, basis, denominator, free
        self._float = basis / denominator
        self._rows = np.flatnonzero(np.any(basis != 0, axis=0))
        self._solver = Solver(self._programme(), "dual", work)

    def _programme(self) -> Programme:
        rows, r, inf = self._rows, len(self.free), np.inf
        row, column = np.nonzero(self._float[:, rows].T)
        first = np.searchsorted(row, np.arange(len(rows) + 1))
        low, high = -self.moves.down[rows], self.moves.up[rows]
        return Programme(np.zeros(r), np.full(r, -inf), np.full(r, inf), low, high, first, column, self._float[column, rows[row]])

    def farthest(self, target: int, up: bool) -> tuple[float, np.ndarray] | None:
        """(how far a column goes, coordinates float64 (r,)), or None."""
        cost = self._float[:, target] * (-1.0 if up else 1.0)
        self._solver.ask(cost)
        if self._solver.run() is not Outcome.OPTIMAL:
            return None
        at = self._solver.x
        return abs(float(at @ self._float[:, target])), at

    def whole(self, at: np.ndarray, grid: int) -> tuple[np.ndarray, int]:
        """(changes int64 (n,), scale): coordinates rounded to parts of a unit."""
        parts = np.rint(at * grid).astype(np.int64)
        return parts @ self.basis, self.denominator * grid


def exact_span(moves: Moves, opened: np.ndarray, work: Work) -> ExactSpan | None:
    """The span of the changes that move only the columns bool (n,); None where it is large or its fractions are."""
    pool, left = restricted(moves, opened)
    if not pool.n or pool.n > MOST_COLUMNS:
        return None
    form = _eliminated(pool)
    free = [c for c in range(pool.n) if c not in form]
    if not 0 < len(free) <= MOST_DIMENSIONS:
        return None
    place, entries, common = {c: i for i, c in enumerate(free)}, [], 1
    for c, terms in form.items():
        for a, x in terms.items():
            found = _fraction(x)
            if found is None:
                return None
            common = lcm(common, found[1])
            if common >= HALF:
                return None
            entries.append((place[a], c, *found))
    basis = np.zeros((len(free), moves.n), np.int64)
    basis[np.arange(len(free)), left[free]] = common
    for i, c, top, bottom in entries:
        basis[i, left[c]] = top * (common // bottom)
    return ExactSpan(moves, basis, common, left[free], work)


def _eliminated(moves: Moves) -> dict[int, dict[int, int]]:
    """Columns as forms in the free ones, modulo PRIME."""
    form: dict[int, dict[int, int]] = {}
    used: dict[int, set[int]] = {}
    spans = [slice(moves.first[r], moves.first[r + 1]) for r in range(len(moves.first) - 1)]
    for span in sorted(spans, key=lambda s: (float(moves.down[moves.column[s]].max(initial=0)), s.stop - s.start, s.start)):
        row: dict[int, int] = {}
        for c, k in zip(moves.column[span].tolist(), moves.coefficient[span].tolist()):
            for a, b in form.get(c, {c: 1}).items():
                row[a] = (row.get(a, 0) + int(k) * b) % PRIME
        row = {a: b for a, b in row.items() if b}
        if row:
            _solve_for(min(row, key=lambda a: (len(used.get(a, ())), a)), row, form, used)
    return form


def _solve_for(pivot: int, row: dict[int, int], form: dict[int, dict[int, int]], used: dict[int, set[int]]) -> None:
    inverse = pow(row.pop(pivot), -1, PRIME)
    terms = {a: -b * inverse % PRIME for a, b in row.items()}
    for c in used.pop(pivot, ()):
        other = form[c]
        times = other.pop(pivot)
        for a, b in terms.items():
            v = (other.get(a, 0) + times * b) % PRIME
            if v:
                other[a] = v
                used.setdefault(a, set()).add(c)
            elif other.pop(a, None) is not None:
                used[a].discard(c)
    form[pivot] = terms
    for a in terms:
        used.setdefault(a, set()).add(pivot)


def _fraction(x: int) -> tuple[int, int] | None:
    """(numerator, denominator) of the small fraction that is x modulo PRIME, or None."""
    a, b, u, v = PRIME, x, 0, 1
    while b >= HALF:
        q = a // b
        a, b, u, v = b, a - q * b, v, u - q * v
    if v < 0:
        b, v = -b, -v
    return (b, v) if 0 < v < HALF else None
