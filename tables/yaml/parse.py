"""Restricted YAML: what a value means never depends on a reader's memory of YAML 1.1.

Only mappings, lists and five kinds of scalar. Plain scalars are read by the core schema of YAML 1.2 less its traps:
`0363` stays '0363', `NO` stays 'NO', `12:30` and `2024-01-31` stay text; whole numbers and decimals, true, false and
null are the only others. Refused: duplicate keys, anchors, aliases, merge keys, tags, directives, a second document,
more than 20 levels, 20,000 values or 256 KB, and the characters of characters.py. Every value keeps its place in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.characters import Found, character, clean, decode, explain, shown, suspects, tainted
from celwacht.tables.yaml.document import Document, Mark, Path

MAX_DEPTH, MAX_VALUES = 20, 20_000


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is four times as fast; both give the same events


_INT = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)  # fits int64; `+5`, `007` and `0x1F` stay text


_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}", re.ASCII)  # no exponent: `1e5` may well be a code


_WORDS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    "null": None,
    "Null": None,
    "NULL": None,
    "~": None,
    "": None,
}


def load(text: str | bytes, file: str) -> Document:
    """Reads one document; ProblemsFound with every problem if there is any."""
    document, problems = survey(text, file)
    if problems or document is None:
        raise ProblemsFound(problems)
    return document


def survey(text: str | bytes, file: str) -> tuple[Document | None, list[Problem]]:
    """Reads as far as it can: the document (None if nothing can be made of it) and every problem met on the way."""
    found = Found(file)
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    decoded = decode(raw, found)
    if decoded is None:
        return None, found.all()
    indented_by_tab = re.search(r"^ *\t", decoded, re.MULTILINE)
    cleaned = clean(decoded, found)
    if indented_by_tab:  # what the indentation means is anybody's guess, so that further complaints would mislead
        return None, found.all()
    document = _Builder(decoded.replace("\r\n", "\n"), cleaned, found).build()
    return document, found.all()


class _Stop(Exception):
    """Nothing after this point can be trusted."""


@dataclass
class _Level:
    """A mapping or list that is still open. `key` is the key whose value comes next."""

    value: dict | list
    path: Path
    key: tuple[str, tuple[int, int]] | None = None
    dropped: bool = False
    """The next value belongs to a refused key."""
    last: tuple[str, tuple[int, int]] | None = None
    """The last value in a mapping that was a plain text, as written, and its place."""


class _Builder:
    """From parser events to a Document, without recursion: depth costs no stack."""

    def __init__(self, original: str, text: str, found: Found):
        self.original, self.text, self.found = original, text, found
        self.levels: list[_Level] = []
        self.marks: dict[Path, Mark] = {}
        self.refused: set[Path] = set()
        self.root: Any = None
        self.documents = 0

    def build(self) -> Document | None:
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                self._take(event)
        except _Stop:
            return None
        except yaml.YAMLError as error:
            self._syntax(error)
            return None
        return Document(self.found.file, self.root, self.marks, frozenset(self.refused))

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._document(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.levels.pop()
        elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            self._scalar(event)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        line, column = _place(event)
        if event.version or event.tags:
            self.found.add("directive", line, column, "a directive (%YAML or %TAG) has no place here. Remove the line.")
        if self.documents > 1:
            self.found.add(
                "second-document", line, column, "a second document begins here (---); one file is one document. Move it to its own file."
            )
            raise _Stop

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        line, column = _place(event)
        if len(self.levels) >= MAX_DEPTH:
            self.found.add("too-deep", line, column, f"more than {MAX_DEPTH} levels deep; nothing here needs more than 6.")
            raise _Stop
        if self._awaits_key():
            self.found.add("key-kind", line, column, "a mapping or list cannot be a key. Did you forget quotes around a text with { or [?")
            raise _Stop
        value: dict | list = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._put(value, event, "")
        self._refuse_extras(event, path)
        self.levels.append(_Level(value, path))

    def _scalar(self, event: yaml.ScalarEvent | yaml.AliasEvent) -> None:
        if self._awaits_key():
            self._key(event)
            return
        if isinstance(event, yaml.AliasEvent):
            self._refuse_extras(event, self._put(None, event, ""))
            return
        source = self.text[event.start_mark.index : event.end_mark.index]
        plain = not event.style and event.implicit[0]
        path = self._put(_resolve(event.value) if plain else event.value, event, source.rstrip())
        if self.levels and isinstance(self.levels[-1].value, dict) and source.strip():
            self.levels[-1].last = (source.rstrip(), _place(event)) if plain else None
        self._refuse_extras(event, path)
        for rule, message in suspects(event.value) if "\\" in source else ():
            self.found.add(rule, *_place(event), message)
            self.refused.add(path)
        if tainted(self.original[event.start_mark.index : event.end_mark.index]):
            self.refused.add(path)

    def _key(self, event: yaml.ScalarEvent | yaml.AliasEvent) -> None:
        level, place = self.levels[-1], _place(event)
        self._refuse_extras(event, None)
        if self._cut_off(event, level):
            return
        if isinstance(event, yaml.AliasEvent):
            level.key, level.dropped = ("*", place), True
            return
        name = event.value
        level.key, level.dropped = (name, place), name in level.value
        if name == "<<" and not event.style:
            self.found.add("merge-key", *place, "merge keys (<<) are refused. Write the keys out.")
            level.dropped = True
        elif name in level.value:
            first = self.marks[level.path + (name,)]
            self.found.add(
                "duplicate-key", *place, f"key '{shown(name)}' occurs twice; the first is on line {first.key_line}. Keep one of them."
            )
        elif not name.isascii():
            odd = next(c for c in name if not c.isascii())
            self.found.add(
                "non-ascii-name",
                *place,
                f"key '{shown(name)}' has {character(odd)}; keys are written in plain ASCII letters. Type it anew.",
            )
            self.refused.add(level.path + (name,))

    def _cut_off(self, event: yaml.ScalarEvent | yaml.AliasEvent, level: _Level) -> bool:
        """Whether a key in braces is the rest of a text that ends at a comma, as in {nl: Zorg, hulp}; says so at the text."""
        after = self.text[event.end_mark.index :].lstrip()[:1]
        if level.last is None or after not in (",", "}") or not isinstance(event, yaml.ScalarEvent) or event.style:
            return False
        text, place = level.last
        rest = event.value
        self.found.add(
            "comma-in-text",
            *place,
            f"the text '{shown(text)}' ends at the comma, so that '{shown(rest)}' would be a key. Quote the text: \"{shown(text)}, {shown(rest)}\".",
        )
        level.key, level.dropped = (rest, _place(event)), True
        level.last = (f"{text}, {rest}", place)
        return True

    def _awaits_key(self) -> bool:
        return bool(self.levels) and isinstance(self.levels[-1].value, dict) and self.levels[-1].key is None

    def _put(self, value: Any, event: yaml.Event, source: str) -> Path:
        """Hangs a value under the open level, and says under which path. What is dropped gets no place in the tree."""
        line, column = _place(event)
        path: Path = ()
        key = (line, column)
        if not self.levels:
            self.root = value
        else:
            level = self.levels[-1]
            if isinstance(level.value, list):
                path = level.path + (len(level.value),)
                level.value.append(value)
            else:
                assert level.key is not None, "a value in a mapping comes after its key"
                name, key = level.key
                path = level.path + (name,)
                level.key = None
                if level.dropped:
                    return path + ("<dropped>", len(self.marks))
                level.value[name] = value
        self.marks[path] = Mark(line, column, *key, source)
        if len(self.marks) > MAX_VALUES:
            self.found.add("too-large", line, column, f"more than {MAX_VALUES} values in one file. Split it.")
            raise _Stop
        return path

    def _refuse_extras(self, event: yaml.NodeEvent, path: Path | None) -> None:
        place = _place(event)
        if isinstance(event, yaml.AliasEvent):
            self.found.add("alias", *place, f"alias *{shown(event.anchor)} is refused. Write the value out.")
        elif event.anchor:
            self.found.add(
                "anchor", *place, f"anchor &{shown(event.anchor)} is refused. Remove it, and write the value out where it is used."
            )
        if getattr(event, "tag", None):
            name = shown(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self.found.add("tag", *place, f"tag {name} is refused; what a value is follows from how it is written. Remove the tag.")
        if path is not None and (isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None)):
            self.refused.add(path)

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        lines = self.text.split("\n")
        line, column = len(lines), len(lines[-1]) + 1  # what is never closed is missed after the last line
        if mark is not None and mark.line < len(lines):
            line, column = mark.line + 1, mark.column + 1
        self.found.add("syntax", line, column, explain(error))


def _place(event: yaml.Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _resolve(text: str) -> Any:
    """The value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
