"""Headline figures: which they are, and that the search leaves them alone as long as everything can be proved."""

from pathlib import Path

import numpy as np
import pytest
from celwacht.disclosure.loss.loss import loss_of
from celwacht.disclosure.loss.view import view_of_cube
from celwacht.disclosure.model.problem import Found
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import no_worlds
from celwacht.disclosure.policy.headline import Elsewhere, given_up, headline_ranks
from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.search.cubes import protect_cube
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.disclosure.search.cubes.suppress import suppress
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.specs.library import library_of
from celwacht.tables.yaml.read import PACKAGED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, flat, policy, touching
from tests.disclosure.search.test_box_search import ROUNDED, country, two_provinces
from tests.disclosure.search.test_safety import POLICIES
from tests.examples import drawn

SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def test_ranks_are_totals_over_all_other_dimensions_by_level():
    """By hand: forms that overlap, regions that do not nest, and periods that have headline figures each."""
    time = Classification(
        "Perioden",
        "",
        "",
        tuple(Code(f"P{i}", "") for i in range(2)),
        ("a", "b"),
        (np.array([0], np.int32), np.array([0, 1], np.int32)),
        "TimeDimension",
    )
    help_ = touching("F", [(0,), (1,), (0, 1)], 2)
    cube = Cube("t", (help_, two_provinces(2), time), np.ones((3, 4, 2), np.int64))
    ranks = headline_ranks(cube, ("land", "jeugdregio"), ("F",))
    land, province, region, gemeente = 0, 1, 3, 6
    assert ranks[0, land].tolist() == [1, 1] and ranks[0, region].tolist() == [2, 2]
    assert ranks[1, land].tolist() == ranks[2, land].tolist() == [3, 3]
    assert not ranks[0, [province, gemeente]].any() and not ranks[1:, 1:].any()
    assert not headline_ranks(cube, ()).any()


@pytest.mark.parametrize("name", ["statline", "strict"])
def test_the_policies_of_the_package_keep_levels_that_exist(name):
    """A level that is misspelt would keep nothing, in silence."""
    lists = library_of(Path(str(PACKAGED / "jeugdhulp_crisis.yaml"))).classifications
    assert read_policy(name).keep == ("land", "provincie", "jeugdregio", "gemeente")
    assert set(read_policy(name).keep) <= set(lists["regio"].levels)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("chosen", [ROUNDED, policy(threshold=5, width=3)], ids=["rounded", "exact"])
def test_headline_figures_stay_where_everything_else_may_go(seed, chosen):
    """A country with enough room: no headline figure is withheld, and all is proved."""
    kept = protect(
        country(seed, n=12, most=60), chosen.model_copy(update={"keep": ("land", "provincie", "gemeente")}), keep=("A",), key=b"k"
    )
    assert kept.check().verdict is Verdict.SAFE
    lost = kept.summary()
    assert lost["headline"] > 20 and lost["headline_withheld"] == 0


@settings(max_examples=drawn(10, long=60), **SLOW)
@given(cubes(), st.sampled_from(POLICIES), st.integers(0, 2))
def test_everything_is_proved_whatever_is_to_be_kept(cube, chosen, rank):
    """Cells that must stay make room dearer, never the promise weaker: where they cannot stay they go."""
    kept = np.zeros(cube.shape, np.int16)
    kept[(0,) * cube.atoms.ndim], kept[0] = 2, 1 + (rank > 0)
    found = suppress(cube, chosen, kept=kept)
    assert not found.unproved.size


@settings(max_examples=drawn(10, long=60), **SLOW)
@given(cubes(), st.sampled_from(POLICIES))
def test_what_is_forced_is_printed_proved_or_not(cube, chosen):
    """Forced cells are never withheld, unless they are sensitive or zeros that the policy withholds."""
    forced = np.zeros(cube.shape, bool)
    forced[0] = True
    found = suppress(cube, chosen, forced=forced)
    assert not (found.pattern[forced] == Status.SECONDARY).any()


def test_the_last_rank_goes_first():
    """Two totals, of which one must be withheld to protect a cell that both hold: the one of the last rank goes."""
    cube = Cube("t", (flat("A", 2), flat("B", 1)), np.array([[3], [40]]))
    for first, last in ((0, 2), (2, 0)):
        kept = np.zeros(cube.shape, np.int16)
        kept[first], kept[last] = 1, 2
        found = suppress(cube, policy(threshold=5, width=3), kept=kept)
        assert not found.unproved.size
        assert (found.pattern[first] == Status.PUBLISHED).all() and (found.pattern[last] == Status.SECONDARY).all()


def test_a_table_with_nothing_to_keep_is_protected_as_before():
    """keep is empty by default."""
    one, two = (suppress(country(1, n=6), ROUNDED, key=b"k", kept=kept) for kept in (None, np.zeros(country(1, n=6).cells.shape, np.int16)))
    assert np.array_equal(one.pattern, two.pattern)


def test_the_report_counts_the_headline_figures_that_are_lost():
    """As the closing table does; sensitive ones aside."""
    cube = Cube("t", (flat("A", 2), flat("R", 2)), np.array([[3, 60], [1, 0]]))
    made = protect(cube, policy(threshold=5, width=3), keep=("A", "R"))
    assert cube.cells[:, 0].tolist() == [64, 63, 1] and cube.cells[0].tolist() == [64, 4, 60]  # sensitive: the 1 and the 4
    lost = int((made.status[[0, 1, 0], [0, 0, 2]] == Status.SECONDARY).sum())
    told = made.summary()
    assert loss_of(view_of_cube(made)).headline == (told["headline_withheld"], told["headline"]) == (lost, 3)


def test_small_headline_figures_are_given_up_first():
    """By hand: of a country (500), two regions (120, 99) and four gemeenten (60, 49, 10, 0) the small ones come last, whatever their level."""
    cells = np.array([500, 120, 99, 60, 49, 10, 0])
    ranks = np.array([1, 2, 2, 3, 3, 3, 0], np.int16)
    assert given_up(ranks, cells, ("land", "jeugdregio", "gemeente")).tolist() == [1, 2, 4, 3, 4, 4, 0]
    assert given_up(np.zeros(3, np.int16), np.arange(3), ()).tolist() == [0, 0, 0]


def test_headline_figures_of_other_tables_are_left_alone():
    """Named by their codes, also where the cube has fewer of them; without them some would go."""
    cube, chosen = country(0, n=12, most=12), policy(threshold=5, width=3)
    ranks = headline_ranks(cube, ("land", "provincie", "gemeente"), ("A",))
    codes = tuple(tuple(c.code for c in d.codes) for d in cube.dimensions)
    elsewhere = Elsewhere((*codes[:-1], (*codes[-1], "more")), np.concatenate([ranks, np.ones_like(ranks[..., :1])], axis=-1))
    assert np.array_equal(elsewhere.of(cube), ranks)
    assert not Elsewhere(tuple(("none",) for _ in codes), np.ones([1] * len(codes), np.int16)).of(cube).any()
    found = [protect(cube, chosen, elsewhere=e, key=b"k") for e in (None, elsewhere)]
    lost = [int(((p.status == Status.SECONDARY) & (ranks > 0)).sum()) for p in found]
    assert lost[0] > 0 == lost[1] and all(p.check().verdict is Verdict.SAFE for p in found)


def test_a_cube_of_which_a_large_total_is_lost_is_searched_again(monkeypatch):
    """By a stand-in that loses the total first, then a small cell, then nothing: the second is taken as soon as it is there, and the third never asked."""
    cube, asked = country(0, n=6, most=200), []
    patterns = [np.zeros(cube.shape, np.uint8) for _ in range(3)]
    patterns[0][0, 0, 0] = patterns[1][1, 1, 6] = Status.SECONDARY

    def end(first, done, *_, **__):
        list(done)
        asked.append(first)
        return Found(patterns[len(asked) - 1], no_worlds(), np.zeros(0, np.int64))

    monkeypatch.setattr(protect_cube, "end", end)
    chosen = ROUNDED.model_copy(update={"keep": ("land", "provincie", "gemeente")})
    assert np.array_equal(protect_cube.protect(cube, chosen, key=b"k").status, patterns[1])
    assert len(asked) == 2
