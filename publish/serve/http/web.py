"""Between ASGI and the services: a request becomes an Ask, a Reply goes out. No service knows HTTP, none can block it.

Each answer is made in a thread; large ones leave a block at a time, so that memory does not grow with what is asked.
"""

from __future__ import annotations

import asyncio
import errno
import gzip
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader
from typing import Any

from celwacht.publish.publication.description_file import Damaged
from celwacht.publish.serve.http.errors import QueryError
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.serve.http.outer import HOST
from celwacht.publish.serve.http.request import Ask, Reply, here
from starlette.routing import BaseRoute, Match

CACHE = "no-cache"
"""Keep it, and ask each time whether it still holds: a release may come at any moment, and 304 is cheap."""
COPIED = 1 << 18
"""Bytes of a file that are read at a time."""
_log = logging.getLogger("celwacht.serve")


UNREADABLE = {"Cache-Control": "no-store", "Retry-After": "60"}


def unreadable(error: Exception) -> bytes:
    """What a reader is told when the published files, or the disk for what is made of them, are not as they should be. The log gets
    the reason in one line, without a traceback: the folder was moved away, a file was changed, the disk is full."""
    reason = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
    _log.error("the published files cannot be served: %s", reason)
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return b"There is no room on the disk of the server.\n" if full else b"The files of this table cannot be read now.\n"


class Workers:
    """The threads that make answers, and how many requests wait for one."""

    def __init__(self, limits: Limits):
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="answer")
        self._waiting, self._most = 0, limits.waiting

    async def run(self, work: Callable[..., Any], *given: Any) -> Any:
        """work(*given) in a thread; QueryError 429 where too many wait already."""
        if self._waiting >= self._most:
            raise QueryError("the server is busy", status=429, code="Busy", remedy="Try again in a second.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *given)
        finally:
            self._waiting -= 1

    async def step(self, work: Callable[..., Any], *given: Any) -> Any:
        """The same for an answer that has begun, and is not turned away any more."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *given)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class Below(BaseRoute):
    """Everything at and below a path, in any capitals; what stands below it becomes the path of the service."""

    def __init__(self, prefix: str, app: Service):
        self._prefix, self._app = prefix.lower(), app

    def matches(self, scope) -> tuple[Match, dict[str, Any]]:
        path, n = scope.get("path", ""), len(self._prefix)
        fits = scope["type"] == "http" and path[:n].lower() == self._prefix and path[n : n + 1] in ("", "/")
        return (Match.FULL, {"below": path[n:]}) if fits else (Match.NONE, {})

    async def handle(self, scope, receive, send) -> None:
        await self._app(scope, receive, send)


class Service:
    """An ASGI application over one function from Ask to Reply.

    told: how a QueryError looks in this dialect; it must not depend on what is there.
    """

    def __init__(
        self, answer: Callable[[Ask], Reply], refusal: Callable[[Ask, QueryError], Reply], workers: Workers, limits: Limits, base: str = ""
    ):
        self._answer, self._refusal, self._workers, self._limits, self._base = answer, refusal, workers, limits, base

    async def __call__(self, scope, receive, send) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            return await _send(
                send,
                204,
                {
                    "Allow": "GET, HEAD, OPTIONS",
                    "Access-Control-Allow-Methods": "GET, HEAD",
                    "Access-Control-Allow-Headers": "*",
                    "Access-Control-Max-Age": "86400",
                },
                b"",
            )
        ask = Ask("", "")
        try:
            ask = self._asked(scope)
            if method not in ("GET", "HEAD"):
                raise QueryError(
                    f"{method[:10]} is not possible here",
                    status=405,
                    code="MethodNotAllowed",
                    remedy="Everything here is for reading: use GET.",
                )
            status, headers, body = await self._workers.run(self._made, ask)
        except QueryError as error:
            status, headers, body = self._sent(ask, self._refusal(ask, error))
        await self._out(send, status, headers, body, method == "HEAD")

    def _asked(self, scope) -> Ask:
        found = {name: value for name, value in scope["headers"] if name in _READ}
        host = found.get(b"host", b"").decode("latin-1")
        named = scope.get("celwacht.host", "")  # by a trusted proxy
        if not self._base and not named and not HOST.fullmatch(host):
            raise QueryError("the header Host cannot be read", code="InvalidHost")
        path = scope["below"]
        if len(path) > self._limits.path:
            raise QueryError("the address is too long", status=414, code="TooLong")
        return Ask(
            self._base or f"{scope['scheme']}://{named or here(host, scope.get('server'))}",
            path,
            scope["query_string"].decode("latin-1"),
            found.get(b"if-none-match", b"").decode("latin-1"),
            found.get(b"accept", b"").decode("latin-1"),
            b"gzip" in found.get(b"accept-encoding", b""),
        )

    def _made(self, ask: Ask) -> tuple[int, dict[str, str], Body]:
        """Everything of an answer, in a thread; no exception but a QueryError gets out of here."""
        try:
            return self._sent(ask, self._answer(ask))
        except QueryError:
            raise
        except (Damaged, OSError) as error:
            return 503, {"Content-Type": "text/plain", **UNREADABLE}, unreadable(error)
        except Exception as error:
            _log.error("%s, asked for %s?%s", type(error).__name__, ask.path, ask.query, exc_info=error)
            return 500, {"Content-Type": "text/plain"}, b"Something went wrong inside the server.\n"

    def _sent(self, ask: Ask, reply: Reply) -> tuple[int, dict[str, str], Body]:
        headers = {"Content-Type": reply.media_type, **reply.headers}
        if reply.etag:
            headers |= {"ETag": reply.etag, "Cache-Control": CACHE}
        elif reply.status >= 400:
            headers["Cache-Control"] = "no-store"
        if reply.etag and ask.knows(reply.etag):
            if isinstance(reply.body, BufferedReader):
                reply.body.close()
            del headers["Content-Type"]
            return 304, headers, b""
        body = reply.body
        if isinstance(body, bytes):
            headers["Vary"] = "Accept-Encoding, Accept"
            if ask.gzip and self._limits.gzip_from <= len(body) <= self._limits.gzip_to:
                body = gzip.compress(body, 2, mtime=0)
                headers["Content-Encoding"] = "gzip"
        return reply.status, headers, body

    async def _out(self, send, status: int, headers: dict[str, str], body: Body, head: bool) -> None:
        if isinstance(body, bytes):
            return await _send(send, status, headers, body, head)
        if isinstance(body, BufferedReader):
            headers["Content-Length"] = str(os.fstat(body.fileno()).st_size)
        try:
            await _start(send, status, headers)
            while not head and (block := await self._workers.step(_following, body)):
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except OSError as error:  # in the middle of an answer: it ends short, and the connection with it
            unreadable(error)
        finally:
            if isinstance(body, BufferedReader):
                body.close()


def _following(body: Iterator[bytes] | BufferedReader) -> bytes | None:
    return body.read(COPIED) if isinstance(body, BufferedReader) else next(body, None)


Body = bytes | Iterator[bytes] | BufferedReader
_READ = {b"host", b"if-none-match", b"accept", b"accept-encoding"}


async def _start(send, status: int, headers: dict[str, str]) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
    )


async def _send(send, status: int, headers: dict[str, str], body: bytes, head: bool = False) -> None:
    length = {} if status in (204, 304) else {"Content-Length": str(len(body))}
    await _start(send, status, {**headers, **length})
    await send({"type": "http.response.body", "body": b"" if head else body})
