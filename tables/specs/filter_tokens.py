"""The words, signs and literals of the filter language (filter_language.py), and what to write instead of others' habits."""

from __future__ import annotations

import re

from celwacht.tables.grammar import END, Alphabet, Token
from celwacht.tables.problems import nearest
from celwacht.tables.sources.sources import FieldType
from celwacht.tables.yaml.characters import character

Literal = str | int | bool


class ExpressionError(ValueError):
    """What is wrong with an expression, and at which character of its text (from 0)."""

    def __init__(self, offset: int, message: str):
        super().__init__(message)
        self.offset, self.message = offset, message


def shown(token: Token) -> str:
    """A token as a message names it."""
    return "the end" if token.kind == END else token.text if token.kind == "text" else f"`{token.text}`"


_ALPHABET = Alphabet(
    re.ASCII,
    blank=r"\s+",
    text=r"'[^'\"\\\n]*'",
    number=r"-?[0-9]+(?![0-9A-Za-z_.])",
    name=r"[A-Za-z_][A-Za-z0-9_]*",
    op=r"==|!=|<=|>=|<(?!>)|>|\(|\)|,",
)
_NOT_OURS = (  # what people write from habit -> what to write instead
    (r"=", "write == to compare"),
    (r"<>", "write != for unequal"),
    (r"&&?", "write `and`"),
    (r"\|\|?", "write `or`"),
    (r"!", "write `not`"),
    (r'"', "write codes in single quotes, such as '01'"),
    (r";|--|/\*", "a filter is one expression, and never SQL"),
    (r"'", "a quote is opened and not closed"),
    (r"-?[0-9]+\.", "write whole numbers"),
    (r"-?[0-9]", "write codes in single quotes, such as '0363'"),
)
SQL = {
    "select",
    "from",
    "where",
    "union",
    "drop",
    "delete",
    "insert",
    "update",
    "like",
    "between",
    "null",
    "case",
    "exists",
    "having",
    "cast",
    "copy",
    "attach",
    "pragma",
}


def tokens(text: str) -> list[Token]:
    """The tokens of a filter, of kind text (a quoted code), number, name, op and end; ExpressionError at a character that is no part
    of the language."""
    return _ALPHABET.tokens(text.rstrip(), _unreadable, _token)


def _unreadable(text: str, at: int) -> ExpressionError:
    remedy = next((f"; {help}" for habit, help in _NOT_OURS if re.match(habit, text[at:])), "")
    found = f"`{text[at]}`" if text[at].isprintable() and text[at].isascii() else character(text[at])
    return ExpressionError(at, f"{found} does not belong to the filter language{remedy}.")


def _token(kind: str, part: str, at: int) -> Token:
    if kind == "text":
        _plain(part[1:-1], at)
    return Token(kind, part, at)


def _plain(code: str, offset: int) -> None:
    """A code is short and in plain ASCII; ExpressionError at the character that is not."""
    for i, c in enumerate(code, start=offset + 1):
        if not c.isascii() or not c.isprintable():
            raise ExpressionError(i, f"{character(c)} does not belong in a code. Type the code anew.")
    if len(code) > 40:
        raise ExpressionError(offset, "a code of more than 40 characters.")


def number(token: Token, field: FieldType | None) -> int:
    """The value of a whole number; the records hold at most nine digits."""
    digits = token.text.lstrip("-")
    if len(digits) > 9:
        raise ExpressionError(token.offset, "a whole number of more than nine digits.")
    if len(digits) > 1 and digits[0] == "0" and (field is None or field.kind == "number"):
        raise ExpressionError(token.offset, f"{token.text} begins with 0; write {int(token.text)}, or '{token.text}' for a code.")
    return int(token.text)


def misfit(token: Token, value: Literal, field: FieldType) -> str:
    """Why a literal does not fit a field; '' if it does."""
    if field.kind == "number" and type(value) is not int:
        return f"{field.name} is a number, found {token.text}; write a whole number without quotes."
    if field.kind == "truth" and type(value) is not bool:
        return f"{field.name} is true or false, found {token.text}."
    if field.kind != "text":
        return ""
    if type(value) is not str:
        return f"{field.name} holds codes, found {token.text}; write it in quotes: '{token.text}'."
    if not value.strip():
        return f"an empty code; write `{field.name} is unknown`."
    if value != value.strip():
        return f"the code in {token.text} begins or ends with a space."
    if field.codes is not None and value not in field.codes:
        return f"{field.name} has no code '{value}'.{nearest(value, field.codes)}"
    return ""
