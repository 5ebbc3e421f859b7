"""A union whose register has a code of its own for some records: what it means to the comparison of tables, and to the attacker of its own."""

from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.outsider.attack import attack
from celwacht.tables.sources.union_parts import Part
from celwacht.tables.specs.table_spec import DimensionSpec

from tests.disclosure.registers import Trajectory, as_public, by_lines, printed, spec
from tests.disclosure.registers import seen as as_seen

PERIOD = ["2024HJ01"]
KINDS = ("JHA", "JHV", "JB", "JR")
MEANS = {
    "CWJZ12": lambda had: True,
    "CWJH12": lambda had: "JHA" in had or "JHV" in had,
    "A027919": lambda had: "JB" in had,
    "A027920": lambda had: "JR" in had,
    "CWSL01": lambda had: had <= {"JHA", "JHV"},
    "CWSL02": lambda had: had == {"JB"},
    "CWSL03": lambda had: "JB" in had and "JR" not in had and had != {"JB"},
    "CWSL04": lambda had: had == {"JR"},
    "CWSL05": lambda had: "JR" in had and "JB" not in had and had != {"JR"},
    "CWSL06": lambda had: had == {"JB", "JR"},
    "CWSL07": lambda had: {"JB", "JR"} < had,
    "CWVB01": lambda had: {"JB", "JHV"} <= had,
    "CWVB02": lambda had: "JB" in had and "JHV" not in had,
}
CODES = {
    "samenloop": [c for c in MEANS if not c.startswith("CWVB")],
    "vormen_jeugdzorg": ["CWJZ12", "CWJH12", "A027919", "A027920"],
    "verblijf_jeugdbescherming": ["A027919", "CWVB01", "CWVB02"],
}


def people(seed, n=40):
    """What each has had: one kind at least."""
    random = np.random.default_rng(seed)
    drawn = random.random((n, 4)) < (0.5, 0.25, 0.3, 0.15)
    return [{k for k, has in zip(KINDS, row) if has} or {"JHA"} for row in drawn]


def table(name, had, dots):
    """One of the standard dimensions over all youth care, as printed; and its counts by plain counting."""
    dimension = DimensionSpec(name="Vorm", classification=name, per_person="alle")
    made = spec(f"t_{name}"[:30], "gebruik", [("Hulpvorm", "hulpvorm", None)], unit="jongeren")
    made = made.model_copy(update={"source": "jeugdzorg", "dimensions": (dimension,)})
    cells = np.array([[sum(map(MEANS[c], had))] for c in CODES[name]])
    hidden = dots(cells)
    return as_seen("r", made, (tuple(CODES[name]), tuple(PERIOD)), np.where(hidden, 0, cells), hidden, 1), cells


def help_of(had, dots):
    """Young persons with help, by every form that they touch, from the register itself."""
    days = date(2024, 2, 1), None
    register = [Trajectory(i, *days, form) for i, its in enumerate(had) for kind, form in (("JHA", "01"), ("JHV", "11")) if kind in its]
    made = spec("t_help", "gebruik", [("Hulpvorm", "hulpvorm", ["totaal", "verblijf"])], unit="jongeren", alle="Hulpvorm")
    return printed(made, PERIOD, register, dots)


@pytest.mark.parametrize("seed", range(12))
def test_the_truth_is_never_excluded(seed):
    """Whatever is a dot, what lines leave of every cell holds its count; and so does what the attacker finds."""
    random, had = np.random.default_rng(seed), people(seed)
    made = [table(name, had, lambda c: random.random(c.shape) < 0.5) for name in CODES]
    made.append(help_of(had, lambda c: random.random(c.shape) < 0.5))
    known, found = by_lines([t for t, _ in made])
    theirs = attack([as_public(t) for t, _ in made], lambda _: 3, questions=20)
    for n, (place, (_, cells)) in enumerate(zip(known.place, made)):
        assert (found.least[place] <= cells).all() and (cells <= found.greatest[place]).all()
        low, high = theirs.of_table(n)
        assert (low <= cells).all() and (cells <= high).all()


def test_what_another_table_tells_is_found():
    """Protection is one cell of all three; who has help is all of the register's; with a stay or without is a sum."""
    had = people(1)
    nothing = lambda c: np.zeros(c.shape, bool)
    kinds, _ = table("vormen_jeugdzorg", had, nothing)
    stay, cells = table("verblijf_jeugdbescherming", had, lambda c: np.array([[True], [False], [True]]))
    whole, total = help_of(had, lambda c: np.array([[True], [False], [False]]))
    places = facts_of_set([kinds, stay]).place
    assert places[0][2, 0] == places[1][0, 0]
    known, found = by_lines([kinds, stay, whole])
    theirs = attack([as_public(t) for t in (kinds, stay, whole)], lambda _: 3, questions=20)
    for n, (place, its) in enumerate(zip(known.place[1:], (cells, total)), start=1):
        low, high = theirs.of_table(n)
        assert (found.least[place] == its).all() and (found.greatest[place] == its).all() and (low == its).all() and (high == its).all()


def test_pieces_of_a_part():
    part = Part(
        source="jeugdhulp", code="A", among="x == '1'", some=({"code": "B", "among": "k == '1'"}, {"code": "C", "among": "k == '2'"})
    )
    assert part.pieces() == (
        (("A", "B", "C"), "x == '1'"),
        (("B",), "(x == '1') and (k == '1')"),
        (("C",), "(x == '1') and not (k == '1') and (k == '2')"),
        (("A",), "(x == '1') and not (k == '1') and not (k == '2')"),
    )
    assert Part(source="jeugdhulp", code="A").pieces() == ((("A",), None),)
