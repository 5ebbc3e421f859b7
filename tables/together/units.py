"""Records as points that can be moved: what a record with another value would count as, in every table.

A *variable* is what a record can have otherwise: place, age, sex, form of help, referrer, reason of ending,
course (begin and end, and with them duration and periods). Its *values* are the combinations of classes that the tables
tell apart and that some record has. Each dimension of each cube reads one variable, so that a lookup says in which class
a record with another value would count.

Age, sex and place belong to the person: they change in all records of a person at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.tables.counting.codings import of_sets
from celwacht.tables.sources.sources import SOURCES
from celwacht.tables.together.count_together import Counts, time_leaves

PLACE, COURSE = "plaats", "verloop"
"""The variables of all fields that tell the place, and of all that tell the days of a record; any other field is one by itself."""


@dataclass(frozen=True, eq=False, repr=False)
class Units:
    """The n records of a source over v variables; slots are the dimensions of its cubes, one after the other. Confidential.

    row: int64 (n,), place among the counted records. value: int32 (n, v). names: of the variables. cube, axis, variable:
    int (slots,), which dimension of which cube each slot is and what it reads. leaf: for each slot the leaf of each value,
    -1 if a record with that value does not count in the cube.
    """

    row: np.ndarray
    value: np.ndarray
    names: tuple[str, ...]
    cube: np.ndarray
    axis: np.ndarray
    variable: np.ndarray
    leaf: tuple[np.ndarray, ...] = field(default=())


def variable_of(counts: Counts, axis: int) -> str:
    """The variable that a dimension of a cube reads; the last one reads the course."""
    plan = counts.counted.plan
    if axis >= len(plan.axes):
        return COURSE
    name = plan.axes[axis].coding.field
    return {"place": PLACE, "course": COURSE}.get(SOURCES[plan.spec.source][name].about, name)


def of_the_person(source: str, variable: str) -> bool:
    """Whether a variable is the same in all records of a person."""
    field = SOURCES[source].get(variable)
    return variable == PLACE or (field is not None and field.about == "person")


def kinds_of(counts: Sequence[Counts]) -> list[tuple[str, int]]:
    """The sources of the new tables with the years of their cubes: the records of each are numbered by themselves."""
    return sorted({(c.counted.plan.spec.source, c.counted.plan.year) for c in counts if not c.earlier})


def records_of(counts: Sequence[Counts], source: str, year: int | None = None) -> Units:
    """Every record of a source, in a year (none: its only one), that counts in some cube. ValueError for records of several years."""
    mine = [
        i for i, c in enumerate(counts) if c.counted.plan.spec.source == source and not c.earlier and year in (None, c.counted.plan.year)
    ]
    if len({counts[i].counted.plan.year for i in mine}) != 1:
        raise ValueError(f"records of {source} of several years have no common number")
    used = np.flatnonzero(np.bitwise_or.reduce([counts[i].counted.periods for i in mine]) != 0)
    slots = [(i, k, variable_of(counts[i], k)) for i in mine for k in range(len(counts[i].cube.dimensions))]
    columns = [column for i in mine for column in _columns(counts[i], used)]
    names = tuple(sorted({v for _, _, v in slots}))
    value, leaves = np.zeros((len(used), len(names)), np.int32), [np.zeros(0, np.int64)] * len(slots)
    for v, name in enumerate(names):
        own = [s for s, slot in enumerate(slots) if slot[2] == name]
        found, which = np.unique(np.stack([columns[s] for s in own], axis=1), axis=0, return_inverse=True)
        value[:, v] = which.reshape(-1)
        for k, s in enumerate(own):
            leaves[s] = found[:, k]
    cube, axis = (np.array([slot[j] for slot in slots], np.int64) for j in (0, 1))
    return Units(used, value, names, cube, axis, np.array([names.index(slot[2]) for slot in slots]), tuple(leaves))


def _columns(counts: Counts, row: np.ndarray):
    """For each dimension of the cube the leaf of each record, as that of a person who has no other."""
    plan, counted = counts.counted.plan, counts.counted
    for i, axis in enumerate(plan.axes):
        leaf = counted.leaf[row, i].astype(np.int64)
        if axis.all_touched:
            place = of_sets(axis.coding, _sets_of(counts, i))[1]
            leaf = np.array([place.get(1 << int(x), -1) for x in leaf], np.int64)
        yield leaf if counts.maps is None else np.where(leaf >= 0, counts.maps[i][leaf], -1)
    periods = counted.periods[row]
    yield np.where(periods != 0, 0, -1) if plan.persons else time_leaves(plan, periods)


def _sets_of(counts: Counts, axis: int) -> np.ndarray:
    """The sets of classes that occur among the persons of the cube, as `together` found them."""
    counted = counts.counted
    there = np.flatnonzero(counted.periods)
    bits = np.int64(1) << counted.leaf[there, axis].astype(np.int64)
    _, which = np.unique(counted.person[there], return_inverse=True)
    masks = np.zeros(which.max(initial=-1) + 1, np.int64)
    np.bitwise_or.at(masks, which.reshape(-1), bits)
    return np.unique(masks)


def same_slot(counts: Sequence[Counts], units: Units, cube: int, axis: int) -> int | None:
    """A slot of `units` that codes a variable just as a dimension of some cube does, be it of another source; None: none."""
    for s in range(len(units.cube)):
        if (units.cube[s], units.axis[s]) == (cube, axis):
            return s
    axes = counts[cube].counted.plan.axes
    if axis >= len(axes) or axes[axis].all_touched:
        return None
    ours = counts[cube].cube.dimensions[axis]
    for s in range(len(units.cube)):
        other = counts[units.cube[s]]
        k = units.axis[s]
        if k < len(other.counted.plan.axes) and not other.counted.plan.axes[k].all_touched:
            theirs = other.cube.dimensions[k]
            same = other.counted.plan.axes[k].coding.field == axes[axis].coding.field and theirs.leaves == ours.leaves
            if same and _when(other, int(k)) == _when(counts[cube], axis):
                return s
    return None


def _when(counts: Counts, axis: int) -> object:
    """The day for which an age is computed: the same records may be older on another."""
    plan = counts.counted.plan
    if SOURCES[plan.spec.source][plan.axes[axis].coding.field].make != "age":
        return None
    return plan.periods if plan.spec.moment == "stand" else plan.year
