"""The 2 by 2 table of the examples that stand at the head of the algorithms: small enough to recalculate, and leaking.

            T   p   q        The 1 must not be inferred. Withheld alone it is 4 - 3 = 1: two lines through it give it away. With
        T  19   7  12        the 3 withheld it is still 7 - 6 = 1. The cheapest safe pattern withholds all four inside: then the
        a   4   1   3        1 can be anything from 0 to 4.
        b  15   6   9

Cells are numbered by rows: 0 is the grand total 19, and 4 the sensitive cell.

    >>> int(cube().cells[1, 1]), problem().label(4)
    (1, 'a, p')
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.problem import SuppressionProblem, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube

SENSITIVE = 4
"""Position of the sensitive cell."""


def cube() -> Cube:
    """The table as a cube of counts: 2 x 2 atoms, 3 x 3 cells."""
    rows, columns = from_tree("row", {"T": ["a", "b"]}, "T"), from_tree("column", {"T": ["p", "q"]}, "T")
    return Cube("example", (rows, columns), np.array([[1, 3], [6, 9]], np.int64))


def problem(level: int = 3) -> SuppressionProblem:
    """The table as a suppression problem of 9 cells and 6 relations; worlds must put cell 4 `level` apart."""
    value = np.array([19, 7, 12, 4, 1, 3, 15, 6, 9], np.int64)
    lines = [(3 * r, 3 * r + 1, 3 * r + 2) for r in range(3)] + [(c, c + 3, c + 6) for c in range(3)]
    at = np.arange(9) == SENSITIVE
    none = np.zeros(9, np.int64)
    names = [f"{r}, {c}" for r in "Tab" for c in "Tpq"]
    return SuppressionProblem(
        "example",
        value,
        value.astype(np.float64),
        np.where(at, Role.SENSITIVE, Role.FREE).astype(np.uint8),
        none,
        np.full(9, 1 << 50, np.int64),
        value.copy(),
        value.copy(),
        none.copy(),
        none.copy(),
        np.where(at, level, 0),
        relations([(line, (1, -1, -1), 0, 0) for line in lines]),
        label=lambda i: names[i],
    )


def pattern() -> np.ndarray:
    """The safe pattern: the four cells inside withheld, uint8 of Status."""
    found = np.zeros(9, np.uint8)
    found[[5, 7, 8]] = Status.SECONDARY
    found[SENSITIVE] = Status.PRIMARY
    return found
