"""From a table specification and the periods asked for to plans: one for each cube. Pure; no database.

Trajectories of a year make one cube, whose last dimension says in which of its periods each trajectory counts, so
that the year and its halves are protected together. Persons make one cube per period, because the class of a
person may differ between periods; so do trajectories by a running duration, or by the age on a reference date, which grow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import numpy as np
from celwacht.tables import home
from celwacht.tables.counting import codings
from celwacht.tables.counting.coding import MOST_IN_A_SET, Coding
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.face import periods_name
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound, nearest, repeated
from celwacht.tables.sources.sources import SOURCES, persons_unit, registers_of
from celwacht.tables.specs.filter_language import Expr, ExpressionError, fields_of, parse
from celwacht.tables.specs.table_spec import MeanMeasure, SumMeasure, TableSpec
from celwacht.tables.yaml.read import name_of


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of the plan: its name, its coding, and whether a person counts in every class touched."""

    name: str
    coding: Coding
    all_touched: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What one cube asks of the database. Periods in the order of the codes of `Perioden`."""

    spec: TableSpec
    periods: tuple[Period, ...]
    axes: tuple[Axis, ...]
    where: Expr | None
    sums: tuple[str, ...]
    """Fields that are added up beside the count."""

    @property
    def year(self) -> int:
        return self.periods[0].year

    @property
    def persons(self) -> bool:
        """Whether it counts persons, and not trajectories."""
        return persons_unit(self.spec.source, self.spec.unit)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields read, in a fixed order."""
        used = {f for a in self.axes for f in fields_read(a.coding)} | set(self.sums)
        return tuple(sorted(used | (fields_of(self.where) if self.where else set())))

    @property
    def end(self) -> date:
        """The last day of the latest period: to here a trajectory that still runs is counted in days."""
        return max(p.end for p in self.periods)


def fields_read(coded: Coding) -> tuple[str, ...]:
    """The fields that decide the leaf: that of a district falls back on that of the region."""
    return (coded.field, coded.fallback) if coded.fallback else (coded.field,)


def plans(spec: TableSpec, periods: Iterable[Period]) -> list[Plan]:
    """The plans of a table for those of `periods` that it is made for; ProblemsFound with all that is wrong."""
    problems: list[Problem] = []
    periods = tuple(periods)
    spec = codings.in_division(spec, max((p.year for p in periods), default=None))
    axes = [a for i in range(len(spec.dimensions)) if (a := _axis(spec, i, problems)) is not None]
    where = _filter(spec, problems)
    sums = tuple(dict.fromkeys(m.field for m in spec.measures if isinstance(m, (SumMeasure, MeanMeasure))))
    _check(spec, axes, sums, problems)
    if problems:
        raise ProblemsFound(problems)
    made = sorted(
        {p for p in periods if p.kind in spec.periods and spec.made_for(p.year)}, key=lambda p: (p.year, p.end, -p.begin.toordinal())
    )
    fields = Plan(spec, (), tuple(axes), where, sums).fields
    apart = persons_unit(spec.source, spec.unit) or any(grows(spec, f) for f in fields)
    groups = [(p,) for p in made] if apart else [tuple(g) for _, g in groupby(made, key=lambda p: p.year)]
    return [Plan(spec, group, tuple(axes), where, sums) for group in groups]


def grows(spec: TableSpec, field: str) -> bool:
    """Whether the value of one trajectory differs between the periods of a table: a duration that still runs, the age on a
    reference date, what happened in the period."""
    known = SOURCES[spec.source].get(field)
    if known is None:
        return False
    return known.per_period or (known.make == "duration" and spec.moment != "uitstroom") or (known.make == "age" and spec.moment == "stand")


def _problem(spec: TableSpec, rule: str, message: str) -> Problem:
    return Problem(name_of(home.specs() / f"{spec.id}.yaml"), 0, 0, rule, message)


def _axis(spec: TableSpec, i: int, problems: list[Problem]) -> Axis | None:
    d = spec.dimensions[i]
    try:
        levels = codings.usual_levels(d.classification, d.levels)
        coded = codings.coding(d.classification, dimension_name=d.name, levels=levels, title=d.title, field=d.field, division=d.division)
    except ProblemsFound as found:
        problems.extend(found.problems)
        return None
    for name in fields_read(coded):
        if name not in SOURCES[spec.source]:
            problems.append(
                _problem(
                    spec,
                    "unknown-field",
                    f"dimension {d.name} reads '{name}', which {spec.source} does not have.{nearest(name, SOURCES[spec.source])}",
                )
            )
    return Axis(d.name, coded, persons_unit(spec.source, spec.unit) and d.per_person == "alle")


def _filter(spec: TableSpec, problems: list[Problem]) -> Expr | None:
    if spec.where is None:
        return None
    try:
        return parse(spec.where, SOURCES[spec.source])
    except ExpressionError as error:
        problems.append(_problem(spec, "filter", f"where, character {error.offset + 1}: {error.message}"))
        return None


def _check_moment(spec: TableSpec, problems: list[Problem]) -> None:
    if spec.moment == "stand" and all(one.trajectories.end is None for one in registers_of(spec.source)):
        problems.append(
            _problem(
                spec,
                "event-moment",
                "the records of this source are events of one day, and none runs on a reference date. Take moment: instroom.",
            )
        )


def _check(spec: TableSpec, axes: list[Axis], sums: tuple[str, ...], problems: list[Problem]) -> None:
    known = axes
    _check_moment(spec, problems)
    several = [a.name for a in known if a.all_touched]
    if len(several) > 1:
        problems.append(
            _problem(
                spec,
                "two-alle",
                f"per_person: alle stands at {' and '.join(several)}; which classes "
                "of a person go together is then lost. Keep it at one dimension.",
            )
        )
    for a in known:
        if a.coding.combinations and not a.all_touched:
            problems.append(
                _problem(
                    spec, "combinaties-alle", f"dimension {a.name} counts combinations; that takes a unit of persons and per_person: alle."
                )
            )
        if a.all_touched and a.coding.classification.n_leaves > MOST_IN_A_SET:
            problems.append(
                _problem(
                    spec,
                    "too-many-leaves",
                    f"dimension {a.name} has "
                    f"{a.coding.classification.n_leaves} classes; per_person: alle takes at most "
                    f"{MOST_IN_A_SET}. Publish fewer levels, or use laatste.",
                )
            )
    names = [a.name for a in known] + [periods_name()]
    for name in sorted(repeated(names)):
        problems.append(_problem(spec, "name-twice", f"dimension {name} occurs twice; {periods_name()} comes by itself."))
    for name in sums:
        kind = SOURCES[spec.source].get(name)
        if persons_unit(spec.source, spec.unit) or kind is None or kind.kind != "number":
            problems.append(
                _problem(
                    spec, "sum-field", f"'{name}' cannot be added up: that takes a unit of trajectories, and a number, such as a duration."
                )
            )


def touches(moment: str, period: Period, begin: date, end: date | None, *, includes_end: bool = False) -> bool:
    """Whether a trajectory counts in a period: the definition that the SQL follows."""
    if moment == "instroom":
        return period.begin <= begin <= period.end
    if moment == "uitstroom":
        return end is not None and period.begin <= end <= period.end
    if moment == "gebruik":
        return begin <= period.end and (end is None or end >= period.begin)
    return begin <= period.end and (end is None or end > period.end or (includes_end and end == period.end))


def time_dimension(plan: Plan) -> tuple[Classification, dict[int, int]]:
    """The dimension Perioden: leaves are the sets of periods in which a trajectory can count, by the calendar.

    Also: the leaf of each set, a bitmask over plan.periods. All sets that some pair of dates can give are there,
    whether or not a trajectory has them.
    """
    spec, periods = plan.spec, plan.periods
    edges = sorted({d + timedelta(days=k) for p in periods for d in (p.begin, p.end) for k in (-1, 0, 1)})
    spans = [(a, b) for a in edges for b in (*[e for e in edges if e >= a], None)]
    found = {
        sum(1 << i for i, p in enumerate(periods) if touches(spec.moment, p, a, b, includes_end=spec.stand_includes_end)) for a, b in spans
    }
    masks = sorted(found - {0})
    leaves = tuple("+".join(p.code for i, p in enumerate(periods) if m >> i & 1) for m in masks)
    dated = spec.moment == "stand"
    shown = tuple(Code(p.code, p.title("nl", reference_date=dated), p.title("en", reference_date=dated), level=p.kind) for p in periods)
    members = tuple(np.array([j for j, m in enumerate(masks) if m >> i & 1], dtype=np.int32) for i in range(len(periods)))
    dimension = Classification(periods_name(), "Perioden", "Periods", shown, leaves, members, "TimeDimension")
    return dimension, {m: j for j, m in enumerate(masks)}
