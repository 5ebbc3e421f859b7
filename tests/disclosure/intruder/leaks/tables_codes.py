"""Codes that overlap: two divisions into regions (T10), periods (T11), distinct persons (T13). And group disclosure
(T8), where a cell is large, but all of its base.

Atoms are letters with counts, codes are words of them: of `a:67 b:3 c:50` the codes `abc ab c (bc)` are printed, but
for the last. For distinct persons a letter is a set of forms (or of periods) that somebody had.
"""

import numpy as np
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, policy, sets
from tests.disclosure.intruder.leaks.case import TableCase, table

# attack, what, atoms, codes, leaks; threshold 5, width 3
CODED = [
    ("T10", "a sliver between two divisions", "a:67 b:3 c:50", "abc ab c a (b)", True),
    ("T10", "a sliver, the two divisions withheld where they differ", "a:67 b:3 c:50", "abc (ab) c (a) (b)", False),
    ("T10", "a sliver, one more area withheld", "a:67 b:3 c:50", "abc (ab) (c) (a) (b)", False),
    ("T10", "old and new municipality", "a:40 b:3 c:17", "abc a ab (b) bc", True),
    ("T10", "old and new, the old withheld", "a:40 b:3 c:17", "abc (a) ab (b)", False),
    ("T10", "old and new, the old and its rest withheld", "a:40 b:3 c:17", "abc (a) ab (b) (bc)", False),
    ("T10", "pairs of three areas", "a:12 b:9 c:4", "abc ab bc ca (c)", True),
    ("T10", "pairs of three areas without the total", "a:12 b:9 c:4", "ab bc ca (c)", True),
    ("T10", "two pairs of three areas", "a:12 b:9 c:4", "bc ca (c)", False),
    ("T10", "pairs of four areas", "a:12 b:9 c:8 d:4", "abcd ab bc ac (d)", True),
    ("T10", "triples of four areas", "a:12 b:9 c:8 d:4", "abc bcd cda dab (d)", True),
    ("T10", "three triples of four areas", "a:12 b:9 c:8 d:4", "abc bcd cda (d)", False),
    ("T10", "three triples of four areas and their total", "a:3 b:9 c:8 d:14", "abcd abc bcd cda (a)", True),
    ("T10", "all triples but one, and the total", "a:3 b:9 c:8 d:14", "abcd abc acd abd (a)", True),
    ("T11", "the year less one half", "a:40 b:3", "ab a (b)", True),
    ("T11", "both halves withheld", "a:40 b:3", "ab (a) (b)", False),
    ("T11", "year and half withheld", "a:40 b:3", "(ab) a (b)", False),
    ("T11", "a quarter, its half printed", "a:40 b:3 c:22 d:25", "abcd ab cd a (b) (c) (d)", True),
    ("T11", "a quarter, its half withheld", "a:40 b:3 c:22 d:25", "abcd (ab) cd a (b) c d", True),
    ("T11", "a quarter in either half", "a:40 b:3 c:22 d:25", "abcd ab cd a (b) c (d)", True),
    ("T11", "two quarters of a half", "a:40 b:3 c:22 d:25", "abcd ab cd (a) (b) c d", False),
    ("T11", "quarter, its half, the other half and a quarter", "a:40 b:3 c:22 d:25", "abcd (ab) (cd) a (b) (c) d", False),
    ("T11", "nine months", "a:20 b:23 c:44 d:3", "abcd abc ab c (d)", True),
    ("T11", "nine months, by the half year", "a:20 b:23 c:44 d:3", "abcd (abc) ab c (d)", True),
    ("T11", "nine months and a quarter withheld", "a:20 b:23 c:44 d:3", "abcd (abc) ab (c) (d)", False),
    ("T11", "moving quarters", "a:9 b:8 c:7 d:3", "ab bc cd a (b) (c) (d)", True),
    ("T11", "moving quarters, none printed alone", "a:9 b:8 c:7 d:3", "ab bc cd (a) (b) (c) (d)", False),
    ("T11", "moving totals of two of five", "a:9 b:8 c:7 d:8 e:4", "ab bc cd de ea (a) (b) (c) (d) (e)", True),
    ("T11", "moving totals of two of four", "a:9 b:8 c:7 d:4", "ab bc cd da (a) (b) (c) (d)", False),
    ("T13", "both: either, one and other are printed", "a:38 b:9 c:2", "abc ac bc (c)", True),
    ("T13", "both: one is withheld", "a:38 b:9 c:2", "abc ac (bc) (c)", False),
    ("T13", "with 6, without 40, either 44", "a:38 b:4 c:2", "abc ac bc (c)", True),
    ("T13", "only in the second half", "a:3 b:1 c:117", "abc ac bc (a) (b)", True),
    ("T13", "only in the second half, which is withheld", "a:30 b:1 c:117", "abc ac (bc) (a) (b)", True),
    ("T13", "only in the second half, all withheld", "a:30 b:1 c:117", "abc (ac) (bc) (a) (b)", False),
    ("T13", "only in either half, both withheld", "a:30 b:4 c:117", "abc (ac) (bc) (a) (b)", False),
    ("T13", "one form has nearly all", "a:38 b:2 c:8", "abc ac (b)", True),
    ("T13", "all have one of two forms, few both", "a:20 b:20 c:3", "abc ac bc (c)", True),
    ("T13", "three forms and each pair", "a:9 b:9 c:9 d:7 e:7 f:7 g:3", "adeg bdfg cefg dg eg fg abcdefg (g)", True),
    ("T13", "three forms, one pair withheld", "a:9 b:9 c:9 d:7 e:7 f:7 g:3", "adeg bdfg cefg dg eg (fg) abcdefg (g)", False),
    ("T13", "one, two or three forms", "a:9 b:9 c:9 d:7 e:7 f:7 g:3", "adeg bdfg cefg abc def (g)", True),
    ("T13", "one or more, by number", "a:9 b:9 c:9 d:7 e:7 f:7 g:3", "abcdefg abc def (g)", True),
    ("T13", "by number, twos withheld", "a:9 b:9 c:9 d:7 e:7 f:7 g:3", "abcdefg abc (def) (g)", False),
]

# inner table (rows: villages, columns: forms), cell that holds all of its row, and which cells are withheld, by code
GROUPS = [
    ("all of a village printed", [[8, 0, 0], [9, 9, 9]], [], True),
    ("all of a village, the cell withheld alone", [[8, 0, 0], [9, 9, 9]], [(1, 1)], True),
    ("all of a village, its zeros printed", [[8, 0, 0], [9, 9, 9]], [(1, 1), (2, 1)], True),
    ("all of a village, with one zero", [[8, 0, 0], [9, 9, 9]], [(1, 1), (2, 1), (1, 2)], True),
    ("all of a village, a rectangle", [[8, 0, 0], [9, 9, 9]], [(1, 1), (2, 1), (1, 2), (2, 2)], False),
    ("all of a village, the row's total withheld", [[8, 0, 0], [9, 9, 9]], [(1, 1), (1, 0)], True),
    ("all of a village, totals of row and column", [[8, 0, 0], [9, 9, 9]], [(1, 1), (1, 0), (0, 1)], True),
    ("all of a village, a rectangle over the margin", [[8, 0, 0], [9, 9, 9]], [(1, 1), (1, 0), (2, 1), (2, 0)], False),
]


def coded(attack, what, atoms, words, leaks, k=5, w=3):
    """A case of one dimension, from words."""
    counts = {word[0]: int(word[2:]) for word in atoms.split()}
    letters = list(counts)
    codes = [tuple(sorted(letters.index(x) for x in word.strip("()"))) for word in words.split()]
    sums = [str(sum(counts[x] for x in word.strip("()"))) for word in words.split()]
    drawing = " ".join(f"({figure})" if word.startswith("(") else figure for word, figure in zip(words.split(), sums))
    dimensions = (sets("A", *codes),)
    return table(attack, what, drawing, k=k, w=w, dimensions=dimensions, atoms=list(counts.values()), safe=not leaks)


def groups():
    """The cell that holds all of its row is the sensitive one: by the rule of group disclosure, not by its size."""
    for what, inner, places, leaks in GROUPS:
        for share in (1, 3):
            cube = Cube(what, (flat("A", 2), flat("B", 3)), np.array(inner, np.int64) * share)
            marks, sensitive = np.zeros((2, *cube.shape), bool)
            marks[tuple(np.array(places, int).reshape(-1, 2).T)] = True
            sensitive[1, 1] = True
            yield TableCase("T8", f"{what}, times {share}", cube, policy(threshold=1, width=1), marks, leaks, sensitive=sensitive)


def tables():
    """All of them."""
    return [*(coded(*row) for row in CODED), *groups()]
