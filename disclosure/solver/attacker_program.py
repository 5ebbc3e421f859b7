"""The attacker's linear programme: how far can one cell move when the pattern is known?

One warm HiGHS model per problem. Columns are changes of cells from the truth, rows are relations; patterns only change
column bounds, questions only change the cost and the bound of one column. So the primal simplex goes on from the last
answer. Whole numbers are not asked for here: answers are limits that no world passes, or points from which
`exact_world.py` makes worlds. The row duals of an answer give capacity constraints (`cuts.py`).

Reference: Fischetti and Salazar, JASA 95 (2000), 916-928, section 3; Handbook on SDC, 2nd ed., 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem


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

    def __init__(self, problem: SuppressionProblem, *, seconds: float | None = None):
        self.n, self.m, self.pushes = len(problem), len(problem.relations), 0
        self.low, self.high = moves_of(problem, problem.start())
        self._all = np.arange(self.n, dtype=np.int32)
        self._solver = quiet_solver(seconds)
        self._solver.passModel(_model(problem, self.low, self.high))

    def room(self, low: np.ndarray, high: np.ndarray) -> None:
        """Sets the least and greatest change of every cell, float64 (n,); 0 must lie between. Keeps the basis."""
        changed = np.flatnonzero((low != self.low) | (high != self.high)).astype(np.int32)
        self.low, self.high = low.copy(), high.copy()
        if changed.size:
            self._solver.changeColsBounds(len(changed), changed, self.low[changed], self.high[changed])

    def room_of(self, cell: int, low: float, high: float) -> None:
        """Sets the least and greatest change of one cell."""
        self.low[cell], self.high[cell] = low, high
        self._solver.changeColBounds(cell, low, high)

    def push(self, cell: int, up: bool, at_most: float = np.inf) -> Push:
        """Moves the cell as far up or down as can be, but not past `at_most` (a size)."""
        solver, self.pushes = self._solver, self.pushes + 1
        low = float(self.low[cell]) if up else max(float(self.low[cell]), -at_most)
        high = min(float(self.high[cell]), at_most) if up else float(self.high[cell])
        if (high if up else -low) <= 0:
            return Push(0.0, np.zeros(self.n), np.zeros(self.m))
        solver.changeColBounds(cell, low, high)
        solver.changeColCost(cell, -1.0 if up else 1.0)
        solver.run()
        status = solver.getModelStatus()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnbounded):
            solver.clearSolver()  # once more from the start
            solver.run()
            status = solver.getModelStatus()
        solution = solver.getSolution()
        difference, dual = np.array(solution.col_value), np.array(solution.row_dual)
        solver.changeColCost(cell, 0.0)
        solver.changeColBounds(cell, float(self.low[cell]), float(self.high[cell]))
        if status == highspy.HighsModelStatus.kUnbounded:
            return Push(np.inf, np.zeros(self.n), np.zeros(self.m))
        if status != highspy.HighsModelStatus.kOptimal:
            return Push(0.0, np.zeros(self.n), np.zeros(self.m), optimal=False)
        return Push(max(0.0, float(difference[cell] if up else -difference[cell])), difference, dual)


def quiet_solver(seconds: float | None = None) -> highspy.Highs:
    """HiGHS on one thread, without output, set for many small warm-started linear programmes."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("simplex_strategy", 4)  # primal: bounds stay, the question changes
    if seconds is not None:
        solver.setOptionValue("time_limit", seconds)
    return solver


def _model(problem: SuppressionProblem, low: np.ndarray, high: np.ndarray) -> highspy.HighsLp:
    facts = problem.relations
    sums = facts.sums(problem.value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(problem), len(facts)
    lp.col_cost_ = np.zeros(len(problem))
    lp.col_lower_, lp.col_upper_ = low, high
    lp.row_lower_ = np.where(facts.least <= -UNBOUNDED, -np.inf, facts.least - sums).astype(np.float64)
    lp.row_upper_ = np.where(facts.greatest >= UNBOUNDED, np.inf, facts.greatest - sums).astype(np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = facts.first.astype(np.int32)
    lp.a_matrix_.index_ = facts.cell
    lp.a_matrix_.value_ = facts.coefficient.astype(np.float64)
    return lp
