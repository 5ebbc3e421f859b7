"""Small-count rounding: no published count of 1..base-1 is left, totals still add up, and stay close to the truth.

Theory (Langsrud and Heldal, PSD 2018). Only atoms of 1..base-1 that are part of a small published cell are rounded, to
0 or to base; every published cell is then computed from the rounded atoms. Which way each goes is chosen so that
published cells change little, here by least squares over all of them and annealing (rounding_kernel.py) instead of the
authors' choice of one atom after the other on residuals. A published cell that was not small can become so when some of its atoms have
gone to 0: then its small atoms are rounded too, until no small cell is left.

What an intruder has left: an atom printed as 0 is 0..base-1, one printed as base is 1..base, any other is exact; so a
total lies within the sum of those. No bound on the deviation of a total is promised; the result says how large it is.

Example, the table of model/example.py to base 5: the 1, the 3 and with them the 4 are small. (0, 5) makes the total 5, column p 6 and column q 14; the 6 and the 9
stay as they are.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.rounding.layout import Layout, layout_of
from celwacht.disclosure.rounding.rounding_kernel import anneal, start
from celwacht.tables.cubes.cube import Cube, roll_up

MOVES_PER_ATOM = 160


def small_count_rounding(cube: Cube, base: int, key: bytes, *, moves_per_atom: int = MOVES_PER_ATOM) -> np.ndarray:
    """int64 of the atoms' shape: the rounded atoms. Cells are their sums (roll_up), none of which is in 1..base-1.

    key: breaks ties, so that the choice cannot be replayed. moves_per_atom: more takes longer and comes closer.
    """
    layout = layout_of(cube, key)
    rounded, small = cube.atoms, np.zeros(cube.atoms.shape, bool)
    while True:
        more = _feeds_small(cube, roll_up(rounded, cube.dimensions), base)
        more &= (cube.atoms < base) & (cube.atoms > 0) & ~small
        if not more.any():
            return rounded
        small |= more
        rounded = two_sided(cube, layout, np.where(small, 0, cube.atoms), small, base, moves_per_atom)


def two_sided(cube: Cube, layout: Layout, lower: np.ndarray, movable: np.ndarray, step: int, moves_per_atom: int) -> np.ndarray:
    """Atoms at `lower`, or at lower + step where movable (both of the atoms' shape), so that sums stay near the
    truth."""
    places = layout.flat
    order = np.flatnonzero(movable.ravel()[places])
    down = (lower - cube.atoms).ravel()[places]
    deviation = np.zeros(int(layout.parts.shape.prod()), np.int64)
    movable_at = movable.ravel()[places]
    up = np.zeros(len(places), np.bool_)
    start(layout.parts, deviation, order, down, step, up)
    if len(order):
        moves = moves_per_atom * len(order)
        anneal(layout.parts, deviation, order, movable_at, step, up, moves, np.uint64(layout.seed))
    found = lower.ravel().copy()
    found[places[up]] += step
    return found.reshape(lower.shape)


def known_atoms(printed: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) true count of each atom printed so; int64, same shape."""
    return (np.where(printed == base, 1, np.where(printed == 0, 0, printed)), np.where(printed == 0, base - 1, printed))


def _feeds_small(cube: Cube, cells: np.ndarray, base: int) -> np.ndarray:
    """bool over atoms: part of a published cell of 1..base-1."""
    small = (cells > 0) & (cells < base)
    for axis, d in enumerate(cube.dimensions):
        hit = np.zeros((d.n_leaves, *np.delete(small.shape, axis)), bool)
        for c, leaves in enumerate(d.members):
            hit[leaves] |= np.moveaxis(small, axis, 0)[c]
        small = np.moveaxis(hit, 0, axis)
    return small
