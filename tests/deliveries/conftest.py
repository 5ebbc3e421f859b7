"""Fixtures of the tests of what goes back: those of the intake."""

from tests.intake.conftest import make, office

__all__ = ["make", "office"]
