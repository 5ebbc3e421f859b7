"""Durations against course: what lives of that length can have been.

Every set of lives (lives.py) has lives of some lengths. Of what ended, those that lasted so many days are at most the figures of any set that has all their lives,
and at least the figures of any set whose lives all lasted so many days.

Example: 12 began in the half-year and ended in it; 12 or more ended after less than half a year.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
from celwacht.disclosure.outsider.figures import Figures
from celwacht.disclosure.outsider.lives import Question, asked, edges, every_life
from celwacht.disclosure.outsider.rows import Rows
from celwacht.disclosure.outsider.space import LIFE, Space
from celwacht.tables.periods import Period
from celwacht.tables.sources.sources import SOURCES, handed_on

LONG = 1 << 20
Lengths = dict[int, tuple[int, int]]
"""Bit of a set of lives -> shortest and longest; only of lives that end."""


def stays(found: Figures, rows: Rows) -> None:
    """Relations between figures by duration and figures by course, in every space of trajectories that has both."""
    for space in found.spaces.values():
        if space.persons or LIFE not in space.axes:
            continue
        known = SOURCES[space.key[1]]
        for name in [n for n in space.axes if n in known and known[n].make == "duration"]:
            _of_field(found, space, name, rows)


def _of_field(found: Figures, space: Space, name: str, rows: Rows) -> None:
    names, life, field = space.names(), space.axes[LIFE], space.axes[name]
    lengths = _lengths(found.lives[space.key[1], space.key[4]], handed_on(space.key[1]))
    element = _spans(found.meanings.elements(space.key[1], name))

    @cache
    def about(lives: int, days: int) -> tuple[int, int] | None:
        wanted = [element[i] for i in range(len(element)) if days >> i & 1]
        its = [span for span in wanted if span is not None]
        if len(its) < len(wanted):
            return None
        some, all_of = 0, 0
        for bit, (shortest, longest) in lengths.items():
            if lives >> bit & 1:
                held = sum(len(range(max(shortest, a), min(longest + 1, b))) for a, b in its)
                some |= int(held > 0) << bit
                all_of |= int(held == longest + 1 - shortest) << bit
        return some, all_of

    without, by_days = _apart(space, names.index(LIFE), names.index(name))
    more, less = [], []
    for key, j, k, i in by_days:
        lives, days = life.sets[j], field.sets[k]
        told = about(lives, days)
        if told is None:
            continue
        for n, beside in without[key]:
            other = life.sets[n]
            if other & ~lives == 0 and other != lives:
                if told[0] & ~other == 0:
                    more.append((beside, i))
                if other and other & ~told[1] == 0:
                    less.append((i, beside))
    for pairs, why in ((more, "lasted so long: ran before"), (less, "ran no longer: did not last longer")):
        if pairs:
            at = np.array(pairs) + space.first
            rows.at_least(at[:, :1], at[:, 1:], f"{name}: {why}")


def _apart(
    space: Space, j: int, k: int
) -> tuple[dict[tuple[int, ...], list[tuple[int, int]]], list[tuple[tuple[int, ...], int, int, int]]]:
    """Figures without a condition in field k, by their other fields: (set in field j, figure); and those with one: (other fields, sets in j and k, figure)."""
    without: dict[tuple[int, ...], list[tuple[int, int]]] = defaultdict(list)
    beside: list[tuple[tuple[int, ...], int, int, int]] = []
    for i, row in enumerate(space.figure.tolist()):
        key = tuple(n for at, n in enumerate(row) if at not in (j, k))
        if row[k]:
            beside.append((key, row[j], row[k], i))
        else:
            without[key].append((row[j], i))
    return without, beside


def _spans(elements: list[object]) -> list[tuple[int, int] | None]:
    """Days of each element, from and below; None where they are not known."""
    numbers = sorted(e for e in elements if isinstance(e, int) and not isinstance(e, bool))
    ends = {a: (-LONG if n == 0 else a, numbers[n + 1] if n + 1 < len(numbers) else LONG) for n, a in enumerate(numbers)}
    return [ends.get(e) if isinstance(e, int) else None for e in elements]


def _lengths(questions: dict[Question, int], handed_on: bool) -> Lengths:
    """Each life that ends is found among the sets by its answers."""
    periods = {code: Period.parse(code) for _, code in questions}
    days, everything = edges(periods.values()), (1 << max((m.bit_length() for m in questions.values()), default=0)) - 1
    found: Lengths = {}
    for life in every_life(days, handed_on):
        first, last, _ = life
        if last is None:
            continue
        bits = everything
        for (what, code), mask in questions.items():
            bits &= mask if asked(what, periods[code], life) else ~mask
        if bits:
            length, bit = (last - first).days, bits.bit_length() - 1
            shortest, longest = found.get(bit, (length, length))
            found[bit] = min(shortest, length), max(longest, LONG - 1 if first == days[0] else length)
    return found
