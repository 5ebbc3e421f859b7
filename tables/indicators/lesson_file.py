"""Step three: lessons of research, as Markdown (lessons/ID.md): a heading, and text. No gemeente may be known from one.

    # Wat een eigen team uitmaakt              <- the first line: the title
    Gemeente A en gemeente B ...

Refused, with the line: a name or code of a region, and a figure with a decimal, by which any reader of the tables finds whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.read import name_of

LESSONS = "lessons"
CODE = re.compile(r"\b[A-Z]{2}[0-9]{2,6}\b")
EXACT = re.compile(r"[0-9][.,][0-9]")
MOST = 200_000


@dataclass(frozen=True, slots=True)
class Lesson:
    """id: the file's name without .md; text: Markdown without its title."""

    id: str
    title: str
    text: str


def lessons(names: Mapping[str, str]) -> tuple[Lesson, ...]:
    """Every lesson, by id. names: code -> name of regions that none may name. ProblemsFound with all that is wrong in any."""
    found, problems = [], []
    known = _pattern(names.values())
    for path in home.files(LESSONS, "*.md"):
        lesson, wrong = _read(path, known)
        problems += wrong
        if lesson is not None:
            found.append(lesson)
    if problems:
        raise ProblemsFound(problems)
    return tuple(found)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names, as written: 'Bergen' and not 'bergen', a common word."""
    alone = sorted({re.sub(r"\s*\(.*?\)$", "", n).strip() for n in names if len(n) > 2}, key=lambda n: (-len(n), n))
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, alone)) + r")(?!\w)") if alone else None


def _read(path: Path, known: re.Pattern[str] | None) -> tuple[Lesson | None, list[Problem]]:
    place = name_of(path)
    try:
        text = path.read_bytes()[: MOST + 1].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None, [Problem(place, 0, 0, "lesson", "cannot be read as UTF-8. Save it again as UTF-8.")]
    lines, problems = text.splitlines(), []
    if not lines or not lines[0].startswith("# "):
        problems.append(Problem(place, 1, 0, "lesson", "the first line must be a title: `# What was learnt`."))
    for number, line in enumerate(lines, 1):
        said = ""
        if (known and known.search(line)) or CODE.search(line):
            said = "names a region. Write gemeente A, gemeente B: they are not to be known."
        elif EXACT.search(line):
            said = "a figure with a decimal tells whose it is. Round it, or say more and less."
        if said:
            problems.append(Problem(place, number, 0, "lesson", said))
    if problems:
        return None, problems
    return Lesson(path.stem, lines[0].removeprefix("# ").strip(), "\n".join(lines[1:])), []
