"""`python -m celwacht.publish.warm`: has the kernels of disclosure/ compiled once, so that no first run pays for it. At once done where it was done
before. What it misses is told by the tests: after it, a test in which anything is compiled fails (tests/no_compiling.py)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from celwacht.disclosure import WARMED, warm_mark, warmed
from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.bounds.line_bounds import cells_to_relations, narrow, narrow_again, printable, telling
from celwacht.disclosure.audit.model.facts import facts_of
from celwacht.disclosure.loss.loss import loss_of
from celwacht.disclosure.loss.view import view_of_cube
from celwacht.disclosure.model.insiders import insiders_of
from celwacht.disclosure.model.problem import UNBOUNDED, relations
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.rounding.small_counts import small_count_rounding
from celwacht.disclosure.rules.contributions import Contributions
from celwacht.disclosure.rules.ranking import figures
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.disclosure.search.optimal import protect_optimally
from celwacht.disclosure.search.relations import protect_relations
from celwacht.disclosure.search.relations.null_space import eliminate, reduce_by
from celwacht.disclosure.search.sets.protect_set import protect_set
from celwacht.disclosure.sets.set_checker import check_set
from celwacht.tables.counting.plan import plans
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.together.count_together import Counted, counts_of


def warm_small(cube: Cube, policy: DisclosurePolicy) -> None:
    """The kernels of the audit, of rounding, of the rules on contributors and of small tables."""
    problem = problem_of_cube(cube, policy)
    protect_optimally.protect(problem)
    audit_published(facts_of(problem, problem.start()), policy.width)
    small_count_rounding(cube, 3, b"k")
    leaf = np.array([[0, 0], [0, 0], [1, 2]], np.int32)
    figures(Contributions(cube.dimensions, leaf, np.array([1, 2, 1]), np.array([5, 6, 7])), most=2)


def warm_lines() -> None:
    """The kernels of lines between tables: followed, followed again, printed again, and what still says something."""
    lines = relations([((0, 1, 2), (1, -1, -1), 0, 0)])
    least, greatest, through = np.array([5, 0, 2]), np.array([5, UNBOUNDED, 2]), cells_to_relations(lines, 3)
    found = narrow(least, greatest, lines, through)
    least[2], greatest[2] = 0, UNBOUNDED
    found = narrow_again(found, np.array([2]), least, greatest, lines, through)
    printable(found, np.array([2]), np.array([2]), np.array([2]), np.zeros(3, np.int64), lines, through)
    telling(found.least, found.greatest, lines)


def warm_insiders(cube: Cube, policy: DisclosurePolicy) -> None:
    """The kernels against people and providers who know their own: each provider has a third of every atom."""
    atom = np.repeat(np.arange(cube.atoms.size), 3)
    own = np.concatenate([(cube.atoms.ravel() + k) // 3 for k in range(3)]).reshape(3, -1).T.ravel()
    theirs = insiders_of(atom, np.tile(np.arange(3), cube.atoms.size), own)
    protect(cube, policy, insiders=theirs, key=b"k").check()


def warm_subspaces() -> None:
    """The kernels that open one subspace of moves after the other, which no table as small as these comes to."""
    space = np.array([[1.0, 1.0], [0.0, 2.0]])
    eliminate(space, np.array([0, 1]), np.array([1]), np.ones(2), 9.0)
    reduce_by(space, 0, 0)


def warm_sets(policy: DisclosurePolicy) -> None:
    """The kernels of sets: made-up tables over the same records, of which one has a variable that the other has not; by themselves and by region, for
    clusters are searched along regions."""
    words = {"version": 1, "title": {"nl": "Warm"}, "description": {"nl": "Om te vertalen."}, "source": "jeugdhulp", "policy": "statline"}
    count = {"measures": [{"kind": "count", "name": "Aantal", "title": {"nl": "Aantal"}}], "periods": ["halfjaar"], "unit": "trajecten"}
    random = np.random.default_rng(1)
    value = {name: random.integers(0, 2, 60) for name in ("crisis", "geslacht", "gemeente")}
    for shown in ((("crisis",), ("crisis", "geslacht")), (("regio", "crisis"), ("regio", "geslacht"))):
        _warm_set(shown, value, {**words, **count}, policy)


def _warm_set(shown: tuple[tuple[str, ...], ...], value: dict[str, np.ndarray], words: dict, policy: DisclosurePolicy) -> None:
    """Protects the tables over these classifications together."""
    made = []
    for i, names in enumerate(shown):
        dimensions = [{"name": name.title(), "classification": name} for name in names]
        spec = TableSpec.model_validate({**words, "id": f"warm{i}", "moment": "instroom", "dimensions": dimensions})
        for plan in plans(spec, [Period.parse("2024HJ01")]):
            leaf = np.stack([value[axis.coding.field] for axis in plan.axes], axis=1).astype(np.int32)
            number = np.arange(60, dtype=np.int64)
            made.append(counts_of(Counted(plan, number.astype(str), number, number, leaf, np.ones(60, np.int64))))
    found = protect_set(made, [policy.model_copy(update={"threshold": 20, "width": 3})] * len(made), key=b"k")
    check_set(found.cubes, found.types, found.worlds)


def warm() -> None:
    """All of them, over small made-up tables."""
    regions = from_tree("R", {"T": ["A", "B"], "A": ["a", "b"], "B": ["c", "d"]}, "T")
    kinds = from_tree("K", {"T": ["1", "2", "3"]}, "T")
    policy = DisclosurePolicy.model_validate(
        {"version": 1, "id": "warm", "title": {"nl": "Warm"}, "description": {"nl": "Om te vertalen."}, "threshold": 10, "width": 5}
    )
    counts = np.array([[3, 20, 30], [40, 2, 9], [50, 60, 70], [15, 25, 35]], dtype=np.int64)
    warm_small(Cube("warm", (regions, kinds), counts.copy()), policy)
    for threshold, base, zeros in ((10, 1, "published"), (10, 5, "withheld")):
        changed = {"threshold": threshold, "rounding_base": base, "zeros": zeros}
        cube, asked = Cube("warm", (regions, kinds), counts.copy()), policy.model_copy(update=changed)
        made = protect(cube, asked, singletons=True, key=b"k")
        made.check()
        loss_of(view_of_cube(made))
        protect_relations.protect(problem_of_cube(cube, asked), key=b"k")
        warm_insiders(cube, asked)
    warm_subspaces()
    warm_lines()
    warm_sets(policy)


if __name__ == "__main__":
    if not warmed(Path(__file__)):
        warm()
        (Path(os.environ["NUMBA_CACHE_DIR"]) / WARMED).write_text(warm_mark(Path(__file__)), encoding="utf-8")
