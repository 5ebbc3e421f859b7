"""The attacker's problem: between which values does a printed table leave a cell?

Shares no code with the search for worlds or the checker: it sees a PrintedTable, writes down the facts as rows of a
mixed-integer programme over the atoms, and asks HiGHS for the least and the greatest value of a cell.
Reference: Handbook on SDC, 2nd ed., section 4.2 (feasibility interval); Fischetti and Salazar (2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import highspy
import numpy as np
from celwacht.disclosure.model.printed import PrintedTable


@dataclass(frozen=True, slots=True)
class Interval:
    """Feasibility interval of a cell. None: without bound. `exact` is false where only bounds from outside are known."""

    least: int
    greatest: int | None
    exact: bool = True

    @property
    def width(self) -> float:
        return float("inf") if self.greatest is None else self.greatest - self.least


class Attack:
    """The facts of one printed table, ready to be asked about one cell after the other.

    integral: count in whole persons (mixed-integer programme, exact) or allow fractions (linear programme: intervals
    that are never too narrow). Atoms that are not `possible` are empty.
    """

    def __init__(self, table: PrintedTable, *, integral: bool = True, seconds: float = 10.0):
        self._table = table
        self._columns = [d.matrix() for d in table.dimensions]
        self._n = int(np.prod([d.n_leaves for d in table.dimensions]))
        self._solver = _quiet(seconds)
        self._load(integral)

    def consistent(self) -> bool:
        """Whether any counts at all would be printed so."""
        self._solver.changeColsCost(self._n, np.arange(self._n, dtype=np.int32), np.zeros(self._n))
        self._solver.run()
        return self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def interval(self, cell: tuple[int, ...]) -> Interval:
        """The feasibility interval of one cell; ValueError if the table contradicts itself."""
        least, sure = self._extreme(cell, highspy.ObjSense.kMinimize)
        greatest, sure_too = self._extreme(cell, highspy.ObjSense.kMaximize)
        if least is None:
            least, sure = 0, False
        return Interval(least, greatest, sure and sure_too)

    def _atoms_of(self, cell) -> np.ndarray:
        return reduce(np.kron, [m[i] for m, i in zip(self._columns, cell)]).astype(np.float64)

    def _load(self, integral) -> None:
        least, greatest = self._table.bounds()
        cells = [tuple(c) for c in np.argwhere(~self._table.withheld)]
        rows = [np.flatnonzero(self._atoms_of(c)) for c in cells]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self._n, len(cells)
        lp.col_cost_ = np.zeros(self._n)
        lp.col_lower_ = np.zeros(self._n)
        upper = np.full(self._n, highspy.kHighsInf)
        if self._table.possible is not None:
            upper[~self._table.possible.ravel()] = 0
        lp.col_upper_ = upper
        lp.row_lower_ = np.array([float(least[c]) for c in cells])
        lp.row_upper_ = np.array([float(greatest[c]) for c in cells])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0] + [len(r) for r in rows]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate(rows or [np.zeros(0)]).astype(np.int32)
        lp.a_matrix_.value_ = np.ones(sum(map(len, rows)))
        if integral:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * self._n
        self._integral = integral
        self._solver.passModel(lp)

    def _extreme(self, cell, sense) -> tuple[int | None, bool]:
        """(value or None for no bound, whether it is exact)."""
        solver = self._solver
        solver.changeColsCost(self._n, np.arange(self._n, dtype=np.int32), self._atoms_of(cell))
        solver.changeObjectiveSense(sense)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            value = solver.getInfo().objective_function_value
            if self._integral:
                return round(value), True
            minimise = sense == highspy.ObjSense.kMinimize
            return int(np.ceil(value - 1e-6) if minimise else np.floor(value + 1e-6)), False
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            if status == highspy.HighsModelStatus.kUnboundedOrInfeasible and not self.consistent():
                raise ValueError("no counts at all would be printed so: the table contradicts itself")
            return None, True
        if status == highspy.HighsModelStatus.kInfeasible:
            raise ValueError("no counts at all would be printed so: the table contradicts itself")
        return None, False


def _quiet(seconds: float) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    return solver
