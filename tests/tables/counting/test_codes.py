"""Classifications: files become dimensions in which every code holds exactly the values that it should."""

import numpy as np
import pytest
from celwacht.tables.counting import codings
from celwacht.tables.cubes.cube import roll_up
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.classification_spec import CLASSIFICATION
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.tables.standard import standard

NAMES = codings.names()


def values_of(coded: codings.Coding, code: str) -> set[str]:
    """The values of the records that count under a code."""
    members = set(coded.classification.members[coded.classification.position(code)].tolist())
    return {v for v, leaf in coded.values.items() if leaf in members}


def ranges_of(coded: codings.Coding, code: str) -> set[tuple]:
    members = set(coded.classification.members[coded.classification.position(code)].tolist())
    return {(a, b) for a, b, leaf in coded.ranges if leaf in members}


@pytest.mark.parametrize("name", NAMES)
def test_every_level_alone_keeps_the_values_of_its_codes(name):
    """Publishing fewer levels merges leaves, but no code gains or loses a value, and the order stays."""
    spec = codings.read_classification(name)
    full = codings.coding(name, dimension_name="X")
    order = [c.code for c in full.classification.codes]
    for level in spec.levels():
        if spec.kind == "combinaties":
            continue
        part = codings.coding(name, dimension_name="X", levels=(level,))
        shown = [c.code for c in part.classification.codes]
        assert shown == [c for c in order if c in shown]
        some = part.classification.codes[:: 1 + len(order) // 100]
        for code in some:
            assert values_of(part, code.code) == values_of(full, code.code)
            assert ranges_of(part, code.code) == ranges_of(full, code.code)
            assert code.parent == "" or code.parent in shown
            assert code.level == level or code.unknown


@pytest.mark.parametrize("name", [n for n in NAMES if n != "samenloop"])
def test_the_first_code_is_the_total(name):
    """The first code holds every leaf, so that shares of it make sense."""
    dimension = codings.coding(name, dimension_name="X").classification
    assert len(dimension.members[0]) == dimension.n_leaves


def test_provincies_and_jeugdregios_each_divide_the_country():
    """Every gemeente is in one provincie and in one jeugdregio; with `unknown` they add up to the Netherlands."""
    region = codings.coding("regio", dimension_name="RegioS").classification
    for letters, count in (("PV", 12), ("JZ", 42), ("GM", 343)):
        parts = [m for c, m in zip(region.codes, region.members) if c.code.startswith(letters)]
        assert len(parts) == count
        leaves = sorted(np.concatenate(parts).tolist())
        assert leaves == list(range(342 if letters != "GM" else 343))


def test_three_jeugdregios_cross_a_border_so_they_do_not_nest():
    """Food Valley, Rijk van Nijmegen and Utrecht-West lie in two provincies."""
    region = codings.coding("regio", dimension_name="RegioS").classification
    sets = {c.code: set(m.tolist()) for c, m in zip(region.codes, region.members)}
    crossing = {z for z in sets if z.startswith("JZ") and sum(bool(sets[z] & sets[p]) for p in sets if p.startswith("PV")) > 1}
    assert crossing == {"JZ21", "JZ32", "JZ19"}


def test_a_table_above_the_gemeente_has_leaves_of_provincie_by_jeugdregio():
    """Gemeenten that no published code tells apart share a leaf: 42 jeugdregio's, 3 crossing ones twice, 1 unknown."""
    above = codings.coding("regio", dimension_name="RegioS", levels=("land", "provincie", "jeugdregio"))
    jeugdregios = sum(c.level == "jeugdregio" for c in above.classification.codes)
    assert above.classification.n_leaves == jeugdregios + 3 + 1
    assert above.classification.codes[-1].code == "GM9999", "or a reader would subtract it"


def test_a_gemeente_that_went_up_in_another_still_counts():
    """Appingedam (GM0003) counts in Eemsdelta; Haaren, which was divided, is unknown."""
    region = codings.coding("regio", dimension_name="RegioS")
    assert region.values["GM0003"] == region.values["GM1979"]
    assert "GM0788" not in region.values


def test_wijken_lie_in_their_gemeente_with_a_leaf_for_the_unknown():
    """A gemeente is its wijken and `wijk unknown`; only its gemeente known falls there."""
    wijk = codings.coding("wijk", dimension_name="WijkenEnBuurten")
    dimension = wijk.classification
    inside = {c.code for c in dimension.codes if c.parent == "GM0363"}
    union = np.concatenate([dimension.members[dimension.position(c)] for c in inside])
    assert sorted(union.tolist()) == dimension.members[dimension.position("GM0363")].tolist()
    assert dimension.leaves[wijk.values["GM0363"]] == "WK0363XX"
    assert not any(
        c.code.endswith("XX") for c in codings.coding("wijk", dimension_name="W", levels=("land", "gemeente")).classification.codes
    )


people = st.lists(st.sets(st.integers(0, 7), min_size=1).map(frozenset), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(people, st.sampled_from([None, ("totaal",), ("totaal", "verblijf"), ("verblijf", "uitvoering")]))
def test_a_distinct_count_is_right_at_every_code(persons, levels):
    """Persons with sets of forms of help: each code counts those who touch one of its values, once."""
    full = codings.coding("hulpvorm", dimension_name="H")
    forms = sorted(full.values)
    part = codings.coding("hulpvorm", dimension_name="H", levels=levels)
    masks = [sum({1 << part.values[forms[f]] for f in person}) for person in persons]
    dimension, place = codings.of_sets(part, masks)
    atoms = np.zeros(dimension.n_leaves, dtype=np.int64)
    for mask in masks:
        atoms[place[mask]] += 1
    cells = roll_up(atoms, (dimension,))
    for i, code in enumerate(dimension.codes):
        values = values_of(full, code.code)
        assert cells[i] == sum(any(forms[f] in values for f in person) for person in persons)


@pytest.mark.parametrize(
    "bits, codes_of_them",
    [
        ((0,), {"CWJZ12", "CWJH12", "CWSL01"}),
        ((0, 1), {"CWJZ12", "CWJH12", "A027919", "CWSL03"}),
        ((0, 1, 2), {"CWJZ12", "CWJH12", "A027919", "A027920", "CWSL07"}),
        ((2,), {"CWJZ12", "A027920", "CWSL04"}),
    ],
)
def test_a_combination_counts_under_its_parts_and_under_itself(bits, codes_of_them):
    """Who had youth help and protection counts under both totals and under their combination, not under `only`."""
    coded = codings.coding("samenloop", dimension_name="S")
    dimension, place = codings.of_sets(coded, [])
    leaf = place[sum(1 << b for b in bits)]
    assert {c.code for c, m in zip(dimension.codes, dimension.members) if leaf in m} == codes_of_them


def test_too_many_classes_for_a_set_are_refused():
    """Gemeenten do not fit in a bitmask; the message says what to do."""
    with pytest.raises(ProblemsFound, match="use laatste"):
        codings.of_sets(codings.coding("regio", dimension_name="RegioS"), [1])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: codings.read_classification("hulpvrm"), "Did you mean 'hulpvorm'"),
        (lambda: codings.coding("hulpvorm", dimension_name="X", levels=("verblif",)), "Did you mean 'verblijf'"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest(call, message):
    """The remedy is in the message."""
    with pytest.raises(ProblemsFound, match=message):
        call()


BASE = {"version": 1, "id": "proef", "title": {"nl": "Proef"}, "field": "leeftijd"}


def leaf(code, **more):
    return {"code": code, "title": {"nl": code}, "level": "x", **more}


@pytest.mark.parametrize(
    "kind, tree, message",
    [
        ("codes", leaf("A"), "exactly one of"),
        ("codes", leaf("A", values=["1"], unknown=True), "exactly one of"),
        ("codes", leaf("A", children=[leaf("B", values=["1"]), leaf("C", values=["1"])]), "value '1' occurs twice"),
        ("codes", leaf("A", children=[leaf("B", values=["1"]), leaf("B", values=["2"])]), "code 'B' occurs twice"),
        ("codes", leaf("A", children=[leaf("B", unknown=True), leaf("C", unknown=True)]), "at most one leaf"),
        ("codes", leaf("A", **{"from": 1}), "kind codes takes values"),
        ("ranges", leaf("A", children=[leaf("B", **{"from": 0, "below": 5}), leaf("C", **{"from": 4})]), "overlap"),
        ("ranges", leaf("A", **{"from": 5, "below": 5}), "must be less than"),
    ],
)
def test_a_wrong_tree_is_refused(kind, tree, message):
    """Each way to write a classification that cannot be counted."""
    with pytest.raises(ValidationError, match=message):
        CLASSIFICATION.validate_python(BASE | {"kind": kind, "tree": tree})


@pytest.mark.parametrize(
    "code, message",
    [
        ({"has": ["X"]}, "'X' is not a base"),
        ({"has": ["A"], "lacks": ["A"]}, "can hold nobody"),
        ({"lacks": ["A", "B"]}, "can hold nobody"),
    ],
)
def test_a_wrong_combination_is_refused(code, message):
    """A combination that nobody can have would always be 0."""
    bases = [{"name": "A", "values": ["a"]}, {"name": "B", "values": ["b"]}]
    with pytest.raises(ValidationError, match=message):
        CLASSIFICATION.validate_python(BASE | {"kind": "combinaties", "base": bases, "codes": [leaf("C", **code)]})


def test_a_classification_read_whole_has_every_code_that_a_table_shows():
    """Whoever follows lines between tables reads classifications whole: a level that tables have to name is there as well."""
    for spec in standard().values():
        for d in spec.dimensions:
            levels = codings.usual_levels(d.classification, d.levels)
            shown, whole = (
                {c.code for c in codings.coding(d.classification, dimension_name=d.name, levels=one, field=d.field).classification.codes}
                for one in (levels, None)
            )
            assert shown <= whole, (spec.id, d.name)
    assert "landsdeel" not in codings.usual_levels("regio", None)
