"""Drawing with fixed counts: sums hold to the unit, and margins that are given are met."""

import numpy as np
import pytest
from celwacht.tables.demo.country.draw import apportion, fitted
from celwacht.tables.demo.country.people import born_before


def test_fitted_meets_both_margins_and_keeps_zeros():
    """Rows 3 and 1, columns 2 and 2: (1.5, 1.5) and (0.5, 0.5); a zero of the seed stays one."""
    assert np.allclose(fitted(np.ones((2, 2)), np.array([3.0, 1.0]), np.array([2.0, 2.0])), [[1.5, 1.5], [0.5, 0.5]])
    found = fitted(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 3.0]), np.array([20.0, 20.0]))
    assert found[0, 1] == 0 and np.allclose(found, [[1.0, 0.0], [1.0, 2.0]], rtol=0.01)


def test_fitted_says_when_the_zeros_leave_no_table():
    """A row of 3 that may only be in a column of 1."""
    with pytest.raises(ValueError, match="no table has these zeros"):
        fitted(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([3.0, 1.0]), np.array([1.0, 3.0]))


def test_apportion_gives_whole_numbers_that_add_up():
    assert apportion(7, np.array([1.0, 1.0, 1.0])).tolist() == [3, 2, 2]


def test_nobody_is_younger_than_a_trajectory_is_long():
    """The ages stay the same ones; only who has which changes."""
    age, least = np.array([0, 1, 5, 9, 12, 17]), np.array([9, 0, 0, 5, 0, 1])
    found = born_before(np.random.default_rng(1), age, least)
    assert sorted(found) == sorted(age) and (found >= least).all()
