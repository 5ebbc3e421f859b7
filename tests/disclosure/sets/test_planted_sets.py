"""Planted leaks between tables (T9 to T14 of the threat model): each table is proved alone, the set is not, and the checker says so.

Every case is a few types that anybody can recalculate. The world that proves the sensitive cell where the other tables are not there is
refused as soon as they are; without the part that stops it (the other tables) the same certificate would pass.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.sets.set_checker import check_set

from tests.disclosure.sets.test_set_checker import cube, types, worlds

ONE = [{0}]
CASES = {
    # T9: total 8, boys 7, each in a table of its own: one girl
    "differencing": (
        [cube("girls", ONE, 1, [0], [1]), cube("all", ONE, 1, [8], [0]), cube("boys", ONE, 1, [7], [0])],
        [(1, [(0, 0), (1, 0)]), (7, [(1, 0), (2, 0)])],
        {0: 2},
    ),
    # T10: province 120 = 70 + 47 of two regions of another division, and a sliver of 3
    "overlapping regions": (
        [cube("sliver", ONE, 1, [0], [1]), cube("province", ONE, 1, [120], [0]), cube("regions", [{0}, {1}], 2, [70, 47], [0, 0])],
        [(3, [(0, 0), (1, 0)]), (70, [(1, 0), (2, 0)]), (47, [(1, 0), (2, 1)])],
        {0: 2},
    ),
    # T11: year 43, first half 40: 3 in the second
    "halves and year": (
        [cube("second", ONE, 1, [0], [1]), cube("year", ONE, 1, [43], [0]), cube("first", ONE, 1, [40], [0])],
        [(3, [(0, 0), (1, 0)]), (40, [(1, 0), (2, 0)])],
        {0: 2},
    ),
    # T12: 50 in the first release, 52 in the second: two came between, who are all there is of their class
    "redelivery": (
        [cube("class, now", ONE, 1, [0], [1]), cube("all, now", ONE, 1, [52], [0]), cube("all, before", ONE, 1, [50], [0])],
        [(2, [(0, 0), (1, 0)]), (50, [(1, 0), (2, 0)])],
        {0: 2},
    ),
    # T13: 120 in the first half, 118 in the second, 121 persons in the year: 1 in the second only
    "distinct persons": (
        [
            cube("new in the second half", ONE, 1, [0], [1]),
            cube("first", ONE, 1, [120], [0]),
            cube("second", ONE, 1, [118], [0]),
            cube("year", ONE, 1, [121], [0]),
        ],
        [(1, [(0, 0), (2, 0), (3, 0)]), (117, [(1, 0), (2, 0), (3, 0)]), (3, [(1, 0), (3, 0)])],
        {0: 2, 1: -2, 2: 2},
    ),
    # T14: a rounded total of 10 leaves room; the same total exact in another table, and the other part, leave none
    "rounding": (
        [
            cube("part", ONE, 1, [0], [1], threshold=10, base=5),
            cube("rounded total", ONE, 1, [10], [0], threshold=10, base=5),
            cube("the same, exact", ONE, 1, [9], [0]),
            cube("other part, exact", ONE, 1, [5], [0]),
        ],
        [(4, [(0, 0), (1, 0), (2, 0)]), (5, [(1, 0), (2, 0), (3, 0)])],
        {0: 2},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_world_of_one_table_is_none_of_the_set(case):
    cubes, its, world = case
    alone = types(*[(n, [r for r in rows if r[0] == 0]) for n, rows in its])
    kept = {t: d for t, d in world.items() if any(r[0] == 0 for r in its[t][1])}
    assert check_set((cubes[0],), alone, worlds(kept)).verdict is Verdict.SAFE
    judged = check_set(tuple(cubes), types(*its), worlds(world))
    assert judged.verdict is Verdict.UNSAFE and "printed differently" in judged.reason


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_world_at_all_is_left(case):
    """By brute force over all small changes: with every table printed as it is the sensitive cell has no second value."""
    cubes, its, _ = case
    many = types(*its)
    for change in product(range(-4, 5), repeat=len(its)):
        its_world = {t: d for t, d in enumerate(change) if d}
        if change[0] and all(n + change[t] >= 0 for t, (n, _) in enumerate(its)):
            assert check_set(tuple(cubes), many, worlds(its_world)).verdict is Verdict.UNSAFE


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_withheld_where_it_leaks_it_is_proved(case):
    """The mend: a dot where the difference would tell, and the same world proves the set."""
    cubes, its, world = case
    mended = [replace(c, withheld=np.ones_like(c.withheld)) for c in cubes]
    assert check_set(tuple(mended), types(*its), worlds(world)).verdict is Verdict.SAFE
