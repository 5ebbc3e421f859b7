"""Files that people give to `celwacht protect`: text, plain or gzipped, and CSV tables with the line of every row.

Codes stay text whatever they look like. Commas, semicolons and tabs separate, whichever the first line has; a byte
order mark is passed over. What is not UTF-8, or UTF-16 with its mark, is refused: a guess at the encoding would be a guess at the codes.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from celwacht.publish.own_tables.inputs import excel_input
from celwacht.tables.problems import MOST_SHOWN, Problem, ProblemsFound, report_first
from celwacht.tables.text_files import text_of

SEPARATORS = (",", ";", "\t", "|")
_UNMARKED = re.compile(r"\A# CONFIDENTIAL[^\n]*")
"""The first line of our own confidential files."""
LINES_OF_HEADER = 20
"""Lines that a header may have, at most: a quote that is open beyond them was left open."""
_GZIP = b"\x1f\x8b"


def read_text(path: Path, *, spreadsheet: bool = False) -> str:
    """The text of a file, unpacked where it is gzipped; ProblemsFound where it is not there, or no UTF-8 text.

    spreadsheet: what is not UTF-8 is taken for the Windows-1252 of a spreadsheet, as intake does of a delivery."""
    content = _bytes(path)
    if content.startswith(_GZIP):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise _found(path, 0, "file-gzip", "the gzip file is damaged or cut short; copy or make it again") from None
    return text_of(content) if spreadsheet and b"\0" not in content[2:] else _decoded(content, path)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        absent = isinstance(error, FileNotFoundError)
        reason = "there is no such file" if absent else f"it cannot be read ({(error.strerror or 'unknown').lower()})"
        raise _found(path, 0, "file", f"{reason}; name a file that is there and that you may read") from None


def _decoded(content: bytes, path: Path) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _of_utf16(content, path)
    zero = content.find(b"\0")
    if zero >= 0:
        raise _found(
            path,
            content.count(b"\n", 0, zero) + 1,
            "file-encoding",
            "there is a NUL byte, so that this is no text (an Excel or zip file?); save it as CSV UTF-8",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _found(
            path,
            content.count(b"\n", 0, error.start) + 1,
            "file-encoding",
            "this line is not UTF-8 (often it is Windows-1252, from Excel); save it as CSV UTF-8",
        ) from None


def _of_utf16(content: bytes, path: Path) -> str:
    """The text of a file that begins with the byte order mark of UTF-16, as Excel writes "Unicode text": that is no guess."""
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError:
        raise _found(path, 0, "file-encoding", "the file begins as UTF-16 and does not go on so; save it as CSV UTF-8") from None


def _found(path: Path, line: int, rule: str, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(str(path), line, 0, rule, message)])


def read_table(path: Path, wrong: list[Problem], sheet: str | None = None, *, titled: bool = False) -> tuple[pd.DataFrame, np.ndarray]:
    """As `read_csv`, also for the sheet of an Excel workbook (default: the first), whose first filled row is the header.

    titled: rows above it with one filled cell, where the others have more, are titles, and passed over; and CSV is read as intake reads it.
    """
    if path.suffix.lower() not in excel_input.SUFFIXES:
        if sheet is not None:
            raise _found(path, 0, "sheet", "--sheet is for Excel workbooks; this is none. Leave it out.")
        return read_csv(path, wrong, spreadsheet=titled)
    rows = excel_input.sheet_rows(path, _bytes(path), sheet)
    filled = [(n, row) for n, row in enumerate(rows, 1) if any(row)]
    if not filled:
        raise _found(path, 0, "csv-empty", "the sheet is empty; expected a row with the names of the columns, and rows under it")
    if titled and max(sum(map(bool, row)) for _, row in filled) > 1:
        filled = filled[next(i for i, (_, row) in enumerate(filled) if sum(map(bool, row)) > 1) :]
    names, width = filled[0][1], max(i for i, c in enumerate(filled[0][1], 1) if c)
    wide = [n for n, row in filled[1:] if any(row[width:])]
    report_first(
        wrong,
        wide,
        lambda n: Problem(str(path), n, 0, "csv-fields", f"the header has {width} columns, this row more"),
        lambda n, more: Problem(str(path), n, 0, "csv-fields", f"and {more} more rows with more columns"),
    )
    frame = pd.DataFrame([row[:width] for _, row in filled[1:]], columns=range(width), dtype=object)
    return _named(frame, names[:width], np.array([n for n, _ in filled[1:]], np.int64))


def read_csv(path: Path, wrong: list[Problem], *, spreadsheet: bool = False) -> tuple[pd.DataFrame, np.ndarray]:
    """(frame of texts, (rows,) line of each row) of a CSV file with a header; blank lines are left out.

    Lines with too many or too few fields are left out too, and told in `wrong`. ProblemsFound where there is no table
    to read on. spreadsheet: see read_text.
    """
    text = _UNMARKED.sub("", read_text(path, spreadsheet=spreadsheet))
    if not text.strip():
        raise _found(path, 0, "csv-empty", "the file is empty; expected a line with the names of the columns, and rows")
    before = len(text) - len(text.lstrip("\r\n"))
    header = _first_row(text[before:])
    separator = max(SEPARATORS, key=lambda s: (len(_fields(header, s)), -SEPARATORS.index(s)))
    names = [" ".join(c.split()) for c in _fields(header, separator)]
    if '"' in text:
        return _slowly(path, text, separator, names, wrong)
    skipped = text.count("\n", 0, before)
    try:
        frame = pd.read_csv(
            io.StringIO(text[before:]),
            sep=separator,
            dtype=str,
            na_filter=False,
            header=None,
            skiprows=1,
            names=range(len(names)),
            index_col=False,
            skip_blank_lines=False,
            on_bad_lines="error",
        )
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame({i: [] for i in range(len(names))}, dtype=object)
    except (pd.errors.ParserError, ValueError):
        frame = None
    if frame is None or _ragged(frame, text, separator):
        return _slowly(path, text, separator, names, wrong)
    lines = np.arange(len(frame), dtype=np.int64) + 2 + skipped
    return _named(frame, names, lines)


def _first_row(text: str) -> str:
    """The first line, with the lines after it as far as a quote is open: spreadsheets break the names of columns."""
    lines = text.splitlines(keepends=True)[:LINES_OF_HEADER]
    row = next((one for n in range(1, len(lines) + 1) if (one := "".join(lines[:n])).count('"') % 2 == 0), lines[0])
    return row.rstrip("\r\n")


def _fields(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=separator), [""])
    except csv.Error:  # one field longer than any: not the separator
        return [line]


def _ragged(frame: pd.DataFrame, text: str, separator: str) -> bool:
    """Whether some line has fewer fields than the header: then the separators do not add up."""
    blank = int((frame == "").all(axis=1).sum()) if len(frame) else 0
    expected = (len(frame) + 1 - blank) * (len(frame.columns) - 1)
    return text.count(separator) != expected


def _named(frame: pd.DataFrame, names: list[str], lines: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    if len(frame):
        filled = (frame != "").any(axis=1).to_numpy()
        if not filled.all():
            frame, lines = frame[filled].reset_index(drop=True), lines[filled]
    frame.columns = names
    return frame, lines


def _slowly(path: Path, text: str, separator: str, names: list[str], wrong: list[Problem]) -> tuple[pd.DataFrame, np.ndarray]:
    """Row by row, with exact lines: for files with quotes, and for those that are not well formed."""
    rows, lines, before, n_bad = [], [], 0, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            line, before = before + 1, reader.line_num
            if len(row) == len(names):
                rows.append(row)
                lines.append(line)
            elif any(row):
                n_bad += 1
                if n_bad <= MOST_SHOWN:
                    wrong.append(
                        Problem(
                            str(path),
                            line,
                            0,
                            "csv-fields",
                            f"the header has {len(names)} fields, this line {len(row)}; a field that "
                            "holds the separator must stand in quotes",
                        )
                    )
    except csv.Error:
        wrong.append(
            Problem(
                str(path), before + 1, 0, "csv-quotes", "a quote is left open, or stands inside a field; quote fields whole or not at all"
            )
        )
    if n_bad > MOST_SHOWN:
        wrong.append(Problem(str(path), before, 0, "csv-fields", f"and {n_bad - MOST_SHOWN:,} more lines with another number of fields"))
    frame = pd.DataFrame(rows[1:], columns=range(len(names)), dtype=object)
    return _named(frame, names, np.array(lines[1:], np.int64))
