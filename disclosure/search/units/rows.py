"""What the search over a whole set starts from: the cells of all cubes numbered through, and where everybody counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.state import UNBOUNDED, State
from celwacht.disclosure.search.units.exact_kernel import Rows, Scratch
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.sources.sources import is_union
from celwacht.tables.together.count_together import Counts
from celwacht.tables.together.units import Units, of_the_person, same_slot, variable_of


@dataclass(frozen=True, slots=True, eq=False)
class SetCells:
    """Cells of all cubes: those of cube i are first[i]:first[i + 1], in C order of its codes. twin: the next cell of the
    same meaning, in a ring."""

    cubes: tuple[Cube, ...]
    policies: tuple[DisclosurePolicy, ...]
    first: np.ndarray = field(repr=False)
    twin: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """Everybody's rows. person: str, in order; person_at: rows of person p are person_at[p]:person_at[p + 1]; atom: int64
    (rows,); variables: names of the variables that the slots of the kernel's rows read; row: place of each row's record."""

    person: np.ndarray = field(repr=False)
    person_at: np.ndarray = field(repr=False)
    cube: np.ndarray = field(repr=False)
    atom: np.ndarray = field(repr=False)
    row: np.ndarray = field(repr=False)
    leaf: np.ndarray = field(repr=False)


def set_cells(cubes: Sequence[Cube], policies: Sequence[DisclosurePolicy], meaning: np.ndarray | None = None) -> SetCells:
    """meaning: for each cell of the set a number that cells of the same meaning share; none: no cell is like another."""
    first = np.concatenate([[0], np.cumsum([c.cells.size for c in cubes])]).astype(np.int64)
    twin = np.arange(first[-1])
    if meaning is not None:
        order = np.argsort(meaning, kind="stable")
        new = np.r_[True, np.diff(meaning[order]) != 0]
        starts, ends = np.flatnonzero(new), np.r_[np.flatnonzero(new)[1:], len(order)] - 1
        twin[order[:-1]] = order[1:]
        twin[order[ends]] = order[starts]
    return SetCells(tuple(cubes), tuple(policies), first, twin)


def state_of(cells: SetCells, forced: np.ndarray | None = None, before: Sequence[np.ndarray | None] | None = None) -> State:
    """The start over all cells: what each policy withholds is withheld, the rest bears what rounding leaves open.

    A cell is withheld from the start where one of the same meaning is. before: for each cube None, or what was withheld (bool, its shape)
    when it was published: that stays, and what was printed then can never be withheld.
    """
    parts = [_start(c, p, b) for c, p, b in zip(cells.cubes, cells.policies, before or [None] * len(cells.cubes))]
    value, low, high, status, spl, cost = (np.concatenate(a) for a in zip(*parts))
    c = cells.twin.copy()
    alone = np.arange(len(c))
    while not np.array_equal(c, alone):
        also = (status == 0) & (status[c] > 0)
        status[also], low[also], high[also] = 2, -value[also], UNBOUNDED
        c = np.where(c == alone, c, cells.twin[c])
    if forced is not None:
        cost[forced] = np.inf
    zero, none = np.zeros(value.size, np.int32), np.zeros(0, np.int32)
    top = np.full(value.size, UNBOUNDED, np.int32)
    return State(low, high, -value, top, cost, status, zero, zero.copy(), spl, none, none, zero.copy(), zero.copy())


def _start(cube: Cube, policy: DisclosurePolicy, before: np.ndarray | None) -> tuple[np.ndarray, ...]:
    value = cube.cells.ravel()
    small = policy.sensitive(value)
    status = np.where(small, 1, np.where(policy.never_printed(value), 3, 0)).astype(np.uint8)
    if before is not None:
        status = np.where(before.ravel(), np.where(status > 0, status, 2), 0).astype(np.uint8)
    least, greatest = intruder.rounding_interval(policy.printed(value), policy.rounding_base)
    low, high = np.where(status > 0, -value, least - value), np.where(status > 0, UNBOUNDED, greatest - value)
    cost = (value if policy.cost == "value" else np.zeros_like(value)).astype(np.float64) + 2.0
    if before is not None:
        cost[:] = np.inf
    return *(a.astype(np.int32) for a in (value, low, high)), status, (policy.width * small).astype(np.int32), cost


def tied(counts: Sequence[Counts], source: str) -> bool:
    """Whether the records of one person must go together: some table counts persons of the source, or was published before, or there
    are tables of several years, which may count the same record."""
    its = [c for c in counts if c.counted.plan.spec.source == source or is_union(c.counted.plan.spec.source)]
    return any(c.counted.plan.persons or c.earlier for c in its) or len({c.counted.plan.year for c in its}) > 1


def owner_of(counts: Sequence[Counts], which: Counts) -> np.ndarray:
    """str (m,): the person of each row; where no table counts persons, nobody can tell whose a record is: the record."""
    source = which.counted.plan.spec.source
    if tied(counts, source):
        return which.person
    return np.array([f"{source}/{which.counted.plan.year}/{r:012d}" for r in which.row.tolist()], dtype=str)


def register_of(counts: Sequence[Counts]) -> Register:
    """Everybody's rows over all cubes."""
    person, number = np.unique(np.concatenate([owner_of(counts, c) for c in counts]), return_inverse=True)
    cube = np.repeat(np.arange(len(counts)), [len(c.atom) for c in counts])
    atom, row = np.concatenate([c.atom for c in counts]), np.concatenate([c.row for c in counts])
    most = max(len(c.cube.dimensions) for c in counts)
    leaf = np.zeros((len(atom), most), np.int32)
    for i, c in enumerate(counts):
        mine = cube == i
        leaf[mine, : len(c.cube.dimensions)] = np.stack(np.unravel_index(c.atom, c.cube.atoms.shape), axis=1)
    order = np.lexsort((atom, cube, number.reshape(-1)))
    at = np.searchsorted(number.reshape(-1)[order], np.arange(len(person) + 1))
    return Register(person, at, cube[order], atom[order], row[order], leaf[order])


def rows_of(cells: SetCells, counts: Sequence[Counts], register: Register, units: Units) -> Rows:
    """The rows as the kernel wants them, to move units of one source."""
    slots = [(i, k) for i, c in enumerate(counts) for k in range(len(c.cube.dimensions))]
    slot_first = np.cumsum([0, *(len(c.cube.dimensions) for c in counts)])
    new_leaf: list[int] = []
    leaf_at, code_at, codes, new_at = [], [0], [], []
    for i, k in slots:
        dimension = cells.cubes[i].dimensions[k]
        stride = int(np.prod(cells.cubes[i].shape[k + 1 :], dtype=np.int64))
        of_leaf: list[list[int]] = [[] for _ in range(dimension.n_leaves)]
        for c, leaves in enumerate(dimension.members):
            for x in leaves.tolist():
                of_leaf[x].append(c * stride + (int(cells.first[i]) if k == 0 else 0))
        leaf_at.append(len(code_at) - 1)
        for its in of_leaf:
            codes.extend(its)
            code_at.append(len(codes))
        same = same_slot(counts, units, i, k)
        new_at.append(-1 if same is None else len(new_leaf))
        new_leaf.extend([] if same is None else units.leaf[same].tolist())
    name = [variable_of(counts[i], k) for i, k in slots]
    variable = np.array([units.names.index(n) if n in units.names else -1 for n in name], np.int64)
    numbers = [np.array(a, np.int64) for a in (leaf_at, code_at, codes, new_at, new_leaf)]
    strides = [np.cumprod([1, *c.atoms.shape[:0:-1]])[::-1] for c in cells.cubes]
    sizes = np.cumsum([0, *(c.atoms.size for c in cells.cubes)])[:-1]
    possible = np.concatenate([intruder.possible(c.atoms).ravel() for c in cells.cubes]).astype(np.uint8)
    own = (cells.twin, np.concatenate(strides).astype(np.int64), sizes.astype(np.int64), possible)
    return Rows(*[register.cube.astype(np.int64), register.leaf, slot_first.astype(np.int64), variable, *numbers, *own])


def groups_of(counts: Sequence[Counts], register: Register, units: Units, variable: str):
    """(owner of each unit, group_at, group): the rows that change together when a unit takes another value of a variable, or
    ('') comes or goes as a whole; owner -1 for units of which it cannot be determined. None where it cannot be determined of any.

    Where a table counts persons, age, sex and place change in all rows of a person, those in earlier releases too; what a table of
    persons reads of records changes only for who has one record; nothing of its records changes for whom an earlier release or another
    year counts; and a course changes never.
    """
    first = counts[int(units.cube[0])]
    source = first.counted.plan.spec.source
    if not tied(counts, source):
        return None if variable == "verloop" else _of_records(counts, register, units, np.ones(len(units.row), bool))
    person = np.searchsorted(register.person, first.counted.person[units.row]).astype(np.int64)
    if not variable or of_the_person(source, variable):
        return person, register.person_at.astype(np.int64), np.arange(len(register.cube))
    read = [i for i, c in enumerate(counts) for k in range(len(c.cube.dimensions)) if variable_of(c, k) == variable]
    own = {int(i) for i in units.cube}
    if variable == "verloop" or is_union(source) or any(is_union(counts[i].counted.plan.spec.source) for i in read):
        return None
    new = ~_elsewhere(counts, register, first.counted.plan.year)[person]
    if not any(counts[i].counted.plan.persons for i in read if i in own):
        return _of_records(counts, register, units, new)
    alone = (np.bincount(person, minlength=len(register.person))[person] == 1) & new
    mine = np.flatnonzero(np.isin(register.cube, sorted(own)))
    holder = np.repeat(np.arange(len(register.person)), np.diff(register.person_at))[mine]
    return np.where(alone, person, -1), np.searchsorted(holder, np.arange(len(register.person) + 1)).astype(np.int64), mine


def _elsewhere(counts: Sequence[Counts], register: Register, year: int) -> np.ndarray:
    """bool (persons,): counted in a release before, or in another year; which record of the person that was, nobody here knows."""
    other = np.array([c.earlier or c.counted.plan.year != year for c in counts])
    owner = np.repeat(np.arange(len(register.person)), np.diff(register.person_at))
    return np.bincount(owner[other[register.cube]], minlength=len(register.person)) > 0


def _of_records(counts: Sequence[Counts], register: Register, units: Units, can: np.ndarray):
    """Each record that can move by itself, in the tables that count records."""
    here = {int(i) for i in np.unique(units.cube) if not counts[i].counted.plan.persons}
    mine = np.flatnonzero(np.isin(register.cube, list(here)))
    unit = np.searchsorted(units.row, register.row[mine])
    order = np.argsort(unit, kind="stable")
    at = np.searchsorted(unit[order], np.arange(len(units.row) + 1))
    return np.where(can, np.arange(len(units.row)), -1), at.astype(np.int64), mine[order]


def scratch_of(n_cells: int) -> Scratch:
    """Clean scratch for so many cells."""
    change, by, mark = (np.zeros(n_cells, t) for t in (np.int32, np.int32, np.int64))
    return Scratch(change, by, mark, np.zeros(n_cells, np.int64), np.zeros(1 << 22, np.int64), np.array([0, 0, 1]))
