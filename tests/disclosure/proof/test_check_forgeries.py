"""What the certificate checker answers, word for word, to tables and worlds of a few cells that anybody can
recalculate.

One dimension unless said: code 0 is the total of leaves a, b, .. The intervals are in the comments.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict

from tests.disclosure.cubes import flat, judged, sets, two_levels

PROVED = (Verdict.SAFE, "every sensitive cell is proved")
OPEN = (Verdict.INCONCLUSIVE, "sensitive cells without proof")


def worlds(*those, kind=np.int64, difference=np.int32):
    """Worlds from {atom: difference} or [(atom, difference), ..], in arrays of these kinds."""
    rows = [list(w.items()) if isinstance(w, dict) else list(w) for w in those]
    return SimpleNamespace(
        first=np.cumsum([0] + [len(w) for w in rows]),
        unknown=np.array([a for w in rows for a, _ in w], kind),
        difference=np.array([d for w in rows for _, d in w], difference),
        scale=np.ones(len(rows), np.int64),
    )


def ask(atoms, withheld, its, dimensions=None, threshold=3, base=1, width=2, shown=None, levels=None):
    """(verdict, reason, unproved) for a table in which what is not withheld is printed as it should be."""
    atoms = np.array(atoms, np.int64)
    dimensions = dimensions or tuple(flat("AB"[i], n) for i, n in enumerate(atoms.shape))
    cells = atoms
    for axis, d in enumerate(dimensions):
        cells = np.stack([np.take(cells, m, axis).sum(axis) for m in d.members], axis)
    marks = np.zeros(cells.shape, bool)
    for place in withheld:
        marks[place] = True
    printed = np.where(marks, 0, (2 * cells + base) // (2 * base) * base) if shown is None else np.array(shown)
    result = judged(
        atoms, tuple(d.members for d in dimensions), printed, marks, its, threshold=threshold, base=base, width=width, levels=levels
    )
    assert result.unproved.dtype == np.int64 and (result.verdict is Verdict.INCONCLUSIVE) == bool(result.unproved.size)
    return result.verdict, result.reason, result.unproved.tolist()


# 4 is 1 + 3, total printed: 1 may be 0..4
@pytest.mark.parametrize(
    ("its", "width", "expected"),
    [
        ([{0: 2, 1: -2}], 2, PROVED),
        ([{0: 2, 1: -2}], 3, OPEN),
        ([{0: -1, 1: 1}, {0: 1, 1: -1}], 2, PROVED),
        ([{0: -1, 1: 1}, {0: 3, 1: -3}], 4, PROVED),
        ([{0: -1, 1: 1}, {0: 3, 1: -3}], 5, OPEN),
        ([{0: 3, 1: -3}], 3, PROVED),
        ([], 2, OPEN),
        ([{}, {}], 2, OPEN),
        ([{0: 1, 1: -1}, {}, {0: -1, 1: 1}], 2, PROVED),
        ([{0: -2, 1: 2}], 2, (Verdict.UNSAFE, "world 0 has a negative count, or names an atom twice")),
        ([{0: 1, 1: -1}, {0: 4, 1: -4}], 2, (Verdict.UNSAFE, "world 1 has a negative count, or names an atom twice")),
        ([{0: 2, 1: -1}], 2, (Verdict.UNSAFE, "world 0 would be printed differently")),
        ([{0: 2, 1: -2}, {0: -1}], 2, (Verdict.UNSAFE, "world 1 would be printed differently")),
        ([[(1, -2), (0, 2)]], 2, (Verdict.UNSAFE, "world 0 has a negative count, or names an atom twice")),
        ([[(0, 1), (0, 1), (1, -2)]], 2, (Verdict.UNSAFE, "world 0 has a negative count, or names an atom twice")),
        ([[(0, 2), (1, -1), (1, -1)]], 2, (Verdict.UNSAFE, "world 0 has a negative count, or names an atom twice")),
    ],
)
def test_two_parts(its, width, expected):
    """Word for word."""
    assert ask([1, 3], [1, 2], worlds(*its), width=width)[:2] == expected


def test_the_cells_without_proof_are_named():
    """3 3 rows: cell (1, 1) is proved, (2, 2) is not; flat positions."""
    atoms, everything = [[1, 5, 9], [9, 2, 5], [9, 9, 9]], [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert ask(atoms, everything, worlds({0: -1, 1: 1, 3: 1, 4: -1}, {0: 2, 1: -2, 3: -2, 4: 2}), width=3) == (*PROVED, [])
    assert ask(atoms, everything, worlds({0: 2, 1: -2, 3: -2, 4: 2}), width=3) == (*OPEN, [5, 10])
    assert ask(atoms, [*everything, (1, 0), (0, 1)], worlds({0: 3}, {4: 0}), width=3, shown=None)[0] is Verdict.UNSAFE
    assert ask(atoms, [*everything, (1, 0), (0, 1), (0, 0)], worlds({0: 3}), width=3) == (*OPEN, [10])


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint64, np.uint32, np.uint8])
def test_atoms_named_more_than_once_in_any_kind_of_number(kind):
    """2 is 1 + 1: 0..2. Named three times each, every entry by itself keeps the atom at or above 0, together they do
    not."""
    forged = worlds([(0, -1), (1, 1)] * 3, kind=kind)
    assert ask([1, 1], [1, 2], forged, threshold=2, width=3)[0] is not Verdict.SAFE


def test_differences_are_whole():
    """Half a person moves nobody."""
    its = worlds({0: 1, 1: -1})
    its.difference = np.array([1.5, -1.5])
    assert ask([1, 3], [1, 2], its, width=1)[0] is Verdict.SAFE
    its.difference = np.array([0.5, -0.5])
    assert ask([1, 3], [1, 2], its, width=1)[0] is not Verdict.SAFE


@pytest.mark.parametrize(
    ("count", "base", "printed"),
    [
        (5, 10, 10),
        (4, 10, 0),
        (15, 10, 20),
        (14, 10, 10),
        (2, 5, 0),
        (3, 5, 5),
        (7, 5, 5),
        (8, 5, 10),
        (1, 3, 0),
        (2, 3, 3),
        (9, 1, 9),
        (3, 6, 6),
    ],
)
def test_rounding_halves_go_up(count, base, printed):
    """A wrong figure is refused, the right one passes, at every turn of the rounding."""
    for shown in (printed - base, printed, printed + base):
        answer = ask([count], [], worlds(), threshold=1, base=base, shown=[shown, shown])
        right = PROVED if printed else (Verdict.UNSAFE, "a sensitive cell is printed")
        wrong = (Verdict.UNSAFE, "a printed figure is not what the policy prints") if printed else right
        assert answer[:2] == (right if shown == printed else wrong)


@pytest.mark.parametrize(
    ("threshold", "base", "sensitive"),
    [(3, 1, {1, 2}), (5, 5, {1, 2}), (10, 5, {1, 2, 3, 4, 5, 6, 7}), (6, 3, {1, 2, 3, 4}), (10, 10, {1, 2, 3, 4}), (1, 1, set())],
)
def test_what_is_sensitive(threshold, base, sensitive):
    """Not zero, and printed below the threshold."""
    for count in range(15):
        answer = ask([count, 40], [0, 1], worlds(), threshold=threshold, base=base)
        assert (answer[:2] == OPEN) == (count in sensitive)
        answer = ask([count, 40], [0], worlds(), threshold=threshold, base=base)
        assert (answer[1] == "a sensitive cell is printed") == (count in sensitive)


@pytest.mark.parametrize(
    ("asked", "its", "expected"),
    [
        # further rules ask of 6 and 7, which are no small cells: so far below, so far above, so far apart
        ((0, 0, 0), [], PROVED),
        ((0, 0, 2), [], OPEN),
        ((0, 0, 2), [{0: 2, 1: -2}], PROVED),
        ((0, 0, 3), [{0: 2, 1: -2}], OPEN),
        ((2, 0, 0), [{0: 2, 1: -2}], OPEN),
        ((2, 0, 0), [{0: -2, 1: 2}], PROVED),
        ((3, 0, 0), [{0: -2, 1: 2}], OPEN),
        ((0, 2, 0), [{0: -2, 1: 2}], OPEN),
        ((0, 2, 0), [{0: 2, 1: -2}], PROVED),
        ((0, 3, 0), [{0: 2, 1: -2}], OPEN),
        ((1, 2, 3), [{0: -1, 1: 1}, {0: 2, 1: -2}], PROVED),
        ((1, 2, 4), [{0: -1, 1: 1}, {0: 2, 1: -2}], OPEN),
    ],
)
def test_levels_of_further_rules(asked, its, expected):
    """For the first part only; and a printed cell of such a rule is no more printed than a small one."""
    chosen = np.array([False, True, False])
    levels = (*(chosen * np.int64(level) for level in asked), chosen)
    answer = ask([6, 7], [1, 2], worlds(*its), levels=levels, width=99)
    assert answer == (*expected, [1] if expected is OPEN else [])
    assert ask([6, 7], [2], worlds(*its), levels=levels)[1] == "a sensitive cell is printed"
    assert ask([6, 7], [1, 2], worlds(*its), levels=(*levels[:3], chosen.astype(np.uint8)), width=99) == answer


def test_levels_and_the_threshold_together():
    """A small cell keeps the policy's width whatever the rules ask of it, and more if they ask more."""
    chosen, nothing = np.array([False, True, False]), np.zeros(3, np.int64)
    for apart, width, move, expected in ((5, 2, 5, PROVED), (5, 2, 4, OPEN), (1, 3, 3, PROVED), (1, 3, 2, OPEN), (0, 3, 2, OPEN)):
        for also in (chosen, ~chosen & False):
            levels = (nothing, nothing, apart * np.array([0, 1, 0]), also)
            assert ask([1, 9], [1, 2], worlds({0: move, 1: -move}), levels=levels, width=width)[:2] == expected
    levels = (nothing, nothing, np.array([0, 5, 5]), chosen)
    assert ask([1, 9], [1, 2], worlds({0: 5, 1: -5}), levels=levels) == (*PROVED, [])
    assert ask([1, 9], [1, 2], worlds({0: 4, 1: -4}), levels=(nothing, nothing, nothing, ~chosen), shown=None)[:2] == (
        Verdict.UNSAFE,
        "a sensitive cell is printed",
    )


def test_large_counts_are_exact():
    """Beyond 32 bits, and beyond what floating point can tell apart."""
    for large in (1 << 33, (1 << 53) + 1, (1 << 60) + 1):
        assert ask([1, large], [0, 1], worlds({0: 2}))[:2] == PROVED
        assert ask([1, large], [0, 1], worlds({0: 2, 1: 1}))[1] == "world 0 would be printed differently"
        wrong = ask([1, large], [0, 1], worlds(), shown=[0, 0, large - 1])
        assert wrong[1] == "a printed figure is not what the policy prints"
    far = worlds({0: 1 << 33, 1: -(1 << 33)}, difference=np.int64)
    assert ask([1, 1 << 34], [1, 2], far, width=1 << 33)[:2] == PROVED
    turned = worlds({0: 1, 1: (1 << 64) - 1}, difference=np.uint64)  # -1 in numbers without a sign
    assert ask([1, 3], [1, 2], turned, width=1)[:2] == PROVED


def test_leaves_with_many_codes_one_and_none():
    """Leaves count in every code that has them: three codes, one, none; and in a tree that is deeper on one side."""
    mixed = (sets("A", (0, 1, 2), (0, 1), (0,), (1,), (2,)),)
    assert ask([2, 9, 9], [2, 3], worlds({0: -1, 1: 1}, {0: 1, 1: -1}), mixed)[:2] == PROVED
    assert ask([2, 9, 9], [2, 4], worlds({0: -1, 2: 1}), mixed)[1] == "world 0 would be printed differently"
    unseen = (sets("A", (0, 1), (0,)),)
    assert ask([2, 9], [1], worlds({0: -1, 1: 1}, {0: 1, 1: -1}), unseen)[:2] == PROVED
    invisible = (sets("A", (1, 2), (1,), (2,)),)
    assert ask([9, 2, 9], [1, 2], worlds({0: 4, 1: 2, 2: -2}), invisible)[:2] == PROVED
    deep = (two_levels("A", (2, 1)), flat("B", 2))
    everything = [(2, 1), (2, 2), (4, 1), (4, 2), (1, 1), (1, 2)]
    assert ask([[1, 9], [9, 9], [9, 9]], everything, worlds({0: 2, 1: -2, 4: -2, 5: 2}), deep)[:2] == PROVED
    assert ask([[1, 9], [9, 9], [9, 9]], everything[:4], worlds({0: 2, 1: -2, 4: -2, 5: 2}), deep)[1] == (
        "world 0 would be printed differently"
    )


def test_one_leaf():
    """A dimension of one leaf under two codes, and one under one."""
    assert ask([[1], [3]], [(1, 0), (1, 1), (2, 0), (2, 1)], worlds({0: 2, 1: -2}))[:2] == PROVED
    assert ask([2], [0], worlds({0: 2}), (sets("A", (0,)),))[:2] == PROVED


@pytest.mark.parametrize(
    ("shown", "marks", "atoms"),
    [((3,), (2,), [1, 3]), ((2,), (3,), [1, 3]), ((3,), (3,), [-1, 3]), ((3, 1), (3,), [1, 3]), ((3,), (3,), [1, -1])],
)
def test_figures_of_another_shape(shown, marks, atoms):
    """Figures or marks of another shape, or counts below zero."""
    result = judged(
        np.array(atoms), (flat("A", 2).members,), np.zeros(shown, np.int64), np.ones(marks, bool), worlds(), threshold=1, base=1, width=1
    )
    assert (result.verdict, result.reason) == (Verdict.UNSAFE, "the figures do not have the shape of the table")
    assert result.unproved.size == 0 and result.unproved.dtype == np.int64
