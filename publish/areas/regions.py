"""The regions that have a page, their names, and the larger ones that they lie in; from Publications, and the public lists of regions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from celwacht.publish.areas.figures import geo_of
from celwacht.publish.publication.publication import Publication, Words
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions import divisions
from celwacht.tables.regions.changes import Row
from celwacht.tables.regions.region_spec import RegionsFile

T = TypeVar("T")

KINDS = {
    "GM": Words("gemeente", "municipality"),
    "JZ": Words("jeugdregio", "youth region"),
    "PV": Words("provincie", "province"),
    "NL": Words("land", "country"),
}
ORDER = ("NL", "PV", "JZ", "GM")
SUFFIX = re.compile(r"\s*\([A-Z]{2}\)$")


@dataclass(frozen=True, slots=True)
class Region:
    """A region with a page. larger: the regions it lies in, nearest first, that are published too."""

    code: str
    name: str
    kind: Words
    larger: tuple[str, ...] = ()

    @property
    def full(self) -> str:
        """'Drenthe (jeugdregio)'; of a gemeente and the country the name alone."""
        return self.name if self.code[:2] in ("GM", "NL") else f"{self.name} ({self.kind.nl})"


def plain_title(title: Words, language: str = "nl") -> str:
    """'Drenthe (PV)' as readers say it: 'Drenthe (provincie)'; any other text as it is."""
    text = title.en or title.nl if language == "en" else title.nl
    found = SUFFIX.search(text)
    kind = KINDS.get(found.group().strip(" ()")) if found else None
    if found is None or kind is None:
        return text
    return f"{text[: found.start()]} ({(kind.en or kind.nl) if language == 'en' else kind.nl})"


def regions_of(tables: Mapping[str, Publication]) -> dict[str, Region]:
    """Every country, province, jeugdregio and gemeente in any table by code; the larger ones first, then by name."""
    names: dict[str, str] = {}
    groups: dict[str, str] = {}
    for publication in tables.values():
        geo = geo_of(publication)
        for code in geo.codes if geo else ():
            if code.code[:2] in KINDS and code.code[2:].isdigit():
                names.setdefault(code.code, SUFFIX.sub("", code.title.nl))
                if code.group:
                    groups.setdefault(code.code, code.group)
    for nowhere in no_places():
        names.pop(nowhere, None)
    lies_in = of_lists(_larger)
    found = {}
    for number, name in sorted(names.items(), key=lambda n: (ORDER.index(n[0][:2]), n[1].removeprefix("'"), n[0])):
        above = [*lies_in.get(number, ()), *_up(groups, number), *(c for c in names if c.startswith("NL"))]
        larger = [c for c in dict.fromkeys(above) if c in names and c != number and ORDER.index(c[:2]) < ORDER.index(number[:2])]
        larger.sort(key=lambda c: -ORDER.index(c[:2]))
        found[number] = Region(number, name, KINDS[number[:2]], tuple(larger))
    return found


def no_places() -> frozenset[str]:
    """Codes that stand beside the regions in tables and are none: 'municipality unknown', and the country under its code by district
    where it has another."""
    return frozenset(of_lists(lambda spec, _: dict.fromkeys({spec.region.unknown, spec.whole_by_district or ""} - {spec.whole}, True)))


def _up(groups: Mapping[str, str], code: str) -> list[str]:
    found: list[str] = []
    while code in groups and groups[code] not in found:
        code = groups[code]
        found.append(code)
    return found


def of_lists(say: Callable[[RegionsFile, Sequence[Row]], Mapping[str, T]]) -> dict[str, T]:
    """What `say` makes of the newest list of every file of regions, together; nothing where a project keeps no lists."""
    found: dict[str, T] = {}
    try:
        for spec in divisions.systems().values():
            found |= say(spec, divisions.division(spec.id, divisions.newest(spec)).rows)
    except (ProblemsFound, OSError, KeyError):
        return {}
    return found


def listed_names() -> dict[str, str]:
    """Code -> name of every region of the newest lists: the whole, the larger ones, the smallest; none where a project keeps no lists."""
    return of_lists(_names)


def _names(spec: RegionsFile, rows: Sequence[Row]) -> dict[str, str]:
    found = {spec.whole: spec.title.nl}
    for row in rows:
        found[row[spec.region.code]] = row[spec.region.name]
        for one in spec.larger:
            if row.get(one.code):
                kind = KINDS.get(one.suffix.strip(" ()"))
                found[row[one.code]] = f"{row[one.name]} ({kind.nl})" if kind else row[one.name]
    return found


def _larger(spec: RegionsFile, rows: Sequence[Row]) -> dict[str, list[str]]:
    """Region -> the larger ones it lies in, by the newest list that says so."""
    return {row[spec.region.code]: [row[one.code] for one in spec.larger if row.get(one.code)] for row in rows}
