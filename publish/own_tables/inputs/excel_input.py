"""A sheet of an Excel workbook as rows of text, for the commands that take tables of anybody's.

Codes keep the zeros that the sheet shows: 7 in a cell of the format `00` is read as 07.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from zipfile import BadZipFile

from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.readers.xlsx_package import Unreadable, open_workbook
from celwacht.tables.problems import Problem, ProblemsFound, nearest

SUFFIXES = (".xlsx", ".xlsm")
_ZEROS = re.compile(r"0{2,}")


def sheet_rows(path: Path, content: bytes, sheet: str | None = None) -> list[list[str]]:
    """The rows of a sheet (default: the first), all of one width; row i is line i + 1. ProblemsFound where it cannot be read."""
    import openpyxl

    findings = Findings(str(path))
    try:
        open_workbook(content, findings)  # its limits keep out what unpacks without end
    except Unreadable:
        raise ProblemsFound(findings.problems) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError):
        raise _found(path, "file", "the workbook cannot be read; save it again as .xlsx, or as CSV UTF-8.") from None
    if sheet is not None and sheet not in book.sheetnames:
        raise _found(path, "sheet", f"there is no sheet '{sheet[:40]}'.{nearest(sheet, book.sheetnames)}")
    rows = book[sheet or book.sheetnames[0]].iter_rows()
    lines = [[_as_text(cell) for cell in row] for row in rows]
    width = max(map(len, lines), default=0)
    return [line + [""] * (width - len(line)) for line in lines]


def _found(path: Path, rule: str, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(str(path), 0, 0, rule, message)])


def _as_text(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value == int(value):
        format = getattr(cell, "number_format", None) or ""
        return str(int(value)).zfill(len(format)) if _ZEROS.fullmatch(format) else str(int(value))
    return repr(value)
