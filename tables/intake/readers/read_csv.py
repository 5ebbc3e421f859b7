"""CSV deliveries: `;` or `,` between fields, a header with field names, UTF-8 (with or without BOM) or cp1252."""

from __future__ import annotations

import csv
import io

import numpy as np
from celwacht.tables.intake.delivered.batch import Raw
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.readers.header import places_of
from celwacht.tables.intake.readers.nothing import nothing_said
from celwacht.tables.sources.layouts import Layout
from celwacht.tables.text_files import longest_cell

LONGEST_CELL = 10_000
_SEP = frozenset({f"{quote}sep={sign}{quote}" for sign in ";," for quote in ("", '"')})
_SPACES = (" ", "\t", "\xa0", "\u2007", "\u202f")
"""Spaces that may stand around a value: also those that do not break, from web pages and word processors."""


def decode(content: bytes, findings: Findings) -> str | None:
    """The text of a file, or None with a problem noted: NUL bytes, UTF-16, or bytes that are no text at all."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        findings.add("codering", "expected UTF-8 or Windows-1252 text; found UTF-16. Save it as CSV UTF-8.")
        return None
    nul = content.find(b"\0")
    if nul >= 0:
        findings.add(
            "nul-teken",
            "expected text; found a NUL byte. The file is damaged or not of this kind; export it again.",
            content.count(b"\n", 0, nul) + 1,
        )
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        findings.add(
            "codering",
            "expected UTF-8 or Windows-1252 text; found a byte that is neither. Save it as CSV UTF-8.",
            content.count(b"\n", 0, error.start) + 1,
        )
        return None


def read_csv(content: bytes, layout: Layout, expired: frozenset[str], findings: Findings) -> Raw | None:
    """The records of a CSV file; None when there is nothing that can be checked further. Problems are noted."""
    text = decode(content, findings)
    if text is None:
        return None
    text = _without_sep(text)
    if not text.strip():
        findings.add("leeg-bestand", "expected a header and records; found an empty file.")
        return None
    separator = _separator(text, findings)
    with longest_cell(LONGEST_CELL):
        rows = _rows(text, separator, findings) if separator else None
    if rows is None:
        return None
    if not rows:
        findings.add("leeg-bestand", "expected a header and records; found only empty cells.")
        return None
    (line, header), records = rows[0], rows[1:]
    header = [cell.strip() for cell in header]
    places = places_of(header, layout, expired, findings, line)
    if not places:
        return None
    if not records:
        findings.add("alleen-kopregel", "expected records under the header; found none.")
        return None
    if len(places) < len(layout.header):
        return None
    nothing = nothing_said(records, places, findings)
    if nothing is not None:
        return nothing
    return _columns(records, len(header), places, any(space in text for space in _SPACES), findings)


def _without_sep(text: str) -> str:
    """The text without the line `sep=;` that Excel puts before a CSV file; the line stays, empty, for the count of lines."""
    first, end, rest = text.partition("\n")
    return end + rest if first.strip().lower() in _SEP else text


def _separator(text: str, findings: Findings) -> str | None:
    first = next(line for line in text.splitlines() if line.strip())
    if ";" in first:
        return ";"
    if "," in first:
        return ","
    if "\t" in first:
        findings.add("csv-vorm", "expected ';' or ',' between the fields; found tabs. Save the file as CSV.", 1)
    else:
        findings.add(
            "csv-vorm", "expected ';' or ',' between the fields of the first line; found neither. Is this a CSV file with a header?", 1
        )
    return None


def _rows(text: str, separator: str, findings: Findings) -> list[tuple[int, list[str]]] | None:
    """Line number and cells of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        findings.add(
            "csv-vorm",
            "expected cells that are quoted whole or not at all, of at most "
            f"{LONGEST_CELL:,} characters; found another. Is a quote left open?",
            reader.line_num,
        )
        return None
    if reader.line_num == len(rows):
        return [(line, row) for line, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    numbered, before = [], 0  # a quoted cell goes over several lines: read again, and count
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for row in reader:
        if any(cell.strip() for cell in row):
            numbered.append((before + 1, row))
        before = reader.line_num
    return numbered


def _columns(records: list[tuple[int, list[str]]], width: int, places: dict[str, int], spaces: bool, findings: Findings) -> Raw | None:
    wrong = [(line, f"expected {width} fields, as in the header; found {len(row)}.") for line, row in records if len(row) != width]
    findings.many("aantal-velden", wrong)
    if wrong:
        records = [(line, row) for line, row in records if len(row) == width]
    if not records:
        return None
    turned = list(zip(*(row for _, row in records)))
    columns = {name: turned[number - 1] for name, number in places.items()}
    if spaces:
        columns = {name: [value.strip() for value in values] for name, values in columns.items()}
    return Raw(columns, np.array([line for line, _ in records], dtype=np.int64), places)
