"""Facts between spaces: persons and trajectories, a union of registers and each of its parts.

Example: 8 trajectories of pleegzorg in a gemeente cannot be 9 young persons; youth care as a whole, 20, is at least its 8 of pleegzorg.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.intruder.sets.lines import Lines
from celwacht.disclosure.intruder.sets.space import ALLE, FILTER, Cells, plain, touched_field
from celwacht.disclosure.intruder.sets.values import OTHER, Values, conditions, holds, literals
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.tables.sources.sources import SOURCES
from celwacht.tables.sources.union_parts import Part
from celwacht.tables.specs.filter_language import Expr, parse


def at_most_trajectories(persons: Cells, own: int, trajectories: Cells, theirs: int, values: Values, lines: Lines) -> None:
    """Persons who count by classes of one trajectory (the last one, or any one in a class) are at most such trajectories.

    Not where both are asked: the trajectory in the class touched need not be the last one.
    """
    space = persons.space
    filters = [f for f in space.classes if f == FILTER]
    touched = [f for f in space.classes if f.startswith(ALLE)]
    last = [f for f in space.classes if f not in (*filters, *touched)]
    keys = np.zeros(len(persons.key), np.int64)
    able = np.ones(len(persons.key), bool)
    asked_last, asked_any = np.zeros(len(keys), bool), np.zeros(len(keys), bool)
    for name in last:
        asked_last |= persons.digit(name) > 0
    for name in touched:
        asked_any |= persons.digit(name) > 0
    able &= ~(asked_last & asked_any)
    fields = {touched_field(f) for f in (*last, *touched)}
    restrictions = _restrictions(persons, values)
    for number, masks in restrictions.items():
        here = persons.digit(FILTER) == number if filters else np.ones(len(keys), bool)
        if masks is None:
            able &= ~here
            continue
        for field in sorted(fields | set(masks)):
            _translate(persons, trajectories, field, masks.get(field, -1), values, here, keys, able)
    moment = np.array([trajectories.space.when.get(w, -1) for w in space.when], np.int64)
    when = moment[persons.time()]
    able &= when >= 0
    other = np.where(able, trajectories.at(keys + when), -1)
    there = np.flatnonzero(other >= 0)
    lines.add(np.column_stack([other[there] + theirs, there + own]), [1, -1], 0, UNBOUNDED, "persons are at most their trajectories")


def _restrictions(persons: Cells, values: Values) -> dict[int, dict[str, int] | None]:
    """Class of FILTER -> field -> mask; None for a filter that trajectories are not counted by in these terms."""
    found: dict[int, dict[str, int] | None] = {0: {}}
    for text, number in persons.space.classes.get(FILTER, {}).items():
        if text is None:
            continue
        if text != plain(text):  # an age on a reference date is not that of the year
            found[number] = None
            continue
        parts = conditions(parse(text, SOURCES[persons.space.source]))
        masks: dict[str, int] = {}
        for name, expr in parts:
            if name:
                masks[name] = masks.get(name, -1) & values.mask(name, expr)
        found[number] = masks if all(name for name, _ in parts) else None
    return found


def _translate(persons: Cells, trajectories: Cells, field: str, within: int, values: Values, here, keys, able) -> None:
    """Adds the class of trajectories in one field to the keys of persons; those without one are not able."""
    everything = (1 << len(values.atoms.get(plain(field), ()))) - 1
    theirs = trajectories.space.classes.get(field, {None: 0})
    weight = trajectories.strides.get(field, 0)

    def number(mask: int) -> int:
        mask &= within
        return theirs.get(None if mask in (-1, everything) else mask, -1)

    place = np.full(len(keys), number(-1))
    for name in [f for f in persons.space.classes if touched_field(f) == field]:
        for value, n in persons.space.classes[name].items():
            if n:
                mask = value if name == field else persons.space.touched.get((name, n))
                place = np.where(persons.digit(name) == n, number(mask) if isinstance(mask, int) else -1, place)
    able &= ~here | (place >= 0)
    keys += np.where(here & (place >= 0), weight * place, 0)


def whole_care(care: Cells, own: int, kind: Cells, theirs: int, field: str, part: Part, values: Values, lines: Lines) -> None:
    """Persons of a union who were in one part of it (by `field`), and persons of that part: the same where no class of the last
    trajectory is asked. With a filter on the part they are at most those without."""
    atoms = values.atoms.get(field, ())
    for codes, among in part.pieces():
        bits = sum(1 << atoms.index(code) for code in codes if code in atoms)
        for name, number in [key for key, mask in care.space.touched.items() if touched_field(key[0]) == field and mask == bits]:
            said = f"who is in {care.space.source} by {', '.join(codes)}"
            _same_persons(care, own, kind, theirs, (name, number), part.source, among, said, lines)


def _same_persons(
    care: Cells, own: int, kind: Cells, theirs: int, touched: tuple[str, int], source: str, among: str | None, said: str, lines: Lines
) -> None:
    name, number = touched
    for asked, when in kind.space.when.items():
        if asked not in care.space.when:
            continue
        here = care.at(np.array([care.strides[name] * number + care.space.when[asked]]))
        filters = kind.space.classes.get(FILTER, {None: 0})
        for text, n in filters.items():
            there = kind.at(np.array([kind.strides.get(FILTER, 0) * n + when]))
            exact = text is None and among is None
            less = text is not None and text == plain(str(text)) and _excludes_as_much(str(text), source, among)
            if here[0] < 0 or there[0] < 0 or not (text is None or less):
                continue
            lines.add(np.column_stack([here + own, there + theirs]), [1, -1], 0, 0 if exact else UNBOUNDED, said)


def _excludes_as_much(text: str, source: str, among: str | None) -> bool:
    """Whether a filter leaves out whatever `among` leaves out of that source: each of its conditions holds where one on the same
    field holds, for every value that either names, and for none."""
    if among is None:
        return False
    fields = SOURCES[source]
    own = conditions(parse(text, fields))
    return all(name and any(_implies(e, wanted) for f, e in own if f == name) for name, wanted in conditions(parse(among, fields)))


def _implies(given: Expr, wanted: Expr) -> bool:
    named = {*literals(given), *literals(wanted)}
    numbers = {value for value in named if isinstance(value, int) and not isinstance(value, bool)}
    values = {None, *(n + step for n in numbers for step in (-1, 0, 1))} if numbers else {None, OTHER, *named}
    return all(holds(wanted, value) for value in values if holds(given, value))
