"""The one door to HiGHS: a programme in arrays, a solver that stays warm from one question to the next, and its answers.

Floats live here and nowhere else where a promise hangs on the number: what an answer is worth is judged in integers by who asked.
Runs end by counted work (pivots, nodes) and never by time.

Example. Least x + y with x + y >= 3, both in 0..2:

    Programme(cost=[1, 1], low=[0, 0], high=[2, 2], row_low=[3], row_high=[inf], first=[0, 2], index=[0, 1], value=[1, 1])

has `Solver(...).run()` OPTIMAL with `value` 3, and an `x` such as [2, 1].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from math import inf
from typing import Literal

import highspy
import numpy as np
from celwacht.disclosure.solver.work import LP_PIVOT, LP_ROUND, MIP_PIVOT, MIP_START, QUESTION, Work

MOST = 2147483647
NODES = 1_000
"""Nodes of one mixed-integer programme, where nothing else is said: some five seconds of work."""
_SIMPLEX = {"dual": 1, "primal": 4}


class Outcome(Enum):
    """How a run ended."""

    OPTIMAL = "optimal"
    UNBOUNDED = "unbounded"
    INFEASIBLE = "infeasible"
    EITHER = "unbounded or infeasible"
    LIMIT = "a limit of pivots, nodes or solutions"
    FAILED = "no answer"


_OUTCOMES = {
    highspy.HighsModelStatus.kOptimal: Outcome.OPTIMAL,
    highspy.HighsModelStatus.kUnbounded: Outcome.UNBOUNDED,
    highspy.HighsModelStatus.kInfeasible: Outcome.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Outcome.EITHER,
    highspy.HighsModelStatus.kIterationLimit: Outcome.LIMIT,
    highspy.HighsModelStatus.kSolutionLimit: Outcome.LIMIT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """low <= x <= high, row_low <= A x <= row_high, infinite for no bound; least cost . x is asked for. All float64 but:

    first, index: int, A by rows (row r holds index[first[r]:first[r + 1]]), or by columns if by_column. whole: whether x must
    be whole; some: bool (n,), only these. offset: added to the value.
    """

    cost: np.ndarray
    low: np.ndarray
    high: np.ndarray
    row_low: np.ndarray
    row_high: np.ndarray
    first: np.ndarray
    index: np.ndarray
    value: np.ndarray
    by_column: bool = False
    whole: bool | np.ndarray = False
    offset: float = 0.0

    def model(self) -> highspy.HighsLp:
        """The same in HiGHS's own words."""
        lp, n = highspy.HighsLp(), len(self.low)
        lp.num_col_, lp.num_row_ = n, len(self.row_low)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.low, self.high
        lp.row_lower_, lp.row_upper_, lp.offset_ = self.row_low, self.row_high, self.offset
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise if self.by_column else highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.asarray(self.first, np.int32)
        lp.a_matrix_.index_ = np.asarray(self.index, np.int32)
        lp.a_matrix_.value_ = np.asarray(self.value, np.float64)
        if np.any(self.whole):
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(w)] for w in np.broadcast_to(self.whole, n)]
        return lp


def relaxed(bound: np.ndarray, none: int) -> np.ndarray:
    """Integer bounds as floats, infinite from `none` on (and below its negative)."""
    return np.where(bound <= -none, -inf, np.where(bound >= none, inf, bound.astype(np.float64)))


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends one run. nodes, solutions: of a mixed-integer programme. gap, spread: it may end within this share of, or so near, the
    best. seed, tolerance: of the solver, where they matter."""

    nodes: int = NODES
    gap: float = 0.0
    spread: float | None = None
    solutions: int | None = None
    seed: int | None = None
    tolerance: float | None = None


@dataclass(eq=False)
class Solver:
    """One programme and its last answer. simplex: primal where bounds stay and the question changes, dual where costs stay; then
    without presolve, each run from the last answer. None: as HiGHS chooses. work: the clock that runs are counted on."""

    programme: Programme
    simplex: Literal["primal", "dual"] | None = None
    work: Work = field(default_factory=Work)
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        self._highs = highspy.Highs()
        self._whole = bool(np.any(self.programme.whole))
        self.columns, self.rows = len(self.programme.low), len(self.programme.row_low)
        self.outcome, self.iterations, self._most = Outcome.FAILED, 0, MOST
        self._all = np.arange(self.columns, dtype=np.int32)
        self._set(output_flag=False, threads=1)
        if self.simplex:
            self._set(presolve="off", solver="simplex", simplex_strategy=_SIMPLEX[self.simplex])
        if self._whole:
            self._set_limits()
        if self._highs.passModel(self.programme.model()) == highspy.HighsStatus.kError:  # a run would end the process
            raise ValueError("a programme that HiGHS does not take: a column twice in a row, or bounds that are no numbers")

    def _set(self, **options: bool | int | float | str) -> None:
        for name, value in options.items():
            self._highs.setOptionValue(name, value)

    def _set_limits(self) -> None:
        limits = self.limits
        self._set(mip_max_nodes=limits.nodes, mip_rel_gap=limits.gap)
        for name, value in (
            ("mip_abs_gap", limits.spread),
            ("mip_max_improving_sols", limits.solutions),
            ("random_seed", limits.seed),
            ("mip_feasibility_tolerance", limits.tolerance),
        ):
            if value is not None:
                self._highs.setOptionValue(name, value)

    # the question ---------------------------------------------------------------------------------------------------

    def ask(self, cost: np.ndarray, columns: np.ndarray | None = None) -> None:
        """Other costs, for all columns or those int32 ones."""
        self._highs.changeColsCost(len(cost), self._all if columns is None else columns, cost)

    def ask_of(self, column: int, cost: float) -> None:
        """Another cost for one column."""
        self._highs.changeColCost(column, cost)

    def highest(self, yes: bool) -> None:
        """Whether the most is asked for instead of the least."""
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize if yes else highspy.ObjSense.kMinimize)

    def bound(self, low: np.ndarray, high: np.ndarray, columns: np.ndarray) -> None:
        """Other bounds for these columns, int32."""
        if len(columns):
            self._highs.changeColsBounds(len(columns), columns, low, high)

    def bound_of(self, column: int, low: float, high: float) -> None:
        """Other bounds for one column."""
        self._highs.changeColBounds(column, low, high)

    def bound_row(self, row: int, low: float, high: float) -> None:
        """Other bounds for one row."""
        self._highs.changeRowBounds(row, low, high)

    def add_rows(self, low: np.ndarray, high: np.ndarray, first: np.ndarray, index: np.ndarray, value: np.ndarray) -> None:
        """More rows, as in Programme."""
        self._highs.addRows(len(low), low, high, len(index), first.astype(np.int32), index, value)
        self.rows += len(low)

    def delete_rows(self, rows: np.ndarray) -> None:
        """Takes rows (positions, ascending) away."""
        self._highs.deleteRows(len(rows), rows.astype(np.int32))
        self.rows -= len(rows)

    def at_rest(self) -> None:
        """The next run starts with every column at its lower bound and every row basic."""
        self._highs.setBasis(self._rest())

    def _rest(self) -> highspy.HighsBasis:
        if not hasattr(self, "_still"):
            self._still = highspy.HighsBasis()
            self._still.col_status = [highspy.HighsBasisStatus.kLower] * self.columns
            self._still.row_status = [highspy.HighsBasisStatus.kBasic] * self.rows
            self._still.valid = True
        return self._still

    def forget(self) -> None:
        """The next run starts from nothing."""
        self._highs.clearSolver()

    # the answer -----------------------------------------------------------------------------------------------------

    def run(self, pivots: int | None = None) -> Outcome:
        """Solves; at most so many pivots of the simplex, and no more than the clock has left."""
        size = self.columns + self.rows
        if not self._whole:
            most = self._pivots_left(size)
            most = min(MOST, most if pivots is None else min(pivots, most))
            if most != self._most:
                self._most = most
                self._highs.setOptionValue("simplex_iteration_limit", most)
        self._highs.run()
        self.outcome = _OUTCOMES.get(self._highs.getModelStatus(), Outcome.FAILED)
        self.iterations = max(0, int(self._highs.getInfo().simplex_iteration_count))
        own = MIP_START + MIP_PIVOT * self.iterations if self._whole else LP_ROUND * size + LP_PIVOT * size * self.iterations
        self.work.add(QUESTION + own)
        return self.outcome

    def _pivots_left(self, size: int) -> int:
        left = self.work.left
        return MOST if left == inf else max(1, int(left / (LP_PIVOT * max(1, size))))

    @property
    def feasible(self) -> bool:
        """Whether `x` satisfies the programme, optimal or not."""
        return self._highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible

    @property
    def x(self) -> np.ndarray:
        """float64 (n,), the columns; may be empty after a failure."""
        return np.array(self._highs.getSolution().col_value)

    @property
    def dual(self) -> np.ndarray:
        """float64 (rows,), the multipliers of the rows."""
        return np.array(self._highs.getSolution().row_dual)

    @property
    def value(self) -> float:
        """Of the objective at `x`."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def bound_on_value(self) -> float:
        """What a mixed-integer programme has proved that no x passes."""
        return float(self._highs.getInfo().mip_dual_bound)

    def ray(self) -> np.ndarray | None:
        """float64 (rows,): multipliers that show that nothing satisfies the programme, if the solver has them."""
        found = self._highs.getDualRay()  # type: ignore[attr-defined]  # it is there; the package's stub does not name it
        return np.array(found[2]) if found[1] else None
