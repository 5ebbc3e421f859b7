"""A filter cut into tokens. One alphabet for v3 and v4: what either can write, both read, and nothing means two things.

v3: 5L, 2.5M, 2.5d, datetime'2024-01-01T00:00:00'.  v4: 2024-01-01, 2024-01-01T00:00:00Z.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from celwacht.publish.serve.filter.filter_tree import Kind, Literal
from celwacht.publish.serve.http.errors import QueryError

ZONE = ZoneInfo("Europe/Amsterdam")
"""A moment without zone is read as one in the Netherlands."""

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r\n]+)
  | (?P<text>'(?:[^']|'')*')
  | (?P<prefixed>[A-Za-z]+'(?:[^']|'')*')
  | (?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)?)?)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[LlMmFfDd]?)(?!\w)
  | (?P<name>[^\W\d]\w*)
  | (?P<sign>[(),\-/])
""",
    re.VERBOSE,
)
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Token:
    """position counts characters from 1. `literal` stands on tokens that are a value."""

    what: str
    text: str
    position: int
    literal: Literal | None = None


def tokens(text: str) -> list[Token]:
    """The tokens of a filter with an `end` behind them; QueryError at the first character that begins none."""
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        what, part = match.lastgroup or "", match[0]
        if what != "blank":
            found.append(_token(what, part, at + 1))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


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


def _token(what: str, part: str, position: int) -> Token:
    if what == "text":
        return Token("literal", part, position, Literal(part[1:-1].replace("''", "'"), Kind.TEXT))
    if what == "number":
        return Token("literal", part, position, _number(part, position))
    if what == "moment":
        return Token("literal", part, position, _moment(part, part, position))
    if what == "prefixed":
        name, _, value = part.partition("'")
        if name not in ("datetime", "datetimeoffset"):
            raise QueryError(
                f"values of type {name[:20]} are not in these tables",
                position=position,
                culprit=part,
                remedy="Write a text as 'text', a moment as datetime'2024-01-01T00:00:00'.",
            )
        return Token("literal", part, position, _moment(value[:-1], part, position))
    if part in ("true", "false"):
        return Token("literal", part, position, Literal(part == "true", Kind.TRUTH))
    if part == "null":
        return Token("literal", part, position, Literal(None, Kind.NULL))
    return Token(what, part, position)


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
