"""The certificate checker: is every sensitive cell proved safe by worlds? Integers only, no solver, no search.

A reader of this file need believe nothing else but what the problem says of itself (model/problem.py for cells and relations,
model/cube_problem.py for cubes); none of the code that chose the pattern or found the worlds. Checked is:

1. what is printed is what the problem says is printed, and no sensitive cell is printed;
2. every world is a world: nothing in it is impossible by what the intruder knows (model/intruder.py), relations hold, and
   every printed figure would be printed the same;
3. each sensitive cell takes, over the truth and all worlds, values at least `lpl` below and `upl` above the truth, and two
   of them at least `spl` apart.

Example: 10 = 4 + 6 with both parts withheld, and 4 sensitive with spl 3. The world (+2, -2) alone leaves it open, 4 and 6 being
2 apart; with (-1, +1) as well the cell is proved, 3 and 6 being 3 apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import CheckResult, Verdict
from celwacht.disclosure.model.worlds import Worlds

_NONE = np.zeros(0, np.int64)
Seen = dict[int, tuple[np.ndarray, np.ndarray]]
"""By scale: the lowest and the highest change of every sensitive cell, in their order, over some worlds and the truth."""


def check(problem: CubeProblem | SuppressionProblem, pattern: np.ndarray, worlds: Worlds) -> CheckResult:
    """Judges one suppression pattern. pattern: Status of every cell, uint8, in the shape of the problem's cells or flat."""
    return judge(problem, pattern, lambda: [look(problem, pattern, worlds)])


def judge(problem: CubeProblem | SuppressionProblem, pattern: np.ndarray, looks: Callable[[], Iterable[Seen | str]]) -> CheckResult:
    """1 and 3, and the verdict. looks: what `look` says of each piece of the worlds, asked for where 1 is in order."""
    pattern = np.asarray(pattern).ravel()
    wrong = problem.malformed(pattern)
    if not wrong and np.any(problem.sensitive & (pattern == Status.PUBLISHED)):
        wrong = "a sensitive cell is printed"
    if wrong := wrong or problem.misprinted(pattern):
        return CheckResult(Verdict.UNSAFE, wrong, _NONE)
    watched = np.flatnonzero(problem.sensitive)
    seen: Seen = {}
    for piece in looks():
        if isinstance(piece, str):
            return CheckResult(Verdict.UNSAFE, piece, _NONE)
        for scale, ends in piece.items():
            _add(seen, scale, *ends)
    unproved = watched[~_wide(seen, *(a[watched] for a in problem.asked))]
    if unproved.size:
        return CheckResult(Verdict.INCONCLUSIVE, "sensitive cells without proof", unproved)
    return CheckResult(Verdict.SAFE, "every sensitive cell is proved", _NONE)


def look(problem: CubeProblem | SuppressionProblem, pattern: np.ndarray, worlds: Worlds, first: int = 0) -> Seen | str:
    """2 for these worlds, of which the first has the number `first`: what they make of the sensitive cells, or why one of them is no world."""
    watched, (low, high) = np.flatnonzero(problem.sensitive), problem.leeway(np.asarray(pattern).ravel())
    seen: Seen = {}
    for k in range(len(worlds.first) - 1):
        rows = slice(worlds.first[k], worlds.first[k + 1])
        unknown, difference = worlds.unknown[rows].astype(np.int64), worlds.difference[rows].astype(np.int64)
        change = problem.moved(unknown, difference, scale := int(worlds.scale[k]))
        if isinstance(change, str) or _outside(change, low, high, scale):
            return f"world {first + k} {change if isinstance(change, str) else problem.outside}"
        _add(seen, scale, change[watched], change[watched])
    return seen


def _add(seen: Seen, scale: int, low: np.ndarray, high: np.ndarray) -> None:
    """Takes changes up among those seen; the truth, no change, is always among them."""
    lowest, highest = seen.setdefault(scale, (np.zeros(len(low), np.int64), np.zeros(len(low), np.int64)))
    np.minimum(lowest, low, out=lowest)
    np.maximum(highest, high, out=highest)


def _outside(change: np.ndarray, low: np.ndarray, high: np.ndarray, scale: int) -> bool:
    """Whether change / scale leaves the room of a cell. Products stay small: what lies farther away binds nothing."""
    if scale > 1:
        reach = int(np.abs(change).max(initial=0)) // scale + 1
        low, high = np.clip(low, -reach, reach) * scale, np.clip(high, -reach, reach) * scale
    return bool(np.any((change < low) | (change > high)))


def _wide(seen: Seen, lpl: np.ndarray, upl: np.ndarray, spl: np.ndarray) -> np.ndarray:
    """bool: the cells whose lowest and highest changes, by scale, lie far enough out; fractions compared in whole numbers."""
    down, up, down_scale, up_scale = (np.zeros(len(lpl), object), np.zeros(len(lpl), object), *np.ones((2, len(lpl)), object))
    if set(seen) <= {1}:  # whole worlds, as those of counts always are
        low, high = seen.get(1, (np.zeros(len(lpl), np.int64),) * 2)
        return (-low >= lpl) & (high >= upl) & (high - low >= spl)
    for scale, (lowest, highest) in seen.items():
        low, high = lowest.astype(object), highest.astype(object)
        lower, higher = low * down_scale < down * scale, high * up_scale > up * scale
        down, down_scale = np.where(lower, low, down), np.where(lower, scale, down_scale)
        up, up_scale = np.where(higher, high, up), np.where(higher, scale, up_scale)
    lpl, upl, spl = (a.astype(object) for a in (lpl, upl, spl))
    wide = (-down >= lpl * down_scale) & (up >= upl * up_scale) & (up * down_scale - down * up_scale >= spl * up_scale * down_scale)
    return wide.astype(bool)
