"""The kernel that chooses what to withhold more: the cheapest boxes that make a sensitive cell wide enough.

Compiled, like world_kernel.py, whose legend it shares. A box is priced by the cost of the cells that cannot bear it
and are not withheld yet; when a pattern is built, divided by the number of cells, still too narrow, that the box would
make wide enough: the greedy rule for covering problems.

Example, on the table of model/example.py: the box of the four inner cells costs 3 + 6 + 9 = 18 for one cell helped; were the 3 sensitive too, it
would help two at 6 + 9, or 7.5 each.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.cubes.push_kernel import push
from celwacht.disclosure.search.cubes.state import UNBOUNDED, apply
from celwacht.disclosure.search.cubes.world_kernel import forget, has_space, seen, short_of
from celwacht.disclosure.search.cubes.world_pool import add_world, is_full, is_wide
from numba import njit

PRIMARY, SECONDARY = 1, 2
DEAR = 20.0  # from this price on, single steps are priced beside a box of the full width
MOST_STEPS = 16  # boxes withheld for one cell in one go
FIT_BUDGET = 300  # boxes looked at for one step of a world
LEAST_PRICED, MOST_PRICED = 200, 1500  # boxes priced before something is withheld,
PRICED = 10.0  # so many more for each unit of cost at stake
MEND_COST = 10.0  # one box is tried for mending for so much cost at stake,
MOST_MENDS = 40  # up to so many


@njit(cache=True)
def _reach(f, r, face_at, face_offset, face_sign, row_at, row_offset, row_sign, low, high, change, up, down, least):
    """(up, down) that counts allow on top of `change`, at most those given; stops below `least` together."""
    for k in range(row_at[r], row_at[r + 1]):
        for i in range(face_at[f], face_at[f + 1]):
            c = face_offset[i] + row_offset[k]
            more, less = high[c] - change[c], change[c] - low[c]
            if face_sign[i] * row_sign[k] < 0:
                more, less = less, more
            up, down = min(up, more), min(down, less)
            if up + down < least:
                return up, down
    return up, down


@njit(cache=True)
def _helped(space, state, f, r, share):
    """How many cells of the box are sensitive and still too narrow, at least 1."""
    n = 0
    for k in range(space.code_at[r], space.code_at[r + 1]):
        for i in range(space.cell_at[f], space.cell_at[f + 1]):
            c = space.cell_offset[i] + space.code_offset[k]
            if state.status[c] == PRIMARY and not is_wide(state, c):
                n += 1
    return max(n, 1) ** share


@njit(cache=True)
def _price(space, state, work, f, r, up, down, limit):
    """Cost of withholding what cannot bear changes from -down to +up on top of the world; inf from `limit` on."""
    total = 0.0
    for k in range(space.code_at[r], space.code_at[r + 1]):
        for i in range(space.cell_at[f], space.cell_at[f + 1]):
            c = space.cell_offset[i] + space.code_offset[k]
            most, least = (up, -down) if space.cell_sign[i] * space.code_sign[k] > 0 else (down, -up)
            if state.high[c] < work.change[c] + most or state.low[c] > work.change[c] + least:
                total += state.cost[c]
                if total >= limit:
                    return np.inf
    return total


@njit(cache=True)
def _hopeless(space, state, work, f, code, up, down, least, limit, share):
    """Whether boxes with this face cannot move far enough, or are too dear already (see world_search._hopeless;
    dear is judged as if as many cells again were helped, which is a guess)."""
    along, price, helped = code * space.along[1], 0.0, 1
    for i in range(space.cell_at[f], space.cell_at[f + 1]):
        c = space.cell_offset[i] + along
        more, less = state.ceiling[c] - work.change[c], work.change[c] - state.floor[c]
        if space.cell_sign[i] < 0:
            more, less = less, more
        up, down = min(up, more), min(down, less)
        if state.status[c] == 0 and (state.high[c] - work.change[c] < up and work.change[c] - state.low[c] < up):
            price += state.cost[c]
        elif state.status[c] == PRIMARY:
            helped += 1
    return up + down < least or price >= limit * (2 * helped if share > 0 else 1)


@njit(cache=True)
def _price_of_box(space, state, work, f, r, up, down, least, limit, share):
    """Price per cell helped of a box, and how far up it goes: the cheaper of far up and far down."""
    up, down = _reach(
        f,
        r,
        space.atom_at,
        space.atom_offset,
        space.atom_sign,
        space.leaf_at,
        space.leaf_offset,
        space.leaf_sign,
        state.atom_low,
        state.atom_high,
        work.atom_change,
        up,
        down,
        least,
    )
    if up + down >= least:
        up, down = _reach(
            f,
            r,
            space.cell_at,
            space.cell_offset,
            space.cell_sign,
            space.code_at,
            space.code_offset,
            space.code_sign,
            state.floor,
            state.ceiling,
            work.change,
            up,
            down,
            least,
        )
    if up + down < least or not has_space(space, work, f, r):
        return limit, 0
    return _cheaper_rise(space, state, work, f, r, min(up, least), least - min(down, least), least, limit, share)


@njit(cache=True)
def _cheaper_rise(space, state, work, f, r, far_up, far_down, least, limit, share):
    """Price per cell helped of the cheaper of two ways to share `least` between up and down, and how far up it goes."""
    best, best_rise = limit, 0
    n = _helped(space, state, f, r, share)
    for rise in (far_up, far_down):
        price = _price(space, state, work, f, r, rise, least - rise, best * n) / n
        if price < best:
            best, best_rise = price, rise
    return best, best_rise


@njit(cache=True)
def _cheapest_box(space, state, work, cell, up, down, least, budget, limit, share):
    """Into work.best the cheapest box, on top of the world at hand, that can go from -down to +up and in all at least
    `least`. (price per cell helped, or inf if none is below `limit`; up; down.)"""
    best, best_up, best_down, looked = limit, 0, 0, 0
    across, code = space.across_of[cell], space.code_of[cell]
    for f in range(space.face_first[across], space.face_first[across + 1]):
        looked += 1
        if _hopeless(space, state, work, f, code, up, down, least, best, share):
            continue
        for r in range(space.row_first[code], space.row_first[code + 1]):
            looked += 1
            price, rise = _price_of_box(space, state, work, f, r, up, down, least, best, share)
            if price < best:
                best, best_up, best_down = price, rise, least - rise
                work.best[0], work.best[1] = f, r
        if looked >= budget:
            break
    return (best if best < limit else np.inf), best_up, best_down


@njit(cache=True)
def _carry_out(space, state, work, pool, f, r, up, down, newly, n_newly):
    """Withholds what a box from -down to +up on top of the world at hand needs withheld, and keeps its worlds: (length
    of the list `newly` of what was withheld, price)."""
    paid = 0.0
    for k in range(space.code_at[r], space.code_at[r + 1]):
        for i in range(space.cell_at[f], space.cell_at[f + 1]):
            c = space.cell_offset[i] + space.code_offset[k]
            most, least = (up, -down) if space.cell_sign[i] * space.code_sign[k] > 0 else (down, -up)
            if state.high[c] < work.change[c] + most or state.low[c] > work.change[c] + least:
                state.status[c] = SECONDARY
                state.low[c], state.high[c] = state.floor[c], UNBOUNDED
                paid += state.cost[c]
                if n_newly < len(newly):
                    newly[n_newly] = c
                    n_newly += 1
    for t in (up, -down):
        if t != 0:
            apply(space, work, f, r, t)
            add_world(pool, state, work)
    return n_newly, paid


@njit(cache=True)
def effort_for(cost):
    """How hard to look before so much is paid: (boxes looked at for a step, priced, tried for mending). It depends on what is at
    stake and on nothing else, so that a cell gets the same search in a small cube and in a large one."""
    return FIT_BUDGET, int(min(LEAST_PRICED + PRICED * cost, MOST_PRICED)), int(min(cost / MEND_COST, MOST_MENDS))


@njit(cache=True)
def _one_way(space, state, work, cell, direction, effort, limit, share):
    """Prices what is cheapest on top of the farthest world in one direction: (price, up, down), in work.best the box;
    price -1 if that is far enough, inf if nothing is below `limit`. The world stays in `work`."""
    short = short_of(state, cell, direction)
    got = push(space, state, work, cell, direction, short, effort[0], effort[2])
    left, found, up, down = short - got, np.inf, 0, 0
    if left == 0:
        return -1.0, 0, 0
    one_sided = short < state.spl[cell] or state.upl[cell] + state.lpl[cell] > 0
    if one_sided or got > 0:
        found, up, down = _cheapest_box(
            space, state, work, cell, left if direction > 0 else 0, 0 if direction > 0 else left, left, effort[1], limit, share
        )
    f, r = work.best[0], work.best[1]
    if left > 1 and min(limit, found) > DEAR and got + 1 > seen(state, cell, direction):
        # step by step, small cells can give what one cannot
        price, more, less = _cheapest_box(
            space, state, work, cell, 1 if direction > 0 else 0, 0 if direction > 0 else 1, 1, effort[1], min(limit, found) / left, 0.0
        )
        if price < np.inf:
            return price * left, more, less
    work.best[0], work.best[1] = f, r
    return found, up, down


@njit(cache=True)
def _step(space, state, work, pool, cell, effort, limit, share, newly, n_newly):
    """One step towards wide enough, by what is cheapest below `limit`: (length of newly, paid)."""
    way, up, down, f, r = 0, 0, 0, 0, 0
    for direction in (1, -1):
        if short_of(state, cell, direction) > seen(state, cell, direction):
            price, more, less = _one_way(space, state, work, cell, direction, effort, limit, share)
            if price < 0:
                add_world(pool, state, work)
                return n_newly, 0.0
            if price < limit:
                limit, way, up, down, f, r = price, direction, more, less, work.best[0], work.best[1]
            forget(work)
    spl = state.spl[cell]
    if state.upl[cell] + state.lpl[cell] == 0:
        price, more, less = _cheapest_box(space, state, work, cell, spl, spl, spl, effort[1], limit, share)
        if price < limit:
            return _carry_out(space, state, work, pool, work.best[0], work.best[1], more, less, newly, n_newly)
    if way == 0:
        return n_newly, 0.0
    push(space, state, work, cell, way, short_of(state, cell, way), effort[0], effort[2])
    return _carry_out(space, state, work, pool, f, r, up, down, newly, n_newly)


@njit(cache=True)
def widen(space, state, work, pool, cell, effort, limit, share, newly, n_newly):
    """Makes one cell wide enough if that costs less than `limit`, and withholds as little as is found for it: (length
    of newly, paid). effort: as `effort_for` gives it. share: 1.0 to divide prices by the number of cells helped, 0.0 not to."""
    total = 0.0
    for _ in range(MOST_STEPS):
        before = state.seen_high[cell] - state.seen_low[cell]
        n_newly, paid = _step(space, state, work, pool, cell, effort, limit - total, share, newly, n_newly)
        total += paid
        if is_wide(state, cell) or state.seen_high[cell] - state.seen_low[cell] == before:
            break
    return n_newly, total


@njit(cache=True, nogil=True)
def protect_all(space, state, work, pool, cells, begin, effort, limit):
    """`widen` for cells[begin:] until the pool is nearly full: where to go on."""
    newly = np.zeros(0, np.int64)
    for i in range(begin, len(cells)):
        if is_full(pool):
            return i
        if not is_wide(state, cells[i]):
            widen(space, state, work, pool, cells[i], effort, limit, 1.0, newly, 0)
            if is_full(pool) and not is_wide(state, cells[i]):  # it may have been for want of room
                return i
    return len(cells)
