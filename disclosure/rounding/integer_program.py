"""Controlled rounding as a mixed-integer programme: cells that are tied by relations, each to a multiple of the base.

Theory (Causey, Cox and Ernst, JASA 1985; Salazar 2006). With x = q b + r, a cell becomes (q + u) b with u in {0, 1}, u
= 0 where r = 0: *zero-restricted*. Relations hold for the multiples q + u, in whole numbers. Where r is not 0,
|deviation| is r + (b - 2 r) u, so that the sum of weighted deviations is linear. In two dimensions that is a flow in a
network; with more, a zero-restricted solution may not exist, and then whole further steps are allowed at a price
(*elastic*). The solver works in floats; what it gives is rounded to integers and believed only if every relation holds
exactly.

Example: 4 = 1 + 3 to base 5: 4 is 0 or 5, 1 is 0 or 5, 3 is 0 or 5. (5, 0, 5) has deviations 1 + 1 + 2 = 4, (5, 5, 0) 1 + 4 + 3 = 8, (0, 0, 0) 4 + 1 + 3 = 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.model.problem import Relations
from celwacht.disclosure.solver import highs
from celwacht.disclosure.solver.highs import Limits, Outcome, Solver

MOST_STEPS = 20  # further steps either way in the elastic programme
STEP_PRICE = 20  # of a further step, in bases
SPARE_STEPS = 4.0  # so many more than the least are let pass where any solution will do
MOST_NODES, FEW_NODES = 5000, 20


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """value (n,) int64 >= 0; right (m,) int64: sum of each relation in multiples of base; weight (n,) float64 >= 0."""

    value: np.ndarray = field(repr=False)
    relations: Relations = field(repr=False)
    right: np.ndarray = field(repr=False)
    weight: np.ndarray = field(repr=False)
    base: int


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """multiple (n,) int64, times the base the printed figures; None if none was found. impossible: proved that there is
    none. bound: proved least sum of weighted deviations, NaN if none was asked for. optimal: the sum meets it."""

    multiple: np.ndarray | None = field(repr=False)
    impossible: bool = False
    bound: float = float("nan")
    optimal: bool = False


def solve(programme: Programme, *, gap: float | None, elastic: np.ndarray | None = None) -> Answer:
    """The programme's answer. gap: stop when the sum is proved within this share of the least; None: any solution
    will do. elastic: bool (n,), cells that may take further steps; default none."""
    solver = Solver(_model(programme, gap is not None, elastic), limits=_limits(gap, elastic is not None))
    outcome, n = solver.run(), len(programme.value)
    if outcome is Outcome.INFEASIBLE:
        return Answer(None, impossible=True)
    found = solver.x
    if len(found) < n or not solver.feasible:
        return Answer(None)
    steps = np.rint(found).astype(np.int64)
    multiple = programme.value // programme.base + steps[:n]
    if elastic is not None:
        multiple += steps[n : 2 * n] - steps[2 * n :]
    if multiple.min(initial=0) < 0 or not np.array_equal(programme.relations.sums(multiple), programme.right):
        return Answer(None)
    if gap is None:
        return Answer(multiple)
    return Answer(multiple, False, solver.bound_on_value, gap == 0 and outcome is Outcome.OPTIMAL)


def tight_spots(programme: Programme) -> np.ndarray:
    """bool (n,): cells that take further steps in the linear programme with the fewest; they are where a
    zero-restricted solution fails, as far as fractions tell."""
    n = len(programme.value)
    solver = Solver(replace(_model(programme, False, np.ones(n, bool)), whole=False), limits=_limits(None, True))
    solver.run()
    found = solver.x
    return found[n : 2 * n] + found[2 * n :] > 1e-7 if len(found) == 3 * n else np.zeros(n, bool)


def _limits(gap: float | None, elastic: bool) -> Limits:
    first = 1 if gap is None and not elastic else None
    if gap is None:
        return Limits(FEW_NODES, 0.5, SPARE_STEPS, first, seed=1, tolerance=1e-7)
    return Limits(MOST_NODES, float(gap), 1e-6, first, seed=1, tolerance=1e-7)


def _model(p: Programme, close: bool, elastic: np.ndarray | None) -> highs.Programme:
    """Columns u, and if elastic steps up and steps down; one row per relation."""
    n, b = len(p.value), p.base
    rest, low = p.value % b, p.value // b
    zero, right = np.zeros(n), (p.right - p.relations.sums(low)).astype(float)
    cost, upper = [p.weight * (b - 2 * rest) if close else zero], [(rest > 0).astype(float)]
    if elastic is not None:
        step = p.weight * b + STEP_PRICE * b if close else np.ones(n)
        cost += [step, step]
        upper += [np.where(elastic, MOST_STEPS, 0.0), np.where(elastic, np.minimum(low, MOST_STEPS), 0.0)]
    sides = 1 if elastic is None else 3
    index = p.relations.cell[:, None] + n * np.arange(sides)
    value = p.relations.coefficient[:, None] * np.array([1, 1, -1])[:sides]
    offset = float((p.weight * rest).sum()) if close else 0.0
    ends = np.concatenate(cost), np.zeros(n * sides), np.concatenate(upper), right, right
    return highs.Programme(*ends, p.relations.first * sides, index.ravel(), value.ravel(), whole=True, offset=offset)
