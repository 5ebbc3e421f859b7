"""The map of the pattern as inline SVG: the background is what is published, everything else one path per status.

Labels go as far as they fit; where rows are thin, their parents are named. A narrow table is laid out in strips.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from celwacht.disclosure.model.status import Status
from celwacht.publish.review.loss_report.charts import WIDE, box, cut, svg, words_at
from celwacht.publish.review.loss_report.map_layout import SHADES, Panel, Plan
from celwacht.publish.review.loss_report.markup import Figures, Markup, el

_LEFT, _LABELLED, _TALL = 190, 45, 640
_LETTER = 5.7
"""Width of a letter of the small labels."""


def draw(made: Plan, shown_as: str, figures: Figures, level: Callable[[str], str], label: str) -> Markup:
    """shown_as: the class of a published square. level: the words for a level."""
    columns = int(np.prod([len(labels) for _, labels in made.bands])) if made.bands else 1
    step = min(16.0 if columns > 6 else 26.0, (WIDE - _LEFT) / columns)
    wide = _LEFT + columns * step + 20  # of one strip; a long level is laid out in as many as fit
    strips = max(1, int((WIDE + 20) // wide))  # one strip may fill the width to a rounding error
    strips = min(strips, max(-(-len(p.labels) // _LABELLED) for p in made.panels))
    header, y = _header(made.bands, step)
    drawn = [el("g", header, transform=f"translate({i * wide:.2f} 0)" if i else None) for i in range(strips)]
    for name, panels in made.maps:
        if name:
            y += 30
            drawn += [
                el("path", d=f"M0 {y - 18:.2f}H{_LEFT + columns * step:.2f}", class_="bracket"),
                words_at(0, y - 2, name, class_="title"),
            ]
        for panel in panels:
            y += 20
            drawn.append(words_at(0, y - 6, f"{level(panel.level).capitalize()} ({len(panel.labels)})", class_="head"))
            size = max(-(-len(panel.labels) // strips), min(_LABELLED, len(panel.labels)))
            high = 13.0 if size <= _LABELLED else min(max(_TALL / size, 1.6 if strips == 1 else 9.5), 13.0)
            for i, first in enumerate(range(0, len(panel.labels), size)):
                part = panel.part(first, first + size)
                drawn.append(
                    el(
                        "g",
                        _squares(part, shown_as, y, step, high),
                        _grid(made.bands, part, y, step, high),
                        _names(part, y, step, high, figures),
                        transform=f"translate({i * wide:.2f} 0)" if i else None,
                    )
                )
            y += high * size
    return svg(WIDE, y + 6, drawn, label=label)


def runs(grid: np.ndarray) -> list[tuple[int, int, int, int]]:
    """(row, first column, length, class) of every stretch of equal squares in a row, in reading order."""
    rows, columns = grid.shape
    change = np.ones((rows, columns), bool)
    change[:, 1:] = grid[:, 1:] != grid[:, :-1]
    start = np.flatnonzero(change)
    length = np.diff(start, append=rows * columns)
    return list(zip((start // columns).tolist(), (start % columns).tolist(), length.tolist(), grid.ravel()[start].tolist()))


def _squares(panel: Panel, shown_as: str, y: float, step: float, high: float) -> Markup:
    """The background is what is published; everything else is one path per class."""
    paths: dict[int, list[str]] = {}
    for row, first, length, kind in runs(panel.grid):
        if kind:
            paths.setdefault(kind, []).append(f"M{first} {row}h{length}")
    names = [f"shade{i}" for i in range(SHADES + 1)] if panel.shares else [s.name.lower() for s in Status]
    rows, columns = panel.grid.shape
    return el(
        "g",
        box(0, -0.5, columns, rows, shown_as),
        [el("path", d="".join(d), class_=f"run {names[k]}") for k, d in sorted(paths.items())],
        transform=f"translate({_LEFT} {y + high / 2:.2f}) scale({step:.4f} {high:.4f})",
    )


def _grid(bands, panel: Panel, y: float, step: float, high: float) -> Markup:
    """Lines in the colour of the page: between squares that are large enough, and wider ones between groups of
    columns.
    """
    rows, columns = panel.grid.shape
    end, bottom = _LEFT + columns * step, y + rows * high
    drawn, inside = [], columns
    for depth, (_, labels) in enumerate(bands):
        inside //= len(labels)
        if inside * step >= (6 if inside == 1 else 4):
            path = "".join(f"M{_LEFT + i * inside * step:.2f} {y:.2f}V{bottom:.2f}" for i in range(1, columns // inside))
            drawn.append(el("path", d=path, class_="gap", stroke_width="2" if depth == 0 and inside > 1 else "1"))
    if high >= 6:
        path = "".join(f"M{_LEFT} {y + i * high:.2f}H{end:.2f}" for i in range(1, rows))
        drawn.append(el("path", d=path, class_="gap", stroke_width="1"))
    return el("g", drawn)


def _names(panel: Panel, y: float, step: float, high: float, figures: Figures) -> Markup:
    """Labels of rows, or of the groups they belong to where rows are thin; and a strip per row that tells its
    figures.
    """
    drawn, end = [], panel.grid.shape[1] * step
    if high >= 9:
        drawn += [words_at(_LEFT - 8, y + (i + 0.5) * high + 3.5, cut(said, 30), class_="end small") for i, said in enumerate(panel.labels)]
    else:
        drawn += _groups(panel, y, high)
    drawn += [
        box(_LEFT, y + i * high, end, high, "hit", f"{said}: {figures.whole(n)} / {figures.whole(of)}")
        for i, (said, (n, of)) in enumerate(zip(_with_parents(panel), panel.withheld))
    ]
    return el("g", drawn)


def _with_parents(panel: Panel) -> list[str]:
    return [f"{said}, {above}" if above else said for said, above in zip(panel.labels, panel.parents)]


def _groups(panel: Panel, y: float, high: float) -> list[Markup]:
    parents = panel.parents
    starts = [i for i in range(len(parents)) if i == 0 or parents[i] != parents[i - 1]]
    drawn, free = [], y
    for a, b in zip(starts, [*starts[1:], len(parents)]):
        top, bottom = y + a * high, y + b * high
        drawn.append(el("path", d=f"M{_LEFT - 3} {top + 0.5:.2f}H{_LEFT - 6}V{bottom - 0.5:.2f}H{_LEFT - 3}", class_="bracket"))
        middle = (top + bottom) / 2
        if middle - 5 >= free:
            drawn.append(words_at(_LEFT - 10, middle + 3.5, cut(parents[a], 30), class_="end small"))
            free = middle + 5
    return drawn


def _header(bands, step: float) -> tuple[Markup, float]:
    """Labels of the columns, a line of text per dimension as far as they fit; and how high that is."""
    y, repeat, drawn = 4.0, 1, []
    total = step * float(np.prod([len(labels) for _, labels in bands])) if bands else step
    for title, labels in bands:
        wide = total / (repeat * len(labels))
        fits = max(len(cut(x, 28)) for x in labels) * _LETTER + 4 <= wide
        if not fits and wide < 9:
            break
        tall = 14.0 if fits else min(max(len(cut(x, 24)) for x in labels) * _LETTER + 8, 140)
        drawn.append(words_at(0, y + tall - 3, cut(title, 32), class_="small"))
        for n in range(repeat):
            for i, said in enumerate(labels):
                middle = _LEFT + (n * len(labels) + i + 0.5) * wide
                drawn.append(_label(middle, y + tall - 3, said, fits))
        y, repeat = y + tall + 2, repeat * len(labels)
    return el("g", drawn), y


def _label(x: float, y: float, said: str, flat: bool) -> Markup:
    if flat:
        return words_at(x, y, cut(said, 28), class_="mid small")
    return words_at(x + 3.5, y, cut(said, 24), class_="small", transform=f"rotate(-90 {x + 3.5:.2f} {y:.2f})")
