"""A value tree read from a file, with the place of every value in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands. Lines and columns count from 1; without a key of its own, the key's place is the value's."""

    line: int
    column: int
    key_line: int
    key_column: int
    source: str
    """The scalar as written, with its quotes; '' for a mapping or list."""


@dataclass(frozen=True)
class Document:
    """A value tree of dict, list, str, int, float, bool and None, with the place of every value in it."""

    file: str
    value: Any
    marks: dict[Path, Mark] = field(repr=False)
    refused: frozenset[Path] = frozenset()
    """Values with a complaint of their own from the reading, such as aliases (None in the tree): they need no second."""

    def mark(self, path: Path) -> Mark:
        """The mark of the value at `path`, or of the nearest value around it."""
        while path not in self.marks and path:
            path = path[:-1]
        return self.marks.get(path, Mark(1, 1, 1, 1, ""))

    def line_of(self, path: Path) -> tuple[int, int]:
        """Line and column of the value at `path`, or of the nearest value around it."""
        mark = self.mark(path)
        return mark.line, mark.column

    def key_of(self, path: Path) -> tuple[int, int]:
        """Line and column of the key that leads to `path`; of the value itself in a list."""
        mark = self.mark(path)
        return mark.key_line, mark.key_column

    def place_in(self, path: Path, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset` in the text value at `path`, as it stands in the file.

        White space does not count in the reckoning, so that folded lines do no harm; an offset past the end gives
        the place just after the last character.
        """
        mark, value = self.mark(path), self.get(path)
        wanted = len(re.sub(r"\s", "", value[:offset])) if isinstance(value, str) else 0
        places = _visible(mark.source)
        at = places[wanted] if wanted < len(places) else (places[-1] + 1 if places else 0)
        before = mark.source[:at]
        breaks = before.count("\n")
        return mark.line + breaks, (at - before.rfind("\n") if breaks else mark.column + at)

    def get(self, path: Path) -> Any:
        """The value at `path`; None if there is none."""
        value = self.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def _visible(source: str) -> list[int]:
    """Positions in a scalar's source of the non-space characters of its value."""
    quote = source[:1]
    if quote in ("|", ">"):
        start = source.find("\n") + 1
        return [i for i in range(start, len(source)) if not source[i].isspace()]
    if quote not in ("'", '"'):
        return [i for i, c in enumerate(source) if not c.isspace()]
    places, i = [], 1
    while i < len(source) - 1:
        escaped = (quote == "'" and source[i : i + 2] == "''") or (quote == '"' and source[i] == "\\")
        if not source[i].isspace() and not (escaped and source[i + 1] in "\n "):
            places.append(i)
        i += 2 if escaped else 1
    return places
