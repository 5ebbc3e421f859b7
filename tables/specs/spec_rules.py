"""Rules of a table or set that no schema can say: names that must exist, parts that must agree.

They read the document, not the model, so that one run also tells what is wrong in a file whose shape is not right
yet; a value of the wrong type is passed over here, since the schema has told about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from celwacht.tables.face import periods_name
from celwacht.tables.problems import Problem, nearest
from celwacht.tables.sources.source_spec import PersonSource
from celwacht.tables.sources.sources import FieldType
from celwacht.tables.specs.filter_language import parse_all
from celwacht.tables.specs.impossible_rules import impossible_problems
from celwacht.tables.specs.library import Library, Listed
from celwacht.tables.specs.rate_rules import rate_problems
from celwacht.tables.yaml.characters import shown
from celwacht.tables.yaml.document import Document, Path

RESERVED = ("Perioden", "Periods", "Measure", "Value", "ValueAttribute", "StringValue", "Id", "Identifier")
MEASURE_KINDS = {"count", "sum", "mean", "median", "share", "rate"}
_NAME = re.compile(r"[A-Z][A-Za-z0-9]{1,39}", re.ASCII)


@dataclass
class Rules:
    """The rules of one document; `problems` grows as they run."""

    document: Document
    library: Library
    problems: list[Problem] = field(default_factory=list)

    def say(self, path: Path, rule: str, message: str, *, key: bool = False) -> None:
        place = self.document.key_of(path) if key else self.document.line_of(path)
        self.problems.append(Problem(self.document.file, *place, rule, message))

    def text(self, *path: str | int) -> str | None:
        """The text at `path`; None if there is none, or something else."""
        value = self.document.get(path)
        return value if isinstance(value, str) and path not in self.document.refused else None

    def items(self, name: str) -> Iterator[tuple[int, Any]]:
        values = self.document.get((name,))
        return enumerate(values) if isinstance(values, list) else iter(())

    def known(self, path: Path, what: str, names: Iterable[str] | None, rule: str, note: str = "") -> bool:
        """Whether the text at `path` is one of `names`; says so if not. False also if there is no text, or no names."""
        name = self.text(*path)
        if name is None or names is None:
            return False
        names = list(names)
        if name not in names:
            self.say(path, rule, f"there is no {what} '{shown(name)}'{note}.{nearest(name, names)}")
        return name in names

    def names(self, part: str, *kinds: str) -> list[str] | None:
        """Names of dimensions or measures (of some kinds only); None if one cannot be read, so that no more is said."""
        found = []
        for i, _ in self.items(part):
            name, kind = self.text(part, i, "name"), self.text(part, i, "kind")
            if name is None or not _NAME.fullmatch(name) or (kinds and kind not in MEASURE_KINDS):
                return None
            if not kinds or kind in kinds:
                found.append(name)
        return found

    def persons(self) -> bool | None:
        """Whether the table counts persons; None where that cannot be told."""
        unit, units = self.text("unit"), self.library.units_of(self.text("source") or "")
        return None if units is None or unit not in (units.records, units.persons) else unit == units.persons

    def once(self, name: str, *key: str) -> None:
        """Says where a value under `name` (or its `key`) occurs a second time."""
        seen: dict[str, int] = {}
        for i, _ in self.items(name):
            value = self.text(name, i, *key)
            if value is not None and value in seen:
                first = self.document.line_of((name, seen[value], *key))[0]
                self.say(
                    (name, i, *key),
                    "duplicate-name",
                    f"'{value}' occurs twice in {name}; the first is on line {first}. Every one has its own.",
                )
            elif value is not None:
                seen[value] = i


def table_problems(document: Document, library: Library) -> list[Problem]:
    """Everything that a table's document says against these rules."""
    rules = Rules(document, library)
    fields = _source(rules)
    _whole_table(rules)
    _names(rules)
    for i, _ in rules.items("dimensions"):
        _dimension(rules, i, fields)
    for i, measure in rules.items("measures"):
        if isinstance(measure, dict):
            _measure(rules, i, fields)
    _one_alle(rules)
    if fields is not None:
        _where(rules, fields)
        impossible_problems(rules, fields)
    return rules.problems


def _source(rules: Rules) -> Mapping[str, FieldType] | None:
    """The fields of the table's source; None where there is none, or its file cannot be read."""
    named = {name for name, spec in rules.library.sources.items() if not isinstance(spec, PersonSource)}
    if not rules.known(("source",), "source", named, "unknown-source", " of records in sources/"):
        return None
    name = rules.text("source") or ""
    units = rules.library.units_of(name)
    if units is None:
        rules.say(("source",), "source-not-right", f"the file of source {name} is not right itself: celwacht check sources/{name}.yaml")
    else:
        rules.known(("unit",), "unit", tuple(u for u in (units.records, units.persons) if u), "unknown-unit", f" of source {name}")
    return rules.library.fields_of(name)


def _whole_table(rules: Rules) -> None:
    rules.known(("policy",), "policy", rules.library.policies, "unknown-policy", " in policies/")
    rules.once("periods")
    years = [rules.document.get(("years", name)) for name in ("first", "last")]
    if all(isinstance(year, int) for year in years) and years[0] > years[1]:
        rules.say(
            ("years",), "years-order", f"first ({years[0]}) comes after last ({years[1]}), so that the table is made for no year.", key=True
        )
    moment = rules.text("moment")
    if isinstance(rules.document.get(("stand_includes_end",)), bool) and moment not in (None, "stand"):
        rules.say(
            ("stand_includes_end",),
            "only-for-stand",
            f"stand_includes_end only has a meaning with moment: stand, and the moment is {moment}. Remove it.",
            key=True,
        )


def _names(rules: Rules) -> None:
    """Names of dimensions and measures become columns of one cube, for readers that do not all heed capitals."""
    seen: dict[str, tuple[str, Path]] = {}
    for part in ("dimensions", "measures"):
        for i, _ in rules.items(part):
            path, name = (part, i, "name"), rules.text(part, i, "name")
            if name is None:
                continue
            reserved = next((r for r in RESERVED if r.lower() == name.lower()), None)
            if reserved:
                time = reserved in ("Perioden", "Periods")
                why = f"{reserved} comes by itself; remove this dimension" if time else "take another name"
                rules.say(path, "reserved-name", f"'{name}' is a name of the cube itself; {why}.")
            elif name.lower() in seen:
                first, place = seen[name.lower()]
                line = rules.document.line_of(place)[0]
                rules.say(
                    path,
                    "duplicate-name",
                    f"'{name}' is already the name '{first}' of line {line}. Every dimension and measure has its own.",
                )
            else:
                seen[name.lower()] = (name, path)
    dimensions, measures = rules.names("dimensions"), rules.names("measures")
    notes = None if dimensions is None or measures is None else [*dimensions, *measures, periods_name()]
    for i, _ in rules.items("footnotes"):
        rules.known(("footnotes", i, "on"), "dimension or measure", notes, "unknown-name")
    for i, _ in rules.items("keep"):
        rules.known(("keep", i), "dimension", dimensions, "unknown-name")
    rules.once("keep")


def _dimension(rules: Rules, i: int, fields: Mapping[str, FieldType] | None) -> None:
    path: Path = ("dimensions", i)
    name, persons = rules.text(*path, "classification"), rules.persons()
    lists = rules.library.classifications
    listed = Listed()
    if rules.known((*path, "classification"), "classification", lists, "unknown-classification", " in classifications/"):
        listed = lists[name or ""]
    own = rules.text(*path, "field")
    chosen, place = (own, (*path, "field")) if own is not None else (listed.field, (*path, "classification"))
    if chosen is not None and fields is not None:
        _field_of_dimension(rules, place, chosen, listed, fields)
    if listed.levels is not None:
        _levels(rules, path, name or "", listed.levels)
    per_person = rules.text(*path, "per_person")
    if per_person is not None and persons is False:
        rules.say(
            (*path, "per_person"),
            "only-for-persons",
            f"per_person only has a meaning with a unit of persons, and the unit is {rules.text('unit')}. Remove it.",
            key=True,
        )
    if listed.kind == "combinaties" and persons is not None and per_person != "alle":
        rules.say(
            (*path, "classification"),
            "needs-alle",
            f"classification '{name}' combines what one person has, and needs a unit of persons and per_person: alle.",
        )


def _one_alle(rules: Rules) -> None:
    """What a person combines over two dimensions is lost when both count every class touched."""
    places = [("dimensions", i, "per_person") for i, _ in rules.items("dimensions") if rules.text("dimensions", i, "per_person") == "alle"]
    for path in places[1:]:
        rules.say(
            path,
            "two-alle",
            f"per_person: alle stands at a second dimension; the first is on line "
            f"{rules.document.line_of(places[0])[0]}. Which classes go together would be lost: keep one.",
        )


def _field_of_dimension(rules: Rules, place: Path, chosen: str, listed: Listed, fields: Mapping[str, FieldType]) -> None:
    source = rules.text("source")
    if chosen not in fields:
        rules.say(place, "unknown-field", f"source {source} has no field '{shown(chosen)}'.{nearest(chosen, fields)}")
        return
    number = fields[chosen].kind == "number"
    if listed.kind is not None and number != (listed.kind == "ranges"):
        wanted = "a number" if listed.kind == "ranges" else "codes"
        rules.say(
            place,
            "field-kind",
            f"the classification is of kind {listed.kind} and takes {wanted}; field '{chosen}' holds {'a number' if number else 'codes'}.",
        )


def _levels(rules: Rules, path: Path, classification: str, levels: tuple[str, ...]) -> None:
    chosen = rules.document.get((*path, "levels"))
    if not isinstance(chosen, list):
        return
    places = []
    for j, level in enumerate(chosen):
        if rules.known((*path, "levels", j), "level", levels, "unknown-level", f" in classification '{classification}'"):
            places.append(levels.index(level))
            if places[-1] <= max(places[:-1], default=-1):
                again = level in chosen[:j]
                rules.say(
                    (*path, "levels", j),
                    "level-order",
                    f"level '{level}' "
                    + ("occurs twice." if again else f"must come earlier: levels run from coarse to fine, {', '.join(levels)}."),
                )
    if not chosen:
        rules.say((*path, "levels"), "unknown-level", f"no level is named. Valid: {', '.join(levels)}; or leave the key out for all.")


def _measure(rules: Rules, i: int, fields: Mapping[str, FieldType] | None) -> None:
    path: Path = ("measures", i)
    kind = rules.text(*path, "kind")
    if kind in ("sum", "mean", "median"):
        name = rules.text(*path, "field")
        if rules.persons():
            rules.say(
                (*path, "kind"),
                "only-for-records",
                f"a {kind} needs a unit of trajectories; of a person it is not settled which one counts.",
            )
        if name is not None and fields is not None:
            _numeric(rules, (*path, "field"), name, fields)
    if kind in ("share", "rate"):
        rules.known((*path, "of"), "count measure", rules.names("measures", "count"), "unknown-name")
    if kind == "share":
        rules.known((*path, "within"), "dimension", rules.names("dimensions"), "unknown-name")
    if kind == "rate":
        rate_problems(rules, path)


def _numeric(rules: Rules, path: Path, name: str, fields: Mapping[str, FieldType]) -> None:
    numbers = [f.name for f in fields.values() if f.kind == "number"]
    if name not in fields:
        rules.say(path, "unknown-field", f"source {rules.text('source')} has no field '{shown(name)}'.{nearest(name, numbers)}")
    elif name not in numbers:
        rules.say(path, "field-kind", f"field '{name}' holds codes, not a number. Valid: {', '.join(numbers)}.")


def _where(rules: Rules, fields: Mapping[str, FieldType]) -> None:
    text = rules.text("where")
    if not text:
        return
    for error in parse_all(text, rules.library.with_codes(fields))[1]:
        place = rules.document.place_in(("where",), error.offset)
        rules.problems.append(Problem(rules.document.file, *place, "filter", f"where: {error.message}"))
