"""What is left to decide: a suppression problem cut into independent parts, and each part as arrays.

A cell *can move* when some pattern leaves it more than the truth. Cells that cannot are facts: they leave their
relations, and a relation that holds one moving cell only fixes that one too. What remains falls into connected parts,
which are solved one by one. In a part, `x` is 1 for a withheld cell: 1 for sensitive and hidden ones, 0 or 1 for the
*deciders*, which are the free cells.

Example:

    >>> from celwacht.disclosure.model.example import problem
    >>> goals_of(problem()).level, int(can_move(problem()).sum())      # one goal: 3 apart; every cell can move in some pattern
    (array([3]), 9)
    >>> (part,) = parts_of(problem(), can_move(problem()))
    >>> part.deciders      # all but the sensitive cell
    array([0, 1, 2, 3, 5, 6, 7, 8])
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from celwacht.disclosure.model.problem import CELL_ARRAYS, UNBOUNDED, Relations, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.search.attacker.attacker_program import moves_of

DOWN, UP, SLIDE = 0, 1, 2
PRIME = (1 << 31) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Goals:
    """What must be reached. cell (g,) int64; kind (g,) of DOWN, UP, SLIDE (up and down together); level (g,) int64 > 0.
    Largest level first: what protects a large one often serves a smaller."""

    cell: np.ndarray
    kind: np.ndarray
    level: np.ndarray

    def __len__(self) -> int:
        return len(self.cell)

    def only(self, keep: np.ndarray) -> Goals:
        """The goals chosen by a mask or by positions."""
        return Goals(self.cell[keep], self.kind[keep], self.level[keep])


def goals_of(problem: SuppressionProblem) -> Goals:
    """All levels asked for. A sliding level that the other two imply is left out."""
    slide = np.where(problem.lpl + problem.upl >= problem.spl, 0, problem.spl)
    parts = [
        (np.flatnonzero(problem.sensitive & (level > 0)), kind, level)
        for kind, level in ((DOWN, problem.lpl), (UP, problem.upl), (SLIDE, slide))
    ]
    cell = np.concatenate([c for c, _, _ in parts])
    kind = np.concatenate([np.full(len(c), k) for c, k, _ in parts])
    level = np.concatenate([l[c] for c, _, l in parts])
    order = np.lexsort((kind, cell, -level))
    return Goals(cell[order], kind[order], level[order])


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One independent part. cells: places in the whole problem, of `problem`'s cells.

    shown_low, shown_high, hidden_low, hidden_high: float64 (n,), change that each cell may make printed and withheld.
    deciders: int64 (d,), positions of the free cells. always: bool (n,), withheld in every pattern. lean: the problem without
    equations that follow from others, for linear programmes; worlds are judged by `problem`.
    """

    problem: SuppressionProblem
    lean: SuppressionProblem
    cells: np.ndarray
    shown_low: np.ndarray
    shown_high: np.ndarray
    hidden_low: np.ndarray
    hidden_high: np.ndarray
    deciders: np.ndarray
    always: np.ndarray

    def pattern(self, x: np.ndarray) -> np.ndarray:
        """uint8 (n,): the pattern in which the deciders with x (d,) > 0.5 are withheld."""
        pattern = self.problem.start()
        pattern[self.deciders[x > 0.5]] = Status.SECONDARY
        return pattern

    def room(self, x: np.ndarray, most: float = np.inf) -> tuple[np.ndarray, np.ndarray]:
        """(least, greatest) change of every cell when decider d is withheld to the share x (d,) in [0, 1]. What
        withholding it gives is counted to `most` at the most, unless it is withheld wholly."""
        low, high = self.hidden_low.copy(), self.hidden_high.copy()
        for bound, shown, sign in ((low, self.shown_low, -1), (high, self.shown_high, 1)):
            shown = shown[self.deciders]
            with np.errstate(invalid="ignore"):
                share = shown + sign * x * np.minimum(np.abs(bound[self.deciders] - shown), most)
            bound[self.deciders] = np.where(x >= 1, bound[self.deciders], np.where(x <= 0, shown, share))
        return low, high


def part_of(problem: SuppressionProblem, cells: np.ndarray) -> Part:
    """The part that a whole problem is; `cells` are its cells' places elsewhere."""
    shown = moves_of(problem, np.full(len(problem), Status.PUBLISHED, np.uint8))
    hidden = moves_of(problem, np.where(problem.role == Role.FORCED, Status.PUBLISHED, Status.SECONDARY))
    return Part(
        problem, lean(problem), cells, *shown, *hidden, np.flatnonzero(problem.free), problem.sensitive | (problem.role == Role.HIDDEN)
    )


def lean(problem: SuppressionProblem) -> SuppressionProblem:
    """The problem without equations that are combinations of others (modulo a prime: then, all but surely, at all)."""
    facts = problem.relations
    often = np.bincount(facts.cell, minlength=len(problem)).tolist()
    pivots: dict[int, dict[int, int]] = {}
    kept = []
    for r in range(len(facts)):
        span = slice(facts.first[r], facts.first[r + 1])
        row = {c: k % PRIME for c, k in zip(facts.cell[span].tolist(), facts.coefficient[span].tolist())}
        if facts.least[r] == facts.greatest[r]:
            _eliminate(row, pivots)
            if not row:
                continue
            pivot = min(row, key=lambda c: (often[c], c))
            inverse = pow(row[pivot], -1, PRIME)
            pivots[pivot] = {c: k * inverse % PRIME for c, k in row.items()}
        kept.append(r)
    length = np.diff(facts.first)[kept]
    entries = np.isin(facts.relation, kept)
    return replace(
        problem,
        relations=Relations(
            np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
            facts.cell[entries],
            facts.coefficient[entries],
            facts.least[kept],
            facts.greatest[kept],
        ),
    )


def _eliminate(row: dict[int, int], pivots: dict[int, dict[int, int]]) -> None:
    """Takes the pivots' rows off until no pivot is left in the row."""
    todo = [c for c in row if c in pivots]
    while todo:
        c = todo.pop()
        factor = row.get(c, 0)
        if factor:
            for q, k in pivots[c].items():
                left = (row.get(q, 0) - factor * k) % PRIME
                if left:
                    row[q] = left
                    if q in pivots:
                        todo.append(q)
                else:
                    row.pop(q, None)


def parts_of(problem: SuppressionProblem, moving: np.ndarray) -> list[Part]:
    """The connected parts of the cells that can move, those with something sensitive in them; order by first cell."""
    leader = np.arange(len(problem))
    facts, row = problem.relations, problem.relations.relation
    kept = moving[facts.cell]
    row, cell = row[kept], facts.cell[kept].astype(np.int64)
    while True:
        least = np.full(len(facts), len(problem), np.int64)
        np.minimum.at(least, row, leader[cell])
        new = leader.copy()
        np.minimum.at(new, cell, least[row])
        new = np.minimum(new, new[new])
        if np.array_equal(new, leader):
            break
        leader = new
    heads = np.unique(leader[moving & problem.sensitive])
    return [part_of(cut_out(problem, np.flatnonzero(moving & (leader == h))), np.flatnonzero(moving & (leader == h))) for h in heads]


def can_move(problem: SuppressionProblem) -> np.ndarray:
    """bool (n,): the cells that some pattern leaves more than the truth, as far as single relations tell."""
    most = np.where(problem.role == Role.FORCED, Status.PUBLISHED, Status.SECONDARY)
    low, high = moves_of(problem, most)
    moving = low < high
    facts, row = problem.relations, problem.relations.relation
    equation = (facts.least == facts.greatest)[row]
    while True:
        count = np.bincount(row[moving[facts.cell]], minlength=len(facts))
        alone = equation & moving[facts.cell] & (count[row] == 1) & (facts.coefficient != 0)
        if not alone.any():
            return moving
        moving[facts.cell[alone]] = False


def cut_out(problem: SuppressionProblem, cells: np.ndarray) -> SuppressionProblem:
    """The problem of these cells (ascending) alone, all others staying at the truth."""
    place = np.full(len(problem), -1, np.int32)
    place[cells] = np.arange(len(cells), dtype=np.int32)
    facts, row = problem.relations, problem.relations.relation
    kept = (place[facts.cell] >= 0) & (facts.coefficient != 0)
    length = np.bincount(row[kept], minlength=len(facts))
    rows = np.flatnonzero(length)
    inside = Relations(
        np.concatenate([[0], np.cumsum(length[rows])]).astype(np.int64),
        place[facts.cell[kept]],
        facts.coefficient[kept],
        facts.least[rows],
        facts.greatest[rows],
    )
    rest = facts.sums(problem.value)[rows] - inside.sums(problem.value[cells])
    least = np.where(inside.least <= -UNBOUNDED, -UNBOUNDED, inside.least - rest)
    greatest = np.where(inside.greatest >= UNBOUNDED, UNBOUNDED, inside.greatest - rest)
    arrays = {name: getattr(problem, name)[cells] for name in CELL_ARRAYS}
    return replace(
        problem, relations=replace(inside, least=least, greatest=greatest), names=(), label=lambda i: problem.label(int(cells[i])), **arrays
    )
