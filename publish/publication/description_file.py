"""Publications read back from a release.

The gate (gate.py) makes a Publication from figures that are proved; this file is the only other maker. It takes what the
gate passed, byte for byte as the manifest of the release lists it; `selection` leaves out or puts side by side with
`remade`, and computes nothing.

    TABLE/publication.json              everything but the figures
    TABLE/parquet/Observations.parquet  the figures, in the order of Id: cells in the order of the codes, measures together
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from celwacht.publish.publication.publication import ATTRIBUTE, Publication, PublicCode, PublicDimension, PublicMeasure, Words
from celwacht.tables.face import PLAIN, from_json

DESCRIPTION = "publication.json"
FIGURES = "parquet/Observations.parquet"
FORM = 1
"""Version of publication.json; a reader refuses one that it does not know."""


class Damaged(ValueError):
    """A released file is missing, or is not what its manifest says. The message names the file, never a figure."""


def write_description(publication: Publication) -> bytes:
    """publication.json: the words, codes and measures of a Publication, in the order in which they are shown."""
    measures = [
        {"code": m.code, "name": m.name, "title": _pair(m.title), "description": m.description, "unit": m.unit, "decimals": m.decimals}
        | ({"description_en": m.description_en} if m.description_en else {})
        for m in publication.measures
    ]
    dimensions = [
        {
            "name": d.name,
            "title": _pair(d.title),
            "kind": d.kind,
            "codes": [[c.code, *_pair(c.title), c.group, c.depth, c.description, c.status] for c in d.codes],
        }
        for d in publication.dimensions
    ]
    whole = {
        "form": FORM,
        "table": publication.table,
        "statline": publication.statline,
        "title": _pair(publication.title),
        "description": _pair(publication.description),
        "unit": publication.unit,
        "source": publication.source,
        "modified": publication.modified.isoformat(),
        "measures": measures,
        "dimensions": dimensions,
        "footnotes": [[on, *_pair(text)] for on, text in publication.footnotes],
        "made_up": publication.made_up,
    }
    if publication.face != PLAIN:
        whole["face"] = publication.face.to_json()
    return (json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _pair(words: Words) -> list[str]:
    return [words.nl, words.en]


def read_publication(folder: Path, listed: Mapping[str, tuple[int, str]]) -> Publication:
    """The Publication that was written to the folder of a table.

    listed: what the manifest says of the files below that folder: name -> (bytes, SHA-256). Damaged when one differs.
    """
    about = _json(_verified(folder, DESCRIPTION, listed))
    _verified(folder, FIGURES, listed)
    try:
        return _publication(about, folder / FIGURES)
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise Damaged(
            f"{folder.name}/{DESCRIPTION} and {FIGURES} do not fit together ({type(error).__name__}); publish the set again"
        ) from None


def _verified(folder: Path, name: str, listed: Mapping[str, tuple[int, str]]) -> bytes:
    if name not in listed:
        raise Damaged(f"{folder.name}/{name} is not in the manifest; the set was made by an older celwacht, publish it again")
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise Damaged(f"{folder.name}/{name} is missing; publish the set again") from None
    if (len(content), hashlib.sha256(content).hexdigest()) != listed[name]:
        raise Damaged(f"{folder.name}/{name} has been changed since it was published; publish the set again")
    return content


def _json(content: bytes) -> dict[str, Any]:
    about = json.loads(content)
    if about.get("form") != FORM:
        raise Damaged(f"{DESCRIPTION} has form {about.get('form')}, and this celwacht reads form {FORM}")
    return about


def _publication(about: dict[str, Any], figures: Path) -> Publication:
    dimensions = tuple(
        PublicDimension(
            d["name"],
            Words(*d["title"]),
            d["kind"],
            tuple(
                PublicCode(code, Words(nl, en), group, depth, description, status)
                for code, nl, en, group, depth, description, status in d["codes"]
            ),
        )
        for d in about["dimensions"]
    )
    shape = tuple(len(d.codes) for d in dimensions)
    columns = _figures(figures, shape, [m["decimals"] for m in about["measures"]])
    measures = tuple(
        PublicMeasure(
            m["code"], m["name"], Words(*m["title"]), m["description"], m["unit"], m["decimals"], values, state, m.get("description_en", "")
        )
        for m, (values, state) in zip(about["measures"], columns, strict=True)
    )
    return Publication(
        about["table"],
        about["statline"],
        Words(*about["title"]),
        Words(*about["description"]),
        about["unit"],
        about["source"],
        date.fromisoformat(about["modified"]),
        dimensions,
        measures,
        tuple((on, Words(nl, en)) for on, nl, en in about["footnotes"]),
        about.get("made_up", False),
        from_json(about.get("face")),
    )


def _figures(path: Path, shape: tuple[int, ...], decimals: list[int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Per measure (values, state), of the shape of the table."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1}) as database:
        found = database.execute(
            "SELECT coalesce(Value, 0) AS v, list_position(?, ValueAttribute) - 1 AS s FROM read_parquet(?) ORDER BY Id",
            [list(ATTRIBUTE), str(path)],
        ).fetchnumpy()
    values = np.asarray(found["v"], dtype=float).reshape(*shape, len(decimals))
    state = np.asarray(found["s"]).astype(np.uint8).reshape(*shape, len(decimals))
    for n, places in enumerate(decimals):
        yield (np.ascontiguousarray(np.rint(values[..., n] * 10**places).astype(np.int64)), np.ascontiguousarray(state[..., n]))


def remade(like: Publication, dimensions: tuple[PublicDimension, ...], measures: tuple[PublicMeasure, ...]) -> Publication:
    """The same table with other codes and figures; footnotes on what is no longer there fall away."""
    there = {"", *(d.name for d in dimensions), *(m.name for m in measures)}
    return Publication(
        like.table,
        like.statline,
        like.title,
        like.description,
        like.unit,
        like.source,
        like.modified,
        dimensions,
        measures,
        tuple(note for note in like.footnotes if note[0] in there),
        like.made_up,
        like.face,
    )
