"""The people of one division of regions on a later one: where regions became one, theirs are added up.

division 2025   division 2026 (E001 and E002 became E010)
E001   100
E002    50      E010   150
E003   200      E003   200

A border that moved is not followed: of a region that lost a part of itself to another nobody knows who lived there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from celwacht.tables.regions import divisions
from celwacht.tables.sources.populations import Population, sums


def on_division(population: Population, year: int) -> Population:
    """The population on the division of `year`; as it is where it has no division, or one of that year or later.

    A region that came of parts of others is not in it, nor what it lies in, so that a table which shows it is refused."""
    since = population.about.division
    if since is None or since >= year:
        return population
    spec = divisions.system(population.about.regions)
    before, after = divisions.division(spec.id, since), divisions.division(spec.id, year)
    if before.codes == after.codes:
        return population
    parts = {one.new for one in divisions.changes(spec) if since < one.year <= year and not one.whole and one.kind != "border"}
    came: dict[str, list[str]] = {}
    for code in before.codes:
        came.setdefault(code if code in after.codes else after.goes_to.get(code, ""), []).append(code)
    gone = {code for code in before.codes if code not in after.codes}
    made = {}
    for code in after.codes:
        there = [population.regions[old] for old in came.get(code, ()) if old in population.regions]
        if code not in parts and there and len(there) == len(came[code]):
            by_sex = {sex: np.sum([persons[sex] for _, persons in there], axis=0) for sex in there[0][1]}
            made[code] = there[0][0], by_sex
    larger = set(sums(population.regions, before))
    kept = {code: row for code, row in population.regions.items() if code not in gone | larger | parts}
    smallest = kept | made
    whole = sums(smallest, after).items()
    lost = {text for row in after.rows if row[spec.region.code] in parts for text in row.values()} | (
        {spec.whole, spec.whole_by_district} if parts else set()
    )
    return replace(population, regions=smallest | {code: row for code, row in whole if code not in lost})
