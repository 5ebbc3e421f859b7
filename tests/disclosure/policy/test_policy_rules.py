"""Rules in a policy file: what they mean, what is refused and in which words, and that old policies stay what they
were."""

import numpy as np
import pytest
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.policy.policy import DisclosurePolicy, read_policy
from celwacht.disclosure.policy.sensitivity import sensitive_cells
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.rules.concentration import Dominance, PPercent, PriorPosterior, Request
from celwacht.disclosure.rules.contributions import Contributions
from celwacht.disclosure.rules.counting import MinimumContributors
from celwacht.disclosure.rules.group_disclosure import GroupDisclosure
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.yaml.read import read_yaml

from tests.disclosure.cubes import flat, two_levels

HEAD = """version: 1
id: proef
title: {nl: proef}
description: {nl: proef}
threshold: 5
width: 3
"""
RULES = (
    HEAD
    + """holdings: true
rules:
  min_contributors: {least: 3}
  dominance: [{n: 1, k: 75.5}, {n: 2, k: 90}]
  p_percent: [{p: 12.34, coalition: 2}]
  prior_posterior: [{p: 10, q: 50}]
  request: [{p: 30}, {n: 1, k: 50}, {least: 10}]
  group_disclosure:
    - {dimensions: [Aa, Bb], base: 20, empty: true, known: 1, width: 2}
    - {dimensions: [Zz], base: 5}
"""
)


@pytest.fixture
def read(tmp_path):
    def reader(text):
        (tmp_path / "proef.yaml").write_text(text, encoding="utf-8")
        return read_yaml(tmp_path / "proef.yaml", DisclosurePolicy)

    return reader


def test_rules_mean_what_the_file_says_exactly(read):
    """In order, each with its place; percentages as written; a group rule only where the table has one of its
    dimensions."""
    policy = read(RULES)
    at = "policies/proef.yaml: rules."
    assert policy.rules_for(("Aa", "Cc")) == (
        MinimumContributors(3, 3, place=at + "min_contributors"),
        Dominance(1, "75.5", at + "dominance[0]"),
        Dominance(2, 90, at + "dominance[1]"),
        PPercent("12.34", 2, at + "p_percent[0]"),
        PriorPosterior(10, 50, 1, at + "prior_posterior[0]"),
        Request(PPercent(30, place=at + "request[0]"), at + "request[0]"),
        Request(Dominance(1, 50, at + "request[1]"), at + "request[1]"),
        Request(MinimumContributors(10, 3, place=at + "request[2]"), at + "request[2]"),
        GroupDisclosure(("Aa",), 20, True, 1, 2, place=at + "group_disclosure[0]"),
    )
    assert policy.needs_contributors and policy.holdings


def test_a_policy_survives_the_record_of_a_release(read):
    """Written as JSON and read again it is the same policy."""
    policy = read(RULES)
    assert DisclosurePolicy.model_validate(policy.model_dump(mode="json", exclude_unset=True)) == policy


@pytest.mark.parametrize("name", ["strict", "statline"])
def test_policies_without_rules_are_what_they_were(name):
    policy = read_policy(name)
    assert policy.rules is None and not policy.holdings and policy.rules_for(("A",)) == () and not policy.needs_contributors


@pytest.mark.parametrize(
    "text, words",
    [
        (HEAD + "holdings: true\n", "changes nothing without a rule on contributors"),
        (HEAD + "holdings: true\nrules: {group_disclosure: [{dimensions: [Aa], base: 9}]}\n", "changes nothing without"),
        (HEAD + "rules: {p_percent: [{p: 10.005}]}\n", "at most two decimals"),
        (HEAD + "rules: {p_procent: [{p: 10}]}\n", "Did you mean 'p_percent'"),
        (HEAD + "rules: {dominance: [{n: 2}]}\n", "key 'k' is missing"),
        (HEAD + "rules: {dominance: [{n: 2, k: 100}]}\n", "k"),
        (HEAD + "rules: {dominance: {n: 2, k: 85}}\n", "Begin every item with"),
        (HEAD + "rules: {prior_posterior: [{p: 60, q: 50}]}\n", "p 60 must be below q 50"),
        (HEAD + "rules: {request: [{p: 30, least: 3}]}\n", "a request names one rule"),
        (HEAD + "rules: {request: [{n: 2}]}\n", "names one rule"),
        (HEAD + "rules: {min_contributors: {least: 1}}\n", "least"),
        (HEAD + "rules: {group_disclosure: [{dimensions: [], base: 9}]}\n", "dimensions"),
        (HEAD + "rules: {min_contributors: {least: '3'}}\n", "without quotes"),
        (HEAD + "rules: {p_percent: [{p: -1}]}\n", "p"),
    ],
)
def test_what_a_policy_may_not_say_is_told_with_its_place(read, text, words):
    with pytest.raises(ProblemsFound) as caught:
        read(text)
    whole = "changes nothing" in words
    assert all((p.line >= 7 or whole) and p.file.endswith("proef.yaml") for p in caught.value.problems)
    assert words in str(caught.value)


def small():
    """A cube of which the first provider gives everything but the 9 of Z,b."""
    dimensions = two_levels("A", (2, 1)), flat("B", 2)
    cube = Cube("proef", dimensions, np.array([[20, 0], [7, 0], [0, 9]], np.int64))
    leaf = np.array([[0, 0], [1, 0], [2, 1]], np.int32)
    return cube, Contributions(dimensions, leaf, np.array([4, 4, 6]), np.array([20, 7, 9]))


def test_a_cube_becomes_a_problem_with_the_levels_of_its_rules(read):
    """Everything has too few providers; p% asks more of the totals than the width does."""
    policy = read(HEAD + "rules: {min_contributors: {least: 3}, p_percent: [{p: 50}]}\n")
    cube, contributions = small()
    found = sensitive_cells(cube, policy, contributions)
    problem = problem_of_cube(cube, policy, found)
    assert np.array_equal(problem.role == Role.SENSITIVE, cube.cells.ravel() > 0)
    assert np.array_equal(problem.upl, -(-cube.cells.ravel() * (found.singleton.ravel()) // 2) + 14 * (cube.cells.ravel() == 36))
    assert set(problem.spl[problem.sensitive]) == {3} and np.array_equal(problem.lpl, problem.upl)


def test_contributions_are_asked_for_and_must_be_of_the_same_table(read):
    policy = read(HEAD + "rules: {min_contributors: {least: 3}}\n")
    cube, contributions = small()
    for call in (lambda: sensitive_cells(cube, policy), lambda: problem_of_cube(cube, policy)):
        with pytest.raises(ValueError, match="build the contributions"):
            call()
    other = Cube("proef", (flat("A", 3), flat("B", 2)), np.zeros((3, 2), np.int64))
    with pytest.raises(ValueError, match="do not have the codes"):
        sensitive_cells(other, policy, contributions)


def test_persons_with_several_providers_make_rules_stricter_never_milder(read):
    """Ten persons, all of two providers: each provider knows all ten, so nothing is left to tell them apart."""
    policy = read(HEAD + "rules: {p_percent: [{p: 10}]}\n")
    cube = Cube("proef", (flat("A", 1),), np.array([10], np.int64))
    both = Contributions(cube.dimensions, np.zeros((2, 1), np.int32), np.array([0, 1]), np.array([10, 10]))
    found = sensitive_cells(cube, policy, both)
    assert found.mask.all() and set(found.upl.ravel()) == {11}


def test_a_search_that_does_not_know_rules_refuses_a_policy_that_has_them(read):
    """Rules are never passed over in silence."""
    cube, _ = small()
    with pytest.raises(ValueError, match="has rules: give the sensitivity"):
        protect(cube, read(HEAD + "rules: {min_contributors: {least: 3}}\n"))


@pytest.mark.parametrize(("threshold", "base"), [(1, 1), (2, 2)])
def test_a_policy_that_protects_nobody_is_refused(threshold, base):
    """No count would be sensitive, so that every table would be SAFE: refused, with the remedy; check, publish and protect read it."""
    fields = {"version": 1, "id": "geen", "title": {"nl": "Geen"}, "description": {"nl": "Geen."}, "width": 5, "zeros": "withheld"}
    with pytest.raises(ValueError, match="protects nobody"):
        DisclosurePolicy.model_validate({**fields, "threshold": threshold, "rounding_base": base})
    assert not DisclosurePolicy.model_validate({**fields, "threshold": 5, "rounding_base": 5}).protects_nothing
