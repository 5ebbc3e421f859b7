"""The compiled search for small parts, held against the general one, against every pattern, and against what it must not ask."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.proof.checker import check
from celwacht.disclosure.search.optimal import protect_optimally, small_part
from celwacht.disclosure.search.optimal.components import can_move, goals_of, parts_of
from celwacht.disclosure.search.optimal.prove import Prover, Reach
from celwacht.disclosure.search.small.search_kernel import FOUND, _settled, search
from celwacht.disclosure.search.small.state import CUTS, Given, state_of
from celwacht.disclosure.solver import highs
from celwacht.disclosure.solver.work import Work
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, policy

SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}
STRICT = policy(threshold=10, width=5)


def _table(shape, seed):
    """Counts of that shape, every dimension with one total."""
    dims = tuple(from_tree(f"D{i}", {"T": [f"{i}{j}" for j in range(size)]}, "T") for i, size in enumerate(shape))
    return problem_of_cube(Cube("made", dims, np.random.default_rng(seed).negative_binomial(1, 0.04, shape).astype(np.int64)), STRICT)


def _generally(its, monkeypatch):
    """What the search without compiled code finds."""
    with monkeypatch.context() as patch:
        patch.setattr(protect_optimally, "solve_small", lambda *_: None)
        return protect_optimally.protect(its)


@pytest.mark.parametrize(("shape", "seed"), [((5, 4), 1), ((3, 2, 3), 2), ((8, 7), 3), ((5, 3, 2), 4), ((5, 3, 2), 5)])
def test_it_costs_what_the_general_search_proves_to_be_least(shape, seed, monkeypatch):
    """Two searches that share no code of the search itself: one cost, one bound, both safe."""
    its = _table(shape, seed)
    found, other = protect_optimally.protect(its), _generally(its, monkeypatch)
    assert check(its, found.pattern, found.worlds).verdict is Verdict.SAFE
    assert its.cost_of(found.pattern) == its.cost_of(other.pattern) == found.lower_bound == other.lower_bound


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_tables_cost_what_the_general_search_proves(seed, monkeypatch):
    """The same at length, with rounding in every other one."""
    test_it_costs_what_the_general_search_proves_to_be_least(((4, 2), (5, 4), (3, 2, 3), (6, 5), (5, 3, 2))[seed % 5], seed, monkeypatch)


def test_a_small_table_asks_nothing_of_the_solver(monkeypatch):
    """That is where the time of a small table went: 175 runs of HiGHS, for 40 tables of the benchmark none."""
    monkeypatch.setattr(highs.Solver, "run", lambda *_: pytest.fail("HiGHS was run"))
    its = _table((5, 4), 7)
    assert check(its, protect_optimally.protect(its).pattern, protect_optimally.protect(its).worlds).verdict is Verdict.SAFE


def _parts(its):
    """(part, given, state after the search, outcome, withheld) of every part that the compiled search takes."""
    for part in parts_of(its, can_move(its)):
        asked = small_part.given_of(part, goals_of(part.problem), np.random.default_rng(0))
        if asked is not None:
            state = state_of(asked)
            outcome, _, withheld = search(asked, state, small_part.place_of(part), 10**7)
            yield part, asked, state, outcome, withheld


def _safe(part, chosen):
    """Whether the pattern that withholds the deciders bool (d,) lets all goals be reached, by the general prover."""
    prover = Prover(part, goals_of(part.problem), Work())
    prover.start(chosen)
    return prover.prove_all()[0] is Reach.PROVED


@settings(max_examples=25, **SLOW)
@given(cubes(most=12), st.sampled_from([policy(threshold=3, width=2), policy(threshold=5, width=3)]))
def test_every_constraint_holds_for_every_pattern_from_which_nothing_can_be_given_back(cube, asked):
    """Tried on all patterns of parts with few deciders: the least of the safe ones satisfy all constraints, and none is cheaper."""
    its = problem_of_cube(cube, asked)
    for part, given_, state, outcome, withheld in _parts(its):
        d, cuts = len(part.deciders), int(state.counted[CUTS])
        if d > 9 or outcome != FOUND:
            continue
        safe = {chosen for chosen in product((False, True), repeat=d) if _safe(part, np.array(chosen, bool))}
        least = [c for c in safe if not any(c[j] and (*c[:j], False, *c[j + 1 :]) in safe for j in range(d))]
        for chosen in least:
            assert np.all(state.coefficient[:cuts] @ np.array(chosen, float) >= state.least[:cuts] - 1e-9)
        assert given_.cost[withheld].sum() == min(given_.cost[np.array(c, bool)].sum() for c in safe)


def test_a_bridge_with_nothing_left_settles_its_decider():
    """Planted: a decider whose only partner is settled as printed is printed too. Called impossible, cheaper patterns were cut off
    (a table of the benchmark came out at 389, proved least, where 382 is)."""
    coefficient, most = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, 1.0]]), np.array([0.0, 1.0, 1.0])
    state = _constraints(coefficient, np.array([0.0, 1.0]))
    assert _settled(state, np.zeros(3), most)
    assert most.tolist() == [0, 0, 1]
    assert not _settled(state, np.array([0.0, 1.0, 0.0]), np.array([0.0, 1.0, 1.0]))  # withheld for certain: nothing fits
    assert not _settled(state, np.zeros(3), np.array([0.0, 1.0, 0.0]))  # the second constraint has nothing left


def _constraints(coefficient, least):
    """A state that holds these constraints and nothing else."""
    none = np.zeros(0, np.int64)
    empty = Given(np.zeros((0, 0), np.int64), *(none,) * 2, *(np.zeros(0),) * 4, none, np.zeros(3), *(none,) * 4)
    state = state_of(empty)._replace(coefficient=coefficient, least=least)
    state.counted[CUTS] = len(least)
    return state


def _chain(coefficient):
    """`coefficient` times cell 0 is cell 1, both withheld: cell 0 moves by any whole number, cell 1 by multiples."""
    value = np.array([3, 3 * coefficient], np.int64)
    zero, level = np.zeros(2, np.int64), np.array([1, 0], np.int64)
    status = np.array([Role.SENSITIVE, Role.FREE], np.uint8)
    ends = zero, np.full(2, UNBOUNDED), value.copy(), value.copy()
    rows = relations([([0, 1], [coefficient, -1], 0, 0)])
    return SuppressionProblem("chain", value, value.astype(float), status, *ends, zero.copy(), zero.copy(), level, rows)


def test_what_it_does_not_take_is_left_to_the_general_search():
    """Fractions, inequalities, costs with a point, too many cells, forms that are not whole."""
    its = _chain(2)
    inequality = replace(its.relations, least=its.relations.least - 1)
    for other in (replace(its, integral=False), replace(its, cost=its.cost / 7), replace(its, relations=inequality)):
        assert not list(_parts(other))
        assert check(other, (found := protect_optimally.protect(other)).pattern, found.worlds).verdict is Verdict.SAFE
    two = replace(its, relations=relations([([0, 1], [4, -2], 0, 0)]))
    assert len(list(_parts(its))) == 1
    assert not list(_parts(two))
