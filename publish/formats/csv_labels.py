"""A Publication as one long CSV to read and to sort: a row per figure, with codes and titles; dialect of csv_bundle.

The title, the symbols and the notes stand under the figures as rows of which only the first field is filled: a row is
a figure where Measure is not empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from celwacht.publish.formats.parts import figures, words
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.formats.statline.csv_bundle import BOM, quoted
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import ATTRIBUTE, PRINTED, Publication, PublicMeasure, Words

_TAIL = ("Measure", "MeasureTitle", "Unit", "Value", "ValueAttribute")


def encode(publication: Publication) -> bytes:
    """The bytes of the file."""
    return b"".join(blocks(publication))


def header(publication: Publication) -> list[str]:
    """Names of the columns."""
    named = [name for d in publication.dimensions for name in (d.name, f"{d.name}Title")]
    return [*named, f"{publication.periods.name}Status", *_TAIL]


def blocks(publication: Publication) -> Iterator[bytes]:
    """The file in pieces, for whoever streams it."""
    columns = header(publication)
    yield BOM + (";".join(map(quoted, columns)) + "\r\n").encode()
    heads = [[f"{quoted(c.code)};{quoted(c.title.nl)};" for c in d.codes] for d in publication.dimensions]
    heads[-1] = [f"{head}{c.status};" for head, c in zip(heads[-1], publication.periods.codes)]
    texts_ = figures.figure_texts(publication, _renderer)
    yield from figures.blocks(figures.rows(publication, heads, texts_))
    yield remarks(publication, len(columns), {w: (Words(w, w), m) for w, m in words.ATTRIBUTE_MEANING.items()})


def _renderer(measure: PublicMeasure, status: str) -> figures.Render:
    head = ";".join(map(quoted, (measure.code, measure.title.nl, measure.unit)))

    def render(state: int, value: int) -> str:
        number = odata_sets.decimal_text(value, measure.decimals, ",") if state == PRINTED else ""
        return f"{head};{number};{ATTRIBUTE[state]}\r\n"

    return render


def remarks(publication: Publication, width: int, symbols: dict[str, tuple[Words, Words]]) -> bytes:
    """What stands under the figures, one row each, filled up to the width of the table."""
    face = publication.face
    statuses = dict.fromkeys(c.status for c in publication.periods.codes if c.status)
    periods = [f"{texts.STATUS_WORDS[s]}: " + ", ".join(c.title.nl for c in publication.periods.codes if c.status == s) for s in statuses]
    lines = [
        texts.headline(publication),
        "" if face.english else publication.title.en,
        publication.description.nl,
        *(f"{face.of(sign)} : {face.of(meaning)}" for sign, meaning in symbols.values()),
        *periods,
        *words.notes_in(publication, face.main),
        f"{face.said('Tabel', 'Table')}: {publication.table}",
        f"{face.said('Bron', 'Source')}: {publication.source}",
        f"{face.said('Gewijzigd', 'Modified')}: {publication.modified.isoformat()}",
        f"{face.said('Licentie', 'Licence')}: {texts.LICENCE}",
    ]
    fill = ";" * (width - 1) + "\r\n"
    return "".join(quoted(line) + fill for line in lines if line).encode()
