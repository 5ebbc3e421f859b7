"""The certificate checker for insiders: does the proof hold as well for providers, who know their own clients?

As checker.py: integers, no solver, none of the code that searched. An insider holds possible only worlds in which no atom holds
fewer than they have there themselves (model/intruder.py); a coalition puts together what its members have. Checked is:
1. every single world (a part of a layer) would be printed exactly as the table is, and has no negative count;
2. whichever coalition looks, the worlds that it holds possible put each sensitive cell as far apart as it needs; but for cells
   all of which is one member's own.

Worlds that no coalition can rule out come first. Where they do not suffice for a cell, take the two worlds that put it farthest down and
up: any coalition against which these do not stand has somebody who contributes to an atom that they lower. So only these are tried.

Example: 20 = 4 + 5 + 11, all parts withheld, width 2; the 11 are one provider's. Swaps of the 4 with the 11 say that 4 may be 3 to 5. Whoever
has the 11 knows that they are not 10, and is left with 3 and 4: too narrow. Swaps of 4 with 5 mend that, if two others share the 5.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.single_worlds import changes
from celwacht.disclosure.model.verdict import CheckResult, Verdict
from celwacht.disclosure.model.worlds import Worlds

_NONE = np.zeros(0, np.int64)


def check_insiders(problem: CubeProblem, pattern: np.ndarray, worlds: Worlds) -> CheckResult:
    """Judges a pattern that `check` has found SAFE; parameters as there. worlds.part numbers the single worlds."""
    count, its = problem.atoms.ravel(), problem.insiders
    assert its is not None and worlds.part is not None  # Certificate.check asks for no word without them
    if its.malformed(count):
        return CheckResult(Verdict.UNSAFE, "the insiders are not those of this table", _NONE)
    number = np.unique(worlds.part.astype(np.int64), return_inverse=True)[1]
    order = np.lexsort((worlds.unknown, number))
    part, atom, change = (a[order].astype(np.int64) for a in (number, worlds.unknown, worlds.difference))
    if np.any((np.diff(part) == 0) & (np.diff(atom) == 0)) or np.any(count[atom] + change < intruder.LEAST_COUNT):
        return CheckResult(Verdict.UNSAFE, "a world has a negative count, or names an atom twice", _NONE)
    moved, cell, by = changes(problem, part, atom, change)
    low, high = problem.leeway(np.asarray(pattern).ravel())
    if np.any((by < low[cell]) | (by > high[cell])):
        return CheckResult(Verdict.UNSAFE, "a single world would be printed differently", _NONE)
    lowered = _lowered(its, part, atom, count[atom] + change, change < 0)
    firm = np.ones(int(number.max(initial=-1)) + 1, bool)
    firm[list(lowered)] = False
    left = problem.sensitive & ~_wide_by(firm, moved, cell, by, problem.asked)
    here = np.flatnonzero(left[cell])
    here = here[np.lexsort((np.abs(by[here]), cell[here]))]
    entry = dict(zip(*_grouped(cell[here], np.stack([moved[here], by[here]], axis=1))))
    whole = _whole(problem, left)
    unproved = [
        c
        for c in np.flatnonzero(left).tolist()
        if not stands(frozenset(), entry.get(c, ()), lowered, tuple(int(a[c]) for a in problem.asked), whole.get(c, ()), its.coalition)
    ]
    if unproved:
        return CheckResult(Verdict.INCONCLUSIVE, "sensitive cells without proof against insiders", np.array(unproved, np.int64))
    return CheckResult(Verdict.SAFE, "every sensitive cell is proved, against insiders as well", _NONE)


def _lowered(its, part, atom, left, down) -> dict[int, list[tuple[int, dict[int, int]]]]:
    """World -> for each atom that it lowers so far that some coalition knows better: (count left, what each insider has)."""
    place, most = its.together
    known = np.zeros(max(int(atom.max(initial=0)), int(place.max(initial=0))) + 1, np.int64)
    known[place] = most
    found: dict[int, list[tuple[int, dict[int, int]]]] = {}
    for i in np.flatnonzero(down & intruder.knows_better(known[atom], left)):
        rows = slice(*np.searchsorted(its.atom, [atom[i], atom[i] + 1]))
        found.setdefault(int(part[i]), []).append((int(left[i]), dict(zip(its.who[rows].tolist(), its.own[rows].tolist()))))
    return found


def stands(who: frozenset, entries, lowered, asked, whole, more: int) -> bool:
    """Whether the worlds (number, change) that `who` together hold possible are wide, and still when up to `more` others join."""
    seen = [(0, -1), (0, -1)]  # the least and the greatest change, and the worlds that make it
    for w, by in entries:
        if (by < seen[0][0] or by > seen[1][0]) and not any(
            intruder.knows_better(sum(own.get(p, 0) for p in who), left) for left, own in lowered.get(w, ())
        ):
            seen[by > 0] = (by, w)
    (low, down), (high, up) = seen
    if -low < asked[0] or high < asked[1] or high - low < asked[2]:
        return False
    others = {p for w in (down, up) for _, own in lowered.get(w, ()) for p in own} if more else set()
    return all(p in whole or stands(who | {p}, entries, lowered, asked, whole, more - 1) for p in sorted(others - who))


def _wide_by(firm, moved, cell, by, asked) -> np.ndarray:
    """bool over cells: wide enough by worlds that no coalition can rule out."""
    low, high = np.zeros((2, len(asked[0])), np.int64)
    np.minimum.at(low, cell[firm[moved]], by[firm[moved]])
    np.maximum.at(high, cell[firm[moved]], by[firm[moved]])
    return (-low >= asked[0]) & (high >= asked[1]) & (high - low >= asked[2])


def _whole(problem, watched) -> dict[int, set[int]]:
    """Of the cells watched: who has all of each."""
    order = np.lexsort((problem.insiders.atom, problem.insiders.who))
    who, atom, held = (a[order] for a in (problem.insiders.who, problem.insiders.atom, problem.insiders.own))
    who, cell, own = changes(problem, who, atom, held, watched)
    all_of = own == problem.value[cell]
    return {c: {w for (w,) in rows} for c, rows in zip(*_grouped(cell[all_of], who[all_of, None]))}


def _grouped(key: np.ndarray, rows: np.ndarray):
    """(keys, rows of each), as plain lists; keys ascend."""
    order = np.argsort(key, kind="stable")
    names, first = np.unique(key[order], return_index=True)
    return names.tolist(), [a.tolist() for a in np.split(rows[order], first[1:])] if len(names) else []
