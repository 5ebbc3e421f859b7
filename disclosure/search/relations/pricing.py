"""The cheapest change of all cells that moves one cell by its level: a linear programme with a price per unit and cell.

One warm HiGHS model: two columns per move (up, down), rows are the equations. Each question starts from the basis in which nothing
moves: with prices not negative it is dual feasible, and the dual simplex needs little more pivots than cells that move.
"""

from __future__ import annotations

import highspy
import numpy as np
from celwacht.disclosure.search.relations.model import Moves
from celwacht.disclosure.solver.attacker_program import quiet_solver

STIR = 1e-2  # prices are stirred by this share: ties make the simplex walk in circles
ZERO = 1e-7  # a smaller change is none


class PriceLP:
    """Questions about one set of moves. `work` estimates seconds from sizes and iterations: a clock that tells the same everywhere."""

    def __init__(self, moves: Moves, rng: np.random.Generator):
        self.moves, self.work, n = moves, 0.0, moves.n
        self._stir = 1 + STIR * rng.random(n)
        self._columns = np.arange(2 * n, dtype=np.int32)
        self._upper = np.concatenate([moves.up, moves.down])
        self._solver = solver = quiet_solver()
        solver.setOptionValue("simplex_strategy", 1)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 2 * n, len(moves.first) - 1
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.ones(2 * n), np.zeros(2 * n), self._upper
        lp.row_lower_ = lp.row_upper_ = np.zeros(lp.num_row_)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = (2 * moves.first).astype(np.int32)
        place = 2 * np.arange(len(moves.column))
        index, value = np.empty(2 * len(moves.column), np.int32), np.empty(2 * len(moves.column))
        index[place], index[place + 1] = moves.column, moves.column + n
        value[place], value[place + 1] = moves.coefficient, -moves.coefficient
        lp.a_matrix_.index_, lp.a_matrix_.value_ = index, value
        solver.passModel(lp)
        self._still = highspy.HighsBasis()
        self._still.col_status = [highspy.HighsBasisStatus.kLower] * (2 * n)
        self._still.row_status = [highspy.HighsBasisStatus.kBasic] * lp.num_row_
        self._still.valid = True

    def cheapest(self, target: int, up: bool, level: float, price: np.ndarray) -> np.ndarray | None:
        """float64 (n,): the change that moves column `target` by `level` up or down at the least sum of price * |change|; None
        if none does. price (n,) per unit, > 0."""
        n, solver = self.moves.n, self._solver
        solver.changeColsCost(2 * n, self._columns, np.tile(price * self._stir, 2))
        here, there = (target, target + n) if up else (target + n, target)
        if level > self._upper[here]:
            return None
        solver.changeColBounds(here, level, level)
        solver.changeColBounds(there, 0.0, 0.0)
        solver.setBasis(self._still)
        solver.run()
        size = 2 * n + len(self.moves.first)
        self.work += 2e-7 * size + 4e-9 * size * max(0, solver.getInfo().simplex_iteration_count)
        status = solver.getModelStatus()
        found = None
        if status == highspy.HighsModelStatus.kOptimal:
            x = np.array(solver.getSolution().col_value)
            found = x[:n] - x[n:]
            found[np.abs(found) < ZERO] = 0.0
        solver.changeColBounds(here, 0.0, self._upper[here])
        solver.changeColBounds(there, 0.0, self._upper[there])
        return found
