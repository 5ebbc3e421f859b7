"""The certificate checker for a suppression problem: is every sensitive cell proved by worlds? Integers, no solver.

A reader of this file need believe nothing else: it imports the problem's shapes, and no code that chose or searched.

1. The truth satisfies every bound and relation; sensitive cells are withheld and forced ones published.
2. Every world satisfies them too, with every published cell in the interval in which it was printed; whole where the
   intruder knows that values are whole. A world is the truth plus difference / scale; scale is multiplied out.
3. Worlds put each sensitive cell `lpl` below and `upl` above its value, and two of them (or one and the truth) `spl`
   apart.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.problem import CellStatus, CellWorlds, Pattern, SuppressionProblem
from celwacht.disclosure.model.verdict import CheckResult, Verdict

MOST = 1 << 61
_NONE = np.zeros(0, np.int64)


def check_cells(problem: SuppressionProblem, pattern: np.ndarray, worlds: CellWorlds) -> CheckResult:
    """Judges one problem. pattern: uint8 (n,) of Pattern."""
    published = pattern == Pattern.PUBLISHED
    facts, value = problem.relations, problem.value
    sums = facts.sums(value)
    least, greatest = problem.room(pattern)
    if np.any((value < least) | (value > greatest)) or np.any((sums < facts.least) | (sums > facts.greatest)):
        return CheckResult(Verdict.UNSAFE, "the truth does not satisfy the facts", _NONE)
    if np.any(published & problem.sensitive):
        return CheckResult(Verdict.UNSAFE, "a sensitive cell is published", _NONE)
    if np.any(~published & (problem.status == CellStatus.FORCED)):
        return CheckResult(Verdict.UNSAFE, "a cell that must be published is withheld", _NONE)
    n, down, up = len(problem), {}, {}
    for k in range(len(worlds)):
        rows = slice(worlds.first[k], worlds.first[k + 1])
        cell, difference = (a[rows].astype(np.int64) for a in (worlds.cell, worlds.difference))
        scale = int(worlds.scale[k])
        if not _is_world(problem, least, greatest, sums, cell, difference, scale):
            return CheckResult(Verdict.UNSAFE, f"world {k} does not satisfy the facts", _NONE)
        for c, d in zip(cell[problem.sensitive[cell]].tolist(), difference[problem.sensitive[cell]].tolist()):
            a, b = down.get(c, (0, 1)), up.get(c, (0, 1))
            down[c] = (d, scale) if d * a[1] < a[0] * scale else a
            up[c] = (d, scale) if d * b[1] > b[0] * scale else b
    unproved = [
        c
        for c in np.flatnonzero(problem.sensitive).tolist()
        if not _wide(down.get(c, (0, 1)), up.get(c, (0, 1)), *(int(x[c]) for x in (problem.lpl, problem.upl, problem.spl)))
    ]
    if unproved or n != len(pattern):
        return CheckResult(Verdict.INCONCLUSIVE, "sensitive cells without proof", np.array(unproved, np.int64))
    return CheckResult(Verdict.SAFE, "every sensitive cell is proved", _NONE)


def _is_world(problem: SuppressionProblem, least, greatest, sums, cell, difference, scale: int) -> bool:
    """Whether the truth plus difference / scale satisfies every fact; exact, and false where numbers are too large."""
    facts, n = problem.relations, len(problem)
    if scale < 1 or np.any(np.diff(cell) <= 0) or (len(cell) and (cell[0] < 0 or cell[-1] >= n)):
        return False
    longest = int(np.diff(facts.first).max(initial=1)) * int(np.abs(facts.coefficient).max(initial=1))
    if int(np.abs(difference).max(initial=0)) * longest > MOST - scale:
        return False
    reach = int(np.abs(difference).max(initial=0)) * longest // scale + 1  # what lies farther away binds nothing
    bounds = [
        np.clip(b, -reach, reach) for b in (least - problem.value, greatest - problem.value, facts.least - sums, facts.greatest - sums)
    ]
    if problem.integral and np.any(difference % scale):
        return False
    change = np.zeros(n, np.int64)
    change[cell] = difference
    moved = facts.sums(change)
    return bool(
        np.all((bounds[0] * scale <= change) & (change <= bounds[1] * scale))
        and np.all((bounds[2] * scale <= moved) & (moved <= bounds[3] * scale))
    )


def _wide(down: tuple[int, int], up: tuple[int, int], lpl: int, upl: int, spl: int) -> bool:
    """Whether fractions (difference, scale) of the lowest and the highest world lie far enough out."""
    return -down[0] >= lpl * down[1] and up[0] >= upl * up[1] and up[0] * down[1] - down[0] * up[1] >= spl * up[1] * down[1]
