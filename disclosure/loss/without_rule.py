"""What would be published again without one of the rules: the table protected anew, with that rule off.

Cells that no other rule makes sensitive become free. The others keep the levels that all their rules together ask, so
that what a rule costs is understated rather than overstated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from celwacht.disclosure.loss.view import Reasons
from celwacht.disclosure.model.problem import Found, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status

MOST_CELLS = 5_000
"""Larger tables are not protected anew: a report should take no longer than the protection."""

Without = Callable[[str], tuple[int, int] | None]
"""without(rule) = (secondary cells, their value), or None where that was not worked out."""


def without_rule(problem: SuppressionProblem, reasons: Reasons, solve: Callable[[SuppressionProblem], Found]) -> Without:
    """For `loss.loss_of`. reasons: over the problem's cells; solve: the method that made the pattern, with its
    options.
    """

    def without(rule: str) -> tuple[int, int] | None:
        if len(problem) > MOST_CELLS:
            return None
        freed = reasons.mask == np.uint32(1 << reasons.names.index(rule))
        status = np.where(freed & problem.sensitive, Role.FREE, problem.role).astype(np.uint8)
        lpl, upl, spl = (np.where(freed, 0, level) for level in (problem.lpl, problem.upl, problem.spl))
        found = solve(replace(problem, role=status, lpl=lpl, upl=upl, spl=spl))
        secondary = found.pattern == Status.SECONDARY
        return int(secondary.sum()), int(np.abs(problem.value[secondary]).sum())

    return without
