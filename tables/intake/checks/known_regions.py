"""Whether the lists of regions can be read by which deliveries are judged: where they cannot, no delivery is at fault."""

from __future__ import annotations

from collections.abc import Iterable

from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions import divisions
from celwacht.tables.regions.check_regions import wrong_regions
from celwacht.tables.sources.layouts import every_layout


def known_regions(records: Iterable[str]) -> None:
    """ProblemsFound with all that is wrong with the project's regions, where records of one of these kinds name one."""
    kinds = set(records)
    if any(field.type == "gebied" for layout in every_layout() if layout.record in kinds for field in layout.fields):
        problems = [problem for name in divisions.systems() for problem in wrong_regions(name)]
        if problems:
            raise ProblemsFound(problems)
