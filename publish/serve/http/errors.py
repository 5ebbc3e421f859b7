"""What is wrong with a request, in each dialect's own form: place, culprit, reason, remedy; and always a 4xx.

A table that is not there and one that is under embargo are the same `missing()`: it names nothing.
"""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

_METADATA = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"


class QueryError(Exception):
    """A request that cannot be answered. position counts characters from 1 within `target`; 0: no place."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "InvalidQuery",
        status: int = 400,
        target: str = "",
        position: int = 0,
        culprit: str = "",
        remedy: str = "",
    ):
        self.status, self.code, self.message, self.target = status, code, message, target
        self.position, self.culprit, self.remedy = position, culprit[:80], remedy
        super().__init__(self.text())

    def text(self) -> str:
        """One line: where, what, and what to do."""
        where = f"{self.target}, character {self.position}: " if self.position else f"{self.target}: "
        return f"{where if self.target else ''}{self.message}.{' ' + self.remedy if self.remedy else ''}"

    def at(self, target: str) -> QueryError:
        """The same error, within another part of the request."""
        return QueryError(
            self.message,
            code=self.code,
            status=self.status,
            target=target,
            position=self.position,
            culprit=self.culprit,
            remedy=self.remedy,
        )


def missing() -> QueryError:
    """The one answer to whatever is not public, or is not there."""
    return QueryError("There is nothing here", code="NotFound", status=404)


def v4_body(error: QueryError) -> bytes:
    """The error as OData v4 JSON (Protocol 4.01, section 9.4)."""
    body: dict[str, object] = {"code": error.code, "message": error.text()}
    if error.target:
        body["target"] = error.target
    if error.remedy:
        body["details"] = [{"code": "Remedy", "message": error.remedy}]
    if error.position:
        body["innererror"] = {"position": error.position, "culprit": error.culprit}
    return json.dumps({"error": body}, ensure_ascii=False).encode()


def v3_body(error: QueryError) -> bytes:
    """The error as OData v3 JSON light."""
    body: dict[str, object] = {"code": error.code, "message": {"lang": "en-US", "value": error.text()}}
    if error.position:
        body["innererror"] = {"position": error.position, "culprit": error.culprit}
    return json.dumps({"odata.error": body}, ensure_ascii=False).encode()


def v3_xml(error: QueryError) -> bytes:
    """The error as OData v3 XML, for readers of Atom."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<m:error xmlns:m="{_METADATA}">'
        f'<m:code>{escape(error.code)}</m:code><m:message xml:lang="en-US">'
        f"{escape(xml_safe(error.text()))}</m:message></m:error>"
    ).encode()


def xml_safe(text: str) -> str:
    """The text without characters that XML 1.0 cannot hold."""

    def may(c: str) -> bool:
        return c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"

    return "".join(c if may(c) else "\ufffd" for c in text)


def plain_body(error: QueryError) -> bytes:
    """The error as a line of text, for files."""
    return (error.text() + "\n").encode()
