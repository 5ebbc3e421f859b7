"""A table as JSON of the API: in a list, with all its metadata, its history, and figures of a part of it.

Texts are {"nl": ..., "en": ...}, without "en" where there is none. Figures are in the order of the cube, the measures of a
cell beside each other; a figure that is not printed is null, and `states` has one character an observation, '0' printed,
'1' withheld, '2' impossible, so that a withheld figure cannot be mistaken for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from celwacht.publish.formats.statline.odata_sets import decimal_text, rendered
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import PRINTED, Publication, PublicCode, PublicDimension, Words
from celwacht.publish.serve.api import themes
from celwacht.publish.serve.api import words as api_words
from celwacht.publish.store.releases import TableRelease
from celwacht.publish.store.shelf import Table
from celwacht.tables.face import PLAIN, Face

ROOT = "/api/v1"


def words(text: Words, face: Face = PLAIN) -> dict[str, str]:
    """The text in the languages of the project."""
    if face.english:
        return {"en": text.en or text.nl}
    return {"nl": text.nl, "en": text.en} if text.en and "en" in face.languages else {"nl": text.nl}


def summary(text: Words) -> Words:
    """The first paragraph."""
    return Words(*(part.split("\n")[0].strip() for part in (text.nl, text.en)))


def listed(table: Table, root: str = ROOT) -> dict[str, Any]:
    """A table in a list."""
    publication, face = table.publication, table.publication.face
    periods = publication.periods.codes
    return {
        "id": table.id,
        "version": table.version,
        "statline": publication.statline,
        "title": words(publication.title, face),
        "summary": words(summary(publication.description), face),
        "modified": table.modified.isoformat(),
        "status": publication.status(),
        "madeUp": publication.made_up,
        "observations": publication.n_observations,
        "theme": {"key": themes.theme(publication)[0], "title": words(themes.theme(publication)[1], face)},
        "facets": themes.facets(publication),
        "dimensions": [
            {"name": d.name, "title": words(d.title, face), "kind": d.kind, "codes": len(d.codes)} for d in publication.dimensions
        ],
        "measures": [{"code": m.code, "title": words(m.title, face), "unit": m.unit} for m in publication.measures],
        "periods": {"first": words(periods[0].title, face), "last": words(periods[-1].title, face), "count": len(periods)},
        "url": f"{root}/tables/{table.id}",
    }


def described(table: Table, root: str = ROOT) -> dict[str, Any]:
    """All metadata of a table but what each release changed (see `history`)."""
    publication, face = table.publication, table.publication.face
    return {
        "id": table.id,
        "version": table.version,
        "statline": publication.statline,
        "title": words(publication.title, face),
        "description": words(publication.description, face),
        "unit": publication.unit,
        "unitText": words(texts.unit(publication.unit), face),
        "source": publication.source,
        "madeUp": publication.made_up,
        "licence": texts.LICENCE,
        "modified": table.modified.isoformat(),
        "status": publication.status(),
        "frequency": words(api_words.frequency(publication), face),
        "coverage": texts.coverage(publication),
        "observations": publication.n_observations,
        "dimensions": [_dimension(d, face) for d in publication.dimensions],
        "measures": [
            {
                "code": m.code,
                "name": m.name,
                "title": words(m.title, face),
                "description": m.description,
                "descriptionText": words(Words(m.description, m.description_en), face),
                "unit": m.unit,
                "unitText": words(texts.unit(m.unit), face),
                "decimals": m.decimals,
            }
            for m in publication.measures
        ],
        "footnotes": [{"on": on, "text": words(text, face)} for on, text in publication.footnotes],
        "notes": [words(texts.rounding(publication), face)],
        "symbols": [{"symbol": symbol, "meaning": words(meaning, face)} for symbol, meaning in texts.symbols(publication)],
        "releases": [_release(r, face) for r in table.releases],
        "links": {name: f"{root}/tables/{table.id}/{name}" for name in ("data", "download", "history")},
    }


def _dimension(dimension: PublicDimension, face: Face) -> dict[str, Any]:
    return {
        "name": dimension.name,
        "title": words(dimension.title, face),
        "kind": dimension.kind,
        "codes": [_code(c, face) for c in dimension.codes],
    }


def _code(code: PublicCode, face: Face) -> dict[str, Any]:
    """A code; members that would be empty are left out, for there can be thousands."""
    made: dict[str, Any] = {"code": code.code, "title": words(code.title, face), "depth": code.depth}
    for name, value in (("group", code.group), ("description", code.description), ("status", code.status)):
        if value:
            made[name] = value
    return made


def _release(release: TableRelease, face: Face) -> dict[str, Any]:
    return {
        "release": release.release,
        "set": release.set_name,
        "title": release.title,
        "titleText": words(Words(release.title, release.title_en), face),
        "moment": release.moment.isoformat(),
        "modified": release.modified.isoformat(),
    }


def history(table: Table) -> dict[str, Any]:
    """The releases of a table, newest first, each with what it changed; `changes` is null for the first of all."""
    return {
        "id": table.id,
        "madeUp": table.publication.made_up,
        "releases": [
            {**_release(release, table.publication.face), "changes": changes}
            for release, changes in zip(table.releases, table.changes(), strict=True)
        ],
    }


def figures(table: Table, part: Publication) -> bytes:
    """The answer to a question for data: the codes in the order of the figures, values and states."""
    head = {
        "id": table.id,
        "version": table.version,
        "madeUp": part.made_up,
        "dimensions": [{"name": d.name, "codes": [c.code for c in d.codes]} for d in part.dimensions],
        "measures": [m.code for m in part.measures],
    }
    values, states = _values(part)
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return f'{start},"values":[{",".join(values)}],"states":"{states}"}}\n'.encode()


def _values(part: Publication) -> tuple[list[str], str]:
    """(JSON of each observation, one digit per observation), the measures of a cell beside each other."""
    columns: Sequence[list[str]] = [
        rendered(
            m.values, m.state, lambda state, value, places=m.decimals: decimal_text(value, places, ".") if state == PRINTED else "null"
        )
        for m in part.measures
    ]
    states = np.stack([m.state.ravel() for m in part.measures], axis=1).ravel()
    texts_in_order = [text for cell in zip(*columns) for text in cell] if len(columns) > 1 else list(columns[0])
    return texts_in_order, (states + ord("0")).astype(np.uint8).tobytes().decode("ascii")
