"""The sources of the project (table_specs/sources/*.yaml), and the vocabulary of each: the fields that a table may use.

The codes of a field stand in a source only where its records fix them; code lists of protocols come from classifications/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from celwacht.tables import home
from celwacht.tables.problems import Problem, nearest
from celwacht.tables.sources.source_spec import (
    SOURCE,
    Age,
    Days,
    Duration,
    Made,
    PersonSource,
    RecordField,
    RegisterSource,
    SourceSpec,
    UnionSource,
    Units,
)
from celwacht.tables.yaml.read import read_model, read_models

FOLDER = "sources"
PROVIDER = "aanbieder"
"""Field of every register: who delivered the record."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field: `kind` decides which literals and operators fit it.

    text: codes in quotes, == != in; number: integers, also < <= > >=; truth: true or false, == !=.
    """

    name: str
    kind: Literal["text", "number", "truth"]
    meaning: str
    codes: frozenset[str] | None = None
    """Every code that the records can hold, if known; None if any code may come."""
    per_period: bool = False
    """Whether one trajectory has another value in each period, so that a table that reads it is made period by period."""
    about: Literal["record", "person", "place", "course"] = "record"
    """What has the value: the record, the person with all records, where the person lives, or the days of the record."""
    is_sex: bool = False
    """Whether it is the sex, by which populations are known."""
    make: str = ""
    """What it is made from (source_spec.Made); '' for a field of the records."""


# ---- reading --------------------------------------------------------------------------------------------------------


@home.per_folder
def sources() -> Mapping[str, SourceSpec]:
    """Every source of the project by id; ProblemsFound with all that is wrong in any of their files."""
    return read_models(home.files(FOLDER), SOURCE)


def read_source(path: Path) -> tuple[SourceSpec | None, list[Problem]]:
    """(source or None, problems of its shape) of one file."""
    return read_model(path, SOURCE)


def register(name: str) -> RegisterSource:
    """The register of that name; ValueError where there is none."""
    found = sources().get(name)
    if not isinstance(found, RegisterSource):
        raise ValueError(f"'{name}' is not a register.{nearest(name, sources())}")
    return found


def register_of_record(record: str) -> RegisterSource:
    """The register whose records are of that kind; ValueError where there is none."""
    return register(of_record(record).id)


def units_of(name: str) -> Units:
    """The names of what a source counts."""
    found = sources()[name]
    if isinstance(found, PersonSource):
        raise ValueError(f"'{name}' is a register of persons, which is not counted")
    return found.units


def parts_of(name: str) -> dict[str, str]:
    """The registers that a source consists of, and the code of each in a union; of a register itself, and ''."""
    found = sources()[name]
    return {part.source: part.code for part in found.parts} if isinstance(found, UnionSource) else {name: ""}


def registers_of(name: str) -> tuple[RegisterSource, ...]:
    """The registers that a source consists of."""
    return tuple(register(part) for part in parts_of(name))


def is_union(name: str) -> bool:
    return isinstance(sources().get(name), UnionSource)


def derived_of(name: str) -> tuple[Made, ...]:
    """The derived fields of a source: of a union those that its registers share, as the first has them, and those of the union itself."""
    found, first = sources()[name], registers_of(name)[0]
    if not isinstance(found, UnionSource):
        return first.derived
    return (*(made for made in first.derived if made.name in found.shared), *found.derived)


def handed_on(name: str) -> bool:
    """Whether records of the source go from provider to provider, so that the begin may not be the first day that counts."""
    return any(one.trajectories.handover for one in registers_of(name))


def persons_unit(source: str, unit: str) -> bool:
    """Whether a unit of that source is a person; else it is a trajectory."""
    return unit == units_of(source).persons


@home.per_folder
def of_record(record: str) -> RegisterSource | PersonSource:
    """The source whose records are of that kind; ValueError where there is none."""
    for one in sources().values():
        if not isinstance(one, UnionSource) and one.record == record:
            return one
    raise ValueError(f"'{record}' is not a record kind.{nearest(record, record_kinds())}")


@home.per_folder
def record_kinds() -> tuple[str, ...]:
    """The kinds of record that are delivered: of registers, then of registers of persons."""
    own = [one for one in sources().values() if not isinstance(one, UnionSource)]
    return tuple(one.record for kind in ("register", "persons") for one in own if one.kind == kind)


def registers_of_persons() -> frozenset[str]:
    """The record kinds of registers of persons."""
    return frozenset(one.record for one in sources().values() if isinstance(one, PersonSource))


# ---- vocabulary -----------------------------------------------------------------------------------------------------


def _of_field(field: RecordField) -> FieldType:
    about: Literal["person", "place", "record"] = "person" if field.of_person else "place" if field.type == "area" else "record"
    said = field.meaning.en or field.meaning.nl
    if field.type == "number":
        return FieldType(field.name, "number", f"{said} ({field.unit})" if field.unit else said)
    return FieldType(field.name, "text", said, frozenset(field.codes) or None, about=about)


def _of_made(made: Made) -> FieldType:
    meaning = made.meaning.en or made.meaning.nl
    if isinstance(made, Age | Duration | Days):
        about: Literal["person", "course", "record"] = "person" if made.make == "age" else "course" if made.make == "duration" else "record"
        return FieldType(made.name, "number", meaning, about=about, make=made.make)
    codes = frozenset(made.codes)
    return FieldType(made.name, "text", meaning, codes, made.make in ("begins", "ends", "taken_over"), make=made.make)


def fields_of_register(one: RegisterSource, known: Mapping[str, SourceSpec]) -> dict[str, FieldType]:
    """The vocabulary of a register; known: the sources whose persons it names, as far as they are there."""
    found = [replace(_of_field(f), is_sex=f.name == one.person.sex) for f in one.fields if f.type != "date"]
    found += [_of_made(made) for made in one.derived]
    closed = one.trajectories.closed
    if closed and closed.field:
        said = closed.meaning.en or closed.meaning.nl if closed.meaning else "rule that ended it"
        found.append(FieldType(closed.field, "text", said, frozenset({closed.rule})))
    if one.place:
        for name, meaning in ((one.place.area, one.place.area_meaning), (one.place.district, one.place.district_meaning)):
            found.append(FieldType(name, "text", meaning.en or meaning.nl, about="place"))
    found.append(FieldType(PROVIDER, "text", one.provider.en or one.provider.nl))
    if one.person.known:
        found.append(FieldType(one.person.known, "truth", "whether the delivery gave an identifier of the person"))
    for name in one.persons:
        beside = known.get(name)
        found += [_of_field(field) for field in beside.fields] if isinstance(beside, PersonSource) else []
    return {field.name: field for field in found}


def fields_of(spec: SourceSpec, known: Mapping[str, SourceSpec]) -> dict[str, FieldType]:
    """The vocabulary of any source; of a register of persons none, for it is not counted."""
    if isinstance(spec, RegisterSource):
        return fields_of_register(spec, known)
    if isinstance(spec, PersonSource):
        return {}
    first = known.get(spec.parts[0].source)
    shared = fields_of_register(first, known) if isinstance(first, RegisterSource) else {}
    own = FieldType(
        spec.field, "text", spec.meaning.en or spec.meaning.nl, frozenset(code for part in spec.parts for code in part.pieces()[0][0])
    )
    made = {one.name: _of_made(one) for one in spec.derived}
    return {name: shared[name] for name in spec.shared if name in shared} | made | {spec.field: own}


@home.per_folder
def _vocabularies() -> dict[str, dict[str, FieldType]]:
    found = sources()
    return {name: fields_of(spec, found) for name, spec in found.items() if not isinstance(spec, PersonSource)}


class _Sources(Mapping[str, dict[str, FieldType]]):
    """The vocabularies of the project in force, read when they are asked for."""

    def __getitem__(self, name: str) -> dict[str, FieldType]:
        found: dict[str, FieldType] = _vocabularies()[name]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_vocabularies())

    def __len__(self) -> int:
        return len(_vocabularies())


SOURCES: Mapping[str, dict[str, FieldType]] = _Sources()
"""source -> field name -> field, of the sources that tables can count."""
