"""Tables of amounts: from records to a suppression problem, and what is said of records that cannot be read."""

import numpy as np
import pandas as pd
import pytest
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.policy.apriori import read_apriori
from celwacht.disclosure.problems.microdata import Columns, contributions_of_records
from celwacht.disclosure.problems.of_amounts import problem_of_magnitudes
from celwacht.disclosure.problems.trees import trees_of
from celwacht.disclosure.rules.concentration import Dominance, PPercent
from celwacht.disclosure.rules.counting import MinimumContributors
from celwacht.tables.problems import ProblemsFound
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure import slow_rules as slow
from tests.disclosure.rules.test_rules import contributions, tables

TREES = trees_of(
    {
        "dims": ["regio", "vorm"],
        "root": {"regio": "NL", "vorm": "T"},
        "trees": {"regio": {"NL": ["N", "Z"], "N": ["n1", "n2"]}, "vorm": {"T": ["a", "b"]}},
    }
)
ROWS = [
    ("n1", "a", "P1", "10.50", "K", "no"),
    ("n1", "a", "P2", "3", "", "yes"),
    ("n2", "a", "P1", "0.25", "K", "no"),
    ("Z", "b", "P3", "7,5", "K", ""),
    ("Z", "b", "P3", "2", "K", ""),
]
FRAME = pd.DataFrame(ROWS, columns=["regio", "vorm", "wie", "euro", "concern", "vraagt"])
ALL = Columns("wie", "euro", "concern", "vraagt")


@settings(max_examples=40, deadline=None)
@given(tables(held=True))
def test_the_problem_holds_the_table_and_what_its_rules_ask(table):
    """Values are the sums over contributions, every relation holds (the problem checks that itself), and levels are the
    rules'."""
    dimensions, rows = table
    made = problem_of_magnitudes("proef", contributions(dimensions, rows), [PPercent(15), MinimumContributors(3, width=4)])
    p = made.problem
    cells = [slow.shares(rows, leaves) for leaves in slow.cells_of(dimensions)]
    assert len(p.relations) > 0 or len(p) == 1
    for i, cell in enumerate(cells):
        near, level = slow.p_percent(cell, 15)
        few = slow.contributors(cell, 3)
        assert p.value[i] == sum(v[0] for v in cell.values()) == p.printed_low[i] == p.printed_high[i]
        assert (p.lpl[i], p.upl[i], p.spl[i]) == (level, level, 4 if few else 0)
        wanted = Role.SENSITIVE if near or few else Role.FREE if cell else Role.KNOWN
        assert p.role[i] == wanted
    assert np.all(p.role[len(cells) :] == Role.HIDDEN) and not p.cost[len(cells) :].any()


def test_negative_amounts_leave_the_intruder_without_a_lower_bound():
    dimensions, rows = TREES.classifications(), [((0, 0), 0, None, -5, False, 1), ((1, 1), 1, None, 9, False, 1)]
    p = problem_of_magnitudes("proef", contributions(dimensions, rows), [MinimumContributors(2)]).problem
    assert set(p.lower) == {-UNBOUNDED} and p.value.min() == -5
    rows[0] = ((0, 0), 0, None, 5, False, 1)
    assert set(problem_of_magnitudes("proef", contributions(dimensions, rows), []).problem.lower) == {0}


def test_costs_by_value_count_records_or_list():
    made, _ = contributions_of_records(FRAME, TREES, ALL)
    listed = read_apriori("regio,vorm,status,cost\nZ,b,,3.5\nNL,T,publish,\n", "lijst.csv", made.dimensions)
    place = {(a.code, b.code): i * 3 + j for i, a in enumerate(made.dimensions[0].codes) for j, b in enumerate(made.dimensions[1].codes)}
    for cost, expected in (("value", 1375), ("count", 1), ("records", 3)):
        p = problem_of_magnitudes("proef", made, [Dominance(1, 99)], apriori=listed, cost=cost).problem
        assert p.cost[place["N", "a"]] == expected and p.cost[place["Z", "b"]] == 3.5
        assert p.role[place["NL", "T"]] == Role.FORCED and p.label(place["Z", "b"]) == "regio=Z, vorm=b"


def test_records_are_read_exactly_into_the_smallest_unit():
    """10.50 + 3 + 0.25 + 7,5 + 2, in hundredths; K is one contributor beside P2; both rows of P3 are one."""
    made, decimals = contributions_of_records(FRAME, TREES, ALL)
    assert (made.amount.tolist(), decimals) == ([1050, 300, 25, 750, 200], 2)
    found = problem_of_magnitudes("proef", made, [MinimumContributors(3)], decimals=decimals)
    assert found.problem.value[0] == 2325 and found.problem.decimals == 2 and found.figures.contributors[0] == 2
    assert found.figures.asked[0] == 300
    by_person, _ = contributions_of_records(FRAME, TREES, Columns("wie"))
    assert problem_of_magnitudes("proef", by_person, []).figures.value[0] == 5


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(-(10**6), 10**6, places=3), min_size=1, max_size=8))
def test_no_decimal_is_lost(amounts):
    frame = pd.DataFrame({"regio": "Z", "vorm": "a", "wie": "P", "euro": [f"{a:f}" for a in amounts]})
    made, decimals = contributions_of_records(frame, TREES, Columns("wie", "euro"))
    assert [int(v) for v in made.amount] == [int(a * 10**decimals) for a in amounts]
    assert all(a * 10**decimals == int(a * 10**decimals) for a in amounts)


def test_weights_have_their_own_decimals():
    frame = FRAME.assign(gewicht=["1.5", "2", "1.5", "1", "1"])
    made, decimals = contributions_of_records(frame, TREES, Columns("wie", "euro", weight="gewicht"))
    assert made.weight_unit == 10 and decimals == 3
    assert problem_of_magnitudes("proef", made, []).problem.value[0] == 10500 * 1.5 + 3000 * 2 + 250 * 1.5 + 9500


@pytest.mark.parametrize(
    "change, columns, words",
    [
        ({"euro": "1e5"}, ALL, "euro: this is no number"),
        ({"euro": "12.3.4"}, ALL, "no number"),
        ({"euro": "99999999999999"}, ALL, "no number"),
        ({"euro": "0.1234567"}, ALL, "7 decimals"),
        ({"wie": ""}, ALL, "there is no contributor"),
        ({"vraagt": "maybe"}, ALL, "yes or no"),
        ({"regio": "X1"}, ALL, "regio: 'X1' (5 rows) is no leaf"),
        ({}, Columns("whose", "euro"), "no column 'whose'"),
        ({}, Columns("wie", "wie"), "for two things"),
        ({"euro": "0.5"}, Columns("wie", weight="euro"), "weight is 1 or more"),
        ({"euro": "1"}, Columns("wie", "vraagt", "concern", weight="euro"), "no number"),
    ],
)
def test_what_is_wrong_with_records_is_told_by_line_and_without_amounts(change, columns, words):
    frame = FRAME.assign(**change)
    with pytest.raises(ProblemsFound) as caught:
        contributions_of_records(frame, TREES, columns, "records.csv", lines=np.arange(2, 7))
    said = str(caught.value)
    assert words in said and "records.csv" in said
    assert not any(value in said for value in ("1e5", "99999999", "1234567", "10.50", "P1"))


# ---- a-priori lists -----------------------------------------------------------------------------------------------


def judged(text, rules=(Dominance(1, 99),)):
    made, _ = contributions_of_records(FRAME, TREES, Columns("wie", "euro"))
    found = problem_of_magnitudes("proef", made, list(rules), apriori=read_apriori(text, "lijst.csv", made.dimensions))
    at = {(a.code, b.code): (i, j) for i, a in enumerate(made.dimensions[0].codes) for j, b in enumerate(made.dimensions[1].codes)}
    return found.sensitivity, at


def test_a_list_publishes_withholds_prices_and_raises_levels():
    """n2,a and Z,b have one contributor and are sensitive; the list adds the total of vorm a, and raises the level of
    Z,b."""
    found, at = judged("regio;vorm;status;cost;lpl;upl;spl\nNL;a;withhold;;;;\nZ;b;;;;;5000\nNL;T;publish;;;;\nNL;b;;12;;;\n")
    assert found.mask[at["NL", "a"]] and found.spl[at["NL", "a"]] == 1
    assert found.why(at["NL", "a"]) == ("the a-priori list withholds it",)
    assert found.mask[at["Z", "b"]] and found.spl[at["Z", "b"]] == 5000 and found.upl[at["Z", "b"]] > 0
    assert found.forced[at["NL", "T"]] and found.forced.sum() == 1 and found.cost[at["NL", "b"]] == 12
    assert not found.mask[at["n1", "a"]] and found.spl[at["n1", "a"]] == 0


def test_publishing_what_a_rule_finds_sensitive_is_a_conflict_unless_waived():
    with pytest.raises(ProblemsFound, match="lijst.csv:2: the list publishes a cell that a rule finds sensitive"):
        judged("regio,vorm,status\nZ,b,publish\n")
    found, at = judged("regio,vorm,status,waiver\nZ,b,publish,yes\n")
    assert found.forced[at["Z", "b"]] and not found.mask[at["Z", "b"]]
    assert not found.upl[at["Z", "b"]] and not found.reasons[at["Z", "b"]]


@pytest.mark.parametrize(
    "text, words",
    [
        ("regio,vorm,staus\nZ,b,publish\n", "no column 'staus'. Did you mean 'status'"),
        ("regio,vorm\nZ,b\n", "nothing would change"),
        ("regio,vorm,status\nQ,b,publish\n", "regio has no code 'Q'"),
        ("regio,vorm,status\nZ,b,publis\n", "Did you mean 'publish'"),
        ("regio,vorm,status\nZ,b,publish\nZ,b,withhold\n", "line 2 says otherwise"),
        ("regio,vorm,cost\nZ,b,-1\n", "number from 0"),
        ("regio,vorm,cost\nZ,b,nan\n", "number from 0"),
        ("regio,vorm,spl\nZ,b,1.5\n", "whole number"),
        ("regio,vorm,status\nZ,b,publish,x\n", "more fields"),
        ("regio,vorm,status,waiver\nZ,b,withhold,yes\n", "goes with status publish"),
        ("regio,vorm,status,spl\nZ,b,publish,4\n", "no protection levels"),
        ("regio,vorm,status,waiver\nZ,b,publish,perhaps\n", "waiver is yes or no"),
        ("regio,vorm,status,status\nZ,b,publish,\n", "occurs twice"),
    ],
)
def test_what_is_wrong_with_a_list_is_told_by_line(text, words):
    with pytest.raises(ProblemsFound) as caught:
        read_apriori(text, "lijst.csv", TREES.classifications())
    assert words in str(caught.value) and "lijst.csv:" in str(caught.value)


def test_all_problems_of_a_list_come_together_and_saying_it_twice_is_none():
    with pytest.raises(ProblemsFound) as caught:
        read_apriori("regio,vorm,status\nQ,b,publish\nZ,b,nothing\nZ,q,\n", "lijst.csv", TREES.classifications())
    assert [p.line for p in caught.value.problems] == [2, 3, 4]
    assert len(read_apriori("\ufeffregio,vorm,status\nZ,b,publish\nZ,b,publish\n", "l.csv", TREES.classifications())) == 1
