"""Deliveries as bytes: many records at once as a matrix of characters, cut into the files of the providers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import numpy as np
from celwacht.tables.sources.layouts import Layout

Texts = dict[str, np.ndarray]
"""Per field an array of dtype S with the width of its longest value; empty is an empty text."""
XLSX_DAY = (2015, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Records" '
    'sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _characters(values: np.ndarray, width: int) -> np.ndarray:
    """n x width characters, 0 after the end of a text."""
    return np.ascontiguousarray(values.astype(f"S{width}")).view(np.uint8).reshape(len(values), width)


def csv_lines(layout: Layout, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """All records as CSV characters in one array, and where each line begins (one more than records)."""
    parts = []
    for name in layout.header:
        values = texts[name]
        parts += [_characters(values, values.dtype.itemsize), np.full((len(values), 1), ord(";"), dtype=np.uint8)]
    parts[-1] = np.tile(np.frombuffer(b"\r\n", dtype=np.uint8), (len(parts[0]), 1))
    matrix = np.concatenate(parts, axis=1)
    there = matrix != 0
    return matrix[there], np.concatenate([[0], np.cumsum(there.sum(axis=1))])


def csv_header(layout: Layout) -> bytes:
    return (";".join(layout.header) + "\r\n").encode("ascii")


def fixed_width(layout: Layout, texts: Texts, rows: np.ndarray) -> bytes:
    """Some records in the fixed-width form of the layout."""
    matrix = np.full((len(rows), layout.width + 2), ord(" "), dtype=np.uint8)
    matrix[:, -2:] = np.frombuffer(b"\r\n", dtype=np.uint8)
    for field in layout.fields:
        cells = _characters(texts[field.name][rows], field.length)
        matrix[:, field.position - 1 : field.position - 1 + field.length] = np.where(cells == 0, ord(" "), cells)
    return matrix.tobytes()


def workbook(layout: Layout, texts: Texts, rows: np.ndarray) -> bytes:
    """Some records as an Excel workbook: a header and one row per record, every cell a text."""
    table = [layout.header, *zip(*(texts[name][rows].astype(str).tolist() for name in layout.header), strict=True)]
    lines = "".join(_row(number, cells) for number, cells in enumerate(table, start=1))
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in {**_WORKBOOK, "xl/worksheets/sheet1.xml": sheet}.items():
            packed.writestr(zipfile.ZipInfo(name, XLSX_DAY), _XML + text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _row(number: int, cells: tuple[str, ...]) -> str:
    found = ((chr(ord("A") + at), text) for at, text in enumerate(cells) if text)
    return (
        f'<row r="{number}">'
        + "".join(f'<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in found)
        + "</row>"
    )


def by_provider(provider: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Provider, first and past-last row of each run in an array that is sorted by provider."""
    if not len(provider):
        return
    edges = np.flatnonzero(np.diff(provider)) + 1
    for first, last in zip(np.r_[0, edges], np.r_[edges, len(provider)], strict=True):
        yield int(provider[first]), int(first), int(last)
