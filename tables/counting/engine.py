"""The door to the engine that executes SQL: DuckDB, in memory. No other file of this room imports it.

From `lock` on no statement can read or write a file, attach, install or change a setting.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

Connection = duckdb.DuckDBPyConnection


THREADS, MEMORY = 2, "2GB"


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
