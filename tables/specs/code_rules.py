"""Codes and values of a classification that occur twice, each at its own place; and dimensions of a table that are the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from celwacht.tables.problems import Problem
from celwacht.tables.specs.library import Library
from celwacht.tables.yaml.characters import shown
from celwacht.tables.yaml.document import Document, Path


def code_problems(document: Document) -> list[Problem]:
    """Every code and value of a record that a classification's document has a second time."""
    found = []
    for what in ("code", "value"):
        first: dict[str, Path] = {}
        for path, kind, text in _named(document):
            if kind != what:
                continue
            if text in first:
                line = document.line_of(first[text])[0]
                found.append(
                    Problem(
                        document.file,
                        *document.line_of(path),
                        "duplicate-code",
                        f"{what} '{shown(text)}' occurs twice; the first is on line {line}. Every one stands once.",
                    )
                )
            first.setdefault(text, path)
    return found


def gap_problems(document: Document) -> list[Problem]:
    """Numbers between two ranges that are in neither: publish would stop at the first record with one, or, where a leaf is marked unknown, count it
    as unknown without a word. That leaf is for what has no number, or one below or above all ranges; `gaps: true` on it says that it is for these too."""
    if document.get(("kind",)) != "ranges":
        return []
    leaves = [(path, document.get(path)) for path, kind, _ in _named(document) if kind == "code" for path in [path[:-1]]]
    rest = next((leaf for _, leaf in leaves if leaf.get("unknown") is True), None)
    if rest is not None and rest.get("gaps") is True:
        return []
    bounded = [(p, leaf) for p, leaf in leaves if {"from", "below"} & leaf.keys() and not leaf.get("children")]
    if not all(isinstance(leaf.get(k, 0), int) for _, leaf in bounded for k in ("from", "below")):
        return []
    bounded.sort(key=lambda one: one[1].get("from", -(1 << 62)))
    found = []
    for (_, a), (path, b) in pairwise(bounded):
        end, start = a.get("below"), b.get("from")
        if end is None or start is None or end >= start:
            continue
        missing = f"{end}" if start == end + 1 else f"{end} to {start - 1}"
        place = document.line_of((*path, "from"))
        reason = f"{missing} lies between {shown(str(a.get('code')))} and {shown(str(b.get('code')))}, in no range"
        remedy = "Let the ranges meet, or add a leaf with unknown: true and gaps: true for such records"
        if rest is not None:
            reason += f", and would count in {shown(str(rest.get('code')))}, with what is not known"
            remedy = "Let the ranges meet, or write gaps: true at that leaf if this is meant"
        found.append(Problem(document.file, *place, "gap-in-ranges", f"{reason}. {remedy}."))
    return found


def _named(document: Document) -> Iterator[tuple[Path, str, str]]:
    """(path, code or value, text) of all codes and values, in order."""
    stack: list[Path] = [path for path in (("base",), ("codes",), ("tree",)) if document.get(path) is not None]
    while stack:
        path = stack.pop()
        there = document.get(path)
        if isinstance(there, list):
            stack += [(*path, i) for i in reversed(range(len(there)))]
        if not isinstance(there, dict):
            continue
        if isinstance(there.get("code"), str):
            yield (*path, "code"), "code", there["code"]
        if isinstance(there.get("values"), list):
            yield from (((*path, "values", i), "value", v) for i, v in enumerate(there["values"]) if isinstance(v, str))
        if isinstance(there.get("children"), list):
            stack.append((*path, "children"))


def same_dimensions(document: Document, library: Library) -> list[Problem]:
    """Dimensions that divide the same field by the same classification as one before: every cell off the diagonal would be empty."""
    dimensions = document.get(("dimensions",))
    found: list[Problem] = []
    first: dict[tuple[str, object], int] = {}
    for i, one in enumerate(dimensions if isinstance(dimensions, list) else ()):
        name = one.get("classification") if isinstance(one, dict) else None
        if not isinstance(name, str):
            continue
        listed = library.classifications.get(name)
        key = (name, one.get("field") or (listed.field if listed else None))
        if key in first:
            line = document.line_of(("dimensions", first[key], "classification"))[0]
            found.append(
                Problem(
                    document.file,
                    *document.line_of(("dimensions", i, "classification")),
                    "same-dimension",
                    f"classification '{shown(name)}' divides the same field as the dimension on line {line}. Remove one, or give one of them another "
                    "field.",
                )
            )
        first.setdefault(key, i)
    return found
