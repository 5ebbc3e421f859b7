"""A table of amounts (turnover, days, euros) and its contributors, as a suppression problem for the general methods.

Cells, relations and hidden atoms are those of of_cube.py. What is asked of a sensitive cell are the levels of
the rules that found it. The intruder is taken to know that contributions are not negative, where none is; and that a
cell to which no record belongs is empty (`empty="known"`, as tau-ARGUS has it by default), so that no world puts
anything there. Values are in the smallest unit, divided by the unit of the sampling weights where there are any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.policy.apriori import Apriori
from celwacht.disclosure.policy.sensitivity import Sensitivity, of_contributions
from celwacht.disclosure.problems.of_cube import facts_of
from celwacht.disclosure.rules.contributions import Contributions, Figures
from celwacht.disclosure.rules.rule import Rule
from celwacht.tables.cubes.classification import Classification


@dataclass(frozen=True, eq=False)
class Magnitudes:
    """A table of amounts, judged. problem: cells in C order, then hidden atoms, if codes overlap. sensitivity: reasons,
    and in `only` which cells have one and the same single contributor (singletons). figures: what was judged.
    Confidential."""

    problem: SuppressionProblem = field(repr=False)
    sensitivity: Sensitivity = field(repr=False)
    figures: Figures = field(repr=False)

    def __repr__(self) -> str:
        return f"<Magnitudes {self.problem.name} (confidential)>"


def problem_of_magnitudes(
    name: str,
    contributions: Contributions,
    rules: Sequence[Rule],
    *,
    apriori: Apriori | None = None,
    cost: Literal["value", "count", "records"] = "value",
    empty: Literal["known", "free"] = "known",
    weights: Literal["expanded", "sampled"] = "expanded",
    integral: bool = False,
    negatives: Literal["refuse", "absolute"] = "refuse",
    decimals: int = 0,
    named: bool = False,
) -> Magnitudes:
    """The problem of withholding cells of a table of amounts.

    cost: of withholding a cell: its size, one, or its number of records; an a-priori list may set others. integral:
    whether the intruder is taken to know that amounts are whole in the smallest unit; worlds must then be whole, which
    is more to ask. decimals: of the amounts as they were read, for reports. named: give every cell its codes
    as a name, for files. ValueError and ProblemsFound as `sensitivity.judge`.
    """
    cells, found = of_contributions(contributions, rules, apriori, weights=weights, negatives=negatives)
    facts, atoms = facts_of(contributions.dimensions, _atoms(contributions))
    value, extra = np.concatenate([cells.value, atoms]), len(atoms)
    n = len(cells.value)
    status = np.select(
        [found.mask.ravel(), found.forced.ravel(), (cells.records == 0) & (empty == "known")],
        [Role.SENSITIVE, Role.FORCED, Role.KNOWN],
        Role.FREE,
    )
    own = {"value": np.abs(cells.value), "count": np.ones(n), "records": cells.records}[cost].astype(np.float64)
    listed = found.cost.ravel()
    own = np.where(np.isnan(listed), own, listed)

    def filled(array: np.ndarray, what: float) -> np.ndarray:
        return np.concatenate([array.ravel(), np.full(extra, what, array.dtype)])

    least = -UNBOUNDED if np.any(contributions.amount < 0) else 0
    levels = [filled(a, 0) for a in (found.lpl, found.upl, found.spl)]
    problem = SuppressionProblem(
        name,
        value,
        filled(own, 0),
        filled(status.astype(np.uint8), Role.HIDDEN),
        np.full(n + extra, least, np.int64),
        np.full(n + extra, UNBOUNDED, np.int64),
        filled(cells.value, -UNBOUNDED),
        filled(cells.value, UNBOUNDED),
        *levels,
        facts,
        integral,
        lambda i: _label(contributions.dimensions, i),
        decimals,
        tuple(_label(contributions.dimensions, i) for i in range(n + extra)) if named else (),
    )
    return Magnitudes(problem, found, cells)


def _atoms(c: Contributions) -> np.ndarray:
    """Amounts per atom, weighted; int64, one axis per dimension."""
    shape = tuple(d.n_leaves for d in c.dimensions)
    atoms = np.zeros(int(np.prod(shape)), np.int64)
    weighted = c.amount * (c.weight_unit if c.weight is None else c.weight)
    np.add.at(atoms, np.ravel_multi_index(tuple(c.leaf.T), shape), weighted)
    return atoms.reshape(shape)


def _label(dimensions: tuple[Classification, ...], i: int) -> str:
    shape = tuple(d.n_codes for d in dimensions)
    n = int(np.prod(shape))
    if i >= n:
        return f"atom {i - n}"
    return ", ".join(f"{d.name}={d.codes[c].code}" for d, c in zip(dimensions, np.unravel_index(i, shape)))
