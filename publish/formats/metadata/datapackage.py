"""datapackage.json of a table (Frictionless, Data Package 1): every file with its size and hash.

The files of the CSV bundle are there with their columns, keys, dialect and nulls.
https://specs.frictionlessdata.io/data-package/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from celwacht.publish.formats.metadata import csv_columns
from celwacht.publish.formats.metadata.csv_columns import Column, Table
from celwacht.publish.formats.parts import words
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import ATTRIBUTE, Publication
from celwacht.tables.face import Face

NAME = "datapackage.json"
# End of a name -> (format, media type); the first that fits counts.
MEDIA = {
    ".jsonstat.json": ("json", "application/json"),
    "csv-metadata.json": ("json", "application/csvm+json"),
    ".json": ("json", "application/json"),
    ".csv.zip": ("csv", "application/zip"),
    ".csv": ("csv", "text/csv"),
    ".parquet": ("parquet", "application/vnd.apache.parquet"),
    ".px": ("px", "text/x-pcaxis"),
    ".xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".xml": ("xml", "application/vnd.sdmx.structure+xml; version=3.0.0"),
}
TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "date": {"type": "date"},
    "boolean": {"type": "boolean", "trueValues": ["True"], "falseValues": ["False"]},
    "decimal": {"type": "number", "decimalChar": ","},
}
DIALECT = {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}

File = tuple[str, int, str]
"""(path relative to the table's folder, bytes, SHA-256)."""


def encode(publication: Publication, listed: Iterable[File]) -> bytes:
    """The bytes of datapackage.json for these files of the table."""
    tables = {f"{csv_columns.FOLDER}/{t.path}": t for t in csv_columns.tables(publication)}
    face = publication.face
    document = {
        "profile": "data-package",
        "name": _slug(publication.table),
        "id": publication.table,
        "title": publication.title.nl,
        "description": publication.description.nl,
        "version": publication.modified.isoformat().replace("-", "."),
        "created": f"{publication.modified.isoformat()}T00:00:00Z",
        "status": publication.status(),
        "licenses": [{"name": "CC-BY-4.0", "path": texts.LICENCE, "title": "Creative Commons Attribution 4.0"}],
        "sources": [{"title": publication.source}],
        **({"language": face.main} if len(face.languages) == 1 else {}),
        "languages": {
            "en": {
                "title": words.in_language(publication.title, "en"),
                "notes": words.notes_in(publication, "en"),
                "description": words.in_language(publication.description, "en"),
            }
        }
        if len(face.languages) > 1
        else {},
        "notes": words.notes_in(publication, face.main),
        "symbols": {word: words.in_all(meaning, face.languages) for word, meaning in words.ATTRIBUTE_MEANING.items()},
        "temporal": [publication.periods.codes[0].code, publication.periods.codes[-1].code],
        "resources": [_resource(file, tables.get(file[0]), face) for file in sorted(listed)],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def kind_of(path: str) -> tuple[str, str]:
    """(format, media type) of a file of a release, by the end of its name."""
    return next((kind for end, kind in MEDIA.items() if path.endswith(end)), ("", "application/octet-stream"))


def _resource(file: File, table: Table | None, face: Face) -> dict[str, Any]:
    path, size, sha256 = file
    form, media = kind_of(path)
    made: dict[str, Any] = {
        "name": _slug(path),
        "path": path,
        "format": form,
        "mediatype": media,
        "bytes": size,
        "hash": f"sha256:{sha256}",
    }
    if table is None:
        return made | {"profile": "data-resource", "type": "file"}
    return made | {
        "profile": "tabular-data-resource",
        "type": "table",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "schema": _schema(table, face),
    }


def _slug(text: str) -> str:
    """A name as a package or a resource may have it."""
    return re.sub(r"[^a-z0-9._-]", "-", text.lower())


def _schema(table: Table, face: Face) -> dict[str, Any]:
    keys = [
        {"fields": c.name, "reference": {"resource": _slug(f"{csv_columns.FOLDER}/{c.table}.csv"), "fields": c.key}}
        for c in table.columns
        if c.table
    ]
    schema: dict[str, Any] = {"fields": [_field(c, face) for c in table.columns], "missingValues": [""], "primaryKey": table.key}
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(column: Column, face: Face) -> dict[str, Any]:
    made: dict[str, Any] = {"name": column.name, "title": face.of(column.title), **TYPES[column.kind]}
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.name == "ValueAttribute":
        constraints["enum"] = list(ATTRIBUTE)
        made["description"] = csv_columns.symbols(face.main)
    return made | ({"constraints": constraints} if constraints else {})
