"""The kernel that chooses what to withhold more: the cheapest box that would make a sensitive cell wide enough.

Compiled, like world_search.py, whose legend it shares. A box is priced by the cost of the cells that cannot bear it
and are not withheld yet, divided by the number of cells, still too narrow, that it would make wide enough: the greedy
rule for covering problems.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from celwacht.disclosure.mend_search import has_space
from celwacht.disclosure.search_state import MOST_TOUCHED, UNBOUNDED, apply
from celwacht.disclosure.world_search import forget, is_wide, push, record, short_of

PRIMARY, SECONDARY = 1, 2


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
def _helped(space, state, f, r, width):
    """How many cells of the box are sensitive and still too narrow, at least 1."""
    n = 0
    for k in range(space.code_at[r], space.code_at[r + 1]):
        for i in range(space.cell_at[f], space.cell_at[f + 1]):
            c = space.cell_offset[i] + space.code_offset[k]
            if state.status[c] == PRIMARY and not is_wide(state, c, width):
                n += 1
    return max(n, 1)


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
def _hopeless(space, state, work, f, code, up, down, least, limit):
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
    return up + down < least or price >= limit * 2 * helped


@njit(cache=True)
def _price_of_box(space, state, work, f, r, up, down, least, limit, width):
    """Price per cell helped of a box, and how far up it goes: the cheaper of far up and far down."""
    up, down = _reach(f, r, space.atom_at, space.atom_offset, space.atom_sign, space.leaf_at, space.leaf_offset,
                      space.leaf_sign, state.atom_low, state.atom_high, work.atom_change, up, down, least)
    if up + down >= least:
        up, down = _reach(f, r, space.cell_at, space.cell_offset, space.cell_sign, space.code_at, space.code_offset,
                          space.code_sign, state.floor, state.ceiling, work.change, up, down, least)
    best, best_rise = limit, 0
    if up + down >= least and has_space(space, work, f, r):
        n = _helped(space, state, f, r, width)
        for rise in (min(up, least), least - min(down, least)):
            price = _price(space, state, work, f, r, rise, least - rise, best * n) / n
            if price < best:
                best, best_rise = price, rise
    return best, best_rise


@njit(cache=True)
def _cheapest_box(space, state, work, cell, up, down, least, budget, limit, width):
    """Into work.best the cheapest box, on top of the world at hand, that can go from -down to +up and in all at least
    `least`. (price per cell helped, or inf if none is below `limit`; up; down.)"""
    best, best_up, best_down, looked = limit, 0, 0, 0
    across, code = space.across_of[cell], space.code_of[cell]
    for f in range(space.face_first[across], space.face_first[across + 1]):
        looked += 1
        if _hopeless(space, state, work, f, code, up, down, least, best):
            continue
        for r in range(space.row_first[code], space.row_first[code + 1]):
            looked += 1
            price, rise = _price_of_box(space, state, work, f, r, up, down, least, best, width)
            if price < best:
                best, best_up, best_down = price, rise, least - rise
                work.best[0], work.best[1] = f, r
        if looked >= budget:
            break
    return (best if best < limit else np.inf), best_up, best_down


@njit(cache=True)
def _carry_out(space, state, work, f, r, up, down, out, n_out):
    """Withholds what a box from -down to +up on top of the world at hand needs withheld, and records its worlds."""
    for k in range(space.code_at[r], space.code_at[r + 1]):
        for i in range(space.cell_at[f], space.cell_at[f + 1]):
            c = space.cell_offset[i] + space.code_offset[k]
            most, least = (up, -down) if space.cell_sign[i] * space.code_sign[k] > 0 else (down, -up)
            if state.high[c] < work.change[c] + most or state.low[c] > work.change[c] + least:
                state.status[c] = SECONDARY
                state.low[c], state.high[c] = state.floor[c], UNBOUNDED
    for t in (up, -down):
        if t != 0:
            apply(space, work, f, r, t)
            n_out = record(state, work, out, n_out)
    return n_out


@njit(cache=True)
def widen(space, state, work, cell, width, fit_budget, budget, upset, log, out, n_out):
    """Makes one cell wide enough, withholding as little as is found; the rows written.

    If the pattern allows it, nothing is withheld. Otherwise three ways are priced: completing the world that raises the
    cell as far as the pattern lets it, completing the one that lowers it, and one box of the full width.
    """
    limit, way, way_got, way_short, f, r = np.inf, 0, 0, 0, 0, 0
    number = np.random.randint(1 << 30)
    for direction in (1, -1):
        short = short_of(state, cell, direction, width)
        np.random.seed(number)
        got = push(space, state, work, cell, direction, short, fit_budget, upset, log)
        if got == short:
            return record(state, work, out, n_out)
        if short < width or got > 0:
            left = short - got
            price, _, _ = _cheapest_box(space, state, work, cell, left if direction > 0 else 0,
                                        0 if direction > 0 else left, left, budget, limit, width)
            if price < limit:
                limit, way, way_got, way_short, f, r = price, direction, got, left, work.best[0], work.best[1]
        forget(work)
    price, up, down = _cheapest_box(space, state, work, cell, width, width, width, budget, limit, width)
    if price < limit:
        return _carry_out(space, state, work, work.best[0], work.best[1], up, down, out, n_out)
    if way == 0:
        return n_out
    np.random.seed(number)                             # the same world once more
    push(space, state, work, cell, way, way_short + way_got, fit_budget, upset, log)
    return _carry_out(space, state, work, f, r, way_short if way > 0 else 0, 0 if way > 0 else way_short, out, n_out)


@njit(cache=True)
def protect_all(space, state, work, cells, begin, end, width, fit_budget, price_budget, upset, log, out,
                proved):
    """`widen` for cells[begin:end] until `out` is nearly full: (next begin, rows written). proved[i] is set."""
    n_out = 0
    for i in range(begin, end):
        if n_out + 3 * MOST_TOUCHED > len(out):
            return i, n_out
        if not is_wide(state, cells[i], width):
            n_out = widen(space, state, work, cells[i], width, fit_budget, price_budget, upset, log, out, n_out)
        proved[i] = is_wide(state, cells[i], width)
    return end, n_out
