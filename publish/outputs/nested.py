"""One figure minus another that lies in it: with and without one gemeente, ages 12 to 17 and 12 to 18, two definitions of a group.

Trajectories of one class less are those outside it; persons of a wider selection less those of a narrower one are persons with nothing in the narrower.
Both are figures of their own, and may be few, whether any table shows them or not.

Example: `leeftijd < 18` 104, `leeftijd < 17` 100: four of seventeen years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.outsider.attack import Found
from celwacht.disclosure.outsider.meaning import axis_of, flat
from celwacht.disclosure.outsider.space import TOUCHED, Space
from celwacht.tables.sources.sources import SOURCES
from celwacht.tables.specs.filter_language import parse

HAD = "had "
"""A person counts who had a record so; which is not: whose last record is so."""
Classes = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Figures of which the first holds the second."""

    more: int
    less: int


def pairs(found: Found, mine: np.ndarray) -> list[Pair]:
    """Every pair that differs in one field, of which at least one figure is `mine` (bool over figures)."""
    families: dict[tuple[str, ...], list[Space]] = {}
    for space in found.figures.spaces.values():
        key = (space.key[0], space.key[1], *space.key[3:]) if space.persons else space.key
        families.setdefault((str(space.persons), *key), []).append(space)
    return [pair for spaces in families.values() for pair in _in_family(found, spaces, mine)]


def _in_family(found: Found, spaces: list[Space], mine: np.ndarray) -> Iterator[Pair]:
    figures = {i: c for space in spaces for i, c in _classes(found, space)}
    labels = sorted({name for c in figures.values() for name, _ in c})
    wanted: dict[tuple[str, Classes], list[int]] = {}
    for i, classes in figures.items():
        if mine[i]:
            for name in labels:
                wanted.setdefault((name, _without(classes, name)), []).append(i)
    seen: set[tuple[int, int]] = set()
    for j, classes in figures.items():
        for name in labels:
            rest = _without(classes, name)
            for i in wanted.get((name, rest), ()):
                if i != j and (pair := _nested(figures, i, j, name, rest, spaces[0])) is not None and (pair.more, pair.less) not in seen:
                    seen.add((pair.more, pair.less))
                    yield pair


def _nested(figures: dict[int, Classes], i: int, j: int, name: str, rest: Classes, space: Space) -> Pair | None:
    a, b = (dict(figures[k]).get(name, -1) for k in (i, j))
    if a == b or (name.startswith(HAD) and not all(n.startswith((HAD, TOUCHED)) or _of_person(space, n) for n, _ in rest)):
        return None
    if b == -1 or (a != -1 and a & ~b == 0):
        return Pair(j, i)
    return Pair(i, j) if a == -1 or b & ~a == 0 else None


def _without(classes: Classes, name: str) -> Classes:
    return tuple(c for c in classes if c[0] != name)


def _of_person(space: Space, name: str) -> bool:
    field = name.split(" on ")[0].split(" in ")[0]
    known = SOURCES[space.key[1]].get(field)
    return known is not None and known.about == "person"


def _classes(found: Found, space: Space) -> Iterator[tuple[int, Classes]]:
    """Every figure that a table shows, as the classes asked of it."""
    fixed: dict[str, int] = {}
    source = space.key[1]
    if space.persons and space.key[2]:
        for name, expr in flat(parse(space.key[2], SOURCES[source])):
            person = bool(name) and SOURCES[source][name].about == "person"
            label = name if person else f"{HAD}{axis_of(source, name) or expr}"
            mask = found.figures.meanings.condition(source, name, expr) if name else 1
            fixed[label] = fixed.get(label, -1) & mask
    names = space.names()
    plain = [n.split(" on ")[0] if space.persons else n for n in names]  # tables of one moment have ages on one day
    for k, row in enumerate(space.figure):
        i = k + space.first
        if not found.figures.shown[i]:
            continue
        own = dict(fixed)
        for name, label, number in zip(names, plain, row):
            if number:
                own[label] = own.get(label, -1) & space.axes[name].sets[int(number)]
        yield i, tuple(sorted(own.items()))
