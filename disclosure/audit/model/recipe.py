"""How a withheld value is got back, as a sum that a reader can redo: `cell = A + B - C`.

Theory. Take any combination of relations, relation r times m[r]. Its terms add up to sum(d * x) over some cells, and
its value is at least sum(m * least) (with `greatest` where m < 0). Where d is 1 at the sought cell, moving the other
terms across gives `cell >= constant + sum(-d * x)`, and what is known of each other cell makes that a number: exact figures give
an exact derivation, intervals a bound. So a *step* is the multipliers and nothing else, and `value_of` recomputes the
bound in exact fractions; cells are whole, so that it is rounded inwards. Later steps may use what earlier ones gave.
The multipliers are those of the dual of the attacker's linear programme; the shortest are found by making sum(|m|) small.

Example: relation 0 is `4 = y + 3`, relation 1 is `7 = y + z`. Step (cell y, multipliers {0: 1}) gives y >= 4 - 3; with intervals, z in 5 to 6, the step {1: 1} gives
1 <= y <= 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from celwacht.disclosure.audit.bounds.line_kernel import FAR, LEAST
from celwacht.disclosure.model.problem import Relations

Bounds = Callable[[int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Step:
    """`cell` is at least (side LEAST) or at most (GREATEST) `bound`, by these relations, each with its multiplier."""

    cell: int
    side: int
    bound: int
    lines: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps in order, each standing on the printed facts and the steps before it. searched: cells over which whole
    numbers were tried instead, where no recipe was found (0: the steps say it all)."""

    steps: tuple[Step, ...]
    searched: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """`cell * scale >= (or <=) constant + sum(coefficient * other)`, whole coefficients: what a step says."""

    scale: int
    constant: int
    terms: tuple[tuple[int, int], ...]
    """(coefficient, cell), the sought cell not among them."""


def sum_of(relations: Relations, step: Step) -> Sum | None:
    """The sum behind a step; None where its relations say nothing about the cell."""
    total: dict[int, Fraction] = {}
    constant = Fraction(0)
    for r, m in step.lines:
        for k in range(int(relations.first[r]), int(relations.first[r + 1])):
            i = int(relations.cell[k])
            total[i] = total.get(i, Fraction(0)) + m * int(relations.coefficient[k])
        side = relations.least if (m > 0) == (step.side == LEAST) else relations.greatest
        if abs(int(side[r])) >= FAR:
            return None
        constant += m * int(side[r])
    own = total.pop(step.cell, Fraction(0))
    if own <= 0:
        return None
    rest = {i: -d / own for i, d in total.items() if d}
    constant /= own
    scale = int(np.lcm.reduce([constant.denominator, *(d.denominator for d in rest.values())]))
    return Sum(scale, int(constant * scale), tuple((int(d * scale), i) for i, d in sorted(rest.items())))


def value_of(relations: Relations, step: Step, bounds: Bounds) -> int | None:
    """The bound that a step's relations give, in exact arithmetic; None where they give none."""
    linear = sum_of(relations, step)
    if linear is None:
        return None
    value = linear.constant
    for c, i in linear.terms:
        low, high = bounds(i)
        known = low if (c > 0) == (step.side == LEAST) else high
        if abs(known) >= FAR:
            return None
        value += c * known
    return ceil(Fraction(value, linear.scale)) if step.side == LEAST else floor(Fraction(value, linear.scale))


def follow(relations: Relations, recipe: Recipe, least: np.ndarray, greatest: np.ndarray) -> dict[int, tuple[int, int]]:
    """{cell: (least, greatest)} after all steps, from the printed bounds; ValueError where a step claims too much."""
    known: dict[int, tuple[int, int]] = {}
    for step in recipe.steps:
        got = value_of(relations, step, over(known, least, greatest))
        if got is None or (got < step.bound if step.side == LEAST else got > step.bound):
            raise ValueError("a step of the recipe does not follow")
        low, high = over(known, least, greatest)(step.cell)
        known[step.cell] = (max(low, step.bound), high) if step.side == LEAST else (low, min(high, step.bound))
    return known


def over(known: Mapping[int, tuple[int, int]], least: np.ndarray, greatest: np.ndarray) -> Bounds:
    """The bounds of a cell: those derived so far, else the printed ones."""
    return lambda i: known[i] if i in known else (int(least[i]), int(greatest[i]))


def from_log(relations: Relations, latest: Latest, entries: Sequence[int]) -> tuple[Step, ...]:
    """The steps that lead to these entries of the log of narrowings, and nothing else; shortest order, earliest first."""
    queue, seen, log = list(entries), set(entries), latest.log
    while queue:
        e = queue.pop()
        cell, side, _, r = (int(v) for v in log[e])
        for before in leaned_on(relations, r, cell, side, latest, e):
            if before not in seen:
                seen.add(before)
                queue.append(before)
    return tuple(_as_step(relations, *(int(v) for v in log[e])) for e in sorted(seen))


class Latest:
    """Entries of the log by cell and side, to find the last one before a moment; made once for all the findings of an audit."""

    def __init__(self, log: np.ndarray):
        self.log = log
        order = np.lexsort((np.arange(len(log)), log[:, 1], log[:, 0]))
        self.key, self.entry = (log[order, 0] * 2 + log[order, 1]), order

    def before(self, cell: int, side: int, moment: int) -> int | None:
        a, b = np.searchsorted(self.key, [cell * 2 + side, cell * 2 + side + 1])
        at = int(np.searchsorted(self.entry[a:b], moment))
        return int(self.entry[a + at - 1]) if at else None

    def last(self, cell: int, side: int) -> int | None:
        """The last narrowing of one side of a cell."""
        return self.before(cell, side, len(self.log))


def leaned_on(relations: Relations, r: int, cell: int, side: int, latest: Latest, moment: int) -> Iterator[int]:
    """The entries of the log on whose bounds the narrowing of a cell by relation r stood, at that moment."""
    own = next(
        int(relations.coefficient[k]) for k in range(int(relations.first[r]), int(relations.first[r + 1])) if int(relations.cell[k]) == cell
    )
    for k in range(int(relations.first[r]), int(relations.first[r + 1])):
        i, c = int(relations.cell[k]), int(relations.coefficient[k])
        if i != cell:
            opposite = (c > 0) == (own > 0)
            before = latest.before(i, 1 - side if opposite else side, moment)
            if before is not None:
                yield before


def _as_step(relations, cell, side, bound, r) -> Step:
    own = next(
        int(relations.coefficient[k]) for k in range(int(relations.first[r]), int(relations.first[r + 1])) if int(relations.cell[k]) == cell
    )
    return Step(cell, side, bound, ((r, Fraction(1, own)),))
