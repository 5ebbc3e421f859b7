"""The public side: what the world may see of one table, and nothing else.

A Publication is made by the release gate (gate.py) and by nobody else; a test over the syntax tree keeps it so.
Writers take a Publication only. It carries no true value of a withheld cell, no difference between a cell withheld
for its own sake and one withheld to protect another, and no parameter of the disclosure policy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from celwacht.tables.face import PLAIN, Face

PRINTED, WITHHELD, IMPOSSIBLE = 0, 1, 2
"""State of an observation. IMPOSSIBLE: cannot occur, on public grounds (a rate without inhabitants)."""

SYMBOL = "."
"""What a reader sees where a figure is withheld, whatever the reason."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text for readers in Dutch, and in English where there is one."""

    nl: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class PublicCode:
    """A category. `group` is the code it is shown under ('' at the top), `depth` how deep that is.

    `status` is only for periods: Voorlopig, NaderVoorlopig or Definitief (in a project that speaks English only: Provisional,
    RevisedProvisional or Definite).
    """

    code: str
    title: Words
    group: str = ""
    depth: int = 0
    description: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class PublicDimension:
    """A dimension with its codes in the order in which they are shown.

    `kind` as in OData v4: Dimension, TimeDimension, GeoDimension or GeoDetail.
    """

    name: str
    title: Words
    kind: str
    codes: tuple[PublicCode, ...]

    def groups(self) -> tuple[PublicCode, ...]:
        """The codes that others are shown under, in order."""
        parents = {c.group for c in self.codes}
        return tuple(c for c in self.codes if c.code in parents)


@dataclass(frozen=True, slots=True, eq=False)
class PublicMeasure:
    """A measure and its figures.

    values: int64, one axis per dimension; the figure times 10**decimals, and 0 where it is not printed.
    state: uint8 of the same shape; PRINTED, WITHHELD or IMPOSSIBLE.
    """

    code: str
    name: str
    title: Words
    description: str
    unit: str
    decimals: int
    values: np.ndarray = field(repr=False)
    state: np.ndarray = field(repr=False)
    description_en: str = ""

    def __post_init__(self) -> None:
        if self.values.dtype != np.int64 or self.state.dtype != np.uint8 or self.values.shape != self.state.shape:
            raise ValueError(f"{self.code}: values must be int64 and state uint8, of one shape")
        if np.any(self.values[self.state != PRINTED]):
            raise ValueError(f"{self.code}: a figure stands under a cell that is not printed")
        if self.state.max(initial=0) > IMPOSSIBLE:
            raise ValueError(f"{self.code}: unknown state")
        self.values.flags.writeable = False
        self.state.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """One table, ready for readers. Perioden is the last dimension."""

    table: str
    statline: str
    title: Words
    description: Words
    unit: str
    source: str
    modified: date
    dimensions: tuple[PublicDimension, ...]
    measures: tuple[PublicMeasure, ...]
    footnotes: tuple[tuple[str, Words], ...] = ()
    """(name of the dimension or measure, or '' for the whole table; text)"""
    made_up: bool = False
    """Whether the figures are made up, which every page and file then says."""
    face: Face = PLAIN
    """How the project that published it speaks; in English alone every text above is English, under `nl` too."""

    def __post_init__(self) -> None:
        if not self.measures or self.dimensions[-1].kind != "TimeDimension":
            raise ValueError(f"{self.table}: a publication has measures, and its last dimension is Perioden")
        if any(m.values.shape != self.shape for m in self.measures):
            raise ValueError(f"{self.table}: a measure does not have the shape of the table")

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of codes of each dimension."""
        return tuple(len(d.codes) for d in self.dimensions)

    @property
    def periods(self) -> PublicDimension:
        return self.dimensions[-1]

    @property
    def n_observations(self) -> int:
        """Cells times measures; the full cross product, so that which rows exist tells nothing."""
        return int(np.prod(self.shape)) * len(self.measures)

    def status(self) -> str:
        """The least final status of the periods."""
        found = {c.status for c in self.periods.codes}
        given = ("Provisional", "RevisedProvisional", "Definite") if self.face.english else ("Voorlopig", "NaderVoorlopig", "Definitief")
        return next((s for s in given[:2] if s in found), given[2])


ATTRIBUTE = ("None", "Confidential", "Impossible")
"""ValueAttribute for the states PRINTED, WITHHELD, IMPOSSIBLE. One word for every withheld cell."""
