"""What the checker for singletons answers, word for word, to tables that anybody can recalculate; and, on tables drawn
at random, whether it says the same as the definition."""

from types import SimpleNamespace

import celwacht.disclosure.model.single_worlds as module
import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.proof.singleton_checker import check_singletons
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, flat, judged, sets
from tests.examples import drawn

PROVED = (Verdict.SAFE, "every sensitive cell is proved, against singletons as well")
OPEN = (Verdict.INCONCLUSIVE, "sensitive cells without proof against singletons")
NO_WORLD = (Verdict.UNSAFE, "a world has a negative count, or names an atom twice")
OTHERWISE = (Verdict.UNSAFE, "a single world would be printed differently")


def worlds(*those, part=None, kind=np.int64):
    """Worlds from {atom: difference} or [(atom, difference), ..]; `part` numbers them."""
    rows = [(k if part is None else part[k], a, d) for k, w in enumerate(those) for a, d in (w.items() if isinstance(w, dict) else w)]
    part, atom, difference = (np.array([r[i] for r in rows], kind if i == 0 else np.int64) for i in range(3))
    return SimpleNamespace(part=part, unknown=atom, difference=difference)


def cells_of(atoms, dimensions):
    """int64: the sum over the leaves of every code."""
    for axis, d in enumerate(dimensions):
        atoms = np.stack([np.take(atoms, m, axis).sum(axis) for m in d.members], axis)
    return atoms


def ask(atoms, withheld, its, dimensions=None, threshold=5, base=1, width=2, levels=None):
    """(verdict, reason, unproved) for a table in which what is not withheld is printed as it should be."""
    atoms = np.array(atoms, np.int64)
    dimensions = dimensions or tuple(flat("AB"[i], n) for i, n in enumerate(atoms.shape))
    cells = cells_of(atoms, dimensions)
    marks = np.zeros(cells.shape, bool)
    for place in withheld:
        marks[place] = True
    printed = np.where(marks, 0, (2 * cells + base) // (2 * base) * base)
    rules = {"threshold": threshold, "base": base, "width": width, "levels": levels, "by": check_singletons}
    result = judged(atoms, tuple(d.members for d in dimensions), printed, marks, its, **rules)
    assert result.unproved.dtype == np.int64 and (result.verdict is Verdict.INCONCLUSIVE) == bool(result.unproved.size)
    return result.verdict, result.reason, result.unproved.tolist()


B_UP, B_DOWN, A_UP, A_DOWN = {1: 1, 2: -1}, {1: -1, 2: 1}, {0: 1, 2: -1}, {0: -1, 2: 1}
SWAP, BACK = {0: 1, 1: -1}, {0: -1, 1: 1}


@pytest.mark.parametrize(
    ("its", "width", "expected"),
    [
        # 20 is 1 + 4 + 15: a is somebody alone; b needs worlds that leave a as it is, a itself needs none that leave it
        ([A_UP, A_DOWN, B_UP, B_DOWN], 2, (*PROVED, [])),
        ([A_UP, A_DOWN, B_UP, B_DOWN], 3, (*OPEN, [1, 2])),
        ([A_UP, A_DOWN, SWAP, BACK], 2, (*OPEN, [2])),
        ([A_UP, A_DOWN, SWAP, B_UP], 2, (*OPEN, [2])),
        ([A_UP, A_DOWN, BACK, B_DOWN], 2, (*OPEN, [2])),
        ([SWAP, BACK, B_UP, B_DOWN], 2, (*PROVED, [])),
        ([B_UP, B_DOWN], 2, (*OPEN, [1])),
        ([A_UP, A_DOWN], 2, (*OPEN, [2])),
        ([], 2, (*OPEN, [1, 2])),
        ([A_UP, A_DOWN, B_UP], 2, (*OPEN, [2])),
        ([A_UP, A_DOWN, B_UP, B_UP], 2, (*OPEN, [2])),
        ([A_UP, {0: 2, 2: -2}, {1: 2, 2: -2}], 2, (*PROVED, [])),
        ([{0: 2, 2: -2}, {1: -2, 2: 2}], 2, (*PROVED, [])),
        ([{0: 2, 2: -2}, {1: -2, 2: 2}], 3, (*OPEN, [1, 2])),
        ([{0: 3, 2: -3}, {1: -3, 2: 3}], 3, (*PROVED, [])),
        ([A_UP, A_DOWN, {0: 1, 1: 2, 2: -3}, {1: 1, 2: -1}], 2, (*OPEN, [2])),
        ([{0: -2, 2: 2}], 2, (*NO_WORLD, [])),
        ([B_UP, {1: -5, 2: 5}], 2, (*NO_WORLD, [])),
        ([[(0, 1), (0, 1), (2, -2)]], 2, (*NO_WORLD, [])),
        ([[(2, -2), (0, 1), (1, 1), (0, 0)]], 2, (*NO_WORLD, [])),
        ([B_UP, {0: 1}], 2, (*OTHERWISE, [])),
        ([{1: 1, 2: 1}], 2, (*OTHERWISE, [])),
        ([{0: 1}, {2: -1}], 2, (*OTHERWISE, [])),  # together they would be one world
    ],
)
def test_somebody_alone_in_a_line(its, width, expected):
    """Word for word; the order of worlds and of their rows does not matter."""
    for turn in (its, its[::-1]):
        assert ask([1, 4, 15], [1, 2, 3], worlds(*turn), width=width) == expected
        assert (
            ask([1, 4, 15], [1, 2, 3], worlds(*(list(w.items() if isinstance(w, dict) else w)[::-1] for w in turn)), width=width)
            == expected
        )


def test_two_who_are_alone():
    """30 is 1 + 1 + 4 + 24: each of the two against the other, and the third against both."""
    up, down = [{i: 1, 3: -1} for i in range(3)], [{i: -1, 3: 1} for i in range(3)]
    marks = [1, 2, 3, 4]
    assert ask([1, 1, 4, 24], marks, worlds(*up, *down)) == (*PROVED, [])
    assert ask([1, 1, 4, 24], marks, worlds({0: 1, 1: -1}, {0: -1, 1: 1}, up[2], down[2])) == (*OPEN, [1, 2])
    assert ask([1, 1, 4, 24], marks, worlds({0: 1, 1: -1}, {0: -1, 1: 1}, up[0], down[0], up[2], down[2])) == (*OPEN, [2])
    assert ask([1, 1, 4, 24], marks, worlds(*up[:2], *down[:2], {0: 1, 2: -1}, {0: -1, 2: 1}, {1: 1, 2: -1}, {1: -1, 2: 1})) == (
        *PROVED,
        [],
    )
    assert ask([1, 1, 4, 24], marks, worlds(*up[:2], *down[:2], {0: 1, 2: -1}, {0: -1, 2: 1}, {1: 1, 2: -1})) == (*OPEN, [3])
    assert ask([1, 1, 4, 24], marks, worlds(*up[:2], *down[:2], {0: 1, 2: -1}, {1: -1, 2: 1})) == (*OPEN, [3])


def test_cells_of_one_with_nobody_else():
    """A row of one: the row's total is that person's as well; a world that moves it moves them."""
    atoms, marks = [[1, 0], [4, 9], [9, 9]], [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    swap = {0: 1, 2: -1}, {0: -1, 2: 1}
    alone = {2: 1, 3: -1, 4: -1, 5: 1}, {2: -1, 3: 1, 4: 1, 5: -1}
    more = [*marks, (3, 1), (3, 2), (3, 0)]
    assert ask(atoms, more, worlds(*swap, *alone)) == (*PROVED, [])
    # row moves the total of the first row and so concerns its person, though their atom stays
    only = worlds(*swap, {1: 2, 2: 2, 3: -2, 4: -2}, {2: -2, 4: 2})
    assert ask(atoms, more, only, width=4) == (*OPEN, [3, 4, 7])
    assert ask(atoms, more, only, width=2) == (*PROVED, [])


def test_the_atom_that_is_no_cell():
    """Distinct persons: codes a (leaves 0, 2) and b (1, 2); somebody alone has both. They know it, though no cell
    says so."""
    both = (sets("F", (0, 1, 2), (0, 2), (1, 2)),)
    apart = {0: 1, 1: 1, 2: -1}  # the one with both becomes one with a and one with b
    # a: 0 + 1 = 1 is theirs, b: 3 + 1 = 4; without the atom, a world that takes both out of it leaves a as it is
    assert ask([0, 3, 1], [0, 1, 2], worlds({1: 2}, {0: 1}, {0: 2, 2: 0}), both)[:2] == PROVED
    assert ask([0, 3, 1], [0, 1, 2], worlds(apart, {1: -1}, {0: 2}), both) == (*OPEN, [0, 2])
    assert ask([0, 3, 1], [0, 1, 2], worlds(apart, {1: 2}, {0: 2}), both) == (*PROVED, [])


def test_rounding_and_levels():
    """Rounded figures bear a little; further rules ask of cells that are not small."""
    assert ask([1, 2, 17], [1, 2], worlds({0: 2}, {1: 2}), base=5) == (*PROVED, [])  # 20, (1), (2), 15
    assert ask([1, 2, 17], [1, 2], worlds({0: 2}, {1: 3}), base=5) == (*OTHERWISE, [])
    assert ask([1, 2, 17], [1, 2], worlds({0: 2}, {0: -1, 1: 3}), base=5) == (*OPEN, [2])
    chosen = np.array([False, False, True, False])
    for asked, its, expected in (
        ((1, 0, 0), [B_DOWN], PROVED),
        ((1, 0, 0), [B_UP], OPEN),
        ((0, 1, 0), [B_UP], PROVED),
        ((0, 1, 0), [B_DOWN], OPEN),
        ((0, 0, 2), [B_UP, B_DOWN], PROVED),
        ((0, 0, 2), [B_UP], OPEN),
        ((2, 0, 0), [{1: -2, 2: 2}], PROVED),
        ((2, 0, 0), [B_DOWN], OPEN),
        ((0, 2, 0), [B_UP], OPEN),
        ((1, 0, 0), [BACK], PROVED),
        ((0, 1, 0), [SWAP], OPEN),
        ((0, 1, 0), [BACK], OPEN),
    ):
        levels = (*(chosen * np.int64(level) for level in asked), chosen)
        theirs = ask([1, 9, 15], [1, 2, 3], worlds(A_UP, A_DOWN, *its), levels=levels, width=2)
        alone = 1 in its[0] and 0 in its[0]  # concerns the person in a: does not count against them
        assert theirs[:2] == (OPEN if alone else expected), (asked, its)
    both = (np.zeros(4, np.int64), np.zeros(4, np.int64), np.array([0, 3, 0, 0]), np.zeros(4, bool))
    assert ask([1, 9, 15], [1, 2, 3], worlds(A_UP, A_DOWN), levels=both) == (*OPEN, [1])
    assert ask([1, 9, 15], [1, 2, 3], worlds(A_UP, A_DOWN, {0: 2, 2: -2}), levels=both) == (*PROVED, [])


def test_forged_numbers_of_worlds():
    """Numbers of any kind and size: two worlds are never taken for one."""
    asked = {"width": 3}
    good = [A_UP, A_DOWN, B_UP, B_DOWN]
    for kind, part in (
        (np.float64, [0.2, 0.4, 0.6, 0.8]),
        (np.uint8, [0, 1, 255, 7]),
        (np.int64, [0, 1 << 62, 5, (1 << 62) + 5]),
        (np.uint64, [0, 1 << 63, 5, (1 << 63) + 5]),
        (np.int64, [-1, -2, -(1 << 62), 3]),
    ):
        twice = worlds(A_DOWN, A_DOWN, A_UP, A_UP, part=part, kind=kind)
        assert ask([1, 5, 15], [1, 2, 3], twice, **asked)[0] is not Verdict.SAFE
        assert ask([1, 4, 15], [1, 2, 3], worlds(*good, part=part, kind=kind), **asked)[0] is not Verdict.SAFE
    for factor in (1 << 60, 1 << 61, 1 << 62, 3 << 61, (1 << 62) + (1 << 61)):
        twice = worlds(A_DOWN, A_DOWN, A_UP, A_UP, part=[0, factor, 1, factor + 1])
        assert ask([1, 5, 15], [1, 2, 3], twice, **asked)[0] is not Verdict.SAFE


def by_definition(cube, its, threshold, width):
    """Sensitive cells that somebody alone finds too narrow, world by world and person by person."""
    codes = [[set(map(int, m)) for m in d.members] for d in cube.dimensions]
    place = np.stack(np.unravel_index(np.arange(cube.atoms.size), cube.atoms.shape), 1)
    holds = {
        c: [a for a, at in enumerate(place) if all(int(x) in codes[i][k] for i, (k, x) in enumerate(zip(c, at)))]
        for c in np.ndindex(cube.shape)
    }
    count = cube.atoms.ravel()
    moved = [{c: sum(w.get(a, 0) for a in atoms) for c, atoms in holds.items()} for w in its]
    narrow = set()
    for c, atoms in holds.items():
        if not 0 < count[atoms].sum() < threshold:
            continue
        for person in [None, *np.flatnonzero(count == 1).tolist()]:
            own = {o for o, inside in holds.items() if person in inside and count[inside].sum() == 1}
            if c in own:
                continue
            kept = [m[c] for w, m in zip(its, moved) if not w.get(person) and not any(m[o] for o in own)]
            if max([0, *kept]) - min([0, *kept]) < width:
                narrow.add(c)
    return sorted(int(np.ravel_multi_index(c, cube.shape)) for c in narrow)


@settings(max_examples=drawn(24, long=150), deadline=None)
@given(cubes(most=4), st.data(), st.sampled_from([1, 2, 3]), st.sampled_from([1, 7, module.CHUNK]))
def test_as_the_definition_says(cube, data, width, chunk):
    """Everything withheld, so that anything is a world that takes nobody away who is not there."""
    n = cube.atoms.size
    each = st.dictionaries(st.integers(0, n - 1), st.integers(-1, 2).filter(bool), min_size=1, max_size=3)
    its = [{a: max(d, -int(cube.atoms.ravel()[a])) for a, d in w.items()} for w in data.draw(st.lists(each, max_size=12))]
    its = [{a: d for a, d in w.items() if d} for w in its]
    cells = [tuple(c) for c in np.ndindex(cube.shape)]
    before, module.CHUNK = module.CHUNK, chunk
    try:
        answer = ask(cube.atoms, cells, worlds(*its), cube.dimensions, width=width)
    finally:
        module.CHUNK = before
    expected = by_definition(cube, its, 5, width)
    assert answer == ((*OPEN, expected) if expected else (*PROVED, []))
