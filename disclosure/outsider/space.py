"""A space: figures that count the same units, each a row of set numbers, one per field; 0 is everything."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

LIFE = "life"
TOUCHED = "touched "
MIXED = "where "

SpaceKey = tuple[str, str, str, str, str]
"""(release, source, filter, moment, period) of persons; (release, source, '', '', year) of trajectories."""


@dataclass(eq=False)
class Axis:
    """One field of a space: its sets by number. base: of a field touched, set number -> the classes of which a person has one."""

    whole: int
    sets: list[int] = field(default_factory=list)
    number: dict[int, int] = field(default_factory=dict)
    base: dict[int, int] = field(default_factory=dict)
    title: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.of(self.whole)

    def of(self, mask: int) -> int:
        """The number of a set, new if it must be."""
        mask &= self.whole
        if mask not in self.number:
            self.number[mask] = len(self.sets)
            self.sets.append(mask)
        return self.number[mask]


@dataclass(eq=False)
class Space:
    """key; persons: whether it counts persons. axes: in order of name once it is closed. figure: int64 (n, axes), unique rows in lexical order."""

    key: SpaceKey
    persons: bool
    axes: dict[str, Axis] = field(default_factory=dict)
    figure: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    first: int = 0
    """Position of its first figure among those of all spaces."""

    def names(self) -> list[str]:
        return sorted(self.axes)

    def strides(self) -> np.ndarray:
        """int64 (axes,): a figure times these, added up, is its key."""
        found, weight = [], 1
        for name in self.names():
            found.append(weight)
            weight *= len(self.axes[name].sets)
        if weight >= 1 << 62:
            raise ValueError("so many fields and classes cannot be attacked at once; give fewer sets")
        return np.array(found, np.int64)

    def keys(self) -> np.ndarray:
        return self.figure @ self.strides() if self.figure.size else np.zeros(len(self.figure), np.int64)
