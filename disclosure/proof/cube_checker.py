"""The certificate checker: is every sensitive cell proved safe by worlds? No solver, integers only.

A reader of this file need believe nothing else. It imports none of the code that chose the pattern or found the worlds.

What is checked, for one cube:
1. what is printed is what the policy prints for the true counts, and no sensitive cell is printed;
2. every layer of worlds is a world: no atom below zero, and every printed figure would be printed the same;
3. each sensitive cell takes, over the truth and all worlds, values that lie at least `width` apart, and as far from
   the truth and from each other as further rules ask.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.verdict import CheckResult, Verdict


def codes_of_leaves(members: tuple[np.ndarray, ...], n_leaves: int) -> np.ndarray:
    """(n_leaves, most codes of a leaf): the codes of each leaf, filled up with len(members), which is no code."""
    found: list[list[int]] = [[] for _ in range(n_leaves)]
    for c, leaves in enumerate(members):
        for leaf in leaves.tolist():
            found[leaf].append(c)
    longest = max(1, *map(len, found))
    return np.array([codes + [len(members)] * (longest - len(codes)) for codes in found])


def totals(atom: np.ndarray, count: np.ndarray, shape: tuple[int, ...], codes: list[np.ndarray], cells: tuple[int, ...]) -> np.ndarray:
    """The cells, of shape `cells`, when flat atom[i] of `shape` holds count[i]: each atom counts in all its codes."""
    place = np.zeros((len(atom), 1), np.int64)
    for n, leaf, of_leaf in zip(cells, np.unravel_index(atom, shape), codes):
        place = place[:, :, None] * (n + 1) + of_leaf[leaf][:, None, :]
        place = place.reshape(len(atom), place.shape[1] * place.shape[2])
    wide = np.zeros(np.prod([n + 1 for n in cells]), np.int64)
    np.add.at(wide, place, count[:, None])
    return wide.reshape([n + 1 for n in cells])[tuple(slice(n) for n in cells)]


def prints(counts: np.ndarray, base: int) -> np.ndarray:
    """Conventional rounding of counts >= 0 to multiples of `base`."""
    below = counts // base * base
    return np.where(2 * (counts - below) >= base, below + base, below)


def check(
    atoms: np.ndarray,
    members: tuple[tuple[np.ndarray, ...], ...],
    shown: np.ndarray,
    withheld: np.ndarray,
    worlds,
    *,
    threshold: int,
    base: int,
    width: int,
    levels: tuple[np.ndarray, ...] | None = None,
) -> CheckResult:
    """Judges one publication.

    atoms: true counts, int64, one axis per dimension. shown: printed figures (int64) and withheld (bool), one axis
    per dimension of codes; `shown` counts only where not withheld. worlds: first, atom, difference, as in `Worlds`.
    levels: what rules beside the threshold ask of each cell (below, above, apart, sensitive): int64 and bool arrays of
    the cells' shape; none: nothing.
    """
    none = np.zeros(0, np.int64)
    codes = [codes_of_leaves(m, n) for m, n in zip(members, atoms.shape)]
    cells = tuple(len(m) for m in members)
    there = np.flatnonzero(atoms)
    truth = totals(there, atoms.ravel()[there], atoms.shape, codes, cells)
    if shown.shape != truth.shape or withheld.shape != truth.shape or atoms.min(initial=0) < 0:
        return CheckResult(Verdict.UNSAFE, "the figures do not have the shape of the table", none)
    small = (truth > 0) & (prints(truth, base) < threshold)
    below, above, apart, chosen = levels or (truth * 0, truth * 0, truth * 0, truth < 0)
    sensitive = small | chosen.astype(bool)
    if np.any(sensitive & ~withheld):
        return CheckResult(Verdict.UNSAFE, "a sensitive cell is printed", none)
    if np.any((prints(truth, base) != shown) & ~withheld):
        return CheckResult(Verdict.UNSAFE, "a printed figure is not what the policy prints", none)
    lowest, highest = truth.copy(), truth.copy()
    for k in range(len(worlds.first) - 1):
        rows = slice(worlds.first[k], worlds.first[k + 1])
        atom, change = worlds.atom[rows].astype(np.int64), worlds.difference[rows].astype(np.int64)
        if np.any(np.diff(atom) <= 0) or np.any(atoms.ravel()[atom] + change < 0):
            return CheckResult(Verdict.UNSAFE, f"world {k} has a negative count, or names an atom twice", none)
        world = truth + totals(atom, change, atoms.shape, codes, cells)
        if np.any((prints(world, base) != shown) & ~withheld):
            return CheckResult(Verdict.UNSAFE, f"world {k} would be printed differently", none)
        np.minimum(lowest, world, out=lowest)
        np.maximum(highest, world, out=highest)
    near = (highest - lowest < np.maximum(apart, width * small)) | (truth - lowest < below) | (highest - truth < above)
    unproved = np.flatnonzero(sensitive & near)
    if unproved.size:
        return CheckResult(Verdict.INCONCLUSIVE, "sensitive cells without proof", unproved)
    return CheckResult(Verdict.SAFE, "every sensitive cell is proved", none)
