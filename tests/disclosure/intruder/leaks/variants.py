"""More of every case by construction, such that it tells an intruder neither more nor less."""

from dataclasses import replace

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, Relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, policy
from tests.disclosure.intruder.leaks.case import EquationCase, TableCase

FAR_ABOVE = 60
"""Larger than any threshold of the catalogue."""


def transposed(case: TableCase) -> TableCase:
    """The dimensions the other way round."""
    cube = Cube(case.cube.table, case.cube.dimensions[::-1], np.ascontiguousarray(case.cube.atoms.T))
    return replace(case, name=f"{case.name}; transposed", cube=cube, marks=case.marks.T, sensitive=case.sensitive.T)


def scaled(case: TableCase, by: int) -> TableCase:
    """All counts times `by`, threshold and width to match."""
    cube = Cube(case.cube.table, case.cube.dimensions, case.cube.atoms * by)
    chosen = policy((case.policy.threshold - 1) * by + 1, case.policy.width * by)
    return replace(case, name=f"{case.name}; times {by}", cube=cube, policy=chosen)


def nested(case: TableCase) -> TableCase:
    """The first dimension as one part of a larger whole, whose other part is printed."""
    old = case.cube.dimensions[0]
    n = old.n_leaves
    whole = len(old.members[0]) == n
    level = old.codes[0].level or "0"
    first = replace(old.codes[0], parent="N", level=level) if whole else old.codes[0]
    codes = (Code("N", "N", level="N"), first, *old.codes[1:], Code("X", "X", parent="N" * whole, level=level))
    members = (np.arange(n + 1, dtype=np.int32), *old.members, np.array([n], np.int32))
    dimension = Classification(old.name, old.title_nl, old.title_en, codes, (*old.leaves, "X"), members)
    rest = np.full((1, *case.cube.atoms.shape[1:]), FAR_ABOVE, np.int64)
    cube = Cube(case.cube.table, (dimension, *case.cube.dimensions[1:]), np.concatenate([case.cube.atoms, rest]))
    top = case.marks[:1] if whole else np.ones_like(case.marks[:1])
    none = np.zeros_like(case.marks[:1])
    return replace(
        case,
        name=f"{case.name}; nested",
        cube=cube,
        marks=np.concatenate([top, case.marks, none]),
        sensitive=np.concatenate([none, case.sensitive, none]),
    )


def third(case: TableCase) -> TableCase:
    """One of two slices along one dimension more; the other slice is printed, and their sum withheld where the first
    is."""
    atoms, marks = case.cube.atoms, case.marks
    cube = Cube(case.cube.table, (flat("Z", 2), *case.cube.dimensions), np.stack([atoms, np.full_like(atoms, FAR_ABOVE)]))
    none = np.zeros_like(marks)
    return replace(
        case,
        name=f"{case.name}; one dimension more",
        cube=cube,
        marks=np.stack([marks, marks, none]),
        sensitive=np.stack([none, case.sensitive, none]),
    )


def divided(case: EquationCase) -> EquationCase:
    """Each printed cell is withheld, and printed somewhere else in two parts."""
    p, n = case.problem, len(case.problem)
    exact = (p.role == Role.FREE) & (p.printed_low == p.printed_high)
    shown = np.flatnonzero(exact & (case.pattern == Status.PUBLISHED))
    k, half = len(shown), p.value[shown] // 2
    parts = np.concatenate([half, p.value[shown] - half])
    more = lambda array, what: np.concatenate([array, what])
    zero, far = np.zeros(2 * k, np.int64), np.full(2 * k, UNBOUNDED)
    r = p.relations
    rows = np.stack([shown, n + np.arange(k), n + k + np.arange(k)], axis=1)
    relations = Relations(
        more(r.first, r.first[-1] + 3 * np.arange(1, k + 1)),
        more(r.cell, rows.ravel()).astype(np.int32),
        more(r.coefficient, np.tile([-1, 1, 1], k)),
        more(r.least, np.zeros(k, np.int64)),
        more(r.greatest, np.zeros(k, np.int64)),
    )
    problem = replace(
        p,
        value=more(p.value, parts),
        cost=more(p.cost, zero.astype(float)),
        relations=relations,
        role=more(p.role, zero.astype(np.uint8) + np.uint8(Role.FREE)),
        lower=more(p.lower, zero),
        upper=more(p.upper, far),
        printed_low=more(p.printed_low, parts),
        printed_high=more(p.printed_high, parts),
        lpl=more(p.lpl, zero),
        upl=more(p.upl, zero),
        spl=more(p.spl, zero),
        label=lambda i: f"cell {i}",
    )
    pattern = case.pattern.copy()
    pattern[shown] = Status.SECONDARY
    return replace(case, name=f"{case.name}; divided", problem=problem, pattern=more(pattern, zero.astype(np.uint8)))


def of_table(case: TableCase) -> list[TableCase]:
    """What can be made of a table. Rounded totals of a rounded table tell more than their parts: no variants of
    those."""
    if case.policy.rounding_base > 1 or case.symbol != (0, None):
        return [transposed(case)] if case.cube.atoms.ndim == 2 else []
    made = [nested(case), third(case), scaled(case, 3)]
    return made + [transposed(case)] if case.cube.atoms.ndim == 2 else made
