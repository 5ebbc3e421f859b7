"""Bounds from outside: what a patient reader with a pencil infers from every line of a printed table.

Theory (the "shuttle" bounds). In a line total = part 1 + .. + part n, a part is at most what the total may be less
the least of the other parts, and at least the least of the total less the most of the others; and the total lies between the sums.
Every true table obeys these, so that the feasibility interval of a cell lies within its bounds. Going round
until nothing changes takes seconds for a national cube. A cell whose bounds are too narrow is certainly unsafe; one
whose bounds are wide may still be: only worlds prove safety (proof/checker.py).

Shares no code with the search for worlds. Integers throughout.

Example:

    >>> from celwacht.disclosure.model.example import cube, pattern
    >>> table = PrintedTable(cube().dimensions, cube().cells, pattern().reshape(3, 3) > 0)
    >>> least, greatest = outer_bounds(table)
    >>> int(least[1, 1]), int(greatest[1, 1])      # the 1 is a part of 4
    (0, 4)
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.lines import families
from celwacht.disclosure.model.printed import PrintedTable

OPEN = np.int64(1) << 40
"""Stands for "no greatest value": far above any count, far below overflow in sums."""
MOST_ROUNDS = 60


def outer_bounds(table: PrintedTable, rounds: int = MOST_ROUNDS) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) for every cell, int64 in the table's shape; -1 in the second where nothing bounds it.

    Never narrower than the feasibility intervals. ValueError if the table contradicts itself.
    """
    least, greatest = table.bounds()
    greatest = np.where(greatest < 0, OPEN, greatest)
    lines = [(axis, total, list(parts)) for axis, d in enumerate(table.dimensions) for total, parts in families(d)]
    for _ in range(rounds):
        before = int(least.sum()), int(greatest.sum())
        for axis, total, parts in lines:
            _tighten(np.moveaxis(least, axis, 0), np.moveaxis(greatest, axis, 0), total, parts)
        if np.any(least > greatest):
            raise ValueError("the table contradicts itself: no counts at all would be printed so")
        if before == (int(least.sum()), int(greatest.sum())):
            break
    return least, np.where(greatest >= OPEN, -1, greatest)


def _tighten(least: np.ndarray, greatest: np.ndarray, total: int, parts: list[int]) -> None:
    """One family of lines at once, in place; the axis of the family first."""
    low, high = least[parts], greatest[parts]
    low_sum, high_sum = low.sum(axis=0), np.minimum(high.sum(axis=0), OPEN)
    least[total] = np.maximum(least[total], low_sum)
    greatest[total] = np.minimum(greatest[total], high_sum)
    some_open = (high >= OPEN).sum(axis=0)
    others_high = np.where(some_open - (high >= OPEN) > 0, OPEN, high.sum(axis=0) - high)
    least[parts] = np.maximum(low, least[total] - others_high)
    greatest[parts] = np.minimum(high, np.where(greatest[total] >= OPEN, OPEN, greatest[total] - (low_sum - low)))
