"""Excel deliveries: the first visible sheet, with a header row, whatever the cells were typed as.

A number that stood for a text gets back the leading zeros that Excel took, where only one reading is possible; a
date typed as a date becomes JJJJMMDD. What cannot be read for sure is a problem: formulas without a stored result,
error values, merged cells, anything hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from xml.etree.ElementTree import Element

import numpy as np
from celwacht.tables.intake.delivered.batch import Raw
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.delivered.text_column import bsn_test
from celwacht.tables.intake.readers.header import looks_like_header, places_of
from celwacht.tables.intake.readers.nothing import nothing_said
from celwacht.tables.intake.readers.xlsx_package import Sheet, Unreadable, Workbook, hidden, local, open_workbook, rows, text_of
from celwacht.tables.sources.layouts import Layout, LayoutField
from celwacht.tables.written_days import PLAIN_DAY

HEADER_WITHIN = 20
"""The header is sought in this many rows from the top."""
WIDEST, MOST_CELLS = 16_384, 20_000_000

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_WHOLE = re.compile(r"(-?[0-9]{1,15})(\.0{1,15})?", re.ASCII)
_DAY_AND_HOUR = re.compile(r"[0-9]{4,5}\.[0-9]+", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,15}", re.ASCII)


@dataclass
class _Seen:
    """What was met on the way through a sheet."""

    merged: int = 0
    hidden: int = 0
    formulas: list[tuple[int, str]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def read_excel(content: bytes, layout: Layout, expired: frozenset[str], findings: Findings) -> Raw | None:
    """The records of a workbook; None when there is nothing that can be checked further. Problems are noted."""
    try:
        book = open_workbook(content, findings)
        sheet = _chosen(book, layout, findings)
        return _sheet(book, sheet, layout, expired, findings) if sheet else None
    except Unreadable:
        return None


def _chosen(book: Workbook, layout: Layout, findings: Findings) -> Sheet | None:
    """The first visible sheet. Hidden sheets, and a second one with records, are problems: nothing may get lost."""
    if any(sheet.hidden for sheet in book.sheets):
        findings.add("excel-verborgen", "expected no hidden sheets; found at least one. Show it, or remove it.")
    visible = [sheet for sheet in book.sheets if not sheet.hidden]
    if not visible:
        return None
    for sheet in visible[1:]:
        table = [(row, cells) for row, cells in _cells(book, sheet, _Seen(), findings) if any(cells.values())]
        if _header_of(iter(table), layout):
            findings.add(
                "excel-bladen", "expected records on the first sheet only; found a further sheet with a header. Deliver them on one sheet."
            )
        elif any(_like_record(cells, layout) for _, cells in table):
            findings.add(
                "excel-bladen",
                "expected records on the first sheet only; found rows like records on a further sheet. Deliver them on one sheet, or remove "
                "that sheet.",
            )
    return visible[0]


def _like_record(cells: dict[int, str], layout: Layout) -> bool:
    """Whether a row looks like a record rather than like a title: a BSN in it, or about as many values as a record must have."""
    values = [text for text in cells.values() if text]
    if len(values) >= max(3, sum(one.required for one in layout.fields) // 2):
        return True
    return any(_DIGITS.fullmatch(text) and len(text) in (8, 9) and bsn_test(np.array([int(text)]))[0] for text in values)


def _above(table: list[tuple[int, dict[int, str]]], line: int, layout: Layout, findings: Findings) -> None:
    """Rows above the header may be a title, but no records: sorting a range with its header in it puts them there."""
    findings.many(
        "boven-kopregel",
        [
            (row, "expected records under the header only; found a row like a record above it. Put the header on top.")
            for row, cells in table
            if row < line and _like_record(cells, layout)
        ],
    )


def _header_of(table: Iterator[tuple[int, dict[int, str]]], layout: Layout) -> tuple[int, list[str]] | None:
    """Row and cells of the first row that looks like a header."""
    for row, cells in table:
        if row > HEADER_WITHIN:
            return None
        texts = [cells.get(column, "").strip() for column in range(1, max(cells, default=0) + 1)]
        if looks_like_header(texts, layout):
            return row, texts
    return None


def _sheet(book: Workbook, sheet: Sheet, layout: Layout, expired: frozenset[str], findings: Findings) -> Raw | None:
    seen = _Seen()
    table = [(row, cells) for row, cells in _cells(book, sheet, seen, findings) if any(cells.values())]
    _note(seen, findings)
    if not table:
        findings.add("leeg-bestand", "expected a header and records; found an empty sheet.")
        return None
    header = _header_of(iter(table), layout)
    if header is None:
        places_of([], layout, expired, findings, 1)
        return None
    line, cells = header
    places = places_of(cells, layout, expired, findings, line)
    records = [(row, one) for row, one in table if row > line]
    if not records:
        _above(table, line, layout, findings)
        findings.add("alleen-kopregel", "expected records under the header; found none.")
        return None
    _beside(records, len(cells), findings)
    _above(table, line, layout, findings)
    nothing = nothing_said([(row, list(one.values())) for row, one in records], places, findings)
    if nothing is not None:
        return nothing
    if len(places) < len(layout.header):
        return None
    return _columns(records, places, layout, book.from_1904)


def _note(seen: _Seen, findings: Findings) -> None:
    if seen.merged:
        findings.add("excel-samengevoegd", f"expected one value per cell; found {seen.merged:,} merged cells. Unmerge them.")
    if seen.hidden:
        findings.add("excel-verborgen", f"expected no hidden rows or columns; found {seen.hidden:,}. Show or remove them.")
    findings.many("excel-formule", seen.formulas)
    findings.many("excel-fout", list(dict.fromkeys(seen.errors)))


def _beside(records: list[tuple[int, dict[int, str]]], width: int, findings: Findings) -> None:
    """Cells to the right of the header belong to no field."""
    findings.many(
        "aantal-velden",
        [
            (row, f"expected {width} fields, as in the header; found a value to the right of them.")
            for row, cells in records
            if any(at > width and text for at, text in cells.items())
        ],
    )


def _cells(book: Workbook, sheet: Sheet, seen: _Seen, findings: Findings) -> Iterator[tuple[int, dict[int, str]]]:
    """Row number and text per column of every row of a sheet, in order."""
    number, count = 0, 0
    met: set[int] = set()
    for element in rows(book, sheet):
        kind = local(element)
        if kind != "row":
            seen.merged += kind == "mergeCell"
            seen.hidden += kind != "mergeCell" and hidden(element)
            continue
        told = element.get("r")
        number = number + 1 if told is None else int(told) if _DIGITS.fullmatch(told) else 0
        if number in met or not number:
            seen.errors.append((number, _TWICE))
        met.add(number)
        seen.hidden += hidden(element)
        cells = _row(element, number, book, seen)
        count += len(cells)
        if count > MOST_CELLS:
            findings.add("te-groot", f"expected at most {MOST_CELLS:,} cells; found more. Deliver CSV.")
            raise Unreadable
        yield number, cells


_TWICE = "expected each row and cell once, with a place of its own; found one twice or without. Save the workbook again in Excel."
_NO_TEXT = "expected a value; found a cell whose text is not in the workbook. It is damaged: save it again in Excel."


def _row(element: Element, row: int, book: Workbook, seen: _Seen) -> dict[int, str]:
    found, at = {}, 0
    for cell in element:
        if local(cell) != "c":
            continue
        told = cell.get("r")
        reference = _REFERENCE.fullmatch(told or "")
        at = at + 1 if told is None else _column(reference[1]) if reference and int(reference[2]) == row else 0
        if at in found or not 1 <= at <= WIDEST:
            seen.errors.append((row, _TWICE))
        found[at] = _value(cell, row, book, seen)
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _value(cell: Element, row: int, book: Workbook, seen: _Seen) -> str:
    """The text of a cell: of a formula, its stored result."""
    kind, parts = cell.get("t", "n"), {local(child): child for child in cell}
    stored = parts["v"].text or "" if "v" in parts else ""
    if kind == "e":
        seen.errors.append((row, "expected a value; found an Excel error value such as #REF!. Repair the cell."))
        return ""
    if "f" in parts and not stored:
        seen.formulas.append((row, "expected a value; found a formula without stored result. Paste the values."))
        return ""
    if kind == "s":
        index = int(stored) if _DIGITS.fullmatch(stored) else -1
        if not 0 <= index < len(book.strings):
            seen.errors.append((row, _NO_TEXT))
            return ""
        return book.strings[index].strip()
    if kind == "inlineStr":
        if "is" not in parts and parts:  # without anything it is how openpyxl, and pandas on it, write an empty text
            seen.errors.append((row, _NO_TEXT))
        return text_of(parts["is"]).strip() if "is" in parts else ""
    if kind == "b":
        return "TRUE" if stored == "1" else "FALSE"  # as Excel shows it; a bare 1 could pass for a code
    if kind == "d":
        day, _, hour = stored.partition("T")
        return day.replace("-", "") if not hour.strip("0:.Z") else stored
    if kind not in ("n", "str"):
        seen.errors.append((row, "expected a cell as Excel writes it; found another kind. Save the workbook again in Excel."))
    return (_number(stored) if kind == "n" else stored).strip()


def _number(text: str) -> str:
    """A number as Excel stores it (`1.5E7`, `12.0`) as whole digits; as it is where it is no whole number."""
    if _WHOLE.fullmatch(text):
        return text.partition(".")[0]
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value == value and abs(value) < 1e15 and value == int(value) else text


def _columns(records: list[tuple[int, dict[int, str]]], places: dict[str, int], layout: Layout, from_1904: bool) -> Raw:
    columns = {}
    for one in layout.fields:
        at = places[one.name]
        texts = [cells.get(at, "") for _, cells in records]
        if one.type in ("datum", "geboortedatum") and layout.dates != PLAIN_DAY:  # with an hour, which is not looked at
            texts = [text.partition(".")[0] if _DAY_AND_HOUR.fullmatch(text) else text for text in texts]
        columns[one.name] = [_restored(text, one, from_1904) for text in texts]
    return Raw(columns, np.array([row for row, _ in records], dtype=np.int64), places)


def _restored(text: str, one: LayoutField, from_1904: bool) -> str:
    """What stood there before Excel made a number of it, where only one reading is possible; else the text as it is."""
    if not text or len(text) >= one.length or not (text.isascii() and text.isdigit()):
        return text
    if one.type in ("datum", "geboortedatum"):
        return _day(text, one, from_1904)
    if one.type == "bsn":
        return _bsn(text, one)
    if one.type == "woonplaats":
        return text.zfill(4)
    padded = text.zfill(one.length)
    return padded if any(code.code == padded for code in one.codes) else text


def _bsn(text: str, one: LayoutField) -> str:
    padded = text.zfill(9)
    if padded in one.special:
        return padded
    return padded if len(text) == 8 and bsn_test(np.array([int(text)]))[0] else text


def _day(text: str, one: LayoutField, from_1904: bool) -> str:
    """JJJJMMDD of a serial number of days; the special value 00000000 of a 0."""
    serial = int(text)
    if serial == 0:
        return "00000000" if "00000000" in one.special else text
    if len(text) > 5:
        return text
    # Day 1 is 1 January 1900; the 29 February 1900 that Excel counts never was, so that it is a day off before March.
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 31 if serial < 60 else 30)
    return (first + timedelta(days=serial)).isoformat().replace("-", "")
