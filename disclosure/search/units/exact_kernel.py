"""The kernel that gives the moves of a world to persons, so that every table of the set bears them.

Compiled. A box says how many units go from which atom of its cluster to which; here each of them becomes a person (or
one record of a person) of that atom, who takes another value of one variable. What that changes is added up exactly, in
all cells of all tables: also in tables outside the cluster, and in the person's other records. Of the persons that an
atom has, those are taken for whom least would have to be withheld, one move after the other until nothing gets cheaper.

Example: a box takes 1 from (boys, pleegzorg) and puts it in (boys, ambulant). The boy who goes has a second record in crisis: the table of persons by
"all forms of help" changes at pleegzorg + crisis and at ambulant + crisis, and both are added up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

SECONDARY = 2
UNBOUNDED = 1_000_000_000
NEVER = 1e15  # price of what no withholding can mend
GOES, COMES = -1, -2  # in place of a value: the unit is not there, or another like it is there too


class Rows(NamedTuple):
    """Where everybody counts. A row is one unit in one cube; rows of a group move together."""

    cube: np.ndarray  # rows
    leaf: np.ndarray  # (rows, most dimensions) leaf in each dimension
    slot_first: np.ndarray  # cubes + 1: dimensions of all cubes, numbered through
    slot_variable: np.ndarray  # slots
    leaf_at: np.ndarray  # slots: where the leaves of the slot begin in code_at
    code_at: np.ndarray  # leaves of all slots + 1
    code: np.ndarray  # offset of the cell for each code of a leaf; the first slot of a cube holds the cube's place
    new_at: np.ndarray  # slots: where the leaf of each value begins in new_leaf, -1 if it cannot be determined
    new_leaf: np.ndarray
    twin: np.ndarray  # cells: next cell of the same meaning, in a ring
    stride: np.ndarray  # slots: of its leaves in the atoms of its cube
    possible_at: np.ndarray  # cubes: where their atoms begin in `possible`
    possible: np.ndarray  # atoms of all cubes: 1 where anybody can be, by what the intruder knows


class Scratch(NamedTuple):
    """change: of every cell in the world at hand; by: in the move that is tried; log, touched: the cells concerned, log
    each of them once; mark: cells, number of the last move that touched it."""

    change: np.ndarray
    by: np.ndarray
    mark: np.ndarray
    log: np.ndarray
    touched: np.ndarray
    n: np.ndarray  # (3,) lengths of log and touched, number of the move


@njit(cache=True)
def _spread(rows, scratch, row, cube, special, code_low, code_high, but_low, but_high, by):
    """Adds `by` in every cell of a row; in slot `special` at the codes of another leaf, but for those that both have."""
    a, b = rows.slot_first[cube], rows.slot_first[cube + 1]
    low, high, at = np.zeros(8, np.int64), np.zeros(8, np.int64), np.zeros(8, np.int64)
    for s in range(a, b):
        x = rows.leaf_at[s] + rows.leaf[row, s - a]
        low[s - a], high[s - a] = rows.code_at[x], rows.code_at[x + 1]
        if s == special:
            low[s - a], high[s - a] = code_low, code_high
        if low[s - a] == high[s - a]:
            return
        at[s - a] = low[s - a]
    while True:
        c, kept = 0, True
        for s in range(a, b):
            c += rows.code[at[s - a]]
            if s == special:
                for j in range(but_low, but_high):
                    kept = kept and rows.code[j] != rows.code[at[s - a]]
        if kept:
            if scratch.mark[c] != scratch.n[2]:
                scratch.mark[c] = scratch.n[2]
                scratch.log[scratch.n[0]] = c
                scratch.n[0] += 1
            scratch.by[c] += by
        i = b - a - 1
        while i >= 0:
            at[i] += 1
            if at[i] < high[i]:
                break
            at[i] = low[i]
            i -= 1
        if i < 0:
            return


@njit(cache=True)
def atom_of(rows, row, variable, value):
    """The flat atom of a row's cube in which it counts when its unit has another value."""
    cube, atom = rows.cube[row], 0
    for s in range(rows.slot_first[cube], rows.slot_first[cube + 1]):
        leaf = rows.leaf[row, s - rows.slot_first[cube]]
        if rows.slot_variable[s] == variable:
            leaf = rows.new_leaf[rows.new_at[s] + value]
        atom += leaf * rows.stride[s]
    return atom


@njit(cache=True)
def pairs_of(rows, group, variable, value):
    """Cube and atom, as in certificate.py, of every row of a group when its unit has another value."""
    found = np.zeros(len(group), np.int64)
    for i in range(len(group)):
        found[i] = (rows.cube[group[i]] << 40) | atom_of(rows, group[i], variable, value)
    return found


@njit(cache=True)
def tell(rows, scratch, group, variable, value):
    """Into scratch.by what every cell sees when the rows of a group take another value, go (GOES) or are there once more
    (COMES); False where it cannot be determined."""
    for row in group:
        cube = rows.cube[row]
        if value < 0:
            _spread(rows, scratch, row, cube, -1, 0, 0, 0, 0, 1 if value == COMES else -1)
            continue
        for s in range(rows.slot_first[cube], rows.slot_first[cube + 1]):
            if rows.slot_variable[s] == variable:
                if rows.new_at[s] < 0:
                    return False
                old, new = rows.leaf[row, s - rows.slot_first[cube]], rows.new_leaf[rows.new_at[s] + value]
                if new < 0 or not rows.possible[rows.possible_at[cube] + atom_of(rows, row, variable, value)]:
                    return False
                o, n = rows.leaf_at[s] + old, rows.leaf_at[s] + new
                _spread(rows, scratch, row, cube, s, rows.code_at[o], rows.code_at[o + 1], rows.code_at[n], rows.code_at[n + 1], -1)
                _spread(rows, scratch, row, cube, s, rows.code_at[n], rows.code_at[n + 1], rows.code_at[o], rows.code_at[o + 1], 1)
    return True


@njit(cache=True)
def harm(state, cell, change):
    if state.low[cell] <= change <= state.high[cell]:
        return 0.0
    return NEVER if state.status[cell] > 0 else min(state.cost[cell], NEVER)


@njit(cache=True)
def dearer(state, scratch):
    """How much dearer the world gets by the move that is tried."""
    total = 0.0
    for i in range(scratch.n[0]):
        c = scratch.log[i]
        if scratch.by[c] != 0:
            total += harm(state, c, scratch.change[c] + scratch.by[c]) - harm(state, c, scratch.change[c])
    return total


@njit(cache=True)
def drop(scratch):
    """Forgets the move that is tried."""
    for i in range(scratch.n[0]):
        scratch.by[scratch.log[i]] = 0
    scratch.n[0] = 0
    scratch.n[2] += 1


@njit(cache=True)
def _listed_once(scratch):
    """Leaves every cell that differs from the truth once in `touched`, so that there is room for others."""
    found = np.unique(scratch.touched)
    n = 0
    for c in found:
        if scratch.change[c] != 0:
            scratch.touched[n] = c
            n += 1
    scratch.n[1] = n


@njit(cache=True)
def take(scratch, sign):
    """Puts the move that is tried on the world at hand, or takes it off."""
    for i in range(scratch.n[0]):
        c = scratch.log[i]
        if scratch.by[c] != 0:
            if scratch.change[c] == 0:
                if scratch.n[1] == len(scratch.touched):
                    _listed_once(scratch)
                scratch.touched[scratch.n[1]] = c
                scratch.n[1] += 1
            scratch.change[c] += sign * scratch.by[c]
    drop(scratch)


@njit(cache=True)
def withhold(rows, state, cell):
    """Withholds a cell, and every cell of the same meaning in other tables."""
    c = cell
    while True:
        if state.status[c] == 0:
            state.status[c] = SECONDARY
            state.low[c], state.high[c] = state.floor[c], UNBOUNDED
        c = rows.twin[c]
        if c == cell:
            return


@njit(cache=True)
def finish(rows, state, scratch, limit):
    """Withholds what the world at hand needs withheld, if that costs less than `limit`, and remembers how far it moves each
    cell; whether it did. Back to the truth."""
    total = 0.0
    for i in range(scratch.n[1]):
        c = scratch.touched[i]
        if scratch.by[c] != 0:
            scratch.touched[i] = -1  # seen already
        else:
            scratch.by[c] = 1
            total += harm(state, c, scratch.change[c])
    good = total < limit
    for i in range(scratch.n[1]):
        c = scratch.touched[i]
        if c >= 0:
            scratch.by[c] = 0
            if good and scratch.change[c] != 0:
                if harm(state, c, scratch.change[c]) > 0.0:
                    withhold(rows, state, c)
                state.seen_low[c] = min(state.seen_low[c], scratch.change[c])
                state.seen_high[c] = max(state.seen_high[c], scratch.change[c])
            scratch.change[c] = 0
    scratch.n[1] = 0
    return good


@njit(cache=True)
def collect(rows, scratch, group_at, group, variable, values, begin, end):
    """(cells, changes) of the world of moves begin:end. variable: of each move."""
    for m in range(begin, end):
        tell(rows, scratch, group[group_at[m] : group_at[m + 1]], variable[m], values[m])
        take(scratch, 1)
    cells, changes, n = np.zeros(scratch.n[1], np.int64), np.zeros(scratch.n[1], np.int64), 0
    for i in range(scratch.n[1]):
        c = scratch.touched[i]
        if scratch.change[c] != 0:
            cells[n], changes[n] = c, scratch.change[c]
            scratch.change[c] = 0
            n += 1
    scratch.n[1] = 0
    return cells[:n], changes[:n]
