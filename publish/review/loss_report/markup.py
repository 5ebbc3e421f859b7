"""Markup for the report of the loss: every text is escaped where it goes in, and figures are written the Dutch or
English way.
"""

from __future__ import annotations

import re
from html import escape

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What no XML text may hold, and what turns the direction of writing."""


class Markup(str):
    """Text that is markup already: only `el` and `join` make it."""


def text(value: object) -> Markup:
    """A text as it may stand in an element or an attribute."""
    return value if isinstance(value, Markup) else Markup(escape(_CONTROL.sub("\ufffd", str(value)), quote=True))


def el(tag: str, *inside: object, **attributes: object) -> Markup:
    """An element. A name ending in _ loses it, _ becomes -; attributes that are None are left out."""
    said = "".join(f' {name.rstrip("_").replace("_", "-")}="{text(value)}"' for name, value in attributes.items() if value is not None)
    body = join(*inside)
    return Markup(f"<{tag}{said}>{body}</{tag}>" if body or tag not in ("meta", "rect", "path", "line") else f"<{tag}{said} />")


def join(*parts: object) -> Markup:
    """Parts one after the other; lists and generators are laid out, None is nothing."""
    out = []
    for part in parts:
        if isinstance(part, str):
            out.append(text(part))
        elif part is not None:
            out.append(text(part) if isinstance(part, (int, float)) else join(*part))
    return Markup("".join(out))


class Figures:
    """How numbers are written in a language."""

    def __init__(self, language: str):
        self._point, self._thousands = (",", ".") if language == "nl" else (".", ",")

    def whole(self, number: int) -> str:
        return f"{number:,}".replace(",", self._thousands)

    def value(self, number: int, decimals: int = 0) -> str:
        """A value in units of 10**-decimals."""
        if not decimals:
            return self.whole(number)
        sign, whole, part = "-" * (number < 0), *divmod(abs(number), 10**decimals)
        return f"{sign}{self.whole(whole)}{self._point}{part:0{decimals}d}"

    def percent(self, share: float) -> str:
        """A share of 0 to 1 with one decimal; what is not nothing never reads as nothing, nor all but all as all."""
        if 0 < share < 0.0005:
            return f"< 0{self._point}1 %"
        if 0.9995 <= share < 1:
            return f"> 99{self._point}9 %"
        return f"{100 * share:.1f}".replace(".", self._point) + " %"

    def short(self, number: float) -> str:
        """A number of an axis."""
        return self.whole(int(number)) if number == int(number) else f"{number:g}".replace(".", self._point)
