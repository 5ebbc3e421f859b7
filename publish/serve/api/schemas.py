"""JSON Schemas of what the API answers, as they stand in its OpenAPI document; the tests judge every answer against them."""

from __future__ import annotations

from typing import Any

from celwacht.publish.serve.api.http import PROBLEMS

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
DATE: Schema = {"type": "string", "format": "date"}
STATUS: Schema = {"enum": ["Voorlopig", "NaderVoorlopig", "Definitief", "Provisional", "RevisedProvisional", "Definite"]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def many(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def record(about: str, optional: tuple[str, ...] = (), /, **members: Schema) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "description": about,
        "properties": members,
        "additionalProperties": False,
        "required": [m for m in members if m not in optional],
    }


KIND: Schema = {"enum": ["Dimension", "TimeDimension", "GeoDimension", "GeoDetail"]}
RELEASE: dict[str, Schema] = {
    "release": TEXT,
    "set": TEXT,
    "title": TEXT,
    "titleText": {"$ref": "#/components/schemas/Words"},
    "modified": DATE,
    "moment": {"type": "string", "format": "date-time"},
}
SCHEMAS: dict[str, Schema] = {
    "Words": record(
        "A text in the languages of the project: Dutch, and English where there is one; or English alone.", ("nl", "en"), nl=TEXT, en=TEXT
    ),
    "Index": record("Where to go.", catalog=TEXT, links={"type": "object", "additionalProperties": TEXT}),
    "Formats": record(
        "The forms of a download.", formats=many(record("One form.", key=TEXT, suffix=TEXT, media_type=TEXT, title=ref("Words")))
    ),
    "Listed": record(
        "A table in a list. chosen: what the question names, dimension -> codes.",
        ("chosen",),
        id=TEXT,
        version=TEXT,
        statline=TEXT,
        title=ref("Words"),
        summary=ref("Words"),
        modified=DATE,
        status=STATUS,
        observations=COUNT,
        url=TEXT,
        madeUp={"type": "boolean"},
        theme=record("What it is about.", key=TEXT, title=ref("Words")),
        facets=many(TEXT),
        chosen={"type": "object", "additionalProperties": many(TEXT)},
        dimensions=many(record("A dimension.", name=TEXT, title=ref("Words"), kind=KIND, codes=COUNT)),
        measures=many(record("A measure.", code=TEXT, title=ref("Words"), unit=TEXT)),
        periods=record("From when to when.", first=ref("Words"), last=ref("Words"), count=COUNT),
    ),
    "Tables": record(
        "Tables, best first, and the regions that the question names; was: the former name by which one was found; also: the everyday name (Den Haag).",
        query=TEXT,
        count=COUNT,
        regions=many(record("A region.", ("was", "also"), code=TEXT, title=ref("Words"), was=TEXT, also=TEXT)),
        tables=many(ref("Listed")),
    ),
    "Code": record(
        "A category; group is the code that it is shown under, depth how deep that is.",
        ("group", "description", "status"),
        code=TEXT,
        title=ref("Words"),
        depth=COUNT,
        group=TEXT,
        description=TEXT,
        status=STATUS,
    ),
    "Dimension": record("A dimension with its codes in order.", name=TEXT, title=ref("Words"), kind=KIND, codes=many(ref("Code"))),
    "Measure": record(
        "A measure; decimals of its figures. descriptionText, unitText: in the languages there are.",
        code=TEXT,
        name=TEXT,
        title=ref("Words"),
        description=TEXT,
        descriptionText=ref("Words"),
        unit=TEXT,
        unitText=ref("Words"),
        decimals=COUNT,
    ),
    "Release": record("A release of the table.", **RELEASE),
    "Table": record(
        "All metadata of a table.",
        id=TEXT,
        version=TEXT,
        statline=TEXT,
        title=ref("Words"),
        description=ref("Words"),
        unit=TEXT,
        unitText=ref("Words"),
        source=TEXT,
        madeUp={"type": "boolean"},
        licence=TEXT,
        modified=DATE,
        status=STATUS,
        frequency=ref("Words"),
        coverage=TEXT,
        observations=COUNT,
        dimensions=many(ref("Dimension")),
        measures=many(ref("Measure")),
        footnotes=many(
            record("A footnote on a dimension (its name), a measure (its name) or the whole table ('').", on=TEXT, text=ref("Words"))
        ),
        notes=many(ref("Words")),
        symbols=many(record("A symbol.", symbol=TEXT, meaning=ref("Words"))),
        releases=many(ref("Release")),
        links={"type": "object", "additionalProperties": TEXT},
    ),
    "Changes": record(
        "Numbers of observations that a release changed for readers; periods: new periods.",
        periods=COUNT,
        revised=COUNT,
        withheld=COUNT,
        printed=COUNT,
    ),
    "History": record(
        "Releases, newest first.",
        id=TEXT,
        madeUp={"type": "boolean"},
        releases=many(
            record("A release and what it changed; null for the first.", **RELEASE, changes={"oneOf": [ref("Changes"), {"type": "null"}]})
        ),
    ),
    "Data": record(
        "Figures in the order of the cube, the last dimension fastest but for the measures, which are fastest of all.",
        id=TEXT,
        version=TEXT,
        madeUp={"type": "boolean"},
        dimensions=many(record("The codes of the answer.", name=TEXT, codes=many(TEXT))),
        measures=many(TEXT),
        values=many({"type": ["number", "null"]}),
        states={
            "type": "string",
            "pattern": "^[012]*$",
            "description": "A character per observation: 0 printed, 1 withheld, 2 impossible.",
        },
    ),
    "Problem": {
        "type": "object",
        "description": "An error (RFC 9457), with further members that differ per kind.",
        "properties": {
            "type": {"enum": [f"/api/v1/problems#{kind}" for kind in PROBLEMS]},
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
        },
        "required": ["type", "title", "status", "detail"],
    },
}
