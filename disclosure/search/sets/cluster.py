"""A cluster: some cubes of a set seen as one, so that the search of one cube works on all of them at once.

Its dimensions are the variables that the cubes share and, last, *what else*: periods and whatever is not named, with a
code for each cube and each combination of its codes there. Its atoms are the units that can be moved. A cell of a cube is
one cell of the cluster, at the total of the variables that the cube does not have; a cell of the cluster that no cube
shows is free. Boxes with a swap along one variable, the *carrier*, then leave alone every cube outside the cluster that
does not see the carrier.

    gebruik_trajecten (leeftijd, hulpvorm, plaats, periods), gebruik_jongeren (the same), kerncijfers (plaats, periods)
    -> leeftijd x hulpvorm x plaats x {trajecten H1, trajecten JJ, jongeren JJ, kerncijfers JJ}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from celwacht.disclosure.search.cubes.state import UNBOUNDED, State
from celwacht.disclosure.search.units.rows import SetCells
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.together.units import Units

ZERO, SECONDARY = 3, 2


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """cube: its atoms are units. cell: for each cell of it the cell of the set, -1 for a free one. atom: for each unit its
    atom, -1 for units that cannot be moved. leaf: for each variable of the axes the leaf of each of its values."""

    cubes: tuple[int, ...]
    variables: tuple[int, ...]
    cube: Cube
    cell: np.ndarray = field(repr=False)
    atom: np.ndarray = field(repr=False)
    leaf: tuple[np.ndarray, ...] = field(repr=False)


def cluster_of(
    cells: SetCells,
    units: Units,
    cubes: Sequence[int],
    names: Sequence[str],
    ignored: Sequence[str] = (),
    movable: np.ndarray | None = None,
) -> Cluster | None:
    """The cluster of some cubes over some variables, the place last; None where no unit counts in any of them.

    ignored: variables of which only the totals belong to the cluster. movable: bool (units,), who may move; None: everybody.
    """
    slots = [np.flatnonzero(units.cube == i) for i in cubes]
    variables = tuple(units.names.index(n) for n in names)
    axes = [_axis(cells, units, cubes, slots, v) for v in variables]
    separate = (*variables, *(units.names.index(n) for n in ignored if n in units.names))
    rest_leaf, rest_codes, rest_of = _rest(cells, units, cubes, slots, separate)
    leaves = np.stack([*(a[1][units.value[:, v]] for a, v in zip(axes, variables)), rest_leaf], axis=1)
    inside = np.asarray((leaves >= 0).all(axis=1))
    if movable is not None:
        inside &= movable
    if not inside.any() or not len(rest_codes):
        return None
    dimensions = (*(a[0] for a in axes), _classification("rest", rest_codes))
    shape = tuple(d.n_leaves for d in dimensions)
    atom = np.where(inside, np.ravel_multi_index(tuple(np.where(inside[:, None], leaves, 0).T), shape), -1)
    counts = np.bincount(atom[inside], minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)
    cube = Cube("cluster", dimensions, counts)
    cell = np.full(int(np.prod(cube.shape)), -1, np.int64)
    for k, i in enumerate(cubes):
        where = _cells_of(cells.cubes[i], units, slots[k], variables, axes, rest_of[k], cube.shape).ravel()
        where[~_totals(cells.cubes[i], units, slots[k], separate[len(variables) :])] = -1
        shown = np.flatnonzero(where >= 0)
        cell[where[shown]] = cells.first[i] + shown
    return Cluster(tuple(cubes), variables, cube, cell, atom, tuple(a[1] for a in axes))


def _axis(cells: SetCells, units: Units, cubes, slots, variable: int):
    """(dimension, leaf of each value, code of each code of every slot): one variable as all the cubes see it."""
    own = [(k, s) for k, its in enumerate(slots) for s in its if units.variable[s] == variable]
    n = len(units.leaf[own[0][1]])
    together = np.stack([units.leaf[s] for _, s in own], axis=1)
    found, leaf = np.unique(together, axis=0, return_inverse=True)
    outside = (found < 0).any(axis=1)
    number = np.where(outside, -1, np.cumsum(~outside) - 1)
    found = found[~outside]
    codes: dict[tuple[bytes, int], int] = {}
    sets: list[np.ndarray] = []
    of_slot: dict[int, np.ndarray] = {}
    for j, (k, s) in enumerate(own):
        dimension = cells.cubes[cubes[k]].dimensions[s - slots[k][0]]
        held = [np.isin(found[:, j], m) for m in dimension.members]
        again = [sum(np.array_equal(h, other) for other in held[:i]) for i, h in enumerate(held)]
        of_slot[s] = np.array([_code(codes, sets, h, n) for h, n in zip(held, again)])  # two codes of one dimension stay two
    root = _code(codes, sets, np.ones(len(found), bool), 0)
    return _classification(units.names[variable], sets), number[leaf.reshape(n)], of_slot, root


def _code(codes: dict[tuple[bytes, int], int], sets: list[np.ndarray], holds: np.ndarray, again: int) -> int:
    """The number of a code by the leaves that it holds, -1 for none; again: how many of its dimension held them before."""
    key = holds.tobytes(), again
    if not holds.any():
        return -1
    if key not in codes:
        codes[key] = len(sets)
        sets.append(holds)
    return codes[key]


def _rest(cells: SetCells, units: Units, cubes, slots, variables):
    """(leaf of each unit on the last axis, codes as sets of leaves, per cube the code of each combination of codes)."""
    own = [[s for s in its if units.variable[s] not in variables] for its in slots]
    columns = [units.leaf[s][units.value[:, units.variable[s]]] for its in own for s in its]
    seen = np.stack(columns, axis=1)
    at = np.cumsum([0, *map(len, own)])
    for k in range(len(own)):  # who does not count in a cube is nowhere in it
        seen[(seen[:, at[k] : at[k + 1]] < 0).any(axis=1), at[k] : at[k + 1]] = -1
    found, leaf = np.unique(seen, axis=0, return_inverse=True)
    nowhere = (found < 0).all(axis=1)
    number = np.where(nowhere, -1, np.cumsum(~nowhere) - 1)
    found = found[~nowhere]
    sets: list[np.ndarray] = []
    per_cube = []
    for k, its in enumerate(own):
        dims = [cells.cubes[cubes[k]].dimensions[s - slots[k][0]] for s in its]
        holds = [[np.isin(found[:, at[k] + j], m) for m in d.members] for j, d in enumerate(dims)]
        place = []
        for chosen in product(*holds):
            together = np.logical_and.reduce(chosen)
            place.append(len(sets) if together.any() else -1)
            if together.any():
                sets.append(together)
        per_cube.append((its, np.array(place).reshape([len(h) for h in holds])))
    return number[leaf.reshape(-1)], sets, per_cube


def _classification(name: str, sets: list[np.ndarray]) -> Classification:
    return Classification(
        *(name, name, name),
        tuple(Code(str(i), "") for i in range(len(sets))),
        tuple(map(str, range(len(sets[0]) if sets else 0))),
        tuple(np.flatnonzero(s).astype(np.int32) for s in sets),
    )


def _cells_of(cube: Cube, units: Units, slots, variables, axes, rest, shape) -> np.ndarray:
    """For every cell of a cube its flat cell in the cluster, -1 where no unit can count in it."""
    stride = np.concatenate([np.cumprod(np.array(shape[1:], np.int64)[::-1])[::-1], [1]])
    rest_slots, rest_code = rest
    k = len(cube.shape)

    def spread(values: np.ndarray, dims: list[int]) -> np.ndarray:
        return values.reshape([cube.shape[d] if d in dims else 1 for d in range(k)])

    total = np.zeros(cube.shape, np.int64)
    inside = np.ones(cube.shape, bool)
    for i, v in enumerate(variables):
        own = [s for s in slots if units.variable[s] == v]
        code = spread(axes[i][2][own[0]], [own[0] - slots[0]]) if own else np.full([1] * k, axes[i][3])
        total, inside = total + code * stride[i], inside & (code >= 0)
    code = spread(rest_code, [s - slots[0] for s in rest_slots])
    return np.where(inside & (code >= 0), total + code * stride[-1], -1)


def _totals(cube: Cube, units: Units, slots, ignored) -> np.ndarray:
    """(cells,) bool: the first cell of those that hold everybody along each of the ignored variables."""
    inside = np.ones(cube.shape, bool)
    for s in slots:
        if units.variable[s] in ignored:
            k = int(s - slots[0])
            whole = [len(m) == cube.dimensions[k].n_leaves for m in cube.dimensions[k].members]
            only = np.arange(cube.shape[k]) == (whole.index(True) if True in whole else -1)
            inside &= only.reshape([-1 if d == k else 1 for d in range(len(cube.shape))])
    return inside.ravel()


def cluster_state(cluster: Cluster, state: State) -> State:
    """The state of the set's cells as the cluster sees it: what others withheld stays withheld."""
    shown, place = cluster.cell >= 0, np.maximum(cluster.cell, 0)

    def of(values: np.ndarray, free) -> np.ndarray:
        return np.where(shown, values[place], free).astype(values.dtype)

    status = of(state.status, 0)
    status[status == SECONDARY] = ZERO
    atoms = cluster.cube.atoms
    nowhere = np.broadcast_to(atoms.sum(axis=len(cluster.variables) - 1, keepdims=True) == 0, atoms.shape)
    return State(
        *[
            *(of(a, -UNBOUNDED) for a in (state.low,)),
            *(of(a, UNBOUNDED) for a in (state.high,)),
            of(state.floor, -UNBOUNDED),
            np.full(len(shown), UNBOUNDED, np.int32),
            of(state.cost, 0.0),
            status,
            *(of(a, 0) for a in (state.lpl, state.upl, state.spl)),
            -atoms.ravel().astype(np.int32),
            np.where(nowhere, 0, UNBOUNDED).ravel().astype(np.int32),
            *(of(a, 0) for a in (state.seen_low, state.seen_high)),
        ]
    )
