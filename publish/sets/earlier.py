"""What readers could have seen before a new release: the releases in the ledger with their confidential records.

`before(data, set_name, now)` is the union against which a new release of a set has to be proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from celwacht.disclosure.ledger import seen
from celwacht.disclosure.ledger.chain import OUTPUTS, Line
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.publication.publication import SYMBOL
from celwacht.publish.review import ledger_file, records
from celwacht.publish.review.records import Recorded
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.sources import registers_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release that readers have seen or will see, as its line in the ledger, and the folder of its record."""

    line: Line
    folder: Path

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self.line.tables)

    def record(self, table: str) -> Recorded:
        """Counts, what was printed, certificates, policy and specification of a table as released; confidential. ValueError where
        the record is damaged: then nothing can be proved beside it."""
        return records.recorded(self.folder / table)


def before(data: Path, set_name: str, now: datetime) -> tuple[Earlier, ...]:
    """Every release, oldest first, whose figures readers could have seen when a new release of the set takes its place at `now`:
    all that were public at any time, and those of other sets that wait for their moment. ProblemsFound where the ledger is broken."""
    return _with_folders(data, seen.seen_before(ledger_file.trusted(data).lines, set_name, now))


def all_seen(data: Path) -> tuple[Earlier, ...]:
    """Every release that readers have seen, or will see as things stand."""
    return _with_folders(data, seen.seen(ledger_file.trusted(data).lines))


def _with_folders(data: Path, lines: Sequence[Line]) -> tuple[Earlier, ...]:
    reports = records.reports_of(data)
    return tuple(Earlier(line, reports / line.record) for line in lines)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a release printed of a cell: public."""

    period: str
    text: str


def printed(release: Earlier, table: str, wanted: Mapping[str, str]) -> Iterator[Printed]:
    """What a release printed of the cell with these codes (a dimension that is not named: its first code), per period; nothing
    where it has no such cell."""
    for part in release.record(table).parts:
        *others, periods = part.cube.dimensions
        known = {d.name: [c.code for c in d.codes] for d in part.cube.dimensions}
        if wanted.keys() - known.keys() or any(code not in known[name] for name, code in wanted.items()):
            continue
        place = tuple(known[d.name].index(wanted.get(d.name, known[d.name][0])) for d in others)
        for n, code in enumerate(known[periods.name]):
            if wanted.get(periods.name, code) == code:
                yield Printed(code, SYMBOL if part.withheld[(*place, n)] else str(int(part.shown[(*place, n)])))


def records_of(source: str, periods: Sequence[Period], microdata: Microdata) -> str:
    """Which records periods of one year are counted from, alike for all sources. ProblemsFound where deliveries are missing.

    Example: 2024HJ01 alone, with two half-years delivered: "records to 2024-06-30"; beside 2024JJ00: "records to 2024-12-31"."""
    last = max(p.end for one in registers_of(source) for p in microdata.deliveries(one.record, periods, 0))
    return f"records to {last}"


def periods_of(parts: Iterable[Protected]) -> list[str]:
    """The codes of the periods that the cubes of a table show, in their order."""
    return [c.code for part in parts for c in part.cube.dimensions[-1].codes]


def counts_the_same(one: Earlier, tables: Iterable[Recorded], periods: Sequence[Period], microdata: Microdata) -> bool:
    """Whether all that a release shows of the years of `periods` was counted from the records that these are counted from, with the deliveries of `microdata` (it is
    for who asks that they are those of the release). An output may have been counted beside its whole year: either will do. tables: those of the release, as recorded.

    Example: an order of 2024HJ01 beside an April set (2024HJ02 and 2024JJ00): no; beside an October set (2024HJ01): yes.
    """
    shown = [(its.spec.source, periods_of(its.parts)) for its in tables if its.spec is not None]
    theirs = [Period.parse(code) for code in {code for _, codes in shown for code in codes}]
    years = {p.year for p in theirs} & {p.year for p in periods}

    def of(year: int, asked: Sequence[Period], source: str) -> str:
        return records_of(source, [p for p in asked if p.year == year], microdata)

    def alike(year: int, source: str) -> bool:
        ways = [theirs, [*theirs, Period.parse(f"{year}JJ00")]] if one.line.folder == OUTPUTS else [theirs]
        try:
            return of(year, periods, source) in [of(year, way, source) for way in ways]
        except ProblemsFound:  # a delivery that is gone
            return False

    return bool(years) and all(alike(year, source) for year in sorted(years) for source in sorted({source for source, _ in shown}))
