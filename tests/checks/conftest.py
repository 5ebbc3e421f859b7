"""Fixtures of the tests of rules: those of the intake."""

from tests.intake.conftest import make, office

__all__ = ["make", "office"]
