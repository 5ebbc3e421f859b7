"""From a file and its form to tables in the house's language, so that an output is compared with any other table by what its figures count.

Own groups become a table each, with the filter of the group added to that of the output. Example: rows `a`, `b` with groups `a: leeftijd < 12`,
`b: leeftijd >= 12`, columns sex: two tables by sex, one with each filter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.publish.outputs.folder import Came, rows_of
from celwacht.publish.outputs.form import FORM, Axis, Counts, Output
from celwacht.tables.counting.codings import coding
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.sources.sources import SOURCES, units_of
from celwacht.tables.specs.filter_language import parse
from celwacht.tables.specs.table_spec import DimensionSpec, TableSpec

DOTS = ("", ".", "x", "c", "-", "*", "nan", "none", "<5", "<10")
ALL = ("all", "total", "totaal", "alle")
UNKNOWN = ("unknown", "onbekend")
NUMBER = re.compile(r"-?[0-9]+(\.0*)?$")
ANY = re.compile(r"-?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$")
MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One table of an output, as everybody would read it. number: of the output in the form, from 1. of: '' for counts, else the field that is summed."""

    number: int
    output: Output
    of: str
    table: PublicTable = field(repr=False)
    rounded: int

    @property
    def name(self) -> str:
        return f"your table {self.number}"

    def under(self, records: str) -> Sheet:
        """The same, of these records."""
        return Sheet(self.number, self.output, self.of, self.table.under(records), self.rounded)


@dataclass(frozen=True, slots=True)
class _Axis:
    """keys: label -> what it means: a code, a filter, or a period."""

    kind: str
    keys: dict[str, str]
    spec: DimensionSpec | None = None


def sheets_of(came: Came, ident: str) -> tuple[list[Sheet], list[Problem]]:
    """Every table of counts or sums, and what is wrong with the rest. ident: of the request, in the ids of the tables."""
    found: list[Sheet] = []
    problems: list[Problem] = []
    for number, one in enumerate(came.form.outputs, 1):
        if one.counts is None:
            continue
        try:
            rows = rows_of(one.file, came.files[one.file], one.sheet)
            found += _sheets(number, one, one.counts, rows, ident)
        except ProblemsFound as wrong:
            problems += wrong.problems
    return found, problems


def _wrong(place: str, line: int, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(place, line, 0, "output", message)])


def _sheets(number: int, one: Output, counts: Counts, rows: list[list[str]], ident: str) -> list[Sheet]:
    _known_source(one, counts)
    axes = [_axis(one, counts, a, _named(a, k)) for k, a in enumerate((*counts.rows, *([counts.columns] if counts.columns else [])), 1)]
    cells = _cells(one, counts, axes, rows)
    fixed = [k for k, a in enumerate(axes) if a.kind == "groups"]
    made: dict[tuple[str, ...], dict[tuple[str, ...], str]] = {}
    for at, text in cells.items():
        made.setdefault(tuple(at[k] for k in fixed), {})[tuple(v for k, v in enumerate(at) if k not in fixed)] = text
    others = [a for a in axes if a.kind != "groups"]
    time = next((k for k, a in enumerate(others) if a.kind == "periods"), None)
    parts = [(group, part) for group, its in made.items() for part in _by_year(its, time)]
    return [
        _sheet(number, one, counts, others, its, tuple(axes[k].keys[v] for k, v in zip(fixed, group)), f"{ident}_{number}_{n}")
        for n, (group, its) in enumerate(parts, 1)
    ]


def _by_year(cells: dict[tuple[str, ...], str], time: int | None) -> list[dict[tuple[str, ...], str]]:
    """A table for each year: records are those of a year (counted.py). time: which key is the period."""
    if time is None:
        return [cells]
    years: dict[str, dict[tuple[str, ...], str]] = {}
    for at, text in cells.items():
        years.setdefault(at[time][:4], {})[at] = text
    return list(years.values())


def _known_source(one: Output, counts: Counts) -> None:
    if counts.source not in SOURCES:
        raise _wrong(FORM, 0, f"{one.file}: there is no source '{counts.source[:40]}'.{nearest(counts.source, SOURCES)}")
    units = units_of(counts.source)
    if counts.unit not in (units.records, units.persons):
        raise _wrong(FORM, 0, f"{one.file}: {counts.source} counts {units.records} or {units.persons}, not '{counts.unit[:40]}'.")
    if counts.sum_of and getattr(SOURCES[counts.source].get(counts.sum_of), "kind", "") != "number":
        numbers = [name for name, of in SOURCES[counts.source].items() if of.kind == "number"]
        raise _wrong(FORM, 0, f"{one.file}: sum_of: '{counts.sum_of[:40]}' is no number of {counts.source}; one of {', '.join(numbers)}.")
    if counts.period:
        _period(counts.period, f"{FORM}, {one.file}", 0)
    if counts.where:
        _parsed(one, counts, counts.where)


def _parsed(one: Output, counts: Counts, text: str) -> None:
    try:
        parse(text, SOURCES[counts.source])
    except ValueError as error:
        raise _wrong(FORM, 0, f"{one.file}: the filter '{text[:80]}' cannot be read: {error}") from None


def _axis(one: Output, counts: Counts, axis: Axis, name: str) -> _Axis:
    if axis.periods:
        return _Axis("periods", {})
    if axis.groups:
        for text in axis.groups.values():
            _parsed(one, counts, text)
        return _Axis("groups", {label.strip().lower(): text for label, text in axis.groups.items()})
    spec = DimensionSpec(name=name, classification=axis.classification or "", field=axis.field, per_person=axis.per_person)
    own = coding(spec.classification, dimension_name=name, field=spec.field, division=None)
    classes = own.classification
    keys = {c.code.lower(): c.code for c in classes.codes}
    for c in classes.codes:
        for title in (c.title_nl, c.title_en):
            keys.setdefault(title.strip().lower(), c.code)
    of_leaf = {int(m[0]): c.code for c, m in zip(classes.codes, classes.members) if len(m) == 1}
    of_value: dict[int, list[str]] = {}
    for value, leaf in own.values.items():
        of_value.setdefault(leaf, []).append(str(value).lower())
    for leaf, values in of_value.items():  # a value of the records names its class where no other value has it
        if len(values) == 1 and leaf in of_leaf:
            keys.setdefault(values[0], of_leaf[leaf])
    nowhere = [c.code for c in classes.codes if c.unknown]
    for word in UNKNOWN if len(nowhere) == 1 else ():
        keys.setdefault(word, nowhere[0])
    whole = next((c.code for c, m in zip(classes.codes, classes.members) if len(m) == classes.n_leaves), None)
    for word in ALL if whole else ():
        keys.setdefault(word, str(whole))
    return _Axis("classes", keys, spec)


def _named(axis: Axis, k: int) -> str:
    """Name of a dimension, as a table has it."""
    return "".join(part.capitalize() for part in (axis.classification or "own").split("_"))[:38] + (str(k) if k > 1 else "")


def _key(axis: _Axis, label: str, file: str, line: int) -> str:
    """The code, group or period that a label names."""
    said = label.strip().lower()
    if axis.kind == "periods":
        return _period(label.strip().upper(), file, line)
    if axis.kind == "groups":
        if said not in axis.keys:
            raise _wrong(file, line, f"the form has no group for this label.{nearest(said, axis.keys)}")
        return said
    plain = said if said in axis.keys else said.lstrip("0") or "0"
    padded = (
        next((k for k in axis.keys if k == said.removesuffix(".0").zfill(len(k))), plain) if said.replace(".0", "").isdigit() else plain
    )
    found = axis.keys.get(said) or axis.keys.get(padded)
    if found is None:
        assert axis.spec is not None
        raise _wrong(file, line, f"{axis.spec.classification} has no class with this code or title.{nearest(said, axis.keys)}")
    return found


def _period(code: str, file: str, line: int) -> str:
    try:
        return Period.parse(code).code
    except ValueError as error:
        raise _wrong(file, line, f"{error}.") from None


def _cells(one: Output, counts: Counts, axes: list[_Axis], rows: list[list[str]]) -> dict[tuple[str, ...], str]:
    """Keys of every axis -> text of the cell. ProblemsFound with every label and figure that cannot be read."""
    lead = len(counts.rows)
    problems: list[Problem] = []
    found: dict[tuple[str, ...], str] = {}
    if len(rows) < 2 or len(rows[0]) <= lead:
        raise _wrong(one.file, 1, f"has no figures: a header, and {lead} leading columns with labels, are expected.")
    if counts.columns is None and len(rows[0]) != lead + 1:
        raise _wrong(one.file, 1, "has several columns of figures; say in the form what `columns` mean, or give each a file.")
    if len(rows) * len(rows[0]) > MOST_CELLS:
        raise _wrong(one.file, 0, f"has more than {MOST_CELLS:,} cells; give it in parts.")

    def tried(axis: _Axis, label: str, line: int) -> str:
        try:
            return _key(axis, label, one.file, line)
        except ProblemsFound as wrong:
            problems.extend(wrong.problems)
            return ""

    heads = [tried(axes[-1], label, 1) for label in rows[0][lead:]] if counts.columns else [""]
    for line, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        at = tuple(tried(a, label, line) for a, label in zip(axes, row[:lead]))
        for head, text in zip(heads, row[lead:]):
            key = (*at, head) if counts.columns else at
            if key in found:
                if not problems:
                    problems.append(Problem(one.file, line, 0, "output", "a row or column with this meaning is there already."))
            found[key] = text.strip()
            if not _readable(text, sums=bool(counts.sum_of)):
                problems.append(
                    Problem(one.file, line, 0, "output", "a cell is neither a whole number, not below 0, nor a mark that it is withheld.")
                )
    if problems:
        raise ProblemsFound(problems)
    return found


def _readable(text: str, *, sums: bool) -> bool:
    said = text.strip()
    return said.lower() in DOTS or (bool((ANY if sums else NUMBER).match(said)) and not said.startswith("-"))


def _sheet(
    number: int, one: Output, counts: Counts, axes: Sequence[_Axis], cells: dict[tuple[str, ...], str], filters: tuple[str, ...], ident: str
) -> Sheet:
    keys = [list(dict.fromkeys(at[k] for at in cells)) for k in range(len(axes))]
    where = " and ".join(f"({text})" for text in ((counts.where,) if counts.where else ()) + filters) or None
    classes = [k for k, a in enumerate(axes) if a.kind == "classes"]
    time = next((k for k, a in enumerate(axes) if a.kind == "periods"), None)
    periods = keys[time] if time is not None else [_period(str(counts.period), FORM, 0)]
    dims = [s for k in classes if (s := axes[k].spec) is not None]
    codes = [tuple(keys[k]) for k in classes]
    if not dims:
        whole, everything = _everything(counts)
        dims, codes = [everything], [(whole,)]
    shape = (*map(len, codes), len(periods))
    text = np.full(shape, ".", object)
    for at in product(*map(range, map(len, keys))):
        place = tuple(at[k] for k in classes) or (0,)
        text[(*place, at[time] if time is not None else 0)] = cells.get(tuple(k[i] for k, i in zip(keys, at)), ".")
    spec = _spec(one, counts, dims, where, periods, ident)
    dot = np.array([t.lower() in DOTS for t in text.ravel()], bool).reshape(shape)
    value = np.array([0 if t.lower() in DOTS else round(float(t.replace(",", "."))) for t in text.ravel()], np.int64).reshape(shape)
    half = counts.rounded
    low = np.where(dot, 0, np.maximum(value - half // 2, 0)).astype(np.int64)
    high = np.where(dot, ENDLESS, value + (half - 1) // 2).astype(np.int64)
    return Sheet(number, one, counts.sum_of or "", PublicTable("", spec, (*codes, tuple(periods)), low, high, dot), half)


def _everything(counts: Counts) -> tuple[str, DimensionSpec]:
    """A dimension of one class, everything, for a table that has no other."""
    name = "regio" if "gemeente" in SOURCES[counts.source] else "geslacht"
    classes = coding(name, dimension_name="Alles", field=None, division=None).classification
    return classes.codes[0].code, DimensionSpec(name="Alles", classification=name)


def _spec(one: Output, counts: Counts, dims: Sequence[DimensionSpec], where: str | None, periods: Sequence[str], ident: str) -> TableSpec:
    title = {"nl": one.title}
    return TableSpec.model_validate(
        {
            "version": 1,
            "id": ident,
            "title": title,
            "description": {"nl": one.title},
            "source": counts.source,
            "unit": counts.unit,
            "moment": counts.moment,
            "stand_includes_end": counts.stand_includes_end,
            "where": where,
            "dimensions": [d.model_dump() for d in dims],
            "periods": list(dict.fromkeys(Period.parse(p).kind for p in periods)),
            "measures": [{"kind": "count", "name": "Aantal", "title": title}],
            "policy": "strict",
        }
    )
