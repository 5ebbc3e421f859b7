"""What must be withheld further so that the lines between all tables of a set tell no sensitive cell too closely.

This is a repair after an attack, and no proof: it stops what follows line by line (the same cell in several tables, stock and flow, halves and
year, totals over other classes), not what only a programme over many lines finds. The proof of a whole set is disclosure/sets.

Example: crisis 'yes' is a dot in H2; use of 35 and a stock of 30 in two other tables say that at most 9 began, and 'no' printed as 10 that 0 or 1 of these
were in a crisis. One of the three figures becomes a dot, the one that costs least and helps most.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import GREATEST, LEAST, narrow
from celwacht.disclosure.audit.model.recipe import Latest, leaned_on
from celwacht.disclosure.intruder.sets.facts import SetFacts
from celwacht.disclosure.model.problem import UNBOUNDED, Relations

NEAR = 5
"""Steps back from a leak in which the figure to withhold is sought, counted from the first that stands on a printed figure."""
WIDE = 60
"""Lines on which a leak stands that are looked at, once a printed figure is found."""


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """Over all cells of the facts, bool. withhold: what to withhold in all tables that still print it. leaks: sensitive cells that the lines
    told too closely before; left: those that they still do, where nothing printed leads to it."""

    withhold: np.ndarray = field(repr=False)
    leaks: np.ndarray = field(repr=False)
    left: np.ndarray = field(repr=False)
    rounds: int = 0


def repair(known: SetFacts, width: np.ndarray, cost: np.ndarray, fixed: np.ndarray | None = None) -> Repair:
    """Withholds, round after round, until the lines leave every sensitive cell as wide as it must be. Over all cells: width, 0 for
    cells that are not sensitive; cost, what withholding a printed cell costs in all tables that show it; fixed, bool, cells that were printed
    before and cannot be withheld any more.

    Deterministic; ends, as every round withholds something.
    """
    facts = known.facts
    least, greatest = facts.least.copy(), facts.greatest.copy()
    printed, more = ~known.hidden & (facts.greatest < UNBOUNDED), np.zeros(len(facts), bool)
    if fixed is not None:
        printed &= ~fixed
    first, rounds = None, 0
    while True:
        found = narrow(least, greatest, facts.relations)
        leaks = (width > 0) & (found.greatest - found.least < width)
        first = leaks if first is None else first
        latest = Latest(found.log)
        its = [_figures(facts.relations, found.log, latest, int(i), printed) for i in np.flatnonzero(leaks)]
        chosen = _cheapest([f for f in its if f], cost)
        if not chosen:
            return Repair(more, first, leaks, rounds)
        more[chosen], printed[chosen] = True, False
        least[chosen], greatest[chosen] = 0, UNBOUNDED
        rounds += 1


def _figures(relations: Relations, log: np.ndarray, latest: Latest, cell: int, printed: np.ndarray) -> set[int]:
    """The printed cells nearest to a cell in the way by which its interval follows: those of the first lines that have any, and of
    those before them as far as NEAR and WIDE say."""
    queue = deque((e, 0) for side in (LEAST, GREATEST) if (e := latest.before(cell, side, len(log))) is not None)
    used: set[int] = set()
    seen, last, looked = {e for e, _ in queue}, 0, 0
    while queue:
        e, steps = queue.popleft()
        if used and (steps > last or looked >= WIDE):
            break
        i, side, _, r = (int(v) for v in log[e])
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
