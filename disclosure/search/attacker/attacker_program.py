"""The attacker's linear programme: how far can one cell move when the pattern is known?

One warm solver per problem. Columns are changes of cells from the truth, rows are relations; patterns only change
column bounds, questions only change the cost and the bound of one column. So the primal simplex goes on from the last
answer. Whole numbers are not asked for here: answers are limits that no world passes, or points from which
`exact_world.py` makes worlds. The row duals of an answer give capacity constraints (`cuts.py`).

Reference: Fischetti and Salazar, JASA 95 (2000), 916-928, section 3; Handbook on SDC, 2nd ed., 4.2.

Example:

    >>> from celwacht.disclosure.model.example import pattern, problem
    >>> attacker = AttackerLP(problem())
    >>> attacker.push(4, up=True).reach      # with the 1 withheld alone: nowhere
    0.0
    >>> attacker.room(*moves_of(problem(), pattern()))
    >>> attacker.push(4, up=True).reach, attacker.push(4, up=False).reach      # from 1 to 4, and to 0
    (3.0, 1.0)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, Relations, SuppressionProblem
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver
from celwacht.disclosure.solver.work import Work

PIVOTS = 100_000
"""Of one question; the solver is believed to walk in circles then."""


@dataclass(frozen=True, slots=True, eq=False)
class Push:
    """How far a cell went. reach: size of its change, never negative, inf for no limit. difference: float64 (n,), the
    change of every cell. row_dual: float64 (m,), multipliers of the relations. optimal: nothing reaches further (within
    the solver's tolerance); false when the solver gave up, and then the point is the truth itself."""

    reach: float
    difference: np.ndarray
    row_dual: np.ndarray
    optimal: bool = True


def moves_of(problem: SuppressionProblem, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) change of each cell by itself under a pattern; float64 (n,), infinite where nothing is known."""
    least, greatest = problem.room(pattern)
    low, high = (least - problem.value).astype(np.float64), (greatest - problem.value).astype(np.float64)
    low[least <= -UNBOUNDED] = -np.inf
    high[greatest >= UNBOUNDED] = np.inf
    return low, high


class AttackerLP:
    """The relations of a problem, ready to be asked about one cell after the other. `pushes` counts the questions."""

    def __init__(self, problem: SuppressionProblem, *, work: Work | None = None):
        self.n, self.m, self.pushes = len(problem), len(problem.relations), 0
        self.low, self.high = moves_of(problem, problem.start())
        self._solver = Solver(_programme(problem, self.low, self.high), "primal", work or Work())

    def room(self, low: np.ndarray, high: np.ndarray) -> None:
        """Sets the least and greatest change of every cell, float64 (n,); 0 must lie between. Keeps the basis."""
        changed = np.flatnonzero((low != self.low) | (high != self.high)).astype(np.int32)
        self.low, self.high = low.copy(), high.copy()
        self._solver.bound(self.low[changed], self.high[changed], changed)

    def room_of(self, cell: int, low: float, high: float) -> None:
        """Sets the least and greatest change of one cell."""
        self.low[cell], self.high[cell] = low, high
        self._solver.bound_of(cell, low, high)

    def push(self, cell: int, up: bool, at_most: float = np.inf) -> Push:
        """Moves the cell as far up or down as can be, but not past `at_most` (a size)."""
        solver, self.pushes = self._solver, self.pushes + 1
        low = float(self.low[cell]) if up else max(float(self.low[cell]), -at_most)
        high = min(float(self.high[cell]), at_most) if up else float(self.high[cell])
        if (high if up else -low) <= 0:
            return Push(0.0, np.zeros(self.n), np.zeros(self.m))
        solver.bound_of(cell, low, high)
        solver.ask_of(cell, -1.0 if up else 1.0)
        outcome = solver.run(PIVOTS)
        if outcome not in (Outcome.OPTIMAL, Outcome.UNBOUNDED, Outcome.LIMIT):
            solver.forget()  # once more from the start
            outcome = solver.run(PIVOTS)
        difference, dual = solver.x, solver.dual
        solver.ask_of(cell, 0.0)
        solver.bound_of(cell, float(self.low[cell]), float(self.high[cell]))
        if outcome is Outcome.UNBOUNDED:
            return Push(np.inf, np.zeros(self.n), np.zeros(self.m))
        if outcome is not Outcome.OPTIMAL:
            return Push(0.0, np.zeros(self.n), np.zeros(self.m), optimal=False)
        return Push(max(0.0, float(difference[cell] if up else -difference[cell])), difference, dual)


def _programme(problem: SuppressionProblem, low: np.ndarray, high: np.ndarray) -> Programme:
    facts = problem.relations
    row_low, row_high = play_of(facts, facts.sums(problem.value))
    return Programme(np.zeros(len(problem)), low, high, row_low, row_high, facts.first, facts.cell, facts.coefficient)


def play_of(facts: Relations, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) change of every relation's sum; float64 (m,), infinite where nothing bounds it."""
    least = np.where(facts.least <= -UNBOUNDED, -np.inf, facts.least - sums).astype(np.float64)
    return least, np.where(facts.greatest >= UNBOUNDED, np.inf, facts.greatest - sums).astype(np.float64)
