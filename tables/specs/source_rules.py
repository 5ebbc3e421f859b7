"""Rules of a source that no schema can say: fields that must exist, in the layouts too; parts that must agree.

They read the model, once the file has its shape; each problem stands at its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from celwacht.tables import home, region_files
from celwacht.tables.problems import Problem, nearest
from celwacht.tables.sources.layouts import Layout
from celwacht.tables.sources.source_spec import (
    Age,
    Days,
    Earlier,
    PersonSource,
    RecordField,
    RegisterSource,
    SourceSpec,
    TakenOver,
    UnionSource,
)
from celwacht.tables.sources.sources import FieldType, fields_of_register
from celwacht.tables.specs.filter_language import parse_all
from celwacht.tables.yaml.document import Document, Path

RESERVED = frozenset(
    "persoon aanvang einde begonnen volgorde periode bestand regel rang tot eerst stil nummer keten plaats vorige soort vorm_ "
    "geboortedatum ongeboren postcode aanbieder overgenomen_op hoeveelste_weg hoeveelste_over aantal k jaar".split()
)
"""Columns that the program makes itself."""


@dataclass
class _Rules:
    document: Document
    problems: list[Problem] = field(default_factory=list)

    def say(self, path: Path, rule: str, message: str) -> None:
        self.problems.append(Problem(self.document.file, *self.document.line_of(path), rule, message))

    def known(self, path: Path, name: str, names: Iterable[str], what: str) -> bool:
        names = tuple(names)
        if name not in names:
            self.say(path, "unknown-field", f"'{name}' is not {what}.{nearest(name, names) or ' There is none.'}")
        return name in names

    def filter(self, path: Path, text: str | None, fields: Mapping[str, FieldType]) -> None:
        for error in parse_all(text, fields)[1] if text else ():
            place = self.document.place_in(path, error.offset)
            self.problems.append(Problem(self.document.file, *place, "filter", f"among: {error.message}"))

    def once(self, named: Iterable[tuple[Path, str]], what: str = "the name of another field", reserved: bool = False) -> None:
        seen: dict[str, Path] = {}
        for path, name in named:
            if reserved and name in RESERVED:
                self.say(path, "reserved-name", f"'{name}' is a column of the program itself; take another name.")
            elif seen.setdefault(name, path) != path:
                line = self.document.line_of(seen[name])[0]
                remedy = "Each has its own" if reserved or what.startswith("the") else "Keep one of them"
                self.say(path, "duplicate-name", f"'{name}' is already {what}, on line {line}. {remedy}.")


def source_problems(document: Document, spec: SourceSpec, every: Mapping[str, SourceSpec]) -> list[Problem]:
    """Everything that a source's document says against these rules. every: all sources beside it, itself included."""
    rules = _Rules(document)
    if isinstance(spec, RegisterSource):
        _register(rules, spec, every)
    elif isinstance(spec, PersonSource):
        rules.once(((("fields", i, "name"), one.name) for i, one in enumerate(spec.fields)), reserved=True)
        _numbers(rules, spec.fields, persons=True)
    else:
        _union(rules, spec, every)
    if not isinstance(spec, UnionSource):
        others = [name for name, one in every.items() if not isinstance(one, UnionSource) and one.record == spec.record and name != spec.id]
        if others:
            rules.say(
                ("record",), "record-twice", f"records of kind {spec.record} are already those of source {others[0]}. Keep one of them."
            )
    return rules.problems


def _names(spec: RegisterSource) -> Iterator[tuple[Path, str]]:
    """Every name that the file gives to a field, and where."""
    yield from ((("fields", i, "name"), one.name) for i, one in enumerate(spec.fields))
    yield from ((("derived", i, "name"), one.name) for i, one in enumerate(spec.derived))
    yield from ((("names", i, "name"), one.name) for i, one in enumerate(spec.names))
    if spec.person.known:
        yield ("person", "known"), spec.person.known
    if spec.place:
        yield ("place", "area"), spec.place.area
        yield ("place", "district"), spec.place.district
    closed, over = spec.trajectories.closed, spec.trajectories.handover
    if closed and closed.field:
        yield ("trajectories", "closed", "field"), closed.field
    if over:
        yield ("trajectories", "handover", "away"), over.away
        yield ("trajectories", "handover", "taken"), over.taken


def _trajectories(rules: _Rules, spec: RegisterSource) -> None:
    here, closed = ("trajectories",), spec.trajectories.closed
    rules.known(
        (*here, "kind"), spec.trajectories.kind, spec.kinds, "a field of type code or area of this source that is not of the person"
    )
    for i, name in enumerate(spec.trajectories.also):
        of_case = [one.name for one in spec.names]
        rules.known(
            (*here, "also", i),
            name,
            [*spec.kinds, *of_case],
            "a code or an area of this source that is not of the person, or a name under names",
        )
    rules.once(
        [((*here, "kind"), spec.trajectories.kind), *(((*here, "also", i), name) for i, name in enumerate(spec.trajectories.also))],
        "among what tells records apart",
    )
    for i, name in enumerate(closed.clears if closed else ()):
        rules.known((*here, "closed", "clears", i), name, spec.kinds, "a field of this source that is not of the person")


def _numbers(rules: _Rules, fields: Iterable[RecordField], persons: bool = False) -> None:
    """What a number has no use for, and what is for numbers only."""
    for i, one in enumerate(fields):
        if one.type != "number" and one.unit:
            rules.say(
                ("fields", i, "unit"),
                "no-number",
                f"'{one.name}' is no number, and a unit is for numbers. Remove it, or write type: number.",
            )
        if one.type == "number" and (one.codes or one.unknown or one.of_person):
            said = f"'{one.name}' is a number; codes, unknown and of_person are for codes. Remove them."
            rules.say(("fields", i), "no-number", said)
        if one.type == "number" and persons:
            said = f"'{one.name}' is a number, and a register of persons holds codes: deliver the class that the number lies in."
            rules.say(("fields", i, "type"), "no-number", said)


def _register(rules: _Rules, spec: RegisterSource, every: Mapping[str, SourceSpec]) -> None:
    rules.once(_names(spec), reserved=True)
    if spec.units.records == spec.units.persons:
        rules.say(("units", "persons"), "duplicate-name", f"both units are called '{spec.units.persons}'. Give each its own name.")
    _trajectories(rules, spec)
    codes = [one.name for one in spec.fields if one.type in ("code", "area")]
    _numbers(rules, spec.fields)
    stand_in = (*codes, spec.person.birth or "", spec.place.field if spec.place else "")
    for i, name in enumerate(spec.person.without):
        rules.known(("person", "without", i), name, [one for one in stand_in if one], "a field of this source, its day of birth or place")
    fields = fields_of_register(spec, every)
    for i, made in enumerate(spec.derived):
        path: Path = ("derived", i)
        if isinstance(made, Age) and spec.person.birth is None:
            rules.say(path, "no-birth", f"'{made.name}' is an age, and the source names no day of birth. Add person: birth.")
        if isinstance(made, Days):
            days = [*spec.dates, spec.trajectories.begin, *([spec.trajectories.end] if spec.trajectories.end else [])]
            for side, day in (("until", made.until), ("since", made.since)):
                if day is not None:
                    rules.known((*path, side), day, days, "a field of type date of this source, its begin or its end")
        if isinstance(made, TakenOver) and spec.trajectories.handover is None:
            rules.say(path, "no-handover", f"'{made.name}' is about handing over, and the source has no trajectories: handover. Remove it.")
        if isinstance(made, Earlier):
            own = {name: fields[name] for name in spec.kinds if name in fields}
            rules.filter((*path, "among"), made.among, own)
    for i, other in enumerate(spec.names):
        kinds = [one.record for one in every.values() if isinstance(one, RegisterSource)]
        rules.known(("names", i, "record"), other.record, kinds, "a record kind of a register in sources/")
    for i, name in enumerate(spec.persons):
        people = [n for n, one in every.items() if isinstance(one, PersonSource)]
        if rules.known(("persons", i), name, people, "a register of persons in sources/"):
            beside = every[name]
            twice = {f.name for f in beside.fields} & {n for _, n in _names(spec)} if isinstance(beside, PersonSource) else set()
            for field_name in sorted(twice):
                rules.say(("persons", i), "duplicate-name", f"'{field_name}' is a field of {name} and of this source. Rename one of them.")


def _union(rules: _Rules, spec: UnionSource, every: Mapping[str, SourceSpec]) -> None:
    registers = [name for name, one in every.items() if isinstance(one, RegisterSource)]
    rules.once(((("parts", i, "source"), part.source) for i, part in enumerate(spec.parts)), "a part of this union")
    rules.once(_codes_of(spec), "the code of another part")
    vocabularies = []
    for i, part in enumerate(spec.parts):
        if not rules.known(("parts", i, "source"), part.source, registers, "a register in sources/"):
            continue
        one = every[part.source]
        if isinstance(one, RegisterSource):
            fields = fields_of_register(one, every)
            vocabularies.append((part.source, fields))
            for path, among in (((), part.among), *((("some", k), some.among) for k, some in enumerate(part.some))):
                rules.filter(("parts", i, *path, "among"), among, {name: fields[name] for name in one.kinds})
    _of_all(rules, spec, every)
    for i, name in enumerate(spec.shared):
        if name == spec.field:
            rules.say(("shared", i), "duplicate-name", f"'{name}' is the field that tells the registers apart. Remove it here.")
            continue
        for source, fields in vocabularies:
            first = vocabularies[0][1].get(name)
            if not rules.known(("shared", i), name, fields, f"a field of {source}"):
                break
            if fields[name].make in ("days", "earlier", "nth", "taken_over"):
                said = f"'{name}' is made of one register's own days and trajectories, and a union does not have it. Remove it here."
                rules.say(("shared", i), "field-kind", said)
                break
            if first is not None and (fields[name].kind, fields[name].make) != (first.kind, first.make):
                said = f"'{name}' is another kind of field in {source} than in {vocabularies[0][0]}. Remove it here."
                rules.say(("shared", i), "field-kind", said)


def _codes_of(spec: UnionSource) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The codes that tell records of a union apart, each with its place."""
    for i, part in enumerate(spec.parts):
        yield ("parts", i, "code"), part.code
        yield from ((("parts", i, "some", k, "code"), some.code) for k, some in enumerate(part.some))


def _of_all(rules: _Rules, spec: UnionSource, every: Mapping[str, SourceSpec]) -> None:
    """What a union makes of all its registers: under names of its own, of days that all have."""
    own = [(("derived", i, "name"), made.name) for i, made in enumerate(spec.derived)]
    taken = {spec.field, *spec.shared}
    for path, name in own:
        if name in taken:
            rules.say(path, "duplicate-name", f"'{name}' is already a field of this union. Each has its own name.")
    rules.once(own, reserved=True)
    parts = [one for part in spec.parts if isinstance(one := every.get(part.source), RegisterSource)]
    for i, made in enumerate(spec.derived):
        lacking = next((one for one in parts if one.person.birth is None), None) if isinstance(made, Age) else None
        if lacking is not None:
            rules.say(
                ("derived", i),
                "no-birth",
                f"'{made.name}' is an age, and {lacking.id} names no day of birth. Remove it, or add person: birth there.",
            )
        if isinstance(made, Earlier) and made.among is not None:
            rules.say(("derived", i, "among"), "field-kind", f"'{made.name}' looks at all trajectories of the union. Leave among out.")


def layout_problems(document: Document, spec: SourceSpec, layouts: Iterable[Layout]) -> list[Problem]:
    """Where a source and its layouts do not agree: no layout, a field that none of them has, a field of another kind."""
    if isinstance(spec, UnionSource):
        return []
    rules, own = _Rules(document), [one for one in layouts if one.record == spec.record]
    if not own:
        rules.say(("record",), "no-layout", f"there is no layout with record: {spec.record} in layouts/. Add one.")
        return rules.problems
    there = {path.stem for path in home.files(region_files.FOLDER) if path.suffix == ".yaml"}
    for named in sorted({one.regions for layout in own for one in layout.fields if one.regions} - there):
        rules.say(
            ("record",),
            "no-regions",
            f"its layout names the regions of '{named}', and there is no such file in regions/.{nearest(named, there)}",
        )
    types = {one.name: one.type for layout in own for one in layout.fields}
    roles: dict[str, str] = {one.role: one.name for layout in own for one in layout.fields if one.role}
    for path, name, kinds in _asked(spec):
        if rules.known(path, name, types, "a field of its layouts") and types[name] not in kinds:
            rules.say(
                path,
                "field-kind",
                f"the layouts say that '{name}' is of type {types[name]}; expected {' or '.join(filter(None, (', '.join(kinds[:-1]), kinds[-1])))}.",
            )
    if isinstance(spec, RegisterSource):
        for role, path, given in _roles(spec):
            if roles.get(role, given) != given:
                rules.say(path, "role", f"the layouts give the role {role} to '{roles[role]}', not to '{given}'. Make them agree.")
            elif role not in roles:
                rules.say(path, "role", f"no layout gives the role {role} to a field. Add `role: {role}` to '{given}'.")
    return rules.problems


def _asked(spec: RegisterSource | PersonSource) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """(place, field, types that the layouts may give it)."""
    yield ("person", "field"), spec.person.field, ("bsn",) if spec.person.check == "elfproef" else ("nummer",)
    for i, part in enumerate(spec.person.with_):
        yield ("person", "with", i), part, ("overig", "code", "gebied", "jaar")
    if isinstance(spec, PersonSource):
        yield ("year",), spec.year, ("jaar",)
    kinds = {"code": ("code",), "area": ("gebied", "code"), "date": ("datum",), "number": ("getal",)}
    yield from ((("fields", i, "name"), one.name, kinds[one.type]) for i, one in enumerate(spec.fields))
    if isinstance(spec, RegisterSource):
        if spec.person.sex:
            yield ("person", "sex"), spec.person.sex, ("code",)
        if spec.person.birth:
            yield ("person", "birth"), spec.person.birth, ("geboortedatum",)
        if spec.place:
            yield ("place", "field"), spec.place.field, ("woonplaats",)
        yield from ((("names", i, "name"), other.name, ("overig",)) for i, other in enumerate(spec.names))
        yield from ((path, name, ("datum",)) for _, path, name in _roles(spec))


def _roles(spec: RegisterSource) -> Iterator[tuple[str, Path, str]]:
    here = spec.trajectories
    yield "begin", ("trajectories", "begin"), here.begin
    if here.end is not None:
        yield "end", ("trajectories", "end"), here.end
    if here.handover:
        yield "handed_over", ("trajectories", "handover", "away"), here.handover.away
        yield "taken_over", ("trajectories", "handover", "taken"), here.handover.taken
