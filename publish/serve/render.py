"""The whole site as static files, for a server that runs nothing of ours: what the application answers, with links that lead to files.

    /gebied/GM0106?lang=en   ->  en/gebied/GM0106.html
    /benchmark/ID?gebied=..  ->  no link: a choice of a region needs the server
    /kalender                ->  kalender.html
    /api/v1/tables/ID/data   ->  api/v1/tables/ID/data.json, read by the viewer, which searches and chooses by itself then

What is not public at this moment is in none of them, and a link to what a file cannot answer (OData, choices) is left out.
"""

from __future__ import annotations

import asyncio
import json
import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from celwacht.publish.serve.api import api
from celwacht.publish.serve.pages import benchmark_routes, pages, report_routes, site_routes
from celwacht.publish.serve.static import viewer_pages
from celwacht.publish.store.shelf import Shelf
from celwacht.publish.store.whole import is_whole
from starlette.applications import Starlette

WHOLE = ("csv", "xlsx", "parquet")
"""The forms of whole tables that are written; all forms of each set as published are in files/."""
ANY = 1_000_000_000
_HREF = re.compile(r'(<(?:a|link)\b[^>]*?) href="([^"]*)"')
_CONTENT = re.compile(r'("contentUrl": ")([^"]*)(")')
_FORM = re.compile(r'<form class="compare".*?</form>', re.DOTALL)


class NotRendered(Exception):
    """The message is for whoever ran the command; nothing was left behind."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def asked(app: Any, address: str) -> Answer:
    """What the application answers, in this process."""
    parts, got, body = urlsplit(address), {}, bytearray()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            got["status"], got["headers"] = message["status"], {k.decode(): v.decode("latin-1") for k, v in message["headers"]}
        body.extend(message.get("body", b""))

    async def receive() -> Any:
        await asyncio.Event().wait()

    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(parts.path),
        "headers": [],
    }
    scope |= {"query_string": parts.query.encode(), "server": ("127.0.0.1", 80), "client": None, "raw_path": parts.path.encode()}
    asyncio.run(app(scope, receive, send))
    return Answer(got["status"], got["headers"], bytes(body))


class Rendering:
    """One site. site: scheme, host and path at which it will stand, without a / behind."""

    def __init__(self, shelf: Shelf, folder: Path, site: str):
        self.shelf, self.folder, self.site = shelf, folder, site
        self.pages = pages.Pages(shelf, site)
        self.reports = report_routes.ReportPages(self.pages)
        reading = api.routes(shelf, most_data=ANY, most_download=ANY)
        whole = [
            *reading,
            *pages.routes(self.pages),
            *report_routes.routes(self.reports),
            *site_routes.routes(self.pages),
            *benchmark_routes.routes(self.pages),
        ]
        whole += viewer_pages.routes(shelf, without=sorted(self.pages.without()), band=self.pages.band)
        self.app = Starlette(routes=whole)
        self.tables = shelf.tables()
        formats = json.loads(self._get("/api/v1/formats"))["formats"]
        self.formats = [f for f in formats if f["key"] in WHOLE]
        self.suffixes = {f["key"]: f["suffix"].lstrip(".") for f in self.formats}
        self.named = self._pages()
        self.files: set[str] = set()
        self.written = 0

    def _pages(self) -> tuple[str, ...]:
        """Addresses of all pages of text, as the sitemap has them."""
        text = asked(self.app, "/sitemap.xml").body.decode()
        found = [unescape(a).removeprefix(f"{self.site}/") for a in re.findall(r"<loc>([^<]*)</loc>", text)]
        return tuple(a for a in [*found, "rapport/"] if a)

    def all(self) -> int:
        """Writes every file; the number of them."""
        for address, name in self._plain():
            self._keep(name, self._get(address))
        self._published()
        self._viewer()
        for page in self.named:
            for language in self.shelf.face.languages:
                body = self._get(f"/{page}?lang={language}").decode()
                self._keep(place(page, language), self._relinked(body, page, language).encode())
        for name in ("sitemap.xml", "feed.atom", "feed.json", "kalender.ics", *(f"feed/{t}.atom" for t in self.tables)):
            self._keep(name, self._absolute(self._get(f"/{name}").decode()).encode())
        return self.written

    def _get(self, address: str) -> bytes:
        found = asked(self.app, address)
        if found.status != 200:
            raise NotRendered(f"{address} is answered with {found.status}; look at the log of celwacht serve.")
        return found.body

    def _plain(self) -> Iterator[tuple[str, str]]:
        """(address, file) of what is a file already."""
        for code in self.pages.shown().regions:
            for form in ("pdf", "csv", "png"):
                yield f"/gebied/{code}.{form}", f"gebied/{code}.{form}"
        for one in self.reports.made_reports(self.shelf.face.main):
            for form in ("pdf", "csv"):
                yield f"/rapport/{one.id}.{form}", f"rapport/{one.id}.{form}"
            yield from ((f"/{part}", part) for part in self.reports.parts(one))
        for table in self.tables:
            for key in WHOLE:
                yield f"/api/v1/tables/{quote(table)}/download?format={key}", f"download/{table}.{self.suffixes[key]}"
            for part in ("", "/history", "/data"):
                yield f"/api/v1/tables/{quote(table)}{part}", f"api/v1/tables/{table}{part}.json"
        if asked(self.app, "/.well-known/security.txt").status == 200:
            yield "/.well-known/security.txt", ".well-known/security.txt"
        yield "/robots.txt", "robots.txt"

    def _published(self) -> None:
        """The files of the sets as they were published, each held against its manifest."""
        listed = []
        for one in self.shelf.sets().values():
            for name, (size, sha256) in one.listed.items():
                if not is_whole(one.folder / name, size, sha256):
                    raise NotRendered(f"{one.name}/{name} is not what was published; publish the set again.")
                to = self.folder / "files" / one.name / name
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(one.folder / name, to)
                self.files.add(f"files/{one.name}/{name}")
                listed.append({"url": f"{one.name}/{quote(name)}", "bytes": size, "sha256": sha256})
        self.written += len(listed)
        self._keep("files/index.json", (json.dumps({"files": listed}) + "\n").encode())

    def _viewer(self) -> None:
        for name, page in viewer_pages.pages().items():
            if name != viewer_pages.FIRST:
                self._keep(f"v/{viewer_pages.VERSION}/{name}", page.content)
        first = self._get("/").decode().replace("<html ", "<html data-static ", 1)
        for link, to in (("gebied/", "gebied/index.html"), ("api/v1/tables", "api/v1/tables.json")):
            first = first.replace(f'href="{link}"', f'href="{to}"')
        for name in ("index.html", "embed.html"):
            self._keep(name, first.encode())
        listed = json.loads(self._get("/api/v1/tables"))
        for one in listed["tables"]:
            one["words"] = self._words(one["id"])
        self._keep("api/v1/tables.json", (json.dumps(listed, ensure_ascii=False) + "\n").encode())
        self._keep("api/v1/formats.json", (json.dumps({"formats": self.formats}) + "\n").encode())

    def _words(self, table: str) -> str:
        """What the viewer searches where no server does: the titles of all codes but those of districts."""
        dimensions = self.tables[table].publication.dimensions
        found = [w for d in dimensions if d.kind != "GeoDetail" for c in d.codes for w in (c.title.nl, c.title.en) if w]
        return " ".join(dict.fromkeys(found))

    def _keep(self, name: str, content: bytes) -> None:
        to = self.folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content)
        self.files.add(name)
        self.written += 1

    def _relinked(self, text: str, page: str, language: str) -> str:
        """A page whose links lead to files, from where it lies."""
        here = posixpath.dirname(place(page, language))

        def lead(address: str) -> str | None:
            return self._led(unescape(address), page, language, here)

        def link(found: re.Match[str]) -> str:
            to = lead(found[2])
            return found[1] if to is None else f'{found[1]} href="{escape(to)}"'

        text = _FORM.sub("", text)
        text = _CONTENT.sub(lambda f: f"{f[1]}{lead(f[2]) or self.site}{f[3]}", text)
        return self._absolute(_HREF.sub(link, text))

    def _led(self, address: str, page: str, language: str, here: str) -> str | None:
        """Where a link leads from the folder `here`; None where no file answers it."""
        if urlsplit(address).scheme or address.startswith("#"):
            return address
        whole = urlsplit(urljoin(f"http://site/{page}", address))
        path, asked_for = unquote(whole.path.lstrip("/")), parse_qs(whole.query)
        spoken = asked_for.get("lang", [language])[0]
        fragment = f"#{whole.fragment}" if whole.fragment else ""
        if asked_for.get("gebied") or asked_for.get("met"):
            return None  # a choice, which only the server answers
        download = re.fullmatch(r"api/v1/tables/([^/]+)/download", path)
        if download and asked_for.get("format", [""])[0] in WHOLE:
            path = f"download/{download[1]}.{self.suffixes[asked_for['format'][0]]}"
        elif path == "":
            path = "index.html"
        elif path == "files/":
            path = "files/index.json"
        elif path in self.named:
            path = place(path, spoken)
        elif path not in self.files and path not in ("feed.atom", "feed.json", "kalender.ics"):
            return None
        return quote(posixpath.relpath(path, here or ".")) + fragment

    def _absolute(self, text: str) -> str:
        """Whole addresses of our own pages as those of their files."""

        def file_of(found: re.Match[str]) -> str:
            page = unquote(found[1])
            return f"{self.site}/{quote(place(page, 'nl'))}" if page in self.named else found[0]

        return re.sub(re.escape(self.site) + r"/([A-Za-z0-9_./%-]+)", file_of, text)


def place(page: str, language: str) -> str:
    """The file of a page: 'gebied/' -> 'gebied/index.html'; in English below en/."""
    return f"{'en/' if language == 'en' else ''}{page}{'index' if page.endswith('/') else ''}.html"


def render(shelf: Shelf, folder: Path, site: str) -> int:
    """Writes the site to a new folder, all of it or nothing; the number of files. NotRendered for a folder that is there already."""
    if folder.exists():
        raise NotRendered(f"{folder} is there already. Name a new folder; then let your server show that one in place of the one before.")
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        written = Rendering(shelf, partial, site).all()
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return written
