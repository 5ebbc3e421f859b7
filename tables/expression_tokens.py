"""The words and signs of the filter language (expressions.py), and what to write instead of those of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


class ExpressionError(ValueError):
    """What is wrong with an expression, and at which character of its text (from 0)."""

    def __init__(self, offset: int, message: str):
        super().__init__(message)
        self.offset, self.message = offset, message


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is text (a quoted code), number, name, op or end."""

    kind: str
    text: str
    offset: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else self.text if self.kind == "text" else f"`{self.text}`"


_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'[^'\"\\\n]*')|(?P<number>-?[0-9]+(?![0-9A-Za-z_.]))|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<op>==|!=|<=|>=|<(?!>)|>|\(|\)|,)", re.ASCII)
_NOT_OURS = (  # what people write from habit -> what to write instead
    (r"=", "write == to compare"), (r"<>", "write != for unequal"), (r"&&?", "write `and`"), (r"\|\|?", "write `or`"),
    (r"!", "write `not`"), (r'"', "write codes in single quotes, such as '01'"),
    (r";|--|/\*", "a filter is one expression, and never SQL"), (r"'", "a quote is opened and not closed"),
    (r"-?[0-9]+\.", "write whole numbers"), (r"-?[0-9]", "write codes in single quotes, such as '0363'"),
)
SQL = {"select", "from", "where", "union", "drop", "delete", "insert", "update", "like", "between", "null", "case", "exists",
        "having", "cast", "copy", "attach", "pragma"}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a filter, an `end` last; ExpressionError at a character that is no part of the language."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            remedy = next((f"; {help}" for habit, help in _NOT_OURS if re.match(habit, text[at:])), "")
            found = text[at] if text[at].isprintable() and text[at].isascii() else f"U+{ord(text[at]):04X}"
            raise ExpressionError(at, f"`{found}` does not belong to the filter language{remedy}.")
        if match.lastgroup != "space":
            yield Token(match.lastgroup, match[0], at)
        at = match.end()
    yield Token("end", "", len(text.rstrip()))
