"""Protection against people who are alone in a combination of the finest classes: judged by trying every table."""

from dataclasses import replace

import numpy as np
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.search.cubes.guard import owners
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.disclosure.oracle import TooLarge, facts_of, intervals
from tests.examples import drawn

MOST = 40


def cube_of(atoms) -> Cube:
    """A flat table with all margins."""
    atoms = np.array(atoms, np.int64)
    dimensions = tuple(from_tree(f"d{i}", {"T": [f"{i}{j}" for j in range(n)]}, "T") for i, n in enumerate(atoms.shape))
    return Cube("t", dimensions, atoms)


def their_facts(cube: Cube, person: int):
    """What somebody alone in an atom knows beside the table: their own cells of 1, by the definition."""
    matrix = [d.matrix().astype(bool) for d in cube.dimensions]
    at = np.unravel_index(person, cube.atoms.shape)
    for place in np.ndindex(cube.shape):
        if cube.cells[place] == 1 and all(m[c, leaf] for m, c, leaf in zip(matrix, place, at)):
            yield place


policies = st.builds(
    lambda t, w: read_policy("strict").model_copy(update={"threshold": t, "width": w, "singletons": True}),
    st.integers(3, 5),
    st.integers(1, 4),
)
tables = st.integers(2, 3).flatmap(
    lambda n: st.lists(st.lists(st.sampled_from([0, 1, 1, 2, 3, 6, 9]), min_size=3, max_size=3), min_size=n, max_size=n)
)


@given(tables, policies)
@settings(max_examples=drawn(10, long=60), deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_nobody_who_is_alone_learns_more_than_the_width_allows(atoms, policy):
    cube = cube_of(atoms)
    found = protect(cube, policy, singletons=True)
    assume(found.check().verdict is Verdict.SAFE)
    facts = facts_of([[set(map(int, m)) for m in d.members] for d in cube.dimensions], found.shown, found.withheld, 1)
    truth = cube.atoms.ravel().tolist()
    for person in np.flatnonzero(cube.atoms.ravel() == 1).tolist():
        own = set(their_facts(cube, person))
        known = [(p, a, 1, 1) if p in own else (p, a, low, high) for p, a, low, high in facts]
        wanted = {tuple(map(int, p)) for p in np.argwhere(policy.sensitive(cube.cells))} - own
        try:
            told = intervals(known, truth, wanted, MOST, policy.width)
        except TooLarge:
            return
        for place, (low, high) in told.items():
            assert high - low >= policy.width, (person, place)


def test_a_neighbour_of_one_and_what_it_costs():
    """Two withheld cells in a line, one of them 1: without singletons allowed, with them not."""
    cube = cube_of([[1, 4, 20], [20, 30, 40], [25, 35, 45]])
    policy = read_policy("strict").model_copy(update={"threshold": 5, "width": 2})
    without, with_them = protect(cube, policy), protect(cube, policy, singletons=True)
    assert without.check().verdict is Verdict.SAFE and with_them.check().verdict is Verdict.SAFE
    assert with_them.withheld.sum() >= without.withheld.sum()
    line = with_them.withheld[1, 1:]  # the row with 1 and 4: a third cell, or the total, must go
    assert line.sum() == 3 or with_them.withheld[1, 0]


def test_owners_are_those_who_are_alone():
    cube = cube_of([[1, 0], [1, 5]])
    who = owners(cube).reshape(cube.shape)
    assert who[1, 1] == who[1, 0] == 0  # alone in the atom, and in the row
    assert who[2, 1] == 2 and who[0, 1] == -1  # the column holds two


def forged(found, **changes) -> Verdict:
    """The verdict on a certificate with some of its arrays exchanged."""
    w = found.worlds
    worlds = Worlds(*(changes.get(n, getattr(w, n)) for n in ("first", "unknown", "difference", "part")))
    certificate = found.certificate()
    return replace(certificate, problem=replace(certificate.problem, singletons=True), worlds=worlds).check().verdict


def test_the_checker_wants_single_worlds():
    """Worlds of one layer put together, or taken apart, are not what was claimed."""
    cube = cube_of([[1, 4, 20, 3], [2, 30, 40, 50], [25, 1, 45, 6]])
    policy = read_policy("strict").model_copy(update={"threshold": 5, "width": 2})
    found = protect(cube, policy, singletons=True)
    assert found.check().verdict is Verdict.SAFE
    n = len(found.worlds.unknown)
    assert forged(found, part=np.arange(n, dtype=np.int32)) is Verdict.UNSAFE  # single rows are no worlds
    together = forged(found, part=np.zeros(n, np.int32))
    assert together is Verdict.UNSAFE  # names atoms twice
    plain = protect(cube, policy)
    claim = np.arange(len(plain.worlds.first) - 1).repeat(np.diff(plain.worlds.first)).astype(np.int32)
    assert forged(plain, part=claim) in (Verdict.INCONCLUSIVE, Verdict.UNSAFE)
