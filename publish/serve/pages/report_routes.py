"""Routes of reports: /rapport/, /rapport/ID (.pdf, .csv), and /rapport/ID/2.1.csv of one section."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from html import escape
from threading import Lock

from celwacht.publish.areas.wording import words
from celwacht.publish.reports.made import MadeReport, make_report, named_tables, revised_tables
from celwacht.publish.reports.report_csv import has_figures, numbered, report_csv
from celwacht.publish.reports.report_pages import report_body, report_file, report_list, report_pdf
from celwacht.publish.serve.pages import news
from celwacht.publish.serve.pages.frame import Head, document
from celwacht.publish.serve.pages.pages import HTML, PDF, Pages
from celwacht.publish.serve.pages.site_pages import errata_html, errata_text
from celwacht.tables.problems import ProblemsFound
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CSV = "text/csv; charset=utf-8"
_log = logging.getLogger("celwacht.serve")


class ReportPages:
    """Made once per application. Safe to use from several threads."""

    def __init__(self, pages: Pages):
        self.pages = pages
        self._kept: dict[tuple[str, str], tuple[str, MadeReport]] = {}
        self._lock = Lock()

    def _version(self) -> str:
        return " ".join(f"{t} {table.version}" for t, table in self.pages.shelf.tables().items())

    def report_index(self, request: Request) -> Response:
        """The reports of which there are figures, each with the period that it is about."""
        language = self.pages.language_of(request)
        return self.pages.page(request, self._version(), lambda: self._report_list(language))

    def made_reports(self, language: str, only: Collection[str] = ()) -> list[MadeReport]:
        """Every report of which there are figures, or those of `only`."""
        made = []
        for name in self.pages.reports:
            if only and name not in only:
                continue
            try:
                made.append(self._made(name, language))
            except HTTPException:
                continue  # no figures of it are public
        return made

    def _report_list(self, language: str) -> bytes:
        made = self.made_reports(language)
        title = words(language, "reports")
        body = f'<article class="area"><h1>{escape(title)}</h1>{report_list(made)}</article>'
        made_up = any(one.made_up for one in made)
        return document(Head(title, words(language, "reportsLead"), "rapport/"), body, language, site=self.pages.site, made_up=made_up)

    def report(self, request: Request) -> Response:
        name, _, suffix = request.path_params["name"].partition(".")
        language = self.pages.language_of(request)
        if name not in self.pages.reports or suffix not in ("", "pdf", "csv"):
            raise HTTPException(404)
        made_up = self._made_up(name)
        errata = news.errata_of(self.pages.messages, self.pages.shelf.now(), report=name)

        def make() -> bytes:
            made = self._made(name, language)
            if suffix:
                return self.paper(made) if suffix == "pdf" else report_csv(made)
            summary = " ".join("".join(text for text, _ in runs) for runs in made.summary)
            head = Head(made.title, summary[:300] or made.title, f"rapport/{name}")
            body = errata_html(errata, language) + report_body(made)
            return document(head, body, language, site=self.pages.site, made_up=made.made_up)

        return self.pages.page(
            request, f"{self._version()} {[one.id for one in errata]}", make, {"pdf": PDF, "csv": CSV}.get(suffix, HTML), made_up
        )

    def report_part(self, request: Request) -> Response:
        """The figures of one section: /rapport/ID/2.1.csv."""
        name, (number, _, suffix) = request.path_params["name"], request.path_params["part"].rpartition(".")
        if name not in self.pages.reports or suffix != "csv" or not re.fullmatch(r"\d{1,2}\.\d{1,2}", number):
            raise HTTPException(404)
        made_up = self._made_up(name)

        def make() -> bytes:
            try:
                return report_csv(self._made(name, self.pages.shelf.face.main), number)
            except LookupError:
                raise HTTPException(404) from None

        return self.pages.page(request, self._version(), make, CSV, made_up)

    def _made_up(self, name: str) -> bool:
        public = self.pages.shelf.tables()
        return any(public[t].publication.made_up for t in named_tables(self.pages.reports[name]) if t in public)

    def parts(self, made: MadeReport) -> list[str]:
        """Addresses of the figures of its sections."""
        return [f"rapport/{made.id}/{number}.csv" for number, section in numbered(made) if has_figures(section)]

    def paper(self, made: MadeReport) -> bytes:
        """A report as PDF, with the errata that were told of it."""
        return report_pdf(made, self._errata(made))

    def file(self, made: MadeReport) -> bytes:
        """A report as one HTML file that needs nothing else, with the errata that were told of it."""
        return report_file(made, self._errata(made))

    def _errata(self, made: MadeReport) -> list[str]:
        found = news.errata_of(self.pages.messages, self.pages.shelf.now(), report=made.id)
        return [errata_text(one, made.language) for one in found]

    def _made(self, name: str, language: str) -> MadeReport:
        """The report; 404, with a word in the log, where its figures are not published."""
        source, version = self.pages.reports[name], self._version()
        with self._lock:
            before = self._kept.get((name, language))
        if before is not None and before[0] == version:
            return before[1]
        tables = {t: table.publication for t, table in self.pages.shelf.tables().items() if t in named_tables(source)}
        try:
            earlier = {t: self.pages.shelf.tables()[t].published() for t in revised_tables(source) if t in tables}
            made = make_report(source, tables, language, earlier)
        except ProblemsFound as found:
            _log.error("no report %s: %s", name, found)
            raise HTTPException(404) from None
        with self._lock:
            self._kept[name, language] = version, made
        return made


def routes(own: ReportPages) -> list[Route]:
    """Those of the list, a report and its parts."""
    paths = {"/rapport/": own.report_index, "/rapport/{name}": own.report, "/rapport/{name}/{part}": own.report_part}
    return [Route(path, endpoint, methods=["GET"]) for path, endpoint in paths.items()]
