"""Sections of texts and tables as one tagged PDF.

Typst sets the page; document.typ is the only markup, and the content goes in as JSON, so that no text of a delivery or a table can
become markup or reach for a file. The bytes depend on the content alone: no date, no name of a machine, the fonts that come with Typst.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

TEMPLATE = Path(__file__).parent / "document.typ"
STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1: tags, reading order, language and texts instead of pictures; Typst refuses to write what breaks it."""
WIDE = 8
"""Columns from which on the paper lies on its side."""
LONG_TEXT = 18
"""Characters from which on a column may be broken, and is given a share of the width by its length."""


@dataclass(frozen=True)
class Bar:
    """One bar of a picture: its label, its length, and its number as a reader sees it."""

    label: str
    value: float
    shown: str


@dataclass(frozen=True)
class Stack:
    """One bar of 100 %: its label, its pieces as (number of the colour, length in %), and what it says in words. Colour -1: hatched."""

    label: str
    pieces: Sequence[tuple[int, float]]
    told: str


@dataclass(frozen=True)
class Part:
    """A heading with a note, a picture of bars and a table; all texts as a reader sees them."""

    title: str
    note: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    numbers: Sequence[bool] = ()
    """Whether a column holds numbers, which are set to the right."""
    bars: Sequence[Bar] = ()
    most: float = 1
    """What a whole bar stands for."""
    stacks: Sequence[Stack] = ()
    """Bars of 100 %; the rows of the table then bear the colours, the first row the first."""
    picture: str = ""
    """A drawing as SVG with its own colours, and what it shows in words, which must stand with it."""
    told: str = ""
    level: int = 2
    """Of its heading: 3 for a section of the part before it."""


def pdf(title: str, subtitle: str, parts: Sequence[Part], *, lang: str = "nl", author: str = "celwacht", tight: bool = False) -> bytes:
    """The document; tight: for what must be on one page. Same texts, same bytes. ValueError where a row has another number of columns than its header."""
    import typst  # some 30 MB, which only who asks for paper needs

    content = {
        "title": title,
        "subtitle": subtitle,
        "author": author,
        "lang": lang,
        "tight": tight,
        "wide": any(len(part.header) >= WIDE for part in parts),
        "sections": [_content(part) for part in parts],
    }
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=0,
    )
    assert isinstance(made, bytes)  # a PDF is one file, however many pages
    return made


def _content(part: Part) -> dict:
    if any(len(row) != len(part.header) for row in part.rows):
        raise ValueError(f"a row of '{part.title}' has another number of columns than its header")
    if part.rows and not all(head.strip() for head in part.header):
        raise ValueError(f"a column of '{part.title}' has no header: who hears the table cannot tell what its cells are")
    if part.picture and not part.told:
        raise ValueError(f"the picture of '{part.title}' has no text for who cannot see it")
    numbers = list(part.numbers) or [False] * len(part.header)
    widest = [max([len(head), *(len(row[n]) for row in part.rows)]) for n, head in enumerate(part.header)]
    widths = [0 if numbers[n] or wide < LONG_TEXT else min(wide, 4 * LONG_TEXT) for n, wide in enumerate(widest)]
    return asdict(part) | {"numbers": numbers, "widths": widths, "most": part.most or 1}
