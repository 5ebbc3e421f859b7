"""Which provider contributes how much to a cube: counts per combination of leaves and provider, a side result.

Trajectories: each counts for the provider of the record that it is taken from, so that contributions add up to
the cube. Persons: each counts once for every provider that they had, in the dimension `per_person: alle` in
the classes touched at that provider only, in the others (and where a code tells which classes go together) in the
person's own class. So contributions may add up to more than the persons of a cell, and a provider counts as a
contributor to a cell only if one of its clients is in it.

What a provider *knows* is another question, and is answered generously (`known`): every client of theirs, in the atom of the cube in
which the person counts, whoever reported the rest of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.tables.counting.atoms_sql import classed_steps, classes_touched, names_of, parameters, persons_step, with_steps
from celwacht.tables.counting.build_cube import located
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.counting.parts_sql import column, literal, named
from celwacht.tables.counting.plan import Plan, plans
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.engines.engine import Records
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.table_spec import TableSpec
from sqlglot import exp

PROVIDER = "aanbieder"


@dataclass(frozen=True, eq=False)
class Contributors:
    """Contributions to one cube. Confidential. n rows, one per combination of leaves and provider.

    dimensions: the codes of the cube's, over leaves of their own. leaf: int32 (n, number of dimensions). provider: str
    (n,); all that have none are one, ''. count: int64 (n,), > 0.
    """

    table: str
    dimensions: tuple[Classification, ...]
    leaf: np.ndarray = field(repr=False)
    provider: np.ndarray = field(repr=False)
    count: np.ndarray = field(repr=False)

    def __repr__(self) -> str:
        return f"<Contributors of {self.table} (confidential)>"


def build_contributors(
    spec: TableSpec, periods: Iterable[Period], data: Path, *, connection: Microdata | None = None, known: Mapping[str, str] | None = None
) -> list[Contributors]:
    """The contributors of the cubes that `build_cube` makes of the same, in the same order; ProblemsFound likewise.

    known: for each provider all that it may know, over the very leaves of those cubes; providers with an entry here are one with all
    others of that entry (their parent organisation), and a client of several of them is counted once.
    """
    asked = sorted(set(periods))
    made = plans(spec, asked)
    own = connection or Microdata(data)
    try:
        problems = [p for plan in made for p in own.missing(plan)]
        if problems:
            raise ProblemsFound(set(problems))
        return [_run(plan, own.records(spec.source, plan.year, [p for p in asked if p.year == plan.year]), known) for plan in made]
    finally:
        if connection is None:
            own.close()


def _run(plan: Plan, database: Records, known: Mapping[str, str] | None) -> Contributors:
    result = database.columns(contributors_tree(plan, known=known), parameters(plan))
    dimensions, places = located(plan, result, database)
    leaf = np.stack(places, axis=1).astype(np.int32) if len(result["aantal"]) else np.zeros((0, len(dimensions)), np.int32)
    provider = np.ma.filled(result[PROVIDER], "").astype(str)
    return Contributors(plan.spec.id, dimensions, leaf, provider, result["aantal"].astype(np.int64))


def contributors_tree(plan: Plan, *, known: Mapping[str, str] | None = None) -> exp.Select:
    """Columns: names_of(plan), `aanbieder`, and `aantal`: trajectories, or persons with one at the provider. known: a person
    with all their classes, also those touched elsewhere, and providers of one parent (the mapping) as one."""
    whose = _whose(known)
    steps, last = classed_steps(plan, (PROVIDER,)), "ingedeeld"
    if plan.persons:
        steps.append(persons_step(plan, key=True))
        at_provider = [classes_touched(name) for axis, name in zip(plan.axes, names_of(plan)) if _own(axis) and known is None]
        grouped = [column("persoon"), named(whose, PROVIDER)]
        steps.append(
            (
                "bij_aanbieder",
                "One row per person and provider: the classes touched there",
                exp.select(*grouped, *at_provider).from_(exp.to_table(last)).group_by(column("persoon"), whose),
            )
        )
        last, whose = "samen", column(PROVIDER)
        steps.append((last, "The person's own class, or the classes touched at the provider", _joined(plan, known)))
    classes = [column(n) for n in names_of(plan)]
    counted = [*classes, named(whose, PROVIDER), named(exp.Count(this=exp.Star()), "aantal")]
    tree = exp.select(*counted).from_(exp.to_table(last)).group_by(*classes, whose)
    return with_steps(tree, steps, f"Count {plan.spec.unit} per combination of classes and provider")


def _own(axis) -> bool:
    """Whether what counts is the classes at the provider, not those of the person."""
    return axis.all_touched and not axis.coding.combinations


def _whose(known: Mapping[str, str] | None) -> exp.Expr:
    """The provider of a trajectory, or the organisation that it belongs to. Names of organisations begin with a blank, as no code does."""
    if not known:
        return column(PROVIDER)
    parents = [exp.If(this=literal(one), true=literal(f" {parent}")) for one, parent in sorted(known.items())]
    return exp.Case(this=column(PROVIDER), ifs=parents, default=column(PROVIDER))


def _joined(plan: Plan, known: Mapping[str, str] | None) -> exp.Select:
    columns = [column(name, "a" if _own(axis) and known is None else "j") for axis, name in zip(plan.axes, names_of(plan))]
    same = exp.EQ(this=column("persoon", "a"), expression=column("persoon", "j"))
    return (
        exp.select(*columns, column(PROVIDER, "a"))
        .from_(exp.to_table("bij_aanbieder", alias="a"))
        .join(exp.to_table("personen", alias="j"), on=same)
    )
