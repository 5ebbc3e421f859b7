"""Text as programs save it: UTF-8, with or without a mark, UTF-16, or the Windows-1252 of a spreadsheet; and how long a cell of CSV may be."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n"})
"""Letters of Latin alphabets that are no letter with an accent, as they are commonly written without."""


def plain_letters(text: str) -> str:
    """A text in the 26 letters as far as it has Latin letters; others are left out. Small letters. "Sykehusløp" -> sykehuslop"""
    return unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()


LONGEST_NAME = 40


def field_name(cell: str) -> str:
    """A header cell as the name of a field: small letters without accents, words joined by `_`; a digit in front gets an n; cut at 40.

    "D.O.B" -> d_o_b, "Date of birth" -> date_of_birth, "Kjønn" -> kjonn, "2nd diagnosis" -> n2nd_diagnosis
    """
    plain = plain_letters(cell)
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (f"n{name}" if name[:1].isdigit() else name)[:LONGEST_NAME].rstrip("_")


_GROUPED = re.compile(
    r"(?P<whole>-?\d{1,3}(?:(?:\.\d{3})+(?=,)|(?:,\d{3})+(?=\.)|(?:[ '\u00a0\u202f]\d{3})+))(?:[.,](?P<part>\d+))?"
    r"|(?P<no_part>-?\d{1,3}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,}))",
    re.ASCII,
)


def ungrouped(text: str) -> str:
    """A number without what stands between its thousands; as it is where it may mean something else.

    "1.927,50" -> 1927.50; "1,927.50" -> 1927.50; "1 927" -> 1927; "1.234.567" -> 1234567; "1.234" stays: it may be a number with decimals
    """
    found = _GROUPED.fullmatch(text)
    if found is None:
        return text
    whole = re.sub(r"[^\d-]", "", found["whole"] or found["no_part"])
    return f"{whole}.{found['part']}" if found["part"] else whole


def text_of(content: bytes) -> str:
    """The text of a file whose coding is not told. Never fails: what is no text comes out as odd letters, for the reader of the table to refuse."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


@contextmanager
def longest_cell(characters: int) -> Iterator[None]:
    """Within it, a cell of CSV with more characters is an error of the csv module. Its limit is one of the process, and others read there too."""
    before = csv.field_size_limit(characters)
    try:
        yield
    finally:
        csv.field_size_limit(before)
