"""What a sensitivity rule is: a value with a name, a reason and a place, that judges all cells at once, in integers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol

import numpy as np
from celwacht.disclosure.rules.contributions import Figures

MOST_P = 1000
"""Largest percentage of a p% rule or a range: with two decimals, products with an amount fit 64 bits."""


class Judged(NamedTuple):
    """What a rule says of all cells. sensitive: bool (n,); lpl, upl, spl: int64 (n,) >= 0, 0 where not sensitive."""

    sensitive: np.ndarray
    lpl: np.ndarray
    upl: np.ndarray
    spl: np.ndarray


class Rule(Protocol):
    """A rule is a value: its name, why it is there, and where it was laid down (a file and key, or a parameter)."""

    place: str

    @property
    def name(self) -> str: ...

    @property
    def reason(self) -> str: ...

    def needs(self) -> int:
        """How many of the largest contributions it looks at; 0: none."""

    def judge(self, cells: Figures) -> Judged: ...


def percent(value: int | float | str | Decimal | Fraction, least: Fraction | int, most: Fraction | int) -> Fraction:
    """A percentage as an exact fraction; a float counts as it is written. ValueError beyond two decimals or the
    bounds."""
    found = value if isinstance(value, Fraction) else Fraction(Decimal(str(value)))
    if (found * 100).denominator != 1:
        raise ValueError(f"a percentage has at most two decimals, {value} has more; write {round(float(found), 2)}")
    if not least <= found <= most:
        raise ValueError(f"a percentage of {value} does not fit here; it runs from {float(least):g} to {float(most):g}")
    return found


def levels(least: np.ndarray) -> Judged:
    """Sensitive where the level asked is above 0, by that much to either side."""
    asked = np.maximum(least, 0)
    return Judged(asked > 0, asked, asked.copy(), np.zeros_like(asked))


def of(share: Fraction, amounts: np.ndarray) -> np.ndarray:
    """The least whole number that is at least `share` of each amount >= 0; int64, exact below 2**44 (Figures sees to
    it)."""
    return -(-amounts * share.numerator // share.denominator)


def at_least_one(number: int, what: str, place: str) -> None:
    if number < 1:
        raise ValueError(f"{place}: {what} is at least 1, found {number}")
