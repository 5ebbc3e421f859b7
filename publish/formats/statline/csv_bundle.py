"""A Publication as the CSV bundle of CBS: semicolon, decimal comma, UTF-8 with BOM, an empty field for null.

A text that a spreadsheet would take for a formula gets an apostrophe in front of it; figures never do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import count, islice

from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication.publication import ATTRIBUTE, PRINTED, Publication, PublicMeasure

FOLDER = "csv"
BOM = "\ufeff".encode()
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def files(publication: Publication) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of every file of the bundle, always in the same order."""
    yield f"{FOLDER}/Observations.csv", b"".join(_observations(publication))
    for name, rows in odata_sets.small_sets(publication).items():
        header = list(rows[0]) if rows else list(odata_sets.GROUP_KEYS)
        yield f"{FOLDER}/{name}.csv", _table(header, [[row[key] for key in header] for row in rows])
    facts = {k: v for k, v in odata_sets.properties(publication).items() if not isinstance(v, list)}
    yield f"{FOLDER}/Properties.csv", _table(list(facts), [list(facts.values())])


def guarded(text: str) -> str:
    """The text, or an apostrophe and the text where a spreadsheet would run it as a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _table(header: list[str], rows: list[list[object]]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded(v) if isinstance(v, str) else v for v in row] for row in rows)
    return BOM + sheet.getvalue().encode()


def quoted(text: str) -> str:
    """A text as a field: guarded, and quoted only where it must be."""
    text = guarded(text)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ';"\r\n') else text


def _observations(publication: Publication) -> Iterator[bytes]:
    """The header, then the rows in blocks."""
    header = ["Id", "Measure", "ValueAttribute", "Value", "StringValue", *(d.name for d in publication.dimensions)]
    yield BOM + ";".join(map(quoted, header)).encode() + b"\r\n"
    tails = [[";" + quoted(c.code) for c in d.codes] for d in publication.dimensions]
    tails[-1] = [tail + "\r\n" for tail in tails[-1]]
    rows = zip(
        count(), odata_sets.observation_texts(publication, [odata_sets.value_texts(m, _renderer(m)) for m in publication.measures], tails)
    )
    while block := "".join(f"{i}{text}" for i, text in islice(rows, odata_sets.PAGE)):
        yield block.encode()


def _renderer(measure: PublicMeasure):
    def render(state: int, value: int) -> str:
        number = odata_sets.decimal_text(value, measure.decimals, ",") if state == PRINTED else ""
        return f";{quoted(measure.code)};{ATTRIBUTE[state]};{number};"

    return render
