"""Text as programs save it: UTF-8, with or without a mark, UTF-16, or the Windows-1252 of a spreadsheet; and how long a cell of CSV may be."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager


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
