"""The kernel that mends: moves a cell by one unit and puts right, box by box, what that upset.

Where no single box fits (world_search.py), several may together. This search applies a box through the sought cell
although it does not fit, and looks at the printed cells that now lie outside what they can bear. It picks one of them, tries
some boxes through it, applies the one that leaves the least upset, and goes on until nothing is upset or its
patience is at an end (the "min-conflicts" heuristic of constraint satisfaction: Minton et al., Artificial
Intelligence 58, 1992). What it finds is judged like all else by the certificate checker.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from celwacht.disclosure.search_state import MOST_TOUCHED, apply

TRIED = 40                 # boxes tried for one upset cell
MOST_UPSET = 512
STEPS = 10                 # boxes applied before an attempt is given up
IMPOSSIBLE = 1 << 20


@njit(cache=True)
def _outside(change, low, high):
    """By how much a change is more than the cell can bear."""
    return change - high if change > high else low - change if change < low else 0


@njit(cache=True)
def _worse(space, state, work, f, r, direction, sought):
    """By how much more would be upset if the box were applied; IMPOSSIBLE if an atom cannot bear it, or if it moves the
    sought cell back. sought: its position plus one, with the sign of the direction it must keep."""
    for k in range(space.leaf_at[r], space.leaf_at[r + 1]):
        for i in range(space.atom_at[f], space.atom_at[f + 1]):
            a = space.atom_offset[i] + space.leaf_offset[k]
            count = work.atom_change[a] + space.atom_sign[i] * space.leaf_sign[k] * direction
            if count < state.atom_low[a] or count > state.atom_high[a]:
                return IMPOSSIBLE
    worse = 0
    for k in range(space.code_at[r], space.code_at[r + 1]):
        for i in range(space.cell_at[f], space.cell_at[f + 1]):
            c = space.cell_offset[i] + space.code_offset[k]
            sign = space.cell_sign[i] * space.code_sign[k] * direction
            if sought != 0 and c == abs(sought) - 1 and sign * sought < 0:
                return IMPOSSIBLE
            low, high, change = state.low[c], state.high[c], work.change[c]
            worse += _outside(change + sign, low, high) - _outside(change, low, high)
    return worse


@njit(cache=True)
def _best_box(space, state, work, cell, direction, sought):
    """Of some boxes through `cell`, the one that upsets least: (face, row), or (-1, -1) if none is possible."""
    across, code = space.across_of[cell], space.code_of[cell]
    first_f, first_r = space.face_first[across], space.row_first[code]
    n_f, n_r = space.face_first[across + 1] - first_f, space.row_first[code + 1] - first_r
    best_f, best_r, best = -1, -1, IMPOSSIBLE
    for _ in range(TRIED):
        f = first_f + int(n_f * np.random.random() ** 2)               # the less burdened rather than the others
        r = first_r + int(n_r * np.random.random())
        worse = _worse(space, state, work, f, r, direction, sought)
        if worse < best:
            best_f, best_r, best = f, r, worse
    return best_f, best_r


@njit(cache=True)
def _add(space, state, work, f, r, direction, upset, n):
    """Applies a box and notes the cells that are upset now; the new length of `upset`, -1 if it would be too long."""
    before = work.n[0]
    apply(space, work, f, r, direction)
    for i in range(before, work.n[0]):
        c = work.touched[i]
        if _outside(work.change[c], state.low[c], state.high[c]) > 0:
            if n == MOST_UPSET:
                return -1
            upset[n] = c
            n += 1
    return n


@njit(cache=True)
def _attempt(space, state, work, cell, direction, upset, log):
    """Moves the cell by one unit and mends, with as many boxes as `log` has room for; whether it could.

    If not, the world is as it was.
    """
    sought = (cell + 1) * direction
    n_log, n, c, sign = 0, 0, cell, direction
    while n_log < len(log):
        f, r = _best_box(space, state, work, c, sign, sought)
        if f < 0 or not has_space(space, work, f, r):
            break
        log[n_log, 0], log[n_log, 1], log[n_log, 2] = f, r, sign
        n_log += 1
        n = _add(space, state, work, f, r, sign, upset, n)
        if n < 0:
            break
        m = 0
        for i in range(n):                                             # forget what is mended by now
            if _outside(work.change[upset[i]], state.low[upset[i]], state.high[upset[i]]) > 0:
                upset[m] = upset[i]
                m += 1
        n = m
        if n == 0:
            return True
        c = upset[np.random.randint(n)]
        sign = -1 if work.change[c] > state.high[c] else 1
    for i in range(n_log):
        apply(space, work, log[i, 0], log[i, 1], -log[i, 2])
    return False


@njit(cache=True)
def has_space(space, work, f, r):
    """Whether the lists of what a world touches can take one more box, and an undone attempt beside it."""
    cells = (space.cell_at[f + 1] - space.cell_at[f]) * (space.code_at[r + 1] - space.code_at[r])
    atoms = (space.atom_at[f + 1] - space.atom_at[f]) * (space.leaf_at[r + 1] - space.leaf_at[r])
    return work.n[0] + cells <= MOST_TOUCHED // 2 and work.n[1] + atoms <= MOST_TOUCHED // 2


@njit(cache=True)
def mend(space, state, work, cell, direction, most, upset, log):
    """Moves `cell` up to `most` further in one direction, on top of the world at hand; how far it got."""
    got = 0
    while got < most and _attempt(space, state, work, cell, direction, upset, log):
        got += 1
    return got


@njit(cache=True)
def seed(number):
    """Sets the random numbers of the compiled code: same seed, same worlds."""
    np.random.seed(number)
