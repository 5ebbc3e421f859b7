"""The kernel that chooses what to withhold more: the cheapest box that would make a sensitive cell wide enough.

Compiled, like world_search.py, whose types and legend it shares. A box is priced by the cost of the cells that cannot
bear it and are not withheld yet, divided by the number of cells, still too narrow, that it would make wide enough: the
greedy rule for covering problems.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from celwacht.disclosure.search_state import MOST_TOUCHED, UNBOUNDED
from celwacht.disclosure.world_search import (apply, forget, is_wide, push, record, set_best, set_box, short_of, start,
                                              step)

PRIMARY, SECONDARY = 1, 2


@njit(cache=True)
def _reach(row, at, row_offset, row_sign, offset, sign, n, low, high, change, up, down, least):
    """(up, down) that counts allow on top of `change`, at most those given; stops below `least` together."""
    for k in range(at[row], at[row + 1]):
        for i in range(n):
            c = offset[i] + row_offset[k]
            more, less = high[c] - change[c], change[c] - low[c]
            if sign[i] * row_sign[k] < 0:
                more, less = less, more
            up, down = min(up, more), min(down, less)
            if up + down < least:
                return up, down
    return up, down


@njit(cache=True)
def _helped(space, state, work, width, d):
    """How many cells of the box are sensitive and still too narrow, at least 1."""
    row, n = work.rows[d - 1], 0
    for k in range(space.code_at[row], space.code_at[row + 1]):
        for i in range(work.count[d - 1]):
            c = work.offset[d - 1, i] + space.code_offset[k]
            if state.status[c] == PRIMARY and not is_wide(state, c, width):
                n += 1
    return max(n, 1)


@njit(cache=True)
def _price(space, state, work, up, down, limit, d):
    """Cost of withholding what cannot bear changes from -down to +up on top of the world; inf from `limit` on."""
    row, total = work.rows[d - 1], 0.0
    for k in range(space.code_at[row], space.code_at[row + 1]):
        for i in range(work.count[d - 1]):
            c = work.offset[d - 1, i] + space.code_offset[k]
            most, least = (up, -down) if work.sign[d - 1, i] * space.code_sign[k] > 0 else (down, -up)
            if state.high[c] < work.change[c] + most or state.low[c] > work.change[c] + least:
                total += state.cost[c]
                if total >= limit:
                    return np.inf
    return total


@njit(cache=True)
def _hopeless(state, work, level, up, down, least, limit, d):
    """Whether boxes with these rows up to `level` cannot move far enough, or are too dear already (see
    world_search._hopeless; dearness is judged as if half of the cells were helped, which is a guess)."""
    rest, n, price, helped = work.rest[level + 1], work.count[level + 1], 0.0, 1
    for i in range(n):
        c = work.offset[level + 1, i] + rest
        more, less = state.ceiling[c] - work.change[c], work.change[c] - state.floor[c]
        if work.sign[level + 1, i] < 0:
            more, less = less, more
        up, down = min(up, more), min(down, less)
        if state.status[c] == 0:
            price += state.cost[c]
        elif state.status[c] == PRIMARY:
            helped += 1
    return up + down < least or price >= limit * 2 * helped


@njit(cache=True)
def _cheapest_box(space, state, work, cell, up, down, least, budget, limit, width, d):
    """Rows into work.best of the cheapest box, on top of the world at hand, that can go from -down to +up and in all
    at least `least`. (price per cell helped, or inf if none is below `limit`; up; down.)"""
    start(space, work, cell, d)
    best, best_up, best_down, level = limit, 0, 0, 0
    for _ in range(budget):
        good = set_box(space, work, level, d)
        if good and level < d - 1:
            if not _hopeless(state, work, level, up, down, least, best, d):
                level += 1
                continue
        elif good:
            price, rise = _price_of_box(space, state, work, up, down, least, best, width, d)
            if price < best:
                best, best_up, best_down = price, rise, least - rise
                work.best[:] = work.rows
        level = step(work, level, d)
        if level < 0:
            break
    return (best if best < limit else np.inf), best_up, best_down


@njit(cache=True)
def _price_of_box(space, state, work, up, down, least, limit, width, d):
    """Price per cell helped of the box at the odometer, and how far up it goes: the cheaper of far up and far down."""
    row, p = work.rows[d - 1], d - 1
    up, down = _reach(row, space.leaf_at, space.leaf_offset, space.leaf_sign, work.atom_offset[p], work.atom_sign[p],
                      work.atom_count[p], state.atom_low, state.atom_high, work.atom_change, up, down, least)
    if up + down >= least:
        up, down = _reach(row, space.code_at, space.code_offset, space.code_sign, work.offset[p], work.sign[p],
                          work.count[p], state.floor, state.ceiling, work.change, up, down, least)
    best, best_rise = limit, 0
    if up + down >= least:
        n = _helped(space, state, work, width, d)
        for rise in (min(up, least), least - min(down, least)):
            price = _price(space, state, work, rise, least - rise, best * n, d) / n
            if price < best:
                best, best_rise = price, rise
    return best, best_rise


@njit(cache=True)
def _withhold(space, state, work, up, down, d):
    """Withholds what work.best, from -down to +up on top of the world at hand, needs withheld."""
    set_best(space, work, d)
    row = work.rows[d - 1]
    for k in range(space.code_at[row], space.code_at[row + 1]):
        for i in range(work.count[d - 1]):
            c = work.offset[d - 1, i] + space.code_offset[k]
            most, least = (up, -down) if work.sign[d - 1, i] * space.code_sign[k] > 0 else (down, -up)
            if state.high[c] < work.change[c] + most or state.low[c] > work.change[c] + least:
                state.status[c] = SECONDARY
                state.low[c], state.high[c] = state.floor[c], UNBOUNDED


@njit(cache=True)
def _carry_out(space, state, work, rows, up, down, out, n_out, d):
    """Withholds for the box `rows` on top of the world at hand and records its worlds; the rows written."""
    work.best[:] = rows
    _withhold(space, state, work, up, down, d)
    for t in (up, -down):
        if t != 0:
            work.best[:] = rows
            apply(space, work, t, d)
            n_out = record(state, work, out, n_out)
    return n_out


@njit(cache=True)
def widen(space, state, work, cell, width, fit_budget, budget, out, n_out, d):
    """Makes one cell wide enough, withholding as little as is found; the rows written.

    If the pattern allows it, nothing is withheld. Otherwise three ways are priced: completing the world that raises the
    cell as far as the pattern lets it, completing the one that lowers it, and one box of the full width.
    """
    limit, way, way_got, way_short = np.inf, 0, 0, 0
    rows = work.best.copy()
    for direction in (1, -1):
        short = short_of(state, cell, direction, width)
        got = push(space, state, work, cell, direction, short, fit_budget, d)
        if got == short:
            return record(state, work, out, n_out)
        if short < width or got > 0:
            left = short - got
            price, _, _ = _cheapest_box(space, state, work, cell, left if direction > 0 else 0,
                                        0 if direction > 0 else left, left, budget, limit, width, d)
            if price < limit:
                limit, way, way_got, way_short = price, direction, got, left
                rows[:] = work.best
        forget(work)
    price, up, down = _cheapest_box(space, state, work, cell, width, width, width, budget, limit, width, d)
    if price < limit:
        return _carry_out(space, state, work, work.best.copy(), up, down, out, n_out, d)
    if way == 0:
        return n_out
    push(space, state, work, cell, way, way_got, fit_budget, d)
    return _carry_out(space, state, work, rows, way_short if way > 0 else 0, 0 if way > 0 else way_short, out, n_out, d)


@njit(cache=True)
def protect_all(space, state, work, cells, begin, width, fit_budget, price_budget, out, d, proved):
    """`widen` for cells[begin:] until `out` is nearly full: (next begin, rows written). proved[i] is set."""
    n_out = 0
    for i in range(begin, len(cells)):
        if n_out + 6 * MOST_TOUCHED > len(out):
            return i, n_out
        if not is_wide(state, cells[i], width):
            n_out = widen(space, state, work, cells[i], width, fit_budget, price_budget, out, n_out, d)
        proved[i] = is_wide(state, cells[i], width)
    return len(cells), n_out
