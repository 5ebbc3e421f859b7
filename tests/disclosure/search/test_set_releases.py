"""A release beside those before it, against an intruder who keeps them all and tries every register: no cell that is called proved is
narrow, and without the releases before in the proof some are."""

from dataclasses import replace

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.sets.protect_set import protect_set
from celwacht.disclosure.sets.set_checker import check_set
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import policy
from tests.disclosure.oracle import TooLarge
from tests.disclosure.set_registers import Record, Table, everybody
from tests.disclosure.set_releases import COURSES, KEY, TABLES, VARIABLES, narrow, records, released, then, types_of


def test_two_patterns_for_the_same_figures_give_them_away():
    """Planted (T12): nothing changes between two releases, but what protects a cell does: each is SAFE by itself, together they tell
    the cell. Beside the release before, what was withheld stays so."""
    rule, table = policy(threshold=4, width=3), [Table("in_crisis", "instroom", ("crisis",))]
    many = {(0, 0): 2, (1, 0): 14, (0, 1): 17, (1, 1): 15}
    now = [[Record((("crisis", c), ("geslacht", 0)), p, 2)] for (c, p), n in many.items() for _ in range(n)]
    domain = everybody({"crisis": (0, 1), "geslacht": (0,)}, [2], 1)
    truth = [sum(its == one for its in now) for one in domain]
    counts, first = released(table, now, rule)
    assert check_set(first.cubes, first.types, first.worlds).verdict is Verdict.SAFE
    other = _another_pattern(counts, first, rule)
    both = [*counts, *(replace(c, earlier=True) for c in counts)]
    its = types_of(both, [(one, one) for one in domain])
    assert narrow(both, [*other.cubes, *first.cubes], [()] * len(both), its, truth, rule), "the two patterns must tell something"
    beside_counts, beside = released(table, now, rule, [(counts, first)])
    judged = check_set(beside.cubes, beside.types, beside.worlds)
    assert judged.verdict is Verdict.SAFE
    assert np.array_equal(beside.cubes[0].withheld, first.cubes[0].withheld)
    assert narrow(beside_counts, beside.cubes, judged.unproved, its, truth, rule) == set()


def _another_pattern(counts, first, rule):
    """A safe pattern of the same figures in which none of the secondary cells of the first is withheld, if it can be helped."""
    secondary = np.concatenate([(p.withheld & ~rule.sensitive(c.cube.cells)).ravel() for p, c in zip(first.cubes, counts)])
    other = protect_set(counts, [rule] * len(counts), dear=secondary, key=KEY)
    assert check_set(other.cubes, other.types, other.worlds).verdict is Verdict.SAFE
    return other


changes = st.sampled_from(["stays"] * 8 + ["comes", "goes", "crisis"])


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(records, changes), min_size=8, max_size=40),
    st.sampled_from([policy(threshold=4, width=2), policy(threshold=10, width=4, base=5, zeros="withheld")]),
)
def test_a_redelivery_and_a_release_after_it(register, rule):
    """Records come, go and change between two releases. The intruder knows the kinds of change that there were."""
    kinds = {c for _, c in register} | {"stays"}
    pairs = [((then(r, c)), [] if c == "goes" else [r]) for r, c in register]
    first = released(TABLES, [old for old, _ in pairs], rule)
    counts, found = released(TABLES, [now for _, now in pairs], rule, [first])
    judged = check_set(found.cubes, found.types, found.worlds)
    note(f"{judged.verdict} {len(found.worlds)} worlds, unproved {[len(u) for u in judged.unproved]}")
    assert judged.verdict is not Verdict.UNSAFE, judged.reason
    ones = [its[0] for its in everybody(VARIABLES, COURSES, 1)]
    domain = [((then(r, c)), [] if c == "goes" else [r]) for c in sorted(kinds) for r in ones]
    truth = [sum(p == one for p in pairs) for one in domain]
    try:
        assert narrow(counts, found.cubes, judged.unproved, types_of(counts, domain), truth, rule, 2_000, 20) == set()
    except TooLarge:
        pass


def test_what_was_printed_before_is_never_called_withheld():
    """The certificate of a release holds those before it as they were printed."""
    rule = policy(threshold=4, width=2)
    now = [[Record((("crisis", i % 2), ("geslacht", i // 2 % 2)), i % 3 % 2, COURSES[i % 2])] for i in range(40)]
    first = released(TABLES, now[:35], rule)
    counts, found = released(TABLES, now, rule, [first])
    n = len(first[0])
    for old, still in zip(first[1].cubes, found.cubes[n:]):
        assert np.array_equal(old.withheld, still.withheld) and np.array_equal(old.shown, still.shown)
    assert [c.earlier for c in counts] == [False] * n + [True] * n


@pytest.mark.parametrize("change", ["comes", "crisis"])
def test_a_person_of_both_releases_is_the_same_in_both(change):
    """No world gives a person who counts in both releases another form in one of them only: only who is new moves by records."""
    rule = policy(threshold=10, width=4, base=5, zeros="withheld")
    now = [Record((("crisis", i % 2), ("geslacht", i // 2 % 2)), i % 3 % 2, COURSES[i % 2]) for i in range(60)]
    old = [then(r, change) if i % 9 == 0 else [r] for i, r in enumerate(now)]
    first = released(TABLES, old, rule)
    counts, found = released(TABLES, [[r] for r in now], rule, [first])
    one = everybody(VARIABLES, COURSES, 1)
    kinds = [(then(r[0], c), [r[0]]) for r in one for c in ("stays", change)]
    allowed = {_atoms(cells, counts) for cells in types_of(counts, kinds)}
    types = found.types
    for t in range(len(types.count)):
        a, b = types.first[t], types.first[t + 1]
        assert tuple(sorted(zip(types.cube[a:b].tolist(), types.atom[a:b].tolist()))) in allowed


def _atoms(cells, counts):
    """The atoms of a person, from the cells that hold it."""
    found = []
    for i, c in enumerate(counts):
        mine = {place for (k, place) in cells if k == i}
        for atom in np.ndindex(c.cube.atoms.shape):
            held = {
                tuple(int(x) for x in place)
                for place in np.ndindex(c.cube.shape)
                if all(a in d.members[x] for a, d, x in zip(atom, c.cube.dimensions, place))
            }
            if mine and held == mine:
                found.append((i, int(np.ravel_multi_index(atom, c.cube.atoms.shape))))
    return tuple(sorted(found))
