"""The kernel that searches worlds: compiled loops over boxes (moves.py), and nothing else.

All arrays are flat: cell i of the cube in C order of the codes, atom j in C order of the leaves. The search works on
one *world* at a time, the sum of a few boxes, as changes of cells and atoms against the truth, and takes a box only
while low <= change <= high for every cell and atom that it touches. So what it finds is a world by construction; the
certificate checker confirms that without believing it.

Legend: t how often a box is applied; direction +1 raises the cell that is sought, -1 lowers it; d dimensions;
up, down how far the sought cell can go.
"""

from __future__ import annotations

from numba import njit

from celwacht.disclosure.search_state import MOST_BOX, MOST_TOUCHED

PATIENCE = 24              # further boxes looked at after the first that fits
MOST_STEPS = 16            # boxes in one world


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
def start(space, work, cell, d):
    """Sets the odometer to the first box through a cell."""
    work.rest[d] = 0
    for i in range(d - 1, -1, -1):
        code = (cell // space.stride[i]) % space.shape[i]
        work.first[i] = space.row_first[space.code_base[i] + code]
        work.last[i] = space.row_first[space.code_base[i] + code + 1]
        work.rows[i] = work.first[i]
        work.rest[i] = work.rest[i + 1] + code * space.stride[i]


@njit(cache=True)
def set_box(space, work, level, d):
    """Multiplies out the rows of dimension `level` (not the last, which is done where it is used): False if the
    box is too large. Levels below must be set before."""
    row = work.rows[level]
    if level == d - 1:
        return work.count[level] * (space.code_at[row + 1] - space.code_at[row]) <= MOST_BOX
    return _product(row, level, space.code_at, space.code_offset, space.code_sign,
                    work.offset, work.sign, work.count) and \
        _product(row, level, space.leaf_at, space.leaf_offset, space.leaf_sign,
                 work.atom_offset, work.atom_sign, work.atom_count)


@njit(cache=True)
def step(work, level, d):
    """The next box of the odometer that differs at `level` or above: the level from which it differs, or -1."""
    while level >= 0:
        work.rows[level] += 1
        if work.rows[level] < work.last[level]:
            for k in range(level + 1, d):
                work.rows[k] = work.first[k]
            return level
        level -= 1
    return -1


@njit(cache=True)
def _room(row, at, row_offset, row_sign, offset, sign, n, direction, low, high, change, most):
    """How often the box fits on top of `change`, at most `most`."""
    t = most
    for k in range(at[row], at[row + 1]):
        for i in range(n):
            c = offset[i] + row_offset[k]
            left = high[c] - change[c] if sign[i] * row_sign[k] * direction > 0 else change[c] - low[c]
            if left < t:
                if left <= 0:
                    return 0
                t = left
    return t


@njit(cache=True)
def _fits(space, state, work, direction, most, d):
    """How often the box at the odometer fits on top of the world at hand, at most `most`."""
    row, p = work.rows[d - 1], d - 1
    t = _room(row, space.code_at, space.code_offset, space.code_sign, work.offset[p], work.sign[p], work.count[p],
              direction, state.low, state.high, work.change, most)
    if t > 0:
        t = _room(row, space.leaf_at, space.leaf_offset, space.leaf_sign, work.atom_offset[p], work.atom_sign[p],
                  work.atom_count[p], direction, state.atom_low, state.atom_high, work.atom_change, t)
    return t


@njit(cache=True)
def _hopeless(state, work, level, direction, d):
    """Whether no box with these rows up to `level` fits: every such box holds the cells of the sought cell's own
    codes in the dimensions to come, with the same signs, and one of them has no room."""
    rest = work.rest[level + 1]
    for i in range(work.count[level + 1]):
        c = work.offset[level + 1, i] + rest
        if work.sign[level + 1, i] * direction > 0:
            if state.high[c] <= work.change[c]:
                return True
        elif state.low[c] >= work.change[c]:
            return True
    return False


@njit(cache=True)
def _fitting_box(space, state, work, cell, direction, most, budget, d):
    """The box through `cell` that fits best on the world so far: t (0 if none), its rows in work.best."""
    start(space, work, cell, d)
    best, level, patience = 0, 0, PATIENCE
    for _ in range(budget):
        good = set_box(space, work, level, d)
        if good and level < d - 1:
            if not _hopeless(state, work, level, direction, d):
                level += 1
                continue
        elif good:
            t = _fits(space, state, work, direction, most, d)
            if t > best:
                best = t
                work.best[:] = work.rows
                if t == most:
                    break
            patience -= best > 0
        level = step(work, level, d)
        if level < 0 or patience == 0:
            break
    return best


@njit(cache=True)
def set_best(space, work, d):
    """Multiplies out the box in work.best."""
    work.rows[:] = work.best
    for level in range(d - 1):
        set_box(space, work, level, d)


@njit(cache=True)
def apply(space, work, t, d):
    """Adds the box in work.best t times (negative: takes it off) to the world."""
    set_best(space, work, d)
    row, p = work.rows[d - 1], d - 1
    for k in range(space.code_at[row], space.code_at[row + 1]):
        for i in range(work.count[p]):
            c = work.offset[p, i] + space.code_offset[k]
            work.change[c] += work.sign[p, i] * space.code_sign[k] * t
            work.touched[work.n[0]] = c
            work.n[0] += 1
    for k in range(space.leaf_at[row], space.leaf_at[row + 1]):
        for i in range(work.atom_count[p]):
            a = work.atom_offset[p, i] + space.leaf_offset[k]
            work.atom_change[a] += work.atom_sign[p, i] * space.leaf_sign[k] * t
            work.atom_touched[work.n[1]] = a
            work.n[1] += 1


@njit(cache=True)
def forget(work):
    """Back to the truth."""
    for i in range(work.n[0]):
        work.change[work.touched[i]] = 0
    for i in range(work.n[1]):
        work.atom_change[work.atom_touched[i]] = 0
    work.n[:] = 0


@njit(cache=True)
def push(space, state, work, cell, direction, most, budget, d):
    """Moves `cell` up to `most` in one direction by boxes that fit; how far it got. The world stays in `work`."""
    got = 0
    for _ in range(MOST_STEPS):
        if got == most or work.n[0] + MOST_BOX > MOST_TOUCHED:
            break
        t = _fitting_box(space, state, work, cell, direction, most - got, budget, d)
        if t == 0:
            break
        apply(space, work, t * direction, d)
        got += t
    return got


@njit(cache=True)
def record(state, work, out, n_out):
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
    forget(work)
    return n_out


@njit(cache=True)
def short_of(state, cell, direction, width):
    """How far a new world must move the cell in one direction, to be `width` from the farthest on the other side."""
    return width + state.seen_low[cell] if direction > 0 else width - state.seen_high[cell]


@njit(cache=True)
def is_wide(state, cell, width):
    return state.seen_high[cell] - state.seen_low[cell] >= width


@njit(cache=True)
def prove(space, state, work, cell, width, budget, out, n_out, d):
    """Widens one cell by worlds that fit the present pattern, up and then down; the rows written."""
    for direction in (1, -1):
        if not is_wide(state, cell, width):
            got = push(space, state, work, cell, direction, short_of(state, cell, direction, width), budget, d)
            seen = state.seen_high[cell] if direction > 0 else -state.seen_low[cell]
            if got > seen:
                n_out = record(state, work, out, n_out)
            forget(work)
    return n_out


@njit(cache=True)
def prove_all(space, state, work, cells, begin, width, budget, out, d, proved):
    """`prove` for cells[begin:] until `out` is nearly full: (next begin, rows written). proved[i] is set."""
    n_out = 0
    for i in range(begin, len(cells)):
        if n_out + 2 * MOST_TOUCHED > len(out):
            return i, n_out
        if not is_wide(state, cells[i], width):
            n_out = prove(space, state, work, cells[i], width, budget, out, n_out, d)
        proved[i] = is_wide(state, cells[i], width)
    return len(cells), n_out
