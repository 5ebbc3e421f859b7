"""A cube with its suppression pattern and its proof: what the searches hand to the gate. Confidential."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import CheckResult
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.sensitivity import Sensitivity
from celwacht.disclosure.proof.certificate import Certificate
from celwacht.disclosure.rules.contributions import Contributions
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.spread import Spread


@dataclass(frozen=True, slots=True, eq=False)
class Protected:
    """A cube with its suppression pattern and its proof. Confidential until it has passed the gate.

    status: uint8 of the cube's shape (Status). shown: int64, what is printed; 0 where withheld.
    """

    cube: Cube = field(repr=False)
    policy: DisclosurePolicy = field(repr=False)
    status: np.ndarray = field(repr=False)
    shown: np.ndarray = field(repr=False)
    worlds: Worlds = field(repr=False)
    levels: Levels | None = field(default=None, repr=False)
    """What rules beside the threshold ask, if there are any."""
    sensitivity: Sensitivity | None = field(default=None, repr=False)
    """Which rule made which cell sensitive, for reports."""
    headline: np.ndarray | None = field(default=None, repr=False)
    """int16, the cube's shape: ranks of headline figures (headline.py), for reports; None where they are not known."""

    insiders: Insiders | None = field(default=None, repr=False)
    """Against whom else the worlds were sought: those who contribute to the atoms."""
    contributions: Contributions | None = field(default=None, repr=False)
    """From whose contributions the levels follow, where rules ask for that."""

    @property
    def withheld(self) -> np.ndarray:
        """bool, the cube's shape."""
        return self.status != Status.PUBLISHED

    @property
    def _headline(self) -> np.ndarray:
        """bool, the cube's shape: headline figures that are not sensitive themselves."""
        there = np.zeros(self.status.shape, bool) if self.headline is None else self.headline > 0
        return there & ((self.status == Status.PUBLISHED) | (self.status == Status.SECONDARY))

    def printed(self) -> PrintedTable:
        """What an intruder will have before them."""
        known = intruder.possible(self.cube.atoms, self.cube.impossible)
        return PrintedTable(self.cube.dimensions, self.shown, self.withheld, self.policy.rounding_base, known)

    def certificate(self) -> Certificate:
        """What the checker needs, and what is kept with the release."""
        policy = self.policy
        singletons = policy.singletons or (self.worlds.part is not None and self.insiders is None)
        rule = policy.threshold, policy.rounding_base, policy.width
        its = self.cube.atoms, members_of(self.cube), self.shown
        problem = CubeProblem(*its, *rule, self.levels, singletons, self.insiders, self.cube.impossible)
        return Certificate(problem, self.status, self.worlds)

    def save(self, path: Path) -> None:
        """Writes the certificate into a new file."""
        self.certificate().save(path)

    def check(self, spread: Spread | None = None) -> CheckResult:
        """The word of the certificate checkers, which believe nothing that the search says. spread: as for Certificate.check."""
        return self.certificate().check(spread)

    def summary(self) -> dict[str, int]:
        """For the closing table: numbers of cells and the value that is withheld. Confidential."""
        cells = self.cube.cells
        return {
            "cells": cells.size,
            "sensitive": int((self.status == Status.PRIMARY).sum()),
            "withheld": int((self.withheld & ~self.cube.blank).sum()),
            "secondary": int((self.status == Status.SECONDARY).sum()),
            "value": int(cells.sum()),
            "value_withheld": int(cells[self.withheld].sum()),
            "worlds": len(self.worlds),
            "headline": int(self._headline.sum()),
            "headline_withheld": int((self._headline & (self.status == Status.SECONDARY)).sum()),
        }

    def __repr__(self) -> str:
        return f"<Protected {self.cube.table} under {self.policy.id} (confidential)>"


def members_of(cube: Cube) -> tuple[tuple[np.ndarray, ...], ...]:
    """The leaves of every code of every dimension, as the checker wants them."""
    return tuple(d.members for d in cube.dimensions)
