"""Regions, from the files in table_specs/regions to the codes and leaves of a dimension."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.tables import home, region_files
from celwacht.tables.counting.coding import Coding
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.specs.classification_spec import RegionSpec

DIVISION = 2023
"""The division in gemeenten of all periods from 2023; earlier periods are published on it as well."""


UNKNOWN_GEMEENTE = "GM9999"


@home.per_folder
def of_regions(spec: RegionSpec, division: int) -> Coding:
    """Land, provincies, jeugdregio's and gemeenten; or land, provincies, gemeenten and wijken."""
    gemeenten = sorted(region_files.gemeenten(division), key=lambda r: r["gemeente"])
    return _wijken(spec, gemeenten) if spec.kind == "wijk" else _gemeenten(spec, gemeenten)


def _gemeenten(spec: RegionSpec, gemeenten: Sequence[dict[str, str]]) -> Coding:
    """Jeugdregio's stand beside the provincies, both under the country: some cross a border."""
    place = {r["gemeente"]: i for i, r in enumerate(gemeenten)}
    unknown = len(gemeenten)
    codes = [Code("NL01", spec.country.nl, spec.country.en, level="land")]
    members = [list(range(unknown + 1))]
    for column, title, level, suffix in (
        ("provincie", "provincienaam", "provincie", " (PV)"),
        ("jeugdregio", "jeugdregionaam", "jeugdregio", " (JZ)"),
    ):
        for code, name in sorted({(r[column], r[title]) for r in gemeenten}):
            codes.append(Code(code, name + suffix, parent="NL01", level=level))
            members.append([place[r["gemeente"]] for r in gemeenten if r[column] == code])
    for r in gemeenten:
        codes.append(Code(r["gemeente"], r["naam"], parent=r["provincie"], level="gemeente"))
        members.append([place[r["gemeente"]]])
    codes.append(Code(UNKNOWN_GEMEENTE, spec.unknown.nl, spec.unknown.en, "NL01", "gemeente", unknown=True))
    members.append([unknown])
    merged_away = {old: place[new] for old, new in _merged_away(set(place)).items()}
    dimension = Classification(
        spec.id, spec.title.nl, spec.title.en, tuple(codes), (*place, UNKNOWN_GEMEENTE), tuple(np.array(m, dtype=np.int32) for m in members)
    )
    return Coding(dimension, spec.field, spec.kind, place | merged_away, unknown=unknown)


def _merged_away(there: set[str]) -> dict[str, str]:
    """Gemeenten that went into another one as a whole, and which."""
    changes = region_files.rows(f"changes_2020_{DIVISION}.csv", "old", "new", "share")
    return {r["old"]: r["new"] for r in changes if float(r["share"]) == 1 and r["new"] in there and r["old"] not in there}


def unknown_wijk(gemeente: str) -> str:
    """Code of the wijk of those of whom only the gemeente is known; no real wijk ends in XX."""
    return f"WK{gemeente[2:]}XX"


def _wijken(spec: RegionSpec, gemeenten: Sequence[dict[str, str]]) -> Coding:
    """A leaf for each wijk, one per gemeente for `wijk unknown`, and one for those without a gemeente."""
    wijken = sorted(region_files.wijken(), key=lambda r: r["wijk"])
    leaves = [r["wijk"] for r in wijken] + [unknown_wijk(r["gemeente"]) for r in gemeenten] + [UNKNOWN_GEMEENTE]
    place = {leaf: i for i, leaf in enumerate(leaves)}
    codes = [Code("NL00", spec.country.nl, spec.country.en, level="land")]
    members = [list(range(len(leaves)))]
    inside = {
        g["gemeente"]: sorted([place[w["wijk"]] for w in wijken if w["gemeente"] == g["gemeente"]] + [place[unknown_wijk(g["gemeente"])]])
        for g in gemeenten
    }
    for code, name in sorted({(g["provincie"], g["provincienaam"]) for g in gemeenten}):
        codes.append(Code(code, name + " (PV)", parent="NL00", level="provincie"))
        members.append(sorted(i for g in gemeenten if g["provincie"] == code for i in inside[g["gemeente"]]))
    for g in gemeenten:
        codes.append(Code(g["gemeente"], g["naam"], parent=g["provincie"], level="gemeente"))
        members.append(inside[g["gemeente"]])
        for w in (w for w in wijken if w["gemeente"] == g["gemeente"]):
            codes.append(Code(w["wijk"], w["naam"], parent=g["gemeente"], level="wijk"))
            members.append([place[w["wijk"]]])
        code = unknown_wijk(g["gemeente"])
        codes.append(Code(code, spec.unknown_wijk.nl, spec.unknown_wijk.en, g["gemeente"], "wijk", unknown=True))
        members.append([place[code]])
    codes.append(Code(UNKNOWN_GEMEENTE, spec.unknown.nl, spec.unknown.en, "NL00", "gemeente", unknown=True))
    members.append([place[UNKNOWN_GEMEENTE]])
    dimension = Classification(
        spec.id, spec.title.nl, spec.title.en, tuple(codes), tuple(leaves), tuple(np.array(m, dtype=np.int32) for m in members)
    )
    values = {w["wijk"]: place[w["wijk"]] for w in wijken}
    values |= {g["gemeente"]: place[unknown_wijk(g["gemeente"])] for g in gemeenten}
    values |= {old: place[unknown_wijk(new)] for old, new in _merged_away({g["gemeente"] for g in gemeenten}).items()}
    return Coding(dimension, spec.field, spec.kind, values, unknown=place[UNKNOWN_GEMEENTE])
