"""The certificate checker of a whole set: is every sensitive cell of every table proved by worlds of all tables at once?
No solver, whole numbers only; it shares no code with the search. In which atoms a type counts is given, and tested apart.

1. What is printed is what the rule prints for the sums over types, and no sensitive cell is printed.
2. In every world no type has less than no units, nobody counts where nobody can be (model/intruder.py), and all figures are printed alike.
3. Every sensitive cell takes, over the truth and all worlds, values at least `width` apart.

Example: type 0 counts in cell 1 of tables A and B, type 1 in cell 1 of A and cell 2 of B. The world (-1, +1) leaves A as it is and changes B in two cells: both
are dots, so it is a world; printed figures there make the proof UNSAFE.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.model.intruder import possible
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.sets.model import PrintedCube, Types, TypeWorlds, malformed

MOST_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class SetResult:
    """unproved: for each cube the flat positions of sensitive cells whose worlds lie too near each other. Confidential."""

    verdict: Verdict
    reason: str
    unproved: tuple[np.ndarray, ...] = ()


def rounded(counts: np.ndarray, base: int) -> np.ndarray:
    """Conventional rounding of counts >= 0 to multiples of `base`, halves up."""
    multiple = counts // base * base
    return np.where(2 * (counts - multiple) >= base, multiple + base, multiple)


def cells_of(atom: np.ndarray, cube: PrintedCube) -> np.ndarray:
    """(atoms, most cells of one) the flat cells in which each atom counts, filled up with -1."""
    place = np.zeros((len(atom), 1), np.int64)
    for leaf, n, members in zip(np.unravel_index(atom, cube.leaves), cube.leaves, cube.members):
        codes: list[list[int]] = [[] for _ in range(n)]
        for c, x in ((c, x) for c, leaves in enumerate(members) for x in leaves.tolist()):
            codes[x].append(c)
        most = max(1, *map(len, codes))
        one = np.array([c + [-1] * (most - len(c)) for c in codes], np.int64)[leaf][:, None, :]
        wide = np.where((place[:, :, None] < 0) | (one < 0), -1, place[:, :, None] * len(members) + one)
        place = wide.reshape(len(atom), place.shape[1] * most)
    return place


def sums(key: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct keys in order, and for each the sum of its values."""
    found, place = np.unique(key, return_inverse=True)
    np.add.at(total := np.zeros(len(found), np.int64), place.reshape(-1), value)
    return found, total


def changes_of(cube: PrintedCube, c: int, types: Types, worlds: TypeWorlds):
    """Runs of (world, cell, change) for every world and cell of cube number c that differ from the truth, whole worlds at a time."""
    owner, mine = np.repeat(np.arange(len(types.count)), np.diff(types.first)), np.flatnonzero(types.cube == c)
    first = np.searchsorted(owner[mine], np.arange(len(types.count) + 1))
    many = np.diff(first)[worlds.kind]  # atoms of this cube behind each row of the worlds
    row = np.repeat(first[worlds.kind], many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    world, n_atoms = np.repeat(np.arange(len(worlds)), np.diff(worlds.first)), int(np.prod(cube.leaves))
    key, change = sums(np.repeat(world, many) * n_atoms + types.atom[mine][row], np.repeat(worlds.difference, many))
    world, atom, change = key[change != 0] // n_atoms, key[change != 0] % n_atoms, change[change != 0]
    cuts = np.unique(np.searchsorted(world, world[:: max(1, MOST_AT_ONCE // cells_of(atom[:1], cube).shape[1])]))
    for a, b in zip(cuts, np.r_[cuts[1:], len(world)]):
        place = cells_of(atom[a:b], cube)
        of = np.where(place < 0, -1, world[a:b, None] * cube.shown.size + place)
        found, moved = sums(of[of >= 0], np.broadcast_to(change[a:b, None], of.shape)[of >= 0])
        yield found // cube.shown.size, found % cube.shown.size, moved


def check_set(cubes: tuple[PrintedCube, ...], types: Types, worlds: TypeWorlds) -> SetResult:
    """Judges what was printed of all cubes together."""
    if wrong := malformed(cubes, types, worlds):
        return SetResult(Verdict.UNSAFE, wrong)
    owner, unproved = np.repeat(np.arange(len(types.count)), np.diff(types.first)), []
    more = np.isin(owner, worlds.kind[worlds.difference > 0])
    for c, cube in enumerate(cubes):
        shown, withheld, truth = cube.shown.ravel(), cube.withheld.ravel(), np.zeros(cube.shown.size + 1, np.int64)
        np.add.at(counts := np.zeros(int(np.prod(cube.leaves)), np.int64), types.atom[types.cube == c], types.count[owner[types.cube == c]])
        if not possible(counts.reshape(cube.leaves)).ravel()[types.atom[more & (types.cube == c)]].all():
            return SetResult(Verdict.UNSAFE, f"{cube.name}: a world puts somebody where nobody can be")
        place = cells_of(atom := np.flatnonzero(counts), cube)
        np.add.at(truth, place, np.broadcast_to(counts[atom][:, None], place.shape))
        truth = truth[:-1]  # the last place took what is of no cell
        sensitive = (truth > 0) & (rounded(truth, cube.base) < cube.threshold)
        if np.any(sensitive & ~withheld) or np.any((rounded(truth, cube.base) != shown) & ~withheld):
            return SetResult(Verdict.UNSAFE, f"{cube.name}: a sensitive cell is printed, or a figure is not what the rule prints")
        lowest, highest = truth.copy(), truth.copy()
        for _, cell, moved in changes_of(cube, c, types, worlds):
            value = truth[cell] + moved
            if np.any((rounded(value, cube.base) != shown[cell]) & ~withheld[cell]):
                return SetResult(Verdict.UNSAFE, f"{cube.name}: a world would be printed differently")
            np.minimum.at(lowest, cell, value)
            np.maximum.at(highest, cell, value)
        unproved.append(np.flatnonzero(sensitive & (highest - lowest < cube.width)))
    if not any(map(len, unproved)):
        return SetResult(Verdict.SAFE, "every sensitive cell of every table is proved by worlds of the whole set", tuple(unproved))
    return SetResult(Verdict.INCONCLUSIVE, "sensitive cells without proof", tuple(unproved))
