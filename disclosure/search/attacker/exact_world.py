"""From a point of a linear programme to a world: integers over a common denominator, checked against every fact.

Vertices of such programmes are rational, mostly with small denominators. So the point times 1, 2, 3, 4, 6, ... is
rounded, and the result judged exactly; a wrong guess costs a try, never a wrong world. Where no denominator fits, or
values are known to be whole, `whole_world` looks for a whole point by a small mixed-integer programme.

Example:

    >>> from celwacht.disclosure.model.example import pattern, problem
    >>> world, all_looked_at = whole_world(ExactFacts(problem(), pattern()), 4, True, 3)
    >>> world.difference.reshape(3, 3)      # 1 becomes 4, and every line still adds up
    array([[ 0,  0,  0],
           [ 0,  3, -3],
           [ 0, -3,  3]])
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, Relations, SuppressionProblem
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver, relaxed
from celwacht.disclosure.solver.work import Work

SCALES = (1, 2, 3, 4, 6, 12, 5, 8, 10, 24, 60)
COMMON = 120
"""Every scale divides it, so that reaches of worlds of different scales add up as integers."""
NEAR = 1e-3
MOST = 1 << 52
MOST_MOVING = 2_500
"""Cells of one mixed-integer programme."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One world: `difference` int64 (n,) over `scale`, from the truth. Confidential."""

    difference: np.ndarray
    scale: int

    def reach(self, cell: int) -> int:
        """Change of one cell, in units of 1 / COMMON."""
        return int(self.difference[cell]) * (COMMON // self.scale)

    def __repr__(self) -> str:
        return "<World (confidential)>"


class ExactFacts:
    """What makes an assignment a world under a pattern, in integers: the relations and the room of every cell."""

    def __init__(self, problem: SuppressionProblem, pattern: np.ndarray):
        least, greatest = problem.room(pattern)
        self.low, self.high = least - problem.value, greatest - problem.value
        self.low[least <= -UNBOUNDED], self.high[greatest >= UNBOUNDED] = -UNBOUNDED, UNBOUNDED
        facts = problem.relations
        sums = facts.sums(problem.value)
        self.least = np.where(facts.least <= -UNBOUNDED, -UNBOUNDED, facts.least - sums)
        self.greatest = np.where(facts.greatest >= UNBOUNDED, UNBOUNDED, facts.greatest - sums)
        self.relations, self.integral = facts, problem.integral

    def holds(self, difference: np.ndarray, scale: int) -> bool:
        """Whether the truth plus difference / scale is a world; all in int64, UNBOUNDED for no bound."""
        no, most = UNBOUNDED, int(np.abs(self.relations.coefficient).max(initial=1))
        if np.abs(difference).max(initial=0) * most > MOST or (self.integral and scale != 1):
            return False
        if np.any((difference < scale * self.low) & (self.low > -no)) or np.any((difference > scale * self.high) & (self.high < no)):
            return False
        sums = self.relations.sums(difference)
        return not (
            np.any((sums < scale * self.least) & (self.least > -no)) or np.any((sums > scale * self.greatest) & (self.greatest < no))
        )

    def exact(self, point: np.ndarray) -> World | None:
        """The world that a solver's point float64 (n,) stands for, if one of SCALES fits."""
        if not np.all(np.isfinite(point)):
            return None
        for scale in SCALES[:1] if self.integral else SCALES:
            scaled = point * scale
            near = np.rint(scaled)
            if np.abs(scaled - near).max(initial=0) < NEAR * scale:
                difference = near.astype(np.int64)
                if self.holds(difference, scale):
                    return World(difference, scale)
        return None


def whole_world(
    facts: ExactFacts, cell: int, up: bool, level: int, *, least: int | None = None, shortest: bool = False, work: Work | None = None
) -> tuple[World | None, bool]:
    """(a whole world that moves the cell as far as it goes, up to `level`, whether none reaches further).

    least: move at least so far, or find none. shortest: as little beyond that as can be, instead of as far as can be. A mixed-integer programme over the cells that can move at all; where these are
    too many for that, over those around the cell, and all others stay at the truth.
    """
    moving, all_of_them = _around(facts, cell)
    place = np.full(len(facts.low), -1)
    place[moving] = np.arange(len(moving))
    low, high = facts.low.copy(), facts.high.copy()
    low[cell], high[cell] = (
        (max(low[cell], least or 0), min(high[cell], level)) if up else (max(low[cell], -level), min(high[cell], -(least or 0)))
    )
    if place[cell] < 0 or low[cell] > high[cell]:
        return None, True
    solver = Solver(_programme(facts.relations, facts, moving, place, low, high), None, work or Work())
    solver.ask_of(int(place[cell]), -1.0 if up is not shortest else 1.0)
    outcome = solver.run()
    if outcome is Outcome.INFEASIBLE:
        return None, all_of_them
    if not solver.feasible:
        return None, False
    difference = np.zeros(len(low), np.int64)
    difference[moving] = np.rint(solver.x).astype(np.int64)
    if not facts.holds(difference, 1):
        return None, False
    return World(difference, 1), all_of_them and outcome is Outcome.OPTIMAL


def _around(facts: ExactFacts, cell: int) -> tuple[np.ndarray, bool]:
    """(cells, ascending, that may move: all that can, or those around the cell up to MOST_MOVING; whether they are all)."""
    can = facts.low < facts.high
    if int(can.sum()) <= MOST_MOVING or not can[cell]:
        return np.flatnonzero(can), True
    rows, inside = facts.relations, np.zeros(len(can), bool)
    inside[cell] = True
    while True:
        touched = np.zeros(len(rows), bool)
        touched[rows.relation[inside[rows.cell]]] = True
        more = inside.copy()
        more[rows.cell[touched[rows.relation]]] = True
        more &= can
        if int(more.sum()) > MOST_MOVING or np.array_equal(more, inside):
            return np.flatnonzero(inside), bool(np.array_equal(more, inside))
        inside = more


def _programme(relations: Relations, facts: ExactFacts, moving, place, low, high) -> Programme:
    kept = place[relations.cell] >= 0
    row = relations.relation[kept]
    rows, first = np.unique(row, return_index=True)
    return Programme(
        np.zeros(len(moving)),
        relaxed(low[moving], UNBOUNDED),
        relaxed(high[moving], UNBOUNDED),
        relaxed(facts.least[rows], UNBOUNDED),
        relaxed(facts.greatest[rows], UNBOUNDED),
        np.append(first, len(row)),
        place[relations.cell[kept]],
        relations.coefficient[kept],
        whole=True,
    )


def file_worlds(worlds: list[World], cells: np.ndarray | None = None) -> Worlds:
    """Worlds as sparse lists. cells: int64 (n,), the place in a larger problem of each cell, ascending."""
    where = [np.flatnonzero(w.difference) for w in worlds]
    first = np.concatenate([[0], np.cumsum([len(w) for w in where])]).astype(np.int64)
    place = np.concatenate(where or [np.zeros(0, np.int64)])
    difference = np.concatenate([w.difference[i] for w, i in zip(worlds, where)] or [np.zeros(0, np.int64)])
    return Worlds(
        first,
        (place if cells is None else cells[place]).astype(np.int32),
        difference.astype(np.int64),
        scale=np.array([w.scale for w in worlds], np.int64),
    )
