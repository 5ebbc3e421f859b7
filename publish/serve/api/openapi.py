"""The OpenAPI 3.1 document of the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from celwacht.publish.serve.api.http import JSON, PROBLEM
from celwacht.publish.serve.api.schemas import SCHEMAS, TEXT, Schema, ref

ROOT = "/api/v1"
SELECTION = (
    "Each dimension by its name, and `measures`: codes with commas, or the parameter again for each. A code stands for "
    "itself; `A..B` for all from A to B; `level:1` for a depth; `under:A` for all right under A; `*` for all. A dimension "
    "that is not named is taken whole."
)


def document(formats: Sequence[str], most_data: int, most_download: int, prefix: str = "") -> dict[str, Any]:
    """The whole document. formats: the keys of FORMATS; the limits are those of the running server, and so is the prefix of its paths."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Celwacht",
            "version": "1",
            "description": "Published tables on youth care. A figure that is withheld is null in `values` and `1` in "
            "`states`; it is never 0 and never left out.",
            "license": {"name": "CC BY 4.0 (the figures)", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": prefix or "/"}],
        "paths": _paths(formats, most_data, most_download),
        "components": {
            "schemas": SCHEMAS,
            "responses": {
                "Problem": {
                    "description": "The request cannot be met; the document says why and what would.",
                    "content": {PROBLEM: {"schema": ref("Problem")}},
                },
                "NotModified": {"description": "The answer whose ETag was sent still holds."},
            },
        },
    }


def _paths(formats: Sequence[str], most_data: int, most_download: int) -> dict[str, Any]:
    selection = {
        "name": "selection",
        "in": "query",
        "description": SELECTION,
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": TEXT},
        "example": {"RegioS": "NL01", "Perioden": "2023JJ00,2024JJ00"},
    }
    one, table = _identifier(), "/tables/{id}"
    return {
        ROOT: _get("index", "Where to go", "Index"),
        f"{ROOT}/openapi.json": _get("openapi", "This document", {"type": "object"}),
        f"{ROOT}/formats": _get("formats", "The forms in which a table can be carried off", "Formats"),
        f"{ROOT}/tables": _get(
            "tables",
            "All tables, or those that have all of some words",
            "Tables",
            [
                _query("q", "Words in Dutch or English; accents and capitals do not matter.", TEXT),
                _query("limit", "At most this many.", {"type": "integer", "minimum": 1}),
                _query("offset", "Leaves out the first ones.", {"type": "integer", "minimum": 0}),
            ],
        ),
        ROOT + table: _get("table", "All metadata of a table", "Table", [one]),
        f"{ROOT}{table}/history": _get("history", "The releases of a table and what each changed", "History", [one]),
        f"{ROOT}{table}/data": _get("data", f"Figures of a selection, at most {most_data:,}", "Data", [one, selection]),
        f"{ROOT}{table}/download": {
            "get": _operation(
                "download",
                f"A selection or all as a file, at most {most_download:,} observations",
                {"*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}},
                [one, _query("format", "The form.", {"enum": list(formats), "default": "csv"}), selection],
            )
        },
    }


def _get(name: str, summary: str, schema: str | Schema, parameters: Sequence[Schema] = ()) -> Schema:
    found = ref(schema) if isinstance(schema, str) else schema
    return {"get": _operation(name, summary, {JSON: {"schema": found}}, parameters)}


def _operation(name: str, summary: str, content: Schema, parameters: Sequence[Schema]) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "headers": {"ETag": {"schema": TEXT}}, "content": content},
            "304": {"$ref": "#/components/responses/NotModified"},
            "4XX": {"$ref": "#/components/responses/Problem"},
            "429": {"$ref": "#/components/responses/Problem"},
            "503": {"$ref": "#/components/responses/Problem"},
        },
    }


def _identifier() -> Schema:
    return {"name": "id", "in": "path", "required": True, "schema": TEXT, "description": "Id of the table."}


def _query(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}
