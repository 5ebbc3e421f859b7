"""`celwacht protect` on records: what is read from the command line and the files, up to the problem that is to be
solved."""

from pathlib import Path

import pytest
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.rules.concentration import Dominance, PPercent, PriorPosterior, Request
from celwacht.disclosure.rules.counting import MinimumContributors, MinimumFrequency, ZeroTotals
from celwacht.disclosure.rules.parse import FORMS, rules_of_text
from celwacht.publish.cli import celwacht
from celwacht.publish.own_tables.protect_input import Order, read
from celwacht.tables.problems import ProblemsFound
from click.testing import CliRunner

TREES = (
    '{"dims": ["regio", "vorm"], "root": {"regio": "NL", "vorm": "T"}, "trees": {"regio": {"NL": ["N", "Z"]}, "vorm": {"T": ["a", "b"]}}}'
)
RECORDS = (
    "regio;vorm;wie;euro\nN;a;P1;100,25\nN;a;P2;10\nN;a;P3;5\nN;b;P1;20\nN;b;P2;20\nN;b;P3;20\nN;b;P4;20\n"
    "Z;a;P4;30\nZ;a;P5;30\nZ;a;P6;30\nZ;b;P7;40\nZ;b;P8;41\nZ;b;P9;42\n"
)


@pytest.fixture
def order(tmp_path):
    """Makes an Order on files in a folder of its own."""

    def make(records=RECORDS, listed=None, **more):
        (tmp_path / "records.csv").write_text(records, encoding="utf-8")
        (tmp_path / "trees.json").write_text(TREES, encoding="utf-8")
        if listed:
            (tmp_path / "list.csv").write_text(listed, encoding="utf-8")
            more["apriori"] = tmp_path / "list.csv"
        return Order(
            **{
                "source": tmp_path / "records.csv",
                "hierarchy": (str(tmp_path / "trees.json"),),
                "contributor": "wie",
                "amount": "euro",
                "rules": ("p%:10",),
            }
            | more
        )

    return make


def test_records_become_a_problem_in_the_smallest_unit(order):
    """N,a: P2 knows what P1 gave within 5 euro; p% asks 10.025, so 5.025 more, in whole cents. The list prices Z,a."""
    problem = read(order(listed="regio,vorm,cost\nZ,a,7\n", options={"cost": "records"})).problem
    at = {n: i for i, n in enumerate(problem.names)}
    assert problem.decimals == 2 and problem.value[at["regio=NL, vorm=T"]] == 40825
    assert [problem.names[i] for i in (problem.role == Role.SENSITIVE).nonzero()[0]] == ["regio=N, vorm=a"]
    assert problem.upl[at["regio=N, vorm=a"]] == 503 == problem.lpl[at["regio=N, vorm=a"]]
    assert problem.cost[at["regio=Z, vorm=a"]] == 7 and problem.cost[at["regio=N, vorm=b"]] == 4


def test_every_form_of_a_rule_is_understood():
    made = rules_of_text(
        ["frequency:3", "contributors:4,2", "dominance:2,85.5", "p%:12.5,2", "pq:10,50", "zero", "request:p%:30", "request:dominance:1,50"]
    )
    at = [r.place for r in made]
    assert made == (
        MinimumFrequency(3, place=at[0]),
        MinimumContributors(4, 2, place=at[1]),
        Dominance(2, "85.5", at[2]),
        PPercent("12.5", 2, at[3]),
        PriorPosterior(10, 50, 1, at[4]),
        ZeroTotals(place=at[5]),
        Request(PPercent(30, place=at[6]), at[6]),
        Request(Dominance(1, 50, at[7]), at[7]),
    )
    assert at[3] == "--rule p%:12.5,2" and {t.split(":")[0] for t in at} >= {"--rule p%"} and len(FORMS) == 6


@pytest.mark.parametrize(
    "text, words",
    [
        ("p:10", "there is no rule 'p'"),
        ("p%", "the rule is written p%:P[,COALITION]"),
        ("p%:ten", "numbers such as"),
        ("p%:10.123", "two decimals"),
        ("p%:10,1.5", "numbers such as"),
        ("dominance:85", "dominance:N,K"),
        ("dominance:2,101", "runs from"),
        ("request:zero", "a request goes with"),
        ("contributors:0", "at least 1"),
        ("pq:50,10", "must be below"),
        ("dominance:2,85,1", "dominance:N,K"),
        ("p%:nan", "p%"),
    ],
)
def test_a_rule_that_is_not_understood_is_told_with_its_form(text, words):
    with pytest.raises(ProblemsFound) as caught:
        rules_of_text([text, "p%:10"])
    assert words in str(caught.value) and len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "more, words",
    [
        ({"contributor": None}, "--contributor: name the column"),
        ({"rules": ()}, "--rule: name at least one"),
        ({"hierarchy": ()}, "--hierarchy: records need"),
        ({"options": {"zeros": "withheld"}}, "--zeros: amounts of records are judged by --rule"),
        ({"options": {"width": 3}}, "--width: for amounts this goes with --threshold"),
        ({"policy": "strict"}, "--policy: amounts of records"),
        ({"options": {"cost": "file"}}, "--cost: for records"),
        ({"rules": ("q:1", "p:2")}, "no rule 'q'"),
        ({"amount": "euros"}, "Did you mean 'euro'"),
        ({"listed": "regio,vorm,status\nN,a,publish\n"}, "the list publishes a cell that a rule finds sensitive"),
        ({"records": RECORDS.replace("100,25", "-100,25")}, "--negatives absolute"),
        ({"weight": "euro", "amount": None, "holding": "vorm"}, "for two things"),
    ],
)
def test_what_is_wrong_on_the_command_line_or_in_the_files_is_told(order, more, words):
    with pytest.raises(ProblemsFound) as caught:
        read(order(**more))
    assert words in str(caught.value) and "100,25" not in str(caught.value)


def test_amounts_below_0_count_by_their_size_where_asked(order):
    """The option that the refusal names is there, and does it."""
    problem = read(order(records=RECORDS.replace("100,25", "-100,25"), negatives="absolute")).problem
    assert (problem.value < 0).any() and (problem.upl > 0).any()


def test_the_command_writes_the_problem_of_records(order, tmp_path):
    """Through the command line itself, as far as the problem in the project's plain CSV form."""
    made = order()
    done = CliRunner().invoke(
        celwacht,
        [
            "protect",
            str(made.source),
            "--hierarchy",
            made.hierarchy[0],
            "--contributor",
            "wie",
            "--amount",
            "euro",
            "--rule",
            "p%:10",
            "--rule",
            "contributors:3",
            "--write-csv",
            str(tmp_path / "problem"),
        ],
        standalone_mode=False,
    )
    assert done.exception is None, done.output
    text = Path(tmp_path / "problem" / "cells.csv").read_text(encoding="utf-8")
    assert "regio=N, vorm=a" in text and "5.03" in text
