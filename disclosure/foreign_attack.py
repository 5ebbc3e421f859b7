"""The attacker's programme over one part of the facts: feasibility intervals with HiGHS, whole numbers throughout.

1. A table that satisfies all facts, and others that push many cells at once: each shows values that are possible, so
   that most open cells are answered without a question of their own.
2. Cells that are not yet seen wide: least and greatest value one by one, first with fractions (an outer bound, quick), then
   in whole numbers.
3. In parts too large for that: only the lines around the cell (an outer bound), and the tables that differ from the first one
   there and nowhere else (values that are possible).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, floor
from time import monotonic

import highspy
import numpy as np

from celwacht.disclosure.foreign_bounds import FAR, cells_to_relations
from celwacht.disclosure.foreign_parts import Part, part_of

LARGE = 2_500
"""Cells from which on a part is asked about in circles around each cell."""
NEAR = 350
JOINT = 24
REACH = 1_000
"""How far beyond values seen before to look, where nothing bounds a cell."""
_SURE = 1e-6
_MIP_SECONDS = 5.0


class Contradiction(Exception):
    """No whole numbers satisfy the facts of a part; `relations`: positions in the part of the few to leave out."""

    def __init__(self, relations: np.ndarray):
        super().__init__("facts contradict each other")
        self.relations = relations


class Programme:
    """One part as a mixed-integer programme, ready to be asked for the extremes of one objective after the other."""

    def __init__(self, part: Part, whole: bool, seconds: float):
        self.part, self.whole, self.size, self.seconds = part, whole, len(part), seconds
        self.solver = solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("time_limit", seconds)):
            solver.setOptionValue(option, value)
        solver.passModel(_model(part, whole))

    def extreme(self, objective: np.ndarray, highest: bool) -> tuple[float | None, np.ndarray | None, bool]:
        """(bound or None for none known, infinite where there is none; a solution or None; whether any can exist)."""
        solver = self.solver
        solver.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), objective.astype(np.float64))
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize if highest else highspy.ObjSense.kMinimize)
        solver.setOptionValue("time_limit", solver.getRunTime() + self.seconds)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, None, False
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return np.inf, None, True
        found = np.array(solver.getSolution().col_value) if info.primal_solution_status == 2 else None
        if status == highspy.HighsModelStatus.kOptimal:
            return info.objective_function_value, found, True
        bound = info.mip_dual_bound if self.whole and status == highspy.HighsModelStatus.kTimeLimit else None
        return (bound if bound is not None and np.isfinite(bound) else None), found, True


def _model(part: Part, whole: bool) -> highspy.HighsLp:
    def ends(array):
        return np.where(array >= FAR, highspy.kHighsInf, np.where(array <= -FAR, -highspy.kHighsInf,
                                                                  array.astype(np.float64)))
    lp, rows = highspy.HighsLp(), part.relations
    lp.num_col_, lp.num_row_ = len(part), len(rows)
    lp.col_cost_ = np.zeros(len(part))
    lp.col_lower_, lp.col_upper_ = ends(part.least), ends(part.greatest)
    lp.row_lower_, lp.row_upper_ = ends(rows.least), ends(rows.greatest)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = rows.first.astype(np.int32), rows.cell
    lp.a_matrix_.value_ = rows.coefficient.astype(np.float64)
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(part)
    return lp


@dataclass(eq=False)
class Seen:
    """Outer bounds and values seen in whole-numbered tables, over the cells of one part; int64, FAR for none."""

    part: Part
    least: np.ndarray = field(init=False)
    greatest: np.ndarray = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.least, self.greatest = self.part.least.copy(), self.part.greatest.copy()
        self.low = np.full(len(self.part), FAR)
        self.high = np.full(len(self.part), -FAR)

    def add(self, x: np.ndarray | None) -> np.ndarray | None:
        """Takes a solution in as whole numbers, when it is one by exact arithmetic; returns it then."""
        if x is None:
            return None
        rows, whole = self.part.relations, np.rint(x).astype(np.int64)
        sums = rows.sums(whole)
        if ((whole < self.part.least) | (whole > self.part.greatest)).any() or (
                (sums < rows.least) | (sums > rows.greatest)).any():
            return None
        np.minimum(self.low, whole, out=self.low)
        np.maximum(self.high, whole, out=self.high)
        return whole

    def spread(self) -> np.ndarray:
        """(k,) how far apart values were seen; negative where none was."""
        return self.high - self.low


def ask(part: Part, wanted: np.ndarray, width: int, until: float, tick: Callable[[], None]) -> Seen:
    """What can be said of the wanted cells (positions in the part) before the moment `until`. Contradiction if the facts
    cannot all hold. tick: called after each cell that needed a question of its own."""
    seen = Seen(part)
    base = _first(part, seen, until)
    if base is None:
        return seen
    _joint(part, seen, wanted, width, until)
    if len(part) <= LARGE:
        _one_by_one(part, seen, wanted, width, until, tick)
    else:
        _near(part, seen, wanted, width, base, until, tick)
    return seen


def _left(until: float) -> float:
    return max(until - monotonic(), 0.01)


def _first(part: Part, seen: Seen, until: float) -> np.ndarray | None:
    programme = Programme(part, True, min(_left(until), 60.0))
    _, x, possible = programme.extreme(np.zeros(len(part)), False)
    if not possible:
        raise Contradiction(_culprits(part, min(_left(until), 30.0)))
    return seen.add(x)


def _joint(part: Part, seen: Seen, wanted: np.ndarray, width: int, until: float) -> None:
    """Objectives over all wanted cells that were not seen wide enough, up and down, as long as it helps."""
    random = np.random.default_rng(len(part))
    ends = replace(part, greatest=np.minimum(part.greatest, np.maximum(seen.high, 0) + max(REACH, 10 * width)),
                   least=np.maximum(part.least, np.minimum(seen.low, 0) - max(REACH, 10 * width)))
    programme = Programme(ends, True, min(_MIP_SECONDS, _left(until)))
    for turn in range(JOINT):
        todo = wanted[seen.spread()[wanted] < width]
        if not len(todo) or monotonic() > until:
            return
        objective = np.zeros(len(part))
        objective[todo] = random.choice([-1.0, 1.0], len(todo))
        for highest in (True, False):
            seen.add(programme.extreme(objective, highest)[1])
        if turn > 2 and len(wanted[seen.spread()[wanted] < width]) > 0.97 * len(todo):
            return


def _one_by_one(part: Part, seen: Seen, wanted: np.ndarray, width: int, until: float, tick) -> None:
    """Outer bounds of every wanted cell with fractions; whole numbers where that leaves a doubt."""
    loose = Programme(part, False, min(_MIP_SECONDS, _left(until)))
    whole = Programme(part, True, min(_MIP_SECONDS, _left(until)))
    for i in wanted[np.argsort(seen.spread()[wanted], kind="stable")]:
        unit = np.zeros(len(part))
        unit[i] = 1.0
        for highest in (False, True):
            if monotonic() > until:
                return
            if _attained(seen, i, highest):
                continue
            value, x, _ = loose.extreme(unit, highest)
            _tighten(seen, i, value, highest)
            if value is not None and np.isinf(value):  # and there is a whole-numbered table, so that those go on for ever too
                (seen.high if highest else seen.low)[i] = (seen.greatest if highest else seen.least)[i]
            if x is not None and np.abs(x - np.rint(x)).max() < _SURE:
                seen.add(x)
            if not _attained(seen, i, highest) and (seen.spread()[i] < width or len(part) < NEAR):
                value, x, _ = whole.extreme(unit, highest)
                _tighten(seen, i, value, highest)
                seen.add(x)
        tick()


def _attained(seen: Seen, i: int, highest: bool) -> bool:
    return seen.high[i] == seen.greatest[i] if highest else seen.low[i] == seen.least[i]


def _tighten(seen: Seen, i: int, value: float | None, highest: bool) -> None:
    if value is None or not abs(value) < FAR:
        return
    if highest:
        seen.greatest[i] = min(seen.greatest[i], floor(value + _SURE * max(1.0, abs(value))))
    else:
        seen.least[i] = max(seen.least[i], ceil(value - _SURE * max(1.0, abs(value))))


def _near(part: Part, seen: Seen, wanted: np.ndarray, width: int, base: np.ndarray, until: float, tick) -> None:
    """As _one_by_one, each cell among its neighbours only."""
    through = cells_to_relations(part.relations, len(part))
    for i in wanted[np.argsort(seen.spread()[wanted], kind="stable")]:
        if monotonic() > until:
            return
        if seen.spread()[i] >= width:
            continue
        cells, lines = circle(part, through, int(i))
        inside = np.zeros(len(part), bool)
        inside[cells] = True
        outer = part_of(lines, part.least, part.greatest, part.relations)
        held = part_of(np.unique(np.concatenate([through[1][through[0][c]:through[0][c + 1]] for c in cells])),
                       np.where(inside, part.least, 0), np.where(inside, part.greatest, 0), part.relations, base)
        for highest in (False, True):
            value, _, _ = _extreme_of(outer, i, highest, until)
            _tighten(seen, i, value, highest)
            _, x, _ = _extreme_of(held, i, highest, until)
            if x is not None:
                moved = base.astype(np.float64)
                moved[held.cells] = x
                seen.add(moved)
        tick()


def _extreme_of(piece: Part, i: int, highest: bool, until: float):
    unit = (piece.cells == i).astype(np.float64)
    return Programme(piece, True, min(_MIP_SECONDS, _left(until))).extreme(unit, highest)


def circle(part: Part, through, i: int) -> tuple[np.ndarray, np.ndarray]:
    """(cells, relations) around a cell, whole circles up to NEAR cells."""
    first, relation = through
    cells, lines, edge = {i}, set(), [i]
    while edge and len(cells) < NEAR:
        new = {int(r) for c in edge for r in relation[first[c]:first[c + 1]]} - lines
        lines |= new
        edge = sorted({int(c) for r in new for c in part.relations.cell[part.relations.first[r]:
                                                                       part.relations.first[r + 1]]} - cells)
        cells |= set(edge)
    return np.array(sorted(cells)), np.array(sorted(lines), np.int64)


def _culprits(part: Part, seconds: float) -> np.ndarray:
    """The relations to leave out so that the rest can hold: least total violation; all of them where no answer came."""
    m, k, rows = len(part.relations), len(part), part.relations
    lp = _model(part, True)
    lp.num_col_ = k + 2 * m
    lp.col_cost_ = np.concatenate([np.zeros(k), np.ones(2 * m)])
    lp.col_lower_ = np.concatenate([np.asarray(lp.col_lower_), np.zeros(2 * m)])
    lp.col_upper_ = np.concatenate([np.asarray(lp.col_upper_), np.full(2 * m, highspy.kHighsInf)])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * k + [highspy.HighsVarType.kContinuous] * (2 * m)
    slack = [np.array([k + r, k + m + r]) for r in range(m)]
    pieces = [(rows.cell[rows.first[r]:rows.first[r + 1]], rows.coefficient[rows.first[r]:rows.first[r + 1]])
              for r in range(m)]
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(p[0]) + 2 for p in pieces])]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([a for p, s in zip(pieces, slack) for a in (p[0], s)]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([a for p in pieces for a in (p[1], [1.0, -1.0])]).astype(np.float64)
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", seconds)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    if solver.getInfo().primal_solution_status != 2:
        return np.arange(m)
    x = np.array(solver.getSolution().col_value)[k:]
    found = np.flatnonzero(x[:m] + x[m:] > 1e-4)
    return found if len(found) else np.arange(m)
