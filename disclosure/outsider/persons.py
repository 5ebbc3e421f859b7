"""Facts between spaces: persons and their trajectories, persons of a period and of its parts, a union of registers and each of its parts.

- Persons whose last trajectory is in some classes have at least that trajectory: they are at most the trajectories there. Persons who touch a class are at
  most the trajectories in it; who does both may have two.
- Who has a trajectory in a half-year has one in the year; and those of the year are at most those of its parts together. Not by classes of the last
  trajectory, which may be another one in a longer period; sex and age are classes of it too, for providers may give one person two of them (rules G102
  and G103 ask the office to look, and refuse nothing).
- Persons of youth care as a whole who touch one register are the persons of that register.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from celwacht.disclosure.outsider.figures import Figures, named, of_filter
from celwacht.disclosure.outsider.meaning import flat, names_in
from celwacht.disclosure.outsider.rows import Rows
from celwacht.disclosure.outsider.space import LIFE, TOUCHED, Space
from celwacht.tables.sources.source_spec import UnionSource
from celwacht.tables.sources.sources import SOURCES, sources
from celwacht.tables.specs.filter_language import And, Expr, parse

Class = tuple[str, int]
"""(field of a space, set)."""


def between(found: Figures, rows: Rows) -> None:
    """All of them."""
    persons = [s for s in found.spaces.values() if s.persons]
    for space in persons:
        beside = found.spaces.get((space.key[0], space.key[1], "", "", _year(space)))
        if beside is not None:
            _at_most_trajectories(found, space, beside, rows)
    for one, other in combinations(persons, 2):
        if _same_filter(one, other):
            _periods(found, one, other, rows)
            _periods(found, other, one, rows)
    _year_of_halves(found, persons, rows)
    for space in persons:
        _parts_of_union(found, space, persons, rows)


def _year(space: Space) -> str:
    return space.key[4][:4]


def _classes(space: Space) -> list[tuple[Class, ...]]:
    """Per figure the classes asked: (field, set) for all fields but those without a condition."""
    names, axes = space.names(), space.axes
    return [tuple((name, axes[name].sets[int(n)]) for name, n in zip(names, row) if n) for row in space.figure]


def _index(space: Space) -> dict[tuple[Class, ...], int]:
    return {classes: i + space.first for i, classes in enumerate(_classes(space))}


def _asked(persons: Space, classes: tuple[Class, ...]) -> Iterator[dict[str, int] | None]:
    """What one trajectory of each of these persons is: the last one, and the one that touches. None where no single one is told."""
    last: dict[str, int] = {}
    for name, mask in classes:
        if name.startswith(TOUCHED):
            base = persons.axes[name].base.get(persons.axes[name].number[mask])
            yield None if base is None else {name.removeprefix(TOUCHED): base}
        else:
            last[name] = mask
    yield last


def _at_most_trajectories(found: Figures, persons: Space, beside: Space, rows: Rows) -> None:
    source, moment, period = persons.key[1], persons.key[3], persons.key[4]
    life = found.lives[source, _year(persons)].get((moment, period))
    where = _filter(found, persons, beside)
    if life is None or where is None:
        return
    index, own, theirs = _index(beside), [], []
    for i, classes in enumerate(_classes(persons)):
        for asked in _asked(persons, classes):
            key = None if asked is None else _key(beside, _both({LIFE: life} | where, asked))
            if key is not None and key in index:
                own.append(i + persons.first)
                theirs.append(index[key])
    if own:
        rows.at_least(np.array(theirs)[:, None], np.array(own)[:, None], "persons are at most their trajectories")


def _both(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return one | {name: one.get(name, -1) & mask for name, mask in other.items()}


def _where(space: Space) -> list[tuple[str, Expr]]:
    return list(flat(parse(space.key[2], SOURCES[space.key[1]]) if space.key[2] else None))


def _same_filter(one: Space, other: Space) -> bool:
    """Whether a trajectory that passes the filter of the one passes that of the other: not where it asks for an age on another day."""
    if one.key[:3] != other.key[:3] or _year(one) != _year(other):
        return False
    fields = [field for _, expr in _where(one) for field in names_in(expr)]
    return all(len({named(s.key[1], s.key[3], field, s.key[4]) for s in (one, other)}) == 1 for field in fields)


def _filter(found: Figures, persons: Space, beside: Space) -> dict[str, int] | None:
    """The filter of persons as classes of trajectories; None where these are not counted so."""
    masks: dict[str, int] = {}
    _, source, _, moment, period = persons.key
    for name, expr in _where(persons):
        label = of_filter(source, moment, period, name, expr)
        if label not in beside.axes:
            return None
        masks[label] = masks.get(label, -1) & (found.meanings.condition(source, name, expr) if name else 1)
    return masks


def _key(space: Space, asked: dict[str, int]) -> tuple[Class, ...] | None:
    """The classes as a figure of the space has them; None where it has no such field."""
    found = []
    for name in sorted(asked):
        axis = space.axes.get(name)
        if axis is None:
            return None
        mask = asked[name] & axis.whole
        if mask != axis.whole:
            found.append((name, mask))
    return tuple(found)


def _steady(space: Space) -> Iterator[tuple[tuple[Class, ...], int]]:
    """Figures by nothing that depends on which trajectory was the last: classes touched."""
    for i, classes in enumerate(_classes(space)):
        if all(name.startswith(TOUCHED) and space.axes[name].number[mask] in space.axes[name].base for name, mask in classes):
            yield classes, i + space.first


def _periods(found: Figures, part: Space, whole: Space, rows: Rows) -> None:
    lives = found.lives[part.key[1], _year(part)]
    a, b = lives[part.key[3], part.key[4]], lives[whole.key[3], whole.key[4]]
    if a & ~b:
        return
    index = dict(_steady(whole))
    pairs = [(index[c], i) for c, i in _steady(part) if c in index]
    if pairs:
        at = np.array(pairs)
        rows.at_least(at[:, :1], at[:, 1:], f"persons of {part.key[4]} are persons of {whole.key[4]}")


def _year_of_halves(found: Figures, persons: list[Space], rows: Rows) -> None:
    for whole in persons:
        lives = found.lives[whole.key[1], _year(whole)]
        own = lives[whole.key[3], whole.key[4]]
        inside = [s for s in persons if s is not whole and _same_filter(s, whole) and lives[s.key[3], s.key[4]] & ~own == 0]
        for a, b in combinations(inside, 2):
            if lives[a.key[3], a.key[4]] | lives[b.key[3], b.key[4]] != own:
                continue
            first, second = dict(_steady(a)), dict(_steady(b))
            at = np.array([(first[c], second[c], i) for c, i in _steady(whole) if c in first and c in second])
            if len(at):
                rows.at_least(at[:, :2], at[:, 2:], f"persons of {whole.key[4]} are at most those of {a.key[4]} and {b.key[4]}")


def _parts_of_union(found: Figures, whole: Space, persons: list[Space], rows: Rows) -> None:
    together = sources()[whole.key[1]]
    if not isinstance(together, UnionSource) or whole.key[2]:
        return
    label, elements = f"{TOUCHED}{together.field}", found.meanings.elements(whole.key[1], together.field)
    if label not in whole.axes:
        return
    steady = dict(_steady(whole))
    for source, codes, among in ((part.source, *piece) for part in together.parts for piece in part.pieces()):
        base = sum(1 << elements.index(code) for code in codes if code in elements)
        number = next((n for n, its in whole.axes[label].base.items() if its == base), None)
        if not base or number is None:
            continue
        asked = whole.axes[label].sets[number]
        for space in persons:
            if space.key[0] != whole.key[0] or space.key[1] != source or space.key[3:] != whole.key[3:]:
                continue
            how = _compared(found, source, among or "", space.key[2])
            at = np.array([(steady[k], i) for c, i in _steady(space) if (k := tuple(sorted([*c, (label, asked)]))) in steady])
            if how and len(at):
                rows.add(at, [1, -1], 0, 0 if how == 2 else 1 << 40, f"who touches {', '.join(codes)} is a person of {source}")


def _by_field(expr: Expr) -> dict[str, Expr]:
    """Field -> all that a filter asks of it; '' for what it asks of several at once."""
    found: dict[str, Expr] = {}
    for name, one in flat(expr):
        found[name] = And((found[name], one)) if name in found else one
    return found


def _compared(found: Figures, source: str, among: str, text: str) -> int:
    """2: both filters take the same; 1: that of the part takes less; 0: neither, or it cannot be told."""
    one, other = (_by_field(parse(t, SOURCES[source])) if t else {} for t in (among, text))
    if "" in one or "" in other:
        return 0
    same = True
    for name in {*one, *other}:
        try:
            a, b = (
                found.meanings.condition(source, name, e[name]) if name in e else found.meanings.whole(source, name) for e in (one, other)
            )
        except KeyError:
            return 0
        if b & ~a:
            return 0
        same &= a == b
    return 2 if same else 1
