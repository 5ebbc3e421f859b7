"""From public tables and their specifications to spaces of cells: what each printed figure counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from celwacht.disclosure.intruder.sets import families
from celwacht.disclosure.intruder.sets.families import combining, groups
from celwacht.disclosure.intruder.sets.moments import Moment, pieces, stretches
from celwacht.disclosure.intruder.sets.seen import SeenTable
from celwacht.disclosure.intruder.sets.space import COURSE, FILTER, Family, Grid, Space, at_moment, touching
from celwacht.disclosure.intruder.sets.values import ALL, PLACE, Meaning, NotNamed, Values, conditions, filter_of, full_coding, in_words
from celwacht.tables.counting.plan import grows
from celwacht.tables.sources.source_spec import Begins, Ends, RegisterSource
from celwacht.tables.sources.sources import persons_unit, sources, units_of
from celwacht.tables.specs.filter_language import fields_of
from celwacht.tables.specs.table_spec import DimensionSpec, TableSpec

MOST_TOUCHED = 10
"""Classes of a person's sets up to which these are distinguished one by one."""
MOST_PIECES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """All spaces of what was seen, and the grids of each."""

    tables: tuple[SeenTable, ...]
    spaces: tuple[Space, ...]
    grids: tuple[tuple[Grid, ...], ...]
    values: dict[str, Values]


def read(tables: Sequence[SeenTable]) -> Reading:
    """Every figure of every table in the space where it counts. NotNamed where a table shows what the classifications of today do not name."""
    sources = sorted({t.spec.source for t in tables})
    values = {s: Values([t.spec for t in tables if t.spec.source == s]) for s in sources}
    for t in tables:
        _named(t, values[t.spec.source])
    spaces: dict[tuple[str, str, int, str], Space] = {}
    grids: dict[tuple[str, str, int, str], list[Grid]] = {}
    for (source, year), moments in sorted(_moments(tables).items()):
        of = stretches(source, sorted(moments))
        for unit in units_of(source).model_dump().values():
            first: Space | None = None
            for release in dict.fromkeys(t.release for t in tables):
                first = Space(release, source, year, unit, of) if first is None else first.again(release)
                spaces[release, source, year, unit] = first
    for n, t in enumerate(tables):
        for year, places in _years(t).items():
            key = (t.release, t.spec.source, year, t.spec.unit)
            made = _grids(n, t, spaces[key], values[t.spec.source], places)
            grids.setdefault(key, []).extend(made)
    used = [k for k in spaces if grids.get(k)]
    for key in used:
        families.between_tables(spaces[key], values[key[1]].atoms)
    return Reading(tuple(tables), tuple(spaces[k] for k in used), tuple(tuple(grids[k]) for k in used), values)


def _named(t: SeenTable, values: Values) -> None:
    for d, shown in zip(t.spec.dimensions, t.codes):
        unknown = set(shown) - {c.code for c in values.coding(d).classification.codes}
        if unknown:
            raise NotNamed(f"{t.spec.id}: {d.name} shows {len(unknown)} classes that '{d.classification}' does not name")


def _moments(tables: Sequence[SeenTable]) -> dict[tuple[str, int], set[Moment]]:
    """Source and year -> the moments of all releases: lives are cut alike in each, so that releases can be compared."""
    found: dict[tuple[str, int], set[Moment]] = {}
    for t in tables:
        for period in t.codes[-1]:
            its = {moment_of(t.spec, period), *_course_moments(t, period).values()}
            found.setdefault((t.spec.source, int(period[:4])), set()).update(its)
    return found


def _course_moments(t: SeenTable, period: str) -> dict[tuple[int, ...], Moment]:
    """Places of the codes of every dimension of the course -> the moment that they make of that of the table; nothing without such a dimension."""
    course = course_of(t.spec)
    if not course:
        return {}
    found = {}
    for at in product(*(range(len(t.codes[k])) for k in course)):
        asked: dict[str, tuple[int, ...]] = {"begins": (), "ends": ()}
        for (k, (what, numbers)), i in zip(course.items(), at):
            asked[what] = numbers[t.codes[k][i]]
        found[at] = replace(moment_of(t.spec, period), **asked)
    return found


def course_of(spec: TableSpec) -> dict[int, tuple[str, dict[str, tuple[int, ...]]]]:
    """Dimension of what happened in the period -> (begins or ends, code -> which of its classes, none for all). Of trajectories only: of a person
    it is a class of the last one."""
    one, found = sources()[spec.source], {}
    if persons_unit(spec.source, spec.unit) or not isinstance(one, RegisterSource):
        return {}
    made = {m.name: m for m in one.derived if isinstance(m, Begins | Ends)}
    for k, d in enumerate(spec.dimensions):
        c = full_coding(d)
        if c.field in made:
            of_leaf = {leaf: made[c.field].codes.index(value) for value, leaf in c.values.items()}
            every = c.classification.n_leaves
            numbers = {
                code.code: () if len(members) == every else tuple(sorted(of_leaf[int(m)] for m in members))
                for code, members in zip(c.classification.codes, c.classification.members)
            }
            found[k] = ("begins" if isinstance(made[c.field], Begins) else "ends", numbers)
    return found


def moment_of(spec: TableSpec, period: str) -> Moment:
    return Moment(spec.moment, period, spec.stand_includes_end)


def _years(t: SeenTable) -> dict[int, list[int]]:
    years: dict[int, list[int]] = {}
    for i, period in enumerate(t.codes[-1]):
        years.setdefault(int(period[:4]), []).append(i)
    return years


def _grids(n: int, t: SeenTable, space: Space, values: Values, periods: list[int]) -> list[Grid]:
    """One grid; one for each period where a class of the table grows between them."""
    spec = t.spec
    meanings = [values.meaning(d) for d in spec.dimensions]
    course = course_of(spec)
    expr = filter_of(spec)
    fields = (*(m.field for k, m in enumerate(meanings) if k not in course), *(fields_of(expr) if expr is not None else ()))
    found = []
    for group in [[p] for p in periods] if any(grows(spec, f) for f in fields) else [periods]:
        codes = [t.codes[-1][p] for p in group]

        def name(field: str, at: str = codes[0]) -> str:
            return at_moment(field, at) if grows(spec, field) else field

        fixed, own = _fixed(spec, space, values, {m.field for m in meanings}, name)
        axes = [
            (COURSE, np.zeros(len(shown), np.int64))
            if k in course
            else _axis(d, m, shown, space, values, own.get(m.field, ALL), name(m.field))
            for k, (d, m, shown) in enumerate(zip(spec.dimensions, meanings, t.codes))
        ]
        when = _times(t, space, codes, course)
        shown = (*(np.arange(len(c)) for c in t.codes[:-1]), np.array(group))
        found.append(Grid(n, tuple(fixed), tuple(axes), when, shown))
    return found


def _times(t: SeenTable, space: Space, codes: Sequence[str], course: Iterable[int]) -> np.ndarray:
    """The numbers of the moments of a grid: one per period and those between them, or one for every class of the course."""
    if not course:
        asked = [moment_of(t.spec, c) for c in codes]
        hidden = [] if persons_unit(t.spec.source, t.spec.unit) else _hidden_times(space, asked)
        return np.array([space.when_of(m) for m in asked] + hidden, np.int64)
    when = np.zeros((*(len(c) if k in course else 1 for k, c in enumerate(t.codes[:-1])), len(codes)), np.int64)
    for i, code in enumerate(codes):
        for at, moment in _course_moments(t, code).items():
            place = dict(zip(course, at))
            when[(*(place.get(k, 0) for k in range(when.ndim - 1)), i)] = space.when_of(moment)
    return when


def _hidden_times(space: Space, moments: list[Moment]) -> list[int]:
    """The pieces of life that the moments of one table tell apart, as moments that nobody prints."""
    shown = {space.stretches[m] for m in moments}
    return [space.when_of(piece) for piece in pieces(shown) if piece not in shown]


def _fixed(spec: TableSpec, space: Space, values: Values, dimensions: set[str], name_of) -> tuple[list[tuple[str, int]], dict[str, int]]:
    """The filter as classes that hold in the whole table, and as masks for fields that are dimensions too."""
    expr = filter_of(spec)
    if expr is None:
        return [], {}
    if persons_unit(spec.source, spec.unit):
        own = {f: values.mask(f, e) for f, e in conditions(expr) if f in dimensions}
        return [(FILTER, space.class_of(FILTER, in_words(expr, name_of), f"where {expr}"))], own
    own, fixed = {}, []
    for name, part in conditions(expr):
        if not name:
            fixed.append((FILTER, space.class_of(FILTER, in_words(part, name_of), f"where {part}")))
        else:
            name, mask = values.condition(name, part)
            own[name] = own.get(name, ALL) & mask
    for name in [f for f in own if f not in dimensions]:
        everything = (1 << len(values.atoms[name])) - 1
        mask = own.pop(name)
        name = name_of(name)
        number = space.class_of(name, None if mask == everything else mask, f"{name}: {expr}")
        fixed.append((name, number))
        space.filtered.setdefault(name, set()).add(number)
        space.add(Family(name, 0, (number,), False, f"with a filter at most without ({name})"))
    return fixed, own


def _axis(
    d: DimensionSpec, m: Meaning, shown: tuple[str, ...], space: Space, values: Values, within: int, name: str
) -> tuple[str, np.ndarray]:
    if persons_unit(space.source, space.unit) and d.per_person == "alle":
        return _alle_axis(d, m, shown, space, values, within, name)
    if persons_unit(space.source, space.unit):
        within = ALL  # a filter decides which trajectory is the last, not which classes there are
    titles = {c.code: c.title_nl for c in m.coding.classification.codes}
    number = {c: space.class_of(name, None if (v := m.mask_of[c] & within) == ALL else v, titles[c]) for c in shown}
    if m.field == PLACE and within != ALL:
        cut = {number[c] for c in shown if m.mask_of[c] & within not in (0, m.mask_of[c])}
        space.filtered.setdefault(name, set()).update(cut)
    hidden = []
    leaves = {c.code: sum(1 << int(i) for i in mem) for c, mem in zip(m.coding.classification.codes, m.coding.classification.members)}
    level = {c.code: c.level for c in m.coding.classification.codes}
    unknown = frozenset(c.code for c in m.coding.classification.codes if c.unknown)
    for g in groups({c: leaves[c] for c in shown}, level, unknown):
        parts = [number[c] for c in g.parts]
        if g.rest and m.field != PLACE:
            rest = space.class_of(
                name,
                ("rest", m.mask_of[g.total] & within, tuple(sorted(m.mask_of[c] & within for c in g.parts))),
                f"{titles[g.total]}, other than shown",
            )
            parts.append(rest)
            hidden.append(rest)
        space.add(Family(name, number[g.total], tuple(parts), m.field != PLACE or not g.rest, f"{d.name}: {titles[g.total]} adds up"))
    return name, np.array([*(number[c] for c in shown), *dict.fromkeys(hidden)], np.int64)


def _alle_axis(
    d: DimensionSpec, m: Meaning, shown: tuple[str, ...], space: Space, values: Values, within: int, field: str
) -> tuple[str, np.ndarray]:
    """Classes as the sets of classes that a person can have; what these leave open between each other are pieces. field: its name at that moment."""
    name = touching(field, sum(1 << i for i in _taken(m, values, within)))
    titles = {c.code: c.title_nl for c in m.coding.classification.codes}
    sets = _sets(m, shown, values, within)
    number = {c: space.class_of(name, v, titles[c]) for c, v in sets.items()}
    if not m.coding.combinations:
        space.touched.update({(name, number[c]): m.mask_of[c] & within for c in shown if number[c]})
    everything = _everything(m, values, within)
    if everything:
        space.everybody[name] = space.everybody.get(name, 0) | everything
    masks = {c: v if isinstance(v, int) else everything or 0 for c, v in sets.items() if isinstance(v, int) or (v is None and everything)}
    cut = pieces(masks.values()) if len(masks) == len(sets) else []
    if not 0 < len(cut) <= MOST_PIECES:
        return name, np.array([number[c] for c in shown], np.int64)
    whole = {v: number[c] for c, v in masks.items()}
    part_of = {p: whole.get(p, space.class_of(name, p, f"{d.name}, piece {i + 1}")) for i, p in enumerate(cut)}
    for c, v in masks.items():
        space.add(
            Family(name, number[c], tuple(part_of[p] for p in cut if p & ~v == 0), True, f"{d.name}: {titles[c]} by what else a person has")
        )
    hidden = [n for n in part_of.values() if n not in number.values()]
    return name, np.array([*(number[c] for c in shown), *hidden], np.int64)


def _sets(m: Meaning, shown: tuple[str, ...], values: Values, within: int) -> dict[str, object]:
    """Code -> sets of values as a bitmask; None where every person is in it; ('touch', values) where sets are too many."""
    bits, n = _bits(m, values, within)
    c = m.coding
    if c.combinations:
        by_leaf = [sum(bits[v] for v, leaf in c.values.items() if leaf == i and v in bits) for i in range(c.classification.n_leaves)]
        pairs = {code.code: pair for code, pair in zip(c.classification.codes, c.combinations)}

        def masks(base: int) -> list[int]:
            return [by_leaf[i] for i in range(len(by_leaf)) if base >> i & 1]

        full = combining((), 0, n)
        combined = {k: combining(masks(pairs[k][0]), sum(masks(pairs[k][1])), n) for k in shown}
        return {k: None if v == full else v for k, v in combined.items()}
    atoms = values.atoms[m.field]
    found: dict[str, object] = {}
    for k in shown:
        if m.mask_of[k] == ALL:
            found[k] = None
            continue
        members = sum(bits[a] for i, a in enumerate(atoms) if (m.mask_of[k] & within) >> i & 1 and a in bits)
        found[k] = families.touching(members, n) if n <= MOST_TOUCHED else ("touch", m.mask_of[k] & within)
    return found


def _bits(m: Meaning, values: Values, within: int) -> tuple[dict, int]:
    """Value -> its bit, for those that the classification takes."""
    taken = _taken(m, values, within)
    return {values.atoms[m.field][i]: 1 << k for k, i in enumerate(taken)}, len(taken)


def _taken(m: Meaning, values: Values, within: int) -> list[int]:
    """Places of the values that the classification takes and the filter lets through, among all of the field."""
    known = [a in m.coding.values or m.coding.unknown is not None for a in values.atoms[m.field]]
    return [i for i, is_known in enumerate(known) if is_known and within >> i & 1]


def _everything(m: Meaning, values: Values, within: int) -> int | None:
    _, n = _bits(m, values, within)
    return combining((), 0, n) if n <= MOST_TOUCHED else None
