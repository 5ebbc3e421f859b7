"""Tiny registers for tests of whole sets: records drawn at random, tables over them, and what a brute-force intruder knows.

The intruder's unknowns are all records (or persons) that there could be, combination by combination; every printed cell is
a fact on the number of those in it. Which combination lies in which cell is worked out here from leaves and codes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations_with_replacement, product

import numpy as np
from celwacht.tables.counting.plan import plans, touches
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.periods import Period
from celwacht.tables.together.count_together import Counted, counts_of
from celwacht.tables.together.narrow import narrowed_counts

from tests.tables.counting.test_plan import spec

HALVES = [Period.parse(p) for p in ("2024HJ01", "2024HJ02", "2024JJ00")]
REGIONS = frozenset({"PV22", "GM0106", "GM0109"})
COURSES = [
    (date(2023, 3, 1), None),
    (date(2023, 3, 1), date(2024, 3, 1)),
    (date(2024, 2, 1), None),
    (date(2024, 2, 1), date(2024, 9, 1)),
    (date(2024, 8, 1), None),
]


@dataclass(frozen=True)
class Table:
    """One table of a tiny set: which variables beside the region it shows, and how it counts."""

    name: str
    moment: str
    variables: tuple[str, ...]
    persons: bool = False
    alle: str = ""
    levels: tuple[str, ...] = ("provincie", "gemeente")

    def plans(self, periods):
        return _plans(self, tuple(periods))


@cache  # an intruder asks for those of every person that there could be
def _plans(table, periods):
    dimensions = [{"name": v.title(), "classification": v, **({"per_person": "alle"} if v == table.alle else {})} for v in table.variables]
    dimensions.append({"name": "RegioS", "classification": "regio", "levels": list(table.levels)})
    unit = {"unit": "jongeren", "periods": ["halfjaar", "jaar"]} if table.persons else {}
    return plans(spec(id=table.name, moment=table.moment, dimensions=dimensions, **unit), list(periods))


@dataclass(frozen=True)
class Record:
    """A record: the leaf of each variable, place (0 or 1), and a course of COURSES."""

    leaf: tuple[tuple[str, int], ...]
    place: int
    course: int


def leaf_of(record: Record, axis) -> int:
    """The leaf of a record in an axis of a plan, before regions are left out."""
    if axis.coding.kind == "regio":
        return axis.coding.values[("GM0106", "GM0109")[record.place]]
    return dict(record.leaf)[axis.coding.field]


def counts_for(tables, persons: list[list[Record]], periods):
    """What count_together would give for a register of persons with these records."""
    flat = [(p, r) for p, records in enumerate(persons) for r in records]
    found = []
    for table in tables:
        for plan in table.plans(periods):
            leaf = np.array([[leaf_of(r, a) for a in plan.axes] for _, r in flat], np.int32).reshape(len(flat), len(plan.axes))
            mask = np.array([sum(1 << i for i, p in enumerate(plan.periods) if counts(table, p, r)) for _, r in flat], np.int64)
            who = np.array([f"p{p:04d}" for p, _ in flat], dtype=str)
            number = np.arange(len(flat), dtype=np.int64)
            found.append(narrowed_counts(counts_of(Counted(plan, who, number, number, leaf, mask)), lambda c: narrowed(c, REGIONS)))
    return found


def counts(table: Table, period: Period, record: Record) -> bool:
    """Whether a record counts in a period, by the definition."""
    return touches(table.moment, period, *COURSES[record.course])


def cells_of_person(records, made) -> dict[tuple[int, tuple[int, ...]], int]:
    """(number of the cube, cell) -> how often a person with these records counts in it; cells as positions of codes."""
    found: dict[tuple[int, tuple[int, ...]], int] = {}
    for i, c in enumerate(made):
        plan, table = c.counted.plan, c.cube
        if plan.persons:
            its = [r for r in records if touches(plan.spec.moment, plan.periods[0], *COURSES[r.course])]
            if not its:
                continue
            codes = [_codes_of_person(its, axis, d) for axis, d in zip(plan.axes, table.dimensions)] + [[0]]
            for place in product(*codes):
                found[i, place] = found.get((i, place), 0) + 1
        for r in () if plan.persons else records:
            when = [k for k, p in enumerate(plan.periods) if touches(plan.spec.moment, p, *COURSES[r.course])]
            codes = [_codes([leaf_of(r, axis)], axis, d) for axis, d in zip(plan.axes, table.dimensions)] + [when]
            for place in product(*codes):
                found[i, place] = found.get((i, place), 0) + 1
    return found


def _codes_of_person(records, axis, dimension) -> list[int]:
    if axis.all_touched:
        return sorted({c for r in records for c in _codes([leaf_of(r, axis)], axis, dimension)})
    return _codes([leaf_of(records[-1], axis)], axis, dimension)


def _codes(leaves, axis, dimension) -> list[int]:
    """Positions, in the dimension of the cube, of the plan's codes that hold one of these leaves."""
    held = {c.code for c, m in zip(axis.coding.classification.codes, axis.coding.classification.members) if set(leaves) & set(m.tolist())}
    return [k for k, c in enumerate(dimension.codes) if c.code in held]


def everybody(variables: dict[str, tuple[int, ...]], courses, most: int) -> list[list[Record]]:
    """All persons that there could be with 1 to `most` records; more than one: in the order in which they began."""
    names = sorted(variables)
    one = [Record(tuple(zip(names, leaves)), p, c) for leaves in product(*(variables[n] for n in names)) for p in (0, 1) for c in courses]
    return [list(records) for n in range(1, most + 1) for records in combinations_with_replacement(one, n)]
