"""Rows of a Spark job: in order, whatever happens to workers; faults are told without what a row holds. Needs pyspark and Java."""

from datetime import date
from pathlib import Path

import pytest
from celwacht.disclosure.search.cubes.suppress import search_block
from celwacht.publish.sets import make_table, workers
from celwacht.publish.store import store
from celwacht.tables.engines import spread as spread_file
from celwacht.tables.faults import InsideWorker
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.data_source import write_made_up
from celwacht.tables.spread import in_threads

from tests.spark import pieces
from tests.spark.blocks import digest, rows_of_blocks
from tests.spark.conftest import MASTER
from tests.tables import tiny
from tests.tables.standard import standard

TABLES = ("jeugdhulp_soort_start", "jeugdbescherming_instroom")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    made = tiny.make(tmp_path_factory.mktemp("vault") / "data", 11, persons=150, before=1)
    write_made_up(made)
    return made


@pytest.fixture(scope="module")
def spread(engine, data):
    return engine.spread(data / "vault" / "tmp")


@pytest.fixture(scope="module")
def here():
    """What the blocks give without Spark, one thread."""
    return digest(in_threads(1)(search_block, *rows_of_blocks()))


def test_answers_come_in_the_order_of_the_rows(spread):
    rows = [(n % 2, n) for n in range(100)]
    assert list(spread(pieces.doubled, ["a", "b"], rows)) == [("ab"[n % 2], 2 * n) for n in range(100)]
    assert list(spread(pieces.doubled, [], [])) == []


def test_blocks_are_searched_as_without_spark_and_a_large_one_goes_first(spread, here):
    shared, rows = rows_of_blocks()
    assert digest(spread(search_block, shared, rows)) == here
    assert digest(spread(search_block, shared, rows[:1])) != here
    sizes = [block.state.low.size for _, block in rows]
    dealt = spread_file._dealt([(n, 0, bytes(size)) for n, size in enumerate(sizes)], 4)
    assert dealt[0][0][0] == sizes.index(max(sizes)) and max(sizes) > 5 * sorted(sizes)[-3]
    assert sorted(number for part in dealt for number, _, _ in part) == list(range(len(rows)))


def test_a_worker_that_is_killed_is_replaced_and_nothing_else_changes(spread, tmp_path):
    marker = tmp_path / "died"
    assert list(spread(pieces.dies_once, [str(marker)], [(0, n) for n in range(20)])) == [n * n for n in range(20)]
    assert marker.exists()


def test_partitions_without_rows_give_nothing(spread, engine, data):
    from pyspark import SparkContext

    context = SparkContext.getOrCreate()
    beside = [context.broadcast(b"N.")]  # None, pickled
    work = spread_file._worker(pieces.doubled, beside, spread_file.HERE)
    told = context.parallelize([[(0, 0, b"K\x05.")]], 5).mapPartitions(work).collect()
    assert [(number, kind) for number, kind, _ in told] == [(0, "done")]
    other = context.parallelize([[(0, 0, b"K\x05.")]], 5).mapPartitions(spread_file._worker(pieces.doubled, beside, ("0", "2.7"))).collect()
    assert other == [(0, "version", b"")]


def test_what_ends_every_worker_is_told_with_a_remedy(spread):
    with pytest.raises(ProblemsFound) as found:
        spread(pieces.dies, [None], [(0, 1)])
    assert "engine-lost" in str(found.value) and "local[1]" in str(found.value)


def test_want_of_memory_and_faults_are_told_without_what_the_row_holds(spread):
    with pytest.raises(OSError, match="memory"):
        spread(pieces.hungry, [None], [(0, 1)])
    with pytest.raises(InsideWorker) as found:
        spread(pieces.faulty, [None], [(0, 777)])
    assert "777" not in str(found.value) and "ValueError at tests/spark/pieces.py" in str(found.value)


@pytest.mark.long
@pytest.mark.usefixtures("engine")
def test_a_set_is_the_same_to_the_byte(data, tmp_path):
    """Counted, searched and proved on Spark, and without it; all that is published, and all that is recorded."""
    periods = (Period.parse("2024HJ01"), Period.parse("2024JJ00"))
    made = []
    for name in ("duckdb", f"spark:{MASTER}"):
        jobs = [
            make_table.Job(
                *(standard()[table], periods, {p.code: "Voorlopig" for p in periods}, date(2025, 4, 30), data),
                *(tmp_path / name / "public" / table, tmp_path / name / "records" / table, b"secret"),
                beside=False,
                engine=name,
            )
            for table in TABLES
        ]
        for folder in ("public", "records"):
            (tmp_path / name / folder).mkdir(parents=True)
        made.append((workers.all_done("make", jobs, 1, lambda *_: None, store.Disk()), contents(tmp_path / name)))
    assert all(one.published and one.withheld for one in made[0][0]), [one.reasons for one in made[0][0]]
    assert len(made[0][1]) > 20 and made[0][1] == made[1][1]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
