"""The certificate checker: is every sensitive cell proved safe by worlds? No solver, integers only.

A reader of this file need believe nothing else. It imports none of the code that chose the pattern or found the worlds.

What is checked, for one cube:
1. what is printed is what the policy prints for the true counts, and no sensitive cell is printed;
2. every layer of worlds is a world: no atom below zero, and every printed figure would be printed the same;
3. each sensitive cell takes, over the truth and all worlds, values that lie at least `width` apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from celwacht.disclosure.verdict import Verdict


@dataclass(frozen=True, slots=True)
class CheckResult:
    """SAFE, or UNSAFE (something false is claimed or printed), or INCONCLUSIVE (cells without proof)."""

    verdict: Verdict
    reason: str
    unproved: np.ndarray
    """Flat positions of sensitive cells whose worlds do not lie far enough apart. Confidential."""


def totals(atoms: np.ndarray, members: tuple[tuple[np.ndarray, ...], ...]) -> np.ndarray:
    """For every combination of codes, the sum over their leaves. members[i][c]: leaves of code c of dimension i."""
    for axis, codes in enumerate(members):
        starts = np.cumsum([0] + [len(leaves) for leaves in codes[:-1]])
        atoms = np.add.reduceat(np.take(atoms, np.concatenate(codes), axis=axis), starts, axis=axis)
    return atoms


def prints(counts: np.ndarray, base: int) -> np.ndarray:
    """Conventional rounding of counts >= 0 to multiples of `base`."""
    below = counts // base * base
    return np.where(2 * (counts - below) >= base, below + base, below)


def check(atoms: np.ndarray, members: tuple[tuple[np.ndarray, ...], ...], shown: np.ndarray, withheld: np.ndarray,
          worlds, *, threshold: int, base: int, width: int) -> CheckResult:
    """Judges one publication.

    atoms: true counts, int64, one axis per dimension. shown: printed figures (int64) and withheld (bool), one axis
    per dimension of codes; `shown` counts only where not withheld. worlds: first, atom, difference, as in `Worlds`.
    """
    none = np.zeros(0, np.int64)
    truth = totals(atoms, members)
    if shown.shape != truth.shape or withheld.shape != truth.shape or atoms.min(initial=0) < 0:
        return CheckResult(Verdict.UNSAFE, "the figures do not have the shape of the table", none)
    sensitive = (truth > 0) & (prints(truth, base) < threshold)
    if np.any(sensitive & ~withheld):
        return CheckResult(Verdict.UNSAFE, "a sensitive cell is printed", none)
    if np.any((prints(truth, base) != shown) & ~withheld):
        return CheckResult(Verdict.UNSAFE, "a printed figure is not what the policy prints", none)
    lowest, highest = truth.copy(), truth.copy()
    for k in range(len(worlds.first) - 1):
        rows = slice(worlds.first[k], worlds.first[k + 1])
        change = np.zeros(atoms.size, np.int64)
        np.add.at(change, worlds.atom[rows], worlds.difference[rows])
        change = change.reshape(atoms.shape)
        if np.any(atoms + change < 0):
            return CheckResult(Verdict.UNSAFE, f"world {k} has a negative count", none)
        cells = truth + totals(change, members)
        if np.any((prints(cells, base) != shown) & ~withheld):
            return CheckResult(Verdict.UNSAFE, f"world {k} would be printed differently", none)
        np.minimum(lowest, cells, out=lowest)
        np.maximum(highest, cells, out=highest)
    unproved = np.flatnonzero(sensitive & (highest - lowest < width))
    if unproved.size:
        return CheckResult(Verdict.INCONCLUSIVE, "sensitive cells without proof", unproved)
    return CheckResult(Verdict.SAFE, "every sensitive cell is proved", none)
