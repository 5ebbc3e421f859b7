"""The same cell of several tables has one number, and cells that count something else have another."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets import reading, values
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.same import same_cells
from celwacht.disclosure.intruder.sets.seen import seen
from celwacht.disclosure.intruder.sets.values import NotNamed
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.specs.read_spec import read_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.intruder.test_whole_set import CARE, CRISIS, HALVES, KIND, TABLES, registers
from tests.disclosure.registers import Trajectory, printed, spec


def test_the_total_and_a_class_of_one_table_stand_in_another():
    register = [Trajectory(i, date(2024, 2, 1), None, "01" if i % 3 else "11", "02") for i in range(30)]
    one, _ = printed(spec("t_a", "instroom", [KIND]), HALVES[:1], register, lambda c: np.ones(c.shape, bool))
    other, _ = printed(spec("t_b", "instroom", [CARE, CRISIS]), HALVES[:1], register, lambda c: np.zeros(c.shape, bool))
    a, b = same_cells([one, other])
    kinds, cares = list(one.codes[0]), list(other.codes[0])
    assert all(a[kinds.index(code), 0] == b[cares.index(code), 0, 0] for code in cares)
    assert sorted(np.intersect1d(a, b)) == sorted(b[:, 0, 0])


@settings(max_examples=25, deadline=None)
@given(registers(), st.sets(st.sampled_from(range(len(TABLES))), min_size=2, max_size=5))
def test_they_are_those_that_the_intruder_takes_for_one_unknown(register, chosen):
    """Whatever the register, cells of one number have one count; and they are the unknowns of the attack, neither more nor fewer."""
    made = [printed(TABLES[i], HALVES if TABLES[i].moment != "stand" else HALVES[:2], register, lambda c: c < 0) for i in sorted(chosen)]
    found, place = same_cells([t for t, _ in made]), facts_of_set([t for t, _ in made]).place
    names, places, counts = (np.concatenate([a.ravel() for a in its]) for its in (found, place, [c for _, c in made]))
    pairs = np.unique(np.stack([names, places]), axis=1).shape[1]
    assert pairs == len(np.unique(names)) == len(np.unique(places))
    order = np.argsort(names, kind="stable")
    alike = np.diff(names[order]) == 0
    assert (np.diff(counts[order])[alike] == 0).all()


def test_tables_without_a_cell_in_common():
    a, b = same_cells([printed(spec(f"t_{m}", m, [CRISIS]), HALVES[:1], [], lambda c: c < 0)[0] for m in ("instroom", "uitstroom")])
    assert not np.isin(a, b).any() and all(len(np.unique(x)) == x.size for x in (a, b))


TREES = {
    ("regio", 2020): {"NL01": ["GM0501", "GM0109", "GM1680"]},
    ("regio", 2023): {"NL01": ["GM0109", "GM1680", "GM1992"]},
    ("wijk", 2023): {
        "NL01": ["GM0109", "GM1680", "GM1992"],
        "GM0109": ["WK010901", "WK010902"],
        "GM1680": ["WK1680"],
        "GM1992": ["WK1992"],
    },
}


@pytest.fixture
def divisions(monkeypatch):
    """Brielle (GM0501) is of 2020 alone, Voorne aan Zee (GM1992) of 2023, and the others have their places changed."""
    plain = values.full_coding

    def small(d):
        tree = TREES.get((d.classification, d.division))
        return (
            plain(d)
            if tree is None
            else replace(plain(d.model_copy(update={"division": None})), classification=from_tree("RegioS", tree, "NL01"))
        )

    for module in (values, reading):
        monkeypatch.setattr(module, "full_coding", small)


def by_region(division, codes, classification="regio"):
    """By region of a division, with these codes shown."""
    table = spec(f"t_{classification}_{division}", "instroom", [("RegioS", classification, None)])
    own = table.model_copy(update={"dimensions": (table.dimensions[0].model_copy(update={"division": division}),)})
    shape = (len(codes), 1)
    return seen("r", own, (codes, ("2024HJ01",)), np.ones(shape, np.int64), np.zeros(shape, bool), 1)


def test_regions_of_two_divisions_are_the_same_by_their_codes(divisions):
    """No gemeente is taken for another because it has its place in the list; the country of the two is not the same sum of gemeenten."""
    old, new = by_region(2020, ("GM0501", "GM0109", "GM1680")), by_region(2023, ("GM1992", "GM0109", "GM1680"))
    a, b = (names[:, 0] for names in same_cells([old, new]))
    assert (a == b).tolist() == [False, True, True] and len(np.unique([a, b])) == 4


def test_a_gemeente_is_its_wijken_and_itself_where_no_list_of_wijken_has_it(divisions):
    new, old = by_region(2023, ("GM0109", "GM1680", "WK1680"), "wijk"), by_region(2020, ("GM0501", "GM0109", "GM1680"))
    a, b = (names[:, 0] for names in same_cells([new, old]))
    assert a.tolist() == [b[1], b[2], b[2]] and len(np.unique(b)) == 3


def test_what_no_classification_names_is_told():
    """A class, and a classification: both by an error of its own, that names the dimension."""
    with pytest.raises(NotNamed, match="RegioS shows 2 classes that 'regio' does not name"):
        same_cells([by_region(2023, ("NL01", "GM0501", "GM0000"))])
    table = by_region(2023, ("NL01",))
    gone = table.spec.model_copy(update={"dimensions": (table.spec.dimensions[0].model_copy(update={"classification": "van_vroeger"}),)})
    with pytest.raises(NotNamed, match="RegioS: .*van_vroeger"):
        same_cells([seen("r", gone, table.codes, table.least, table.withheld, 1)])


def test_a_filter_on_the_region_is_compared_with_regions():
    """All 1000; all without Assen 996: Assen, a dot, has at most 4 (some may live nowhere that is known)."""
    plain = read_tables()["jeugdhulp_stand_trajecten"]
    place = next(d for d in plain.dimensions if d.classification == "regio")
    whole = plain.model_copy(update={"dimensions": (place,), "policy": "strict"})
    part = whole.model_copy(update={"id": "t_zonder", "where": "gemeente != 'GM0106'"})
    shown, dots = np.array([[1000], [0], [20]]), np.array([[False], [True], [False]])
    tables = [
        seen("", whole, (("NL01", "GM0106", "GM0014"), ("2024HJ01",)), shown, dots, 1),
        seen("", part, (("NL01",), ("2024HJ01",)), np.array([[996]]), np.array([[False]]), 1),
    ]
    known = facts_of_set(tables)
    found = narrow(known.facts.least, known.facts.greatest, known.facts.relations)
    assert found.greatest[known.place[0][1, 0]] == 4
