"""Marks that do not stand in the figure itself: a column of flags beside it, a 0 or a blank in its place.

    area  disclosure  number            area  number
    A1                    18     ->     A1        18
    A2    N                0            A2         N

Whatever is read so is always reported: a flag that is overlooked turns a withheld cell into a printed 0, and the audit into a
false all-clear.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from celwacht.disclosure.audit.reading.marks import Mark, Meaning, meaning_of, number
from celwacht.disclosure.audit.reading.reading_spec import AuditSpec, Rows

_FLAG_NAME = re.compile(r"flag|disclos|suppress|conf(id|_|$)|status|symbol|symbool|mark|note|geheim|onderdruk", re.IGNORECASE)
_WORD = re.compile(r"[\W_]+")
HIDES = (Meaning.WITHHELD, Meaning.SMALL)
MOST_FLAGS = 8
EMPTY = ("", "0", "-")
"""What stands in the place of a figure that a flag withholds."""


def with_flags(table: Rows, marks: Mapping[str, Mark], decimal: str = ".") -> tuple[Rows, list[str]]:
    """The table with the flags of a flag column put where the figures stand, and that column left out; and what was done.

    A flag column holds nothing but marks and blanks, at least one of them for withheld, and wherever it says withheld some column
    of figures holds nothing, 0 or the mark itself; there may be one for each column of figures. Where its words are no marks (Y, TRUE,
    confidential), it has the name of a flag, and one of its words stands exactly where figures are missing."""
    columns = {name: [row[i] for row in table.rows] for i, name in enumerate(table.header)}
    notes: list[str] = []
    for name, flags in list(columns.items()):
        said = [n for n, text in enumerate(flags) if text in marks and text != "" and marks[text].meaning in HIDES]
        if said and (_flags_only(name, flags, marks) or (_own(name, columns) is not None and _only_marks(flags, marks))):
            others = {c: texts for c, texts in columns.items() if c != name}
            if (own := _own(name, others)) is not None:
                others = {own: others[own]}
            said, printed = _hiding(flags, said, others, marks, decimal)
            figures = [
                c for c, texts in others.items() if _hidden_there(texts, said, marks, decimal) or (c == own and set(texts) <= set(EMPTY))
            ]
            notes += [
                f"{name}: '{text[:20]}' stands beside figures that are printed: not taken for withheld" for text in printed if figures
            ]
            if not figures:
                notes.append(
                    f"{name}: holds marks, but no column of figures is empty or 0 where it says withheld; what it marks is not known"
                )
                continue
            told = f"{name}: marks the figures of {', '.join(figures)}; {len(said)} of them are withheld"
        elif _FLAG_NAME.search(name) and 1 < len(set(flags)) <= MOST_FLAGS and (found := _by_what_is_empty(name, columns, marks, decimal)):
            kind, figures = found
            said = [n for n, text in enumerate(flags) if text == kind]
            told = (
                f"{name}: '{kind[:20]}' stands where {', '.join(figures)} is empty or 0, and nowhere else; {len(said)} figures are withheld "
                f"(if they are not: rename the column)"
            )
            flags = ["c" if text == kind else text for text in flags]
        else:
            continue
        for c in figures:
            for n in said:
                columns[c][n] = flags[n]
        del columns[name]
        notes.append(told)
    if len(columns) < len(table.header):
        return Rows(table.name, tuple(columns), list(zip(*columns.values(), strict=True)), table.line), notes
    return table, notes


def _hiding(
    flags: Sequence[str], said: Sequence[int], others: Mapping[str, Sequence[str]], marks: Mapping[str, Mark], decimal: str
) -> tuple[list[int], list[str]]:
    """(lines of the flags beside which some column tells nothing, the other flags): D says withheld in one office, and final in another."""
    places: dict[str, list[int]] = {}
    for n in said:
        places.setdefault(flags[n], []).append(n)
    printed = [text for text, at in places.items() if not any(_hidden_there(c, at, marks, decimal) for c in others.values())]
    return ([n for n in said if flags[n] not in printed], printed) if len(printed) < len(places) else (list(said), [])


def _by_what_is_empty(name: str, columns, marks, decimal) -> tuple[str, list[str]] | None:
    """(the flag, columns of figures) that stands for withheld: the only one beside which figures are empty, 0 or marks, and all of them are."""
    others = {c: texts for c, texts in columns.items() if c != name}
    found = []
    for kind in dict.fromkeys(columns[name]):
        at = [n for n, text in enumerate(columns[name]) if text == kind]
        rest = [n for n, text in enumerate(columns[name]) if text != kind]
        figures = [
            c
            for c, texts in others.items()
            if _hidden_there(texts, at, marks, decimal) and not any(texts[n] in ("", "-") or meaning_of(texts[n], marks) for n in rest)
        ]
        if kind and figures:
            found.append((kind, figures))
    return found[0] if len(found) == 1 else None


def _flags_only(name: str, flags: Sequence[str], marks: Mapping[str, Mark]) -> bool:
    kinds = set(flags)
    return len(kinds) > 1 and _only_marks(flags, marks) and (bool(_FLAG_NAME.search(name)) or "" in kinds)


def _only_marks(flags: Sequence[str], marks: Mapping[str, Mark]) -> bool:
    return all(t in marks or t == "" for t in set(flags))


def _own(name: str, columns: Mapping[str, object]) -> str | None:
    """The column that a column of flags is named after: boys for boys_flag and "Status boys"; None where there is none."""
    bare = [w for w in _WORD.split(name) if w and not _FLAG_NAME.search(w)]
    named = [c for c in columns if c != name and [w for w in _WORD.split(c) if w] == bare]
    return named[0] if bare and len(named) == 1 and _FLAG_NAME.search(name) else None


def _hidden_there(column: Sequence[str], hidden: Sequence[int], marks: Mapping[str, Mark], decimal: str) -> bool:
    """Whether a column has figures, and none that tells anything where it is hidden."""
    telling = any(number(t, decimal) is not None and t not in EMPTY for t in column)
    return telling and all(column[n] in EMPTY or meaning_of(column[n], marks) is not None for n in hidden)


def blanks_withheld(table: Rows, spec: AuditSpec, marks: Mapping[str, Mark]) -> tuple[dict[str, Mark], list[str]]:
    """The marks, a blank among them as withheld where no other mark in the figures says withheld; and what to tell of marks
    for "not available", which are not asked about."""
    at = [table.header.index(v) for v in spec.values]
    found = Counter(row[i] for row in table.rows for i in at if number(row[i], spec.decimal) is None)
    meanings = {text: meaning_of(text, marks) for text in found}
    notes: list[str] = []
    changed = dict(marks)
    if found.get("") and not any(m is not None and m.meaning in HIDES for m in meanings.values()):
        changed[""] = Mark(Meaning.WITHHELD)
        notes.append(f"{found['']} figures are blank and nothing else says withheld: taken as withheld (if they are not: --mark =na)")
    for text, meaning in meanings.items():
        if meaning is not None and meaning.meaning is Meaning.NOT_AVAILABLE and changed.get(text) == meaning:
            name = f"'{text}'" if text else "blank"
            notes.append(
                f"{found[text]} figures are {name}, which is taken as not available: not asked about (else: --mark {text}=withheld)"
            )
    return changed, notes
