"""T14, rounding and withholding together: what is left at the edge of what rounding leaves open."""

from itertools import product

import numpy as np
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, policy, two_levels
from tests.disclosure.intruder.leaks.case import TableCase

LINES = [
    # base, parts, number of them withheld (the first ones), width
    *((5, (x, y), 1, 5) for x in (1, 2) for y in range(8, 13)),
    *((10, (x, y), 1, 10) for x in (1, 4) for y in range(15, 25, 2)),
    *((3, (1, y), 1, 3) for y in range(6, 9)),
    (5, (2, 13, 12), 1, 5),
    (5, (2, 13, 12), 1, 10),
    (5, (1, 8, 8), 1, 9),
    (5, (1, 12, 12), 1, 5),
    (5, (2, 12, 17), 1, 7),
    (5, (2, 1, 12), 2, 5),
    (5, (1, 1, 11), 2, 5),
    (5, (2, 2, 8), 2, 8),
    (10, (4, 3, 25), 2, 10),
    (10, (4, 4, 15), 2, 11),
    (5, (1, 0, 8, 8), 2, 8),
    (5, (2, 0, 13, 8), 2, 11),
]


def line(base, parts, n, w):
    """A total over parts, everything rounded. The interval of the first part, by hand: between what the total may be at
    least less the others at most, and the other way round."""
    low, high = zip(*(_ends(p, base) for p in (sum(parts), *parts[n:])))
    least = 0 if n > 1 else max(0, low[0] - sum(high[1:]))
    leaks = high[0] - sum(low[1:]) - least < w
    name = f"base {base}: {parts}, {n} withheld, asked {w}"
    cube = Cube(name, (flat("A", len(parts)),), np.array(parts, np.int64))
    chosen = policy(threshold=base, width=w, base=base, zeros="withheld")
    return TableCase("T14", name, cube, chosen, np.r_[False, np.arange(len(parts)) < n], leaks)


def _ends(value, base):
    printed = (2 * value + base) // (2 * base) * base
    return max(printed - base // 2, 0), printed + (base - 1) // 2


GRIDS = [
    # inner table, cells withheld by code, width, leaks
    ([[2, 12, 9], [12, 13, 9], [9, 9, 9]], [(1, 1)], 12, True),
    ([[2, 12, 9], [12, 13, 9], [9, 9, 9]], [(1, 1)], 11, False),
    ([[2, 12, 9], [12, 13, 9], [9, 9, 9]], [(1, 1), (1, 2), (2, 1), (2, 2)], 9, False),
    ([[1, 8], [8, 8]], [(1, 1)], 4, True),
    ([[1, 8], [8, 8]], [(1, 1)], 3, False),
    ([[2, 7], [7, 7]], [(1, 1)], 9, True),
    ([[1, 12], [12, 12]], [(1, 1)], 5, True),
    ([[1, 12], [12, 12]], [(1, 1)], 2, False),
    ([[1, 12], [12, 12]], [(1, 1), (1, 2)], 5, True),
    ([[1, 12], [12, 12]], [(1, 1), (0, 1)], 5, True),
    ([[1, 12], [12, 12]], [(1, 1), (1, 2), (2, 1), (2, 2)], 5, False),
    ([[2, 1], [8, 12], [9, 9]], [(1, 1), (1, 2), (1, 0)], 7, True),
    ([[2, 1], [8, 12], [9, 9]], [(1, 1), (1, 2), (1, 0)], 6, False),
    ([[2, 0, 13], [0, 1, 12], [9, 8, 9]], [(1, 1), (1, 2), (2, 1), (2, 2)], 5, True),
]


def grids():
    """Tables of two ways, base 5."""
    for inner, places, w, leaks in GRIDS:
        inner = np.array(inner, np.int64)
        name = f"base 5: {inner.tolist()}, {places} withheld, asked {w}"
        cube = Cube(name, (flat("A", inner.shape[0]), flat("B", inner.shape[1])), inner)
        marks = np.zeros(cube.shape, bool)
        marks[tuple(np.array(places).T)] = True
        yield TableCase("T14", name, cube, policy(threshold=5, width=w, base=5, zeros="withheld"), marks, leaks)


def groups():
    """A part of a group: the group's total narrows what the grand total leaves open, and the other way round."""
    for x, y, other, w in product((1, 2), (11, 13), (9, 12), (5, 6)):
        cube = Cube(f"base 5: group {x} {y} beside {other}, asked {w}", (two_levels("A", (2, 1)),), np.array([x, y, other]))
        marks = np.array([False, False, True, False, False])
        group, part, all_ = _ends(x + y, 5), _ends(y, 5), _ends(x + y + other, 5)
        rest = _ends(other, 5)
        group = max(group[0], all_[0] - rest[1]), min(group[1], all_[1] - rest[0])
        width = group[1] - part[0] - max(0, group[0] - part[1])
        yield TableCase("T14", cube.table, cube, policy(threshold=5, width=w, base=5, zeros="withheld"), marks, width < w)


def tables():
    """All of them."""
    return [*(line(*row) for row in LINES), *grids(), *groups()]
