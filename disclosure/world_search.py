"""The kernel that searches worlds: compiled loops over boxes (moves.py), and nothing else.

All arrays are flat: cell i of the cube in C order of the codes, atom j in C order of the leaves. The search works on
one *world* at a time, the sum of a few boxes, as changes of cells and atoms against the truth, and takes a box only
while low <= change <= high for every cell and atom that it touches. So what it finds is a world by construction; the
certificate checker confirms that without believing it.

Legend: t how often a box is applied; direction +1 raises the cell that is sought, -1 lowers it; d dimensions;
up, down how far the sought cell can go.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

UNBOUNDED = 1_000_000_000
MOST_BOX = 4096            # cells or atoms that one box may touch
MOST_TOUCHED = 1 << 17     # cells or atoms that one world may touch
PATIENCE = 24              # further boxes looked at after the first that fits
MOST_STEPS = 16            # boxes in one world


class Space(NamedTuple):
    """What does not change: the shape and the moves of all dimensions, rows numbered through."""

    shape: np.ndarray          # (d,) codes per dimension
    stride: np.ndarray         # (d,) of cells
    row_first: np.ndarray      # first row of code c of dimension i at row_first[code_base[i] + c]
    code_base: np.ndarray      # (d,)
    code_at: np.ndarray
    code_offset: np.ndarray    # position of the code times the stride of its dimension
    code_sign: np.ndarray
    leaf_at: np.ndarray
    leaf_offset: np.ndarray
    leaf_sign: np.ndarray


class State(NamedTuple):
    """What the search knows and changes."""

    value: np.ndarray          # cells: true value
    low: np.ndarray            # cells: least change that keeps what is printed
    high: np.ndarray
    cost: np.ndarray           # cells: of withholding it
    status: np.ndarray         # cells: Status
    atom_low: np.ndarray
    atom_high: np.ndarray
    seen_low: np.ndarray       # cells: least and greatest change in any world recorded so far
    seen_high: np.ndarray
    layer: np.ndarray          # cells: first layer of the certificate in which the cell is untouched
    atom_layer: np.ndarray


class Work(NamedTuple):
    """Scratch of one world; clean between worlds."""

    change: np.ndarray         # cells
    atom_change: np.ndarray
    touched: np.ndarray        # cells that changed at some time, with repeats
    atom_touched: np.ndarray
    n: np.ndarray              # (2,) lengths of the two lists above
    offset: np.ndarray         # (d + 1, MOST_BOX) products of the chosen rows, level by level
    sign: np.ndarray
    count: np.ndarray          # (d + 1,)
    atom_offset: np.ndarray
    atom_sign: np.ndarray
    atom_count: np.ndarray
    rows: np.ndarray           # (d,) the odometer
    first: np.ndarray
    last: np.ndarray
    best: np.ndarray           # (d,) rows of the best box so far


@njit(cache=True)
def _product(row, level, at, offset, sign, products, signs, counts):
    """products[level + 1] = products[level] x (row); False if it grows too large."""
    begin, end = at[row], at[row + 1]
    n = counts[level]
    if n * (end - begin) > MOST_BOX:
        return False
    m = 0
    for i in range(n):
        for k in range(begin, end):
            products[level + 1, m] = products[level, i] + offset[k]
            signs[level + 1, m] = signs[level, i] * sign[k]
            m += 1
    counts[level + 1] = m
    return True


@njit(cache=True)
def _set_box(space, work, level, d):
    """Makes the products of the chosen rows from `level` on; False if the box is too large."""
    for i in range(level, d):
        row = work.rows[i]
        if not _product(row, i, space.code_at, space.code_offset, space.code_sign,
                        work.offset, work.sign, work.count):
            return False
        _product(row, i, space.leaf_at, space.leaf_offset, space.leaf_sign,
                 work.atom_offset, work.atom_sign, work.atom_count)
    return True


@njit(cache=True)
def _step(work, d):
    """The next box of the odometer: the level from which it differs, or -1 when all have been."""
    level = d - 1
    while level >= 0:
        work.rows[level] += 1
        if work.rows[level] < work.last[level]:
            for k in range(level + 1, d):
                work.rows[k] = work.first[k]
            return level
        level -= 1
    return -1


@njit(cache=True)
def _start(space, work, cell, d):
    """Sets the odometer to the first box through a cell."""
    for i in range(d):
        code = (cell // space.stride[i]) % space.shape[i]
        work.first[i] = space.row_first[space.code_base[i] + code]
        work.last[i] = space.row_first[space.code_base[i] + code + 1]
        work.rows[i] = work.first[i]


@njit(cache=True)
def _room(offset, sign, n, direction, low, high, change, most):
    """How often the box fits on top of `change`, at most `most`."""
    t = most
    for i in range(n):
        c = offset[i]
        left = high[c] - change[c] if sign[i] * direction > 0 else change[c] - low[c]
        if left < t:
            if left <= 0:
                return 0
            t = left
    return t


@njit(cache=True)
def _fitting_box(space, state, work, cell, direction, most, budget, d):
    """The box through `cell` that fits best on the world so far: t (0 if none), its rows in work.best."""
    _start(space, work, cell, d)
    best, level, patience = 0, 0, PATIENCE
    for _ in range(budget):
        if _set_box(space, work, level, d):
            t = _room(work.offset[d], work.sign[d], work.count[d], direction, state.low, state.high, work.change, most)
            if t > best:
                t = _room(work.atom_offset[d], work.atom_sign[d], work.atom_count[d], direction,
                          state.atom_low, state.atom_high, work.atom_change, t)
            if t > best:
                best = t
                work.best[:] = work.rows
                if t == most:
                    break
            level = _step(work, d)
        else:
            level = _step(work, d)
            level = 0 if level > 0 else level      # products above the step may be incomplete
        if best:
            patience -= 1
        if level < 0 or patience == 0:
            break
    return best


@njit(cache=True)
def _apply(space, work, t, d):
    """Adds the box in work.best t times (negative: takes it off) to the world."""
    work.rows[:] = work.best
    _set_box(space, work, 0, d)
    for i in range(work.count[d]):
        c = work.offset[d, i]
        work.change[c] += work.sign[d, i] * t
        work.touched[work.n[0]] = c
        work.n[0] += 1
    for i in range(work.atom_count[d]):
        a = work.atom_offset[d, i]
        work.atom_change[a] += work.atom_sign[d, i] * t
        work.atom_touched[work.n[1]] = a
        work.n[1] += 1


@njit(cache=True)
def _forget(work):
    for i in range(work.n[0]):
        work.change[work.touched[i]] = 0
    for i in range(work.n[1]):
        work.atom_change[work.atom_touched[i]] = 0
    work.n[:] = 0


@njit(cache=True)
def _push(space, state, work, cell, direction, most, budget, d):
    """Moves `cell` up to `most` in one direction by boxes that fit; how far it got."""
    got = 0
    for _ in range(MOST_STEPS):
        t = _fitting_box(space, state, work, cell, direction, most - got, budget, d)
        if t == 0 or work.n[0] + MOST_BOX > MOST_TOUCHED:
            break
        _apply(space, work, t * direction, d)
        got += t
        if got == most:
            break
    return got


@njit(cache=True)
def _record(state, work, out, n_out):
    """Files the world under the first layer that its cells and atoms all have free; the number of rows written."""
    layer = 0
    for i in range(work.n[0]):
        c = work.touched[i]
        if work.change[c] != 0 and state.layer[c] > layer:
            layer = state.layer[c]
    for i in range(work.n[1]):
        a = work.atom_touched[i]
        if work.atom_change[a] != 0 and state.atom_layer[a] > layer:
            layer = state.atom_layer[a]
    for i in range(work.n[0]):
        c = work.touched[i]
        change = work.change[c]
        if change != 0:
            state.layer[c] = layer + 1
            state.seen_low[c] = min(state.seen_low[c], change)
            state.seen_high[c] = max(state.seen_high[c], change)
    for i in range(work.n[1]):
        a = work.atom_touched[i]
        if work.atom_change[a] != 0:
            state.atom_layer[a] = layer + 1
            out[n_out, 0], out[n_out, 1], out[n_out, 2] = layer, a, work.atom_change[a]
            work.atom_change[a] = 0
            n_out += 1
    _forget(work)
    return n_out


@njit(cache=True)
def prove(space, state, work, cell, width, budget, out, n_out, d):
    """Widens one cell by worlds that fit the present pattern; (True if it is now wide enough, rows written)."""
    need = width + state.seen_low[cell]              # what the highest world must reach, beside the lowest so far
    up = _push(space, state, work, cell, 1, need, budget, d)
    if up > state.seen_high[cell]:
        n_out = _record(state, work, out, n_out)
    _forget(work)
    need = width - state.seen_high[cell]
    if need <= -state.seen_low[cell]:
        return True, n_out
    down = _push(space, state, work, cell, -1, need, budget, d)
    if down > -state.seen_low[cell]:
        n_out = _record(state, work, out, n_out)
    _forget(work)
    return state.seen_high[cell] - state.seen_low[cell] >= width, n_out


@njit(cache=True)
def prove_all(space, state, work, cells, start, width, budget, out, d, proved):
    """`prove` for cells[start:] until `out` is nearly full: (next start, rows written). proved[i] is set."""
    n_out = 0
    for i in range(start, len(cells)):
        cell = cells[i]
        if n_out + 2 * MOST_TOUCHED > len(out):
            return i, n_out
        if state.seen_high[cell] - state.seen_low[cell] < width:
            proved[i], n_out = prove(space, state, work, cell, width, budget, out, n_out, d)
        else:
            proved[i] = True
    return len(cells), n_out
