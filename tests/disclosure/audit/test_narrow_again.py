"""Bounds that are followed again after cells were widened are those of following all lines anew, and each step of their log follows from those before it."""

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import cells_to_relations, extremes, narrow, narrow_again, printable, telling
from celwacht.disclosure.audit.bounds.line_kernel import GREATEST, LEAST
from celwacht.disclosure.model.problem import UNBOUNDED, relations
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import drawn


def test_only_what_stood_on_it_opens():
    """19 = x + 15, 7 = z + 3, and u = x + z: with 15 withheld x is open to 19, z = 4 stays, and u follows both."""
    x, z, u, fifteen, three, nineteen, seven = range(7)
    rows = relations([((nineteen, x, fifteen), (1, -1, -1), 0, 0), ((seven, z, three), (1, -1, -1), 0, 0), ((u, x, z), (1, -1, -1), 0, 0)])
    least = np.array([0, 0, 0, 15, 3, 19, 7])
    greatest = np.array([UNBOUNDED] * 3 + [15, 3, 19, 7])
    found = narrow(least, greatest, rows)
    assert found.least.tolist() == found.greatest.tolist() == [4, 4, 8, 15, 3, 19, 7]
    least[fifteen], greatest[fifteen] = 0, UNBOUNDED
    again = narrow_again(found, np.array([fifteen]), least, greatest, rows)
    assert again.least.tolist() == [0, 4, 4, 0, 3, 19, 7] and again.greatest.tolist() == [19, 4, 23, 19, 3, 19, 7]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=drawn(48, 3_000), deadline=None)
def test_the_same_as_anew(seed):
    rnd = np.random.default_rng(seed)
    n = int(rnd.integers(4, 14))
    true = rnd.integers(0, 12, n)
    rows = []
    for _ in range(int(rnd.integers(2, 12))):
        its = rnd.choice(n, int(rnd.integers(2, min(n, 5) + 1)), replace=False)
        c = rnd.choice([-2, -1, 1, 1, 1], len(its))
        value = int((c * true[its]).sum())
        low, high = (value, value) if rnd.random() < 0.7 else (value - int(rnd.integers(0, 3)), value + int(rnd.integers(0, 3)))
        rows.append((tuple(its.tolist()), tuple(c.tolist()), low, high if rnd.random() < 0.9 else UNBOUNDED))
    lines = relations(rows)
    shown = rnd.random(n) < 0.6
    least, greatest = np.where(shown, true, 0), np.where(shown, true, UNBOUNDED)
    found = narrow(least, greatest, lines)
    for _ in range(3):
        widened = rnd.choice(n, int(rnd.integers(1, 3)), replace=False)
        least[widened], greatest[widened] = 0, UNBOUNDED
        found, anew = narrow_again(found, widened, least, greatest, lines), narrow(least, greatest, lines)
        assert (
            np.array_equal(found.least, anew.least) and np.array_equal(found.greatest, anew.greatest) and found.broken == anew.broken == -1
        )
        assert_each_step_follows(found, rows, least, greatest)
    low, high = extremes(found.least, found.greatest, lines)
    told, through = telling(found.least, found.greatest, lines)
    assert np.array_equal(told, (low < lines.least) | (high > lines.greatest))
    assert np.array_equal(through, np.bincount(lines.cell[told[lines.relation]], minlength=n))


def assert_each_step_follows(found, rows, least, greatest):
    """In Python's own whole numbers: what the line leaves to the cell by the bounds so far is the bound of the log."""
    bound = [[int(a), int(b)] for a, b in zip(least, greatest)]
    for cell, side, told, r in found.log.tolist():
        its, c, low, high = rows[r]
        own = dict(zip(its, c))[cell]
        others = [(f, bound[i]) for i, f in zip(its, c) if i != cell]
        if (side == GREATEST) == (own > 0):  # own * x <= high - least of the others
            ends = [b[0] if f > 0 else b[1] for f, b in others]
            room = high - sum(f * e for (f, _), e in zip(others, ends))
        else:
            ends = [b[1] if f > 0 else b[0] for f, b in others]
            room = low - sum(f * e for (f, _), e in zip(others, ends))
        assert all(e < UNBOUNDED // 2 for e in ends)
        assert told == (-(-room // own) if side == LEAST else room // own)
        bound[cell][side] = told
    assert bound == [[int(a), int(b)] for a, b in zip(found.least, found.greatest)]


def test_what_may_be_printed_again():
    """x + y = 8 and x + z = 9, z 5, y 4, x 4 sensitive: with z and y withheld either would tell x; where 8 is withheld, y may be printed."""
    x, y, z, eight, nine = range(5)
    lines = relations([((eight, x, y), (1, -1, -1), 0, 0), ((nine, x, z), (1, -1, -1), 0, 0)])
    width = np.array([3, 0, 0, 0, 0])
    through = cells_to_relations(lines, 5)
    for withheld, stay in (([], [False, False]), ([eight], [True, False])):
        low, high = np.array([0, 0, 0, 8, 9]), np.array([UNBOUNDED] * 3 + [8, 9])
        low[withheld], high[withheld] = 0, UNBOUNDED
        found = narrow(low, high, lines)
        told, after = printable(found, np.array([y, z]), np.array([4, 5]), np.array([4, 5]), width, lines, through)
        assert told.tolist() == stay
        assert (after.least[y], after.greatest[y]) == ((4, 4) if stay[0] else (found.least[y], found.greatest[y]))
        assert after.greatest[x] - after.least[x] >= 3
