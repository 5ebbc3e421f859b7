"""Rules of a rate: it is divided by the very people among whom is counted, of the row's own region, age and sex, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from celwacht.tables.problems import nearest
from celwacht.tables.sources.populations import Needs
from celwacht.tables.sources.sources import FieldType
from celwacht.tables.specs.filter_language import fields_of, parse_all
from celwacht.tables.specs.library import Listed
from celwacht.tables.yaml.document import Path

if TYPE_CHECKING:
    from celwacht.tables.specs.spec_rules import Rules

DEFAULT = "inwoners"


def rate_problems(rules: Rules, path: Path) -> None:
    """Everything that keeps a rate from being divided by the right people."""
    dimensions = list(_dimensions(rules))
    if dimensions and not any(listed.kind in (None, "regio", "wijk") for _, _, listed in dimensions):
        rules.say(
            (*path, "kind"),
            "rate-without-region",
            "a rate needs a dimension of regions, such as RegioS with classification regio: populations are known by region.",
        )
    fields = _fields(rules)
    for name, field, _ in dimensions:
        if _divides(fields.get(field)) and not _known(fields.get(field)):
            rules.say(
                (*path, "kind"),
                "rate-population",
                f"dimension {name} divides people by {field}, and populations are known by region, age and sex only: each "
                "class would be divided by all inhabitants. Leave out this rate, or the dimension.",
            )
    ages = _limits(rules, path)
    if any(_is_age(fields.get(field)) for _, field, _ in dimensions) and all(_age(rules, path, key) is None for key in ("from", "below")):
        rules.say(
            (*path, "kind"),
            "rate-ages",
            "beside a dimension of ages a rate must say which ages its total is divided by, such as from: 0 and below: 23, or from: 18 for all of 18 "
            "and older.",
        )
    _filter(rules, path)
    _by(rules, path, dimensions)
    _population(rules, path, dimensions, ages | _limits_of_codes(rules, path))


def _dimensions(rules: Rules) -> Iterator[tuple[str, str, Listed]]:
    """(name, field, classification) of each dimension; that of an unreadable classification is empty."""
    lists = rules.library.classifications
    for j, _ in rules.items("dimensions"):
        listed = lists.get(rules.text("dimensions", j, "classification") or "", Listed())
        yield rules.text("dimensions", j, "name") or "", rules.text("dimensions", j, "field") or listed.field or "", listed


def _fields(rules: Rules) -> Mapping[str, FieldType]:
    """The vocabulary of the table's source; empty where its file does not tell."""
    return rules.library.fields_of(rules.text("source") or "") or {}


def _is_age(field: FieldType | None) -> bool:
    return field is not None and field.make == "age"


def _is_sex(field: FieldType | None) -> bool:
    return field is not None and field.is_sex


def _is_place(field: FieldType | None) -> bool:
    return field is not None and field.about == "place"


def _known(field: FieldType | None) -> bool:
    """Whether populations are known by it, beside region."""
    return _is_age(field) or _is_sex(field)


def _divides(field: FieldType | None) -> bool:
    """Whether it divides the population itself: it is of the person, and not of what befell them."""
    return field is not None and field.about == "person"


def _age(rules: Rules, path: Path, key: str) -> int | None:
    value = rules.document.get((*path, key))
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 150 else None


def _limits(rules: Rules, path: Path, above: Path | None = None) -> frozenset[int]:
    """The ages at `path` (or else those at `above`), once they are in order."""
    found = {key: _age(rules, path, key) for key in ("from", "below")}
    whole = {key: _age(rules, above, key) if age is None and above else age for key, age in found.items()}
    first, below = whole["from"] or 0, whole["below"]
    if below is not None and first >= below:
        place = (*path, "below" if found["below"] is not None else "from")
        rules.say(place, "rate-ages", f"from ({first}) must be less than below ({below}): nobody has such an age.")
        return frozenset()
    return frozenset(age for age in (first, below) if age)


def _limits_of_codes(rules: Rules, path: Path) -> frozenset[int]:
    given = rules.document.get((*path, "ages"))
    every = enumerate(given) if isinstance(given, list) else ()
    return frozenset().union(*(_limits(rules, (*path, "ages", k), path) for k, item in every if isinstance(item, dict)))


def _filter(rules: Rules, path: Path) -> None:
    """A filter on the people must not leave out of the count who is in the population."""
    text, fields = rules.text("where"), _fields(rules)
    parsed = parse_all(text, fields)[0] if text and fields else None
    used = fields_of(parsed) if parsed is not None else frozenset()
    apart = {name for name in used if _divides(fields.get(name)) and not _is_age(fields.get(name))}
    for name in sorted(apart | {name for name in used if _is_place(fields.get(name))}):
        rules.say(
            (*path, "kind"),
            "rate-filter",
            f"where leaves people out by {name}, and they would still be divided by. Make {name} a dimension, or leave out this rate.",
        )
    ages = sorted(name for name in used if _is_age(fields.get(name)))
    if ages and _age(rules, path, "below") is None and _age(rules, path, "from") is None:
        rules.say(
            (*path, "kind"),
            "rate-filter",
            f"where leaves people out by {ages[0]}, and they would still be divided by. Give the rate the same ages, as from and below.",
        )


def _by(rules: Rules, path: Path, dimensions: list[tuple[str, str, Listed]]) -> None:
    """Codes with ages of their own: of one dimension that says nothing of people, each once."""
    codes = rules.document.get((*path, "ages"))
    name = rules.text(*path, "by")
    if isinstance(codes, list) and codes and name is None and rules.document.get((*path, "by")) is None:
        rules.say((*path, "ages"), "rate-by", "ages are those of codes; by must name their dimension.", key=True)
    if name is None or not rules.known((*path, "by"), "dimension", rules.names("dimensions"), "unknown-name"):
        return
    if not codes:
        rules.say((*path, "by"), "rate-by", "by names the dimension of the codes under ages, and there are none. Add them, or remove by.")
    field, listed = next(((f, of) for n, f, of in dimensions if n == name), ("", Listed()))
    if _known(_fields(rules).get(field)) or listed.kind in ("regio", "wijk"):
        rules.say((*path, "by"), "rate-by", f"{name} divides the population itself already; by is for kinds of care. Remove by and ages.")
        return
    seen: dict[str, int] = {}
    for k, _ in enumerate(codes if isinstance(codes, list) else ()):
        code = rules.text(*path, "ages", k, "code")
        place = (*path, "ages", k, "code")
        if listed.codes and code is not None and not rules.known(place, "code", listed.codes, "unknown-code", f" in dimension {name}"):
            continue
        if code is not None and seen.setdefault(code, k) != k:
            line = rules.document.line_of((*path, "ages", seen[code]))[0]
            rules.say(place, "duplicate-name", f"code '{code}' already has ages on line {line}. Keep one of them.")


def _population(rules: Rules, path: Path, dimensions: list[tuple[str, str, Listed]], ages: frozenset[int]) -> None:
    """There is a population of that name, and one of its years knows every class of the table."""
    given = rules.document.get((*path, "population"))
    name = rules.text(*path, "population") if given is not None else DEFAULT
    place = (*path, "population" if given is not None else "kind")
    same = [p for p in rules.library.populations if p.about.population == name]
    if name is None:
        return
    if not same:
        names = {p.about.population for p in rules.library.populations}
        rules.say(place, "unknown-population", f"there is no population '{name}' in populations/.{nearest(name, names)}")
        return
    fields = _fields(rules)
    limits = ages.union(*(listed.limits for _, field, listed in dimensions if _is_age(fields.get(field))))
    needs = Needs(limits, any(_is_sex(fields.get(f)) for _, f, _ in dimensions), any(of.kind == "wijk" for _, _, of in dimensions))
    lacking = {p.file: p.lacks(needs) for p in same}
    if all(lacking.values()):
        file, why = next(iter(lacking.items()))
        rules.say(
            place,
            "rate-population",
            f"population {name} does not have the classes of this table: {why}. Add a file that has them ({file} does not), or leave "
            "out the dimension or this rate.",
        )
