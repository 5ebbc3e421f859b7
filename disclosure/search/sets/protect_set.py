"""Secondary suppression of a whole set: patterns and worlds of all its tables at once.

Claim. Every world that is returned says for every cell of every table of the set what it would be, and agrees with all
that is printed; a sensitive cell that the set checker does not list as unproved is put as far apart by them as its policy asks.
The set checker (disclosure.sets) confirms that without believing anything here.

Method. (1) Cells that a policy withholds are withheld, in every table that shows the same cell; so is, to begin with, what a search
of each table by itself withheld. (2) For every sensitive cell that the worlds so far leave too narrow, a world is built from
exchanges between units of the register (exchange.py), the cheapest first: two that are alike but for few variables exchange one, so
that only the tables change that show both, and there only a few cells. What rounding and dots do not bear is withheld further.
In rounds with a rising limit on the price of a world, so that cheap ways come before dear ones; the last has none, and as a last
resort lets units go and others come. (3) What no world that is kept needs withheld is printed again (clean_up.py).

Example: table 1 withholds women of 12 to 17 in a gemeente (3), table 2 shows 12 to 17 (10) and men of that age (7). Each is safe alone, and together they
are not: 10 - 7 = 3. A world that exchanges a girl with a boy of elsewhere changes the 7 as well, which is withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.state import State
from celwacht.disclosure.search.sets.certificate import certificate, printed_cubes
from celwacht.disclosure.search.sets.clean_up import Changes, changes_of, clean_up, kept
from celwacht.disclosure.search.sets.exact_kernel import Rows
from celwacht.disclosure.search.sets.exchange import Given, Movers, movers_of, refresh, world
from celwacht.disclosure.search.sets.meaning import meanings
from celwacht.disclosure.search.sets.project import worlds_of_cube
from celwacht.disclosure.search.sets.rows import SetCells, register_of, scratch_of, set_cells, state_of
from celwacht.disclosure.search.sets.spokes import Search, search_source, together, withhold
from celwacht.disclosure.sets.model import PrintedCube, Types, TypeWorlds
from celwacht.tables.together.count_together import Counts

Kind = TypeVar("Kind")

PRIMARY = 1
MOST_WORK = 6_000  # worlds sought for single cells, in a whole set
DEAR = 10.0  # times its cost, for a headline figure
LIMITS = (30.0, 150.0, 1_000.0, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class ProtectedSet:
    """status: uint8 over the cells of all cubes, numbered through by `cells`. The certificate: cubes, types, worlds."""

    cells: SetCells
    status: np.ndarray = field(repr=False)
    cubes: tuple[PrintedCube, ...] = field(repr=False)
    types: Types = field(repr=False)
    worlds: TypeWorlds = field(repr=False)
    changes: Changes = field(repr=False)
    """What each world does to each cell."""
    spl: np.ndarray = field(repr=False)

    def worlds_of(self, cube: int) -> Worlds:
        """The proof of one cube by itself."""
        ends = int(self.cells.first[cube]), int(self.cells.first[cube + 1])
        return worlds_of_cube(cube, ends, self.spl, self.types, self.worlds, self.changes)


def protect_set(
    counts: Sequence[Counts],
    policies: Sequence[DisclosurePolicy],
    *,
    meaning: np.ndarray | None = None,
    begin: np.ndarray | None = None,
    locked: np.ndarray | None = None,
    dear: np.ndarray | None = None,
    dearest: float = np.inf,
    key: bytes = b"",
    tell: Callable[[int, int], None] = lambda *_: None,
) -> ProtectedSet:
    """Pattern and proof of all cubes together. policies: one for each cube. meaning: as for rows.set_cells; none: as found
    (meaning.py). Over all cells, begin: bool, what is withheld to begin with; locked: bool, what stays withheld; dear: bool, what is
    withheld last (headline figures). dearest: the cost of what one world may have withheld.

    Deterministic given the key.
    """
    register = register_of(counts)
    cells = set_cells([c.cube for c in counts], policies, meanings(counts, register) if meaning is None else meaning)
    scratch = scratch_of(int(cells.first[-1]))
    state, start = state_of(cells), state_of(cells)
    for s in (state, start):
        withhold(cells, s, np.flatnonzero(locked) if locked is not None else np.zeros(0, np.int64))
        if dear is not None:
            s.cost[dear] *= DEAR
        together(cells, s)
    if begin is not None:
        withhold(cells, state, np.flatnonzero(begin))
    draw = np.random.Generator(np.random.PCG64(int.from_bytes(key[:16] or b"\0", "big")))
    used = np.zeros(len(register.person), np.uint8)
    search = Search(counts, cells, state, register, scratch, draw, tell, [])
    found = search.found
    for name in sorted({c.counted.plan.spec.source for c in counts}):
        search_source(search, name)
    movers = {s: movers_of(cells, counts, register, s) for s in sorted({c.counted.plan.spec.source for c in counts})}
    source = [c.counted.plan.spec.source for c in counts]
    sensitive = int((state.status == PRIMARY).sum())
    work = MOST_WORK
    for limit in sorted({min(x, dearest) for x in LIMITS}):
        for its in movers.values():
            refresh(its, state, scratch)
        narrow = _in_order(cells, state, source, draw)[:work]
        work -= len(narrow)
        for k, (cell, its_source) in enumerate(narrow):
            if k % 50 == 0:
                tell(int(sensitive - _narrow(state).size), sensitive)
            _widen(movers[its_source], cells, state, scratch, used, cell, limit, draw, found)
    changes = changes_of(found, scratch)
    keep = clean_up(cells, state, start, changes)
    types, worlds = certificate(register, found, keep)
    return ProtectedSet(cells, state.status, printed_cubes(cells, state), types, worlds, kept(changes, keep), state.spl)


def _in_order(cells: SetCells, state: State, source: Sequence[Kind], draw: np.random.Generator) -> list[tuple[int, Kind]]:
    """The cells that are still too narrow, each with its source: those of tables that have few left first, then small ones."""
    narrow = _narrow(state)
    cube = np.searchsorted(cells.first, narrow, side="right") - 1
    tables = np.array([c.table for c in cells.cubes])
    left = {t: int(np.isin(cube, np.flatnonzero(tables == t)).sum()) for t in set(tables.tolist())}
    order = np.lexsort((draw.random(narrow.size), -state.floor[narrow], np.array([left[tables[i]] for i in cube], np.int64)))
    return [(int(narrow[k]), source[cube[k]]) for k in order]


def _narrow(state: State) -> np.ndarray:
    return np.flatnonzero((state.status == PRIMARY) & (state.seen_high - state.seen_low < state.spl))


def _widen(movers: Movers, cells: SetCells, state: State, scratch, used, cell: int, limit: float, draw, found: list[tuple[Rows, Given]]):
    """One world for a cell that is still too narrow, if there is one below the limit."""
    low, high, spl = int(state.seen_low[cell]), int(state.seen_high[cell]), int(state.spl[cell])
    if high - low >= spl:
        return
    goals = [low + spl] + ([high - spl] if high - spl >= state.floor[cell] else [])
    got = world(movers, cells, state, scratch, used, cell, sorted(goals, key=abs), limit, draw)
    if got is not None:
        groups, variable, value = got
        found.append((movers.rows, Given(np.array([0, len(groups)]), groups, variable.astype(np.int64), value.astype(np.int64))))
