"""The one problem type: cells, what is to be protected, and the linear facts that tie the cells together.

Theory. Unknown to the intruder are the values of the *cells* that are not printed. Known are: for each cell, printed
or not, a lower and an upper bound (`lower`, `upper`); for a printed cell moreover an interval (`printed_low`,
`printed_high`: one point for an exact figure, the rounding interval for a rounded one); and the *relations*, each a
linear form over cells with a least and a greatest value. An additive relation `total - parts = 0` has both equal.
Whatever else is known, of cells or of what lies under them, is one more relation: a stock and its flows, a rate, an earlier release.
A cell of role HIDDEN is in no table: an atom that only carries relations, withheld at no cost.

The *role* of a cell says what may be done with it, the *pattern* what is done (`Status`). A *world* is an assignment to the cells that satisfies all facts. A
sensitive cell is safe when worlds put it at least `lpl` below and at least `upl` above the truth, and two worlds
at least `spl` apart. Reference: Fischetti and Salazar, JASA 95 (2000), 916-928; Handbook on SDC 2nd ed., 4.2-4.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.worlds import Worlds

UNBOUNDED = 1 << 50
"""Stands for "no upper bound" (and its negative for no lower one): far above any value, far below overflow."""
MOST_VALUE = 1 << 44
CELL_ARRAYS = ("value", "cost", "role", "lower", "upper", "printed_low", "printed_high", "lpl", "upl", "spl")
"""Names of the arrays of a problem that hold something of each cell."""
FAR = 1 << 62
"""How far a cell may move that nothing bounds."""
MOST_PRODUCT = 1 << 61
"""Beyond this, products of changes and coefficients are not trusted to be exact."""


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Linear facts: relation r is least[r] <= sum(coefficient[k] * x[cell[k]]) <= greatest[r], k in first[r]:first[r + 1].

    first (m + 1,) int64; cell (nnz,) int32; coefficient (nnz,) int64; least, greatest (m,) int64, UNBOUNDED for none.
    """

    first: np.ndarray
    cell: np.ndarray
    coefficient: np.ndarray
    least: np.ndarray
    greatest: np.ndarray

    def __len__(self) -> int:
        return len(self.least)

    def sums(self, x: np.ndarray) -> np.ndarray:
        """(m,) the value of every relation's linear form at x (n,), in x's type."""
        terms = np.concatenate([[0], np.cumsum(self.coefficient * x[self.cell])])
        return terms[self.first[1:]] - terms[self.first[:-1]]

    @property
    def relation(self) -> np.ndarray:
        """(nnz,) int32: the relation that each entry belongs to."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.first))


def relations(rows: Sequence[tuple[Sequence[int], Sequence[int], int, int]]) -> Relations:
    """Relations from rows (cells, coefficients, least, greatest)."""
    first = np.concatenate([[0], np.cumsum([len(r[0]) for r in rows])]).astype(np.int64)
    join = [np.concatenate([np.asarray(r[i], np.int64) for r in rows] or [np.zeros(0, np.int64)]) for i in (0, 1)]
    return Relations(
        first, join[0].astype(np.int32), join[1], np.array([r[2] for r in rows], np.int64), np.array([r[3] for r in rows], np.int64)
    )


@dataclass(frozen=True, slots=True, eq=False)
class SuppressionProblem:
    """What is to be protected. Confidential. All arrays (n,) over cells, int64 unless said, not writeable.

    value: in the smallest unit. cost: float64 >= 0, of withholding the cell. role: uint8, Role.
    lower, upper: what the intruder knows of the cell before anything is printed; -UNBOUNDED, UNBOUNDED for nothing.
    printed_low, printed_high: what printing the cell would tell. lpl, upl, spl: protection levels, 0 for cells
    that are not sensitive. integral: the intruder knows that values are whole (counts); then worlds must be whole too.
    label: names a cell for messages, never with a value.
    """

    name: str
    value: np.ndarray = field(repr=False)
    cost: np.ndarray = field(repr=False)
    role: np.ndarray = field(repr=False)
    lower: np.ndarray = field(repr=False)
    upper: np.ndarray = field(repr=False)
    printed_low: np.ndarray = field(repr=False)
    printed_high: np.ndarray = field(repr=False)
    lpl: np.ndarray = field(repr=False)
    upl: np.ndarray = field(repr=False)
    spl: np.ndarray = field(repr=False)
    relations: Relations = field(repr=False)
    integral: bool = True
    label: Callable[[int], str] = field(default=lambda i: f"cell {i}", repr=False)
    decimals: int = 0
    """Values, bounds and levels are in units of 10**-decimals of those in the file they came from."""
    names: tuple[str, ...] = field(default=(), repr=False)
    """The file's own names of the cells; none where they are numbers."""

    def __post_init__(self) -> None:
        n = len(self.value)
        for name in CELL_ARRAYS:
            array = getattr(self, name)
            if array.shape != (n,):
                raise ValueError(f"{self.name}: {name} has shape {array.shape} for {n} cells")
            array.flags.writeable = False
        for problem in self._contradictions():
            raise ValueError(f"{self.name}: {problem}")

    def _contradictions(self):
        """What is wrong with the truth as an assignment, in words that name cells but no value."""
        for bad, what in (
            (self.value < self.lower, "lies below its lower bound"),
            (self.value > self.upper, "lies above its upper bound"),
            ((self.value < self.printed_low) | (self.value > self.printed_high), "lies outside the interval in which it would be printed"),
            (np.minimum(np.minimum(self.lpl, self.upl), self.spl) < 0, "has a negative protection level"),
        ):
            if bad.any():
                yield f"{self.label(int(np.flatnonzero(bad)[0]))} {what} ({int(bad.sum())} such cells)"
        sums = self.relations.sums(self.value)
        off = (sums < self.relations.least) | (sums > self.relations.greatest)
        if off.any():
            cells = self.relations.cell[self.relations.first[:-1][off]]
            yield (
                f"{int(off.sum())} relations do not hold for the values; the first is the one that starts with {self.label(int(cells[0]))}"
            )

    def __len__(self) -> int:
        return len(self.value)

    @property
    def sensitive(self) -> np.ndarray:
        """bool (n,)."""
        return self.role == Role.SENSITIVE

    @property
    def free(self) -> np.ndarray:
        """bool (n,): the cells that may be withheld to protect others."""
        return self.role == Role.FREE

    def exactly(self) -> SuppressionProblem:
        """The same problem with the weaker promise of most tools: no sensitive cell can be computed exactly."""
        zero = np.zeros_like(self.lpl)
        return replace(self, lpl=zero, upl=zero, spl=np.where(self.sensitive, 1, 0))

    def cost_of(self, pattern: np.ndarray) -> float:
        """Cost of everything that the pattern withholds, primaries included."""
        return float(self.cost[pattern != Status.PUBLISHED].sum())

    def room(self, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(least, greatest) value that the pattern leaves to each cell by itself; int64 (n,) each."""
        shown = (pattern == Status.PUBLISHED) & (self.role != Role.HIDDEN)
        fixed = self.role == Role.KNOWN
        least = np.where(shown, np.maximum(self.lower, self.printed_low), self.lower)
        greatest = np.where(shown, np.minimum(self.upper, self.printed_high), self.upper)
        return np.where(fixed, self.value, least), np.where(fixed, self.value, greatest)

    outside = "does not satisfy the facts"
    """What is said of a world in which a cell leaves its room."""

    @property
    def asked(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(lpl, upl, spl): what worlds must do for each cell, if it is sensitive."""
        return self.lpl, self.upl, self.spl

    def malformed(self, pattern: np.ndarray) -> str | None:
        """Why the pattern is none of this problem, or the truth none of its worlds; None if all is well."""
        if len(pattern) != len(self):
            return "the figures do not have the shape of the table"
        least, greatest = self.room(pattern)
        sums = self.relations.sums(self.value)
        if np.any((self.value < least) | (self.value > greatest)) or np.any(
            (sums < self.relations.least) | (sums > self.relations.greatest)
        ):
            return "the truth does not satisfy the facts"
        return None

    def misprinted(self, pattern: np.ndarray) -> str | None:
        """Why the pattern does not print what it must, or None."""
        if np.any((pattern != Status.PUBLISHED) & (self.role == Role.FORCED)):
            return "a cell that must be published is withheld"
        return None

    def leeway(self, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(least, greatest) change of every cell by itself in a world, int64; FAR where nothing bounds it."""
        least, greatest = self.room(pattern)
        low, high = least - self.value, greatest - self.value
        return np.where(least <= -UNBOUNDED, -FAR, low), np.where(greatest >= UNBOUNDED, FAR, high)

    def moved(self, unknown: np.ndarray, difference: np.ndarray, scale: int) -> np.ndarray | str:
        """Change of every cell, times scale, when `unknown` cells change by difference / scale; or why the relations forbid it.

        Exact; numbers too large for that are refused as well.
        """
        facts, n, most = self.relations, len(self), int(np.abs(difference).max(initial=0))
        if scale < 1 or np.any(np.diff(unknown) <= 0) or (len(unknown) and (unknown[0] < 0 or unknown[-1] >= n)):
            return self.outside
        longest = int(np.diff(facts.first).max(initial=1)) * int(np.abs(facts.coefficient).max(initial=1))
        if most * longest > MOST_PRODUCT - scale or (self.integral and np.any(difference % scale)):
            return self.outside
        change, reach = np.zeros(n, np.int64), most * longest // scale + 1  # what lies farther away binds nothing
        change[unknown] = difference
        moved, sums = facts.sums(change), facts.sums(self.value)
        least, greatest = (np.clip(end - sums, -reach, reach) * scale for end in (facts.least, facts.greatest))
        return change if np.all((least <= moved) & (moved <= greatest)) else self.outside

    def start(self) -> np.ndarray:
        """uint8 (n,): the pattern that withholds the sensitive cells and nothing else."""
        return np.where(self.sensitive, Status.PRIMARY, Status.PUBLISHED).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a method found. pattern: uint8 (n,) of Status. lower_bound: proved least cost of any safe pattern, or
    None. unproved: sensitive cells (positions) for which no worlds were found or none can exist. Confidential."""

    pattern: np.ndarray = field(repr=False)
    worlds: Worlds = field(repr=False)
    unproved: np.ndarray = field(repr=False)
    lower_bound: float | None = None
    method: str = ""
    ended: str = ""
    """What ended the search before it was done: its phase and why. Empty where it ended by itself."""
    work: float = 0.0
    """What the search counted, in seconds of work (solver/work.py)."""
