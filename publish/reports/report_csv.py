"""The figures of a report as CSV: of all its tables, or of one section, chart and map included."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from celwacht.publish.areas.figures import spreadsheet_safe
from celwacht.publish.areas.wording import MADE_UP_COLUMN
from celwacht.publish.reports.made import MadeReport, MadeSection


def numbered(report: MadeReport) -> Iterator[tuple[str, MadeSection]]:
    """('2.1', section) of every section, in order."""
    for i, chapter in enumerate(report.chapters, 1):
        for j, section in enumerate(chapter.sections, 1):
            yield f"{i}.{j}", section


def has_figures(section: MadeSection) -> bool:
    """Whether a section shows a table, and so has a CSV of its own."""
    return not section.dropped and bool(section.shows or section.revised)


def report_csv(report: MadeReport, only: str = "") -> bytes:
    """Every table of the report, one figure a line; withheld as '.', comma between, decimal point. only: the number of one section, '2.1'.

    LookupError for a section that has no figures.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    told = MADE_UP_COLUMN if report.made_up else ()
    writer.writerow(["onderdeel", "tabel", "code", "categorie", "periode", "eenheid", "waarde", *told[:1]])
    wanted = [(number, section) for number, section in numbered(report) if only in ("", number) and has_figures(section)]
    if only and not wanted:
        raise LookupError(only)
    for number, section in wanted:
        for row in _rows(number, section):
            writer.writerow([spreadsheet_safe(c) for c in row] + list(told[1:]))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _rows(number: str, section: MadeSection) -> Iterator[list[str]]:
    for r in section.revised:
        for when, value in (("eerst", r.first), ("later", r.later)):
            yield [number, "", when, section.title.nl, r.period.code, "", value.plain()]
    if (shows := section.shows) is None:
        return
    for code, values in shows.rows:
        for period, value in zip(shows.periods, values):
            yield [number, shows.table, code.code, code.title.nl, period.code, shows.unit, value.plain()]
