"""A table as it would be printed: what an intruder has before them. It knows nothing of the counts behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.tables.cubes.classification import Classification


@dataclass(frozen=True, slots=True, eq=False)
class PrintedTable:
    """Printed figures over the codes of some dimensions.

    shown: int64, one axis per dimension; withheld: bool, same shape. A shown figure is the count rounded to `base`
    (1: exact). The symbol for withheld tells that the count is >= 0 and nothing else.
    """

    dimensions: tuple[Classification, ...] = field(repr=False)
    shown: np.ndarray = field(repr=False)
    withheld: np.ndarray = field(repr=False)
    base: int = 1

    def __post_init__(self) -> None:
        shape = tuple(d.n_codes for d in self.dimensions)
        if self.shown.shape != shape or self.withheld.shape != shape:
            raise ValueError(f"figures of shape {self.shown.shape} for a table of shape {shape}")

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """(least, greatest) count that each cell may have; int64, -1 in the second where there is no greatest."""
        least = np.maximum(self.shown - self.base // 2, 0)
        greatest = self.shown + (self.base - 1) // 2
        return np.where(self.withheld, 0, least), np.where(self.withheld, -1, greatest)

    def label(self, cell: tuple[int, ...]) -> str:
        """`RegioS=GM0363, Hulpvorm=11` for a cell, by its codes."""
        return ", ".join(f"{d.name}={d.codes[i].code}" for d, i in zip(self.dimensions, cell))
