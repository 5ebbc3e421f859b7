"""A request as a service sees it, and what it answers: neither knows HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader

from celwacht.tables.face import Face


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. base: scheme and host that the reader used; path: decoded, below the service; query: as it came."""

    base: str
    path: str
    query: str = ""
    if_none_match: str = ""
    accept: str = ""
    gzip: bool = False

    def knows(self, etag: str) -> bool:
        """Does the reader hold this answer already? Weak comparison (RFC 9110, 13.1.2)."""
        if not self.if_none_match:
            return False
        held = {tag.strip().removeprefix("W/") for tag in self.if_none_match.split(",")}
        return "*" in held or etag.removeprefix("W/") in held


MADE_UP = {"Celwacht-Data": "verzonnen gegevens (made-up data)"}
"""A header of every answer about a table of made-up figures."""


def invented(face: Face) -> str:
    """Before the name under which a file of made-up figures is saved."""
    return face.said("verzonnen_gegevens_", "made_up_data_")


@dataclass(frozen=True, slots=True)
class Reply:
    """body: bytes, blocks of bytes, or a file to copy. An ETag makes it conditional."""

    body: bytes | Iterator[bytes] | BufferedReader = field(repr=False)
    media_type: str = "application/json"
    status: int = 200
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def saying(self, made_up: bool) -> Reply:
        """The same, with the header that says so where the figures are made up."""
        return Reply(self.body, self.media_type, self.status, self.etag, {**self.headers, **MADE_UP}) if made_up else self


def here(host: str, server: tuple[str, int | None] | None) -> str:
    """Host and port for the links in an answer: as the reader wrote them where they mean this server, otherwise the address at which
    the request came in. A foreign name in the header Host would lead readers, and caches between us, to somebody else's machine."""
    if server is None or server[1] is None:
        return "localhost"
    bare, _, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    own = {server[0].lower(), socket.gethostname().lower()}
    if server[0] == "::1" or server[0].startswith(("127.", "::ffff:127.")):
        own |= {"localhost", "127.0.0.1", "::1"}
    fits = port == str(server[1]) if port else server[1] in (80, 443)
    if fits and bare.strip("[]").lower() in own:
        return host
    name = f"[{server[0]}]" if ":" in server[0] else server[0]
    return name if server[1] in (80, 443) else f"{name}:{server[1]}"
