"""The door to DuckDB for rules and reports on deliveries: a database in memory, two threads, bounded memory, nothing on the screen.

Text of a specification never becomes SQL here: expressions are put together from our own names and bound values (scan.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

Connection = duckdb.DuckDBPyConnection


def connect() -> Connection:
    """A connection of its own to the database; to be closed by the caller (`with connect() as connection`), and what it made is gone.

    Tables and views that it makes must be temporary: only those are its own."""
    connection = _database().cursor()
    connection.execute("SET enable_progress_bar = false")
    return connection


@cache  # opening one takes longer than what a small delivery asks of it
def _database() -> Connection:
    database = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
    # An object is a text to be cast: a sample of empty lists said nothing of the others.
    database.execute("SET GLOBAL pandas_analyze_sample = 0")
    database.execute("SET temp_directory = ''")  # nothing of a record is spilt in the working folder
    return database


def quoted(path: Path) -> str:
    """A path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"
