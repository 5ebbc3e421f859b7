"""Every standard table against a query that somebody wrote by hand, cell by cell."""

from __future__ import annotations

import csv
import hashlib
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.check_specs import check
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_set

from tests.tables import tiny
from tests.tables.standard import standard

HERE = Path(__file__).parent
TABLES = {name: one for name, one in standard().items() if not one.source.startswith("vt_")}  # those: tests/tables/test_safe_home.py
SETS = ("october", "april", "kwartaal_1", "kwartaal_2", "kwartaal_3", "kwartaal_4", "tot_2020")
SEEDS = (1, 2)
YEARS = (2024, 2018)
"""The queries are written for 2024; for tables of what is no longer collected they are read as of 2018."""


BEFORE = {row["table"]: row for row in csv.DictReader((HERE / "golden" / "before_sources.csv").read_text().splitlines())}
"""What the program counted in the microdata of the first seed when sources were Python still (the tree before commit 287ff70), of every
standard table that there was: how many cells, and a digest of them. `new codes`: what the table did not show then. Cells of codes that it no
longer shows are not in it. A table that is to count otherwise goes out of the file, with a word of it in the commit."""

FEW = {"jeugdreclassering_overdracht": (5, 20)}
"""Tables of so few cells that the test data fill fewer, and count less."""


def year_of(table: str) -> int:
    return next(year for year in YEARS if TABLES[table].made_for(year))


def periods_of(table: str) -> list[Period]:
    parts = ("KW01", "KW02", "KW03", "KW04") if TABLES[table].periods == ("kwartaal",) else ("HJ01", "HJ02", "JJ00")
    return [Period.parse(f"{year_of(table)}{part}") for part in parts]


@pytest.fixture(scope="module", params=SEEDS)
def vaults(request, tmp_path_factory):
    """Per year: seeded microdata, open for the compiler, and a database of its own for the second opinions."""
    regions = str(files("celwacht.table_specs") / "regions")
    prelude = (HERE / "second_opinion" / "prelude.sql").read_text()
    opened = {}
    for year in YEARS:
        data = tiny.make(tmp_path_factory.mktemp("data"), request.param, year=year, persons=150, before=1)
        database = duckdb.connect()
        database.execute(prelude.replace("2024", str(year)).replace("$DATA", str(data)).replace("$REGIONS", regions))
        opened[year] = Microdata(data, keep=5), database
    yield request.param, opened
    for microdata, database in opened.values():
        microdata.close()
        database.close()


def second_opinion(table: str, database: duckdb.DuckDBPyConnection) -> dict[tuple[str, ...], int]:
    query = (HERE / "second_opinion" / f"{table}.sql").read_text().replace("2024", str(year_of(table)))
    rows = database.execute(query).fetchall()
    return {tuple(row[:-1]): row[-1] for row in rows}


def published_cells(cubes: list[Cube]) -> dict[tuple[str, ...], int]:
    """All cells that are not 0, by their codes."""
    found = {}
    for cube in cubes:
        for place in zip(*np.nonzero(cube.cells)):
            found[tuple(d.codes[i].code for d, i in zip(cube.dimensions, place))] = int(cube.cells[place])
    return found


def compared_before(found: dict[tuple[str, ...], int], new: list[str]) -> tuple[int, str]:
    """How many cells have none of these codes, and a digest of them."""
    lines = sorted(("|".join(codes), count) for codes, count in found.items() if not set(codes) & set(new))
    text = "\n".join(f"{codes}={count}" for codes, count in lines)
    return len(lines), hashlib.sha256(text.encode()).hexdigest()[:32]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_compiler_and_the_hand_written_query_agree_on_every_cell(vaults, table):
    """A published figure is the plain count that the words of the table ask for, at every margin."""
    seed, opened = vaults
    microdata, database = opened[year_of(table)]
    spec = TABLES[table]
    cubes = build_cube(spec, periods_of(table), microdata.data, connection=microdata)
    expected, found = second_opinion(table, database), published_cells(cubes)
    assert found == expected
    cells, counted = FEW.get(table, (10, 100))
    assert len(expected) > cells and sum(expected.values()) > counted, "the test data say nothing about this table"
    if seed == SEEDS[0] and table in BEFORE:
        assert compared_before(found, BEFORE[table]["new codes"].split()) == (int(BEFORE[table]["cells"]), BEFORE[table]["digest"])


def test_every_table_has_a_second_opinion():
    """Nobody can add a standard table without one."""
    written = {p.stem for p in (HERE / "second_opinion").glob("*.sql")} - {"prelude"}
    assert written == set(TABLES)


def test_the_specifications_have_no_problems():
    """Tables, classifications, sets and policies refer to each other rightly."""
    assert [str(p) for p in check() if "/layouts/" not in p.file] == []


@pytest.mark.parametrize("name", SETS)
def test_each_set_gives_every_table_a_period(name):
    """A table in a set is made for at least one of its periods, and the sets together hold every table."""
    wanted = read_set(name)
    kinds = {Period.parse(f"2024{p.part}").kind for p in wanted.periods}
    for table in wanted.tables:
        assert set(standard()[table].periods) & kinds, table


def test_the_sets_together_hold_every_table():
    """No standard table is forgotten."""
    held = {t for name in SETS for t in read_set(name).tables}
    assert held == set(standard())


def test_units_do_not_mix():
    """Each table counts one unit."""
    assert all(sum(m.kind == "count" for m in t.measures) == 1 for t in TABLES.values())
