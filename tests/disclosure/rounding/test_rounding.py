"""Rounding by definition: unbiased in integers, additive, adjacent, the same cell always alike, no small counts
left."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from celwacht.disclosure.intruder.feasibility import Attack
from celwacht.disclosure.policy.rounding_method import METHODS, RoundingMethod, disagreements
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.rounding import controlled
from celwacht.disclosure.rounding.canonical_order import canonical
from celwacht.disclosure.rounding.controlled import controlled_rounding, share_out
from celwacht.disclosure.rounding.keyed_hash import cell_words, siphash
from celwacht.disclosure.rounding.keyed_random import draws, random_rounding
from celwacht.disclosure.rounding.rounding import known_interval, problem_of_rounded, round_cube
from celwacht.disclosure.rounding.small_counts import small_count_rounding
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube, roll_up
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, flat, policy, two_levels

KEY = bytes(range(32))
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def some_cube(seed=0, dimensions=None, most=40):
    """A cube with counts of all sizes."""
    dimensions = dimensions or (two_levels("A", (3, 2, 4)), flat("B", 3), flat("C", 2))
    shape = tuple(d.n_leaves for d in dimensions)
    rng = np.random.default_rng(seed)
    return Cube("proef", dimensions, rng.integers(0, most, shape) * (rng.random(shape) < 0.8))


def shuffled(cube, seed):
    """The same cube with its dimensions, codes and leaves in another order, and how to find a cell of it back."""
    rng = np.random.default_rng(seed)
    dimensions, atoms = [], cube.atoms
    for axis, d in enumerate(cube.dimensions):
        codes, leaves = rng.permutation(d.n_codes), rng.permutation(d.n_leaves)
        atoms = np.take(atoms, leaves, axis=axis)
        members = tuple(np.sort(np.argsort(leaves)[d.members[i]]).astype(np.int32) for i in codes)
        dimensions.append(replace(d, codes=tuple(d.codes[i] for i in codes), leaves=tuple(d.leaves[i] for i in leaves), members=members))
    axes = rng.permutation(len(dimensions))
    return Cube(cube.table, tuple(dimensions[i] for i in axes), np.ascontiguousarray(atoms.transpose(axes)))


def by_code(cube, cells):
    """{codes by dimension: figure}."""
    return {frozenset((d.name, d.codes[i].code) for d, i in zip(cube.dimensions, at)): int(cells[at]) for at in np.ndindex(cube.shape)}


def test_siphash_is_the_published_one():
    """Test vectors of the authors, for the lengths that are whole words."""
    for n, wanted in ((0, "310e0edd47db6f72"), (8, "6224939a79f5f593"), (16, "db9bc2577fcc2a3f")):
        words = np.frombuffer(bytes(range(n)), "<u8").astype(np.uint64).reshape(1, -1)
        assert siphash(bytes(range(16)), words).astype("<u8").tobytes().hex() == wanted


@pytest.mark.parametrize("base", [2, 3, 5, 10, 1000])
def test_draws_are_uniform_within_two_to_the_minus_64(base):
    """Exactly floor(word * base / 2^64), so that each draw has 2^64 / base words, give or take one."""
    edges = [-(-(t << 64) // base) for t in range(base)] + [1 << 64]
    words = np.array([w for e in edges for w in (e - 1, e) if 0 <= w < 1 << 64], np.uint64)
    assert draws(words, base).tolist() == [int(w) * base >> 64 for w in words]
    off = [abs(Fraction(b - a, 1 << 64) - Fraction(1, base)) for a, b in pairwise(edges)]
    assert max(off) < Fraction(1, 1 << 64)


@pytest.mark.parametrize("base", [3, 5, 10])
def test_random_rounding_has_the_count_as_its_expectation(base):
    """Over the equally likely draws, for every remainder."""
    middle = np.array([((2 * t + 1) << 63) // base for t in range(base)], np.uint64)  # one word of every draw
    assert sorted(draws(middle, base)) == list(range(base))
    for x in range(4 * base):
        printed = random_rounding(np.full(base, x), middle, base)
        assert printed.sum() == base * x and np.all(np.abs(printed - x) < base) and not np.any(printed % base)


def test_a_figure_never_falls_when_the_count_rises():
    """For every draw: so a revision tells the direction of the change at most, and never an average."""
    middle = np.array([((2 * t + 1) << 63) // 5 for t in range(5)], np.uint64)
    printed = np.stack([random_rounding(np.full(5, x), middle, 5) for x in range(30)])
    assert np.all(np.diff(printed, axis=0) >= 0)


@pytest.mark.parametrize("method", METHODS)
def test_same_key_same_figures_in_any_order_and_a_hundred_times(method):
    """Codes, leaves and dimensions permuted; published again and again; and what another key does."""
    cube, how = some_cube(), RoundingMethod(method=method)
    done = round_cube(cube, how, KEY)
    first = by_code(cube, done.shown)
    for seed in range(3):
        other = shuffled(cube, seed)
        assert by_code(other, round_cube(other, how, KEY).shown) == first
    for _ in range(100 if method in ("random", "cell-key") else 3):
        assert np.array_equal(round_cube(cube, how, KEY).shown, done.shown)
    if method != "conventional":
        assert by_code(cube, round_cube(cube, how, KEY[::-1]).shown) != first


@pytest.mark.parametrize("method", ["random", "cell-key"])
def test_a_cell_is_rounded_alike_in_another_table(method):
    """The cells of A by B, from a table with C and from one without, of the same atoms' keys."""
    from celwacht.disclosure.rounding.cell_keys import keys_of_counts

    cube, how = some_cube(1), RoundingMethod(method=method)
    keys = keys_of_counts(cube, KEY)
    small = Cube("ander", cube.dimensions[:2], cube.atoms.sum(axis=2))
    large = round_cube(cube, how, KEY, atom_keys=keys).shown
    assert np.array_equal(large[:, :, 0], round_cube(small, how, KEY, atom_keys=keys.sum(axis=2)).shown)
    assert not np.array_equal(round_cube(cube, how, KEY, series="andere reeks").shown, large)


def test_words_differ_between_cells_and_agree_for_twins():
    """A code with one part is the same cell as that part; all other cells have words of their own."""
    cube = some_cube(dimensions=(two_levels("A", (2, 1)), flat("B", 3)))
    words = cell_words(cube.dimensions, KEY)
    assert len(set(words.ravel().tolist())) == words.size
    chain = Classification("A", "", "", flat("A", 1).codes, ("A0",), (np.array([0], np.int32), np.array([0], np.int32)))
    assert len(set(cell_words((chain, flat("B", 3)), KEY)[:, 1].tolist())) == 1
    with pytest.raises(ValueError, match="fewer than 16 bytes"):
        cell_words(cube.dimensions, b"short")


@QUICK
@given(cubes(most=12), st.sampled_from([3, 5, 10]))
def test_small_counts_are_gone_and_the_rest_adds_up(cube, base):
    """No cell in 1..base-1; only atoms below base move, to 0 or base, and only where a small cell has them."""
    atoms = small_count_rounding(cube, base, KEY)
    cells = roll_up(atoms, cube.dimensions)
    assert not np.any((cells > 0) & (cells < base))
    moved = atoms != cube.atoms
    assert np.all(cube.atoms[moved] < base) and np.all(cube.atoms[moved] > 0)
    assert np.all(np.isin(atoms[moved], [0, base]))
    if not np.any((cube.cells > 0) & (cube.cells < base)):
        assert not moved.any()


@QUICK
@given(cubes(most=12), st.sampled_from([3, 5]), st.sampled_from([None, 0.0]))
def test_controlled_rounding_adds_up_and_says_how_far_it_went(cube, base, gap):
    """Any cube, also one whose codes overlap: the cells are sums of some atoms that are multiples of the base."""
    done = controlled_rounding(cube, base, KEY, gap=gap)
    away = np.abs(done.cells - cube.cells)
    assert done.largest == away.max() and done.zero_restricted == bool((away < base).all())
    assert not (done.cells % base).any()
    attack = Attack(
        replace(
            round_cube(cube, RoundingMethod(method="controlled", base=base), KEY).table(),
            shown=done.cells,
            least=done.cells,
            greatest=done.cells,
            possible=None,  # what is asked here is only whether they add up
        )
    )
    assert attack.consistent()


@pytest.mark.parametrize("seed", range(12))
def test_controlled_rounding_is_optimal_by_trying_everything(seed):
    """Every zero-restricted rounding of a 3 x 3 (or 2 x 2 x 2) table is tried; none is closer, or none exists and that
    is reported."""
    dimensions = (flat("A", 3), flat("B", 3)) if seed % 2 else (flat("A", 2), flat("B", 2), flat("C", 2))
    cube, base = some_cube(seed, dimensions, most=9), 5
    best = None
    for up in product(*([0, 1] if r else [0] for r in (cube.atoms % base).ravel())):
        cells = roll_up((cube.atoms // base + np.reshape(up, cube.atoms.shape)) * base, cube.dimensions)
        away = np.abs(cells - cube.cells)
        if (away < base).all():
            best = min(best or 10**9, int(away.sum()))
    done = controlled_rounding(cube, base, KEY)
    if best is None:
        assert done.impossible and not done.zero_restricted and not done.optimal
    else:
        assert done.optimal and done.zero_restricted and np.abs(done.cells - cube.cells).sum() == best


def test_where_no_zero_restricted_solution_exists_it_is_told():
    """Base 4, three atoms of 2, and a code for every pair: the pairs must stay 4, and three numbers cannot be 4 two by
    two."""
    members = tuple(np.array(m, np.int32) for m in ([0, 1, 2], [0, 1], [0, 2], [1, 2], [0], [1], [2]))
    codes = tuple(replace(flat("F", 1).codes[0], code=f"F{i}") for i in range(7))
    odd = Classification("F", "", "", codes, ("a", "b", "c"), members)
    done = controlled_rounding(Cube("proef", (odd,), np.array([2, 2, 2], np.int64)), 4, KEY)
    assert done.impossible and not done.zero_restricted and not done.optimal and done.largest >= 4
    assert any(
        "no such rounding" in n
        for n in round_cube(Cube("proef", (odd,), np.array([2, 2, 2], np.int64)), RoundingMethod(method="controlled", base=4), KEY).notes
    )


@pytest.mark.parametrize("gap", [None, 0.05])
def test_top_down_is_additive(gap, monkeypatch):
    """Parts of totals that were rounded before them, with many zeros and ones, so that some parts must take further
    steps."""
    monkeypatch.setattr(controlled, "MOST_WHOLE", 0)
    dimensions = (two_levels("A", (4, 3, 2)), two_levels("B", (2, 2)), flat("C", 2))
    cube = some_cube(3, dimensions, most=7)
    done = controlled_rounding(cube, 5, KEY, gap=gap)
    facts = problem_of_cube(cube, policy()).relations
    assert not facts.sums(done.cells.ravel()).any()
    assert done.largest <= 15 and not (done.cells % 5).any() and done.cells.min() >= 0


def test_where_programmes_fail_figures_are_still_additive(monkeypatch):
    """No solver at all, top down and in one piece: shared out, or searched; always additive."""
    cube = some_cube(4)
    facts = problem_of_cube(cube, policy()).relations
    monkeypatch.setattr(controlled, "solve", lambda *a, **k: controlled.Answer(None))
    for most in (10**6, 0):
        monkeypatch.setattr(controlled, "MOST_WHOLE", most)
        done = controlled_rounding(cube, 5, KEY)
        assert not facts.sums(done.cells.ravel()).any() and not (done.cells % 5).any() and done.cells.min() >= 0
        assert done.widened and not done.optimal


def test_without_a_solver_parts_still_add_up():
    """Largest remainders: sums met exactly, never below 0, adjacent where the sum allows it."""
    value, total = np.array([[1, 7, 0], [4, 7, 3], [2, 9, 0]]), np.array([1, 5, 2])
    found = share_out(value, total, 5)
    assert found.sum(axis=0).tolist() == total.tolist() and found.min() >= 0
    assert np.abs(5 * found - value)[:, :2].max() < 5


@QUICK
@given(cubes(most=12), st.sampled_from(METHODS))
def test_the_truth_lies_in_what_every_figure_tells(cube, name):
    """Facts that an intruder has are true, in the result and in the suppression problem made of it."""
    done = round_cube(cube, RoundingMethod(method=name), KEY)
    assert np.all(done.least <= cube.cells) and np.all(cube.cells <= done.greatest) and done.least.min(initial=0) >= 0
    problem = problem_of_rounded(done, policy(threshold=5))  # raises if the truth contradicts it
    shown = problem.printed_low[: cube.cells.size] <= cube.cells.ravel()
    assert shown.all() and Attack(done.table()).consistent()


@pytest.mark.parametrize("name", ["conventional", "random", "cell-key"])
def test_intervals_are_those_that_the_definition_gives(name):
    """Every count that can be printed as a figure is tried: the least and the greatest are the interval."""
    how = RoundingMethod(method=name)
    behind = {}
    words = np.array([((2 * t + 1) << 63) // 5 for t in range(5)], np.uint64)
    from celwacht.disclosure.rounding.p_table import entropy_table

    for x in range(60):
        figures = {
            "conventional": [5 * ((x + 2) // 5)],
            "random": random_rounding(np.full(5, x), words, 5).tolist(),
            "cell-key": list(entropy_table().figures(x)),
        }[name]
        for p in figures:
            behind.setdefault(p, set()).add(x)
    for p in (0, 5, 10, 20, 40):
        least, greatest = known_interval(how, np.array([p]))
        assert (int(least[0]), int(greatest[0])) == (min(behind[p]), max(behind[p]))


def test_problem_after_conventional_rounding_is_that_of_the_policy():
    """The same problem by either way."""
    cube, chosen = some_cube(5), policy(threshold=10, width=4, base=5, zeros="withheld")
    one = problem_of_rounded(round_cube(cube, RoundingMethod(), KEY), chosen)
    other = problem_of_cube(cube, chosen)
    for name in ("value", "cost", "role", "printed_low", "printed_high", "spl", "lower", "upper"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_threshold_base_and_width_are_held_against_each_other():
    """Each message names the culprit and a value that passes."""

    def said(threshold, width, **how):
        return disagreements(RoundingMethod(**how), threshold, width)

    assert said(10, 4, base=5) == () and "use threshold 10" in said(8, 4, base=5)[0]
    assert said(10, 9, method="controlled", base=10) == ()
    assert "base 5 is below threshold 10" in said(10, 4, method="random", base=5)[0]
    assert "use base 10 or more" in said(10, 4, method="small-count", base=5)[0]
    assert any("base 8 or more" in m for m in said(5, 7, method="small-count", base=5))
    assert "no_small 9" in said(10, 5, method="cell-key")[0] and said(3, 5, method="cell-key") == ()
    with pytest.raises(ValueError, match="variance 90"):
        RoundingMethod(method="cell-key", variance=90)
    with pytest.raises(ValueError, match="use most_change 6 or more"):
        RoundingMethod(method="cell-key", no_small=4, most_change=4)


def test_a_policy_with_another_rounding_agrees_with_itself_and_prints_nothing():
    """It can be written down and read, is held against threshold and width, and no proof or figure comes of it."""
    from celwacht.disclosure.policy.policy import DisclosurePolicy
    from celwacht.disclosure.search.cubes.protect_cube import protect

    def under(**how):
        return DisclosurePolicy.model_validate({**policy(threshold=5, width=4).model_dump(exclude_unset=True), **how})

    for how in ({"method": "conventional", "base": 5}, {"method": "random", "base": 3}, {"method": "small-count", "base": 4}):
        with pytest.raises(ValueError, match="leave rounding out|below threshold 5"):
            under(rounding=how)
    with pytest.raises(ValueError, match="rounded twice"):
        under(rounding={"method": "controlled"}, rounding_base=5, zeros="withheld")
    chosen = under(rounding={"method": "controlled", "base": 5})
    with pytest.raises(ValueError, match="no proof"):
        protect(some_cube(), chosen)
    assert problem_of_rounded(round_cube(some_cube(), chosen.rounding, KEY), chosen).sensitive.any()


def test_canonical_order_goes_there_and_back():
    """Nothing is lost on the way."""
    cube = some_cube(2)
    form = canonical(cube, KEY)
    assert np.array_equal(form.back(form.cube.cells), cube.cells)
    assert np.array_equal(form.there(cube.cells), form.cube.cells)
