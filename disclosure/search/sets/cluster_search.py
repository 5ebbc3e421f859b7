"""The search of one cluster: boxes with a swap along its carrier, by the kernels that search one cube.

Example: a cluster of leeftijd x hulpvorm x plaats, carrier hulpvorm: a box that swaps two forms of help between two ages in one place. A table without
hulpvorm does not see it.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.cubes import suppress as one
from celwacht.disclosure.search.cubes.cleanup_kernel import trial_for
from celwacht.disclosure.search.cubes.moves import Moves, moves_of
from celwacht.disclosure.search.cubes.space import joined, numbered_through, places_of, strides_of, work_for
from celwacht.disclosure.search.cubes.state import MOST_FACE, Space, State, multiply
from celwacht.disclosure.search.cubes.world_pool import Pool, select
from celwacht.disclosure.search.sets.cluster import Cluster
from numba import njit

PRIMARY = 1
FACES = 300  # kept for one combination of codes
LAST_BUDGET = 20_000


def search_cluster(
    cluster: Cluster, state: State, carriers: tuple[int, ...], draw: np.random.Generator, cells: np.ndarray, kin: np.ndarray | None = None
) -> Pool:
    """Withholds in `state`, and finds worlds, for the sensitive `cells` of the cluster; the pool of the worlds they need.

    carriers: axes of which every box must swap at least one; none: any box. kin: for each leaf of the place its kind; only places of one
    kind are swapped. None: any.
    """
    shown = np.flatnonzero(cluster.cell >= 0)
    space = cluster_space(cluster, carriers, draw, shown, kin)
    trial, tell = trial_for(state), lambda: None
    pool = one.protect_within(space, state, trial, cells, tell)
    left = cells[~one.wide(state, cells)]
    if left.size:
        pool = one.rounds(space, state, work_for(state), pool, left, tell, LAST_BUDGET)
    select(pool, state, cells)
    return pool


def cluster_space(
    cluster: Cluster, carriers: tuple[int, ...], draw: np.random.Generator, cells: np.ndarray, kin: np.ndarray | None
) -> Space:
    """Moves along the last variable (the place), faces across all else for the codes of `cells`."""
    cube, along = cluster.cube, len(cluster.variables) - 1
    axes = list(range(len(cube.dimensions)))
    moves = [moves_of(dim, cube.atoms.sum(axis=tuple(j for j in axes if j != i)), draw) for i, dim in enumerate(cube.dimensions)]
    others = [i for i in axes if i != along]
    stride, leaf_stride = strides_of(cube.shape), strides_of(cube.atoms.shape)
    place, across = places_of(cube, others)
    needed = np.zeros(int(np.prod([cube.shape[i] for i in others])), bool)
    needed[across[cells]] = True
    swaps = np.concatenate([(np.diff(moves[i].leaf_at) == 2) & (i in carriers) for i in others])
    found = _faces(
        *[
            needed,
            swaps | (carriers in ((), (along,))),
            np.array([cube.shape[i] for i in others], np.int64),
            *numbered_through([moves[i] for i in others], stride[others], leaf_stride[others]),
            0.1 * draw.random(9973),
        ]
    )
    m = moves[along] if kin is None and carriers != (along,) else _swaps_only(moves[along], kin)
    return joined(cube, along, m, place[along], across, found)


def _swaps_only(m: Moves, kin: np.ndarray | None) -> Moves:
    """The moves that take a unit out of one leaf and put it in another of the same kind."""
    lengths = np.diff(m.leaf_at)
    keep = lengths == 2
    if kin is not None:
        a, b = m.leaf[m.leaf_at[:-1]], m.leaf[m.leaf_at[1:] - 1]
        keep = keep & (kin[a] == kin[b])
    counts = np.array([keep[a:b].sum() for a, b in zip(m.first[:-1], m.first[1:])], np.int64)
    code_keep, leaf_keep = np.repeat(keep, np.diff(m.code_at)), np.repeat(keep, lengths)
    at = [np.concatenate([[0], np.cumsum(np.diff(a)[keep])]).astype(np.int32) for a in (m.code_at, m.leaf_at)]
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return Moves(first, at[0], m.code[code_keep], m.code_sign[code_keep], at[1], m.leaf[leaf_keep], m.leaf_sign[leaf_keep], m.burden[keep])


@njit(cache=True)
def _carried(number, swaps, shape, first, code_base, code_at, burden, ties):
    """Rows of the least burdened faces of one combination of codes, of those with a swap along a carrier: (faces, k)."""
    k, total = len(shape), 1
    low, high = np.zeros(k, np.int64), np.zeros(k, np.int64)
    for i in range(k - 1, -1, -1):
        code = number % shape[i]
        number //= shape[i]
        low[i], high[i] = first[code_base[i] + code], first[code_base[i] + code + 1]
        total *= high[i] - low[i]
    load = np.full(total, np.inf)
    for f in range(total):
        rest, size, carried, sum_of = f, 1, False, 0.0
        for i in range(k - 1, -1, -1):
            row = low[i] + rest % (high[i] - low[i])
            rest //= high[i] - low[i]
            size *= code_at[row + 1] - code_at[row]
            carried = carried or swaps[row]
            sum_of += burden[row]
        if carried and size <= MOST_FACE:
            load[f] = sum_of + ties[f % len(ties)]
    keep = min(total, FACES)
    best = np.argsort(load)[:keep] if total <= 4 * FACES else _least(load, keep)
    n = 0
    while n < keep and load[best[n]] < np.inf:
        n += 1
    rows = np.zeros((n, k), np.int64)
    for j in range(n):
        rest = best[j]
        for i in range(k - 1, -1, -1):
            rows[j, i] = low[i] + rest % (high[i] - low[i])
            rest //= high[i] - low[i]
    return rows


@njit(cache=True)
def _least(load, keep):
    """Positions of the `keep` least loads, in order."""
    limit = np.partition(load, keep)[keep]
    some = np.flatnonzero(load <= limit)
    return some[np.argsort(load[some])][:keep]


@njit(cache=True)
def _faces(needed, swaps, shape, first, code_base, code_at, code_offset, code_sign, leaf_at, leaf_offset, leaf_sign, burden, ties):
    """As state.faces, for the needed combinations of codes only."""
    k, n = len(shape), len(needed)
    face_first = np.zeros(n + 1, np.int64)
    chosen = [np.zeros((0, k), np.int64) for _ in range(0)]
    for number in range(n):
        face_first[number + 1] = face_first[number]
        if needed[number]:
            rows = _carried(number, swaps, shape, first, code_base, code_at, burden, ties)
            chosen.append(rows)
            face_first[number + 1] += len(rows)
    cells = multiply(chosen, face_first[n], k, code_at, code_offset, code_sign)
    atoms = multiply(chosen, face_first[n], k, leaf_at, leaf_offset, leaf_sign)
    return face_first, cells, atoms
