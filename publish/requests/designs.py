"""The table as it was asked, and coarser ones: levels or dimensions dropped, halves joined to the year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from celwacht.publish.preview.advise import coarser
from celwacht.tables.counting.codings import read_classification
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec


@dataclass(frozen=True, slots=True)
class Design:
    """steps: what was given up, in order; none for the table as it was asked."""

    spec: TableSpec
    periods: tuple[Period, ...]
    steps: tuple[str, ...] = ()

    @property
    def same_as(self) -> tuple[object, ...]:
        """Equal for two ways to the same table."""
        return (*((d.name, d.levels) for d in self.spec.dimensions), *self.periods)


def one_step_coarser(design: Design) -> Iterator[Design]:
    """Every table that gives up one thing more."""
    spec = design.spec
    levels = [tuple(d.levels or read_classification(d.classification).levels()) for d in spec.dimensions]
    for what, _, new in coarser(spec, levels):
        periods = tuple(p for p in design.periods if p.kind in new.periods)
        if periods:
            yield Design(new, periods, (*design.steps, what))
    for year in sorted({p.year for p in design.periods}):
        halves = [p for p in design.periods if p.year == year and p.kind == "halfjaar"]
        if len(halves) == 2 and len(design.periods) == 2:
            joined = spec.model_copy(update={"periods": ("jaar",)})
            yield Design(joined, (Period.parse(f"{year}JJ00"),), (*design.steps, "halves joined to the year"))
