"""The benchmark of one state of the tables: what pages, dossiers and files ask; and the CSV of an indicator."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from celwacht.publish.areas.figures import said, spreadsheet_safe, ungrouped
from celwacht.publish.areas.regions import Region
from celwacht.publish.areas.wording import MADE_UP_COLUMN, day, in_language
from celwacht.publish.benchmark.comparison import alike, country, sizes, verdict
from celwacht.publish.benchmark.measured import SMALLEST, Measures
from celwacht.publish.benchmark.wording import words
from celwacht.tables.indicators.indicator_spec import Benchmark, FromFile, Indicator


@dataclass
class Bench:
    """The benchmark of one state of the tables. regions: those that one can choose; names: of all that are in any table or file."""

    page: Benchmark
    measures: Measures
    regions: Mapping[str, Region] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)
    _near: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def sizes(self) -> Mapping[str, tuple[str, str]]:
        """Region -> (code, name) of its class of size."""
        return sizes(self.page)

    def near(self, region: str) -> tuple[str, ...]:
        """The regions that are most alike, of the smallest ones."""
        if region not in self._near:
            self._near[region] = alike(self.page, self.measures, region) if region.startswith(SMALLEST) else ()
        return self._near[region]

    def name(self, code: str) -> str:
        return self.regions[code].full if code in self.regions else self.names.get(code, code)

    def indicator(self, name: str) -> Indicator:
        return self.measures.indicators[name]

    def shown(self) -> tuple[str, ...]:
        """Indicators of which there is anything, in their order."""
        return tuple(name for name in self.page.indicators if self.measures.there(name))

    def made_up(self, name: str) -> bool:
        """Whether the figures of an indicator are made up."""
        value = self.indicator(name).value
        if isinstance(value, FromFile):
            return self.measures.societies[value.file].about.made_up
        return self.measures.tables[value.table].made_up

    def any_made_up(self, names: Iterable[str]) -> bool:
        """Whether those of any of them are."""
        return any(self.made_up(n) for n in names)

    def source(self, name: str, language: str) -> str:
        value = self.indicator(name).value
        if not isinstance(value, FromFile):
            return words(language, "source", source=self.measures.tables[value.table].source)
        about = self.measures.societies[value.file].about
        told = f" {words(language, 'fileMadeUp')}" if about.made_up else ""
        source = in_language(about.source, language)
        return words(language, "licence", source=source, licence=about.licence, date=day(about.retrieved, language)) + told


def of_kinds(bench: Bench, name: str, kinds: Sequence[str]) -> list[str]:
    """Regions of the indicator of these kinds, larger ones first, then by name."""
    found = [c for c in bench.measures.regions(name) if c[:2] in kinds]
    return sorted(found, key=lambda c: (kinds.index(c[:2]), bench.name(c).removeprefix("'"), c))


def indicator_csv(bench: Bench, name: str) -> bytes:
    """Every region and period: number, interval, and how it stands to the whole. Withheld as '.'; decimal point, comma between."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    told = MADE_UP_COLUMN if bench.made_up(name) else ()
    writer.writerow(["gebied", "naam", "indicator", "periode", "eenheid", "waarde", "laag95", "hoog95", "naast_geheel", *told[:1]])
    writer.writerows([*row, *told[1:]] for row in _csv_rows(bench, name))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_rows(bench: Bench, name: str) -> Iterable[tuple[str, ...]]:
    indicator, whole = bench.indicator(name), country(bench.measures, name) or ""
    for code in of_kinds(bench, name, ("NL", "PV", "JZ", "GM")):
        for period in bench.measures.periods(name):
            own, line = bench.measures.of(name, code, period.code), bench.measures.of(name, whole, period.code)
            ends = ["" if end is None else ungrouped(said(end, indicator.decimals, "en")) for end in (own.low, own.high)]
            found = "" if code == whole else verdict(own, line)
            row = code, bench.name(code), name, period.code, indicator.unit.nl, own.value.plain(), *ends, found
            yield tuple(spreadsheet_safe(c) for c in row)
