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

import numpy as np
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.state import State
from celwacht.disclosure.search.sets.certificate import certificate, printed_cubes
from celwacht.disclosure.search.sets.clean_up import Changes, changes_of, clean_up, kept
from celwacht.disclosure.search.sets.project import worlds_of_cube
from celwacht.disclosure.search.sets.spokes import Search, search_source, together, withhold
from celwacht.disclosure.search.units.exact_kernel import Rows
from celwacht.disclosure.search.units.exchange import Given, Movers, movers_of, refresh, widen
from celwacht.disclosure.search.units.meaning import meanings
from celwacht.disclosure.search.units.rows import SetCells, register_of, scratch_of, set_cells, state_of
from celwacht.disclosure.search.units.walk import walks
from celwacht.disclosure.sets.model import PrintedCube, Types, TypeWorlds
from celwacht.tables.together.count_together import Counts
from celwacht.tables.together.units import kinds_of

PRIMARY = 1
MOST_WORK = 3_000  # cells for which exchanges are sought, in a whole set
ANEW = 300  # cells withheld since it was told who is easy to move, after which that is told anew
DEAR = 10.0  # times its cost, for a headline figure
LIMITS = (150.0, np.inf)
WALKS = (0.0, 5.0, 10.0, 10.0, *[20.0] * 6)  # what may be withheld for a step of a cell, in each of the walks


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
    alike: np.ndarray | None = None,
    begin: np.ndarray | None = None,
    locked: np.ndarray | None = None,
    dear: np.ndarray | None = None,
    dearest: float = np.inf,
    before: Sequence[np.ndarray | None] | None = None,
    key: bytes = b"",
    tell: Callable[[int, int], None] = lambda *_: None,
) -> ProtectedSet:
    """Pattern and proof of all cubes together. policies: one for each cube. meaning: as for rows.set_cells; none: as found
    (meaning.py); alike: the same, of cells that are withheld together; none: those of one meaning. Over all cells, begin: bool, what is withheld to begin with; locked: bool, what stays withheld; dear: bool, what is
    withheld last (headline figures). dearest: the cost of what one world may have withheld. before: for each cube None, or, for a cube of an
    earlier release, what was withheld in it (bool, its shape), which nothing can change now.

    Deterministic given the key.
    """
    register = register_of(counts)
    meaning = meanings(counts, register) if meaning is None else meaning
    again = _withheld_before(counts, meaning, before)
    cells = set_cells([c.cube for c in counts], policies, _own_meaning(counts, meaning if alike is None else alike))
    scratch = scratch_of(int(cells.first[-1]))
    state, start = state_of(cells, before=before), state_of(cells, before=before)
    for s in (state, start):
        withhold(cells, s, np.flatnonzero(again if locked is None else again | locked))
        if dear is not None:
            s.cost[dear] *= DEAR
        together(cells, s)
    if begin is not None:
        withhold(cells, state, np.flatnonzero(begin))
    draw = np.random.Generator(np.random.PCG64(int.from_bytes(key[:16] or b"\0", "big")))
    search = Search(counts, cells, state, register, scratch, draw, tell, [])
    kinds = kinds_of(counts)
    movers = {kind: movers_of(cells, counts, register, *kind) for kind in kinds}
    for source, year in kinds:
        search_source(search, source, year, whole=False)
    for kind in kinds:
        search.found.extend(walks(movers[kind], state, scratch, len(register.person), WALKS, draw))
        search.tell(0, 1)
    for source, year in kinds:
        search_source(search, source, year, whole=True)
    _exchanges(search, movers, dearest)
    found, whole = search.found, _in_whole_tables(cells, counts, state)
    changes = changes_of(found, scratch)
    keep = clean_up(cells, state._replace(spl=np.where(whole, state.spl, 0)), start, changes)
    types, worlds = certificate(register, found, keep)
    return ProtectedSet(cells, state.status, printed_cubes(cells, state), types, worlds, kept(changes, keep), state.spl)


def _withheld_before(counts: Sequence[Counts], meaning: np.ndarray, before: Sequence[np.ndarray | None] | None) -> np.ndarray:
    """bool over all cells: of the new release, and the same as a cell that a release before withheld."""
    if before is None:
        return np.zeros(len(meaning), bool)
    mask = np.concatenate([np.zeros(c.cube.cells.size, bool) if b is None else b.ravel() for c, b in zip(counts, before)])
    return _of_now(counts) & np.isin(meaning, meaning[mask])


def _of_now(counts: Sequence[Counts]) -> np.ndarray:
    return np.concatenate([np.full(c.cube.cells.size, not c.earlier) for c in counts])


def _own_meaning(counts: Sequence[Counts], meaning: np.ndarray) -> np.ndarray:
    """The same, but that cells of earlier releases share theirs with none: nothing can be withheld in them now."""
    return np.where(_of_now(counts), meaning, meaning.max(initial=0) + 1 + np.arange(len(meaning)))


def _exchanges(search: Search, movers: dict[tuple[str, int], Movers], dearest: float) -> None:
    """Worlds for single cells, table by table, those that have few left first: a table counts only when it is proved as a whole, so
    that one which the work does not suffice for is not begun."""
    counts, cells, state = search.counts, search.cells, search.state
    kind = [(c.counted.plan.spec.source, c.counted.plan.year) for c in counts]
    used, work, sensitive = np.zeros(len(search.register.person), np.uint8), MOST_WORK, int((state.status == PRIMARY).sum())
    tables = {c.cube.table for c in counts if not c.earlier}
    told: dict[tuple[str, int], int] = {}
    while tables:
        left = {t: len(_left(cells, counts, state, t)) for t in tables}
        table = min(left, key=lambda t: (left[t], t))
        tables.remove(table)
        for limit in sorted({min(x, dearest) for x in LIMITS}) if 0 < left[table] <= work else ():
            for k in sorted({kind[i] for i, c in enumerate(counts) if c.cube.table == table and not c.earlier}):
                withheld = int((state.status > 0).sum())
                if withheld - told.get(k, -ANEW) >= ANEW:
                    refresh(movers[k], state, search.scratch)
                    told[k] = withheld
            wanted = _left(cells, counts, state, table)
            wanted = wanted[np.lexsort((search.draw.random(wanted.size), -state.floor[wanted]))]
            work -= len(wanted)
            search.tell(sensitive - _narrow(state).size, sensitive)
            for cell in wanted.tolist():
                its = movers[kind[int(np.searchsorted(cells.first, cell, side="right")) - 1]]
                _widen(its, cells, state, search.scratch, used, cell, limit, search.draw, search.found)


def _left(cells: SetCells, counts: Sequence[Counts], state: State, table: str) -> np.ndarray:
    """The cells of a table that are still too narrow."""
    narrow = _narrow(state)
    mine = np.array([c.cube.table == table and not c.earlier for c in counts])
    return narrow[mine[np.searchsorted(cells.first, narrow, side="right") - 1]]


def _in_whole_tables(cells: SetCells, counts: Sequence[Counts], state: State) -> np.ndarray:
    """bool over all cells: of a table none of whose cells is too narrow, or of an earlier release. What only other tables need withheld
    is printed again."""
    narrow = np.bincount(np.searchsorted(cells.first, _narrow(state), side="right") - 1, minlength=len(counts))
    failed = {c.cube.table for c, n in zip(counts, narrow) if n and not c.earlier}
    whole = [c.earlier or c.cube.table not in failed for c in counts]
    return np.repeat(whole, np.diff(cells.first))


def _narrow(state: State) -> np.ndarray:
    return np.flatnonzero((state.status == PRIMARY) & (state.seen_high - state.seen_low < state.spl))


def _widen(movers: Movers, cells: SetCells, state: State, scratch, used, cell: int, limit: float, draw, found: list[tuple[Rows, Given]]):
    """Worlds for a cell that is still too narrow, if there are below the limit."""
    if int(state.seen_high[cell]) - int(state.seen_low[cell]) >= int(state.spl[cell]):
        return
    for groups, variable, value in widen(movers, cells, state, scratch, used, cell, limit, draw):
        found.append((movers.rows, Given(np.array([0, len(groups)]), groups, variable.astype(np.int64), value.astype(np.int64))))
