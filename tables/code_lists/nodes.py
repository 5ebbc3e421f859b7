"""The codes of a list as a forest: who stands under whom, with every duplicate, loose parent and cycle told at its place."""

from __future__ import annotations

from dataclasses import dataclass

from celwacht.tables.code_lists.code_list import CodeList, Layout, Level
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.yaml.characters import suspects

MOST_TITLE, MOST_VALUE = 300, 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One code as it stands in the list. row: the first on which it does; parent: its place among the entries, -1 at the top."""

    code: str
    title: str
    english: str
    parent: int
    level: str
    row: int
    values: tuple[str, ...] = ()


def entries_of(codes: CodeList, layout: Layout) -> list[Entry]:
    """The entries, parents before children wherever they stand. ProblemsFound with all that is wrong."""
    wrong = [p for i in _used(layout) for p in _odd_characters(codes, i)]
    found = _listed(codes, layout, wrong) if len(layout.levels) == 1 else _levelled(codes, layout, wrong)
    above = {e.parent for e in found}
    for place, entry in enumerate(found):
        if place in above and entry.values:
            wrong.append(
                codes.problem(
                    entry.row,
                    layout.values,
                    "code-list-value",
                    f"'{entry.code[:40]}' has codes under it and a value of its own; give that value a code under it, or leave it out.",
                )
            )
    wrong += _values_twice(codes, layout, found, above)
    if not found and not wrong:
        wrong.append(codes.problem(-1, -1, "code-list-empty", "there are no codes under the header."))
    if wrong:
        raise ProblemsFound(wrong)
    return found


def _values_twice(codes: CodeList, layout: Layout, found: list[Entry], above: set[int]) -> list[Problem]:
    """A value of the records under two codes, or longer than a value can be."""
    wrong: list[Problem] = []
    first: dict[str, Entry] = {}
    column = layout.values if layout.values >= 0 else layout.levels[-1].code
    for entry in (e for place, e in enumerate(found) if place not in above):
        for value in entry.values or (entry.code,):
            if len(value) > MOST_VALUE:
                wrong.append(
                    codes.problem(
                        entry.row, column, "code-list-long", f"a value of {len(value)} characters; at most {MOST_VALUE} are read."
                    )
                )
            other = first.setdefault(value, entry)
            if other is not entry and layout.values >= 0:
                wrong.append(
                    codes.problem(
                        entry.row,
                        column,
                        "code-list-value",
                        f"value '{value[:40]}' belongs to '{other.code[:40]}' already, on line {codes.lines[other.row]}; a value has one code.",
                    )
                )
    return wrong


def _used(layout: Layout) -> list[int]:
    columns = [i for one in layout.levels for i in (one.code, one.title, one.english)]
    return sorted({i for i in (*columns, layout.parent, layout.values) if i >= 0})


def _odd_characters(codes: CodeList, column: int) -> list[Problem]:
    """Cells with characters that no YAML file may hold, or too long for a title."""
    wrong = []
    for row, text in enumerate(codes.column(column)):
        wrong += [codes.problem(row, column, rule, message) for rule, message in suspects(text)]
        if len(text) > MOST_TITLE:
            wrong.append(
                codes.problem(row, column, "code-list-long", f"a text of {len(text)} characters; at most {MOST_TITLE} fit. Shorten it.")
            )
    return wrong


def _values(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.strip() for v in text.replace(";", ",").split(",") if v.strip()))


def _listed(codes: CodeList, layout: Layout, wrong: list[Problem]) -> list[Entry]:
    """A row per code, flat or with the code of its parent."""
    level = layout.levels[0]
    first: dict[str, int] = {}
    for row, code in enumerate(codes.column(level.code)):
        if not code:
            wrong.append(codes.problem(row, level.code, "code-list-code", "the code is empty; give one, or leave the row out."))
        elif code in first:
            wrong.append(
                codes.problem(
                    row,
                    level.code,
                    "code-list-twice",
                    f"code '{code[:40]}' stands on line {codes.lines[first[code]]} already; every code stands once.",
                )
            )
        first.setdefault(code, row)
    first.pop("", None)
    place = {code: i for i, code in enumerate(first)}
    parent = codes.column(layout.parent) if layout.parent >= 0 else [""] * len(codes.rows)
    values = codes.column(layout.values) if layout.values >= 0 else [""] * len(codes.rows)
    above = {code: parent[row] if parent[row] != code else "" for code, row in first.items()}  # a top that names itself
    for code, row in first.items():
        if above[code] and above[code] not in place:
            wrong.append(
                codes.problem(
                    row,
                    layout.parent,
                    "code-list-parent",
                    f"'{code[:40]}' stands under '{above[code][:40]}', which is no code of this list.{nearest(above[code], place)}",
                )
            )
    _no_cycles(codes, layout, first, above, wrong)
    return [_entry(codes, level, row, place.get(above[code], -1), "", _values(values[row])) for code, row in first.items()]


def _entry(codes: CodeList, level: Level, row: int, parent: int, name: str, values: tuple[str, ...] = ()) -> Entry:
    def text(column: int) -> str:
        return codes.rows[row][column].strip() if column >= 0 else ""

    return Entry(text(level.code), text(level.title), text(level.english), parent, name, row, values)


def _no_cycles(codes: CodeList, layout: Layout, first: dict[str, int], above: dict[str, str], wrong: list[Problem]) -> None:
    told: set[str] = set()
    for code in first:
        way = [code]
        while above.get(way[-1]) and above[way[-1]] not in way and above[way[-1]] not in told:
            way.append(above[way[-1]])
        end = above.get(way[-1], "")
        if end in way:
            loop = [*way[way.index(end) :], end]
            wrong.append(
                codes.problem(
                    first[end],
                    layout.parent,
                    "code-list-cycle",
                    f"{' under '.join(repr(c[:40]) for c in loop[:12])}: a cycle; no code can stand under itself.",
                )
            )
        told.update(way)


def _levelled(codes: CodeList, layout: Layout, wrong: list[Problem]) -> list[Entry]:
    """A column per level: the code of a row is its last filled column, and all above it are filled."""
    found: list[Entry] = []
    place: dict[tuple[int, str], int] = {}
    values = codes.column(layout.values) if layout.values >= 0 else [""] * len(codes.rows)
    described: dict[int, int] = {}
    for row, cells in enumerate(codes.rows):
        filled = [n for n, level in enumerate(layout.levels) if cells[level.code].strip()]
        if filled != list(range(len(filled))) or not filled:
            missing = next(n for n in range(len(layout.levels)) if n not in filled)
            wrong.append(
                codes.problem(
                    row,
                    layout.levels[missing].code,
                    "code-list-code",
                    f"column '{codes.header[layout.levels[missing].code][:40]}' is empty, and a level below it is not; fill it in.",
                )
            )
            continue
        at = -1
        for n in filled:
            at = _placed(codes, layout, row, n, at, found, place, wrong)
        if at in described:
            wrong.append(
                codes.problem(
                    row,
                    layout.levels[filled[-1]].code,
                    "code-list-twice",
                    f"the same code as on line {codes.lines[described[at]]}; every code stands once.",
                )
            )
        elif values[row]:
            found[at] = _entry(codes, layout.levels[filled[-1]], row, found[at].parent, found[at].level, _values(values[row]))
        described.setdefault(at, row)
    return found


def _placed(codes: CodeList, layout: Layout, row: int, n: int, parent: int, found: list[Entry], place, wrong: list[Problem]) -> int:
    """Place of the code of level n on a row, made if new; another parent or title than before is reported."""
    level = layout.levels[n]
    entry = _entry(codes, level, row, parent, level.name)
    at = place.get((n, entry.code))
    if at is None:
        place[n, entry.code] = at = len(found)
        found.append(entry)
        return at
    there = found[at]
    if there.parent != parent:
        one, other = found[there.parent].code, found[parent].code
        wrong.append(
            codes.problem(
                row,
                level.code,
                "code-list-parent",
                f"'{entry.code[:40]}' stands under '{one[:40]}' on line {codes.lines[there.row]} and under '{other[:40]}' here; a code has one parent.",
            )
        )
    if (there.title, there.english) != (entry.title, entry.english):
        wrong.append(
            codes.problem(
                row,
                max(level.title, level.english),
                "code-list-title",
                f"'{entry.code[:40]}' has another title on line {codes.lines[there.row]}; give it one.",
            )
        )
    return at
