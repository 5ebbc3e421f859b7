"""All tables of a set counted together: for every record its class in each dimension of each table, and when it counts.

One statement per cube and source gives, per record (a trajectory), the leaf in every dimension and the periods in
which it counts, whether or not it does: also what a record would be if one of its values were another can then be
looked up. From there `atoms_of_records` tells in which atoms of which cubes every person counts, and how often.
The cubes that follow are those of `build_cube`, and a test holds them equal.

    record 7 of person 3: leaves (0, 2, 41), periods 0b101 -> atom (0, 2, 41, leaf of 0b101) of the cube of trajectories
    person 3 with records 7 and 9: the set of forms {2, 5}, all else from the record that began last -> one atom
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from celwacht.tables.counting.atoms_sql import names_of, parameters
from celwacht.tables.counting.build_cube import Microdata
from celwacht.tables.counting.codings import of_sets
from celwacht.tables.counting.plan import Plan, plans, time_dimension
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.engines.engine import Records
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.together.all_records_sql import all_records_tree


@dataclass(frozen=True, eq=False, repr=False)
class Counted:
    """One plan, record by record. Confidential.

    person: str (n,) pseudonym. record: int64 (n,), number of the record within its source and year: the same in all
    plans. order: int64 (n,), grows with the begin. leaf: int32 (n, axes), -1 or a bit too far where a value is of no
    class. periods: int64 (n,), bit i: counts in plan.periods[i].
    """

    plan: Plan
    person: np.ndarray
    record: np.ndarray
    order: np.ndarray
    leaf: np.ndarray
    periods: np.ndarray

    def __repr__(self) -> str:
        return f"<Counted {self.plan.spec.id} (confidential)>"


@dataclass(frozen=True, eq=False, repr=False)
class Counts:
    """Who counts where in one cube: m rows, each one unit of `person` in flat atom `atom` of `cube`. Confidential.

    row: int64 (m,), place in `counted` of the record that counts, or for cubes of persons of the one that began last.
    """

    cube: Cube
    counted: Counted
    person: np.ndarray
    atom: np.ndarray
    row: np.ndarray
    maps: tuple[np.ndarray, ...] | None = None
    """For a narrowed cube, per dimension: the leaf of the cube for every leaf of the plan's, -1 for none."""
    earlier: bool = False
    """Whether the cube is of a release before: the same persons, as the register knew them then."""

    def __repr__(self) -> str:
        return f"<Counts of {self.cube.table} (confidential)>"


def count_together(
    specs: Sequence[TableSpec], periods: Iterable[Period], data: Path, *, connection: Microdata | None = None
) -> list[Counts]:
    """For every cube of the tables, in the order of `build_cube` table after table, who counts where in it.

    ProblemsFound if a specification or the data do not fit.
    """
    asked = sorted(set(periods))
    own = connection or Microdata(data)
    try:
        made = [plan for spec in specs for plan in plans(spec, asked)]
        problems = [p for plan in made for p in own.missing(plan)]
        if problems:
            raise ProblemsFound(set(problems))
        order = sorted(range(len(made)), key=lambda i: (made[i].spec.source, made[i].year))
        found: dict[int, Counts] = {}
        for i in order:  # the tables of one source and year together: its records are loaded once
            plan = made[i]
            database = own.records(plan.spec.source, plan.year, [p for p in asked if p.year == plan.year])
            found[i] = counts_of(_records(plan, database))
        return [found[i] for i in range(len(made))]
    finally:
        if connection is None:
            own.close()


def _records(plan: Plan, database: Records) -> Counted:
    result = database.columns(all_records_tree(plan), parameters(plan))
    axes = names_of(plan)[: len(plan.axes)]
    n = len(result["rij"])
    leaf = (np.stack([np.ma.filled(result[a], -1) for a in axes], axis=1) if n else np.zeros((0, len(axes)))).astype(np.int32)
    whole = {name: np.ma.filled(result[name], 0).astype(np.int64) for name in ("rij", "volgorde", "tijd")}
    order = np.argsort(whole["rij"], kind="stable")
    person = np.asarray(np.ma.filled(result["persoon"], ""), dtype=str)
    return Counted(plan, person[order], whole["rij"][order], whole["volgorde"][order], leaf[order], whole["tijd"][order])


def counts_of(counted: Counted) -> Counts:
    """The cube of a plan, and who counts where in it."""
    return _of_persons(counted) if counted.plan.persons else _of_trajectories(counted)


def time_leaves(plan: Plan, periods: np.ndarray) -> np.ndarray:
    """The leaf of Perioden for each set of periods, -1 for the empty set or one that no dates give."""
    _, place = time_dimension(plan)
    found, inverse = np.unique(periods, return_inverse=True)
    return np.array([place.get(int(m), -1) for m in found], np.int64)[inverse]


def _of_trajectories(counted: Counted) -> Counts:
    plan = counted.plan
    dimensions = (*(a.coding.classification for a in plan.axes), time_dimension(plan)[0])
    there = np.flatnonzero(counted.periods)
    leaf = np.c_[counted.leaf[there], time_leaves(plan, counted.periods[there])]
    return _counts(counted, dimensions, leaf, there)


def _of_persons(counted: Counted) -> Counts:
    """Persons of a cube of one period: the set of classes touched, or the class of the record that began last."""
    plan = counted.plan
    there = np.flatnonzero(counted.periods)
    there = there[np.lexsort((counted.order[there], counted.person[there]))]
    person = counted.person[there]
    last = np.flatnonzero(np.r_[person[1:] != person[:-1], True]) if len(there) else np.zeros(0, np.int64)
    first = np.r_[0, last[:-1] + 1] if len(last) else last
    dimensions, columns = [], []
    for i, axis in enumerate(plan.axes):
        values = counted.leaf[there, i]
        if axis.all_touched:
            masks = np.bitwise_or.reduceat(np.int64(1) << values.astype(np.int64), first) if len(last) else last
            dimension, place = of_sets(axis.coding, np.unique(masks))
            columns.append(np.array([place[int(m)] for m in masks], np.int64))
        else:
            dimension = axis.coding.classification
            columns.append(values[last].astype(np.int64))
        dimensions.append(dimension)
    dimensions.append(time_dimension(plan)[0])
    columns.append(np.zeros(len(last), np.int64))
    return _counts(counted, tuple(dimensions), np.stack(columns, axis=1), there[last])


def _counts(counted: Counted, dimensions, leaf: np.ndarray, row: np.ndarray) -> Counts:
    shape = tuple(d.n_leaves for d in dimensions)
    atom = np.ravel_multi_index(tuple(leaf.T.astype(np.int64)), shape) if len(leaf) else np.zeros(0, np.int64)
    atoms = np.bincount(atom, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)
    cube = Cube(counted.plan.spec.id, dimensions, atoms, counted.plan.spec.unit)
    return Counts(cube, counted, counted.person[row], atom, row)
