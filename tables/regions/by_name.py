"""Regions that a delivery names, in the place of their codes.

    gemeenten_2020.csv  GM0363,Amsterdam   GM0370,Beemster        Amsterdam, " amsterdam"  -> GM0363
    changes_2022.csv    merger of GM0370 into GM0439              Beemster, delivered over 2024 -> GM0370, which goes up in GM0439

A name is first looked up among the regions of 1 January of the year of the delivery; only what is not there, among those of every other
list and change. So a name that was given to two regions at different times is the one of its year.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from celwacht.tables import home
from celwacht.tables.regions import divisions
from celwacht.tables.regions.region_spec import RegionsFile

Codes = Mapping[str, frozenset[str]]


def folded(name: str) -> str:
    """A name without difference of capitals, of spaces, and of how an accent is written."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@home.per_folder
def codes_of(year: int, regions: str | None) -> Codes:
    """Folded name -> the codes that it can stand for in a delivery over that year: more than one where it is ambiguous.

    A code stands for itself. regions: the file of regions/ that is meant; None: any."""
    specs = [spec for name, spec in divisions.systems().items() if regions in (None, name)]
    ever = _gathered(pair for spec in specs for pair in _ever(spec))
    codes = {folded(code): frozenset({code}) for some in ever.values() for code in some}
    return {**codes, **ever, **_gathered(pair for spec in specs for pair in _of_year(spec, year))}


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        if name and code:
            found.setdefault(folded(name), set()).add(code)
    return {name: frozenset(some) for name, some in found.items()}


def _of_year(spec: RegionsFile, year: int) -> list[tuple[str, str]]:
    """(name, code) of the regions of that year; between two lists those of the list before, and of the one after what is not there."""
    lists = divisions.years(spec)
    before, after = [one for one in lists if one <= year], [one for one in lists if one > year]
    if not before:
        return []
    if not after:
        return _pairs(spec, divisions.division(spec.id, year).rows)
    found = _pairs(spec, divisions.listed(spec, max(before)))
    there = {folded(name) for name, _ in found}
    later = _pairs(spec, divisions.listed(spec, min(after))) if max(before) < year else []
    return found + [(name, code) for name, code in later if folded(name) not in there]


def _pairs(spec: RegionsFile, rows: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(row[spec.region.name], row[spec.region.code]) for row in rows]


def _ever(spec: RegionsFile) -> list[tuple[str, str]]:
    """(name, code) in any list and any change."""
    listed = [pair for year in divisions.years(spec) for pair in _pairs(spec, divisions.listed(spec, year))]
    return [*listed, *((one.row.get("name") or "", one.new) for one in divisions.changes(spec))]


def coded(texts: Iterable[str], year: int, regions: str | None) -> tuple[list[str], list[bool]]:
    """(code in the place of each name that stands for one region, the text itself where it does not; whether it stands for several)."""
    known = codes_of(year, regions)
    own: dict[str, tuple[str, bool]] = {}
    found: list[tuple[str, bool]] = []
    for text in texts:
        if text not in own:
            codes = known.get(folded(text), frozenset()) if text else frozenset()
            own[text] = (next(iter(codes)) if len(codes) == 1 else text, len(codes) > 1)
        found.append(own[text])
    return [text for text, _ in found], [several for _, several in found]
