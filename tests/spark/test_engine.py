"""Spark counts what DuckDB counts, cell by cell. Needs pyspark and Java: `make test-spark`."""

import os
import random
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.contributors import build_contributors
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.demo.safe_home import write_safe_home
from celwacht.tables.engines import nodes
from celwacht.tables.engines.dialects import Duck, SparkSQL
from celwacht.tables.engines.engine import engine_of
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from sqlglot import exp

from tests.spark.conftest import MASTER
from tests.tables import tiny
from tests.tables.standard import standard

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'celwacht[spark]'")
if shutil.which("java") is None:
    pytest.skip("Java is not installed", allow_module_level=True)

TABLES = standard()
PARTS = ("HJ01", "HJ02", "JJ00", "KW02")
PERIODS = [Period.parse(f"2024{part}") for part in PARTS]
SAFE_HOME = [t for t in TABLES if TABLES[t].source.startswith("vt_")]
NO_MORE = [t for t in TABLES if not TABLES[t].made_for(2024)]
"""Of what was collected until 2020: counted as of 2018."""
CHOSEN = sorted(set(TABLES) - set(SAFE_HOME) - set(NO_MORE))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tiny.make(tmp_path_factory.mktemp("vault") / "data", 11, persons=150, before=1)


@pytest.fixture(scope="module")
def engines(data):
    yield from both(data)


@pytest.fixture(scope="module")
def of_safe_home(tmp_path_factory):
    data = tmp_path_factory.mktemp("veilig_thuis")
    write_safe_home(data, "small", 1, (2024,))
    assert take_in(data, bytes(range(32)), workers=0).ok
    yield from both(data)


@pytest.fixture(scope="module")
def of_before(tmp_path_factory):
    yield from both(tiny.make(tmp_path_factory.mktemp("before") / "data", 12, year=2018, persons=150, before=1))


def both(data):
    """The microdata on DuckDB and on Spark."""
    with Microdata(data, keep=9) as duck, Microdata(data, keep=9, engine=f"spark:{MASTER}") as spark:
        yield duck, spark


def same(table: str, periods: list[Period], engines: tuple[Microdata, Microdata]) -> int:
    """Whether all codes, atoms and cells are, each in its place; how many records were counted."""
    one, other = (build_cube(TABLES[table], periods, engine.data, connection=engine) for engine in engines)
    assert len(one) == len(other) > 0
    for a, b in zip(one, other):
        assert [(d.codes, d.leaves) for d in a.dimensions] == [(d.codes, d.leaves) for d in b.dimensions]
        assert np.array_equal(a.atoms, b.atoms) and np.array_equal(a.cells, b.cells)
    return sum(int(cube.atoms.sum()) for cube in one)


@pytest.mark.parametrize("table", CHOSEN)
def test_every_cell_is_the_same(table, engines):
    assert same(table, PERIODS, engines) > 0


@pytest.mark.parametrize("table", SAFE_HOME)
def test_every_cell_of_safe_home_is_the_same(table, of_safe_home):
    assert same(table, PERIODS[:3], of_safe_home) > 0


@pytest.mark.long
@pytest.mark.parametrize("table", NO_MORE)
def test_every_cell_of_what_is_no_longer_collected_is_the_same(table, of_before):
    assert same(table, [Period.parse(f"2018{part}") for part in PARTS[:3]], of_before) > 0


@pytest.mark.parametrize("table", ["jeugdhulp_gebruik_jongeren", "jeugdbescherming_instroom"])
def test_contributors_are_the_same(table, data, engines):
    one, other = (build_contributors(TABLES[table], PERIODS, data, connection=engine) for engine in engines)
    for a, b in zip(one, other):
        rows = [sorted(zip(map(tuple, c.leaf.tolist()), c.provider.tolist(), c.count.tolist())) for c in (a, b)]
        assert rows[0] == rows[1]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return engine_of("spark").begin(tmp_path_factory.mktemp("tmp"))._session


def test_chains_are_those_of_following_them_one_by_one(session):
    """Random pointers to lower numbers, for persons and for none; the oracle follows each to its root."""
    rnd = random.Random(5)
    rows, wanted = [], set()
    for person in ("a", "b", None):
        root: dict[int, int] = {}
        for number in range(1, 60):
            before = rnd.choice([None, *range(max(1, number - 5), number)])
            root[number] = number if before is None else root[before]
            rows.append((person, number, before))
            wanted.add((person, number, root[number]))
    session.createDataFrame(rows, "persoon string, nummer int, vorige int").createOrReplaceTempView("volgt")
    text = nodes.Chains(this="volgt", own="keten", by=["persoon"]).sql(SparkSQL)
    assert {tuple(row) for row in session.sql(text).collect()} == wanted


def test_years_lived_are_those_of_duckdb(session):
    rnd = random.Random(9)
    born = [
        date(2004, 2, 29),
        date(2003, 2, 28),
        date(2001, 1, 31),
        *(date(2000, 1, 1) + timedelta(rnd.randint(0, 4000)) for _ in range(200)),
    ]
    born += [date(2024, 7, 1), date(2024, 12, 30), date(2025, 7, 1), date(2026, 2, 28)]  # not born yet, on some of the days
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2023, 2, 28), date(2024, 6, 30), date(2024, 12, 31)]
    rows = [(b, d) for b in born for d in days]
    asked = nodes.YearsLived(this=exp.column("geboren", quoted=True), expression=exp.column("dag", quoted=True))
    session.createDataFrame(rows, "geboren date, dag date").createOrReplaceTempView("dagen")
    found = session.sql(f"SELECT geboren, dag, {asked.sql(SparkSQL)} FROM dagen").collect()
    with duckdb.connect() as database:
        both = [list(one) for one in zip(*rows)]
        wanted = database.execute(f"SELECT *, {asked.sql(Duck)} FROM (SELECT unnest($1) AS geboren, unnest($2) AS dag)", both).fetchall()
    assert sorted(map(tuple, found)) == sorted(wanted) and len(wanted) == len(rows)


def test_what_is_in_no_class_is_told_alike(data, engines):
    """The same problem, word for word, from both engines."""
    listed = TABLES["jeugdhulp_instroom_verwijzer"]
    narrow = listed.model_copy(update={"where": None, "dimensions": tuple(d for d in listed.dimensions)})
    told = []
    for engine in engines:
        try:
            build_cube(narrow, PERIODS, data, connection=engine)
            told.append(None)
        except ProblemsFound as found:
            told.append([str(p) for p in found.problems])
    assert told[0] == told[1]


def test_a_master_that_is_none_is_told(tmp_path):
    """In a process of its own, for Spark has one master for a process."""
    asked = "import sys; from pathlib import Path; from celwacht.tables.engines.engine import engine_of; "
    asked += "engine_of('spark:nonsense').begin(Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", asked, tmp_path], capture_output=True, text=True)
    assert done.returncode == 1 and "ProblemsFound" in done.stderr and "Spark did not begin" in done.stderr.splitlines()[-1]


@pytest.mark.long
def test_executors_that_are_lost_cost_nothing_but_time(data, engines, tmp_path):
    """One is killed while blocks are searched, and one that keeps records: what was found, and every cell, are those of one process."""
    import pyspark
    from celwacht.disclosure.search.cubes.suppress import search_block
    from celwacht.tables.spread import in_threads

    from tests.spark.blocks import digest, rows_of_blocks
    from tests.spark.lost_executor import cells

    home = tmp_path / "home"  # executors keep their work in it
    home.mkdir()
    for path in Path(pyspark.__file__).parent.iterdir():
        (home / path.name).symlink_to(path)
    table = "machtiging_stand"
    asked = [sys.executable, "-m", "tests.spark.lost_executor", tmp_path, data, table]
    root = Path(__file__).parents[2]
    patient = "--conf spark.network.timeout=600s " + os.environ["PYSPARK_SUBMIT_ARGS"]  # three more processes of Java begin
    beside = {
        "PYSPARK_SUBMIT_ARGS": patient,
        "SPARK_HOME": str(home),
        "PYTHONPATH": str(root),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    done = subprocess.run(asked, cwd=root, capture_output=True, text=True, env=os.environ | beside)
    told = dict(line.split() for line in done.stdout.splitlines() if line.startswith(("blocks ", "cells ")))
    here = digest(in_threads(1)(search_block, *rows_of_blocks()))
    assert told == {"blocks": here, "cells": cells(table, data, engines[0])}, done.stderr[-2000:]
    assert (tmp_path / "blocks").exists() and (tmp_path / "records").exists()


def test_an_engine_that_is_none_is_told():
    with pytest.raises(ProblemsFound, match="'sparc' is no engine"):
        engine_of("sparc")
