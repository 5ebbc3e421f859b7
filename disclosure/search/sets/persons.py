"""Persons who move as a whole: records of a source as what their person is in the tables of other sources as well.

A young person with one record of youth help and nothing else counts in the tables of youth help, and once in those that take all
sources together. An age that such a person exchanges changes in all of them, and nowhere else: so these tables are one cluster.

Example: youth help by form x age, and all care by age; two persons exchange their ages.

    before   under 12  12 and over        after    under 12  12 and over       all care, before and after
    form 01     3          5              form 01     2          6             under 12  12 and over
    form 02     4          2              form 02     5          1                7          7
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from celwacht.disclosure.search.units.rows import Register
from celwacht.tables.sources.sources import is_union
from celwacht.tables.together.count_together import Counts
from celwacht.tables.together.units import PLACE, Units, same_slot, variable_of


def with_joined(counts: Sequence[Counts], register: Register, units: Units, carriers: Sequence[str]) -> tuple[list[int], Units]:
    """(cubes of the joined source that show a carrier, the units with what their persons are there): new variables come last."""
    person = persons_of(counts, register, units)
    found, year = [], counts[int(units.cube[0])].counted.plan.year
    for i, c in enumerate(counts):
        if not is_union(c.counted.plan.spec.source) or c.earlier or c.counted.plan.year != year or i in units.cube:
            continue
        names = [variable_of(c, k) for k in range(len(c.cube.dimensions))]
        slots = [same_slot(counts, units, i, k) if n in (*carriers, PLACE) else None for k, n in enumerate(names)]
        told = all(s is not None for s, n in zip(slots, names) if n in (*carriers, PLACE))
        if told and set(carriers) & set(names):
            units = _with_cube(register, units, person, i, slots)
            found.append(i)
    return found, units


def _with_cube(register: Register, units: Units, person: np.ndarray, cube: int, slots: Sequence[int | None]) -> Units:
    """The units with the slots of one more cube; what is not of the person is one new variable."""
    mine = np.flatnonzero(register.cube == cube)
    owner = np.searchsorted(register.person_at, mine, side="right") - 1
    row = np.full(len(register.person), -1)
    row[owner] = mine
    rest = [k for k, s in enumerate(slots) if s is None]
    own = np.where(row[person][:, None] >= 0, register.leaf[row[person]][:, rest], -1)
    found, value = np.unique(own, axis=0, return_inverse=True)
    v = len(units.names)
    at = [v if s is None else int(units.variable[s]) for s in slots]
    leaf = [found[:, rest.index(k)].astype(np.int64) if s is None else units.leaf[s] for k, s in enumerate(slots)]
    return replace(
        units,
        value=np.c_[units.value, value.reshape(-1).astype(np.int32)],
        names=(*units.names, f"elders {cube}"),
        cube=np.r_[units.cube, np.full(len(slots), cube)],
        axis=np.r_[units.axis, np.arange(len(slots))],
        variable=np.r_[units.variable, at],
        leaf=(*units.leaf, *leaf),
    )


def persons_of(counts: Sequence[Counts], register: Register, units: Units) -> np.ndarray:
    """(units,) the number in the register of whose each record is."""
    return np.searchsorted(register.person, counts[int(units.cube[0])].counted.person[units.row])


def alone(counts: Sequence[Counts], register: Register, units: Units, carriers: Sequence[str], cubes: Sequence[int]) -> np.ndarray:
    """bool (units,): the only record of its source, of a person whom no table of another source outside `cubes` shows by a carrier."""
    person = persons_of(counts, register, units)
    own = {int(i) for i in units.cube}
    shows = [any(variable_of(c, k) in carriers for k in range(len(c.cube.dimensions))) for c in counts]
    outside = np.array([s and not counts[i].earlier and i not in own and i not in cubes for i, s in enumerate(shows)])
    owner = np.repeat(np.arange(len(register.person)), np.diff(register.person_at))
    elsewhere = np.bincount(owner[outside[register.cube]], minlength=len(register.person)) > 0
    return (np.bincount(person, minlength=len(register.person))[person] == 1) & ~elsewhere[person]
