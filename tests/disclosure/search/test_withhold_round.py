"""The work allowed is done and nothing has a proof: more is withheld in a bounded number of programmes, and the verdict is SAFE."""

import numpy as np
import pytest
from celwacht.disclosure.model.problem import UNBOUNDED, Found, Relations, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.own_table import protect_own_table
from celwacht.disclosure.own_table.protect_own_table import Wishes, protect_cells
from celwacht.disclosure.problems.of_cube import lines
from celwacht.disclosure.proof.checker import check
from celwacht.disclosure.search.relations import protect_relations, withhold_round
from celwacht.disclosure.solver.work import Work

from tests.disclosure.cubes import flat


def counts(seed: int = 7, shape=(6, 5, 4), spread: bool = False, forced: bool = False) -> SuppressionProblem:
    """A table of three dimensions with its sums. Counts below 4 are sensitive: 2 up, or with `spread` 2 apart. forced: all sums are printed."""
    atoms = np.random.default_rng(seed).integers(1, 30, shape)
    for axis in range(3):
        atoms = np.concatenate([atoms.sum(axis=axis, keepdims=True), atoms], axis=axis)
    value = atoms.ravel().astype(np.int64)
    role = np.where(value < 4, Role.SENSITIVE, Role.FORCED if forced else 0).astype(np.uint8)
    level, zero = np.where(value < 4, 2, 0), np.zeros(len(value), np.int64)
    up, apart = (zero, level) if spread else (level, zero)
    dimensions = tuple(flat("ABC"[i], n) for i, n in enumerate(shape))
    facts: Relations = lines(dimensions, atoms.shape)
    none = np.full(len(value), UNBOUNDED)
    return SuppressionProblem("counts", value, value * 1.0, role, zero, none, value.copy(), value.copy(), zero.copy(), up, apart, facts)


def unproved(its: SuppressionProblem) -> Found:
    none = np.zeros(0, np.int64)
    worlds = Worlds(np.zeros(1, np.int64), none.astype(np.int32), none, scale=none)
    return Found(its.start(), worlds, np.flatnonzero(its.sensitive).astype(np.int64), None, "fast")


@pytest.mark.parametrize("spread", [False, True])
def test_no_work_left_is_safe_by_withholding_more(monkeypatch, spread):
    """Neither the search nor the proof nor the questions cell by cell have any work left."""
    monkeypatch.setattr(protect_relations, "PROOF", 0.0)
    monkeypatch.setattr(protect_own_table, "LAST", 0.0)
    done = protect_cells(counts(spread=spread), Wishes(method="fast", seconds=1e-9))
    assert done.verdict is Verdict.SAFE and done.check().verdict is Verdict.SAFE
    assert done.audit()["search"]["ended"].endswith(": the work allowed was done")


def test_the_number_of_programmes_and_pivots_is_bounded(monkeypatch):
    """Whatever the number of cells without proof; and the work is counted."""
    asked = []

    class Counting(withhold_round.Solver):
        def run(self, pivots=None):
            outcome = super().run(pivots)
            asked.append((self.iterations, withhold_round.PIVOTS * (self.columns + self.rows)))
            return outcome

    monkeypatch.setattr(withhold_round, "Solver", Counting)
    its, work = counts(shape=(9, 8, 7)), Work(0.0)
    found = withhold_round.last_resort(its, unproved(its), work)
    assert int(its.sensitive.sum()) > 3 * len(asked) and 1 <= len(asked) <= 2 * len(withhold_round.OPENED) * withhold_round.PASSES
    assert all(pivots <= most for pivots, most in asked) and work.done > 0
    assert not len(found.unproved) and check(its, found.pattern, found.worlds).verdict is Verdict.SAFE


def test_what_is_dear_stays_printed_where_cheaper_cells_do():
    """4.6 % of the value of the table is withheld where it was 79 %: the cheaper cells are opened first, and a world moves what it needs."""
    its = counts()
    found = withhold_round.withhold_round(its, unproved(its), Work(0.0))
    withheld = found.pattern != Status.PUBLISHED
    assert not len(found.unproved) and its.cost[withheld].sum() < 0.1 * its.cost.sum()
    assert check(its, found.pattern, found.worlds).verdict is Verdict.SAFE


def test_what_cannot_be_proved_costs_nothing():
    """Everything else is printed: the cells stay without proof, and nothing is withheld in vain."""
    its = counts(forced=True)
    found = withhold_round.last_resort(its, unproved(its), Work(0.0))
    assert np.array_equal(found.pattern == Status.PRIMARY, its.sensitive) and not np.any(found.pattern == Status.SECONDARY)
    assert check(its, found.pattern, found.worlds).unproved.tolist() == found.unproved.tolist()
    assert len(found.unproved)


def test_the_same_again():
    its = counts()
    one, two = (withhold_round.last_resort(its, unproved(its), Work(0.0)) for _ in range(2))
    assert np.array_equal(one.pattern, two.pattern) and np.array_equal(one.worlds.difference, two.worlds.difference)
