"""What a printed text tells of a cell: a figure, exact or rounded, or a mark with a meaning.

Which mark means what differs from publisher to publisher, and from year to year: `x` is "withheld" in the English
tables of 2015 and "not available" in those of 2024. So the table below is a default that the report names aloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from celwacht.disclosure.model.problem import UNBOUNDED


class Meaning(StrEnum):
    """What a mark stands for."""

    WITHHELD = "withheld"
    NOT_AVAILABLE = "not available"
    """Nothing is known of the cell, but nothing is hidden either; not asked about."""
    NOT_APPLICABLE = "not applicable"
    """There is no such thing; counts as nothing in a sum."""
    ZERO = "zero"
    SMALL = "small"
    """Not zero, but less than half a unit of what is printed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """least, greatest: what the mark tells of the value, None for nothing."""

    meaning: Meaning
    least: int | None = None
    greatest: int | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """To multiples of base. half: which way a half goes, "up", "down" or "any" (not known; then both ends count);
    "random": to either multiple beside it (random or controlled rounding).
    true_zero: a printed 0 is an exact zero."""

    base: int = 1
    half: str = "any"
    true_zero: bool = False

    def interval(self, shown: int) -> tuple[int, int]:
        """(least, greatest) of the values that are printed as `shown`."""
        if self.true_zero and shown == 0:
            return 0, 0
        if self.half == "random":
            return shown - self.base + 1, shown + self.base - 1
        down = self.base // 2 if self.base % 2 or self.half != "down" else self.base // 2 - 1
        up = self.base // 2 if self.base % 2 or self.half != "up" else self.base // 2 - 1
        return shown - down, shown + up


_WORDS = ("[c]", "(c)", "(x)", "(s)", "suppressed", "Suppressed", "withheld", "confidential", "geheim", "conf.")
MARKS: Mapping[str, Mark] = {
    **dict.fromkeys([".", "c", "C", "x", "X", "*", "N", "s", "S", "D", "(D)", "#", *_WORDS], Mark(Meaning.WITHHELD)),
    **dict.fromkeys([":", "..", "...", "n/a", "na", "NA", "u", "[u]", "[x]", ""], Mark(Meaning.NOT_AVAILABLE)),
    **dict.fromkeys(["z", "[z]"], Mark(Meaning.NOT_APPLICABLE)),
    "-": Mark(Meaning.ZERO),
    **dict.fromkeys(["k", "low", "[low]", "~"], Mark(Meaning.SMALL)),
}
_RANGE = re.compile(r"(\d+)\s*(?:-|–|\.\.|to|t/m)\s*(\d+)", re.ASCII)
_NOUGHT = re.compile(r"0[\s\u00a0]*([^\s\d%.,].*)", re.ASCII)
_BELOW = re.compile(r"(<|<=|≤)\s*(\d+)", re.ASCII)
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?", re.ASCII)
_GROUPED = {
    ".": re.compile(r"[-−]?\d{1,3}(?:[,\s\u00a0]\d{3})+(?:\.\d+)?", re.ASCII),
    ",": re.compile(r"[-−]?\d{1,3}(?:[.\s\u00a0]\d{3})+(?:,\d+)?", re.ASCII),
}


def number(text: str, decimal: str = ".") -> tuple[int, int] | None:
    """(digits, decimals) of a figure such as 12.5 -> (125, 1); None if it is none. Groups of three may be parted by
    the sign that is not the decimal one, or by a space."""
    if _GROUPED[decimal].fullmatch(text):
        text = re.sub(r"[\s\u00a0]", "", text.replace("." if decimal == "," else ",", ""))
    text = text.replace(decimal, ".") if decimal == "," and "." not in text else text
    text = text.removesuffix("%").strip().replace("−", "-")
    if not _NUMBER.fullmatch(text):
        return None
    whole, _, part = text.partition(".")
    return int(whole + part), len(part)


_POINTS = re.compile(r"[-−]?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_POINT = re.compile(r"[-−]?\d+\.\d+", re.ASCII)


def thousands_by_points(texts: Iterable[str]) -> bool:
    """Whether all figures with a point look like 1.234 or 12.345.678, and no comma parts groups of three."""
    pointed = [t for t in texts if "." in t and (_POINT.fullmatch(t) or _POINTS.fullmatch(t))]
    return bool(pointed) and all(_POINTS.fullmatch(t) for t in pointed)


def meaning_of(text: str, marks: Mapping[str, Mark]) -> Mark | None:
    """The mark that a text is; None if it is none. `<5`, `1-4` and `0..7` speak for themselves; in `0 (c)` the mark counts, and
    the 0 stands in the place of a figure."""
    if text in marks:
        return marks[text]
    if (m := _NOUGHT.fullmatch(text)) and m[1] in marks:
        return marks[m[1]]
    if m := _RANGE.fullmatch(text):
        return Mark(Meaning.WITHHELD, int(m[1]), int(m[2]))
    if m := _BELOW.fullmatch(text):
        return Mark(Meaning.WITHHELD, None, int(m[2]) - (m[1] == "<"))
    return None


def parse_mark(text: str) -> tuple[str, Mark]:
    """`c=withheld`, `c=1..5`, `c=1..`, `x=na`, `z=not applicable`, `-=zero`, `k=small`; ValueError with the remedy."""
    mark, equals, meaning = text.rpartition("=")
    words = {"na": "not available", "n/a": "not applicable", **{m.value: m.value for m in Meaning}}
    if equals and meaning in words:
        return mark, Mark(Meaning(words[meaning]))
    if equals and (m := re.fullmatch(r"(\d*)\.\.(\d*)", meaning, re.ASCII)) and meaning != "..":
        least, greatest = (int(v) if v else None for v in m.groups())
        if least is None or greatest is None or least <= greatest:
            return mark, Mark(Meaning.WITHHELD, least, greatest)
    raise ValueError(
        f"'{text[:40]}' does not say what a mark means; write MARK=withheld, MARK=1..5 (withheld, 1 to 5), "
        "MARK=na, MARK=zero, MARK=small or MARK='not applicable'"
    )


def interval(
    text: str, marks: Mapping[str, Mark], rounding: Rounding, *, decimals: int = 0, decimal: str = ".", signed: bool = False
) -> tuple[int, int, Mark | None]:
    """(least, greatest, mark or None) of a printed text, in units of 10 ** -decimals; ValueError if it is neither a figure
    nor a mark, or has more decimals."""
    floor = -UNBOUNDED if signed else 0
    figure = number(text, decimal)
    if figure is not None and text not in marks:
        digits, places = figure
        if places > decimals:
            raise ValueError("decimals")
        low, high = rounding.interval(digits * 10 ** (decimals - places))
        return max(low, floor), high, None
    mark = meaning_of(text, marks)
    if mark is None:
        raise ValueError("neither")
    unit = 10**decimals
    if mark.meaning in (Meaning.ZERO, Meaning.NOT_APPLICABLE):
        return 0, 0, mark
    if mark.meaning is Meaning.SMALL:
        low, high = Rounding(max(rounding.base, 1), "any").interval(0)
        return 1, max(high, 1), mark
    return (floor if mark.least is None else mark.least * unit, UNBOUNDED if mark.greatest is None else mark.greatest * unit, mark)
