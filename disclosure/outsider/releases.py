"""Differences between releases: what a redelivery tells, by its figures alone.

    release 1   75, a form of help printed as 0       later 76, and that form a dot; nothing else moved
    differences +1                                    if children only came, the dot is 1

Between releases records change, so that a figure of one tells nothing for sure of the other. But an intruder looks at what moved: where, in one region, all
printed differences have one sign, he will suppose that records there were only added (or only taken away); where nothing that is printed of a region
moved, that all is as it was, of persons too. `supposing` says what falls then. A
supposition, and no proof: its intervals are kept apart from those of the attack, and so is the price of stopping it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.outsider.attack import Found
from celwacht.disclosure.outsider.bounds import Bounds, Contradiction, propagate
from celwacht.disclosure.outsider.meaning import PLACE
from celwacht.disclosure.outsider.public_table import ENDLESS
from celwacht.disclosure.outsider.rows import Rows, System
from celwacht.disclosure.outsider.space import Space

FEW = 10
"""A difference of fewer records than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Supposed:
    """Of two releases of the same trajectories, or persons. common: figures that both show; told: differences of fewer than FEW records, not none, that are
    exactly known; regions: in how many all that is printed moves one way; still: in how many nothing does. low, high: int64 over all figures, under
    these suppositions."""

    earlier: str
    later: str
    common: int
    told: int
    regions: int
    still: int
    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)

    def fallen(self, found: Found) -> np.ndarray:
        """bool over all figures: withheld, wide enough without the supposition, and too narrow with it."""
        return found.figures.dot & (found.bounds.width >= found.width) & (self.high - self.low < found.width)


def supposing(found: Found) -> list[Supposed]:
    """One for every two releases of the same trajectories, or of the same persons, in the order in which they were given."""
    spaces = list(found.figures.spaces.values())
    pairs = [(a, b) for i, a in enumerate(spaces) for b in spaces[i + 1 :] if a.key[1:] == b.key[1:] and a.key[0] != b.key[0]]
    return [s for a, b in pairs if (s := _between(found, a, b)) is not None]


def _between(found: Found, earlier: Space, later: Space) -> Supposed | None:
    before, after = _common(earlier, later)
    if not len(before):
        return None
    low, high = found.bounds.low, found.bounds.high
    least, most = low[after] - high[before], high[after] - low[before]
    shown = found.figures.shown[before] & found.figures.shown[after]
    told = int((shown & (least == most) & (least != 0) & (np.abs(least) < FEW)).sum())
    new = Bounds.at(low, high)
    regions, still = 0, []
    for its, sign in _moves(later, after, least, most, shown & ~found.figures.dot[before] & ~found.figures.dot[after]):
        if not sign:
            still.append(its)
        elif not later.persons:
            regions += 1
            _suppose(found, new, before[its], after[its], sign)
    if still and not _unchanged(found, new, before, after, np.unique(np.concatenate(still))):
        for its in still:
            _unchanged(found, new, before, after, its)
    return Supposed(earlier.key[0], later.key[0], int(shown.sum()), told, regions, len(still), new.low, new.high)


def _unchanged(found: Found, bounds: Bounds, before: np.ndarray, after: np.ndarray, its: np.ndarray) -> bool:
    """Narrows in place, if these figures are in both releases what they are in one; False, and nothing done, where that cannot be."""
    rows = Rows()
    rows.add(np.column_stack([after[its], before[its]]), [1, -1], 0, 0, "nothing printed there moved")
    trial = Bounds.at(bounds.low, bounds.high)
    try:
        propagate(trial, _both(found.system, rows.system()))
    except Contradiction:
        return False
    bounds.low[:], bounds.high[:] = trial.low, trial.high
    return True


def _both(one: System, other: System) -> System:
    """The relations of both; reasons as of the first."""
    at, times, least, most, why = (np.concatenate([getattr(one, k), getattr(other, k)]) for k in ("at", "times", "least", "most", "why"))
    return System(np.concatenate([one.first, one.first[-1] + other.first[1:]]), at, times, least, most, why, one.reasons)


def _common(a: Space, b: Space) -> tuple[np.ndarray, np.ndarray]:
    """Figures that are in both, whatever tables else there are in either: their positions in each. Sets have the same meaning in all releases."""

    def rows(space: Space) -> dict[tuple[tuple[str, int], ...], int]:
        names, sets = space.names(), [space.axes[n].sets for n in space.names()]
        return {tuple((n, s[v]) for n, s, v in zip(names, sets, row) if v): i + space.first for i, row in enumerate(space.figure.tolist())}

    first, second = rows(a), rows(b)
    both = [(i, second[k]) for k, i in first.items() if k in second]
    found = np.array(both, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _moves(space: Space, after: np.ndarray, least: np.ndarray, most: np.ndarray, shown: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """(figures of a region and of what lies in it, sign) wherever what is printed moves one way, or (0) not at all; the largest regions first."""
    names = space.names()
    if PLACE not in names:
        regions = {0: np.arange(len(after))}
    else:
        own = space.figure[after - space.first, names.index(PLACE)]
        sets = space.axes[PLACE].sets
        regions = {
            n: np.flatnonzero([sets[m] & ~sets[n] == 0 for m in own.tolist()])
            for n in sorted(set(own.tolist()), key=lambda n: -sets[n].bit_count())
        }
    taken = {True: np.zeros(len(after), bool), False: np.zeros(len(after), bool)}
    for its in regions.values():
        up, down = ((least[its] > 0) & shown[its]).any(), ((most[its] < 0) & shown[its]).any()
        moved = bool(up or down)
        if (up and down) or not shown[its].any() or taken[moved][its].all():
            continue
        taken[moved][its] = True
        yield its, int(up) - int(down)


def _suppose(found: Found, bounds: Bounds, before: np.ndarray, after: np.ndarray, sign: int) -> None:
    """Narrows in place, if later = earlier + sign * change and no change is negative; changes add up as the figures do."""
    system, n, m = found.system, len(bounds.low), len(after)
    number = np.full(n, -1)
    number[after] = np.arange(m)
    inside = np.logical_and.reduceat(number[system.at] >= 0, system.first[:-1])
    additive = system.of(np.flatnonzero(inside))
    low = np.maximum(0, (bounds.low[after] - bounds.high[before]) * sign if sign > 0 else bounds.low[before] - bounds.high[after])
    high = bounds.high[after] - bounds.low[before] if sign > 0 else bounds.high[before] - bounds.low[after]
    ties = Rows()
    ties.add(np.column_stack([after, before, np.arange(m) + n]), [1, -1, -sign], 0, 0, "later is earlier and what came or went")
    changes = replace(additive, at=number[additive.at] + n)
    both = _both(_both(system, changes), ties.system())
    try:
        trial = Bounds.at(
            np.concatenate([bounds.low, np.minimum(low, np.maximum(high, 0))]), np.concatenate([bounds.high, np.clip(high, 0, ENDLESS)])
        )
        propagate(trial, both)
    except Contradiction:
        return
    bounds.low[:], bounds.high[:] = trial.low[:n], trial.high[:n]
