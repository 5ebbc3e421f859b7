"""A Publication as a CSV that looks like the table on paper: periods and measures across, all else down.

A withheld figure is `.`, an impossible one blank, as on StatLine; what they mean stands under the figures with the
notes, in rows of which only the first field is filled. Dialect of csv_bundle; headings are titles, with their code
where two are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from celwacht.publish.formats import csv_labels
from celwacht.publish.formats.parts import figures, words
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.formats.statline.csv_bundle import BOM, quoted
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, SYMBOL, Publication, PublicDimension, PublicMeasure, Words

SIGNS = {SYMBOL: (Words(SYMBOL, SYMBOL), words.SYMBOL_MEANING[SYMBOL]), "": (words.BLANK, words.SYMBOL_MEANING[""])}


def encode(publication: Publication, across: Sequence[str] | None = None) -> bytes:
    """The bytes of the file.

    across: names of the dimensions that go across, before the measures; None: Perioden only.
    """
    wanted = [publication.periods.name] if across is None else list(across)
    place = {d.name: i for i, d in enumerate(publication.dimensions)}
    if strange := [name for name in wanted if name not in place]:
        raise ValueError(f"the table has no dimension {', '.join(strange)}; it has {', '.join(place)}")
    right = [place[name] for name in wanted]
    down = [i for i in range(len(place)) if i not in right]
    keys = [[f"{quoted(c.code)};{quoted(c.title.nl)};" for c in publication.dimensions[i].codes] for i in down]
    header = [n for i in down for n in (publication.dimensions[i].name, f"{publication.dimensions[i].name}Title")]
    header += headings(publication, right)
    body = figures.table_rows(publication, figures.figure_texts(publication, _renderer), down, right)
    lines = (f"{key}{';'.join(row)}\r\n" for key, row in zip(map("".join, product(*keys)), body))
    top = BOM + (";".join(map(quoted, header)) + "\r\n").encode()
    return top + b"".join(figures.blocks(lines)) + csv_labels.remarks(publication, len(header), SIGNS)


def headings(publication: Publication, across: Sequence[int]) -> list[str]:
    """Headings of the columns of figures: the titles of their codes and of their measure."""
    parts = [_titles(publication.dimensions[i]) for i in across]
    units = [f"{m.title.nl} ({m.unit})" if m.unit else m.title.nl for m in publication.measures]
    parts.append(words.distinct(units, (m.code for m in publication.measures)))
    return [" | ".join(combination) for combination in product(*parts)]


def _titles(dimension: PublicDimension) -> list[str]:
    return words.distinct([texts.starred(c) for c in dimension.codes], (c.code for c in dimension.codes))


def _renderer(measure: PublicMeasure, status: str) -> figures.Render:
    def render(state: int, value: int) -> str:
        if state == PRINTED:
            return odata_sets.decimal_text(value, measure.decimals, ",")
        return "" if state == IMPOSSIBLE else SYMBOL

    return render
