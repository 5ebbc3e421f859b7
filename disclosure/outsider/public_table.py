"""What the attacker has before it: the figures of public tables, each with the specification that anybody can read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.tables.specs.table_spec import TableSpec

ENDLESS = 1 << 40
"""No upper bound: more than any count."""


@dataclass(frozen=True, slots=True, eq=False)
class PublicTable:
    """The count of one table of one release.

    codes: per dimension of the specification the codes shown, then those of Perioden. low, high: int64 over these codes, between which the count
    lies by what is printed there (ENDLESS: nothing is known). dot: bool, withheld.
    """

    release: str
    spec: TableSpec
    codes: tuple[tuple[str, ...], ...]
    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)
    dot: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        shape = tuple(map(len, self.codes))
        if len(shape) != len(self.spec.dimensions) + 1 or {self.low.shape, self.high.shape, self.dot.shape} != {shape}:
            raise ValueError(f"{self.spec.id}: figures and codes do not fit the specification")

    def within(self, low: np.ndarray, high: np.ndarray, where: np.ndarray) -> PublicTable:
        """The same with these bounds as well, in the cells that are meant."""
        return PublicTable(
            self.release,
            self.spec,
            self.codes,
            np.where(where, np.maximum(self.low, low), self.low).astype(np.int64),
            np.where(where, np.minimum(self.high, high), self.high).astype(np.int64),
            self.dot,
        )

    def under(self, release: str) -> PublicTable:
        """The same, as of that release."""
        return PublicTable(release, self.spec, self.codes, self.low, self.high, self.dot)

    @property
    def name(self) -> str:
        return f"{self.spec.id} ({self.release})" if self.release else self.spec.id


def read(release: str, spec: TableSpec, codes: tuple[tuple[str, ...], ...], figures: np.ndarray, dot: np.ndarray, base: int) -> PublicTable:
    """figures: int64 as printed, multiples of base (halves rounded up); whatever stands at a dot is not looked at."""
    low = np.where(dot, 0, np.maximum(figures - base // 2, 0)).astype(np.int64)
    high = np.where(dot, ENDLESS, figures + (base - 1) // 2).astype(np.int64)
    return PublicTable(release, spec, codes, low, high, np.asarray(dot, bool))
