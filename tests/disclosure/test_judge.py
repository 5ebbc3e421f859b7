"""The compiled judge agrees with the plain one that tries value after value, and with intervals worked out by hand."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure import oracle
from tests.examples import drawn

from .cubes import cubes, leaf_sets, policy
from .judge import TooLarge, combined, facts, facts_of_table, interval


@settings(max_examples=drawn(24, long=150), deadline=None, suppress_health_check=list(HealthCheck))
@given(cubes(most=5), st.randoms(use_true_random=False), st.sampled_from([1, 5]), st.integers(1, 4))
def test_both_judges_agree(cube, random, base, reach):
    """For any marks: the same intervals, cut off at the reach."""
    marks = np.array([random.random() < 0.4 for _ in range(cube.cells.size)]).reshape(cube.shape)
    chosen = policy(threshold=5, base=base, zeros="withheld" if base > 1 else "published")
    shown = np.where(marks, 0, chosen.printed(cube.cells))
    wanted = {tuple(map(int, c)) for c in np.argwhere(marks)[:4]}
    most = int(cube.atoms.max()) + reach
    truth = cube.atoms.ravel()
    try:
        known = oracle.facts_of(leaf_sets(cube), shown, marks, base)
        slow = oracle.intervals(known, truth.tolist(), wanted, most, reach, 20_000)
    except oracle.TooLarge:
        return
    its, atoms = facts_of_table(leaf_sets(cube), shown, marks, base, most)
    for place, (least, greatest) in slow.items():
        true = int(cube.cells[place])
        fast = interval(its, truth, (atoms[place], [1] * len(atoms[place])), reach)
        cut = [(max(lo, true - reach), min(hi, true + reach)) for lo, hi in (fast, (least, greatest))]
        assert cut[0] == cut[1]


BY_HAND = [
    # what, rows, low, high, truth, form, interval
    (
        "odd triangle: halves would do, whole numbers not",
        [((0, 1), (1, 1), 0, 1), ((1, 2), (1, 1), 0, 1), ((0, 2), (1, 1), 0, 1)],
        [0, 0, 0],
        [9, 9, 9],
        [1, 0, 0],
        ((0, 1, 2), (1, 1, 1)),
        (0, 1),
    ),
    (
        "a share of 37.0 % of at most 40",
        [((0, 1), (2000, -739), 0, None), ((0, 1), (2000, -741), None, -1)],
        [0, 1],
        [40, 40],
        [10, 27],
        ((0,), (1,)),
        (10, 10),
    ),
    ("a mean of 15.25", [((0, 1), (4, -61), 0, 0)], [0, 1], [10_000, 12], [61, 4], ((1,), (1,)), (4, 12)),
    ("a difference with a negative coefficient", [((0, 1), (1, -1), 2, 3)], [0, 0], [10, 10], [5, 3], ((0,), (1,)), (2, 10)),
    ("nothing known", [], [0, 0], [7, 7], [3, 3], ((0, 1), (1, 1)), (0, 14)),
]


@pytest.mark.parametrize(("what", "rows", "low", "high", "truth", "form", "expected"), BY_HAND, ids=[b[0] for b in BY_HAND])
def test_by_hand(what, rows, low, high, truth, form, expected):
    """Intervals that a reader can work out."""
    assert interval(facts(rows, low, high), np.array(truth), form, 100) == expected


def test_elimination_changes_nothing():
    """The facts and what follows from them together: the same intervals, and those exact at once that lines alone
    leave open."""
    rows = [((0, 1), (1, 1), 30, 30), ((1, 2), (1, 1), 25, 25), ((0, 2), (1, 1), 15, 15), ((2, 3), (1, 1), 0, 40)]
    its, truth = facts(rows, [0] * 4, [400] * 4), np.array([10, 20, 5, 9])
    for form in (((0,), (1,)), ((0, 3), (1, -2)), ((3,), (-1,)), ((1, 3), (1, 1))):
        cells, weights = np.array(form[0]), np.array(form[1])
        more, longer, at = combined(its, truth, cells, weights)
        assert interval(more, longer, (at, [1]), 500) == interval(its, truth, form, 500)
    pinned, longer, at = combined(its, truth, np.array([0]), np.array([1]))
    assert interval(pinned, longer, (at, [1]), 500, steps=10) == (10, 10)


def test_too_large_is_said():
    """A search that does not end in time is no answer."""
    with pytest.raises(TooLarge):
        interval(facts([((0, 1), (7, -11), 1, 1)], [0, 0], [400, 400]), np.array([8, 5]), ((0,), (1,)), 5, steps=1)
