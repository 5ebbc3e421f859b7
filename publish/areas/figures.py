"""A published figure by name, and shares of two: where one is withheld there is no number.

share of 60 in 240 (both printed)  ->  25, no decimal: figures rounded to five bear one from a thousand on
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, Publication, PublicDimension
from celwacht.tables.indicators.indicator_spec import FromFile, Indicator, Printed

MANY = 1000
"""Of a whole under this, a share is said without decimals."""
ABSENT = 9
"""State of a figure that no table has: there is no such region or period in it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its decimals, or the state that stands in its place."""

    number: Fraction | None
    decimals: int = 0
    state: int = PRINTED

    def text(self, language: str = "nl") -> str:
        """'1.234,5' or '1,234.5'; '.' where it is withheld, '' where there is none."""
        if self.number is None:
            return "." if self.state == WITHHELD else ""
        return said(self.number, self.decimals, language)

    def plain(self) -> str:
        """As in a CSV: '1234.5'; '.' where it is withheld, '' where there is none."""
        return ungrouped(self.text("en"))


NONE = Value(None, 0, ABSENT)


def ungrouped(number: str) -> str:
    """A number in English without the commas between its thousands."""
    return number.replace(",", "")


def spreadsheet_safe(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def said(number: Fraction, decimals: int, language: str = "nl", sign: bool = False) -> str:
    """A number as a reader sees it, rounded half away from zero: 12,5; with `sign` +0,3."""
    scaled = abs(number) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    text = f"{whole // 10**decimals:,}" + (f".{whole % 10**decimals:0{decimals}d}" if decimals else "")
    if language == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    mark = "-" if number < 0 and whole else "+" if sign and whole else ""
    return mark + text


def rounded(number: Fraction, decimals: int) -> Fraction:
    """A number as `said` says it: half away from zero."""
    whole = int(abs(number) * 10**decimals + Fraction(1, 2))
    return Fraction(-whole if number < 0 else whole, 10**decimals)


_PLACES: dict[int, tuple[PublicDimension, dict[str, int]]] = {}
_MOST_PLACES = 2000


def _places(dimension: PublicDimension) -> dict[str, int]:
    """Code -> its place; made once per dimension, which is kept with it so that its number is nobody else's."""
    known = _PLACES.get(id(dimension))
    if known is None:
        if len(_PLACES) >= _MOST_PLACES:
            _PLACES.clear()
        known = _PLACES[id(dimension)] = dimension, {c.code: i for i, c in enumerate(dimension.codes)}
    return known[1]


def figure(publication: Publication, measure: str, codes: Mapping[str, str]) -> Value:
    """The figure of a measure at these codes; a dimension that is not named stands at its first. NONE where a code is not there."""
    found = next((m for m in publication.measures if m.name == measure), None)
    if found is None or any(name not in {d.name for d in publication.dimensions} for name in codes):
        return NONE
    at = []
    for d in publication.dimensions:
        place = _places(d).get(codes[d.name]) if d.name in codes else 0
        if place is None:
            return NONE
        at.append(place)
    state = int(found.state[tuple(at)])
    if state != PRINTED:
        return Value(None, found.decimals, state)
    return Value(Fraction(int(found.values[tuple(at)]), 10**found.decimals), found.decimals)


def share(part: Value, whole: Value) -> Value:
    """part in % of whole; withheld where one of them is, and impossible of nothing."""
    for state in (ABSENT, IMPOSSIBLE, WITHHELD):
        if state in (part.state, whole.state):
            return Value(None, 0, state)
    if part.number is None or not whole.number:
        return Value(None, 0, IMPOSSIBLE)
    return Value(100 * part.number / whole.number, 1 if whole.number >= MANY else 0)


def geo_of(publication: Publication) -> PublicDimension | None:
    return next((d for d in publication.dimensions if d.kind.startswith("Geo")), None)


def with_regions(tables: Mapping[str, Publication], table: str) -> tuple[Publication, PublicDimension] | None:
    """A table and its dimension of regions; None where there is no such table, or it has none."""
    publication = tables.get(table)
    geo = geo_of(publication) if publication else None
    return None if publication is None or geo is None else (publication, geo)


def newest(publication: Publication) -> str:
    """The newest whole year, else the newest period."""
    codes = [c.code for c in publication.periods.codes]
    return max((c for c in codes if c.endswith("JJ00")), default=codes[-1])


def year_earlier(period: str) -> str:
    """'2024HJ01' -> '2023HJ01'."""
    return f"{int(period[:4]) - 1}{period[4:]}" if period[:4].isdigit() else ""


def indicator_value(indicator: Indicator, tables: Mapping[str, Publication], region: str, period: str) -> Value:
    """The number of an indicator for a region and period; none of a rate whose count is withheld: with the population it would give it back."""
    value = indicator.value
    if isinstance(value, FromFile):
        return NONE
    found = with_regions(tables, value.table)
    if found is None:
        return NONE
    publication, geo = found
    place = {geo.name: region, publication.periods.name: period}
    if isinstance(value, Printed):
        count = figure(publication, value.count, {**value.at, **place}) if value.count else None
        if count is not None and count.state != PRINTED:
            return Value(None, 0, count.state)
        return figure(publication, value.measure, {**value.at, **place})
    return share(figure(publication, value.measure, {**value.of, **place}), figure(publication, value.measure, {**value.within, **place}))
