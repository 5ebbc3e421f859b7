"""The office's word on rules that fire widely: looked at, and right, so that the providers hear of them. A file of the office in the data folder.

released.csv: record, periode, regel, dag. A rule that is wrong is not released but mended: see `celwacht intake DATA --judge-again`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from celwacht.publish.deliveries.consent import one_writer
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.sources.office_list import read_list
from celwacht.tables.whole_file import write_whole

RELEASED = "released.csv"
_COLUMNS = ("record", "periode", "regel", "dag")


def read_released(data: Path) -> frozenset[tuple[str, str, str]]:
    """(record kind, period, rule) that the office released; none without the file. ProblemsFound with every line that cannot be read."""
    return frozenset(line[:3] for line in _lines(data))


def _lines(data: Path) -> list[tuple[str, str, str, str]]:
    path = data / RELEASED
    if not path.is_file():
        return []
    listed = read_list(path, _COLUMNS[0])
    if listed is None or set(_COLUMNS) - set(listed[0]):
        raise ProblemsFound(
            [Problem(RELEASED, 1, 0, "released", f"the first line does not name the columns {', '.join(_COLUMNS)}. Write it so.")]
        )
    if wrong := [line for line, row in listed[1] if "" in row or not all(row.get(name) for name in _COLUMNS)]:
        told = "a line has a record kind, a period, a rule such as V005, and a day. Correct it."
        raise ProblemsFound([Problem(RELEASED, line, 0, "released", told) for line in wrong])
    return [(row["record"], row["periode"], row["regel"], row["dag"]) for _, row in listed[1]]


def release(data: Path, rules: Iterable[tuple[str, str, str]], day: date) -> None:
    """Notes the office's word on (record kind, period, rule). What is there stays; the file is replaced whole, or not at all."""
    with one_writer(data):
        there = _lines(data)
        new = sorted(set(rules) - {line[:3] for line in there})
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([_COLUMNS, *there, *((*one, day.isoformat()) for one in new)])
        write_whole(data / RELEASED, text.getvalue())
