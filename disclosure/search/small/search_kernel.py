"""Branch and cut for small problems: the relaxed problem over the constraints so far, and the tree. Compiled.

The relaxed problem is solved from "withhold all that is not settled as printed", which satisfies every constraint that can be satisfied, once
deciders that could not move then (bridges) are settled as printed as well. Its bound is computed anew from the multipliers, which prove it whatever they are, less what float64 can err.
Costs are whole, so a node is closed when its bound is above the best cost less one.

Example, on the same table: "withhold all" costs 76; constraints bring the relaxed cost from 1 up to 19, where x is whole and safe. The bound of 19 closes
the root.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.small.cut_kernel import bridge_cuts, level_cuts
from celwacht.disclosure.search.small.dictionary_kernel import climb, copy, dot, fill
from celwacht.disclosure.search.small.pattern_kernel import clean, prove_all, use
from celwacht.disclosure.search.small.state import BIG, CUTS, MOST_CUTS, MOST_NODES, MOST_OPEN, STEPS
from numba import njit

NEAR = 1e-6
ERROR = 1e-11
WANTED = 0.98  # share of its cost that a decider keeps from being printed again if the relaxed problem has it at 1
FOUND, LIMIT, BEYOND = 1, 0, -1
"""The cheapest pattern; stopped; or a pattern that looks safe has no whole worlds, so that this search does not suffice."""


@njit(cache=True, error_model="numpy")
def _settled(state, least, most):
    """Settles as printed what has nothing left to move with (`most` is changed); whether the constraints can still be satisfied."""
    r = 0
    while r < state.counted[CUTS]:
        row = state.coefficient[r]
        if dot(row, most) < state.least[r] - NEAR:
            moved = False
            for j in range(len(row)):
                if row[j] < 0 and least[j] == 0 and most[j] > 0:
                    most[j], moved = 0.0, True
            if not moved:
                return False
            r = 0
        else:
            r += 1
    return True


@njit(cache=True, error_model="numpy")
def _relaxed(given, state, least, most, x, reduced):
    """The proved bound, inf where nothing fits; x and reduced costs (d,) are written, and `most` where something follows from it."""
    if not _settled(state, least, most):
        return np.inf
    d, rows = len(x), state.counted[CUTS]
    z = d + rows
    table, value = np.empty((rows + 1, d)), np.empty(z + 1)
    low, high = np.zeros(z + 1), np.empty(z + 1)
    head, beside, place = np.empty(rows + 1, np.int64), np.empty(d, np.int64), np.empty(z + 1, np.int64)
    fill(high, BIG)
    for j in range(d):
        value[j] = high[j] = most[j]
        low[j], beside[j], place[j] = least[j], j, -1 - j
    for r in range(rows + 1):
        row = state.coefficient[r] if r < rows else given.cost
        copy(table[r], row)
        value[d + r] = dot(row, most) - (state.least[r] if r < rows else 0.0)
        head[r], place[d + r] = d + r, r
    low[z] = -BIG
    steps = climb(table, head, beside, place, value, low, high, z, -1)
    if steps < 0:
        return -np.inf
    state.counted[STEPS] += steps
    return _proved(given, state, least, most, table[rows], beside, value, x, reduced)


@njit(cache=True, error_model="numpy")
def _proved(given, state, least, most, multiplier, beside, value, x, reduced):
    """The bound that the multipliers of the constraints beside the basis prove, whatever they are."""
    d, bound, size = len(x), 0.0, 0.0
    for j in range(d):
        reduced[j] = given.cost[j]
        size += given.cost[j]
    for j in range(d):
        if beside[j] >= d:
            weight, row = max(0.0, multiplier[j]), state.coefficient[beside[j] - d]
            bound += weight * state.least[beside[j] - d]
            for i in range(d):
                reduced[i] -= weight * row[i]
                size += weight * (abs(row[i]) + 1)
    for j in range(d):
        x[j] = min(max(value[j], least[j]), most[j])
        bound += reduced[j] * (most[j] if reduced[j] < 0 else least[j])
    return bound - ERROR * size


@njit(cache=True, error_model="numpy")
def _order(given, x, order):
    """Deciders as they are tried for printing: what is dear first, less so where the relaxed problem withholds it."""
    for i in range(len(x)):
        j = given.dear[i]
        weight = given.cost[j] * (1 - WANTED * x[j])
        while i > 0 and given.cost[order[i - 1]] * (1 - WANTED * x[order[i - 1]]) < weight:
            order[i] = order[i - 1]
            i -= 1
        order[i] = j


@njit(cache=True, error_model="numpy")
def _cost(given, withheld):
    total = 0.0
    for j in range(len(withheld)):
        if withheld[j]:
            total += given.cost[j]
    return total


@njit(cache=True, error_model="numpy")
def _pattern(given, state, x, start, order, best):
    """A pattern from the deciders `start` bool (d,), which is changed, if it is proved and cheaper than `best`, which then becomes it."""
    use(given, state, start)
    if prove_all(given, state) >= 0:
        return False
    _order(given, x, order)
    clean(given, state, start, order)
    if _cost(given, start) >= _cost(given, best):
        return False
    copy(best, start)
    return True


@njit(cache=True, error_model="numpy")
def _settle(least, most, reduced, bound, cutoff):
    """Reduced costs settle deciders: what would take the bound above the cutoff is not done."""
    for j in range(len(least)):
        if least[j] < most[j]:
            if bound + reduced[j] > cutoff:
                most[j] = 0.0
            elif bound - reduced[j] > cutoff:
                least[j] = 1.0


@njit(cache=True, error_model="numpy")
def _at_node(given, state, place, room, memory, best, most_steps):
    """Adds constraints at a node until it is closed or must be branched; (outcome, decider to branch on or -1, first bound)."""
    least, most = room
    x, reduced, start, order, work = memory
    while True:
        bound = _relaxed(given, state, least, most, x, reduced)
        cutoff = _cost(given, best) - 1
        if bound > cutoff:
            return FOUND, -1, bound
        if state.counted[CUTS] >= MOST_CUTS - 1 or state.counted[STEPS] > most_steps:
            return LIMIT, -1, bound
        _settle(least, most, reduced, bound, cutoff)
        found, short = level_cuts(given, state, place, x, work)
        if found + bridge_cuts(given, state, place, x, work):
            continue
        branch = _middle(given, x)
        for j in range(len(x)):
            start[j] = x[j] > NEAR
        better = _pattern(given, state, x, start, order, best)
        if branch >= 0:
            return FOUND, branch, bound
        if short or not better:
            return BEYOND, -1, bound


@njit(cache=True, error_model="numpy")
def search(given, state, place, most_steps):
    """(outcome, proved bound, withheld bool (d,)). The worlds that prove the pattern are in the state."""
    d, n = len(given.decider), len(place)
    best, start, order, x = np.empty(d, np.bool_), np.empty(d, np.bool_), np.empty(d, np.int64), np.zeros(d)
    fill(best, True)
    fill(start, True)
    work = (np.zeros(n, np.int64), np.zeros(d), np.zeros(d), np.zeros(d), np.zeros((2, n)), np.zeros((2, n)), np.zeros(d))
    memory, room = (x, np.zeros(d), start, order, work), (np.zeros(d), np.zeros(d))
    use(given, state, best)
    if prove_all(given, state) >= 0:
        return BEYOND, 0.0, best
    _pattern(given, state, x, start, order, best)
    least, most = np.zeros((MOST_OPEN, d)), np.zeros((MOST_OPEN, d))
    fill(most[0], 1.0)
    opened, nodes, outcome, root = 1, 0, FOUND, 0.0
    while opened > 0 and outcome == FOUND:
        opened -= 1
        nodes += 1
        copy(room[0], least[opened])
        copy(room[1], most[opened])
        outcome, branch, bound = _at_node(given, state, place, room, memory, best, most_steps)
        root = bound if nodes == 1 else root
        if outcome == FOUND and (nodes > MOST_NODES or opened > MOST_OPEN - 2):
            outcome = LIMIT
        for likely in range(2 if branch >= 0 else 0):  # the likelier one last, which is looked at first
            copy(least[opened], room[0])
            copy(most[opened], room[1])
            least[opened, branch] = most[opened, branch] = 1.0 if (x[branch] > 0.5) == (likely == 1) else 0.0
            opened += 1
    if outcome == FOUND:
        use(given, state, best)
        if prove_all(given, state) >= 0:
            outcome = BEYOND
    return outcome, _cost(given, best) if outcome == FOUND else max(0.0, root), best


@njit(cache=True, error_model="numpy")
def _middle(given, x):
    """The decider to branch on, or -1 where all are whole."""
    found, most = -1, 0.0
    for j in range(len(x)):
        far = min(x[j], 1 - x[j])
        if far > NEAR and far * (1 + given.cost[j]) > most:
            found, most = j, far * (1 + given.cost[j])
    return found
