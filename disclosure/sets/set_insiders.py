"""The set checker for insiders: does the proof of a set hold as well for providers, who know their own clients?

As set_checker.py: whole numbers, no solver, none of the code that searched. A provider knows of each type how many of its units are its own clients,
with all their records, and so holds possible only worlds that leave a type at least that many (model/intruder.py); it takes them off
every figure of every table, so that all it asks is which worlds are left. A coalition puts together what its members have.

Example: 12 in a gemeente, in two tables; 11 are clients of X and 1 of Y, both withheld. A world with one of X less is none for X; one that gives
Y's client, or somebody who is nobody's in the cell yet, another class is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.proof.insider_checker import stands
from celwacht.disclosure.sets.model import PrintedCube, Types, TypeWorlds
from celwacht.disclosure.sets.set_checker import SetResult, cells_of, changes_of, check_set, rounded


def check_set_insiders(cubes: Sequence[PrintedCube], types: Types, worlds: TypeWorlds, holders: Insiders) -> SetResult:
    """Judges what was printed of all cubes together, for outsiders and for everybody in `holders`: who has how many units of each type
    (the types in place of atoms). unproved: what is not proved against all of them."""
    found = check_set(tuple(cubes), types, worlds)
    if found.verdict is Verdict.UNSAFE:
        return found
    if holders.malformed(types.count):
        return SetResult(Verdict.UNSAFE, "the insiders are not those of these types")
    lowered = _lowered(types, worlds, holders)
    unproved = tuple(
        np.union1d(outside, _unproved(cube, number, types, worlds, holders, lowered))
        for number, (cube, outside) in enumerate(zip(cubes, found.unproved))
    )
    if any(map(len, unproved)):
        return SetResult(Verdict.INCONCLUSIVE, "sensitive cells without proof against insiders", unproved)
    return SetResult(Verdict.SAFE, "every sensitive cell of every table is proved, against insiders as well", unproved)


def _lowered(types: Types, worlds: TypeWorlds, holders: Insiders) -> dict[int, list[tuple[int, dict[int, int]]]]:
    """World -> for each type that it lowers so far that some coalition knows better: (units left, what each insider has)."""
    kind, most = holders.together
    known = np.zeros(len(types.count), np.int64)
    known[kind] = most
    world, left = np.repeat(np.arange(len(worlds)), np.diff(worlds.first)), types.count[worlds.kind] + worlds.difference
    found: dict[int, list[tuple[int, dict[int, int]]]] = {}
    for i in np.flatnonzero((worlds.difference < 0) & intruder.knows_better(known[worlds.kind], left)):
        rows = slice(*np.searchsorted(holders.atom, [worlds.kind[i], worlds.kind[i] + 1]))
        found.setdefault(int(world[i]), []).append((int(left[i]), dict(zip(holders.who[rows].tolist(), holders.own[rows].tolist()))))
    return found


def _unproved(cube: PrintedCube, number: int, types: Types, worlds: TypeWorlds, holders: Insiders, lowered) -> np.ndarray:
    """Sensitive cells of a cube that some coalition can narrow."""
    owner = np.repeat(np.arange(len(types.count)), np.diff(types.first))
    mine = types.cube == number
    kind, place = owner[mine], cells_of(types.atom[mine], cube)
    value = np.bincount(place[place >= 0], np.broadcast_to(types.count[kind][:, None], place.shape)[place >= 0], cube.shown.size)
    value = value.astype(np.int64)  # counts of persons are far below 2^53
    sensitive = (value > 0) & (rounded(value, cube.base) < cube.threshold)
    entries: dict[int, list[tuple[int, int]]] = {}
    for world, cell, moved in changes_of(cube, number, types, worlds):
        for w, c, by in zip(*(a[sensitive[cell]].tolist() for a in (world, cell, moved))):
            entries.setdefault(c, []).append((w, by))
    whole = _whole(kind, place, value, sensitive, holders)
    asked = 0, 0, cube.width
    return np.array(
        [
            c
            for c in np.flatnonzero(sensitive).tolist()
            if not stands(
                frozenset(), sorted(entries.get(c, ()), key=lambda e: abs(e[1])), lowered, asked, whole.get(c, ()), holders.coalition
            )
        ],
        np.int64,
    )


def _whole(kind: np.ndarray, place: np.ndarray, value: np.ndarray, sensitive: np.ndarray, holders: Insiders) -> dict[int, set[int]]:
    """Of the sensitive cells: who has all of each, and so has nothing to learn of it."""
    row, code = np.nonzero((place >= 0) & sensitive[np.maximum(place, 0)])
    first = np.searchsorted(holders.atom, kind[row])
    many = np.searchsorted(holders.atom, kind[row], side="right") - first
    its = np.repeat(first, many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    cell, who, own = np.repeat(place[row, code], many), holders.who[its], holders.own[its]
    pair, back = np.unique(np.stack([cell, who]), axis=1, return_inverse=True)
    has = np.zeros(pair.shape[1], np.int64)
    np.add.at(has, back.reshape(-1), own)
    found: dict[int, set[int]] = {}
    for c, p in pair[:, has >= value[pair[0]]].T.tolist():
        found.setdefault(c, set()).add(p)
    return found
