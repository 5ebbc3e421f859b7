"""The kernel that publishes again what need not be withheld, or what something cheaper can stand in for.

Compiled. A secondary cell is printed again for a trial: the worlds that move it are struck out, and the sensitive
cells that lose their proof get new worlds, from the pattern as it is or by withholding other cells that together
cost less. If one of them cannot, everything is put back. What stays is a pattern from which no cell can be
taken by these means.

Example: the 4 is withheld as well, from an earlier round. Printed again for a trial, it strikes out the worlds that move it; the 1 has another
world, {1: +3, 3: -3, 6: -3, 9: +3}, that does not. So the 4 stays printed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from celwacht.disclosure.search.cubes.push_kernel import prove
from celwacht.disclosure.search.cubes.withhold_kernel import PRIMARY, SECONDARY, effort_for, widen
from celwacht.disclosure.search.cubes.world_pool import is_full, is_wide, look_again
from numba import njit


class Trial(NamedTuple):
    """Scratch of one trial, and what printing each cell would tell."""

    printed_low: np.ndarray  # cells: as State.low and high at the start
    printed_high: np.ndarray
    struck: np.ndarray  # worlds struck out
    orphans: np.ndarray  # sensitive cells that lost their proof
    newly: np.ndarray  # cells withheld on the way
    mark: np.ndarray  # cells + 1: number of the last trial that looked at the cell; the last entry counts trials
    failed: np.ndarray  # cells: the sensitive cell for which the last trial of this one failed, -1 for none


def trial_for(state, most: int = 4096) -> Trial:
    """Scratch for a state in which nothing secondary is withheld yet."""
    return Trial(
        state.low.copy(),
        state.high.copy(),
        np.zeros(most, np.int64),
        np.zeros(most, np.int64),
        np.zeros(most, np.int64),
        np.zeros(len(state.low) + 1, np.int64),
        np.full(len(state.low), -1, np.int64),
    )


@njit(cache=True)
def strike(pool, state, trial, cell, every):
    """Strikes out the worlds that printing `cell` rules out: (how many; how many sensitive cells, listed as orphans, lost their proof by
    it, -1 if they are too many to list). every: also those that they moved and that are wide without them."""
    n, m = 0, 0
    e = pool.head[cell]
    while e >= 0:
        w, change = pool.world[e], pool.change[e]
        if pool.alive[w] and not trial.printed_low[cell] <= change <= trial.printed_high[cell]:
            if n == len(trial.struck):
                return n, -1
            pool.alive[w] = 0
            trial.struck[n] = w
            n += 1
        e = pool.following[e]
    trial.mark[-1] += 1
    for i in range(n):
        for e in range(pool.first[trial.struck[i]], pool.first[trial.struck[i] + 1]):
            p = pool.cell[e]
            if state.status[p] == PRIMARY and trial.mark[p] != trial.mark[-1]:
                trial.mark[p] = trial.mark[-1]
                look_again(pool, state, p)
                if every or not is_wide(state, p):
                    if m == len(trial.orphans):
                        return n, -1
                    trial.orphans[m] = p
                    m += 1
    return n, m


@njit(cache=True)
def revive(pool, state, trial, n):
    """Brings back the worlds struck out last."""
    for i in range(n):
        w = trial.struck[i]
        pool.alive[w] = 1
        for e in range(pool.first[w], pool.first[w + 1]):
            p = pool.cell[e]
            state.seen_low[p] = min(state.seen_low[p], pool.change[e])
            state.seen_high[p] = max(state.seen_high[p], pool.change[e])


@njit(cache=True)
def undo(pool, state, trial, n_newly, first_new):
    """Prints again what was withheld on the way, and strikes out the new worlds that moved it."""
    for i in range(n_newly):
        c = trial.newly[i]
        state.status[c] = 0
        state.low[c], state.high[c] = trial.printed_low[c], trial.printed_high[c]
        e = pool.head[c]
        while e >= 0:
            if pool.world[e] >= first_new:
                pool.alive[pool.world[e]] = 0
            e = pool.following[e]
    for w in range(first_new, pool.n[0]):
        if not pool.alive[w]:
            for e in range(pool.first[w], pool.first[w + 1]):
                if state.status[pool.cell[e]] == PRIMARY:
                    look_again(pool, state, pool.cell[e])


@njit(cache=True)
def _care_for(space, state, work, pool, trial, p, effort, left, n_newly):
    """A new proof for one orphan, withholding for less than `left`: (how many cells are newly withheld, paid)."""
    if is_wide(state, p):
        return n_newly, 0.0
    if left > 0:
        return widen(space, state, work, pool, p, effort, left, 0.0, trial.newly, n_newly)
    prove(space, state, work, pool, p, effort[0], effort[2])
    return n_newly, 0.0


@njit(cache=True)
def hardest_first(trial, cell, m):
    """Puts the orphan for which an earlier trial of `cell` failed first: as a rule it fails again, and the others need not be tried."""
    for i in range(m):
        if trial.orphans[i] == trial.failed[cell]:
            trial.orphans[0], trial.orphans[i] = trial.orphans[i], trial.orphans[0]


@njit(cache=True)
def _care_for_all(space, state, work, pool, trial, cell, m, effort, most):
    """New proofs for the m orphans of `cell`, withholding for less than `most`: (all of them?, how many cells newly withheld)."""
    n_newly, left = 0, most
    hardest_first(trial, cell, m)
    for i in range(m):
        n_newly, paid = _care_for(space, state, work, pool, trial, trial.orphans[i], effort, left, n_newly)
        left -= paid
        if not is_wide(state, trial.orphans[i]) or n_newly == len(trial.newly):
            trial.failed[cell] = trial.orphans[i]
            return False, n_newly
    return True, n_newly


@njit(cache=True)
def republish(space, state, work, pool, trial, cell, gain):
    """Tries to print a secondary cell again, withholding others instead if they cost less than its cost less `gain`
    (a share; 1.0: withhold nothing instead); whether it could."""
    n, m = strike(pool, state, trial, cell, False)
    if m < 0:
        revive(pool, state, trial, n)
        return False
    low, high, cost, first_new = state.low[cell], state.high[cell], state.cost[cell], pool.n[0]
    state.low[cell], state.high[cell], state.status[cell] = trial.printed_low[cell], trial.printed_high[cell], 0
    state.cost[cell] = np.inf
    done, n_newly = _care_for_all(space, state, work, pool, trial, cell, m, effort_for(cost), cost * (1.0 - gain))
    state.cost[cell] = cost
    if not done:
        undo(pool, state, trial, n_newly, first_new)
        state.low[cell], state.high[cell], state.status[cell] = low, high, SECONDARY
        revive(pool, state, trial, n)
    return done


@njit(cache=True, nogil=True)
def clean_up(space, state, work, pool, trial, cells, begin, gain):
    """`republish` for cells[begin:] until the pool is nearly full: where to go on."""
    for i in range(begin, len(cells)):
        if is_full(pool):
            return i
        if state.status[cells[i]] == SECONDARY:
            republish(space, state, work, pool, trial, cells[i], gain)
    return len(cells)
