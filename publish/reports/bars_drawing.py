"""Bars of the newest period of a table, for a wide page and for a narrow one: the style sheet shows one of the two.

wide     Gemeentelijke toegang ████████ 105        narrow   Gemeentelijke toegang
                                                            ████████████ 105
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from celwacht.publish.areas.wording import unit_in
from celwacht.publish.reports.made import MadeTable
from celwacht.publish.reports.mapped import titled

LINE, BAR, GAP = 15, 17, 7
"""Heights of a line of a label, of a bar, and between two."""
WIDE, NARROW = 36, 46
"""Letters of a line of a label."""
LABEL, FIGURE = 242, 64
"""Width of the labels beside the bars of a wide page, and of the figure behind a bar."""

Bars = Sequence[tuple[str, float, str]]
"""(label, length, figure)."""


def bars_svg(table: MadeTable, bars: Bars, language: str) -> str:
    """Both drawings; the table under them is the long description."""
    title = f"{unit_in(table.unit, language)}, {titled(table.periods[-1], language)}"
    most = max((value for _, value, _ in bars), default=0) or 1
    return _wide(title, bars, most) + _narrow(title, bars, most)


def _wide(title: str, bars: Bars, most: float) -> str:
    drawn, y, length = [], 26, 680 - LABEL - 8 - FIGURE
    for label, value, figure in bars:
        lines = _lines(label, WIDE)
        high = max(BAR, LINE * len(lines))
        first = y + (high - LINE * len(lines)) / 2 + 12
        drawn += [_text(LABEL, first + LINE * n, line, ' text-anchor="end"') for n, line in enumerate(lines)]
        drawn.append(_bar(LABEL + 8, y + (high - BAR) / 2, length * value / most, figure))
        y += high + GAP
    return _svg("bars-drawn", 680, y + 4, title, _text(LABEL + 8, 15, title) + "".join(drawn))


def _narrow(title: str, bars: Bars, most: float) -> str:
    drawn, y, length = [], 26, 360 - FIGURE
    for label, value, figure in bars:
        lines = _lines(label, NARROW)
        drawn += [_text(0, y + 12 + LINE * n, line) for n, line in enumerate(lines)]
        y += LINE * len(lines) + 3
        drawn.append(_bar(0, y, length * value / most, figure))
        y += BAR + GAP
    return _svg("bars-drawn narrow", 360, y + 4, title, _text(0, 15, title) + "".join(drawn))


def _lines(label: str, width: int) -> list[str]:
    """At most three; what is longer than that ends in an ellipsis."""
    return textwrap.wrap(label, width, max_lines=3, placeholder="…") or [""]


def _bar(x: float, y: float, length: float, figure: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{length:.1f}" height="{BAR}" class="half"/>{_text(round(x + length + 6, 1), y + 13, figure)}'


def _text(x: float, y: float, said: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}"{more} class="name">{escape(said)}</text>'


def _svg(name: str, width: int, height: float, title: str, drawn: str) -> str:
    return f'<svg class="{name}" viewBox="0 0 {width} {height:g}" role="img" aria-label="{escape(title)}">{drawn}</svg>'
