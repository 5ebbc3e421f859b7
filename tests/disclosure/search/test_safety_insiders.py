"""Providers who know their own clients, and coalitions of them: what they can infer from a table that the certificate calls safe,
judged by trying every table. And cases that anybody can recalculate."""

from itertools import combinations

import numpy as np
import pytest
from celwacht.disclosure.model.insiders import insiders_of
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube, roll_up
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import POLICIES, cubes, flat, leaf_sets, policy
from tests.disclosure.judge import TooLarge, facts_of_table, narrow
from tests.disclosure.proof.test_check_insiders import insiders
from tests.examples import drawn

SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def learned(cube, chosen, protected, theirs):
    """{(coalition, cell)} narrower than the width, but for cells of which a member has all."""
    most = int(cube.atoms.max(initial=0)) + 3 * chosen.width
    its, atoms_of = facts_of_table(leaf_sets(cube), protected.shown, protected.withheld, chosen.rounding_base, most)
    sensitive = [tuple(map(int, c)) for c in np.argwhere(chosen.sensitive(cube.cells))]
    own = {p: np.zeros(cube.atoms.size, np.int64) for p in set(theirs.who.tolist())}
    for atom, who, n in zip(theirs.atom.tolist(), theirs.who.tolist(), theirs.own.tolist()):
        own[who][atom] = n
    all_of = {
        p: {c for c in sensitive if roll_up(n.reshape(cube.atoms.shape), cube.dimensions)[c] == cube.cells[c]} for p, n in own.items()
    }
    found = set()
    for size in range(1, theirs.coalition + 1):
        for coalition in combinations(sorted(own), size):
            low = np.maximum(its.low, sum(own[p] for p in coalition))
            low = np.minimum(low, cube.atoms.ravel())  # a client of two is no two clients: the truth stays a world
            known = type(its)(its.first, its.cell, its.coefficient, its.least, its.greatest, low, its.high)
            forms = {c: (atoms_of[c], [1] * len(atoms_of[c])) for c in sensitive if not any(c in all_of[p] for p in coalition)}
            found |= {(coalition, cell) for cell in narrow(known, cube.atoms.ravel(), forms, chosen.width)}
    return found


def _judge(cube, chosen, theirs, key):
    protected = protect(cube, chosen, key=key, insiders=theirs)
    verdict = protected.check().verdict
    event(verdict.value)
    try:
        found = learned(cube, chosen, protected, theirs)
    except TooLarge:
        event("too large for the judge")
        return
    assert verdict is not Verdict.UNSAFE
    assert not (verdict is Verdict.SAFE and found), f"called safe, but they learn: {found}"


@st.composite
def registers(draw, most):
    """A cube, and whose clients its units are."""
    cube = draw(cubes(most=most))
    return cube, draw(insiders(cube, draw(st.sampled_from([1, 1, 1, 2]))))


@settings(max_examples=drawn(12, long=60), **SLOW)
@given(registers(4), st.sampled_from(POLICIES), st.binary(max_size=4))
def test_no_provider_learns_too_much(register, chosen, key):
    """Whatever the certificate calls safe against insiders."""
    _judge(register[0], chosen, register[1], key)


@pytest.mark.long
@settings(max_examples=3000, **SLOW)
@given(registers(6), st.sampled_from(POLICIES), st.binary(max_size=4))
def test_no_provider_learns_too_much_at_length(register, chosen, key):
    """The same at length."""
    _judge(register[0], chosen, register[1], key)


def test_a_provider_that_subtracts_its_own_clients():
    """Planted: of two rows 3 + 40 and 20 + 30 the 20 are all of one provider. Without insiders the four cells are withheld and enough for
    outsiders; whoever has the 20 knows that a 3 is no 4, and learns too much. With insiders that is seen, and mended."""
    cube = Cube("proef", (flat("A", 3), flat("B", 3)), np.array([[3, 40, 50], [20, 30, 60], [25, 35, 45]], np.int64))
    everybody = [(a, 10 * p + a, n // 2 + (n % 2) * (p == 0)) for a, n in enumerate(cube.atoms.ravel().tolist()) for p in (0, 1) if a != 3]
    theirs = insiders_of(*np.array([*everybody, (3, 7, 20)], np.int64).T)
    chosen = policy(threshold=5, width=5)
    off, on = protect(cube, chosen), protect(cube, chosen, insiders=theirs)
    assert off.check().verdict is Verdict.SAFE and on.check().verdict is Verdict.SAFE
    assert not learned(cube, chosen, on, theirs)
    leaking = []
    for key in range(12):  # the pattern for outsiders depends on the key; that with the 20 in it leaks
        off = protect(cube, chosen, key=bytes([key]))
        leaking.append(bool(learned(cube, chosen, off, theirs)))
        if off.withheld[2, 1] and leaking[-1]:
            break
    assert any(leaking)


def test_the_certificate_says_against_whom(tmp_path):
    """Insiders are kept with it; taken away from what was asked, or forged, it is no proof."""
    from dataclasses import replace

    from celwacht.disclosure.proof.certificate import read_certificate

    cube = Cube("proef", (flat("A", 3), flat("B", 3)), np.array([[3, 40, 50], [20, 30, 60], [25, 35, 45]], np.int64))
    theirs = insiders_of(np.arange(9), np.arange(9) % 4, cube.atoms.ravel(), 1)
    done = protect(cube, policy(threshold=5, width=3), insiders=theirs)
    done.save(tmp_path / "c.npz")
    read = read_certificate(tmp_path / "c.npz")
    assert read.check().verdict is done.check().verdict
    kept = read.problem.insiders
    assert kept.coalition == 1 and np.array_equal(kept.own, theirs.own)
    without = replace(read, worlds=replace(read.worlds, part=None))
    assert without.check().verdict is Verdict.INCONCLUSIVE
    forged = replace(kept, own=kept.own - (kept.own > 1))
    assert replace(read, problem=replace(read.problem, insiders=forged)).check().verdict is Verdict.UNSAFE
