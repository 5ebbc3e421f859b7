"""Counts over fewer codes: the same units, for a table of which only some regions are published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.together.count_together import Counts


def narrowed_counts(counts: Counts, smaller: Callable[[Cube], Cube]) -> Counts:
    """The counts in the cube that `smaller` makes of theirs by leaving codes out; units of no code are left out too."""
    cube = smaller(counts.cube)
    if cube is counts.cube:
        return counts
    maps = tuple(leaf_map(a, b) for a, b in zip(counts.cube.dimensions, cube.dimensions))
    leaf = np.stack([m[x] for m, x in zip(maps, np.unravel_index(counts.atom, counts.cube.atoms.shape))])
    inside = (leaf >= 0).all(axis=0)
    atom = np.ravel_multi_index(tuple(leaf[:, inside]), cube.atoms.shape)
    return replace(counts, cube=cube, person=counts.person[inside], atom=atom, row=counts.row[inside], maps=maps)


def leaf_map(full: Classification, smaller: Classification) -> np.ndarray:
    """(n_leaves of full,) int64: the leaf of `smaller` that lies in the same of its codes; -1 for a leaf of none of them."""
    place = {c.code: i for i, c in enumerate(full.codes)}
    wide = np.zeros((full.n_leaves, smaller.n_codes), bool)
    narrow = np.zeros((smaller.n_leaves, smaller.n_codes), bool)
    for k, c in enumerate(smaller.codes):
        wide[full.members[place[c.code]], k] = True
        narrow[smaller.members[k], k] = True
    known = {row.tobytes(): i for i, row in enumerate(narrow)}
    return np.array([known[row.tobytes()] if row.any() else -1 for row in wide], np.int64)
