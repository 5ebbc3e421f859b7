"""What lines tell together, where one at a time they tell less: programmes over the lines around a sensitive cell.

The least and greatest value of the cell are asked over the AROUND lines nearest to it, all other cells within the bounds that lines gave them: a relaxation, so that
what it finds narrow is narrow. Joint questions first: a cell that two solutions in whole numbers put far enough apart, with all its lines among those, needs none of its own. With
fractions then; in whole numbers where that leaves the cell less than NEAR wider than narrow. The figures that it leans on are
those of the lines with a multiplier other than 0. Only cells that lines leave less than REACH wider than narrow are asked, the narrowest first, and no more than a number of
them: what is farther, or beyond that number, is not looked at. Work is counted, so that the answer is the same on every machine.

Example: x + y, y + z and x + z are printed as 2, 2 and 2. Line by line each is 0 to 2; the three together say 1, and lean on all three figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from celwacht.disclosure.audit.bounds.components import Part, part_of
from celwacht.disclosure.audit.bounds.integer_program import Question, programme_of
from celwacht.disclosure.audit.bounds.line_bounds import Narrowed, Through, cells_to_relations, telling
from celwacht.disclosure.audit.bounds.line_kernel import FAR
from celwacht.disclosure.model.problem import Relations
from celwacht.disclosure.solver.highs import Outcome, Solver

AROUND = 160
REACH = 8
NEAR = 3
JOINT = 4
NODES = 300
_SURE = 1e-6
_NONE = 1e-7


@dataclass(frozen=True, slots=True)
class Told:
    """A sensitive cell that lines tell too closely together, the relations that do, and the ends of intervals that they need beside: (cell, side)."""

    cell: int
    relations: tuple[int, ...]
    ends: tuple[tuple[int, int], ...] = ()


def in_reach(found: Narrowed, width: np.ndarray) -> np.ndarray:
    """Sensitive cells that are asked, the narrowest first: those that lines leave wide enough, but not by much."""
    apart = found.greatest - found.least
    its = np.flatnonzero((width > 0) & (apart >= width) & (apart < width + REACH))
    return its[np.lexsort((its, apart[its] - width[its]))]


def told_together(
    found: Narrowed,
    relations: Relations,
    width: np.ndarray,
    cells: np.ndarray,
    through: Through | None = None,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Iterator[Told]:
    """Which of the cells the lines around them tell too closely. found: what lines tell one at a time; width: int64 over all cells; through:
    `cells_to_relations` of these, where who asks has it already; tell(done, of): told as it goes on."""
    around, wanted = _Around(found, relations, through or cells_to_relations(relations, len(width))), np.zeros(len(width), bool)
    wanted[cells] = True
    for done, i in enumerate(cells.tolist(), 1):
        tell(done, len(cells))
        part = around.of(i) if wanted[i] else None
        if part is None:
            continue
        block = _Block(part, width[part.cells])
        its = np.flatnonzero(wanted[part.cells] & around.inside(part))
        wanted[part.cells[block.apart(its)]] = False
        leaned = block.leaned(int(np.searchsorted(part.cells, i))) if wanted[i] else None
        if leaned is not None:
            rows, ends = leaned
            yield Told(i, tuple(part.relation[rows].tolist()), tuple((int(part.cells[k]), int(side)) for k, side in ends))


class _Around:
    """The lines nearest to a cell that still say something."""

    def __init__(self, found: Narrowed, relations: Relations, through: Through):
        self.found, self.relations = found, relations
        self.first, self.through = through
        self.telling, self.lines = telling(found.least, found.greatest, relations)

    def inside(self, part: Part) -> np.ndarray:
        """bool over its cells: all lines that say something of the cell are in the part."""
        rows = part.relations
        return np.bincount(rows.cell, minlength=len(part)) == self.lines[part.cells]

    def of(self, i: int) -> Part | None:
        """In widening circles over open cells, to AROUND lines; None where no line says anything of the cell."""
        least, greatest, rows = self.found.least, self.found.greatest, self.relations
        chosen: dict[int, None] = {}
        edge, seen = [i], {i}
        while edge and len(chosen) < AROUND:
            new: list[int] = []
            for j in edge:
                for r in self.through[self.first[j] : self.first[j + 1]].tolist():
                    if r in chosen or not self.telling[r] or len(chosen) >= AROUND:
                        continue
                    chosen[r] = None
                    its = rows.cell[rows.first[r] : rows.first[r + 1]]
                    for k in its[least[its] < greatest[its]].tolist():
                        if k not in seen:
                            seen.add(k)
                            new.append(k)
            edge = new
        return part_of(np.array(sorted(chosen), np.int64), least, greatest, rows) if chosen else None


class _Block:
    """The lines around a cell as a programme. width: of the cells of the part."""

    def __init__(self, part: Part, width: np.ndarray):
        self.part, self.width = part, width
        self.solver = Solver(programme_of(part, False), "primal")

    def apart(self, its: np.ndarray) -> np.ndarray:
        """Which of these cells solutions of a few joint questions put far enough apart: with them nothing is told here."""
        low, high = np.full(len(its), np.inf), np.full(len(its), -np.inf)
        for turn in range(JOINT):
            left = high - low < self.width[its] - _SURE
            if not left.any():
                break
            cost = np.zeros(len(self.part))
            cost[its[left]] = np.where(np.arange(int(left.sum())) >> turn // 2 & 1, 1.0, -1.0) * (1 - 2 * (turn & 1))
            self.solver.ask(cost)
            if self.solver.run() is Outcome.OPTIMAL and self._whole():
                low, high = np.minimum(low, self.solver.x[its]), np.maximum(high, self.solver.x[its])
        return its[high - low >= self.width[its] - _SURE]

    def _whole(self) -> bool:
        """Whether the last answer is one in whole numbers."""
        return bool((np.abs(self.solver.x - np.rint(self.solver.x)) < _SURE).all())

    def leaned(self, k: int) -> tuple[np.ndarray, np.ndarray] | None:
        """The lines that tell cell k too closely together, and the (cell, side) whose bounds that takes; None where they do not."""
        part, width = self.part, int(self.width[k])
        ends, leaned, attained = [int(part.least[k]), int(part.greatest[k])], np.zeros(len(part.relations), bool), True
        bounds = np.zeros((len(part), 2), bool)
        for highest in (False, True):
            self.solver.ask(_unit(part, k) * (-1.0 if highest else 1.0))
            if self.solver.run() is Outcome.INFEASIBLE:
                return None
            if self.solver.outcome is Outcome.OPTIMAL:
                ends[highest] = _inwards(ends[highest], self.solver.value * (-1.0 if highest else 1.0), highest)
                leaned |= np.abs(self.solver.dual) > _NONE
                bounds |= self._bounds(k, highest)
            attained &= self.solver.outcome is Outcome.OPTIMAL and self._whole()
        if ends[1] - ends[0] < width:
            return np.flatnonzero(leaned), np.argwhere(bounds)
        return None if attained or ends[1] - ends[0] >= width + NEAR else self._in_whole_numbers(k, ends)

    def _bounds(self, k: int, highest: bool) -> np.ndarray:
        """bool (cells, 2): the bounds that the last answer leans on, least and greatest: what a cell costs beyond what the lines pay for it."""
        rows = self.part.relations
        paid = np.bincount(rows.cell, rows.coefficient * self.solver.dual[rows.relation], minlength=len(self.part))
        beyond = _unit(self.part, k) * (-1.0 if highest else 1.0) - paid
        return np.stack([beyond > _NONE, beyond < -_NONE], axis=1)

    def _in_whole_numbers(self, k: int, ends: list[int]) -> tuple[np.ndarray, np.ndarray] | None:
        whole = Question(self.part, True, nodes=NODES)
        for highest in (False, True):
            value = whole.extreme(_unit(self.part, k), highest)[0]
            if value is not None and abs(value) < FAR:
                ends[highest] = _inwards(ends[highest], value, highest)
        every = np.arange(len(self.part.relations)), np.argwhere(np.ones((len(self.part), 2), bool))
        return every if ends[1] - ends[0] < self.width[k] else None


def _inwards(end: int, value: float, highest: bool) -> int:
    """The end of an interval of whole numbers, by a bound that a solver gave; never closer than that bound allows."""
    slack = _SURE * max(1.0, abs(value))
    return min(end, floor(value + slack)) if highest else max(end, ceil(value - slack))


def _unit(part: Part, k: int) -> np.ndarray:
    unit = np.zeros(len(part))
    unit[k] = 1.0
    return unit
