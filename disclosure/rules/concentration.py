"""The sensitivity rules: when a cell tells too much of one contributor, and how far it must then be protected.

X is a cell's total and x1 >= x2 >= ... are its contributors' shares in it, holdings taken together.

| rule | sensitive when | upper protection level |
|---|---|---|
| minimum frequency n, contributors n | 0 < number < n | as given |
| (n, k) dominance | x1 + .. + xn > k/100 X | 100/k (x1 + .. + xn) - X |
| p%, against c that pool | X - x1 - .. - x(c+1) < p/100 x1 | p/100 x1 - (X - x1 - .. - x(c+1)) |
| p-q | the same, p/q for p/100 | p/q x1 - (X - x1 - .. - x(c+1)) |
| request | the same, x1 replaced by the largest xs that asked, the rest by the largest others | the same |

A cell is sensitive exactly when its level is above 0. The lower level equals the upper one. Source: Handbook on SDC,
2nd ed., 4.2: tables "Sensitivity rules" (footnote 6 for c > 1) and "Upper protection levels"; requests are its
waivers turned round, with its foreign trade rule as (1, k). The handbook advises level 0 for frequency rules; here a
`width` (sliding level) of at least 1 sees to it that such a cell is not found exactly.

All in integers: percentages are fractions of at most two decimals, and levels are rounded up to a whole unit.
What all rules share is in rule.py, rules that count are in counting.py; group disclosure, which looks at cells
beside each other, is in group_disclosure.py.

Example:

    >>> import numpy as np
    >>> from celwacht.disclosure.model.example import cube
    >>> from celwacht.disclosure.rules.contributions import Contributions
    >>> from celwacht.disclosure.rules.ranking import figures
    >>> given = Contributions(cube().dimensions[:1], np.array([[0], [0], [1]]), np.array([1, 2, 1]), np.array([80, 20, 50]))
    >>> judged = PPercent(p=10).judge(figures(given, most=3))
    >>> judged.sensitive, judged.upl      # of a: 100 - 80 - 20 = 0 is less than 10 % of 80, so that the level is 8
    (array([ True,  True,  True]), array([13,  8,  5]))
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np
from celwacht.disclosure.rules.contributions import Figures
from celwacht.disclosure.rules.counting import MinimumContributors
from celwacht.disclosure.rules.rule import MOST_P, Judged, at_least_one, levels, of, percent

LEAST_K = 10
"""A dominance rule below ten per cent would ask for levels of more than ten times the cell."""


@dataclass(frozen=True, slots=True)
class Dominance:
    """The n largest together have more than k per cent."""

    name: ClassVar[str] = "dominance"
    n: int
    k: Fraction | int | str
    place: str = "parameter"

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", percent(self.k, LEAST_K, Fraction(9999, 100)))
        at_least_one(self.n, "n", self.place)

    @property
    def reason(self) -> str:
        return (
            f"the {self.n} largest contributors have more than {float(self.k):g} per cent"
            if self.n > 1
            else (f"the largest contributor has more than {float(self.k):g} per cent")
        )

    def needs(self) -> int:
        return self.n

    def judge(self, cells: Figures) -> Judged:
        return levels(of(100 / self.k, cells.leading(self.n)) - cells.shadow)

    def judge_requests(self, cells: Figures) -> Judged:
        """The largest that asked, with the n - 1 largest others."""
        together = np.where(cells.asked > 0, cells.asked + cells.beside_asked(self.n - 1), 0)
        return levels(of(100 / self.k, together) - cells.shadow)


@dataclass(frozen=True, slots=True)
class PPercent:
    """Contributors 2 to c + 1, if they pool, can say from above within p per cent what the largest gave."""

    name: ClassVar[str] = "p%"
    p: Fraction | int | str
    coalition: int = 1
    place: str = "parameter"

    def __post_init__(self) -> None:
        object.__setattr__(self, "p", percent(self.p, Fraction(1, 100), MOST_P))
        at_least_one(self.coalition, "coalition", self.place)

    @property
    def reason(self) -> str:
        who = "another contributor" if self.coalition == 1 else f"{self.coalition} contributors together"
        return f"{who} can tell the largest contribution within {float(self.p):g} per cent"

    def needs(self) -> int:
        return self.coalition + 1

    def judge(self, cells: Figures) -> Judged:
        return _estimate(self.p / 100, self.coalition, cells)

    def judge_requests(self, cells: Figures) -> Judged:
        """The largest that asked is the target, the largest others are the intruders."""
        rest = cells.shadow - cells.asked - cells.beside_asked(self.coalition)
        return levels(np.where(cells.asked > 0, of(self.p / 100, cells.asked) - rest, 0))


@dataclass(frozen=True, slots=True)
class PriorPosterior:
    """As p%, where everybody knew each contribution within q per cent beforehand; p < q <= 100."""

    name: ClassVar[str] = "p-q"
    p: Fraction | int | str
    q: Fraction | int | str
    coalition: int = 1
    place: str = "parameter"

    def __post_init__(self) -> None:
        object.__setattr__(self, "p", percent(self.p, Fraction(1, 100), 100))
        object.__setattr__(self, "q", percent(self.q, Fraction(1, 100), 100))
        at_least_one(self.coalition, "coalition", self.place)
        if self.p >= self.q:
            raise ValueError(
                f"{self.place}: p {float(self.p):g} must be below q {float(self.q):g}: what is published "
                "adds to what "
                "was known, it takes nothing away"
            )

    @property
    def reason(self) -> str:
        return f"whoever knew contributions within {float(self.q):g} per cent now knows the largest within {float(self.p):g} per cent"

    def needs(self) -> int:
        return self.coalition + 1

    def judge(self, cells: Figures) -> Judged:
        return _estimate(Fraction(self.p) / self.q, self.coalition, cells)


@dataclass(frozen=True, slots=True)
class Request:
    """A rule with parameters of its own, that looks only at contributors who asked for protection.

    Waivers are the same: everybody asks who gave no waiver.
    """

    rule: PPercent | Dominance | MinimumContributors
    place: str = "parameter"

    @property
    def name(self) -> str:
        return f"request, {self.rule.name}"

    @property
    def reason(self) -> str:
        return f"a contributor asked for protection, and {self.rule.reason}"

    def needs(self) -> int:
        return self.rule.needs() + 1

    def judge(self, cells: Figures) -> Judged:
        return self.rule.judge_requests(cells)


CONCENTRATION = (Dominance, PPercent, PriorPosterior)
"""Rules that mean nothing where contributions differ in sign."""


def _estimate(share: Fraction, coalition: int, cells: Figures) -> Judged:
    rest = cells.shadow - cells.leading(coalition + 1)
    return levels(of(share, cells.largest) - rest)
