"""The result of protecting one table, whatever found it: pattern, verdict, proof, and what the audit says.
Confidential."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.problem import UNBOUNDED, Found, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import CheckResult, Verdict
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.jj_format import in_units
from celwacht.disclosure.problems.of_cube import printing
from celwacht.disclosure.proof.certificate import Certificate
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.tables.cubes.classification import Classification

if TYPE_CHECKING:
    import pandas as pd

WORDS = {Status.PUBLISHED: "published", Status.PRIMARY: "primary", Status.SECONDARY: "secondary", Status.HIDDEN: "hidden"}
"""`status` in pattern.csv. primary: sensitive. secondary: withheld though not sensitive, to protect others or, where
zeros are not published, because it is 0. hidden: a cell of a problem that stands in no table."""
DONE = "by itself"
MOST_LISTED = 1000  # unproved cells that the audit names one by one
_EDGES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 50, 100, 1000, 10_000, 100_000)
_MEANS = {
    "interval": "For every sensitive cell there are two tables that would be published exactly like this one and in "
    "which the cell differs by at least what was asked.",
    "exact": "No sensitive cell can be computed exactly: for each there are two tables that would be published "
    "exactly like this one and in which the cell differs. How narrow it can be estimated is not limited (the "
    "weaker promise of most tools).",
}


@dataclass(frozen=True, slots=True, eq=False)
class ProtectionResult:
    """What `protect_counts`, `protect_cube` and `protect_cells` return. Confidential; its repr holds no value.

    Arrays are over cells: in C order of the codes for a table with dimensions, in the problem's order otherwise. value:
    int64, in units of 10**-decimals. status: uint8, of Status, those that WORDS names. printed: int64, what is printed under rounding,
    or None for exact figures. unproved: positions of sensitive cells without proof. spread: float64 (sensitive cells,),
    the widest interval that the proof shows. cost: of all withheld cells, primaries included; lower_bound: proved least
    cost of any safe pattern, where a method gives one.
    """

    name: str
    dimensions: tuple[Classification, ...] = field(repr=False)
    cells: tuple[str, ...] = field(repr=False)
    """Names of the cells, for a problem without dimensions."""
    value: np.ndarray = field(repr=False)
    decimals: int
    status: np.ndarray = field(repr=False)
    printed: np.ndarray | None = field(repr=False)
    sensitive: np.ndarray = field(repr=False)
    verdict: Verdict
    reason: str
    unproved: np.ndarray = field(repr=False)
    spread: np.ndarray = field(repr=False)
    cost: float
    lower_bound: float | None
    guarantee: dict[str, object]
    method: str
    seconds: float
    search: dict[str, object]
    """What ended the search, and the work that it counted; `seconds` is as the clock showed, and nothing depends on it."""
    proof: Protected | Certificate = field(repr=False)

    def check(self) -> CheckResult:
        """Runs the solver-free checker again."""
        return self.proof.check()

    def save_certificate(self, path: Path) -> None:
        """Writes what the checker needs into a new file."""
        self.proof.save(path)

    def table(self) -> pd.DataFrame:
        """One row per cell: its codes (or `cell`), `value`, `status`; under rounding also `printed`, empty where
        withheld."""
        return pattern_frame(self.dimensions, self.cells, self.value, self.decimals, self.status, self.printed)

    def audit(self) -> dict[str, object]:
        """What audit.json says, but for the files."""
        many = {word: int((self.status == s).sum()) for s, word in WORDS.items()}
        if not many["hidden"]:
            del many["hidden"]
        total = np.abs(self.value.astype(object)) if self.decimals else np.abs(self.value)
        primary, secondary = self.status == Status.PRIMARY, self.status == Status.SECONDARY
        amount = {
            w: _in_units(int(total[c].sum()), self.decimals)
            for w, c in (("all", primary | secondary), ("primary", primary), ("secondary", secondary))
        }
        gap = None if self.lower_bound is None else max(0.0, 1 - self.lower_bound / self.cost) if self.cost else 0.0
        return {
            "verdict": self.verdict.value,
            "may_be_published": self.verdict.may_be_published,
            "reason": self.reason,
            "guarantee": self.guarantee,
            "method": self.method,
            "seconds": round(self.seconds, 3),
            "search": self.search,
            "cells": {"all": len(self.value), "sensitive": int(self.sensitive.sum()), **many},
            "value_withheld": amount,
            "cost": {"withheld": self.cost, "lower_bound": self.lower_bound, "gap": gap},
            "largest_secondary_cell": _in_units(int(total[secondary].max(initial=0)), self.decimals),
            "proved_intervals": self._intervals(),
            "unproved": {"cells": len(self.unproved), "listed": self.labels(self.unproved[:MOST_LISTED])},
        }

    def _intervals(self) -> dict[str, object]:
        """How wide the proof shows the intervals of the sensitive cells to be; the true ones may be wider."""
        if not len(self.spread):
            return {"cells": 0}
        width = self.spread / 10.0**self.decimals
        places = np.searchsorted(_EDGES, width, side="right") - 1
        bins = [{"from": a, "below": b, "cells": int((places == i).sum())} for i, (a, b) in enumerate(zip(_EDGES, (*_EDGES[1:], None)))]
        points = (("least", 0), ("tenth", 10), ("median", 50), ("ninetieth", 90), ("greatest", 100))
        return {
            "cells": len(width),
            **{w: float(np.percentile(width, p, method="lower")) for w, p in points},
            "widths": [b for b in bins if b["cells"]],
        }

    def labels(self, cells: np.ndarray) -> list[dict[str, str]]:
        """Codes by dimension, or the cell's name, of some cells."""
        if not self.dimensions:
            return [{"cell": self.cells[i]} for i in cells]
        places = np.unravel_index(cells, [d.n_codes for d in self.dimensions])
        return [{d.name: d.codes[p].code for d, p in zip(self.dimensions, place)} for place in zip(*places)]

    def __repr__(self) -> str:
        return f"<ProtectionResult {self.name}: {self.verdict.value}, {len(self.value):,} cells (confidential)>"


def pattern_frame(dimensions, cells, value, decimals, status, printed) -> pd.DataFrame:
    """The rows of pattern.csv; codes and status as categories."""
    import pandas as pd

    columns: dict[str, object] = {}
    shape = tuple(d.n_codes for d in dimensions)
    for axis, dimension in enumerate(dimensions):
        place = np.indices(shape, np.int32, sparse=True)[axis]
        columns[dimension.name] = pd.Categorical.from_codes(np.broadcast_to(place, shape).ravel(), [c.code for c in dimension.codes])
    if not dimensions:
        columns["cell"] = list(cells)
    columns["value"] = value if not decimals else [in_units(int(v), decimals) for v in value]
    columns["status"] = pd.Categorical.from_codes(np.searchsorted(list(WORDS), status), list(WORDS.values()))
    if printed is not None:
        columns["printed"] = np.where(status == Status.PUBLISHED, printed.astype(str), "")
    return pd.DataFrame(columns)


def _in_units(value: int, decimals: int):
    """A value in the units of the input: an int, or with decimals a float."""
    return value / 10**decimals if decimals else value


def of_cube(found: Protected, wishes, seconds: float) -> ProtectionResult:
    """The result for a cube that `protect` did, checked."""
    cube, policy = found.cube, found.policy
    judged = found.check()
    value, status = cube.cells.ravel(), found.status.ravel()
    sensitive = np.asarray(policy.sensitive(value))
    cost = float(printing(policy, value)[0][status != Status.PUBLISHED].sum())
    status = np.where(status == Status.ZERO, Status.SECONDARY, status).astype(np.uint8)
    printed = found.shown.ravel() if policy.rounding_base > 1 else None
    return ProtectionResult(
        cube.table,
        cube.dimensions,
        (),
        value,
        0,
        status,
        printed,
        sensitive,
        judged.verdict,
        judged.reason,
        judged.unproved,
        spread_of_cube(found)[sensitive],
        cost,
        None,
        guarantee_of(policy, wishes),
        "fast",
        seconds,
        {"ended": DONE},
        found,
    )


def of_problem(
    proof: Certificate,
    found: Found,
    wishes,
    seconds: float,
    dimensions: tuple[Classification, ...] = (),
    policy: DisclosurePolicy | None = None,
) -> ProtectionResult:
    """The result for a problem, checked. proof: of what a method found.

    dimensions: of the table that the problem was made from, whose cells come first, in C order of the codes. policy:
    the one of its cube.
    """
    problem, judged = proof.problem, proof.check()
    n = prod(d.n_codes for d in dimensions) if dimensions else len(problem)
    value, sensitive = problem.value[:n], problem.sensitive[:n]
    status = status_of(problem, found.pattern)[:n]
    spread = spread_of_worlds(found.worlds, len(problem))[:n][sensitive]
    printed, guarantee = None, {"kind": _kind(wishes), "levels": "as in the file", "means": _MEANS[_kind(wishes)]}
    if policy is not None:
        printed = policy.printed(value) if policy.rounding_base > 1 else None
        guarantee = guarantee_of(policy, wishes)
    return ProtectionResult(
        problem.name,
        dimensions,
        () if dimensions else names_of(problem),
        value,
        problem.decimals,
        status,
        printed,
        sensitive,
        judged.verdict,
        judged.reason,
        judged.unproved,
        spread,
        problem.cost_of(found.pattern),
        found.lower_bound,
        guarantee,
        found.method,
        seconds,
        {"ended": found.ended or DONE, "work": round(found.work, 3)},
        proof,
    )


def status_of(problem: SuppressionProblem, pattern: np.ndarray) -> np.ndarray:
    """(n,) uint8, of Status: what a problem's pattern means for readers."""
    silent = (problem.printed_high >= UNBOUNDED) & (problem.printed_low <= problem.lower)
    silent &= pattern == Status.PUBLISHED
    status = np.where(silent, Status.SECONDARY, pattern)  # printing such a cell tells nothing: it is not printed
    return np.where(problem.role == Role.HIDDEN, Status.HIDDEN, status).astype(np.uint8)


def names_of(problem: SuppressionProblem) -> tuple[str, ...]:
    """Names of the cells of a problem without dimensions: its own, or their numbers."""
    return tuple(problem.names) if problem.names else tuple(map(str, range(len(problem))))


def _kind(wishes) -> str:
    return "exact" if wishes.exact else "interval"


def guarantee_of(policy: DisclosurePolicy, wishes) -> dict[str, object]:
    """What was asked, in words and numbers."""
    return {
        "kind": _kind(wishes),
        "threshold": policy.threshold,
        "width": 1 if wishes.exact else policy.width,
        "zeros": policy.zeros,
        "rounding_base": policy.rounding_base,
        "cost": policy.cost,
        "intruders": intruder.knowledge(singletons=wishes.singletons),
        "means": _MEANS[_kind(wishes)],
    }


def spread_of_cube(found: Protected) -> np.ndarray:
    """(cells,) float64: greatest less least value of each cell over the truth and the worlds of its certificate."""
    shape, atoms = found.cube.shape, found.cube.atoms.shape
    codes = found.certificate().problem.codes
    lowest, highest = np.zeros((2, found.cube.cells.size))
    worlds = found.worlds
    for k in range(len(worlds)):
        rows = slice(worlds.first[k], worlds.first[k + 1])
        place = np.zeros((rows.stop - rows.start, 1), np.int64)
        real = np.ones(place.shape, bool)
        for n, leaf, of_leaf in zip(shape, np.unravel_index(worlds.unknown[rows], atoms), codes):
            one = of_leaf[leaf][:, None, :]
            place = (place[:, :, None] * n + one).reshape(len(place), -1)
            real = (real[:, :, None] & (one < n)).reshape(len(place), -1)
        change = np.broadcast_to(worlds.difference[rows][:, None], place.shape)[real]
        cell, number = np.unique(place[real], return_inverse=True)
        change = np.bincount(number, change, len(cell))
        lowest[cell] = np.minimum(lowest[cell], change)
        highest[cell] = np.maximum(highest[cell], change)
    return highest - lowest


def spread_of_worlds(worlds, n: int) -> np.ndarray:
    """(n,) float64: the same for the worlds of a problem (over its cells)."""
    lowest, highest = np.zeros((2, n))
    change = worlds.difference / np.repeat(worlds.scale, np.diff(worlds.first))
    np.minimum.at(lowest, worlds.unknown, change)
    np.maximum.at(highest, worlds.unknown, change)
    return highest - lowest
