"""Controlled rounding as a mixed-integer programme: cells that are tied by relations, each to a multiple of the base.

Theory (Causey, Cox and Ernst, JASA 1985; Salazar 2006). With x = q b + r, a cell becomes (q + u) b with u in {0, 1}, u
= 0 where r = 0: *zero-restricted*. Relations hold for the multiples q + u, in whole numbers. Where r is not 0,
|deviation| is r + (b - 2 r) u, so that the sum of weighted deviations is linear. In two dimensions that is a flow in a
network; with more, a zero-restricted solution may not exist, and then whole further steps are allowed at a price
(*elastic*). The solver works in floats; what it gives is rounded to integers and believed only if every relation holds
exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from celwacht.disclosure.model.problem import Relations

MOST_STEPS = 20  # further steps either way in the elastic programme
STEP_PRICE = 20  # of a further step, in bases
SPARE_STEPS = 4.0  # so many more than the least are let pass where any solution will do
MOST_NODES, FEW_NODES = 5000, 20
SECONDS = 120.0


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


def solve(programme: Programme, *, gap: float | None, elastic: np.ndarray | None = None, seconds: float = SECONDS) -> Answer:
    """The programme's answer. gap: stop when the sum is proved within this share of the least; None: any solution
    will do. elastic: bool (n,), cells that may take further steps; default none. `seconds` is a safety net: an answer
    that met it may differ between machines."""
    solver = _solver(gap, elastic is not None, seconds)
    solver.passModel(_model(programme, gap is not None, elastic))
    solver.run()
    status, n = solver.getModelStatus(), len(programme.value)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer(None, impossible=True)
    found = np.array(solver.getSolution().col_value)
    if len(found) < n or int(solver.getInfo().primal_solution_status) != 2:
        return Answer(None)
    steps = np.rint(found).astype(np.int64)
    multiple = programme.value // programme.base + steps[:n]
    if elastic is not None:
        multiple += steps[n : 2 * n] - steps[2 * n :]
    if multiple.min(initial=0) < 0 or not np.array_equal(programme.relations.sums(multiple), programme.right):
        return Answer(None)
    if gap is None:
        return Answer(multiple)
    optimal = gap == 0 and status == highspy.HighsModelStatus.kOptimal
    return Answer(multiple, False, float(solver.getInfo().mip_dual_bound), optimal)


def tight_spots(programme: Programme) -> np.ndarray:
    """bool (n,): cells that take further steps in the linear programme with the fewest; they are where a
    zero-restricted solution fails, as far as fractions tell."""
    n = len(programme.value)
    solver = _solver(None, True, SECONDS)
    model = _model(programme, False, np.ones(n, bool))
    model.integrality_ = []
    solver.passModel(model)
    solver.run()
    found = np.array(solver.getSolution().col_value)
    return found[n : 2 * n] + found[2 * n :] > 1e-7 if len(found) == 3 * n else np.zeros(n, bool)


def _solver(gap: float | None, elastic: bool, seconds: float) -> highspy.Highs:
    solver = highspy.Highs()
    for name, what in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("time_limit", float(seconds)),
        ("mip_max_nodes", MOST_NODES if gap is not None else FEW_NODES),
        ("mip_rel_gap", 0.5 if gap is None else float(gap)),
        ("mip_abs_gap", SPARE_STEPS if gap is None else 1e-6),
        ("mip_feasibility_tolerance", 1e-7),
    ):
        solver.setOptionValue(name, what)
    if gap is None and not elastic:
        solver.setOptionValue("mip_max_improving_sols", 1)
    return solver


def _model(p: Programme, close: bool, elastic: np.ndarray | None) -> highspy.HighsLp:
    """Columns u, and if elastic steps up and steps down; one row per relation."""
    n, b = len(p.value), p.base
    rest, low = p.value % b, p.value // b
    zero, right = np.zeros(n), (p.right - p.relations.sums(low)).astype(float)
    cost, upper = [p.weight * (b - 2 * rest) if close else zero], [(rest > 0).astype(float)]
    if elastic is not None:
        step = p.weight * b + STEP_PRICE * b if close else np.ones(n)
        cost += [step, step]
        upper += [np.where(elastic, MOST_STEPS, 0.0), np.where(elastic, np.minimum(low, MOST_STEPS), 0.0)]
    sides, lp = (1 if elastic is None else 3), highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n * sides, len(p.relations)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.concatenate(cost), np.zeros(n * sides), np.concatenate(upper)
    lp.offset_ = float((p.weight * rest).sum()) if close else 0.0
    lp.row_lower_, lp.row_upper_ = right, right
    index = (p.relations.cell[:, None] + n * np.arange(sides)).astype(np.int32)
    value = p.relations.coefficient[:, None] * np.array([1, 1, -1])[:sides]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = (p.relations.first * sides).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = index.ravel(), value.ravel().astype(float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * (n * sides)
    return lp
