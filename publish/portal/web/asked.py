"""Between ASGI and the pages: who asks, with which form; and the headers, cookies and refusals that hold for every page.

A form is taken from our own pages only: `Origin` (or `Sec-Fetch-Site`) must say so, cookies are SameSite=Strict, and a form of
somebody who is in carries a token of that session.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import parse_qsl, urlsplit

from celwacht.publish.portal.accounts import sessions
from celwacht.publish.portal.accounts.accounts import ACTIVE, Account, by_id
from celwacht.publish.portal.accounts.entering import Visitor
from celwacht.publish.portal.accounts.sessions import Session
from celwacht.publish.portal.keeping.portal_folder import Portal
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

SESSION, DEVICE, LANGUAGE = "__Host-celwacht", "__Host-browser", "__Host-taal"
FORM_BYTES, FORM_FIELDS = 100_000, 300
"""Most of a form: the longest is that of a security key, some sixty thousand bytes; the widest a row of a record."""
YEAR = 365 * 86400
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser says of our own forms that they come from nowhere
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
"""Of every answer."""


@dataclass(frozen=True)
class Asked:
    """One request, as far as pages need it."""

    portal: Portal
    visitor: Visitor
    token: str = field(repr=False)
    """Of the session; "" for none."""
    language: str
    form: Mapping[str, str] = field(repr=False)
    path: Mapping[str, str]
    method: str

    @property
    def form_token(self) -> str:
        """What forms of this session send back."""
        return sessions.form_token(self.portal, self.token)

    def session(self, level: str) -> Session | None:
        """The session, if it is alive and of that level."""
        if not self.token:
            return None
        with self.portal.database.change() as db:
            return sessions.find(db, self.portal, self.token, level)

    def account(self) -> Account | None:
        """Who is signed in."""
        session = self.session(sessions.WHOLE)
        account = by_id(self.portal, session.account) if session else None
        return account if account and account.state == ACTIVE else None


Page = Callable[[Asked], Response]
PageOfAccount = Callable[[Asked, Account], Response]


def signed_in(answer: PageOfAccount) -> Page:
    """A page for who is in; anybody else is led to signing in."""

    @wraps(answer)
    def made(asked: Asked) -> Response:
        who = asked.account()
        return to("/inloggen") if who is None else answer(asked, who)

    return made


def page(portal: Portal, answer: Page) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that reads the form, refuses what does not come from our own pages, and makes the answer in a thread."""

    async def endpoint(request: Request) -> Response:
        form: dict[str, str] = {}
        if request.method == "POST":
            if not from_here(request, portal.settings.url):
                return PlainTextResponse("Forms are taken from the pages of this portal only.\n", 403)
            body = await limited(request, FORM_BYTES)
            if body is None:
                return PlainTextResponse("The form is too large.\n", 413)
            if body.count(b"&") >= FORM_FIELDS:
                return PlainTextResponse("The form has too many fields.\n", 413)
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        asked = asked_of(portal, request, form)
        if request.method == "POST" and asked.token and not alike(form.get("token", ""), asked.form_token):
            return PlainTextResponse("This form is of another session. Open the page again.\n", 403)
        reply = await run_in_threadpool(answer, asked)
        if (language := request.query_params.get("taal")) in ("nl", "en"):
            reply.set_cookie(LANGUAGE, language, secure=True, samesite="strict", path="/", max_age=YEAR)
        return reply

    return endpoint


def asked_of(portal: Portal, request: Request, form: Mapping[str, str]) -> Asked:
    """The request, in the portal's own words."""
    peer = request.client.host if request.client else ""
    if peer and peer == portal.settings.trusted_proxy:
        peer = request.headers.get("x-forwarded-for", peer).rpartition(",")[2].strip()
    visitor = Visitor(peer[:60], request.cookies.get(DEVICE, ""), request.headers.get("user-agent", ""))
    language = request.query_params.get("taal") or request.cookies.get(LANGUAGE, "nl")
    token = request.cookies.get(SESSION, "")
    return Asked(portal, visitor, token, language if language in ("nl", "en") else "nl", form, request.path_params, request.method)


def from_here(request: Request, url: str) -> bool:
    """Whether a browser says that one of our own pages sends this. Who says nothing is no browser, and has no cookies of anybody."""
    origin = request.headers.get("origin")
    if origin is not None:
        return origin == f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def alike(given: str, right: str) -> bool:
    """Whether two texts are the same, in as long a time for any; given: whatever a stranger sends."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


def number_of(given: str, most: int = 11) -> int:
    """A whole number that a stranger sends in plain digits; -1 for anything else."""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= most else -1


async def limited(request: Request, most: int) -> bytes | None:
    """The body; None where it is longer than that, or whoever sends it went away before its end (or was sent away: bounded_http.py)."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                return None
    except ClientDisconnect:  # whatever is answered, nobody hears it
        return None
    return bytes(body)


def with_session(reply: Response, token: str, device: str = "") -> Response:
    """The answer, with the cookie of a new session, and of a browser that signed in."""
    reply.set_cookie(SESSION, token, secure=True, httponly=True, samesite="strict", path="/")
    if device:
        reply.set_cookie(DEVICE, device, secure=True, httponly=True, samesite="strict", path="/", max_age=YEAR)
    return reply


def without_session(reply: Response) -> Response:
    """The answer, with the session's cookie removed."""
    reply.delete_cookie(SESSION, secure=True, httponly=True, samesite="strict", path="/")
    return reply


def to(path: str) -> Response:
    """Go there."""
    return RedirectResponse(path, 303)
