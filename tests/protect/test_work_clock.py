"""A limit counts work and not time: the same result on any machine, always a pattern, and more withheld rather than no proof."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from celwacht.disclosure.model.example import cube as tiny_cube
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.own_table.protect_own_table import Wishes, policy_of, protect_cells, protect_counts, protect_cube
from celwacht.disclosure.problems.of_cube import lines
from celwacht.disclosure.search.relations.withhold_more import coarsened
from celwacht.disclosure.solver.work import Work

from tests.disclosure.cubes import flat


def amounts(seed, shape=(4, 4, 3), share=100):
    """A table of amounts of up to some 10^10, a twelfth of its cells sensitive, with levels of a hundredth of each."""
    random, dimensions = np.random.default_rng(seed), tuple(flat("ABCD"[i], n) for i, n in enumerate(shape))
    atoms = random.lognormal(18, 2.5, shape).astype(np.int64)
    for axis in range(len(shape)):
        atoms = np.concatenate([atoms.sum(axis=axis, keepdims=True), atoms], axis=axis)
    value = atoms.ravel()
    sensitive = np.zeros(len(value), bool)
    sensitive[random.choice(len(value), len(value) // 12, replace=False)] = True
    level, zero = np.where(sensitive, value // share + 1, 0), np.zeros(len(value), np.int64)
    none = np.full(len(value), UNBOUNDED)
    rows = lines(dimensions, atoms.shape)
    status = sensitive.astype(np.uint8)
    return SuppressionProblem(
        "amounts", value, value * 1.0, status, zero, none, value.copy(), value.copy(), level, level.copy(), zero.copy(), rows
    )


@pytest.mark.parametrize("method", ["fast", "optimal"])
@pytest.mark.parametrize("seed", [0, 3])
def test_numbers_in_the_billions_are_protected_all_the_same(seed, method):
    """Levels of 10^8 in whole numbers: a solver's answer is no world by itself; there is room, and so the verdict is SAFE."""
    done = protect_cells(amounts(seed), Wishes(method=method, seconds=0.5))
    assert done.verdict is Verdict.SAFE and done.check().verdict is Verdict.SAFE


@pytest.mark.parametrize("seed", [0, 2])
def test_auto_keeps_the_cheaper_of_the_safe_patterns(seed):
    """Where the optimal method does not come to its end, what it has by then may cost several times what the fast one finds; never more is taken."""
    its = amounts(seed, (6, 5, 5), 20)
    half, whole = 0.05, Wishes(method="auto", seconds=0.1)
    each = [protect_cells(its, replace(whole, method=method, seconds=half)) for method in ("fast", "optimal")]
    best = min(done.cost for done in each if done.verdict is Verdict.SAFE)
    done = protect_cells(its, whole)
    assert done.verdict is Verdict.SAFE and done.cost == best < max(d.cost for d in each)
    assert done.lower_bound == each[1].lower_bound <= done.cost


@pytest.mark.parametrize("method", ["fast", "optimal"])
def test_a_limit_gives_the_same_pattern_whatever_the_clock_says(method, monkeypatch):
    """Every clock of the machine jumps by an hour at each look; pattern and worlds are the same."""
    its, wishes = amounts(1, (5, 4)), Wishes(method=method, seconds=0.05)
    one = protect_cells(its, wishes)
    hours = itertools.count(1, 3600)
    for name in ("monotonic", "perf_counter", "time", "process_time"):
        monkeypatch.setattr(f"time.{name}", lambda: float(next(hours)))
    two = protect_cells(its, wishes)
    assert np.array_equal(one.status, two.status)
    assert np.array_equal(one.proof.worlds.difference, two.proof.worlds.difference)
    assert one.audit()["search"] == two.audit()["search"]


@pytest.mark.parametrize("method", ["fast", "optimal"])
def test_what_ended_the_search_is_told(method):
    """Hardly any work allowed: a pattern, its verdict, the phase and why; enough: that it ended by itself."""
    its = amounts(2, (5, 4))
    ended = protect_cells(its, Wishes(method=method, seconds=1e-4)).audit()
    assert ended["verdict"] == "SAFE" and ended["search"]["ended"].endswith(": the work allowed was done")
    assert protect_cells(its, Wishes(method=method, seconds=60)).audit()["search"]["ended"] == "by itself"


def test_counts_with_hardly_any_work_are_protected():
    """By withholding more."""
    random = np.random.default_rng(4)
    rows = [(f"a{i}", f"b{j}", int(random.poisson(5))) for i in range(5) for j in range(4)]
    trees = {
        "dims": ["a", "b"],
        "root": {"a": "T", "b": "T"},
        "trees": {d: {"T": [f"{d}{i}" for i in range(n)]} for d, n in (("a", 5), ("b", 4))},
    }
    frame = pd.DataFrame(rows, columns=["a", "b", "freq"])
    done = protect_counts(frame, trees, threshold=5, width=4, seconds=1e-5)
    assert done.verdict is Verdict.SAFE
    for cost in ("value", "count"):  # and no more than the search over boxes withholds, which counts no work
        fast, auto = (protect_counts(frame, trees, threshold=5, width=4, seconds=1e-5, cost=cost, method=m) for m in ("fast", "auto"))
        assert auto.verdict is Verdict.SAFE and auto.lower_bound <= auto.cost <= fast.cost


def test_withholding_a_printed_zero_costs_the_same_by_every_method():
    """One a cell: so many as are withheld."""
    rows = [(f"a{i}", f"b{j}", n) for i, row in enumerate([(1, 0, 0), (0, 0, 30), (0, 20, 1)]) for j, n in enumerate(row)]
    trees = {"dims": ["a", "b"], "root": {"a": "T", "b": "T"}, "trees": {d: {"T": [f"{d}{i}" for i in range(3)]} for d in "ab"}}
    frame = pd.DataFrame(rows, columns=["a", "b", "freq"])
    both = [protect_counts(frame, trees, threshold=5, width=3, cost="count", method=method) for method in ("fast", "optimal")]
    for done in both:
        assert done.verdict is Verdict.SAFE and done.cost == np.count_nonzero(done.status != Status.PUBLISHED)
    assert np.any((both[0].status != Status.PUBLISHED) & (both[0].value == 0))


def test_a_policy_that_names_those_alone_is_heeded_by_the_choice_of_method():
    """The general methods do not know them: such a cube goes to the search over boxes, whatever its size, or is refused."""
    cube = tiny_cube()
    policy = policy_of(threshold=3, width=3, singletons=True)
    assert protect_cube(cube, policy).proof.certificate().problem.singletons
    with pytest.raises(ValueError, match="singletons"):
        protect_cube(cube, policy, Wishes(method="optimal"))


def test_work_counts_in_the_whole_what_is_counted_in_a_part():
    """A part ends by its own limit or by that of the whole; without a limit nothing ends."""
    whole = Work(10)
    half = whole.part(0.5)
    half.add(4)
    assert (half.left, whole.left) == (1, 6) and not half.over
    whole.add(6)
    assert half.over and whole.over
    assert not Work().over and Work().part(0.5).left == float("inf")


def test_coarse_units_leave_no_more_room_than_there_is():
    """Every change in coarse units, times the unit, lies within the room of the problem itself."""
    its, unit = amounts(5), 120_000
    coarse = coarsened(its, unit)
    assert np.all(coarse.lower * unit >= its.lower - its.value)
    bounded = its.printed_high < UNBOUNDED
    assert np.all((coarse.printed_high * unit <= its.printed_high - its.value)[bounded])
    assert np.array_equal(coarse.relations.sums(coarse.value), np.zeros(len(its.relations), np.int64))
