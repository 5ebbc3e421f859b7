"""What a rate is divided by: for every cell of the table the people of its region, age, sex and year, and of nobody else.

Example. A rate over people of 0 to 23, in a table by RegioS, Leeftijd and Geslacht: the cell (GM0363, 4 tot 12 jaar, Vrouwen,
2023HJ01) is divided by the women of 4 to 12 of Amsterdam on 1 January 2023; the cell of all ages by those of 0 to 23.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.tables.counting.codings import in_division, read_classification
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.regions.divisions import system
from celwacht.tables.sources.moved_people import on_division
from celwacht.tables.sources.populations import Needs, Population, PopulationFile, Populations, populations
from celwacht.tables.sources.sources import SOURCES
from celwacht.tables.specs.classification_spec import Node, TreeSpec
from celwacht.tables.specs.table_spec import DimensionSpec, RateMeasure, TableSpec

Ages = tuple[tuple[int, int | None], ...]
"""Intervals of age, from and below (None: no limit)."""


@dataclass(frozen=True, slots=True, eq=False)
class Denominator:
    """persons: int64, one axis per dimension of the table (of length 1 where it makes no difference), Perioden last; 0 where there
    are no such people, or the class is unknown. of: the population of each period, in their order."""

    persons: np.ndarray
    of: tuple[PopulationFile, ...] = ()


@dataclass(frozen=True, slots=True)
class CodesOfAxis:
    """A dimension as a rate sees it. Per code what it restricts; None: nothing."""

    spec: DimensionSpec
    kind: str
    ages: dict[str, Ages] = field(default_factory=dict)
    sexes: dict[str, frozenset[str]] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    """Code -> the code that it stands under."""
    titles: dict[str, str] = field(default_factory=dict)


def denominators(
    spec: TableSpec, dimensions: Sequence[Classification], periods: Sequence[str], people: Populations | None = None
) -> dict[str, Denominator]:
    """Name of each rate of a table -> what it is divided by.

    dimensions: those of the cube without Perioden. people: default those of the project. ProblemsFound where there is no population
    that fits, or it lacks a region of the table.
    """
    rates = [m for m in spec.measures if isinstance(m, RateMeasure)]
    people = people or (populations() if rates else None)
    axes = [axis_of(d, spec.source) for d in spec.dimensions]
    return {m.name: _denominator(spec, m, axes, dimensions, periods, people) for m in rates if people is not None}


def needs_of(spec: TableSpec, measure: RateMeasure) -> Needs:
    """What the rate asks of a population."""
    axes = [axis_of(d, spec.source) for d in spec.dimensions]
    spans = [(measure.from_, measure.below), *((a.from_, a.below) for a in measure.ages)]
    spans += [span for axis in axes for ages in axis.ages.values() for span in ages]
    limits = frozenset(age for span in spans for age in span if age)
    return Needs(limits, any(axis.sexes for axis in axes), any(axis.kind == "wijk" for axis in axes))


def axis_of(dimension: DimensionSpec, source: str) -> CodesOfAxis:
    """What the codes of a dimension say of age and sex, by what the source says of the field."""
    listed = read_classification(dimension.classification)
    read = SOURCES[source].get(dimension.field or listed.field)
    if not isinstance(listed, TreeSpec):
        return CodesOfAxis(dimension, listed.kind)
    nodes = list(listed.tree.walk())
    inner = [n for n, parent in nodes if parent]
    return CodesOfAxis(
        dimension,
        listed.kind,
        {n.code: _spans(n) for n in inner} if read is not None and read.make == "age" else {},
        {n.code: frozenset(_values(n)) for n in inner} if read is not None and read.is_sex else {},
        {n.code: parent for n, parent in nodes},
        {n.code: n.title.nl for n, _ in nodes},
    )


def _spans(node: Node) -> Ages:
    return tuple((n.from_ or 0, n.below) for n, _ in node.walk() if not n.children and not n.unknown)


def _values(node: Node) -> list[str]:
    return [v for n, _ in node.walk() for v in n.values]


def _denominator(
    spec: TableSpec,
    measure: RateMeasure,
    axes: Sequence[CodesOfAxis],
    dimensions: Sequence[Classification],
    periods: Sequence[str],
    people: Populations,
) -> Denominator:
    needs = needs_of(spec, measure)
    years = [Period.parse(code).year for code in periods]
    division = _division(spec, max(years, default=None))
    found = {year: people.of(measure.population, year, needs) for year in years}
    moved = {one: one if division is None else on_division(one, division) for one in found.values()}
    of = [moved[found[year]] for year in years]
    whose = [i for i, axis in enumerate(axes) if axis.kind in ("regio", "wijk") or axis.ages or axis.sexes or axis.spec.name == measure.by]
    shape = [len(d.codes) if i in whose else 1 for i, d in enumerate(dimensions)]
    persons = np.zeros((*shape, len(periods)), np.int64)
    for population in dict.fromkeys(of):
        _covers(population, spec, axes, dimensions)
        here = [n for n, p in enumerate(of) if p is population]
        for cell in np.ndindex(*shape):
            codes = {axis.spec.name: dimensions[i].codes[cell[i]].code for i, axis in enumerate(axes) if i in whose}
            persons[(*cell, here)] = _of_cell(population, measure, axes, codes)
    return Denominator(persons, tuple(p.about for p in of))


def _of_cell(population: Population, measure: RateMeasure, axes: Sequence[CodesOfAxis], codes: Mapping[str, str]) -> int:
    """The people of one cell."""
    region = next((codes[a.spec.name] for a in axes if a.kind in ("regio", "wijk")), system(population.about.regions).whole)
    spans: Ages = (_ages_of(measure, axes, codes),)
    sexes: frozenset[str] | None = None
    for axis in axes:
        code = codes.get(axis.spec.name, "")
        if code in axis.ages:
            spans = tuple(both for a in spans for b in axis.ages[code] if (both := _overlap(a, b)) is not None)
        sexes = axis.sexes.get(code, sexes)
    return sum(population.persons(region, a, b, sexes) or 0 for a, b in spans)


def _ages_of(measure: RateMeasure, axes: Sequence[CodesOfAxis], codes: Mapping[str, str]) -> tuple[int, int | None]:
    """The ages of the measure, or those of the nearest code at or above that of the cell that has its own."""
    own = {a.code: (measure.from_ if a.from_ is None else a.from_, measure.below if a.below is None else a.below) for a in measure.ages}
    axis = next((a for a in axes if a.spec.name == measure.by), None)
    code = codes.get(measure.by or "", "")
    while axis is not None and code and code not in own:
        code = axis.above.get(code, "")
    first, below = own.get(code, (measure.from_, measure.below))
    return first or 0, below


def _division(spec: TableSpec, year: int | None) -> int | None:
    """The year of the division that the regions of the table are on; None where it has no regions."""
    found = [one.division for one in in_division(spec, year).dimensions if isinstance(one.division, int)]
    return found[0] if found else None


def _overlap(a: tuple[int, int | None], b: tuple[int, int | None]) -> tuple[int, int | None] | None:
    first, ends = max(a[0], b[0]), [e for e in (a[1], b[1]) if e is not None]
    below = min(ends) if ends else None
    return None if below is not None and below <= first else (first, below)


def _covers(population: Population, spec: TableSpec, axes: Sequence[CodesOfAxis], dimensions: Sequence[Classification]) -> None:
    """ProblemsFound for regions of the table that the population does not have: nothing may be divided by nobody in silence."""
    for axis, dimension in zip(axes, dimensions):
        known = axis.kind in ("regio", "wijk")
        missing = [c.code for c in dimension.codes if known and not c.unknown and population.persons(c.code) is None]
        if missing:
            more = f" and {len(missing) - 1} more regions" if len(missing) > 1 else ""
            said = f"has no {missing[0]}{more}, which table {spec.id} shows. Add the rows, or take a population on its division."
            raise ProblemsFound([Problem(population.file, 0, 0, "population-region", said)])
