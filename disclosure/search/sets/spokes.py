"""Worlds of a whole set from boxes: spokes, for each variable that few cubes see, and the hub, over variables that most see.

The cubes that see a variable, the rarest first, are one cluster (cluster.py); boxes with a swap along that variable leave alone
all other cubes. What is found is given to persons (give.py), and every cell of every table added up exactly.

Example: hulpvorm stands in two of twelve tables: these two are a cluster, protected by swaps of hulpvorm that the ten others do not see; place and
half-year stand in all: that is the hub.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.search.cubes.state import UNBOUNDED, State
from celwacht.disclosure.search.sets.clean_up import Changes, changes_of
from celwacht.disclosure.search.sets.cluster import Cluster, cluster_of, cluster_state
from celwacht.disclosure.search.sets.cluster_search import search_cluster
from celwacht.disclosure.search.sets.give import ANY, give
from celwacht.disclosure.search.sets.persons import alone, with_joined
from celwacht.disclosure.search.units.exact_kernel import Rows, Scratch
from celwacht.disclosure.search.units.exchange import Given
from celwacht.disclosure.search.units.rows import Register, SetCells, groups_of, rows_of, tied
from celwacht.tables.together.count_together import Counts
from celwacht.tables.together.units import COURSE, PLACE, Units, of_the_person, records_of

SECONDARY = 2
MOST_CELLS = 400_000  # of a cluster
DEAREST = 2_000.0  # what one world may cost beside its cluster


@dataclass(slots=True)
class Search:
    """What the searches of a set share."""

    counts: Sequence[Counts]
    cells: SetCells
    state: State
    register: Register
    scratch: Scratch
    draw: np.random.Generator
    tell: Callable[[int, int], None]
    found: list[tuple[Rows, Given]]


def search_source(search: Search, source: str, year: int, whole: bool) -> None:
    """The clusters of one source and year, those along the rarest variables first; or (whole) the one in which persons move as a whole."""
    units = records_of(search.counts, source, year)
    rows = rows_of(search.cells, search.counts, search.register, units)
    mine = sorted({int(i) for i in units.cube})
    sees = {n: [i for i in mine if v in units.variable[units.cube == i]] for v, n in enumerate(units.names)}
    if PLACE not in sees:
        return
    order = sorted((n for n in units.names if n not in (PLACE, COURSE)), key=lambda n: (len(sees[n]), n))
    at = _Source(units, rows, sees, order)
    finest = _finest(at, mine)
    of_person = [n for n in order if of_the_person(source, n) and len(sees[n]) > 1 and tied(search.counts, source)]
    if whole:
        if of_person:
            _persons(search, at, [i for i in mine if i not in finest and any(i in sees[n] for n in of_person)], of_person)
        return
    if finest:
        _cluster(search, at, finest, [n for n in order if set(sees[n]) & set(finest)], (), (PLACE,), local=True)
    for name in (n for n in order if n not in of_person):
        alike = {tuple(n for n in order if i in sees[n]) for i in sees[name]}
        if len(alike) > 1:
            for i in sees[name]:
                _cluster(search, at, [i], [n for n in order if i in sees[n]], (), (name,))
        names = [n for n in order if set(sees[n]) & set(sees[name])]
        totals = [n for n in names if n != name and len(sees[n]) < len(sees[name])]
        _cluster(search, at, sees[name], [n for n in names if n not in totals], totals, (name,))
    shared = [n for n in order if len(sees[n]) > len(mine) // 2]
    _cluster(search, at, mine, shared, order, (*shared, PLACE))
    for i in mine:
        _cluster(search, at, [i], [n for n in order if i in sees[n]], (), ())


def _persons(search: Search, at: _Source, cubes: list[int], carriers: list[str]) -> None:
    """The cluster of the tables that show age or sex, those of persons in all sources among them: who has one record moves as a whole."""
    if not cubes:
        return
    more, units = with_joined(search.counts, search.register, at.units, carriers)
    names = [n for n in at.order if set(at.sees[n]) & set(cubes)]
    movable = alone(search.counts, search.register, at.units, carriers, [*cubes, *more])
    inside = _Source(units, at.rows, at.sees, at.order)
    _cluster(search, inside, [*cubes, *more], names, (), carriers, movable=movable)


@dataclass(frozen=True, slots=True)
class _Source:
    """Units of one source, and for each variable the cubes that see it."""

    units: Units
    rows: Rows
    sees: dict[str, list[int]]
    order: list[str]


def _finest(at: _Source, cubes: list[int]) -> list[int]:
    """The cubes that tell more places apart than some other does."""
    slots = [s for s in range(len(at.units.cube)) if at.units.names[at.units.variable[s]] == PLACE]
    many = {int(at.units.cube[s]): len(np.unique(at.units.leaf[s])) for s in slots}
    most = max(many.values(), default=0)
    return [i for i in cubes if many.get(i) == most] if most > min(many.values(), default=0) else []


def _kin(at: _Source, cluster: Cluster) -> np.ndarray:
    """For each leaf of the cluster's place a number that leaves share which no other cube tells apart."""
    outside = [
        s for s in range(len(at.units.cube)) if at.units.names[at.units.variable[s]] == PLACE and at.units.cube[s] not in cluster.cubes
    ]
    values = np.stack([at.units.leaf[s] for s in outside], axis=1)
    _, kind = np.unique(values, axis=0, return_inverse=True)
    leaf = cluster.leaf[-1]
    kin = np.zeros(cluster.cube.dimensions[len(cluster.variables) - 1].n_leaves, np.int64)
    kin[leaf[leaf >= 0]] = kind.reshape(-1)[leaf >= 0]
    return kin


def _cluster(search: Search, at: _Source, cubes: list[int], names: list[str], ignored, carriers, local: bool = False, movable=None) -> None:
    """Searches one cluster along some carriers, and gives what it finds to persons."""
    cells, state, names = search.cells, search.state, [*names, PLACE]
    groups = [(names.index(n), groups_of(search.counts, search.register, at.units, n)) for n in carriers]
    groups = [(axis, g) for axis, g in groups if g is not None]
    if not carriers:
        groups = [(ANY, groups_of(search.counts, search.register, at.units, ""))]
    others = [n for n in ignored if n not in names]
    cluster = cluster_of(cells, at.units, cubes, names, others, movable) if groups else None
    if cluster is None or cluster.cube.cells.size > MOST_CELLS:
        return
    inside = cluster_state(cluster, state)
    narrow = np.flatnonzero((inside.seen_high - inside.seen_low < inside.spl) & (inside.status == 1))
    narrow = narrow[np.lexsort((search.draw.random(narrow.size), -inside.floor.astype(np.int64)[narrow]))]
    if not narrow.size:
        return
    pool = search_cluster(
        cluster, inside, tuple(axis for axis, _ in groups if axis != ANY), search.draw, narrow, _kin(at, cluster) if local else None
    )
    before = [np.array(a) for a in (state.status, state.low, state.high)]
    withhold(cells, state, cluster.cell[(inside.status == SECONDARY) & (cluster.cell >= 0)])
    given = give(cluster, pool, groups, at.units, at.rows, state, search.scratch, DEAREST, movable is not None)
    search.found.extend((at.rows, g) for g in given)
    _print_again(cells, state, before, changes_of([(at.rows, g) for g in given], search.scratch))
    search.tell(0, 1)


def _print_again(cells: SetCells, state: State, before: Sequence[np.ndarray], found: Changes) -> None:
    """Undoes what was withheld since `before` (status, low, high), but for what the worlds need."""
    too_far = (found.change < before[1][found.cell]) | (found.change > before[2][found.cell])
    needed = np.unique(found.cell[too_far])
    for now, then in zip((state.status, state.low, state.high), before):
        now[:] = then
    withhold(cells, state, needed)


def withhold(cells: SetCells, state: State, which: np.ndarray) -> None:
    """Withholds cells, and those of the same meaning."""
    for c in which.tolist():
        at = c
        while True:
            if state.status[at] == 0:
                state.status[at], state.low[at], state.high[at] = SECONDARY, state.floor[at], UNBOUNDED
            at = int(cells.twin[at])
            if at == c:
                break


def together(cells: SetCells, state: State) -> None:
    """Gives every cell the cost of all of its meaning: they are withheld together."""
    c, whole = cells.twin.copy(), state.cost.copy()
    alone = np.arange(len(c))
    while not np.array_equal(c, alone):
        whole += np.where(c != alone, state.cost[c], 0.0)
        c = np.where(c == alone, c, cells.twin[c])
    state.cost[:] = whole
