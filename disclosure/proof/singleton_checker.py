"""The certificate checker for singletons: does the proof hold as well for people who know that they are alone?

As checker.py: integers, no solver, none of the code that searched. Whoever is alone in an atom holds possible only worlds that
leave it, and every cell of 1 with nobody else in it, as it is. Checked is:
1. every single world (a part of a layer) would be printed exactly as the table is, and has no negative count;
2. each sensitive cell is as far apart as it needs in the worlds that are left when any one person's are taken out, but
   for the person who is all there is in the cell itself.

Example: 20 = 1 + 4 + 15, all parts withheld, width 2. Worlds that swap the 1 with the 4 show an outsider that 4 may be 3 or 5; whoever
is the 1 knows that it is no other, and is left with 4 alone. With worlds that swap 4 and 15 it stands against them too.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.single_worlds import changes
from celwacht.disclosure.model.verdict import CheckResult, Verdict
from celwacht.disclosure.model.worlds import Worlds

_NONE = np.zeros(0, np.int64)


def check_singletons(problem: CubeProblem, pattern: np.ndarray, worlds: Worlds) -> CheckResult:
    """Judges a pattern that `check` has found SAFE; parameters as there. worlds.part numbers the single worlds."""
    count, truth = problem.atoms.ravel(), problem.value
    alone = np.flatnonzero(intruder.alone(count))
    who = np.where(truth == 1, problem.sums(alone, alone), -1)
    low, high = problem.leeway(np.asarray(pattern).ravel())
    assert worlds.part is not None  # Certificate.check asks only where there is one
    number = np.unique(worlds.part.astype(np.int64), return_inverse=True)[1]  # so that products stay small
    moved = _moved(problem, worlds, number)
    if moved is None:
        return CheckResult(Verdict.UNSAFE, "a world has a negative count, or names an atom twice", _NONE)
    part, cell, change = moved
    if np.any((change < low[cell]) | (change > high[cell])):
        return CheckResult(Verdict.UNSAFE, "a single world would be printed differently", _NONE)
    theirs = np.stack([number, worlds.unknown]).astype(np.int64)[:, count[worlds.unknown.astype(np.int64)] == 1]
    people = np.unique(np.hstack([np.stack([part, who[cell]])[:, who[cell] >= 0], theirs]), axis=1)
    here = problem.sensitive[cell]
    order = np.lexsort((part[here], cell[here]))
    wide = _left_wide((part[here][order], cell[here][order], change[here][order]), people, who, problem.asked)
    if (unproved := np.flatnonzero(problem.sensitive & ~wide)).size:
        return CheckResult(Verdict.INCONCLUSIVE, "sensitive cells without proof against singletons", unproved)
    return CheckResult(Verdict.SAFE, "every sensitive cell is proved, against singletons as well", _NONE)


def _moved(problem, worlds, number):
    """(world, cell, change) of every cell that a single world moves, ordered; None if one of them is no world."""
    rows = np.stack([a.astype(np.int64) for a in (number, worlds.unknown, worlds.difference)])
    part, atom, change = rows[:, np.lexsort((rows[1], rows[0]))]
    if np.any((np.diff(part) == 0) & (np.diff(atom) == 0)) or np.any(problem.atoms.ravel()[atom] + change < 0):
        return None
    return changes(problem, part, atom, change)


def _left_wide(entries, people, who, needs) -> np.ndarray:
    """bool over cells: wide enough whoever's worlds are taken out. entries: (world, cell, change) by cell."""
    part, cell, change = entries
    first, size = np.searchsorted(cell, np.arange(who.size + 1)), max(who.size, int(people[1].max(initial=0))) + 2
    own = np.searchsorted(people[0], np.stack([part, part + 1]))  # people concerned by the world of each entry
    n = own[1] - own[0]
    row = np.repeat(np.arange(len(part)), n)
    person = people[1][np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n) + np.repeat(own[0], n)] if len(row) else _NONE
    p, s = np.divmod(np.unique(np.concatenate([cell[row] * size + person, cell * size + size - 1])), size)
    keep = s != who[p]  # size - 1 is nobody: the outsider
    p, s, wide = p[keep], s[keep], np.zeros(who.size, bool)
    wide[cell] = True
    known = people[0] * size + people[1]
    for a in range(0, len(p), 100_000):
        q, t = p[a : a + 100_000], s[a : a + 100_000]
        length = first[q + 1] - first[q]
        which = np.repeat(np.arange(len(q)), length)
        e = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length) + np.repeat(first[q], length)
        key = part[e] * size + t[which]
        at = np.minimum(np.searchsorted(known, key), max(len(known) - 1, 0))
        clear = known[at] != key if len(known) else np.ones(len(key), bool)
        low, high = np.zeros((2, len(q)), np.int64)
        np.minimum.at(low, which[clear], change[e][clear])
        np.maximum.at(high, which[clear], change[e][clear])
        fails = (high - low < needs[2][q]) | (-low < needs[0][q]) | (high < needs[1][q])
        wide[q[fails]] = False
    return wide
