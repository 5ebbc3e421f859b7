"""A Publication as the sets of OData v4 in JSON, one file per set, in the words of datasets.cbs.nl.

Observations come in pages of at most 100,000 rows: Observations.json, then Observations-0002.json and so on, each with
`@odata.nextLink` to the next. Text is joined, not encoded object by object: 600,000 observations take about a second.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice

from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication.publication import ATTRIBUTE, PRINTED, Publication, PublicMeasure
from celwacht.publish.publication.texts import made_up_words

FOLDER = "odata"


def files(publication: Publication) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of every file of the set, always in the same order."""
    sets = odata_sets.small_sets(publication)
    names = ["Observations", *sets]
    index = [{"name": n, "kind": "EntitySet", "url": f"{n}.json"} for n in names]
    index.append({"name": "Properties", "kind": "Singleton", "url": "Properties.json"})
    yield f"{FOLDER}/index.json", _encoded({"value": index})
    yield f"{FOLDER}/Properties.json", _encoded(odata_sets.properties(publication))
    for name, rows in sets.items():
        yield f"{FOLDER}/{name}.json", _encoded({"value": rows})
    yield from _pages(publication)


def _encoded(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _pages(publication: Publication) -> Iterator[tuple[str, bytes]]:
    rows = zip(
        count(),
        odata_sets.observation_texts(
            publication, [odata_sets.value_texts(m, _renderer(m)) for m in publication.measures], _tails(publication)
        ),
    )
    last = max(1, -(-publication.n_observations // odata_sets.PAGE))
    for page in range(1, last + 1):
        lines = [f'{{"Id":{i}{text}' for i, text in islice(rows, odata_sets.PAGE)]
        link = f'"@odata.nextLink":"{_page_name(page + 1)}",\n' if page < last else ""
        yield f"{FOLDER}/{_page_name(page)}", f'{{{note(publication)}{link}"value":[\n{",".join(lines)}\n]}}\n'.encode()


def note(publication: Publication) -> str:
    """An annotation, which clients of OData pass over, where the figures are made up; a comma behind it."""
    return (
        f'"@celwacht.data":{json.dumps(publication.face.of(made_up_words(publication.face)), ensure_ascii=False)},'
        if publication.made_up
        else ""
    )


def _page_name(page: int) -> str:
    return "Observations.json" if page == 1 else f"Observations-{page:04d}.json"


def _renderer(measure: PublicMeasure):
    """Everything of a row between its Id and its codes, for one state and value."""

    def render(state: int, value: int) -> str:
        number = odata_sets.decimal_text(value, measure.decimals, ".") if state == PRINTED else "null"
        return f',"Measure":{json.dumps(measure.code)},"ValueAttribute":"{ATTRIBUTE[state]}","Value":{number},"StringValue":null'

    return render


def _tails(publication: Publication) -> list[list[str]]:
    tails = [[f",{json.dumps(d.name)}:{json.dumps(c.code, ensure_ascii=False)}" for c in d.codes] for d in publication.dimensions]
    tails[-1] = [tail + "}\n" for tail in tails[-1]]
    return tails
