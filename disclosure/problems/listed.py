"""An a-priori list entered into a problem of cells (a JJ file, or cells.csv): what is decided of single cells goes before the file.

cell,status,spl        cell 1, free in the file, becomes sensitive with a sliding level of 3
1,withhold,3
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.policy.apriori import Apriori
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.problems import Problem, ProblemsFound

CELL = "cell"


def cells_as_codes(names: tuple[str, ...]) -> Classification:
    """The cells of a problem as the codes of one dimension, `cell`, so that a list can name them."""
    codes = tuple(Code(n, n) for n in names)
    return Classification(CELL, CELL, CELL, codes, names, tuple(np.array([i], np.int32) for i in range(len(names))))


def with_list(problem: SuppressionProblem, listed: Apriori) -> SuppressionProblem:
    """The problem with the list in it. ProblemsFound where the list publishes what the file says is sensitive without a waiver, or
    withholds what is in no table or known to everybody."""
    at, role = listed.cell, problem.role.copy()
    sensitive = role[at] == Role.SENSITIVE
    wrong = [
        (
            sensitive & (listed.publish | listed.safe) & ~listed.waiver,
            "the list publishes a cell that the file says is sensitive. Take the line out, or say waiver: yes",
        ),
        (
            listed.withhold & np.isin(role[at], (Role.KNOWN, Role.HIDDEN)),
            "the list withholds a cell that is in no table, or that everybody knows. Take the line out",
        ),
    ]
    problems = [Problem(listed.name, int(line), 0, "conflict", f"{text}.") for bad, text in wrong for line in listed.line[bad]]
    if problems:
        raise ProblemsFound(problems)
    role[at[listed.publish]], role[at[listed.withhold]] = Role.FORCED, Role.SENSITIVE
    asked = role == Role.SENSITIVE
    levels = {}
    for name in ("lpl", "upl", "spl"):
        level = getattr(problem, name).copy()
        level[at] = np.maximum(level[at], getattr(listed, name))
        levels[name] = np.where(asked, level, 0)
    bare = asked & (levels["lpl"] + levels["upl"] + levels["spl"] == 0)
    levels["spl"][bare] = 1  # what must be withheld must not be found exactly either
    cost = problem.cost.copy()
    priced = listed.cost >= 0
    cost[at[priced]] = listed.cost[priced]
    return replace(problem, role=role, cost=cost, lpl=levels["lpl"], upl=levels["upl"], spl=levels["spl"])
