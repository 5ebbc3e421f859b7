"""The kernel of walks: many small exchanges between units, one upon the other, that together are one world. Compiled.

Two units that are alike but for two variables exchange one of them (a pair), or two such pairs that differ in a third variable exchange it the
other way round (a box): all that shows no more than two of the three variables stays as it is. What an exchange changes is added up exactly in
all cells of all tables, upon what the walk has changed already, and it is made if some cell that is sought moves the way that it should and
what would have to be withheld costs less than `limit` for each step gained.

Example: a girl of 8 in one gemeente and a girl of 12 in another, with the same help, exchange their ages; two with other help, of 12 in the first and of 8
in the second, do so too: no gemeente has more of an age then, only more of it with that help.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from celwacht.disclosure.search.units.exact_kernel import NEVER, drop, harm, tell, withhold
from numba import njit

LOOKED = 64  # units of a bucket that are looked at for a partner


class Way(NamedTuple):
    """Units that can exchange a variable. at, until: (units,) the rows that move, in `group`; value: (units,) of the variable; bucket: what
    units share that are alike but for it and two others; first, second: (units,) those two; order, ordered: units by bucket, and their buckets."""

    variable: int
    at: np.ndarray
    until: np.ndarray
    value: np.ndarray
    bucket: np.ndarray
    first: np.ndarray
    second: np.ndarray
    order: np.ndarray
    ordered: np.ndarray
    box: bool


class Sought(NamedTuple):
    """want: (cells,) 1 where a cell should grow, -1 where it should shrink; enough: how far. unit, up: units of such cells, and whether the cell
    should grow."""

    want: np.ndarray
    enough: np.ndarray
    unit: np.ndarray
    up: np.ndarray


@njit(cache=True)
def mixed(x):
    """A number of 63 bits that looks like chance, the same for the same x."""
    z = np.uint64(x)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64((z ^ (z >> np.uint64(31))) >> np.uint64(1))


@njit(cache=True)
def draw(seed, n):
    """The next number below n; seed: (1,)."""
    seed[0] = mixed(seed[0] + np.int64(0x1E3779B97F4A7C15))
    return seed[0] % n


@njit(cache=True)
def likeness(rows, group, at, until, reads, variable, first, second):
    """(3, units) what each unit is beside the variable and two others, and what it is in each of those two, as numbers; in the cubes (`reads`)
    that read the variable only."""
    found = np.zeros((3, len(at)), np.int64)
    for u in range(len(at)):
        for i in range(at[u], until[u]):
            row = group[i]
            cube = rows.cube[row]
            if not reads[cube]:
                continue
            rest = one = two = mixed(cube + 1)
            for s in range(rows.slot_first[cube], rows.slot_first[cube + 1]):
                v = rows.slot_variable[s]
                if v == variable and v >= 0:
                    continue
                leaf = mixed(s * 1_000_003 + rows.leaf[row, s - rows.slot_first[cube]])
                if v == first:
                    one = mixed(one + leaf)
                elif v == second:
                    two = mixed(two + leaf)
                else:
                    rest = mixed(rest + leaf)
            found[0, u] += rest
            found[1, u] += one
            found[2, u] += two
    return found


@njit(cache=True)
def _members(rows, state, row, cells):
    """The cells of a row that are still too narrow; how many."""
    cube, n = rows.cube[row], 0
    a, b = rows.slot_first[cube], rows.slot_first[cube + 1]
    low, high, at = np.zeros(8, np.int64), np.zeros(8, np.int64), np.zeros(8, np.int64)
    for s in range(a, b):
        x = rows.leaf_at[s] + rows.leaf[row, s - a]
        low[s - a], high[s - a] = rows.code_at[x], rows.code_at[x + 1]
        if low[s - a] == high[s - a]:
            return 0
        at[s - a] = low[s - a]
    while True:
        c = 0
        for s in range(a, b):
            c += rows.code[at[s - a]]
        if state.spl[c] > 0 and state.seen_high[c] - state.seen_low[c] < state.spl[c] and n < len(cells):
            cells[n] = c
            n += 1
        i = b - a - 1
        while i >= 0:
            at[i] += 1
            if at[i] < high[i]:
                break
            at[i] = low[i]
            i -= 1
        if i < 0:
            return n


@njit(cache=True)
def sought_units(rows, state, group, at, until, usable, reads):
    """(cell, unit) for every unit of every cell that is too narrow, in the cubes that read a variable: what can be sought along it."""
    cells = np.zeros(4096, np.int64)
    of_cell, of_unit, n = np.zeros(1024, np.int64), np.zeros(1024, np.int64), 0
    for u in range(len(at)):
        if not usable[u]:
            continue
        for i in range(at[u], until[u]):
            if not reads[rows.cube[group[i]]]:
                continue
            for j in range(_members(rows, state, group[i], cells)):
                if n == len(of_cell):
                    of_cell, of_unit = np.append(of_cell, np.zeros(n, np.int64)), np.append(of_unit, np.zeros(n, np.int64))
                of_cell[n], of_unit[n] = cells[j], u
                n += 1
    return of_cell[:n], of_unit[:n]


@njit(cache=True)
def _partner(way, unit, value, other, first, same_first, second, same_second, seed):
    """A unit of the bucket of `unit`, with a value (or, `other`, with any but that), and with the same of both variables or not; -1: none."""
    key = way.bucket[unit]
    a, b = np.searchsorted(way.ordered, key), np.searchsorted(way.ordered, key + 1)
    if b <= a:
        return -1
    begin = draw(seed, b - a)
    for j in range(min(b - a, LOOKED)):
        u = way.order[a + (begin + j) % (b - a)]
        if (way.value[u] == value) != other and (way.first[u] == first) == same_first and (way.second[u] == second) == same_second:
            return u
    return -1


@njit(cache=True)
def _exchange(way, unit, up, seed, units, values):
    """Fills in who takes which value; how many, 0 where there is no such exchange."""
    mine, its = unit, way.value[unit]
    if up:  # somebody like this unit takes its value
        mine = _partner(way, unit, its, True, way.first[unit], True, way.second[unit], True, seed)
        if mine < 0:
            return 0
    p, q, old = way.first[mine], way.second[mine], way.value[mine]
    other = _partner(way, mine, its if up else old, not up, p, False, q, True, seed)
    if other < 0:
        return 0
    new = way.value[other]
    units[0], values[0], units[1], values[1] = mine, new, other, old
    if not way.box:
        return 2
    third = _partner(way, mine, new, False, p, True, q, False, seed)
    if third < 0:
        return 0
    fourth = _partner(way, mine, old, False, way.first[other], True, way.second[third], True, seed)
    if fourth < 0:
        return 0
    units[2], values[2], units[3], values[3] = third, old, fourth, new
    return 4


@njit(cache=True)
def _worth(sought, cell, change):
    return min(sought.want[cell] * change, sought.enough[cell])


@njit(cache=True)
def _made(rows, state, scratch, group, way, units, values, n, sought, limit):
    """Makes an exchange if it is worth what it costs; whether it did."""
    good = True
    for i in range(n):
        u = units[i]
        if not tell(rows, scratch, group[way.at[u] : way.until[u]], way.variable, values[i]):
            good = False
            break
    gain, price = 0, 0.0
    if good:
        for i in range(scratch.n[0]):
            c = scratch.log[i]
            if scratch.by[c] == 0:
                continue
            now, then = scratch.change[c] + scratch.by[c], scratch.change[c]
            price += harm(state, c, now)
            if price >= NEVER or (price > 0 and limit == 0):
                good = False
                break
            if sought.want[c] != 0:
                gain += _worth(sought, c, now) - _worth(sought, c, then)
    if good and gain > 0 and price <= limit * gain:
        for i in range(scratch.n[0]):
            c = scratch.log[i]
            if scratch.by[c] != 0:
                scratch.change[c] += scratch.by[c]
                if harm(state, c, scratch.change[c]) > 0.0:
                    withhold(rows, state, c)
    else:
        good = False
    drop(scratch)
    return good


@njit(cache=True, nogil=True)
def walk(rows, state, scratch, group, way, person, used, sought, limit, tries, seed, out_unit, out_value):
    """Tries exchanges for the sought units, and makes those that are worth it: the number of moves, written to out_unit and out_value."""
    units, values, n = np.zeros(4, np.int64), np.zeros(4, np.int64), 0
    for _ in range(tries):
        t = draw(seed, len(sought.unit))
        many = _exchange(way, sought.unit[t], sought.up[t], seed, units, values)
        free = many > 0 and n + many <= len(out_unit)
        for i in range(many):
            p = person[units[i]]
            free = free and not used[p]
            for j in range(i):
                free = free and person[units[j]] != p
        if not free or not _made(rows, state, scratch, group, way, units, values, many, sought, limit):
            continue
        for i in range(many):
            used[person[units[i]]] = 1
            out_unit[n], out_value[n] = units[i], values[i]
            n += 1
    return n


@njit(cache=True)
def arrive(state, scratch):
    """Remembers how far the world at hand moves each cell, and goes back to the truth."""
    for c in range(len(scratch.change)):
        state.seen_low[c] = min(state.seen_low[c], scratch.change[c])
        state.seen_high[c] = max(state.seen_high[c], scratch.change[c])
        scratch.change[c] = 0
