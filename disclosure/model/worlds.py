"""Worlds: other tables that would be printed exactly like ours. They are the proof that a cell cannot be inferred."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """Worlds as sparse differences from the truth. Confidential.

    World k changes unknown[i] by difference[i] / scale[k] for i in first[k]:first[k + 1], unknowns ascending. The unknowns
    are those of the problem that is proved: the cells of a SuppressionProblem, the atoms of a CubeProblem (flat positions
    in C order). Example: [10, 4, 6], where 4 + 6 = 10 is printed, has the world {1: +2, 2: -2}, which puts 4 at 6.

    first: (m + 1,) int64. unknown: int32 or int64. difference: int32 or int64. part: int32, only where singletons are judged:
    the number of the single world that each row belongs to, where a world is several that touch nothing in common. scale:
    (m,) int64, 1 for whole worlds, which those of counts must be; none given: all 1.
    """

    first: np.ndarray = field(repr=False)
    unknown: np.ndarray = field(repr=False)
    difference: np.ndarray = field(repr=False)
    part: np.ndarray | None = field(default=None, repr=False)
    scale: np.ndarray = field(default=None, repr=False)  # type: ignore[arg-type]  # filled below; no reader meets None

    def __post_init__(self) -> None:
        if self.scale is None:
            object.__setattr__(self, "scale", np.ones(len(self.first) - 1, np.int64))

    def __len__(self) -> int:
        return len(self.first) - 1

    def __repr__(self) -> str:
        return f"<Worlds: {len(self)} (confidential)>"


def no_worlds() -> Worlds:
    """The proof of a table in which nothing is sensitive."""
    return Worlds(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
