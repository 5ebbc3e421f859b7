"""The region files: whole, right, and made from their sources by the script beside them."""

import csv
import importlib.util
from importlib.resources import files
from pathlib import Path

import pytest

REGIONS = files("celwacht.table_specs").joinpath("regions")
SOURCES = Path(__file__).parents[3] / "shared" / "data" / "regions"


def rows(name):
    with REGIONS.joinpath(name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def made_by():
    """The script, or a skipped test where its sources are not at hand."""
    if not SOURCES.is_dir():
        pytest.skip("the CBS files are not at hand (../shared/data/regions)")
    spec = importlib.util.spec_from_file_location("regions_make", str(REGIONS.joinpath("make.py")))
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_the_files_are_those_that_the_script_makes(tmp_path):
    """Whoever has the CBS files can make every region file again, byte by byte."""
    script = made_by()
    script.make(SOURCES, tmp_path)
    made = sorted(tmp_path.iterdir())
    assert [path.name for path in made] == sorted(p.name for p in REGIONS.iterdir() if p.name.endswith(".csv"))
    for path in made:
        assert path.read_bytes() == REGIONS.joinpath(path.name).read_bytes(), path.name


def test_the_rows_of_the_population_are_those_that_the_script_makes(tmp_path):
    """populations/ of 2020, byte by byte; and the young people are those of the regions, but for one person of rounding."""
    script = made_by()
    script.write_populations(tmp_path, script.read(SOURCES, "g2020"), script.read(SOURCES, "w2020"))
    for path in tmp_path.iterdir():
        assert path.read_bytes() == REGIONS.parent.joinpath("populations", path.name).read_bytes(), path.name
    with (tmp_path / "gemeenten_2020.csv").open(encoding="utf-8", newline="") as stream:
        young = {row["region"]: sum(int(row[str(age)]) for age in range(23)) for row in csv.DictReader(stream)}
    assert all(abs(young[row["gemeente"]] - int(row["jongeren_0_23"])) <= 1 for row in rows("gemeenten_2023.csv"))


def test_every_gemeente_of_2023_has_its_regions():
    """342 gemeenten in 12 provincies and 42 jeugdregio's; the people of 2020 are all there."""
    gemeenten = rows("gemeenten_2023.csv")
    assert len(gemeenten) == 342 == len({row["gemeente"] for row in gemeenten})
    assert len({row["provincie"] for row in gemeenten}) == 12
    regions = {(row["jeugdregio"], row["jeugdregionaam"]) for row in gemeenten}
    assert len(regions) == 42 == len({code for code, _ in regions}) == len({name for _, name in regions})
    assert sum(int(row["inwoners"]) for row in gemeenten) == 17_407_585
    assert sum(int(row["inwoners"]) for row in rows("gemeenten_2020.csv")) == 17_407_585


def test_three_jeugdregios_cross_a_province_border():
    """Jeugdregio's are not nested in provincies; whoever assumes so is caught by these three."""
    provinces = {}
    for row in rows("gemeenten_2023.csv"):
        provinces.setdefault(row["jeugdregionaam"], set()).add(row["provincie"])
    crossing = {name for name, found in provinces.items() if len(found) > 1}
    assert crossing == {"Food Valley", "Rijk van Nijmegen", "Utrecht-West"}


def test_every_wijk_lies_in_a_gemeente_of_2023_as_its_old_gemeente_went():
    """A wijk follows its gemeente of 2020 through the changes; where that was divided, it is in one of the parts."""
    there = {row["gemeente"] for row in rows("gemeenten_2023.csv")}
    went = {}
    for row in rows("changes_2020_2023.csv"):
        went.setdefault(row["old"], set()).add(row["new"])
    wijken = rows("wijken_2020.csv")
    assert len(wijken) == 3177
    for row in wijken:
        assert row["gemeente"] in there
        assert row["gemeente"] in went.get(row["gemeente_2020"], {row["gemeente_2020"]})


def test_the_parts_of_a_divided_gemeente_are_a_whole():
    """The shares of each old gemeente add up to one; only Haaren has more than one part."""
    shares = {}
    for row in rows("changes_2020_2023.csv"):
        shares.setdefault(row["old"], []).append(float(row["share"]))
    assert {old for old, parts in shares.items() if len(parts) > 1} == {"GM0788"}
    assert all(sum(parts) == pytest.approx(1, abs=2e-4) for parts in shares.values())


def test_the_wijken_of_a_gemeente_have_about_its_people():
    """Wijken are rounded to 5 and persons without an address are in none: they miss their gemeente by a little only."""
    counts = {}
    for row in rows("wijken_2020.csv"):
        total, number = counts.get(row["gemeente"], (0, 0))
        counts[row["gemeente"]] = (total + int(row["inwoners"]), number + 1)
    for row in rows("gemeenten_2023.csv"):
        total, number = counts[row["gemeente"]]
        assert abs(total - int(row["inwoners"])) <= 5 * number + int(row["inwoners"]) / 1000, row["naam"]
