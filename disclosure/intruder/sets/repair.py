"""What must be withheld further so that the lines between all tables of a set tell no sensitive cell too closely.

This is a repair after an attack, and no proof: it stops what follows line by line (the same cell in several tables, stock and flow, halves and
year, totals over other classes), and then what programmes over the lines around a cell find (programmes.py), for as many cells as their number allows.
The proof of a whole set is disclosure/sets.

Example: crisis 'yes' is a dot in H2; use of 35 and a stock of 30 in two other tables say that at most 9 began, and 'no' printed as 10 that 0 or 1 of these
were in a crisis. One of the three figures becomes a dot, the one that costs least and helps most.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import Narrowed, Through, cells_to_relations, narrow, narrow_again, printable
from celwacht.disclosure.audit.bounds.line_kernel import GREATEST, LEAST
from celwacht.disclosure.audit.model.recipe import Latest, leaned_on
from celwacht.disclosure.intruder.sets.facts import SetFacts
from celwacht.disclosure.intruder.sets.programmes import Told, in_reach, told_together
from celwacht.disclosure.model.problem import UNBOUNDED, Relations

NEAR = 5
"""Steps back from a leak in which the figure to withhold is sought, counted from the first that stands on a printed figure."""
PROGRAMMES = 40_000
"""Sensitive cells around which programmes are asked."""
WIDE = 60
"""Lines on which a leak stands that are looked at, once a printed figure is found."""


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """Over all cells of the facts, bool. withhold: what to withhold in all tables that still print it. leaks: sensitive cells that the lines
    told too closely before; left: those that they still do, where nothing printed leads to it; together: those that only programmes found.
    asked, beyond: around how many cells programmes were asked, and around how many more they would have been."""

    withhold: np.ndarray = field(repr=False)
    leaks: np.ndarray = field(repr=False)
    left: np.ndarray = field(repr=False)
    rounds: int = 0
    together: np.ndarray = field(default_factory=lambda: np.zeros(0, bool), repr=False)
    asked: int = 0
    beyond: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Holder:
    """What one provider knows to be its own: of each of these cells (positions, each once) so many. Confidential."""

    cell: np.ndarray = field(repr=False)
    own: np.ndarray = field(repr=False)


def holder_of(cell: np.ndarray, own: np.ndarray) -> Holder:
    """From cells in any order; the most is kept where tables say it of one cell in two ways."""
    found, back = np.unique(cell, return_inverse=True)
    most = np.zeros(len(found), np.int64)
    np.maximum.at(most, back, own)
    return Holder(found, most)


def repair(
    known: SetFacts,
    width: np.ndarray,
    cost: np.ndarray,
    fixed: np.ndarray | None = None,
    last: np.ndarray | None = None,
    programmes: int = PROGRAMMES,
    tell: Callable[[int, int], None] = lambda *_: None,
    followed: tuple[Narrowed, Through] | None = None,
) -> Repair:
    """Withholds, round after round, until the lines leave every sensitive cell as wide as it must be, and programmes over them do. Over all cells: width, 0
    for cells that are not sensitive; cost, what withholding a printed cell costs in all tables that show it; fixed, bool, cells that were printed
    before and cannot be withheld any more; last, bool, headline figures, withheld only where no other figure leads to a leak. programmes: around how many cells they may be asked;
    tell(done, of): told as these go on. followed: what lines tell already, and `cells_to_relations` of these, where who asks has both.

    Deterministic; ends, as every round withholds something.
    """
    under = _Underway(known, width, cost, fixed, last, followed)
    leaks = under.leaks()
    while under.withheld([under.of_lines(int(i)) for i in np.flatnonzero(under.leaks())]):
        pass
    under.print_again()
    left = under.leaks()
    cells = in_reach(under.found, width)
    told = under.told(cells[:programmes], tell)
    together, before = np.array([t.cell for t in told], np.int64), under.more.copy()
    while told and under.withheld([under.figures(t) for t in told]):
        told = under.told(np.array([t.cell for t in told]))
    left[[t.cell for t in told]] = True
    under.print_again_beside(np.flatnonzero(under.more & ~before), together[~left[together]])
    found = np.zeros(len(width), bool)
    found[together] = True
    return Repair(under.more, leaks, left, under.rounds, found, min(len(cells), programmes), max(0, len(cells) - programmes))


def repair_inside(
    known: SetFacts, width: np.ndarray, value: np.ndarray, cost: np.ndarray, holders: Sequence[Holder], last: np.ndarray | None = None
) -> Repair:
    """The same against each of these holders, who takes off every figure what it knows to be its own: what is left of a sensitive cell must stay as wide, but for
    whoever has all of it. Over all cells: value, the true counts of sensitive ones; width, cost, last: as in `repair`. Lines only, no programmes.

    Example: 12 young people, 11 of them with provider X, and 1 elsewhere: within 10 and 14 for everybody, within 0 and 3 less its own for X.
    """
    under = _Underway(known, width, cost, None, last)
    leaks = np.zeros(len(width), bool)
    while True:
        left, figures = np.zeros(len(width), bool), []
        for holder in holders:
            its = under.told_inside(holder, value)
            leaks[its] = True
            leads = under.leads_inside(holder, its)
            left[[i for i, of in zip(its.tolist(), leads) if not of]] = True
            figures += leads
        if not under.withheld(figures):
            return Repair(under.more, leaks, left, under.rounds)


class _Underway:
    """What is withheld so far, and what lines tell then."""

    def __init__(
        self,
        known: SetFacts,
        width: np.ndarray,
        cost: np.ndarray,
        fixed: np.ndarray | None,
        last: np.ndarray | None,
        followed: tuple[Narrowed, Through] | None = None,
    ):
        facts = known.facts
        self.width, self.cost, self.relations = width, cost, facts.relations
        self.shown = facts.least, facts.greatest
        self.least, self.greatest = facts.least.copy(), facts.greatest.copy()
        self.printed, self.more, self.rounds = ~known.hidden & (facts.greatest < UNBOUNDED), np.zeros(len(facts), bool), 0
        if fixed is not None:
            self.printed &= ~fixed
        self.last = np.zeros(len(facts), bool) if last is None else last
        self.through = followed[1] if followed else cells_to_relations(self.relations, len(facts))
        self.found = followed[0] if followed else narrow(self.least, self.greatest, self.relations, self.through)
        self._latest: Latest | None = None

    @property
    def latest(self) -> Latest:
        """The log by cell; made when it is first asked for after lines were followed."""
        self._latest = self._latest or Latest(self.found.log)
        return self._latest

    def leaks(self) -> np.ndarray:
        """bool: sensitive cells that lines tell too closely."""
        return (self.width > 0) & (self.found.greatest - self.found.least < self.width)

    def leads(self, ends: Iterable[tuple[int, int]]) -> set[int]:
        """The printed cells nearest to these ends (cell, side) in the way by which their bounds follow, headline figures only where there are no others."""
        return self._nearest(self.latest, ends)

    def of_lines(self, cell: int) -> set[int]:
        """The figures by which lines tell a cell."""
        return self.leads(_both_ends(cell))

    def _nearest(self, latest: Latest, ends: Iterable[tuple[int, int]]) -> set[int]:
        way = self.relations, latest, [e for cell, side in ends if (e := latest.last(cell, side)) is not None]
        return _figures(*way, self.printed & ~self.last) or _figures(*way, self.printed)

    def told_inside(self, holder: Holder, value: np.ndarray) -> np.ndarray:
        """Positions of sensitive cells of which a holder, who has not all of it, knows too much."""
        own = np.zeros(len(value), np.int64)
        own[holder.cell] = holder.own
        found = narrow(np.maximum(self.found.least, own), self.found.greatest, self.relations, self.through)
        return np.flatnonzero((self.width > 0) & (value > own) & (found.greatest - found.least < self.width))

    def leads_inside(self, holder: Holder, cells: np.ndarray) -> list[set[int]]:
        """For each of these cells the printed cells that lead to it for a holder; as `leads`."""
        if not cells.size:
            return []
        least = self.least.copy()
        least[holder.cell] = np.maximum(least[holder.cell], holder.own)
        latest = Latest(narrow(least, self.greatest, self.relations, self.through).log)
        return [self._nearest(latest, _both_ends(i)) for i in cells.tolist()]

    def figures(self, told: Told) -> set[int]:
        """The printed cells of the lines that tell a cell together; where there are none, those by which the bounds that these need are known."""
        rows = self.relations
        its = np.unique(np.concatenate([rows.cell[rows.first[r] : rows.first[r + 1]] for r in told.relations]))
        for printed in (self.printed & ~self.last, self.printed):
            if printed[its].any():
                return set(its[printed[its]].tolist())
        return self.leads(told.ends)

    def withheld(self, figures: list[set[int]]) -> bool:
        """Withholds the cheapest that has one of each of these, and follows the lines again; False where there is nothing to withhold."""
        chosen = _cheapest([f for f in figures if f], self.cost)
        if chosen:
            self.more[chosen], self.printed[chosen] = True, False
            self.least[chosen], self.greatest[chosen] = 0, UNBOUNDED
            self.rounds += 1
            self.found = narrow_again(self.found, np.array(chosen), self.least, self.greatest, self.relations, self.through)
            self._latest = None
        return bool(chosen)

    def print_again(self) -> None:
        """Prints again what was withheld in vain, headline figures and the dearest first: one round withholds for a cell what the next makes needless."""
        its = self._dearest(np.flatnonzero(self.more))
        if not len(its):
            return
        stay, _ = self._printable(its)
        self._set_printed(its[stay])
        self.found = narrow(self.least, self.greatest, self.relations, self.through)
        self._latest = None

    def print_again_beside(self, figures: np.ndarray, cells: np.ndarray) -> None:
        """The same of figures that were withheld for what lines tell together of these cells. With all of them printed, lines one at a time told nothing."""
        for i in self._dearest(figures):
            stay, found = self._printable(np.array([i]))
            if stay[0] and not any(told_together(found, self.relations, self.width, cells, self.through)):
                self._set_printed(i)
                self.found = found

    def _dearest(self, cells: np.ndarray) -> np.ndarray:
        return cells[np.lexsort((cells, -self.cost[cells], ~self.last[cells]))]

    def _printable(self, cells: np.ndarray) -> tuple[np.ndarray, Narrowed]:
        low, high = self.shown
        return printable(self.found, cells, low[cells], high[cells], self.width, self.relations, self.through)

    def _set_printed(self, cells: np.ndarray | int) -> None:
        self.more[cells], self.printed[cells] = False, True
        self.least[cells], self.greatest[cells] = self.shown[0][cells], self.shown[1][cells]

    def told(self, cells: np.ndarray, tell: Callable[[int, int], None] = lambda *_: None) -> list[Told]:
        """What lines tell together of these cells."""
        return list(told_together(self.found, self.relations, self.width, cells, self.through, tell))


def _both_ends(cell: int) -> list[tuple[int, int]]:
    return [(cell, LEAST), (cell, GREATEST)]


def _figures(relations: Relations, latest: Latest, entries: Sequence[int], printed: np.ndarray) -> set[int]:
    """The printed cells nearest to these entries of the log in the way by which they follow: those of the first lines that have any, and of
    those before them as far as NEAR and WIDE say."""
    queue = deque((e, 0) for e in entries)
    used: set[int] = set()
    seen, last, looked = {e for e, _ in queue}, 0, 0
    while queue:
        e, steps = queue.popleft()
        if used and (steps > last or looked >= WIDE):
            break
        i, side, _, r = (int(v) for v in latest.log[e])
        its = relations.cell[relations.first[r] : relations.first[r + 1]]
        if not used:
            last = steps + NEAR - 1
        used.update(its[printed[its]].tolist())
        looked += 1
        new = set(leaned_on(relations, r, i, side, latest, e)) - seen
        seen |= new
        queue.extend((b, steps + 1) for b in sorted(new))
    return used


def _cheapest(figures: list[set[int]], cost: np.ndarray) -> list[int]:
    """Cells of which every set has at least one: those first that cost least for each set they are in."""
    left, chosen = list(figures), []
    while left:
        times: dict[int, int] = {}
        for one in left:
            for i in one:
                times[i] = times.get(i, 0) + 1
        best = min(times, key=lambda i: (float(cost[i]) / times[i], i))
        chosen.append(best)
        left = [one for one in left if best not in one]
    return chosen
