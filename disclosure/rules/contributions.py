"""Who contributes how much to each cell of a table: exact, for overlapping cells, in one pass.

A *contribution* is an amount that a contributor gives to one atom. A contributor's contributions within a cell are
added up before anything is ranked, and those of contributors of one parent organisation (a *holding*) are taken
together first. Amounts are integers in the smallest unit, so that a decimal amount is read into cents, never into a
float.

Negative amounts: contributors are ranked by the size of what they give to a cell, sign left aside, and rules look at
the sum of those sizes (`shadow`), as tau-ARGUS does with a shadow variable (there per record, here after adding up a
contributor's records). Concentration rules are not made for that (Handbook on SDC 2nd ed., 4.2, "Negative
contributions": lower p, or a minimum frequency), so `sensitivity.py` refuses unless asked for `absolute`.

Sampling weights: a contributor of weight w stands for w equal ones, also for a fraction of one, as tau-ARGUS has it
(the same place, "Sampling weights"); `weights="sampled"` takes the handbook's other way, in which the sampled values
themselves are the largest, and the estimated total the total. Holdings and weights exclude each other there and here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from celwacht.tables.cubes.classification import Classification

MOST_TOTAL = 1 << 44
"""Sizes of all amounts together, in the smallest unit: with percentages of two decimals all products fit 64 bits."""


@dataclass(frozen=True, eq=False)
class Contributions:
    """Contributions to the atoms of a table. Confidential. n rows, in any order.

    leaf: int32 (n, number of dimensions), leaves of `dimensions`. contributor: int64 (n,), any numbers >= 0. amount:
    int64 (n,), in the smallest unit. records: int64 (n,) or None, how many records each row stands for (default 1).
    holding: int64 (n,) or None, number of the parent organisation, -1 for none. asks: bool (n,) or None: the
    contributor asked for protection. weight: int64 (n,) or None, in parts of `weight_unit`, at least one whole; one per
    contributor.
    """

    dimensions: tuple[Classification, ...]
    leaf: np.ndarray = field(repr=False)
    contributor: np.ndarray = field(repr=False)
    amount: np.ndarray = field(repr=False)
    records: np.ndarray | None = field(default=None, repr=False)
    holding: np.ndarray | None = field(default=None, repr=False)
    asks: np.ndarray | None = field(default=None, repr=False)
    weight: np.ndarray | None = field(default=None, repr=False)
    weight_unit: int = 1

    def __post_init__(self) -> None:
        n = len(self.contributor)
        if self.leaf.shape != (n, len(self.dimensions)):
            raise ValueError(f"leaf has shape {self.leaf.shape} for {n} contributions and {len(self.dimensions)} dimensions")
        for name in ("amount", "records", "holding", "asks", "weight"):
            array = getattr(self, name)
            if array is not None and array.shape != (n,):
                raise ValueError(f"{name} has shape {array.shape} for {n} contributions")
        if self.amount.dtype != np.int64:
            raise ValueError("amounts must be int64, in the smallest unit; a float would lose what is promised")
        shape = [d.n_leaves for d in self.dimensions]
        if n and (np.any(self.leaf < 0) or np.any(self.leaf.max(axis=0) >= shape)):
            raise ValueError("a contribution lies in a leaf that its dimension does not have")
        if self.weight is not None and self.holding is not None:
            raise ValueError("holdings and sampling weights cannot be combined: which holding the unsampled belong to is unknown")
        if self.weight is not None and n and self.weight.min() < self.weight_unit:
            raise ValueError("a sampling weight is below 1; a sampled contributor stands for itself at least")
        most = self.weight_unit if self.weight is None else self.weight.astype(float)
        if float(np.sum(np.abs(self.amount.astype(float)) * most)) >= MOST_TOTAL:
            raise ValueError(f"all amounts together exceed {MOST_TOTAL:,} in the smallest unit; give them in a larger unit")

    def __len__(self) -> int:
        return len(self.contributor)

    def __repr__(self) -> str:
        return f"<Contributions: {len(self)} (confidential)>"


@dataclass(frozen=True, eq=False)
class Figures:
    """What the rules look at. Confidential. Arrays (n,) over cells in C order of the codes, int64.

    value: the total, weighted, in parts of 1/weight_unit of the smallest unit; so are all amounts here. shadow: the
    same of sizes without sign; the total that rules look at. records: number of records. contributors: those that give
    something but 0. only: which contributor is the only one that gives something (equal numbers, same contributor); -1
    for none or several. asked: the largest size of one who asked, 0 for none. top (n, most): largest sizes, descending,
    0 where there are no more; top_weight likewise, in parts of weight_unit. most: how many were kept.
    """

    dimensions: tuple[Classification, ...]
    value: np.ndarray = field(repr=False)
    shadow: np.ndarray = field(repr=False)
    records: np.ndarray = field(repr=False)
    contributors: np.ndarray = field(repr=False)
    only: np.ndarray = field(repr=False)
    asked: np.ndarray = field(repr=False)
    top: np.ndarray = field(repr=False)
    top_weight: np.ndarray = field(repr=False)
    weight_unit: int = 1
    weights: Literal["expanded", "sampled"] = "expanded"
    mixed_signs: bool = False
    """Whether some contributor gives less than 0 to some cell."""

    @property
    def most(self) -> int:
        return self.top.shape[1]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(d.n_codes for d in self.dimensions)

    @property
    def largest(self) -> np.ndarray:
        """(n,) x1."""
        return self.top[:, 0] * self.weight_unit

    def leading(self, number: int) -> np.ndarray:
        """(n,) the `number` largest contributions together; a weight stands for as many equal ones."""
        if number > self.most:
            raise ValueError(f"only the {self.most} largest contributions were kept, {number} are asked for")
        if self.weights == "sampled" or (self.weight_unit == 1 and np.all(self.top_weight <= 1)):
            return self.top[:, :number].sum(axis=1) * self.weight_unit
        room = np.full(len(self.top), number * self.weight_unit, np.int64)
        total = np.zeros(len(self.top), np.int64)
        for i in range(number):
            taken = np.minimum(self.top_weight[:, i], room)
            total += self.top[:, i] * taken
            room -= taken
        return total

    def beside_asked(self, number: int) -> np.ndarray:
        """(n,) the `number` largest contributions together, the largest that asked left out."""
        if number == 0:
            return np.zeros(len(self.top), np.int64)
        # where it is not among the number + 1 largest, their sum without it would exceed the `number` largest
        return np.minimum(self.leading(number), self.leading(number + 1) - self.asked)
