"""The one process that readers talk to: routes from each part, over what the shelf says is public."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from celwacht.publish.serve.limits import Limits
from celwacht.publish.shelf import Shelf


def make_app(shelf: Shelf, *, limits: Limits | None = None) -> Starlette:
    """The application over a shelf; any ASGI server runs it."""
    routes = []
    for part in ("api", "pages"):
        if find_spec(f"celwacht.publish.serve.{part}"):
            routes += importlib.import_module(f"celwacht.publish.serve.{part}").routes(shelf)
    return Starlette(routes=routes, exception_handlers={404: _not_found})


async def _not_found(request, error) -> PlainTextResponse:
    return PlainTextResponse("Not found\n", 404)
