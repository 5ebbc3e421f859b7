"""From specification and data folder to cubes: plans run on an engine (tables/engines), and its answer becomes the atoms of a cube."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from celwacht.tables import home
from celwacht.tables.counting.atoms_sql import UNLISTED, UNLISTED_IN_SET, atoms_tree, names_of, parameters, unlisted_tree
from celwacht.tables.counting.coding import of_sets
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.counting.plan import Plan, plans, time_dimension
from celwacht.tables.counting.structural import contradicted, impossible_atoms
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube, SummedCube
from celwacht.tables.engines.engine import Records
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.yaml.read import name_of

MOST_ATOMS = 50_000_000
MOST_NAMED, LONGEST_CODE, FEW = 5, 6, 10
"""Of values without a class: how many are named, how long a code is, and below how many records the number is not told."""


def build_cube(spec: TableSpec, periods: Iterable[Period], data: Path, *, connection: Microdata | None = None) -> list[Cube]:
    """The cubes of a table for those of `periods` that it is made for, from the microdata in the folder `data`.

    Trajectories: one cube per year, Perioden last. Persons (and running durations): one cube per period, with
    Perioden as a dimension of one code. The records of a year are those of all `periods` of that year, also where the
    table is not made for some of them, so that all tables of a set count the same records. `connection`: microdata
    already open, to load records once for many tables. ProblemsFound if the specification or the data do not fit.
    """
    asked = sorted(set(periods))
    made = plans(spec, asked)
    own = connection or Microdata(data)
    try:
        problems = [p for plan in made for p in own.missing(plan)]
        if problems:
            raise ProblemsFound(set(problems))
        return [_run(plan, own.records(spec.source, plan.year, [p for p in asked if p.year == plan.year])) for plan in made]
    finally:
        if connection is None:
            own.close()


def _run(plan: Plan, database: Records) -> Cube:
    result = database.columns(atoms_tree(plan), parameters(plan))
    dimensions, places = located(plan, result, database)
    return _dense(plan, dimensions, places, result)


def located(plan: Plan, result: dict, database: Records) -> tuple[tuple[Classification, ...], list[np.ndarray]]:
    """The dimensions of a result with the columns names_of(plan), and the leaf of each row in each of them.

    ProblemsFound where a value is of no class: of every such dimension. database: of the records, to say which values these are.
    """
    columns = [np.ma.filled(result[name], UNLISTED).astype(np.int64) for name in names_of(plan)]
    dimensions: list[Classification] = []
    places: list[np.ndarray] = []
    lost = [np.any(v >> UNLISTED_IN_SET & 1 if a.all_touched else v < 0) for a, v in zip(plan.axes, columns)]
    if any(lost):
        raise ProblemsFound(_unlisted(plan, number, database) for number, one in enumerate(lost, 1) if one)
    for axis, values in zip(plan.axes, columns):
        dimension, place = of_sets(axis.coding, np.unique(values)) if axis.all_touched else (axis.coding.classification, None)
        dimensions.append(dimension)
        places.append(values if place is None else _placed(values, place))
    time, place = time_dimension(plan)
    dimensions.append(time)
    places.append(np.zeros_like(result["aantal"], dtype=np.int64) if plan.persons else _placed(columns[-1], place))
    return tuple(dimensions), places


def _placed(masks: np.ndarray, place: dict[int, int]) -> np.ndarray:
    found, inverse = np.unique(masks, return_inverse=True)
    return np.array([place[int(m)] for m in found], dtype=np.int64)[inverse]


def _dense(plan: Plan, dimensions: tuple[Classification, ...], places: list[np.ndarray], result: dict) -> Cube:
    shape = tuple(d.n_leaves for d in dimensions)
    if np.prod(shape, dtype=float) > MOST_ATOMS:
        raise ProblemsFound(
            [
                Problem(
                    name_of(home.specs() / f"{plan.spec.id}.yaml"),
                    0,
                    0,
                    "too-large",
                    f"the table has "
                    f"{np.prod(shape, dtype=float):,.0f} atoms, at most {MOST_ATOMS:,} are held; "
                    "publish fewer levels or dimensions.",
                )
            ]
        )
    flat = np.ravel_multi_index(places, shape) if len(result["aantal"]) else np.zeros(0, dtype=np.int64)

    def spread(name: str) -> np.ndarray:
        atoms = np.zeros(int(np.prod(shape)), dtype=np.int64)
        # several rows can fall on one atom, where sets of classes share a leaf
        np.add.at(atoms, flat, np.ma.filled(result[name], 0).astype(np.int64))
        return atoms.reshape(shape)

    atoms = spread("aantal")
    impossible, rules = impossible_atoms(plan, shape)
    problems = contradicted(plan, atoms, rules)
    if problems:
        raise ProblemsFound(problems)
    if not plan.sums:
        return Cube(plan.spec.id, dimensions, atoms, plan.spec.unit, impossible)
    return SummedCube(
        plan.spec.id,
        dimensions,
        atoms,
        plan.spec.unit,
        impossible,
        sums={f: spread(f"som_{f}") for f in plan.sums},
        known={f: spread(f"bekend_{f}") for f in plan.sums},
    )


def _unlisted(plan: Plan, number: int, database: Records) -> Problem:
    """Which values are listed nowhere, and how many records have them: below FEW only that there are fewer."""
    axis = plan.axes[number - 1]
    rows = database.rows(unlisted_tree(plan, number), parameters(plan))
    told = ", ".join(f"{_named(value)} ({_records(count)})" for value, count in rows[:MOST_NAMED])
    more = f" and {len(rows) - MOST_NAMED} more values" if len(rows) > MOST_NAMED else ""
    return Problem(
        name_of(home.specs() / f"{plan.spec.id}.yaml"),
        0,
        0,
        "unlisted-value",
        f"dimension {axis.name}: the records hold values of '{axis.coding.field}' that the classification does not list and that have no "
        f"unknown leaf: {told}{more}. List them, add a leaf with unknown: true, or leave such records out with `where`.",
    )


def _named(value: object) -> str:
    """A code as it is; what is longer than a code is not repeated, for it may be of a person."""
    text = "" if value is None else str(value)
    return "blank" if not text else f"'{text}'" if len(text) <= LONGEST_CODE else "a longer value"


def _records(count: int) -> str:
    return f"{count:,} records" if count >= FEW else f"fewer than {FEW} records"
