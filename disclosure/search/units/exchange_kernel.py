"""The kernel that finds a world of the whole set for one cell: exchanges between units, one after the other. Compiled.

An exchange gives one unit the value that another has of some variable, and that one its own; or a unit goes, and one more comes that is
like some that is there. What that changes is added up exactly, in all cells of all tables, and priced by what would have to be
withheld. The cheapest exchange per unit that the cell gains is taken, and then the next, until the cell is far enough.

Example: the cell needs +2. Exchange A gives +1 for nothing, B +1 for a dot that costs 8, C +2 for 30: A is taken, then B; C is not needed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from celwacht.disclosure.search.units.exact_kernel import NEVER, dearer, drop, finish, take, tell
from numba import njit

AGAIN = 48  # exchanges that are priced again for every step after the first


class Pairs(NamedTuple):
    """Exchanges to choose from. first, second: the rows of the two units are group[first[i, 0]:first[i, 1]] and so on; which: the values
    that they take, of `variable`; person: whose they are, -1 for who comes."""

    first: np.ndarray
    second: np.ndarray
    which: np.ndarray
    variable: np.ndarray
    person: np.ndarray


@njit(cache=True)
def nearest(value, weight, ease, units, others, most):
    """(units, most) places in `others` of those most like each unit, by the weights of the variables in which they differ; -1: none."""
    found = np.full((len(units), most), -1, np.int64)
    load = np.zeros(most)
    for i in range(len(units)):
        load[:] = np.inf
        for j in range(len(others)):
            way, v = ease[others[j]], 0
            while way < load[most - 1] and v < len(weight):
                if value[units[i], v] != value[others[j], v]:
                    way += weight[v]
                v += 1
            if way < load[most - 1]:
                k = most - 1
                while k > 0 and load[k - 1] > way:
                    load[k], found[i, k] = load[k - 1], found[i, k - 1]
                    k -= 1
                load[k], found[i, k] = way, j
    return found


@njit(cache=True)
def burdens(rows, state, scratch, group, at, until):
    """What would have to be withheld if a unit were not there: (units,)."""
    found = np.zeros(len(at))
    for u in range(len(at)):
        tell(rows, scratch, group[at[u] : until[u]], -1, -1)
        found[u] = dearer(state, scratch)
        drop(scratch)
    return found


@njit(cache=True)
def _try(rows, scratch, group, pairs, i):
    """Puts exchange i into scratch.by; whether it can be determined."""
    first, second = pairs.first[i], pairs.second[i]
    known = tell(rows, scratch, group[first[0] : first[1]], pairs.variable[i], pairs.which[i, 0])
    return known and tell(rows, scratch, group[second[0] : second[1]], pairs.variable[i], pairs.which[i, 1])


@njit(cache=True)
def _free(pairs, used, i):
    a, b = pairs.person[i]
    return a != b and (a < 0 or not used[a]) and (b < 0 or not used[b])


@njit(cache=True)
def _use(pairs, used, i, value):
    for p in pairs.person[i]:
        if p >= 0:
            used[p] = value


@njit(cache=True, nogil=True)
def trace(rows, state, scratch, group, pairs, cell, goal, limit, used, chosen, price_at, n_at):
    """Exchanges that change the cell by up to `goal` (negative: down to it), the cheapest first. chosen: their numbers; n_at, price_at:
    how many of them change it by 0, 1, 2, .., and what would have to be withheld for those (inf: not reached). Leaves all as it was."""
    n, total, price = 0, 0.0, np.full(len(pairs.first), np.inf)
    sign = 1 if goal > 0 else -1
    order = np.arange(len(pairs.first))
    n_at[:], price_at[:] = 0, np.inf
    reached = 0
    price_at[0] = 0.0
    while reached < goal * sign and n < len(chosen):
        best, which = np.inf, -1
        for i in order:
            price[i] = np.inf
            if not _free(pairs, used, i):
                continue
            if _try(rows, scratch, group, pairs, i):
                gain = scratch.by[cell] * sign
                if gain > 0:
                    price[i] = dearer(state, scratch) / gain + 1e-3 * scratch.n[0]
            drop(scratch)
            if price[i] < best:
                best, which = price[i], i
        if which < 0 or best >= min(NEVER, limit):
            break
        _try(rows, scratch, group, pairs, which)
        total += dearer(state, scratch)
        take(scratch, 1)
        _use(pairs, used, which, 1)
        chosen[n] = which
        n += 1
        if total >= limit:
            break
        now = min(scratch.change[cell] * sign, goal * sign)
        for k in range(reached + 1, now + 1):
            n_at[k], price_at[k] = n, total
        reached = max(reached, now)
        if len(order) > AGAIN:
            order = np.argsort(price)[:AGAIN]
    for i in chosen[:n]:
        _use(pairs, used, i, 0)
    finish(rows, state, scratch, -1.0)
    return n


@njit(cache=True)
def carry_out(rows, state, scratch, group, pairs, chosen, limit):
    """The world of these exchanges: whether it costs less than `limit`; what it needs is withheld then."""
    for i in chosen:
        _try(rows, scratch, group, pairs, i)
        take(scratch, 1)
    return finish(rows, state, scratch, limit)
