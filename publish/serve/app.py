"""The one process that readers talk to: routes from each part, over what the shelf says is public."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from anyio.to_thread import current_default_thread_limiter
from celwacht.publish.publication.description_file import Damaged
from celwacht.publish.serve import bulk
from celwacht.publish.serve.api import api
from celwacht.publish.serve.catalogue.catalogue import Catalogue
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.serve.http.outer import Counted, Forwarded, Metrics, Network, Prefixed, access_log
from celwacht.publish.serve.http.web import UNREADABLE, Below, Service, Workers, unreadable
from celwacht.publish.serve.odata3 import service3
from celwacht.publish.serve.odata4 import service4
from celwacht.publish.serve.pages import benchmark_routes, pages, site_routes
from celwacht.publish.serve.pages.report_routes import ReportPages
from celwacht.publish.serve.pages.report_routes import routes as reports
from celwacht.publish.serve.static import set_files, viewer_pages
from celwacht.publish.store.shelf import Shelf
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

COMMON = {
    b"access-control-allow-origin": b"*",
    b"x-content-type-options": b"nosniff",
    b"access-control-expose-headers": b"ETag, OData-Version, DataServiceVersion, Content-Disposition, Content-Range, Accept-Ranges, Retry-After, "
    b"Celwacht-Data",
    b"cache-control": b"no-cache",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every answer that does not set them itself: anybody may read, nothing may run."""
PREFLIGHT = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
"""What a browser asks before a notebook sends a header of its own: any header may be sent, and only reading is possible."""


def make_app(shelf: Shelf, *, limits: Limits | None = None, base: str = "") -> Starlette:
    """The application over a shelf; any ASGI server runs it.

    base: scheme, host and path for the links in answers, such as https://cijfers.example.nl/jz; default: what the reader asked.
    """
    below = urlsplit(base).path
    limits = limits or Limits()
    catalogue, workers = Catalogue(shelf, limits), Workers(limits)

    shown = pages.Pages(shelf, base)
    office = site_routes.SitePages(shown)
    csv, copying = bulk.Bulk(catalogue), Workers(limits)  # threads of its own: making a zip keeps no query waiting

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = limits.api_threads
        warming = asyncio.ensure_future(workers.step(_warmed, catalogue, office))
        yield
        warming.cancel()
        for part in (workers, copying, csv, catalogue):
            part.close()

    def service(answer, refusal, threads: Workers = workers) -> Service:
        return Service(answer, refusal, threads, limits, base)

    routes: list[BaseRoute] = [Below(service4.PREFIX, service(service4.V4(catalogue).answer, service4.refusal))]
    for prefix in (service3.CATALOG, service3.API, service3.FEED):
        part = service3.V3(catalogue, prefix)
        routes.append(Below(prefix, service(part.answer, part.refusal)))
    routes.append(Below(bulk.PREFIX, service(csv.answer, bulk.refusal, copying)))

    routes += [
        Route("/health", _health(shelf), methods=["GET"]),
        *api.routes(shelf, prefix=below),
        *set_files.routes(shelf, below),
        *(*pages.routes(shown), *reports(ReportPages(shown)), *site_routes.routes(shown, office), *benchmark_routes.routes(shown)),
        *viewer_pages.routes(shelf, without=sorted(shown.without()), band=shown.band),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={**_HANDLED, 404: _nothing(shown)})
    app.router.redirect_slashes = False  # it would lead to whatever host the reader named, and tell what there is
    app.add_middleware(CommonHeaders)
    if below:
        app.add_middleware(Prefixed, prefix=below)
    return app


def _health(shelf: Shelf) -> Callable[[Request], Awaitable[Response]]:
    async def health(_: Request) -> Response:
        return PlainTextResponse(f"ok, {len(shelf.tables())} tables\n", headers={"Cache-Control": "no-store"})

    return health


def _nothing(shown: pages.Pages) -> Callable[[Request, Exception], Response]:
    def nothing(request: Request, _: Exception) -> Response:
        return shown.nothing(request) or PlainTextResponse("There is nothing here.\n", 404, {"Cache-Control": "no-store"})

    return nothing


async def _for_reading(request, error) -> PlainTextResponse:
    return PlainTextResponse("Everything here is for reading: use GET.\n", 405, {"Cache-Control": "no-store", "Allow": "GET, HEAD"})


async def _away(request, error: Exception) -> PlainTextResponse:
    return PlainTextResponse(unreadable(error), 503, UNREADABLE)


_HANDLED: dict[Any, Any] = {405: _for_reading, Damaged: _away, OSError: _away}
"""What goes wrong, and who answers."""


def _warmed(catalogue: Catalogue, office: site_routes.SitePages) -> None:
    """Reads ahead; what cannot be read now is reported when somebody asks for it."""
    try:
        catalogue.warm()
        office.entries()
    except (Damaged, OSError) as error:
        unreadable(error)


def behind(app: Starlette, shelf: Shelf, base: str = "", trusted: Sequence[Network] = (), log: str = "", metrics_port: int = 0) -> Any:
    """The application as an operator runs it: behind proxies that are trusted, counted, with a log of what was asked (`access_log`).

    base: as of `make_app`. metrics_port: requests that come in there get /metrics and nothing else; 0: nobody does.
    """
    metrics = Metrics()
    counted = Prefixed(Counted(Forwarded(app, trusted), metrics, access_log(log) if log else None), urlsplit(base).path)

    async def told(scope, receive, send) -> None:
        if scope["type"] == "http" and metrics_port and (scope.get("server") or ("", 0))[1] == metrics_port:
            there = scope["path"] == "/metrics"
            text = metrics.text(len(shelf.tables())) if there else b"There is nothing here.\n"
            await Response(text, 200 if there else 404, media_type="text/plain; version=0.0.4; charset=utf-8")(scope, receive, send)
        else:
            await counted(scope, receive, send)

    return told


class CommonHeaders:
    """Adds COMMON where an answer says nothing else."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        preflight = scope["method"] == "OPTIONS" and any(name == b"access-control-request-method" for name, _ in scope["headers"])
        app = Response(None, 204, PREFLIGHT) if preflight else self._app

        async def out(message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                there = {name.lower() for name, _ in headers}
                message = {**message, "headers": headers + [pair for pair in COMMON.items() if pair[0] not in there]}
            await send(message)

        await app(scope, receive, out)
