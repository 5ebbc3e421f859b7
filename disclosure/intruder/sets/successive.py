"""A new release beside those before it: what their differences would tell, as lines for the repair.

Between releases records change, so that a figure of one tells nothing for sure of the other. But an intruder looks at what moved. Where all that is printed of a
region moves one way, he will suppose that records there were only added, or only taken away: later = earlier + way * change, no change is negative, and changes add
up as counts do. Where nothing that is printed of a region moves, he will suppose that nothing changed there, so that what one release withholds the other tells.

    release 1   75, and 0 in a form of help     release 2   76, and that form a dot: its change is at most 1, and it is 1 at most
    release 1   8 women, a dot for men, 20      release 2   a dot for women, 12 men, 20: eight women and twelve men, if nothing changed
    the repair withholds the 76, or what else tells that only one came; what was printed before stays printed, and is no choice any more

The suppositions are the intruder's, not ours: they may be wrong, and stopping them costs figures where few records changed in a region. Those that the figures
contradict nobody can hold: of each contradiction the supposition nearest to it is given up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import Narrowed, Through, cells_to_relations, narrow, narrow_again
from celwacht.disclosure.audit.bounds.line_kernel import GREATEST, LEAST
from celwacht.disclosure.audit.model.facts import Facts
from celwacht.disclosure.audit.model.recipe import Latest, leaned_on
from celwacht.disclosure.intruder.sets import lines as made
from celwacht.disclosure.intruder.sets.facts import SetFacts
from celwacht.disclosure.intruder.sets.repair import PROGRAMMES, repair
from celwacht.disclosure.intruder.sets.space import Cells
from celwacht.disclosure.intruder.sets.values import PLACE
from celwacht.disclosure.model.problem import UNBOUNDED, Relations
from celwacht.tables.sources.sources import persons_unit

STILL = 2
"""The way of a region in which nothing that is printed moves."""
TURNS = 16
"""How often what is supposed is told anew, after figures were withheld by which readers would have known better."""
MOST_GIVEN_UP = 40
"""Suppositions of one space that are given up one by one; then all of it are."""


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Of one space in two releases: its cells, their positions before and after; way: 1, -1, STILL, or 0 where nothing is supposed, per cell; region:
    the number of the region of which it is supposed."""

    cells: Cells
    before: np.ndarray = field(repr=False)
    after: np.ndarray = field(repr=False)
    way: np.ndarray = field(repr=False)
    region: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Ties:
    """Lines that hold by supposition: first, end: where they stand among the relations; moved, region: of which space and region each is."""

    first: int
    end: int
    moved: np.ndarray = field(repr=False)
    region: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Supposing:
    """The facts with what is supposed; still: (m, 2), cells of the new release and of an earlier one that are supposed to be the same; followed: as in
    `repair`."""

    known: SetFacts
    still: np.ndarray = field(repr=False)
    followed: tuple[Narrowed, Through] | None = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Stopped:
    """Over the cells of the facts, bool. withhold: what to withhold in the new release; leaks: sensitive cells that what is supposed told too closely;
    left: those that it still does. beyond: around how many cells no programme was asked. told_before: cells of the new release that are told too closely by
    what an earlier one showed of them, for nothing that is printed moved there: whatever the new one withholds, so that no answer is sought."""

    withhold: np.ndarray = field(repr=False)
    leaks: np.ndarray = field(repr=False)
    left: np.ndarray = field(repr=False)
    beyond: int = 0
    told_before: np.ndarray = field(default_factory=lambda: np.zeros(0, bool), repr=False)


def stop_differences(
    plain: SetFacts,
    new: str,
    width: np.ndarray,
    cost: np.ndarray,
    fixed: np.ndarray,
    last: np.ndarray,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Stopped:
    """Withholds figures of the release `new` until nothing that can be supposed tells a sensitive cell of any release too closely. What can be supposed hangs
    on what is printed, so that it is told anew each time something more is withheld. Over the cells of `plain`, width, cost, fixed, last, and tell: as in `repair`.
    What is too close without any difference is not answered for here."""
    n, none, rows = len(plain.facts), np.zeros(len(plain.facts), bool), plain.facts.relations
    through = cells_to_relations(rows, n)
    found = narrow(plain.facts.least, plain.facts.greatest, rows, through)
    width, supposed, programmes = np.where(found.greatest - found.least < width, 0, width), _supposing(plain, new, found), 0
    told = none.copy()
    if supposed is not None:
        told[supposed.still[:, 0]] = (found.greatest - found.least)[supposed.still[:, 1]] < width[supposed.still[:, 0]]
    width, stopped = np.where(told, 0, width), Stopped(none, none, none, told_before=told)
    for _ in range(TURNS):
        if supposed is None:
            return replace(stopped, left=none)
        m = len(supposed.known.facts)
        choices = _longer(width, m, 0), _longer(cost, m, 0), _longer(fixed, m, True), _longer(last, m, False)
        more = repair(supposed.known, *choices, programmes=programmes, tell=tell, followed=supposed.followed)
        withhold, leaks, left = (a[:n] for a in (more.withhold, more.leaks | more.together, more.left))
        stopped = Stopped(stopped.withhold | withhold, stopped.leaks | leaks, left, more.beyond, told)
        if withhold.any():
            plain, programmes = with_dots(plain, withhold), 0
            found = narrow_again(found, np.flatnonzero(withhold), plain.facts.least, plain.facts.greatest, rows, through)
            supposed = _supposing(plain, new, found)
        elif programmes:
            return stopped
        else:  # lines, which cost little, tell nothing more: what many of them tell together is asked once they are settled
            programmes = PROGRAMMES
    return replace(stopped, left=stopped.left | leaks)


def with_dots(known: SetFacts, more: np.ndarray) -> SetFacts:
    """The facts when these cells are withheld as well."""
    facts = known.facts
    least, greatest = np.where(more, 0, facts.least), np.where(more, UNBOUNDED, facts.greatest)
    return replace(known, facts=replace(facts, least=least, greatest=greatest, withheld=facts.withheld | more))


def with_differences(known: SetFacts, new: str) -> SetFacts:
    """The same facts, with what is supposed of each earlier release and the release `new`, and with changes as further cells, in no table; the very
    same where nothing is. What is supposed does not contradict what is printed, line by line: the lines of what is given up say nothing any more."""
    supposed = _supposing(known, new, narrow(known.facts.least, known.facts.greatest, known.facts.relations))
    return known if supposed is None else supposed.known


def _supposing(plain: SetFacts, new: str, told: Narrowed) -> _Supposing | None:
    """What can be supposed beside these facts, of which lines have `told` so much; None for nothing."""
    moved = list(_moved(plain, new))
    if not any(m.way.any() for m in moved):
        return None
    known, ties = _supposed(plain, moved)
    through = cells_to_relations(known.facts.relations, len(known.facts))
    followed = None
    if told.broken < 0:
        its = _given_up(known, ties, told, through)
        if its is None:
            return None
        followed = replace(its, log=np.concatenate([told.log, its.log])), through
    rows = known.facts.relations
    held = ties.first + np.flatnonzero(rows.greatest[ties.first : ties.end] == 0)
    same = held[np.diff(rows.first)[held] == 2]
    return _Supposing(known, np.stack([rows.cell[rows.first[same]], rows.cell[rows.first[same] + 1]], axis=1), followed)


def _given_up(known: SetFacts, ties: _Ties, plain: Narrowed, through: Through) -> Narrowed | None:
    """Opens, in place, the lines of what is supposed until nothing contradicts what is printed, of which `plain` is what lines tell. What they tell then beside
    that; None where nothing is supposed any more."""
    facts, n = known.facts, len(plain.least)
    rows = facts.relations
    least, greatest = (np.concatenate([a, b[n:]]) for a, b in ((plain.least, facts.least), (plain.greatest, facts.greatest)))
    new = np.arange(len(rows)) >= ties.first
    times, there = np.zeros(int(ties.moved.max(initial=0)) + 1, np.int64), np.ones(len(ties.moved), bool)
    while there.any():
        narrowed = narrow(least, greatest, rows, through, new)
        if narrowed.broken < 0:
            return narrowed
        which = _blamed(rows, narrowed, ties)
        if which is None:
            raise AssertionError(f"a contradiction over {len(facts) - n} changes stands on no supposition")
        k = ties.moved[which]
        times[k] += 1
        its = (ties.moved == k) & ((ties.region == ties.region[which]) | (times[k] > MOST_GIVEN_UP))
        there &= ~its
        at = ties.first + np.flatnonzero(its)
        rows.least[at], rows.greatest[at] = -UNBOUNDED, UNBOUNDED
    return None


def _supposed(known: SetFacts, moved: list[Moved]) -> tuple[SetFacts, _Ties]:
    ties, lines, n = made.Lines(), made.Lines(), len(known.facts)
    of_ties: list[tuple[np.ndarray, np.ndarray]] = []
    for k, m in enumerate(moved):
        still, its = np.flatnonzero(m.way == STILL), np.flatnonzero(np.abs(m.way) == 1)
        own = np.arange(n, n + len(its))
        ties.add(np.column_stack([m.after, m.before])[still], [1, -1], 0, 0, "nothing printed there moved between two releases")
        of_ties.append((np.full(len(still), k), m.region[still]))
        for sign in (1, -1):
            part = np.flatnonzero(m.way[its] == sign)
            at = np.column_stack([m.after[its], m.before[its], own])[part]
            ties.add(at, [1, -1, -sign], 0, 0, "what came, or went, between two releases")
            of_ties.append((np.full(len(part), k), m.region[its][part]))
            placed = _Placed(own[part])
            made.families(_chosen(m.cells, its[part]), 0, placed)
            made.over_time(_chosen(m.cells, its[part]), 0, placed)
            lines.blocks += placed.blocks
        n += len(its)
    joined = [known.facts.relations, ties.relations()[0], lines.relations()[0]]
    first = len(joined[0].least)
    least, greatest = (_longer(a, n, v) for a, v in ((known.facts.least, 0), (known.facts.greatest, UNBOUNDED)))
    facts = Facts(least, greatest, _longer(known.facts.withheld, n, False), _joined(_joined(joined[0], joined[1]), joined[2]))
    its_ties = _Ties(first, first + len(joined[1].least), *(np.concatenate(a) for a in zip(*of_ties)))
    return replace(known, facts=facts, hidden=_longer(known.hidden, n, True)), its_ties


def _blamed(relations: Relations, found: Narrowed, ties: _Ties) -> int | None:
    """Which supposition is nearest to the contradiction that was found, in the way by which it follows."""
    latest = Latest(found.log)
    its = relations.cell[relations.first[found.broken] : relations.first[found.broken + 1]].tolist()
    queue = deque(e for i in its for side in (LEAST, GREATEST) if (e := latest.last(i, side)) is not None)
    seen, r = set(queue), found.broken
    while not ties.first <= r < ties.end:
        if not queue:
            return None
        e = queue.popleft()
        i, side, _, r = (int(v) for v in found.log[e])
        new = sorted(set(leaned_on(relations, r, i, side, latest, e)) - seen)
        seen.update(new)
        queue.extend(new)
    return r - ties.first


class _Placed(made.Lines):
    """Lines over some cells, whose positions are looked up."""

    def __init__(self, own: np.ndarray):
        super().__init__()
        self.own = own

    def add(self, cells, coefficients, least, greatest, why) -> None:
        if len(cells):
            super().add(np.where(cells >= 0, self.own[np.maximum(cells, 0)], -1), coefficients, least, greatest, why)


def _moved(known: SetFacts, new: str) -> Iterator[Moved]:
    """Every space that an earlier release shares with the new one. Of persons nothing is supposed where something moved: a trajectory more may put one elsewhere."""
    at = {(c.space.release, c.space.source, c.space.year, c.space.unit): (c, o) for c, o in zip(known.cells, known.offset)}
    for (release, source, year, unit), (cells, own) in at.items():
        other = at.get((new, source, year, unit))
        if release == new or other is None:
            continue
        place = other[0].at(cells.key)
        both = np.flatnonzero(place >= 0)
        before, after = both + own, place[both] + other[1]
        chosen = _chosen(cells, both)
        way, region = _ways(known, chosen, before, after)
        if persons_unit(source, unit):
            way[way != STILL] = 0
        yield Moved(chosen, before, after, way, region)


def _chosen(cells: Cells, which: np.ndarray) -> Cells:
    zero = np.zeros(len(which), np.int64)
    return Cells(cells.space, cells.strides, cells.key[which], zero, zero, zero.astype(bool))


def _ways(known: SetFacts, cells: Cells, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(way, region) of each cell, by all that is printed in both releases of its region, or of one in which that lies, the smallest of which something
    can be supposed."""
    least = known.facts.least[after] - known.facts.greatest[before]
    greatest = known.facts.greatest[after] - known.facts.least[before]
    up, down = least > 0, greatest < 0
    printed = (known.facts.greatest[after] < UNBOUNDED) & (known.facts.greatest[before] < UNBOUNDED)
    way, region = np.zeros(len(before), np.int64), np.zeros(len(before), np.int64)
    for number, its in _regions(cells):
        one = up[its].any(), down[its].any()
        if one != (True, True) and printed[its].any():
            way[its], region[its] = {(True, False): 1, (False, True): -1, (False, False): STILL}[one], number
    return way, region


def _regions(cells: Cells) -> Iterator[tuple[int, np.ndarray]]:
    """(number, bool: the cells in it) of every region, larger ones first; one for all where no table shows regions."""
    if PLACE not in cells.space.classes:
        yield 0, np.ones(len(cells.key), bool)
        return
    masks = {number: mask for mask, number in cells.space.classes[PLACE].items()}
    digit = cells.digit(PLACE)
    size = {n: m.bit_count() if isinstance(m, int) else 1 << 30 for n, m in masks.items()}
    for number in sorted(np.unique(digit).tolist(), key=lambda n: (-size[n], n)):
        whole = masks[number]
        inside = [n for n, m in masks.items() if not isinstance(whole, int) or (isinstance(m, int) and m & ~whole == 0)]
        yield number, np.isin(digit, inside)


def _longer(values: np.ndarray, n: int, value: int | bool) -> np.ndarray:
    return np.concatenate([values, np.full(n - len(values), value, values.dtype)])


def _joined(a: Relations, b: Relations) -> Relations:
    first = np.concatenate([a.first, a.first[-1] + b.first[1:]])
    return Relations(first, *(np.concatenate([getattr(a, k), getattr(b, k)]) for k in ("cell", "coefficient", "least", "greatest")))
