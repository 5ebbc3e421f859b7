"""Bounds from outside hold every table that the intruder of oracle.py can find, and catch simple leaks at any size."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from celwacht.disclosure.intruder.feasibility import Attack
from celwacht.disclosure.intruder.outer_bounds import outer_bounds
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube, roll_up
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, flat, policy
from tests.examples import drawn


@settings(max_examples=drawn(10, long=60), deadline=None, suppress_health_check=list(HealthCheck))
@given(cubes(), st.randoms(use_true_random=False), st.sampled_from([1, 5]), st.booleans())
def test_bounds_are_never_narrower_than_the_attackers_interval(cube, random, base, knows):
    """For any marks, safe or not, whether or not the reader knows what occurs nowhere: the exact interval lies within the bounds."""
    marks = np.array([random.random() < 0.4 for _ in range(cube.cells.size)]).reshape(cube.shape)
    shown = np.where(marks, 0, policy(threshold=5, base=base, zeros="withheld").printed(cube.cells))
    table = PrintedTable(cube.dimensions, shown, marks, base, intruder.possible(cube.atoms) if knows else None)
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


@settings(max_examples=drawn(6, long=25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([0, 1]), st.lists(st.integers(0, 2), min_size=6, max_size=6), st.sets(st.integers(0, 5), min_size=1))
def test_what_occurs_nowhere_is_known_to_every_auditor(empty, counts, marked):
    """Against all tables of 3 rows and 2 columns with the same printed figures in which empty columns stay empty: the interval of
    every marked cell is theirs, by the attacker's problem and by lines (which may be wider)."""
    atoms = np.array(counts).reshape(3, 2)
    atoms[:, 1] *= empty
    cube = Cube("proef", (flat("A", 3), flat("B", 2)), atoms)
    marks = np.zeros(cube.shape, bool)
    for k in marked:
        marks[1 + k // 2, 1 + k % 2] = True
    table = PrintedTable(cube.dimensions, np.where(marks, 0, cube.cells), marks, possible=intruder.possible(cube.atoms))
    every = (np.bincount(who, minlength=6).reshape(3, 2) for who in combinations_with_replacement(range(6), int(cube.atoms.sum())))
    cells = [roll_up(a, cube.dimensions) for a in every if not a[:, cube.atoms.sum(axis=0) == 0].any()]
    same = [c for c in cells if np.array_equal(c[~marks], cube.cells[~marks])]
    least, greatest = outer_bounds(table)
    for cell in map(tuple, np.argwhere(marks)):
        interval, true = Attack(table).interval(cell), [int(c[cell]) for c in same]
        assert (interval.least, interval.greatest) == (min(true), max(true))
        assert least[cell] <= interval.least and interval.greatest <= greatest[cell]


def test_a_contradiction_is_refused():
    """Parts that exceed their total."""
    with pytest.raises(ValueError, match="contradicts itself"):
        outer_bounds(PrintedTable((flat("A", 2),), np.array([3, 2, 2]), np.zeros(3, bool)))


@settings(max_examples=drawn(8, long=40), deadline=None, suppress_health_check=list(HealthCheck))
@given(cubes())
def test_what_is_safe_has_wide_bounds(cube):
    """No sensitive cell of a proved publication has bounds narrower than the width."""
    chosen = policy()
    protected = protect(cube, chosen)
    least, greatest = outer_bounds(protected.printed())
    sensitive = chosen.sensitive(cube.cells)
    assert np.all((greatest[sensitive] < 0) | (greatest[sensitive] - least[sensitive] >= chosen.width))
