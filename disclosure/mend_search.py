"""The kernel that mends: moves a cell by one unit and puts right, unit by unit, what that upset.

Where no box fits (world_search.py), a world may still exist that is no sum of boxes. This search adds one unit to an
atom under the sought cell and looks at the printed cells that now lie outside what they can bear. It picks one of
them, tries some atoms under it, changes the one that leaves the least upset, and goes on until nothing is upset or
its patience is at an end (the "min-conflicts" heuristic of constraint satisfaction: Minton et al., Artificial
Intelligence 58, 1992). What it finds is judged like all else by the certificate checker.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from celwacht.disclosure.search_state import MOST_TOUCHED

TRIED = 16                 # atoms tried for one upset cell
MOST_UPSET = 512
STEPS = 24                 # units moved before an attempt is given up
ATTEMPTS = 1


class Tree(NamedTuple):
    """Which cells lie above an atom and which atoms below a cell, across and along (search_state.py)."""

    leaf_stride: int           # of atoms along
    across_atom: np.ndarray    # combination of leaves across: its part of the atom's position
    above_at: np.ndarray       # combination of leaves across: its codes across at above[above_at[k]:above_at[k + 1]],
    above: np.ndarray          # as parts of the cell's position
    over_at: np.ndarray        # leaf along: its codes, likewise
    over: np.ndarray
    below_at: np.ndarray       # combination of codes across: its combinations of leaves
    below: np.ndarray
    under_at: np.ndarray       # code along: its leaves
    under: np.ndarray


@njit(cache=True)
def _outside(change, low, high):
    """By how much a change is more than the cell can bear."""
    return change - high if change > high else low - change if change < low else 0


@njit(cache=True)
def _worse(tree, state, work, a, leaf, sign):
    """By how much more would be upset if `sign` were added to the atom (a, leaf); large if the atom cannot bear it."""
    atom = tree.across_atom[a] + leaf * tree.leaf_stride
    count = work.atom_change[atom] + sign
    if count < state.atom_low[atom] or count > state.atom_high[atom]:
        return 1 << 20
    worse = 0
    for k in range(tree.over_at[leaf], tree.over_at[leaf + 1]):
        for i in range(tree.above_at[a], tree.above_at[a + 1]):
            c = tree.above[i] + tree.over[k]
            low, high, change = state.low[c], state.high[c], work.change[c]
            worse += _outside(change + sign, low, high) - _outside(change, low, high)
    return worse


@njit(cache=True)
def _add(tree, state, work, a, leaf, sign, upset, n):
    """Adds `sign` to an atom and notes cells that are upset now; the new length of `upset`, -1 if it is too long."""
    atom = tree.across_atom[a] + leaf * tree.leaf_stride
    work.atom_change[atom] += sign
    work.atom_touched[work.n[1]] = atom
    work.n[1] += 1
    for k in range(tree.over_at[leaf], tree.over_at[leaf + 1]):
        for i in range(tree.above_at[a], tree.above_at[a + 1]):
            c = tree.above[i] + tree.over[k]
            work.change[c] += sign
            work.touched[work.n[0]] = c
            work.n[0] += 1
            if _outside(work.change[c], state.low[c], state.high[c]) > 0:
                if n == MOST_UPSET:
                    return -1
                upset[n] = c
                n += 1
    return n


@njit(cache=True)
def _best_atom(space, tree, state, work, cell, sign, avoid, tries):
    """Of some atoms under `cell`, the one that upsets least when `sign` is added: (a, leaf, by how much worse).

    avoid: a cell that must not be moved the other way, or -1.
    """
    across, code = space.across_of[cell], space.code_of[cell]
    n_a = tree.below_at[across + 1] - tree.below_at[across]
    n_l = tree.under_at[code + 1] - tree.under_at[code]
    best_a, best_leaf, best = -1, -1, 1 << 19
    for _ in range(tries):
        a = tree.below[tree.below_at[across] + np.random.randint(n_a)]
        leaf = tree.under[tree.under_at[code] + np.random.randint(n_l)]
        worse = _worse(tree, state, work, a, leaf, sign)
        if worse < best and not (avoid >= 0 and _lies_above(tree, a, leaf, avoid)):
            best_a, best_leaf, best = a, leaf, worse
    return best_a, best_leaf, best


@njit(cache=True)
def _lies_above(tree, a, leaf, cell):
    for k in range(tree.over_at[leaf], tree.over_at[leaf + 1]):
        for i in range(tree.above_at[a], tree.above_at[a + 1]):
            if tree.above[i] + tree.over[k] == cell:
                return True
    return False


@njit(cache=True)
def _undo(tree, work, log, n):
    """Takes back the units of an attempt."""
    for m in range(n):
        a, leaf, sign = log[m, 0], log[m, 1], log[m, 2]
        work.atom_change[tree.across_atom[a] + leaf * tree.leaf_stride] -= sign
        for k in range(tree.over_at[leaf], tree.over_at[leaf + 1]):
            for i in range(tree.above_at[a], tree.above_at[a + 1]):
                work.change[tree.above[i] + tree.over[k]] -= sign


@njit(cache=True)
def _attempt(space, tree, state, work, cell, direction, upset, log):
    """Moves the cell by one unit and mends; whether it could. The units are in `log`."""
    a, leaf, _ = _best_atom(space, tree, state, work, cell, direction, -1, TRIED)
    n_log, n, sign = 0, 0, direction
    while a >= 0 and n_log < STEPS and work.n[0] + 4096 < MOST_TOUCHED:
        log[n_log, 0], log[n_log, 1], log[n_log, 2] = a, leaf, sign
        n_log += 1
        n = _add(tree, state, work, a, leaf, sign, upset, n)
        if n < 0:
            break
        m = 0
        for i in range(n):                                             # forget what is mended by now
            c = upset[i]
            if _outside(work.change[c], state.low[c], state.high[c]) > 0:
                upset[m] = c
                m += 1
        n = m
        if n == 0:
            return True
        c = upset[np.random.randint(n)]
        sign = -1 if work.change[c] > state.high[c] else 1
        a, leaf, _ = _best_atom(space, tree, state, work, c, sign, cell if sign != direction else -1, TRIED)
    _undo(tree, work, log, n_log)
    return False


@njit(cache=True)
def mend(space, tree, state, work, cell, direction, most, upset, log):
    """Moves `cell` up to `most` further in one direction, on top of the world at hand; how far it got."""
    got = 0
    for _ in range(most):
        done = False
        for _ in range(ATTEMPTS):
            if _attempt(space, tree, state, work, cell, direction, upset, log):
                done = True
                break
        if not done:
            break
        got += 1
    return got


@njit(cache=True)
def seed(number):
    """Sets the random numbers of the compiled code: same seed, same worlds."""
    np.random.seed(number)
