"""The search by boxes: what blocks may touch, what is proved when it says so, boxes that are mended, effort; and programmes for what boxes leave over."""

import pickle

import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.search.cubes import suppress as search
from celwacht.disclosure.search.cubes import whole_programme
from celwacht.disclosure.search.cubes.block import put_back
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.disclosure.search.cubes.push_kernel import push
from celwacht.disclosure.search.cubes.space import search_space, state_of, work_for
from celwacht.disclosure.search.cubes.whole_programme import worlds_by_programme
from celwacht.disclosure.search.cubes.withhold_kernel import effort_for
from celwacht.disclosure.search.cubes.world_kernel import forget
from celwacht.disclosure.search.cubes.world_pool import add_world, empty_pool
from celwacht.tables.cubes.classification import Classification, Code, from_tree
from celwacht.tables.cubes.cube import Cube, roll_up
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

from tests.disclosure.cubes import flat, policy
from tests.examples import drawn

ROUNDED = policy(threshold=10, width=4, base=5, zeros="withheld")


def two_provinces(n: int) -> Classification:
    """A country of two provinces with n gemeenten each, and small regions: one in each province, one across the border."""
    groups = {
        "NL": range(2 * n),
        "PV1": range(n),
        "PV2": range(n, 2 * n),
        "across": (n - 1, n),
        "JZ1": (0, 1),
        "JZ2": (2 * n - 2, 2 * n - 1),
    }
    members = [np.array(list(g), np.int32) for g in groups.values()] + [np.array([i], np.int32) for i in range(2 * n)]
    levels = ["land", "provincie", "provincie", "jeugdregio", "jeugdregio", "jeugdregio", *["gemeente"] * (2 * n)]
    names = [*groups, *(f"GM{i}" for i in range(2 * n))]
    codes = tuple(Code(name, name, level=level) for name, level in zip(names, levels, strict=True))
    return Classification("RegioS", "Regio's", "Regions", codes, tuple(f"g{i}" for i in range(2 * n)), tuple(members), "GeoDimension")


def country(seed: int, n: int = 40, most: int = 30) -> Cube:
    """Counts of 0 to `most`, many of them small."""
    draw = Generator(PCG64(seed))
    atoms = (draw.random((3, 4, 2 * n)) ** 3 * most).astype(np.int64)
    return Cube("proef", (flat("A", 3), flat("B", 4), two_provinces(n)), atoms)


def test_the_worlds_of_a_block_change_cells_of_that_block_only():
    """As space.py claims, and as blocks side by side in threads need it. A code across the border lies in no block."""
    cube = country(1)
    space = search_space(cube, Generator(PCG64(0)))
    block = space.block.reshape(cube.shape)[0, 0]
    assert block[3] == -1 and set(block[4:6]) == {0, 1}
    local, stride = space.local, space.local.along[1]
    rows = [local.code_offset[a:b] // stride for a, b in zip(local.code_at[:-1], local.code_at[1:], strict=True)]
    assert len(rows) > 100
    assert all(len(set(block[codes])) == 1 and block[codes[0]] >= 0 for codes in rows)


def test_one_thread_or_four_find_the_same():
    """Blocks share nothing that they change. (It was otherwise, and a cell across the border could be taken for proved by worlds of
    one block that this block then struck out: the proofs that "the last clean-up lost".)"""
    one, four = (search.suppress(country(3), ROUNDED, key=b"k", threads=n) for n in (1, 4))
    assert np.array_equal(one.pattern, four.pattern) and np.array_equal(one.worlds.unknown, four.worlds.unknown)


def test_a_world_for_which_there_is_no_room_proves_nothing():
    """One trial can find more worlds than are kept room for: none is written past the end, or half."""
    cube = country(5, n=4)
    state = state_of(cube, ROUNDED, None, None)
    work, pool = work_for(state), empty_pool(cube.cells.size, worlds=4, entries=5)
    for n, fits in ((3, True), (3, False), (2, True), (1, False)):
        for c in range(n):
            work.change[c], work.touched[c] = 9 + n, c
        work.n[0] = n
        before = int(pool.n[0]), state.seen_high[0]
        state.seen_high[0] = 0
        add_world(pool, state, work)
        assert (int(pool.n[0]) - before[0], state.seen_high[0] > 0) == ((1, True) if fits else (0, False))
        assert not work.n.any() and not work.change.any()
    assert pool.n[1] == 5


def test_a_box_that_breaks_a_printed_cell_is_mended_by_another():
    """Boxes that are mended reach further than boxes that fit, and what they give is a world: by the definition, from atoms."""
    cube = country(2, n=6, most=60)
    state, space = state_of(cube, ROUNDED, None, None), search_space(cube, Generator(PCG64(0))).whole
    work, further = work_for(state), 0
    for cell in np.flatnonzero(state.status == search.Status.PRIMARY):
        for direction in (1, -1):
            plain = push(space, state, work, cell, direction, 4, 300, 0)
            forget(work)
            got = push(space, state, work, cell, direction, 4, 300, 20)
            change = roll_up(work.atom_change.reshape(cube.atoms.shape).astype(np.int64), cube.dimensions).ravel()
            assert np.array_equal(change, work.change) and change[cell] == got * direction and got >= plain
            assert (cube.atoms.ravel() + work.atom_change >= 0).all()
            printed = state.status == 0
            assert np.array_equal(ROUNDED.printed(cube.cells.ravel() + change)[printed], ROUNDED.printed(cube.cells.ravel())[printed])
            forget(work)
            further += got > plain
    assert further > 20


def test_effort_goes_with_what_is_at_stake_and_not_with_size():
    """No switch: more at stake, more work, in small steps; the same for a cell of any cube."""
    efforts = [effort_for(float(cost)) for cost in range(2, 2000)] + [effort_for(np.inf)]
    assert all(a[i] <= b[i] for a, b in zip(efforts, efforts[1:], strict=False) for i in range(3))
    assert all(b[1] - a[1] <= 10 and b[2] - a[2] <= 1 for a, b in zip(efforts, efforts[1:], strict=False))
    assert not hasattr(search, "FEW")


def test_a_block_by_itself_is_searched_as_in_its_cube():
    """Every step is the same, so that the statuses, the room of each cell and the worlds are; also after a journey as bytes, and twice."""
    cube = country(4, n=12)
    begun, beside = (search.begin(cube, ROUNDED, key=b"k") for _ in range(2))
    trial, faces, blocks = search.trial_for(beside.state), begun.faces(), begun.blocks()
    assert len(blocks) > 2
    for number, block in reversed(list(zip(begun.numbers, blocks))):
        search.search_block(faces, block)  # as when a worker is lost after it was done
        done = pickle.loads(pickle.dumps(search.search_block(*pickle.loads(pickle.dumps((faces, block))))))
        cells = beside.cells[beside.space.block[beside.cells] == number]
        pool = search.protect_within(beside.space.local, beside.state, trial, cells, lambda: None)
        here = put_back(begun.space, begun.state, number, done)
        alive = np.flatnonzero(pool.alive)
        assert len(alive) == here.n[0]
        for n, w in enumerate(alive):
            assert np.array_equal(here.cell[here.first[n] : here.first[n + 1]], pool.cell[pool.first[w] : pool.first[w + 1]])
            its, whole = slice(here.atom_first[n], here.atom_first[n + 1]), slice(pool.atom_first[w], pool.atom_first[w + 1])
            assert np.array_equal(here.atom[its], pool.atom[whole]) and np.array_equal(here.atom_change[its], pool.atom_change[whole])
    assert all(np.array_equal(a, b) for a, b in zip(begun.state, beside.state)) and (begun.state.seen_high > 0).sum() > 20


def small(atoms) -> Cube:
    """Two kinds by three regions of a province of two parts."""
    regions = from_tree("R", {"P": ["A", "B"], "A": ["a", "b"]}, "P")
    return Cube("t", (flat("K", 2), regions), np.array(atoms, np.int64).reshape(2, 3))


def reach(cube: Cube, state) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) change of each cell over all other counts that would be printed the same, none of them more than 5 away: every one is tried."""
    ways = [np.arange(max(least, -5), min(most, 5) + 1) for least, most in zip(state.atom_low, state.atom_high, strict=True)]
    atoms = np.stack(np.meshgrid(*ways, indexing="ij"), -1).reshape(-1, len(ways))
    adds = np.stack([roll_up(one.reshape(2, 3), cube.dimensions).ravel() for one in np.eye(len(ways), dtype=np.int64)])
    fits = np.ones(len(atoms), bool)
    for column, low, high in zip(adds.T, state.low, state.high, strict=True):
        change = atoms @ column
        fits &= (change >= low) & (change <= high)
    cells = atoms[fits] @ adds
    return cells.min(axis=0), cells.max(axis=0)


@pytest.mark.parametrize("atoms", [(3, 12, 4, 9, 2, 11), (4, 40, 12, 1, 0, 20), (2, 16, 11, 14, 3, 4)])
def test_programmes_go_as_far_as_any_counts_do(atoms):
    """Up first, then down what is missing."""
    cube = small(atoms)
    state = state_of(cube, ROUNDED, None, None)
    low, high = reach(cube, state)
    cells = np.flatnonzero(state.status == Status.PRIMARY)
    assert cells.size
    for cell in cells.tolist():
        fresh = state_of(cube, ROUNDED, None, None)
        worlds_by_programme(cube, fresh, empty_pool(fresh.low.size, 1 << 11, 1 << 20), np.array([cell]))
        up = min(high[cell], ROUNDED.width)
        assert fresh.seen_high[cell] == up
        assert fresh.seen_low[cell] == (0 if up == ROUNDED.width else max(low[cell], up - ROUNDED.width))


@settings(max_examples=drawn(8, long=200), deadline=None)
@given(st.lists(st.integers(0, 40), min_size=12, max_size=12))
def test_what_is_left_over_gets_them_and_the_checker_believes_them(values):
    """Without any box: what programmes alone prove, the checker finds proved, and nothing is withheld for it."""
    atoms = np.array(values, np.int64).reshape(3, 4)
    cube = Cube("t", (flat("K", 3), from_tree("R", {"P": ["A", "B"], "A": ["a", "b"], "B": ["c", "d"]}, "P")), atoms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "rounds", lambda space, state, work, pool, *rest: pool)
        found = search.suppress(cube, ROUNDED)
        seen = protect(cube, ROUNDED)
    assert not (found.pattern == Status.SECONDARY).any()
    assert set(seen.check().unproved.tolist()) == set(found.unproved.tolist())


def test_what_boxes_leave_programmes_prove():
    """Beside a search for boxes that finds none: every cell is proved, and nothing is withheld."""
    cube = small((4, 40, 12, 1, 0, 20))
    asked = {}
    for most in (0, whole_programme.MOST_CELLS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(whole_programme, "MOST_CELLS", most)
            patch.setattr(search, "rounds", lambda space, state, work, pool, *rest: pool)
            asked[most] = search.suppress(cube, ROUNDED).unproved.size
    assert asked[0] > 0 and asked[whole_programme.MOST_CELLS] == 0
