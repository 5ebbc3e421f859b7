"""The kernel that protects against singletons: people who are alone in a combination of the finest classes.

Theory. Whoever is alone in an atom knows that it holds 1, and so does every cell that holds nobody else: atom and cells
are *theirs*, and stay as they are in every world that they hold possible. A sensitive cell is safe against each of them
when, whichever of them asks (but for the one behind the cell itself), the worlds that leave that one's cells alone put
it as far apart as it needs. For most cells two sets of worlds do: what the first set moves, the second leaves alone.

Compiled. who[c] is the atom of the person whose cell c is, -1 for nobody's.

Example: two atoms of 1 in one row that is printed as 2. Each knows their own 1, and so the other's: {first: +1, second: -1} moves both, and is no world
for either. For each a world is needed that leaves their own atom alone.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.cubes.push_kernel import prove
from celwacht.disclosure.search.cubes.state import UNBOUNDED
from celwacht.disclosure.search.cubes.withhold_kernel import widen
from celwacht.disclosure.search.cubes.world_pool import is_full, mark_kept, suffices
from numba import njit

MOST_PEOPLE = 4096  # that the worlds of one cell may concern


@njit(cache=True)
def _concerns(pool, w, who, own, asked, stamp):
    """Whether world w moves the atom or a cell of somebody asked, other than the one behind the sought cell."""
    for e in range(pool.first[w], pool.first[w + 1]):
        s = who[pool.cell[e]]
        if s >= 0 and s != own and asked[s] == stamp:
            return True
    for a in range(pool.atom_first[w], pool.atom_first[w + 1]):
        if pool.atom[a] != own and asked[pool.atom[a]] == stamp:
            return True
    return False


@njit(cache=True)
def _farthest(pool, p, who, asked, stamp):
    """(least, greatest change of cell p, and the worlds that do it) over living worlds that concern nobody asked."""
    low, high, w_low, w_high = 0, 0, -1, -1
    e = pool.head[p]
    while e >= 0:
        w, change = pool.world[e], pool.change[e]
        if (change < low or change > high) and pool.alive[w] and not _concerns(pool, w, who, who[p], asked, stamp):
            if change < low:
                low, w_low = change, w
            else:
                high, w_high = change, w
        e = pool.following[e]
    return low, high, w_low, w_high


@njit(cache=True)
def _people(pool, state, w, who, own, asked, people, n):
    """Adds to the list who is concerned by world w; the new length. asked[s] becomes the present stamp for each."""
    if w >= 0:
        for e in range(pool.first[w], pool.first[w + 1]):
            n = _one_more(who[pool.cell[e]], own, asked, people, n)
        for a in range(pool.atom_first[w], pool.atom_first[w + 1]):
            if state.atom_low[pool.atom[a]] == -1:  # one person, so alone
                n = _one_more(pool.atom[a], own, asked, people, n)
    return n


@njit(cache=True)
def _one_more(s, own, asked, people, n):
    if s >= 0 and s != own and asked[s] != asked[-1] and n < len(people):
        asked[s] = asked[-1]
        people[n] = s
        return n + 1
    return n


@njit(cache=True)
def _clear_of(space, state, work, pool, p, people, begin, end, who, theirs, asked, keep, frozen, effort, withhold):
    """Makes p wide by worlds that concern none of people[begin:end]; whether it is. withhold: whether other cells may be withheld for it."""
    asked[-1] += 1
    stamp, m = asked[-1], 0
    for i in range(begin, end):
        asked[people[i]] = stamp
    low, high, w_low, w_high = _farthest(pool, p, who, asked, stamp)
    if not suffices(state, p, low, high):
        for i in range(begin, end):
            state.atom_low[people[i]], state.atom_high[people[i]] = 0, 0
            for k in range(theirs[0][people[i]], theirs[0][people[i] + 1]):
                c = theirs[1][k]
                if m < len(frozen):
                    frozen[m, 0], frozen[m, 1], frozen[m, 2] = c, state.low[c], state.high[c]
                    frozen[m, 3], frozen[m, 4] = state.floor[c], state.ceiling[c]
                    state.low[c] = state.high[c] = state.floor[c] = state.ceiling[c] = 0
                    m += 1
        before = state.seen_low[p], state.seen_high[p]
        state.seen_low[p], state.seen_high[p] = low, high
        if withhold:
            widen(space, state, work, pool, p, effort, np.inf, 0.0, frozen[0, :0], 0)
        else:
            prove(space, state, work, pool, p, effort[0], effort[2])
        state.seen_low[p], state.seen_high[p] = min(state.seen_low[p], before[0]), max(state.seen_high[p], before[1])
        for i in range(begin, end):  # alone: the atom holds one person
            state.atom_low[people[i]], state.atom_high[people[i]] = -1, UNBOUNDED
        for k in range(m - 1, -1, -1):
            c = frozen[k, 0]
            state.low[c], state.high[c], state.floor[c], state.ceiling[c] = frozen[k, 1], frozen[k, 2], frozen[k, 3], frozen[k, 4]
        low, high, w_low, w_high = _farthest(pool, p, who, asked, stamp)
    if not suffices(state, p, low, high):
        return False
    mark_kept(state, p, low, high, w_low, w_high, keep)
    return True


@njit(cache=True)
def guard(space, state, work, pool, p, who, theirs, asked, keep, people, frozen, effort):
    """Proves p against the outsider and every singleton; whether it could. Marks in `keep` the worlds that do it."""
    asked[-1] += 1
    low, high, w_low, w_high = _farthest(pool, p, who, asked, asked[-1])
    if not suffices(state, p, low, high):
        return False
    w_low, w_high = mark_kept(state, p, low, high, w_low, w_high, keep)
    asked[-1] += 1
    n = _people(pool, state, w_low, who, who[p], asked, people, 0)
    n = _people(pool, state, w_high, who, who[p], asked, people, n)
    if n == 0 or _clear_of(space, state, work, pool, p, people, 0, n, who, theirs, asked, keep, frozen, effort, False):
        return True
    fine = True
    for i in range(n):
        fine &= _clear_of(space, state, work, pool, p, people, i, i + 1, who, theirs, asked, keep, frozen, effort, True)
    return fine


@njit(cache=True, nogil=True)
def guard_all(space, state, work, pool, cells, begin, who, theirs, asked, keep, guarded, effort):
    """`guard` for cells[begin:] until the pool is nearly full: where to go on. guarded[i] is set."""
    people, frozen = np.zeros(MOST_PEOPLE, np.int64), np.zeros((4 * MOST_PEOPLE, 5), np.int64)
    for i in range(begin, len(cells)):
        if is_full(pool):
            return i
        guarded[i] = guard(space, state, work, pool, cells[i], who, theirs, asked, keep, people, frozen, effort)
    return len(cells)
