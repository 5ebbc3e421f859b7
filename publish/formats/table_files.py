"""The files of these formats in the folder of a table in a release.

TABLE.jsonstat.json, TABLE.px, TABLE-pivot.csv
TABLE.csv.zip           the long CSV with titles, zipped: it repeats every title and shrinks to a fiftieth
sdmx/TABLE.csv.zip      SDMX-CSV, zipped for the same reason, and sdmx/structure.xml
csv/csv-metadata.json   CSVW for the CSV bundle
datapackage.json        what is in the folder; written last, see `package`
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from celwacht.publish.formats import csv_labels, csv_pivot, jsonstat, px
from celwacht.publish.formats.excel import xlsx_writer
from celwacht.publish.formats.metadata import csvw, datapackage
from celwacht.publish.formats.sdmx import sdmx_csv, sdmx_structure
from celwacht.publish.publication.publication import Publication
from celwacht.publish.store import store


def files(publication: Publication) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of every file, always in the same order."""
    table = publication.table
    yield f"{table}.jsonstat.json", jsonstat.encode(publication)
    yield f"{table}.px", px.encode(publication)
    yield f"{table}-pivot.csv", csv_pivot.encode(publication)
    yield f"{table}.csv.zip", zipped(f"{table}.csv", csv_labels.blocks(publication))
    yield f"sdmx/{table}.csv.zip", zipped(f"{table}.csv", sdmx_csv.blocks(publication))
    yield "sdmx/structure.xml", sdmx_structure.encode(publication)
    yield csvw.NAME, csvw.encode(publication)


def zipped(name: str, blocks: Iterator[bytes]) -> bytes:
    """A zip of one file, with nothing of the clock or the machine in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        with archive.open(xlsx_writer.zip_entry(name), "w") as entry:
            for block in blocks:
                entry.write(block)
    return packed.getvalue()


LEVEL = 4
"""Of zlib: twice as fast as its default, and a tenth larger."""


def package(publication: Publication, folder: Path) -> tuple[str, bytes]:
    """datapackage.json over everything that is in the folder of the table now."""
    found = sorted(p for p in folder.rglob("*") if p.is_file())
    listed = [(p.relative_to(folder).as_posix(), p.stat().st_size, store.digest(p)) for p in found]
    return datapackage.NAME, datapackage.encode(publication, listed)
