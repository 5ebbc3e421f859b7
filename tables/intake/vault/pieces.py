"""Microdata in Parquet: the pieces that workers write, and the file of a record kind and period made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from celwacht.tables.intake.vault.microdata import columns_of, to_frame
from celwacht.tables.small_work import kept_for_small, size_of

LINE = "regel"
"""Column of a piece that the microdata do not have: the line of the record in the delivered file."""
_CELL = 8
"""Bytes of a cell of a delivery, about."""


def _open(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that may touch this folder only, and spills into it."""
    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = {_quoted(folder / '.begun-spill')}")
    connection.execute("SET memory_limit = '2GB'")
    connection.execute("SET threads = 2")
    connection.execute("SET GLOBAL pandas_analyze_sample = 0")  # an object is a text: a sample that is empty says nothing of the others
    # What is known of the sources must not show in how the same rows are encoded: same rows, same bytes.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    connection.execute(f"SET allowed_directories = [{_quoted(folder)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


_connect = kept_for_small(_open)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _typed(record: str) -> str:
    return ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in (*columns_of(record), (LINE, "INTEGER")))


def write_piece(path: Path, record: str, pieces: Sequence[Mapping[str, np.ndarray]], states: Path) -> None:
    """Writes the records of several deliveries of one record kind, and the line of each, to a new Parquet file, in no particular order."""
    frame = to_frame(pieces)
    with _connect(frame.size * _CELL, states) as connection:
        connection.register("piece", frame)
        connection.execute(f"COPY (SELECT {_typed(record)} FROM piece) TO {_quoted(path)} (FORMAT parquet)")


def without(path: Path, deliveries: Sequence[str], states: Path) -> None:
    """Takes the records of these deliveries out of a piece."""
    beside = path.with_suffix(".rest")
    with _connect(size_of([path]), states) as connection:
        query = f"SELECT * FROM read_parquet({_quoted(path)}) WHERE NOT list_contains(?, bestand)"
        connection.execute(f"COPY ({query}) TO {_quoted(beside)} (FORMAT parquet)", [list(deliveries)])
    beside.replace(path)


@contextmanager
def records_of(path: Path, states: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the records of a piece as the view `records`."""
    with _connect(size_of([path]), states) as connection:
        connection.execute(f"CREATE TEMP VIEW records AS SELECT * FROM read_parquet({_quoted(path)})")
        yield connection


def lines_of(connection: duckdb.DuckDBPyConnection, record: str) -> dict[str, tuple[int, ...]]:
    """Delivery id -> the line of each of its records in the view `records`, in the order that the microdata will have."""
    order = ", ".join(f'"{name}"' for name, _ in columns_of(record))
    rows = connection.execute(
        f"SELECT bestand, list({LINE} ORDER BY {order}, {LINE}) FROM records GROUP BY bestand ORDER BY bestand"
    ).fetchall()
    return {str(delivery): tuple(lines) for delivery, lines in rows}


@dataclass(frozen=True)
class Change:
    """What a run changes in the microdata of one record kind and period."""

    pieces: Sequence[Path]
    earlier: Path | None
    """The present file, or None where there is none."""
    providers: tuple[str, ...]
    """Their records in the present file make way."""
    without: frozenset[str]
    """Delivery ids of which the records in the pieces are not wanted after all."""


def merge(path: Path, record: str, change: Change, states: Path) -> int:
    """Writes the microdata of one record kind and period after a change: the earlier records but those of the replaced providers,
    and the pieces. Sorted by all columns, so that the bytes do not depend on the order of arrival. Gives the rows."""
    columns = ", ".join(f'"{name}"' for name, _ in columns_of(record))
    nothing = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns_of(record))
    parts, values = [f"SELECT {nothing} WHERE false"], []
    for piece in change.pieces:
        parts.append(f"SELECT {columns} FROM read_parquet({_quoted(piece)}) WHERE NOT list_contains(?, bestand)")
        values.append(sorted(change.without))
    if change.earlier is not None:
        parts.append(
            f"SELECT {_there(change.earlier, record, states)} FROM read_parquet({_quoted(change.earlier)}) WHERE NOT list_contains(?, aanbieder)"
        )
        values.append(sorted(change.providers))
    path.parent.mkdir(mode=0o700, exist_ok=True)
    query = f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY ALL"
    with _connect(size_of([*change.pieces, *([change.earlier] if change.earlier else [])]), states) as connection:
        row = connection.execute(f"COPY ({query}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)", values).fetchone()
    return int(row[0])


def renamed(
    path: Path, target: Path, record: str, columns: Sequence[str], renew: Callable[[Sequence[str]], Sequence[str]], states: Path
) -> tuple[int, dict[str, list[int]]]:
    """Writes a file of microdata anew with other pseudonyms in `columns`, sorted as ever. Gives how many different ones there are, and
    of each delivery the places (from 0) that its records had, in their new order."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = f"read_parquet({_quoted(path)})"
    with _connect(size_of([path]), states) as connection:
        there = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        used = [name for name in columns if name in there]
        values = " UNION ".join(f'SELECT DISTINCT "{name}" AS was FROM {source} WHERE "{name}" IS NOT NULL' for name in used)
        old = [str(row[0]) for row in connection.execute(values).fetchall()]
        connection.register("renewed", pd.DataFrame({"was": old, "made": list(renew(old))}, dtype=object))
        joins = " ".join(f'LEFT JOIN renewed AS r{n} ON r{n}.was = file."{name}"' for n, name in enumerate(used))
        made = ", ".join(f'r{n}.made AS "{name}"' for n, name in enumerate(used))
        query = f"SELECT file.* REPLACE ({made}) FROM {source} AS file {joins} ORDER BY ALL"
        connection.execute(f"COPY ({query}) TO {_quoted(target)} (FORMAT parquet, COMPRESSION zstd)")
        was = f"SELECT *, row_number() OVER (PARTITION BY bestand ORDER BY file_row_number) - 1 AS was_at FROM {source[:-1]}, file_row_number = true)"
        order = ", ".join(f'"{name}"' for name in there)
        moved = f"SELECT bestand, list(was_at ORDER BY {order}, was_at) FROM (SELECT file.* REPLACE ({made}) FROM ({was}) AS file {joins}) GROUP BY bestand"
        places = {str(delivery): list(some) for delivery, some in connection.execute(moved).fetchall()}
    return len(old), places


def _there(path: Path, record: str, states: Path) -> str:
    """The columns of a record kind in a file of an earlier version of this program, which may lack some."""
    with _connect(size_of([path]), states) as connection:
        found = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({_quoted(path)})").fetchall()}
    return ", ".join(f'"{name}"' if name in found else f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns_of(record))


def persons_kept(earlier: Path, pieces: Sequence[Path], deliveries: Mapping[str, str], states: Path) -> dict[str, tuple[int, int]]:
    """Provider -> its records in the present file, and how many of them are of persons that its new delivery has too.

    deliveries: provider -> delivery id of the new one, of which the records are in the pieces.
    """
    new = " UNION ALL ".join(
        ["SELECT '' AS aanbieder, '' AS persoon WHERE false"]
        + [f"SELECT aanbieder, persoon FROM read_parquet({_quoted(piece)}) WHERE list_contains($2, bestand)" for piece in pieces]
    )
    query = (
        f"SELECT aanbieder, count(*), count(new.persoon) FROM read_parquet({_quoted(earlier)}) AS old "
        f"LEFT JOIN (SELECT DISTINCT * FROM ({new})) AS new USING (aanbieder, persoon) "
        "WHERE list_contains($1, aanbieder) GROUP BY aanbieder"
    )
    asked = [sorted(deliveries), sorted(deliveries.values())]
    with _connect(size_of([earlier, *pieces]), states) as connection:
        rows = connection.execute(query, asked if pieces else asked[:1]).fetchall()
    return {str(provider): (int(records), int(kept)) for provider, records, kept in rows}
