"""Worlds by programmes in whole numbers: as far as any count goes, judged by trying all, and what is left over gets them before a headline figure goes."""

import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.search.cubes import suppress as search
from celwacht.disclosure.search.cubes import whole_programme
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.disclosure.search.cubes.space import state_of
from celwacht.disclosure.search.cubes.whole_programme import worlds_by_programme
from celwacht.disclosure.search.cubes.world_pool import empty_pool
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube, roll_up
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import flat, policy
from tests.examples import drawn

ROUNDED = policy(threshold=10, width=4, base=5, zeros="withheld")


def small(atoms) -> Cube:
    """Two kinds by three regions of a province of two parts."""
    regions = from_tree("R", {"P": ["A", "B"], "A": ["a", "b"]}, "P")
    return Cube("t", (flat("K", 2), regions), np.array(atoms, np.int64).reshape(2, 3))


def reach(cube: Cube, state, cell: int) -> tuple[int, int]:
    """(least, greatest) change of a cell over all other counts that would be printed the same, as far as the width asks: every one is tried."""
    ways = [np.arange(max(least, -5), min(most, 5) + 1) for least, most in zip(state.atom_low, state.atom_high, strict=True)]
    atoms = np.stack(np.meshgrid(*ways, indexing="ij"), -1).reshape(-1, len(ways))
    adds = np.stack([roll_up(one.reshape(2, 3), cube.dimensions).ravel() for one in np.eye(len(ways), dtype=np.int64)])
    cells = atoms @ adds
    fits = np.all((cells >= state.low) & (cells <= state.high), axis=1)
    return int(cells[fits, cell].min()), int(cells[fits, cell].max())


@pytest.mark.parametrize("atoms", [(3, 12, 4, 9, 2, 11), (4, 40, 12, 1, 0, 20), (2, 16, 11, 14, 3, 4)])
def test_it_goes_as_far_as_any_counts_do(atoms):
    """Up first, then down what is missing."""
    cube = small(atoms)
    state = state_of(cube, ROUNDED, None, None)
    cells = np.flatnonzero(state.status == Status.PRIMARY)
    assert cells.size
    for cell in cells.tolist():
        fresh = state_of(cube, ROUNDED, None, None)
        worlds_by_programme(cube, fresh, empty_pool(fresh.low.size, 1 << 11, 1 << 20), np.array([cell]))
        low, high = reach(cube, state, cell)
        up = min(high, ROUNDED.width)
        assert fresh.seen_high[cell] == up
        assert fresh.seen_low[cell] == (0 if up == ROUNDED.width else max(low, up - ROUNDED.width))


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
