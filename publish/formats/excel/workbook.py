"""A Publication as an Excel workbook to look at: an overview, then one sheet per period.

The newest period first. On a sheet of a period the regions (or, without regions, the first dimension) go down; the other
dimensions and the measures go across, as long as that stays readable, and otherwise down as well. One measure is said once, above
the table; notes and symbols stand below it. Heads are as high as their words, and on paper they stand on every page. Whatever is
left out for size is named on the overview.
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
NUMBERS, OVERVIEW = 14, (30, 110)
"""Widths in characters of a column of figures, and of the columns of the overview."""
PAGE = 190
"""Characters that are still read on the width of a lying page."""
LINE, FULL = 13.5, 0.85
"""Points of a line of 10-point letters; how much of a column's width bold letters may fill."""
MOST_CELLS = 1_000_000
"""Most figures in one workbook; beyond that, the last periods only."""


def build(publication: Publication) -> bytes:
    """The bytes of the workbook."""
    periods = publication.periods.codes
    per_period = publication.n_observations // len(periods)
    kept = min(len(periods), max(1, MOST_CELLS // max(per_period, 1)))
    shown = range(len(periods) - 1, len(periods) - 1 - kept, -1)
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
    return Sheet(said("Overzicht", "Overview"), rows, widths=OVERVIEW, heights=_heights(rows, OVERVIEW), pages_wide=1)


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
    once = len(publication.measures) == 1 and bool(across)  # one measure, and columns under other heads: it stands above the table
    head = [
        [xlsx_writer.text(texts.headline(publication), xlsx_writer.TITLE)],
        [xlsx_writer.text(texts.starred(publication.periods.codes[period]), xlsx_writer.BOLD)],
        [xlsx_writer.text(_measure_title(publication.measures[0]), xlsx_writer.BOLD)] if once else [],
    ]
    n_keys = 2 * len(down)
    for place, i in enumerate(across):
        label = [xlsx_writer.text(dims[i].title.nl, xlsx_writer.HEADER)] + [xlsx_writer.text("", xlsx_writer.HEADER)] * (n_keys - 1)
        head.append(label + [xlsx_writer.text(dims[i].codes[c[place]].title.nl, xlsx_writer.HEADER) for c in columns])
    titles = [t for i in down for t in (f"{dims[i].title.nl} (code)", dims[i].title.nl)]
    head.append(
        [xlsx_writer.text(t, xlsx_writer.HEADER) for t in titles]
        + [xlsx_writer.text("" if once else _measure_title(c[-1]), xlsx_writer.HEADER) for c in columns]
    )
    figures = zip(*(_column(m, period, down, across) for m in publication.measures))
    per_row = len(columns)
    flat = [cell for cells in figures for cell in cells]
    body = [key + flat[r * per_row : (r + 1) * per_row] for r, key in enumerate(keys)]
    widths = tuple(w for i in down for w in (_wide([c.code for c in dims[i].codes], 8, 14), _title_width(dims[i]))) + (NUMBERS,) * per_row
    pages = -(-sum(widths) // PAGE)
    heights = _heights(head, widths, first=4)
    rows = [*head, *body, *_notes(publication)]
    return Sheet(name, rows, widths, frozen_rows=len(head), frozen_columns=n_keys, heights=heights, pages_wide=pages)


def _notes(publication: Publication) -> list[list[str]]:
    """Below the figures, after an empty row: footnotes, symbols, source; all in the first column."""
    face = publication.face
    lines = [line for _, note in publication.footnotes for line in face.of(note).split("\n") if line]
    lines += [f"{symbol or face.said('(leeg)', '(blank)')} = {face.of(meaning)}" for symbol, meaning in texts.symbols(publication)]
    lines.append(f"{face.said('Bron', 'Source')}: {publication.source}. CC BY 4.0")
    return [[], *([xlsx_writer.text(line)] for line in lines)]


def _wide(texts_: list[str], least: int, most: int) -> int:
    """A width in characters for these texts."""
    return min(most, max([least, *(len(t) + 2 for t in texts_)]))


def _title_width(dimension: PublicDimension) -> int:
    return _wide([" " * 2 * c.depth + c.title.nl for c in dimension.codes] + [dimension.title.nl], 16, 44)


def _heights(rows: list[list[str]], widths: tuple[int, ...], first: int = 1) -> dict[int, float]:
    """Heights of the rows, from `first` on, of which a text does not fit on one line of its column: words are not broken."""
    found = {}
    for r, row in enumerate(rows, 1):
        lines = max((_lines(cell, width) for cell, width in zip(row, widths)), default=1) if r >= first else 1
        if lines > 1:
            found[r] = min(400.0, LINE * lines + 2)
    return found


def _lines(cell: str, width: int) -> int:
    """Over how many lines the text of a cell goes in a column of a width, of letters that may be bold."""
    if f' s="{xlsx_writer.HEADER}"' not in cell and f' s="{xlsx_writer.WRAPPED}"' not in cell:
        return 1
    text = cell[cell.find(">", cell.find("<t ")) + 1 : cell.rfind("</t>")] if "<t " in cell else ""
    total, line = 0, -1
    for part in text.split("\n"):
        total, line = total + 1, -1
        for word in part.split(" "):
            if line >= 0 and line + 1 + len(word) > width * FULL:
                total, line = total + 1, -1
            line += 1 + len(word)
            total += int(max(0, line - 1) // max(1.0, width * FULL)) if line == len(word) else 0
    return max(total, 1)


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
