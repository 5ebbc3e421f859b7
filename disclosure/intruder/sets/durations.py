"""How long a trajectory lasted, against when it ran: two things that different tables show of what ended.

Theory. A stretch of life (moments.py) has a least and a most number of days. What ended in the year and lasted a year or more ran already when the year
began; what began in the half-year and ended in it did not last half a year. So a class of duration lies between the moments that all its stretches are in and those
that have no other stretches.

Example: 20 ended in the half-year, 19 of them had begun in it, says one table; lasted half a year or more, says another, a dot: it is 1 at most.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from celwacht.disclosure.intruder.sets.lines import Lines, stretches_of
from celwacht.disclosure.intruder.sets.moments import FOREVER, lasting
from celwacht.disclosure.intruder.sets.space import Cells
from celwacht.disclosure.intruder.sets.values import Values
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.tables.sources.sources import SOURCES

Days = list[tuple[int, int]]
"""From .. up to below, apart."""


def durations(cells: Cells, offset: int, values: Values, lines: Lines) -> None:
    """Lines between classes of duration of what ended, and moments without them; none where the two say nothing of each other."""
    space = cells.space
    known = SOURCES[space.source]
    for name in [f for f in space.classes if f in known and known[f].make == "duration"]:
        of_stretch = lasting(space.source, list(space.stretches))
        digit, weight, time = cells.digit(name), cells.strides[name], cells.time()
        for number, days in _classes(cells, name, values):
            for when in np.unique(time[digit == number]).tolist():
                own = stretches_of(cells, when)
                can, must = _within(own, of_stretch, days)
                at = np.flatnonzero((digit == number) & (time == when))
                for other in space.when.values():
                    theirs = stretches_of(cells, other)
                    beside = cells.at(cells.key[at] - weight * number - when + other)
                    there = beside >= 0
                    rows = np.column_stack([beside, at])[there] + offset
                    if theirs & ~own == 0 and theirs != own and can & ~theirs == 0:
                        lines.add(rows, [1, -1], 0, UNBOUNDED, "what lasted so long was there before")
                    if theirs and theirs & ~must == 0:
                        lines.add(rows, [-1, 1], 0, UNBOUNDED, "what was there no longer did not last longer")


def _classes(cells: Cells, name: str, values: Values) -> Iterator[tuple[int, Days]]:
    """(number, days) of every class of a duration that is known."""
    atoms = values.atoms[name]
    steps = sorted(a for a in atoms if isinstance(a, int))
    until = dict(zip(steps, [*steps[1:], FOREVER + 1]))
    since = dict(zip(steps, [-FOREVER, *steps[1:]]))  # the first stands for all below the second
    for mask, number in cells.space.classes[name].items():
        if isinstance(mask, int):
            its = [a for i, a in enumerate(atoms) if mask >> i & 1]
            if its and None not in its:
                yield number, [(since[a], until[a]) for a in its if isinstance(a, int)]


def _within(own: int, of_stretch: list[tuple[int, int] | None], days: Days) -> tuple[int, int]:
    """(stretches of `own` that can last so many days, those that can last no other number)."""
    can = must = 0
    for bit, span in enumerate(of_stretch):
        if not own >> bit & 1 or span is None:
            continue
        inside = sum(max(0, min(span[1] + 1, below) - max(span[0], low)) for low, below in days)
        can |= (inside > 0) << bit
        must |= (inside == span[1] + 1 - span[0]) << bit
    return can, must
