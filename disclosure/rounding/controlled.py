"""Controlled rounding: every figure a multiple of the base, every total the sum of its parts, as close as can be.

Small tables are one mixed-integer programme (integer_program.py), solved to the optimum. Larger ones go from the
top down along the longest dimension that is a plain tree: first its root, then the parts of every code given what
their total became, a programme of its own each time. Where no zero-restricted solution exists under those totals,
further steps are allowed, as few as can be. Whatever happens, printed totals are exactly the sums of printed parts.

A zero-restricted figure is an adjacent multiple of its count, and the count itself where that is a multiple.

Example:

    >>> from celwacht.disclosure.model.example import cube
    >>> controlled_rounding(cube(), 5, bytes(32)).cells      # multiples of 5; all totals are sums of their parts
    array([[20,  5, 15],
           [ 5,  0,  5],
           [15,  5, 10]])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model.lines import families
from celwacht.disclosure.model.problem import Relations
from celwacht.disclosure.problems.of_cube import facts_of
from celwacht.disclosure.rounding.canonical_order import canonical
from celwacht.disclosure.rounding.integer_program import Answer, Programme, solve, tight_spots
from celwacht.disclosure.rounding.layout import layout_of
from celwacht.disclosure.rounding.small_counts import MOVES_PER_ATOM, two_sided
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube, roll_up

MOST_WHOLE = 2_000  # cells of a table that is solved in one programme, to the optimum
MOST_CLOSE = 20_000  # cells of a table of which every part is brought near the optimum by default
CLOSE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Controlled:
    """cells: int64, the cube's shape, additive multiples of base. Confidential beside the truth only.

    largest: greatest |deviation|. zero_restricted: all figures adjacent multiples. impossible: proved that no
    zero-restricted solution of the whole table exists. optimal: least sum of weighted deviations, proved.
    widened: parts of the table in which further steps were taken.
    """

    cells: np.ndarray = field(repr=False)
    largest: int
    zero_restricted: bool
    impossible: bool
    optimal: bool
    widened: int


def controlled_rounding(
    cube: Cube,
    base: int,
    key: bytes,
    *,
    weight: np.ndarray | None = None,
    gap: float | None = -1,
    progress: Callable[[int, int], None] | None = None,
) -> Controlled:
    """Rounds a cube so that it stays additive.

    weight: float64 >= 0 of the cells' shape, price of a deviation; default 1 each. gap: how near the least sum each
    part must come (0.05: within 5 %); None: any solution, much faster; default by the size of the table. key: orders
    the codes for the solver, so that ties do not follow from the input.
    """
    form = canonical(cube, key)
    c = form.cube
    w = np.ones(c.shape) if weight is None else form.there(weight)
    if gap == -1:
        gap = 0.0 if c.cells.size <= MOST_WHOLE else CLOSE if c.cells.size <= MOST_CLOSE else None
    axis = next((i for i, d in enumerate(c.dimensions) if _plain(d)), None)
    others = [d for i, d in enumerate(c.dimensions) if i != axis]
    trees = axis is not None and facts_of(tuple(others), np.zeros((0,)))[1].size == 0 and all(map(_covered, others))
    if c.cells.size <= MOST_WHOLE:
        cells, impossible, optimal, widened = _whole(c, base, w, gap, key)
    elif trees and axis is not None:
        cells, impossible, widened = _TopDown(c, axis, base, w, gap).run(progress)
        optimal = False
    else:
        cells, impossible, optimal, widened = _searched(c, base, key), False, False, 1
    away = np.abs(cells - c.cells)
    back = np.ascontiguousarray(form.back(cells))
    back.flags.writeable = False
    return Controlled(back, int(away.max(initial=0)), bool((away < base).all()), impossible, optimal, widened)


def _plain(d: Classification) -> bool:
    """Whether the dimension is one tree: every code but the root is in one family, and codes without parts are
    leaves."""
    found = families(d)
    parts = [p for _, ps in found for p in ps]
    return (
        len(parts) == len(set(parts)) == d.n_codes - 1
        and len({t for t, _ in found}) == len(found)
        and (d.n_codes - len(found) == d.n_leaves)
    )


def _covered(d: Classification) -> bool:
    return len({int(m[0]) for m in d.members if len(m) == 1}) == d.n_leaves


def _whole(c: Cube, base: int, weight: np.ndarray, gap: float | None, key: bytes):
    """One programme over all cells, and over hidden atoms where the codes do not add up by themselves."""
    relations, atoms = facts_of(c.dimensions, c.atoms)
    value = np.concatenate([c.cells.ravel(), atoms])
    wide = np.concatenate([weight.ravel(), np.zeros(len(atoms))])
    programme = Programme(value, relations, np.zeros(len(relations), np.int64), wide, base)
    answer = solve(programme, gap=gap)
    impossible, widened = answer.impossible, 0
    if answer.multiple is None:
        answer, widened = solve(programme, gap=gap, elastic=np.ones(len(value), bool)), 1
    if answer.multiple is None:
        return _searched(c, base, key), impossible, False, 1
    return base * answer.multiple[: c.cells.size].reshape(c.shape), impossible, answer.optimal and not widened, widened


def _widened(programme: Programme, gap: float | None) -> Answer:
    """A solution with further steps: where any will do, in the tight spots only if that is enough (ten times
    faster)."""
    if gap is None:
        answer = solve(programme, gap=None, elastic=tight_spots(programme))
        if answer.multiple is not None:
            return answer
    return solve(programme, gap=gap, elastic=np.ones(len(programme.value), bool))


def _searched(c: Cube, base: int, key: bytes) -> np.ndarray:
    """Atoms to adjacent multiples by annealing, cells as their sums: for tables too large or too tangled for
    programmes."""
    rounded = two_sided(c, layout_of(c, key), c.atoms // base * base, c.atoms % base > 0, base, MOVES_PER_ATOM)
    return roll_up(rounded, c.dimensions)


class _TopDown:
    """One pass from the root of dimension `axis` to its leaves. Slices: (codes of that dimension, all others flat)."""

    def __init__(self, c: Cube, axis: int, base: int, weight: np.ndarray, gap: float | None):
        others = tuple(d for i, d in enumerate(c.dimensions) if i != axis)
        self._tree, self._others, self._axis, self._base = c.dimensions[axis], others, axis, base
        self._shape = tuple(d.n_codes for d in others)
        self._value = np.moveaxis(c.cells, axis, 0).reshape(self._tree.n_codes, -1)
        self._weight = np.moveaxis(weight, axis, 0).reshape(self._tree.n_codes, -1)
        self._across, _ = facts_of(others, np.zeros(0))
        self._gap = gap
        self._impossible, self._widened = False, 0

    def run(self, progress) -> tuple[np.ndarray, bool, int]:
        """(cells of the cube's shape, whether a zero-restricted solution is impossible, parts that were widened)."""
        found = np.zeros(self._value.shape, np.int64)
        todo = dict(families(self._tree))
        root = (set(range(self._tree.n_codes)) - {p for ps in todo.values() for p in ps}).pop()
        found[[root]] = self._part([root], None)
        queue = [root]
        while queue:
            total = queue.pop()
            if total in todo:
                parts = list(todo.pop(total))
                found[parts] = self._part(parts, found[total])
                queue += parts
            if progress:
                progress(self._tree.n_codes - len(queue), self._tree.n_codes)
        cells = np.moveaxis((found * self._base).reshape(-1, *self._shape), 0, self._axis)
        return cells, self._impossible, self._widened

    def _part(self, codes: list[int], total: np.ndarray | None) -> np.ndarray:
        """(codes, others) int64 multiples for these codes, given those (others,) of their total."""
        programme = self._programme(codes, total)
        answer = solve(programme, gap=self._gap)
        self._impossible |= answer.impossible and total is None
        if answer.multiple is None:
            self._widened += 1
            answer = _widened(programme, self._gap)
        if answer.multiple is None:
            return self._shared_out(codes, total)
        return answer.multiple.reshape(len(codes), -1)

    def _programme(self, codes: list[int], total: np.ndarray | None) -> Programme:
        n, width, r = len(codes), self._value.shape[1], self._across
        cell = [(r.cell + width * i) for i in range(n)]
        lengths = np.tile(np.diff(r.first), n)
        coefficient, right = [np.tile(r.coefficient, n)], [np.zeros(len(r) * n, np.int64)]
        if total is not None:
            cell.append((np.arange(width)[:, None] + width * np.arange(n)).ravel())
            lengths = np.concatenate([lengths, np.full(width, n)])
            coefficient.append(np.ones(n * width, np.int64))
            right.append(total)
        first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        sums = np.concatenate(right)
        relations = Relations(first, np.concatenate(cell).astype(np.int32), np.concatenate(coefficient), sums, sums)
        return Programme(self._value[codes].ravel(), relations, sums, self._weight[codes].ravel(), self._base)

    def _shared_out(self, codes: list[int], total: np.ndarray | None) -> np.ndarray:
        """Without a solver: every atom of the total shared out over the codes by largest remainders, then added up."""
        single = [{int(m[0]): i for i, m in enumerate(d.members) if len(m) == 1} for d in self._others]
        place = np.ix_(*([s[leaf] for leaf in range(len(s))] for s in single))
        value = self._value[codes].reshape(-1, *self._shape)[(slice(None), *place)] if place else self._value[codes]
        if total is None:
            atoms = (2 * value + self._base) // (2 * self._base)
        else:
            goal = total.reshape(self._shape)[place] if place else total
            atoms = share_out(value.reshape(len(codes), -1), goal.ravel(), self._base).reshape(value.shape)
        return np.stack([roll_up(a, self._others) for a in atoms]).reshape(len(codes), -1)


def share_out(value: np.ndarray, total: np.ndarray, base: int) -> np.ndarray:
    """(k, n) multiples >= 0 near value / base whose sums over k are total (n,) >= 0."""
    found = value // base
    for column in range(value.shape[1]):
        lack = int(total[column] - found[:, column].sum())
        while lack:
            sign = 1 if lack > 0 else -1
            off = sign * (value[:, column] - base * found[:, column])
            if sign < 0:
                off = np.where(found[:, column] > 0, off, np.iinfo(np.int64).min)
            found[int(np.argmax(off)), column] += sign
            lack -= sign
    return found
