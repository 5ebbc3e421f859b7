"""A Publication as the CSV that programs take without a word (RFC 4180): commas, decimal points, no byte order mark, figures only.

    pandas.read_csv(address), readr::read_csv, Observable, Datawrapper, Flourish: no separator or decimal mark to name

A row per figure as in csv_labels, and nothing below them: title, notes and symbols stand in the other forms. Withheld: an empty Value with
the ValueAttribute `Confidential`. Of made-up figures every row ends in a column that says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from celwacht.publish.formats import csv_labels
from celwacht.publish.formats.parts import figures
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.formats.statline.csv_bundle import guarded
from celwacht.publish.publication.publication import ATTRIBUTE, PRINTED, Publication, PublicMeasure

MADE_UP = ("Gegevens", "verzonnen (made-up data)")
"""Head and content of the column of made-up figures."""
MADE_UP_IN_ENGLISH = ("Data", "made up")


def quoted(text: str) -> str:
    """A text as a field: guarded against formulas, and quoted only where it must be."""
    text = guarded(text)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


def encode(publication: Publication) -> bytes:
    """The bytes of the file."""
    return b"".join(blocks(publication))


def blocks(publication: Publication) -> Iterator[bytes]:
    """The file in pieces, for whoever streams it."""
    told = MADE_UP_IN_ENGLISH if publication.face.english else MADE_UP
    more = [told[0]] if publication.made_up else []
    yield (",".join(map(quoted, [*csv_labels.header(publication), *more])) + "\r\n").encode()
    heads = [[f"{quoted(c.code)},{quoted(c.title.nl)}," for c in d.codes] for d in publication.dimensions]
    heads[-1] = [f"{head}{c.status}," for head, c in zip(heads[-1], publication.periods.codes)]
    tail = f",{quoted(told[1])}\r\n" if publication.made_up else "\r\n"
    texts = figures.figure_texts(publication, lambda measure, status: _renderer(measure, tail))
    yield from figures.blocks(figures.rows(publication, heads, texts))


def _renderer(measure: PublicMeasure, tail: str) -> figures.Render:
    head = ",".join(map(quoted, (measure.code, measure.title.nl, measure.unit)))

    def render(state: int, value: int) -> str:
        number = odata_sets.decimal_text(value, measure.decimals, ".") if state == PRINTED else ""
        return f"{head},{number},{ATTRIBUTE[state]}{tail}"

    return render
