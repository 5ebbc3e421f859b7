"""T3, what the mark tells (a withheld cell is at least 1, or from 1 to 4), and sums of withheld cells that are small
themselves (what is left over of a line)."""

from tests.disclosure.cubes import sets, two_levels
from tests.disclosure.intruder.leaks.case import table
from tests.disclosure.intruder.leaks.tables_lines import WIDTHS, rectangle

PAIRS = (two_levels("A", (2, 2)),)
ONE, ONE_TO_FOUR = (1, None), (1, 4)

DRAWN = [
    table("T3", "two parts, sum 2", "42 2 (1) (1) 40 30 10", k=2, w=1, dimensions=PAIRS, symbol=ONE),
    table("T3", "two parts, sum 3", "42 3 (1) (2) 39 30 9", w=2, dimensions=PAIRS, symbol=ONE),
    table("T3", "two parts, sum 3, zeros withheld too", "42 3 (1) (2) 39 30 9", w=2, dimensions=PAIRS, safe=True),
    table("T3", "15 is 10 and 3 and two marks", "15 10 3 (1) (1)", k=2, w=1, symbol=ONE),
    table("T3", "16 is 10 and 3 and two marks", "16 10 3 (1) (2)", k=3, w=1, symbol=ONE, safe=True),
    table("T3", "three marks, sum 3", "15 12 (1) (1) (1)", k=2, w=1, symbol=ONE),
    table("T3", "three marks, sum 4", "16 12 (1) (1) (2)", k=3, w=2, symbol=ONE),
    table("T3", "three marks, sum 5", "17 12 (1) (1) (3)", k=3, w=2, symbol=ONE, safe=True),
    table("T3", "two marks from 1 to 4, sum 8", "20 12 (4) (4)", k=5, w=1, symbol=ONE_TO_FOUR),
    table("T3", "two marks from 1 to 4, sum 7", "19 12 (3) (4)", k=5, w=2, symbol=ONE_TO_FOUR),
    table("T3", "two marks from 1 to 4, sum 5", "17 12 (3) (2)", k=5, w=3, symbol=ONE_TO_FOUR, safe=True),
    table("T3", "two marks from 1 to 4, sum 6", "18 12 (3) (3)", k=5, w=3, symbol=ONE_TO_FOUR),
    table("T3", "three marks from 1 to 4, sum 12", "24 12 (4) (4) (4)", k=5, w=1, symbol=ONE_TO_FOUR),
    table("T3", "three marks from 1 to 4, sum 11", "23 12 (4) (3) (4)", k=5, w=2, symbol=ONE_TO_FOUR),
    table("T3", "three marks from 1 to 4, sum 9", "21 12 (4) (3) (2)", k=5, w=3, symbol=ONE_TO_FOUR, safe=True),
    table("T3", "a whole row and its columns", "44 13 15 16 / 6 (1) (2) (3) / 38 12 13 13", k=4, w=1, symbol=ONE),
]

UNIONS = [
    # parts, of which the first `n` are withheld; threshold; width; whether their sum is known too well
    ([3, 5, 15], 2, 11, 3, True),
    ([2, 3, 1, 20], 3, 8, 3, True),
    ([1, 1, 9, 9], 2, 5, 2, True),
    ([4, 3, 12, 30], 2, 10, 5, True),
    ([3, 9, 15], 2, 11, 3, False),
    ([2, 3, 6, 20], 3, 8, 3, False),
    ([4, 7, 12, 30], 2, 10, 5, False),
]


def marks_from_one():
    """The rectangles of tables_lines with marks that tell "at least 1": every cell can sink one less."""
    for a, b, c, d, _ in WIDTHS:
        if min(a, b, c, d) >= 1:
            has = min(a, d) + min(b, c) - 2
            for w in {max(has, 1), has + 1}:
                yield rectangle("T3", f"marks from 1: {a} {b} / {c} {d} asked {w}", a, b, c, d, w, has < w, ONE)


def unions():
    """The sum of the withheld parts as a cell of its own: what is left of the line is below the threshold itself."""
    for parts, n, k, w, leaks in UNIONS:
        union = sets("A", tuple(range(len(parts))), tuple(range(n)), *((i,) for i in range(len(parts))))
        drawing = " ".join([str(sum(parts)), f"({sum(parts[:n])})", *(f"({p})" if i < n else str(p) for i, p in enumerate(parts))])
        yield table("residual", f"what {parts} leaves, threshold {k}", drawing, k=k, w=w, dimensions=(union,), safe=not leaks)


def tables():
    """All of them."""
    return [*DRAWN, *marks_from_one(), *unions()]
