"""Which cells of several tables are the same: from their specifications and codes alone, before there are figures or after.

Example: all young people of Meppel in `jeugdhulp_gebruik_jongeren` and in `wijk_jeugdhulp_jongeren`: one number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.disclosure.intruder.sets.reading import read
from celwacht.disclosure.intruder.sets.seen import SeenTable
from celwacht.disclosure.intruder.sets.space import COURSE, Grid, Space

SEED = 21  # of numbers that tell classes apart: they need not be secret, only different


def same_cells(tables: Sequence[SeenTable]) -> tuple[np.ndarray, ...]:
    """Per table int64 of its shape: a number that cells share which count the same, and no others but by an accident of one in 10^6 for
    a set of a million cells (two that are not the same would then be withheld together)."""
    reading, offset = read(tables), 0
    found = tuple(np.full(t.least.shape, -1, np.int64) for t in tables)
    for space, grids in zip(reading.spaces, reading.grids):
        weights = _weights(space)
        shown = [_names(g, weights) for g in grids]
        key, number = np.unique(np.concatenate([k.ravel() for k in shown]), return_inverse=True)
        at = 0
        for g, k in zip(grids, shown):
            found[g.table][np.ix_(*g.printed)] = number[at : at + k.size].reshape(k.shape) + offset
            at += k.size
        offset += len(key)
    return found


def _weights(space: Space) -> dict[str, np.ndarray]:
    """Per field a number for each class, 0 for no condition; '' for moments."""
    draw = np.random.Generator(np.random.PCG64(SEED))
    found = {name: draw.integers(-(2**62), 2**62, len(of)) for name, of in space.classes.items()}
    for of in found.values():
        of[0] = 0
    return found | {COURSE: np.zeros(1, np.int64), "": draw.integers(-(2**62), 2**62, len(space.when))}


def _names(grid: Grid, weights: dict[str, np.ndarray]) -> np.ndarray:
    """int64: of the cells that the table shows, the sum of the numbers of their classes, which wraps around."""
    name = np.array(0, np.int64)
    for field, number in grid.fixed:
        name = name + weights[field][number : number + 1].reshape(())
    for (field, classes), printed in zip(grid.axes, grid.printed):
        name = name[..., None] + weights[field][classes[: len(printed)]]
    return name[..., None] + weights[""][grid.when[..., : len(grid.printed[-1])]]
