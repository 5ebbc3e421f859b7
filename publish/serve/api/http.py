"""What every answer of the API shares: JSON, ETags with 304, and errors as problem documents (RFC 9457).

An ETag is weak: an answer may be compressed on its way. It follows from the versions of the tables that it speaks of, and
from FORM, so that an unchanged table is never computed again for one who has it.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from celwacht.publish.publication.description_file import Damaged
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.serve.http.request import here
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

FORM = "1"
"""Raise when the same figures are written otherwise, so that kept answers are asked for again."""
JSON, PROBLEM = "application/json", "application/problem+json"
MOST_QUERY = Limits().query
PACKED_FROM, PACKED_TO = 1_000, 4_000_000
"""Answers between these sizes, in bytes, are compressed."""
PROBLEMS = {
    "unknown-table": (404, "There is no such table"),
    "unknown-address": (404, "There is nothing at this address"),
    "not-for-reading": (405, "The method is not possible here"),
    "unknown-format": (404, "There is no such format"),
    "unknown-parameter": (400, "The table has no such dimension"),
    "unknown-code": (400, "The dimension has no such code"),
    "bad-parameter": (400, "A parameter cannot be read"),
    "too-many-cells": (400, "The selection is too large"),
    "too-long": (414, "The address is too long"),
    "busy": (429, "The server is busy"),
    "unreadable": (503, "The table cannot be read now"),
}
"""Kinds of problem: the last part of `type`, with status and title. Documented in the OpenAPI document."""

HINTS = {405: {"Allow": "GET, HEAD"}, 429: {"Retry-After": "60"}, 503: {"Retry-After": "60"}}
"""Headers that belong to a status."""

_log = logging.getLogger("celwacht.serve")


class Problem(Exception):
    """Ends a request with a problem document. `extra`: further members, such as the codes that are not known."""

    def __init__(self, kind: str, detail: str, **extra: Any):
        super().__init__(detail)
        self.kind, self.detail, self.extra = kind, detail, extra

    def response(self) -> Response:
        status, title = PROBLEMS[self.kind]
        return Response(
            encoded({"type": f"/api/v1/problems#{self.kind}", "title": title, "status": status, "detail": self.detail, **self.extra}),
            status,
            {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **HINTS.get(status, {})},
            PROBLEM,
        )


def encoded(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def etag(*parts: str) -> str:
    """A weak ETag that changes when one of the parts does."""
    return f'W/"{hashlib.sha256(chr(0).join((FORM, *parts)).encode()).hexdigest()[:20]}"'


def known_already(request: Request, tag: str) -> bool:
    """Does the asker hold this answer? If-None-Match compares weakly."""
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or tag.removeprefix("W/") in {t.strip().removeprefix("W/") for t in asked.split(",")}


def answer(
    request: Request, tag: str, make: Callable[[], bytes], media_type: str = JSON, headers: dict[str, str] | None = None
) -> Response:
    """304 where the asker has it; else what `make` makes."""
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff", **(headers or {})}
    if known_already(request, tag):
        return Response(None, 304, headers)
    body = make()
    if PACKED_FROM <= len(body) <= PACKED_TO and takes_gzip(request):
        body, headers["Content-Encoding"] = gzip.compress(body, 2, mtime=0), "gzip"
    return Response(body, 200, headers, media_type)


class Streamed(StreamingResponse):
    """A file too large to be held: each piece is made when the reader has taken the one before; nothing is compressed.

    done: called when all is sent, or the reader has left.
    """

    def __init__(self, tag: str, pieces: Iterator[bytes], media_type: str, headers: dict[str, str], done: Callable[[], None]):
        own = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        super().__init__(pieces, 200, {**own, **headers}, media_type)
        self._done = done

    async def __call__(self, scope, receive, send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._done()


def takes_gzip(request: Request) -> bool:
    """Does the asker take gzip? Not where it says q=0."""
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def guarded(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The endpoint, with its Problems and damaged files turned into answers."""

    @functools.wraps(endpoint)
    def inner(request: Request) -> Response:
        try:
            if len(request.url.query) > MOST_QUERY:
                raise Problem(
                    "too-long",
                    f"All parameters together may have {MOST_QUERY} characters; runs of codes can be "
                    "written as A..B, and a depth as level:1.",
                )
            return endpoint(request)
        except Problem as problem:
            return problem.response()
        except Damaged as error:
            _log.error("%s", error)
            return Problem(
                "unreadable", "The files of this table are not as they were published; the operator has been told. Try again later."
            ).response()

    return inner


def own_address(request: Request) -> str:
    """Scheme and host for an absolute address in an answer: this server's own, whatever the header Host says."""
    named = request.scope.get("celwacht.host")  # by a trusted proxy
    return f"{request.scope['scheme']}://{named or here(request.headers.get('host', ''), request.scope.get('server'))}"
