"""The last clean-up of a set: the worlds that the proof needs, and the cells that need not be withheld for them.

Worlds are chosen greedily, those first that need the least withheld for them; a cell that is withheld for worlds that are
not among them is printed again. Then the dearest secondary cells are tried: if all sensitive cells stay wide without the
worlds that move a cell too far, those worlds go and the cell is printed.

Example: of worlds that put a cell at 3, 5 and 9 with an spl of 6, the last alone is enough; what the others needed withheld is printed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.search.cubes.state import State
from celwacht.disclosure.search.units.exact_kernel import Rows, Scratch, collect
from celwacht.disclosure.search.units.exchange import Given
from celwacht.disclosure.search.units.rows import SetCells

PRIMARY, SECONDARY = 1, 2


@dataclass(slots=True)
class Changes:
    """World w changes cell[i] by change[i] for i in first[w]:first[w + 1]."""

    first: np.ndarray = field(repr=False)
    cell: np.ndarray = field(repr=False)
    change: np.ndarray = field(repr=False)


def changes_of(rows_by_given: list[tuple[Rows, Given]], scratch: Scratch) -> Changes:
    """What every world does to every cell."""
    first, cells, changes = [0], [], []
    for rows, given in rows_by_given:
        at = np.concatenate([[0], np.cumsum([len(g) for g in given.groups])]).astype(np.int64)
        group = np.concatenate([np.zeros(0, np.int64), *given.groups]).astype(np.int64)
        for w in range(len(given.first) - 1):
            cell, change = collect(rows, scratch, at, group, given.variable, given.value, given.first[w], given.first[w + 1])
            cells.append(cell)
            changes.append(change)
            first.append(first[-1] + len(cell))
    whole = [np.concatenate([np.zeros(0, np.int64), *a]).astype(np.int64) for a in (cells, changes)]
    return Changes(np.array(first, np.int64), *whole)


def clean_up(cells: SetCells, state: State, start: State, found: Changes) -> np.ndarray:
    """Prints again, in `state`, what need not be withheld; bool per world: whether it is kept.

    start: the state before anything was withheld beside what the policies withhold.
    """
    world = np.repeat(np.arange(len(found.first) - 1), np.diff(found.first))
    ring = _ring(cells.twin)
    too_far = (found.change < start.low[found.cell]) | (found.change > start.high[found.cell])
    at, who = ring[found.cell[too_far]], world[too_far]
    price = start.cost  # of all cells of one meaning
    pairs = np.unique(np.stack([who, at]), axis=1)
    cost = np.zeros(len(found.first) - 1)
    np.add.at(cost, pairs[0], price[pairs[1]])
    keep = needed(found, state.spl, np.argsort(cost, kind="stable"))
    keep = _without_dearest(state, found, world, pairs, price, keep)
    stays = np.zeros(len(cells.twin), bool)
    stays[pairs[1][keep[pairs[0]]]] = True
    again = (state.status == SECONDARY) & (start.status != SECONDARY) & ~stays[ring]
    state.status[again], state.low[again], state.high[again] = 0, start.low[again], start.high[again]
    return keep


def _ring(twin: np.ndarray) -> np.ndarray:
    """For each cell the least cell of the same meaning."""
    least, c = np.arange(len(twin)), twin.copy()
    while not np.array_equal(c, np.arange(len(twin))):
        least = np.minimum(least, c)
        c = np.where(c == np.arange(len(twin)), c, twin[c])
    return least


def _spread(n: int, cell: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.zeros(n, np.int64), np.zeros(n, np.int64)
    np.minimum.at(low, cell, change)
    np.maximum.at(high, cell, change)
    return low, high


def needed(found: Changes, spl: np.ndarray, order: np.ndarray | None = None) -> np.ndarray:
    """bool per world: taken in order, those that make some cell wider that is not yet `apart`."""
    low, high = np.zeros(len(spl), np.int64), np.zeros(len(spl), np.int64)
    keep = np.zeros(len(found.first) - 1, bool)
    for w in range(len(keep)) if order is None else order:
        cell, change = (a[found.first[w] : found.first[w + 1]] for a in (found.cell, found.change))
        narrow = high[cell] - low[cell] < spl[cell]
        if np.any(narrow & ((change < low[cell]) | (change > high[cell]))):
            keep[w] = True
            low[cell], high[cell] = np.minimum(low[cell], change), np.maximum(high[cell], change)
    return keep


def _without_dearest(state: State, found: Changes, world, pairs, price, keep: np.ndarray) -> np.ndarray:
    """Leaves out, dearest cell first, the worlds that need a cell withheld, where the proof stands without them."""
    sensitive = state.spl > 0
    kept = keep.copy()
    candidates = np.unique(pairs[1][kept[pairs[0]]])
    mine = sensitive[found.cell]
    order = np.argsort(pairs[1], kind="stable")
    first = np.searchsorted(pairs[1][order], np.arange(len(price) + 1))
    low, high = _spread(len(price), found.cell[mine & kept[world]], found.change[mine & kept[world]])
    wide = high - low >= state.spl
    by_cell = np.argsort(np.where(mine, found.cell, len(price)), kind="stable")
    cell_at = np.searchsorted(np.where(mine, found.cell, len(price))[by_cell], np.arange(len(price) + 1))
    for c in candidates[np.argsort(-price[candidates], kind="stable")]:
        out = pairs[0][order[first[c] : first[c + 1]]]
        out = out[kept[out]]
        kept[out] = False
        moved = np.unique(np.concatenate([found.cell[found.first[w] : found.first[w + 1]] for w in out])) if len(out) else out
        stands = True
        for p in moved[sensitive[moved] & wide[moved]] if len(moved) else moved:
            i = by_cell[cell_at[p] : cell_at[p + 1]]
            i = i[kept[world[i]]]
            if max(0, found.change[i].max(initial=0)) - min(0, found.change[i].min(initial=0)) < state.spl[p]:
                stands = False
                break
        kept[out] = not stands
    return kept


def kept(found: Changes, keep: np.ndarray) -> Changes:
    """The same of some of the worlds."""
    length = np.diff(found.first)
    rows = np.repeat(keep, length)
    return Changes(np.concatenate([[0], np.cumsum(length[keep])]), found.cell[rows], found.change[rows])
