"""Problems beyond cubes: both methods for general relations, judged by an intruder who tries every assignment.

Small tables to which are added, at random: levels of each cell, cells that must be printed, structural zeros, bounds
known beforehand, further facts with coefficients, costs. The intruder knows all of them.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from celwacht.disclosure.model.problem import UNBOUNDED, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.proof.checker import check
from celwacht.disclosure.search.optimal import protect_optimally
from celwacht.disclosure.search.relations import protect_relations
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, policy
from tests.disclosure.judge import TooLarge, facts_of_problem, interval
from tests.examples import drawn

SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}
METHODS = {"fast": protect_relations.protect, "optimal": protect_optimally.protect}
SECONDS = {"fast": drawn(2, long=20), "optimal": 20}
"""Of work. What nobody can protect takes the fast method all of it, and proves no more."""
POLICIES = [policy(threshold=3, width=2), policy(threshold=5, width=3), policy(threshold=5, width=3, base=5, zeros="withheld")]


@st.composite
def problems(draw):
    """A cube's problem, and more."""
    its = problem_of_cube(draw(cubes(most=6)), draw(st.sampled_from(POLICIES)))
    n, value, sensitive = len(its), its.value, its.sensitive
    assume(0 < sensitive.sum() <= 8)
    random = draw(st.randoms(use_true_random=False))
    few = lambda share: np.array([random.random() < share for _ in range(n)])
    level = np.array([[random.choice((0, 0, 1, 2)), random.choice((0, 0, 1, 3)), random.choice((1, 2, 3))] for _ in range(n)])
    level = np.where(sensitive[:, None], np.minimum(level, np.stack([value, value + 9, value + 9], axis=1)), 0)
    status = its.role.copy()
    status[its.free & few(0.1)] = Role.FORCED
    status[its.free & (value == 0) & few(0.3)] = Role.KNOWN
    lower = np.where(few(0.1), np.maximum(value - random.choice((0, 1, 2)), 0), its.lower)
    upper = np.where(few(0.1), value + random.choice((0, 1, 2)), its.upper)
    facts = its.relations if random.random() < 0.5 else _more(its.relations, value, random)
    cost = np.where(its.cost > 0, np.array([random.choice((1.0, 2.0, 5.0)) for _ in range(n)]), 0.0)
    return replace(
        its,
        role=status,
        lower=lower,
        upper=upper,
        relations=facts,
        cost=cost,
        lpl=level[:, 0].copy(),
        upl=level[:, 1].copy(),
        spl=level[:, 2].copy(),
    )


def _more(known, value, random):
    """The relations and one more: some cells with coefficients, exact or between two ends."""
    cells = sorted(random.sample(range(len(value)), 3))
    by = [random.choice((1, 2, -1)) for _ in cells]
    at = int(value[cells] @ by)
    ends = random.choice(((at, at), (at - 2, at + 1), (-UNBOUNDED, at), (at, UNBOUNDED)))
    rows = [
        (known.cell[a:b], known.coefficient[a:b], lo, hi) for a, b, lo, hi in zip(known.first, known.first[1:], known.least, known.greatest)
    ]
    return relations([*rows, (cells, by, *ends)])


def _short(its, pattern, cells):
    """Of the cells, those that do not reach their levels; judged by every assignment there is."""
    end = 3 * int(its.value.max()) + 40
    facts = facts_of_problem(its, pattern, end)
    found = []
    for c in cells:
        down, up, slide = int(its.lpl[c]), int(its.upl[c]), int(its.spl[c])
        least, greatest = interval(facts, its.value, ([c], [1]), max(down, up, slide))
        if least > its.value[c] - down or greatest < its.value[c] + up or greatest - least < slide:
            found.append(c)
    return found


def _everything(its):
    """The pattern that withholds all that may be."""
    return np.where(its.role == Role.FORCED, Status.PUBLISHED, Status.SECONDARY).astype(np.uint8)


def _judge(its, method):
    """The method's pattern protects every cell that it does not give up."""
    found = METHODS[method](its, seconds=SECONDS[method])
    sensitive = np.flatnonzero(its.sensitive)
    assert np.all(found.pattern[sensitive] != Status.PUBLISHED)
    assert np.all(found.pattern[its.role == Role.FORCED] == Status.PUBLISHED)
    verdict = check(its, found.pattern, found.worlds)
    assert verdict.verdict is not Verdict.UNSAFE
    assert set(verdict.unproved.tolist()) <= set(found.unproved.tolist())
    try:
        short = _short(its, found.pattern, np.setdiff1d(sensitive, verdict.unproved))
        hopeless = set(_short(its, _everything(its), found.unproved)) if method == "optimal" else set(found.unproved.tolist())
    except TooLarge:
        event("too large for the judge")
        return found
    assert not short, f"called proved, but too narrow: {short}"
    assert hopeless == set(found.unproved.tolist()), "given up, but it could have been protected"
    return found


@settings(max_examples=drawn(10, long=60), **SLOW)
@given(problems(), st.sampled_from(list(METHODS)))
def test_problems_are_safe(its, method):
    """Whatever is proved is safe; the optimal method gives up only what nobody can protect."""
    _judge(its, method)


@pytest.mark.long
@settings(max_examples=2000, **SLOW)
@given(problems(), st.sampled_from(list(METHODS)))
def test_two_thousand_problems_are_safe(its, method):
    """The same at length."""
    _judge(its, method)


def _cheapest(its, most=10):
    """The least cost of a pattern that protects all, by trying every pattern; None if there is none."""
    free = np.flatnonzero(its.free & (its.cost > 0))
    nothing = np.flatnonzero(its.free & (its.cost == 0))
    assume(len(free) <= most)
    best = None
    for chosen in sorted(product((0, 2), repeat=len(free)), key=lambda c: float(its.cost[free][np.array(c) > 0].sum())):
        pattern = its.start()
        pattern[free], pattern[nothing] = chosen, Status.SECONDARY
        if best is None and not _short(its, pattern, np.flatnonzero(its.sensitive)):
            best = its.cost_of(pattern)
    return best


def _is_cheapest(its):
    try:
        least = _cheapest(its)
    except TooLarge:
        return
    found = protect_optimally.protect(its, seconds=20)
    assert (least is None) == bool(found.unproved.size)
    if least is not None:
        assert its.cost_of(found.pattern) == pytest.approx(least)
        assert found.lower_bound <= least + 1e-6


@settings(max_examples=drawn(4, long=15), **SLOW)
@given(problems())
def test_the_optimal_method_is_optimal(its):
    """Against every pattern that there is."""
    _is_cheapest(its)


@pytest.mark.long
@settings(max_examples=300, **SLOW)
@given(problems())
def test_the_optimal_method_is_optimal_at_length(its):
    """The same at length."""
    _is_cheapest(its)
