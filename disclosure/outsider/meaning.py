"""What codes and filters of all tables mean, as sets of *elements* of a field: values of the records that some table tells from others.

`Pleegzorg` is the same set in every table, whatever it is called there; a region is the set of its districts, so that divisions of several years can be
compared; a filter `crisis == '01'` is the class crisis of another table, and `gemeente != 'GM0106'` a set of districts. Fields of the person (sex, age) have the same elements in all sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from celwacht.tables.counting.coding import Coding
from celwacht.tables.counting.codings import coding
from celwacht.tables.sources.source_spec import RegisterSource
from celwacht.tables.sources.sources import SOURCES, sources
from celwacht.tables.specs.filter_language import And, Compare, Expr, In, Known, Not, parse
from celwacht.tables.specs.table_spec import DimensionSpec, TableSpec

PLACE = "place"
ELSE = "\0else"
"""Any value that nothing names."""
MOST_CLASSES = 10
"""Classes of which a person's sets are told apart."""

Element = Any
Key = tuple[str, str]
"""(source, field); source '' for fields of the person."""


def flat(expr: Expr | None) -> Iterator[tuple[str, Expr]]:
    """A filter as conditions that all hold: (field, condition); field '' where one reads several."""
    if isinstance(expr, And):
        for part in expr.parts:
            yield from flat(part)
    elif expr is not None:
        names = set(names_in(expr))
        yield (names.pop() if len(names) == 1 else "", expr)


def names_in(expr: Expr) -> Iterator[str]:
    """The fields that a condition reads."""
    if isinstance(expr, Compare | In | Known):
        yield expr.field
    elif isinstance(expr, Not):
        yield from names_in(expr.part)
    else:
        for part in expr.parts:
            yield from names_in(part)


def _named(expr: Expr) -> Iterator[Any]:
    if isinstance(expr, Compare):
        yield expr.value
    elif isinstance(expr, In):
        yield from expr.values
    elif isinstance(expr, Not):
        yield from _named(expr.part)
    elif not isinstance(expr, Known):
        for part in expr.parts:
            yield from _named(part)


def area_of(source: str) -> str:
    """The field of the records with the region; '' where there is none."""
    one = sources()[source]
    return one.place.area if isinstance(one, RegisterSource) and one.place is not None else ""


def axis_of(source: str, field: str) -> str:
    """The field that a condition on `field` is a condition on: regions are sets of places, whether a filter or a dimension names them."""
    return PLACE if field and field == area_of(source) else field


def true_of(expr: Expr, value: Element) -> bool:
    """Whether a condition on one field holds for a value (None: unknown)."""
    if isinstance(expr, Known):
        return (value is None) is expr.negated
    if isinstance(expr, Not):
        return not true_of(expr.part, value)
    if isinstance(expr, In):
        return value is not None and ((value in expr.values) is not expr.negated)
    if isinstance(expr, Compare):
        if value is None:
            return False
        a, b = value, expr.value
        if expr.op in ("==", "!="):
            return (a == b) is (expr.op == "==")
        return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[expr.op])
    parts = [true_of(part, value) for part in expr.parts]
    return all(parts) if isinstance(expr, And) else any(parts)


class Meanings:
    """Elements of every field, and codes and filters as bitmasks over them."""

    def __init__(self, specs: Sequence[TableSpec]):
        self._codings: dict[object, Coding] = {}
        self._elements: dict[tuple[str, str], list[Element]] = {}
        self._specs: list[TableSpec] = []
        for spec in specs:
            if spec not in self._specs:
                self._specs.append(spec)
        self._gather()

    def coding(self, d: DimensionSpec) -> Coding:
        key = (d.classification, d.field, d.division)
        if key not in self._codings:
            self._codings[key] = coding(d.classification, dimension_name=d.name, field=d.field, division=d.division)
        return self._codings[key]

    def field(self, d: DimensionSpec) -> str:
        own = self.coding(d)
        return PLACE if own.kind in ("regio", "wijk") else own.field

    def where(self, spec: TableSpec) -> Expr | None:
        return parse(spec.where, SOURCES[spec.source]) if spec.where else None

    def elements(self, source: str, field: str) -> list[Element]:
        return self._elements[self._key(source, field)]

    def _key(self, source: str, field: str) -> tuple[str, str]:
        known = SOURCES[source].get(field)
        return ("" if known is not None and known.about == "person" else source, field)

    def _gather(self) -> None:
        named: dict[tuple[str, str], set[object]] = {}
        edges: dict[tuple[str, str], set[int]] = {}
        wholly: dict[tuple[str, str], list[Coding]] = {}
        places: dict[str, list[Coding]] = {}
        areas: dict[str, set[str]] = {}
        for spec in self._specs:
            conditions = list(flat(self.where(spec)))
            filtered = {name for name, _ in conditions}
            for d in spec.dimensions:
                c = self.coding(d)
                if self.field(d) == PLACE:
                    places.setdefault(spec.source, []).append(c)
                    continue
                key = self._key(spec.source, c.field)
                named.setdefault(key, set()).update(c.values)
                edges.setdefault(key, set()).update(b for low, below, _ in c.ranges for b in (low, below) if b is not None)
                if c.field not in filtered:
                    wholly.setdefault(key, []).append(c)
            for name, expr in conditions:
                if not name:
                    continue
                if axis_of(spec.source, name) == PLACE:
                    areas.setdefault(spec.source, set()).update(_named(expr))
                    continue
                key, kind = self._key(spec.source, name), SOURCES[spec.source][name].kind
                if kind == "number":
                    edges.setdefault(key, set()).update(v + k for v in _named(expr) for k in (0, 1))
                named.setdefault(key, set()).update((True, False) if kind == "truth" else () if kind == "number" else _named(expr))
        self._of_fields(named, edges, wholly)
        for source in {**places, **areas}:
            found = list(_places(places.get(source, [])))
            more = sorted(areas.get(source, set()) - {region for _, region in found})
            anywhere = [("", ELSE)] if source not in places else []
            self._elements[source, PLACE] = [*found, *(("", region) for region in more), *anywhere]

    def _of_fields(self, named: dict[Key, set[object]], edges: dict[Key, set[int]], wholly: dict[Key, list[Coding]]) -> None:
        """The elements of every field but places: what is named, between which numbers, and all else; not what no record may have."""
        for (source, field), values in named.items():
            known = SOURCES[source or self._source_of(field)].get(field)
            codes = known.codes if known is not None else None
            steps = sorted(edges.get((source, field), ()))
            all_of = [*([steps[0] - 1, *steps] if steps else []), *sorted({*values, *(codes or ())}, key=str)]
            all_of += [] if steps or codes is not None else [ELSE]
            self._elements[source, field] = [
                e for e in (*all_of, None) if all(leaf_of(c, e) is not None for c in wholly.get((source, field), []))
            ]

    def _source_of(self, field: str) -> str:
        return next(spec.source for spec in self._specs if field in SOURCES[spec.source])

    def whole(self, source: str, field: str) -> int:
        return (1 << len(self.elements(source, field))) - 1

    def codes(self, source: str, d: DimensionSpec) -> dict[str, int]:
        """Code -> its elements; a code of all leaves is everything."""
        c, field = self.coding(d), self.field(d)
        own = self.elements(source, field)
        leaf = _leaves_of_places(c, own) if field == PLACE else [leaf_of(c, e) for e in own]
        found = {}
        for code, members in zip(c.classification.codes, c.classification.members):
            inside = {int(m) for m in members}
            every = len(inside) == c.classification.n_leaves
            found[code.code] = self.whole(source, field) if every else sum(1 << i for i, at in enumerate(leaf) if at in inside)
        return found

    def in_words(self, source: str, field: str, mask: int) -> str:
        """A set of elements that no code and no filter names; of numbers, from where to where."""
        own = self.elements(source, field)
        numbers = sorted(e for e in own if isinstance(e, int) and not isinstance(e, bool))
        its = [e for i, e in enumerate(own) if mask >> i & 1]
        said = list(_stretches(numbers, [e for e in numbers if e in its]))
        for e in its:
            if e not in numbers:
                place = next((part for part in e if part), "unknown") if isinstance(e, tuple) else str(e)
                said.append({None: "unknown", ELSE: "other"}.get(e, place))
        return f"{field} {' or '.join(said[:4])}{' or others' if len(said) > 4 else ''}"

    def condition(self, source: str, field: str, expr: Expr) -> int:
        if axis_of(source, field) == PLACE:
            return sum(1 << i for i, (_, region) in enumerate(self.elements(source, PLACE)) if true_of(expr, region or None))
        return sum(1 << i for i, e in enumerate(self.elements(source, field)) if true_of(expr, e))


def _stretches(numbers: Sequence[int], its: Sequence[int]) -> Iterator[str]:
    """Elements of numbers, each of which stands for those up to the next: `12 to 16`, `17`, `below 4`, `18 or more`."""
    at = 0
    while at < len(its):
        first = numbers.index(its[at])
        last = first
        while at + 1 < len(its) and its[at + 1] == numbers[last + 1]:
            at, last = at + 1, last + 1
        at += 1
        low, after = numbers[first], numbers[last + 1] if last + 1 < len(numbers) else None
        if first == 0:
            yield f"below {after}" if after is not None else "any"
        elif after is None:
            yield f"{low} or more"
        else:
            yield str(low) if after == low + 1 else f"{low} to {after - 1}"


def leaf_of(c: Coding, value: Element) -> int | None:
    """The leaf in which a value counts; None where no record may have it."""
    if isinstance(value, int) and not isinstance(value, bool) and c.ranges:
        for low, below, leaf in c.ranges:
            if (low is None or value >= low) and (below is None or value < below):
                return leaf
    if value is None or value == ELSE or value not in c.values:
        return c.unknown
    return c.values[value]


def _places(codings: Sequence[Coding]) -> Iterator[tuple[str, str]]:
    """(district, region) of all that the divisions tell apart; '' where it is not known."""
    fine = next((c for c in codings if c.kind == "wijk"), None)
    if fine is not None:
        region = _regions_of(fine)
        for i, leaf in enumerate(fine.classification.leaves):
            yield leaf, region.get(i, "")
    for code in dict.fromkeys(k for c in codings if c.kind != "wijk" for k in sorted(c.values)):
        if fine is None or code not in set(_regions_of(fine).values()):
            yield "", code
    if fine is None:
        yield "", ""


def _regions_of(fine: Coding) -> dict[int, str]:
    """Leaf of a classification of districts -> the region in which it lies."""
    found: dict[int, str] = {}
    level = {code.parent for code in fine.classification.codes if code.unknown and code.parent}
    for code, members in zip(fine.classification.codes, fine.classification.members):
        if code.code in level and len(members) < fine.classification.n_leaves:
            found |= {int(m): code.code for m in members}
    return found


def _leaves_of_places(c: Coding, elements: Sequence[Element]) -> list[int | None]:
    at = {leaf: i for i, leaf in enumerate(c.classification.leaves)} if c.kind == "wijk" else {}
    return [at[district] if c.kind == "wijk" and district else c.values.get(region, c.unknown) for district, region in elements]
