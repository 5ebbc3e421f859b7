"""Indicators measured: the number of a region and period with its count, what it is of, and what chance and rounding leave open.

A published rate of 6.2 with its printed count 25  ->  6.2, 25 of some 403, between 3.4 and 10.3
the same rate where the count is withheld          ->  no number: with the population it would give the count back
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, sqrt

import numpy as np
from celwacht.publish.areas.figures import NONE, Value, figure, indicator_value, newest, said, with_regions
from celwacht.publish.benchmark import chance
from celwacht.publish.publication.publication import PRINTED, Publication, PublicCode, Words
from celwacht.tables.indicators.indicator_spec import FromFile, Indicator, Printed, Share
from celwacht.tables.indicators.society import Facts

MOST_YEARS = 5
SMALLEST = "GM"
"""Letters of the codes of the smallest regions, which are compared."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, or the state in its place; count and of where they are known, the interval where they are."""

    value: Value
    count: Fraction | None = None
    of: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None

    def ends(self, decimals: int, language: str) -> str:
        """The interval as '5,7 – 7,0'; '' where there is none."""
        if self.low is None or self.high is None:
            return ""
        return f"{said(self.low, decimals, language)} – {said(self.high, decimals, language)}"


NOTHING = Measured(NONE)


@dataclass
class Measures:
    """All indicators over one state of the tables; what is worked out is kept. Safe to use from several threads: it only adds what is the same."""

    indicators: Mapping[str, Indicator]
    tables: Mapping[str, Publication] = field(repr=False)
    societies: Mapping[str, Facts] = field(repr=False)
    _kept: dict[tuple[str, str, str], Measured] = field(default_factory=dict, repr=False)
    _outer: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)
    _bases: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def there(self, name: str) -> bool:
        """Whether there is anything of this indicator."""
        return bool(self.periods(name))

    def periods(self, name: str) -> tuple[PublicCode, ...]:
        """The periods of an indicator of the newest kind, oldest first, the last MOST_YEARS."""
        value = self.indicators[name].value
        if isinstance(value, FromFile):
            found = self.societies.get(value.file)
            years = found.years()[-MOST_YEARS:] if found else ()
            return tuple(PublicCode(f"{year}JJ00", Words(str(year), str(year))) for year in years)
        placed = with_regions(self.tables, value.table)
        if placed is None:
            return ()
        publication, _ = placed
        kind = newest(publication)[4:]
        return tuple(c for c in publication.periods.codes if c.code[4:] == kind)[-MOST_YEARS:]

    def of(self, name: str, region: str, period: str) -> Measured:
        """The indicator of a region in a period."""
        key = (name, region, period)
        if key not in self._kept:
            self._kept[key] = self._measured(self.indicators[name], region, period)
        return self._kept[key]

    def newest(self, name: str, region: str) -> Measured:
        """The indicator of a region in its newest period."""
        periods = self.periods(name)
        return self.of(name, region, periods[-1].code) if periods else NOTHING

    def regions(self, name: str) -> tuple[str, ...]:
        """Codes of the regions that have it, whether shown or not; in the order of table or file."""
        value = self.indicators[name].value
        if isinstance(value, FromFile):
            found = self.societies.get(value.file)
            return tuple(dict.fromkeys(region for region, _ in found.facts)) if found else ()
        placed = with_regions(self.tables, value.table)
        return tuple(c.code for c in placed[1].codes) if placed else ()

    def per(self, name: str) -> int:
        value = self.indicators[name].value
        return value.per if isinstance(value, Printed) else 100

    def outer(self, name: str, period: str) -> float:
        """Standard deviations of the outer limits of the funnel: 99.8 % of what chance and the usual difference between regions do together."""
        key = (name, period)
        if key not in self._outer:
            codes = self.regions(name)
            whole = self.of(name, codes[0], period).value.number if codes else None
            shares = self._printed(name, [c for c in codes if c.startswith(SMALLEST)], period)
            self._outer[key] = chance.WIDER * sqrt(chance.overdispersion(shares, (whole or Fraction(0)) / self.per(name)))
        return self._outer[key]

    def pooled(self, name: str, regions: Sequence[str], period: str) -> tuple[Measured, int]:
        """Several regions together, of those whose count is printed, and how many those are; NOTHING of fewer than two."""
        found = self._printed(name, regions, period)
        if len(found) < 2:
            return NOTHING, len(found)
        count, of = sum((c for c, _ in found), Fraction(0)), sum((w for _, w in found), Fraction(0))
        per = self.per(name)
        value = Value(per * count / of, self.indicators[name].decimals)
        ends = chance.interval(count, of, self.margin(name) * len(found), per)
        return Measured(value, count, of, *(ends or (None, None))), len(found)

    def _printed(self, name: str, regions: Sequence[str], period: str) -> list[tuple[Fraction, Fraction]]:
        """(count, of) of those regions whose count is printed."""
        found = (self.of(name, region, period) for region in regions)
        return [(m.count, m.of) for m in found if m.count is not None and m.of]

    def _measured(self, indicator: Indicator, region: str, period: str) -> Measured:
        value = indicator.value
        if isinstance(value, FromFile):
            return self._fact(indicator, value, region, period)
        shown = indicator_value(indicator, self.tables, region, period)
        placed = with_regions(self.tables, value.table)
        if shown.number is None or placed is None:
            return self._with_ends(indicator, shown, None, None)
        publication, geo = placed
        place = {geo.name: region, publication.periods.name: period}
        if isinstance(value, Share):
            part, whole = (figure(publication, value.measure, {**codes, **place}) for codes in (value.of, value.within))
            return self._with_ends(indicator, shown, part.number, whole.number)
        count = figure(publication, value.count, {**value.at, **place}).number if value.count else None
        people = value.per * count / shown.number if count is not None and shown.number else None
        return self._with_ends(indicator, shown, count, people)

    def _fact(self, indicator: Indicator, value: FromFile, region: str, period: str) -> Measured:
        found = self.societies.get(value.file)
        fact = found.facts.get((region, int(period[:4]))) if found and period[:4].isdigit() else None
        if fact is None:
            return NOTHING
        count, of = (None if n is None else Fraction(n) for n in (fact.count, fact.of))
        return self._with_ends(indicator, Value(fact.percentage, fact.decimals), count, of)

    def _with_ends(self, indicator: Indicator, value: Value, count: Fraction | None, of: Fraction | None) -> Measured:
        shown = Value(value.number, min(value.decimals, indicator.decimals), value.state)
        if shown.number is None or count is None or not of:
            return Measured(shown)
        ends = chance.interval(count, of, self.margin(indicator.id), self.per(indicator.id))
        return Measured(shown, count, of, *(ends or (None, None)))

    def margin(self, name: str) -> int:
        """How far a printed count of the indicator can be from the count: one less than what all printed counts are multiples of."""
        value = self.indicators[name].value
        if isinstance(value, FromFile):
            found = self.societies.get(value.file)
            return found.about.rounded_to - 1 if found else 0
        measure = value.measure if isinstance(value, Share) else value.count or value.measure
        key = (value.table, measure)
        if key not in self._bases:
            self._bases[key] = _base(self.tables[value.table], measure)
        return self._bases[key] - 1


def _base(publication: Publication, measure: str) -> int:
    """The greatest number that all printed figures of a measure are multiples of; 1 where there is none."""
    found = next((m for m in publication.measures if m.name == measure), None)
    numbers = np.unique(found.values[found.state == PRINTED]) if found is not None else np.array([], np.int64)
    return gcd(*map(int, numbers)) or 1
