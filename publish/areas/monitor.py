"""The file for a monitor of somebody else's: published figures by region, in a stated layout; Publications in, CSV out.

    Periode;RegioCode;RegioNaam;Cijfer;Titel;Eenheid;Waarde;Status;Tabel;Bijgewerkt
    2024JJ00;GM0106;Assen;jeugdhulp;Jongeren met jeugdhulp;jongeren;2035;Voorlopig;kerncijfers_jeugdzorg;2025-04-30

UTF-8 with a mark, `;` between, decimal comma, a row for every figure, period and region that the tables have, in order of figure, period, region. Waarde: `.` where
it is withheld, empty where there can be none. Nothing is worked out: every number is one that the table prints.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date

from celwacht.publish.areas.figures import ABSENT, figure, geo_of
from celwacht.publish.publication.publication import Publication, PublicCode
from celwacht.tables.indicators.monitor_spec import Monitor, Taken

HEADER = ("Periode", "RegioCode", "RegioNaam", "Cijfer", "Titel", "Eenheid", "Waarde", "Status", "Tabel", "Bijgewerkt")
MADE_UP = "VERZONNEN CIJFERS"
"""In the column Status of made-up figures."""


def monitor_csv(monitor: Monitor, tables: Mapping[str, Publication]) -> bytes:
    """The file. LookupError, with their names, where tables or measures or codes that the monitor names are not published."""
    missing = [f"{f.code}: {f.table}, {f.measure}" for f in monitor.figures if not _there(f, tables)]
    if missing:
        raise LookupError("; ".join(missing))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for one in monitor.figures:
        writer.writerows(_rows(one, tables[one.table], monitor.level))
    return text.getvalue().encode("utf-8-sig")


def _there(one: Taken, tables: Mapping[str, Publication]) -> bool:
    publication = tables.get(one.table)
    if publication is None or geo_of(publication) is None:
        return False
    return figure(publication, one.measure, one.at).state != ABSENT


def _rows(one: Taken, publication: Publication, level: str) -> Iterator[tuple[str, ...]]:
    geo = geo_of(publication)
    assert geo is not None  # _there
    modified: date = publication.modified
    for period in publication.periods.codes:
        for region in geo.codes:
            if region.code.startswith(level):
                value = figure(publication, one.measure, {**one.at, geo.name: region.code, publication.periods.name: period.code})
                plain = value.text("nl").replace(".", "") if value.number is not None else value.text("nl")
                status = MADE_UP if publication.made_up else period.status
                yield (
                    period.code,
                    region.code,
                    _plain(region),
                    one.code,
                    one.title.nl,
                    one.unit.nl,
                    plain,
                    status,
                    one.table,
                    modified.isoformat(),
                )


def _plain(region: PublicCode) -> str:
    """A name; one that a spreadsheet would take for a formula begins with an apostrophe."""
    name = region.title.nl
    return f"'{name}" if name[:1] in "=+-@" else name
