"""Protect a table of your own, in one call: counts over trees, or any suppression problem, with a documented result.

    from celwacht import protect_counts

    done = protect_counts(frame, {"dims": [...], "trees": {...}, "root": {...}}, threshold=10, width=5)
    done.verdict          # SAFE: proved. Anything else must not be published.
    done.table()          # one row per cell: the codes, value, status (published, primary, secondary)
    done.audit()          # what was asked, what it cost, how wide the intervals are

Nothing here touches the disk; `publish/own_tables/folder.py` writes the result as `celwacht protect` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from celwacht.disclosure.model.problem import Found, SuppressionProblem
from celwacht.disclosure.own_table.result import ProtectionResult, of_cube, of_problem
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.counts import cube_of_counts
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.problems.trees import Trees, trees_of
from celwacht.disclosure.proof.certificate import Certificate
from celwacht.disclosure.solver.work import Work
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("auto", "fast", "optimal")
"""auto: `optimal` up to SMALL cells, and where that does not come CLOSE to its own bound the others too: the cheapest of their safe patterns. Up to
MIDDLE the cheaper of the search over boxes and the one over relations; beyond that the search over boxes alone, which `fast` is at every size."""
SMALL, MIDDLE, MIDDLE_SENSITIVE = 700, 8_000, 1_500
CLOSE = 0.01  # share of the cost that lies above the proved bound, up to which `auto` looks no further
PATIENCE = 30.0  # seconds of work that `auto` gives the general methods together, where no limit was asked for
LAST = 20.0  # seconds of work for the last resort (withhold_more.py)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to protect, beside what the policy or the problem says.

    exact: the weaker promise of most tools, that no sensitive cell can be computed exactly. method: of METHODS.
    seconds: of work for the search (solver/work.py), after which cells may be left without proof. singletons: protect also against the
    one person behind a cell of 1, who knows its value (cubes only, and not by the optimal method). key: secret bytes that break ties. progress(done, of) is called
    now and then.
    """

    exact: bool = False
    method: str = "auto"
    seconds: float | None = None
    singletons: bool = False
    key: bytes = field(default=b"", repr=False)
    progress: Callable[[int, int], None] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}, not {self.method!r}")


def policy_of(**parameters: object) -> DisclosurePolicy:
    """A policy from its parameters (threshold, width, zeros, rounding_base, cost); pydantic.ValidationError if they
    disagree."""
    words = {"nl": "uit de opties", "en": "from the options"}
    about = {"version": 1, "id": "options", "title": words, "description": words}
    return DisclosurePolicy.model_validate({**about, **parameters})


def protect_counts(
    counts: pd.DataFrame,
    trees: Mapping[str, object] | Trees,
    *,
    threshold: int = 10,
    width: int = 5,
    zeros: str = "published",
    rounding_base: int = 1,
    cost: str = "value",
    freq: str = "freq",
    name: str = "counts",
    exact: bool = False,
    method: str = "auto",
    seconds: float | None = None,
    singletons: bool = False,
    key: bytes = b"",
    progress: Callable[[int, int], None] | None = None,
) -> ProtectionResult:
    """Protects a table of counts, all margins included.

    counts: one column per dimension with leaf codes, and the column `freq` with whole counts >= 0; rows of one
    combination are summed, combinations without a row are 0. trees: a dictionary with dims, trees and root
    (disclosure/problems/trees.py). A cell of 1..threshold - 1 is sensitive, and an intruder must hold values at least `width`
    apart possible for it. zeros: whether cells of 0 are `published` or `withheld`. rounding_base: published figures are
    multiples of it. cost: withholding costs the `value`, or one a cell (`count`). name: of the table, for messages.

    exact: ask only that no sensitive cell can be computed exactly. method: of METHODS. seconds: of work for the search (counted,
    not timed).
    singletons: protect against the one person behind a count of 1 as well. key: secret bytes that break ties.
    progress(done, of) is called now and then.

    Returns a ProtectionResult (`verdict`, `table()`, `audit()`, `check()`), whatever its verdict: publish only what is SAFE.
    It does not depend on the order of rows. Raises ProblemsFound with everything that is wrong in the counts or the trees,
    pydantic.ValidationError where parameters disagree. Source: Handbook on SDC, 2nd ed., 4.2-4.4; Fischetti and Salazar,
    JASA 95 (2000), 916-928, for the method of small tables.

    Example:
        done = protect_counts(frame, trees, threshold=10, width=5)
        done.verdict.value               # 'SAFE'
        done.table()                     # one row per cell: codes, value, status (published, primary, secondary)
    """
    policy = policy_of(threshold=threshold, width=width, zeros=zeros, rounding_base=rounding_base, cost=cost)
    wishes = Wishes(exact, method, seconds, singletons, key, progress)
    trees = trees if isinstance(trees, Trees) else trees_of(trees)
    return protect_cube(cube_of_counts(counts, trees, name, freq=freq), policy, wishes)


def protect_cube(cube: Cube, policy: DisclosurePolicy, wishes: Wishes = Wishes()) -> ProtectionResult:
    """Protects a cube, all its cells; the certificate is checked before this returns."""
    began, wishes = time.perf_counter(), replace(wishes, singletons=wishes.singletons or policy.singletons)
    if wishes.method == "optimal" and wishes.singletons:
        raise ValueError("the optimal method does not know singletons; use the fast one, or leave singletons out")
    auto = wishes.method == "auto" and not wishes.singletons
    few = cube.cells.size <= SMALL
    first = _generally(cube, policy, wishes, wishes.method, began) if wishes.method == "optimal" or (auto and few) else None
    if first is not None and (not auto or _close(first.verdict.may_be_published, first.cost, first.lower_bound)):
        return first
    from celwacht.disclosure.search.cubes.protect_cube import protect  # loads compiled kernels; small tables need none

    asked = policy.model_copy(update={"width": 1}) if wishes.exact else policy
    found = protect(cube, asked, singletons=wishes.singletons, key=wishes.key, progress=wishes.progress)
    boxes = of_cube(found, wishes, time.perf_counter() - began)
    if first is None and auto and cube.cells.size <= MIDDLE and len(boxes.spread) <= MIDDLE_SENSITIVE:
        first = _generally(cube, policy, wishes, "fast", began)
    return _better(first, boxes, time.perf_counter() - began)


def _close(safe: bool, cost: float, bound: float | None) -> bool:
    """Whether a pattern is safe, and no safe one is cheaper by more than CLOSE of its cost."""
    return safe and bound is not None and cost - bound <= CLOSE * cost


def _rather(safe: bool, cost: float, other_safe: bool, other_cost: float) -> bool:
    """Whether a pattern is taken in the place of the other: it is safe, and the other is dearer or is not."""
    return safe and (cost < other_cost or not other_safe)


def _better(first: ProtectionResult | None, second: ProtectionResult, seconds: float) -> ProtectionResult:
    """The cheaper of the safe ones, the second if none is; with the bound that either has."""
    if first is None:
        return second
    takes = _rather(first.verdict.may_be_published, first.cost, second.verdict.may_be_published, second.cost)
    bounds = [r.lower_bound for r in (first, second) if r.lower_bound is not None]
    return replace(first if takes else second, seconds=seconds, lower_bound=max(bounds, default=None))


def _generally(cube: Cube, policy: DisclosurePolicy, wishes: Wishes, method: str, began: float) -> ProtectionResult:
    """The cube as a problem with relations, by a method that does not know cubes."""
    wishes = replace(wishes, method=method, seconds=wishes.seconds or (PATIENCE if wishes.method == "auto" else None))
    proof, found = _solve(problem_of_cube(cube, policy), wishes, cube.cells.size)
    return of_problem(proof, found, wishes, time.perf_counter() - began, cube.dimensions, policy)


def protect_cells(
    problem: SuppressionProblem,
    wishes: Wishes = Wishes(),
    cost: str = "file",
    dimensions: tuple[Classification, ...] = (),
    policy: DisclosurePolicy | None = None,
) -> ProtectionResult:
    """Protects any suppression problem (disclosure/model/problem.py), by a method for general relations.

    cost: `file` for the costs that the problem has, `value` for the size of each value, `count` for one a cell.
    dimensions: of the table that the problem was made from, if its first cells are that table's, in C order of the
    codes. policy: that of the counts that it was made from, if it was.
    """
    began = time.perf_counter()
    if cost != "file":
        paid = problem.cost > 0
        weights = {"value": np.abs(problem.value).astype(np.float64), "count": np.ones(len(problem))}[cost]
        problem = replace(problem, cost=np.where(paid, weights, 0.0))
    return of_problem(*_solve(problem, wishes, len(problem)), wishes, time.perf_counter() - began, dimensions, policy)


def _solve(problem: SuppressionProblem, wishes: Wishes, cells: int) -> tuple[Certificate, Found]:
    """The one place that chooses a method for general relations: what it found, and the certificate of that. cells: in the table."""
    asked = problem.exactly() if wishes.exact else problem
    if wishes.singletons:
        raise ValueError("a problem of cells does not tell who is alone in one: singletons need a table of counts")
    if wishes.method == "auto" and cells <= SMALL:
        return _cheapest(asked, wishes)
    return _by("optimal" if wishes.method == "optimal" else "fast", asked, wishes, wishes.seconds)


def _cheapest(asked: SuppressionProblem, wishes: Wishes) -> tuple[Certificate, Found]:
    """The optimal method, and where it does not come close to its own bound with half of the work, the fast one with the other half: the cheaper
    of their safe patterns, with the bound."""
    half = (wishes.seconds or PATIENCE) / 2
    proof, found = _by("optimal", asked, wishes, half)
    cost, safe = asked.cost_of(found.pattern), proof.check().verdict.may_be_published
    if _close(safe, cost, found.lower_bound or 0.0):
        return proof, found
    other_proof, other = _by("fast", asked, wishes, half)
    work = found.work + other.work
    if _rather(other_proof.check().verdict.may_be_published, asked.cost_of(other.pattern), safe, cost):
        return other_proof, replace(other, lower_bound=found.lower_bound, work=work)
    return proof, replace(found, work=work)


def _by(method: str, asked: SuppressionProblem, wishes: Wishes, seconds: float | None) -> tuple[Certificate, Found]:
    """One method, and the last resort for what it leaves without proof."""
    if method == "optimal":
        from celwacht.disclosure.search.optimal.protect_optimally import protect as search
    else:
        from celwacht.disclosure.search.relations.protect_relations import protect as search
    found = search(asked, seconds=seconds, key=wishes.key, progress=wishes.progress)
    if len(found.unproved):
        from celwacht.disclosure.search.relations.withhold_more import withhold_more
        from celwacht.disclosure.search.relations.withhold_round import last_resort

        more = last_resort if found.ended and wishes.seconds is not None else withhold_more
        found = more(asked, found, Work(LAST))
    return Certificate(asked, found.pattern, found.worlds), found
