"""The kernel that prints again what need not be withheld, in a pattern that is safe against insiders as well.

As cleanup_kernel.py, whose scratch and bookkeeping it shares; only that a sensitive cell has its proof when it stands against every
coalition (insider_kernel.py). Compiled.

Example: a total was withheld for provider A. Printed again, the world that A needs is struck out, and no other is found for A: it stays withheld,
although readers without records would still find the cell safe.
"""

from __future__ import annotations

from celwacht.disclosure.search.cubes.cleanup_kernel import hardest_first, revive, strike, undo
from celwacht.disclosure.search.cubes.insider_kernel import stand
from celwacht.disclosure.search.cubes.withhold_kernel import SECONDARY, effort_for
from celwacht.disclosure.search.cubes.world_pool import is_full
from numba import njit


@njit(cache=True)
def _all_stand(space, state, work, pool, trial, cell, m, known, keep, asked, effort, most):
    """New proofs for the m orphans of `cell`, withholding for less than `most`: (all of them?, how many cells newly withheld)."""
    n_newly, left = 0, most
    hardest_first(trial, cell, m)
    for i in range(m):
        p = trial.orphans[i]
        fine, n_newly, paid = stand(space, state, work, pool, p, known, keep, asked, effort, left, trial.newly, n_newly)
        left -= paid
        if not fine or n_newly == len(trial.newly):
            trial.failed[cell] = p
            return False, n_newly
    return True, n_newly


@njit(cache=True)
def _reprint(space, state, work, pool, trial, cell, known, keep, asked, gain):
    """Tries to print a secondary cell again, withholding others instead if they cost less than its cost less `gain`; whether it could."""
    n, m = strike(pool, state, trial, cell, True)
    if m < 0:
        revive(pool, state, trial, n)
        return False
    low, high, cost, first_new = state.low[cell], state.high[cell], state.cost[cell], pool.n[0]
    state.low[cell], state.high[cell], state.status[cell] = trial.printed_low[cell], trial.printed_high[cell], 0
    state.cost[cell] = 1e300  # never withheld for itself
    done, n_newly = _all_stand(space, state, work, pool, trial, cell, m, known, keep, asked, effort_for(cost), cost * (1.0 - gain))
    state.cost[cell] = cost
    if not done:
        undo(pool, state, trial, n_newly, first_new)
        state.low[cell], state.high[cell], state.status[cell] = low, high, SECONDARY
        revive(pool, state, trial, n)
    return done


@njit(cache=True, nogil=True)
def reprint_all(space, state, work, pool, trial, cells, begin, known, keep, asked, gain):
    """`_reprint` for cells[begin:] until the pool is nearly full: where to go on."""
    for i in range(begin, len(cells)):
        if is_full(pool):
            return i
        if state.status[cells[i]] == SECONDARY:
            _reprint(space, state, work, pool, trial, cells[i], known, keep, asked, gain)
    return len(cells)
