"""A picture that other sites show beside a link (1200 by 630, PNG): title, a few figures, source; the same texts give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

TEMPLATE = Path(__file__).parent / "card.typ"
MOST = 3
"""Figures that still are read when the picture is small."""


def card(title: str, subtitle: str, figures: Sequence[tuple[str, str, str]], foot: str, lang: str = "nl") -> bytes:
    """The picture. figures: (value, label, unit), of which the first MOST are shown; all texts as a reader sees them."""
    import typst  # some 30 MB, which only who asks for a picture needs

    shown = [{"value": value, "label": label, "unit": unit} for value, label, unit in figures[:MOST]]
    content = {
        "title": title,
        "subtitle": subtitle,
        "figures": shown or [{"value": "", "label": "", "unit": ""}],
        "foot": foot,
        "lang": lang,
    }
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="png",
        ppi=72,
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)  # one page
    return made
