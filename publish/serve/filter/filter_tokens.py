"""A filter cut into tokens. One alphabet for v3 and v4: what either can write, both read, and nothing means two things.

v3: 5L, 2.5M, 2.5d, datetime'2024-01-01T00:00:00'.  v4: 2024-01-01, 2024-01-01T00:00:00Z.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from celwacht.publish.serve.filter.filter_tree import Kind, Literal
from celwacht.publish.serve.http.errors import QueryError
from celwacht.tables.grammar import Alphabet, Token

ZONE = ZoneInfo("Europe/Amsterdam")
"""A moment without zone is read as one in the Netherlands."""

_KINDS = {
    "blank": r"[ \t\r\n]+",
    "text": r"'(?:[^']|'')*'",
    "prefixed": r"[A-Za-z]+'(?:[^']|'')*'",
    "moment": r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)?)?",
    "number": r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[LlMmFfDd]?(?!\w)",
    "name": r"[^\W\d]\w*",
    "sign": r"[(),\-/]",
}
_FILTER, _KEY = Alphabet(**_KINDS), Alphabet(**_KINDS, equals="=")
_LARGEST = 2**63


def tokens(text: str) -> list[Token]:
    """The tokens of a filter, of kind literal (with its Literal as value), name, sign and end; QueryError at the first character that
    begins none."""
    return _FILTER.tokens(text, _unreadable, _token)


def key_tokens(text: str) -> list[Token]:
    """The same for the key of a row in an address, which has the sign `=` as well."""
    return _KEY.tokens(text, _unreadable, _token)


def _unreadable(text: str, at: int) -> QueryError:
    if text[at] == "'":
        return QueryError(
            "this text has no closing quote",
            position=at + 1,
            culprit=text[at:],
            remedy="Close it with '; a quote inside a text is written ''.",
        )
    if text[at] in '"‘’“”':
        return QueryError(
            f"a text stands between straight single quotes, not {text[at]}", position=at + 1, culprit=text[at], remedy="Write 'text'."
        )
    if text[at] in "=<>!":
        return QueryError(
            f"'{text[at]}' is not an operator of OData", position=at + 1, culprit=text[at], remedy="Write eq, ne, lt, le, gt or ge."
        )
    return QueryError(
        "this cannot be read", position=at + 1, culprit=text[at : at + 20], remedy="Write for example RegioS eq 'GM0363' and Value gt 10."
    )


def _token(what: str, part: str, at: int) -> Token:
    value = _literal(what, part, at + 1)
    return Token(what if value is None else "literal", part, at, value)


def _literal(what: str, part: str, position: int) -> Literal | None:
    """The value that a piece stands for; None where it is a name or a sign."""
    if what == "text":
        return Literal(part[1:-1].replace("''", "'"), Kind.TEXT)
    if what == "number":
        return _number(part, position)
    if what == "moment":
        return _moment(part, part, position)
    if what == "prefixed":
        name, _, value = part.partition("'")
        if name not in ("datetime", "datetimeoffset"):
            raise QueryError(
                f"values of type {name[:20]} are not in these tables",
                position=position,
                culprit=part,
                remedy="Write a text as 'text', a moment as datetime'2024-01-01T00:00:00'.",
            )
        return _moment(value[:-1], part, position)
    if part in ("true", "false"):
        return Literal(part == "true", Kind.TRUTH)
    if part == "null":
        return Literal(None, Kind.NULL)
    return None


def _number(part: str, position: int) -> Literal:
    digits = part.rstrip("LlMmFfDd")
    is_whole = digits.isdigit() and part[-1] not in "MmFfDd"
    value: int | float = int(digits) if is_whole and len(digits) < 20 else float(digits)
    if math.isinf(value) or (is_whole and value >= _LARGEST):
        raise QueryError("this number is too large", position=position, culprit=part, remedy="Whole numbers go to 9223372036854775807.")
    return Literal(value, Kind.NUMBER)


def _moment(text: str, part: str, position: int) -> Literal:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZONE)
        return Literal(moment.astimezone(UTC).replace(tzinfo=None), Kind.MOMENT)
    except (ValueError, OverflowError):
        raise QueryError(
            "this is not a moment",
            position=position,
            culprit=part,
            remedy="Write 2024-01-31, 2024-01-31T12:00:00Z or datetime'2024-01-31T12:00:00'.",
        ) from None
