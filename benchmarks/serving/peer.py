"""The limit for the server: uvicorn and starlette that answer a constant body: `python -m benchmarks.serving.peer PORT BYTES`."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route


def app(size: int) -> Starlette:
    body = b"x" * size

    async def answer(request) -> Response:
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/{rest:path}", answer)])


if __name__ == "__main__":
    uvicorn.run(app(int(sys.argv[2])), port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning", access_log=False)
