"""The kernel that chooses what to withhold more: the cheapest box that would make one sensitive cell wide enough.

Compiled, like world_search.py, whose types and legend it shares.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from celwacht.disclosure.world_search import (MOST_TOUCHED, UNBOUNDED, _apply, _forget, _record, _set_box, _start,
                                              _step, prove)

SECONDARY = 2


@njit(cache=True)
def _price(offset, sign, n, up, down, state, limit):
    """Cost of withholding every cell of the box that cannot bear changes from -down to +up; inf above `limit`."""
    total = 0.0
    for i in range(n):
        c = offset[i]
        most, least = (up, -down) if sign[i] > 0 else (down, -up)
        if state.high[c] < most or state.low[c] > least:
            total += state.cost[c]
            if total >= limit:
                return np.inf
    return total


@njit(cache=True)
def _reach(offset, sign, n, low, high, most):
    """(up, down) that the counts themselves allow, each at most `most`."""
    up, down = most, most
    for i in range(n):
        c = offset[i]
        plus, minus = (high[c], -low[c]) if sign[i] > 0 else (-low[c], high[c])
        up, down = min(up, plus), min(down, minus)
        if up + down < most:
            break
    return up, down


@njit(cache=True)
def _cheapest_box(space, state, work, cell, width, budget, d):
    """Rows of the cheapest box into work.best; (cost or inf, up, down)."""
    _start(space, work, cell, d)
    best, best_up, best_down, level = np.inf, 0, 0, 0
    for _ in range(budget):
        if _set_box(space, work, level, d):
            up, down = _reach(work.atom_offset[d], work.atom_sign[d], work.atom_count[d],
                              state.atom_low, state.atom_high, width)
            if up + down >= width:
                best, best_up, best_down = _better(state, work, width, up, down, best, best_up, best_down, d)
            level = _step(work, d)
        else:
            level = min(_step(work, d), 0)
        if level < 0:
            break
    return best, best_up, best_down


@njit(cache=True)
def _better(state, work, width, up, down, best, best_up, best_down, d):
    """The box at the odometer against the best: priced as far up as it goes, and as far down."""
    offset, sign, n = work.offset[d], work.sign[d], work.count[d]
    for i in range(n):                               # withheld or not, no count falls below zero
        v = state.value[offset[i]]
        if sign[i] > 0:
            down = min(down, v)
        else:
            up = min(up, v)
    if up + down < width:
        return best, best_up, best_down
    for rise in (up, width - down):
        total = _price(offset, sign, n, rise, width - rise, state, best)
        if total < best:
            best, best_up, best_down = total, rise, width - rise
            work.best[:] = work.rows
        if up == width - down:
            break
    return best, best_up, best_down


@njit(cache=True)
def _withhold(space, state, work, up, down, d):
    """Withholds what work.best needs withheld; the number of cells."""
    work.rows[:] = work.best
    _set_box(space, work, 0, d)
    n = 0
    for i in range(work.count[d]):
        c = work.offset[d, i]
        most, least = (up, -down) if work.sign[d, i] > 0 else (down, -up)
        if state.high[c] < most or state.low[c] > least:
            state.status[c] = SECONDARY
            state.low[c], state.high[c] = -state.value[c], UNBOUNDED
            n += 1
    return n


@njit(cache=True)
def withhold_for(space, state, work, cell, width, budget, out, n_out, d):
    """Withholds the cheapest box for one cell and records its worlds; (False if no box was found, rows written)."""
    best, up, down = _cheapest_box(space, state, work, cell, width, budget, d)
    if best == np.inf:
        return False, n_out
    _withhold(space, state, work, up, down, d)
    for t in (up, -down):
        if t != 0:
            _apply(space, work, t, d)
            n_out = _record(state, work, out, n_out)
    return True, n_out


@njit(cache=True)
def protect_all(space, state, work, cells, start, width, fit_budget, price_budget, out, d, proved):
    """Proves cells[start:], withholding more where need be, until `out` is nearly full: (next start, rows written)."""
    n_out = 0
    for i in range(start, len(cells)):
        cell = cells[i]
        if n_out + 4 * MOST_TOUCHED > len(out):
            return i, n_out
        proved[i] = state.seen_high[cell] - state.seen_low[cell] >= width
        if not proved[i]:
            proved[i], n_out = prove(space, state, work, cell, width, fit_budget, out, n_out, d)
        if not proved[i]:
            proved[i], n_out = withhold_for(space, state, work, cell, width, price_budget, out, n_out, d)
            _forget(work)
    return len(cells), n_out
