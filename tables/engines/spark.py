"""Apache Spark: the engine past one machine. Needs `pip install celwacht[spark]` and Java.

The records of a source and a year are one DataFrame that Spark keeps, over all its workers; what comes to this process are counts only,
so that its memory grows with the table and not with the records. A session is shared by the whole process; every source and year has
views of its own (newSession), so that none sees another's.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from celwacht.tables.engines import nodes
from celwacht.tables.engines.dialects import spark_text, view_of
from celwacht.tables.engines.engine import SPARK, Bound
from celwacht.tables.engines.spread import over_spark
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.spread import Spread
from sqlglot import exp

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.rpc.message.maxSize": "2047",
    "spark.driver.maxResultSize": "0",
    **{f"spark.executorEnv.{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")},
}
"""How statements run: the same on every master. Errors (a number too large, a bad date) are raised, not made unknown. Pieces of a search have one
thread each: Spark runs as many of them as there are cores. A row is a whole block, of some 230 bytes for each of its cells: with Spark's own limits
a partition of half a million cells would be refused (128 MB), and so would all answers of a set together (1 GB); with these it is 2 GB, and no limit."""

ON_ONE_MACHINE = {
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.memory": "3g",
    "spark.driver.host": "localhost",
    "spark.buffer.pageSize": "4m",
}
"""Two hundred pieces, Spark's default, cost a small machine more than they bring; what does not fit goes to disk. Each step of a task holds a page
of memory at least: pages of 64 MB, as Spark takes them here, left none for the last steps of a statement beside records that are kept."""


class Spark:
    """The engine with a master as Spark names it: local[2], spark://HOST:7077, yarn, k8s://..."""

    def __init__(self, master: str):
        self.name, self.master = f"{SPARK}:{master}", master
        _lacking(master)

    def begin(self, temporary: Path) -> SparkLoading:
        return SparkLoading(session(self.master, str(temporary)).newSession())

    def spread(self, temporary: Path) -> Spread:
        return over_spark(session(self.master, str(temporary)).sparkContext, self.master)


class SparkLoading:
    """A session with views of its own, before the records are there."""

    def __init__(self, session: Any):
        self._session = session

    def _read(self, files: Sequence[str]) -> Any:
        return self._session.read.option("mergeSchema", True).parquet(*files)

    def columns(self, files: Sequence[str]) -> frozenset[str]:
        return frozenset(self._read(files).columns)

    def records(self, name: str, tree: exp.Expr, files: Bound, lists: Bound) -> SparkRecords:
        for parameter, paths in files.items():
            self._read(paths).createOrReplaceTempView(f"`{view_of([parameter])}`")
        bound = {key: list(of) for key, of in lists.items()}
        beside = [made for step in tree.args["with_"].expressions if (made := self._step(step, tree, bound)) is not None]
        last = tree.copy()
        last.set("with_", None)
        kept = self._session.sql(spark_text(last), args=bound).persist()
        kept.count()  # now, so that the steps can go
        for one in beside:
            one.unpersist()
        kept.createOrReplaceTempView(name)
        return SparkRecords(self._session, kept)

    def _step(self, step: exp.CTE, tree: exp.Expr, bound: dict[str, list]) -> Any:
        """A step as a view; kept, and given back, where several others read it: Spark would make it anew for each of them."""
        made = self._session.sql(spark_text(step.this), args=bound)
        read = sum(table.name == step.alias for table in tree.find_all(exp.Table)) + sum(
            one.this == step.alias for one in tree.find_all(nodes.Chains)
        )
        several = read > 1
        if several:
            made = made.persist()
        made.createOrReplaceTempView(f"`{step.alias}`")
        return made if several else None


class SparkRecords:
    """A session with the table of records. Confidential."""

    def __init__(self, session: Any, kept: Any):
        self._session, self._kept = session, kept

    def __repr__(self) -> str:
        return "<SparkRecords (confidential)>"

    def columns(self, tree: exp.Expr, bound: Bound) -> dict[str, np.ndarray]:
        found = self._answer(tree, bound)
        return {name: _masked(found.column(name)) for name in found.column_names}

    def rows(self, tree: exp.Expr, bound: Bound) -> list[tuple]:
        return [tuple(row.values()) for row in self._answer(tree, bound).to_pylist()]

    def _answer(self, tree: exp.Expr, bound: Bound) -> Any:
        """As an Arrow table; lists of the tree become views of it."""
        import pyarrow

        for select in tree.find_all(exp.Select):
            names = [one.this.this for one in select.expressions if isinstance(one, exp.Alias) and isinstance(one.this, nodes.ListRows)]
            if names:
                side_by_side = pyarrow.table({name: pyarrow.array(bound[name]) for name in names})
                self._session.createDataFrame(side_by_side).createOrReplaceTempView(f"`{view_of(names)}`")
        return self._session.sql(spark_text(tree)).toArrow()

    def close(self) -> None:
        self._kept.unpersist()


def _masked(column: Any) -> np.ndarray:
    """A column of Arrow as DuckDB gives it: numbers masked where unknown, texts as objects."""
    whole = column.combine_chunks()
    unknown = np.asarray(whole.is_null())
    if not unknown.any():
        return whole.to_numpy(zero_copy_only=False)
    values = np.array([0 if known is None and not _text(whole) else known for known in whole.to_pylist()])
    return np.ma.MaskedArray(values, mask=unknown)


def _text(column: Any) -> bool:
    import pyarrow

    return pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type)


def _lacking(master: str) -> None:
    """ProblemsFound for what is not installed here, all of it."""
    missing = []
    try:
        import pyspark  # noqa: F401
    except ImportError:
        missing.append("the package pyspark is not installed. Install it with: pip install 'celwacht[spark]'.")
    if shutil.which("java") is None and not _java_home():
        missing.append(
            "Java is not installed, and Spark runs on it. Install Java 17 or later (Debian: apt install openjdk-17-jre-headless)."
        )
    if missing:
        raise ProblemsFound([Problem(f"--engine {SPARK}:{master}", 0, 0, "engine", said) for said in missing])


def _java_home() -> bool:
    return bool(os.environ.get("JAVA_HOME")) and Path(os.environ["JAVA_HOME"], "bin", "java").exists()


@cache
def session(master: str, temporary: str) -> Any:
    """The session of this process on a master, begun when first asked for. ProblemsFound where the master does not answer."""
    from pyspark.sql import SparkSession

    Path(temporary).mkdir(mode=0o700, exist_ok=True)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("celwacht").config("spark.local.dir", temporary)
    for key, value in (SETTINGS | (ON_ONE_MACHINE if master.startswith("local") else {})).items():
        builder = builder.config(key, value)
    try:
        made = builder.getOrCreate()
    except Exception as error:  # what the Java side says of a master is an error of many kinds
        said = f"Spark did not begin ({type(error).__name__}). Look whether the master is right and runs; local[2] needs none."
        raise ProblemsFound([Problem(f"--engine {SPARK}:{master}", 0, 0, "engine", said)]) from None
    made.sparkContext.setLogLevel("ERROR")
    return made
