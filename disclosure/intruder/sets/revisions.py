"""Two releases of the same cells: what their differences tell of the records that came or went between them.

    release 1   75 and a dot         gemeente total 75, one form of help withheld
    release 2   76 and 8             one child came; if nobody went, it is in one class only, and the dot was 7 or 8

Between releases records change, and without knowing which, a figure of one release says nothing of the other: nothing is
narrowed. But the difference of two printed figures is a fact about few children, and where all that is printed changes one way
only, an intruder will suppose that records were only added (or only taken away). `one_way` says what falls then. It is a
supposition, no proof: kept apart from the attack's own intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets import lines as made
from celwacht.disclosure.intruder.sets.attack import Attack
from celwacht.disclosure.intruder.sets.facts import SetFacts
from celwacht.disclosure.intruder.sets.space import Cells
from celwacht.disclosure.model.problem import Relations
from celwacht.tables.sources.sources import persons_unit

FEW = 10
"""A difference below this is one of few records."""


@dataclass(frozen=True, slots=True, eq=False)
class Revision:
    """Cells of trajectories that two releases have in common. disclosed: cells whose difference is exactly known, not 0 and below FEW.
    way: 1 where printed figures only grow, -1 where they only fall, 0 where both or neither is shown, or where supposing one way
    contradicts the figures. least, greatest: intervals of all cells of the attack under that supposition."""

    earlier: str
    later: str
    cells: int
    disclosed: int
    way: int
    least: np.ndarray = field(repr=False)
    greatest: np.ndarray = field(repr=False)

    def fallen(self, attack: Attack) -> np.ndarray:
        """bool over all cells: withheld, wide enough by itself, and closer together than their width under the supposition."""
        before, after = attack.greatest - attack.least, self.greatest - self.least
        return attack.known.facts.withheld & (before >= attack.width) & (after < attack.width)


def revisions(attack: Attack) -> list[Revision]:
    """One for each two successive releases that count the same, in the order in which they were given."""
    releases = list(dict.fromkeys(t.release for t in attack.known.reading.tables))
    return [r for earlier, later in zip(releases, releases[1:]) if (r := _between(attack, earlier, later)) is not None]


def _between(attack: Attack, earlier: str, later: str) -> Revision | None:
    pairs = list(_common(attack.known, earlier, later))
    if not pairs:
        return None
    before, after = (np.concatenate([p[k] for p in pairs]) for k in (1, 2))
    least = attack.least[after] - attack.greatest[before]
    greatest = attack.greatest[after] - attack.least[before]
    shown = ~(attack.known.hidden[before] & attack.known.hidden[after])
    disclosed = int((shown & (least == greatest) & (least != 0) & (np.abs(least) < FEW)).sum())
    up, down = bool((least > 0).any()), bool((greatest < 0).any())
    way = 0 if up == down else 1 if up else -1
    bounds = one_way(attack, pairs, way) if way else None
    nothing = (attack.least, attack.greatest)
    return Revision(earlier, later, int(shown.sum()), disclosed, way if bounds else 0, *(bounds or nothing))


def _common(known: SetFacts, earlier: str, later: str) -> Iterator[tuple[Cells, np.ndarray, np.ndarray]]:
    """(the cells in common, their positions in the earlier release, and in the later), per source and year; trajectories only, since
    a trajectory more may put a person in another class."""
    at = {(c.space.release, c.space.source, c.space.year, c.space.unit): (c, o) for c, o in zip(known.cells, known.offset)}
    for (release, source, year, unit), (cells, own) in at.items():
        other = at.get((later, source, year, unit))
        if release != earlier or persons_unit(source, unit) or other is None:
            continue
        place = other[0].at(cells.key)
        both = np.flatnonzero(place >= 0)
        if len(both):
            key = cells.key[both]
            zero = np.zeros(len(key), np.int64)
            yield Cells(cells.space, cells.strides, key, zero, zero, zero.astype(bool)), both + own, place[both] + other[1]


def one_way(attack: Attack, pairs: list, way: int) -> tuple[np.ndarray, np.ndarray] | None:
    """(least, greatest) of all cells if later = earlier + way * change and no change is negative; None where that cannot be. Changes
    add up as the cells do: they are counts of the records that came."""
    lines, n = made.Lines(), len(attack.least)
    least, greatest = [attack.least], [attack.greatest]
    for cells, before, after in pairs:
        own = np.arange(n, n + len(cells.key))
        low, high = attack.least[after] - attack.greatest[before], attack.greatest[after] - attack.least[before]
        low, high = (low, high) if way > 0 else (-high, -low)
        least.append(np.maximum(low, 0))
        greatest.append(high)
        lines.add(np.column_stack([after, before, own]), [1, -1, -way], 0, 0, "what came between two releases")
        made.families(cells, n, lines)
        made.over_time(cells, n, lines)
        n += len(cells.key)
    low, high = np.concatenate(least), np.concatenate(greatest)
    if (low > high).any():
        return None
    found = narrow(low, high, _joined(attack.known.facts.relations, lines.relations()[0]))
    n = len(attack.least)
    return None if found.broken >= 0 else (found.least[:n], found.greatest[:n])


def _joined(a: Relations, b: Relations) -> Relations:
    first = np.concatenate([a.first, a.first[-1] + b.first[1:]])
    return Relations(first, *(np.concatenate([getattr(a, k), getattr(b, k)]) for k in ("cell", "coefficient", "least", "greatest")))
