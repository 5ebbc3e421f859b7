"""The portal as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import create_task_group, sleep
from celwacht.publish.portal.exchange import drafts, reports, uploads
from celwacht.publish.portal.keeping.portal_folder import Portal
from celwacht.publish.portal.web import coming_in, exchanging, filling_in, securing, signing_up
from celwacht.publish.portal.web.asked import HEADERS, Asked, Page, page, to
from celwacht.publish.portal.web.pages import FOLDER
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

PAGES: dict[str, tuple[Page, str]] = {
    "/inloggen": (coming_in.sign_in, "GET POST"),
    "/code": (coming_in.code, "GET POST"),
    "/uitnodiging": (coming_in.invitation, "GET POST"),
    "/wachtwoord": (coming_in.password, "GET POST"),
    "/tweede-stap": (coming_in.factor, "GET POST"),
    "/vergeten": (coming_in.forgotten, "GET POST"),
    "/herstellen": (coming_in.reset, "GET POST"),
    "/uitloggen": (coming_in.sign_out, "POST"),
    "/account": (coming_in.account, "GET POST"),
    "/sleutels": (securing.keys, "GET POST"),
    "/aanmelden": (signing_up.sign_up, "GET POST"),
    "/rapporten": (exchanging.list_reports, "GET"),
    "/rapporten/{number}": (exchanging.fetch_report, "GET"),
    "/inzenden": (exchanging.send_in, "GET POST"),
    "/inzenden/{number}": (exchanging.one_upload, "GET POST"),
    "/inzenden/{number}/stand": (exchanging.state_of, "GET"),
    "/formulier": (filling_in.list_forms, "GET POST"),
    "/formulier/{number}": (filling_in.one_form, "GET POST"),
    "/formulier/{number}/{row}": (filling_in.one_row, "GET POST"),
}
"""Path -> what makes its answer, and the methods that it takes."""
TIDY = 3600
"""Seconds between two times that what is over is removed."""
_SCRIPT = "text/javascript; charset=utf-8"
FILES = {"portal.css": "text/css; charset=utf-8", "portal.js": _SCRIPT, "keys.js": _SCRIPT}


def make_portal_app(portal: Portal) -> ASGIApp:
    """The application; any ASGI server runs it, behind TLS. At its start it finishes what a process that ended left."""
    routes = [Route(path, page(portal, answer), methods=methods.split()) for path, (answer, methods) in PAGES.items()]
    routes += [Route("/", page(portal, _first)), Route("/inzenden/{number}/stuk", exchanging.take_piece(portal), methods=["PUT"])]
    routes += [Route(f"/{name}", _file(name)) for name in FILES]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(_settle, portal)
        async with create_task_group() as beside:
            beside.start_soon(_tidy_now_and_then, portal)
            yield
            beside.cancel_scope.cancel()

    handlers = {404: page(portal, exchanging.nothing), 405: _no_method, 500: _failed}
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={code: _handler(make) for code, make in handlers.items()})
    app.router.redirect_slashes = False  # such a redirect would name the host that the request named
    return Headers(app)  # around all of it: also around the answer to an error of ours


def _first(asked: Asked) -> Response:
    return to("/rapporten" if asked.account() else "/inloggen")


def _settle(portal: Portal) -> None:
    for upload in uploads.unfinished(portal):
        uploads.finish(portal, upload)
    tidy(portal)


async def _tidy_now_and_then(portal: Portal) -> None:
    """A portal that is served for months removes in time as well."""
    while True:
        await sleep(TIDY)
        try:
            await run_in_threadpool(tidy, portal)
        except Exception as error:  # the boundary of a task that nobody waits for: a full disk, say, ends no page of anybody
            portal.note("not removed", why=type(error).__name__)


def tidy(portal: Portal) -> None:
    """Removes what is over: uploads that were left, forms, reports, mail that failed long ago."""
    uploads.remove_abandoned(portal)
    drafts.remove_old(portal)
    reports.remove_expired(portal)
    portal.outbox.remove_old(portal.now())


def _handler(make):
    async def handler(request: Request, error: Exception) -> Response:
        return await make(request)

    return handler


async def _no_method(request: Request) -> Response:
    return PlainTextResponse("This is not possible here.\n", 405)


async def _failed(request: Request) -> Response:
    """Nothing of the reason (ASVS 16.5.1)."""
    return PlainTextResponse("Something went wrong at our side. Try again later.\n", 500)


def _file(name: str):
    content = (FOLDER / name).read_bytes()

    async def endpoint(request: Request) -> Response:
        return Response(content, 200, {"Cache-Control": "max-age=3600"}, FILES[name])

    return endpoint


class Headers:
    """Adds HEADERS to every answer that does not set them itself."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def out(message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, out)
