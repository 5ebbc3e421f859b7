"""The cheapest change within a span of few directions, asked through the dual programme.

Let B (k, n) span the changes. Cheapest sum price * |change| with change = z B, bounds, and the target at its level, has as its dual: one
multiplier per column, within plus and minus its price (beyond it at the cost of its bound), such that the multipliers
weighted with B vanish. That has k rows instead of thousands of equations; the change is read from the row duals.
"""

from __future__ import annotations

import highspy
import numpy as np
from celwacht.disclosure.search.relations.pricing import STIR, ZERO
from celwacht.disclosure.solver.attacker_program import quiet_solver


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
        self._solver, count = quiet_solver(), len(self.active)
        self._solver.setOptionValue("simplex_strategy", 1)
        self._solver.passModel(self._model())
        self._columns = np.arange(count, dtype=np.int32)
        self._still = highspy.HighsBasis()
        self._still.col_status = [highspy.HighsBasisStatus.kLower] * (3 * count)
        self._still.row_status = [highspy.HighsBasisStatus.kBasic] * len(basis)
        self._still.valid = True

    def _model(self) -> highspy.HighsLp:
        k, count = self._basis.shape
        inf = highspy.kHighsInf
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 3 * count, k
        ends = [np.where(np.isfinite(x), x, 0.0) for x in (self._up, self._down)]
        lp.col_cost_ = np.concatenate([np.zeros(count), *ends])
        lp.col_lower_ = np.zeros(3 * count)
        lp.col_upper_ = np.concatenate([np.zeros(count), *(np.where(np.isfinite(x), inf, 0.0) for x in (self._up, self._down))])
        lp.row_lower_ = lp.row_upper_ = np.zeros(k)
        column, row = np.nonzero(self._basis.T)
        entry = self._basis[row, column]
        first = np.searchsorted(column, np.arange(count + 1))
        nonzero = len(row)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([first, first[1:] + nonzero, first[1:] + 2 * nonzero]).astype(np.int32)
        lp.a_matrix_.index_ = np.tile(row, 3).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate([entry, entry, -entry])
        return lp

    def cheapest(self, target: int, up: bool, level: float, price: np.ndarray) -> np.ndarray | None:
        """As PriceLP.cheapest; None also where only a change outside the span would do."""
        at, solver, inf = int(self._place[target]), self._solver, highspy.kHighsInf
        if at < 0 or level > (self._up if up else self._down)[at]:
            return None
        box = price[self.active] * self._stir
        low, high = -box, box.copy()
        low[at], high[at] = -inf, inf
        solver.changeColsBounds(len(box), self._columns, low, high)
        solver.changeColCost(at, level if up else -level)
        solver.setBasis(self._still)
        solver.run()
        self.work += 1e-6 * len(box) + 6e-8 * len(box) * max(0, solver.getInfo().simplex_iteration_count)
        solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        dual = np.array(solver.getSolution().row_dual) if solved else None
        solver.changeColCost(at, 0.0)
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
