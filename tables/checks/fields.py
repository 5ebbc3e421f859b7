"""What an expression of a rule may name: for each record kind and view, the fields, with the SQL that gives each.

Views: `records`, one delivery by itself; `later`, the same beside the delivery of the period before; `earlier`, the records of the period
before beside the present delivery; `everywhere`, all deliveries of the period. The SQL is ours alone: of a rule only the names of fields
and bound values ever reach the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from celwacht.tables.sources.layouts import codes_ever
from celwacht.tables.sources.sources import FieldType

KIND_OF = {"jeugdhulp": "hulpvorm", "jeugdbescherming": "type", "jeugdreclassering": "type", "machtiging_uhp": "type"}
"""Record kind -> the field that tells its records of one person apart, with the begin."""
_CODED = {
    "jeugdhulp": ("verwijzer", "hulpvorm", "crisis", "reden", "perspectief"),
    "jeugdbescherming": ("type", "reden"),
    "jeugdreclassering": ("type", "reden", "drp", "doorverwijzing", "interventie"),
    "machtiging_uhp": ("type",),
}
_TRANSFERRED = ("jeugdbescherming", "jeugdreclassering")


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
    _field("geslacht", "text", "sex: V, M or O", "geslacht"),
    _field("postcode", "text", "postal code, where the record has one", "postcode"),
    _field("gemeente", "text", "gemeente code, where the record has that instead", "gemeente"),
    _field("bsn_bekend", "truth", "whether there is a citizen service number", "bsn_bekend"),
    _field("ongeboren", "truth", "whether the child was not yet born", "ongeboren"),
    _field("loopt", "truth", "whether there is no end", "(einde IS NULL)"),
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
_OF_KIND = {
    "jeugdhulp": (
        _field(
            "tegelijk_met_verblijf",
            "truth",
            "whether the same provider gives the same child a stay at the same time",
            _OVERLAP.format("other.k IN ('11', '12', '13', '14')"),
        ),
    ),
    "jeugdbescherming": (
        _field(
            "tegelijk_andere_maatregel",
            "truth",
            "whether supervision and guardianship of one child run at the same time",
            _OVERLAP.format("(other.k IN ('11', '12')) <> (one.k IN ('11', '12')) AND '31' NOT IN (one.k, other.k)"),
        ),
    ),
    "machtiging_uhp": (
        _field(
            "tegelijk_andere_machtiging", "truth", "whether both kinds of order run at the same time", _OVERLAP.format("other.k <> one.k")
        ),
    ),
}
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
            "postcode_in_lijst",
            "truth",
            "whether the postal code is in regions/postcodes.parquet",
            "(postcode IN (SELECT postcode FROM postcodes))",
            "postcodes",
        ),
        _field(
            "aanbieder_in_lijst",
            "truth",
            "whether the provider is in aanbieders.csv",
            "(aanbieder IN (SELECT aanbieder FROM aanbieders))",
            "aanbieders",
        ),
        _field(
            "andere_geboortedatum_elders",
            "truth",
            "whether another provider gave the same person another date of birth",
            "(bsn_bekend AND (SELECT count(DISTINCT geboortedatum) > 1 FROM one AS other WHERE other.persoon = one.persoon))",
        ),
        _field(
            "ander_geslacht_elders",
            "truth",
            "whether another provider gave the same person another sex",
            "(bsn_bekend AND (SELECT count(DISTINCT geslacht) > 1 FROM one AS other WHERE other.persoon = one.persoon AND "
            "other.geslacht <> 'O'))",
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


def vocabulary(record: str, view: str) -> dict[str, CheckField]:
    """Name -> field of a record kind in a view; empty for persoonskenmerken, which only the intake judges."""
    if record not in KIND_OF:
        return {}
    coded = (
        CheckField(FieldType(name, "text", f"the field {name} of the layout", codes_ever(record, name) or None), name)
        for name in _CODED[record]
    )
    handed = (
        _field(name, "text", "the day, where there is one", f"strftime({name}, '%Y%m%d')")
        for name in ("overgedragen", "overgedragen_gekregen")
        if record in _TRANSFERRED
    )
    return {one.type.name: one for one in (*_ALWAYS, *coded, *handed, *_OF_KIND.get(record, ()), *_VIEWS[view])}


def fields_of_view(record: str, view: str) -> dict[str, FieldType]:
    """The same for the language of expressions."""
    return {name: one.type for name, one in vocabulary(record, view).items()}
