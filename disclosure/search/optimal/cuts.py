"""Constraints that every safe pattern satisfies, from the row duals of attacker's programmes.

Theory. For any multipliers y of the relations, a change d of the cells that no fact contradicts has
`sign * d[i] = sum(y * (A d)) + sum(r[j] * d[j])` with `r = sign * e_i - A'y`. Bounding every term by what the pattern
leaves gives `sign * d[i] <= constant + sum(C[j] * x[j])`, with x[j] = 1 where decider j is withheld. So a pattern in which
cell i can move by `level` has `sum(C[j] * x[j]) >= level - constant`: a *capacity* constraint, in which each coefficient
may be cut off at the right-hand side; and for any set T of deciders the others must make up for what T leaves:
`sum(min(C[j], least - C(T)) * x[j] for j not in T) >= least - C(T)`. The multipliers may be anything: so they are
rounded to whole numbers over a small denominator, all is computed exactly, and a float error of the solver weakens a constraint, never falsifies it.

*Bridge* constraints hold for patterns from which no secondary cell can be given back (the cheapest ones are among
them): if j is withheld it can move, so at least one other cell in any combination of equations with j is withheld:
`sum(x[q]) >= x[j]`. Reference: Fischetti and Salazar, JASA 95 (2000), 916-928, sections 4 and 5.

Example, on the table of model/example.py. The line `4 = 1 + 3` has multiplier 1: if the 1 moves by 3, the 4 or the 3 moves, so that
`x(4) + x(3) >= 1`. The line `7 = 1 + 6` gives `x(7) + x(6) >= 1`. Withholding the 3 and the 6 alone meets both, and is not safe:
bridges such as `x(15) + x(9) >= x(6)`, from the line `15 = 6 + 9`, ask for a third.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.search.optimal.components import Part

DENOMINATORS = (1, 2, 3, 4, 6, 12)
FINE = 1 << 14
NEAR = 1e-6
EXACT = float(1 << 52)  # whole numbers below it are exact in float64, and so are their sums


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """sum(coefficient * x[decider]) >= least. decider int32, ascending; coefficient float64."""

    decider: np.ndarray
    coefficient: np.ndarray
    least: float

    def missing(self, x: np.ndarray) -> float:
        """By how much x (d,) violates it; negative if it does not."""
        return self.least - float(self.coefficient @ x[self.decider])

    @property
    def key(self) -> tuple:
        """Equal for equal constraints."""
        return self.decider.tobytes(), np.round(self.coefficient, 9).tobytes(), self.least


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """scale * (change of a cell) <= constant + sum(gain * x), gain float64 (d,) >= 0; all whole numbers."""

    scale: int
    constant: float
    gain: np.ndarray


class CutMaker:
    """Makes constraints for one part."""

    def __init__(self, part: Part):
        facts, sums = part.lean.relations, part.lean.relations.sums(part.problem.value)
        self._part, self._n = part, len(part.problem)
        self._cell, self._row = facts.cell, facts.relation
        self._coefficient = facts.coefficient.astype(np.float64)
        self._least = np.where(facts.least <= -UNBOUNDED, -np.inf, (facts.least - sums).astype(np.float64))
        self._greatest = np.where(facts.greatest >= UNBOUNDED, np.inf, (facts.greatest - sums).astype(np.float64))
        self._slack = self._least < self._greatest
        stays = np.ones(self._n, bool)  # moves whatever the pattern is
        stays[part.deciders] = (part.shown_low < part.shown_high)[part.deciders]
        self._stays = stays
        self._place = np.full(self._n, -1)
        self._place[part.deciders] = np.arange(len(part.deciders))

    def limit(self, cell: int, sign: int, dual: np.ndarray) -> Limit | None:
        """What the multipliers -dual (m,), of the programme that pushed `cell` up (1) or down (-1), prove."""
        y, scale = _whole(-dual)
        y = np.where(np.where(y > 0, self._greatest, -self._least) == np.inf, 0, y) * (y != 0)
        r = -self._combined(y)
        r[cell] += sign * scale
        part, up, down, used = self._part, r > 0, r < 0, y != 0
        with np.errstate(invalid="ignore"):
            constant = np.where(y > 0, self._greatest, self._least)[used] @ y[used]
            at_most = np.where(up, r * part.hidden_high, np.where(down, r * part.hidden_low, 0.0))
            shown = np.where(up, r * part.shown_high, np.where(down, r * part.shown_low, 0.0))
        free = part.deciders
        fixed = np.ones(self._n, bool)
        fixed[free] = False
        constant += at_most[fixed].sum() + shown[free].sum()
        if not np.abs(at_most[fixed]).sum() + np.abs(shown[free]).sum() + abs(constant) < EXACT:
            return None
        return Limit(scale, float(constant), at_most[free] - shown[free])

    def level(self, limits: list[Limit], level: int, taken: np.ndarray) -> Cut | None:
        """The capacity constraint: the changes that the limits bound (one, or up and down) reach `level` together.

        taken: bool (d,), deciders whose gain is taken off the right-hand side in full (knapsack cover).
        """
        scale = lcm(*(a.scale for a in limits))
        least = scale * float(level) - sum(scale // a.scale * a.constant for a in limits)
        if not 0 < least < EXACT:
            return None
        gain = np.minimum(sum(np.minimum(scale // a.scale * a.gain, least) for a in limits), least)
        least -= gain[taken].sum()
        if least <= 0:
            return None
        used = np.flatnonzero((gain > 0) & ~taken)
        return Cut(used.astype(np.int32), np.minimum(gain[used], least) / least, 1.0)

    def bridge(self, cell: int, dual: np.ndarray) -> Cut | None:
        """The bridge constraint for a decider, from any multipliers; None where something with play of its own is in it."""
        y, _ = _whole(dual)
        r = self._combined(y)
        if r[cell] == 0 or np.any(self._slack & (y != 0)):
            return None
        r[cell] = 0
        if np.any(self._stays & (r != 0)):
            return None
        others = self._place[np.flatnonzero(r)]
        decider = np.append(others, self._place[cell])
        order = np.argsort(decider)
        return Cut(decider[order].astype(np.int32), np.append(np.ones(len(others)), -1.0)[order], 0.0)

    def _combined(self, y: np.ndarray) -> np.ndarray:
        """(n,) A'y, exact."""
        return np.bincount(self._cell, weights=self._coefficient * y[self._row], minlength=self._n)


def _whole(y: np.ndarray) -> tuple[np.ndarray, int]:
    """(multipliers as whole numbers, their common denominator)."""
    for scale in DENOMINATORS:
        whole = np.rint(y * scale)
        if np.abs(whole - y * scale).max(initial=0) < NEAR * scale:
            return whole, scale
    return np.rint(y * FINE), FINE


def more_than(shown: np.ndarray) -> Cut:
    """At least one more decider than those withheld, bool (d,): for a pattern that is proved unsafe in another way."""
    rest = np.flatnonzero(~shown)
    return Cut(rest.astype(np.int32), np.ones(len(rest)), 1.0)
