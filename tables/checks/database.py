"""The door to DuckDB for rules and reports on deliveries: a database in memory, two threads, bounded memory, nothing on the screen.

Text of a specification never becomes SQL here: expressions are put together from our own names and bound values (scan.py).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from celwacht.tables.small_work import kept_for_small

Connection = duckdb.DuckDBPyConnection
Fault = duckdb.Error
"""What it raises; its text may quote values."""


def connect() -> Connection:
    """A new database in memory; to be closed by the caller (`with connect() as connection`)."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
    connection.execute("SET enable_progress_bar = false")
    connection.execute(
        "SET GLOBAL pandas_analyze_sample = 0"
    )  # an object is a text to be cast: a sample of empty lists said nothing of the others
    connection.execute("SET temp_directory = ''")  # nothing of a record is spilt in the working folder
    return connection


_fitting = kept_for_small(connect)


def connect_for(size: int) -> Connection:
    """A connection for work on so many bytes, in a database that is kept when they are few. Tables and views must be temporary."""
    connection = _fitting(size)
    connection.execute("SET enable_progress_bar = false")
    return connection


def quoted(path: Path) -> str:
    """A path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"
