"""The numbers of the report of the loss against their definitions, cell by cell and world by world."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from celwacht.disclosure.loss.loss import dearest, levels, loss_of, margins
from celwacht.disclosure.loss.partners import cell_worlds, partners, reach, ties_of_lines
from celwacht.disclosure.loss.view import Reasons, View, joined, reasons_of, view_of_cube, view_of_problem
from celwacht.disclosure.loss.widths import possible, widths
from celwacht.disclosure.loss.without_rule import without_rule
from celwacht.disclosure.model.problem import Found, SuppressionProblem, relations
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.sensitivity import sensitive_cells
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube, roll_up
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, flat, policy, touching, two_levels
from tests.examples import drawn

POLICIES = [policy(), policy(threshold=5, width=3, zeros="withheld"), policy(threshold=6, width=2, base=3, zeros="withheld")]


CASES = given(cubes(), st.sampled_from(POLICIES))


def changes(part: Protected) -> np.ndarray:
    """(layers, cells): every world's change of every cell, by adding up its atoms."""
    worlds, found = part.worlds, np.zeros((len(part.worlds), part.cube.cells.size), np.int64)
    for k in range(len(worlds)):
        rows = slice(worlds.first[k], worlds.first[k + 1])
        atoms = np.zeros(part.cube.atoms.size, np.int64)
        np.add.at(atoms, worlds.unknown[rows], worlds.difference[rows])
        found[k] = roll_up(atoms.reshape(part.cube.atoms.shape), part.cube.dimensions).ravel()
    return found


def dense(worlds: Worlds, n: int) -> np.ndarray:
    found = np.zeros((len(worlds), n), np.int64)
    for k in range(len(worlds)):
        rows = slice(worlds.first[k], worlds.first[k + 1])
        assert np.all(np.diff(worlds.unknown[rows]) > 0) and np.all(worlds.difference[rows] != 0)
        found[k, worlds.unknown[rows]] = worlds.difference[rows]
    return found


@settings(max_examples=drawn(8, long=40), deadline=None)
@CASES
def test_worlds_over_cells(cube, under):
    """Worlds over atoms, spread out over cells; and how far each cell gets."""
    part = protect(cube, under, key=b"k")
    worlds = cell_worlds(part.cube.dimensions, part.worlds)
    wanted = changes(part)
    assert np.array_equal(dense(worlds, part.cube.cells.size), wanted)
    least, greatest = reach(worlds, part.cube.cells.size)
    assert np.array_equal(least, np.minimum(wanted.min(axis=0, initial=0), 0))
    assert np.array_equal(greatest, np.maximum(wanted.max(axis=0, initial=0), 0))


def test_many_worlds_fill_many_buffers(monkeypatch):
    """A buffer that is full is emptied, and the layer that did not fit is done again."""
    monkeypatch.setattr("celwacht.disclosure.loss.partners.ROWS", 1)
    dimensions = (two_levels("A", (3, 2)), flat("B", 4), touching("F", [(0,), (1,), (0, 1)], 2))
    draw = np.random.default_rng(3)
    atoms = [np.sort(draw.choice(5 * 4 * 3, 20, replace=False)) for _ in range(9)]
    worlds = Worlds(np.arange(0, 181, 20), np.concatenate(atoms).astype(np.int64), draw.integers(-2, 3, 180).astype(np.int32))
    part = Protected(Cube("t", dimensions, np.zeros((5, 4, 3), np.int64)), policy(), None, None, worlds)
    assert np.array_equal(dense(cell_worlds(dimensions, worlds), part.cube.cells.size), changes(part))


def counted(view: View, where) -> tuple[int, ...]:
    """A tally, one cell after the other."""
    found = dict.fromkeys(("cells", "primary", "secondary", "zero", "value", "vp", "vs", "rounding"), 0)
    for i in range(len(view)):
        if where(np.unravel_index(i, view.shape)):
            status, value = Status(int(view.status[i])), int(view.value[i])
            found["cells"] += 1
            found["value"] += value
            if status is Status.PUBLISHED:
                found["rounding"] += abs(int(view.shown[i]) - value)
            else:
                found[status.name.lower()] += 1
            if status in (Status.PRIMARY, Status.SECONDARY):
                found["vp" if status is Status.PRIMARY else "vs"] += value
    return tuple(found.values())


def fields(tally) -> tuple[int, ...]:
    return tuple(getattr(tally, name) for name in tally.__slots__)


@settings(max_examples=drawn(4, long=20), deadline=None)
@CASES
def test_tallies(cube, under):
    """All cells, those of a level, those of a combination of levels; and every cell in one combination."""
    part = protect(cube, under, key=b"k")
    view = view_of_cube(part)
    loss, named = loss_of(view), [levels(d) for d in view.dimensions]
    assert fields(loss.total) == counted(view, lambda place: True)
    at = {d.name: (axis, names, of) for axis, (d, (names, of)) in enumerate(zip(view.dimensions, named))}
    for line in (*loss.by_level, *loss.by_combination):

        def there(place, line=line):
            return all(at[d][1][at[d][2][place[at[d][0]]]] == level for d, level in line.at)

        assert fields(line.tally) == counted(view, there)
    assert [line.at for line in loss.by_combination] == [
        tuple(a) for a in product(*([(d.name, n) for n in names] for d, (names, _) in zip(view.dimensions, named)))
    ]
    assert sum(line.tally.cells for line in loss.by_combination) == len(view)


@settings(max_examples=drawn(8, long=40), deadline=None)
@CASES
def test_widths(cube, under):
    """Bins against the spread of every sensitive cell; nothing proved that bounds from outside exclude."""
    part = protect(cube, under, key=b"k")
    view = view_of_cube(part)
    least, greatest = reach(view.worlds, len(view))
    found = widths(view, least, greatest)
    cells = [i for i in range(len(view)) if view.status[i] == Status.PRIMARY]
    moved = changes(part)
    spread = {i: max(0, moved[:, i].max(initial=0)) - min(0, moved[:, i].min(initial=0)) for i in cells}
    out = {i: None if view.bounds[1][i] < 0 else view.bounds[1][i] - view.bounds[0][i] for i in cells}
    assert found.kind == "width" and found.asked == (part.policy.width if cells else 0)
    assert found.short == sum(s < part.policy.width for s in spread.values()) == len(part.check().unproved)
    for b in found.bins:
        assert b.proved == sum(b.low <= s and (b.high is None or s < b.high) for s in spread.values())
        assert b.possible == sum(w is None if b.high is None else w is not None and b.low <= w < b.high for w in out.values())
    assert sum(b.proved for b in found.bins) == sum(b.possible for b in found.bins) == len(cells)
    assert all(out[i] is None or spread[i] <= out[i] for i in cells)
    table = possible(view, least, greatest)
    for v, row in enumerate(table, 1):
        for x, n in enumerate(row):
            assert n == sum(view.value[i] == v and v + least[i] <= x <= v + greatest[i] for i in cells)
    assert sum(row[v] for v, row in enumerate(table, 1)) == len(cells)


@settings(max_examples=drawn(8, long=40), deadline=None)
@CASES
def test_single_cells(cube, under):
    """Dearest and largest by sorting; partners by following lines with sets."""
    part = protect(cube, under, key=b"k")
    view = view_of_cube(part)
    secondary = [i for i in range(len(view)) if view.status[i] == Status.SECONDARY]
    found = dearest(view)
    assert [c.cell for c in found] == sorted(secondary, key=lambda i: (-view.value[i], i))[:12]
    near = {c.cell: nearest_by_sets(view, c.cell) for c in found}
    assert [c.protects for c in found] == [len(near[c.cell]) for c in found]
    for c in found:
        most = sorted(near[c.cell], key=lambda i: (-near[c.cell][i], i))[:3]
        assert c.examples == tuple(most)
    covers = {
        i: int(np.prod([len(d.members[p]) for d, p in zip(view.dimensions, np.unravel_index(i, view.shape))]))
        for i in range(len(view))
        if view.status[i] in (Status.PRIMARY, Status.SECONDARY)
    }
    wanted = sorted((i for i in covers if covers[i] > 1), key=lambda i: (-covers[i], -view.value[i], i))[:12]
    assert [(c.cell, c.covers, c.value) for c in margins(view)] == [(i, covers[i], view.value[i]) for i in wanted]


def nearest_by_sets(view: View, cell: int) -> dict[int, int]:
    """Sensitive cells the fewest lines away from a cell, in each world that changes it; with the number of worlds."""
    ties = [set(view.ties.cell[a:b].tolist()) for a, b in zip(view.ties.first, view.ties.first[1:])]
    hits: dict[int, int] = {}
    for k in range(len(view.worlds)):
        changed = set(view.worlds.unknown[view.worlds.first[k] : view.worlds.first[k + 1]].tolist())
        seen = ring = {cell} & changed
        while ring and not any(view.status[i] == Status.PRIMARY for i in ring):
            ring = {i for t in ties if t & ring for i in t & changed} - seen
            seen = seen | ring
        for i in ring:
            if view.status[i] == Status.PRIMARY:
                hits[i] = hits.get(i, 0) + 1
    return hits


@pytest.mark.parametrize("dimensions", [(two_levels("A", (2, 1)), flat("B", 2)), (flat("A", 2), touching("F", [(0,), (1,), (0, 1)], 2))])
def test_ties_are_lines(dimensions):
    """Every change of a single atom leaves no tie with exactly one changed cell, where codes add up."""
    ties = ties_of_lines(dimensions)
    overlap = any(len(m) > 1 and d.leaves[0] == "0" for d in dimensions for m in d.members)
    shape = tuple(d.n_leaves for d in dimensions)
    for atom in range(int(np.prod(shape))):
        one = np.zeros(shape, np.int64)
        one.ravel()[atom] = 1
        changed = set(np.flatnonzero(roll_up(one, dimensions).ravel()).tolist())
        for a, b in zip(ties.first, ties.first[1:]):
            met = changed & set(ties.cell[a:b].tolist())
            assert overlap or len(met) != 1


def test_partners_without_worlds():
    """Nothing moves: nothing is protected."""
    none = np.zeros(0, np.int64)
    empty = Worlds(np.zeros(1, np.int64), none.astype(np.int32), none)
    assert not partners(empty, np.array([1]), np.array([True, False]), ties_of_lines((flat("A", 1),))).any()


def test_periods_side_by_side():
    """Cubes of one table joined: the same cells, statuses and widths, period by period."""
    found = []
    for seed in (1, 2, 3):
        draw = np.random.default_rng(seed)
        period = replace(flat(f"B{seed}", 2), name="B")
        cube = Cube("t", (two_levels("A", (2, 3)), period), draw.integers(0, 7, (5, 2)))
        found.append(view_of_cube(protect(cube, policy(), key=b"k")))
    whole = joined(found)
    least, greatest = reach(whole.worlds, len(whole))
    for i, view in enumerate(found):
        mine = np.s_[:, 3 * i : 3 * i + 3]
        own = reach(view.worlds, len(view))
        for name in ("value", "shown", "status", "spl"):
            assert np.array_equal(getattr(whole, name).reshape(whole.shape)[mine], getattr(view, name).reshape(view.shape))
        assert np.array_equal(least.reshape(whole.shape)[mine].ravel(), own[0])
        assert np.array_equal(greatest.reshape(whole.shape)[mine].ravel(), own[1])
        assert np.array_equal(whole.bounds[0].reshape(whole.shape)[mine].ravel(), view.bounds[0])
    assert loss_of(whole).total.secondary == sum(loss_of(v).total.secondary for v in found)
    assert {c.cell for c in dearest(whole)} <= set(np.flatnonzero(whole.status == Status.SECONDARY).tolist())


def test_the_same_table_as_a_problem():
    """A cube, and the problem that it makes, lose the same; hidden atoms count for nothing."""
    for dimensions in ((two_levels("A", (2, 2)), flat("B", 3)), (flat("A", 3), touching("F", [(0,), (1,), (0, 1)], 2))):
        draw = np.random.default_rng(4)
        cube = Cube("t", dimensions, draw.integers(0, 7, tuple(d.n_leaves for d in dimensions)))
        part = protect(cube, policy(), key=b"k")
        problem = problem_of_cube(cube, part.policy)
        pattern = np.zeros(len(problem), np.uint8)
        pattern[: cube.cells.size] = part.status.ravel()
        seen = view_of_cube(part, bounded=False)
        same = view_of_problem(problem, pattern, seen.worlds, dimensions=dimensions)
        a, b = loss_of(seen), loss_of(same)
        assert (a.total, a.by_combination, a.widths, a.dearest, a.margins) == (b.total, b.by_combination, b.widths, b.dearest, b.margins)
        plain = loss_of(view_of_problem(problem, pattern, seen.worlds))
        assert fields(plain.total)[:4] == fields(a.total)[:4] and plain.by_level == () and plain.margins == ()


def small_problem() -> tuple[SuppressionProblem, np.ndarray]:
    """total = a + b + c, with a sensitive one; b is withheld for it."""
    n = [np.array(x, np.int64) for x in ([100, 10, 50, 40], [0] * 4, [1000] * 4, [0, 4, 0, 0], [0, 8, 0, 0], [0, 0, 0, 0])]
    value, lower, upper, lpl, upl, spl = n
    problem = SuppressionProblem(
        "p",
        value,
        value.astype(float),
        np.array([0, 1, 0, 0], np.uint8),
        lower,
        upper,
        value,
        value.copy(),
        lpl,
        upl,
        spl,
        relations([([0, 1, 2, 3], [-1, 1, 1, 1], 0, 0)]),
        integral=False,
    )
    return problem, np.array([0, Status.PRIMARY, Status.SECONDARY, 0], np.uint8)


@pytest.mark.parametrize("down, up, short, ratio", [(4, 8, 0, 1.0), (6, 12, 0, 1.5), (3, 20, 1, 0.75), (2, 2, 1, 0.25)])
def test_levels_of_a_problem(down, up, short, ratio):
    """Down over LPL or up over UPL, whichever comes off worst; a world may be a fraction, rounded to the truth."""
    problem, pattern = small_problem()
    worlds = Worlds(
        np.array([0, 2, 4]), np.array([1, 2, 1, 2], np.int32), np.array([-down * 2 - 1, down * 2 + 1, up, -up]), scale=np.array([2, 1])
    )
    view = view_of_problem(problem, pattern, worlds)
    found = widths(view, *reach(worlds, 4))
    assert (found.kind, found.short) == ("ratio", short)
    assert [b.low <= ratio and (b.high is None or ratio < b.high) for b in found.bins] == [b.proved == 1 for b in found.bins]
    assert [(c.cell, c.protects, c.examples) for c in dearest(view)] == [(2, 1, (1,))]


def test_rules():
    """A cell with two reasons is alone under neither; what is saved is asked only where another rule is left."""
    cube = Cube("t", (two_levels("A", (2, 2)), flat("B", 3)), np.random.default_rng(4).integers(0, 7, (4, 3)))
    part = protect(cube, policy(), key=b"k")
    view = view_of_cube(part)
    only = loss_of(view, without=lambda rule: pytest.fail("asked")).rules
    t = loss_of(view).total
    assert [(r.rule, r.cells, r.alone, r.value_alone, r.saved) for r in only] == [
        ("threshold", t.primary, t.primary, t.value_primary, (t.secondary, t.value_secondary))
    ]
    cells = view.sensitive
    mask = np.zeros(len(view), np.uint32)
    mask[cells] = [1 + i % 3 for i in range(len(cells))]
    asked = []
    two = view_of_cube(part, Reasons(("a", "b"), mask))
    found = loss_of(two, without=lambda rule: asked.append(rule) or ((1, 7) if rule == "a" else None)).rules
    assert asked == ["a", "b"] and found[0].saved == (t.secondary - 1, t.value_secondary - 7) and found[1].saved is None
    for bit, rule in ((1, found[0]), (2, found[1])):
        assert rule.cells == sum(bool(m & bit) for m in mask)
        assert rule.alone == sum(m == bit for m in mask)
        assert rule.value_alone == sum(int(v) for m, v in zip(mask, view.value) if m == bit)


def test_protected_anew_without_a_rule():
    """Cells of one rule only are freed, with their levels; those of both stay; too large a table is not done again."""
    problem, pattern = small_problem()
    asked = []

    def solve(changed):
        asked.append(changed)
        return Found(np.where(changed.sensitive, Status.PRIMARY, pattern).astype(np.uint8), None, np.zeros(0))

    without = without_rule(problem, Reasons(("a", "b"), np.array([0, 1, 0, 0], np.uint32)), solve)
    assert without("b") == (1, 50) and np.array_equal(asked[0].role, problem.role)
    without("a")
    assert not asked[1].sensitive.any() and not asked[1].lpl.any() and not asked[1].upl.any()
    both = without_rule(problem, Reasons(("a", "b"), np.array([0, 3, 0, 0], np.uint32)), solve)
    both("a")
    assert asked[2].sensitive[1] and asked[2].upl[1] == problem.upl[1]


def test_large_tables_are_not_protected_anew(monkeypatch):
    """A report takes no longer than the protection."""
    monkeypatch.setattr("celwacht.disclosure.loss.without_rule.MOST_CELLS", 3)
    problem, _ = small_problem()
    assert without_rule(problem, Reasons(("a",), np.zeros(4, np.uint32)), pytest.fail)("a") is None


def test_reasons_of_rules():
    """The policy's own threshold is the first of the rules, and the only one without others."""
    cube = Cube("t", (flat("A", 3), flat("B", 3)), np.random.default_rng(4).integers(0, 7, (3, 3)))
    found = reasons_of(sensitive_cells(cube, policy()))
    assert found.names == ("threshold",)
    assert np.array_equal(found.mask > 0, policy().sensitive(cube.cells).ravel())


def test_levels_by_name_or_depth():
    """A level is the one that the code names; by default trees name theirs by depth."""
    assert levels(two_levels("A", (2, 1)))[0] == ("0", "1", "2")
    names, of = levels(touching("F", [(0,), (1,)], 2))
    assert names == ("0",) and not of.any()
