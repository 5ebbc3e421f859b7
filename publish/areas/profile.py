"""The profile of one region: what its page and its fact sheet show, worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celwacht.publish.areas.figures import NONE, Value, figure, geo_of, indicator_value, newest, rounded, share, with_regions, year_earlier
from celwacht.publish.areas.regions import Region
from celwacht.publish.publication.publication import PRINTED, Publication, PublicCode, Words
from celwacht.tables.indicators.indicator_spec import AreaPage, Breakdown, Indicator

LEAST_SPREAD = 8
"""Gemeenten with a number from which on their spread is drawn."""
MOST_YEARS = 8
"""Periods of a trend, the newest ones."""
MOST_REGIONS = 4
"""Regions beside each other, this one included."""


@dataclass(frozen=True, slots=True)
class Spread:
    """All gemeenten of which an indicator is shown: lowest, quarter, middle, three quarters, highest; how many, and of how many."""

    points: tuple[Fraction, Fraction, Fraction, Fraction, Fraction]
    shown: int
    all: int


@dataclass(frozen=True, slots=True)
class Trend:
    """An indicator over the periods of one kind, oldest first. values: of each region of the profile, one per period."""

    periods: tuple[PublicCode, ...]
    values: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    indicator: Indicator
    period: PublicCode
    values: tuple[Value, ...]
    """Of the regions of the profile, in their order; this one first."""
    change: Fraction | None
    """With a year earlier, where both are shown; both as they are said."""
    spread: Spread | None
    trend: Trend | None = None
    """None where there is one period only."""


@dataclass(frozen=True, slots=True)
class Row:
    title: Words
    depth: int
    count: Value
    shares: tuple[Value, ...]
    """In % of the total, of the regions of the profile."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table by one dimension for this region; rows of the codes under the total, and the total itself first."""

    table: str
    title: Words
    unit: str
    period: PublicCode
    rows: tuple[Row, ...]
    divides: bool = True
    """Whether the rows under the total are parts of one whole."""


@dataclass(frozen=True, slots=True)
class Profile:
    region: Region
    beside: tuple[Region, ...]
    """The regions it stands beside, at most MOST_REGIONS - 1."""
    tiles: tuple[Tile, ...]
    parts: tuple[Part, ...]
    districts: Part | None
    made_up: bool
    modified: str
    """The newest date of the tables used."""
    source: str

    @property
    def regions(self) -> tuple[Region, ...]:
        return (self.region, *self.beside)


def profile(
    spec: AreaPage,
    indicators: Mapping[str, Indicator],
    tables: Mapping[str, Publication],
    regions: Mapping[str, Region],
    code: str,
    beside: Sequence[str] = (),
    spreads: dict[str, Spread | None] | None = None,
) -> Profile:
    """The profile of the region with this code. beside: codes to stand beside it, in place of its jeugdregio and the country.

    spreads: those of indicators, kept by whoever makes many profiles of the same tables.
    """
    spreads = {} if spreads is None else spreads
    own = regions[code]
    chosen = [c for c in dict.fromkeys(beside) if c in regions and c != code] or _usual(own)
    others = tuple(regions[c] for c in chosen[: MOST_REGIONS - 1])
    codes = [code, *(r.code for r in others)]
    tiles = tuple(t for name in spec.tiles if (t := _tile(indicators[name], tables, codes, spreads)) is not None)
    parts = tuple(p for one in spec.breakdowns if (p := _part(one, tables, codes)) is not None)
    districts = _districts(spec, tables, code)
    used = [tables[t] for t in dict.fromkeys([*(t.indicator.table for t in tiles if t.indicator.table), *(p.table for p in parts)])]
    return Profile(
        own,
        others,
        tiles,
        parts,
        districts,
        any(p.made_up for p in used),
        max((p.modified.isoformat() for p in used), default=""),
        used[0].source if used else "",
    )


def _usual(own: Region) -> list[str]:
    """The jeugdregio and the country; of a set of one province, that."""
    return [*own.larger[:1], *own.larger[-1:]] if own.code.startswith("GM") else list(own.larger[-1:])


def _tile(indicator: Indicator, tables: Mapping[str, Publication], codes: Sequence[str], spreads: dict[str, Spread | None]) -> Tile | None:
    publication = tables.get(indicator.table or "")
    if publication is None:
        return None
    period = next(c for c in publication.periods.codes if c.code == newest(publication))
    values = tuple(indicator_value(indicator, tables, code, period.code) for code in codes)
    if values[0] == NONE:
        return None
    before = indicator_value(indicator, tables, codes[0], year_earlier(period.code))
    change = _as_said(values[0]) - _as_said(before) if values[0].number is not None and before.number is not None else None
    if indicator.id not in spreads:
        spreads[indicator.id] = _spread(indicator, tables, publication, period.code)
    return Tile(indicator, period, values, change, spreads[indicator.id], _trend(indicator, tables, publication, codes, period))


def _trend(
    indicator: Indicator, tables: Mapping[str, Publication], publication: Publication, codes: Sequence[str], last: PublicCode
) -> Trend | None:
    """The indicator in the periods of the kind of `last`, up to that one."""
    kind = last.code[4:]
    periods = [c for c in publication.periods.codes if c.code[4:] == kind and c.code <= last.code][-MOST_YEARS:]
    if len(periods) < 2:
        return None
    return Trend(tuple(periods), tuple(tuple(indicator_value(indicator, tables, code, p.code) for p in periods) for code in codes))


def _as_said(value: Value) -> Fraction:
    assert value.number is not None
    return rounded(value.number, value.decimals)


def _spread(indicator: Indicator, tables: Mapping[str, Publication], publication: Publication, period: str) -> Spread | None:
    geo = geo_of(publication)
    codes = [c.code for c in geo.codes if c.code.startswith("GM")] if geo else []
    shown = sorted(v.number for c in codes if (v := indicator_value(indicator, tables, c, period)).number is not None)
    if len(shown) < LEAST_SPREAD:
        return None
    low, quarter, middle, three, high = (shown[(len(shown) - 1) * k // 4] for k in range(5))
    return Spread((low, quarter, middle, three, high), len(shown), len(codes))


def _part(one: Breakdown, tables: Mapping[str, Publication], codes: Sequence[str]) -> Part | None:
    placed = with_regions(tables, one.table)
    if placed is None:
        return None
    publication, geo = placed
    by = next((d for d in publication.dimensions if d.name == one.by), None)
    if by is None or codes[0] not in {c.code for c in geo.codes}:
        return None
    period = next(c for c in publication.periods.codes if c.code == newest(publication))
    measure = publication.measures[0]

    def count(region: str, code: str) -> Value:
        return figure(publication, measure.name, {geo.name: region, by.name: code, publication.periods.name: period.code})

    total = by.codes[0].code
    wholes = [count(region, total) for region in codes]
    rows = []
    for c in by.codes:
        own = count(codes[0], c.code)
        shares = tuple(share(count(region, c.code), whole) for region, whole in zip(codes, wholes))
        rows.append(Row(c.title, c.depth, own, shares))
    title = Words(one.title.nl, one.title.en)
    return Part(one.table, title, measure.unit, period, tuple(rows), one.divides)


def _districts(spec: AreaPage, tables: Mapping[str, Publication], code: str) -> Part | None:
    placed = with_regions(tables, spec.districts or "")
    if placed is None:
        return None
    publication, geo = placed
    own = [c for c in geo.codes if c.group == code]
    if not own:
        return None
    period = next(c for c in publication.periods.codes if c.code == newest(publication))
    measure = publication.measures[0]
    rows = tuple(
        Row(c.title, 0, figure(publication, measure.name, {geo.name: c.code, publication.periods.name: period.code}), ()) for c in own
    )
    return Part(publication.table, publication.title, measure.unit, period, rows)


def parts_of(part: Part) -> tuple[Row, ...]:
    """The rows right under the total."""
    return tuple(r for r in part.rows[1:] if r.depth <= 1)


def segments(rows: Sequence[Row], region: int) -> list[tuple[int | None, float]]:
    """(number of the row, its length in %), and (None, what is left) where something is not shown; of what is all shown, they make 100.

    shares 25, 50, 24 (rounded counts)  ->  25.3, 50.5, 24.2
    shares 25, ., 24                    ->  25, 24 and 51 that is not shown
    """
    shown = [(n, r.shares[region].number) for n, r in enumerate(rows)]
    lengths = [(n, float(v)) for n, v in shown if v is not None]
    total = sum(length for _, length in lengths)
    if len(lengths) == len(rows):
        return [(n, 100 * length / total) for n, length in lengths] if total else []
    whole = max(100.0, total)
    return [*((n, 100 * length / whole) for n, length in lengths), (None, 100 - 100 * total / whole)]


def shown_of(part: Part) -> tuple[int, int]:
    """(figures shown, all figures) of a part."""
    return sum(r.count.state == PRINTED for r in part.rows), len(part.rows)
