"""The map of a table of regions: a shade for a rate, a circle for a count. Drawn as SVG, for a page and for paper.

    8,2  9,9  10,4  .   ->   three shades with round borders between them, and a hatched region: what is withheld is never drawn as 0

The table under the map has every figure; the text beside the picture says the highest and the lowest, and how many are not shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, log10
from typing import Literal

from celwacht.publish.areas.figures import Value
from celwacht.publish.areas.regions import SUFFIX, plain_title
from celwacht.publish.areas.wording import STARS, in_language, unit_in
from celwacht.publish.publication.publication import WITHHELD, PublicCode

CLASSES = 5
TOLD = {
    "nl": ("Kaart: {unit}, {period}, per {level}.", "Hoogste {most} ({where}).", "Laagste {least} ({where})."),
    "en": ("Map: {unit}, {period}, by {level}.", "Highest {most} ({where}).", "Lowest {least} ({where})."),
}
HIDDEN = {"nl": "{n} van {all} niet getoond.", "en": "{n} of {all} not shown."}
SEVERAL = {"nl": "{n} regio’s", "en": "{n} regions"}
LEVEL = {
    "nl": {"GM": "gemeente", "JZ": "jeugdregio", "PV": "provincie", "": "gebied"},
    "en": {"GM": "municipality", "JZ": "youth region", "PV": "province", "": "area"},
}
PLACED = {
    "nl": {
        "GM": "Elke zeshoek is een gemeente, ongeveer op haar plaats.",
        "": "Een vlak is een {level}; elke zeshoek erin is een gemeente, ongeveer op haar plaats.",
    },
    "en": {
        "GM": "Each hexagon is a municipality, about in its place.",
        "": "An area is a {level}; each hexagon in it is a municipality, about in its place.",
    },
}
COUNTED = {
    "nl": "De oppervlakte van een cirkel is het aantal; waar meer jongeren wonen, is het vaak groter.",
    "en": "The area of a circle is the count; where more young persons live, it is often larger.",
}
COUNTED_OWN = {"nl": "De oppervlakte van een cirkel is het aantal.", "en": "The area of a circle is the count."}
OWN = {"nl": "Elk vlak is een {level}, op zijn plaats.", "en": "Each shape is one {level}, in its place."}
"""How to read the map of a project."""
MOST_NAMED = 2
"""Regions with the highest or lowest figure that are named; of more, their number."""


@dataclass(frozen=True, slots=True)
class MadeMap:
    """A map of one period. level: GM, JZ, PV, or '' of regions of a project's own. rows: the regions with their figures, in the order of the table."""

    draws: Literal["rate", "circles"]
    level: str
    unit: str
    period: PublicCode
    rows: tuple[tuple[PublicCode, Value], ...]
    outlines: Mapping[str, Sequence[Sequence[int]]] = field(default_factory=dict, repr=False)
    """Of the project's own map, where the regions are drawn on that; level is '' then, or that of the specification."""

    def told(self, language: str) -> str:
        """What the picture shows, in words."""
        head, most, least = TOLD[language]
        text = [head.format(unit=unit_in(self.unit, language), period=titled(self.period, language), level=LEVEL[language][self.level])]
        printed = [v for _, v in self.rows if v.number is not None]
        if printed:
            high, low = max(printed, key=number_of), min(printed, key=number_of)
            text.append(most.format(most=high.text(language), where=self._where(high, language)))
            text.append(least.format(least=low.text(language), where=self._where(low, language)))
        hidden = sum(v.state == WITHHELD for _, v in self.rows)
        return " ".join(text + ([HIDDEN[language].format(n=hidden, all=len(self.rows))] if hidden else []))

    def read(self, language: str) -> str:
        """How to read the picture."""
        if self.outlines:
            placed = OWN[language].format(level=LEVEL[language][self.level])
            return f"{placed} {COUNTED_OWN[language]}" if self.draws == "circles" else placed
        placed = PLACED[language].get(self.level, PLACED[language][""]).format(level=LEVEL[language][self.level])
        return f"{placed} {COUNTED[language]}" if self.draws == "circles" else placed

    def _where(self, value: Value, language: str) -> str:
        found = [name_of(c, language) for c, v in self.rows if v.number == value.number]
        return ", ".join(found) if len(found) <= MOST_NAMED else SEVERAL[language].format(n=len(found))


def titled(period: PublicCode, language: str) -> str:
    """The title of a period, with stars where it is provisional."""
    return plain_title(period.title, language) + STARS.get(period.status, "")


def number_of(value: Value) -> Fraction:
    return value.number if value.number is not None else Fraction(0)


def name_of(code: PublicCode, language: str) -> str:
    """'Drenthe'; which kind of region it is, the map says."""
    return SUFFIX.sub("", in_language(code.title, language))


def borders(numbers: Sequence[Fraction], decimals: int, count: int = CLASSES) -> list[Fraction]:
    """Borders of classes with about as many figures in each, round as far as that keeps them apart; the last one is the highest figure."""
    ordered = sorted(numbers)
    if not ordered:
        return []
    distinct, least = sorted(set(ordered)), Fraction(1, 10**decimals)
    low, high = ordered[0], ordered[-1]
    if len(distinct) <= count:
        return [low, low] if len(distinct) == 1 else [*distinct, high]
    found = [low]
    for k in range(1, count):
        at = ordered[k * len(ordered) // count]
        span = max(least, Fraction(10) ** floor(log10(max((high - low) / count, least))))
        for step in (span, span / 2, span / 5, span / 10, least):
            border = floor(at / step + Fraction(1, 2)) * step
            if step >= least and found[-1] < border < high:
                found.append(border)
                break
    return [*found, high]


def class_of(number: Fraction, limits: Sequence[Fraction]) -> int:
    """The class of a figure: from its lower border to under the next."""
    return next((k for k in range(len(limits) - 2, 0, -1) if number >= limits[k]), 0)
