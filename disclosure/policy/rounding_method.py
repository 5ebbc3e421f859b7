"""A rounding method as a value, and what must hold between it, the threshold and the width before it may be used.

The law of all rounding methods; the methods themselves are in keyed_random.py, controlled.py,
small_counts.py and cell_keys.py, and what each of them promises is in ROUNDING.md.

Theory. A method tells the intruder, for a printed figure p taken alone, that the true count lies in an interval. That
interval is a fact like any other, and the least width of it is the most that rounding by itself can promise:

    method        true count behind a printed p                         least width
    conventional  p - base//2 .. p + (base-1)//2                        base - 1 - base//2 (at 0)
    random        p - (base-1) .. p + (base-1)                          base - 1 (at 0)
    controlled    the same where zero-restricted, else the largest      base - 1 (at 0)
                  deviation that occurs
    small-count   0: 0 .. base-1;  base: 1 .. base;  else p itself      base - 1 (inner cells that were rounded)
    cell-key      p - D .. p + D, as far as the p-table reaches p       see cell_keys.py: not a worst-case promise
"""

from __future__ import annotations

from typing import Annotated, Literal

from celwacht.tables.yaml.model import Strict
from pydantic import Field, model_validator

METHODS = ("conventional", "random", "controlled", "small-count", "cell-key")
ADDITIVE = ("controlled", "small-count")
SEARCHED = ADDITIVE
"""Methods that search, with counts that the compiled kernels can hold; the others round each figure by itself."""


class RoundingMethod(Strict):
    """How counts are rounded, with its parameters; `base` for all but cell-key, the other three for cell-key only."""

    method: Literal["conventional", "random", "controlled", "small-count", "cell-key"] = Field(
        default="conventional",
        description="conventional: to the nearest multiple; random: up or down by a secret "
        "key, unbiased; controlled: additive; small-count: only small inner "
        "cells, additive; cell-key: perturbation by a p-table.",
    )
    base: Annotated[int, Field(ge=2, le=1000)] = Field(default=5, description="Figures become multiples of this.")
    most_change: Annotated[int, Field(ge=1, le=50)] = Field(
        default=8, description="Cell key: a figure never differs by more than this (D)."
    )
    variance: Annotated[float, Field(gt=0, le=400)] = Field(default=3.0, description="Cell key: variance of the change (V).")
    no_small: Annotated[int, Field(ge=0, le=20)] = Field(default=2, description="Cell key: figures of 1 up to this are never printed (js).")

    @model_validator(mode="after")
    def _parameters_agree(self) -> RoundingMethod:
        if self.method == "cell-key" and self.variance > self.most_change**2:
            raise ValueError(
                f"variance {self.variance:g} cannot be reached by changes of at most {self.most_change}; "
                f"use a variance below {self.most_change**2} or a larger most_change"
            )
        if self.method == "cell-key" and self.most_change <= self.no_small:
            raise ValueError(
                f"a count of 1 must become 0 or more than {self.no_small}, by a change of at most "
                f"{self.most_change}; use most_change {self.no_small + 2} or more"
            )
        return self

    @property
    def additive(self) -> bool:
        """Whether printed totals are the sums of their printed parts."""
        return self.method in ADDITIVE

    @property
    def least_width(self) -> int:
        """Least width of the interval that one printed figure leaves, of those figures that the method changes."""
        if self.method == "conventional":
            return self.base - 1 - self.base // 2
        return self.most_change if self.method == "cell-key" else self.base - 1


def disagreements(method: RoundingMethod, threshold: int, width: int) -> tuple[str, ...]:
    """Why this method cannot be used with this threshold and width, each with its remedy; empty if it can.

    threshold: counts of 1..threshold-1 are sensitive. width: as in a policy, the least width of a sensitive cell's
    feasibility interval. Cells that are withheld beside rounding are not asked about here (problem_of_rounded).
    """
    check = {
        "conventional": _conventional,
        "random": _both_sides,
        "controlled": _both_sides,
        "small-count": _small_count,
        "cell-key": _cell_key,
    }[method.method]
    return tuple(check(method, threshold, width))


def _conventional(method: RoundingMethod, threshold: int, width: int):
    if threshold % method.base:
        up = -(-threshold // method.base) * method.base
        yield (
            f"threshold {threshold} is not a multiple of base {method.base}, so that the smallest printed figure "
            f"would tell on which side of the threshold a cell lies; use threshold {up}"
        )
    if width > method.base - 1:
        yield (
            f"width {width} is more than the {method.base - 1} that a printed multiple of {method.base} leaves; use "
            f"width {method.base - 1} or base {width + 1}"
        )


def _both_sides(method: RoundingMethod, threshold: int, width: int):
    if method.base < threshold:
        yield (
            f"base {method.base} is below threshold {threshold}: a printed {method.base} would stand for sensitive "
            f"counts only up to {2 * method.base - 1}, and a printed 0 would not hide all of them; use base "
            f"{threshold} or more, or withhold what is sensitive"
        )
    if width > method.base - 1:
        yield (f"width {width} is more than the {method.base - 1} that a printed 0 leaves; use width {method.base - 1} or base {width + 1}")


def _small_count(method: RoundingMethod, threshold: int, width: int):
    if method.base < threshold:
        yield (
            f"base {method.base} is below threshold {threshold}: counts of {method.base}..{threshold - 1} would be "
            f"printed as they are; use base {threshold} or more"
        )
    if width > method.base - 1:
        yield (f"width {width} is more than the {method.base - 1} that a rounded count leaves; use base {width + 1} or more")


def _cell_key(method: RoundingMethod, threshold: int, width: int):
    if method.most_change < width:
        yield (
            f"changes of at most {method.most_change} leave a printed figure fewer than {width} values on one side; "
            f"use most_change {width} or more"
        )
    if method.no_small + 1 < min(threshold, method.most_change):
        yield (
            f"no_small {method.no_small} lets figures of {method.no_small + 1}..{threshold - 1} be printed, below "
            f"threshold {threshold}; that tells nothing certain, but who promises a threshold must use no_small "
            f"{threshold - 1} with a most_change above it, or say that the promise is one of probabilities"
        )
