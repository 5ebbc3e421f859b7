"""What an expression of a rule may name: for each record kind and view, the fields, with the SQL that gives each.

Views: `records`, one delivery by itself; `later`, the same beside the delivery of the period before; `earlier`, the records of the period
before beside the present delivery; `everywhere`, all deliveries of the period. The SQL is ours alone: of a rule only the names of fields
and bound values ever reach the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from celwacht.tables import home
from celwacht.tables.sources.layouts import codes_ever
from celwacht.tables.sources.source_spec import AtTheSameTime, Days, RegisterSource
from celwacht.tables.sources.sources import FieldType, of_record, sources


@home.per_folder
def kind_of() -> dict[str, str]:
    """Record kind of each register -> the field that tells its records of one person apart, with the begin."""
    return {one.record: one.trajectories.kind for one in sources().values() if isinstance(one, RegisterSource)}


@dataclass(frozen=True, slots=True)
class CheckField:
    """One field: its type for the language of expressions, and the SQL over the columns of the microdata (`k` is the kind)."""

    type: FieldType
    sql: str
    needs: str = ""
    """The reference without which it cannot be determined; '' for none."""


def _field(name: str, kind: Literal["text", "number", "truth"], meaning: str, sql: str, needs: str = "") -> CheckField:
    return CheckField(FieldType(name, kind, meaning), sql, needs)


_ALWAYS = (
    _field("loopt", "truth", "whether there is no end", "(einde IS NULL)"),
    _field(
        "duur_dagen",
        "number",
        "days from begin to end, or to the last day of the period",
        "date_diff('day', aanvang, coalesce(einde, $last))",
    ),
    _field("begint_in_periode", "truth", "whether it begins in the period", "(aanvang BETWEEN $first AND $last)"),
    _field("eindigt_in_periode", "truth", "whether it ends in the period", "(einde IS NOT NULL AND einde BETWEEN $first AND $last)"),
    _field("aanvang_dag", "text", "month and day of the begin, such as 0101", "strftime(aanvang, '%m%d')"),
    _field("einde_dag", "text", "month and day of the end, such as 1231", "strftime(einde, '%m%d')"),
    _field("aantal_trajecten", "number", "records of the same person in the delivery", "count(*) OVER (PARTITION BY bestand, persoon)"),
    _field(
        "dagen_na_vorige",
        "number",
        "days since the end of the record before of the same person and kind",
        "date_diff('day', lag(einde) OVER (PARTITION BY bestand, persoon, k ORDER BY aanvang, einde, regel), aanvang)",
    ),
)
_OVERLAP = (
    "EXISTS (SELECT 1 FROM one AS other WHERE other.bestand = one.bestand AND other.persoon = one.persoon AND {} "
    "AND other.aanvang <= coalesce(one.einde, $last) AND coalesce(other.einde, $last) >= one.aanvang)"
)
_BORN = (
    _field("ongeboren", "truth", "whether the person was not yet born", "ongeboren"),
    _field(
        "leeftijd_aanvang",
        "number",
        "whole years at the begin (unknown day: the 15th; unknown month: July)",
        "date_sub('year', geboortedatum, aanvang)",
    ),
    _field(
        "leeftijd_einde",
        "number",
        "whole years at the end, or on the last day of the period",
        "date_sub('year', geboortedatum, coalesce(einde, $last))",
    ),
)
_MATCH = "SELECT 1 FROM {side} AS other WHERE other.aanbieder = one.aanbieder AND other.persoon = one.persoon AND other.k = one.k"
_VIEWS = {
    "records": (),
    "later": (
        _field("begon_eerder", "truth", "whether it began before the period", "(aanvang < $first)"),
        _field(
            "stond_er_al",
            "truth",
            "whether the delivery of the period before has it",
            f"EXISTS ({_MATCH.format(side='beside')} AND other.aanvang = one.aanvang)",
            "vorige",
        ),
    ),
    "earlier": (
        _field(
            "komt_terug",
            "truth",
            "whether the present delivery has it, with the same begin",
            f"EXISTS ({_MATCH.format(side='beside')} AND other.aanvang = one.aanvang)",
            "vorige",
        ),
        _field(
            "anders_terug",
            "truth",
            "whether the present delivery has another record of this person and kind",
            f"EXISTS ({_MATCH.format(side='beside')} AND other.aanvang <> one.aanvang)",
            "vorige",
        ),
    ),
    "everywhere": (
        _field(
            "aanbieder_in_lijst",
            "truth",
            "whether the provider is in aanbieders.csv",
            "(aanbieder IN (SELECT aanbieder FROM aanbieders))",
            "aanbieders",
        ),
        _field(
            "zelfde_maatregel_elders",
            "truth",
            "whether another provider has the same kind for the same person at the same time",
            "EXISTS (SELECT 1 FROM one AS other WHERE other.persoon = one.persoon AND other.k = one.k AND other.aanbieder <> "
            "one.aanbieder AND other.aanvang <= coalesce(one.einde, $last) AND coalesce(other.einde, $last) >= one.aanvang)",
        ),
    ),
}


_NAMED = _field(
    "genoemd", "truth", "whether the provider named this case in another record kind, in this period or the one before",
    "(persoon IN (SELECT persoon FROM named))", "genoemd",
)  # fmt: skip
_POSTCODE_LISTED = _field(
    "postcode_in_lijst",
    "truth",
    "whether the postal code is in regions/postcodes.parquet",
    "(postcode IN (SELECT postcode FROM postcodes))",
    "postcodes",
)


@home.per_folder
def vocabulary(record: str, view: str) -> dict[str, CheckField]:
    """Name -> field of a record kind in a view; empty for registers of persons, which only the intake judges."""
    if record not in kind_of():
        return {}
    one = of_record(record)
    found = [*_of_source(one, record), *_ALWAYS, *(_BORN if one.person.birth else ()), *map(_overlap, one.at_the_same_time), *_VIEWS[view]]
    found += _of_case(one) if one.person.per_provider else []
    if view == "everywhere":
        found += [*([_POSTCODE_LISTED] if one.place else []), *_other_elsewhere(one)]
        found += [_NAMED] if named_by(record) else []
    return {field.type.name: field for field in found}


def _of_source(one: RegisterSource, record: str) -> list[CheckField]:
    """The fields that are in the records themselves."""
    coded = {field.name: field for field in one.fields if field.type in ("code", "area")}
    amounts = [field for field in one.fields if field.type == "number"]
    found = [
        CheckField(FieldType(n, "text", f.meaning.en or f.meaning.nl, codes_ever(record, n) or None), f'"{n}"') for n, f in coded.items()
    ]
    found += [_field(name, "text", "the day, where there is one", f"strftime(\"{name}\", '%Y%m%d')") for name in (*one.handed, *one.dates)]
    found += [_field(f.name, "number", f.meaning.en or f.meaning.nl, f'"{f.name}"') for f in amounts]
    found += [
        _field(other.name, "text", f"the case of {other.record} that it names, where there is one", f'"{other.name}"')
        for other in one.names
    ]
    for made in one.derived:
        if isinstance(made, Days):
            days = f"date_diff('day', aanvang, \"{made.until}\")"
            found.append(_field(made.name, "number", made.meaning.en or made.meaning.nl, days))
    if one.person.known:
        found.append(_field(one.person.known, "truth", "whether there is an identifier of the person", f'"{one.person.known}"'))
    if one.place:
        found.append(_field("postcode", "text", "postal code, where the record has one", "postcode"))
        found.append(_field(one.place.area, "text", "the area, where the record has that instead", f'"{one.place.area}"'))
    return found


def _of_case(one: RegisterSource) -> list[CheckField]:
    """Where the identifier is the number of a case: whether the records of a case, one for each kind, are at odds with each other."""
    alike = ["aanvang", *(["einde"] if one.trajectories.end else []), *(name for name in one.kinds if name != one.trajectories.kind)]
    among = "OVER (PARTITION BY bestand, persoon)"
    return [
        _field(
            f"{name}_verschilt",
            "truth",
            f"whether records of one case differ in {name}",
            f'(min("{name}") {among} <> max("{name}") {among})',
        )
        for name in alike
    ]


@home.per_folder
def named_by(record: str) -> tuple[tuple[str, str], ...]:
    """(record kind, field) of whatever names the cases of this record kind by their numbers."""
    registers = (one for one in sources().values() if isinstance(one, RegisterSource))
    return tuple(sorted((one.record, other.name) for one in registers for other in one.names if other.record == record))


def _overlap(one: AtTheSameTime) -> CheckField:
    """Whether another record of the person, such as the source says, runs at the same time. Codes are capitals and digits: no quote."""

    def listed(codes: tuple[str, ...]) -> str:
        return "(" + ", ".join(f"'{code}'" for code in codes) + ")"

    parts = [f"other.k IN {listed(one.other)}"] if one.other else []
    parts += [f"(other.k IN {listed(one.across)}) <> (one.k IN {listed(one.across)})"] if one.across else []
    parts += [f"'{code}' NOT IN (one.k, other.k)" for code in one.without]
    parts += ["other.k <> one.k"] if one.other_kind else []
    return _field(one.name, "truth", one.meaning.en or one.meaning.nl, _OVERLAP.format(" AND ".join(parts) or "other.regel <> one.regel"))


def _other_elsewhere(one: RegisterSource) -> list[CheckField]:
    """Whether another provider gave the same person another day of birth, or another trait."""
    known = f'"{one.person.known}" AND ' if one.person.known else ""
    other = "FROM one AS other WHERE other.persoon = one.persoon"
    born = f"({known}(SELECT count(DISTINCT geboortedatum) > 1 {other}))"
    found = [_field("andere_geboortedatum_elders", "truth", "whether another provider gave the same person another date of birth", born)]
    for name, unknown in ((field.name, field.unknown) for field in one.fields if field.name in one.traits):
        quoted = f'"{name}"'
        told = "".join(f" AND other.{quoted} <> '{code}'" for code in unknown)
        differs = f"({known}(SELECT count(DISTINCT {quoted}) > 1 {other}{told}))"
        found.append(_field(f"ander_{name}_elders", "truth", f"whether another provider gave the same person another {name}", differs))
    return found if one.person.birth else found[1:]


def fields_of_view(record: str, view: str) -> dict[str, FieldType]:
    """The same for the language of expressions."""
    return {name: one.type for name, one in vocabulary(record, view).items()}
