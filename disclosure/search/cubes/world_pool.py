"""The pool of worlds that prove the present pattern: which cells each world moves, and which worlds move a cell.

Compiled. A world is kept as a row of changed cells and one of changed atoms, appended and never moved; a world that
the pattern no longer allows is struck out, and can be brought back. Through every cell runs a linked list of the
entries that change it, so that "which worlds touch this cell" takes as many steps as there are such worlds.

Example: worlds 0 {1: +3, 3: -3, 6: -3, 9: +3} and 1 {1: -1, 3: +1, 6: +1, 9: -1}. The list through the cell of 3 is 1, 0; printing that cell
strikes out both. `select` keeps one of them if 3 apart is enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from celwacht.disclosure.search.cubes.state import MOST_TOUCHED
from numba import njit

ROOM = 8  # worlds of the largest size that a kernel may add before it asks for more room


class Pool(NamedTuple):
    """World w changes cell[i] by change[i] for i in first[w]:first[w + 1], and atoms likewise by atom_first."""

    first: np.ndarray  # worlds + 1
    cell: np.ndarray  # entries
    change: np.ndarray
    world: np.ndarray  # entries: the world that each belongs to
    following: np.ndarray  # entries: next entry of the same cell, -1 at the end
    head: np.ndarray  # cells: first entry, -1 for none
    atom_first: np.ndarray  # worlds + 1
    atom: np.ndarray  # atom entries
    atom_change: np.ndarray
    alive: np.ndarray  # worlds
    n: np.ndarray  # (3,) worlds, entries, atom entries so far


def empty_pool(n_cells: int, worlds: int = 1 << 14, entries: int = 1 << 21) -> Pool:
    """A pool with room for so much; `grown` gives it more."""
    ints = [np.zeros(entries, np.int32) for _ in range(3)]
    arrays: list[np.ndarray] = [
        np.zeros(worlds + 1, np.int64),
        *ints,
        np.zeros(entries, np.int64),
        np.full(n_cells, -1, np.int64),
        np.zeros(worlds + 1, np.int64),
        np.zeros(entries, np.int32),
        np.zeros(entries, np.int32),
        np.zeros(worlds, np.uint8),
        np.zeros(3, np.int64),
    ]
    return Pool(*arrays)


def grown(pool: Pool) -> Pool:
    """The same pool with twice the room."""
    return Pool(*(a if name in ("head", "n") else np.concatenate([a, np.zeros_like(a)]) for name, a in zip(pool._fields, pool)))


@njit(cache=True)
def is_full(pool):
    return (
        pool.n[0] + 1024 > len(pool.alive)
        or pool.n[1] + ROOM * MOST_TOUCHED > len(pool.cell)
        or pool.n[2] + ROOM * MOST_TOUCHED > len(pool.atom)
    )


@njit(cache=True)
def suffices(state, cell, low, high):
    """Whether worlds that change the cell by `low` and by `high` put it as far from the truth, and from each other, as it needs."""
    return high - low >= state.spl[cell] and high >= state.upl[cell] and -low >= state.lpl[cell]


@njit(cache=True)
def is_wide(state, cell):
    """Whether the worlds seen so far suffice for the cell."""
    return suffices(state, cell, state.seen_low[cell], state.seen_high[cell])


@njit(cache=True)
def mark_kept(state, p, low, high, w_low, w_high, keep):
    """Marks the worlds that make p wide: one if one will do. (the world below or -1, the world above or -1)."""
    if suffices(state, p, 0, high):
        w_low = -1
    elif suffices(state, p, low, 0):
        w_high = -1
    for w in (w_low, w_high):
        if w >= 0:
            keep[w] = 1
    return w_low, w_high


@njit(cache=True)
def add_world(pool, state, work):
    """Keeps the world at hand and goes back to the truth. An empty world is not kept; nor is one for which there is no room,
    so that it proves nothing (one trial of the clean-up can find more than `is_full` keeps room for)."""
    w, e, a = pool.n[0], pool.n[1], pool.n[2]
    room = w + 1 < len(pool.alive) and e + work.n[0] <= len(pool.cell) and a + work.n[1] <= len(pool.atom)
    if not room:
        for i in range(work.n[0]):
            work.change[work.touched[i]] = 0
        for i in range(work.n[1]):
            work.atom_change[work.atom_touched[i]] = 0
        work.n[:] = 0
        return
    for i in range(work.n[0]):
        c = work.touched[i]
        change = work.change[c]
        if change != 0:
            pool.cell[e], pool.change[e], pool.world[e] = c, change, w
            pool.following[e], pool.head[c] = pool.head[c], e
            e += 1
            state.seen_low[c] = min(state.seen_low[c], change)
            state.seen_high[c] = max(state.seen_high[c], change)
            work.change[c] = 0
    for i in range(work.n[1]):
        j = work.atom_touched[i]
        if work.atom_change[j] != 0:
            pool.atom[a], pool.atom_change[a] = j, work.atom_change[j]
            work.atom_change[j] = 0
            a += 1
    work.n[:] = 0
    if e > pool.n[1]:
        pool.alive[w] = 1
        pool.first[w + 1], pool.atom_first[w + 1] = e, a
        pool.n[0], pool.n[1], pool.n[2] = w + 1, e, a


@njit(cache=True)
def look_again(pool, state, cell):
    """Least and greatest change of a cell over the worlds alive; stops when they suffice."""
    state.seen_low[cell], state.seen_high[cell] = 0, 0
    e = pool.head[cell]
    while e >= 0:
        if pool.alive[pool.world[e]]:
            state.seen_low[cell] = min(state.seen_low[cell], pool.change[e])
            state.seen_high[cell] = max(state.seen_high[cell], pool.change[e])
            if is_wide(state, cell):
                break
        e = pool.following[e]


@njit(cache=True)
def _needed(pool, state, p, keep):
    """Marks in `keep` the worlds that p needs on top of those marked already: the widest up and down, if any."""
    low, high, best_low, best_high, w_low, w_high = 0, 0, 0, 0, -1, -1
    e = pool.head[p]
    while e >= 0:
        w, change = pool.world[e], pool.change[e]
        if pool.alive[w]:
            if keep[w]:
                low, high = min(low, change), max(high, change)
            if change < best_low:
                best_low, w_low = change, w
            if change > best_high:
                best_high, w_high = change, w
        e = pool.following[e]
    state.seen_low[p], state.seen_high[p] = low, high
    if not is_wide(state, p) and w_high >= 0:
        state.seen_high[p] = best_high
        keep[w_high] = 1
    if not is_wide(state, p) and w_low >= 0:
        state.seen_low[p] = best_low
        keep[w_low] = 1


@njit(cache=True, nogil=True)
def select(pool, state, cells):
    """Strikes out every world that none of the sensitive `cells` needs."""
    keep = np.zeros(pool.n[0], np.uint8)
    for i in range(len(cells)):
        _needed(pool, state, cells[i], keep)
    for w in range(pool.n[0]):
        pool.alive[w] &= keep[w]
    for i in range(len(cells)):
        look_again(pool, state, cells[i])


@njit(cache=True, nogil=True)
def merge(pool, other):
    """Takes over the living worlds of another pool; returns how many, up to which `pool` had room."""
    for w in range(other.n[0]):
        if other.alive[w]:
            if is_full(pool):
                return w
            n, e, a = pool.n[0], pool.n[1], pool.n[2]
            for i in range(other.first[w], other.first[w + 1]):
                c = other.cell[i]
                pool.cell[e], pool.change[e], pool.world[e] = c, other.change[i], n
                pool.following[e], pool.head[c] = pool.head[c], e
                e += 1
            for i in range(other.atom_first[w], other.atom_first[w + 1]):
                pool.atom[a], pool.atom_change[a] = other.atom[i], other.atom_change[i]
                a += 1
            pool.alive[n] = 1
            pool.first[n + 1], pool.atom_first[n + 1] = e, a
            pool.n[0], pool.n[1], pool.n[2] = n + 1, e, a
            other.alive[w] = 0
    return other.n[0]


@njit(cache=True, nogil=True)
def layers(pool, n_cells, n_atoms):
    """(worlds,) the first layer that a world's cells and atoms all have free, -1 for worlds struck out: worlds of one
    layer touch nothing in common, so that a layer is a world as well."""
    cell_free, atom_free = np.zeros(n_cells, np.int32), np.zeros(n_atoms, np.int32)
    found = np.full(pool.n[0], -1, np.int32)
    for w in range(pool.n[0]):
        if pool.alive[w]:
            layer = 0
            for i in range(pool.first[w], pool.first[w + 1]):
                layer = max(layer, cell_free[pool.cell[i]])
            for i in range(pool.atom_first[w], pool.atom_first[w + 1]):
                layer = max(layer, atom_free[pool.atom[i]])
            for i in range(pool.first[w], pool.first[w + 1]):
                cell_free[pool.cell[i]] = layer + 1
            for i in range(pool.atom_first[w], pool.atom_first[w + 1]):
                atom_free[pool.atom[i]] = layer + 1
            found[w] = layer
    return found
