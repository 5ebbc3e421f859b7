"""Text as programs save it: UTF-8, with or without a mark, UTF-16, or the Windows-1252 of a spreadsheet."""

from __future__ import annotations


def text_of(content: bytes) -> str:
    """The text of a file whose coding is not told. Never fails: what is no text comes out as odd letters, for the reader of the table to refuse."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
