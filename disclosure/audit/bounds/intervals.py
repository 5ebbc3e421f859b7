"""The attacker's questions about one part of the facts: feasibility intervals, whole numbers throughout.

1. `look`: a table that satisfies all facts, and others that push many cells at once: each shows values that are possible, so
   that most open cells are answered without a question of their own.
2. `settle`: cells that are not yet seen wide, one by one: least and greatest value, first with fractions (an outer bound,
   quick), then in whole numbers. In large parts: only with the lines around the cell (an outer bound), and among tables that
   differ from one that satisfies all facts there and nowhere else (values that are possible).
3. `measure`: the ends of the intervals of cells that are known to be open, as long as there is work left.

Example: the four inner cells of model/example.py are one part. `look` finds tables with the 1 at 0 and at 4: 4 apart, answered. A cell that is seen at 1 only
is asked by `settle`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, floor

import numpy as np
from celwacht.disclosure.audit.bounds.components import Part, part_of
from celwacht.disclosure.audit.bounds.integer_program import Contradiction, Question, culprits
from celwacht.disclosure.audit.bounds.line_bounds import cells_to_relations
from celwacht.disclosure.audit.bounds.line_kernel import FAR
from celwacht.disclosure.solver.work import Work

LARGE = 4_000
"""Cells from which on a part is asked about in circles around each cell."""
NEAR = 350
MEASURED = 1_500
"""Open cells of parts up to this size have their intervals measured."""
JOINT = 24
REACH = 1_000
"""How far beyond values seen before to look, where nothing bounds a cell."""
_SURE = 1e-6
FIRST_NODES = 10_000
"""For a first table that satisfies all facts."""
CIRCLE = 5.0
"""Seconds of work for the joint questions of one circle."""


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
        self.last: np.ndarray | None = None

    def add(self, x: np.ndarray | None) -> np.ndarray | None:
        """Takes a solution in as whole numbers, when it is one by exact arithmetic; returns it then."""
        if x is None:
            return None
        rows, whole = self.part.relations, np.rint(x).astype(np.int64)
        sums = rows.sums(whole)
        if ((whole < self.part.least) | (whole > self.part.greatest)).any() or ((sums < rows.least) | (sums > rows.greatest)).any():
            return None
        np.minimum(self.low, whole, out=self.low)
        np.maximum(self.high, whole, out=self.high)
        self.last = whole
        return whole

    def spread(self) -> np.ndarray:
        """(k,) how far apart values were seen; negative where none was."""
        return self.high - self.low


def look(part: Part, targets: np.ndarray, width: int, work: Work) -> tuple[Seen, np.ndarray | None]:
    """(what is seen of the part, a table that satisfies all facts or None where none was found with the work allowed). targets: positions in
    the part. Contradiction if the facts cannot all hold."""
    seen = Seen(part)
    base = _first(part, seen, work)
    if base is not None and len(part) <= LARGE:
        _joint(part, seen, targets, width, work)
    elif base is not None:
        base = _joint_near(part, seen, targets, width, base, work)
    return seen, base


def settle(seen: Seen, base: np.ndarray | None, targets: np.ndarray, width: int, work: Work, tick: Callable[[], None]) -> None:
    """Answers the target cells that were not seen wide enough. tick: called after each of them."""
    todo = targets[seen.spread()[targets] < width]
    if base is None or not len(todo):
        return
    if len(seen.part) <= LARGE:
        _one_by_one(seen, todo, True, work, tick)
    else:
        _near(seen, todo, base, work, tick)


def measure(seen: Seen, targets: np.ndarray, width: int, work: Work, tick: Callable[[], None]) -> None:
    """Least and greatest value of the target cells that are open; in whole numbers where the part is small."""
    if len(seen.part) <= MEASURED:
        _one_by_one(seen, targets[seen.spread()[targets] >= width], len(seen.part) < NEAR, work, tick)


def _first(part: Part, seen: Seen, work: Work) -> np.ndarray | None:
    _, x, possible = Question(part, True, work, FIRST_NODES).extreme(np.zeros(len(part)), False)
    if not possible:
        raise Contradiction(culprits(part, work))
    return seen.add(x)


def _joint(part: Part, seen: Seen, targets: np.ndarray, width: int, work: Work) -> None:
    """Objectives over all target cells that were not seen wide enough, up and down, as long as it helps."""
    random = np.random.default_rng(len(part))
    reach = max(REACH, 10 * width)
    ends = replace(
        part,
        greatest=np.minimum(part.greatest, np.maximum(seen.high, 0) + reach),
        least=np.maximum(part.least, np.minimum(seen.low, 0) - reach),
    )
    question = Question(ends, True, work)
    for turn in range(JOINT):
        todo = targets[seen.spread()[targets] < width]
        if not len(todo) or work.over:
            return
        objective = np.zeros(len(part))
        objective[todo] = random.choice([-1.0, 1.0], len(todo))
        for highest in (True, False):
            seen.add(question.extreme(objective, highest)[1])
        if turn > 2 and len(targets[seen.spread()[targets] < width]) > 0.97 * len(todo):
            return


def _joint_near(part: Part, seen: Seen, targets: np.ndarray, width: int, base: np.ndarray, work: Work) -> np.ndarray:
    """The same in circles, one after the other, each with the rest held where the last one left it; the last table."""
    through = cells_to_relations(part.relations, len(part))
    asked = np.zeros(len(part), bool)
    for i in targets:
        if asked[i] or seen.spread()[i] >= width or work.over:
            continue
        cells, _ = circle(part, through, int(i))
        held = _held(part, through, cells, base)
        todo = np.isin(held.cells, targets) & (seen.spread()[held.cells] < width)
        asked[held.cells[todo]] = True
        inner = Seen(held)
        _joint(held, inner, np.flatnonzero(todo), width, work.at_most(CIRCLE))
        np.minimum.at(seen.low, held.cells, inner.low)
        np.maximum.at(seen.high, held.cells, inner.high)
        if inner.last is not None:
            base = base.copy()
            base[held.cells] = inner.last
            seen.add(base)
    return base


def _one_by_one(seen: Seen, todo: np.ndarray, whole_too: bool, work: Work, tick) -> None:
    """Outer bounds with fractions; whole numbers, if wanted, where that leaves a doubt."""
    part = seen.part
    loose = Question(part, False, work)
    whole = Question(part, True, work)
    for i in todo[np.argsort(seen.spread()[todo], kind="stable")]:
        unit = np.zeros(len(part))
        unit[i] = 1.0
        for highest in (False, True):
            if work.over:
                return
            if _attained(seen, i, highest):
                continue
            value, x, _ = loose.extreme(unit, highest)
            _tighten(seen, i, value, highest)
            if value is not None and np.isinf(value):  # and there is a whole-numbered table, so that those go on for ever too
                (seen.high if highest else seen.low)[i] = (seen.greatest if highest else seen.least)[i]
            if x is not None and np.abs(x - np.rint(x)).max() < _SURE:
                seen.add(x)
            if whole_too and not _attained(seen, i, highest):
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


def _near(seen: Seen, todo: np.ndarray, base: np.ndarray, work: Work, tick) -> None:
    """Each cell with the lines around it (outer bounds), and with the rest held at `base` (values that are possible)."""
    part = seen.part
    through = cells_to_relations(part.relations, len(part))
    for i in todo:
        if work.over:
            return
        cells, lines = circle(part, through, int(i))
        outer = part_of(lines, part.least, part.greatest, part.relations)
        held = _held(part, through, cells, base)
        for highest in (False, True):
            value, _, _ = _extreme_of(outer, i, highest, work)
            _tighten(seen, i, value, highest)
            if _attained(seen, i, highest):
                continue
            _, x, _ = _extreme_of(held, i, highest, work)
            if x is not None:
                moved = base.astype(np.float64)
                moved[held.cells] = x
                seen.add(moved)
        tick()


def _held(part: Part, through, cells: np.ndarray, base: np.ndarray) -> Part:
    """The part with all but these cells held at `base`."""
    inside = np.zeros(len(part), bool)
    inside[cells] = True
    lines = np.unique(np.concatenate([through[1][through[0][c] : through[0][c + 1]] for c in cells]))
    return part_of(lines, np.where(inside, part.least, 0), np.where(inside, part.greatest, 0), part.relations, base)


def _extreme_of(piece: Part, i: int, highest: bool, work: Work):
    unit = (piece.cells == i).astype(np.float64)
    return Question(piece, True, work).extreme(unit, highest)


def circle(part: Part, through, i: int) -> tuple[np.ndarray, np.ndarray]:
    """(cells, relations) around a cell, whole circles up to NEAR cells."""
    first, relation = through
    lines: set[int] = set()
    cells, edge = {i}, [i]
    while edge and len(cells) < NEAR:
        new = {int(r) for c in edge for r in relation[first[c] : first[c + 1]]} - lines
        lines |= new
        edge = sorted({int(c) for r in new for c in part.relations.cell[part.relations.first[r] : part.relations.first[r + 1]]} - cells)
        cells |= set(edge)
    return np.array(sorted(cells)), np.array(sorted(lines), np.int64)
