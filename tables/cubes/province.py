"""A table for one province: only its regions are published, which makes a small run quick and easy to look at.

Fewer codes are fewer facts: what is safe for the whole table is no less safe here, but it is protected and proved anew.
"""

from __future__ import annotations

import numpy as np
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.cube import Cube


def narrowed(cube: Cube, regions: frozenset[str]) -> Cube:
    """The cube over these regions only; cubes without regions, or with none of them, stay as they are."""
    for axis, dimension in enumerate(cube.dimensions):
        kept = [i for i, c in enumerate(dimension.codes) if c.code in regions]
        if dimension.kind.startswith("Geo") and kept:
            smaller, place = _restricted(dimension, kept)
            rows = np.moveaxis(cube.atoms, axis, 0)
            atoms = np.zeros((smaller.n_leaves, *rows.shape[1:]), np.int64)
            inside = place >= 0
            np.add.at(atoms, place[inside], rows[inside])
            dimensions = (*cube.dimensions[:axis], smaller, *cube.dimensions[axis + 1 :])
            atoms = np.ascontiguousarray(np.moveaxis(atoms, 0, axis))
            return Cube(cube.table, dimensions, atoms, cube.unit, _impossible(cube, axis, place, smaller.n_leaves))
    return cube


def _impossible(cube: Cube, axis: int, place: np.ndarray, leaves: int) -> np.ndarray | None:
    """Nobody can be in a leaf of the smaller cube where nobody can be in any of the leaves that it takes together."""
    if cube.impossible is None:
        return None
    rows = np.moveaxis(~cube.impossible, axis, 0)
    possible = np.zeros((leaves, *rows.shape[1:]), np.int64)
    np.add.at(possible, place[place >= 0], rows[place >= 0])
    return np.ascontiguousarray(np.moveaxis(possible == 0, 0, axis))


def _restricted(full: Classification, kept: list[int]) -> tuple[Classification, np.ndarray]:
    """The kept codes over as few leaves as they tell apart, and the new leaf of each old one (-1: of no code)."""
    belongs = full.matrix()[kept]
    signatures, first, place = np.unique(belongs, axis=1, return_index=True, return_inverse=True)
    used = signatures.any(axis=0)
    number = np.where(used, np.cumsum(used) - 1, -1)
    names = {full.codes[i].code for i in kept}
    codes = tuple(
        Code(c.code, c.title_nl, c.title_en, c.parent if c.parent in names else "", c.level, c.description_nl, c.unknown)
        for c in (full.codes[i] for i in kept)
    )
    members = tuple(np.flatnonzero(row).astype(np.int32) for row in signatures[:, used])
    leaves = tuple(full.leaves[i] for i in first[used])
    smaller = Classification(full.name, full.title_nl, full.title_en, codes, leaves, members, full.kind)
    return smaller, number[place.ravel()]
