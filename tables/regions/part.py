"""The codes of one larger region, such as a province: what a table of that region alone shows."""

from __future__ import annotations

from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.regions.divisions import division, has_districts, resolved, systems, within


def part_of(code: str) -> frozenset[str]:
    """Codes of a larger region (a province), of the other larger ones that touch it (of those on request: that lie in it), and of its regions and districts; ProblemsFound
    if there is no such region."""
    for spec in systems().values():
        of = division(spec.id, resolved(spec, None))
        columns = [one.code for one in spec.larger]
        inside = [row for row in of.rows if code in [row.get(column) for column in columns]]
        if inside:
            regions = {row[spec.region.code] for row in inside}
            below: set[str] = set()
            if spec.district and has_districts(spec):
                lie = within(of)
                below = {row[spec.district.code] for one in regions for row in lie[one]} | {spec.unknown_district(one) for one in regions}
            own = next(column for column in columns if code in [row.get(column) for row in inside])
            whole = [one.code for one in spec.larger if one.on_request]  # of these only what lies in it: a size is of the whole country
            outside = {row.get(column) for row in of.rows if row not in inside for column in whole}
            beside = {row[column] for row in inside for column in columns if column != own and row.get(column)} - (outside - {None})
            return frozenset({code, *beside, *regions, *below})
    known = {
        row[one.code]
        for spec in systems().values()
        for row in division(spec.id, resolved(spec, None)).rows
        for one in spec.larger
        if row.get(one.code)
    }
    raise ProblemsFound([Problem("--province", 0, 0, "unknown-province", f"there is no province '{code[:20]}'.{nearest(code, known)}")])
