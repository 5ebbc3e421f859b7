"""Which columns are areas: the smallest, which records name by a code; its name; and the larger ones that it lies in.

kommunenr  kommune   fylkenr  fylke
0301       Oslo      03       Oslo       kommunenr is the area, kommune its name; each lies in one fylkenr,
3005       Drammen   30       Viken      which is a level above it, by the name fylke
3024       Baerum    30       Viken

Where areas have names and no codes, codes are made of the names: BAERUM.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from celwacht.tables.new_source.columns import Column, made_code
from celwacht.tables.new_source.words import AREA, NOT_KNOWN
from celwacht.tables.regions.by_name import folded

GSS = re.compile(r"[A-Z]\d{8}", re.ASCII)
"""Codes of areas in the United Kingdom."""
REGION_CODE = re.compile(r"[0-9A-Z_]{1,10}", re.ASCII)


@dataclass(frozen=True)
class Level:
    """A level above the areas: the column with its codes, and the one with its names where there is one. made: as of Places."""

    code: Column
    name: Column | None
    made: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Places:
    """area: the column with the codes of the smallest areas, None where there is none; name: with their names; larger: from fine to coarse.

    made: of areas that have names only, the code made of each; None where there are codes. regions: the file of regions/ that has these areas
    already."""

    area: Column | None = None
    name: Column | None = None
    larger: tuple[Level, ...] = ()
    made: Mapping[str, str] | None = field(default=None, repr=False)
    regions: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that say where."""
        levels = [one for level in self.larger for one in (level.code, level.name)]
        return tuple(one.name for one in (self.area, self.name, *levels) if one is not None)


def places_of(categories: Sequence[Column], why: dict[str, str], area: Column | None = None) -> Places:
    """The places among the categories; `area` where it was said. Each guess gets its reason in `why`."""
    coded = [one for one in categories if _has_codes(one)]
    named = [one for one in categories if one not in coded and one.called(*AREA) and len(one.counts) > 1]
    if area is None:
        area = _smallest(coded, named, why)
    if area is None:
        return Places()
    made = None if area in coded or all(REGION_CODE.fullmatch(text) for text in area.counts) else _made(area)
    name = _name_of(area, categories) if made is None else None
    if name is not None:
        why[name.name] = f"one value for each of {area.name}: its name, for the list of areas"
    above = [one for one in (*coded, *named) if one not in (area, name) and _lies_in(area, one)]
    larger: list[Level] = []
    for one in sorted(above, key=lambda one: -len(one.counts)):  # of as many areas, those with codes first
        if any(one in (level.code, level.name) for level in larger):
            continue  # the names of a level that has codes
        its = _name_of(one, [c for c in categories if c is not name]) if one in coded else None
        if all(_lies_in(level.code, one) for level in larger):
            why[one.name] = f"each {area.name} lies in one: a level above it"
            if its is not None:
                why[its.name] = f"one value for each of {one.name}: its name, for the list of areas"
            larger.append(Level(one, its, None if one in coded else _made(one)))
    return Places(area, name, tuple(larger), made)


def _smallest(coded: Sequence[Column], named: Sequence[Column], why: dict[str, str]) -> Column | None:
    """The column with the most areas, of codes where there are; of names where each of these lies in one of the codes, or there are none."""
    most, by_name = (max(some, key=lambda one: len(one.counts), default=None) for some in (coded, named))
    if most is not None and (by_name is None or not _lies_in(by_name, most)):
        why[most.name] = (
            "codes of a letter and eight digits, as areas have" if _is_gss(most) else "its name, and codes in capitals and digits"
        )
        return most
    if by_name is not None:
        why[by_name.name] = "its name; its values are names of areas, of which codes are made"
    return by_name


def not_known(text: str) -> bool:
    """Whether it says that the area is not known."""
    return folded(text) in NOT_KNOWN


def _made(area: Column) -> dict[str, str]:
    """Each name as written -> the code made of it; names that differ in capitals and spaces only have one. None of what is not known."""
    codes: dict[str, str] = {}
    taken: set[str] = {"ZZZ", "TOTAL"}
    for text in area.counts:
        if not not_known(text) and folded(text) not in codes:
            codes[folded(text)] = made_code(text, taken)
    return {text: codes[folded(text)] for text in area.counts if folded(text) in codes}


def _is_gss(one: Column) -> bool:
    return len(one.counts) > 1 and all(GSS.fullmatch(text) for text in one.counts)


def _has_codes(one: Column) -> bool:
    """Codes of regions, by their form alone or by the name of the column too."""
    return _is_gss(one) or (one.called(*AREA) and len(one.counts) > 1 and all(REGION_CODE.fullmatch(text) for text in one.counts))


def _lies_in(area: Column, other: Column) -> bool:
    """Whether each area has one value of the other, and some share one: an area of more than one area."""
    pairs = {pair for pair in zip(area.texts, other.texts) if pair[0] and not not_known(pair[0])}
    larger = {text for _, text in pairs}
    return len(pairs) == len({text for text, _ in pairs}) > len(larger) > 1 and "" not in larger


def _name_of(area: Column, categories: Sequence[Column]) -> Column | None:
    """The category with the names of the areas: one for each, and another for every other."""
    for one in categories:
        pairs = set(zip(area.texts, one.texts))
        if one is not area and len(pairs) == len(area.counts) == len(one.counts) and one.called(*AREA, "name", "naam", "navn"):
            return one
    return None
