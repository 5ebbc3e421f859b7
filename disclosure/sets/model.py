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
