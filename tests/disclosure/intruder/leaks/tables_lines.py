"""T1, lines combined, and T2, nothing below zero: exact figures in tables of one to three dimensions.

Of a closed path of withheld cells (a rectangle, a hexagon, the corners of a box) the cells can only rise and sink in
turn. So none is known; print one of them, and all are. And each can move no further than the smallest of those that
sink.
"""

from dataclasses import replace
from itertools import product

import numpy as np
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, policy, sets, two_levels
from tests.disclosure.intruder.leaks.case import TableCase, table

TREE = two_levels("A", (2, 2))
TWICE = sets("A", (0, 1), (0,), (0,), (1,))

DRAWN = [
    table("T1", "alone in its row and column", "36 8 15 13 / 12 (2) 6 4 / 24 6 9 9"),
    table("T1", "two in a row, each alone in its column", "36 8 15 13 / 12 (2) (6) 4 / 24 6 9 9"),
    table("T1", "with its row's total, alone in its column", "36 8 15 13 / (12) (2) 6 4 / 24 6 9 9"),
    table("T1", "with its column's total, alone in its row", "36 (8) 15 13 / 12 (2) 6 4 / 24 6 9 9"),
    table("T1", "a whole row, the rest printed", "36 8 15 13 / (12) (2) (6) (4) / 24 6 9 9"),
    table("T1", "a whole row and the column totals", "(36) (8) (15) (13) / (12) (2) (6) (4) / 24 6 9 9", safe=True),
    table("T1", "every line has two, three lines combine", "5 (1) (1) 3 / (1) 0 0 (1) / (1) 0 0 (1) / 3 (1) (1) (1)", k=2, w=1),
    table("T1", "one line, one part", "31 (2) 12 17"),
    table("T1", "one line, two parts", "31 (2) (12) 17", safe=True),
    table("T1", "one line, part and total", "(31) (2) 12 17", safe=True),
    table("T1", "a part and the group's total, the rest printed", "30 (9) (2) 7 21 12 9", dimensions=(TREE,)),
    table("T1", "a part and both groups' totals, the other parts printed", "30 (9) (2) 7 (21) 12 9", dimensions=(TREE,)),
    table("T1", "a part, its group, the other group and a part of it", "30 (9) (2) 7 (21) (12) 9", dimensions=(TREE,), safe=True),
    table("T1", "a part in either group", "30 9 (2) 7 21 (12) 9", dimensions=(TREE,)),
    table("T1", "two parts of a group", "30 9 (2) (7) 21 12 9", dimensions=(TREE,), safe=True),
    table("T1", "everything but the other group", "(30) (9) (2) 7 21 12 9", dimensions=(TREE,), safe=True),
    table("T1", "one leaf under two codes, printed once", "30 (2) 2 (28)", dimensions=(TWICE,)),
    table("T1", "one leaf under two codes, withheld twice", "30 (2) (2) (28)", dimensions=(TWICE,), safe=True),
    table("T1", "a leaf without a code", "30 (2) 17", dimensions=(sets("A", (0, 1, 2), (0,), (1,)),), atoms=[2, 17, 11], safe=True),
    table(
        "T1",
        "a leaf without a code, but a code for the others",
        "30 (2) 28",
        dimensions=(sets("A", (0, 1, 2), (0,), (1, 2)),),
        atoms=[2, 17, 11],
    ),
    table("T2", "a printed zero empties its column", "7 0 3 4 / 3 (0) 0 (3) / 4 (0) 3 (1)", k=2, w=1),
    table("T2", "no zero printed", "9 2 3 4 / 4 (1) 0 (3) / 5 (1) 3 (1)", k=2, w=2, safe=True),
    table("T2", "a small total over many parts", "3 (1) (0) (2) (0)", w=4),
    table("T2", "a total that is just large enough", "3 (1) (0) (2) (0)", w=3, safe=True),
    table("T2", "a column total below the width", "33 3 14 16 / 12 (2) (5) 5 / 21 (1) (9) 11", w=4),
    table("T2", "a column total of the width", "33 3 14 16 / 12 (2) (5) 5 / 21 (1) (9) 11", w=3, safe=True),
    table("T2", "a small group total", "31 3 (2) (1) 28 19 9", w=4, dimensions=(TREE,)),
    table("T2", "a group total of the width", "31 3 (2) (1) 28 19 9", w=3, dimensions=(TREE,), safe=True),
]

WIDTHS = [
    (2, 9, 9, 0, 3),
    (2, 0, 9, 9, 3),
    (1, 1, 9, 0, 2),
    (1, 0, 7, 9, 2),
    (2, 1, 8, 1, 3),
    (2, 2, 9, 0, 3),
    (1, 2, 2, 7, 4),
    (2, 8, 1, 9, 4),
    (2, 7, 7, 2, 10),
    (1, 1, 1, 1, 3),
    (2, 9, 2, 1, 4),
    (2, 2, 2, 2, 5),
]
"""a b / c d of a rectangle and the width that a must keep; each is tried with the width that it has as well."""


def _with(name, attack, inner, places, chosen, leaks, dimensions=None):
    """A cube in which the cells at `places`, by code, are withheld."""
    inner = np.array(inner, np.int64)
    cube = Cube(name, dimensions or tuple(flat("ABC"[i], n) for i, n in enumerate(inner.shape)), inner)
    marks = np.zeros(cube.shape, bool)
    marks[tuple(np.array(sorted(places)).T)] = True
    return TableCase(attack, name, cube, chosen, marks, leaks)


def _path(m):
    """The closed path of 2m cells through the first m rows and columns."""
    return [(i, i) for i in range(1, m + 1)] + [(i, i % m + 1) for i in range(1, m + 1)]


def paths():
    """Closed paths through 2 to 5 rows, whole (safe) and with each cell but the sensitive one printed."""
    for m in range(2, 6):
        inner = 5 + np.arange(m * m).reshape(m, m) % 4
        inner[0, 0] = 2
        whole = _path(m)
        yield _with(f"closed path of {2 * m}", "T1", inner, whole, policy(3, 2), False)
        for place in whole[1:]:
            yield _with(f"closed path of {2 * m}, {place} printed", "T1", inner, set(whole) - {place}, policy(3, 2), True)


def bridges():
    """Two blocks in which nothing is known, and one cell that is in the rows of one and the columns of the other."""
    for a, b in ((2, 2), (2, 3), (3, 2), (3, 3)):
        inner = np.full((a + b, a + b), 6, np.int64)
        inner[a - 1, a] = 1
        blocks = {(i, j) for i, j in product(range(1, a + b + 1), repeat=2) if (i <= a) == (j <= a)}
        yield _with(f"a bridge between blocks of {a} and {b}", "T1", inner, blocks | {(a, a + 1)}, policy(3, 2), True)
        yield _with(f"two bridges between blocks of {a} and {b}", "T1", inner, blocks | {(a, a + 1), (a + 1, a)}, policy(3, 2), False)


def corners():
    """Rectangles and boxes around the sensitive cell, over the margins too: whole, and with each other corner
    printed."""
    for n in (2, 3):
        inner = 5 + np.arange(2**n).reshape((2,) * n)
        inner[(0,) * n] = 1
        for far in product((0, 2), repeat=n):
            whole = set(product(*((1, f) for f in far)))
            yield _with(f"corners {far}", "T1", inner, whole, policy(3, 2), False)
            for place in sorted(whole - {(1,) * n}):
                yield _with(f"corners {far}, {place} printed", "T1", inner, whole - {place}, policy(3, 2), True)


def rectangle(attack, name, a, b, c, d, w, leaks, symbol=(0, None)):
    """a b / c d withheld, all around printed."""
    case = _with(name, attack, [[a, b, 6], [c, d, 6], [9, 9, 9]], {(1, 1), (1, 2), (2, 1), (2, 2)}, policy(3, w), leaks)
    return replace(case, symbol=symbol)


def widths():
    """How far the cells of a rectangle can move is known from its cells: narrower than asked, and as wide as it is."""
    for a, b, c, d, w in WIDTHS:
        has = min(a, d) + min(b, c)
        yield rectangle("T2", f"rectangle {a} {b} / {c} {d} asked {w}", a, b, c, d, w, has < w)
        yield rectangle("T2", f"rectangle {a} {b} / {c} {d} asked {has}", a, b, c, d, has, False)


def boxes():
    """The same with the corners of a box: four of them rise where four sink."""
    for up, down, w in (
        ((1, 4, 5, 6), (0, 7, 8, 9), 2),
        ((1, 4, 5, 6), (1, 7, 8, 9), 2),
        ((2, 2, 5, 6), (1, 7, 3, 9), 4),
        ((2, 1, 5, 6), (2, 7, 3, 9), 3),
        ((2, 0, 5, 6), (3, 7, 8, 9), 4),
    ):
        inner = np.full((3, 3, 3), 9, np.int64)
        even = [p for p in product((0, 1), repeat=3) if sum(p) % 2 == 0]
        odd = [p for p in product((0, 1), repeat=3) if sum(p) % 2]
        for places, values in ((even, up), (odd, down)):
            for place, value in zip(places, values):
                inner[place] = value
        whole = set(product((1, 2), repeat=3))
        yield _with(f"box {up} {down} asked {w}", "T2", inner, whole, policy(3, w), min(up) + min(down) < w)


def tables():
    """All of them."""
    return [*DRAWN, *paths(), *bridges(), *corners(), *widths(), *boxes()]
