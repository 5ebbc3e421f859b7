"""`python -m celwacht.publish.warm`: has the kernels of disclosure/ compiled once, so that no first run pays for it."""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.model.facts import facts_of
from celwacht.disclosure.loss.loss import loss_of
from celwacht.disclosure.loss.view import view_of_cube
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.rounding.small_counts import small_count_rounding
from celwacht.disclosure.rules.contributions import Contributions
from celwacht.disclosure.rules.ranking import figures
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.disclosure.search.optimal import protect_optimally
from celwacht.disclosure.search.relations import protect_relations
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube


def warm_small(cube: Cube, policy: DisclosurePolicy) -> None:
    """The kernels of the audit, of rounding, of the rules on contributors and of small tables."""
    problem = problem_of_cube(cube, policy)
    protect_optimally.protect(problem)
    audit_published(facts_of(problem, problem.start()), policy.width)
    small_count_rounding(cube, 3, b"k")
    leaf = np.array([[0, 0], [0, 0], [1, 2]], np.int32)
    figures(Contributions(cube.dimensions, leaf, np.array([1, 2, 1]), np.array([5, 6, 7])), most=2)


if __name__ == "__main__":
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
