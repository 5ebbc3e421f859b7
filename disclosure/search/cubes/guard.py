"""Proofs against those who know more than what is printed, once the pattern is safe against outsiders: people who are alone in an atom
(singleton_kernel.py), and those who contribute to the table (insider_kernel.py).

Both look for worlds that their intruders hold possible too, and withhold more where there are none. At the end what no world
needs withheld any more is printed again.

Example: the 1 in the table of model/example.py is a person who knows the 1. For somebody alone in another atom nothing changes; a provider who has 2
of the 3 rules out the world {1: +3, 3: -3, ...}, and {1: +1, 3: -1, 6: -1, 9: +1} with {1: -1, ...} are 2 apart: more is withheld.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.single_worlds import changes
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.search.cubes.cleanup_kernel import Trial
from celwacht.disclosure.search.cubes.insider_cleanup import reprint_all
from celwacht.disclosure.search.cubes.insider_kernel import MOST_ASKED, Known, firm_all, known_of, stand_all
from celwacht.disclosure.search.cubes.singleton_kernel import guard_all
from celwacht.disclosure.search.cubes.space import work_for
from celwacht.disclosure.search.cubes.state import Space, State, Work
from celwacht.disclosure.search.cubes.withhold_kernel import effort_for
from celwacht.disclosure.search.cubes.world_pool import Pool, grown
from celwacht.tables.cubes.cube import Cube, roll_up

LIMITS = (4.0, 12.0, 30.0, 80.0, 250.0, 800.0, np.inf)  # price per coalition, round after round
LEAST_GAIN = 1e-3  # of the cost of a cell, for which others are withheld instead
GUARDING = 100.0  # the cost at stake for which such worlds are sought


def guard(
    space: Space,
    state: State,
    pool: Pool,
    cells: np.ndarray,
    cube: Cube,
    trial: Trial,
    ranks: np.ndarray,
    singletons: bool,
    insiders: Insiders | None,
) -> tuple[Pool, np.ndarray]:
    """(pool of the worlds needed, which of `cells` are proved), against singletons, insiders or both. More may be withheld in `state`."""
    keep, fine = np.zeros(len(pool.alive), np.uint8), np.ones(cells.size, bool)
    if insiders is not None:
        pool, keep, safe = _insiders(space, state, pool, cells, cube, insiders, keep, trial, ranks)
        fine &= safe
    if singletons:
        pool, keep, safe = _singletons(space, state, pool, cells, cube, keep)
        fine &= safe
    pool.alive[:] &= keep
    _print_again(state, pool, trial)
    return pool, fine


def _singletons(space, state, pool, cells, cube, keep):
    who = owners(cube)
    order = np.argsort(who, kind="stable")
    order = order[who[order] >= 0]
    theirs = np.searchsorted(who[order], np.arange(cube.atoms.size + 1)).astype(np.int64), order.astype(np.int64)
    work, asked = work_for(state), np.zeros(cube.atoms.size + 1, np.int64)
    guarded, start = np.zeros(cells.size, bool), 0
    while start < cells.size:
        start = guard_all(space, state, work, pool, cells, start, who, theirs, asked, keep, guarded, effort_for(GUARDING))
        if start < cells.size:
            pool, keep = _more(pool, keep)
    return pool, keep, guarded


def _insiders(space, state, pool, cells, cube, insiders, keep, trial, ranks):
    known = known_of(cube.atoms.ravel(), insiders, _whole(cube, insiders, state.status == Status.PRIMARY), state.low.size)
    guarded = np.zeros(cells.size, bool)
    its = _Search(space, state, work_for(state), known, np.zeros((MOST_ASKED, insiders.coalition + 2), np.int64), trial)
    state.atom_low[:] = np.minimum(0, known.most - known.held)  # first worlds that nobody can rule out
    pool, keep = its.run(firm_all, pool, keep, cells, guarded, effort_for(GUARDING))
    state.atom_low[:] = -known.held
    before = state.status.copy()
    price = state.cost.copy()
    state.cost[ranks > 0] = np.inf
    for rank in (0, *range(int(ranks.max(initial=0)), 0, -1)):  # headline figures last, from the last rank on
        state.cost[ranks == rank] = price[ranks == rank]
        for limit in LIMITS:
            pool, keep = its.run(stand_all, pool, keep, cells, its.asked, guarded, effort_for(limit), limit)
        if guarded.all():
            break
    state.cost[:] = price
    if guarded.all():
        pool = _clean(its, pool, cells, np.flatnonzero(state.status != before))
        keep, again = np.zeros(len(pool.alive), np.uint8), np.zeros(cells.size, bool)
        pool, keep = its.run(stand_all, pool, keep, cells, its.asked, again, effort_for(0.0), 0.0)
        guarded &= again
    return pool, keep, guarded


def _clean(its, pool, cells, new):
    """Rounds of clean-up, dearest first; what was withheld for insiders, and then everything else that is secondary."""
    state = its.state
    for gain in (1.0, LEAST_GAIN, LEAST_GAIN):
        keep, again = np.zeros(len(pool.alive), np.uint8), np.zeros(cells.size, bool)
        pool, keep = its.run(stand_all, pool, keep, cells, its.asked, again, effort_for(0.0), 0.0)
        pool.alive[:] &= keep
        secondary = np.flatnonzero(state.status == Status.SECONDARY)
        secondary = secondary[np.argsort(-state.cost[secondary], kind="stable")]
        start = 0
        while start < secondary.size:
            scratch = np.zeros(len(pool.alive), np.uint8)
            start = reprint_all(its.space, state, its.work, pool, its.trial, secondary, start, its.known, scratch, its.asked, gain)
            if start < secondary.size:
                pool = grown(pool)
    return pool


@dataclass(frozen=True)
class _Search:
    """What the kernels against insiders take along."""

    space: Space
    state: State
    work: Work
    known: Known
    asked: np.ndarray
    trial: Trial

    def run(self, kernel, pool, keep, cells, *rest):
        """A kernel over all cells, with as much room as it asks for: (pool, keep)."""
        start = 0
        while start < cells.size:
            start = kernel(self.space, self.state, self.work, pool, cells, start, self.known, keep, *rest)
            if start < cells.size:
                pool, keep = _more(pool, keep)
        return pool, keep


def _more(pool: Pool, keep: np.ndarray) -> tuple[Pool, np.ndarray]:
    return grown(pool), np.concatenate([keep, np.zeros_like(keep)])


def _whole(cube: Cube, insiders: Insiders, watched: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(cell, who) of every insider who has all of a cell that is watched."""
    problem = CubeProblem(cube.atoms, tuple(d.members for d in cube.dimensions), cube.cells, 1, 1, 1)
    order = np.lexsort((insiders.atom, insiders.who))
    who, cell, own = changes(problem, insiders.who[order], insiders.atom[order], insiders.own[order], watched)
    all_of = own == cube.cells.ravel()[cell]
    return cell[all_of], who[all_of]


def _print_again(state: State, pool: Pool, trial: Trial) -> None:
    """Secondary cells that every world left would print as they are need not be withheld."""
    n, entries = int(pool.n[0]), int(pool.n[1])
    alive = pool.alive[:n].astype(bool)[pool.world[:entries]]
    low, high = np.zeros((2, state.low.size), np.int64)
    np.minimum.at(low, pool.cell[:entries][alive], pool.change[:entries][alive])
    np.maximum.at(high, pool.cell[:entries][alive], pool.change[:entries][alive])
    free = (state.status == Status.SECONDARY) & (low >= trial.printed_low) & (high <= trial.printed_high)
    state.status[free] = Status.PUBLISHED
    state.low[free], state.high[free] = trial.printed_low[free], trial.printed_high[free]


def owners(cube: Cube) -> np.ndarray:
    """(cells,) int64: the atom of the only person in a cell that holds 1, -1 for other cells."""
    number = np.arange(cube.atoms.size).reshape(cube.atoms.shape) * (cube.atoms == 1)
    return np.where(cube.cells == 1, roll_up(number, cube.dimensions), -1).ravel()
