"""Routes of what the office tells: /kalender (.ics), /nieuws, /feed.atom, /feed.json, /feed/TABLE.atom, /data, /uitleg, security.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock

from celwacht.publish.publication.publication import Words
from celwacht.publish.serve.api.http import answer, etag, own_address
from celwacht.publish.serve.pages import feeds, news, site_pages
from celwacht.publish.serve.pages.pages import HTML, Pages
from celwacht.publish.store.embargo import at
from celwacht.tables.indicators.site_spec import Site, site
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ATOM, JSON_FEED, ICAL = "application/atom+xml", "application/feed+json", "text/calendar; charset=utf-8"


class SitePages:
    """Made once per application. Safe to use from several threads."""

    def __init__(self, pages: Pages):
        self.pages, self.shelf = pages, pages.shelf
        self.site: Site | None = None if pages.elsewhere else news.of_project(site, None, "the pages of the office lack what is not right")
        self.messages = pages.messages
        self._counts: news.Counts = {}
        self._counting = Lock()

    def version(self) -> str:
        """Changes whenever a release or a message becomes public."""
        now = self.shelf.now()
        told = [one.id for one in news.told(self.messages, now)]
        return " ".join([f"{r.set_name}/{r.id}" for r in self.shelf.releases()] + told)

    def calendar(self, request: Request) -> Response:
        now, language = self.shelf.now(), self.pages.language_of(request)
        announced = news.coming(self.site, now)
        version = f"{self.version()} {[c.moment for c in announced]}"
        return self._page(
            request,
            version,
            lambda made_up: site_pages.calendar_html(announced, news.entries(self.shelf, (), {}), language, self.pages.site, made_up),
        )

    def ical(self, request: Request) -> Response:
        now, address = self.shelf.now(), self._site(request)
        body = feeds.calendar(news.coming(self.site, now), address, self.shelf.face)
        return answer(request, etag("ical", body.decode()), lambda: body, ICAL)

    def entries(self) -> list[news.Entry]:
        """All news. What the newest releases changed is counted once, which takes seconds where nobody has asked for their figures yet."""
        with self._counting:
            self._counts = news.counted(self.shelf, self._counts)
            return news.entries(self.shelf, self.messages, self._counts)

    def news(self, request: Request) -> Response:
        language = self.pages.language_of(request)
        return self._page(
            request,
            self.version(),
            lambda made_up: site_pages.news_html(self.entries(), self._titles(), language, self.pages.site, made_up),
        )

    def atom(self, request: Request) -> Response:
        return self._feed(
            request, lambda address: feeds.atom(self.entries(), self._told(self._title()), address, "feed.atom", self.shelf.face), ATOM
        )

    def json_feed(self, request: Request) -> Response:
        return self._feed(
            request, lambda address: feeds.json_feed(self.entries(), self._told(self._title()), address, self.shelf.face), JSON_FEED
        )

    def table_feed(self, request: Request) -> Response:
        name = request.path_params["name"].removesuffix(".atom")
        table = self.shelf.tables().get(name)
        if table is None or not request.path_params["name"].endswith(".atom"):
            raise HTTPException(404)
        title = self._told(table.publication.title)

        def made(address: str) -> bytes:
            own = [entry for entry in self.entries() if name in entry.tables]
            return feeds.atom(own, title, address, f"feed/{name}.atom", self.shelf.face)

        return self._feed(request, made, ATOM)

    def data(self, request: Request) -> Response:
        language = self.pages.language_of(request)
        sets = sorted(self.shelf.sets().values(), key=lambda s: (s.moment, s.name), reverse=True)
        return self._page(
            request, self.version(), lambda made_up: site_pages.data_html(sets, self._titles(), language, self.pages.site, made_up)
        )

    def explained(self, request: Request) -> Response:
        language = self.pages.language_of(request)
        terms = {t.term.nl: t for source in self.pages.reports.values() for t in source.report.terms}
        listed = [(Words(t.term.nl, t.term.en), Words(t.text.nl, t.text.en)) for _, t in sorted(terms.items(), key=lambda i: i[0].lower())]
        return self._page(
            request, "explained", lambda made_up: site_pages.explained_html(self.site, listed, language, self.pages.site, made_up)
        )

    def security(self, request: Request) -> Response:
        """RFC 9116; nothing where the project says nothing, or what it says holds no longer."""
        own = self.site.security if self.site else None
        if own is None or self.shelf.now() >= at(date.fromisoformat(own.expires)):
            raise HTTPException(404)
        address = self._site(request)
        text = (
            f"Contact: mailto:{own.contact}\nExpires: {own.expires}T00:00:00Z\nPreferred-Languages: {', '.join(self.shelf.face.languages)}\n"
            f"Canonical: {address}/.well-known/security.txt\n"
        )
        return answer(request, etag("security", text), text.encode, "text/plain; charset=utf-8")

    def _title(self) -> Words:
        """The title of the feed of all news."""
        return Words(f"{self.shelf.face.name}: nieuws", f"{self.shelf.face.name}: news")

    def _told(self, title: Words) -> Words:
        """The title of a feed, which says so where figures are made up."""
        return Words(f"VERZONNEN GEGEVENS – {title.nl}", f"MADE-UP DATA – {title.en or title.nl}") if self.pages.made_up() else title

    def _titles(self) -> dict[str, Words]:
        """Titles of the tables of this moment."""
        return {t: table.publication.title for t, table in self.shelf.tables().items()}

    def _site(self, request: Request) -> str:
        return self.pages.site or own_address(request)

    def _feed(self, request: Request, make: Callable[[str], bytes], media: str) -> Response:
        address = self._site(request)
        return answer(
            request, etag("feed", self.version(), address, request.url.path, str(self.pages.made_up())), lambda: make(address), media
        )

    def _page(self, request: Request, version: str, make: Callable[[bool], bytes]) -> Response:
        made_up = self.pages.made_up()
        return self.pages.page(request, f"{version} {made_up}", lambda: make(made_up), HTML, made_up)


def routes(pages: Pages, own: SitePages | None = None) -> list[Route]:
    """Those of the news, the calendar, the data and the explanation."""
    own = own or SitePages(pages)
    paths = {
        "/kalender": own.calendar,
        "/kalender.ics": own.ical,
        "/nieuws": own.news,
        "/feed.atom": own.atom,
        "/feed.json": own.json_feed,
        "/feed/{name}": own.table_feed,
        "/data": own.data,
        "/uitleg": own.explained,
        "/.well-known/security.txt": own.security,
    }
    return [Route(path, endpoint, methods=["GET"]) for path, endpoint in paths.items()]
