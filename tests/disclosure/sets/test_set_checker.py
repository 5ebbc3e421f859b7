"""What the set checker answers to sets of a few types that anybody can recalculate, and to planted leaks between tables."""

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.sets.model import PrintedCube, Types, TypeWorlds
from celwacht.disclosure.sets.set_checker import check_set

OPEN, SAFE, UNSAFE = Verdict.INCONCLUSIVE, Verdict.SAFE, Verdict.UNSAFE


def cube(name, codes, n, shown, withheld, threshold=5, base=1, width=2):
    """A cube of one dimension with n leaves; codes: the leaves of each."""
    members = tuple(np.array(sorted(c), np.int32) for c in codes)
    return PrintedCube(name, (members,), (n,), np.array(shown), np.array(withheld, bool), threshold, base, width)


def types(*those):
    """Types from (count, [(cube, atom), ..])."""
    rows = [r for _, its in those for r in its]
    return Types(
        np.array([n for n, _ in those], np.int64),
        np.cumsum([0] + [len(its) for _, its in those]),
        np.array([c for c, _ in rows], np.int32),
        np.array([a for _, a in rows], np.int64),
    )


def worlds(*those):
    rows = [sorted(w.items()) if isinstance(w, dict) else w for w in those]
    return TypeWorlds(
        np.cumsum([0] + [len(w) for w in rows]),
        np.array([t for w in rows for t, _ in w], np.int64),
        np.array([d for w in rows for _, d in w], np.int64),
    )


# One table: total printed, parts 2 and 9 withheld. A second one counts the same people and shows one of two classes.
PARTS = cube("parts", [{0, 1}, {0}, {1}], 2, [11, 0, 0], [0, 1, 1])
TWO = types((2, [(0, 0), (1, 0)]), (9, [(0, 1), (1, 1)]), (0, [(0, 0), (1, 1)]), (0, [(0, 1), (1, 0)]))


@pytest.mark.parametrize(
    ("second", "its", "verdict"),
    [
        (cube("free", [{0, 1}], 2, [11], [0]), [{0: -2, 1: 2}], SAFE),
        (cube("free", [{0, 1}], 2, [11], [0]), [{0: -1, 1: 1}], OPEN),
        (cube("free", [{0, 1}], 2, [11], [0]), [{0: -1, 1: 1}, {0: 1, 1: -1}], SAFE),
        (cube("free", [{0, 1}], 2, [11], [0]), [{0: -3, 1: 3}], UNSAFE),
        (cube("free", [{0, 1}], 2, [11], [0]), [{0: -2, 1: 1}], UNSAFE),
        (cube("free", [{0, 1}], 2, [11], [0]), [[(1, 2), (0, -2)]], UNSAFE),
        (cube("free", [{0, 1}], 2, [11], [0]), [[(0, -1), (0, -1), (1, 2)]], UNSAFE),
        # the same cell printed in another table: what a world of one table moves, the other shows
        (cube("same cell", [{1}], 2, [9], [0]), [{0: -2, 1: 2}], UNSAFE),
        (cube("same cell", [{1}], 2, [9], [0]), [], OPEN),
        # and where another value can be exchanged, the first table moves and the second does not
        (cube("same cell", [{1}], 2, [9], [0]), [{0: -2, 3: 2}], SAFE),
        (cube("a sensitive cell is printed", [{0}], 2, [2], [0]), [{0: -2, 3: 2}], UNSAFE),
        (cube("a wrong figure", [{1}], 2, [8], [0]), [{0: -2, 3: 2}], UNSAFE),
        (cube("rounded", [{1}], 2, [10], [0], threshold=5, base=5), [{0: -2, 1: 2}], SAFE),
        (cube("rounded", [{1}], 2, [10], [0], threshold=5, base=5), [{0: 2, 1: -2}], UNSAFE),
    ],
)
def test_two_tables(second, its, verdict):
    """In one world a type has other numbers, and both tables say so."""
    assert check_set((PARTS, second), TWO, worlds(*its)).verdict is verdict


def test_cells_without_proof_are_named():
    """Cube and flat position."""
    told = check_set((PARTS, cube("narrow", [{0}], 2, [0], [1])), TWO, worlds({1: -1, 2: 1}))
    assert told.verdict is OPEN and [u.tolist() for u in told.unproved] == [[1], [0]]


def test_somebody_who_counts_twice():
    """A person with two trajectories of one class: one person less is two trajectories less."""
    trajectories, persons = cube("trajecten", [{0}], 1, [0], [1], threshold=9, width=2), cube("jongeren", [{0}], 1, [0], [1], width=2)
    both = types((3, [(0, 0), (0, 0), (1, 0)]), (1, [(0, 0), (1, 0)]))
    told = check_set((trajectories, persons), both, worlds({0: -1}))
    assert told.verdict is OPEN and [len(u) for u in told.unproved] == [0, 1]
    assert check_set((trajectories, persons), both, worlds({0: -2})).verdict is SAFE


FLOWS = [
    # stock + outflow = use, printed but for the stock: types in (use, stock), (use, outflow)
    ("stock and flow", [[7, 0], [0, 0], [4, 0]], [(3, [(0, 0), (1, 0)]), (4, [(0, 0), (2, 0)])], 1),
    # first + second half = year, printed but for the first
    ("halves and year", [[7, 0], [0, 0], [4, 0]], [(3, [(0, 0), (1, 0)]), (4, [(0, 0), (2, 0)])], 1),
    # crisis yes + no = all: three tables of one statement
    ("complement", [[12, 0], [0, 0], [9, 0]], [(3, [(0, 0), (1, 0)]), (9, [(0, 0), (2, 0)])], 1),
]


@pytest.mark.parametrize(("name", "shown", "its", "leaking"), FLOWS, ids=[f[0] for f in FLOWS])
def test_planted_leaks_between_tables(name, shown, its, leaking):
    """Each table is safe alone: its world is refused as soon as the other two are there, and with all their facts no world
    is left. Without the third table the same cell is proved."""
    cubes = [cube(f"{name} {i}", [{0}], 1, s[:1], [i == leaking], threshold=4) for i, s in enumerate(shown)]
    every = types(*its, (0, [(0, 0)]), (0, [(1, 0)]), (0, [(2, 0)]))
    alone = types((3, [(0, 0)]))
    assert check_set((cubes[1],), alone, worlds({0: 2})).verdict is SAFE
    real = types(*its)  # nobody is in the stock without being in use
    for change in ({0: 1}, {0: -1}, {0: 1, 1: -1}, {0: -1, 1: 1}, {0: 2, 1: -2}):
        assert check_set(tuple(cubes), real, worlds(change)).verdict is UNSAFE
    assert check_set(tuple(cubes), real, worlds()).verdict is OPEN
    two = types(*[(n, [r for r in rows if r[0] != 2]) for n, rows in its])
    assert check_set(tuple(cubes[:2]), two, worlds({0: 1, 1: -1}, {0: -1, 1: 1})).verdict is SAFE
    assert check_set(tuple(cubes), every, worlds({3: 2})).verdict is SAFE  # the checker believes the types: they are tested apart


def test_an_earlier_release_is_more_cubes():
    """The same table again after one record came: 9 was printed, now 10; alone each is safe, together the newcomer shows."""
    old = cube("october", [{0, 1}, {0}, {1}], 2, [9, 0, 0], [0, 1, 1], threshold=5)
    new = cube("april", [{0, 1}, {0}, {1}], 2, [10, 0, 0], [0, 1, 1], threshold=5)
    kept = types((2, [(0, 0), (1, 0)]), (7, [(0, 1), (1, 1)]), (1, [(1, 1)]))
    assert check_set((old, new), kept, worlds({0: -2, 1: 2})).verdict is SAFE
    assert check_set((old, new), kept, worlds({0: -2, 2: 2})).verdict is UNSAFE


def test_chunks_change_nothing(monkeypatch):
    """Worlds judged a few rows at a time get the same verdict."""
    many = worlds(*[{0: -1, 1: 1}, {0: 1, 1: -1}, {0: -2, 3: 2}, {1: -1, 2: 1}] * 5)
    whole = check_set((PARTS, cube("free", [{0, 1}], 2, [11], [0])), TWO, many)
    monkeypatch.setattr("celwacht.disclosure.sets.set_checker.MOST_AT_ONCE", 2)
    again = check_set((PARTS, cube("free", [{0, 1}], 2, [11], [0])), TWO, many)
    assert (again.verdict, again.reason) == (whole.verdict, whole.reason) and whole.verdict is SAFE


def grid(name, leaves, withheld, **rule):
    """A cube of two dimensions in which each code is one leaf; `leaves` the true counts."""
    members = tuple(tuple(np.array([i], np.int32) for i in range(n)) for n in leaves.shape)
    shown = np.where(withheld, 0, leaves)
    return PrintedCube(
        name, members, leaves.shape, shown, withheld, *(rule.get(k, d) for k, d in (("threshold", 5), ("base", 1), ("width", 2)))
    )


@pytest.mark.parametrize(("move", "verdict"), [(1, SAFE), (2, UNSAFE)])
def test_nobody_is_put_where_nobody_can_be(move, verdict):
    """Rows are places, columns referrers: nobody has the third one anywhere, and everybody knows it. A world that moves a unit there is
    none, whatever is withheld; to the second one it is. With this part off the impossible world would prove the cell."""
    counts = np.array([[2, 3, 0], [4, 2, 0], [2, 2, 0]])
    table = grid("referrers", counts, np.ones((3, 3), bool))
    flat = [(int(n), [(0, i)]) for i, n in enumerate(counts.ravel())]
    told = check_set(
        (table,), types(*flat), worlds(*({a: -2, 3 * (a // 3) + move: 2} for a in (0, 3, 6)), *({a: -2, a - 1: 2} for a in (1, 4, 7)))
    )
    assert told.verdict is verdict and ("nobody can be" in told.reason) is (verdict is UNSAFE)


def test_types_that_nobody_is_may_name_what_cannot_be_if_no_world_uses_them():
    counts = np.array([[2, 3, 0], [4, 2, 0], [2, 2, 0]])
    flat = [(int(n), [(0, i)]) for i, n in enumerate(counts.ravel())]
    assert check_set((grid("referrers", counts, np.ones((3, 3), bool)),), types(*flat), worlds()).verdict is OPEN


@pytest.mark.parametrize(
    "broken",
    [
        lambda t, w: (Types(t.count, t.first, t.cube + 9, t.atom), w),
        lambda t, w: (Types(t.count, t.first, t.cube, t.atom - 1), w),
        lambda t, w: (Types(t.count, t.first, t.cube, t.atom + 99), w),
        lambda t, w: (Types(t.count, t.first[:-1], t.cube, t.atom), w),
        lambda t, w: (t, TypeWorlds(w.first, w.kind - 1, w.difference)),
        lambda t, w: (t, TypeWorlds(w.first, w.kind + 99, w.difference)),
        lambda t, w: (t, TypeWorlds(w.first[:-1], w.kind, w.difference)),
    ],
)
def test_what_is_no_certificate_is_refused(broken):
    """Numbers that lead nowhere, or from the end backwards, are named, not followed."""
    its = types(*TWO_ROWS)
    assert check_set((PARTS, cube("free", [{0, 1}], 2, [11], [0])), *broken(its, worlds({0: -2, 1: 2}))).verdict is UNSAFE


TWO_ROWS = [(2, [(0, 0), (1, 0)]), (9, [(0, 1), (1, 1)]), (0, [(0, 0), (1, 1)]), (0, [(0, 1), (1, 0)])]
