"""Tables that do not add up are refused, with the right cells named: the two examples of the handreiking."""

import numpy as np
from celwacht.disclosure.intruder.audit_printed import audit
from celwacht.disclosure.model.lines import contradictions
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.verdict import Verdict
from celwacht.tables.cubes.classification import from_tree

# Source: "Beleidsinformatie jeugd", handreiking for gemeenten (VNG, CBS), Voorbeeld 1 and Voorbeeld 2, as printed.
HULP = from_tree("Hulp", {"alle": ["wijkteam", "niet-wijkteam", "verblijf"]}, "alle")
VERWIJZER = from_tree("Verwijzer", {"alle": ["gemeente", "huisarts", "jeugdarts", "specialist", "GI", "geen"]}, "alle")
VOORBEELD_1 = [
    [2500, 1000, 1000, 500],
    [1400, 600, 400, 400],
    [750, 150, 600, 0],
    [100, 100, 0, 0],
    [50, 0, 50, 0],
    [600, 100, 400, 100],
    [400, 300, 100, 0],
]
AGES = {"alle": ["0-4", "4-12", "12-18", "18-23"]}
LEEFTIJD = from_tree("Jeugdigen", AGES | {a: [f"{a} jongen", f"{a} meisje"] for a in AGES["alle"]}, "alle")
VOORBEELD_2 = [
    [5000, 2500, 1700, 800],
    [1200, 700, 300, 200],
    [610, 350, 150, 110],
    [590, 350, 150, 90],
    [1700, 700, 750, 250],
    [1000, 370, 380, 150],
    [700, 330, 270, 100],
    [1600, 700, 600, 300],
    [780, 340, 290, 150],
    [820, 360, 310, 150],
    [500, 400, 50, 50],
    [245, 200, 25, 20],
    [255, 200, 25, 30],
]


def _table(figures, *dimensions, base=1):
    shown = np.array(figures, np.int64)
    return PrintedTable(dimensions, shown, np.zeros(shown.shape, bool), base)


def test_voorbeeld_1_is_refused_with_its_three_totals():
    """The referrers add up to more than three of the four printed totals."""
    table = _table(VOORBEELD_1, VERWIJZER, HULP)
    assert contradictions(table).report(table) == [
        "the parts of Verwijzer=alle, Hulp=alle do not add up to it",
        "the parts of Verwijzer=alle, Hulp=wijkteam do not add up to it",
        "the parts of Verwijzer=alle, Hulp=niet-wijkteam do not add up to it",
    ]
    assert audit(table, table.shown, table.shown < 0, 5).verdict is Verdict.UNSAFE


def test_voorbeeld_2_is_refused_and_its_one_wrong_cell_found():
    """480 instead of 380 for boys of 4 to 12 would repair both broken lines; the report names that cell."""
    table = _table(VOORBEELD_2, LEEFTIJD, HULP)
    found = contradictions(table)
    assert found.report(table) == [
        "the parts of Jeugdigen=4-12, Hulp=niet-wijkteam do not add up to it",
        "the parts of Jeugdigen=4-12 jongen, Hulp=alle do not add up to it",
        "one wrong figure in Jeugdigen=4-12 jongen, Hulp=niet-wijkteam would explain every broken line through it",
    ]
    assert {line.short for line in found.lines} == {100}
    repaired = np.array(VOORBEELD_2)
    repaired[5, 2] = 480
    assert contradictions(_table(repaired, LEEFTIJD, HULP)) is None


def test_rounded_figures_may_differ_by_what_rounding_explains():
    """OTS 19,455 + 3,280 against 22,730: rounding to fives explains 5, not 10."""
    stock = from_tree("Stand", {"alle": ["begin", "instroom"]}, "alle")
    assert contradictions(_table([22_730, 19_455, 3_280], stock, base=5)) is None
    assert contradictions(_table([22_725, 19_455, 3_280], stock, base=5)) is not None


def test_a_withheld_part_can_be_anything_but_negative():
    """A line with a withheld part breaks only when the printed parts exceed the total."""
    tree = from_tree("A", {"T": ["a", "b"]}, "T")
    marks = np.array([False, True, False])
    assert contradictions(PrintedTable((tree,), np.array([10, 0, 9]), marks)) is None
    assert contradictions(PrintedTable((tree,), np.array([10, 0, 11]), marks)) is not None
