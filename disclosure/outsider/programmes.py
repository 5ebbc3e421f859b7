"""The attacker's programmes over blocks: what relations tell together, and not one at a time.

A *block* is some figures with every relation that lies wholly inside it, or whose other figures have bounds (these stand in it with theirs): a relaxation,
so that its least and greatest values bound the truth. Small parts that relations tie together are asked as a whole, larger ones around one figure.

Joint questions first: a figure that two solutions put far enough apart need not be asked by itself. Then least and greatest of the others, as a linear
programme, and in whole numbers where that leaves them nearly narrow. Work is counted in questions, so that the answer is the same on every machine.

Example: a + b, b + c and a + c are printed as 2, 2, 2. One at a time each is 0 to 2; together they are 1.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np
from celwacht.disclosure.outsider.bounds import HIGH, LOW, Bounds
from celwacht.disclosure.outsider.public_table import ENDLESS
from celwacht.disclosure.outsider.rows import System
from celwacht.disclosure.solver.highs import Limits, Outcome, Programme, Solver

WHOLE = 900
"""Open figures up to which a part is one block."""
AROUND = 160
"""Relations of a block around one figure."""
JOINT = 24
NEAR = 3
"""Figures are asked in whole numbers when fractions leave them less than this wider than narrow."""
NODES = 300
_SURE = 1e-6
FROM_PROGRAMME = -2
"""In Bounds.by: told by a programme."""


@dataclass(eq=False)
class Questions:
    """How many may still be asked; left below 0: more was to be asked than that."""

    left: int
    asked: int = 0

    def one(self) -> bool:
        """Whether one more may be asked, and counts it."""
        self.left -= 1
        self.asked += self.left >= 0
        return self.left >= 0

    def more(self) -> bool:
        """Whether any may still be asked, where something is to be asked; that it may not is kept in mind."""
        self.left = self.left or -1
        return self.left > 0


def parts(bounds: Bounds, system: System) -> np.ndarray:
    """(figures,) int64: the part of each open figure, the least figure in it; -1 for those that are known."""
    n, known = len(bounds.low), bounds.low == bounds.high
    label = np.where(known, -1, np.arange(n))
    row = np.repeat(np.arange(len(system)), np.diff(system.first))
    its = ~known[system.at]
    at, row = system.at[its], row[its]
    while len(at):
        least = np.full(len(system), n)
        np.minimum.at(least, row, label[at])
        new = label.copy()
        np.minimum.at(new, at, least[row])
        deeper = np.where(new >= 0, new[np.maximum(new, 0)], -1)
        if (deeper == label).all():
            break
        label = deeper
    return label


def ask(bounds: Bounds, system: System, width: np.ndarray, targets: np.ndarray, questions: Questions) -> None:
    """Narrows in place. width: int64 over all figures; targets: bool, the figures that matter."""
    label, by_figure = parts(bounds, system), _relations_of(system, len(bounds.low))
    open_size = np.bincount(label[label >= 0], minlength=len(label))
    wanted = np.flatnonzero(targets & (bounds.low < bounds.high))
    for part in np.unique(label[wanted]):
        its = wanted[label[wanted] == part]
        if open_size[part] <= WHOLE:
            figures = np.flatnonzero(label == part)
            _block(bounds, system, _all_relations(figures, by_figure), its, width, questions)
            continue
        apart = (bounds.high - bounds.low)[its]
        for i in its[np.lexsort((its, apart))]:
            if bounds.high[i] - bounds.low[i] < 4 * max(int(width[i]), 1) and questions.more():
                _block(bounds, system, _around(int(i), bounds, system, by_figure), np.array([i]), width, questions)


def _relations_of(system: System, n: int) -> tuple[np.ndarray, np.ndarray]:
    row = np.repeat(np.arange(len(system)), np.diff(system.first))
    order = np.argsort(system.at, kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(system.at, minlength=n))]), row[order]


def _all_relations(figures: np.ndarray, by_figure: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    first, row = by_figure
    return np.unique(np.concatenate([row[first[i] : first[i + 1]] for i in figures])) if len(figures) else np.zeros(0, np.int64)


def _around(i: int, bounds: Bounds, system: System, by_figure: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The relations nearest to a figure."""
    first, row = by_figure
    chosen: dict[int, None] = {}
    queue, seen = deque([i]), {i}
    while queue and len(chosen) < AROUND:
        j = queue.popleft()
        for r in row[first[j] : first[j + 1]].tolist():
            if r in chosen or len(chosen) >= AROUND:
                continue
            chosen[r] = None
            for k in system.row(r)[0].tolist():
                if k not in seen and bounds.low[k] < bounds.high[k]:
                    seen.add(k)
                    queue.append(k)
    return np.array(sorted(chosen), np.int64)


def _block(bounds: Bounds, system: System, rows: np.ndarray, targets: np.ndarray, width: np.ndarray, questions: Questions) -> None:
    if not len(rows):
        return
    part = system.of(rows)
    figures, index = np.unique(part.at, return_inverse=True)
    low = bounds.low[figures].astype(np.float64)
    high = np.where(bounds.high[figures] >= ENDLESS, inf, bounds.high[figures].astype(np.float64))
    programme = Programme(
        np.zeros(len(figures)),
        low,
        high,
        np.where(part.least <= -ENDLESS, -inf, part.least.astype(np.float64)),
        np.where(part.most >= ENDLESS, inf, part.most.astype(np.float64)),
        part.first,
        index,
        part.times.astype(np.float64),
    )
    its = np.searchsorted(figures, targets)
    solver = Solver(programme, "primal")
    left = _joint(solver, its, width[targets], questions)
    for k in its[left]:
        _narrow(bounds, int(figures[k]), _ends(programme, solver, int(k), int(width[figures[k]]), questions))


def _joint(solver: Solver, its: np.ndarray, width: np.ndarray, questions: Questions) -> np.ndarray:
    """Which of the figures no two solutions of joint questions put far enough apart."""
    draw = np.random.Generator(np.random.PCG64(len(its)))
    seen_low, seen_high = np.full(len(its), inf), np.full(len(its), -inf)
    for n in range(JOINT if len(its) > 3 else 0):
        left = seen_high - seen_low < width - _SURE
        if not left.any() or not questions.one():
            break
        cost = np.zeros(solver.columns)
        cost[its[left]] = draw.uniform(0.5, 1.5, int(left.sum())) * (draw.choice([-1.0, 1.0], int(left.sum())) if n > 1 else 1 - 2 * n)
        solver.ask(cost)
        if solver.run() is Outcome.OPTIMAL:
            x = solver.x[its]
            seen_low, seen_high = np.minimum(seen_low, x), np.maximum(seen_high, x)
        elif solver.outcome is Outcome.UNBOUNDED:
            continue
    return np.flatnonzero(seen_high - seen_low < width - _SURE)


def _ends(programme: Programme, solver: Solver, k: int, width: int, questions: Questions) -> tuple[int | None, int | None]:
    """(least, greatest) value of one column, None where it has none or it was not found out."""
    found: list[int | None] = [None, None]
    for side, sign in ((LOW, 1.0), (HIGH, -1.0)):
        if not questions.one():
            return found[0], found[1]
        cost = np.zeros(solver.columns)
        cost[k] = sign
        solver.ask(cost)
        if solver.run() is Outcome.OPTIMAL:
            found[side] = ceil(solver.value - _SURE) if side == LOW else floor(-solver.value + _SURE)
    if found[0] is not None and found[1] is not None and 0 < found[1] - found[0] < width + NEAR and solver.columns <= WHOLE:
        _whole(programme, k, found, questions)
    return found[0], found[1]


def _whole(programme: Programme, k: int, found: list[int | None], questions: Questions) -> None:
    """The same in whole numbers, within a limit of nodes; what was proved until then holds."""
    for side, sign in ((LOW, 1.0), (HIGH, -1.0)):
        if not questions.one():
            return
        cost = np.zeros(len(programme.low))
        cost[k] = sign
        own = Programme(
            cost,
            programme.low,
            programme.high,
            programme.row_low,
            programme.row_high,
            programme.first,
            programme.index,
            programme.value,
            whole=True,
        )
        solver = Solver(own, limits=Limits(nodes=NODES))
        if solver.run() in (Outcome.OPTIMAL, Outcome.LIMIT) and np.isfinite(solver.bound_on_value):
            proved = solver.bound_on_value
            if side == LOW:
                found[0] = max(found[0] or 0, ceil(proved - _SURE))
            else:
                found[1] = min(found[1] if found[1] is not None else ENDLESS, floor(-proved + _SURE))


def _narrow(bounds: Bounds, i: int, ends: tuple[int | None, int | None]) -> None:
    least, most = ends
    number = int(max(s.max(initial=-1) for s in bounds.sweep)) + 1
    if least is not None and least > bounds.low[i]:
        bounds.low[i], bounds.by[LOW][i], bounds.sweep[LOW][i] = least, FROM_PROGRAMME, number
    if most is not None and most < bounds.high[i]:
        bounds.high[i], bounds.by[HIGH][i], bounds.sweep[HIGH][i] = most, FROM_PROGRAMME, number
