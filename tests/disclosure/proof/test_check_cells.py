"""What the checker for problems answers, word for word, to a few cells and worlds that anybody can recalculate."""

from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.proof.checker import check

PROVED = (Verdict.SAFE, "every sensitive cell is proved")
OPEN = (Verdict.INCONCLUSIVE, "sensitive cells without proof")
NO_WORLD = (Verdict.UNSAFE, "world 0 does not satisfy the facts")
FREE, SENSITIVE, FORCED, KNOWN, HIDDEN = Role
SHOWN, PRIMARY, SECONDARY = Status.PUBLISHED, Status.PRIMARY, Status.SECONDARY


def worlds(*those, scale=None, kind=np.int64, difference=np.int64):
    """Worlds from {cell: difference} or [(cell, difference), ..]."""
    rows = [list(w.items()) if isinstance(w, dict) else list(w) for w in those]
    return SimpleCells(
        first=np.cumsum([0] + [len(w) for w in rows]),
        unknown=np.array([c for w in rows for c, _ in w], kind),
        difference=np.array([d for w in rows for _, d in w], difference),
        scale=np.array(scale or [1] * len(rows), np.int64),
    )


class SimpleCells(SimpleNamespace):
    """As Worlds, and nothing looked at."""

    def __len__(self) -> int:
        return len(self.scale)


def problem(values, rows, status=None, levels=None, lower=None, upper=None, printed=None, integral=True):
    """Cells with `values`; rows as for `relations`; levels: {cell: (lpl, upl, spl)}; printed: {cell: (low, high)}."""
    value = np.array(values, np.int64)
    n = len(value)
    fill = lambda given, what: np.array([(given or {}).get(i, what(i)) for i in range(n)], np.int64)
    level = np.array([(levels or {}).get(i, (0, 0, 0)) for i in range(n)], np.int64).T
    ends = np.array([(printed or {}).get(i, (value[i], value[i])) for i in range(n)], np.int64).T
    return SuppressionProblem(
        "proef",
        value,
        np.ones(n),
        np.array(status or [FREE] * n, np.uint8),
        fill(lower, lambda i: 0),
        fill(upper, lambda i: UNBOUNDED),
        ends[0].copy(),
        ends[1].copy(),
        *(x.copy() for x in level),
        relations(rows),
        integral,
    )


def sum_of(*parts, total=0):
    """The row `parts - total = 0`."""
    return [*parts, total], [1] * len(parts) + [-1], 0, 0


def ask(its, marks, shown_by):
    """(verdict, reason, unproved)."""
    result = check(its, np.array(marks, np.uint8), shown_by)
    assert result.unproved.dtype == np.int64 and (result.verdict is Verdict.INCONCLUSIVE) == bool(result.unproved.size)
    return result.verdict, result.reason, result.unproved.tolist()


def two(lpl=0, upl=0, spl=2, **more):
    """10 = 4 + 6; the first part is sensitive, the second withheld with it."""
    return problem([10, 4, 6], [sum_of(1, 2)], [FREE, SENSITIVE, FREE], {1: (lpl, upl, spl)}, **more)


MARKS = [SHOWN, PRIMARY, SECONDARY]


@pytest.mark.parametrize(
    ("levels", "its", "expected"),
    [
        ((0, 0, 2), worlds({1: 2, 2: -2}), PROVED),
        ((0, 0, 3), worlds({1: 2, 2: -2}), OPEN),
        ((0, 0, 2), worlds({1: 1, 2: -1}, {1: -1, 2: 1}), PROVED),
        ((0, 0, 3), worlds({1: 1, 2: -1}, {1: -1, 2: 1}), OPEN),
        ((0, 0, 3), worlds({1: -1, 2: 1}, {1: 2, 2: -2}, {1: 1, 2: -1}), PROVED),
        ((0, 0, 2), worlds(), OPEN),
        ((0, 0, 2), worlds({}, {1: -2, 2: 2}, {}), PROVED),
        ((0, 0, 0), worlds(), PROVED),
        ((2, 0, 0), worlds({1: -2, 2: 2}), PROVED),
        ((3, 0, 0), worlds({1: -2, 2: 2}), OPEN),
        ((2, 0, 0), worlds({1: 2, 2: -2}), OPEN),
        ((0, 2, 0), worlds({1: 2, 2: -2}), PROVED),
        ((0, 3, 0), worlds({1: 2, 2: -2}), OPEN),
        ((0, 2, 0), worlds({1: -2, 2: 2}), OPEN),
        ((2, 1, 4), worlds({1: -2, 2: 2}, {1: 1, 2: -1}), OPEN),
        ((2, 1, 3), worlds({1: -2, 2: 2}, {1: 1, 2: -1}), PROVED),
        ((0, 0, 2), worlds({1: -5, 2: 5}), NO_WORLD),
        ((4, 0, 2), worlds({1: -4, 2: 4}), PROVED),
        ((0, 0, 2), worlds({1: 2, 2: -1}), NO_WORLD),
        ((0, 0, 2), worlds({0: 1, 1: 2, 2: -1}), NO_WORLD),
        ((0, 0, 2), worlds({1: 2, 2: -2}, {1: 1}), (Verdict.UNSAFE, "world 1 does not satisfy the facts")),
        ((0, 0, 2), worlds([(2, -2), (1, 2)]), NO_WORLD),
        ((0, 0, 2), worlds([(1, 1), (1, 1), (2, -2)]), NO_WORLD),
        ((0, 0, 2), worlds([(1, 2), (2, -1), (2, -1)]), NO_WORLD),
        ((0, 0, 2), worlds({-2: 2, -1: -2}), NO_WORLD),
        ((0, 0, 2), worlds({1: 2, 3: -2}), NO_WORLD),
        ((0, 0, 2), worlds({1: 2, 2: -2, 1000: 0}), NO_WORLD),
        ((0, 0, 2), worlds({1: 4, 2: -4}, scale=[2]), PROVED),
        ((0, 0, 3), worlds({1: 4, 2: -4}, scale=[2]), OPEN),
        ((0, 0, 2), worlds({1: 5, 2: -5}, scale=[2]), NO_WORLD),
        ((0, 0, 2), worlds({1: 2, 2: -2}, scale=[-1]), NO_WORLD),
        ((0, 0, 2), worlds({1: 2, 2: -2}, scale=[1 << 12]), NO_WORLD),
        ((0, 0, 2), worlds({1: 1 << 62, 2: -(1 << 62)}, scale=[1 << 62]), NO_WORLD),
    ],
)
def test_two_parts(levels, its, expected):
    """Word for word."""
    assert ask(two(*levels), MARKS, its)[:2] == expected


def test_a_scale_of_nothing_is_no_scale():
    """Dividing by zero proves nothing."""
    its = worlds({1: 2, 2: -2}, scale=[1])
    its.scale[0] = 0
    assert ask(two(), MARKS, its)[:2] == NO_WORLD


@pytest.mark.parametrize("apart", [False, True])
def test_large_fractions_are_compared_exactly(apart):
    """The products of numerators and scales pass 64 bits, for how far from the truth and for how far apart (the truth being one end)."""
    for sign in (1, -1):
        level = (0, 0, 1 << 48) if apart else (1 << 48, 0, 0) if sign < 0 else (0, 1 << 48, 0)
        its = problem(
            [10, 4, 6],
            [sum_of(1, 2)],
            [FREE, SENSITIVE, FREE],
            {1: level},
            integral=False,
            lower={1: -(1 << 49), 2: -(1 << 49)},
            upper={1: 1 << 49, 2: 1 << 49},
        )
        far, near = sign << 59, sign << 20
        assert ask(its, MARKS, worlds({1: far, 2: -far}, {1: near, 2: -near}, scale=[1 << 11, 2047]))[:2] == PROVED
        assert ask(its, MARKS, worlds({1: far - sign, 2: sign - far}, {1: near, 2: -near}, scale=[1 << 11, 2047]))[:2] == OPEN


def test_numbers_that_are_too_large_to_be_sure():
    """Changes times the longest fact must not pass 2^61; where nothing bounds a cell, the scale may be any."""
    its = two(spl=1)
    for scale in (1 << 11, (1 << 11) + 1, 1 << 40):
        assert ask(its, MARKS, worlds({1: scale, 2: -scale}, scale=[scale]))[:2] == PROVED
    for rows, least in (([([1, 2], [1 << 40, 1 << 40], 10 << 40, 10 << 40)], 1), ([sum_of(1, 2)], 1 << 20)):
        assert ask(problem([10, 4, 6], rows, [FREE, SENSITIVE, FREE], {1: (0, 0, 1)}), MARKS, worlds({1: 1, 2: -1}))[:2] == PROVED
        wide = problem([10, 4, 6], rows, [FREE, SENSITIVE, FREE], {1: (0, 0, 1)}, lower={1: -UNBOUNDED, 2: -UNBOUNDED})
        far = worlds({1: least << 22, 2: -(least << 22)})
        assert ask(wide, MARKS, far)[:2] == (NO_WORLD if least == 1 else PROVED)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint64, np.uint32, np.uint8])
def test_cells_named_more_than_once_in_any_kind_of_number(kind):
    """What is counted for a cell is what was tried on it."""
    forged = worlds([(1, 4), (2, -4), (1, -4), (2, 4), (1, 1), (2, -1)], kind=kind)
    assert ask(two(spl=8), MARKS, forged)[:2] != PROVED


def test_what_is_counted_is_what_was_tried():
    """A fraction that is cut off before the facts are looked at may not be counted."""
    for integral in (True, False):
        its = two(spl=1, integral=integral)
        assert ask(its, MARKS, worlds({1: 0.9, 2: 0.9}, {1: -0.9, 2: -0.9}, difference=np.float64))[:2] != PROVED


def test_fractions_where_values_need_not_be_whole():
    """Halves and thirds: ends are compared as fractions."""
    its = two(spl=1, integral=False)
    assert ask(its, MARKS, worlds({1: 1, 2: -1}, {1: -1, 2: 1}, scale=[2, 2]))[:2] == PROVED
    assert ask(its, MARKS, worlds({1: 1, 2: -1}, {1: -1, 2: 1}, scale=[2, 3]))[:2] == OPEN
    assert ask(its, MARKS, worlds({1: 2, 2: -2}, {1: -1, 2: 1}, scale=[3, 3]))[:2] == PROVED
    assert ask(its, MARKS, worlds({1: 1, 2: -1}, {1: 2, 2: -2}, {1: -1, 2: 1}, scale=[2, 5, 2]))[:2] == PROVED
    assert ask(its, MARKS, worlds({1: -1, 2: 1}, {1: -2, 2: 2}, {1: 1, 2: -1}, scale=[2, 5, 2]))[:2] == PROVED
    three = [{1: 1, 2: -1}, {1: 3, 2: -3}, {1: -2, 2: 2}]  # 1/2, 3/5 and -2/5: 1 apart
    turned = [{c: -d for c, d in w.items()} for w in three]
    for those in (three, turned, three[1:], turned[1:], three[::-1], turned[::-1]):
        scale = [2 if 1 in map(abs, w.values()) else 5 for w in those]
        assert ask(its, MARKS, worlds(*those, scale=scale))[:2] == PROVED
    assert ask(two(1, 0, 0, integral=False), MARKS, worlds({1: -3, 2: 3}, scale=[4]))[:2] == OPEN
    assert ask(two(1, 0, 0, integral=False), MARKS, worlds({1: -4, 2: 4}, scale=[4]))[:2] == PROVED
    assert ask(two(0, 1, 0, integral=False), MARKS, worlds({1: 3, 2: -3}, scale=[4]))[:2] == OPEN
    assert ask(two(0, 1, 0, integral=False), MARKS, worlds({1: 5, 2: -5}, scale=[4]))[:2] == PROVED
    assert ask(two(0, 1, 0, integral=False), MARKS, worlds({1: 25, 2: -25}, scale=[4]))[:2] == NO_WORLD
    assert ask(two(0, 0, 1, integral=False), MARKS, worlds({1: -17, 2: 17}, scale=[4]))[:2] == NO_WORLD


def test_fractions_beside_whole_changes():
    """Worlds in whole numbers and in halves count together: 1 and -3/2 are 5/2 apart."""
    its = two(0, 0, 2, integral=False)
    whole, half = {1: 1, 2: -1}, {1: -3, 2: 3}
    assert ask(its, MARKS, worlds(whole, half, scale=[1, 2]))[:2] == PROVED
    assert ask(its, MARKS, worlds(half, whole, scale=[2, 1]))[:2] == PROVED
    assert ask(its, MARKS, worlds(whole, scale=[1]))[:2] == OPEN


@pytest.mark.parametrize("bound, good", [({"lower": {1: 3}}, -2), ({"upper": {1: 6}}, 4), ({"upper": {2: 7}}, -2), ({"lower": {2: 3}}, 6)])
def test_bounds_of_cells_in_halves(bound, good):
    """A change in halves may reach the end of what is known of a cell, and not a half beyond it."""
    its = problem([10, 4, 6], [sum_of(1, 2)], [FREE, SENSITIVE, FREE], {1: (0, 0, 1)}, integral=False, **bound)
    beyond = good + (1 if good > 0 else -1)
    assert ask(its, MARKS, worlds({1: good, 2: -good}, scale=[2]))[:2] == PROVED
    assert ask(its, MARKS, worlds({1: beyond, 2: -beyond}, scale=[2]))[:2] == NO_WORLD


def test_bounds_of_cells_and_facts():
    """Everything a world may not pass, at its very edge and one beyond."""
    for at, good, bad in (
        ({"lower": {1: 3}}, -1, -2),
        ({"upper": {1: 6}}, 2, 3),
        ({"upper": {2: 7}}, -1, -2),
        ({"lower": {2: 4}}, 2, 3),
        ({"upper": {1: 6}, "lower": {2: 4}}, 2, 3),
    ):
        assert ask(two(spl=1, **at), MARKS, worlds({1: good, 2: -good}))[:2] == PROVED
        assert ask(two(spl=1, **at), MARKS, worlds({1: bad, 2: -bad}))[:2] == NO_WORLD
    loose = problem([10, 4, 6], [([1, 2, 0], [1, 1, -1], -2, 1)], [FREE, SENSITIVE, FREE], {1: (0, 0, 1)})
    for move, expected in ((1, PROVED), (-1, PROVED), (-2, PROVED), (2, NO_WORLD), (-3, NO_WORLD)):
        assert ask(loose, MARKS, worlds({1: move}))[:2] == expected
    one_sided = problem(
        [10, 4, 6], [([1, 2, 0], [1, 1, -1], -UNBOUNDED, 0), ([1, 2], [3, -2], 0, UNBOUNDED)], [FREE, SENSITIVE, FREE], {1: (0, 0, 1)}
    )
    for move, expected in (({1: -1, 2: -5}, PROVED), ({1: 1}, NO_WORLD), ({2: -1}, OPEN), ({1: -1}, NO_WORLD), ({1: 2, 2: -2}, PROVED)):
        assert ask(one_sided, MARKS, worlds(move))[:2] == expected


def test_a_rounded_cell_bears_what_its_interval_leaves():
    """10 is printed for 8..12."""
    its = two(spl=1, printed={0: (8, 12)})
    for move, expected in ((2, PROVED), (-2, PROVED), (3, NO_WORLD), (-3, NO_WORLD)):
        assert ask(its, MARKS, worlds({0: move, 1: move}))[:2] == expected
    assert ask(two(spl=1, printed={0: (8, 12)}, upper={0: 11}), MARKS, worlds({0: 2, 1: 2}))[:2] == NO_WORLD
    assert ask(two(spl=1, printed={0: (8, 12)}, lower={0: 9}), MARKS, worlds({0: -2, 1: -2}))[:2] == NO_WORLD


def test_what_kind_of_cell_may_move():
    """Structural zeros are known though they are withheld, hidden cells are never printed."""
    for kind, marks, expected in (
        (FREE, SECONDARY, PROVED),
        (FREE, SHOWN, NO_WORLD),
        (KNOWN, SECONDARY, NO_WORLD),
        (KNOWN, SHOWN, NO_WORLD),
        (HIDDEN, SHOWN, PROVED),
        (HIDDEN, SECONDARY, PROVED),
        (FORCED, SHOWN, NO_WORLD),
        (FORCED, SECONDARY, (Verdict.UNSAFE, "a cell that must be published is withheld")),
    ):
        its = problem([10, 4, 6], [sum_of(1, 2)], [FREE, SENSITIVE, kind], {1: (0, 0, 1)})
        assert ask(its, [SHOWN, PRIMARY, marks], worlds({1: 1, 2: -1}))[:2] == expected


def test_sensitive_cells_are_withheld():
    """By either mark; never printed."""
    for mark, expected in ((PRIMARY, PROVED), (SECONDARY, PROVED), (SHOWN, (Verdict.UNSAFE, "a sensitive cell is printed"))):
        assert ask(two(), [SHOWN, mark, SECONDARY], worlds({1: 2, 2: -2}))[:2] == expected


def test_the_cells_without_proof_are_named():
    """Several sensitive cells, each with its own levels; worlds of one are no worlds of the other."""
    its = problem([20, 4, 6, 10], [sum_of(1, 2, 3)], [FREE, SENSITIVE, SENSITIVE, SENSITIVE], {1: (0, 0, 2), 2: (0, 3, 0), 3: (4, 0, 0)})
    marks = [SHOWN, PRIMARY, PRIMARY, PRIMARY]
    assert ask(its, marks, worlds({1: -2, 2: 3, 3: -1}, {1: 2, 2: 2, 3: -4})) == (*PROVED, [])
    assert ask(its, marks, worlds({1: -2, 2: 3, 3: -1})) == (*OPEN, [3])
    assert ask(its, marks, worlds({1: -1, 2: -3, 3: 4})) == (*OPEN, [1, 2, 3])
    assert ask(its, marks, worlds({1: 2, 3: -2})) == (*OPEN, [2, 3])


def test_a_pattern_of_another_length():
    """NumPy would stretch one cell to any number."""
    its = problem([4], [], [FREE])
    assert ask(its, [SECONDARY], worlds())[:2] == PROVED
    result = check(its, np.array([SECONDARY] * 3, np.uint8), worlds())
    assert (result.verdict, result.unproved.tolist(), result.unproved.dtype) == (Verdict.UNSAFE, [], np.int64)


def test_a_false_truth_is_no_truth():
    """Values that do not satisfy the facts (the problem refuses them itself, unless somebody reaches into it)."""
    for cell, to in ((1, 5), (1, 3), (2, -1)):
        forged = two()
        value = forged.value.copy()
        value[cell] = to
        object.__setattr__(forged, "value", value)
        assert ask(forged, MARKS, worlds())[:2] == (Verdict.UNSAFE, "the truth does not satisfy the facts")
    forged = problem([10, 4, 6, 3], [sum_of(1, 2), ([3], [1], 2, 4)], [FREE, SENSITIVE, FREE, FREE])
    object.__setattr__(forged, "value", np.array([10, 4, 6, 5]))
    assert ask(forged, [*MARKS, SECONDARY], worlds())[:2] == (Verdict.UNSAFE, "the truth does not satisfy the facts")
    for name, cell, to in (("lower", 1, 5), ("upper", 2, 5), ("printed_low", 0, 11), ("printed_high", 0, 9)):
        forged = two()
        ends = getattr(forged, name).copy()
        ends[cell] = to
        object.__setattr__(forged, name, ends)
        assert ask(forged, MARKS, worlds())[:2] == (Verdict.UNSAFE, "the truth does not satisfy the facts")
