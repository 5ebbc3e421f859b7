"""Regions, from the files of regions/ to the codes and leaves of a dimension.

The whole holds every leaf; larger regions stand under it side by side (a region of a court may cross a county), the smallest under one of
their levels, and below those the districts. Records without a region have a leaf of their own, and so has what lies in an unknown
district of a region.
"""

from __future__ import annotations

import numpy as np
from celwacht.tables import home
from celwacht.tables.counting.coding import Coding
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.regions.divisions import Division, district_rows, division, larger_of, resolved, system, where, within
from celwacht.tables.regions.region_spec import RegionsFile
from celwacht.tables.specs.classification_spec import RegionSpec
from celwacht.tables.yaml.read import name_of


def of_regions(spec: RegionSpec, asked: int | str | None) -> Coding:
    """The regions of a classification, on the division that is asked for."""
    regions = system(spec.regions)
    return _coding(spec, regions.id, resolved(regions, asked))


@home.per_folder
def _coding(spec: RegionSpec, regions: str, year: int) -> Coding:
    of = division(regions, year)
    return _by_district(spec, of) if spec.kind == "wijk" else _by_region(spec, of)


def _place(spec: RegionSpec) -> Problem:
    return Problem(name_of(home.file("classifications", f"{spec.id}.yaml")), 0, 0, "region-file", "")


class _Codes:
    """Codes and their leaves, in the order in which they are shown."""

    def __init__(self, spec: RegionSpec):
        self.spec = spec
        self.codes: list[Code] = []
        self.members: list[list[int]] = []

    def add(self, code: str, nl: str, level: str, members: list[int], parent: str = "", *, en: str = "", unknown: bool = False) -> None:
        self.codes.append(Code(code, nl, en, parent=parent, level=level, unknown=unknown))
        self.members.append(members)

    def made(self, leaves: list[str]) -> Classification:
        members = tuple(np.array(m, dtype=np.int32) for m in self.members)
        return Classification(self.spec.id, self.spec.title.nl, self.spec.title.en, tuple(self.codes), tuple(leaves), members)


def _whole(spec: RegionSpec, regions: RegionsFile) -> tuple[str, str, str]:
    """(code, Dutch title, English title) of the whole."""
    title = spec.country or regions.title
    return (regions.whole_by_district or regions.whole if spec.kind == "wijk" else regions.whole), title.nl, title.en


def _by_region(spec: RegionSpec, of: Division) -> Coding:
    regions = of.of
    place = {code: i for i, code in enumerate(of.codes)}
    unknown = len(place)
    made = _Codes(spec)
    whole, nl, en = _whole(spec, regions)
    made.add(whole, nl, "land", list(range(unknown + 1)), en=en)
    for one in regions.larger:
        if one.on_request and not all(row.get(one.code) and row.get(one.name) for row in of.rows):
            continue
        for code, name, inside in larger_of(of, one.level):
            made.add(code, name, one.level, [place[c] for c in inside], whole)
    for row in of.rows:
        code = row[regions.region.code]
        made.add(code, row[regions.region.name], regions.region.level, [place[code]], _above(regions, row, whole))
    made.add(regions.region.unknown, spec.unknown.nl, regions.region.level, [unknown], whole, en=spec.unknown.en, unknown=True)
    values = place | {old: place[new] for old, new in of.goes_to.items()}
    return Coding(made.made([*place, regions.region.unknown]), spec.field, spec.kind, values, unknown=unknown)


def _above(regions: RegionsFile, row: dict[str, str], whole: str) -> str:
    """The code under which a region is shown."""
    return next((row[one.code] for one in regions.larger if one.level == regions.region.under), whole)


def _by_district(spec: RegionSpec, of: Division) -> Coding:
    """A leaf for each district, one per region for its unknown district, and one for those without a region."""
    regions, below = of.of, of.of.district
    if below is None:
        said = f"kind wijk needs a level below {regions.region.level}, and {where(regions)} has none. Take kind: regio, or add district."
        raise ProblemsFound([Problem(_place(spec).file, 0, 0, "region-file", said)])
    small = district_rows(regions)
    leaves = [row[below.code] for row in small] + [regions.unknown_district(code) for code in of.codes] + [regions.region.unknown]
    place = {leaf: i for i, leaf in enumerate(leaves)}
    own = {code: place[regions.unknown_district(code)] for code in of.codes}
    inside_of = within(of)
    inside = {code: [own[code], *(place[row[below.code]] for row in inside_of[code])] for code in of.codes}
    made = _Codes(spec)
    whole, nl, en = _whole(spec, regions)
    made.add(whole, nl, "land", list(range(len(leaves))), en=en)
    if regions.region.under:
        for code, name, those in larger_of(of, regions.region.under):
            made.add(code, name, regions.region.under, sorted(i for c in those for i in inside[c]), whole)
    for row in of.rows:
        code = row[regions.region.code]
        made.add(code, row[regions.region.name], regions.region.level, sorted(inside[code]), _above(regions, row, whole))
        for one in inside_of[code]:
            made.add(one[below.code], one[below.name], below.level, [place[one[below.code]]], code)
        title = spec.unknown_wijk
        made.add(regions.unknown_district(code), title.nl, below.level, [own[code]], code, en=title.en, unknown=True)
    made.add(
        regions.region.unknown,
        spec.unknown.nl,
        regions.region.level,
        [place[regions.region.unknown]],
        whole,
        en=spec.unknown.en,
        unknown=True,
    )
    values = {row[below.code]: place[row[below.code]] for row in small} | own
    values |= {old: own[new] for old, new in of.goes_to.items()}
    return Coding(made.made(leaves), spec.field, spec.kind, values, unknown=place[regions.region.unknown], fallback=spec.region_field or "")
