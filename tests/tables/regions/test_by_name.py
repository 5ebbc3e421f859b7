"""Regions that a delivery names: by the list of its year, whatever the capitals; what is unknown or ambiguous is told with its line."""

import pytest
from celwacht.publish.cli import celwacht
from celwacht.tables import home
from celwacht.tables.regions.by_name import coded, codes_of
from click.testing import CliRunner

REGIONS = """\
version: 1
id: island
title: {nl: Eiland, en: Island}
whole: X0
region: {level: borough, files: boroughs, code: code, name: name, unknown: E999}
changes: changes_island
"""
LIST = "code,name\nE1,North Bay\nE2,\u00c5kerby\nE3,Hill\nE4,Hill\nE5,Wood\n"
CHANGES = "kind,old,new,share,since,name\nmerger,E5,E1,1,2024-01-01,\nrenaming,E2,E7,1,2024-01-01,Newby\nmerger,E4,E3,1,2024-01-01,\n"


@pytest.fixture
def island(tmp_path):
    (tmp_path / "regions").mkdir()
    (tmp_path / "regions" / "island.yaml").write_text(REGIONS)
    (tmp_path / "regions" / "boroughs_2020.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "regions" / "changes_island_2024.csv").write_text(CHANGES)
    with home.using(tmp_path):
        yield tmp_path


@pytest.mark.parametrize(
    "year, text, code",
    [
        (2021, "North Bay", "E1"),
        (2021, " north  BAY ", "E1"),
        (2021, "A\u030aKERBY", "E2"),  # an A with a ring of its own
        (2021, "e3", "E3"),
        (2021, "Wood", "E5"),
        (2025, "Wood", "E5"),  # of before the merger: its code, which goes to E1
        (2025, "Newby", "E7"),
        (2025, "Hill", "E3"),  # since E4 is gone there is one Hill
        (2021, "Newby", "E7"),  # of later: its code, which goes back to E2
    ],
)
def test_a_name_is_the_code_of_its_region(island, year, text, code):
    assert coded([text, ""], year, "island") == ([code, ""], [False, False])


@pytest.mark.parametrize("text, several", [("Hill", True), ("Akerby", False), ("Nowhere", False)])
def test_what_is_unknown_or_ambiguous_stays_as_it_is(island, text, several):
    assert coded([text], 2021, None) == ([text], [several])


def test_every_name_of_that_year_and_only_those_of_other_files(island):
    assert codes_of(2021, "hill") == {} and codes_of(2021, "island")["hill"] == {"E3", "E4"}


def records(areas):
    days = [f"2024-0{1 + n // 25 % 9}-{1 + n % 25:02d}" for n in range(200)]
    lines = [f"p{n};{'AB'[n % 2]};{areas[n % len(areas)]};{'Up' if n % len(areas) < 3 else 'Down'};{day}" for n, day in enumerate(days)]
    return "\n".join(["person;kind;area name;county;started", *lines]) + "\n"


def run(*words):
    home.forget()  # each command is a process of its own
    done = CliRunner().invoke(celwacht, ["--project", "ours", *words] if words[0] != "init" else list(words))
    return done.output + str(done.exception or "")


@pytest.fixture
def ours(tmp_path, monkeypatch):
    """A project of a file with areas by name: of North 80 records, of Lake 40, of Sea, side 40, and of 40 nobody knows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELWACHT_KEY", str(tmp_path / "key"))
    (tmp_path / "file.csv").write_text(records(["North", "NORTH ", "Lake", "Sea, side", "Unknown"]).replace("Unknown;Down", "Unknown;"))
    run("init", "ours", "--empty", "--language", "en")
    return run("new", "--source", "care", "--from", "file.csv", "--deliver"), tmp_path / "ours"


def test_a_new_source_of_names_makes_regions_with_levels(ours):
    """The list has a code for each name, the larger level too; the cube has the sums of both."""
    made, project = ours
    assert "area: area_name, by its name" in made and "larger area: county" in made
    assert (project / "specs/regions/care_areas_2024.csv").read_text().splitlines()[1:] == [
        "LAKE,Lake,UP,Up",
        "NORTH,North,UP,Up",
        'SEA_SIDE,"Sea, side",DOWN,Down',
    ]
    assert "No problems" in run("check") and "200 records" in run("intake")
    shown = run("preview", "care_per_year", "--period", "2024JJ00")
    for name, count in (("Up", 120), ("Down", 40), ("North", 80), ("Lake", 40), ("Area unknown", 40)):
        assert f"{name} Total {count}" in " ".join(shown.split())


@pytest.mark.long
def test_the_next_source_takes_the_list_that_is_there(ours):
    """Half of its areas or more; what the list lacks is refused with its line, and so is a name of two areas: never shown."""
    _, project = ours
    (project.parent / "next.csv").write_text(records(["lake", "north", "Elsewhere"]))
    made = run("new", "--source", "other", "--from", "next.csv", "--deliver")
    assert "areas of regions/care.yaml, by name; 1 of 3 stand in no list" in made and not (project / "specs/regions/other.yaml").exists()
    said = run("intake")
    assert "other_00000001_2024JJ00.csv:4:3: area_name: expected the name of a region" in said and "Elsewhere" not in said
    with (project / "specs/regions/care_areas_2024.csv").open("a") as file:
        file.write("E2,LAKE,UP,Up\nE3,Elsewhere,UP,Up\n")
    assert "other_00000001_2024JJ00.csv:2:3: area_name: expected the name of one region" in run("intake")


def test_a_layout_of_regions_that_are_not_there(ours):
    _, project = ours
    layout = project / "specs/layouts/care_1.yaml"
    layout.write_text(layout.read_text().replace("regions: care", "regions: cars"))
    assert "its layout names the regions of 'cars', and there is no such file in regions/. Did you mean 'care'?" in run("check")


@pytest.mark.parametrize("year", [2016, 2021, 2024])
def test_gemeenten_by_name_in_every_year(year):
    """Of the lists of the installation: between two of them too. Nuenen's name has commas, and capitals are not told apart."""
    assert coded(["AMSTERDAM", "Nuenen, Gerwen en Nederwetten"], year, "nederland")[0] == ["GM0363", "GM0820"]
