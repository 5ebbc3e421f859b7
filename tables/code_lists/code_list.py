"""The rows of a code list, and what each of its columns is taken for; every guess is kept, to be said aloud.

code  title      parent            provincie  gemeente            code  omschrijving
A     Ambulant                     Drenthe    Assen               01    Huisarts
A1    Thuis      A                 Drenthe    Emmen               02    Huisarts
(a column with the parent)         (a column per level)           (flat)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from celwacht.tables.problems import Problem, ProblemsFound

WORDS = {
    "code": ("code", "codes", "id", "key", "sleutel", "identifier"),
    "title": ("title", "titel", "title_nl", "titel_nl", "omschrijving", "naam", "name", "label", "label_nl", "naam_nl", "description"),
    "english": ("title_en", "titel_en", "english", "engels", "label_en", "name_en", "naam_en"),
    "parent": ("parent", "ouder", "parent_code", "parentcode", "bovenliggend", "bovenliggende_code", "hoort_bij", "onder", "broader"),
    "values": ("values", "value", "waarde", "waarden", "bronwaarde"),
}
"""Names of columns, in small letters with _ for what is no letter, and what such a column holds."""
_PART = re.compile(r"(.+?)_(code|naam|name|titel|title|label|omschrijving|nl|en|engels)", re.ASCII)
_TITLES, _ENGLISH = ("naam", "name", "titel", "title", "label", "omschrijving", "nl"), ("en", "engels")


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list as read. name: of its file; lines: of each row in it."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]

    def column(self, at: int) -> list[str]:
        return [row[at].strip() for row in self.rows]

    def problem(self, row: int, column: int, rule: str, message: str) -> Problem:
        """A problem at a row (-1: the header) and column (-1: none)."""
        return Problem(self.name, self.lines[row] if row >= 0 else self.header_line, column + 1, rule, message)

    @property
    def header_line(self) -> int:
        return max(1, min(self.lines, default=2) - 1)


@dataclass(frozen=True, slots=True)
class Level:
    """Columns of one level: of its codes, and of titles where there are any (-1: none)."""

    name: str
    code: int
    title: int = -1
    english: int = -1


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns are. levels: from the top down, the codes themselves last; parent, values: -1 where there is none."""

    levels: tuple[Level, ...]
    parent: int = -1
    values: int = -1
    guesses: tuple[str, ...] = field(default=())


def plain(name: str) -> str:
    """A header cell in small ASCII letters, with _ between words."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")


def layout_of(codes: CodeList) -> Layout:
    """What each column is taken for. ProblemsFound where no column can be that of the codes, or two say that they are."""
    names = [plain(h) for h in codes.header]
    known = {role: [i for i, n in enumerate(names) if n in words] for role, words in WORDS.items()}
    twice = [
        codes.problem(
            -1, places[1], "code-list-column", f"two columns seem to hold the {role}: '{_two(codes, places)}'; rename one of them."
        )
        for role, places in known.items()
        if len(places) > 1
    ]
    if twice:
        raise ProblemsFound(twice)
    at = {role: places[0] if places else -1 for role, places in known.items()}
    others = [i for i in range(len(names)) if i not in at.values() and any(codes.column(i))]
    if at["parent"] >= 0 or (at["code"] >= 0 and not others):
        return _with_parents(codes, at, others)
    return _by_level(codes, names, at, others)


def _two(codes: CodeList, places: Sequence[int]) -> str:
    return "' and '".join(codes.header[i][:40] for i in places[:2])


def _with_parents(codes: CodeList, at: dict[str, int], others: list[int]) -> Layout:
    """Flat, or with a column of parents."""
    said, code = [], at["code"]
    if code < 0:
        if not others:
            raise ProblemsFound([codes.problem(-1, -1, "code-list-column", "no column holds the codes; call it 'code'.")])
        code, others = others[0], others[1:]
        said.append(f"the codes stand in column '{codes.header[code]}'")
    if others:
        said.append(f"not used: {', '.join(codes.header[i] for i in others)}")
    return Layout((Level("", code, at["title"], at["english"]),), at["parent"], at["values"], tuple(said))


def _by_level(codes: CodeList, names: list[str], at: dict[str, int], others: list[int]) -> Layout:
    """Every column that groups the codes is a level; the finest is last."""
    said: list[str] = []
    columns: dict[str, dict[str, int]] = {}
    for i in others:
        found = _PART.fullmatch(names[i])
        stem, part = (found[1], found[2]) if found else (names[i], "")
        role = "title" if part in _TITLES else "english" if part in _ENGLISH else "code"
        columns.setdefault(stem, {}).setdefault(role, i)
    levels = {
        s: Level(s or f"niveau_{n}", c.get("code", c.get("title", -1)), c.get("title", -1), c.get("english", -1))
        for n, (s, c) in enumerate(columns.items(), 1)
    }
    levels = {s: one for s, one in levels.items() if one.code >= 0}
    if at["code"] >= 0:
        rows = len(codes.rows)
        unused = [s for s, one in levels.items() if len(set(codes.column(one.code))) == rows > 1 or "" in codes.column(one.code)]
        for s in unused:
            said.append(f"not used: {codes.header[levels.pop(s).code]} (no level: it is different on every row, or blank on some)")
        levels[""] = Level("", at["code"], at["title"], at["english"])
    elif len(levels) == 1:
        ((stem, only),) = levels.items()
        levels = {
            stem: Level("", only.code, at["title"] if only.title < 0 else only.title, at["english"] if only.english < 0 else only.english)
        }
    if not levels:
        raise ProblemsFound([codes.problem(-1, -1, "code-list-column", "no column holds the codes; call it 'code'.")])
    order = sorted(levels.values(), key=lambda one: (len(set(codes.column(one.code)) - {""}), one.code))
    if at["code"] < 0:
        said.append(f"the codes stand in column '{codes.header[order[-1].code]}'")
    if len(order) > 1:
        said.append(f"levels, from the top down: {' > '.join(codes.header[one.code] for one in order)}")
    return Layout(tuple(order), -1, at["values"], tuple(said))
