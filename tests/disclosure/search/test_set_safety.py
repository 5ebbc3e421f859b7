"""A set that the search protected, against an intruder who tries every register: no cell that is called proved is narrow."""

import numpy as np
import pytest
from celwacht.disclosure.model.intruder import possible
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.sets.protect_set import protect_set
from celwacht.disclosure.sets.set_checker import check_set
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import policy
from tests.disclosure.oracle import TooLarge, intervals
from tests.disclosure.set_registers import HALVES, Record, Table, cells_of_person, counts_for, everybody

TABLES = {
    "in_crisis": Table("in_crisis", "instroom", ("crisis",)),
    "in_geslacht": Table("in_geslacht", "instroom", ("geslacht",)),
    "gebruik": Table("gebruik", "gebruik", ("crisis",)),
    "stand": Table("stand", "stand", ("crisis",)),
    "uit": Table("uit", "uitstroom", ("crisis",)),
    "gebruik_geslacht": Table("gebruik_geslacht", "gebruik", ("geslacht", "crisis")),
    "jongeren": Table("jongeren", "gebruik", ("geslacht", "crisis"), persons=True, alle="crisis"),
    "jongeren_crisis": Table("jongeren_crisis", "stand", ("crisis",), persons=True, alle="crisis"),
}
VARIABLES = {"crisis": (0, 1), "geslacht": (0, 1)}
records = st.builds(
    lambda c, g, p, k: Record((("crisis", c), ("geslacht", g)), p, k),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 4),
)


def protected(tables, persons, rule, periods=HALVES):
    """(counts, ProtectedSet, what the checker says)."""
    made = counts_for(tables, persons, periods)
    found = protect_set(made, [rule] * len(made), key=b"0123456789abcdef")
    return made, found, check_set(found.cubes, found.types, found.worlds)


def narrow_cells(made, found, judged, domain, truth, rule):
    """Cells that the checker calls proved and that the intruder narrows below the policy's width."""
    its = [cells_of_person(t, made) for t in domain]
    facts, wanted = [], {}
    for i, printed in enumerate(found.cubes):
        value = made[i].cube.cells
        for place in np.ndindex(value.shape):
            atoms = frozenset(k for k, cells in enumerate(its) if (i, place) in cells)
            assert all(its[k][i, place] == 1 for k in atoms), "an oracle of sets wants everybody once"
            assert sum(truth[k] for k in atoms) == value[place]
            known = printed.shown[place]
            least, greatest = max(known - rule.rounding_base // 2, 0), known + (rule.rounding_base - 1) // 2
            facts.append(((i, place), atoms, *((0, None) if printed.withheld[place] else (int(least), int(greatest)))))
            proved = not len(judged.unproved[i]) or np.ravel_multi_index(place, value.shape) not in judged.unproved[i]
            if proved and rule.sensitive(value)[place]:
                wanted[i, place] = int(value[place])
    found_intervals = intervals(facts, truth, set(wanted), 30, rule.width, steps=30_000)
    return {p: found_intervals[p] for p in wanted if found_intervals[p][1] - found_intervals[p][0] < rule.width}


def can_be(tables, its, made):
    """Whether the intruder holds it possible that somebody is like this (model/intruder.py), by the cubes that the compiler makes of them."""
    return not any(
        one.cube.atoms.shape == c.cube.atoms.shape and np.any((one.cube.atoms > 0) & ~possible(c.cube.atoms))
        for c, one in zip(made, counts_for(tables, [its], HALVES))
    )


def judge(names, persons, rule, most):
    tables = [TABLES[n] for n in names]
    made, found, judged = protected(tables, persons, rule)
    note(f"{names} {judged.verdict} {len(found.worlds)} worlds")
    assert judged.verdict is not Verdict.UNSAFE, judged.reason
    domain = [its for its in everybody(VARIABLES, range(5), most) if can_be(tables, its, made)]
    truth = [0] * len(domain)
    for its in persons:
        truth[domain.index(sorted(its, key=lambda r: domain.index([r])))] += 1
    assert narrow_cells(made, found, judged, domain, truth, rule) == {}
    return judged


SMALL = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
HOW = st.sampled_from([policy(threshold=4, width=2), policy(threshold=5, width=3), policy(threshold=10, width=4, base=5, zeros="withheld")])


@SMALL
@given(
    st.lists(
        st.sampled_from(["in_crisis", "in_geslacht", "gebruik", "stand", "uit", "gebruik_geslacht"]), min_size=2, max_size=4, unique=True
    ),
    st.lists(records, min_size=6, max_size=40),
    HOW,
)
def test_sets_of_trajectories(names, register, rule):
    """Several moments, all halves and the year: what is proved is not narrow, whatever the intruder combines."""
    try:
        judge(names, [[r] for r in register], rule, 1)
    except TooLarge:
        pass


def test_flows_are_kept_together():
    """Stock, inflow, outflow and use under exact figures: a set that is safe as a whole, and with worlds of one table only
    it is not."""
    register = [
        Record((("crisis", c), ("geslacht", 0)), p, k)
        for c in (0, 1)
        for p in (0, 1)
        for k in range(5)
        for _ in range(1 + 4 * c + 3 * p + k % 3)
    ]
    rule = policy(threshold=6, width=3)
    names = ["in_crisis", "gebruik", "stand", "uit"]
    made, found, judged = protected([TABLES[n] for n in names], [[r] for r in register], rule)
    assert judged.verdict is Verdict.SAFE and sum(int(c.withheld.sum()) for c in found.cubes) > 0
    sensitive = [int(rule.sensitive(c.cube.cells).sum()) for c in made]
    assert sum(sensitive) > 3
    for i in range(len(made)):
        assert found.cubes[i].withheld[rule.sensitive(made[i].cube.cells)].all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_key_gives_the_same_set(seed):
    """Deterministic given the key."""
    draw = np.random.default_rng(seed)
    register = [
        [Record((("crisis", int(draw.integers(2))), ("geslacht", int(draw.integers(2)))), int(draw.integers(2)), int(draw.integers(5)))]
        for _ in range(60)
    ]
    one, other = (protected([TABLES["gebruik"], TABLES["gebruik_geslacht"]], register, policy(threshold=5, width=3))[1] for _ in range(2))
    assert np.array_equal(one.status, other.status) and np.array_equal(one.worlds.kind, other.worlds.kind)
