"""The kernel that pushes a cell away from the truth: by boxes that fit, and by boxes that are mended.

A box that fits nowhere else but in two or three printed cells is not lost: a second box through each of those cells can
take back what the first did there, somewhere else. In exact terms a world is a sum of boxes that keeps all bounds, and
nothing asks that it keeps them after each box. Example (rounded to fives, the total of women 8,082 is printed 8,080, so
it bears no more): a box puts one girl of 4 to 11 into the sought cell and so makes it 8,083; another takes one woman of
18 to 22 out of a cell that is withheld, or that bears it: 8,082 again. Withholding that total would have cost 8,084.

Compiled. How many boxes are tried for mending is up to the caller: it should go with the price that a world saves.
"""

from __future__ import annotations

from celwacht.disclosure.search.cubes.state import MOST_BROKEN, MOST_TOUCHED, apply
from celwacht.disclosure.search.cubes.world_kernel import fitting_box, forget, has_space, seen, short_of
from celwacht.disclosure.search.cubes.world_pool import add_world, is_full, is_wide
from numba import njit

MOST_STEPS = 16  # boxes in one world, mending left aside
MEND_SCAN = 20  # boxes looked at for one that can be mended, as a multiple of those looked at for one that fits


@njit(cache=True)
def _counts_allow(space, state, work, f, r, direction):
    """Whether the atoms bear the box once more."""
    for k in range(space.leaf_at[r], space.leaf_at[r + 1]):
        for i in range(space.atom_at[f], space.atom_at[f + 1]):
            a = space.atom_offset[i] + space.leaf_offset[k]
            if space.atom_sign[i] * space.leaf_sign[k] * direction > 0:
                if work.atom_change[a] >= state.atom_high[a]:
                    return False
            elif work.atom_change[a] <= state.atom_low[a]:
                return False
    return True


@njit(cache=True)
def _break(space, state, work, f, offset, sign, n):
    """Lists in work.broken, after the n that are there, the face's cells at one place along that cannot bear the box once
    more (sign: of the move there, times the direction): how many in all, MOST_BROKEN + 1 if they are too many."""
    for i in range(space.cell_at[f], space.cell_at[f + 1]):
        c = space.cell_offset[i] + offset
        if space.cell_sign[i] * sign > 0:
            bears = work.change[c] < state.high[c]
        else:
            bears = work.change[c] > state.low[c]
        if not bears:
            if n == MOST_BROKEN:
                return n + 1
            work.broken[n] = c
            n += 1
    return n


@njit(cache=True)
def _broken(space, state, work, f, r, direction):
    """How many cells of the box cannot bear it once more, listed in work.broken; MOST_BROKEN + 1: too many."""
    n = 0
    for k in range(space.code_at[r], space.code_at[r + 1]):
        n = _break(space, state, work, f, space.code_offset[k], space.code_sign[k] * direction, n)
        if n > MOST_BROKEN:
            break
    return n


@njit(cache=True)
def _mend(space, state, work, n, budget):
    """Boxes that fit, through each of the n broken cells, until all are within their bounds: (whether they are, how many
    boxes, which are in work.stack)."""
    m = 0
    for i in range(n):
        c = work.broken[i]
        while True:
            over, under = work.change[c] - state.high[c], state.low[c] - work.change[c]
            if over <= 0 and under <= 0:
                break
            direction = -1 if over > 0 else 1
            t = fitting_box(space, state, work, c, direction, max(over, under), budget)
            if t == 0 or m == len(work.stack) or not has_space(space, work, work.best[0], work.best[1]):
                return False, m
            apply(space, work, work.best[0], work.best[1], t * direction)
            work.stack[m, 0], work.stack[m, 1], work.stack[m, 2] = work.best[0], work.best[1], t * direction
            m += 1
    return True, m


@njit(cache=True)
def _mended(space, state, work, cell, f, r, direction, n, budget):
    """Puts the box on the world at hand with others that mend the n cells it breaks; if they cannot, nothing changes."""
    low, high = state.low[cell], state.high[cell]
    apply(space, work, f, r, direction)
    if direction > 0:  # what mends must not take back what is sought
        state.low[cell] = work.change[cell]
    else:
        state.high[cell] = work.change[cell]
    done, m = _mend(space, state, work, n, budget)
    state.low[cell], state.high[cell] = low, high
    if not done:
        for i in range(m):
            apply(space, work, work.stack[i, 0], work.stack[i, 1], -work.stack[i, 2])
        apply(space, work, f, r, -direction)
    return done


@njit(cache=True)
def _mended_box(space, state, work, cell, direction, budget, mends):
    """Puts a box through `cell` on the world at hand that needs mending, of at most `mends` tried; whether it could."""
    across, code = space.across_of[cell], space.code_of[cell]
    along, looked = code * space.along[1], 0
    for f in range(space.face_first[across], space.face_first[across + 1]):
        looked += 1
        if _break(space, state, work, f, along, direction, 0) > MOST_BROKEN:
            continue
        for r in range(space.row_first[code], space.row_first[code + 1]):
            looked += 1
            if looked > MEND_SCAN * budget or mends == 0 or work.n[0] > MOST_TOUCHED // 2 or work.n[1] > MOST_TOUCHED // 2:
                return False
            if _counts_allow(space, state, work, f, r, direction) and has_space(space, work, f, r):
                n = _broken(space, state, work, f, r, direction)
                if n <= MOST_BROKEN:
                    mends -= 1
                    if _mended(space, state, work, cell, f, r, direction, n, budget):
                        return True
    return False


@njit(cache=True)
def push(space, state, work, cell, direction, most, budget, mends):
    """Moves `cell` up to `most` in one direction; how far it got. The world stays in `work`.

    budget: boxes looked at for each step. mends: boxes tried for mending where none fits, for each step.
    """
    got = 0
    for _ in range(MOST_STEPS):
        if got == most:
            break
        t = fitting_box(space, state, work, cell, direction, most - got, budget)
        if t > 0 and has_space(space, work, work.best[0], work.best[1]):
            apply(space, work, work.best[0], work.best[1], t * direction)
        elif mends > 0 and _mended_box(space, state, work, cell, direction, budget, mends):
            t = 1
        else:
            break
        got += t
    return got


@njit(cache=True)
def prove(space, state, work, pool, cell, budget, mends):
    """Widens one cell by worlds that fit the present pattern, up and then down."""
    for direction in (1, -1):
        short = short_of(state, cell, direction)
        if not is_wide(state, cell) and short > seen(state, cell, direction):
            if push(space, state, work, cell, direction, short, budget, mends) > seen(state, cell, direction):
                add_world(pool, state, work)
            forget(work)


@njit(cache=True, nogil=True)
def prove_all(space, state, work, pool, cells, begin, budget, mends):
    """`prove` for cells[begin:] until the pool is nearly full: where to go on."""
    for i in range(begin, len(cells)):
        if is_full(pool):
            return i
        if not is_wide(state, cells[i]):
            prove(space, state, work, pool, cells[i], budget, mends)
    return len(cells)
