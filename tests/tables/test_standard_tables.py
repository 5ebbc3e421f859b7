"""Every standard table against a query that somebody wrote by hand, cell by cell."""

from __future__ import annotations

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
from celwacht.tables.specs.read_spec import read_set, read_tables

from tests.tables import tiny

HERE = Path(__file__).parent
TABLES = read_tables()
YEAR = [Period.parse(f"2024{part}") for part in ("HJ01", "HJ02", "JJ00")]
QUARTERS = [Period.parse(f"2024KW0{i}") for i in (1, 2, 3, 4)]
SEEDS = (1, 2)


def periods_of(table: str) -> list[Period]:
    return QUARTERS if TABLES[table].periods == ("kwartaal",) else YEAR


@pytest.fixture(scope="module", params=SEEDS)
def vault(request, tmp_path_factory):
    """Seeded microdata, open for the compiler, and a database of its own for the second opinions."""
    data = tiny.make(tmp_path_factory.mktemp("data"), request.param, persons=150)
    regions = str(files("celwacht.table_specs") / "regions")
    prelude = (HERE / "second_opinion" / "prelude.sql").read_text()
    database = duckdb.connect()
    database.execute(prelude.replace("$DATA", str(data)).replace("$REGIONS", regions))
    with Microdata(data, keep=5) as microdata:
        yield microdata, database
    database.close()


def second_opinion(table: str, database: duckdb.DuckDBPyConnection) -> dict[tuple[str, ...], int]:
    rows = database.execute((HERE / "second_opinion" / f"{table}.sql").read_text()).fetchall()
    return {tuple(row[:-1]): row[-1] for row in rows}


def published_cells(cubes: list[Cube]) -> dict[tuple[str, ...], int]:
    """All cells that are not 0, by their codes."""
    found = {}
    for cube in cubes:
        for place in zip(*np.nonzero(cube.cells)):
            found[tuple(d.codes[i].code for d, i in zip(cube.dimensions, place))] = int(cube.cells[place])
    return found


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_compiler_and_the_hand_written_query_agree_on_every_cell(vault, table):
    """A published figure is the plain count that the words of the table ask for, at every margin."""
    microdata, database = vault
    spec = TABLES[table]
    cubes = build_cube(spec, periods_of(table), microdata.data, connection=microdata)
    expected, found = second_opinion(table, database), published_cells(cubes)
    assert found == expected
    assert len(expected) > 20 and sum(expected.values()) > 100, "the test data say nothing about this table"


def test_every_table_has_a_second_opinion():
    """Nobody can add a standard table without one."""
    written = {p.stem for p in (HERE / "second_opinion").glob("*.sql")} - {"prelude"}
    assert written == set(TABLES)


def test_the_specifications_have_no_problems():
    """Tables, classifications, sets and policies refer to each other rightly."""
    assert [str(p) for p in check() if "/layouts/" not in p.file] == []


@pytest.mark.parametrize("name", ["october", "april", "kwartaal_1", "kwartaal_2", "kwartaal_3", "kwartaal_4"])
def test_each_set_gives_every_table_a_period(name):
    """A table in a set is made for at least one of its periods, and the sets together hold every table."""
    wanted = read_set(name)
    kinds = {Period.parse(f"2024{p.part}").kind for p in wanted.periods}
    for table in wanted.tables:
        assert set(TABLES[table].periods) & kinds, table


def test_the_sets_together_hold_every_table():
    """No standard table is forgotten."""
    held = {t for name in ("october", "april", "kwartaal_4") for t in read_set(name).tables}
    assert held == set(TABLES)


def test_units_do_not_mix():
    """Each table counts one unit."""
    assert all(sum(m.kind == "count" for m in t.measures) == 1 for t in TABLES.values())
