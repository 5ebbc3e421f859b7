"""A code list as a classification file: valid from the first line on, with a comment wherever something was guessed.

code,title         ->   tree:
01,Own wish               code: "CWTOTAAL"    # guess: the list has no total of its own
02,Ordered                title: {nl: "Totaal", en: "Total"}
                          level: totaal
                          children:
                            - code: "01"
                              title: {nl: "Own wish"}
                              level: reason
                              values: ["01"]
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from celwacht.tables.code_lists.code_list import CodeList, Layout, layout_of, plain
from celwacht.tables.code_lists.nodes import MOST_VALUE, Entry, entries_of
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.classification_spec import CLASSIFICATION
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.parse import survey

_CODE = re.compile(r"[0-9A-Z_]{1,10}", re.ASCII)
_TOTAL = re.compile(r"(total|totaal|alle|all)\b", re.IGNORECASE)
_UNKNOWN = re.compile(r"onbekend|unknown", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """text: of the file. guesses: what was guessed, in sentences. codes: how many there are."""

    text: str
    guesses: tuple[str, ...]
    codes: int


@dataclass(slots=True)
class _Writer:
    """Lines of the file as they come, and the guesses."""

    id: str
    made: dict[int, str]
    below: dict[int, list[int]]
    found: list[Entry]
    said: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def classification_text(codes: CodeList, id: str, record_field: str | None = None, schema: str = "") -> Written:
    """The file of classification `id` made of a code list; ProblemsFound with everything that is wrong in the list.

    record_field: the field of the records whose values the codes are; None: guessed to be called like the classification.
    """
    layout = layout_of(codes)
    found = entries_of(codes, layout)
    below: dict[int, list[int]] = {}
    for place, entry in enumerate(found):
        below.setdefault(entry.parent, []).append(place)
    said = list(layout.guesses)
    _one_top(found, below, said)
    writer = _Writer(id, _shaped(found, said), below, found, said)
    writer.lines += _head(codes, id, record_field, schema, said)
    _tree(writer, layout)
    _say_of_values(writer)
    text = "\n".join(writer.lines) + "\n"
    _is_valid(codes, text, id)
    return Written(text, tuple(writer.said), len(found) + (_top(writer) < 0))


def _one_top(found: list[Entry], below: dict[int, list[int]], said: list[str]) -> None:
    """A flat list with a total among its codes: all others stand under that."""
    tops = below[-1]
    totals = [p for p in tops if _TOTAL.match(found[p].title or found[p].code) or found[p].code in ("T", "TOT")]
    if len(tops) > 1 and len(totals) == 1 and not below.get(totals[0]):
        below[totals[0]], below[-1] = [p for p in tops if p != totals[0]], totals
        said.append(f"'{found[totals[0]].code}' is the total of all others, by its name")


def _top(writer: _Writer) -> int:
    """Place of the one code at the top; -1 where a total must be made."""
    tops = writer.below[-1]
    return tops[0] if len(tops) == 1 and writer.below.get(tops[0]) else -1


def _shaped(found: list[Entry], said: list[str]) -> dict[int, str]:
    """Published codes by place: as they are, or of capitals, digits and _ made of them, at most ten, all different."""
    taken = {e.code for e in found if _CODE.fullmatch(e.code)}
    used: set[str] = set()
    made: dict[int, str] = {}
    numbered: dict[str, Iterator[int]] = {}  # goes on where it stopped: a list of 20,000 names that begin alike takes no hour
    for place, entry in enumerate(found):
        code = entry.code
        if not _CODE.fullmatch(code) or code in used:
            text = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode().upper()
            base = re.sub(r"[^0-9A-Z]+", "_", text).strip("_")[:10] or "C"
            numbers = numbered.setdefault(base[:6], iter(range(1, 10**6)))
            code = base
            while code in used or code in taken:
                code = f"{base[:4] if (n := next(numbers)) > 999 else base[:6]}_{n}"
        used.add(code)
        made[place] = code
    changed = sum(made[p] != e.code for p, e in enumerate(found))
    if changed:
        said.append(f"{changed} codes are made of what stands in the list, for published codes are 1 to 10 of 0-9, A-Z and _")
    return made


def _head(codes: CodeList, id: str, record_field: str | None, schema: str, said: list[str]) -> list[str]:
    title = id.replace("_", " ").capitalize()
    guessed = "  # guess: a field of the records is called so" * (record_field is None)
    if record_field is None:
        said.append(f"the field of the records is called '{id}' (else: --field)")
    return [
        *([f"# yaml-language-server: $schema={schema}"] if schema else []),
        "# Made of a code list by celwacht new. What is a guess says so; celwacht check tells whether the file is right.",
        "version: 1",
        f"id: {id}",
        "kind: codes",
        f"title: {{nl: {_quoted(title)}}}  # guess: the name of the classification; add en:",
        f"field: {record_field or id}{guessed}",
        "tree:",
    ]


def _quoted(text: str) -> str:
    return json.dumps(unicodedata.normalize("NFC", text), ensure_ascii=False)


def _tree(writer: _Writer, layout: Layout) -> None:
    """The tree, depth first."""
    top = _top(writer)
    if top >= 0:
        _node(writer, top, "  ", "  ", 0)
        return
    code = next(c for c in ("CWTOTAAL", "CWTOTAAL_0", "CWTOTAAL_1") if c not in writer.made.values())
    writer.said.append("the list has no total of its own, so that one is made")
    writer.lines += [
        f'  code: "{code}"  # guess: the list has no total of its own',
        '  title: {nl: "Totaal", en: "Total"}',
        "  level: totaal",
        "  children:",
    ]
    for place in writer.below[-1]:
        _node(writer, place, "    - ", "      ", 1)


def _node(writer: _Writer, place: int, first: str, indent: str, depth: int) -> None:
    entry, code = writer.found[place], writer.made[place]
    guess = "" if code == entry.code else f"  # guess: made of {_quoted(entry.code)}"
    untitled = "" if entry.title else "  # guess: the list has no title for it"
    english = f", en: {_quoted(entry.english)}" if entry.english else ""
    writer.lines += [
        f"{first}code: {_quoted(code)}{guess}",
        f"{indent}title: {{nl: {_quoted(entry.title or entry.code)}{english}}}{untitled}",
        f"{indent}level: {_level(writer, entry, depth)}",
    ]
    if below := writer.below.get(place):
        writer.lines.append(f"{indent}children:")
        for child in below:
            _node(writer, child, f"{indent}  - ", f"{indent}    ", depth + 1)
    else:
        values = entry.values or (entry.code[:MOST_VALUE],)
        maybe = "  # or, if records without a class belong here: unknown: true" if _UNKNOWN.search(entry.title) else ""
        writer.lines.append(f"{indent}values: [{', '.join(map(_quoted, values))}]{maybe}")


def _level(writer: _Writer, entry: Entry, depth: int) -> str:
    """A name for the level of a code: that of its column, `totaal` at the top, else the classification's name or a number."""
    name = plain(entry.level)[:40]
    if name and name[0].isalpha():
        return name
    if depth == 0:
        return "totaal"
    deepest = max(_depths(writer))
    return writer.id if depth == deepest or (entry.level == "" and deepest == 1) else f"niveau_{depth}"


def _depths(writer: _Writer) -> Iterator[int]:
    """Depth of every code, the top being 0 whether it is in the list or made."""
    level, depth = writer.below[-1], 0 if _top(writer) >= 0 else 1
    while level:
        yield depth
        level, depth = [c for p in level for c in writer.below.get(p, ())], depth + 1


def _say_of_values(writer: _Writer) -> None:
    """What may be wrong with the values of records, though nothing is wrong with the list."""
    leaves = [e for p, e in enumerate(writer.found) if not writer.below.get(p)]
    if all(not e.values for e in leaves):
        writer.said.append("the values in the records are the codes themselves (else: a column 'values')")
        digits = {len(e.code) for e in leaves if e.code.isdigit()}
        if len(digits) > 1:
            writer.said.append("the codes are numbers of different lengths: were leading zeros lost? In the records '1' and '01' differ")
    if not any("unknown: true" in line for line in writer.lines):
        writer.lines.append(
            "# A value that is not listed is an error in the data. A leaf with `unknown: true` in place of values takes them all."
        )


def _is_valid(codes: CodeList, text: str, id: str) -> None:
    """ProblemsFound where the model of classifications refuses the text: values that occur twice, too many codes, a bad field."""
    document, problems = survey(text, f"{id}.yaml")
    misfits = confront(document, CLASSIFICATION)[1] if document is not None else []
    if problems or misfits:
        raise ProblemsFound([Problem(codes.name, 0, 0, p.rule, p.message) for p in (*problems, *misfits)])
