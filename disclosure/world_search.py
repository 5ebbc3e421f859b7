"""The kernel that searches worlds: compiled loops over boxes (search_state.py), and nothing else.

All arrays are flat: cell i of the cube in C order of the codes, atom j in C order of the leaves. The search works on
one *world* at a time, the sum of a few boxes, as changes of cells and atoms against the truth, and takes a box only
while low <= change <= high for every cell and atom that it touches. So what it finds is a world by construction; the
certificate checker confirms that without believing it.

Legend: t how often a box is applied; direction +1 raises the cell that is sought, -1 lowers it; f a face, r a row.
"""

from __future__ import annotations

from numba import njit

from celwacht.disclosure.mend_search import has_space, mend
from celwacht.disclosure.search_state import MOST_TOUCHED, apply

PATIENCE = 24              # further boxes looked at after the first that fits
MOST_STEPS = 16            # boxes in one world


@njit(cache=True)
def _room(f, r, face_at, face_offset, face_sign, row_at, row_offset, row_sign, direction, low, high, change, most):
    """How often the box fits on top of `change`, at most `most`."""
    t = most
    for k in range(row_at[r + 1] - 1, row_at[r] - 1, -1):       # the sought cell's own code last: it was looked at
        for i in range(face_at[f], face_at[f + 1]):
            c = face_offset[i] + row_offset[k]
            left = high[c] - change[c] if face_sign[i] * row_sign[k] * direction > 0 else change[c] - low[c]
            if left < t:
                if left <= 0:
                    return 0
                t = left
    return t


@njit(cache=True)
def _fits(space, state, work, f, r, direction, most):
    """How often the box fits on top of the world at hand, at most `most`."""
    t = _room(f, r, space.cell_at, space.cell_offset, space.cell_sign, space.code_at, space.code_offset,
              space.code_sign, direction, state.low, state.high, work.change, most)
    if t > 0:
        t = _room(f, r, space.atom_at, space.atom_offset, space.atom_sign, space.leaf_at, space.leaf_offset,
                  space.leaf_sign, direction, state.atom_low, state.atom_high, work.atom_change, t)
    return t


@njit(cache=True)
def _hopeless(space, state, work, f, code, direction):
    """Whether no box with this face fits: all rows raise the sought cell's own code along, and there, some cell of the
    face has no room."""
    along = code * space.along[1]
    for i in range(space.cell_at[f], space.cell_at[f + 1]):
        c = space.cell_offset[i] + along
        if space.cell_sign[i] * direction > 0:
            if state.high[c] <= work.change[c]:
                return True
        elif state.low[c] >= work.change[c]:
            return True
    return False


@njit(cache=True)
def _fitting_box(space, state, work, cell, direction, most, budget):
    """The box through `cell` that fits best on the world so far, of `budget` looked at: t (0 if none), in work.best."""
    best, patience, looked = 0, PATIENCE, 0
    across, code = space.across_of[cell], space.code_of[cell]
    for f in range(space.face_first[across], space.face_first[across + 1]):
        looked += 1
        if _hopeless(space, state, work, f, code, direction):
            continue
        for r in range(space.row_first[code], space.row_first[code + 1]):
            t = _fits(space, state, work, f, r, direction, most)
            looked += 1
            patience -= best > 0
            if t > best:
                best = t
                work.best[0], work.best[1] = f, r
            if best == most or patience == 0 or looked >= budget:
                return best
    return best


@njit(cache=True)
def forget(work):
    """Back to the truth."""
    for i in range(work.n[0]):
        work.change[work.touched[i]] = 0
    for i in range(work.n[1]):
        work.atom_change[work.atom_touched[i]] = 0
    work.n[:] = 0


@njit(cache=True)
def push(space, state, work, cell, direction, most, budget, upset, log):
    """Moves `cell` up to `most` in one direction, by boxes that fit and then by mending; how far it got.

    The world stays in `work`.
    """
    got = 0
    for _ in range(MOST_STEPS):
        if got == most:
            break
        t = _fitting_box(space, state, work, cell, direction, most - got, budget)
        if t == 0 or not has_space(space, work, work.best[0], work.best[1]):
            break
        apply(space, work, work.best[0], work.best[1], t * direction)
        got += t
    if got < most:
        got += mend(space, state, work, cell, direction, most - got, upset, log)
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
def prove(space, state, work, cell, width, budget, upset, log, out, n_out):
    """Widens one cell by worlds that fit the present pattern, up and then down; the rows written."""
    for direction in (1, -1):
        if not is_wide(state, cell, width):
            short = short_of(state, cell, direction, width)
            got = push(space, state, work, cell, direction, short, budget, upset, log)
            seen = state.seen_high[cell] if direction > 0 else -state.seen_low[cell]
            if got > seen:
                n_out = record(state, work, out, n_out)
            forget(work)
    return n_out


@njit(cache=True)
def prove_all(space, state, work, cells, begin, end, width, budget, upset, log, out, proved):
    """`prove` for cells[begin:end] until `out` is nearly full: (next begin, rows written). proved[i] is set."""
    n_out = 0
    for i in range(begin, end):
        if n_out + 2 * MOST_TOUCHED > len(out):
            return i, n_out
        if not is_wide(state, cells[i], width):
            n_out = prove(space, state, work, cells[i], width, budget, upset, log, out, n_out)
        proved[i] = is_wide(state, cells[i], width)
    return end, n_out
