"""A Publication as JSON-stat 2.0: one dataset, the measures as its last dimension.

`status` has the word of ValueAttribute for every value that is not printed, and `value` is null there. What JSON-stat
has no place for (English titles, symbols, status of the table) is in `extension`. https://json-stat.org/full/
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from celwacht.publish.formats.parts import figures, words
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import ATTRIBUTE, PRINTED, Publication, PublicCode, PublicDimension, PublicMeasure

METRIC = "Measure"
"""Identifier of the dimension that the measures form."""


def encode(publication: Publication) -> bytes:
    """The bytes of the file: a line for what the table is, one per dimension, and the values."""
    metric = words.free_name(METRIC, publication)
    names = [*(d.name for d in publication.dimensions), metric]
    dimensions = {d.name: _dimension(publication, i) for i, d in enumerate(publication.dimensions)}
    dimensions[metric] = _measures(publication)
    head = {
        "version": "2.0",
        "class": "dataset",
        "label": publication.title.nl,
        "source": publication.source,
        "updated": publication.modified.isoformat(),
        "note": [publication.description.nl, *words.notes_in(publication, publication.face.main)],
        "link": {"license": [{"type": "text/html", "href": texts.LICENCE}]},
        "extension": _extension(publication, metric),
        "id": names,
        "size": [*publication.shape, len(publication.measures)],
        "role": _roles(publication, metric),
    }
    lines = [f"{_text(k)}:{_text(v)}" for k, v in head.items()]
    lines.append('"dimension":{\n' + ",\n".join(f"{_text(k)}:{_text(v)}" for k, v in dimensions.items()) + "\n}")
    values = figures.figure_texts(publication, _renderer).reshape(-1).tolist()
    lines.append(f'"value":[{",".join(values)}]')
    lines.append(f'"status":{{{",".join(_statuses(publication))}}}')
    return ("{" + ",\n".join(lines) + "}\n").encode()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _renderer(measure: PublicMeasure, status: str) -> figures.Render:
    return lambda state, value: odata_sets.decimal_text(value, measure.decimals, ".") if state == PRINTED else "null"


def _statuses(publication: Publication) -> list[str]:
    """`"place":"word"` of every value that is not printed, in order."""
    state = np.stack([m.state for m in publication.measures], axis=-1).ravel()
    places = np.flatnonzero(state != PRINTED)
    said = [f'":"{word}"' for word in ATTRIBUTE]
    return [f'"{place}{said[s]}' for place, s in zip(places.tolist(), state[places].tolist())]


def _dimension(publication: Publication, place: int) -> dict[str, Any]:
    dimension, face = publication.dimensions[place], publication.face
    category: dict[str, Any] = {"index": [c.code for c in dimension.codes], "label": {c.code: c.title.nl for c in dimension.codes}}
    if children := _children(dimension):
        category["child"] = children
    if remarks := {c.code: _remarks(c) for c in dimension.codes if _remarks(c)}:
        category["note"] = remarks
    made: dict[str, Any] = {"label": dimension.title.nl, "category": category}
    if own := [face.of(n.text) for n in words.notes(publication) if n.dimension == place]:
        made["note"] = own
    made["extension"] = {"kind": dimension.kind}
    if dimension.kind == "TimeDimension":
        made["extension"]["status"] = {c.code: c.status for c in dimension.codes}
    return made


def _remarks(code: PublicCode) -> list[str]:
    return [text for text in (code.description, texts.STATUS_WORDS[code.status]) if text]


def _children(dimension: PublicDimension) -> dict[str, list[str]]:
    """Code -> the codes that are shown under it; only codes that are there."""
    known = {c.code for c in dimension.codes}
    found: dict[str, list[str]] = {}
    for code in dimension.codes:
        if code.group in known and code.group != code.code:
            found.setdefault(code.group, []).append(code.code)
    return found


def _measures(publication: Publication) -> dict[str, Any]:
    codes = [m.code for m in publication.measures]
    category: dict[str, Any] = {
        "index": codes,
        "label": {m.code: m.title.nl for m in publication.measures},
        "unit": {m.code: {"label": m.unit, "decimals": m.decimals} for m in publication.measures},
    }
    remarks: dict[str, list[str]] = {m.code: [m.description] for m in publication.measures if m.description}
    for note in words.notes(publication):
        if note.measure is not None:
            remarks.setdefault(codes[note.measure], []).append(publication.face.of(note.text))
    if remarks:
        category["note"] = remarks
    return {"label": publication.face.of(words.TOPICS), "category": category}


def _roles(publication: Publication, metric: str) -> dict[str, list[str]]:
    roles = {"time": [publication.periods.name], "metric": [metric]}
    geo = [d.name for d in publication.dimensions if d.kind.startswith("Geo")]
    return roles | ({"geo": geo} if geo else {})


def _extension(publication: Publication, metric: str) -> dict[str, Any]:
    english: dict[str, Any] = {
        "label": words.in_language(publication.title, "en"),
        "note": [words.in_language(publication.description, "en"), *words.notes_in(publication, "en")],
        "status": {word: meaning.en for word, meaning in words.ATTRIBUTE_MEANING.items()},
        "dimension": {
            d.name: {"label": words.in_language(d.title, "en"), "category": {"label": {c.code: c.title.en for c in d.codes if c.title.en}}}
            for d in publication.dimensions
        },
    }
    english["dimension"][metric] = {
        "label": words.TOPICS.en,
        "category": {"label": {m.code: m.title.en for m in publication.measures if m.title.en}},
    }
    face = publication.face
    return {
        "status": {"label": {word: face.of(meaning) for word, meaning in words.ATTRIBUTE_MEANING.items()}},
        "table": publication.table,
        "statline": publication.statline,
        "unit": publication.unit,
        "observationStatus": publication.status(),
        "language": face.main,
        **({"en": english} if len(face.languages) > 1 else {}),
    }
