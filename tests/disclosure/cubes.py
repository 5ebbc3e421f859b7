"""Small cubes for tests: hierarchies in two to four dimensions, overlapping codes, all kinds of counts."""

import numpy as np
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.checker import check
from celwacht.tables.cubes.classification import Classification, Code, from_tree
from celwacht.tables.cubes.cube import Cube
from hypothesis import strategies as st

WORDS = {"title": {"nl": "proef"}, "description": {"nl": "proef"}, "version": 1}


def policy(threshold=5, width=3, base=1, zeros="published", cost="value"):
    """A policy with few words. threshold 1: no count is sensitive by its size; a policy in a file may not say so without rules."""
    made = DisclosurePolicy(id="proef", threshold=max(threshold, 2), width=width, rounding_base=base, zeros=zeros, cost=cost, **WORDS)
    return made if threshold > 1 else made.model_copy(update={"threshold": threshold})


POLICIES = [
    policy(threshold=3, width=2),
    policy(threshold=5, width=3),
    policy(threshold=3, width=1),
    policy(threshold=5, width=3, base=5, zeros="withheld"),
    policy(threshold=10, width=4, base=5, zeros="withheld"),
]
"""For tests of people who know more than readers do."""


def judged(atoms, members, shown, withheld, worlds, *, threshold, base, width, levels=None, by=check):
    """The word of a checker on a cube in which `withheld` (bool) is not printed and the rest is printed as `shown`."""
    levels = None if levels is None else Levels(*levels)
    problem = CubeProblem(atoms, members, shown, threshold, base, width, levels)
    return by(problem, np.where(withheld, Status.SECONDARY, Status.PUBLISHED), worlds)


def flat(name, n):
    """A total over n leaves."""
    return from_tree(name, {f"{name}T": [f"{name}{i}" for i in range(n)]}, f"{name}T")


def two_levels(name, groups):
    """A total over groups of the given sizes."""
    tree = {f"{name}T": [f"{name}{g}" for g in range(len(groups))]}
    for g, n in enumerate(groups):
        if n > 1:
            tree[f"{name}{g}"] = [f"{name}{g}_{i}" for i in range(n)]
    return from_tree(name, tree, f"{name}T")


def touching(name, sets, n):
    """Distinct persons: leaves are sets of forms, codes are 'any form' and each form apart; they do not add up."""
    leaves = tuple("+".join(map(str, s)) for s in sets)
    members = [np.arange(len(sets), dtype=np.int32)]
    codes = [Code(f"{name}T", "totaal")]
    for form in range(n):
        members.append(np.array([i for i, s in enumerate(sets) if form in s], np.int32))
        codes.append(Code(f"{name}{form}", str(form)))
    return Classification(name, name, name, tuple(codes), leaves, tuple(members))


def sets(name, *codes):
    """Codes that are any sets of leaves, such as two divisions into regions, or periods."""
    n = 1 + max(max(code) for code in codes)
    return Classification(
        name,
        name,
        name,
        tuple(Code(f"{name}{i}", "") for i in range(len(codes))),
        tuple(f"{name}:{i}" for i in range(n)),
        tuple(np.array(sorted(code), np.int32) for code in codes),
    )


DIMENSIONS = [
    lambda: (flat("A", 3), flat("B", 3)),
    lambda: (flat("A", 4), flat("B", 2)),
    lambda: (two_levels("A", (2, 2)), flat("B", 2)),
    lambda: (two_levels("A", (2, 1)), two_levels("B", (2, 1))),
    lambda: (flat("A", 2), flat("B", 2), flat("C", 2)),
    lambda: (two_levels("A", (2, 1)), flat("B", 2), flat("C", 2)),
    lambda: (flat("A", 2), flat("B", 2), flat("C", 2), flat("D", 1)),
    lambda: (two_levels("A", (1, 2)), touching("F", [(0,), (1,), (0, 1)], 2)),
    lambda: (flat("A", 2), touching("F", [(0,), (1,), (2,), (0, 1), (0, 1, 2)], 3)),
    lambda: (flat("A", 7),),
    lambda: (from_tree("A", {"T": ["x", "y"], "x": ["x1", "x2"], "x1": ["a", "b"], "y": ["c", "d"]}, "T"), flat("B", 2)),
    lambda: (sets("R", (0, 1, 2, 3), (0, 1), (2, 3), (0,), (1, 2), (3,)), flat("B", 2)),
    lambda: (sets("P", (0, 1, 2, 3), (0, 1), (2, 3), (0,), (1,), (2,), (3,)), touching("F", [(0,), (1,), (0, 1)], 2)),
    lambda: (sets("R", (0, 1), (1, 2), (0, 2), (0,), (1,)), flat("B", 3)),
]


@st.composite
def cubes(draw, most=7):
    """A cube with counts that are mostly small, with zeros and now and then something larger."""
    dimensions = draw(st.sampled_from(DIMENSIONS))()
    shape = tuple(d.n_leaves for d in dimensions)
    count = st.one_of(st.integers(0, 3), st.integers(0, most), st.just(0))
    values = draw(st.lists(count, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return Cube("proef", dimensions, np.array(values, np.int64).reshape(shape))


def leaf_sets(cube):
    """The codes of every dimension as plain lists of sets, for the oracle."""
    return [[set(map(int, m)) for m in d.members] for d in cube.dimensions]
