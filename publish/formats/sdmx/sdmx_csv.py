"""A Publication as SDMX-CSV 2.0: a row per figure; sdmx_structure.py says what its columns are.

A figure that is not printed is NaN, missing on purpose, with OBS_STATUS and CONF_STATUS; no row is left out.
https://github.com/sdmx-twg/sdmx-csv
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from celwacht.publish.formats.parts import figures
from celwacht.publish.formats.sdmx import sdmx_ids
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication.publication import PRINTED, Publication, PublicMeasure

STATUS_OF_FINAL = ("Definitief", "Definite", "")


def encode(publication: Publication) -> bytes:
    """The bytes of the file."""
    return b"".join(blocks(publication))


def header(publication: Publication) -> list[str]:
    """Names of the columns."""
    return [
        "STRUCTURE",
        "STRUCTURE_ID",
        "ACTION",
        *sdmx_ids.dimension_ids(publication),
        sdmx_ids.MEASURE,
        sdmx_ids.VALUE,
        *sdmx_ids.ATTRIBUTES,
    ]


def blocks(publication: Publication) -> Iterator[bytes]:
    """The file in pieces, for whoever streams it."""
    yield (",".join(header(publication)) + "\r\n").encode()
    heads = [[f"{sdmx_ids.code_id(c.code)}," for c in d.codes] for d in publication.dimensions[:-1]]
    heads.append([f"{sdmx_ids.time_id(c.code)}," for c in publication.periods.codes])
    heads.insert(0, [f"dataflow,{sdmx_ids.dataflow(publication)},I,"])
    yield from figures.blocks(figures.rows(publication, heads, figures.figure_texts(publication, _renderer)))


def _renderer(measure: PublicMeasure, status: str) -> figures.Render:
    head, provisional = sdmx_ids.code_id(measure.code), status not in STATUS_OF_FINAL
    tail = f"{sdmx_ids.PERIOD_STATUS[status]},{_field(measure.unit)},{measure.decimals}"

    def render(state: int, value: int) -> str:
        number = odata_sets.decimal_text(value, measure.decimals, ".") if state == PRINTED else sdmx_ids.MISSING
        observed = sdmx_ids.PROVISIONAL if state == PRINTED and provisional else sdmx_ids.OBS_STATUS[state]
        return f"{head},{number},{observed},{sdmx_ids.CONF_STATUS[state]},{tail}\r\n"

    return render


def _field(text: str) -> str:
    """A text as one field on one line."""
    text = re.sub(r"\s+", " ", text)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"') else text
