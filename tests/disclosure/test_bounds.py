"""Bounds from outside hold every table that the intruder of oracle.py can find, and catch simple leaks at any size."""

import numpy as np
import pytest
from celwacht.disclosure.intruder.feasibility import Attack
from celwacht.disclosure.intruder.outer_bounds import outer_bounds
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.search.cubes.protect_cube import protect
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .cubes import cubes, flat, policy


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cubes(), st.randoms(use_true_random=False), st.sampled_from([1, 5]))
def test_bounds_are_never_narrower_than_the_attackers_interval(cube, random, base):
    """For any marks, safe or not: the exact interval lies within the bounds."""
    marks = np.array([random.random() < 0.4 for _ in range(cube.cells.size)]).reshape(cube.shape)
    shown = np.where(marks, 0, policy(threshold=5, base=base, zeros="withheld").printed(cube.cells))
    table = PrintedTable(cube.dimensions, shown, marks, base)
    least, greatest = outer_bounds(table)
    attack = Attack(table)
    for cell in map(tuple, np.argwhere(marks)[:6]):
        interval = attack.interval(cell)
        assert least[cell] <= interval.least
        assert greatest[cell] < 0 or (interval.greatest is not None and interval.greatest <= greatest[cell])


def test_a_cell_alone_in_its_row_is_pinned():
    """The difference between a total and the rest of its line."""
    marks = np.zeros((3, 4), bool)
    marks[1, 1] = True
    shown = np.array([[30, 8, 10, 12], [9, 0, 3, 4], [21, 6, 7, 8]])
    least, greatest = outer_bounds(PrintedTable((flat("A", 2), flat("B", 3)), shown, marks))
    assert (least[1, 1], greatest[1, 1]) == (2, 2)


def test_a_contradiction_is_refused():
    """Parts that exceed their total."""
    with pytest.raises(ValueError, match="contradicts itself"):
        outer_bounds(PrintedTable((flat("A", 2),), np.array([3, 2, 2]), np.zeros(3, bool)))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(cubes())
def test_what_is_safe_has_wide_bounds(cube):
    """No sensitive cell of a proved publication has bounds narrower than the width."""
    chosen = policy()
    protected = protect(cube, chosen)
    least, greatest = outer_bounds(protected.printed())
    sensitive = chosen.sensitive(cube.cells)
    assert np.all((greatest[sensitive] < 0) | (greatest[sensitive] - least[sensitive] >= chosen.width))
