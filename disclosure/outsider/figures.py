"""From tables to *figures*: everything that any table shows, each the count of a product of sets, one set per field.

Tables that count the same units share a *space*. A figure of a space is a row of set numbers, one per field; 0 is everything. So the same cell of several
tables is one figure, and two figures that differ in one field only are related as the two sets are (relate.py).

Trajectories of one source are one space, with their lives as a field (lives.py). Persons are a space per filter, moment and period, for which trajectory
was somebody's last differs between these; a class touched is a set of the sets of classes that a person can have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

import numpy as np
from celwacht.disclosure.outsider.lives import Question, sets_of_lives
from celwacht.disclosure.outsider.meaning import MOST_CLASSES, Meanings, axis_of, flat, names_in
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.outsider.space import LIFE, MIXED, TOUCHED, Axis, Space, SpaceKey
from celwacht.tables.counting.codings import read_classification
from celwacht.tables.periods import Period
from celwacht.tables.sources.source_spec import Begins, Ends, RegisterSource
from celwacht.tables.sources.sources import SOURCES, handed_on, persons_unit, sources
from celwacht.tables.specs.filter_language import Expr
from celwacht.tables.specs.table_spec import TableSpec


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """One period of one table: per dimension the field and the set numbers of its codes. fixed: field -> set number."""

    table: int
    period: int
    space: SpaceKey
    dims: tuple[tuple[str, tuple[int, ...]], ...]
    fixed: dict[str, int]


@dataclass(eq=False)
class Figures:
    """Everything that is shown. low, high: int64 over all figures; shown: bool; place: per table the figure of each of its cells."""

    tables: tuple[PublicTable, ...]
    meanings: Meanings
    spaces: dict[SpaceKey, Space]
    lives: dict[tuple[str, str], dict[Question, int]]
    """Of every source and year: records of another year may have been closed since, so that years are counted apart."""
    place: list[np.ndarray] = field(default_factory=list)
    low: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    shown: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    dot: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def label(self, i: int) -> str:
        """A figure in words."""
        space = next(s for s in self.spaces.values() if s.first <= i < s.first + len(s.figure))
        said = [space.key[1], "persons" if space.persons else "trajectories", *(k for k in space.key[2:] if k)]
        for name, number in zip(space.names(), space.figure[i - space.first]):
            if number:
                said.append(space.axes[name].title.get(int(number)) or self._words(space, name, int(number)))
        return ", ".join(said) + (f" [{space.key[0]}]" if space.key[0] else "")

    def _words(self, space: Space, name: str, number: int) -> str:
        """Of a set that is no code of a table."""
        if name == LIFE or name.startswith((TOUCHED, MIXED)):
            return f"{name} {number}"
        return self.meanings.in_words(space.key[1], plain(name), space.axes[name].sets[number])


Made = list[tuple[Slice, np.ndarray]]
"""Every slice with the figures of its cells."""


def gathered(tables: Sequence[PublicTable]) -> tuple[Figures, Made]:
    """Reads every table into its spaces; the figures are numbered by `settle`, once those that no table shows are added."""
    found = Figures(tuple(tables), Meanings([t.spec for t in tables]), {}, {})
    for source, year in dict.fromkeys((t.spec.source, p[:4]) for t in tables for p in t.codes[-1]):
        questions = [q for t in tables if t.spec.source == source for p in t.codes[-1] if p[:4] == year for q in _questions(t.spec, p)]
        found.lives[source, year] = sets_of_lives(questions, handed_on(source))
    slices = [s for n, t in enumerate(tables) for s in _slices(found, n, t)]
    rows: dict[SpaceKey, list[np.ndarray]] = {}
    made = []
    for s in slices:
        cells = _rows(found.spaces[s.space], s)
        made.append((s, cells))
        rows.setdefault(s.space, []).append(cells.reshape(-1, cells.shape[-1]))
    for key, blocks in rows.items():
        found.spaces[key].figure = np.unique(np.concatenate(blocks), axis=0)
    return found, made


def settle(found: Figures, made: Made) -> None:
    """Numbers all figures and puts what is printed to them."""
    at = 0
    for space in found.spaces.values():
        order = np.argsort(space.keys(), kind="stable")
        space.figure, space.first = space.figure[order], at
        at += len(space.figure)
    found.low, found.high = np.zeros(at, np.int64), np.full(at, ENDLESS)
    found.shown, found.dot = np.zeros(at, bool), np.zeros(at, bool)
    found.place = [np.full(t.low.shape, -1, np.int64) for t in found.tables]
    for s, cells in made:
        space, table = found.spaces[s.space], found.tables[s.table]
        where = np.searchsorted(space.keys(), (cells @ space.strides()).ravel()).reshape(cells.shape[:-1]) + space.first
        found.place[s.table][..., s.period] = where
        np.maximum.at(found.low, where, table.low[..., s.period])
        np.minimum.at(found.high, where, table.high[..., s.period])
        found.shown[where] = True
        np.logical_or.at(found.dot, where, table.dot[..., s.period])


def _moment(spec: TableSpec) -> str:
    return "stand+" if spec.moment == "stand" and spec.stand_includes_end else spec.moment


def _course(source: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Fields that say what happened in the period: name -> (begins or ends, its codes)."""
    one = sources()[source]
    made = one.derived if isinstance(one, RegisterSource) else ()
    return {m.name: ("begins" if isinstance(m, Begins) else "ends", m.codes) for m in made if isinstance(m, Begins | Ends)}


def _questions(spec: TableSpec, period: str) -> Iterator[Question]:
    yield _moment(spec), period
    course = _course(spec.source)
    read = {d.field or getattr(read_classification(d.classification), "field", "") for d in spec.dimensions}
    for what, codes in (course[name] for name in sorted(read & course.keys())):
        yield from ((f"{what} {i}", period) for i in range(len(codes)))


def named(source: str, moment: str, field_name: str, period: str) -> str:
    """The field as it is in that period: an age is one on a day, and what grows is of its own period."""
    field_name = axis_of(source, field_name)
    known = SOURCES[source].get(field_name)
    if known is None:
        return field_name
    end = Period.parse(period).end
    if known.make == "age":
        day = end if moment.startswith("stand") else date(end.year, 12, 31)
        return f"{field_name} on {day}"
    if known.per_period or (known.make == "duration" and moment != "uitstroom"):
        return f"{field_name} in {period}"
    return field_name


def of_filter(source: str, moment: str, period: str, name: str, expr: Expr) -> str:
    """The field that a condition is one on; one on several fields is a field by itself."""
    if name:
        return named(source, moment, name, period)
    its = (named(source, moment, field, period) for field in sorted(set(names_in(expr))))
    return " ".join([f"{MIXED}{expr}", *(field for field in its if " on " in field or " in " in field)])


def plain(name: str) -> str:
    """The field of the records behind the field of a space."""
    return name.removeprefix(TOUCHED).split(" on ")[0].split(" in ")[0]


def _slices(found: Figures, n: int, table: PublicTable) -> Iterator[Slice]:
    spec, meanings = table.spec, found.meanings
    persons = persons_unit(spec.source, spec.unit)
    conditions = list(flat(meanings.where(spec)))
    for i, period in enumerate(table.codes[-1]):
        when = (_moment(spec), period)
        key = (
            (table.release, spec.source, str(meanings.where(spec) or ""), *when)
            if persons
            else (table.release, spec.source, "", "", period[:4])
        )
        space = found.spaces.setdefault(key, Space(key, persons))
        fixed: dict[str, int] = {}
        told: dict[str, str] = {}
        if not persons:
            fixed[LIFE] = _axis(found, space, spec.source, LIFE).of(found.lives[spec.source, period[:4]][when])
            _axis(found, space, spec.source, LIFE).title[fixed[LIFE]] = f"{spec.moment} {period}"
            for name, expr in conditions:
                label = of_filter(spec.source, spec.moment, period, name, expr)
                axis = _axis(found, space, spec.source, label)
                mask = meanings.condition(spec.source, name, expr) if name else 1
                fixed[label] = axis.of(axis.sets[fixed[label]] & mask if label in fixed else mask)
                told[label] = f"{told[label]} and {expr}" if label in told else str(expr)
                axis.title.setdefault(fixed[label], told[label])
        dims = tuple(_dim(found, space, table, k, period, persons, conditions) for k in range(len(spec.dimensions)))
        yield Slice(n, i, key, dims, fixed)


def _axis(found: Figures, space: Space, source: str, name: str) -> Axis:
    if name not in space.axes:
        if name == LIFE:
            whole = 0
            for mask in found.lives[source, space.key[4][:4]].values():
                whole |= mask
            whole |= 1 << whole.bit_length()  # a life that nobody asks about
        elif name.startswith(MIXED):
            whole = 3
        else:
            whole = found.meanings.whole(source, plain(name))
        space.axes[name] = Axis(whole)
    return space.axes[name]


def _dim(found: Figures, space: Space, table: PublicTable, k: int, period: str, persons: bool, conditions) -> tuple[str, tuple[int, ...]]:
    spec, d, meanings = table.spec, table.spec.dimensions[k], found.meanings
    c, name = meanings.coding(d), meanings.field(d)
    titles = {code.code: f"{d.name} {code.title_nl}" for code in c.classification.codes}
    course = _course(spec.source)
    if name in course and not persons:
        what, codes = course[name]
        axis = _axis(found, space, spec.source, LIFE)
        sets = {}
        for code, members in zip(c.classification.codes, c.classification.members):
            its = [v for v, leaf in c.values.items() if leaf in set(members.tolist())]
            mask = 0
            for v in its:
                mask |= found.lives[spec.source, period[:4]][f"{what} {codes.index(v)}", period]
            sets[code.code] = axis.whole if len(members) == c.classification.n_leaves else mask
        return LIFE, tuple(axis.of(sets[code]) for code in table.codes[k])
    if persons and d.per_person == "alle":
        return _touched(found, space, table, k, conditions)
    label = named(spec.source, spec.moment, name, period)
    axis = _axis(found, space, spec.source, label)
    sets = meanings.codes(spec.source, d)
    numbers = tuple(axis.of(sets[code]) for code in table.codes[k])
    for number, name_of in zip(numbers, table.codes[k]):
        axis.title.setdefault(number, titles[name_of])
    return label, numbers


def _touched(found: Figures, space: Space, table: PublicTable, k: int, conditions) -> tuple[str, tuple[int, ...]]:
    """Classes touched, as sets of the sets of elements that a person can have."""
    spec, d, meanings = table.spec, table.spec.dimensions[k], found.meanings
    c, name = meanings.coding(d), meanings.field(d)
    within = meanings.whole(spec.source, name)
    for other, expr in conditions:
        within &= meanings.condition(spec.source, other, expr) if other == name else -1
    bits = [b for b in range(within.bit_length()) if within >> b & 1]
    if len(bits) > MOST_CLASSES:
        raise ValueError(f"{spec.id}: {d.name} has more than {MOST_CLASSES} classes that a person can have at once")
    label = f"{TOUCHED}{name}"
    if label not in space.axes:
        space.axes[label] = Axis(sum(1 << s for s in range(1, 1 << len(bits))))
    axis = space.axes[label]
    small = {b: 1 << j for j, b in enumerate(bits)}

    def of_elements(mask: int) -> int:
        return sum(small[b] for b in bits if mask >> b & 1)

    sets: dict[str, int] = {}
    if c.combinations:
        leaf = [
            sum(1 << i for i, e in enumerate(meanings.elements(spec.source, name)) if c.values.get(e) == j)
            for j in range(c.classification.n_leaves)
        ]
        for code, (has, lacks) in zip(c.classification.codes, c.combinations):
            wanted, none = ([of_elements(leaf[j]) for j in range(len(leaf)) if m >> j & 1] for m in (has, lacks))
            fits = (s for s in range(1, 1 << len(bits)) if all(s & one for one in wanted) and not any(s & one for one in none))
            sets[code.code] = sum(1 << s for s in fits)
            if not lacks and has.bit_count() <= 1:
                axis.base[axis.of(sets[code.code])] = sum(leaf[j] for j in range(len(leaf)) if has >> j & 1) if has else within
    else:
        for of_code, mask in meanings.codes(spec.source, d).items():
            own_mask = of_elements(mask & within)
            sets[of_code] = sum(1 << s for s in range(1, 1 << len(bits)) if s & own_mask)
            if of_code in table.codes[k]:
                axis.base[axis.of(sets[of_code])] = mask & within
    titles = {code.code: f"{d.name} {code.title_nl}" for code in c.classification.codes}
    numbers = tuple(axis.of(sets[code]) for code in table.codes[k])
    for number, name_of in zip(numbers, table.codes[k]):
        axis.title.setdefault(number, titles[name_of])
    return label, numbers


def _rows(space: Space, s: Slice) -> np.ndarray:
    """int64 (codes of each dimension .., axes): the figure of every cell of a slice."""
    names = space.names()
    shape = tuple(len(numbers) for _, numbers in s.dims)
    cells = np.zeros((*shape, len(names)), np.int64)
    for j, name in enumerate(names):
        its = [(k, numbers) for k, (label, numbers) in enumerate(s.dims) if label == name]
        axis, fixed = space.axes[name], s.fixed.get(name, 0)
        if not its:
            cells[..., j] = fixed
            continue
        together = np.zeros(tuple(len(numbers) for _, numbers in its), np.int64)
        for at in product(*(range(len(numbers)) for _, numbers in its)):
            mask = axis.sets[fixed]
            for (_, numbers), i in zip(its, at):
                mask &= axis.sets[numbers[i]]
            together[at] = axis.of(mask)
        cells[..., j] = together.reshape([shape[k] if k in dict(its) else 1 for k in range(len(shape))])
    return cells
