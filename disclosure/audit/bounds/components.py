"""What lines alone leave open, cut into independent parts: cells of different parts tell nothing about each other.

Example: in rows 1 and 2 two cells each are dots, in the same columns: one part of four cells. A dot in row 9 whose column has another dot in row 12 is in
another part; nothing of the first narrows it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import extremes
from celwacht.disclosure.audit.bounds.line_kernel import FAR
from celwacht.disclosure.model.problem import Relations
from numba import njit


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Cells tied together by relations that still say something. cells: (k,) positions in the whole; relation: (m,) positions
    of its relations there. relations: the same over 0..k-1, less what is known. least, greatest: int64 (k,)."""

    cells: np.ndarray
    relation: np.ndarray
    relations: Relations
    least: np.ndarray
    greatest: np.ndarray

    def __len__(self) -> int:
        return len(self.cells)


def parts_of(least: np.ndarray, greatest: np.ndarray, relations: Relations) -> list[Part]:
    """All parts with at least one relation, smallest first; cells known exactly are in none."""
    free = least < greatest
    low, high = extremes(least, greatest, relations)
    telling = (low < relations.least) | (high > relations.greatest)
    use = telling[relations.relation] & free[relations.cell]
    root = _roots(len(least), relations.first, relations.cell, telling, free)
    owner = np.full(len(relations), -1, np.int64)
    owner[relations.relation[use]] = root[relations.cell[use]]
    lines = np.flatnonzero(owner >= 0)
    lines = lines[np.argsort(owner[lines], kind="stable")]
    cuts = np.flatnonzero(np.diff(owner[lines])) + 1
    found = [part_of(np.sort(group), least, greatest, relations) for group in np.split(lines, cuts) if len(group)]
    return sorted(found, key=lambda p: (len(p), int(p.cells[0])))


def part_of(lines: np.ndarray, least: np.ndarray, greatest: np.ndarray, relations: Relations, fixed: np.ndarray | None = None) -> Part:
    """The part of these relations. fixed: values (n,) at which to hold all cells but those `least < greatest`."""
    size = relations.first[lines + 1] - relations.first[lines]
    entry = np.repeat(relations.first[lines], size) + (np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size))
    row = np.repeat(np.arange(len(lines)), size)
    cell, c = relations.cell[entry], relations.coefficient[entry]
    free = least[cell] < greatest[cell]
    at = least[cell] if fixed is None else np.where(free, 0, fixed[cell])
    known = np.bincount(row[~free], (c * at)[~free], len(lines)).astype(np.int64)
    cells = np.unique(cell[free])
    first = np.concatenate([[0], np.cumsum(np.bincount(row[free], minlength=len(lines)))]).astype(np.int64)
    row_least, row_greatest = relations.least[lines], relations.greatest[lines]
    local = Relations(
        first,
        np.searchsorted(cells, cell[free]).astype(np.int32),
        c[free],
        np.where(row_least <= -FAR, row_least, row_least - known),
        np.where(row_greatest >= FAR, row_greatest, row_greatest - known),
    )
    return Part(cells, lines, local, least[cells], greatest[cells])


@njit(cache=True)
def _roots(n, first, cell, telling, free):
    """(n,) the smallest cell that each free cell is tied to, by joining."""
    up = np.arange(n)
    for r in range(len(first) - 1):
        if not telling[r]:
            continue
        a = -1
        for k in range(first[r], first[r + 1]):
            i = cell[k]
            if not free[i]:
                continue
            while up[i] != i:
                up[i] = up[up[i]]
                i = up[i]
            if a < 0:
                a = i
            elif i != a:
                a, i = min(a, i), max(a, i)
                up[i] = a
    for i in range(n):
        j = i
        while up[j] != j:
            j = up[j]
        up[i] = j
    return up
