"""P-tables: with which probability a count is printed as which figure, in integers out of 2^32.

Theory (Fraser and Wooton 2005; Marley and Leaver 2011; Giessing 2016). A cell with count x and a key uniform on
0..2^32-1 is printed as x + d, where d is drawn from row x of the table. Each row keeps the expectation (sum of d p =
0), has the wished variance V, changes by at most D, never gives a figure below 0 or in 1..js, and is otherwise as
uncertain as can be: of all such rows the one of maximum entropy. That one has p(d) proportional to exp(a d + b d^2) on
the allowed d (two multipliers, found by Newton's method). A zero stays a zero.

Integers. Probabilities become integers out of 2^32, and what rounding spoilt is put right on three neighbouring d in a
way that leaves sum and mean exact, always, and the variance as well (d^2 - d is even, so that the three equations have
a whole solution). So unbiasedness is a fact of integers, not of floats.

Example:

    >>> table = entropy_table(most_change=2, variance=1.0, no_small=0)
    >>> change, weight = np.array(table.change[-1]), np.array(table.weight[-1])
    >>> int(weight.sum()) == 1 << 32, int((change * weight).sum())      # probabilities of the last row; no bias
    (True, 0)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

TOTAL = 1 << 32
"""Keys run from 0 to TOTAL - 1; the weights of a row add up to TOTAL."""


@dataclass(frozen=True, slots=True, eq=False)
class PTable:
    """Row i has the changes change[i] (ascending) with the weights weight[i], ints that add up to TOTAL.

    Count x has row x while x < len(change) - period, and from there on the last `period` rows in turn.
    """

    change: tuple[tuple[int, ...], ...]
    weight: tuple[tuple[int, ...], ...]
    period: int = 1
    _edges: tuple[np.ndarray, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for x, (d, w) in enumerate(zip(self.change, self.weight, strict=True)):
            if len(d) != len(w) or sum(w) != TOTAL or min(w) < 0 or x + d[0] < 0:
                raise ValueError(f"row {x} of the p-table is no distribution over counts")
        object.__setattr__(self, "_edges", tuple(np.cumsum(np.array(w, np.uint64)) for w in self.weight))

    @property
    def most_change(self) -> int:
        """Largest change in any row, either way."""
        return max(max(-d[0], d[-1]) for d in self.change)

    def row(self, x: np.ndarray | int) -> np.ndarray:
        """int64: the row of each count."""
        first = len(self.change) - self.period
        return np.where(np.asarray(x) < first, x, first + (np.asarray(x) - first) % self.period)

    def figures(self, x: int) -> dict[int, int]:
        """{printed figure: weight} of a count, only what can occur."""
        i = int(self.row(x))
        return {x + d: w for d, w in zip(self.change[i], self.weight[i]) if w}

    def perturb(self, values: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """int64, same shape: what is printed for counts >= 0 with keys in 0..TOTAL-1."""
        printed, rows = np.array(values, np.int64), self.row(values)
        for i in np.unique(rows):
            here = rows == i
            at = np.searchsorted(self._edges[i], keys[here].astype(np.uint64), side="right")
            printed[here] += np.array(self.change[i], np.int64)[at]
        return printed

    def behind(self, printed: int) -> tuple[int, int]:
        """(least, greatest) count that can be printed so; ValueError if none can."""
        reach = self.most_change
        able = [x for x in range(max(0, printed - reach), printed + reach + 1) if printed in self.figures(x)]
        if not able:
            raise ValueError(f"no count is ever printed as {printed} by this p-table")
        return able[0], able[-1]

    def posterior(self, prior: np.ndarray) -> np.ndarray:
        """(printed, true) float64: P(true | printed) for prior[x], the share of cells that have count x; rows of
        figures that cannot occur are 0. Printed figures from 0 to len(prior) - 1 + most_change."""
        joint = np.zeros((len(prior) + self.most_change, len(prior)))
        for x, share in enumerate(prior):
            for p, w in self.figures(x).items():
                joint[p, x] += share * w / TOTAL
        sums = joint.sum(axis=1, keepdims=True)
        return np.divide(joint, sums, out=np.zeros_like(joint), where=sums > 0)


@lru_cache(maxsize=32)
def entropy_table(most_change: int = 8, variance: float = 3.0, no_small: int = 2) -> PTable:
    """The table of maximum entropy for D, V and js; ValueError, with what to change, where a row has no solution."""
    changes: list[tuple[int, ...]] = [(0,)]
    weights: list[tuple[int, ...]] = [(TOTAL,)]
    for x in range(1, most_change + no_small + 2):
        allowed = [d for d in range(-most_change, most_change + 1) if x + d == 0 or x + d > no_small]
        p = _most_uncertain(np.array(allowed), variance, x)
        changes.append(tuple(allowed))
        weights.append(_whole(allowed, p, round(variance * TOTAL), x))
    return PTable(tuple(changes), tuple(weights))


def threshold_table(threshold: int = 10, base: int = 5) -> PTable:
    """As in the "10-5" rule of the ONS: counts below the threshold become 0 (read: fewer than threshold), others go to
    an adjacent multiple of base at random, unbiased within 1 / 2^32. ValueError if threshold is no multiple of
    base."""
    if threshold % base:
        raise ValueError(f"threshold {threshold} is not a multiple of base {base}; use {-(-threshold // base) * base}")
    up = [r * TOTAL // base for r in range(base)]
    change = [(-x,) for x in range(threshold)] + [(-r, base - r) if r else (0,) for r in range(base)]
    weight = [(TOTAL,) for _ in range(threshold)] + [(TOTAL - u, u) if u else (TOTAL,) for u in up]
    return PTable(tuple(change), tuple(weight), period=base)


def _most_uncertain(d: np.ndarray, variance: float, x: int) -> np.ndarray:
    """Probabilities of maximum entropy on the changes d with mean 0 and this variance: Newton on the two
    multipliers."""
    low, high = _variances(d)
    if not low - 1e-9 <= variance <= high + 1e-9:
        raise ValueError(
            f"counts of {x} cannot be changed with variance {variance:g} by {d[0]}..{d[-1]} without bias; "
            f"use a variance between {low:.3g} and {high:.3g}, or another most_change or no_small"
        )
    features = np.stack([d, d * d - variance]).astype(float) / len(d)
    at = np.zeros(2)
    for _ in range(500):
        p = _tilted(features, at)
        gradient = features @ p
        if np.abs(gradient).max() < 1e-14:
            break
        spread = (features * p) @ features.T - np.outer(gradient, gradient) + 1e-13 * np.eye(2)
        step, size = np.linalg.solve(spread, gradient), 1.0
        here, slope = _potential(features, at), 1e-4 * gradient @ step
        while size > 1e-12 and _potential(features, at - size * step) > here - size * slope:
            size /= 2
        at = at - size * step
    return _tilted(features, at)


def _variances(d: np.ndarray) -> tuple[float, float]:
    """Least and greatest variance of a distribution on d with mean 0: both have at most two points."""
    negative, positive = d[d < 0], d[d > 0]
    spread = -np.outer(negative, positive)
    least = 0.0 if 0 in d else float(spread.min()) if spread.size else np.inf
    return least, float(spread.max()) if spread.size else -np.inf


def _potential(features: np.ndarray, at: np.ndarray) -> float:
    u = at @ features
    return float(u.max() + np.log(np.exp(u - u.max()).sum()))


def _tilted(features: np.ndarray, at: np.ndarray) -> np.ndarray:
    u = at @ features
    p = np.exp(u - u.max())
    return p / p.sum()


def _whole(d: list[int], p: np.ndarray, second: int, x: int) -> tuple[int, ...]:
    """Weights near p * TOTAL with sum TOTAL, sum of d w = 0, and sum of d^2 w as near `second` as whole numbers go."""
    w = [int(v) for v in np.rint(p * TOTAL)]
    second -= second % 2
    triples = [i for i in range(len(d) - 2) if d[i + 2] - d[i] == 2]
    if triples:
        i = max(triples, key=lambda i: min(p[i : i + 3]))
        lack = TOTAL - sum(w), -sum(a * b for a, b in zip(d, w)), second - sum(a * a * b for a, b in zip(d, w))
        m = d[i + 1]  # moments about the middle of the three
        first_m, second_m = lack[1] - m * lack[0], lack[2] - 2 * m * lack[1] + m * m * lack[0]
        w[i + 2] += (second_m + first_m) // 2
        w[i] += (second_m - first_m) // 2
        w[i + 1] += lack[0] - second_m
    else:
        pairs = [i for i in range(len(d) - 1) if d[i + 1] - d[i] == 1]
        i = max(pairs, key=lambda i: min(p[i : i + 2]), default=0)
        weight, mean = TOTAL - sum(w), -sum(a * b for a, b in zip(d, w))
        w[i + 1] += mean - d[i] * weight
        w[i] += weight - (mean - d[i] * weight)
    if min(w) < 0 or sum(w) != TOTAL or sum(a * b for a, b in zip(d, w)) != 0:
        raise ValueError(f"counts of {x} have no unbiased row out of 2^32 with changes {d[0]}..{d[-1]}; use a larger most_change")
    return tuple(w)
