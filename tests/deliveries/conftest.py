"""Fixtures of the tests of what goes back."""

import pytest

from tests.intake.deliveries import Maker, Office


@pytest.fixture
def make():
    """Makes deliveries."""
    return Maker()


@pytest.fixture
def office(tmp_path):
    """An empty office."""
    return Office(tmp_path)
