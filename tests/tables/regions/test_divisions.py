"""Divisions of a made-up country, from lists and changes, each counted by hand; and files that are not right, each with what is said."""

from pathlib import Path

import pytest
from celwacht.tables import home
from celwacht.tables.counting import codings
from celwacht.tables.counting.check_specs import check
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions.divisions import division, ever, newest, resolved, system, valid_in
from celwacht.tables.regions.part import part_of

COUNTRY = """\
version: 1
id: island
title: {nl: Eiland, en: Island}
whole: X0
region: {level: borough, files: boroughs, code: code, name: label, under: county, unknown: E999}
larger:
  - {level: county, code: county, name: county_name}
district: {level: ward, file: wards.csv, code: ward, name: label, within: borough, letters: W}
also: [{code: E004, names: [Westtown]}]
division: year
"""
LIST = """\
code,label,county,county_name
E001,North,C1,Upper
E002,Middle,C1,Upper
E003,South,C2,Lower
E004,West,C2,Lower
"""
WARDS = "ward,label,borough\nW1,One,E001\nW2,Two,E002\nW3,Three,E003\nW4,Four,E004\n"
CHANGES = """\
kind,old,new,share,since,label,name
merger,E001,E010,1,2025-01-01,,North and Middle
merger,E002,E010,1,2025-01-01,,
renaming,E003,E011,1,2026-01-01,,Far South
border,E010,E011,0.02,2026-06-01,,
"""
AREA = "version: 1\nid: area\nkind: {kind}\ntitle: {{nl: Gebied}}\nfield: area\nunknown: {{nl: Onbekend}}\n{more}"


@pytest.fixture
def island(tmp_path):
    for name in ("regions", "classifications"):
        (tmp_path / name).mkdir()
    (tmp_path / "classifications" / "area.yaml").write_text(AREA.format(kind="regio", more=""))
    for name, text in (("island.yaml", COUNTRY), ("boroughs_2024.csv", LIST), ("wards.csv", WARDS), ("changes_2027.csv", CHANGES)):
        (tmp_path / "regions" / name).write_text(text)
    (tmp_path / home.ALONE).write_text("")
    with home.using(tmp_path):
        yield tmp_path


@pytest.mark.parametrize(
    "year, codes, names",
    [
        (2024, "E001 E002 E003 E004", {"E001": "North"}),
        (2025, "E003 E004 E010", {"E010": "North and Middle"}),
        (2026, "E004 E010 E011", {"E011": "Far South"}),
        (2027, "E004 E010 E011", {"E011": "Far South"}),
    ],
)
def test_a_division_is_the_last_list_and_what_changed_since(island, year, codes, names):
    of = division("island", year)
    assert of.codes == tuple(codes.split())
    found = {row["code"]: row["label"] for row in of.rows}
    assert {code: found[code] for code in names} == names
    assert {row["code"]: row["county"] for row in of.rows}[codes.split()[-1]] in ("C1", "C2")


@pytest.mark.parametrize(
    "year, goes",
    [
        (2024, {"E011": "E003"}),  # a new name for the same: known backwards. What merged later is not
        (2025, {"E001": "E010", "E002": "E010", "E011": "E003"}),
        (2026, {"E001": "E010", "E002": "E010", "E003": "E011"}),
    ],
)
def test_a_record_with_another_code_counts_where_all_of_it_went(island, year, goes):
    assert dict(division("island", year).goes_to) == goes


def test_a_border_on_the_day_of_a_merger_may_name_the_region_that_comes(island):
    """A part of West goes to what North and Middle become that day: all of it holds from one morning on."""
    path = island / "regions" / "changes_2027.csv"
    path.write_text(CHANGES + "border,E004,E010,0.01,2025-01-01,,\n")
    assert division("island", 2025).codes == ("E003", "E004", "E010") and check([island / "regions"]) == []
    path.write_text(CHANGES + "border,E004,E012,0.01,2025-01-01,,\n")
    home.forget()
    assert "region E012 is not there; a correction of a border is between two that are." in "\n".join(map(str, check([island / "regions"])))


def test_a_classification_is_on_the_division_that_is_asked(island):
    """Shown: the whole, counties, boroughs under their county, and the unknown; a merged code counts in the new one."""
    old, new = (codings.coding("area", dimension_name="Area", division=year) for year in (2024, 2026))
    assert [c.code for c in old.classification.codes] == ["X0", "C1", "C2", "E001", "E002", "E003", "E004", "E999"]
    assert [c.code for c in new.classification.codes] == ["X0", "C1", "C2", "E004", "E010", "E011", "E999"]
    assert new.classification.codes[4].parent == "C1" and new.classification.codes[-1].unknown
    assert new.values["E001"] == new.values["E002"] == new.values["E010"]
    assert [system().levels(False), system().levels(True)] == [("land", "county", "borough"), ("land", "county", "borough", "ward")]


def test_a_level_on_request_is_in_tables_that_name_it(island):
    """Size is such a level: read whole it is there, a table without levels does not have it, and a list without its columns cannot."""
    more = "  - {level: size, code: size, name: size_name, on_request: true}\n"
    (island / "regions" / "island.yaml").write_text(COUNTRY.replace("district:", more + "district:"))
    lines = [f"{line},{'size,size_name' if i == 0 else 'S1,Small' if i < 3 else 'S2,Large'}" for i, line in enumerate(LIST.splitlines())]
    (island / "regions" / "boroughs_2024.csv").write_text("\n".join(lines) + "\n")
    (island / "regions" / "boroughs_2023.csv").write_text(LIST)
    with home.using(island):
        usual = codings.usual_levels("area", None)
        assert usual == ("land", "county", "borough") and codings.usual_levels("area", ("size",)) == ("size",)
        whole = codings.coding("area", dimension_name="Area", division=2024)
        assert [c.code for c in whole.classification.codes][:5] == ["X0", "C1", "C2", "S1", "S2"]
        assert [len(m) for m in whole.classification.members[3:5]] == [2, 2]
        assert part_of("C1") == {"C1", "S1", "E010", "W1", "W2", "WE010XX"}
        assert {c.level for c in codings.coding("area", dimension_name="A", levels=usual, division=2024).classification.codes} == set(usual)
        old = codings.coding("area", dimension_name="Area", division=2023)
        assert not any(c.level == "size" for c in old.classification.codes)
        with pytest.raises(ProblemsFound, match="the division has no level 'size'"):
            codings.coding("area", dimension_name="Area", levels=("land", "size"), division=2023)


def test_districts_follow_the_region_in_which_they_lie(island):
    (island / "classifications" / "area.yaml").write_text(AREA.format(kind="wijk", more="region_field: borough\n"))
    made = codings.coding("area", dimension_name="Area", division=2025)
    own = {c.code: c.parent for c in made.classification.codes}
    assert own["W1"] == own["W2"] == own["WE010XX"] == "E010" and own["W3"] == "E003" and made.fallback == "borough"
    members = made.classification.members[list(own).index("E010")]
    assert sorted(made.classification.leaves[i] for i in members) == ["W1", "W2", "WE010XX"]


def test_which_division(island):
    """Said, or of the year, or the newest: a correction in June holds on the next 1 January."""
    assert newest(system()) == 2027
    asked = [(2024, 2030), ("newest", 2025), ("year", 2025), ("year", None), (None, 2026)]
    assert [resolved(system(), what, year) for what, year in asked] == [2024, 2027, 2025, 2027, 2026]
    assert valid_in(2025) == {"E003", "E004", "E010"} and ever() >= {"E001", "E010", "E011"}


def test_a_part_is_any_larger_region(island):
    assert part_of("C2") == {"C2", "E004", "E011", "W3", "W4", "WE004XX", "WE011XX"}
    with pytest.raises(ProblemsFound, match="no province 'C3'.*Did you mean 'C2'|no province 'C3'"):
        part_of("C3")


def broken():
    """(file, text, what replaces it, expected problems) for every block of broken_regions.txt."""
    for block in Path(__file__).with_name("broken_regions.txt").read_text(encoding="utf-8").strip().split("\n\n")[1:]:
        name, *lines = block.split("\n")
        before, after = (next((line[2:] for line in lines if line.startswith(sign)), "") for sign in ("- ", "+ "))
        yield name.removeprefix("@ "), before, after, [line for line in lines if not line.startswith(("- ", "+ "))]


@pytest.mark.parametrize("file, before, after, said", list(broken()))
def test_what_is_not_right_is_told_to_the_letter(island, monkeypatch, file, before, after, said):
    path = island / "regions" / file
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))
    monkeypatch.chdir(island)
    assert [str(one).removeprefix("regions/") for one in check([Path("regions/island.yaml")])] == said


def test_the_files_of_this_country_are_right(island):
    assert check([island / "regions"]) == []


def test_our_own_files_are_right():
    with home.using(home.PACKAGED):
        assert check([home.PACKAGED / "regions" / "nederland.yaml"]) == []
        assert resolved(system(), None, 2026) == 2023 and newest(system()) == 2023
