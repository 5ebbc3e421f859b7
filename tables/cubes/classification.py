"""One dimension of a cube: the codes that are published, and the atoms' classes underneath.

A *leaf* is the finest class that the dimension distinguishes; a *code* is a set of leaves. That one idea carries
trees (a county is the set of its towns), trees that do not nest in each other (regions of courts beside counties),
and distinct counts (a leaf is the set of kinds that a person had; the code of a kind is every leaf
that contains it, so that codes overlap and do not add up).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Code:
    """A published category. `parent` is the code it is shown under ('' at the top); `level` the name of its level."""

    code: str
    title_nl: str
    title_en: str = ""
    parent: str = ""
    level: str = ""
    description_nl: str = ""
    unknown: bool = False
    """The leaf for records whose class is not known."""


@dataclass(frozen=True, slots=True)
class Classification:
    """The codes of one dimension, in the order in which they are shown, and the leaves below them.

    members: for each code the positions of its leaves, ascending int32, never empty. Leaves need not all be
    covered by a code; a leaf of no code is invisible to the reader.
    """

    name: str
    """Name of the dimension in the cube, such as `RegioS`."""
    title_nl: str
    title_en: str
    codes: tuple[Code, ...]
    leaves: tuple[str, ...]
    members: tuple[np.ndarray, ...] = field(repr=False)
    kind: str = "Dimension"
    """As in OData v4: Dimension, TimeDimension, GeoDimension, GeoDetail."""

    def __post_init__(self) -> None:
        if len(self.members) != len(self.codes):
            raise ValueError(f"{self.name}: {len(self.codes)} codes but {len(self.members)} sets of leaves")
        names = [c.code for c in self.codes]
        if len(set(names)) != len(names) or len(set(self.leaves)) != len(self.leaves):
            raise ValueError(f"{self.name}: a code or a leaf occurs twice")
        for code in _wrong_members(self.members, len(self.leaves)):
            raise ValueError(f"{self.name}: code {self.codes[code].code} has no leaves, or leaves out of order or range")
        for leaves in self.members:
            leaves.flags.writeable = False

    @property
    def n_codes(self) -> int:
        return len(self.codes)

    @property
    def n_leaves(self) -> int:
        return len(self.leaves)

    def position(self, code: str) -> int:
        """Place of a code among the codes; KeyError if there is none."""
        for i, c in enumerate(self.codes):
            if c.code == code:
                return i
        raise KeyError(code)

    def matrix(self) -> np.ndarray:
        """(n_codes, n_leaves) int8: 1 where the leaf belongs to the code."""
        m = np.zeros((self.n_codes, self.n_leaves), dtype=np.int8)
        for i, leaves in enumerate(self.members):
            m[i, leaves] = 1
        return m


def _wrong_members(members: Sequence[np.ndarray], n_leaves: int) -> list[int]:
    """Which sets of leaves are empty, not ascending or out of range; all in one pass, for a country has hundreds."""
    sizes = np.array([len(leaves) for leaves in members], np.int64)
    if not sizes.all():
        return np.flatnonzero(sizes == 0).tolist()
    if not len(sizes):
        return []
    flat, last = np.concatenate(members), np.cumsum(sizes) - 1
    wrong = (flat < 0) | (flat >= n_leaves)
    wrong[1:] |= np.diff(flat) <= 0
    starts = last[:-1] + 1
    wrong[starts] = (flat[starts] < 0) | (flat[starts] >= n_leaves)  # the first of a set is not held against the set before
    return np.unique(np.searchsorted(last, np.flatnonzero(wrong))).tolist()


def from_tree(
    name: str, children: dict[str, list[str]], root: str, titles: dict[str, str] | None = None, level_names: tuple[str, ...] = ()
) -> Classification:
    """A classification from a tree `parent -> children`: every node is a code, codes in depth-first order."""
    titles = titles or {}
    codes: list[Code] = []
    leaves: list[str] = []
    spans: list[tuple[int, int]] = []

    def visit(node: str, parent: str, depth: int) -> None:
        place = len(codes)
        codes.append(
            Code(node, titles.get(node, node), parent=parent, level=level_names[depth] if depth < len(level_names) else str(depth))
        )
        spans.append((0, 0))
        first = len(leaves)
        kids = children.get(node, [])
        if not kids:
            leaves.append(node)
        for kid in kids:
            visit(kid, node, depth + 1)
        spans[place] = (first, len(leaves))

    visit(root, "", 0)
    members = tuple(np.arange(a, b, dtype=np.int32) for a, b in spans)
    return Classification(name, name, name, tuple(codes), tuple(leaves), members)
