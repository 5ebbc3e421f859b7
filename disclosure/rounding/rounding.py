"""Rounding a cube by any of the methods, and what each printed figure then tells an intruder.

`round_cube` rounds; `Rounded` holds the figures and, cell by cell, the facts that they are; `problem_of_rounded` makes
the suppression problem in which rounding is what printing tells, so that only what rounding leaves open is withheld.
What each method promises is in ROUNDING.md, and the law of their parameters in rounding_method.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.policy.policy import DisclosurePolicy, round_to
from celwacht.disclosure.policy.rounding_method import RoundingMethod
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.rounding.cell_keys import cell_keys, keys_of_counts
from celwacht.disclosure.rounding.controlled import controlled_rounding
from celwacht.disclosure.rounding.keyed_hash import cell_words
from celwacht.disclosure.rounding.keyed_random import random_rounding
from celwacht.disclosure.rounding.p_table import PTable, entropy_table
from celwacht.disclosure.rounding.small_counts import known_atoms, small_count_rounding
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube, roll_up

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A rounded cube. All arrays int64 of the cube's shape. Confidential: it holds the truth; `shown` alone is not.

    shown: the figures. least, greatest: what each figure tells of its count by itself, given the method and what it did
    (the largest deviation of controlled rounding; which inner cells small-count rounding changed). notes: what else
    the method has to say, in words without figures of cells.
    """

    cube: Cube = field(repr=False)
    method: RoundingMethod
    shown: np.ndarray = field(repr=False)
    least: np.ndarray = field(repr=False)
    greatest: np.ndarray = field(repr=False)
    notes: tuple[str, ...] = ()

    def table(self) -> RoundedTable:
        """What an intruder has before them, for the attacker's problem and the bounds from outside."""
        withheld = np.zeros(self.shown.shape, bool)
        known = intruder.possible(self.cube.atoms, self.cube.impossible)
        return RoundedTable(self.cube.dimensions, self.shown, withheld, self.least, self.greatest, known)

    def figures(self) -> pd.DataFrame:
        """One row per cell, in the order of the codes: a column per dimension, and `printed`. This may be published."""
        import pandas as pd

        place = np.indices(self.shown.shape).reshape(self.shown.ndim, -1)
        columns = {d.name: np.array([c.code for c in d.codes], object)[i] for d, i in zip(self.cube.dimensions, place)}
        return pd.DataFrame({**columns, "printed": self.shown.ravel()})

    def summary(self) -> dict[str, float]:
        """Cells, how many changed, largest and mean |change|, cells that changed by the base or more."""
        away = np.abs(self.shown - self.cube.cells)
        step = self.method.most_change + 1 if self.method.method == "cell-key" else self.method.base
        return {
            "cells": away.size,
            "changed": int((away > 0).sum()),
            "largest": int(away.max(initial=0)),
            "mean": float(away.mean()) if away.size else 0.0,
            "beyond": int((away >= step).sum()),
        }


@dataclass(frozen=True, slots=True, eq=False)
class RoundedTable:
    """Printed figures, each with the interval that it tells. Offers what PrintedTable does (feasibility.py, outer_bounds.py)."""

    dimensions: tuple[Classification, ...] = field(repr=False)
    shown: np.ndarray = field(repr=False)
    withheld: np.ndarray = field(repr=False)
    least: np.ndarray = field(repr=False)
    greatest: np.ndarray = field(repr=False)
    possible: np.ndarray | None = field(default=None, repr=False)

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """(least, greatest) count that each cell may have; -1 in the second where there is no greatest."""
        return np.where(self.withheld, intruder.LEAST_COUNT, self.least), np.where(self.withheld, -1, self.greatest)

    def label(self, cell: tuple[int, ...]) -> str:
        """The codes of a cell."""
        return ", ".join(f"{d.name}={d.codes[i].code}" for d, i in zip(self.dimensions, cell))


def round_cube(
    cube: Cube,
    method: RoundingMethod,
    key: bytes,
    *,
    series: str = "",
    atom_keys: np.ndarray | None = None,
    gap: float | None = -1,
    progress: Callable[[int, int], None] | None = None,
) -> Rounded:
    """Rounds every cell of a cube.

    key: secret, at least 16 bytes; always the same for the same series of figures. series: names it, the same in
    every table and release that has such figures. atom_keys: int64 of the atoms' shape, sums of the record keys
    (cell_keys.py), for cell-key; default: made from the counts. gap: see controlled_rounding.
    """
    if method.method == "conventional":
        return _finished(cube, method, round_to(cube.cells, method.base))
    if method.method == "random":
        words = cell_words(cube.dimensions, key, series)
        return _finished(cube, method, random_rounding(cube.cells, words, method.base))
    if method.method == "cell-key":
        keys = keys_of_counts(cube, key, series) if atom_keys is None else atom_keys
        table = entropy_table(method.most_change, method.variance, method.no_small)
        return _finished(cube, method, table.perturb(cube.cells, cell_keys(cube, keys)), p_table=table)
    if len(key) < 16:
        raise ValueError("the key for rounding has fewer than 16 bytes; use one of 32 random bytes")
    if method.method == "small-count":
        atoms = small_count_rounding(cube, method.base, key)
        low, high = (roll_up(a, cube.dimensions) for a in known_atoms(atoms, method.base))
        return _closed(cube, method, roll_up(atoms, cube.dimensions), low, high, ())
    done = controlled_rounding(cube, method.base, key, gap=gap, progress=progress)
    return _finished(cube, method, done.cells, largest=max(done.largest, method.base - 1), notes=_notes(done))


def known_interval(
    method: RoundingMethod, printed: np.ndarray, *, largest: int | None = None, p_table: PTable | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) count behind each printed figure, taken alone; int64, the shape of `printed`.

    largest: greatest deviation of controlled rounding where it is not zero-restricted. p_table: that of cell-key,
    default by the method. For small-count the interval is that of an inner cell; totals: Rounded.least, greatest.
    """
    printed = np.asarray(printed, np.int64)
    if method.method == "small-count":
        return known_atoms(printed, method.base)
    if method.method == "cell-key":
        table = p_table or entropy_table(method.most_change, method.variance, method.no_small)
        figures, at = np.unique(printed, return_inverse=True)
        ends = np.array([table.behind(int(p)) for p in figures], np.int64).reshape(-1, 2)
        return ends[at, 0].reshape(printed.shape), ends[at, 1].reshape(printed.shape)
    if method.method == "conventional":
        down, up = method.base // 2, (method.base - 1) // 2
    else:
        down = up = method.base - 1 if largest is None else largest
    return np.maximum(printed - down, 0), printed + up


def problem_of_rounded(rounded: Rounded, policy: DisclosurePolicy, withhold: np.ndarray | None = None) -> SuppressionProblem:
    """The cube as a suppression problem in which printing a cell tells its rounding interval and no more.

    withhold: bool of the cube's shape, the cells that must be withheld and protected to `policy.width`; by default
    those whose count is not 0 and whose printed figure is below the policy's threshold. Cells that print as 0 <
    threshold and are 0 are withheld too, at no cost, where the policy withholds zeros. The policy's own rounding_base
    plays no part.
    """
    cube, plain = rounded.cube, policy.model_copy(update={"rounding_base": 1, "rounding": None})
    problem = problem_of_cube(cube, plain)
    value = cube.cells.ravel()
    sensitive = ((value > 0) & (rounded.shown.ravel() < policy.threshold)) if withhold is None else withhold.ravel()
    never = plain.never_printed(value) & ~sensitive
    n, extra = value.size, len(problem) - value.size

    def longer(array: np.ndarray, tail: np.ndarray) -> np.ndarray:
        return np.concatenate([array, tail[n:]]) if extra else array

    low = np.where(never, problem.printed_low[:n], rounded.least.ravel())
    high = np.where(never, problem.printed_high[:n], rounded.greatest.ravel())
    status = np.where(sensitive, Role.SENSITIVE, Role.FREE).astype(np.uint8)
    return replace(
        problem,
        role=longer(status, problem.role),
        printed_low=longer(low, problem.printed_low),
        printed_high=longer(high, problem.printed_high),
        spl=longer(np.where(sensitive, policy.width, 0), problem.spl),
        lpl=np.zeros_like(problem.lpl),
        upl=np.zeros_like(problem.upl),
    )


def _finished(
    cube: Cube,
    method: RoundingMethod,
    shown: np.ndarray,
    *,
    largest: int | None = None,
    p_table: PTable | None = None,
    notes: tuple[str, ...] = (),
) -> Rounded:
    least, greatest = known_interval(method, shown, largest=largest, p_table=p_table)
    return _closed(cube, method, shown, least, greatest, notes)


def _closed(cube, method, shown, least, greatest, notes) -> Rounded:
    for array in (shown, least, greatest):
        array.flags.writeable = False
    return Rounded(cube, method, shown, least, greatest, notes)


def _notes(done) -> tuple[str, ...]:
    if done.optimal:
        return ("the sum of deviations is the least possible, proved",)
    if done.zero_restricted:
        return ("every figure is a multiple adjacent to its count",)
    why = "in some parts of the table none was found"
    if done.impossible:
        why = "as proved, no such rounding of this table exists"
    return (f"not every figure is a multiple adjacent to its count: {why}; the largest deviation is {done.largest}",)
