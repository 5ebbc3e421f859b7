"""What the intruder has before them: the counts of public tables, each with the specification that anybody can read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.tables.specs.table_spec import TableSpec


@dataclass(frozen=True, slots=True, eq=False)
class SeenTable:
    """The counts of one table of one release.

    release: tables of one release count the same records; of another release they may have changed. codes: per dimension of
    the specification the codes shown, in order, then those of Perioden. least, greatest: int64 over these codes, what
    the printed figure says of the count; UNBOUNDED for nothing. withheld: bool, the cells that are asked about.
    """

    release: str
    spec: TableSpec
    codes: tuple[tuple[str, ...], ...]
    least: np.ndarray = field(repr=False)
    greatest: np.ndarray = field(repr=False)
    withheld: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        shape = tuple(len(c) for c in self.codes)
        if len(self.codes) != len(self.spec.dimensions) + 1 or any(a.shape != shape for a in (self.least, self.greatest, self.withheld)):
            raise ValueError(f"{self.spec.id}: figures and codes do not fit the specification")


def seen(
    release: str, spec: TableSpec, codes: tuple[tuple[str, ...], ...], shown: np.ndarray, withheld: np.ndarray, base: int
) -> SeenTable:
    """A table as printed: shown (int64) rounded to `base`, halves up; a withheld cell tells that its count is not negative."""
    least = np.where(withheld, 0, np.maximum(shown - base // 2, 0)).astype(np.int64)
    greatest = np.where(withheld, UNBOUNDED, shown + (base - 1) // 2).astype(np.int64)
    return SeenTable(release, spec, codes, least, greatest, np.asarray(withheld, bool))
