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


def _text(name: str, meaning: str, *codes: str) -> FieldType:
    return FieldType(name, "text", meaning, frozenset(codes) or None)


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
)
_OWN = {
    "jeugdhulp": (
        _text("verwijzer", "who referred"),
        _text("hulpvorm", "form of help"),
        _text("crisis", "01 begun in a crisis, 02 not", "01", "02"),
        _text("reden", "reason of ending"),
        _text("perspectief", "perspective (layout of 2015 only)"),
    ),
    "jeugdbescherming": (_text("type", "type of measure"), _text("reden", "reason of ending")),
    "jeugdreclassering": (
        _text("type", "type of measure"),
        _text("reden", "reason of ending"),
        _text("drp", "scale of risk"),
        _text("doorverwijzing", "referred on"),
        _text("interventie", "intervention"),
    ),
    "machtiging_uhp": (_text("type", "type of authorisation: 71 or 72", "71", "72"),),
    "jeugdzorg": (_text("vorm", "JH youth help, JB protection, JR probation", "JH", "JB", "JR"),),
}

SOURCES: dict[str, dict[str, FieldType]] = {source: {f.name: f for f in _EVERYWHERE + own} for source, own in _OWN.items()}
"""source -> field name -> field. The sources are those of TableSpec.source; a test holds the two together."""
