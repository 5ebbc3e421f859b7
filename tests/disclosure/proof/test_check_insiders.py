"""What the checker for insiders answers, word for word, to tables that anybody can recalculate; and, on tables drawn at random,
whether it says the same as the definition: every coalition, one after the other, with the worlds that it holds possible."""

from itertools import combinations

import numpy as np
import pytest
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.insiders import Insiders, insiders_of
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.proof.insider_checker import check_insiders
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, flat
from tests.examples import drawn

PROVED = (Verdict.SAFE, "every sensitive cell is proved, against insiders as well")
OPEN = (Verdict.INCONCLUSIVE, "sensitive cells without proof against insiders")
WRONG = (Verdict.UNSAFE, "the insiders are not those of this table")


def worlds(*those):
    """Single worlds from {atom: difference}, each a layer of its own."""
    rows = [(k, a, w[a]) for k, w in enumerate(those) for a in sorted(w)]
    part, atom, difference = (np.array([r[i] for r in rows], np.int64) for i in range(3))
    return Worlds(np.searchsorted(part, np.arange(len(those) + 1)), atom, difference, part)


def shared(atoms, *rows, coalition=1):
    """Insiders from (atom, who, own); what nobody is named for is a provider's that has nothing else."""
    count = np.array(atoms, np.int64).ravel()
    named = np.zeros(count.size, np.int64)
    for atom, _, own in rows:
        named[atom] += own
    rest = [(a, 100 + a, count[a] - named[a]) for a in np.flatnonzero(count > named)]
    return insiders_of(*np.array([*rows, *rest], np.int64).reshape(-1, 3).T, coalition)


def ask(atoms, withheld, its, insiders, dimensions=None, threshold=5, width=2):
    """(verdict, reason, unproved) for a table in which what is not withheld is printed as it is."""
    atoms = np.array(atoms, np.int64)
    dimensions = dimensions or tuple(flat("AB"[i], n) for i, n in enumerate(atoms.shape))
    problem = CubeProblem(
        atoms, tuple(d.members for d in dimensions), np.zeros([d.n_codes for d in dimensions], np.int64), threshold, 1, width
    )
    problem = CubeProblem(atoms, problem.members, problem.value.reshape(problem.shape), threshold, 1, width, insiders=insiders)
    pattern = np.zeros(problem.shape, np.uint8)
    for place in withheld:
        pattern[place] = Status.SECONDARY
    result = check_insiders(problem, pattern, its)
    return result.verdict, result.reason, result.unproved.tolist()


ROW = [4, 5, 11]  # cells: total, then the three
WITH_11 = [{0: 1, 2: -1}, {0: -1, 2: 1}]
WITH_5 = [{0: 1, 1: -1}, {0: -1, 1: 1}]


@pytest.mark.parametrize(
    ("its", "rows", "coalition", "expected"),
    [
        # the 11 are one provider's: it knows that they are not 10
        (WITH_11, [(0, 1, 2), (0, 2, 2)], 1, (*OPEN, [1])),
        (WITH_11 + WITH_5, [(0, 1, 2), (0, 2, 2), (1, 1, 3), (1, 2, 2)], 1, (*PROVED, [])),
        # against two at once: 1 and 2 have all of the 5, and of the 4
        (WITH_11 + WITH_5, [(0, 1, 2), (0, 2, 2), (1, 1, 3), (1, 2, 2)], 2, (*OPEN, [1])),
        # the 11 are shared: nobody knows better, by themselves
        (WITH_11, [(0, 1, 2), (0, 2, 2), (2, 1, 6), (2, 2, 5)], 1, (*PROVED, [])),
        # the 4 are one provider's, who has all of the cell and nothing to learn of it
        (WITH_11, [(0, 1, 4), (2, 1, 5), (2, 2, 6)], 1, (*PROVED, [])),
        # one has all of the 4 but one
        (WITH_11, [(0, 1, 3), (0, 2, 1), (2, 1, 5), (2, 2, 6)], 1, (*PROVED, [])),
    ],
)
def test_a_row_of_three(its, rows, coalition, expected):
    assert ask(ROW, [1, 2, 3], worlds(*its), shared(ROW, *rows, coalition=coalition)) == expected


def test_what_is_no_world_is_refused():
    safe = shared(ROW, (0, 1, 2), (2, 1, 6))
    negative = (Verdict.UNSAFE, "a world has a negative count, or names an atom twice", [])
    printed = (Verdict.UNSAFE, "a single world would be printed differently", [])
    assert ask(ROW, [1, 2, 3], worlds({0: -5, 2: 5}), safe) == negative
    assert ask(ROW, [1, 2], worlds({0: -1, 2: 1}), safe) == printed
    twice = Worlds(np.array([0, 2]), np.array([0, 0]), np.array([-1, 1]), np.array([0, 0]))
    assert ask(ROW, [1, 2, 3], twice, safe) == negative


@pytest.mark.parametrize(
    "forged",
    [
        Insiders(np.array([0, 1, 2]), np.array([1, 1, 1]), np.array([4, 5, 11]), 0),  # against nobody
        Insiders(np.array([0, 1]), np.array([1, 1]), np.array([4, 5])),  # nobody has the 11
        Insiders(np.array([0, 1, 2]), np.array([1, 1, 1]), np.array([4, 5, 12])),  # more than there are
        Insiders(np.array([0, 1, 2]), np.array([1, 1, 1]), np.array([4, 5, 10])),  # one is nobody's client
        Insiders(np.array([0, 2, 1]), np.array([1, 1, 1]), np.array([4, 11, 5])),  # out of order
        Insiders(np.array([0, 0, 1, 2]), np.array([1, 1, 1, 1]), np.array([2, 2, 5, 11])),  # the same one twice
        Insiders(np.array([0, 1, 2]), np.array([1, 1, -1]), np.array([4, 5, 11])),
        Insiders(np.array([0, 1, 3]), np.array([1, 1, 1]), np.array([4, 5, 11])),  # no such atom
    ],
)
def test_forged_insiders_are_no_proof(forged):
    assert ask(ROW, [1, 2, 3], worlds(*WITH_11, *WITH_5), forged)[:2] == WRONG


def by_definition(cube, its, insiders, threshold, width):
    """Sensitive cells that some coalition finds too narrow: every coalition, every world, cell by cell."""
    codes = [[set(map(int, m)) for m in d.members] for d in cube.dimensions]
    place = np.stack(np.unravel_index(np.arange(cube.atoms.size), cube.atoms.shape), 1)
    count, own = cube.atoms.ravel(), {}
    for atom, who, n in zip(insiders.atom.tolist(), insiders.who.tolist(), insiders.own.tolist()):
        own.setdefault(who, np.zeros(count.size, np.int64))[atom] = n
    narrow = set()
    for c in np.ndindex(cube.shape):
        atoms = [a for a, at in enumerate(place) if all(int(x) in codes[i][k] for i, (k, x) in enumerate(zip(c, at)))]
        if not 0 < count[atoms].sum() < threshold:
            continue
        asking = [p for p in own if own[p][atoms].sum() < count[atoms].sum()]
        for size in range(insiders.coalition + 1):
            for coalition in combinations(asking, size):
                known = sum((own[p] for p in coalition), np.zeros(count.size, np.int64))
                kept = [sum(w.get(a, 0) for a in atoms) for w in its if all(d > 0 or count[a] + d >= known[a] for a, d in w.items())]
                if max([0, *kept]) - min([0, *kept]) < width:
                    narrow.add(int(np.ravel_multi_index(c, cube.shape)))
    return sorted(narrow)


@st.composite
def insiders(draw, cube, coalition, most=4):
    """Every unit of every atom is somebody's client; now and then also somebody else's."""
    rows = []
    for atom, n in enumerate(cube.atoms.ravel().tolist()):
        whose = draw(st.lists(st.integers(0, most - 1), min_size=n, max_size=n))
        rows += [(atom, p, whose.count(p)) for p in set(whose)]
        if n and draw(st.integers(0, 5)) == 0:
            rows += [(atom, most, draw(st.integers(1, n)))]
    return insiders_of(*np.array(rows, np.int64).reshape(-1, 3).T, coalition)


@settings(max_examples=drawn(24, long=150), deadline=None)
@given(cubes(most=4), st.data(), st.sampled_from([1, 2, 3]), st.sampled_from([1, 1, 2, 3]))
def test_as_the_definition_says(cube, data, width, coalition):
    """Everything withheld, so that anything is a world that takes nobody away who is not there."""
    n = cube.atoms.size
    each = st.dictionaries(st.integers(0, n - 1), st.integers(-2, 2).filter(bool), min_size=1, max_size=3)
    its = [{a: max(d, -int(cube.atoms.ravel()[a])) for a, d in w.items()} for w in data.draw(st.lists(each, max_size=12))]
    its = [w for w in ({a: d for a, d in w.items() if d} for w in its) if w]
    theirs = data.draw(insiders(cube, coalition))
    answer = ask(cube.atoms, [tuple(c) for c in np.ndindex(cube.shape)], worlds(*its), theirs, cube.dimensions, width=width)
    expected = by_definition(cube, its, theirs, 5, width)
    assert answer == ((*OPEN, expected) if expected else (*PROVED, []))


def test_what_insiders_know_is_said_once():
    assert intruder.knowledge("nl", insiders=1)[-1] == "een aanbieder, die de eigen cliënten kent"
    assert intruder.knowledge("en", insiders=2)[-1] == "any 2 providers together, who know their own clients"
    assert len(intruder.knowledge()) == 1
