"""Cubes, blocks and pieces of a proof as rows, done elsewhere in any order and more than once: the same to the byte. tests/spark has Spark itself."""

import pickle

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.proof import certificate
from celwacht.disclosure.proof.certificate import Certificate
from celwacht.disclosure.search.cubes.protect_cube import Asked, ended, protect
from celwacht.publish.sets.spread_tables import searched

from tests.disclosure.search.test_box_search import ROUNDED, country

CUBES = [country(1, n=12), country(2, n=5), country(3, n=1, most=0)]


def astray(function, shared, rows):
    """A Spread that loses half of what was done, and does it again, last rows first; everything travels as bytes."""
    done = {}
    for again in (False, True):
        for number, (which, row) in reversed(list(enumerate(rows))):
            if again or number % 2:
                done[number] = function(*pickle.loads(pickle.dumps((shared[which], row))))
    return iter([pickle.loads(pickle.dumps(done[number])) for number in range(len(rows))])


@pytest.fixture(scope="module")
def parts():
    return [protect(cube, ROUNDED, key=b"k") for cube in CUBES]


@pytest.mark.long
def test_blocks_of_several_tables_in_any_order(parts):
    asked = [Asked(cube, ROUNDED, key=b"k") for cube in CUBES]
    first, done = searched(asked, astray)
    assert [len(one) for one in done] == [6, 6, 0]
    for n, here in enumerate(parts):
        there = ended(asked[n], first[n], done[n])
        for a, b in ((here.status, there.status), (here.shown, there.shown), *zip(arrays(here.worlds), arrays(there.worlds))):
            assert a.dtype == b.dtype and np.array_equal(a, b)


def test_a_proof_in_pieces_has_the_verdict_of_the_whole(parts, monkeypatch):
    """Also where a cell needs two worlds of two pieces, where worlds are missing, and where one of them is none."""
    monkeypatch.setattr(certificate, "PIECE", 1)
    whole = parts[0].certificate()
    assert len(whole.worlds) > 5 and whole.check(astray).verdict is whole.check().verdict is Verdict.SAFE
    few = Certificate(whole.problem, whole.pattern, taken(whole.worlds, len(whole.worlds) // 2))
    one, other = few.check(), few.check(astray)
    assert one.verdict is other.verdict is Verdict.INCONCLUSIVE and np.array_equal(one.unproved, other.unproved)
    none = Certificate(whole.problem, whole.pattern, taken(whole.worlds, 0))
    assert none.check(astray).verdict is Verdict.INCONCLUSIVE
    wrong = whole.worlds.difference.copy()
    wrong[whole.worlds.first[3]] += 10_000
    false = Certificate(whole.problem, whole.pattern, Worlds(whole.worlds.first, whole.worlds.unknown, wrong))
    one, other = false.check(), false.check(astray)
    assert one.verdict is other.verdict is Verdict.UNSAFE and one.reason == other.reason and "world 3 " in one.reason


def arrays(worlds):
    return worlds.first, worlds.unknown, worlds.difference, worlds.scale


def taken(worlds, n):
    end = worlds.first[n]
    return Worlds(worlds.first[: n + 1], worlds.unknown[:end], worlds.difference[:end])
