"""A new release beside those before it: what their differences would tell, as lines for the repair.

Between releases records change, so that a figure of one tells nothing for sure of the other. But where all that is printed of a region moves one way, an intruder
will suppose that records there were only added, or only taken away. Then later = earlier + way * change, no change is negative, and changes add up as counts do.

    release 1   75, and 0 in a form of help     release 2   76, and that form a dot: its change is at most 1, and it is 1 at most
    the repair withholds the 76, or what else tells that only one came; what was printed before stays printed, and is no choice any more

The supposition is the intruder's, not ours: it may be wrong, and stopping it costs figures where few records changed in a region.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.audit.model.facts import Facts
from celwacht.disclosure.intruder.sets import lines as made
from celwacht.disclosure.intruder.sets.facts import SetFacts
from celwacht.disclosure.intruder.sets.space import Cells
from celwacht.disclosure.intruder.sets.values import PLACE
from celwacht.disclosure.model.problem import UNBOUNDED, Relations
from celwacht.tables.sources.sources import persons_unit


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Of one space in two releases: its cells, their positions before and after; way: 1, -1, or 0 where nothing is supposed, per cell."""

    cells: Cells
    before: np.ndarray = field(repr=False)
    after: np.ndarray = field(repr=False)
    way: np.ndarray = field(repr=False)


def with_differences(known: SetFacts, new: str) -> SetFacts:
    """The same facts, with the changes from each earlier release to the release `new` as further cells, in no table."""
    lines, n = made.Lines(), len(known.facts)
    least, greatest = [known.facts.least], [known.facts.greatest]
    for moved in _moved(known, new):
        its = np.flatnonzero(moved.way)
        if not len(its):
            continue
        cells = _chosen(moved.cells, its)
        after, before, way = moved.after[its], moved.before[its], moved.way[its]
        own = np.arange(n, n + len(its))
        for sign in (1, -1):
            here = way == sign
            lines.add(np.column_stack([after, before, own])[here], [1, -1, -sign], 0, 0, "what came, or went, between two releases")
        for sign in (1, -1):
            part = np.flatnonzero(way == sign)
            placed = _Placed(own[part])
            made.families(_chosen(cells, part), 0, placed)
            made.over_time(_chosen(cells, part), 0, placed)
            lines.blocks += placed.blocks
        n += len(its)
        least.append(np.zeros(len(its), np.int64))
        greatest.append(np.full(len(its), UNBOUNDED))
    if n == len(known.facts):
        return known
    more, _, _ = lines.relations()
    joined = _joined(known.facts.relations, more)
    facts = Facts(np.concatenate(least), np.concatenate(greatest), _longer(known.facts.withheld, n, False), joined)
    return replace(known, facts=facts, hidden=_longer(known.hidden, n, True))


class _Placed(made.Lines):
    """Lines over some cells, whose positions are looked up."""

    def __init__(self, own: np.ndarray):
        super().__init__()
        self.own = own

    def add(self, cells, coefficients, least, greatest, why) -> None:
        if len(cells):
            super().add(np.where(cells >= 0, self.own[np.maximum(cells, 0)], -1), coefficients, least, greatest, why)


def _moved(known: SetFacts, new: str) -> Iterator[Moved]:
    """Every space of trajectories that an earlier release shares with the new one. Not of persons: a trajectory more may put one elsewhere."""
    at = {(c.space.release, c.space.source, c.space.year, c.space.unit): (c, o) for c, o in zip(known.cells, known.offset)}
    for (release, source, year, unit), (cells, own) in at.items():
        other = at.get((new, source, year, unit))
        if release == new or persons_unit(source, unit) or other is None:
            continue
        place = other[0].at(cells.key)
        both = np.flatnonzero(place >= 0)
        before, after = both + own, place[both] + other[1]
        chosen = _chosen(cells, both)
        yield Moved(chosen, before, after, _ways(known, chosen, before, after))


def _chosen(cells: Cells, which: np.ndarray) -> Cells:
    zero = np.zeros(len(which), np.int64)
    return Cells(cells.space, cells.strides, cells.key[which], zero, zero, zero.astype(bool))


def _ways(known: SetFacts, cells: Cells, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """int64: which way a cell's region moves, by all that is printed of it in both releases."""
    least = known.facts.least[after] - known.facts.greatest[before]
    greatest = known.facts.greatest[after] - known.facts.least[before]
    up, down = least > 0, greatest < 0
    way = np.zeros(len(before), np.int64)
    if PLACE not in cells.space.classes:
        return way + (1 if up.any() else -1) * (up.any() != down.any())
    masks = {number: mask for mask, number in cells.space.classes[PLACE].items()}
    digit = cells.digit(PLACE)
    for number in np.unique(digit):
        whole = masks[int(number)]
        inside = [n for n, m in masks.items() if not isinstance(whole, int) or (isinstance(m, int) and m & ~whole == 0)]
        its = np.isin(digit, inside) if whole is not None else np.ones(len(digit), bool)
        if up[its].any() != down[its].any():
            way[its] = 1 if up[its].any() else -1
    return way


def _longer(flags: np.ndarray, n: int, value: bool) -> np.ndarray:
    return np.concatenate([flags, np.full(n - len(flags), value)])


def _joined(a: Relations, b: Relations) -> Relations:
    first = np.concatenate([a.first, a.first[-1] + b.first[1:]])
    return Relations(first, *(np.concatenate([getattr(a, k), getattr(b, k)]) for k in ("cell", "coefficient", "least", "greatest")))
