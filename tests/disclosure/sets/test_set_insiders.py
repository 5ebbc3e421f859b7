"""Planted insiders over sets (T6, T7 of the threat model): one provider, or several together, take their own clients off every table.

Each case is SAFE for an outsider and leaks to an insider; the checker for insiders says so, and with a world that the insider cannot rule out it
is proved. Every answer is held against brute force over all numbers of units per type.
"""

from itertools import product

import numpy as np
import pytest
from celwacht.disclosure.model.insiders import insiders_of
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.sets.set_checker import check_set
from celwacht.disclosure.sets.set_insiders import check_set_insiders

from tests.disclosure.sets.test_set_checker import cube, types, worlds

X, Y, Z = 0, 1, 2
# Two tables of the same people: by gemeente (of A and B; the total is printed), and by form of help (withheld both).
PLACE = cube("plaats", [{0, 1}, {0}, {1}], 2, [23, 0, 0], [0, 1, 1], threshold=13, width=2)
FORM = cube("vorm", [{0}, {1}], 2, [0, 0], [1, 1], threshold=13, width=2)


def holders(*rows, coalition=1):
    kind, who, own = zip(*rows)
    return insiders_of(np.array(kind), np.array(who), np.array(own), coalition)


# T6: twelve in A, eleven clients of X and one of Y; eleven in B, of Z. Types: A with form 0, B with form 1, A with form 1.
T6 = types((12, [(0, 0), (1, 0)]), (11, [(0, 1), (1, 1)]), (0, [(0, 0), (1, 1)]))
HELD = holders((0, X, 11), (0, Y, 1), (1, Z, 11))


def test_an_outsider_sees_nothing_and_a_provider_subtracts_its_own():
    """The worlds take two of A away, or put two in: X, who has eleven of the twelve, knows that ten is none, and sees 12 to 13."""
    those = worlds({0: -2, 1: 2}, {0: 1, 1: -1})
    assert check_set((PLACE, FORM), T6, those).verdict is Verdict.SAFE
    told = check_set_insiders((PLACE, FORM), T6, those, HELD)
    assert told.verdict is Verdict.INCONCLUSIVE and [u.tolist() for u in told.unproved] == [[1, 2], [0, 1]]


def test_proved_where_a_world_is_left_to_each():
    """One less for X (who has eleven) and one less for Z (ten of eleven): every provider is left with 2 apart."""
    shared = holders((0, X, 10), (0, Y, 2), (1, Z, 9), (1, Y, 2))
    those = worlds({0: -2, 1: 2}, {0: 2, 1: -2}, {0: -1, 1: 1}, {0: 1, 1: -1})
    assert check_set_insiders((PLACE, FORM), T6, those, shared).verdict is Verdict.SAFE


def test_two_together_know_what_neither_knows():
    """T7: X and Y have all twelve of A between them, and A alone is nothing that either has whole."""
    those = worlds({0: -2, 1: 2}, {0: 2, 1: -2})
    rows = (0, X, 6), (0, Y, 6), (1, Z, 5), (1, 3, 6)
    assert check_set_insiders((PLACE, FORM), T6, those, holders(*rows)).verdict is Verdict.SAFE
    told = check_set_insiders((PLACE, FORM), T6, worlds({0: -2, 1: 2}), holders(*rows, coalition=2))
    assert told.verdict is Verdict.INCONCLUSIVE and 1 in told.unproved[0]


def test_whoever_has_all_of_a_cell_learns_nothing_of_it():
    one = types((3, [(0, 0)]), (4, [(0, 1)]))
    parts = cube("delen", [{0, 1}, {0}, {1}], 2, [7, 0, 0], [0, 1, 1], threshold=5)
    told = check_set_insiders((parts,), one, worlds({0: 1, 1: -1}, {0: -1, 1: 1}), holders((0, X, 3), (1, Y, 3), (1, Z, 1)))
    assert [u.tolist() for u in told.unproved] == [[2]]  # of the 4, X knows that its own three are not two, and so not five


def test_insiders_of_other_types_are_refused():
    assert check_set_insiders((PLACE, FORM), T6, worlds(), holders((0, X, 13), (1, Z, 11))).verdict is Verdict.UNSAFE
    assert check_set_insiders((PLACE, FORM), T6, worlds(), holders((0, X, 12))).verdict is Verdict.UNSAFE


def test_a_false_world_is_refused_before_insiders_are_asked():
    assert check_set_insiders((PLACE, FORM), T6, worlds({0: -1}), HELD).verdict is Verdict.UNSAFE


@pytest.mark.parametrize("seed", range(20))
def test_what_is_proved_no_insider_can_narrow(seed):
    """Random types, tables and holders: with all numbers of units possible, a coalition narrows no cell that is called proved."""
    draw = np.random.Generator(np.random.PCG64(seed))
    n, coalition = int(draw.integers(2, 5)), int(draw.integers(1, 3))
    atoms = draw.integers(0, 2, (n, 2))
    counts = draw.integers(0, 4, n)
    its = types(*[(int(k), [(0, int(a)), (1, int(b))]) for k, (a, b) in zip(counts, atoms)])
    cubes = []
    for c in range(2):
        parts = [int(counts[atoms[:, c] == a].sum()) for a in (0, 1)]
        hidden = [p < 4 or bool(draw.integers(0, 2)) for p in parts]
        cubes.append(
            cube(str(c), [{0, 1}, {0}, {1}], 2, [sum(parts), *np.where(hidden, 0, parts)], [sum(parts) < 4, *hidden], threshold=4, width=2)
        )
        cubes[-1].shown[0] = 0 if sum(parts) < 4 else sum(parts)
    rows = [(k, int(draw.integers(0, 3)), 1) for k in range(n) for _ in range(int(counts[k]))]
    if not rows:
        return
    held = holders(*rows, coalition=coalition)
    all_worlds = []
    for change in product(range(-2, 3), repeat=n):
        its_world = {k: d for k, d in enumerate(change) if d}
        ok = its_world and all(counts[k] + d >= 0 for k, d in its_world.items())
        if ok and check_set(tuple(cubes), its, worlds(its_world)).verdict is not Verdict.UNSAFE:
            all_worlds.append(its_world)
    picked = [w for w in all_worlds if draw.integers(0, 2)]
    told = check_set_insiders(tuple(cubes), its, worlds(*picked), held)
    assert told.verdict is not Verdict.UNSAFE
    own = {p: np.array([sum(1 for k, who, _ in rows if k == t and who == p) for t in range(n)]) for p in range(3)}
    for who in [(p,) for p in range(3)] + ([(0, 1), (0, 2), (1, 2)] if coalition == 2 else []):
        known = sum(own[p] for p in who)
        left = [np.array([w.get(k, 0) for k in range(n)]) for w in all_worlds]
        left = [w for w in left if (counts + w >= known).all()] + [np.zeros(n, np.int64)]
        for c in range(2):
            for cell, inside in enumerate((np.ones(n, bool), atoms[:, c] == 0, atoms[:, c] == 1)):
                value = int(counts[inside].sum())
                whole = any(own[p][inside].sum() == value for p in who)
                if 0 < value < 4 and cell not in told.unproved[c] and not whole:
                    seen = [int((counts + w)[inside].sum()) for w in left]
                    assert max(seen) - min(seen) >= 2
