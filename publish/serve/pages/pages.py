"""Routes of the rendered pages: /gebied/, /gebied/GM0106 (.pdf, .csv), /tabel/ID, /sitemap.xml, /robots.txt.

A profile is worked out per version of the tables, and fact sheets are kept as they are made; a region that no table has, and a table
that is not public yet, are the same 404.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote
from xml.sax.saxutils import escape

from celwacht.publish import viewer
from celwacht.publish.areas.fact_sheet import fact_sheet, picture
from celwacht.publish.areas.profile import Profile, Spread, profile
from celwacht.publish.areas.regions import Region, regions_of
from celwacht.publish.areas.wording import words
from celwacht.publish.publication.description_file import Damaged
from celwacht.publish.publication.publication import Publication
from celwacht.publish.serve.api.http import answer, etag, own_address
from celwacht.publish.serve.http.request import MADE_UP, invented
from celwacht.publish.serve.pages import news
from celwacht.publish.serve.pages.area_page import area_csv, area_html, index_html
from celwacht.publish.serve.pages.frame import Frame, Head, band, document, within
from celwacht.publish.serve.pages.site_pages import errata_html
from celwacht.publish.serve.pages.table_head import table_html
from celwacht.publish.store.shelf import Shelf
from celwacht.tables.face import PLAIN, in_force
from celwacht.tables.indicators.indicator_spec import AreaPage, Indicator, area_page, indicators
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

MOST_SHEETS = 400
HTML, PDF, PNG = "text/html; charset=utf-8", "application/pdf", "image/png"
POLICY = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@dataclass
class Shown:
    """The tables that the pages of regions use, of one moment."""

    version: str
    tables: Mapping[str, Publication] = field(repr=False)
    regions: dict[str, Region] = field(repr=False)
    sheets: dict[str, bytes] = field(default_factory=dict, repr=False)
    spreads: dict[str, Spread | None] = field(default_factory=dict, repr=False)


class Pages:
    """Made once per application. Safe to use from several threads."""

    def __init__(self, shelf: Shelf, site: str = ""):
        self.shelf, self.site = shelf, site
        self._lock = Lock()
        self._shown: Shown | None = None
        self.elsewhere = shelf.face != PLAIN and not in_force()
        """Whether what is shown was published by another project than that whose specifications are read: none of these then count."""
        self.spec, self.indicators = (None, {}) if self.elsewhere else _specifications()
        self.reports = {} if self.elsewhere else news.reports_of_project()
        self.more: Callable[[], list[str]] = list
        """Addresses of further pages for the sitemap."""
        self.benchmark = True
        """Whether the project has one; who has its pages says so."""
        self.messages = () if self.elsewhere else news.messages_of_project()

    def shown(self) -> Shown:
        """What is public now of the tables that the specification names."""
        public = self.shelf.tables()
        wanted = _named(self.spec, self.indicators)
        there = {t: public[t] for t in sorted(wanted) if t in public}
        version = " ".join(f"{t} {table.version}" for t, table in there.items())
        with self._lock:
            if self._shown is None or self._shown.version != version:
                tables = {t: table.publication for t, table in there.items()}
                self._shown = Shown(version, tables, regions_of(tables))
            return self._shown

    def made_up(self) -> bool:
        """Whether the figures of this site are made up: those of the tables that its pages use, else of its first table."""
        used = list(self.shown().tables.values()) or [t.publication for t in list(self.shelf.tables().values())[:1]]
        return any(p.made_up for p in used)

    def band(self) -> str:
        """What the viewer's first page says above all else before its program runs, so that nothing moves when it does: '' where figures are
        real, and where the tables cannot be read, which the program tells."""
        try:
            return band(self.shelf.face, self.shelf.face.first) if self.made_up() else ""
        except (Damaged, OSError):
            return ""

    def language_of(self, request: Request) -> str:
        """The language that was asked for, where the project speaks it; else the one in which its site opens."""
        asked, face = request.query_params.get("lang", ""), self.shelf.face
        return asked if asked in face.languages else face.first

    def frame(self) -> Frame:
        """What stands around a page now."""
        return Frame(self.shelf.face, self.without())

    def without(self) -> frozenset[str]:
        """What this project has no pages of."""
        there = {"regions": self.spec is not None, "reports": bool(self.reports), "benchmark": self.benchmark}
        return frozenset(key for key, shown in there.items() if not shown)

    def profile(self, code: str, beside: list[str]) -> Profile:
        shown = self.shown()
        if self.spec is None or code not in shown.regions:
            raise HTTPException(404)
        return profile(self.spec, self.indicators, shown.tables, shown.regions, code, beside, shown.spreads)

    def index(self, request: Request) -> Response:
        shown, language = self.shown(), self.language_of(request)
        made_up = any(p.made_up for p in shown.tables.values())
        if self.spec is None:
            raise HTTPException(404)
        return self.page(request, shown.version, lambda: index_html(shown.regions, language, self.site, made_up))

    def area(self, request: Request) -> Response:
        name = request.path_params["name"]
        code, _, suffix = name.partition(".")
        beside = [c for c in request.query_params.getlist("met") for c in c.split(",") if re.fullmatch(r"[A-Z]{2}[0-9]{2,4}", c)]
        shown, language = self.shown(), self.language_of(request)
        made_up = any(p.made_up for p in shown.tables.values())
        if code not in shown.regions or self.spec is None:
            raise HTTPException(404)
        if suffix == "pdf":
            return self.page(request, shown.version, lambda: self._sheet(shown, code), PDF, made_up)
        if suffix == "png":
            return self.page(request, shown.version, lambda: picture(self.profile(code, []), language), PNG, made_up)
        if suffix == "csv":
            return self.page(request, shown.version, lambda: area_csv(self.profile(code, beside)), "text/csv; charset=utf-8", made_up)
        if suffix:
            raise HTTPException(404)
        return self.page(
            request, shown.version, lambda: area_html(self.profile(code, beside), shown.regions, language, self.site), made_up=made_up
        )

    def _sheet(self, shown: Shown, code: str) -> bytes:
        made = shown.sheets.get(code)
        if made is None:
            made = fact_sheet(self.profile(code, []))
            if len(shown.sheets) < MOST_SHEETS:
                shown.sheets[code] = made
        return made

    def table(self, request: Request) -> Response:
        table = self.shelf.tables().get(request.path_params["id"])
        if table is None:
            raise HTTPException(404)
        language = self.language_of(request)
        errata = news.errata_of(self.messages, self.shelf.now(), table=table.id)
        told = errata_html(errata, language)
        version = f"{table.version} {[one.id for one in errata]}"
        return self.page(
            request, version, lambda: table_html(table.publication, language, self.site, told), made_up=table.publication.made_up
        )

    def sitemap(self, request: Request) -> Response:
        """Every page with a real address; absolute, by the address that readers use."""
        site = self.site or own_address(request)
        shown = self.shown()
        paths = [
            "",
            *(() if self.spec is None else ("gebied/", *(f"gebied/{c}" for c in shown.regions))),
            *(f"rapport/{r}" for r in self.reports),
            *(f"tabel/{quote(t)}" for t in self.shelf.tables()),
            *self.more(),
            *("kalender", "nieuws", "data", "uitleg"),
        ]
        text = "".join(f"<url><loc>{escape(f'{site}/{path}')}</loc></url>" for path in paths)
        made = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{text}</urlset>\n'
        return answer(request, etag("sitemap", site, *paths), made.encode, "application/xml")

    def robots(self, request: Request) -> Response:
        site = self.site or own_address(request)
        return answer(
            request, etag("robots", site), lambda: f"User-agent: *\nAllow: /\n\nSitemap: {site}/sitemap.xml\n".encode(), "text/plain"
        )

    def nothing(self, request: Request) -> Response | None:
        """The page for an address that there is nothing at, for who asked for a page; None for programs, and where its links would not lead."""
        address = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/")
        if "text/html" not in request.headers.get("accept", "") or address.count("/") > 1:
            return None
        language, address = self.language_of(request), address or "-"
        with within(self.frame()):
            title, up = words(language, "noPage"), "../" if "/" in address else "./"
            link = f'<p><a href="{up}">{escape(words(language, "tables"))}</a></p>'
            body = (
                f'<article class="area"><h1>{escape(title)}</h1><p class="lead">{escape(words(language, "noPageLead"))}</p>{link}</article>'
            )
            return Response(
                document(Head(title, title, address), body, language), 404, {**POLICY, "Cache-Control": "no-store", "Vary": "Accept"}, HTML
            )

    def page(self, request: Request, version: str, make: Callable[[], bytes], media: str = HTML, made_up: bool = False) -> Response:
        """An answer; what is saved as a file has a name that says where its figures are made up, and so does a header of every answer."""
        told, frame = {**POLICY, **(MADE_UP if made_up else {})}, self.frame()

        def in_frame() -> bytes:
            with within(frame):
                return make()

        if media != HTML:
            name = request.url.path.rsplit("/", 1)[1]
            told["Content-Disposition"] = (
                f'{"inline" if media in (PDF, PNG) else "attachment"}; filename="{invented(frame.face) if made_up else ""}{name}"'
            )
        tag = etag("page", viewer.version(), version, request.url.path, request.url.query, str(frame))
        return answer(request, tag, in_frame, media, told)


def routes(pages: Pages) -> list[Route]:
    """Those of regions and tables."""
    paths = {"/gebied/": pages.index, "/gebied/{name}": pages.area, "/tabel/{id}": pages.table}
    plain = {"/sitemap.xml": pages.sitemap, "/robots.txt": pages.robots}
    return [Route(path, endpoint, methods=["GET"]) for path, endpoint in {**paths, **plain}.items()]


def _specifications() -> tuple[AreaPage | None, Mapping[str, Indicator]]:
    """The page of regions and the indicators; none where they are not right."""
    return news.of_project(lambda: (area_page(), indicators()), (None, {}), "no pages of regions")


def _named(spec: AreaPage | None, known: Mapping[str, Indicator]) -> set[str]:
    if spec is None:
        return set()
    return (
        {t for name in spec.tiles if (t := known[name].table)}
        | {p.table for p in spec.breakdowns}
        | ({spec.districts} if spec.districts else set())
    )
