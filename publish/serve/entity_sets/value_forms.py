"""How one value of a row is written: as JSON, or as a property of an Atom entry."""

from __future__ import annotations

import json
from typing import Protocol
from xml.sax.saxutils import escape

from celwacht.publish.serve.http.errors import xml_safe


class Form(Protocol):
    """`between` stands between the values of a row."""

    between: bytes

    def element(self, name: str, edm: str, value: object) -> bytes:
        """A named value: text, number, bool or None."""

    def around(self, name: str, edm: str) -> tuple[bytes, bytes]:
        """What stands before and behind a number that is not null, or a text without anything to escape."""

    def typed(self, head: bytes, usual: str, own: str) -> tuple[bytes, list[bytes]]:
        """The head of a row of another type than usual, and what is said of that among its values."""


TYPE = "odata.type"
"""Where a row of v3 says that it is of a derived type."""


class Json:
    between = b","

    def element(self, name: str, edm: str, value: object) -> bytes:
        return f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False)}".encode("utf-8", "replace")

    def around(self, name: str, edm: str) -> tuple[bytes, bytes]:
        quote = '"' if edm == "Edm.String" else ""
        return f"{json.dumps(name)}:{quote}".encode(), quote.encode()

    def typed(self, head: bytes, usual: str, own: str) -> tuple[bytes, list[bytes]]:
        return head, [self.element(TYPE, "Edm.String", own)]


class Atom:
    """A property as in the Atom format of OData v3 (MS-ODATA 2.2.6.2): typed unless it is a text."""

    between = b""

    def element(self, name: str, edm: str, value: object) -> bytes:
        kind = "" if edm == "Edm.String" else f' m:type="{edm}"'
        if value is None:
            return f'<d:{name}{kind} m:null="true" />'.encode()
        if isinstance(value, bool):
            value = str(value).lower()
        before, after = self.around(name, edm)
        return before + escape(xml_safe(str(value))).encode("utf-8", "replace") + after

    def around(self, name: str, edm: str) -> tuple[bytes, bytes]:
        kind = ' xml:space="preserve"' if edm == "Edm.String" else f' m:type="{edm}"'
        return f"<d:{name}{kind}>".encode(), f"</d:{name}>".encode()

    def typed(self, head: bytes, usual: str, own: str) -> tuple[bytes, list[bytes]]:
        return head.replace(f'.{usual}"'.encode(), f'.{own.rpartition(".")[2]}"'.encode()), []


JSON, ATOM = Json(), Atom()
