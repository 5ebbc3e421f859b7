"""`python -m celwacht.publish.warm`: has the kernels of disclosure/ compiled once, so that no first run pays for it."""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.loss.loss import loss_of
from celwacht.disclosure.loss.view import view_of_cube
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.disclosure.search.relations import protect_relations
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube

if __name__ == "__main__":
    regions = from_tree("R", {"T": ["A", "B"], "A": ["a", "b"], "B": ["c", "d"]}, "T")
    kinds = from_tree("K", {"T": ["1", "2", "3"]}, "T")
    policy = DisclosurePolicy.model_validate(
        {"version": 1, "id": "warm", "title": {"nl": "Warm"}, "description": {"nl": "Om te vertalen."}, "threshold": 10, "width": 5}
    )
    counts = np.array([[3, 20, 30], [40, 2, 9], [50, 60, 70], [15, 25, 35]], dtype=np.int64)
    for threshold, base, zeros in ((10, 1, "published"), (10, 5, "withheld")):
        changed = {"threshold": threshold, "rounding_base": base, "zeros": zeros}
        cube, asked = Cube("warm", (regions, kinds), counts.copy()), policy.model_copy(update=changed)
        made = protect(cube, asked, singletons=True, key=b"k")
        made.check()
        loss_of(view_of_cube(made))
        protect_relations.protect(problem_of_cube(cube, asked), key=b"k")
