"""Routes of the three steps: /benchmark/, /benchmark/INDICATOR (.csv), /dossier/INDICATOR (.md), /lessen/, /lessen/LESSON.

Worked out per version of the tables; an indicator of which nothing is public, and one that there is none of, are the same 404.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from itertools import count
from threading import Lock

from celwacht.publish.areas.profile import Profile
from celwacht.publish.areas.regions import Region, listed_names, regions_of
from celwacht.publish.areas.wording import in_language
from celwacht.publish.benchmark.comparison import country, outlying
from celwacht.publish.benchmark.dossier import Dossier, dossier_markdown
from celwacht.publish.benchmark.measured import SMALLEST, Measures
from celwacht.publish.benchmark.state import Bench, indicator_csv
from celwacht.publish.benchmark.wording import dossier_words, words
from celwacht.publish.serve.pages import news
from celwacht.publish.serve.pages.benchmark_page import benchmark_html, indicator_html
from celwacht.publish.serve.pages.frame import Head, document
from celwacht.publish.serve.pages.pages import HTML, Pages
from celwacht.tables.indicators.indicator_spec import FromFile, benchmark
from celwacht.tables.indicators.lesson_file import Lesson, lessons
from celwacht.tables.indicators.society import Facts, societies
from markdown_it import MarkdownIt
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CSV, MARKDOWN = "text/csv; charset=utf-8", "text/markdown; charset=utf-8"
LACKING = "no benchmark as it should be"


class BenchmarkPages:
    """Made once per application. Safe to use from several threads."""

    def __init__(self, pages: Pages):
        self.pages, self.shelf = pages, pages.shelf
        self.spec = None if pages.elsewhere else news.of_project(benchmark, None, LACKING)
        pages.benchmark = self.spec is not None
        self.societies: Mapping[str, Facts] = news.of_project(societies, {}, LACKING)
        self.names = listed_names()
        written: tuple[Lesson, ...] = () if pages.elsewhere else news.of_project(lambda: lessons(self.names), (), LACKING)
        self.lessons = {one.id: one for one in written}
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
        self._lock = Lock()
        self._bench: tuple[str, Bench] | None = None

    def addresses(self) -> list[str]:
        """Every page, for the sitemap."""
        bench = self.bench()[1] if self.spec else None
        shown = bench.shown() if bench else ()
        own = ["benchmark/", *(f"benchmark/{n}" for n in shown), *(f"dossier/{n}" for n in shown)] if shown else []
        return [*own, "lessen/", *(f"lessen/{one}" for one in self.lessons)] if self.lessons else own

    def bench(self) -> tuple[str, Bench]:
        """(version, benchmark) of what is public now; 404 where the project has none."""
        if self.spec is None:
            raise HTTPException(404)
        known = self.pages.indicators
        wanted = {t for n in (*self.spec.indicators, *self.spec.alike) if (t := known[n].table)}
        public = self.shelf.tables()
        there = {t: public[t] for t in sorted(wanted) if t in public}
        version = " ".join(f"{t} {table.version}" for t, table in there.items())
        with self._lock:
            if self._bench is None or self._bench[0] != version:
                tables = {t: table.publication for t, table in there.items()}
                regions = regions_of(tables)
                self._bench = version, Bench(self.spec, Measures(known, tables, self.societies), regions, self.names)
            return self._bench

    def index(self, request: Request) -> Response:
        (version, bench), language = self.bench(), self.pages.language_of(request)
        region = _region(request, bench.regions)
        return self.pages.page(
            request,
            version,
            lambda: benchmark_html(bench, region, language, self.pages.site, bool(self.lessons)),
            made_up=bench.any_made_up(bench.shown()),
        )

    def indicator(self, request: Request) -> Response:
        (version, bench), language = self.bench(), self.pages.language_of(request)
        name, _, suffix = request.path_params["name"].partition(".")
        if name not in bench.shown() or suffix not in ("", "csv"):
            raise HTTPException(404)
        region, made_up = _region(request, bench.regions), bench.made_up(name)
        if suffix:
            return self.pages.page(request, version, lambda: indicator_csv(bench, name), CSV, made_up)
        return self.pages.page(request, version, lambda: indicator_html(bench, name, region, language, self.pages.site), made_up=made_up)

    def dossier(self, request: Request) -> Response:
        (version, bench), language = self.bench(), self.pages.language_of(request)
        name, _, suffix = request.path_params["name"].partition(".")
        if name not in bench.shown() or suffix not in ("", "md"):
            raise HTTPException(404)
        made_up = bench.made_up(name)
        if suffix:
            return self.pages.page(request, version, lambda: self.markdown(bench, name, language).encode(), MARKDOWN, made_up)

        def make() -> bytes:
            title = dossier_words(language, "title", name=in_language(bench.indicator(name).title, language))
            back = f'<p class="back"><a href="../benchmark/{name}">{escape(words(language, "benchmark"))}</a></p>'
            link = f'<p class="meta"><a href="{name}.md">{escape(words(language, "dossierMarkdown"))}</a></p>'
            body = f'<article class="area report written">{back}{self._rendered(self.markdown(bench, name, language), language)}{link}</article>'
            return document(Head(title, title, f"dossier/{name}"), body, language, site=self.pages.site, made_up=made_up)

        return self.pages.page(request, version, make, made_up=made_up)

    def _rendered(self, text: str, language: str) -> str:
        """Markdown as HTML; each table may be wider than the page, and is scrolled by keys too."""
        number = count(1)
        return re.sub(
            r"<table>.*?</table>",
            lambda found: (
                f'<div class="wide" tabindex="0" role="region" aria-label="{escape(words(language, "numbered"))} {next(number)}">{found[0]}</div>'
            ),
            self._markdown.render(text),
            flags=re.DOTALL,
        )

    def markdown(self, bench: Bench, name: str, language: str) -> str:
        """The dossier of an indicator."""
        out, asked = outlying(bench.measures, name)
        whole = country(bench.measures, name) or ""

        def profile_of(region: str) -> Profile | None:
            try:
                return self.pages.profile(region, [whole])
            except HTTPException:
                return None  # of a region that has figures of society only

        value = bench.indicator(name).value
        if isinstance(value, FromFile):
            about = bench.measures.societies[value.file].about
            modified, source = about.retrieved, f"{in_language(about.source, language)} ({about.licence})"
        else:
            used = bench.measures.tables[value.table]
            modified, source = used.modified.isoformat(), used.source
        everybody = sum(c.startswith(SMALLEST) for c in bench.measures.regions(name))
        made = Dossier(name, out, asked, whole, everybody, profile_of, modified, source, bench.made_up(name))
        return dossier_markdown(made, bench.measures, bench.name, language)

    def lesson_list(self, request: Request) -> Response:
        language = self.pages.language_of(request)

        def make() -> bytes:
            title = words(language, "lessons")
            links = "".join(f'<li><a href="{one.id}">{escape(one.title)}</a></li>' for one in self.lessons.values())
            body = (
                f'<article class="area"><p class="back"><a href="../benchmark/">{escape(words(language, "benchmark"))}</a></p><h1>{escape(title)}</h1>'
                f'<p class="lead">{escape(words(language, "lessonsLead"))}</p>'
                + (f"<ul>{links}</ul>" if links else f"<p>{escape(words(language, 'noLessons'))}</p>")
                + "</article>"
            )
            return document(Head(title, words(language, "lessonsLead"), "lessen/"), body, language, site=self.pages.site)

        return self.pages.page(request, " ".join(self.lessons), make)

    def lesson(self, request: Request) -> Response:
        language, one = self.pages.language_of(request), self.lessons.get(request.path_params["name"])
        if one is None:
            raise HTTPException(404)

        def make() -> bytes:
            back = f'<p class="back"><a href="./">{escape(words(language, "lessons"))}</a></p>'
            body = f'<article class="area report written">{back}<h1>{escape(one.title)}</h1>{self._rendered(one.text, language)}</article>'
            return document(Head(one.title, one.title, f"lessen/{one.id}"), body, language, site=self.pages.site)

        return self.pages.page(request, one.title + one.text, make, HTML)


def routes(pages: Pages, own: BenchmarkPages | None = None) -> list[Route]:
    """Those of the three steps, which are in the sitemap from now on."""
    own = own or BenchmarkPages(pages)
    pages.more = own.addresses
    paths = {
        "/benchmark/": own.index,
        "/benchmark/{name}": own.indicator,
        "/dossier/{name}": own.dossier,
        "/lessen/": own.lesson_list,
        "/lessen/{name}": own.lesson,
    }
    return [Route(path, endpoint, methods=["GET"]) for path, endpoint in paths.items()]


def _region(request: Request, regions: Mapping[str, Region]) -> str:
    """The region that is asked for; '' for none, or one that there is none of."""
    asked = request.query_params.get("gebied", "")
    return asked if asked in regions else ""
