"""Secondary suppression with interval protection, by worlds.

Claim. On return, every sensitive cell that is not listed as unproved has worlds in the returned certificate that put
it as far from the truth and from each other as its protection levels ask, against an external intruder who knows what
is printed, how it was rounded, that counts are non-negative integers, and which combinations of categories occur nowhere.

Method. (1) Cells that the policy withholds anyway are withheld. (2) Rounds with a rising limit: a sensitive cell
that is still too narrow gets worlds that fit the pattern, or, if that costs less than the limit per cell helped, the
cheapest boxes withheld that make it wide enough. Cheap ways thus come before dear ones, whichever cell needs them; what was
proved stays proved, since withholding only takes facts away. (3) Clean-up: secondary cells, dearest first, are
printed again where the cells that they protect find other worlds, or cheaper cells to withhold. All this is done block
by block (space.py, block.py), side by side in threads or elsewhere; (4) what no block could do for itself is settled with all
moves, and by programmes in whole numbers (whole_programme.py). (5) Headline figures have no price until nothing else helps: then
those of the last rank get one, and what is left is settled again.

No world uses what the intruder knows to be impossible (model/intruder.py): that only makes the proof harder.
Worlds whose changes have nothing in common are filed in one *layer* and checked as one world.

Example, on the table of model/example.py with threshold 2 and width 3. (1) The 1 is withheld. (2) No box fits; the box {1: +3, 3: -3, 6: -3, 9: +3}
needs the 3, the 6 and the 9 withheld, at 18: cheaper than by the totals 4, 7 and 19. (3) None of the three can be printed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.problem import Found
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.block import Block, Faces, Searched, block_of, faces_of, put_back, searched, space_of
from celwacht.disclosure.search.cubes.cleanup_kernel import Trial, clean_up, trial_for
from celwacht.disclosure.search.cubes.guard import guard
from celwacht.disclosure.search.cubes.space import SearchSpace, search_space, state_of, work_for
from celwacht.disclosure.search.cubes.state import Space, State
from celwacht.disclosure.search.cubes.whole_programme import worlds_by_programme
from celwacht.disclosure.search.cubes.withhold_kernel import effort_for, protect_all
from celwacht.disclosure.search.cubes.world_pool import Pool, empty_pool, grown, layers, merge, select
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.spread import in_threads

LIMITS = (4.0, 12.0, 30.0, 80.0, 250.0, 800.0, np.inf)  # price per cell helped, round after round
LAST_PRICED = 1_000_000  # boxes priced for a cell that nothing else helped
SWAPS = 2  # rounds of clean-up in which others may be withheld instead
LEAST_GAIN = 1e-3  # of the cost of a cell, for such an exchange
NOTHING_INSTEAD = 1.0
KEPT = 10.0  # times its cost, for a headline figure that cannot be kept


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """A cube of which the blocks are still to be searched. Confidential.

    state: as at the start, without a price for headline figures; price: what they cost where nothing else helps; kept: their ranks. cells:
    sensitive, in the order of the search.
    """

    space: SearchSpace = field(repr=False)
    state: State = field(repr=False)
    price: np.ndarray = field(repr=False)
    kept: np.ndarray = field(repr=False)
    cells: np.ndarray = field(repr=False)
    numbers: tuple[int, ...]
    """Of the blocks with sensitive cells."""

    def faces(self) -> Faces:
        """What the blocks share."""
        return faces_of(self.space)

    def blocks(self) -> list[Block]:
        """Each by itself, for `search_block`."""
        block = self.space.block[self.cells]
        return [block_of(self.space, self.state, b, self.cells[block == b]) for b in self.numbers]

    def searched(self, threads: int | None) -> Iterator[Searched]:
        """What becomes of them, in their order: in this process, so many at a time (None: one per core)."""
        return in_threads(threads)(search_block, [self.faces()], [(0, block) for block in self.blocks()])


def begin(cube: Cube, policy: DisclosurePolicy, *, levels=None, forced=None, kept=None, key: bytes = b"") -> Begun:
    """Step (1), and the blocks. Arguments as for `suppress`."""
    draw = np.random.Generator(np.random.PCG64(int.from_bytes(key[:16] or b"\0", "big")))
    space = search_space(cube, draw)
    state = state_of(cube, policy, levels, forced)
    kept = np.zeros(state.cost.size, np.int16) if kept is None else kept.ravel()
    price = np.where(kept > 0, KEPT * state.cost, state.cost)
    state.cost[kept > 0] = np.inf
    cells = _order(cube, state, draw, space)
    return Begun(space, state, price, kept, cells, tuple(sorted({int(b) for b in space.block[cells]} - {-1})))


def search_block(faces: Faces, block: Block) -> Searched:
    """Steps (2) and (3) for one block; neither argument is changed."""
    state = State(*(a.copy() for a in block.state))
    pool = protect_within(space_of(faces, block), state, trial_for(state), block.cells, lambda: None)
    return searched(state, pool)


def end(
    begun: Begun,
    done: Iterable[Searched],
    cube: Cube,
    *,
    singletons: bool = False,
    insiders: Insiders | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Steps (4) and (5). done: what became of the blocks, in their order. The arrays of `begun` are used up."""
    space, state, cells, kept = begun.space, begun.state, begun.cells, begun.kept
    trial, tell = trial_for(state), _teller(state, cells, progress)
    found = empty_pool(state.low.size)
    for number, one in zip(begun.numbers, done, strict=True):
        found = _merged(found, put_back(space, state, number, one))
        tell()
    for rank in (0, *range(int(kept.max(initial=0)), 0, -1)):  # first with all headline figures, then with ever fewer
        state.cost[:] = np.where(kept == rank, begun.price, state.cost)
        found = _settle(space, state, trial, cells, found, tell)
        found = worlds_by_programme(cube, state, found, cells[~wide(state, cells)])
    proved = wide(state, cells)
    if singletons or insiders is not None:
        found, guarded = guard(space.whole, state, found, cells, cube, trial, kept, singletons, insiders)
        proved &= guarded
    status = state.status.reshape(cube.shape)
    return Found(status, _file(found, cube.cells.size, cube.atoms.size, singletons or insiders is not None), cells[~proved])


def suppress(
    cube: Cube,
    policy: DisclosurePolicy,
    *,
    levels: Levels | None = None,
    forced: np.ndarray | None = None,
    kept: np.ndarray | None = None,
    singletons: bool = False,
    insiders: Insiders | None = None,
    key: bytes = b"",
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """The pattern for one cube, with its proof; see the module's text for the claim.

    levels: of further rules. forced: bool, the cube's shape, cells that must be printed. kept: int, the cube's shape, ranks of
    headline figures (headline.py, 0 for none): printed as long as every sensitive cell can be proved, and if not, withheld
    from the last rank to the first. singletons: protect also against people who are alone in an atom; insiders: against those who
    contribute to the atoms (guard.py).
    Deterministic given the key, whatever the number of threads (None: one per core).
    """
    begun = begin(cube, policy, levels=levels, forced=forced, kept=kept, key=key)
    return end(begun, begun.searched(threads), cube, singletons=singletons, insiders=insiders, progress=progress)


def _merged(found: Pool, other: Pool) -> Pool:
    """The pool with the living worlds of another, which loses them."""
    while merge(found, other) < other.n[0]:
        found = grown(found)
    return found


def _settle(space: SearchSpace, state: State, trial: Trial, cells: np.ndarray, found: Pool, tell) -> Pool:
    """What is not proved yet, with all moves and every cell that has a price; then a clean-up of what that withheld."""
    left = cells[~wide(state, cells)]
    if left.size:
        before = state.status.copy()
        work = work_for(state)
        found = rounds(space.whole, state, work, found, left, tell, LAST_PRICED)
        new = np.flatnonzero(state.status != before)
        found = clean(space.whole, state, work, found, trial, cells, new, tell)
    return found


def protect_within(space: Space, state: State, trial: Trial, cells: np.ndarray, tell) -> Pool:
    """Builds and cleans the pattern of one block; the pool of its worlds."""
    work, pool = work_for(state), empty_pool(state.low.size)
    pool = rounds(space, state, work, pool, cells, tell)
    return clean(space, state, work, pool, trial, cells, np.unique(pool.cell[: pool.n[1]]), tell)


def rounds(space, state, work, pool, cells, tell, last_priced=0) -> Pool:
    """Rounds with a rising limit; last_priced: boxes priced in the last one, if more than usual."""
    for limit in LIMITS:
        effort = effort_for(limit)
        if limit == LIMITS[-1] and last_priced:
            effort = effort[0], last_priced, effort[2]
        start = 0
        while start < cells.size:
            start = protect_all(space, state, work, pool, cells, start, effort, limit)
            if start < cells.size:
                pool = grown(pool)
        tell()
    return pool


def clean(space, state, work, pool, trial, cells, candidates, tell) -> Pool:
    """Rounds of clean-up over the secondary cells among the candidates, dearest first."""
    candidates = candidates.astype(np.int64)  # cells of a pool have 32 bits: the kernels are compiled for one kind
    for gain in (NOTHING_INSTEAD, *[LEAST_GAIN] * SWAPS):
        select(pool, state, cells)
        secondary = candidates[state.status[candidates] == Status.SECONDARY]
        secondary = secondary[np.argsort(-state.cost[secondary], kind="stable")]
        start = 0
        while start < secondary.size:
            start = clean_up(space, state, work, pool, trial, secondary, start, gain)
            if start < secondary.size:
                pool = grown(pool)
        tell()
    select(pool, state, cells)
    return pool


def _order(cube: Cube, state: State, draw: np.random.Generator, space: SearchSpace) -> np.ndarray:
    """Sensitive cells, flat: those of small regions first, whose withheld neighbours help the larger ones later; then
    smaller values; ties in an order that only the key knows."""
    value = cube.cells.ravel()
    cells = np.flatnonzero(state.status == Status.PRIMARY)
    return cells[np.lexsort((draw.random(cells.size), value[cells], space.leaves[cells]))]


def wide(state: State, cells: np.ndarray) -> np.ndarray:
    """bool: the cells that are proved."""
    low, high = state.seen_low[cells], state.seen_high[cells]
    return (high - low >= state.spl[cells]) & (high >= state.upl[cells]) & (-low >= state.lpl[cells])


def _teller(state: State, cells: np.ndarray, progress) -> Callable[[], None]:
    return lambda: progress(int(wide(state, cells).sum()), cells.size) if progress else None


def _file(pool: Pool, n_cells: int, n_atoms: int, parts: bool) -> Worlds:
    """The living worlds of the pool in layers."""
    layer = layers(pool, n_cells, n_atoms)
    n = int(layer.max(initial=-1)) + 1
    lengths = np.diff(pool.atom_first[: len(layer) + 1])
    of_row = np.repeat(layer, lengths)
    rows = np.flatnonzero(of_row >= 0)
    rows = rows[np.lexsort((pool.atom[rows], of_row[rows]))]
    first = np.searchsorted(of_row[rows], np.arange(n + 1)).astype(np.int64)
    part = np.repeat(np.arange(len(layer), dtype=np.int32), lengths)[rows] if parts else None
    return Worlds(first, pool.atom[rows].astype(np.int64), pool.atom_change[rows], part)
