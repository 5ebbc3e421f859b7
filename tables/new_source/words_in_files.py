"""Texts as the restricted YAML of the new files wants them: in quotes, titled in both languages."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable

from celwacht.tables.face import face
from celwacht.tables.new_source.columns import Column
from celwacht.tables.new_source.guess import Guess

UNKNOWN = "ZZZ"
AGE = "age"
DAYS = "days"
MODELINE = "# yaml-language-server: $schema="


def quoted(text: str) -> str:
    """A text in quotes, as the restricted YAML reads it."""
    return json.dumps(unicodedata.normalize("NFC", text), ensure_ascii=False)


def titled(name: str) -> str:
    """A title made of the name of a field."""
    return name.replace("_", " ").capitalize()


def titles_of(name: str) -> str:
    return both(titled(name), titled(name))


def both(nl: str, en: str) -> str:
    """A title in both languages; in English alone where the project speaks that only."""
    if face().english:
        return f"{{en: {quoted(en)}}}"
    return f"{{nl: {quoted(nl)}, en: {quoted(en)}}}"


def header_of(one: Column) -> str:
    """The header of a column, as title in both languages: it is of neither, and nobody reads a Dutch word in its place."""
    return both(one.title.strip(), one.title.strip())


def lined(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def class_id(found: Guess, name: str) -> str:
    """The classification of a field: its name, of three characters or more, and of no classification that is there already."""
    plain = name if len(name) > 2 else f"{name}_code"
    return f"{found.id}_{plain}"[:40] if plain in found.taken else plain


def class_head(found: Guess, name: str, kind: str, title: str, guess: str = "") -> list[str]:
    """The lines of the classification of a field before its classes; guess: said of all these."""
    return [
        f"{MODELINE}../schema/classification.schema.json",
        "version: 1",
        f"id: {class_id(found, name)}",
        f"kind: {kind}",
        f"title: {title}",
        f"field: {name}",
        "tree:",
        "  code: T",
        f"  title: {both('Totaal', 'Total')}",
        "  level: totaal",
        "  children:" + (f"               # guess: {guess}" if guess else ""),
    ]


def class_line(code: str, title: str, holds: str) -> str:
    """A class; holds: which values."""
    return f"    - {{code: {code}, title: {title}, level: klasse, {holds}}}"


def range_line(code: str, title: str, first: int | None, below: int | None) -> str:
    """A class of numbers."""
    limits = (("from", first), ("below", below))
    return class_line(code, title, ", ".join(f"{name}: {limit}" for name, limit in limits if limit is not None))


def unknown_line() -> str:
    return class_line(UNKNOWN, both("Onbekend", "Unknown"), "unknown: true")
