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
