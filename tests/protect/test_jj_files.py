"""Broken JJ files: each gets its exact messages with the line, and no other error; sums and levels are exact."""

from fractions import Fraction

import pytest
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.problems.jj_format import read_jj
from celwacht.tables.problems import ProblemsFound
from hypothesis import example, given, settings
from hypothesis import strategies as st

GOOD = """\
0
3
0 12 12 s 0 100 0 0 0
1 2 2 u 0 100 2 1 0
2 10 10 s 0 100 0 0 0
1
0 3 : 0 (-1) 1 (1) 2 (1)
"""
JJ = "is this a JJ file? [jj-count]"
CELL = "a cell has 9 fields (number, value, weight, status, lower, upper, LPL, UPL, SPL), here are"
NUMBER = "value, weight, bounds and levels must be numbers, with a point for decimals [jj-number]"
RELATION = "a relation is: right-hand side, number of cells, ':', then `cell (coefficient)` each [jj-relation]"
NAMES = "the relation names another number of cells than it says, a cell twice, or a cell that does not exist [jj-relation]"
LARGE = "is too large for exact arithmetic; use a larger unit for the whole file [jj-large]"
HOLDS = "the relation does not hold for the values of its cells [jj-additivity]"
DECIMALS = "has more than 6 decimals; round values, and levels up, or use a smaller unit [jj-decimals]"
COUNT = "check the number, or was the file cut short? [jj-count]"
SECOND, THIRD = "1 2 2 u 0 100 2 1 0", "2 10 10 s 0 100 0 0 0"
REL = "0 3 : 0 (-1) 1 (1) 2 (1)"

BROKEN = {
    "nothing": (GOOD, "", [f"1: the first line of a JJ file is 0; {JJ}"]),
    "only a zero": (GOOD, "0\n", [f"x.jj: expected the number of cells on a line of its own; {JJ}"]),
    "a CSV": (GOOD, "cell,value\na,1\n", [f"1: the first line of a JJ file is 0; {JJ}"]),
    "another first line": ("0\n3\n", "1\n3\n", [f"1: the first line of a JJ file is 0; {JJ}"]),
    "words for the number of cells": ("0\n3\n", "0\ndrie\n", [f"2: expected the number of cells on a line of its own; {JJ}"]),
    "a negative number of cells": ("0\n3\n", "0\n-3\n", [f"2: expected the number of cells on a line of its own; {JJ}"]),
    "digits of another script": ("0\n3\n", "0\n\u0663\n", [f"2: expected the number of cells on a line of its own; {JJ}"]),
    "ninety million cells": ("0\n3\n", "0\n90000000\n", [f"2: the number of cells is 90000000, and 5 lines follow; {COUNT}"]),
    "a number of cells of 30 digits": ("0\n3\n", f"0\n{'9' * 30}\n", [f"2: expected the number of cells on a line of its own; {JJ}"]),
    "no cells": (GOOD, "0\n0\n0\n", ["2: there are no cells; a problem has at least one [jj-count]"]),
    "a cell too few": (THIRD + "\n", "", [f"5: {CELL} 1 [jj-cell]", f"6: expected the number of relations on a line of its own; {JJ}"]),
    "a relation too many": (
        REL,
        REL + "\n0 2 : 0 (1) 1 (1)",
        ["8: more lines than the numbers of cells and relations announce; check both numbers [jj-extra]"],
    ),
    "a relation too few": ("\n1\n0 3", "\n2\n0 3", [f"6: the number of relations is 2, and 1 lines follow; {COUNT}"]),
    "cut short": ("1\n" + REL + "\n", "", [f"x.jj: expected the number of relations on a line of its own; {JJ}"]),
    "eight fields": (THIRD, "2 10 10 s 0 100 0 0", [f"5: {CELL} 8 [jj-cell]"]),
    "ten fields": (THIRD, THIRD + " 0", [f"5: {CELL} 10 [jj-cell]"]),
    "numbered from 1": (SECOND, "7 2 2 u 0 100 2 1 0", ["4: cells are numbered from 0 without gaps; expected 1 here [jj-cell]"]),
    "an unknown status": (SECOND, "1 2 2 x 0 100 2 1 0", ["4: status must be one of s, u, m, z, h [jj-status]"]),
    "a comma for decimals": (SECOND, "1 2,5 2 u 0 100 2 1 0", [f"4: {NUMBER}"]),
    "NaN": (SECOND, "1 nan 2 u 0 100 2 1 0", [f"4: {NUMBER}"]),
    "infinite": (SECOND, "1 2 2 u 0 inf 2 1 0", [f"4: {NUMBER}"]),
    "hexadecimal": (SECOND, "1 0x2 2 u 0 100 2 1 0", [f"4: {NUMBER}"]),
    "an underscore in a number": (SECOND, "1 2 2 u 0 1_000 2 1 0", [f"4: {NUMBER}"]),
    "an exponent of four digits": (SECOND, "1 2 2 u 0 1e9999 2 1 0", [f"4: {NUMBER}"]),
    "a negative weight": (SECOND, "1 2 -2 u 0 100 2 1 0", ["4: weight and protection levels must not be negative [jj-number]"]),
    "a negative level": (SECOND, "1 2 2 u 0 100 -2 1 0", ["4: weight and protection levels must not be negative [jj-number]"]),
    "a weight that is no float": (
        SECOND,
        "1 2 1e400 u 0 100 2 1 0",
        ["4: the weight is larger than 10 to the power 15; use a larger unit for the weights [jj-large]"],
    ),
    "a value of 2 to the power 63": (SECOND, "1 9223372036854775808 2 u 0 1e30 2 1 0", [f"4: the value {LARGE}"]),
    "its negative": (SECOND, "1 -9223372036854775808 2 u -1e30 100 2 1 0", [f"4: the value {LARGE}"]),
    "a level of 1e30": (SECOND, "1 2 2 u 0 100 1e30 1 0", [f"4: LPL {LARGE}"]),
    "a sliding level of 1e999": (SECOND, "1 2 2 u 0 100 2 1 1e999", [f"4: SPL {LARGE}"]),
    "a level that rounds to nothing": (SECOND, "1 2 2 u 0 100 0.0000001 0 0", [f"4: LPL {DECIMALS}"]),
    "a value of nine decimals": (SECOND, "1 2.123456789 2 u 0 100 2 1 0", [f"4: the value {DECIMALS}"]),
    "1e-300": (SECOND, "1 2 2 u 0 100 2 1e-300 0", [f"4: UPL {DECIMALS}"]),
    "six decimals beside ten billion": (
        f"{SECOND}\n{THIRD}",
        "1 0.000001 2 u 0 100 2 1 0\n2 10000000000 10 s 0 1e12 0 0 0",
        [f"5: beside values of 6 decimals, a value or level here {LARGE.replace('file', 'file, or fewer decimals')}"],
    ),
    "sensitive without a level": (
        SECOND,
        "1 2 2 u 0 100 0 0 0",
        ["4: the cell is sensitive, but LPL, UPL and SPL are all 0: nothing would be promised; give it a level [jj-level]"],
    ),
    "by hand without a level": (
        SECOND,
        "1 2 2 m 0 100 0.0 0 0",
        ["4: the cell is sensitive, but LPL, UPL and SPL are all 0: nothing would be promised; give it a level [jj-level]"],
    ),
    "above its upper bound": (THIRD, "2 10 10 s 0 9 0 0 0", ["5: the value lies outside its bounds [jj-bounds]"]),
    "below its lower bound": (THIRD, "2 10 10 s 11 100 0 0 0", ["5: the value lies outside its bounds [jj-bounds]"]),
    "no colon": (REL, "0 3 0 (-1) 1 (1) 2 (1)", [f"7: {RELATION}"]),
    "a coefficient of one half": (REL, "0 3 : 0 (-1) 1 (0.5) 2 (1)", [f"7: {RELATION}"]),
    "a head of three": (REL, "0 3 4 : 0 (-1) 1 (1) 2 (1)", [f"7: {RELATION}"]),
    "a right-hand side of words": (REL, "nul 3 : 0 (-1) 1 (1) 2 (1)", [f"7: {RELATION}"]),
    "another number of cells": (REL, "0 4 : 0 (-1) 1 (1) 2 (1)", [f"7: {NAMES}"]),
    "a cell twice": (REL, "0 3 : 0 (-1) 1 (1) 1 (1)", [f"7: {NAMES}"]),
    "a cell that is not there": (REL, "0 3 : 0 (-1) 1 (1) 3 (1)", [f"7: {NAMES}"]),
    "no cells in a relation": (REL, "0 0 :", [f"7: {NAMES}"]),
    "a coefficient of 2 to the power 63": (
        REL,
        "0 3 : 0 (-1) 1 (9223372036854775808) 2 (1)",
        [f"7: the right-hand side or a coefficient {LARGE}"],
    ),
    "a right-hand side of 1e30": (REL, "1e30 3 : 0 (-1) 1 (1) 2 (1)", [f"7: the right-hand side or a coefficient {LARGE}"]),
    "a right-hand side of nine decimals": (
        REL,
        "0.123456789 3 : 0 (-1) 1 (1) 2 (1)",
        ["7: the right-hand side has more than 6 decimals; round it [jj-decimals]"],
    ),
    "one too much": (SECOND, "1 3 2 u 0 100 2 1 0", [f"7: {HOLDS}"]),
    "one too little": (SECOND, "1 1 2 u 0 100 2 1 0", [f"7: {HOLDS}"]),
    "another right-hand side": (REL, "1 3 : 0 (-1) 1 (1) 2 (1)", [f"7: {HOLDS}"]),
    "a sum that is off by 5 in a million": (
        f"0 12 12 s 0 100 0 0 0\n{SECOND}\n{THIRD}",
        "0 1000005 12 s 0 9e9 0 0 0\n1 500001 2 u 0 9e9 2 1 0\n2 500001 10 s 0 9e9 0 0 0",
        [f"7: {HOLDS}"],
    ),
    "two things at once": (
        f"{SECOND}\n{THIRD}",
        "1 x 2 u 0 100 2 1 0\n2 10 10 q 0 100 0 0 0",
        [f"4: {NUMBER}", "5: status must be one of s, u, m, z, h [jj-status]"],
    ),
}


def said(text):
    with pytest.raises(ProblemsFound) as found:
        read_jj(text, "x.jj")
    return [str(p).removeprefix("x.jj:") if p.line else str(p) for p in found.value.problems]


@pytest.mark.parametrize("old, new, expected", BROKEN.values(), ids=BROKEN)
def test_broken_files(old, new, expected):
    assert old in GOOD
    assert said(GOOD.replace(old, new, 1)) == expected


def test_there_are_enough():
    assert len(BROKEN) >= 45 and len(read_jj(GOOD, "x.jj")) == 3


def test_line_ends_and_a_byte_order_mark_do_no_harm():
    """Files come from Windows; the lines are counted as an editor does."""
    assert len(read_jj("\ufeff" + GOOD.replace("\n", "\r\n"), "x.jj")) == 3
    assert said(GOOD.replace("\n", "\r\n").replace("u 0", "x 0")) == ["4: status must be one of s, u, m, z, h [jj-status]"]


def test_decimals_are_exact():
    """A level of a millionth is one unit, and none is lost; bounds are taken towards the value."""
    read = read_jj(GOOD.replace(SECOND, "1 2 2 u 1.9999999 2.0000001 0.000001 0 0"), "x.jj")
    assert read.decimals == 6 and read.lpl.tolist() == [0, 1, 0] and read.value.tolist() == [12_000_000, 2_000_000, 10_000_000]
    assert (read.lower[1], read.upper[1]) == (2_000_000, 2_000_000)


def test_what_was_rounded_may_be_off_by_its_rounding():
    """Six digits, as in published instances: 16,851,300 is 16,851,250 to 16,851,350. One more than that is reported."""
    cells = "0 16851300 1 s 0 9e9 0 0 0\n1 8851300 2 u 0 9e9 2 1 0\n2 {} 1 s 0 9e9 0 0 0\n"
    text = GOOD.replace(f"0 12 12 s 0 100 0 0 0\n{SECOND}\n{THIRD}\n", cells)
    assert read_jj(text.format(8_000_055), "x.jj").relations.least.tolist() == [55]  # halves of 100, of 10 and of nothing
    assert said(text.format(8_000_056)) == [f"7: {HOLDS}"]


PIECES = ["\n", " ", "0", "1e30", "-1", ".5", "(", ")", ":", "u", "9" * 25, "nan", "\x00", "é", "\u2028", "1e-9", "3\n", "(1)"]
EDITS = st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 15), st.sampled_from(PIECES)), min_size=1, max_size=5)


@settings(max_examples=400, deadline=None)
@given(EDITS)
@example([(2, 1, "99999999")])
@example([(0, 0, "\ufeff")])
def test_no_edit_makes_the_reader_fall_over(edits):
    """Random pieces cut out and put in: a problem whose sums hold, or messages that name the file and no value."""
    text = GOOD
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    try:
        problem = read_jj(text, "x.jj")
    except ProblemsFound as found:
        for one in found.problems:
            assert one.file == "x.jj" and str(one).isprintable() and one.line <= text.count("\n") + text.count("\r") + 1
        return
    assert isinstance(problem, SuppressionProblem)
    sensitive = problem.sensitive
    assert not sensitive.any() or (problem.lpl + problem.upl + problem.spl)[sensitive].min() > 0
    assert all(Fraction(int(v)) == v for v in problem.value)
