"""What a set of tables is for a checker: types of units, what was printed, and worlds of the whole set.

The unit is a young person with all trajectories. Its *type* is the list of atoms in which it counts, in every cube of
every table of the set; an earlier release is some more cubes in the list. Every printed figure is a sum over types, so
that a world, other numbers of units per type, says at once what every table would show, and cannot contradict itself
between tables.

    type 0 (12 units): atom 5 of cube 0, atom 2 of cube 1        world: type 0 one less, type 1 one more
    type 1 (none, but a changed record would have it): atom 7 of cube 0, atom 2 of cube 1
        -> cube 0 changes in two atoms, cube 1 not at all
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Types:
    """count: int64 (types,), units of each type, 0 for types that only worlds use. Type t counts once in atom[i] (flat)
    of cube[i] for each i in first[t]:first[t + 1]; an atom named twice counts twice. Confidential."""

    count: np.ndarray = field(repr=False)
    first: np.ndarray = field(repr=False)
    cube: np.ndarray = field(repr=False)
    atom: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class PrintedCube:
    """What readers have of one cube, and under which rule. members: for each dimension the leaves of each code; leaves:
    how many leaves each dimension has. shown: int64, withheld: bool, one axis per dimension of codes."""

    name: str
    members: tuple[tuple[np.ndarray, ...], ...] = field(repr=False)
    leaves: tuple[int, ...] = field(repr=False)
    shown: np.ndarray = field(repr=False)
    withheld: np.ndarray = field(repr=False)
    threshold: int = 10
    base: int = 1
    width: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class TypeWorlds:
    """World w has difference[i] units more of kind[i] for i in first[w]:first[w + 1]; types ascending within a world."""

    first: np.ndarray = field(repr=False)
    kind: np.ndarray = field(repr=False)
    difference: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.first) - 1


def malformed(cubes: tuple[PrintedCube, ...], types: Types, worlds: TypeWorlds) -> str | None:
    """Why these are no types and no worlds of these cubes at all, or None: numbers out of range, a world with less than no units."""
    n, atoms = len(types.count), np.array([int(np.prod(c.leaves)) for c in cubes])
    if any(c.shown.shape != tuple(map(len, c.members)) or c.withheld.shape != c.shown.shape or c.width < 1 for c in cubes):
        return "the figures do not have the shape of the table"
    if not (_cuts(types.first, len(types.cube)) and len(types.first) == n + 1 and len(types.atom) == len(types.cube)):
        return "the types are not lists of atoms"
    if np.any(types.count < 0) or not _within(types.cube, len(cubes)) or np.any(types.atom < 0) or np.any(types.atom >= atoms[types.cube]):
        return "a type counts where there is nothing, or less than nobody"
    if not (_cuts(worlds.first, len(worlds.kind)) and len(worlds.difference) == len(worlds.kind) and _within(worlds.kind, n)):
        return "the worlds are not lists of types"
    world = np.repeat(np.arange(len(worlds)), np.diff(worlds.first))
    again = np.any((world[1:] == world[:-1]) & (worlds.kind[1:] <= worlds.kind[:-1]))
    if again or np.any(types.count[worlds.kind] + worlds.difference < 0):
        return "a world has less than no units of a type, or names a type twice"
    return None


def _cuts(first: np.ndarray, n: int) -> bool:
    return len(first) > 0 and first[0] == 0 and first[-1] == n and bool(np.all(np.diff(first) >= 0))


def _within(numbers: np.ndarray, n: int) -> bool:
    return bool(np.all((numbers >= 0) & (numbers < n)))
