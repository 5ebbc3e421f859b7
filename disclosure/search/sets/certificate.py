"""The certificate of a set: types of persons with the atoms in which they count, and worlds as differences over them.

Example: two persons with the same atoms in every cube are one type with count 2; a world that sends one of them elsewhere is -1 for that type and +1
for the type that they would be then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.disclosure.search.cubes.state import State
from celwacht.disclosure.search.units.exact_kernel import COMES, Rows, pairs_of
from celwacht.disclosure.search.units.exchange import Given
from celwacht.disclosure.search.units.rows import Register, SetCells
from celwacht.disclosure.sets.model import PrintedCube, Types, TypeWorlds


def printed_cubes(cells: SetCells, state: State) -> tuple[PrintedCube, ...]:
    """What would be printed of every cube under the statuses of `state`."""
    made = []
    for i, (cube, policy) in enumerate(zip(cells.cubes, cells.policies)):
        withheld = (state.status[cells.first[i] : cells.first[i + 1]] > 0).reshape(cube.shape)
        shown = np.where(withheld, 0, policy.printed(cube.cells))
        made.append(
            PrintedCube(
                cube.table,
                tuple(d.members for d in cube.dimensions),
                cube.atoms.shape,
                shown,
                withheld,
                policy.threshold,
                policy.rounding_base,
                policy.width,
            )
        )
    return tuple(made)


def certificate(register: Register, rows_by_given: Sequence[tuple[Rows, Given]], keep: np.ndarray) -> tuple[Types, TypeWorlds]:
    """Types and the worlds to keep. Persons who count in the same atoms are of one type; what nobody is, has count 0."""
    known: dict[bytes, int] = {}
    lists: list[np.ndarray] = []
    of_person = np.zeros(len(register.person), np.int64)
    pairs = register.cube.astype(np.int64) << 40 | register.atom
    for p in range(len(register.person)):
        of_person[p] = _type(known, lists, np.sort(pairs[register.person_at[p] : register.person_at[p + 1]]))
    n_true = len(lists)
    owner = np.repeat(np.arange(len(register.person)), np.diff(register.person_at))
    kind: list[int] = []
    difference: list[int] = []
    first, number = [0], 0
    for rows, given in rows_by_given:
        for w in range(len(given.first) - 1):
            number += 1
            if not keep[number - 1]:
                continue
            change: dict[int, int] = {}
            for m in range(given.first[w], given.first[w + 1]):
                if given.value[m] < 0:
                    kind_of = of_person[owner[given.groups[m][0]]]
                    change[kind_of] = change.get(kind_of, 0) + (1 if given.value[m] == COMES else -1)
            for person, moved in _persons(rows, given, w, owner).items():
                mine = pairs[register.person_at[person] : register.person_at[person + 1]].copy()
                for row, pair in moved.items():
                    mine[row - register.person_at[person]] = pair
                new = _type(known, lists, np.sort(mine))
                change[of_person[person]] = change.get(of_person[person], 0) - 1
                change[new] = change.get(new, 0) + 1
            rows_of_world = sorted((t, d) for t, d in change.items() if d)
            kind.extend(t for t, _ in rows_of_world)
            difference.extend(d for _, d in rows_of_world)
            first.append(len(kind))
    whole = np.concatenate(lists) if lists else np.zeros(0, np.int64)
    count = np.zeros(len(lists), np.int64)
    count[:n_true] = np.bincount(of_person, minlength=n_true)
    types = Types(count, np.cumsum([0, *map(len, lists)]), (whole >> 40).astype(np.int32), whole & ((1 << 40) - 1))
    return types, TypeWorlds(np.array(first, np.int64), np.array(kind, np.int64), np.array(difference, np.int64))


def _type(known: dict[bytes, int], lists: list[np.ndarray], pairs: np.ndarray) -> int:
    key = pairs.tobytes()
    if key not in known:
        known[key] = len(lists)
        lists.append(pairs)
    return known[key]


def _persons(rows: Rows, given: Given, w: int, owner: np.ndarray) -> dict[int, dict[int, int]]:
    """For each person who is moved in world w: row -> its new cube and atom, as in `pairs`."""
    moved: dict[int, dict[int, int]] = {}
    for m in range(given.first[w], given.first[w + 1]):
        if given.value[m] >= 0 and len(given.groups[m]):
            group = given.groups[m]
            new = pairs_of(rows, group, int(given.variable[m]), int(given.value[m]))
            moved.setdefault(int(owner[group[0]]), {}).update(zip(group.tolist(), new.tolist()))
    return moved
