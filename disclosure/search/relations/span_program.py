"""The cheapest change within a span of few directions, asked through the dual programme.

Let B (k, n) span the changes. Cheapest sum price * |change| with change = z B, bounds, and the target at its level, has as its dual: one
multiplier per column, within plus and minus its price (beyond it at the cost of its bound), such that the multipliers
weighted with B vanish. That has k rows instead of thousands of equations; the change is read from the row duals.

Example: with B = (1, -1, -1, 1) and prices (0, 3, 6, 9), to move the first cell by 3 costs 3 * (3 + 6 + 9) = 54. The dual has one row instead of six.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.relations.pricing import STIR, ZERO
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver
from celwacht.disclosure.solver.work import QUESTION


class SpanLP:
    """Questions within one span. Same interface as PriceLP.cheapest, columns of the whole set of moves."""

    def __init__(self, basis: np.ndarray, down: np.ndarray, up: np.ndarray, rng: np.random.Generator):
        """basis (k, n); down, up (n,) as in Moves."""
        self.n, self.work = basis.shape[1], 0.0
        self.active = np.flatnonzero((np.abs(basis) > ZERO).any(0))
        self._basis = np.ascontiguousarray(basis[:, self.active])
        self._place = np.full(self.n, -1)
        self._place[self.active] = np.arange(len(self.active))
        self._stir = 1 + STIR * rng.random(len(self.active))
        self._up, self._down = up[self.active], down[self.active]
        self._solver, self._columns = Solver(self._programme(), "dual"), np.arange(len(self.active), dtype=np.int32)

    def _programme(self) -> Programme:
        k, count = self._basis.shape
        ends = [np.where(np.isfinite(x), x, 0.0) for x in (self._up, self._down)]
        most = np.concatenate([np.zeros(count), *(np.where(np.isfinite(x), np.inf, 0.0) for x in (self._up, self._down))])
        column, row = np.nonzero(self._basis.T)
        entry = self._basis[row, column]
        first = np.searchsorted(column, np.arange(count + 1))
        nonzero = len(row)
        first = np.concatenate([first, first[1:] + nonzero, first[1:] + 2 * nonzero])
        index, value = np.tile(row, 3), np.concatenate([entry, entry, -entry])
        cost, still = np.concatenate([np.zeros(count), *ends]), np.zeros(k)
        return Programme(cost, np.zeros(3 * count), most, still, still, first, index, value, by_column=True)

    def cheapest(self, target: int, up: bool, level: float, price: np.ndarray) -> np.ndarray | None:
        """As PriceLP.cheapest; None also where only a change outside the span would do."""
        at, solver, inf = int(self._place[target]), self._solver, np.inf
        if at < 0 or level > (self._up if up else self._down)[at]:
            return None
        box = price[self.active] * self._stir
        low, high = -box, box.copy()
        low[at], high[at] = -inf, inf
        solver.bound(low, high, self._columns)
        solver.ask_of(at, level if up else -level)
        solver.at_rest()
        solved = solver.run() is Outcome.OPTIMAL
        self.work += QUESTION + 1e-6 * len(box) + 6e-8 * len(box) * solver.iterations
        dual = solver.dual
        solver.ask_of(at, 0.0)
        if not solved:
            return None
        change = dual @ self._basis
        if change[at] * (1 if up else -1) < 0:
            change = -change
        change[np.abs(change) < 10 * ZERO] = 0.0
        slack = 1e-6 * (1 + level)
        if abs(abs(change[at]) - level) > slack or np.any(change > self._up + slack) or np.any(-change > self._down + slack):
            return None
        found = np.zeros(self.n)
        found[self.active] = change
        return found
