"""Worlds by programmes in whole numbers, for the few sensitive cells that no box helps: before a headline figure is withheld for them.

Boxes are exchanges that leave all totals alone or bear them one by one. What is left over may need an exchange in which totals move within their rounding
and give way to each other, in several places at once. A programme asks for it: how far can the cell go in counts that would be printed the same, with as
few records elsewhere as can be. It is asked over the counts around the cell (all classes in the largest region that holds the cell and not too many
counts), within the pattern as it is: nothing is withheld for it. What the solver says is judged in integers before it is kept.

Example, of four municipalities printed to fives: A has 4 of kind p and 1 of q, and the province 372 of all kinds (printed 370, so 373 is out), 320 of p
(318 and 319 print the same). The 1 can be 4: two of A's p become q, and so does the only r of municipality B, whose total goes from 44 to 43. As exchanges of two places
and two kinds that asks for an r in A on the way, which is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from celwacht.disclosure.search.cubes.space import work_for
from celwacht.disclosure.search.cubes.state import MOST_TOUCHED, UNBOUNDED, State, Work
from celwacht.disclosure.search.cubes.world_pool import Pool, add_world, grown, is_full, is_wide
from celwacht.disclosure.solver.highs import Programme, Solver, relaxed
from celwacht.tables.cubes.cube import Cube, roll_up

MOST_CELLS = 40
"""Cells asked at a time: where more are left over, the pattern is at fault and no programme will do."""
MOST_COUNTS = 4_000
"""Counts (atoms) of one programme."""
WORTH = 100.0
"""Records that may move elsewhere for each step of the cell."""


def worlds_by_programme(cube: Cube, state: State, pool: Pool, cells: np.ndarray) -> Pool:
    """The pool, with worlds for those of `cells` (positions, not proved yet) for which there are some."""
    if not cells.size:
        return pool
    work = work_for(state)
    for cell in cells[:MOST_CELLS].tolist():
        around = None
        for up in (True, False):
            if is_wide(state, cell):
                break
            around = around or _around(cube, state, cell)
            atoms = around.farthest(up, _still_to_go(state, cell, up))
            if atoms is None:
                continue
            if is_full(pool):
                pool = grown(pool)
            _keep(cube, state, work, pool, atoms)
    return pool


def _still_to_go(state: State, cell: int, up: bool) -> int:
    """How far the cell is to go from the truth, up or down, beside what it goes the other way already."""
    level, seen = (state.upl[cell], -state.seen_low[cell]) if up else (state.lpl[cell], state.seen_high[cell])
    return int(max(level, state.spl[cell] - seen))


def _keep(cube: Cube, state: State, work: Work, pool: Pool, atoms: np.ndarray) -> None:
    """Puts a world, int64 of the shape of the cube's atoms, into the pool if it is one."""
    its = atoms.ravel()
    change = roll_up(atoms, cube.dimensions).ravel()
    fits = np.all((its >= state.atom_low) & (its <= state.atom_high)) and np.all((change >= state.low) & (change <= state.high))
    touched, moved = np.flatnonzero(change), np.flatnonzero(its)
    if not fits or max(touched.size, moved.size) > MOST_TOUCHED:
        return
    work.change[touched], work.atom_change[moved] = change[touched], its[moved]
    work.touched[: touched.size], work.atom_touched[: moved.size] = touched, moved
    work.n[:] = touched.size, moved.size
    add_world(pool, state, work)


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """A programme over the counts around a cell: two columns a count, for more and for less of it. Confidential."""

    solver: Solver = field(repr=False)
    shape: tuple[int, ...]
    atoms: np.ndarray = field(repr=False)
    """int64, positions of the counts in the cube's atoms."""
    row: int
    """Of the cell itself; its bounds are set by each question."""
    its: np.ndarray = field(repr=False)
    """int64, the columns of the counts in the cell, for more of them."""

    def farthest(self, up: bool, steps: int) -> np.ndarray | None:
        """Changes of all the cube's atoms that move the cell up or down, `steps` at most and as many as can be; None where there are none."""
        worth = np.zeros(len(self.atoms))
        worth[self.its] = WORTH if up else -WORTH
        self.solver.ask(np.concatenate([1.0 - worth, 1.0 + worth]))
        self.solver.bound_row(self.row, *((0.0, float(steps)) if up else (-float(steps), 0.0)))
        self.solver.run()
        if not self.solver.feasible:
            return None
        more, less = np.split(np.rint(self.solver.x).astype(np.int64), 2)
        if not np.any(more - less):
            return None
        found = np.zeros(int(np.prod(self.shape)), np.int64)
        found[self.atoms] = more - less
        return found.reshape(self.shape)


def _around(cube: Cube, state: State, cell: int) -> _Around:
    """The programme around a cell."""
    place = [int(i) for i in np.unravel_index(cell, cube.cells.shape)]
    chosen = _chosen(cube, place)
    codes = [np.flatnonzero([bool(np.isin(m, its).any()) for m in d.members]) for d, its in zip(cube.dimensions, chosen)]
    holds = [np.array([np.isin(its, d.members[c]) for c in of]) for d, its, of in zip(cube.dimensions, chosen, codes)]
    cells = np.ravel_multi_index(np.meshgrid(*codes, indexing="ij"), cube.cells.shape).ravel()
    atoms = np.ravel_multi_index(np.meshgrid(*chosen, indexing="ij"), cube.atoms.shape).ravel()
    low, high = (relaxed(a[cells].astype(np.int64), UNBOUNDED) for a in (state.low, state.high))
    asks = (low > -cube.cells.ravel()[cells]) | (high < UNBOUNDED)
    asks[np.flatnonzero(cells == cell)] = True
    free = (state.atom_high[atoms] > 0) | (state.atom_low[atoms] < 0)
    column = np.cumsum(free) - 1
    first, index = [0], []
    for at in zip(*np.unravel_index(np.flatnonzero(asks), [len(of) for of in codes])):
        inside = np.flatnonzero(reduce(np.logical_and.outer, [its[i] for its, i in zip(holds, at)]).ravel() & free)
        index.append(column[inside])
        first.append(first[-1] + inside.size)
    n = int(free.sum())
    entries = np.concatenate([np.concatenate([i, i + n]) for i in index])
    value = np.concatenate([np.repeat([1.0, -1.0], i.size) for i in index])
    programme = Programme(
        np.ones(2 * n),
        np.zeros(2 * n),
        np.concatenate([relaxed(a[atoms[free]].astype(np.int64), UNBOUNDED) for a in (state.atom_high, -state.atom_low)]),
        low[asks],
        high[asks],
        2 * np.array(first),
        entries,
        value,
        whole=True,
    )
    row = int(np.flatnonzero(cells[asks] == cell)[0])
    return _Around(Solver(programme), cube.atoms.shape, atoms[free], row, index[row])


def _chosen(cube: Cube, place: list[int]) -> list[np.ndarray]:
    """Per dimension the leaves around a cell: all, but of periods those of its own, and along the longest dimension those of the largest code that
    holds the cell's and leaves no more than MOST_COUNTS counts."""
    chosen = [
        d.members[p] if d.kind == "TimeDimension" else np.arange(n)
        for d, p, n in zip(cube.dimensions, place, cube.atoms.shape, strict=True)
    ]
    along = int(np.argmax([0 if d.kind == "TimeDimension" else n for d, n in zip(cube.dimensions, cube.atoms.shape)]))
    members = cube.dimensions[along].members
    others = int(np.prod([len(its) for i, its in enumerate(chosen) if i != along]))
    around = [m for m in members if np.isin(members[place[along]], m).all() and len(m) * others <= MOST_COUNTS]
    chosen[along] = max(around, key=len, default=members[place[along]])
    return [np.sort(its) for its in chosen]
