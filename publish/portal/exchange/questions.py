"""The fields of a record as a form asks for them: with the codes of the period to choose from, and what is taken of an answer.

Only what a fixed-width file can hold is refused here; every other rule is that of the intake, when the form is sent in.

    taken(layout, {"aanvang": "31-01-2026", "postcode": "1234 ab"})   ->   {"aanvang": "20260131", "postcode": "1234AB"}, {}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from celwacht.tables import home
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions import divisions
from celwacht.tables.sources.layouts import Layout, LayoutField
from celwacht.tables.written_days import PLAIN_DAY, digits_of


@dataclass(frozen=True)
class Question:
    """One field. choices: (code, label) of those that hold in the period; empty where it is to be typed."""

    name: str
    label: str
    type: str
    choices: tuple[tuple[str, str], ...]
    special: tuple[tuple[str, str], ...]
    """Values with a meaning of their own: (value, `onbekend` or `ongeboren`)."""
    length: int


def questions(layout: Layout, year: int, language: str) -> tuple[Question, ...]:
    """The fields of the layout, in the order of the file, in a language."""
    return tuple(
        Question(
            one.name,
            (one.title.en if language == "en" else "") or one.title.nl,
            one.type,
            _choices(one, year, language),
            tuple((text, means) for text, means in one.special.items() if len(text) <= one.length),
            one.length,
        )
        for one in layout.fields
    )


def _choices(one: LayoutField, year: int, language: str) -> tuple[tuple[str, str], ...]:
    if one.type == "gebied":
        return _regions(year)
    return tuple((code.code, (code.en if language == "en" else "") or code.nl) for code in one.codes)


@home.per_folder
def _regions(year: int) -> tuple[tuple[str, str], ...]:
    """Code and name of the regions of that year, by name; without a list, none: the code is typed."""
    names: dict[str, str] = {}
    for name in divisions.systems():
        try:
            found = divisions.division(name, year)
        except ProblemsFound:  # no list is that old
            continue
        names |= {row[found.of.region.code]: row[found.of.region.name] for row in found.rows}
    names = dict.fromkeys(divisions.valid_in(year), "") | names
    return tuple(sorted(names.items(), key=lambda item: (item[1] or item[0], item[0])))


def taken(layout: Layout, told: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What is kept of the answers, and field -> what is wrong with it (`too_long`, `not_ascii`)."""
    values = {one.name: _written(layout, one, " ".join(told.get(one.name, "").split())) for one in layout.fields}
    wrong = {one.name: why for one in layout.fields if (why := _unfit(one, values[one.name]))}
    return values, wrong


def _written(layout: Layout, one: LayoutField, value: str) -> str:
    """Days as the layout writes them, postal codes without the blank that many people write."""
    if one.type in ("datum", "geboortedatum") and layout.dates == PLAIN_DAY and len(value) in (8, 9, 10):
        return next((day for form in ("JJJJ-MM-DD", "DD-MM-JJJJ") if (day := digits_of(value, form))), value)
    return value.replace(" ", "").upper() if one.type == "woonplaats" else value


def _unfit(one: LayoutField, value: str) -> str:
    if len(value) > one.length:
        return "too_long"
    return "" if value.isascii() and value.isprintable() else "not_ascii"
