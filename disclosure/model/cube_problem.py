"""A cube of counts as a suppression problem, stated compactly: atoms, the leaves of every code, and one rule for all cells.

It says what a SuppressionProblem with a relation `cell = its atoms` for each cell would say, in a thousandth of the space; the
checker (proof/checker.py) judges both alike. Unknown to the intruder are the atoms; cells are sums of them.

Example: atoms [[1, 3], [6, 9]] under two dimensions of a total and two leaves make the cells [[19, 7, 12], [4, 1, 3],
[15, 6, 9]]; with threshold 3 the 1 is sensitive. Withheld together with 3, 6 and 9, it can be anything from 0 to 4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.problem import FAR
from celwacht.disclosure.model.status import Status


@dataclass(frozen=True, eq=False)
class CubeProblem:
    """What is to be protected in a cube of counts, and what printing tells. Confidential.

    atoms: true counts, int64, one axis per dimension, leaves in order. members: per dimension and code the leaves it holds,
    int32. shown: int64, one axis per dimension, codes in order: printed figures, which count where a cell is not withheld.
    A cell is sensitive if it is not 0 and its rounded count is below `threshold`; two worlds must then put it `width` apart.
    base: figures are rounded to its multiples. levels: what further rules ask, arrays of the cells' shape; none: nothing.
    singletons: whether the proof must hold against people who are alone in an atom as well. insiders: who contributes to the atoms, where
    the proof must hold against each of them (or each coalition) as well.
    """

    atoms: np.ndarray = field(repr=False)
    members: tuple[tuple[np.ndarray, ...], ...] = field(repr=False)
    shown: np.ndarray = field(repr=False)
    threshold: int
    base: int
    width: int
    levels: Levels | None = field(default=None, repr=False)
    singletons: bool = False
    insiders: Insiders | None = field(default=None, repr=False)
    impossible: np.ndarray | None = field(default=None, repr=False)
    """bool of the atoms' shape: structural zeros, which everybody knows; None for none."""

    outside = "would be printed differently"
    """What is said of a world in which a cell leaves the room that printing gives it."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Codes per dimension."""
        return tuple(map(len, self.members))

    @cached_property
    def codes(self) -> list[np.ndarray]:
        """Per dimension (leaves, most codes of a leaf): the codes of each leaf, filled up with one that is none."""
        return [codes_of_leaves(m, n) for m, n in zip(self.members, self.atoms.shape)]

    @cached_property
    def value(self) -> np.ndarray:
        """int64, flat: the true count of every cell."""
        there = np.flatnonzero(self.atoms)
        return self.sums(there, self.atoms.ravel()[there])

    @cached_property
    def small(self) -> np.ndarray:
        """bool, flat: the cells that fail the threshold."""
        return (self.value > 0) & (prints(self.value, self.base) < self.threshold)

    @property
    def sensitive(self) -> np.ndarray:
        """bool, flat."""
        return self.small | self.levels.sensitive.ravel().astype(bool) if self.levels else self.small

    @property
    def asked(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(lpl, upl, spl), int64, flat: what worlds must do for each cell, if it is sensitive."""
        lpl, upl, spl = (a.ravel() for a in self.levels[:3]) if self.levels else (self.value * 0,) * 3
        return lpl, upl, np.maximum(spl, self.width * self.small)

    def sums(self, atom: np.ndarray, count: np.ndarray) -> np.ndarray:
        """int64, flat: the cells when the flat atoms hold these counts and all others nothing; an atom counts in all its codes."""
        place = np.zeros((len(atom), 1), np.int64)
        for n, leaf, of_leaf in zip(self.shape, np.unravel_index(atom, self.atoms.shape), self.codes):
            place = place[:, :, None] * (n + 1) + of_leaf[leaf][:, None, :]
            place = place.reshape(len(atom), place.shape[1] * place.shape[2])
        wide = np.zeros(np.prod([n + 1 for n in self.shape]), np.int64)
        np.add.at(wide, place, count[:, None])
        return wide.reshape([n + 1 for n in self.shape])[tuple(slice(n) for n in self.shape)].ravel()

    def malformed(self, pattern: np.ndarray) -> str | None:
        """Why this is no table at all, or None. pattern: Status, flat."""
        if self.shown.shape != self.shape or pattern.size != self.shown.size or self.atoms.min(initial=0) < 0:
            return "the figures do not have the shape of the table"
        if self.impossible is not None and (self.impossible.shape != self.atoms.shape or np.any(self.atoms[self.impossible])):
            return "somebody is where nobody can be"
        return None

    def misprinted(self, pattern: np.ndarray) -> str | None:
        """Why what is printed is not what the policy says, or None."""
        if np.any((prints(self.value, self.base) != self.shown.ravel()) & (pattern == Status.PUBLISHED)):
            return "a printed figure is not what the policy prints"
        return None

    def leeway(self, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(least, greatest) change of every cell by itself in a world, int64, flat; FAR where nothing bounds it."""
        least, greatest = (end - self.value for end in intruder.rounding_interval(self.shown.ravel(), self.base))
        withheld = pattern != Status.PUBLISHED
        return np.where(withheld, intruder.LEAST_COUNT - self.value, least), np.where(withheld, FAR, greatest)

    def moved(self, unknown: np.ndarray, difference: np.ndarray, scale: int) -> np.ndarray | str:
        """Change of every cell when atoms change so; or why no table can have such atoms."""
        count = self.atoms.ravel()
        ordered = np.all(np.diff(unknown) > 0) and (not len(unknown) or (unknown[0] >= 0 and unknown[-1] < count.size))
        if scale != 1 or not ordered or np.any(count[unknown] + difference < intruder.LEAST_COUNT):
            return "has a negative count, or names an atom twice"
        if np.any((difference > 0) & ~self.possible[unknown]):
            return "puts somebody where nobody can be"
        return self.sums(unknown, difference)

    @cached_property
    def possible(self) -> np.ndarray:
        """bool, flat, over atoms: where anybody may be."""
        return intruder.possible(self.atoms, self.impossible).ravel()


def prints(counts: np.ndarray, base: int) -> np.ndarray:
    """Conventional rounding of counts >= 0 to multiples of `base`."""
    multiple = counts // base * base
    return np.where(2 * (counts - multiple) >= base, multiple + base, multiple)


def codes_of_leaves(members: tuple[np.ndarray, ...], n_leaves: int) -> np.ndarray:
    """(n_leaves, most codes of a leaf): the codes of each leaf, filled up with len(members), which is no code."""
    found: list[list[int]] = [[] for _ in range(n_leaves)]
    for c, leaves in enumerate(members):
        for leaf in leaves.tolist():
            found[leaf].append(c)
    longest = max(1, *map(len, found))
    return np.array([codes + [len(members)] * (longest - len(codes)) for codes in found])
