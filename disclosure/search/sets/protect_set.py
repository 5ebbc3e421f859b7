"""Secondary suppression of a whole set: patterns and worlds of all its tables at once.

Claim. Every world that is returned says for every cell of every table of the set what it would be, and agrees with all
that is printed; a sensitive cell that is not listed as unproved is put as far apart by them as its policy asks. The set
checker (disclosure.sets) confirms that without believing anything here.

Method. (1) Cells that a policy withholds are withheld, in every table that shows the same cell. (2) *Spokes*: for each
variable that few cubes see, rarest first, the cubes that see it are one cluster, and boxes with a swap along that
variable are looked for (cluster_search): they leave all other cubes alone. (3) *Hub*: what is left, over variables that
most cubes see, in one cluster of all cubes of trajectories. (4) Every world is given to persons (give.py), who take all
their records along; where that changes anything else that is printed, more is withheld, or the world is dropped.
(5) What no world that is left needs withheld is printed again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.state import UNBOUNDED, State
from celwacht.disclosure.search.sets.certificate import certificate, printed_cubes
from celwacht.disclosure.search.sets.clean_up import changes_of, clean_up
from celwacht.disclosure.search.sets.cluster import Cluster, cluster_of, cluster_state
from celwacht.disclosure.search.sets.cluster_search import search_cluster
from celwacht.disclosure.search.sets.exact_kernel import Rows, Scratch
from celwacht.disclosure.search.sets.give import ANY, Given, give
from celwacht.disclosure.search.sets.rows import Register, SetCells, groups_of, register_of, rows_of, scratch_of, set_cells, state_of
from celwacht.disclosure.sets.model import PrintedCube, Types, TypeWorlds
from celwacht.tables.together.count_together import Counts
from celwacht.tables.together.units import Units, records_of

SECONDARY = 2
MOST_CELLS = 4_000_000  # of a cluster
DEAREST = 2_000.0  # what one world may cost beside its cluster
PLACE, COURSE = "plaats", "verloop"


@dataclass(frozen=True, slots=True, eq=False)
class ProtectedSet:
    """status: uint8 over the cells of all cubes, numbered through by `cells`. The certificate: cubes, types, worlds."""

    cells: SetCells
    status: np.ndarray = field(repr=False)
    cubes: tuple[PrintedCube, ...] = field(repr=False)
    types: Types = field(repr=False)
    worlds: TypeWorlds = field(repr=False)


@dataclass(slots=True)
class _Search:
    counts: Sequence[Counts]
    cells: SetCells
    state: State
    register: Register
    scratch: Scratch
    draw: np.random.Generator
    tell: Callable[[str], None]
    found: list[tuple[Rows, Given]]


def protect_set(
    counts: Sequence[Counts],
    policies: Sequence[DisclosurePolicy],
    *,
    meaning: np.ndarray | None = None,
    key: bytes = b"",
    tell: Callable[[str], None] = lambda _: None,
) -> ProtectedSet:
    """Pattern and proof of all cubes together. policies: one for each cube. meaning: as for rows.set_cells.

    Deterministic given the key.
    """
    cells = set_cells([c.cube for c in counts], policies, meaning)
    state = state_of(cells)
    draw = np.random.Generator(np.random.PCG64(int.from_bytes(key[:16] or b"\0", "big")))
    search = _Search(counts, cells, state, register_of(counts), scratch_of(int(cells.first[-1])), draw, tell, [])
    for source in sorted({c.counted.plan.spec.source for c in counts}):
        _search_source(search, source)
    start = state_of(cells)
    keep = clean_up(cells, state, start, changes_of(search.found, search.scratch))
    types, worlds = certificate(cells, search.register, search.found, keep)
    return ProtectedSet(cells, state.status, printed_cubes(cells, state), types, worlds)


def _search_source(search: _Search, source: str) -> None:
    """The clusters of one source, those along the rarest variables first."""
    units = records_of(search.counts, source)
    rows = rows_of(search.cells, search.counts, search.register, units)
    mine = sorted({int(i) for i in units.cube})
    sees = {n: [i for i in mine if v in units.variable[units.cube == i]] for v, n in enumerate(units.names)}
    if PLACE not in sees:
        return
    order = sorted((n for n in units.names if n not in (PLACE, COURSE)), key=lambda n: (len(sees[n]), n))
    at = _Source(units, rows, sees, order)
    finest = _finest(at, mine)
    if finest:
        _cluster(search, at, finest, [n for n in order if set(sees[n]) & set(finest)], (), (PLACE,), local=True)
    for name in order:
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


def _cluster(search: _Search, at: _Source, cubes: list[int], names: list[str], ignored, carriers, local: bool = False) -> None:
    """Searches one cluster along some carriers, and gives what it finds to persons."""
    cells, state, names = search.cells, search.state, [*names, PLACE]
    groups = [(names.index(n), groups_of(search.counts, search.register, at.units, n)) for n in carriers]
    groups = [(axis, g) for axis, g in groups if g is not None]
    if not carriers:
        groups = [(ANY, groups_of(search.counts, search.register, at.units, ""))]
    cluster = cluster_of(cells, at.units, cubes, names, [n for n in ignored if n not in names]) if groups else None
    if cluster is None or cluster.cube.cells.size > MOST_CELLS:
        return
    inside = cluster_state(cluster, state, cells.twin)
    wanted = np.flatnonzero((inside.seen_high - inside.seen_low < inside.apart) & (inside.status == 1))
    wanted = wanted[np.lexsort((search.draw.random(wanted.size), -inside.floor.astype(np.int64)[wanted]))]
    if not wanted.size:
        return
    pool = search_cluster(
        cluster, inside, tuple(axis for axis, _ in groups if axis != ANY), search.draw, wanted, _kin(at, cluster) if local else None
    )
    before = state.status.copy()
    _withhold(cells, state, cluster.cell[(inside.status == SECONDARY) & (cluster.cell >= 0)])
    given = give(cluster, pool, groups, at.units, at.rows, state, search.scratch, DEAREST)
    search.found.extend((at.rows, g) for g in given)
    shown = cluster.cell[wanted]
    proved = int((state.seen_high[shown] - state.seen_low[shown] >= state.apart[shown]).sum())
    search.tell(
        f"{', '.join(sorted({cells.cubes[i].table for i in cubes}))} along {' or '.join(carriers) or 'anything'}: {wanted.size} cells, {proved} proved; "
        f"{int(pool.alive[: pool.n[0]].sum())} worlds, {sum(len(g.first) - 1 for g in given)} kept; {int((state.status != before).sum())} withheld"
    )


def _withhold(cells: SetCells, state: State, which: np.ndarray) -> None:
    """Withholds cells, and those of the same meaning."""
    for c in which.tolist():
        at = c
        while True:
            if state.status[at] == 0:
                state.status[at], state.low[at], state.high[at] = SECONDARY, state.floor[at], UNBOUNDED
            at = int(cells.twin[at])
            if at == c:
                break
