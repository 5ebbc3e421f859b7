"""The attacker's problem: between which values does a printed table leave a cell?

Shares no code with the search for worlds or the checker: it sees a PrintedTable, writes down the facts as rows of a
mixed-integer programme over the atoms, and asks the solver for the least and the greatest value of a cell.
Reference: Handbook on SDC, 2nd ed., section 4.2 (feasibility interval); Fischetti and Salazar (2000).

Example:

    >>> from celwacht.disclosure.model.example import cube, pattern
    >>> table = PrintedTable(cube().dimensions, cube().cells, pattern().reshape(3, 3) > 0)
    >>> Attack(table).interval((1, 1))
    Interval(least=0, greatest=4, exact=True)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.solver.highs import Limits, Outcome, Programme, Solver

NODES = 2_000
"""Of one question; it has no answer where they do not do."""


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

    def __init__(self, table: PrintedTable, *, integral: bool = True):
        self._table = table
        self._columns = [d.matrix() for d in table.dimensions]
        self._n = int(np.prod([d.n_leaves for d in table.dimensions]))
        self._integral = integral
        self._solver = Solver(self._programme(), limits=Limits(NODES))

    def consistent(self) -> bool:
        """Whether any counts at all would be printed so."""
        self._solver.ask(np.zeros(self._n))
        return self._solver.run() is Outcome.OPTIMAL

    def interval(self, cell: tuple[int, ...]) -> Interval:
        """The feasibility interval of one cell; ValueError if the table contradicts itself."""
        least, sure = self._extreme(cell, False)
        greatest, sure_too = self._extreme(cell, True)
        if least is None:
            least, sure = 0, False
        return Interval(least, greatest, sure and sure_too)

    def _atoms_of(self, cell) -> np.ndarray:
        return reduce(np.kron, [m[i] for m, i in zip(self._columns, cell)]).astype(np.float64)

    def _programme(self) -> Programme:
        least, greatest = self._table.bounds()
        cells = [tuple(c) for c in np.argwhere(~self._table.withheld)]
        rows = [np.flatnonzero(self._atoms_of(c)) for c in cells]
        upper = np.full(self._n, np.inf)
        if self._table.possible is not None:
            upper[~self._table.possible.ravel()] = 0
        return Programme(
            np.zeros(self._n),
            np.zeros(self._n),
            upper,
            np.array([float(least[c]) for c in cells]),
            np.array([float(greatest[c]) for c in cells]),
            np.cumsum([0] + [len(r) for r in rows]),
            np.concatenate(rows or [np.zeros(0, np.int64)]),
            np.ones(sum(map(len, rows))),
            whole=self._integral,
        )

    def _extreme(self, cell: tuple[int, ...], highest: bool) -> tuple[int | None, bool]:
        """(value or None for no bound, whether it is exact)."""
        solver = self._solver
        solver.ask(self._atoms_of(cell))
        solver.highest(highest)
        outcome = solver.run()
        if outcome is Outcome.OPTIMAL:
            if self._integral:
                return round(solver.value), True
            return int(np.floor(solver.value + 1e-6) if highest else np.ceil(solver.value - 1e-6)), False
        if outcome in (Outcome.UNBOUNDED, Outcome.EITHER):
            if outcome is Outcome.EITHER and not self.consistent():
                raise ValueError("no counts at all would be printed so: the table contradicts itself")
            return None, True
        if outcome is Outcome.INFEASIBLE:
            raise ValueError("no counts at all would be printed so: the table contradicts itself")
        return None, False
