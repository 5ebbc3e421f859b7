"""The kernel that looks for boxes that fit: compiled loops over boxes (state.py), and nothing else. push_kernel.py adds
them up to worlds.

All arrays are flat: cell i of the cube in C order of the codes, atom j in C order of the leaves. The search works on
one *world* at a time, the sum of a few boxes, as changes of cells and atoms against the truth, and takes a box only
while low <= change <= high for every cell and atom that it touches. So what it finds is a world by construction; the
certificate checker confirms that without believing it.

Legend: t how often a box is applied; direction +1 raises the cell that is sought, -1 lowers it; f a face, r a row.

Example, on the table of model/example.py with the four inner cells withheld: direction +1 at the 1 finds the box {1: +3, 3: -3, 6: -3, 9: +3}, t = 3
because the 3 can lose no more; direction -1 finds t = -1.
"""

from __future__ import annotations

from celwacht.disclosure.search.cubes.state import MOST_TOUCHED
from numba import njit

PATIENCE = 24  # further boxes looked at after the first that fits


@njit(cache=True)
def _room(f, r, face_at, face_offset, face_sign, row_at, row_offset, row_sign, direction, low, high, change, most):
    """How often the box fits on top of `change`, at most `most`."""
    t = most
    for k in range(row_at[r + 1] - 1, row_at[r] - 1, -1):  # the sought cell's own code last: it was looked at
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
    t = _room(
        f,
        r,
        space.cell_at,
        space.cell_offset,
        space.cell_sign,
        space.code_at,
        space.code_offset,
        space.code_sign,
        direction,
        state.low,
        state.high,
        work.change,
        most,
    )
    if t > 0:
        t = _room(
            f,
            r,
            space.atom_at,
            space.atom_offset,
            space.atom_sign,
            space.leaf_at,
            space.leaf_offset,
            space.leaf_sign,
            direction,
            state.atom_low,
            state.atom_high,
            work.atom_change,
            t,
        )
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
def fitting_box(space, state, work, cell, direction, most, budget):
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
def has_space(space, work, f, r):
    """Whether the lists of what a world touches can take one more box."""
    cells = (space.cell_at[f + 1] - space.cell_at[f]) * (space.code_at[r + 1] - space.code_at[r])
    atoms = (space.atom_at[f + 1] - space.atom_at[f]) * (space.leaf_at[r + 1] - space.leaf_at[r])
    return work.n[0] + cells <= MOST_TOUCHED and work.n[1] + atoms <= MOST_TOUCHED


@njit(cache=True)
def forget(work):
    """Back to the truth."""
    for i in range(work.n[0]):
        work.change[work.touched[i]] = 0
    for i in range(work.n[1]):
        work.atom_change[work.atom_touched[i]] = 0
    work.n[:] = 0


@njit(cache=True)
def short_of(state, cell, direction):
    """How far a new world must move the cell in one direction, to need no other in that direction."""
    if direction > 0:
        return max(state.upl[cell], state.spl[cell] + state.seen_low[cell])
    return max(state.lpl[cell], state.spl[cell] - state.seen_high[cell])


@njit(cache=True)
def seen(state, cell, direction):
    """How far worlds seen so far move the cell in one direction."""
    return state.seen_high[cell] if direction > 0 else -state.seen_low[cell]
