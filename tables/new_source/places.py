"""Which columns are areas: the smallest, which records name by a code; its name; and the larger ones that it lies in.

kommunenr  kommune   fylkenr  fylke
0301       Oslo      03       Oslo       kommunenr is the area, kommune its name; each lies in one fylkenr,
3005       Drammen   30       Viken      which is a level above it, by the name fylke
3024       Baerum    30       Viken
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from celwacht.tables.new_source.columns import Column
from celwacht.tables.new_source.words import AREA

GSS = re.compile(r"[A-Z]\d{8}", re.ASCII)
"""Codes of areas in the United Kingdom."""
REGION_CODE = re.compile(r"[0-9A-Z_]{1,10}", re.ASCII)


@dataclass(frozen=True)
class Level:
    """A level above the areas: the column with its codes, and the one with its names where there is one."""

    code: Column
    name: Column | None


@dataclass(frozen=True)
class Places:
    """area: the column with the codes of the smallest areas, None where there is none; name: with their names; larger: from fine to coarse.

    by_name: a column that names areas where there are no codes, which is a category like any other."""

    area: Column | None = None
    name: Column | None = None
    larger: tuple[Level, ...] = ()
    by_name: Column | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that say where."""
        levels = [one for level in self.larger for one in (level.code, level.name)]
        return tuple(one.name for one in (self.area, self.name, *levels) if one is not None)


def places_of(categories: Sequence[Column], why: dict[str, str], area: Column | None = None) -> Places:
    """The places among the categories; `area` where it was said. Each guess gets its reason in `why`."""
    coded = [one for one in categories if _has_codes(one)]
    if area is None:
        area = max(coded, key=lambda one: len(one.counts), default=None)  # the smallest areas are the most
        if area is not None:
            why[area.name] = (
                "codes of a letter and eight digits, as areas have" if _is_gss(area) else "its name, and codes in capitals and digits"
            )
    if area is None:
        named = next((one for one in categories if one.called(*AREA) and len(one.counts) > 1), None)
        return Places(by_name=named)
    name = _name_of(area, categories)
    if name is not None:
        why[name.name] = f"one value for each of {area.name}: its name, for the list of areas"
    above = sorted((one for one in coded if one is not area and _lies_in(area, one)), key=lambda one: -len(one.counts))
    larger: list[Level] = []
    for one in above:
        its = _name_of(one, [c for c in categories if c is not name])
        if all(_lies_in(level.code, one) for level in larger):
            why[one.name] = f"each {area.name} lies in one: a level above it"
            if its is not None:
                why[its.name] = f"one value for each of {one.name}: its name, for the list of areas"
            larger.append(Level(one, its))
    return Places(area, name, tuple(larger))


def _is_gss(one: Column) -> bool:
    return len(one.counts) > 1 and all(GSS.fullmatch(text) for text in one.counts)


def _has_codes(one: Column) -> bool:
    """Codes of regions, by their form alone or by the name of the column too."""
    return _is_gss(one) or (one.called(*AREA) and len(one.counts) > 1 and all(REGION_CODE.fullmatch(text) for text in one.counts))


def _lies_in(area: Column, other: Column) -> bool:
    """Whether each area has one value of the other, and some share one: an area of more than one area."""
    pairs = {pair for pair in zip(area.texts, other.texts) if pair[0]}
    return len(pairs) == len(area.counts) > len(other.counts) > 1 and all(text for _, text in pairs)


def _name_of(area: Column, categories: Sequence[Column]) -> Column | None:
    """The category with the names of the areas: one for each, and another for every other."""
    for one in categories:
        pairs = set(zip(area.texts, one.texts))
        if one is not area and len(pairs) == len(area.counts) == len(one.counts) and one.called(*AREA, "name", "naam", "navn"):
            return one
    return None
