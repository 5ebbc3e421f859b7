"""People of 1 January on a later division: regions that became one are added up, in their sexes and ages; what nobody knows is not there."""

import numpy as np
import pytest
from celwacht.tables import home
from celwacht.tables.sources.moved_people import on_division
from celwacht.tables.sources.populations import read_population

REGIONS = """\
version: 1
id: island
title: {nl: Eiland}
whole: X0
region: {level: borough, files: boroughs, code: code, name: label, under: county, unknown: E999}
larger:
  - {level: county, code: county, name: county_name}
"""
LIST = "code,label,county,county_name\nE1,A,C1,Up\nE2,B,C1,Up\nE3,C,C2,Low\nE4,D,C2,Low\nE5,E,C2,Low\n"
CHANGES = """\
kind,old,new,share,since,name,county
merger,E1,E10,1,2026-01-01,AB,C1
merger,E2,E10,1,2026-01-01,AB,C1
merger,E4,E3,1,2026-01-01,C,C2
border,E3,E10,0.1,2026-01-01,,
split,E5,E51,0.5,2027-01-01,E north,C2
split,E5,E52,0.5,2027-01-01,E south,C2
"""
ABOUT = "version: 1\nid: m_2025\npopulation: m\nyear: 2025\nsource: {nl: V}\nlicence: CC0\nmade_up: true\ndivision: 2025\nregions: island\nfiles: [m.csv]\n"
ROWS = "region,sex,0-17,18+\n" + "".join(f"E{n},{sex},{n},{10 * n + add}\n" for n in range(1, 6) for sex, add in (("M", 0), ("V", 1)))


@pytest.fixture
def people(tmp_path):
    for name, text in {
        "regions/island.yaml": REGIONS,
        "regions/boroughs_2025.csv": LIST,
        "regions/changes_2027.csv": CHANGES,
        "populations/m_2025.yaml": ABOUT,
        "populations/m.csv": ROWS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with home.using(tmp_path):
        found, problems = read_population(tmp_path / "populations" / "m_2025.yaml")
        assert problems == []
        yield found


def test_regions_that_became_one_are_added_up(people):
    """E1 (1 + 10, 1 + 11) and E2 (2 + 20, 2 + 21) are E10; E4 went up in E3, which keeps its code; sums of counties and whole stay right."""
    later = on_division(people, 2026)
    assert later.persons("E10") == 11 + 12 + 22 + 23 and later.persons("E10", 18, None, {"V"}) == 11 + 21
    assert later.persons("E3") == people.persons("E3") + people.persons("E4") == 33 + 34 + 44 + 45
    assert [later.persons(code) for code in ("E1", "E2", "E4")] == [None] * 3
    assert [later.persons(code) for code in ("C1", "C2", "X0")] == [people.persons(code) for code in ("C1", "C2", "X0")]
    assert np.sum([later.persons(code) for code in ("E10", "E3", "E5")]) == later.persons("X0")


def test_parts_of_a_region_have_no_people_that_anybody_knows(people):
    """Half of E5 went to each: where is not known, and what they lie in is no sum any more."""
    later = on_division(people, 2027)
    assert [later.persons(code) for code in ("E5", "E51", "E52", "C2", "X0")] == [None] * 5
    assert later.persons("E10") == 68 and later.persons("C1") == 68


@pytest.mark.parametrize("year", [2024, 2025])
def test_on_an_earlier_division_nothing_moves(people, year):
    assert on_division(people, year) is people
