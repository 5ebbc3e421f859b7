"""A cube laid out for the compiled search over roundings: which cells each atom is part of, and a canonical order.

The longest dimension is "along", all others together are "across" (C order). Leaves are put in an order that depends
on their codes and the key only, with siblings side by side, so that neither the order of rows nor that of the codes
changes a result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from celwacht.disclosure.rounding.rounding_kernel import Parts
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """parts: for the kernel. flat (atoms,): place in the kernel's order -> flat place in the cube's atoms."""

    parts: Parts = field(repr=False)
    flat: np.ndarray = field(repr=False)
    seed: int = field(repr=False)


def layout_of(cube: Cube, key: bytes) -> Layout:
    """The layout of a cube; the same for the same codes and key in any order."""
    dimensions = sorted(cube.dimensions, key=lambda d: (-d.n_codes, d.name))
    axes = [cube.dimensions.index(d) for d in dimensions]
    orders = [_order(d, key) for d in dimensions]
    lists = [_codes_of_leaves(d, order) for d, order in zip(dimensions, orders)]
    across = [np.zeros(1, np.int64)]
    for d, codes in zip(dimensions[1:], lists[1:]):
        across = [(a[:, None] * d.n_codes + c).ravel() for a in across for c in codes]
    along_first, along = _joined(lists[0])
    across_first, cell = _joined(across)
    n_across = int(np.prod([d.n_codes for d in dimensions[1:]]))
    places = np.arange(cube.atoms.size).reshape(cube.atoms.shape).transpose(axes)
    flat = places[np.ix_(*orders)].ravel()
    seed = int.from_bytes(blake2b(b"celwacht-rounding/1", key=key[:64], digest_size=8).digest(), "little")
    parts = Parts(along_first, along, across_first, cell, np.array([dimensions[0].n_codes, n_across]))
    return Layout(parts, flat, seed)


def _order(d: Classification, key: bytes) -> np.ndarray:
    """(n_leaves,) leaves sorted by the path of codes above them, from large to small, each by its keyed hash."""
    name = [blake2b(f"{d.name}\0{c.code}".encode(), key=key[:64], digest_size=8).digest() for c in d.codes]
    path: list[list[tuple[int, bytes]]] = [[] for _ in d.leaves]
    for c, m in enumerate(d.members):
        for leaf in m:
            path[leaf].append((-len(m), name[c]))
    last = [blake2b(leaf.encode(), key=key[:64], digest_size=8).digest() for leaf in d.leaves]
    return np.array(sorted(range(d.n_leaves), key=lambda i: (sorted(path[i]), last[i])), np.int64)


def _codes_of_leaves(d: Classification, order: np.ndarray) -> list[np.ndarray]:
    codes_of: list[list[int]] = [[] for _ in d.leaves]
    for c, m in enumerate(d.members):
        for leaf in m:
            codes_of[leaf].append(c)
    return [np.array(codes_of[i], np.int64) for i in order]


def _joined(lists: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    first = np.concatenate([[0], np.cumsum([len(x) for x in lists])]).astype(np.int64)
    return first, np.concatenate(lists).astype(np.int32)
