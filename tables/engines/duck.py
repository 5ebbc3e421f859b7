"""DuckDB, in memory: the engine of one machine. No other file of the compiler imports it.

From `lock` on no statement can read or write a file, attach, install or change a setting.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from celwacht.tables.engines.dialects import duck_text
from celwacht.tables.engines.engine import DUCKDB, Bound
from celwacht.tables.spread import Spread, in_threads
from sqlglot import exp

THREADS, MEMORY = 2, "2GB"


class DuckDB:
    """The engine of one machine; each source and year gets a database of its own in memory."""

    name = DUCKDB

    def begin(self, temporary: Path) -> DuckLoading:
        return DuckLoading(connect(temporary))

    def spread(self, temporary: Path) -> Spread:
        return in_threads(THREADS)


class DuckLoading:
    """A database before it is locked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection

    def columns(self, files: Sequence[str]) -> frozenset[str]:
        asked = self._connection.execute("DESCRIBE SELECT * FROM read_parquet($1, union_by_name = TRUE)", [list(files)])
        return frozenset(row[0] for row in asked.fetchall())

    def records(self, name: str, tree: exp.Expr, files: Bound, lists: Bound) -> DuckRecords:
        self._connection.execute(f'CREATE TABLE "{name}" AS {duck_text(tree)}', {**files, **lists})
        lock(self._connection)
        return DuckRecords(self._connection)


class DuckRecords:
    """A locked database with the table of records. Confidential. connection: the database itself, for who asks in words of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self.connection = connection

    def __repr__(self) -> str:
        return "<DuckRecords (confidential)>"

    def columns(self, tree: exp.Expr, bound: Bound) -> dict[str, np.ndarray]:
        return self._run(tree, bound).fetchnumpy()

    def rows(self, tree: exp.Expr, bound: Bound) -> list[tuple]:
        return self._run(tree, bound).fetchall()

    def _run(self, tree: exp.Expr, bound: Bound) -> Any:
        return self.connection.execute(duck_text(tree), dict(bound))

    def close(self) -> None:
        self.connection.close()


def connect(temporary: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory; what does not fit goes to a folder inside the vault."""
    temporary.mkdir(mode=0o700, exist_ok=True)
    connection = duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": str(temporary),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET preserve_insertion_order = false")
    return connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on the database has no files, no network, no extensions and no other settings; cannot be undone."""
    connection.execute("SET allow_community_extensions = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def years_in(paths: list[str], name: str) -> list[int]:
    """The distinct values of a column of years in Parquet files, in order."""
    with duckdb.connect() as database:
        quoted = '"' + name.replace('"', '""') + '"'
        rows = database.execute(f"SELECT DISTINCT {quoted} FROM read_parquet(?) ORDER BY 1", [paths]).fetchall()
        return [year for (year,) in rows]


def rows_of_parquet(path: Path) -> tuple[list[str], list[tuple[object, ...]]]:
    """(names of the columns, rows) of a Parquet file of anybody's; ValueError where it is none."""
    with duckdb.connect() as database:
        try:
            found = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
        except duckdb.Error:
            raise ValueError("no Parquet") from None
        return [str(column[0]) for column in found.description or ()], found.fetchall()
