"""The files of the viewer: read once at the start, put together (bundle.py), compressed once, with ETags and a strict policy.

The first page asks for one style sheet and one program; the files that these are made of are served as they are, to read.

Nothing else of the machine is reachable: a file is served when it was in the folder at the start and its name ends in one of
MEDIA. The policy (CSP) lets a page load and call its own server only, run no script or style written into the page.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from types import MappingProxyType

from celwacht.publish import viewer
from celwacht.publish.serve.api.http import known_already, takes_gzip
from celwacht.publish.serve.static import bundle
from celwacht.publish.store.shelf import Shelf
from celwacht.publish.viewer.own_map import outlines
from celwacht.tables.face import PLAIN, Face
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
FIRST = "index.html"
VERSION = viewer.version()
"""Of the files that came with this installation."""
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}

EMBED, FRAMED = "/embed", "frame-ancestors *"
"""The one address that other sites may show in a frame: the viewer without its own frame around it."""
KEPT = {**SECURITY, "Cache-Control": "public, max-age=31536000, immutable"}
"""Of files below their version: another version has another address."""
EMBEDDED = {
    **{key: value for key, value in SECURITY.items() if key != "Cross-Origin-Opener-Policy"},
    "Content-Security-Policy": SECURITY["Content-Security-Policy"].replace("frame-ancestors 'none'", FRAMED),
}


@dataclass(frozen=True, slots=True)
class Page:
    content: bytes = field(repr=False)
    packed: bytes = field(repr=False)
    etag: str
    media_type: str


@cache
def pages(folder: Path = viewer.FOLDER) -> Mapping[str, Page]:
    """Name within the folder -> page; with the programs and the style sheet that the first page then asks for."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in MEDIA and path.is_file()
    }
    if FIRST in texts:
        first, made = bundle.put_together(texts[FIRST].decode(), {name: text.decode() for name, text in texts.items()})
        texts |= {FIRST: first.encode(), **{name: text.encode() for name, text in made.items()}}
    return MappingProxyType({name: _page(text, MEDIA[Path(name).suffix]) for name, text in texts.items()})


def _page(content: bytes, media_type: str) -> Page:
    return Page(content, gzip.compress(content, 9, mtime=0), f'W/"{hashlib.sha256(content).hexdigest()[:20]}"', media_type)


HIDDEN_BAND, VISIBLE_BAND = b" hidden></aside>", b">@</aside>"
"""The band of made-up data on the first page, without and with words."""
MAP = "map.json"
"""The address of the outlines of a project's areas."""


def routes(
    shelf: Shelf | None = None, *, folder: Path | None = None, without: Iterable[str] = (), band: Callable[[], str] = str
) -> list[Route]:
    """A route for each file of the viewer, and its first page at /; the map of the project where it has one.

    shelf: whose face the first page wears; without: what there are no pages of, as in `frame.FOOT`; band: what stands above it now."""
    found = dict(pages(folder or viewer.FOLDER))
    version = viewer.version(folder or viewer.FOLDER)
    face = shelf.face if shelf is not None else PLAIN
    first = {FIRST: _versioned(_faced(found[FIRST], face, without), version)} if FIRST in found else {}
    if face.map:
        found[MAP] = _page(json.dumps(outlines(Path(face.map)), separators=(",", ":")).encode(), MEDIA[".json"])
    paths = {f"/{name}": page for name, page in (found | first).items()} | ({"/": first[FIRST]} if first else {})
    kept = [Route(f"/v/{version}/{name}", _served(page, KEPT), methods=["GET"]) for name, page in found.items() if name != FIRST]
    framed = [Route(EMBED, _opened(first[FIRST], band, EMBEDDED), methods=["GET"])] if first else []
    opened = [
        Route(path, _opened(page, band) if page is first.get(FIRST) else _served(page), methods=["GET"]) for path, page in paths.items()
    ]
    return opened + framed + kept


def _faced(page: Page, face: Face, without: Iterable[str]) -> Page:
    """The first page in the languages and under the name of the project; as it is where that has no face of its own."""
    left_out = " ".join(without)
    told = f' data-without="{escape(left_out)}"' if left_out else ""
    text = page.content.decode()
    if face != PLAIN:
        told += f' data-own data-languages="{" ".join(face.languages)}" data-name="{escape(face.name)}"'
        told += f' data-map="{MAP}"' if face.map else ""
        text = text.replace("<title>Celwacht</title>", f"<title>{escape(face.name)}</title>")
        text = text.replace('content="Celwacht: ', f'content="{escape(face.theme or face.name)}: ')
    if face.first == "en":
        text = text.replace('<html lang="nl"', '<html lang="en"')
        for dutch, english in ENGLISH.items():
            text = text.replace(dutch, english)
    if face.languages == ("nl",):
        text = text.replace(' &mdash; <span lang="en">This page needs JavaScript.</span>', "")
    return _page(re.sub(r'(<html lang="..")', rf"\g<1>{told}", text).encode(), page.media_type) if told or face != PLAIN else page


ENGLISH = {
    "tabellen, bewezen veilig": "tables, proved safe",
    'title="Nieuws"': 'title="News"',
    "Naar de inhoud": "Skip to content",
    'aria-label="Let op"': 'aria-label="Please note"',
    'Deze pagina heeft JavaScript nodig. De cijfers staan ook <a href="gebied/">per gebied</a> en in de open data:': (
        "This page needs JavaScript. The figures are in the open data too:"
    ),
    ' &mdash; <span lang="en">This page needs JavaScript.</span>': "",
}
"""What the first page says before any script runs, in English."""


def _versioned(page: Page, version: str) -> Page:
    """The first page with the addresses of its scripts and styles below their version, which a browser asks for once."""
    below = rb"\g<1>" + f"v/{version}/".encode()
    return _page(re.sub(rb'((?:href|src)=")(?=[a-z0-9_/-]+\.(?:css|js|svg)")', below, page.content), page.media_type)


def _served(page: Page, policy: Mapping[str, str] = SECURITY) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return _answer(page, policy, request)

    return endpoint


def _opened(page: Page, band: Callable[[], str], policy: Mapping[str, str] = SECURITY) -> Callable[[Request], Response]:
    """The first page under the band of this moment: what a script put above the page later would move all of it."""

    @lru_cache(maxsize=2)
    def under(text: str) -> Page:
        shown = page.content.replace(HIDDEN_BAND, VISIBLE_BAND.replace(b"@", escape(text).encode()))
        return _page(shown, page.media_type) if text else page

    def endpoint(request: Request) -> Response:
        return _answer(under(band()), policy, request)

    return endpoint


def _answer(page: Page, policy: Mapping[str, str], request: Request) -> Response:
    headers = {"Cache-Control": "no-cache", **policy, "ETag": page.etag, "Vary": "Accept-Encoding"}
    if known_already(request, page.etag):
        return Response(None, 304, headers)
    if takes_gzip(request):
        return Response(page.packed, 200, {**headers, "Content-Encoding": "gzip"}, page.media_type)
    return Response(page.content, 200, headers, page.media_type)
