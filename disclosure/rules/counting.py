"""Sensitivity rules that count: records, contributors, and totals of nothing. Theory and source: concentration.py.

Example:

    >>> import numpy as np
    >>> from celwacht.disclosure.model.example import cube
    >>> from celwacht.disclosure.rules.contributions import Contributions
    >>> from celwacht.disclosure.rules.ranking import figures
    >>> given = Contributions(cube().dimensions[:1], np.array([[0], [0], [1]]), np.array([1, 2, 1]), np.array([80, 20, 50]))
    >>> MinimumContributors(3).judge(figures(given, most=3)).sensitive      # two, two and one
    array([ True,  True,  True])
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np
from celwacht.disclosure.rules.contributions import Figures
from celwacht.disclosure.rules.rule import MOST_P, Judged, at_least_one, of, percent


def _few(number: np.ndarray, rule: MinimumFrequency | MinimumContributors, cells: Figures) -> Judged:
    """Cells with some, but too few: `width` as sliding level, `range_percent` of the cell to either side."""
    few = (number > 0) & (number < rule.least)
    span = np.where(few, of(rule.range_percent / 100, cells.shadow), 0)
    return Judged(few, span, span.copy(), np.where(few, rule.width, 0).astype(np.int64))


def _checked_few(rule: MinimumFrequency | MinimumContributors) -> None:
    object.__setattr__(rule, "range_percent", percent(rule.range_percent, 0, MOST_P))
    if rule.least < 2 or rule.width < 1:
        raise ValueError(
            f"{rule.place}: least is at least 2, or no cell would be sensitive, and width at least 1, or such a cell could be found exactly"
        )


@dataclass(frozen=True, slots=True)
class MinimumFrequency:
    """A cell of fewer than `least` records, and not none, is sensitive."""

    name: ClassVar[str] = "minimum frequency"
    least: int
    width: int = 1
    range_percent: Fraction | int | str = Fraction(0)
    place: str = "parameter"

    def __post_init__(self) -> None:
        _checked_few(self)

    @property
    def reason(self) -> str:
        return f"fewer than {self.least} records"

    def needs(self) -> int:
        return 0

    def judge(self, cells: Figures) -> Judged:
        return _few(cells.records, self, cells)


@dataclass(frozen=True, slots=True)
class MinimumContributors:
    """A cell to which fewer than `least` different contributors give something is sensitive.

    A contributor of nothing hides nobody and does not count; a sampled one counts once, whatever its weight.
    """

    name: ClassVar[str] = "minimum contributors"
    least: int
    width: int = 1
    range_percent: Fraction | int | str = Fraction(0)
    place: str = "parameter"

    def __post_init__(self) -> None:
        _checked_few(self)

    @property
    def reason(self) -> str:
        return f"fewer than {self.least} contributors"

    def needs(self) -> int:
        return 1

    def judge(self, cells: Figures) -> Judged:
        return _few(cells.contributors, self, cells)

    def judge_requests(self, cells: Figures) -> Judged:
        """Only where one of them asked."""
        asked = cells.asked > 0
        return Judged(*(np.where(asked, a, np.zeros_like(a)) for a in self.judge(cells)))


@dataclass(frozen=True, slots=True)
class ZeroTotals:
    """Zeros are not publishable: a total of 0 says of every contributor to it that they gave nothing.

    Cells without any record are not meant. The level is `reach` upwards only, as below 0 there is nothing.
    """

    name: ClassVar[str] = "zero"
    reach: int = 1
    place: str = "parameter"

    def __post_init__(self) -> None:
        at_least_one(self.reach, "reach", self.place)

    @property
    def reason(self) -> str:
        return "the total is 0, which tells what each contributor gave"

    def needs(self) -> int:
        return 1

    def judge(self, cells: Figures) -> Judged:
        zero = (cells.shadow == 0) & (cells.records > 0)
        none = np.zeros(zero.shape, np.int64)
        return Judged(zero, none, np.where(zero, self.reach, 0).astype(np.int64), none.copy())
