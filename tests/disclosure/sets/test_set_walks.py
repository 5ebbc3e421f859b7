"""Walks: worlds of many exchanges at once, judged by the set checker and by an intruder who tries every register."""

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.sets import protect_set as whole
from celwacht.disclosure.search.sets.certificate import certificate, printed_cubes
from celwacht.disclosure.search.sets.spokes import together
from celwacht.disclosure.search.units.exact_kernel import Scratch, drop, take
from celwacht.disclosure.search.units.exchange import Given, movers_of
from celwacht.disclosure.search.units.meaning import meanings
from celwacht.disclosure.search.units.rows import register_of, scratch_of, set_cells, state_of
from celwacht.disclosure.search.units.walk import tracks_of, walks
from celwacht.disclosure.search.units.walk_kernel import _exchange
from celwacht.disclosure.sets.set_checker import check_set
from celwacht.tables.together.units import kinds_of, variable_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import policy
from tests.disclosure.oracle import TooLarge
from tests.disclosure.search.test_set_safety import TABLES, judge
from tests.disclosure.set_registers import HALVES, Record, counts_for

NAMES = ["in_crisis", "gebruik_geslacht", "jongeren"]
NARROW = policy(threshold=10, width=2, base=5, zeros="withheld")
ROUNDED = policy(threshold=10, width=4, base=5, zeros="withheld")
records = st.builds(
    lambda c, g, p, k: Record((("crisis", c), ("geslacht", g)), p, k),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 4),
)


@pytest.fixture
def walks_only(monkeypatch):
    """The search of a set without clusters and without exchanges for single cells."""
    monkeypatch.setattr(whole, "search_source", lambda *_, **__: None)
    monkeypatch.setattr(whole, "_exchanges", lambda *_: None)


def rng():
    return np.random.default_rng(1)


def crowd(seed=3, persons=60):
    draw = np.random.default_rng(seed)

    def one():
        crisis, sex, place, course = (int(draw.integers(n)) for n in (2, 2, 2, 5))
        return Record((("crisis", crisis), ("geslacht", sex)), place, course)

    return [[one()] for _ in range(persons)]


def start_of(register, rule=ROUNDED):
    """(counts, register, cells, state, scratch) as the search of a set begins."""
    made = counts_for([TABLES[n] for n in NAMES], register, HALVES)
    rows = register_of(made)
    cells = set_cells([c.cube for c in made], [rule] * len(made), meanings(made, rows))
    state = state_of(cells)
    together(cells, state)
    return made, rows, cells, state, scratch_of(int(cells.first[-1]))


def changes_by_hand(made, world):
    """What a world of moves does to every cell of every cube, one unit after the other, from atoms and codes alone."""
    rows, moves = world
    cells = [np.zeros(c.cube.cells.shape, np.int64) for c in made]
    for group, variable, value in zip(moves.groups, moves.variable, moves.value):
        for row in group.tolist():
            cube = int(rows.cube[row])
            slots = range(rows.slot_first[cube], rows.slot_first[cube + 1])
            old = [int(rows.leaf[row, k]) for k in range(len(slots))]
            new = [int(rows.new_leaf[rows.new_at[s] + value]) if rows.slot_variable[s] == variable else x for s, x in zip(slots, old)]
            for leaves, by in ((old, -1), (new, 1)):
                held = [
                    [k for k, m in enumerate(d.members) if x in m.tolist()] for d, x in zip(made[cube].cube.dimensions, leaves, strict=True)
                ]
                cells[cube][np.ix_(*held)] += by
    return np.concatenate([c.ravel() for c in cells])


def test_a_walk_is_one_world_that_prints_alike_and_is_what_it_says():
    made, rows, cells, state, scratch = start_of(crowd())
    (kind,) = kinds_of(made)
    movers = movers_of(cells, made, rows, *kind)
    found = walks(movers, state, scratch, len(rows.person), (0.0, 0.0, 30.0), rng())
    assert found and all(len(g.groups) >= 2 for _, g in found)
    changes = np.array([changes_by_hand(made, world) for world in found])
    assert np.array_equal(state.seen_low, np.minimum(changes.min(axis=0), 0))
    assert np.array_equal(state.seen_high, np.maximum(changes.max(axis=0), 0))
    assert np.all((changes >= state.low) & (changes <= state.high))
    owner = np.repeat(np.arange(len(rows.person)), np.diff(rows.person_at))
    for _, world in found:
        who = [int(owner[g[0]]) for g in world.groups]
        assert len(set(who)) == len(who)
    assert not scratch.change.any() and not scratch.by.any()


def test_a_walk_for_nothing_withholds_nothing():
    made, rows, cells, state, scratch = start_of(crowd(4, 40))
    before = state.status.copy()
    walks(movers_of(cells, made, rows, *kinds_of(made)[0]), state, scratch, len(rows.person), (0.0,), rng())
    assert np.array_equal(state.status, before)
    assert np.any((state.seen_high > state.seen_low) & (state.spl > 0))


@pytest.mark.compiles
def test_an_exchange_leaves_alone_whatever_does_not_show_all_of_its_variables():
    """Pairs change no total over one of their two variables, boxes none over one of their three."""
    made, rows, cells, _, _ = start_of(crowd(6, 60))
    movers, seed, seen = movers_of(cells, made, rows, *kinds_of(made)[0]), np.array([1]), set()
    for track in tracks_of(movers):
        units, values = np.zeros(4, np.int64), np.zeros(4, np.int64)
        for unit in track.way.order:
            many = _exchange(track.way, int(unit), 0, seed, units, values)
            moved = [movers.group[track.way.at[u] : track.way.until[u]] for u in units[:many]]
            if many and len({int(movers.person[u]) for u in units[:many]}) == many:
                seen.add(many)
                world = Given(np.array([0, many]), moved, np.full(many, track.way.variable), values[:many])
                changed = np.split(changes_by_hand(made, (movers.rows, world)), cells.first[1:-1])
                for i, (c, change) in enumerate(zip(made, changed)):
                    for k in range(len(c.cube.shape)):
                        if variable_of(c, k) in {movers.units.names[v] for v in (track.way.variable, *track.crossed)}:
                            total = [x for x, m in enumerate(c.cube.dimensions[k].members) if len(m) == c.cube.dimensions[k].n_leaves]
                            assert not np.take(change.reshape(c.cube.shape), total, axis=k).any(), (i, k)
    assert seen == {2, 4}


def test_the_checker_finds_what_the_search_says_it_reached():
    """Types and worlds of walks for the set checker, which knows nothing of walks: just those cells are unproved that are too narrow."""
    made, rows, cells, state, scratch = start_of(crowd(7, 40), NARROW)
    found = walks(movers_of(cells, made, rows, *kinds_of(made)[0]), state, scratch, len(rows.person), (0.0, *[20.0] * 5), rng())
    types, worlds = certificate(rows, found, np.ones(len(found), bool))
    judged = check_set(printed_cubes(cells, state), types, worlds)
    assert judged.verdict is not Verdict.UNSAFE, judged.reason
    unproved = np.concatenate([u + first for u, first in zip(judged.unproved, cells.first)])
    assert np.array_equal(unproved, np.flatnonzero((state.spl > 0) & (state.seen_high - state.seen_low < state.spl)))
    assert len(unproved) < np.count_nonzero(state.spl)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records, min_size=20, max_size=60), st.sampled_from([ROUNDED, policy(threshold=4, width=2)]))
def test_the_intruder_narrows_nothing_that_walks_prove(walks_only, register, rule):
    try:
        judge(["in_crisis", "gebruik_geslacht"], [[r] for r in register], rule, 1)
    except TooLarge:
        pass


@pytest.mark.compiles
def test_a_world_of_more_changes_than_the_list_holds():
    """Cells that leave the truth and come back again and again fill the list of cells touched; none is lost."""
    n = 5
    change, by, mark = (np.zeros(n, t) for t in (np.int32, np.int32, np.int64))
    scratch = Scratch(change, by, mark, np.zeros(64, np.int64), np.zeros(n, np.int64), np.array([0, 0, 1]))
    for step in range(38):
        for c in (step % n, (step + 2) % n):
            scratch.log[scratch.n[0]] = c
            scratch.n[0] += 1
            scratch.by[c] += 1 if step % 10 < 5 else -1
        take(scratch, 1)
    drop(scratch)
    listed = scratch.touched[: scratch.n[1]]
    assert scratch.change.any() and scratch.n[1] <= n and set(np.flatnonzero(scratch.change)) <= set(listed.tolist())
