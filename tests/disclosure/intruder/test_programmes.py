"""What lines tell together is found, and stopped; against every assignment of small numbers."""

from itertools import product
from types import SimpleNamespace

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.audit.model.facts import Facts
from celwacht.disclosure.intruder.sets.programmes import in_reach, told_together
from celwacht.disclosure.intruder.sets.repair import repair
from celwacht.disclosure.model.problem import UNBOUNDED, Relations
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import drawn

WIDTH = 2


def facts(true, sums, printed, base=1):
    """Cells, each printed (rounded to base) or a dot; sums: (total cell, parts), which hold."""
    n = len(true)
    least = np.where(printed, np.maximum(true - base // 2, 0), 0).astype(np.int64)
    greatest = np.where(printed, true + (base - 1) // 2, UNBOUNDED).astype(np.int64)
    first = np.cumsum([0, *(1 + len(p) for _, p in sums)])
    cell = np.concatenate([[t, *p] for t, p in sums]).astype(np.int32)
    coefficient = np.concatenate([[1] + [-1] * len(p) for _, p in sums]).astype(np.int64)
    zero = np.zeros(len(sums), np.int64)
    rows = Relations(first.astype(np.int64), cell, coefficient, zero, zero)
    return SimpleNamespace(facts=Facts(least, greatest, ~printed, rows), hidden=np.zeros(n, bool))


def possible(known, atoms, opened, most=8):
    """(least, greatest) of every cell over all assignments to the first cells, the atoms, of up to `most` each; the others are sums of these."""
    f, rows = known.facts, known.facts.relations
    x = np.zeros(((most + 1) ** atoms, len(f)), np.int64)
    x[:, :atoms] = list(product(range(most + 1), repeat=atoms))
    for r in range(len(rows)):
        its = rows.cell[rows.first[r] : rows.first[r + 1]]
        x[:, its[0]] = x[:, its[1:]].sum(1)
    fits = np.delete((x >= f.least) & (x <= f.greatest), opened, axis=1).all(1)
    return x[fits].min(0), x[fits].max(0)


TRIANGLE = [(3, (0, 1)), (4, (1, 2)), (5, (0, 2))]


def test_the_triangle():
    """Three dots of 1, their sums in pairs printed as 2: each is 0 to 2 line by line, and 1 together. One figure less, and nothing is told."""
    known = facts(np.array([1, 1, 1, 2, 2, 2]), TRIANGLE, np.array([False] * 3 + [True] * 3))
    found = narrow(known.facts.least, known.facts.greatest, known.facts.relations)
    width = np.array([WIDTH, 0, 0, 0, 0, 0])
    assert (found.least[0], found.greatest[0]) == (0, 2) and in_reach(found, width).tolist() == [0]
    (told,) = told_together(found, known.facts.relations, width, np.array([0]))
    assert told.cell == 0 and set(told.relations) == {0, 1, 2}
    done = repair(known, width, np.array([0, 0, 0, 3.0, 1.0, 2.0]))
    assert done.withhold.tolist() == [False] * 4 + [True, False] and done.together.sum() == 1 and not done.left.any()
    least, greatest = possible(known, 3, np.flatnonzero(done.withhold))
    assert greatest[0] - least[0] >= WIDTH


def test_only_whole_numbers_tell():
    """Two triangles of sums printed as 0 to 1, and a total of at least 2: fractions leave it 2 to 3, whole numbers 2 (T4 of safety.md)."""
    sums = [(6, (0, 1)), (7, (1, 2)), (8, (0, 2)), (9, (3, 4)), (10, (4, 5)), (11, (3, 5)), (12, (0, 1, 2, 3, 4, 5))]
    true = np.array([1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 2])
    known = facts(true, sums, np.array([False] * 6 + [True] * 6 + [False]))
    known.facts.least[6:12], known.facts.greatest[6:12], known.facts.least[12] = 0, 1, 2
    width = (np.arange(13) == 12).astype(np.int64)
    done = repair(known, width, np.ones(13))
    assert done.leaks.sum() == 0 and done.together.sum() == 1
    least, greatest = possible(known, 6, np.flatnonzero(done.withhold), most=3)
    assert greatest[12] - least[12] >= 1


def test_not_more_cells_are_asked_than_allowed():
    """And how many were left is told."""
    known = facts(np.array([1, 1, 1, 2, 2, 2]), TRIANGLE, np.array([False] * 3 + [True] * 3))
    done = repair(known, np.array([WIDTH, WIDTH, WIDTH, 0, 0, 0]), np.ones(6), programmes=1)
    assert (done.asked, done.beyond) == (1, 2)


@given(st.data())
@settings(max_examples=drawn(10, long=1000), deadline=None)
def test_after_the_repair_no_assignment_of_numbers_tells(data):
    """Any few sums over five numbers, some of them printed: every sensitive dot can be WIDTH apart afterwards, unless it is told to be left."""
    atoms = data.draw(st.lists(st.integers(0, 3), min_size=4, max_size=4))
    parts = data.draw(st.lists(st.sets(st.integers(0, 3), min_size=2, max_size=3), min_size=2, max_size=3))
    true = np.array([*atoms, *(sum(atoms[i] for i in p) for p in parts)])
    printed = np.array(data.draw(st.lists(st.booleans(), min_size=len(true), max_size=len(true))))
    known = facts(true, [(4 + n, tuple(sorted(p))) for n, p in enumerate(parts)], printed)
    width = np.where(~printed & (true > 0) & (np.arange(len(true)) < 4), WIDTH, 0)
    done = repair(known, width, true + 1.0)
    least, greatest = possible(known, 4, np.flatnonzero(done.withhold))
    assert ((greatest - least >= width) | done.left).all()
    assert not (done.withhold & ~printed).any() and (least <= true).all() and (true <= greatest).all()
