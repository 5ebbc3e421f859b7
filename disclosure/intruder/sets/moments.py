"""Which cells of one trajectory follow from which, over time: stock and flow, halves and years, quarters.

Theory. What a table asks of time is a set of possible lives (begin, end) of a trajectory: `gebruik` of a half-year those that
touch it, `stand` those that contain its last day. Days between two edges of periods are alike, so that a few lives stand for
all, and lives that no table tells apart are one *stretch*. Every moment is then a set of stretches, as a bitmask, and
identities are found, not listed: gebruik = uitstroom + stand, since the sets on the right are apart and make the set on the
left; instroom of the year is that of its halves; stand and uitstroom of the half-year after stand are gebruik.

An institution may take a measure over from another; then it began in no period at all (`begonnen`), or not on the day from
which it is counted (tables/counting/trajectories_sql.py). Lives of such sources have a third date.

Example:

    >>> identities([0b111, 0b011, 0b100])      # gebruik = uitstroom + stand
    [((0,), (1, 2))]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from celwacht.tables.counting.plan import touches
from celwacht.tables.periods import Period
from celwacht.tables.sources.sources import handed_on

MOST_SETS = 4
FOREVER = 10**6
"""Days without a bound."""


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """What a table asks of time."""

    moment: str
    period: str
    includes_end: bool = False
    begins: tuple[int, ...] = ()
    """Which of: ran already, began in the period, neither; empty for no condition."""
    ends: tuple[int, ...] = ()
    """Which of: ended in the period, ran on."""

    def __str__(self) -> str:
        begins = [("ran already", "began", "taken over")[i] for i in self.begins]
        ends = [("ended", "ran on")[i] for i in self.ends]
        return " ".join([self.moment, self.period, *[" or ".join(said) for said in (begins, ends) if said]])


def stretches(source: str, moments: Sequence[Moment]) -> dict[Moment, int]:
    """Each moment as the set of stretches of life that it counts, a bitmask."""
    periods = {m.period: Period.parse(m.period) for m in moments}
    edges = sorted({d + timedelta(days=k) for p in periods.values() for d in (p.begin, p.end) for k in (-1, 0, 1)})
    signatures = {
        sum(1 << i for i, m in enumerate(moments) if _counts(m, periods[m.period], *life)) for life in _lives(edges, handed_on(source))
    } - {0}
    ordered = sorted(signatures)
    return {m: sum(1 << j for j, s in enumerate(ordered) if s >> i & 1) for i, m in enumerate(moments)}


def lasting(source: str, moments: Sequence[Moment]) -> list[tuple[int, int] | None]:
    """Per stretch, by its bit in `stretches` of the same: the fewest and most days from the first day to the last (FOREVER: no bound); None while it runs."""
    periods = {m.period: Period.parse(m.period) for m in moments}
    edges = sorted({d + timedelta(days=k) for p in periods.values() for d in (p.begin, p.end) for k in (-1, 0, 1)})
    found: dict[int, tuple[int, int] | None] = {}
    for first, last, begun in _lives(edges, handed_on(source)):
        signature = sum(1 << i for i, m in enumerate(moments) if _counts(m, periods[m.period], first, last, begun))
        if not signature:
            continue
        known = found.setdefault(signature, None if last is None else (FOREVER, 0))
        if last is None or known is None:
            found[signature] = None  # what ended after every period runs in all of them
        else:
            days = (last - first).days
            found[signature] = min(known[0], days), max(known[1], FOREVER if first == edges[0] else days)
    return [found[signature] for signature in sorted(found)]


def _lives(edges: list[date], handed_on: bool) -> Iterable[tuple[date, date | None, date | None]]:
    """(first day, last day or None while it runs, day of beginning or None)."""
    for first in edges:
        for last in (*[e for e in edges if e >= first], None):
            if not handed_on:
                yield first, last, first
                continue
            yield from ((first, last, begun) for begun in (None, *[e for e in edges if e >= first and (last is None or e <= last)]))


def _counts(m: Moment, period: Period, first: date, last: date | None, begun: date | None) -> bool:
    began = begun is not None and period.begin <= begun <= period.end
    begins = 1 if began else 0 if first < period.begin else 2
    ends = 0 if last is not None and period.begin <= last <= period.end else 1
    if (m.begins and begins not in m.begins) or (m.ends and ends not in m.ends):
        return False
    if m.moment == "instroom":
        return begun is not None and period.begin <= begun <= period.end
    return touches(m.moment, period, first, last, includes_end=m.includes_end)


def pieces(sets: Iterable[int]) -> list[int]:
    """The finest sets that these tell apart: every one of them is a union of some."""
    found: list[int] = []
    for s in sorted(set(sets)):
        rest, split = s, []
        for p in found:
            inside, outside = p & s, p & ~s
            split += [x for x in (inside, outside) if x]
            rest &= ~p
        found = split + ([rest] if rest else [])
    return sorted(found)


def identities(sets: Sequence[int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(left, right), positions: the sets on both sides add up to the same, element by element; none is on both sides, and
    none holds a smaller identity. At most MOST_SETS sets together."""
    found: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    digits = MOST_SETS.bit_length()
    packed = [sum(1 << digits * k for k in range(s.bit_length()) if s >> k & 1) for s in sets]  # so that sums do not run over
    for size in range(2, MOST_SETS + 1):
        for chosen in combinations(range(len(sets)), size):
            together = sum(packed[i] for i in chosen)
            for left in (left for n_left in range(1, size // 2 + 1) for left in combinations(chosen, n_left)):
                if 2 * sum(packed[i] for i in left) != together or any({*a, *b} <= set(chosen) for a, b in found):
                    continue
                found.append((left, tuple(i for i in chosen if i not in left)))
                break
    return found
