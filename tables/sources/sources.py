"""The vocabulary of specifications: for each source of records, the fields that a table may use.

`plan.py` gives every one of them its SQL. The codes of a field stand here only where the project's own records fix
them; code lists of the protocols come from table_specs/classifications/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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


def _text(name: str, meaning: str, *codes: str) -> FieldType:
    return FieldType(name, "text", meaning, frozenset(codes) or None)


def _in_period(name: str, meaning: str, *codes: str) -> FieldType:
    return FieldType(name, "text", meaning, frozenset(codes), per_period=True)


_EVERYWHERE = (
    _text("geslacht", "sex: V, M or O (other or unknown)", "V", "M", "O"),
    FieldType("leeftijd", "number", "age in years: on the reference date for moment stand, else on 31 December of the year of the period"),
    _text("gemeente", "municipality responsible under the domicile principle (woonplaatsbeginsel), such as GM0363"),
    _text("wijk", "district of the address that the domicile principle looks at, such as WK036300"),
    FieldType("duur_dagen", "number", "days from begin to end, or to the end of the period while it still runs"),
    _text("aanbieder", "provider number, 8 digits"),
    FieldType("bsn_bekend", "truth", "whether the delivery gave a citizen service number"),
    _text("huishouden", "household: 1 one parent, 2 two parents, 3 other, 9 unknown", "1", "2", "3", "9"),
    _text("herkomst", "origin: 1 Netherlands, 2 Europe, 3 outside Europe, 9 unknown", "1", "2", "3", "9"),
    _in_period("aanvang_in_periode", "01 ran already, 02 began in the period, 03 taken over in it, begin not known", "01", "02", "03"),
    _in_period("afloop_in_periode", "01 ended in the period, 02 ran on after it", "01", "02"),
)
_START = _text(
    "soort_start",
    "01 new; 02 the young person had the same kind of care in the five years before, ended two days or more before",
    "01",
    "02",
)
_MEASURES = (
    _START,
    FieldType("dagen_tot_contact", "number", "days from begin to first contact (until 2020 only)"),
    _in_period("overdracht_in_periode", "01 went to another institution in the period, 02 did not", "01", "02"),
)
_OWN = {
    "jeugdhulp": (
        _text("verwijzer", "who referred"),
        _text("hulpvorm", "form of help"),
        _text("crisis", "01 begun in a crisis, 02 not", "01", "02"),
        _text("reden", "reason of ending"),
        _text("perspectief", "perspective (layout of 2015 only)"),
        _START,
    ),
    "jeugdbescherming": (_text("type", "type of measure"), _text("reden", "reason of ending"), *_MEASURES),
    "jeugdreclassering": (
        _text("type", "type of measure"),
        _text("reden", "reason of ending"),
        _text("drp", "scale of risk"),
        _text("doorverwijzing", "referred on"),
        _text("interventie", "intervention"),
        *_MEASURES,
    ),
    "machtiging_uhp": (_text("type", "type of authorisation: 71 or 72", "71", "72"),),
    "jeugdzorg": (_text("vorm", "JH youth assistance, JB protection, JR probation", "JH", "JB", "JR"),),
}

SOURCES: dict[str, dict[str, FieldType]] = {source: {f.name: f for f in _EVERYWHERE + own} for source, own in _OWN.items()}
"""source -> field name -> field. The sources are those of TableSpec.source; a test holds the two together."""
