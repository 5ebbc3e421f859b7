"""Published tables as files: CSV with any of the usual separators, Excel sheets, and our own CSV bundle.

Lenient where a publisher's habits differ (Windows-1252, semicolons, lines of title above the header), strict where a figure
could be misread. Only texts come out: what they mean is for the auditor.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from pathlib import Path

from celwacht.disclosure.audit.reading.reading_spec import Rows
from celwacht.disclosure.problems.trees import Trees, read_trees
from celwacht.publish.own_tables import own_folders
from celwacht.publish.own_tables.inputs import excel_input
from celwacht.tables.problems import Problem, ProblemsFound, repeated
from celwacht.tables.text_files import longest_cell, text_of

SEPARATORS = (",", ";", "\t", "|")
HEADER_WITHIN = 15
MOST_COLUMNS = 1_000
_OWN = ("Id", "Measure", "ValueAttribute", "Value", "StringValue")


def read_table(path: Path, sheet: str | None = None) -> tuple[Rows, Trees | None]:
    """The rows of a table, and the trees that lie beside it (our own bundle). ProblemsFound where it cannot be read."""
    path = own_folders.observations_of(path) or path if path.is_dir() else path
    content = _content(path)
    if path.suffix.lower() in excel_input.SUFFIXES:
        return _table(path, excel_input.sheet_rows(path, content, sheet)), None
    if sheet is not None:
        raise _found(path, 0, "sheet", "--sheet is for Excel workbooks; this is none. Leave it out.")
    text = text_of(content)
    head = "\n".join(text.splitlines()[:HEADER_WITHIN])
    separator = max(SEPARATORS, key=lambda s: (_parted(_lines(path, head, s)), -SEPARATORS.index(s)))
    table = _table(path, _lines(path, text, separator, whole=True))
    return _own_bundle(path, table) if table.header[:5] == _OWN else (table, None)


def _parted(lines: list[list[str]]) -> tuple[int, int]:
    """(how much of the lines is parted alike, columns): a comma inside figures parts some lines, and not their header."""
    widths = [len(line) for line in lines] or [0]
    return widths.count(max(widths)) * (max(widths) - 1), max(widths)


def _lines(path: Path, text: str, separator: str, whole: bool = False) -> list[list[str]]:
    """The cells of each line. Quotes may stand anywhere, as publishers write them; but one that is never closed would swallow all lines
    after it (whole: the text goes to the end of the file)."""
    with longest_cell(len(text) + 1):
        lines = list(csv.reader(io.StringIO(text), delimiter=separator))
    if whole and lines and "\n" in (last := lines[-1][-1:] or [""])[0] and not text.rstrip().endswith('"'):
        line = text.count("\n") - last[0].count("\n") + 1
        raise _found(
            path, line, "csv-quotes", "a quote is left open here, so that all lines after it are one field; close it, or leave it out."
        )
    return lines


def read_hierarchy(path: Path) -> Trees:
    """TREES.json; ProblemsFound with everything that is wrong with it."""
    return read_trees(text_of(_content(path)), str(path))


def _found(path: Path, line: int, rule: str, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(str(path), line, 0, rule, message)])


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except FileNotFoundError:
        raise _found(path, 0, "file", "there is no such file; name a file that is there.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise _found(path, 0, "file", f"it cannot be read ({type(error).__name__}); name a whole file that you may read.") from None


def _table(path: Path, lines: list[list[str]]) -> Rows:
    """The rows under the first line that is as wide as the table. ProblemsFound with every line of another width."""
    filled = [(n, [c.strip() for c in line]) for n, line in enumerate(lines, 1) if any(c.strip() for c in line)]
    width = max((sum(1 for c in line if c) for _, line in filled[:HEADER_WITHIN]), default=0)
    start = next((i for i, (_, line) in enumerate(filled[:HEADER_WITHIN]) if sum(1 for c in line if c) == width), 0)
    if width < 2 or len(filled) < start + 2:
        raise _found(
            path,
            0,
            "table",
            "no table in it: expected a header with two columns or more, and rows under it. Is the separator one of , ; | or tab?",
        )
    header, body = filled[start][1], filled[start + 1 :]
    header = header[: max(i for i, c in enumerate(header, 1) if c)]
    if len(header) > MOST_COLUMNS:
        raise _found(
            path, filled[start][0], "table", f"{len(header):,} columns; at most {MOST_COLUMNS:,} are read. Is the table turned over?"
        )
    problems = [
        Problem(
            str(path),
            n,
            0,
            "fields",
            f"{len(line)} fields where the header has {len(header)}; quote texts that "
            "hold the separator, or leave notes under the table out.",
        )
        for n, line in body
        if len(line) < len(header) or any(line[len(header) :])
    ]
    twice = sorted(repeated(header))
    problems += [Problem(str(path), filled[start][0], 0, "header", f"two columns are called '{c[:40]}'; rename one.") for c in twice]
    if problems:
        raise ProblemsFound(problems)
    return Rows(path.name, tuple(header), [tuple(line[: len(header)]) for _, line in body], body[0][0])


def _own_bundle(path: Path, table: Rows) -> tuple[Rows, Trees]:
    """Observations.csv: a row per cell with a column per measure, and the trees of the ...Codes.csv beside it. A withheld
    figure becomes `.`, one that is impossible becomes blank."""
    dims = table.header[5:]
    measures = list(dict.fromkeys(row[1] for row in table.rows))
    cells: dict[tuple[str, ...], dict[str, str]] = {}
    for row in table.rows:
        shown = {"Confidential": ".", "Impossible": ""}.get(row[2], row[3])
        cells.setdefault(tuple(row[5:]), {})[row[1]] = shown
    children: dict[str, dict[str, tuple[str, ...]]] = {}
    roots: dict[str, str] = {}
    for d in dims:
        parts: dict[str, list[str]] = {}
        codes = path.parent / f"{d}Codes.csv"
        for code in _table(codes, list(csv.reader(io.StringIO(text_of(_content(codes))), delimiter=";"))).rows if codes.is_file() else ():
            if code[4]:
                parts.setdefault(code[4], []).append(code[0])
        children[d] = {k: tuple(v) for k, v in parts.items()}
        below = {c for v in parts.values() for c in v}
        tops = [k for k in parts if k not in below]
        if len(tops) == 1:
            roots[d] = tops[0]
    rows = [(*key, *(values.get(m, "") for m in measures)) for key, values in cells.items()]
    return Rows(path.name, (*dims, *measures), rows, 2), Trees(tuple(dims), children, roots)
