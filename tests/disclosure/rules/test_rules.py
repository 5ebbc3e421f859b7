"""Sensitivity rules: against their definitions over lists, the handbook's examples, and what they are meant to
prevent."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from celwacht.disclosure.policy.sensitivity import judge, most_needed, of_contributions, sensitive_cells
from celwacht.disclosure.rules.concentration import Dominance, PPercent, PriorPosterior, Request
from celwacht.disclosure.rules.contributions import MOST_TOTAL, Contributions
from celwacht.disclosure.rules.counting import MinimumContributors, MinimumFrequency, ZeroTotals
from celwacht.disclosure.rules.group_disclosure import GroupDisclosure
from celwacht.disclosure.rules.ranking import figures
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure import slow_rules as slow
from tests.disclosure.cubes import DIMENSIONS, flat, policy, two_levels
from tests.examples import drawn

PERCENT = st.sampled_from(["10", "12.5", "33.33", "85", "99.99", "60"])


def contributions(dimensions, rows, **more):
    """From rows (leaf per dimension, contributor, holding or None, amount, asks, weight)."""
    column = list(zip(*rows)) if rows else [[]] * 6
    kept = {
        "holding": np.array(column[2], np.int64) if rows and column[2][0] is not None else None,
        "asks": np.array(column[4], bool),
        "weight": np.array(column[5], np.int64),
        **more,
    }
    if kept["holding"] is not None:
        kept["weight"] = None
    return Contributions(
        dimensions,
        np.array(column[0], np.int32).reshape(len(rows), len(dimensions)),
        np.array(column[1], np.int64),
        np.array(column[3], np.int64),
        **kept,
    )


def one_cell(*amounts, asks=(), weights=None):
    """Figures of a table of one cell with these contributors."""
    rows = [((0,), i, None, x, i in asks, weights[i] if weights else 1) for i, x in enumerate(amounts)]
    return figures(contributions((flat("A", 1),), rows), most=6)


def first(found):
    """(sensitive, lpl, upl, spl) of the first cell."""
    return bool(found[0][0]), *(int(a[0]) for a in found[1:])


@st.composite
def tables(draw, least=0, weighted=False, held=False):
    """(dimensions, rows) of a small table; a contributor may be in many cells, and many times in one."""
    dimensions = draw(st.sampled_from(DIMENSIONS))()
    leaf = st.tuples(*[st.integers(0, d.n_leaves - 1) for d in dimensions])
    amount = st.one_of(st.integers(least, 12), st.integers(0, 3000))
    weight = draw(st.lists(st.integers(1, 4), min_size=6, max_size=6)) if weighted else [1] * 6
    parent = draw(st.lists(st.integers(-1, 2), min_size=6, max_size=6)) if held else [None] * 6
    asking = draw(st.lists(st.booleans(), min_size=6, max_size=6))
    rows = draw(st.lists(st.tuples(leaf, st.integers(0, 5), amount), max_size=25))
    return dimensions, [(at, who, parent[who], x, asking[who], weight[who]) for at, who, x in rows]


def compare(dimensions, rows, rule, definition, **how):
    """The rule and its definition agree on every cell; only the definition reads lists."""
    found, _ = of_contributions(contributions(dimensions, rows), [rule], **how)
    judged = rule.judge(found)
    for i, leaves in enumerate(slow.cells_of(dimensions)):
        answer = definition(slow.shares(rows, leaves))
        if isinstance(answer, tuple):
            assert (bool(judged.sensitive[i]), int(judged.upl[i])) == answer
            assert judged.lpl[i] == judged.upl[i] and judged.spl[i] == 0
        else:
            assert bool(judged.sensitive[i]) == answer
            assert int(judged.spl[i]) == (getattr(rule, "rule", rule).width if answer else 0)


@settings(max_examples=60, deadline=None)
@given(tables(held=True), st.integers(1, 4), PERCENT, st.integers(1, 3))
def test_every_rule_is_its_definition(table, n, percent, coalition):
    """Overlapping cells, holdings, several contributions of one contributor to one cell."""
    compare(*table, MinimumFrequency(n + 1), lambda c: slow.frequency(c, n + 1))
    compare(*table, MinimumContributors(n + 1, width=2), lambda c: slow.contributors(c, n + 1))
    compare(*table, Dominance(n, percent), lambda c: slow.dominance(c, n, percent))
    compare(*table, PPercent(percent, coalition), lambda c: slow.p_percent(c, percent, coalition))
    compare(*table, PriorPosterior("9.5", percent, coalition), lambda c: slow.p_percent(c, "9.5", coalition, percent))
    compare(*table, Request(PPercent(percent)), lambda c: slow.request_p(c, percent))
    compare(*table, Request(Dominance(n, percent)), lambda c: slow.request_dominance(c, n, percent))
    few = Request(MinimumContributors(n + 1))
    compare(*table, few, lambda c: slow.contributors(c, n + 1) and slow.asked(c)[0] is not None)


@settings(max_examples=40, deadline=None)
@given(tables(least=-12), st.integers(1, 3), PERCENT)
def test_negative_amounts_count_by_their_size_after_adding_up(table, n, percent):
    """-5 and 5 of one contributor in one cell are nothing; refused unless asked for."""
    compare(*table, MinimumContributors(n + 1), lambda c: slow.contributors(c, n + 1))
    compare(*table, Dominance(n, percent), lambda c: slow.dominance(c, n, percent), negatives="absolute")
    compare(*table, PPercent(percent), lambda c: slow.p_percent(c, percent), negatives="absolute")
    dimensions, rows = table
    below = any(a < 0 for leaves in slow.cells_of(dimensions) for a, *_ in slow.shares(rows, leaves).values())
    if below:
        for rule in (Dominance(n, percent), Request(PPercent(percent))):
            with pytest.raises(ValueError, match="less than 0"):
                of_contributions(contributions(dimensions, rows), [rule])


@settings(max_examples=40, deadline=None)
@given(tables(weighted=True), st.integers(1, 4), PERCENT)
def test_a_weight_stands_for_as_many_contributors(table, n, percent):
    """tau-ARGUS: 100 of weight 4 and 10 of weight 7 are eleven contributors."""
    compare(*table, Dominance(n, percent), lambda c: slow.dominance(c, n, percent))
    compare(*table, PPercent(percent, n), lambda c: slow.p_percent(c, percent, n))
    dimensions, rows = table
    found = figures(contributions(dimensions, rows), most=2)
    for i, leaves in enumerate(slow.cells_of(dimensions)):
        cell = slow.shares(rows, leaves)
        assert found.value[i] == sum(a * w for a, _, _, w in cell.values())


@settings(max_examples=40, deadline=None)
@given(tables(held=True), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_numbers_of_contributors_change_nothing(table, random):
    dimensions, rows = table
    rules = [MinimumContributors(3), Dominance(2, "60"), PPercent("10"), Request(PPercent("30"))]
    _, before = of_contributions(contributions(dimensions, rows), rules)
    renamed = random.sample(range(100), 6)
    shuffled = [(at, renamed[who], *rest) for at, who, *rest in random.sample(rows, len(rows))]
    _, after = of_contributions(contributions(dimensions, shuffled), rules)
    for name in ("mask", "reasons", "lpl", "upl", "spl", "singleton"):
        assert np.array_equal(getattr(before, name), getattr(after, name))


@settings(max_examples=40, deadline=None)
@given(tables(held=True))
def test_a_singleton_has_one_contributor_that_gives_something(table):
    """And two singletons have the same number exactly if it is the same contributor, or holding."""
    dimensions, rows = table
    _, found = of_contributions(contributions(dimensions, rows), [MinimumContributors(2)])
    owners = [[k for k, v in slow.shares(rows, leaves).items() if v[0]] for leaves in slow.cells_of(dimensions)]
    only = found.only.ravel()
    for i, owner in enumerate(owners):
        assert bool(found.singleton.ravel()[i]) == (len(owner) == 1) == (only[i] >= 0)
    alone = [i for i, owner in enumerate(owners) if len(owner) == 1]
    for i, j in combinations(alone, 2):
        assert (only[i] == only[j]) == (owners[i] == owners[j])


# ---- what the handbook works out -------------------------------------------------------------------------------------


def test_the_examples_of_the_handbook():
    """Handbook on SDC 2nd ed., 4.2: its examples 1, 2 and 4, the p that replaces k, weights, and foreign trade."""
    near = one_cell(50_000, 49_000, 1_000)  # example 1
    assert not Dominance(1, 90).judge(near).sensitive[0] and PPercent(10).judge(near).sensitive[0]
    two = one_cell(52_000, 50_000, 8_000)  # example 2: k = 90.9 for p = 10
    assert not PPercent(10).judge(two).sensitive[0] and Dominance(2, "90.9").judge(two).sensitive[0]
    assert first(Dominance(1, 85).judge(one_cell(300, 20, 10))) == (True, 23, 23, 0)  # example 4: 352.94 - 330
    weighted = one_cell(100, 10, weights=[4, 7])
    assert weighted.value[0] == 470 and weighted.leading(2)[0] == 200 and weighted.leading(5)[0] == 410
    ours = one_cell(100, 10, asks={1})  # only the small one asked
    assert not Request(Dominance(1, 50)).judge(ours).sensitive[0] and Dominance(1, 50).judge(ours).sensitive[0]


@pytest.mark.parametrize("units, one", [(1, 1), (10, 10)])
def test_sampled_values_instead_of_expanded_ones(units, one):
    """Handbook 4.2: 100 (weight 2) and 1 (weight 3): 203 is unsafe with two of 100, and safe if the second largest gave
    1."""
    data = contributions((flat("A", 1),), [((0,), 0, None, 100, False, 2 * units), ((0,), 1, None, 1, False, 3 * units)], weight_unit=one)
    assert PPercent(5).judge(figures(data, most=2)).sensitive[0]
    assert not PPercent(5).judge(figures(data, most=2, weights="sampled")).sensitive[0]
    assert figures(data, most=2).value[0] == 203 * units


def test_a_weight_that_is_not_whole_counts_for_its_part():
    """1.5 times 100 and 1.5 times 10: the two largest are 100 and half of each."""
    data = contributions((flat("A", 1),), [((0,), 0, None, 100, False, 3), ((0,), 1, None, 10, False, 3)], weight_unit=2)
    assert figures(data, most=3).leading(2)[0] == 2 * 100 * 3 // 2 + 10  # in halves: 150 + 5


# ---- what the rules are for --------------------------------------------------------------------------------------

AMOUNTS = st.lists(st.integers(0, 400), min_size=1, max_size=6)


@settings(max_examples=drawn(40, long=300), deadline=None)
@given(AMOUNTS, PERCENT, st.integers(1, 3))
def test_p_percent_levels_stop_every_coalition_from_coming_within_p(amounts, p, coalition):
    """With X + UPL possible no coalition tells anybody's contribution within p per cent from above; with one unit less
    the largest's could be told. A cell is sensitive exactly if somebody can do that with X itself. Tried out in
    full."""
    total, who = sum(amounts), range(len(amounts))
    sensitive, _, upl, _ = first(PPercent(p, coalition).judge(one_cell(*amounts)))

    def told(most):
        """Whether some coalition comes too close to some other contributor, if the cell is at most that."""
        return any(
            most - sum(amounts[i] for i in pool) < (1 + Fraction(p) / 100) * amounts[target]
            for target in who
            for size in range(coalition + 1)
            for pool in combinations([i for i in who if i != target], size)
        )

    assert sensitive == told(total)
    assert not told(total + upl)
    assert not sensitive or told(total + upl - 1)


@settings(max_examples=drawn(32, long=200), deadline=None)
@given(AMOUNTS, PERCENT, st.integers(1, 3))
def test_dominance_levels_leave_no_n_above_k_per_cent(amounts, k, n):
    """If the cell may be X + UPL, no n contributors need have more than k per cent of it; with one unit less some
    do."""
    total = sum(amounts)
    sensitive, _, upl, _ = first(Dominance(n, k).judge(one_cell(*amounts)))

    def dominates(most):
        return any(sum(pool) > Fraction(k) / 100 * most for pool in combinations(amounts, min(n, len(amounts))))

    assert sensitive == dominates(total)
    assert not dominates(total + upl)
    assert not sensitive or dominates(total + upl - 1)


@settings(max_examples=drawn(32, long=200), deadline=None)
@given(AMOUNTS, st.sampled_from(["5", "12.5", "40"]), st.sampled_from(["50", "80", "100"]))
def test_p_q_levels_stop_those_who_knew_within_q(amounts, p, q):
    """The second largest knows from below what the others gave at least, and still cannot tell the largest within p per
    cent."""
    x = sorted(amounts, reverse=True) + [0]
    _, _, upl, _ = first(PriorPosterior(p, q).judge(one_cell(*amounts)))
    known = sum((1 - Fraction(q) / 100) * a for a in x[2:])
    assert sum(x) + upl - x[1] - known >= (1 + Fraction(p) / 100) * x[0]
    if q == "100":
        assert first(PriorPosterior(p, q).judge(one_cell(*amounts))) == first(PPercent(p).judge(one_cell(*amounts)))


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, st.sets(st.integers(0, 5)), PERCENT)
def test_a_request_protects_those_who_asked_and_only_them(amounts, asks, p):
    """Tried out: sensitive exactly if another contributor can tell within p per cent what one who asked gave."""
    cell = one_cell(*amounts, asks=asks)
    told = any(
        sum(amounts) - other < (1 + Fraction(p) / 100) * amounts[target]
        for target in asks
        if target < len(amounts)
        for other in [0, *(a for i, a in enumerate(amounts) if i != target)]
    )
    assert bool(Request(PPercent(p)).judge(cell).sensitive[0]) == told


# ---- counts: groups, zeros, combinations --------------------------------------------------------------------------


def counted(dimensions, counts):
    return Cube("proef", dimensions, np.array(counts, np.int64))


def marked(cube, rule):
    """Codes of the cells that a rule on counts finds."""
    found = judge(figures_of(cube), [rule])
    return {tuple(d.codes[i].code for d, i in zip(cube.dimensions, at)) for at in zip(*np.nonzero(found.mask))}


def figures_of(cube):
    rows = [(at, 0, None, int(n), False, 1) for at, n in np.ndenumerate(cube.atoms) if n]
    made = contributions(cube.dimensions, rows)
    counts = np.array([r[3] for r in rows], np.int64)
    return figures(Contributions(made.dimensions, made.leaf, made.contributor, made.amount, records=counts), most=1)


def test_group_disclosure_in_the_handbooks_table():
    """Handbook 5.2: married 6 + 0, divorced 5 + 1, single 2 + 2. All married work full time; the divorced one who does
    not knows that all others do."""
    table = counted((flat("M", 3), flat("H", 2)), [[6, 0], [5, 1], [2, 2]])
    assert marked(table, GroupDisclosure(("H",), 10)) == {("M0", "H0")}
    assert marked(table, GroupDisclosure(("H",), 6)) == set()
    assert marked(table, GroupDisclosure(("H",), 10, empty=True)) == {("M0", "H0"), ("M0", "H1")}
    assert marked(table, GroupDisclosure(("H",), 10, known=1)) == {("M0", "H0"), ("M1", "H0")}
    assert marked(table, GroupDisclosure(("H",), 10, codes=("H1",))) == set()
    assert marked(table, GroupDisclosure(("M",), 99)) == set()
    with pytest.raises(ValueError, match="no dimension 'h'"):
        marked(table, GroupDisclosure(("h",), 10))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6), st.integers(2, 9), st.integers(0, 2), st.booleans())
def test_no_small_group_is_all_in_one_published_class(counts, base, known, empty):
    """By definition over all pairs of a code and one above it, for every other code."""
    dimensions = two_levels("A", (2, 1)), flat("B", 2)
    cube = counted(dimensions, np.array(counts).reshape(3, 2))
    above = {"A0": ("AT",), "A0_0": ("A0", "AT"), "A0_1": ("A0", "AT"), "A1": ("AT",), "AT": ()}
    at = {c.code: i for i, c in enumerate(dimensions[0].codes)}
    expected = set()
    for code, bases in above.items():
        for j, b in enumerate(dimensions[1].codes):
            for other in bases:
                n, whole = cube.cells[at[code], j], cube.cells[at[other], j]
                if 0 < whole < base and ((n > 0 and n >= whole - known) or (empty and n == 0)):
                    expected.add((code, b.code))
    assert marked(cube, GroupDisclosure(("A",), base, empty=empty, known=known)) == expected


def test_a_code_that_holds_the_same_leaves_as_its_parent_is_no_part():
    """One gemeente in a provincie: that everybody of the provincie is in it tells nothing."""
    tree = from_tree("A", {"AT": ["A0", "A1"], "A0": ["A0_0"]}, "AT")
    cube = counted((tree, flat("B", 2)), [[3, 0], [1, 1]])
    assert marked(cube, GroupDisclosure(("A",), 4)) == {("A1", "B1")}
    cube = counted((tree, flat("B", 2)), [[3, 0], [0, 1]])  # but all of the whole are in the one gemeente
    assert marked(cube, GroupDisclosure(("A",), 4)) == {("A0", "B0"), ("A0_0", "B0"), ("A1", "B1")}


def test_that_nothing_is_known_of_a_group_tells_nothing():
    """Everybody in "unknown": no disclosure; everybody in a known class: one."""
    whole = flat("A", 2)
    whole = replace(whole, codes=(*whole.codes[:2], replace(whole.codes[2], unknown=True)))
    assert marked(counted((whole, flat("B", 2)), [[0, 3], [3, 0]]), GroupDisclosure(("A",), 9)) == {("A0", "B1")}


def test_zeros_are_publishable_or_not():
    """A total of 0 with contributors tells what each of them gave; a cell of nobody is another matter."""
    assert first(ZeroTotals(reach=5).judge(one_cell(0, 0))) == (True, 0, 5, 0)
    assert not ZeroTotals().judge(one_cell(0, 1)).sensitive[0] and not ZeroTotals().judge(one_cell()).sensitive[0]


def test_reasons_are_kept_and_levels_are_the_largest():
    cell = one_cell(90, 5, 5)
    rules = [MinimumContributors(4, width=7), Dominance(1, 50), PPercent(20), Dominance(1, 95)]
    found = judge(cell, rules)
    assert found.mask.ravel()[0] and found.reasons.ravel()[0] == 0b0111
    assert (found.lpl.ravel()[0], found.upl.ravel()[0], found.spl.ravel()[0]) == (80, 80, 7)
    assert len(found.why(0)) == 3 and "p%: another contributor can tell" in found.why(0)[2]
    assert [n for _, n in found.tally()] == [2, 2, 2, 0, 0] and len({text for text, _ in found.tally()}) == 5


def test_the_threshold_of_a_policy_is_one_of_its_rules():
    """And a cube without contributions is judged by what needs none."""
    cube = counted((flat("A", 3), flat("B", 2)), [[6, 0], [5, 1], [12, 9]])
    found = sensitive_cells(cube, policy(threshold=5, width=3))
    assert np.array_equal(found.mask, policy(threshold=5).sensitive(cube.cells))
    assert set(found.spl[found.mask]) == {3} and not found.spl[~found.mask].any()


# ---- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made, words",
    [
        (lambda: PPercent("10.005"), "two decimals"),
        (lambda: PPercent(0), "runs from"),
        (lambda: Dominance(2, 100), "runs from"),
        (lambda: Dominance(0, 85), "at least 1"),
        (lambda: PriorPosterior(50, 20), "must be below"),
        (lambda: MinimumContributors(3, width=0), "exactly"),
        (lambda: GroupDisclosure((), 10), "some dimension"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(made, words):
    with pytest.raises(ValueError, match=words):
        made()


def test_contributions_that_cannot_be_right_are_refused_without_a_value():
    dimensions = (flat("A", 1),)
    row = ((0,), 0, None, 7, False, 1)
    for rows, more, words in [
        ([row], {"holding": np.array([1]), "weight": np.array([1])}, "cannot be combined"),
        ([((1,), *row[1:])], {}, "leaf that its dimension"),
        ([row], {"weight": np.array([1]), "weight_unit": 2}, "below 1"),
        ([(*row[:3], MOST_TOTAL, *row[4:])], {}, "larger unit"),
    ]:
        with pytest.raises(ValueError, match=words):
            made = contributions(dimensions, rows)
            Contributions(dimensions, made.leaf, made.contributor, made.amount, **more)
    with pytest.raises(ValueError, match="two sampling weights"):
        figures(contributions(dimensions, [row, (*row[:5], 2)]), most=1)
    with pytest.raises(ValueError, match="float"):
        Contributions(dimensions, np.zeros((1, 1), np.int32), np.zeros(1, np.int64), np.array([1.5]))
    assert "7" not in repr(contributions(dimensions, [row]))


def test_rules_ask_for_what_they_need():
    assert most_needed([]) == 0 and most_needed([Dominance(3, 85), Request(PPercent(10, 2))]) == 4
