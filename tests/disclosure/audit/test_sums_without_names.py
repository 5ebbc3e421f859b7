"""Sums that no code and no column is named after, flags in words, zeros that are none: each was no finding before, and falls exactly."""

import random

import pytest
from celwacht.disclosure.audit.model.facts import Inference
from celwacht.disclosure.audit.reading.subtotals import SURE
from celwacht.publish.own_tables.audit_command import Order, judged

BELOW = {"Noord": ("Groningen", "Drenthe"), "Oost": ("Gelderland", "Overijssel"), "Zuid": ("Limburg", "Brabant")}
LEAVES = [leaf for leaves in BELOW.values() for leaf in leaves]
FIRST = ["Nederland", *(c for p, leaves in BELOW.items() for c in (p, *leaves))]
LAST = [*(c for p, leaves in BELOW.items() for c in (*leaves, p)), "Nederland"]


def drawn(seed: int, years: int = 4):
    """[{code: count}], one for each year; Drenthe of the second year is what is withheld."""
    at = random.Random(seed)
    found = []
    for _ in range(years):
        v = {leaf: at.randint(5, 300) for leaf in LEAVES}
        v |= {p: sum(v[leaf] for leaf in leaves) for p, leaves in BELOW.items()}
        found.append({**v, "Nederland": sum(v[p] for p in BELOW)})
    return found


def exact(tmp_path, lines, **order):
    """({label: value} of what falls exactly, sentences)."""
    path = tmp_path / "t.csv"
    path.write_text("\n".join(",".join(map(str, line)) for line in lines) + "\n")
    found, said = judged(Order(path, **order))
    assert not found.set_aside
    return {found.facts.label(f.cell): found.facts.figure(f.least) for f in found.findings if f.verdict is Inference.EXACT}, said


@pytest.mark.parametrize("order", [FIRST, LAST, sorted(FIRST)], ids=["before their parts", "after their parts", "by the alphabet"])
@pytest.mark.parametrize("top", ["Nederland", "Total"])
def test_subtotals_without_a_name(order, top, tmp_path):
    """Drenthe = Noord - Groningen, though nothing says what Noord is; also where the whole is called Total, which is not the sum of all others."""
    values = drawn(1)
    lines = [("year", "area", "n")]
    lines += [(y, top if c == "Nederland" else c, "c" if (y, c) == (1, "Drenthe") else v[c]) for y, v in enumerate(values) for c in order]
    fell, said = exact(tmp_path, lines)
    assert fell == {"year 1, Drenthe": str(values[1]["Drenthe"])}
    assert any("sums among its codes, by the figures" in s and f"'{top}' = " in s for s in said)


def test_what_chance_may_have_made_is_asked_about(tmp_path):
    """One line on which 300 = 100 + 200: too little to believe, and said so."""
    fell, said = exact(tmp_path, [("area", "n"), ("a", 300), ("b", 100), ("d", 200), ("e", "c"), ("f", 17)])
    assert not fell and any("too few figures to tell it from chance" in s for s in said)


def test_chance_is_not_believed(tmp_path):
    """Of 200 tables of small counts without any sum in them, next to none is taken for one that has sums."""
    believed = 0
    for seed in range(200):
        at = random.Random(seed)
        lines = [("year", "area", "n")] + [(y, a, at.randint(0, 9)) for y in range(3) for a in "abdefg"]
        lines[5] = (*lines[5][:2], "c")
        believed += any("sums among its codes" in s for s in exact(tmp_path, lines)[1])
    assert believed <= 200 / 2**SURE + 3


def test_groups_in_a_column_beside(tmp_path):
    """A province has the gemeenten that name it beside them, in any order of the rows; and the column does not part the total from its parts."""
    values = drawn(2)
    lines = [
        (y, c, next((p for p in BELOW if c in BELOW[p]), ""), "c" if (y, c) == (1, "Limburg") else v[c])
        for y, v in enumerate(values)
        for c in (*BELOW, *LEAVES)
    ]
    random.Random(3).shuffle(lines)
    fell, _ = exact(tmp_path, [("year", "area", "province", "n"), *lines])
    assert fell == {"year 1, Limburg": str(values[1]["Limburg"])}
    flat = [("year", "area", "province", "n")]
    flat += [(y, "Total", "", v["Nederland"]) for y, v in enumerate(values)]
    flat += [line for line in lines if line[2]]
    assert exact(tmp_path, flat)[0] == {"year 1, Limburg": str(values[1]["Limburg"])}


@pytest.mark.parametrize("name,hidden,shown", [("suppressed", "Y", "N"), ("is_confidential", "TRUE", "FALSE"), ("CONF_STATUS", "C", "F")])
@pytest.mark.parametrize("instead", ["", "0", "-"])
def test_flags_in_words(name, hidden, shown, instead, tmp_path):
    """A word that stands exactly where figures are missing says withheld; the column is no dimension of the table."""
    lines = [("area", "sex", "number", name)]
    for i, area in enumerate(("p", "q", "r", "t")):
        lines += [(area, "total", 30 + i, shown), (area, "boy", 11 + 2 * i, shown), (area, "girl", 19 - i, shown)]
    lines[9] = ("r", "girl", instead, hidden)
    fell, said = exact(tmp_path, lines)
    assert fell == {"r, girl": "17"} and any(s.startswith(f"{name}: '{hidden}'") or "marks the figures" in s for s in said)


@pytest.mark.parametrize("instead", ["0", "-", "-1", "-99"])
def test_figures_in_the_place_of_withheld_ones(instead, tmp_path):
    """Lines with it are short of their total, the others add up."""
    lines = [("area", "sex", "number")]
    for i, area in enumerate(("p", "q", "r", "t")):
        lines += [(area, "total", 30 + i), (area, "boy", 11 + 2 * i), (area, "girl", 19 - i)]
    lines[9] = ("r", "girl", instead)
    assert exact(tmp_path, lines)[0] == {"r, girl": "17"}


def test_averages_beside_counts(tmp_path):
    """A column that does not add up does not take the sum from the column that does; figures are told in the unit in which they are printed."""
    lines = [("area", "sex", "n", "mean age")]
    for i, area in enumerate(("p", "q", "r", "t")):
        lines += [(area, "total", 30 + i, 10.5), (area, "boy", 11 + 2 * i, 9.27), (area, "girl", 19 - i, 11.53)]
    lines[9] = ("r", "girl", "c", 12.5)
    assert exact(tmp_path, lines)[0] == {"r, girl": "17"}
    lines[9] = ("r", "girl", "c", "c")
    fell, said = exact(tmp_path, lines)
    assert fell == {"r, girl, n": "17.00"} and any("is the sum of its 2 parts in n; NOT in mean age" in s for s in said)


def test_the_width_is_in_the_unit_of_the_figures(tmp_path):
    """8.0 = x + y leaves 8.0 between them, 80 tenths: closer than --width 10."""
    lines = [
        ("area", "sex", "n"),
        ("p", "total", 20.5),
        ("p", "boy", 12.0),
        ("p", "girl", 8.5),
        ("q", "total", 8.0),
        ("q", "boy", "c"),
        ("q", "girl", "c"),
    ]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(",".join(map(str, line)) for line in lines) + "\n")
    found, _ = judged(Order(path, width=10))
    assert found.count(Inference.NARROW) == 2
    found, _ = judged(Order(path, width=8))
    assert found.count(Inference.OPEN) == 2
