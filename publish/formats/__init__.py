"""A Publication in the forms that other offices and programs read; one writer per file.

`FORMATS` is what a reader may choose from: each encodes any Publication, the whole of a table or a selection of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from celwacht.publish.formats import csv_comma, csv_labels, csv_pivot, jsonstat, parquet, px
from celwacht.publish.formats.excel import workbook
from celwacht.publish.formats.sdmx import sdmx_csv, sdmx_structure, sdmx_structure21
from celwacht.publish.publication.publication import Publication, Words


@dataclass(frozen=True, slots=True)
class Format:
    """A form to download. `encode(publication)` gives the bytes of one file, whose name ends in `suffix`."""

    key: str
    suffix: str
    media_type: str
    title: Words
    encode: Callable[[Publication], bytes]
    blocks: Callable[[Publication], Iterator[bytes]] | None = None
    """The same bytes in pieces, for a file that is too large to be held; not every form can be made so."""


_LISTED = (
    Format(
        "csv",
        ".csv",
        "text/csv; charset=utf-8",
        Words("CSV, een rij per cijfer", "CSV, a row per figure"),
        csv_labels.encode,
        csv_labels.blocks,
    ),
    Format(
        "csv-comma",
        "-comma.csv",
        "text/csv; charset=utf-8",
        Words("CSV met komma’s, voor programma’s", "CSV with commas, for programs"),
        csv_comma.encode,
        csv_comma.blocks,
    ),
    Format("csv-pivot", "-pivot.csv", "text/csv; charset=utf-8", Words("CSV als tabel", "CSV as a table"), csv_pivot.encode),
    Format("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Words("Excel", "Excel"), workbook.build),
    Format("jsonstat", ".jsonstat.json", "application/json", Words("JSON-stat 2.0", "JSON-stat 2.0"), jsonstat.encode),
    Format("px", ".px", "text/x-pcaxis; charset=utf-8", Words("PX (PC-Axis)", "PX (PC-Axis)"), px.encode),
    Format(
        "sdmx-csv",
        ".sdmx.csv",
        "application/vnd.sdmx.data+csv; version=2.0.0",
        Words("SDMX-CSV 2.0", "SDMX-CSV 2.0"),
        sdmx_csv.encode,
        sdmx_csv.blocks,
    ),
    Format(
        "sdmx-structure",
        ".sdmx.xml",
        "application/vnd.sdmx.structure+xml; version=3.0.0",
        Words("Structuur in SDMX-ML 3.0", "Structure in SDMX-ML 3.0"),
        sdmx_structure.encode,
    ),
    Format(
        "sdmx-structure-21",
        ".sdmx21.xml",
        "application/vnd.sdmx.structure+xml; version=2.1",
        Words("Structuur in SDMX-ML 2.1", "Structure in SDMX-ML 2.1"),
        sdmx_structure21.encode,
    ),
    Format("parquet", ".parquet", "application/vnd.apache.parquet", Words("Parquet", "Parquet"), parquet.encode),
)
FORMATS: dict[str, Format] = {form.key: form for form in _LISTED}
"""key -> Format, in the order in which they are offered."""
