"""Microdata in Parquet: the pieces that workers write, and the file of a record kind and period made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
from celwacht.tables.intake.vault.microdata import COLUMNS, to_frame


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that may touch this folder only, and spills into it."""
    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = {_quoted(folder / 'spill')}")
    connection.execute("SET memory_limit = '2GB'")
    connection.execute("SET threads = 2")
    # What is known of the sources must not show in how the same rows are encoded: same rows, same bytes.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    connection.execute(f"SET allowed_directories = [{_quoted(folder)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _typed(record: str) -> str:
    return ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in COLUMNS[record])


def write_piece(path: Path, record: str, pieces: Sequence[Mapping[str, np.ndarray]], states: Path) -> None:
    """Writes the records of several deliveries of one record kind to a new Parquet file, in no particular order."""
    frame = to_frame(pieces)
    with _connect(states) as connection:
        connection.register("piece", frame)
        connection.execute(f"COPY (SELECT {_typed(record)} FROM piece) TO {_quoted(path)} (FORMAT parquet)")


def merge(path: Path, record: str, pieces: Sequence[Path], earlier: Path | None, replaced: Iterable[str], states: Path) -> int:
    """Writes the microdata of one record kind and period: the earlier ones but those of the `replaced` providers,
    and the pieces. Sorted by all columns, so that the bytes do not depend on the order of arrival. Gives the rows."""
    columns = ", ".join(f'"{name}"' for name, _ in COLUMNS[record])
    parts = [f"SELECT {columns} FROM read_parquet({_quoted(piece)})" for piece in pieces]
    values: list[list[str]] = []
    if earlier is not None:
        parts.append(f"SELECT {columns} FROM read_parquet({_quoted(earlier)}) WHERE NOT list_contains(?, aanbieder)")
        values.append(sorted(replaced))
    path.parent.mkdir(mode=0o700, exist_ok=True)
    query = f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY ALL"
    with _connect(states) as connection:
        row = connection.execute(f"COPY ({query}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)", values).fetchone()
    return int(row[0])
