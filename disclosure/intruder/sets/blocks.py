"""The attacker's programmes over blocks: what lines one at a time do not tell.

A *block* is a choice of cells with every line that lies wholly inside it: a relaxation, so that its extremes are outer bounds of
what is possible in the whole, and never exclude the truth. Blocks are the parts that lines leave tied together, where these are
small, and circles of lines around one cell where they are not.

1. Joint linear programmes push many withheld cells at once. A cell that two of their solutions put `width` apart is not narrow
   in this block, and needs no question of its own.
2. The others are asked one by one, least and greatest value, with fractions; and in whole numbers where that left a doubt.

Work is counted in programmes and iterations, not in time, so that the same set gives the same answer on any machine.

Example: x + y, y + z and x + z are printed as 2, 2 and 2. Line by line each is 0 to 2; the three together say 1: a block of three lines finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from celwacht.disclosure.audit.bounds.components import Part
from celwacht.disclosure.audit.bounds.integer_program import Question
from celwacht.disclosure.audit.bounds.line_bounds import FAR
from celwacht.disclosure.model.problem import Relations

JOINT = 30
NEAR = 250
ITERATIONS = 200_000
NODES = 200
DOUBT = 2
"""A cell is asked in whole numbers when fractions leave it narrower than width + DOUBT."""
_SURE = 1e-6


@dataclass(eq=False)
class Budget:
    """How many programmes may still be solved."""

    programmes: int

    def spend(self) -> bool:
        self.programmes -= 1
        return self.programmes >= 0

    def left(self) -> bool:
        """Whether anything may still be asked; where not, that something was to be asked is kept in mind (less than none is left)."""
        self.programmes = self.programmes or -1
        return self.programmes > 0


class Block:
    """One block, ready to be asked. Bounds of its cells are narrowed in place as answers come in."""

    def __init__(self, part: Part, budget: Budget):
        self.part, self.budget = part, budget
        self.least, self.greatest = part.least.copy(), part.greatest.copy()
        self.low, self.high = np.full(len(part), np.inf), np.full(len(part), -np.inf)
        self._loose = Question(part, False, nodes=NODES, pivots=ITERATIONS)
        self._whole: Question | None = None

    def look(self, targets: np.ndarray, width: np.ndarray) -> None:
        """Solutions with fractions that push the target cells apart. width: (k,) over the cells of the part."""
        random = np.random.default_rng(len(self.part))
        reach = np.minimum(np.where(self.greatest >= FAR, 50, self.greatest), 1 << 20)
        for turn in range(JOINT):
            todo = targets[(self.high - self.low)[targets] < width[targets]]
            if not len(todo):
                return
            objective = np.zeros(len(self.part))
            objective[todo] = random.choice([-1.0, 1.0], len(todo)) / np.maximum(1, reach[todo])
            before = len(todo)
            for highest in (True, False):
                self._see(self._extreme(self._loose, objective, highest)[1])
            if (
                turn > 4
                and (self.high - self.low)[targets].size
                and ((self.high - self.low)[targets] < width[targets]).sum() > 0.98 * before
            ):
                return

    def ask(self, targets: np.ndarray, width: np.ndarray) -> None:
        """Outer bounds of the target cells that were not seen apart; width as for `look`."""
        for i in targets[(self.high - self.low)[targets] < width[targets]]:
            for highest in (False, True):
                unit = np.zeros(len(self.part))
                unit[i] = 1.0
                value, x = self._extreme(self._loose, unit, highest)
                self._see(x)
                self._tighten(i, value, highest)
            if width[i] <= self.greatest[i] - self.least[i] < width[i] + DOUBT or 0 < self.greatest[i] - self.least[i] < width[i]:
                self._in_whole_numbers(i)

    def _in_whole_numbers(self, i: int) -> None:
        if self._whole is None:
            self._whole = Question(self.part, True, nodes=NODES)
        unit = np.zeros(len(self.part))
        unit[i] = 1.0
        for highest in (False, True):
            self._tighten(i, self._extreme(self._whole, unit, highest)[0], highest)

    def _see(self, x: np.ndarray | None) -> None:
        if x is not None:
            np.minimum(self.low, x, out=self.low)
            np.maximum(self.high, x, out=self.high)

    def _extreme(self, question: Question, objective: np.ndarray, highest: bool) -> tuple[float | None, np.ndarray | None]:
        """(outer bound or None, solution or None)."""
        if not self.budget.spend():
            return None, None
        return question.extreme(objective, highest)[:2]

    def _tighten(self, i: int, value: float | None, highest: bool) -> None:
        if value is None or not abs(value) < FAR:
            return
        slack = _SURE * max(1.0, abs(value))
        if highest:
            self.greatest[i] = min(self.greatest[i], floor(value + slack))
        else:
            self.least[i] = max(self.least[i], ceil(value - slack))


def circle(
    i: int, through: tuple[np.ndarray, np.ndarray], relations: Relations, free: np.ndarray, telling: np.ndarray, most: int = NEAR
) -> np.ndarray:
    """Positions of the lines around a cell, in widening circles over open cells until `most` of these are in."""
    first, relation = through
    lines: set[int] = set()
    cells, edge = {i}, [i]
    while edge and len(cells) < most:
        new = {int(r) for c in edge for r in relation[first[c] : first[c + 1]] if telling[r]} - lines
        lines |= new
        around = {int(c) for r in new for c in relations.cell[relations.first[r] : relations.first[r + 1]] if free[c]}
        edge = sorted(around - cells)
        cells |= around
    return np.array(sorted(lines), np.int64)
