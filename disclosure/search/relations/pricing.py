"""The cheapest change of all cells that moves one cell by its level: a linear programme with a price per unit and cell.

One warm solver: two columns per move (up, down), rows are the equations. Each question starts from the basis in which nothing
moves: with prices not negative it is dual feasible, and the dual simplex needs little more pivots than cells that move.

Example:

    >>> from celwacht.disclosure.model.example import problem
    >>> from celwacht.disclosure.search.relations.model import moves_of
    >>> moves = moves_of(problem(), b"")
    >>> change = PriceLP(moves, np.random.default_rng(0)).cheapest(int(moves.target[0]), True, 3.0, moves.price)
    >>> [int(x) for x in moves.cells(change, 9)]      # round by the 3, the 6 and the 9, at 3 * (3 + 6 + 9)
    [0, 0, 0, 0, 3, -3, 0, -3, 3]
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.relations.model import Moves
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver
from celwacht.disclosure.solver.work import QUESTION

STIR = 1e-2  # prices are stirred by this share: ties make the simplex walk in circles
ZERO = 1e-7  # a smaller change is none


class PriceLP:
    """Questions about one set of moves. `work` estimates seconds from sizes and iterations: a clock that tells the same everywhere."""

    def __init__(self, moves: Moves, rng: np.random.Generator):
        self.moves, self.work, n = moves, 0.0, moves.n
        self._stir = 1 + STIR * rng.random(n)
        self._upper = np.concatenate([moves.up, moves.down])
        still = np.zeros(len(moves.first) - 1)
        place = 2 * np.arange(len(moves.column))
        index, value = np.empty(2 * len(moves.column), np.int32), np.empty(2 * len(moves.column))
        index[place], index[place + 1] = moves.column, moves.column + n
        value[place], value[place + 1] = moves.coefficient, -moves.coefficient
        self._solver = Solver(Programme(np.ones(2 * n), np.zeros(2 * n), self._upper, still, still, 2 * moves.first, index, value), "dual")

    def cheapest(self, target: int, up: bool, level: float, price: np.ndarray) -> np.ndarray | None:
        """float64 (n,): the change that moves column `target` by `level` up or down at the least sum of price * |change|; None
        if none does. price (n,) per unit, > 0."""
        n, solver = self.moves.n, self._solver
        solver.ask(np.tile(price * self._stir, 2))
        here, there = (target, target + n) if up else (target + n, target)
        if level > self._upper[here]:
            return None
        solver.bound_of(here, level, level)
        solver.bound_of(there, 0.0, 0.0)
        solver.at_rest()
        outcome = solver.run()
        size = 2 * n + len(self.moves.first)
        self.work += QUESTION + 2e-7 * size + 4e-9 * size * solver.iterations
        found = None
        if outcome is Outcome.OPTIMAL:
            x = solver.x
            found = x[:n] - x[n:]
            found[np.abs(found) < ZERO] = 0.0
        solver.bound_of(here, 0.0, self._upper[here])
        solver.bound_of(there, 0.0, self._upper[there])
        return found
