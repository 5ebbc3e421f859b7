"""Lists that the office keeps as CSV in the data folder (providers, consents), however a spreadsheet saved them: one reader for all.

UTF-8 with or without its mark, UTF-16, or Windows-1252; commas, semicolons or tabs, with or without a first line `sep=;`; columns in any order.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from celwacht.tables.text_files import text_of

SEPARATORS = (",", ";", "\t")
Row = tuple[int, dict[str, str]]
"""Line of the file, and the text in each of its columns."""


def read_list(path: Path, column: str) -> tuple[list[str], list[Row]] | None:
    """(columns, the lines that are not blank, without spaces around texts); None where the header lacks `column`.

    A text beyond the last column stands under ""; columns that a line is too short for are not in it. Raises OSError where the file cannot be read, and nothing else.
    """
    text = text_of(path.read_bytes())
    first, _, rest = text.partition("\n")
    skipped = first.strip().casefold() in {f"sep={s}" for s in SEPARATORS}
    if skipped:
        text = rest
    separator = _separator(text.partition("\n")[0], column)
    if separator is None:
        return None
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    found: list[Row] = []
    try:
        header = [name.strip() for name in next(rows)]
        for row in rows:
            texts = [t.strip() for t in row]
            if any(texts):
                more = {"": "".join(texts[len(header) :])} if any(texts[len(header) :]) else {}
                found.append((rows.line_num + skipped, dict(zip(header, texts)) | more))
    except csv.Error:  # a field of more than 131,072 letters: no list of an office
        return None
    return header, found


def _separator(header: str, column: str) -> str | None:
    """The separator by which the header has the column."""
    names = {s: [n.strip(' "\r') for n in header.split(s)] for s in SEPARATORS}
    return next((s for s, found in names.items() if column in found), None)
