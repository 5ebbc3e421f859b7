"""What a certificate file proves, as a pattern: values and statuses that follow from it, and the checker's verdict.

For `celwacht verify`: nothing is taken from the search or from the folder's own words, only from the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import CheckResult
from celwacht.disclosure.own_table.result import names_of, status_of
from celwacht.disclosure.problems.jj_format import in_units
from celwacht.disclosure.proof.certificate import Certificate, read_certificate


@dataclass(frozen=True, slots=True, eq=False)
class Certified:
    """value, status: flat over cells, as in ProtectionResult. members: leaves of every code of every dimension, () for
    a problem without dimensions. printed: what is printed under rounding, else None. asked: the guarantee's numbers."""

    judged: CheckResult
    value: np.ndarray = field(repr=False)
    status: np.ndarray = field(repr=False)
    printed: np.ndarray | None = field(repr=False)
    members: tuple[tuple[np.ndarray, ...], ...] = field(repr=False)
    asked: dict[str, object]
    decimals: int = 0
    cells: tuple[str, ...] = field(default=(), repr=False)
    problem: SuppressionProblem | None = field(default=None, repr=False)


def read_certified(path: Path) -> Certified:
    """Judges the certificate in a file; ValueError if it is not one."""
    certificate = read_certificate(path)
    return _of_cube(certificate) if isinstance(certificate.problem, CubeProblem) else _of_cells(certificate)


def _of_cells(found: Certificate) -> Certified:
    problem = found.problem
    status = status_of(problem, found.pattern)
    level = np.maximum.reduce(problem.asked)[problem.sensitive]
    ends = (int(level.min()), int(level.max())) if len(level) else ()
    asked = {word: in_units(end, problem.decimals) for word, end in zip(("protection levels from", "to"), ends)}
    return Certified(found.check(), problem.value, status, None, (), asked, problem.decimals, names_of(problem), problem)


def _of_cube(found: Certificate) -> Certified:
    problem, withheld = found.problem, found.pattern.ravel() != Status.PUBLISHED
    status = np.where(withheld, np.where(problem.sensitive, Status.PRIMARY, Status.SECONDARY), Status.PUBLISHED)
    printed = problem.shown.ravel() if problem.base > 1 else None
    rule = {"threshold": problem.threshold, "width": problem.width, "rounding_base": problem.base, "singletons": problem.singletons}
    return Certified(found.check(), problem.value, status.astype(np.uint8), printed, problem.members, rule)
