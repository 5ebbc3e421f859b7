"""CSVW metadata beside the CSV bundle: dialect, types, null, keys between the files, symbols and notes.

`csv/csv-metadata.json` is where a reader of CSVW looks by itself. https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import json
from typing import Any

from celwacht.publish.formats.metadata import csv_columns
from celwacht.publish.formats.metadata.csv_columns import Column, Table
from celwacht.publish.formats.parts import words
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import ATTRIBUTE, Publication, Words
from celwacht.tables.face import LANGUAGES, Face

NAME = f"{csv_columns.FOLDER}/csv-metadata.json"
DIALECT = {
    "delimiter": ";",
    "encoding": "utf-8",
    "lineTerminators": ["\r\n"],
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "commentPrefix": None,
}
TYPES: dict[str, Any] = {
    "string": "string",
    "integer": "integer",
    "boolean": {"base": "boolean", "format": "True|False"},
    "date": "date",
    "decimal": {"base": "decimal", "format": {"decimalChar": ",", "groupChar": "."}},
}


def encode(publication: Publication) -> bytes:
    """The bytes of the metadata of the bundle."""
    face = publication.face
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": face.main}],
        "dc:title": _both(publication.title, face),
        "dc:description": _both(publication.description, face),
        "dc:identifier": publication.table,
        "dc:modified": {"@value": publication.modified.isoformat(), "@type": "xsd:date"},
        "dc:source": publication.source,
        "dc:license": {"@id": texts.LICENCE},
        "dialect": DIALECT,
        "notes": _notes(publication),
        "tables": [_table(t, face) for t in csv_columns.tables(publication)],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _both(said: Words, face: Face) -> list[dict[str, str]]:
    listed = {"nl": said.nl, "en": said.en or (said.nl if face.english else "")}
    return [
        {"@value": listed[language], "@language": language} for language in LANGUAGES if language in face.languages and listed[language]
    ]


def _notes(publication: Publication) -> list[dict[str, Any]]:
    """What each note is on (a column, a code of a measure, or the table) and what it says."""
    made: list[dict[str, Any]] = []
    for note in words.notes(publication):
        on = publication.dimensions[note.dimension].name if note.dimension is not None else publication.table
        on = publication.measures[note.measure].code if note.measure is not None else on
        made.append({"target": on, "body": words.in_all(note.text, publication.face.languages)})
    signs = [
        {"target": "ValueAttribute", "symbol": word, "body": words.in_all(meaning, publication.face.languages)}
        for word, meaning in words.ATTRIBUTE_MEANING.items()
    ]
    return made + signs


def _table(table: Table, face: Face) -> dict[str, Any]:
    keys = [
        {"columnReference": c.name, "reference": {"resource": f"{c.table}.csv", "columnReference": c.key}} for c in table.columns if c.table
    ]
    schema: dict[str, Any] = {"columns": [_column(c, face) for c in table.columns], "primaryKey": table.key}
    return {"url": table.path, "tableSchema": schema | ({"foreignKeys": keys} if keys else {})}


def _column(column: Column, face: Face) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:title": _both(column.title, face),
        "null": [""],
        "datatype": TYPES[column.kind],
    }
    if column.name == "ValueAttribute":
        made["datatype"] = {"base": "string", "format": "|".join(ATTRIBUTE)}
        made["dc:description"] = _both(Words(csv_columns.symbols("nl"), csv_columns.symbols("en")), face)
    return made | ({"required": True} if column.required else {})
