"""Cells of several tables by what they count: one unknown for one set of units, however many tables show it.

A *space* holds the cells that count units of one kind (`trajecten` or `jongeren`) of one source, year and release. A cell there is a
moment and, per field, a class: a set of values (values.py), 0 for none asked. Its key is the moment and the classes as
digits of one number, so that a whole table is a sum of broadcast arrays, and `the same with another class in this field` is an
addition.

Classes of persons: `laatste` puts a person in the class of the last trajectory, as a field of its own; `alle` in every class touched,
as the field `alle FIELD among VALUES`, whose values are the sets of these that a person can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.intruder.sets.moments import Moment
from celwacht.disclosure.model.problem import UNBOUNDED

ALLE = "alle "
"""Before the name of a field: a person counts in every class touched."""
MOMENTS = 1 << 10
"""Numbers of moments that a key has room for."""
FILTER = "filter"
"""The field of persons for the trajectories that are looked at, and of whatever filter is over several fields."""

COURSE = "course"
"""The axis of what happened in the period: its classes are moments, and so in the time of a cell, not in a field."""

_AT = " op "
_AMONG = " among "


def at_moment(field: str, period: str) -> str:
    """The name of a field whose classes hold on one moment only, such as the age on a reference date."""
    return f"{field}{_AT}{period}"


def touching(field: str, values: int) -> str:
    """The name of the field of the sets of values that a person can have. values: those that count, as a bitmask: sets of some of the values are
    numbered otherwise than sets of all, so that classes over other values are other classes."""
    return f"{ALLE}{field}{_AMONG}{values:x}"


def touched_field(field: str) -> str:
    """The field of which a field of sets has the values, or the field itself."""
    return field.removeprefix(ALLE).split(_AMONG)[0]


def plain(field: str) -> str:
    """The field of the records behind a field of a space."""
    return touched_field(field).split(_AT)[0]


@dataclass(frozen=True, slots=True)
class Family:
    """In one field: classes that are apart and lie in another. whole: together they are all of it."""

    field: str
    total: int
    parts: tuple[int, ...]
    whole: bool
    why: str


@dataclass(eq=False)
class Space:
    """Fields with their classes, and moments. Classes and moments are numbered as they are met; class 0 is no condition."""

    release: str
    source: str
    year: int
    unit: str
    stretches: dict[Moment, int]
    classes: dict[str, dict[object, int]] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    when: dict[object, int] = field(default_factory=dict)
    """Moment, or (persons never) a set of stretches that no table shows -> its number."""
    everybody: dict[str, int] = field(default_factory=dict)
    """`alle FIELD among VALUES` -> all sets of classes that a person can have, as a bitmask; the value behind class 0."""
    families: dict[tuple[str, int, tuple[int, ...]], Family] = field(default_factory=dict)

    filtered: dict[str, set[int]] = field(default_factory=dict)
    """Field -> the classes that a table asks for in its filter."""
    touched: dict[tuple[str, int], int] = field(default_factory=dict)
    """(`alle FIELD among VALUES`, class) -> the values of which a person has at least one."""

    def again(self, release: str) -> Space:
        """The same space for another release: cells of both that count the same have the same key."""
        return replace(self, release=release)

    def class_of(self, name: str, values: object, title: str = "") -> int:
        """The number of a class, made if new; values None: no condition."""
        of = self.classes.setdefault(name, {None: 0})
        number = of.setdefault(values, len(of))
        if title and (name, number) not in self.names:
            self.names[name, number] = title
        return number

    def when_of(self, asked: object) -> int:
        """The number of a moment, or of a set of stretches; one that counts the same stretches of life as a moment is that moment: what ran in the year
        and not in its first half began in the second, so that a table of use has inflow as well."""
        wanted = self.stretches[asked] if isinstance(asked, Moment) else asked
        alike = [m for m, stretches in self.stretches.items() if stretches == wanted]
        if alike:
            asked = min(alike, key=lambda m: (m.begins + m.ends, m))
        return self.when.setdefault(asked, len(self.when))

    def add(self, family: Family) -> None:
        """Notes a family; one of a single part that is whole says nothing."""
        if family.parts and family.parts != (family.total,):
            self.families.setdefault((family.field, family.total, tuple(sorted(family.parts))), family)

    def strides(self) -> dict[str, int]:
        """Weight of each field in a key; the moment has weight 1. ValueError where keys would not fit."""
        weight, found = MOMENTS, {}
        for name, of in self.classes.items():
            found[name] = weight
            weight *= len(of)
        if weight >= 1 << 62:
            raise ValueError("the set has too many fields and classes for one attack; attack fewer tables at once")
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The cells of one table and year in its space: fixed classes, and per axis (field, class numbers); the last axis is time. when: moments,
    int64 (times,), or over all axes (1 where it makes no difference) where a class is one of the course.

    printed: positions on every axis that the table shows; the rest is what the intruder adds (unknown sex, say)."""

    table: int
    fixed: tuple[tuple[str, int], ...]
    axes: tuple[tuple[str, np.ndarray], ...]
    when: np.ndarray
    printed: tuple[np.ndarray, ...]

    def keys(self, strides: dict[str, int]) -> np.ndarray:
        """int64 of the shape of the axes, time last."""
        key = np.array(sum(strides[f] * c for f, c in self.fixed), np.int64)
        for name, classes in self.axes:
            key = key[..., None] + strides.get(name, 0) * classes
        return key[..., None] + self.when


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """All cells of a space by ascending key. least, greatest: int64. withheld: bool, a table withholds it."""

    space: Space
    strides: dict[str, int]
    key: np.ndarray
    least: np.ndarray
    greatest: np.ndarray
    withheld: np.ndarray

    def at(self, keys: np.ndarray) -> np.ndarray:
        """Positions, -1 for cells that are not there."""
        if not len(self.key):
            return np.full(keys.shape, -1)
        near = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[near] == keys, near, -1)

    def digit(self, name: str) -> np.ndarray:
        """(n,) class numbers in one field."""
        return self.key // self.strides[name] % len(self.space.classes[name])

    def time(self) -> np.ndarray:
        """(n,) numbers of moments."""
        return self.key % MOMENTS

    def base(self) -> np.ndarray:
        """(n,) keys without the moment."""
        return self.key - self.time()


def cells_of(space: Space, seen: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]], more: Sequence[np.ndarray]) -> Cells:
    """seen: (keys, least, greatest, withheld) per table, flat. more: keys of cells that no table shows. What any sighting
    tells holds; a cell is withheld if any table withholds it."""
    seen = list(seen)
    keys = np.concatenate([s[0] for s in seen] or [np.zeros(0, np.int64)])
    key = np.unique(np.concatenate([keys, *more]))
    least, greatest = np.zeros(len(key), np.int64), np.full(len(key), UNBOUNDED)
    withheld = np.zeros(len(key), bool)
    at = np.searchsorted(key, keys)
    if seen:
        np.maximum.at(least, at, np.concatenate([s[1] for s in seen]))
        np.minimum.at(greatest, at, np.concatenate([s[2] for s in seen]))
        np.logical_or.at(withheld, at, np.concatenate([s[3] for s in seen]))
    return Cells(space, space.strides(), key, least, greatest, withheld)
