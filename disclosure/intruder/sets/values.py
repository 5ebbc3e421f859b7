"""What the codes of all tables of one source mean, in common terms: sets of *values* of a field of the records.

Theory. Two codes mean the same when every record that one takes the other takes too. The values of a field that any
classification or filter of the source tells apart are numbered, and a code is the set of its values, as a bitmask: `Pleegzorg`
of one table is `Pleegzorg` of another whatever it is called, a gemeente is the set of its wijken, and `where: crisis ==
'01'` is the class crisis of a table that shows it. Everything together is no condition at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from celwacht.disclosure.intruder.sets.space import at_moment
from celwacht.tables.counting import codings as codes
from celwacht.tables.counting.coding import Coding
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.source_spec import RegisterSource
from celwacht.tables.sources.sources import SOURCES, sources
from celwacht.tables.specs.filter_language import And, Compare, Expr, In, Known, Not, fields_of, parse
from celwacht.tables.specs.table_spec import DimensionSpec, TableSpec

PLACE = "woonplaats"
"""The field behind regions: gemeente and wijk together."""
OTHER = "\0other"
"""Any value that no classification and no filter names."""
ALL = -1
"""The mask of a code that is no condition."""

Value = str | int | None


class NotNamed(ValueError):
    """A table shows what the classifications of today do not name: a class of one, or a classification that is not there."""


def filter_of(spec: TableSpec) -> Expr | None:
    return parse(spec.where, SOURCES[spec.source]) if spec.where else None


def full_coding(dimension: DimensionSpec) -> Coding:
    """The classification with all its levels, whatever the table publishes of it."""
    return codes.coding(dimension.classification, dimension_name=dimension.name, field=dimension.field, division=dimension.division)


def field_of(coding: Coding) -> str:
    return PLACE if coding.kind in ("regio", "wijk") else coding.field


def holds(expr: Expr, value: Value) -> bool:
    """Whether a filter over one field holds for a value of it; two-valued, as in the compiler."""
    if isinstance(expr, Compare):
        if value is None:
            return False
        return {
            "==": lambda a, b: a == b,
            "!=": lambda a, b: a != b,
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
        }[expr.op](value, expr.value)
    if isinstance(expr, In):
        return value is not None and (value in expr.values) != expr.negated
    if isinstance(expr, Known):
        return (value is None) == expr.negated
    if isinstance(expr, Not):
        return not holds(expr.part, value)
    return (all if isinstance(expr, And) else any)(holds(p, value) for p in expr.parts)


def conditions(expr: Expr | None) -> tuple[tuple[str, Expr], ...]:
    """A filter as conditions that must all hold, each (field, condition); one over several fields has the field ''."""
    if expr is None:
        return ()
    if isinstance(expr, And):
        return tuple(c for part in expr.parts for c in conditions(part))
    fields = fields_of(expr)
    return ((next(iter(fields)) if len(fields) == 1 else "", expr),)


def in_words(expr: Expr, name_of: Callable[[str], str]) -> str:
    """A filter in words, with the moment where it asks for what holds on that only. name_of: field -> its name at that moment."""
    moving = [its for field in sorted(fields_of(expr)) if (its := name_of(field)) != field]
    return at_moment(str(expr), "; ".join(moving)) if moving else str(expr)


def literals(expr: Expr) -> Iterable[Value]:
    if isinstance(expr, Compare):
        yield expr.value
    elif isinstance(expr, In):
        yield from expr.values
    elif isinstance(expr, Not):
        yield from literals(expr.part)
    elif not isinstance(expr, Known):
        for part in expr.parts:
            yield from literals(part)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a dimension of a table counts by. mask_of: code -> values, ALL for no condition."""

    field: str
    mask_of: dict[str, int]
    coding: Coding


@dataclass
class Values:
    """The values of every field of one source that its tables tell apart."""

    tables: Sequence[TableSpec]
    _codings: dict[tuple[str, str | None, int | str | None], Coding] = field(default_factory=dict)

    def coding(self, d: DimensionSpec) -> Coding:
        """NotNamed where the classification, or what it is made of, is not there."""
        key = (d.classification, d.field, d.division)
        if key not in self._codings:
            try:
                self._codings[key] = full_coding(d)
            except ProblemsFound as error:
                raise NotNamed(f"{d.name}: {error.problems[0]}") from error
        return self._codings[key]

    @cached_property
    def atoms(self) -> dict[str, list[Value]]:
        """Field -> its values, in a fixed order; those of PLACE are wijken, or gemeenten."""
        named: dict[str, set] = {}
        numbers: dict[str, set[int]] = {}
        for spec in self.tables:
            for d in spec.dimensions:
                c = self.coding(d)
                if field_of(c) != PLACE:
                    named.setdefault(c.field, set()).update(c.values)
                    numbers.setdefault(c.field, set()).update(b for low, below, _ in c.ranges for b in (low, below) if b is not None)
            for name, expr in conditions(filter_of(spec)):
                if name:
                    given, kind = list(literals(expr)), SOURCES[spec.source][name].kind
                    if kind == "number":
                        numbers.setdefault(name, set()).update(b for v in given for b in (v, v + 1))
                    named.setdefault(name, set()).update([] if kind == "number" else (True, False) if kind == "truth" else given)
        found: dict[str, list[Value]] = {PLACE: list(self._places)}
        kinds = SOURCES[self.tables[0].source] if self.tables else {}
        for name, values in named.items():
            edges = sorted(numbers.get(name, ()))
            steps = [edges[0] - 1, *edges] if edges else []
            closed = name in kinds and kinds[name].codes is not None
            named_here = {*values, *kinds[name].codes} if closed else values
            found[name] = [*steps, *sorted(named_here, key=str), *([] if edges or closed else [OTHER]), None]
        return found

    @cached_property
    def _places(self) -> dict[str, int]:
        """Code of every smallest region -> its bit: wijken, and gemeenten that no classification of wijken has. A code that divisions of several
        years have is one region."""
        finest = [leaf for c in self._place_codings for leaf in c.classification.leaves if c.kind == "wijk" or leaf not in self._wijken]
        return {leaf: i for i, leaf in enumerate(dict.fromkeys(finest))}

    @cached_property
    def _place_codings(self) -> tuple[Coding, ...]:
        return tuple(c for spec in self.tables for d in spec.dimensions if field_of(c := self.coding(d)) == PLACE)

    @cached_property
    def _wijken(self) -> dict[str, tuple[str, ...]]:
        """Code of a region of a classification of wijken -> its wijken, over the divisions of all years."""
        found: dict[str, dict[str, None]] = {}
        for c in (c.classification for c in self._place_codings if c.kind == "wijk"):
            for code, members in zip(c.codes, c.members):
                found.setdefault(code.code, {}).update(dict.fromkeys(c.leaves[int(i)] for i in members))
        return {code: tuple(wijken) for code, wijken in found.items()}

    def meaning(self, d: DimensionSpec) -> Meaning:
        """The codes of a dimension as masks; a code that holds every class of it is ALL."""
        c = self.coding(d)
        leaf_masks = self._leaf_masks(c)
        everything = c.classification.n_leaves
        mask_of = {
            code.code: ALL if len(members) == everything else sum(leaf_masks[i] for i in members)
            for code, members in zip(c.classification.codes, c.classification.members)
        }
        return Meaning(field_of(c), mask_of, c)

    def _leaf_masks(self, c: Coding) -> list[int]:
        atoms = self.atoms[field_of(c)]
        if field_of(c) == PLACE:
            places = self._places
            return [sum(1 << places[k] for k in ((leaf,) if leaf in places else self._wijken[leaf])) for leaf in c.classification.leaves]
        masks = [0] * c.classification.n_leaves
        for bit, value in enumerate(atoms):
            place = leaf_of(c, value)
            if place is not None:
                masks[place] |= 1 << bit
        return masks

    def condition(self, name: str, expr: Expr) -> tuple[str, int]:
        """(field, mask) of a condition: one on the region is one on places where a table shows places, so that it is compared with them."""
        one, places = sources()[self.tables[0].source], self._places
        if not places or not isinstance(one, RegisterSource) or one.place is None or name != one.place.area:
            return name, self.mask(name, expr)
        told: dict[str, set[bool]] = {place: set() for place in places}
        for region, place in self._regions:
            told[place].add(holds(expr, region))
        if any(len(found) > 1 for found in told.values()):
            return name, self.mask(name, expr)  # it cuts through a place
        nowhere = holds(expr, None)
        return PLACE, sum(1 << places[place] for place, found in told.items() if next(iter(found), nowhere))

    @cached_property
    def _regions(self) -> tuple[tuple[str, str], ...]:
        """(region as records have it, smallest region that it is or holds)."""
        pairs: dict[tuple[str, str], None] = {}
        for c in self._place_codings:
            if c.kind == "wijk":
                of_all = c.classification.n_leaves
                codes_of = [k for k, m in zip(c.classification.codes, c.classification.members) if len(m) < of_all]
                its = [k.code for k in codes_of if any(w.unknown and w.parent == k.code for w in c.classification.codes)]
            else:
                its = [str(value) for value in c.values]
            for region in its:
                leaf = region if c.kind == "wijk" else c.classification.leaves[c.values[region]]
                pairs.update(dict.fromkeys((region, place) for place in ((leaf,) if leaf in self._places else self._wijken.get(leaf, ()))))
        return tuple(pairs)

    def mask(self, name: str, expr: Expr) -> int:
        """The values of a field for which a condition holds."""
        return sum(1 << bit for bit, value in enumerate(self.atoms[name]) if holds(expr, value))


def leaf_of(c: Coding, value: Value) -> int | None:
    """The leaf of a value in a classification; None where the compiler would stop."""
    if value is None or value == OTHER:
        return c.unknown
    if c.ranges:
        return next(
            (leaf for low, below, leaf in c.ranges if (low is None or value >= low) and (below is None or value < below)), c.unknown
        )
    return c.values.get(value, c.unknown)
