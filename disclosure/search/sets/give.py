"""From the worlds of a cluster to worlds of the whole set: who moves, and what else must be withheld for it.

Example: a layer of the cluster moves 3 units from atom 2 to atom 7; atom 2 holds four persons, two of them with other records that would betray the
move. The two others move, and one of those two, for whom one more cell is withheld.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.disclosure.search.cubes.state import State
from celwacht.disclosure.search.cubes.world_pool import Pool
from celwacht.disclosure.search.sets.cluster import Cluster
from celwacht.disclosure.search.sets.give_kernel import give_all
from celwacht.disclosure.search.units.exact_kernel import COMES, GOES, Rows, Scratch
from celwacht.disclosure.search.units.exchange import Given
from celwacht.tables.together.units import Units

ANY = -1  # in place of an axis


def give(
    cluster: Cluster,
    pool: Pool,
    axes: Sequence[tuple[int, tuple]],
    units: Units,
    rows: Rows,
    state: State,
    scratch: Scratch,
    limit: float,
    mixed: bool = False,
) -> list[Given]:
    """Gives the moves of the pool's living worlds to units; withholds in `state`.

    axes: along which the moves may go, each with what rows.groups_of says for its variable; a world goes along the first
    along which as many come as go, all else being the same; ANY: units go, and others come that are like some that are there.
    limit: what one world may cost beside the cluster. mixed: whether a world may also go along several of the axes, whose groups are
    then the same.
    """
    left, found = np.flatnonzero(pool.alive[: pool.n[0]]), []
    ways = [([axis], groups) for axis, groups in axes]
    if mixed and len(axes) > 1:
        ways.append(([axis for axis, _ in axes], axes[0][1]))
    for its, groups in ways:
        moves = [_moves(cluster, pool, w, its[0]) if len(its) == 1 else _mixed(cluster, pool, w, its) for w in left.tolist()]
        mine = [m for m in moves if m is not None]
        left = left[[m is None for m in moves]]
        if mine:
            found.append(_given(cluster, mine, its, groups, units, rows, state, scratch, limit))
    return found


def _given(
    cluster: Cluster, moves: list, axes: Sequence[int], groups, units: Units, rows: Rows, state: State, scratch: Scratch, limit: float
) -> Given:
    first = np.concatenate([[0], np.cumsum([len(m[0]) for m in moves])]).astype(np.int64)
    old, new, along = (np.concatenate([m[k] for m in moves]).astype(np.int64) for k in (0, 1, 2))
    owner, group_at, group = groups
    moved = np.flatnonzero((cluster.atom >= 0) & (owner >= 0))
    ease = (group_at[1:] - group_at[:-1])[owner[moved]]
    moved = moved[np.lexsort((ease, cluster.atom[moved]))]  # who has little else stands first
    member_at = np.searchsorted(cluster.atom[moved], np.arange(cluster.cube.atoms.size + 1)).astype(np.int64)
    donor_at: list[np.ndarray] = [np.zeros(1, np.int64)]
    donors: list[np.ndarray] = []
    base = np.zeros(len(cluster.cube.atoms.shape), np.int64)
    for axis in axes:
        base[max(axis, 0)] = sum(len(a) for a in donor_at) - 1
        leaf = cluster.leaf[max(axis, 0)]
        order = np.argsort(leaf, kind="stable")
        order = order[leaf[order] >= 0]
        ends = np.searchsorted(leaf[order], np.arange(1, cluster.cube.dimensions[max(axis, 0)].n_leaves + 1))
        donor_at.append(ends + sum(len(a) for a in donors))
        donors.append(order)
    new = np.where(new >= 0, new + base[np.maximum(along, 0)], new)
    unit, value, good = np.full(len(old), -1), np.zeros(len(old), np.int64), np.zeros(len(first) - 1, np.uint8)
    used = np.zeros(len(group_at), np.uint8)
    variable = np.where(along != ANY, np.array(cluster.variables, np.int64)[np.maximum(along, 0)], ANY)
    kernel = (rows, state, scratch, first, old, new, member_at, moved.astype(np.int64), owner, group_at, group.astype(np.int64))
    where = np.concatenate(donor_at).astype(np.int64), np.concatenate(donors).astype(np.int64)
    give_all(*kernel, variable, *where, limit, used, unit, value, good)
    kept = np.repeat(good.astype(bool), np.diff(first))
    chosen = [group[group_at[owner[u]] : group_at[owner[u] + 1]] for u in unit[kept]]
    return Given(np.concatenate([[0], np.cumsum(np.diff(first)[good.astype(bool)])]), chosen, variable[kept], value[kept])


def _mixed(cluster: Cluster, pool: Pool, w: int, axes: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """As `_moves`, of a world of which some moves go along one axis and some along another; None where that does not come out.

    Two men of 8 and a woman of 12 go, two women of 8 and a man of 12 come: one man of 8 becomes a woman of 8, the other a man of
    12, and the woman of 12 a woman of 8.
    """
    shape = cluster.cube.atoms.shape
    atom = pool.atom[pool.atom_first[w] : pool.atom_first[w + 1]].astype(np.int64)
    change = pool.atom_change[pool.atom_first[w] : pool.atom_first[w + 1]]
    place = np.array(np.unravel_index(atom, shape))
    others = [k for k in range(len(shape)) if k not in axes]
    goes, comes = (np.repeat(np.arange(len(atom)), np.maximum(s * change, 0)).tolist() for s in (-1, 1))
    old, new, along = [], [], []
    for axis in [*axes, ANY]:
        fixed = others if axis == ANY else [k for k in range(len(shape)) if k != axis]
        there: dict[tuple, list[int]] = {}
        for j in comes:
            there.setdefault(tuple(place[fixed, j]), []).append(j)
        still = []
        for i in goes:
            its = there.get(tuple(place[fixed, i]))
            if not its:
                still.append(i)
                continue
            j = its.pop()
            comes.remove(j)
            steps = [(i, axis, j)] if axis != ANY else _in_two(cluster, place, axes, i, j)
            for at, way, to in steps:
                old.append(at if way == "between" else atom[at])
                new.append(place[axes[1] if way == "between" else way, to])
                along.append(axes[1] if way == "between" else way)
        goes = still
    return (np.array(old), np.array(new), np.array(along)) if not goes and not comes else None


def _in_two(cluster: Cluster, place: np.ndarray, axes: Sequence[int], i: int, j: int) -> list[tuple]:
    """The steps by which one goes at i and one comes at j, who differ in two axes: one goes half the way, and another, who is there,
    the other half."""
    half = place[:, i].copy()
    half[axes[0]] = place[axes[0], j]
    between = int(np.ravel_multi_index(tuple(half), cluster.cube.atoms.shape))
    return [(i, axes[0], j), (between, "between", j)]


def _moves(cluster: Cluster, pool: Pool, w: int, axis: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """(atom that a unit leaves, leaf of the axis that it takes instead, the axis) for every move of a world; None where, all else
    being the same, more go than come."""
    shape = cluster.cube.atoms.shape
    if axis == ANY:
        return _comings(cluster, pool, w)
    atom = pool.atom[pool.atom_first[w] : pool.atom_first[w + 1]].astype(np.int64)
    change = pool.atom_change[pool.atom_first[w] : pool.atom_first[w + 1]]
    leaf = np.unravel_index(atom, shape)[axis]
    rest = atom - leaf * int(np.prod(shape[axis + 1 :], dtype=np.int64))
    old, new = [], []
    for x in np.unique(rest):
        goes, comes = (np.flatnonzero((rest == x) & (s * change > 0)) for s in (-1, 1))
        out, into = np.repeat(goes, -change[goes]), np.repeat(comes, change[comes])
        if len(out) != len(into):
            return None
        old.append(atom[out])
        new.append(leaf[into])
    gone = np.concatenate(old)
    return gone, np.concatenate(new), np.full(len(gone), axis)


def _comings(cluster: Cluster, pool: Pool, w: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The same as units that go and units that come; None where one would have to come that is like nobody."""
    atom = pool.atom[pool.atom_first[w] : pool.atom_first[w + 1]].astype(np.int64)
    change = pool.atom_change[pool.atom_first[w] : pool.atom_first[w + 1]]
    if np.any((change > 0) & (cluster.cube.atoms.ravel()[atom] < change)):
        return None
    whole = np.repeat(atom, np.abs(change))
    return whole, np.repeat(np.where(change > 0, COMES, GOES), np.abs(change)), np.full(len(whole), ANY)
