"""A table as it would be printed, with what everybody knows beside it: what an intruder has before them.

It knows nothing of the counts behind it but which combinations of classes occur nowhere (model/intruder.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model.intruder import LEAST_COUNT, rounding_interval
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import roll_up


@dataclass(frozen=True, slots=True, eq=False)
class PrintedTable:
    """Printed figures over the codes of some dimensions.

    shown: int64, one axis per dimension; withheld: bool, same shape. A shown figure is the count rounded to `base`
    (1: exact). The symbol for withheld tells that the count is >= 0 and nothing else. possible: bool over atoms, one axis per
    dimension, leaves in order: where anybody may be (`intruder.possible`); None where nothing is known to be impossible.
    """

    dimensions: tuple[Classification, ...] = field(repr=False)
    shown: np.ndarray = field(repr=False)
    withheld: np.ndarray = field(repr=False)
    base: int = 1
    possible: np.ndarray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        shape = tuple(d.n_codes for d in self.dimensions)
        if self.shown.shape != shape or self.withheld.shape != shape:
            raise ValueError(f"figures of shape {self.shown.shape} for a table of shape {shape}")
        if self.possible is not None and self.possible.shape != tuple(d.n_leaves for d in self.dimensions):
            raise ValueError(f"atoms of shape {self.possible.shape} for another number of leaves")

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """(least, greatest) count that each cell may have; int64, -1 in the second where there is no greatest."""
        least, greatest = rounding_interval(self.shown, self.base)
        open_ = -1 if self.possible is None else np.where(roll_up(self.possible.astype(np.int64), self.dimensions) > 0, -1, 0)
        return np.where(self.withheld, LEAST_COUNT, least), np.where(self.withheld, open_, greatest)

    def label(self, cell: tuple[int, ...]) -> str:
        """`RegioS=GM0363, Hulpvorm=11` for a cell, by its codes."""
        return ", ".join(f"{d.name}={d.codes[i].code}" for d, i in zip(self.dimensions, cell))
