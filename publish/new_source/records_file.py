"""The records of a file, CSV, Excel or Parquet, as texts; days as JJJJ-MM-DD where the file has them as days."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from celwacht.publish.own_tables.inputs.input_files import read_table
from celwacht.tables.engines.duck import rows_of_parquet
from celwacht.tables.problems import Problem, ProblemsFound

_INDEX = re.compile(r"__index_level_\d+__")
"""What pandas adds to a file: numbers of its rows."""
Records = tuple[list[str], list[list[str]]]


def records_of(file: Path, sheet: str | None = None) -> Records:
    """(names of the columns, rows of texts); ProblemsFound where the file cannot be read. `sheet`: of a workbook."""
    if file.suffix.lower() in (".parquet", ".pq"):
        header, rows = _parquet(file)
        kept = [i for i, name in enumerate(header) if not _INDEX.fullmatch(name)]
        return [header[i] for i in kept], [[_text(row[i]) for i in kept] for row in rows]
    wrong: list[Problem] = []
    frame, _ = read_table(file, wrong, sheet, titled=True)
    if wrong:
        raise ProblemsFound(wrong)
    return [str(name) for name in frame.columns], [[_text(value) for value in row] for row in frame.to_numpy(object).tolist()]


def _parquet(file: Path) -> tuple[list[str], list[tuple[object, ...]]]:
    if not file.is_file():
        raise ProblemsFound([Problem(str(file), 0, 0, "file", "there is no such file; name a file that is there.")])
    try:
        return rows_of_parquet(file)
    except ValueError:
        raise ProblemsFound([Problem(str(file), 0, 0, "file", "this is no Parquet file, or it is damaged; make it again.")]) from None


def _text(value: object) -> str:
    """A value as a delivery in CSV would have it."""
    if value is None or value != value:  # not a number
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text[:10] if text.endswith(" 00:00:00") else text
