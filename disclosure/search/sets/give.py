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
from celwacht.disclosure.search.sets.exact_kernel import COMES, GOES, Rows, Scratch
from celwacht.disclosure.search.sets.exchange import Given
from celwacht.disclosure.search.sets.give_kernel import give_all
from celwacht.tables.together.units import Units

ANY = -1  # in place of an axis


def give(
    cluster: Cluster, pool: Pool, axes: Sequence[tuple[int, tuple]], units: Units, rows: Rows, state: State, scratch: Scratch, limit: float
) -> list[Given]:
    """Gives the moves of the pool's living worlds to units; withholds in `state`.

    axes: along which the moves may go, each with what rows.groups_of says for its variable; a world goes along the first
    along which as many come as go, all else being the same; ANY: units go, and others come that are like some that are there.
    limit: what one world may cost beside the cluster.
    """
    left, found = np.flatnonzero(pool.alive[: pool.n[0]]), []
    for axis, groups in axes:
        moves = [_moves(cluster, pool, w, axis) for w in left.tolist()]
        mine = [m for m in moves if m is not None]
        left = left[[m is None for m in moves]]
        if mine:
            found.append(_given(cluster, mine, axis, groups, units, rows, state, scratch, limit))
    return found


def _given(
    cluster: Cluster, moves: list, axis: int, groups, units: Units, rows: Rows, state: State, scratch: Scratch, limit: float
) -> Given:
    first = np.concatenate([[0], np.cumsum([len(m[0]) for m in moves])]).astype(np.int64)
    old, new = (np.concatenate([m[k] for m in moves]).astype(np.int64) for k in (0, 1))
    owner, group_at, group = groups
    moved = np.flatnonzero((cluster.atom >= 0) & (owner >= 0))
    ease = (group_at[1:] - group_at[:-1])[owner[moved]]
    moved = moved[np.lexsort((ease, cluster.atom[moved]))]  # who has little else stands first
    member_at = np.searchsorted(cluster.atom[moved], np.arange(cluster.cube.atoms.size + 1)).astype(np.int64)
    leaf = cluster.leaf[max(axis, 0)]
    donors = np.argsort(leaf, kind="stable")
    donors = donors[leaf[donors] >= 0]
    donor_at = np.searchsorted(leaf[donors], np.arange(cluster.cube.dimensions[max(axis, 0)].n_leaves + 1)).astype(np.int64)
    unit, value, good = np.full(len(old), -1), np.zeros(len(old), np.int64), np.zeros(len(first) - 1, np.uint8)
    used = np.zeros(len(group_at), np.uint8)
    variable = cluster.variables[axis] if axis != ANY else ANY
    kernel = (rows, state, scratch, first, old, new, member_at, moved.astype(np.int64), owner, group_at, group.astype(np.int64))
    give_all(*kernel, variable, donor_at, donors.astype(np.int64), limit, used, unit, value, good)
    kept = np.repeat(good.astype(bool), np.diff(first))
    chosen = [group[group_at[owner[u]] : group_at[owner[u] + 1]] for u in unit[kept]]
    return Given(np.concatenate([[0], np.cumsum(np.diff(first)[good.astype(bool)])]), chosen, np.full(len(chosen), variable), value[kept])


def _moves(cluster: Cluster, pool: Pool, w: int, axis: int) -> tuple[np.ndarray, np.ndarray] | None:
    """(atom that a unit leaves, leaf of the axis that it takes instead) for every move of a world; None where, all else being
    the same, more go than come."""
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
    return np.concatenate(old), np.concatenate(new)


def _comings(cluster: Cluster, pool: Pool, w: int) -> tuple[np.ndarray, np.ndarray] | None:
    """The same as units that go and units that come; None where one would have to come that is like nobody."""
    atom = pool.atom[pool.atom_first[w] : pool.atom_first[w + 1]].astype(np.int64)
    change = pool.atom_change[pool.atom_first[w] : pool.atom_first[w + 1]]
    if np.any((change > 0) & (cluster.cube.atoms.ravel()[atom] < change)):
        return None
    return np.repeat(atom, np.abs(change)), np.repeat(np.where(change > 0, COMES, GOES), np.abs(change))
