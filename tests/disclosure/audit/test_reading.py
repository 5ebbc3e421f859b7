"""Published tables as they come: the structure is guessed right, and what can be recalculated in them is found."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.model.facts import Inference
from celwacht.disclosure.audit.model.recipe import follow
from celwacht.disclosure.audit.reading.marks import MARKS, Mark, Meaning, Rounding, interval, number, parse_mark
from celwacht.disclosure.audit.reading.read_facts import Stated, facts_together, interpret, names_of
from celwacht.disclosure.audit.reading.reading_spec import RoundingRule, Rows
from celwacht.disclosure.audit.recipes.recipe_text import recipe_lines
from celwacht.tables.problems import ProblemsFound

REGIONS = {"R1": ["A1", "A2", "A3"], "R2": ["B1", "B2", "B3", "B4"]}
LEAVES = [a for v in REGIONS.values() for a in v]
PARENT = {a: r for r, v in REGIONS.items() for a in v}
GROUPS = {"Sex": ["girl", "boy"], "Form": ["home", "foster", "group", "other"]}


def english(seed, withhold=(), rounded=0, years=("2023", "2024")):
    """(Rows, {(year, area, category): truth}): national, regional and local rows in long form, two groups of categories that
    each add up to the same total, with a percentage of the total. withhold: (year, area, category) printed as c."""
    random = Random(seed)
    truth = {}
    for year in years:
        for area in LEAVES:
            parts = {c: random.randint(6, 90) for c in GROUPS["Form"]}
            total = sum(parts.values())
            girls = random.randint(1, total - 1)
            for c, v in {**parts, "girl": girls, "boy": total - girls, "Total": total}.items():
                for up in (area, PARENT[area], "E"):
                    truth[year, up, c] = truth.get((year, up, c), 0) + v
    rows = []
    for year in years:
        for area in ["E", *REGIONS, *LEAVES]:
            level = "National" if area == "E" else "Regional" if area in REGIONS else "Local authority"
            region = area if area in REGIONS else PARENT.get(area, "")
            for group, codes in GROUPS.items():
                for c in (*codes, "Total"):
                    v, total = truth[year, area, c], truth[year, area, "Total"]
                    base = rounded if rounded and level != "Local authority" else 1
                    hidden = (year, area, c) in withhold
                    shown = "c" if hidden else str((v + base // 2) // base * base)
                    share = "c" if hidden else str((200 * v + total) // (2 * total))
                    rows.append((year, level, "E", region, area if area in LEAVES else "", group, c, shown, share))
    header = (
        "time_period",
        "geographic_level",
        "country_code",
        "region_code",
        "new_la_code",
        "cla_group",
        "characteristic",
        "number",
        "percentage",
    )
    return Rows("table.csv", header, rows), truth


def audited(*tables, stated=Stated(), width=5):
    """(audit, {label: finding}, what was guessed)."""
    read = [interpret(t, stated) for t in tables]
    facts, said = facts_together([(t, spec) for t, spec, _ in read])
    audit = audit_published(facts, width)
    return audit, {facts.label(f.cell): f for f in audit.findings}, [s for _, _, more in read for s in more] + said


def sound(audit, findings, truth):
    """Every interval holds the truth, every recipe gives its interval; truth by label."""
    for label, f in findings.items():
        assert f.least <= truth[label] and (f.greatest is None or truth[label] <= f.greatest), label
        if f.recipe and not f.recipe.searched:
            known = follow(audit.facts.relations, f.recipe, audit.facts.least, audit.facts.greatest)
            assert known.get(f.cell, (f.least, f.greatest)) == (f.least, f.greatest)


def label(year, area, c):
    return ", ".join([f"time_period {year}", *([area] if area != "E" else []), *([c] if c != "Total" else [])])


@pytest.mark.parametrize("rounded", [0, 10])
def test_structure_is_guessed(rounded):
    """Levels, groups, totals, rounding per level and the base of the percentage, each said."""
    table, _ = english(1, rounded=rounded)
    _, spec, said = interpret(table, Stated())
    assert spec.nested == {"characteristic": "cla_group"} and spec.values == ("number",)
    assert spec.levels.level == ("National", "Regional", "Local authority")
    assert spec.trees["geographic_level"] == {"E": ("R1", "R2"), "R1": tuple(REGIONS["R1"]), "R2": tuple(REGIONS["R2"])}
    assert set(spec.trees["Form"]["Total"]) == set(GROUPS["Form"])
    assert {(r.rounding.base, *r.where.get("geographic_level", ())) for r in spec.rounding} == (
        {(10, "National"), (10, "Regional")} if rounded else set()
    )
    (ratio,) = spec.ratios
    assert ratio.of == "number" and set(ratio.totals) >= {"Form", "Sex"} and ratio.decimals == 0
    assert any("percentage: 100 * number" in s for s in said)


def test_alone_in_a_line():
    """One withheld cell of a region is the region less the others, and the words say so with figures."""
    table, truth = english(2, withhold={("2024", "A2", "home")})
    audit, found, _ = audited(table)
    f = found[label("2024", "A2", "home")]
    assert f.verdict is Inference.EXACT and f.least == truth["2024", "A2", "home"]
    said = " ".join(recipe_lines(audit.facts, f))
    assert f"= {f.least}" in said and "[" in said


def test_a_ring_stays_open_and_a_cut_ring_does_not():
    """Six cells in a ring of lines can move together; with one of them printed all come back."""
    hidden = {
        ("2023", "A1", "home"),
        ("2023", "A1", "foster"),
        ("2023", "A2", "home"),
        ("2023", "A2", "group"),
        ("2023", "A3", "foster"),
        ("2023", "A3", "group"),
    }
    table, truth = english(3, withhold=hidden)
    audit, found, _ = audited(table)
    sound(audit, found, {label(*k): truth[k] for k in hidden})
    assert {f.verdict for f in found.values()} == {Inference.OPEN}
    table, truth = english(3, withhold=hidden - {("2023", "A3", "group")})
    audit, found, _ = audited(table)
    sound(audit, found, {label(*k): truth[k] for k in hidden})
    assert {lb: f.least for lb, f in found.items()} == {label(*k): truth[k] for k in hidden - {("2023", "A3", "group")}}
    assert {f.verdict for f in found.values()} == {Inference.EXACT}


@pytest.mark.parametrize("seed", range(4))
def test_safe_rectangle_stays_open(seed):
    """Four cells at the corners of a rectangle, in areas and categories, are nowhere exact; the truth lies within."""
    hidden = {("2024", a, c) for a in ("B1", "B3") for c in ("home", "other")}
    table, truth = english(10 + seed, withhold=hidden, rounded=10)
    audit, found, _ = audited(table, width=2)
    sound(audit, found, {label(*k): truth[k] for k in hidden})
    assert len(found) == 4 and all(f.verdict is Inference.OPEN for f in found.values())


def test_totals_of_two_groups_are_one_cell():
    """A total withheld in one block and printed in the other is found where it is printed."""
    table, truth = english(4)
    rows = [r if (r[0], r[4], r[5], r[6]) != ("2024", "A1", "Sex", "Total") else (*r[:7], "c", "c") for r in table.rows]
    audit, found, _ = audited(replace(table, rows=rows))
    f = found[label("2024", "A1", "Total")]
    assert f.least == f.greatest == truth["2024", "A1", "Total"] and "printed" in recipe_lines(audit.facts, f)[0]


def test_percentage_beside_a_withheld_count():
    """T15: 27 of 73 withheld, 37.0 % printed."""
    header = ("area", "form", "number", "percentage")
    rows, random = [], Random(5)
    for i in range(12):
        a, b = random.randint(5, 60), random.randint(5, 60)
        for form, v in (("Total", a + b), ("home", a), ("away", b)):
            rows.append((f"area {i}", form, str(v), f"{100 * v / (a + b):.1f}"))
    rows += [("x", "Total", "73", "100.0"), ("x", "home", "c", "37.0"), ("x", "away", "c", "63.0")]
    audit, found, _said = audited(Rows("t", header, rows))
    f = found["x, home"]
    assert (f.least, f.greatest, f.verdict) == (27, 27, Inference.EXACT)
    assert "percentage is printed as" in " ".join(recipe_lines(audit.facts, f))


def pivoted(seed, rows=30):
    """A table with a column per category: total = boys + girls = young + middle + old; net = came - left."""
    random, table = Random(seed), []
    for i in range(rows):
        boys, girls, came, left = (random.randint(1, 50) for _ in range(4))
        young = random.randint(0, boys + girls)
        middle = random.randint(0, boys + girls - young)
        table.append([f"area {i}", boys + girls, boys, girls, young, middle, boys + girls - young - middle, came, left, came - left])
    return ("area", "all", "boys", "girls", "young", "middle", "old", "came", "left", "net"), table


def test_sums_between_columns_are_discovered():
    """Blocks of columns, and a difference with negative figures; what is withheld on a line of them comes back."""
    header, rows = pivoted(6)
    truth = {(r[0], h): v for r in rows for h, v in zip(header[1:], r[1:])}
    hidden = {("area 3", "boys"), ("area 4", "left"), ("area 5", "net"), ("area 6", "young"), ("area 6", "old")}
    printed = [tuple("x" if (r[0], h) in hidden else str(v) for h, v in zip(header, r)) for r in rows]
    audit, found, said = audited(Rows("t", header, printed))
    for sum_ in ("all = boys + girls", "all = young + middle + old", "came = left + net"):
        assert any(s.startswith(sum_) for s in said), sum_
    sound(audit, found, {f"{a}, {c}": truth[a, c] for a, c in hidden})
    exact = {lb for lb, f in found.items() if f.verdict is Inference.EXACT}
    assert exact == {"area 3, boys", "area 4, left", "area 5, net"}


def test_chance_is_no_identity():
    """Unrelated columns, with many zeros, are tied by nothing."""
    random = np.random.default_rng(7)
    header = ("area", *"abcdef")
    rows = [(f"area {i}", *map(str, random.integers(0, 3, 6))) for i in range(60)]
    _, spec, _said = interpret(Rows("t", header, rows), Stated())
    assert spec.identities == ()


def test_linked_tables():
    """Safe each by itself: regions by sex withholds a girl count that regions by age and a table of totals bring back."""
    one = Rows(
        "one",
        ("region", "sex", "number"),
        [
            ("all", "total", "40"),
            ("all", "girl", "22"),
            ("all", "boy", "18"),
            ("n", "total", "."),
            ("n", "girl", "."),
            ("n", "boy", "9"),
            ("s", "total", "."),
            ("s", "girl", "."),
            ("s", "boy", "9"),
        ],
    )
    two = Rows(
        "two",
        ("region", "age", "number"),
        [
            ("all", "total", "40"),
            ("n", "total", "21"),
            ("s", "total", "19"),
            ("all", "young", "20"),
            ("all", "old", "20"),
            ("n", "young", "10"),
            ("n", "old", "11"),
            ("s", "young", "10"),
            ("s", "old", "9"),
        ],
    )
    _, found, _ = audited(one)
    assert all(f.verdict is not Inference.EXACT for f in found.values())
    _audit, found, _ = audited(one, two)
    assert found["n, girl"].verdict is Inference.EXACT and found["n, girl"].least == 12
    assert found["s, girl"].least == found["s, girl"].greatest == 10


def test_random_rounding_is_told_from_the_figures():
    """Areas rounded to 5 at random do not add up as conventional rounding would; then nothing false is inferred."""
    random = Random(8)
    tree = {"GM0001": ["WK000101", "WK000102"], "WK000101": ["BU00010101"], "WK000102": ["BU00010201", "BU00010202"]}
    rows, truth = [], {}
    for year in range(2000, 2040):
        values = {a: random.randint(0, 60) for v in tree.values() for a in v if a.startswith("BU")}
        for parent in ("WK000101", "WK000102", "GM0001"):
            values[parent] = sum(values[p] for p in tree[parent])
        for a, v in values.items():
            low = v // 5 * 5
            shown = low if random.random() * 5 >= v - low else low + 5
            truth[f"year {year}, {a}"] = v
            rows.append((str(year), a, "." if year > 2030 and a.startswith("BU") else str(shown)))
    audit, found, said = audited(Rows("t", ("year", "area", "number"), rows))
    assert any("rounded at random" in s for s in said)
    assert len(found) == 27
    sound(audit, found, truth)


def test_parts_that_are_not_printed():
    """A total with a part that has no row is no equality: the withheld part is at most the rest."""
    rows = [("2024", c, v) for c, v in (("Total", "30"), ("a", "10"), ("b", "c"))]
    stated = Stated({"trees": {"code": {"Total": ("a", "b", "gone")}}, "totals": {"code": ("Total",)}})
    _audit, found, _ = audited(Rows("t", ("year", "code", "number"), rows), stated=stated)
    (f,) = found.values()
    assert (f.least, f.greatest) == (0, 20)


def test_unreadable_figures_are_all_named():
    """Each with line, column and remedy; marks that are known are none of them."""
    rows = [("a", "1"), ("b", "??"), ("c", "c"), ("d", "12q")]
    with pytest.raises(ProblemsFound) as caught:
        audited(Rows("t", ("area", "number"), rows), stated=Stated({"values": ("number",)}))
    assert [p.line for p in caught.value.problems] == [3, 5]
    assert "--mark" in str(caught.value)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("12", (12, 12)),
        ("1,234", (1234, 1234)),
        ("c", (0, None)),
        ("<5", (0, 4)),
        ("1-4", (1, 4)),
        ("-", (0, 0)),
        ("k", (1, 1)),
        ("0..7", (0, 7)),
        ("z", (0, 0)),
    ],
)
def test_marks_and_figures(text, expected):
    low, high, _ = interval(text, MARKS, Rounding())
    assert (low, high if high < 1 << 40 else None) == expected


@pytest.mark.parametrize("base, half", [(5, "any"), (10, "up"), (10, "any"), (3, "any"), (5, "random")])
def test_rounding_intervals_hold_all_that_is_printed_so(base, half):
    for v in range(60):
        low = v // base * base
        prints = (
            {low, low + base}
            if half == "random" and v != low
            else {low if 2 * (v - low) < base else low + base, *([low] if half == "any" and 2 * (v - low) == base else [])}
        )
        for shown in prints:
            a, b = Rounding(base, half).interval(shown)
            assert a <= v <= b
            assert b - a == 2 * base - 2 if half == "random" else b - a <= base


def test_dutch_figures_and_marks():
    assert number("5.280", ",") == (5280, 0) and number("3,5", ",") == (35, 1) and number("c") is None
    assert parse_mark("c=1..5") == ("c", Mark(Meaning.WITHHELD, 1, 5)) and parse_mark("==zero") == ("=", Mark(Meaning.ZERO))
    with pytest.raises(ValueError, match="MARK=withheld"):
        parse_mark("c=often")


def test_names_of_levels_and_given_rounding():
    """Names come from the column beside the codes; a rounding that was told is not guessed."""
    table, _ = english(9)
    named = Rows(table.name, (*table.header, "la_name"), [(*r, f"Town {r[4]}" if r[4] else "") for r in table.rows])
    _, spec, said = interpret(named, Stated(rounding=(RoundingRule(Rounding(5)),)))
    assert spec.rounding[0].rounding.base == 5 and not any("multiples" in s for s in said)
    assert names_of(named, spec)["geographic_level", "A1"] == "Town A1"
