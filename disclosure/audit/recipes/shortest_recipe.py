"""The shortest recipe for a bound: the fewest lines, by a linear programme over their multipliers.

min sum(|m|) so that the bound which the multipliers give (recipe.py) is as good as the one sought; for whole
cells anything above bound - 1 is good enough. What the solver answers is a hint: it is made into fractions and
recomputed exactly, and dropped where that does not give the bound. Only lines near the cell are looked at, in wider circles.

Example: y follows from 4 - 3 (one line), and from 19 - 12 - 6 (two lines): the least sum of |m| is 1, the first.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from celwacht.disclosure.audit.bounds.line_kernel import FAR, LEAST
from celwacht.disclosure.audit.model.recipe import Bounds, Step, value_of
from celwacht.disclosure.model.problem import Relations
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver
from celwacht.disclosure.solver.work import Work

CIRCLES = (1, 2, 3, 4)
MOST_LINES = 1_500
_SLACKS = (1e-6, 0.98)
"""By how much a sum may miss the bound: rounding to whole numbers makes up for less than one."""
PIVOTS = 50_000
PROGRAMME, ENTRY = 5e-3, 1e-5
"""Seconds of putting one programme together, and of each number in it."""
_DENOMINATORS = (1, 2, 12, 1000)


def shortest(
    relations: Relations, through: tuple[np.ndarray, np.ndarray], cell: int, side: int, bound: int, bounds: Bounds, work: Work
) -> Step | None:
    """A step that gives `bound` from `bounds`, with few lines; None where no single sum near the cell does."""
    tried = -1
    for lines in circles(relations, through, cell, bounds):
        if len(lines) == tried or len(lines) > MOST_LINES:
            break
        tried = len(lines)
        step = among(relations, lines, cell, side, bound, bounds, work)
        if step is not None:
            return step
    return None


def among(relations: Relations, lines: list[int], cell: int, side: int, bound: int, bounds: Bounds, work: Work) -> Step | None:
    """A step that gives `bound` with few of these lines; None where no sum of them does."""
    for slack in _SLACKS:
        multipliers = _solve(relations, lines, cell, side, bound - slack if side == LEAST else bound + slack, bounds, work)
        step = None if multipliers is None else _checked(relations, lines, multipliers, cell, side, bound, bounds)
        if step is not None:
            return step
    return None


def _checked(relations, lines, multipliers, cell, side, bound, bounds) -> Step | None:
    """The multipliers as fractions, when they give the bound in exact arithmetic."""
    for most in _DENOMINATORS:
        parts = [(r, Fraction(float(m)).limit_denominator(most)) for r, m in zip(lines, multipliers)]
        step = Step(cell, side, bound, tuple((r, m) for r, m in parts if m))
        got = value_of(relations, step, bounds)
        if got is not None and (got >= bound if side == LEAST else got <= bound):
            return step
    return None


def circles(relations: Relations, through, cell: int, bounds: Bounds):
    """Lines around a cell in ever wider circles, going on through cells that are not exactly known."""
    first, relation = through
    lines: set[int] = set()
    cells = {cell}
    edge = [cell]
    for _ in CIRCLES:
        new = {int(r) for i in edge for r in relation[first[i] : first[i + 1]]} - lines
        lines |= new
        reached = {int(i) for r in new for i in relations.cell[relations.first[r] : relations.first[r + 1]]} - cells
        cells |= reached
        edge = [i for i in reached if bounds(i)[0] < bounds(i)[1]]
        yield sorted(lines)


def _solve(relations, lines, cell, side, bound, bounds, work):
    """Multipliers per line, float, or None. Columns: m+ and m- per line, d+ and d- per cell; a row per cell and one for
    the bound. The GREATEST side is the LEAST side of the cell's negative, with every multiplier turned."""
    sign = 1 if side == LEAST else -1
    entries = [
        (j, int(relations.cell[k]), int(relations.coefficient[k]))
        for j, r in enumerate(lines)
        for k in range(int(relations.first[r]), int(relations.first[r + 1]))
    ]
    work.add(PROGRAMME + ENTRY * len(entries))
    cells = sorted({i for _, i, _ in entries} | {cell})
    row_of, m = {i: a for a, i in enumerate(cells)}, len(lines)
    columns: list[tuple[float, float, float, list[tuple[int, float]]]] = []  # cost, upper, bound's gain, entries
    by_line: dict[int, list[tuple[int, int]]] = {}
    for j, i, c in entries:
        by_line.setdefault(j, []).append((row_of[i], c))
    for j, r in enumerate(lines):
        price = 1 + 0.001 * len(by_line[j])
        for s, end in ((1, int(relations.least[r])), (-1, int(relations.greatest[r]))):
            columns.append((price, 0.0 if abs(end) >= FAR else np.inf, float(s * end), [(a, float(s * c)) for a, c in by_line[j]]))
    for i in cells:
        low, high = bounds(i)
        own = i == cell
        columns.append((1e-4, 0.0 if own or abs(high) >= FAR else np.inf, -float(high), [(row_of[i], -1.0)]))
        columns.append((1e-4, 0.0 if own or abs(low) >= FAR else np.inf, float(low), [(row_of[i], 1.0)]))
    values = _run(columns, [float(sign) if i == cell else 0.0 for i in cells], float(sign * bound), work)
    return None if values is None else sign * (values[0 : 2 * m : 2] - values[1 : 2 * m : 2])


def _run(columns, right, target, work):
    rows = len(right) + 1
    usable = [0.0 if c[1] == 0.0 else c[2] for c in columns]
    programme = Programme(
        np.array([c[0] for c in columns]),
        np.zeros(len(columns)),
        np.array([c[1] for c in columns]),
        np.array([*right, target]),
        np.array([*right, np.inf]),
        np.cumsum([0] + [len(c[3]) + 1 for c in columns]),
        np.array([a for c in columns for a in [*(e[0] for e in c[3]), rows - 1]]),
        np.array([v for c, g in zip(columns, usable) for v in [*(e[1] for e in c[3]), g]]),
        by_column=True,
    )
    solver = Solver(programme, None, work)
    return solver.x if solver.run(PIVOTS) is Outcome.OPTIMAL else None
