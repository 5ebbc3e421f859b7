"""Regions compared: with the country and larger regions, a class of size, and those that are most alike; and what stands out of all of them.

A difference is told where the interval of the region does not hold the other's number. Two regions whose intervals overlap have no order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Literal

from celwacht.publish.areas.regions import Region, of_lists
from celwacht.publish.benchmark import chance
from celwacht.publish.benchmark.measured import SMALLEST, Measured, Measures
from celwacht.tables.indicators.indicator_spec import Benchmark
from celwacht.tables.regions.changes import Row
from celwacht.tables.regions.region_spec import RegionsFile

Verdict = Literal["higher", "lower", "alike", "unknown"]
LEAST_FEATURES = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """Something that a region is compared with: a region, or several together. shown: of how many, of how many in all (0, 0: a region)."""

    name: str
    code: str
    measured: Measured
    shown: int = 0
    all: int = 0


def verdict(own: Measured, other: Measured) -> Verdict:
    """How a region stands to another's number: higher or lower by more than chance and rounding, or alike."""
    if own.low is None or own.high is None or other.value.number is None:
        return "unknown"
    return "higher" if own.low > other.value.number else "lower" if own.high < other.value.number else "alike"


def apart(one: Measured, other: Measured) -> bool:
    """Whether the intervals of two regions do not touch: only then has the pair an order."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or one.high < other.low


def sizes(page: Benchmark) -> dict[str, tuple[str, str]]:
    """Smallest region -> (code, name) of its class of size, by the newest list of regions; none where a project has no such level."""
    if page.size is None:
        return {}

    def of(spec: RegionsFile, rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
        levels = [one for one in spec.larger if one.level == page.size]
        return {row[spec.region.code]: (row[one.code], row[one.name]) for one in levels[:1] for row in rows if row.get(one.code)}

    return of_lists(of)


def alike(page: Benchmark, measures: Measures, region: str) -> tuple[str, ...]:
    """The regions most like this one, nearest first: the distance over the indicators of `alike` in their newest period, each scaled by its
    spread among all. Those that lack one of this region's indicators are left out; ties by code.

    features 5.7 and 51, spreads 1 and 5: one with 6.7 and 46 lies at sqrt(1 + 1)
    """
    features = [name for name in page.alike if measures.newest(name, region).value.number is not None]
    if len(features) < min(LEAST_FEATURES, len(page.alike)) or not features:
        return ()
    others = {r for r in measures.regions(features[0]) if r.startswith(region[:2]) and r != region}
    table = {r: [measures.newest(name, r).value.number for name in features] for r in sorted({*others, region})}
    whole = {r: [float(v) for v in row if v is not None] for r, row in table.items()}
    whole = {r: row for r, row in whole.items() if len(row) == len(features)}
    spreads = [_spread([row[k] for row in whole.values()]) for k in range(len(features))]
    own = whole[region]

    def distance(r: str) -> float:
        return sqrt(sum(((a - b) / s) ** 2 for a, b, s in zip(whole[r], own, spreads) if s))

    near = sorted((r for r in whole if r != region), key=lambda r: (round(distance(r), 9), r))
    return tuple(near[: page.most_alike])


def _spread(numbers: Sequence[float]) -> float:
    mean = sum(numbers) / len(numbers)
    return sqrt(sum((n - mean) ** 2 for n in numbers) / len(numbers))


def beside(
    size: Mapping[str, tuple[str, str]],
    measures: Measures,
    regions: Mapping[str, Region],
    name: str,
    region: str,
    near: Sequence[str],
    words: Callable[[str], str],
) -> list[Beside]:
    """What a region is compared with, for one indicator: the larger regions, its class of size, and those alike together. size: as of `sizes`."""
    period = measures.periods(name)[-1].code
    found = [Beside(regions[c].full, c, measures.of(name, c, period)) for c in regions[region].larger if c in regions]
    if region in size:
        code, title = size[region]
        members = [r for r, (own, _) in size.items() if own == code]
        printed = measures.of(name, code, period)
        together, shown = measures.pooled(name, members, period)
        found.append(
            Beside(title, code, printed) if printed.value.number is not None else Beside(title, code, together, shown, len(members))
        )
    if near:
        together, shown = measures.pooled(name, near, period)
        found.append(Beside(words("near"), "near", together, shown, len(near)))
    return found


@dataclass(frozen=True, slots=True)
class Outlying:
    """A region that stands out: in each period asked, on the same side of the funnel around the country's number."""

    region: str
    side: Verdict
    measured: Measured
    limit: Fraction
    """The nearer end of the outer funnel in the newest period."""


def country(measures: Measures, name: str) -> str | None:
    """The region that all others are compared with: the first, which is the whole."""
    regions = measures.regions(name)
    return regions[0] if regions else None


def outlying(measures: Measures, name: str) -> tuple[list[Outlying], tuple[str, ...]]:
    """The smallest regions that stand out, in order of their codes, and the periods that were asked: the last two, or the only one."""
    whole, periods = country(measures, name), measures.periods(name)[-2:]
    if whole is None or not periods:
        return [], ()
    asked = tuple(p.code for p in periods)
    found = []
    for region in sorted(r for r in measures.regions(name) if r.startswith(SMALLEST)):
        sides = [_side(measures, name, region, whole, p) for p in asked]
        last = sides[-1]
        if last is not None and all(s is not None and s[0] == last[0] for s in sides):
            found.append(Outlying(region, last[0], measures.of(name, region, asked[-1]), last[1]))
    return found, asked


def outside(measures: Measures, name: str, period: str) -> list[str]:
    """The smallest regions outside the outer limits in one period, in order of their codes."""
    whole = country(measures, name)
    codes = sorted(r for r in measures.regions(name) if r.startswith(SMALLEST)) if whole else []
    return [r for r in codes if _side(measures, name, r, whole or "", period) is not None]


def _side(measures: Measures, name: str, region: str, whole: str, period: str) -> tuple[Verdict, Fraction] | None:
    """(side, end of the funnel) where the number lies outside of it even after rounding; None where it does not, or is not shown."""
    own, all_ = measures.of(name, region, period), measures.of(name, whole, period)
    if own.count is None or not own.of or own.value.number is None or all_.value.number is None:
        return None
    per, margin = measures.per(name), measures.margin(name)
    low, high = chance.funnel(all_.value.number, own.of, measures.outer(name, period), per)
    count = min(own.count, own.of)
    if per * (count - margin) / own.of > high:
        return "higher", high
    return ("lower", low) if per * (count + margin) / own.of < low else None
