"""Drawing with fixed counts: what can be made exact is not left to chance, so that small demos are calibrated too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
FITTING_STEPS = 400


def apportion(total: int, weights: Floats | Ints) -> Ints:
    """Divides `total` over the weights in whole numbers by largest remainder; the first wins a tie."""
    exact = total * np.asarray(weights, dtype=np.float64) / np.sum(weights)
    counts = np.floor(exact + 1e-9).astype(np.int64)
    short = int(total - counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return counts


def quota(rng: np.random.Generator, total: int, weights: Floats | Ints) -> Ints:
    """`total` indices into `weights` in random order, each as often as its weight says (and not just on average)."""
    return rng.permutation(np.repeat(np.arange(len(weights)), apportion(total, weights)))


def pick(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """`count` indices with replacement, with chances in proportion to the weights."""
    edges = np.cumsum(weights)
    return np.searchsorted(edges, rng.random(count) * edges[-1], side="right").clip(max=len(weights) - 1)


def pick_distinct(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """At most `count` different indices, in random order, the heavier ones more likely; weight 0 is never picked."""
    able = np.flatnonzero(weights > 0)
    waiting = rng.exponential(size=len(able)) / weights[able]
    count = min(count, len(able))
    if count == 0:
        return able[:0]
    chosen = np.argpartition(waiting, count - 1)[:count]
    return able[chosen[np.argsort(waiting[chosen], kind="stable")]]


def scaled(counts: Ints | Floats, share: float) -> Ints:
    """The counts times `share`, in whole numbers that add up to the rounded total."""
    total = round(float(np.sum(counts)) * share)
    return apportion(total, counts) if total else np.zeros(len(counts), dtype=np.int64)


def fitted(seed: Floats, rows: Floats, columns: Floats) -> Floats:
    """The table nearest to `seed` with these sums of rows and columns (iterative proportional fitting); 0 stays 0.

    ((1, 1), (1, 1)) with rows (3, 1) and columns (2, 2) becomes ((1.5, 1.5), (0.5, 0.5)). The columns are brought to the
    sum of the rows first. ValueError where the zeros of `seed` leave no such table.
    """
    columns = columns * (rows.sum() / columns.sum())
    table = seed.astype(np.float64)
    for _ in range(FITTING_STEPS):
        table *= (rows / table.sum(axis=1))[:, None]
        table *= columns / np.maximum(table.sum(axis=0), 1e-300)
    if not np.allclose(table.sum(axis=1), rows, rtol=0.001):
        raise ValueError("no table has these zeros and these sums of rows and columns")
    return table
