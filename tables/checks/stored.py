"""Answers in Parquet: one row per delivery and rule, with the lines and pseudonyms of the records that fail. Confidential.

Written beside the microdata (vault/answers/KIND/PERIOD.parquet) in the same step, so that register, microdata and answers agree.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import pandas as pd
from celwacht.tables.checks.answers import ROWS, Judged
from celwacht.tables.checks.database import Connection, Fault, connect_for, quoted
from celwacht.tables.small_work import size_of

_COLUMNS = {
    "bestand": "VARCHAR",
    "rule": "VARCHAR",
    "outcome": "VARCHAR",
    "judged": "BIGINT",
    "failed": "BIGINT",
    "why": "VARCHAR",
    "lines": "INTEGER[]",
    "persons": "VARCHAR[]",
}
_ROW, _LINE = 60, 40
"""Bytes of an answer, and of a line and the pseudonym in it, about."""
_TYPED = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in _COLUMNS.items())


class Unreadable(ValueError):
    """A file of answers that was cut off or is none."""


def write(path: Path, answers: Sequence[Judged]) -> None:
    """Writes answers to a new file."""
    rows = [(a.delivery, a.rule, a.outcome, a.judged, a.failed, a.why, list(a.lines), list(a.persons)) for a in answers]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)
    with connect_for(sum(_ROW + _LINE * len(a.lines) for a in answers)) as connection:
        connection.register("answers", frame)
        connection.execute(f"COPY (SELECT {_TYPED} FROM answers) TO {quoted(path)} (FORMAT parquet)")


def merge(path: Path, pieces: Sequence[Path], earlier: Path | None) -> None:
    """Writes the answers of a record kind and period after a run: those of the pieces, and of `earlier` those on other deliveries.
    Sorted, so that the bytes do not depend on the order of arrival."""
    parts = [f"SELECT * FROM read_parquet({quoted(piece)})" for piece in pieces]
    new = " UNION ALL ".join(parts)
    query = f"SELECT * FROM ({new})"
    if earlier is not None:
        query += f" UNION ALL SELECT * FROM read_parquet({quoted(earlier)}) WHERE bestand NOT IN (SELECT bestand FROM ({new}))"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with connect_for(size_of([*pieces, *([earlier] if earlier else [])])) as connection:
        connection.execute(f"COPY ({query} ORDER BY bestand, rule) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd)")


def read(path: Path, deliveries: Collection[str] | None = None, rows: bool = False) -> list[Judged]:
    """The answers in a file, on these deliveries or on all; none where there is no file. Unreadable where it is not whole. rows: also
    the lines of all records (answers.ROWS)."""
    if not path.is_file():
        return []
    where, bound = ("true", []) if deliveries is None else ("list_contains(?, bestand)", [sorted(deliveries)])
    where = f" WHERE {where}" + ("" if rows else f" AND rule <> '{ROWS}'")
    with connect_for(size_of([path])) as connection:
        try:
            kept = connection.execute(f"SELECT * FROM read_parquet({quoted(path)}){where} ORDER BY bestand, rule", bound).fetchall()
        except Fault:
            raise Unreadable from None
    return [Judged(a, r, o, n, f, why, tuple(lines or ()), tuple(persons or ())) for a, r, o, n, f, why, lines, persons in kept]


def with_lines(connection: Connection, microdata: Path, answers: Path | None) -> str:
    """The query of a file of microdata with the line of each record in the delivered file (`regel`), by its place among those of its delivery.
    NULL where it is not known: for a vault of before lines were kept. Makes the table `told` in the connection, which the query reads.

    answers: the file of answers of the same record kind and period."""
    connection.execute("CREATE OR REPLACE TEMP TABLE told (delivery VARCHAR, line INTEGER, at_place BIGINT, of_all BIGINT)")
    if answers is not None and answers.is_file():
        with suppress(Fault):  # damage is told where the answers themselves are read
            connection.execute(
                "INSERT INTO told SELECT bestand, unnest(lines), generate_subscripts(lines, 1), len(lines) "
                f"FROM read_parquet({quoted(answers)}) WHERE rule = '{ROWS}'"
            )
    placed = "row_number() OVER (PARTITION BY bestand ORDER BY file_row_number) AS at_place, count(*) OVER (PARTITION BY bestand) AS of_all"
    return (
        "SELECT file.* EXCLUDE (at_place, of_all, file_row_number), told.line AS regel "
        f"FROM (SELECT *, {placed} FROM read_parquet({quoted(microdata)}, file_row_number = true)) AS file "
        "LEFT JOIN told ON told.delivery = file.bestand AND told.at_place = file.at_place AND told.of_all = file.of_all"
    )
