"""Several tables of counts over the same records, which share variables: one problem, so that one pattern holds in all of them.

    region x sex, and region x age      cells of region, and the total of all, are the same cell in both

A cell is known by its codes that are no totals: `region=03` of the first table is `region=03` of the second. A reader who has both
tables knows the lines of both, and what occurs nowhere in either; so do the worlds.

Where the variables of the tables form no circle (A-B, B-C and C-A do), counts that fit each table and agree on what is shared are
always the counts of one set of records: Vorob'ev, Theory of Probability and its Applications 7 (1962), 147-163; for whole numbers Atserias
and Kolaitis, PODS 2021. So nothing more can be known, and a world of this problem is a world. Circles are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from celwacht.disclosure.model.problem import CELL_ARRAYS, Relations, SuppressionProblem
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.of_cube import lines, problem_of_cube
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import Problem, ProblemsFound, report_first

Dimensions = tuple[Classification, ...]


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of several tables. names: of each, in order; place: per table (cells of the table in C order,) int64, which it is."""

    names: tuple[str, ...]
    place: tuple[np.ndarray, ...] = field(repr=False)


def cells_of(tables: Sequence[Dimensions]) -> Cells:
    """The distinct cells of tables with these dimensions, in order of the tables; the first code of a dimension is its total."""
    number: dict[tuple[tuple[str, str], ...], int] = {}
    place = []
    for dimensions in tables:
        keys: list[tuple[tuple[str, str], ...]] = [()]
        for d in dimensions:
            own = [(), *(((d.name, c.code),) for c in d.codes[1:])]
            keys = [key + o for key in keys for o in own]
        place.append(np.array([number.setdefault(tuple(sorted(key)), len(number)) for key in keys], np.int64))
    used: dict[str, int] = {}
    names = []
    for key in number:
        name = ", ".join(f"{d}={c}" for d, c in key) or "total"
        used[name] = used.get(name, 0) + 1
        names.append(name if used[name] == 1 else f"{name} ({used[name]})")  # codes with commas and = in them
    return Cells(tuple(names), tuple(place))


def relations_of(tables: Sequence[Dimensions], cells: Cells) -> Relations:
    """The lines of all tables over their cells."""
    found = [lines(dimensions, tuple(d.n_codes for d in dimensions)) for dimensions in tables]
    first = np.concatenate([[0], *(np.diff(r.first) for r in found)]).cumsum().astype(np.int64)
    cell = np.concatenate([p[r.cell] for r, p in zip(found, cells.place, strict=True)]).astype(np.int32)
    parts = {n: np.concatenate([getattr(r, n) for r in found]) for n in ("coefficient", "least", "greatest")}
    return Relations(first, cell, **parts)


def linked_problem(cubes: Sequence[Cube], policy: DisclosurePolicy, name: str) -> SuppressionProblem:
    """The problem of all cells of the tables under one policy. ProblemsFound where the tables contradict each other, or cannot be
    proved together; no message holds a count."""
    wrong = [p for i, a in enumerate(cubes) for b in cubes[:i] for p in _shared(b, a)] + _circle(cubes)
    tables = [c.dimensions for c in cubes]
    cells = cells_of(tables)
    wrong += _differing(cubes, cells)
    if wrong:
        raise ProblemsFound(wrong)
    problems = [problem_of_cube(c, policy) for c in cubes]
    joint: dict[str, Any] = {}
    for of in CELL_ARRAYS:
        joint[of] = np.zeros(len(cells.names), getattr(problems[0], of).dtype)
        for problem, place in zip(problems, cells.place, strict=True):
            joint[of][place] = getattr(problem, of)
    for problem, place in zip(problems, cells.place, strict=True):
        np.minimum.at(joint["upper"], place, problem.upper)  # what one table shows to be empty is empty
    return replace(problems[0], name=name, relations=relations_of(tables, cells), label=cells.names.__getitem__, names=cells.names, **joint)


def _differing(cubes: Sequence[Cube], cells: Cells) -> list[Problem]:
    """Cells that two tables have, with another count in each."""
    value, source = np.full(len(cells.names), -1, np.int64), np.zeros(len(cells.names), np.int64)
    wrong: list[Problem] = []
    for number, (cube, place) in enumerate(zip(cubes, cells.place, strict=True)):
        own, there = cube.cells.ravel(), value[place]
        bad = np.flatnonzero((there >= 0) & (there != own))
        _report(wrong, cube, [(cells.names[place[i]], cubes[source[place[i]]].table) for i in bad])
        source[place[there < 0]] = number
        value[place] = np.where(there < 0, own, there)
    return wrong


def _report(wrong: list[Problem], cube: Cube, differing: Sequence[tuple[str, str]]) -> None:
    """differing: (name of the cell, another table that has it)."""
    report_first(
        wrong,
        range(len(differing)),
        lambda i: Problem(
            cube.table,
            0,
            0,
            "linked-count",
            f"{differing[i][0]} has another count here than in {differing[i][1]}; linked tables are over the same records. "
            "Mend it, or protect them apart if they are not",
        ),
        lambda i, more: Problem(cube.table, 0, 0, "linked-count", f"and {more} more cells with another count"),
    )


def _shared(one: Cube, other: Cube) -> list[Problem]:
    """Whether the two divide each variable that both have alike: the leaves of one are codes of the other."""
    wrong, own = [], {d.name: d for d in one.dimensions}
    for d in other.dimensions:
        if d.name not in own:
            continue
        e = own[d.name]
        finer = {x.code for x in d.codes} >= set(e.leaves) or {x.code for x in e.codes} >= set(d.leaves)
        if not finer or d.codes[0].code != e.codes[0].code:
            wrong.append(
                Problem(
                    other.table,
                    0,
                    0,
                    "linked-variable",
                    f"{d.name} is divided in another way than in {one.table}, so that it is unknown which cells hold the same; give both "
                    "over the same leaves, or name the variables differently if they are two",
                )
            )
    return wrong


def _circle(cubes: Sequence[Cube]) -> list[Problem]:
    """A complaint where the variables of the tables form a circle: what is left after taking away, again and again, variables of one
    table only and tables whose variables are all in another (Graham; Yu and Ozsoyoglu)."""
    left = {i: {d.name for d in c.dimensions} for i, c in enumerate(cubes)}
    before = -1
    while before != sum(map(len, left.values())) + len(left):
        before = sum(map(len, left.values())) + len(left)
        left = {i: {v for v in s if any(v in t for j, t in left.items() if j != i)} for i, s in left.items()}
        for i in [i for i in left if any(left[i] <= t for j, t in left.items() if j != i)]:
            if any(left[i] <= t for j, t in left.items() if j != i):
                del left[i]
    if len(left) <= 1:
        return []
    names = ", ".join(cubes[i].table for i in left)
    every = ", ".join(sorted(set().union(*left.values())))
    return [
        Problem(
            cubes[min(left)].table,
            0,
            0,
            "linked-circle",
            f"the variables of {names} form a circle, so that readers can know more than these tables say together (one set of records stands behind "
            f"all). Give one table over all of {every}, or leave one of them out",
        )
    ]
