"""The confidential cube: counts over atoms, and the cells that a table would publish.

Confidential: printing a cube shows its shape, never a value. Only `publish.release` turns it into something public.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from celwacht.tables.cubes.classification import Classification


def roll_up(atoms: np.ndarray, dimensions: tuple[Classification, ...]) -> np.ndarray:
    """Cells from atoms: the sum over the leaves of each code, one dimension after the other, exact in int64.

    atoms: (n_leaves of each dimension); the result: (n_codes of each dimension), same order of dimensions.
    """
    cells = atoms
    for axis, dimension in enumerate(dimensions):
        lengths = np.array([len(m) for m in dimension.members])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        gathered = np.take(cells, np.concatenate(dimension.members), axis=axis)
        cells = np.add.reduceat(gathered, starts, axis=axis)
    return cells


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts of one table over one or more periods.

    atoms: int64, one axis per dimension in order, length n_leaves; never negative. impossible: bool of the same shape: where
    nobody can be, as everybody knows (structural zeros); None for nowhere.
    """

    table: str
    dimensions: tuple[Classification, ...]
    atoms: np.ndarray = field(repr=False)
    unit: str = "trajecten"
    impossible: np.ndarray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        shape = tuple(d.n_leaves for d in self.dimensions)
        if self.atoms.shape != shape or self.atoms.dtype != np.int64:
            raise ValueError(f"{self.table}: atoms must be int64 of shape {shape}")
        if self.atoms.size and self.atoms.min() < 0:
            raise ValueError(f"{self.table}: atoms must not be negative")
        self.atoms.flags.writeable = False
        if self.impossible is not None:
            if self.impossible.shape != shape or self.impossible.dtype != np.bool_:
                raise ValueError(f"{self.table}: impossible must be bool of shape {shape}")
            if np.any(self.atoms[self.impossible]):
                raise ValueError(f"{self.table}: somebody is where nobody can be")
            self.impossible.flags.writeable = False

    @cached_property
    def cells(self) -> np.ndarray:
        """int64, one axis per dimension in order, length n_codes."""
        cells = roll_up(self.atoms, self.dimensions)
        cells.flags.writeable = False
        return cells

    @cached_property
    def blank(self) -> np.ndarray:
        """bool, one axis per dimension, length n_codes: the cells in which nobody can be."""
        if self.impossible is None:
            return np.zeros(self.shape, bool)
        return roll_up((~self.impossible).astype(np.int64), self.dimensions) == 0

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(d.n_codes for d in self.dimensions)

    def __repr__(self) -> str:
        return f"<Cube {self.table} {' x '.join(f'{d.name}:{d.n_codes}' for d in self.dimensions)} (confidential)>"


@dataclass(frozen=True, eq=False, repr=False)
class SummedCube(Cube):
    """A cube with sums of numeric fields over the same atoms, for sum and mean measures.

    sums: field -> int64 like atoms. known: field -> int64 like atoms, how many had the field known (divide by it).
    """

    sums: dict[str, np.ndarray] = field(default_factory=dict)
    known: dict[str, np.ndarray] = field(default_factory=dict)
