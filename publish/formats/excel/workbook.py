"""A Publication as an Excel workbook to look at: an overview, then one sheet per period.

On a sheet of a period the regions (or, without regions, the first dimension) go down; the other dimensions and the
measures go across, as long as that stays readable, and otherwise down as well. Whatever is left out for size is
named on the overview.
"""

from __future__ import annotations

from itertools import chain, product

import numpy as np
from celwacht.publish.formats.excel import xlsx_writer
from celwacht.publish.formats.excel.xlsx_writer import Sheet
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, SYMBOL, Publication, PublicDimension, PublicMeasure

WIDEST = 60
"""Most columns of figures beside each other."""
LEFT_OUT = ("Niet in dit werkboek, wel in de CSV- en Parquet-bestanden:", "Not in this workbook, but in the CSV and Parquet files:")
MOST_CELLS = 1_000_000
"""Most figures in one workbook; beyond that, the last periods only."""


def build(publication: Publication) -> bytes:
    """The bytes of the workbook."""
    periods = publication.periods.codes
    per_period = publication.n_observations // len(periods)
    kept = min(len(periods), max(1, MOST_CELLS // max(per_period, 1)))
    shown = range(len(periods) - kept, len(periods))
    names: list[str] = [publication.face.said("Overzicht", "Overview")]
    for p in shown:
        names.append(xlsx_writer.sheet_name(periods[p].title.nl, names))
    sheets = [_period_sheet(publication, p, name) for p, name in zip(shown, names[1:])]
    left_out = [texts.starred(c) for c in periods[: len(periods) - kept]]
    return xlsx_writer.workbook([_overview(publication, names[1:], left_out), *sheets], texts.headline(publication))


def _facts(publication: Publication) -> list[tuple[str, str]]:
    """What the table is, in the order of the overview."""
    face = publication.face
    said = face.said
    return [
        (said("Tabel", "Table"), publication.table),
        ("Titel", "" if face.english else publication.title.nl),
        ("Title", publication.title.en),
        ("Beschrijving", "" if face.english else publication.description.nl),
        ("Description", publication.description.en),
        (said("Status van de cijfers", "Status of the figures"), texts.STATUS_WORDS[publication.status()]),
        (said("Gewijzigd", "Modified"), publication.modified.isoformat()),
        (said("Bron", "Source"), publication.source),
        (said("Licentie", "Licence"), f"CC BY 4.0 ({texts.LICENCE})"),
    ]


def _overview(publication: Publication, names: list[str], left_out: list[str]) -> Sheet:
    face, said = publication.face, publication.face.said
    rows = [[xlsx_writer.text(texts.headline(publication), xlsx_writer.TITLE)], []]
    rows += [[xlsx_writer.text(k, xlsx_writer.BOLD), xlsx_writer.text(v, xlsx_writer.WRAPPED)] for k, v in _facts(publication) if v]
    rows += [[], [xlsx_writer.text(said("Symbolen", "Symbols"), xlsx_writer.BOLD)]]
    rows += [[xlsx_writer.text(s), xlsx_writer.text(face.of(meaning))] for s, meaning in texts.symbols(publication)]
    rows += [[], [xlsx_writer.text(said("Onderwerpen en indelingen", "Topics and classifications"), xlsx_writer.BOLD)]]
    rows += [
        [
            xlsx_writer.text(m.title.nl),
            xlsx_writer.text(" | ".join(filter(None, (m.unit, "" if face.english else m.title.en, m.description)))),
        ]
        for m in publication.measures
    ]
    rows += [
        [
            xlsx_writer.text(d.title.nl),
            xlsx_writer.text(
                f"{len(d.codes)} {said('categorieën', 'categories')}" + (f" | {d.title.en}" if d.title.en and not face.english else "")
            ),
        ]
        for d in publication.dimensions
    ]
    rows += [[], [xlsx_writer.text(said("Bladen", "Sheets"), xlsx_writer.BOLD)], *([xlsx_writer.text(n)] for n in names)]
    if left_out:
        rows += [[xlsx_writer.text(said(*LEFT_OUT), xlsx_writer.BOLD)], *([xlsx_writer.text(t)] for t in left_out)]
    rows += [[], [xlsx_writer.text(said("Toelichting", "Notes"), xlsx_writer.BOLD)]]
    rows += [
        [xlsx_writer.text(""), xlsx_writer.text(line, xlsx_writer.WRAPPED)] for line in texts.chapters(publication).split("\n") if line
    ]
    return Sheet(said("Overzicht", "Overview"), rows, widths=(30, 110))


def _arrange(publication: Publication) -> tuple[list[int], list[int]]:
    """Axes that go down and axes that go across (Perioden is neither): across as much as WIDEST allows."""
    dimensions = publication.dimensions[:-1]
    first = next((i for i, d in enumerate(dimensions) if d.kind.startswith("Geo")), 0)
    rest = [i for i in range(len(dimensions)) if i != first]
    across: list[int] = []
    width = len(publication.measures)
    for i in reversed(rest):
        if width * len(dimensions[i].codes) <= WIDEST:
            across.insert(0, i)
            width *= len(dimensions[i].codes)
    return [first, *(i for i in rest if i not in across)] if dimensions else [], across


def _period_sheet(publication: Publication, period: int, name: str) -> Sheet:
    down, across = _arrange(publication)
    dims = publication.dimensions
    columns = list(product(*(range(len(dims[i].codes)) for i in across), publication.measures))
    keys = _row_keys([dims[i] for i in down])
    head = [
        [xlsx_writer.text(texts.headline(publication), xlsx_writer.TITLE)],
        [xlsx_writer.text(texts.starred(publication.periods.codes[period]), xlsx_writer.BOLD)],
        [],
    ]
    n_keys = 2 * len(down)
    for place, i in enumerate(across):
        label = [xlsx_writer.text(dims[i].title.nl, xlsx_writer.HEADER)] + [xlsx_writer.text("", xlsx_writer.HEADER)] * (n_keys - 1)
        head.append(label + [xlsx_writer.text(dims[i].codes[c[place]].title.nl, xlsx_writer.HEADER) for c in columns])
    titles = [t for i in down for t in (f"{dims[i].title.nl} (code)", dims[i].title.nl)]
    head.append(
        [xlsx_writer.text(t, xlsx_writer.HEADER) for t in titles]
        + [xlsx_writer.text(_measure_title(c[-1]), xlsx_writer.HEADER) for c in columns]
    )
    figures = zip(*(_column(m, period, down, across) for m in publication.measures))
    per_row = len(columns)
    flat = [cell for cells in figures for cell in cells]
    body = [key + flat[r * per_row : (r + 1) * per_row] for r, key in enumerate(keys)]
    widths = tuple(w for _ in down for w in (14, 44)) + (14,) * per_row
    return Sheet(name, head + body, widths, frozen_rows=len(head), frozen_columns=n_keys)


def _measure_title(measure: PublicMeasure) -> str:
    return f"{measure.title.nl} ({measure.unit})" if measure.unit else measure.title.nl


def _row_keys(dimensions: list[PublicDimension]) -> list[list[str]]:
    """For each row the cells with code and title of each dimension that goes down, titles indented by depth."""
    cells = [
        [[xlsx_writer.text(c.code), xlsx_writer.text(c.title.nl, xlsx_writer.INDENT + min(c.depth, xlsx_writer.DEEPEST))] for c in d.codes]
        for d in dimensions
    ]
    return [list(chain.from_iterable(combination)) for combination in product(*cells)]


def _column(measure: PublicMeasure, period: int, down: list[int], across: list[int]) -> list[str]:
    """Cells of one measure in one period, in the order of rows and columns."""
    style = (xlsx_writer.COUNT, xlsx_writer.TENTHS, xlsx_writer.HUNDREDTHS)[measure.decimals]

    def render(state: int, value: int) -> str:
        if state == PRINTED:
            return xlsx_writer.number(odata_sets.decimal_text(value, measure.decimals, "."), style)
        return xlsx_writer.text("" if state == IMPOSSIBLE else SYMBOL, xlsx_writer.SYMBOL)

    order = [*down, *across]
    values = np.transpose(measure.values[..., period], order)
    state = np.transpose(measure.state[..., period], order)
    return odata_sets.rendered(values, state, render)
