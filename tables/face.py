"""How a project shows itself to readers: the name, theme, languages and map of its celwacht.toml.

    languages = ["en"]    every public file, page and feed speaks English only: texts of the project are read under `en`, and the
                          program's own words are English too
    both (the default)    Dutch first, with English beside it

The face of the project in force stands in the environment, so that worker processes have it; a published table keeps its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from celwacht.tables.environment import given_back

VARIABLE = "CELWACHT_FACE"
"""Environment variable with the face of the project in force, as JSON."""
NAME = "Celwacht"
LANGUAGES = ("nl", "en")


class Both(Protocol):
    """A text in Dutch, and in English where there is one."""

    @property
    def nl(self) -> str: ...
    @property
    def en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Face:
    """Name and theme as readers see them, the languages, and the file of the map ('' where there is none)."""

    name: str = NAME
    theme: str = ""
    languages: tuple[str, ...] = LANGUAGES
    map: str = ""

    @property
    def main(self) -> str:
        """The language of what is said in one language only: Dutch, unless the project speaks English alone."""
        return "nl" if "nl" in self.languages else "en"

    @property
    def first(self) -> str:
        """The language in which the site opens."""
        return self.languages[0]

    @property
    def english(self) -> bool:
        """Whether it speaks English only."""
        return self.languages == ("en",)

    def said(self, nl: str, en: str) -> str:
        """Of two texts that mean the same, the one in the main language."""
        return nl if self.main == "nl" else en

    def of(self, words: Both) -> str:
        """The words in the main language; in the other where there are none."""
        return words.nl if self.main == "nl" else words.en or words.nl

    def spoken(self, nl: str, en: str) -> tuple[str, str]:
        """(nl, en) of a text in what the project speaks: in English alone both are English; in Dutch alone there is no English."""
        if self.english:
            return en or nl, en or nl
        return (nl, en) if "en" in self.languages else (nl, "")

    def to_json(self) -> dict[str, Any]:
        """What is kept of it with what is published: not the map, which is a file of the site."""
        return {"name": self.name, "theme": self.theme, "languages": list(self.languages)}


PLAIN = Face()
"""The face where a project says nothing."""


def from_json(said: dict[str, Any] | None) -> Face:
    """The face that was kept; the plain one where nothing was."""
    return Face(said["name"], said["theme"], tuple(said["languages"])) if said else PLAIN


def face() -> Face:
    """The face of the project in force; the plain one where there is none."""
    told = os.environ.get(VARIABLE)
    if not told:
        return PLAIN
    found = json.loads(told)
    return Face(found["name"], found["theme"], tuple(found["languages"]), found["map"])


def in_force() -> bool:
    """Whether a project is in force, so that its own specifications are read."""
    return VARIABLE in os.environ


def periods_name() -> str:
    """The name of the dimension of time: that of StatLine, unless the project speaks English only."""
    return "Periods" if face().english else "Perioden"


@contextmanager
def using(new: Face) -> Iterator[None]:
    """`face()` is `new` inside the block; afterwards what it was."""
    with given_back(VARIABLE):
        os.environ[VARIABLE] = json.dumps(asdict(new))
        yield
