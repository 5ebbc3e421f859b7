"""Layouts as data: which fields a delivery of a record kind has in a period, and which values they take.

One YAML file in table_specs/layouts/ is one version of one record kind. `load_layout` gives what holds in one period: fields and codes
that are not valid in that year are gone from it. The positions of the fixed-width form are the project's own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.sources.sources import record_kinds
from celwacht.tables.written_days import Written
from celwacht.tables.yaml.model import CODE, FieldName, Strict, Title
from celwacht.tables.yaml.read import read_model
from pydantic import Field as Described
from pydantic import StringConstraints, model_validator

PERSONAL = frozenset({"bsn", "nummer", "geboortedatum", "woonplaats", "getal", "overig"})
"""Types of field of which no value is ever shown."""

MOST_NUMBER = 999_999_999
"""The largest number that a field may hold, as it is kept: nine digits, as in filters."""

CodeText = Annotated[str, StringConstraints(pattern=CODE)]
Years = tuple[int, int]


class LayoutCode(Strict):
    """One value of a coded field."""

    code: CodeText
    nl: str
    en: str = ""
    valid: Years = (0, 9999)
    types: tuple[CodeText, ...] = Described(default=(), description="Only with these values of the type field.")
    begins_before: str = Described(default="", description="Only for records that begin before this day, JJJJMMDD.")


class LayoutField(Strict):
    """One field of a record: its name in the header of a CSV or Excel file, and its place in the fixed-width form."""

    name: FieldName
    title: Title
    type: Literal["bsn", "nummer", "geboortedatum", "woonplaats", "gebied", "code", "datum", "jaar", "getal", "overig"] = Described(
        description="bsn: nine digits with the test of eleven; nummer: another identifier of a person; gebied: the code of a region of "
        "regions/; woonplaats: a Dutch postal code, or the code of a gemeente; geboortedatum: a day of birth, of length 4 the year; getal: a number; overig: anything, which is not looked at and not kept."
    )
    position: int = Described(
        default=0, ge=0, description="First character in the fixed-width form, from 1; default: after the field before."
    )
    length: int = Described(ge=1, le=200)
    required: bool = False
    unless: FieldName | None = Described(default=None, description="Not required when this field is filled.")
    with_: FieldName | None = Described(
        default=None, alias="with", description="Filled exactly when this field is filled, for the types it is for."
    )
    role: Literal["begin", "end", "handed_over", "taken_over"] | None = None
    valid: Years = (0, 9999)
    special: dict[str, Literal["onbekend", "ongeboren"]] = {}  # noqa: RUF012 - pydantic copies it
    codes: tuple[LayoutCode, ...] = ()
    by: Literal["code", "name"] = Described(
        default="code", description="Of a region: whether it is written by its code, or by its name (or code) in regions/."
    )
    regions: FieldName | None = Described(default=None, description="Of a region: the file of regions/ that it is of; default: any.")
    decimals: int = Described(
        default=0, ge=0, le=4, description="Of a number: places behind the point or comma; it is kept without them, 12.50 as 1250."
    )
    least: int | None = Described(default=None, description="Of a number: the lowest there can be, as it is kept; default: 0.")
    most: int | None = Described(default=None, description="Of a number: the highest there can be, as it is kept; default: 999,999,999.")

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest number there can be, as kept."""
        return (0 if self.least is None else self.least), (MOST_NUMBER if self.most is None else self.most)

    @property
    def is_year_of_birth(self) -> bool:
        """Whether only the year of birth is delivered."""
        return self.type == "geboortedatum" and self.length == len("JJJJ")

    @property
    def personal(self) -> bool:
        """Whether its values are hidden in every message."""
        return self.type in PERSONAL

    @property
    def widest(self) -> int:
        """Characters of its longest value: its length, or that of a longer special value."""
        return max([self.length, *map(len, self.special)])


class Implication(Strict):
    """When a record has these values, it must have those."""

    if_: dict[FieldName, CodeText] = Described(alias="if")
    then: dict[FieldName, CodeText]


class Layout(Strict):
    """One version of one record kind; from `load_layout` with only what is valid in the period."""

    version: Literal[1]
    record: FieldName = Described(description="The record kind, as its source names it.")
    layout: str
    title: Title
    source: str = Described(description="Where the facts are from, and what in them is an assumption.")
    valid: Years = Described(description="First and last year of the periods that are delivered in this layout.")
    periods: tuple[Literal["week", "maand", "kwartaal", "halfjaar", "jaar", "schooljaar", "boekjaar"], ...]
    extra_periods: tuple[str, ...] = ()
    type_field: FieldName | None = None
    implies: tuple[Implication, ...] = ()
    key: tuple[FieldName, ...] = Described(description="Fields that tell the records of one delivery apart.")
    age: tuple[int, int] | None = Described(default=None, description="Plausible age at the begin, inclusive.")
    dates: Written = Described(default="JJJJMMDD", description="How days are written.")
    holds: Literal["period", "history"] = Described(
        default="period", description="period: what ran in the period; history: also what ended before it, so that one file holds all."
    )
    ends: Literal["within", "later"] = Described(
        default="within",
        description="within: no day lies after the period; later: an end may, where it is known already: it runs on in the period.",
    )
    overlap: Literal["refused", "allowed"] = Described(
        default="refused", description="Whether two records of one key, but for the begin, may run at the same time."
    )
    not_read: tuple[FieldName, ...] = Described(
        default=(), description="Columns that a CSV or Excel file may have besides, which are not looked at and not kept."
    )
    width: int = Described(default=0, ge=0, description="Characters of a line in the fixed-width form, line end not counted; default: all.")
    fields: tuple[LayoutField, ...]

    @property
    def person(self) -> LayoutField:
        """The field with the identifier of the person."""
        return next(field for field in self.fields if field.type in ("bsn", "nummer"))

    @property
    def birth(self) -> LayoutField | None:
        """The field with the day of birth, or None."""
        return next((field for field in self.fields if field.type == "geboortedatum"), None)

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the fields, in the order of the file."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> LayoutField | None:
        """The field of that name, or None where the period does not have it."""
        return next((field for field in self.fields if field.name == name), None)

    def role(self, role: str) -> LayoutField | None:
        """The field that plays the role (`begin`, `end`, `handed_over`, `taken_over`), or None."""
        return next((field for field in self.fields if field.role == role), None)

    @model_validator(mode="after")
    def _consistent(self) -> Layout:
        names = [field.name for field in self.fields]
        used = [name for field in self.fields for name in (field.unless, field.with_) if name] + list(self.key)
        used += [name for rule in self.implies for name in (*rule.if_, *rule.then)]
        used += [self.type_field] if self.type_field else []
        for name in used:
            if name not in names:
                raise ValueError(f"'{name}' is not a field of this layout.{nearest(name, names)}")
        if len(set(names)) < len(names):
            raise ValueError("two fields have the same name")
        for field in self.fields:
            low, high = field.bounds
            if field.type != "getal" and (field.decimals, field.least, field.most) != (0, None, None):
                raise ValueError(f"field '{field.name}' is no number; decimals, least and most are for type getal")
            if field.type != "gebied" and (field.by, field.regions) != ("code", None):
                raise ValueError(f"field '{field.name}' is no region; by and regions are for type gebied")
            if not -MOST_NUMBER <= low <= high <= MOST_NUMBER:
                raise ValueError(f"field '{field.name}': least and most must be in order, and have nine digits at most")
        if set(names) & set(self.not_read):
            raise ValueError(f"'{min(set(names) & set(self.not_read))}' is a field and under not_read; it can be one of these")
        if any(field.position for field in self.fields):
            self._places_fit()
        if sum(field.type in ("bsn", "nummer") for field in self.fields) != 1:
            raise ValueError("expected one field with the identifier of a person: of type bsn, or of type nummer")
        return self

    def _places_fit(self) -> None:
        taken = sorted((field.position, field.position + field.length, field.name) for field in self.fields)
        for (_, end, first), (begin, _, second) in itertools.pairwise(taken):
            if begin < end:
                raise ValueError(f"fields '{first}' and '{second}' overlap in the fixed-width form")
        if taken and taken[-1][1] - 1 > self.width:
            raise ValueError(f"field '{taken[-1][2]}' ends past the width of {self.width}")


@home.per_folder
def every_layout() -> tuple[Layout, ...]:
    """Every layout of the project, with all that it has in any year; ProblemsFound with all that is wrong in any of them."""
    found: list[Layout] = []
    problems: list[Problem] = []
    for path in home.files("layouts"):
        value, wrong = read_model(path, Layout)
        problems += wrong
        if value is not None:
            found.append(_with_places(value))
    if problems:
        raise ProblemsFound(problems)
    return tuple(found)


def _with_places(layout: Layout) -> Layout:
    """The layout with a place in the fixed-width form for every field, one after the other where it names none."""
    if any(field.position for field in layout.fields):
        return layout
    at, placed = 1, []
    for field in layout.fields:
        placed.append(field.model_copy(update={"position": at}))
        at += field.length
    return layout.model_copy(update={"fields": tuple(placed), "width": max(layout.width, at - 1)})


@home.per_folder
def load_layout(record: str, period: Period) -> Layout:
    """The layout in which `record` is delivered for `period`, with only the fields and codes valid in it.

    ValueError, with the reason in its message, when there is none: an unknown record kind, a year without layout, or
    a kind of period in which this record is not delivered.
    """
    versions = [layout for layout in every_layout() if layout.record == record]
    if not versions:
        raise ValueError(f"'{record}' is not a record kind.{nearest(record, record_kinds())}")
    layout = next((one for one in versions if one.valid[0] <= period.year <= one.valid[1]), None)
    if layout is None:
        first = min(one.valid[0] for one in versions)
        raise ValueError(f"{record} has no layout for {period.code}; it is delivered from {first} on")
    if period.kind not in layout.periods and period.code not in layout.extra_periods:
        raise ValueError(f"{record} is delivered per {' or '.join(layout.periods)}, not for {period.code}")
    return layout.model_copy(update={"fields": _valid_fields(layout, period.year)})


@home.per_folder
def layouts_of(record: str, years: tuple[int, ...]) -> tuple[Layout, ...]:
    """The layouts of a record kind in these years, each with only what is valid in its year; none for a year without."""
    found = [(layout, year) for year in years for layout in every_layout() if layout.record == record]
    return tuple(
        layout.model_copy(update={"fields": _valid_fields(layout, year)})
        for layout, year in found
        if layout.valid[0] <= year <= layout.valid[1]
    )


def _valid_fields(layout: Layout, year: int) -> tuple[LayoutField, ...]:
    def holds(years: Years) -> bool:
        return years[0] <= year <= years[1]

    return tuple(
        field.model_copy(update={"codes": tuple(code for code in field.codes if holds(code.valid))})
        for field in layout.fields
        if holds(field.valid)
    )


def expired_fields(record: str, period: Period) -> frozenset[str]:
    """Names of fields that the record kind has in other periods but not in this one."""
    every = {field.name for layout in every_layout() if layout.record == record for field in layout.fields}
    return frozenset(every - set(load_layout(record, period).header))


def to_fixed_width(layout: Layout, rows: Iterable[Sequence[str]]) -> bytes:
    """The records as fixed-width ASCII with CRLF, one line each; a row has one text per field of `layout.header`.

    ValueError when a value is longer than its field.
    """
    template, at = "", 1
    for index, field in sorted(enumerate(layout.fields), key=lambda item: item[1].position):
        template += " " * (field.position - at) + f"{{{index}:<{field.length}}}"
        at = field.position + field.length
    template += " " * (layout.width + 1 - at) + "\r\n"
    lines = [template.format(*row) for row in rows]
    if any(len(line) != layout.width + 2 for line in lines):
        raise ValueError("a value is longer than its field in the fixed-width form")
    return "".join(lines).encode("ascii")


def to_csv(layout: Layout, rows: Iterable[Sequence[str]]) -> bytes:
    """The records as UTF-8 CSV with `;`, a header with the field names, and CRLF. Values hold no `;`, quote or line end."""
    lines = [";".join(layout.header), *map(";".join, rows)]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")


def row_of(layout: Layout, values: Mapping[str, str]) -> tuple[str, ...]:
    """One record in the order of the layout; a field without a value is empty."""
    return tuple(values.get(name, "") for name in layout.header)


@home.per_folder
def codes_ever(record: str, name: str) -> frozenset[str]:
    """Codes that the field has in any version and year."""
    fields = (field for layout in every_layout() if layout.record == record for field in layout.fields if field.name == name)
    return frozenset(code.code for field in fields for code in field.codes)
