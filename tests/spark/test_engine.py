"""Spark counts what DuckDB counts, cell by cell. Needs pyspark and Java: `make test-spark`."""

import random
import shutil
import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.contributors import build_contributors
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.engines import nodes
from celwacht.tables.engines.engine import engine_of
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
PERIODS = [Period.parse(p) for p in ("2024HJ01", "2024HJ02", "2024JJ00", "2024KW02")]
OWN = {"jeugdhulp", "jeugdbescherming", "jeugdreclassering", "machtiging_uhp", "jeugdzorg"}
CHOSEN = sorted(t for t in TABLES if TABLES[t].source in OWN)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tiny.make(tmp_path_factory.mktemp("vault") / "data", 11, persons=150, before=1)


@pytest.fixture(scope="module")
def engines(data):
    with Microdata(data, keep=9) as duck, Microdata(data, keep=9, engine=f"spark:{MASTER}") as spark:
        yield duck, spark


@pytest.mark.parametrize("table", CHOSEN)
def test_every_cell_is_the_same(table, data, engines):
    one, other = (build_cube(TABLES[table], PERIODS, data, connection=engine) for engine in engines)
    assert len(one) == len(other)
    for a, b in zip(one, other):
        assert [d.leaves for d in a.dimensions] == [d.leaves for d in b.dimensions]
        assert np.array_equal(a.atoms, b.atoms) and np.array_equal(a.cells, b.cells)


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
    from celwacht.tables.engines.dialects import SparkSQL

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
    import duckdb
    from celwacht.tables.engines.dialects import Duck, SparkSQL

    rnd = random.Random(9)
    born = [
        date(2004, 2, 29),
        date(2003, 2, 28),
        date(2001, 1, 31),
        *(date(2000, 1, 1) + timedelta(rnd.randint(0, 4000)) for _ in range(200)),
    ]
    born += [date(2024, 7, 1), date(2024, 12, 30), date(2025, 7, 1), date(2026, 2, 28)]  # not born yet, on some of the days
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2023, 2, 28), date(2024, 6, 30), date(2024, 12, 31)]
    made = [nodes.YearsLived(this=_day(b), expression=_day(d)) for b in born for d in days]
    found = session.sql(f"SELECT ARRAY({', '.join(one.sql(SparkSQL) for one in made)})").collect()[0][0]
    with duckdb.connect() as database:
        assert found == database.execute(f"SELECT [{', '.join(one.sql(Duck) for one in made)}]").fetchone()[0]


def _day(day: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


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


def test_an_engine_that_is_none_is_told():
    with pytest.raises(ProblemsFound, match="'sparc' is no engine"):
        engine_of("sparc")
