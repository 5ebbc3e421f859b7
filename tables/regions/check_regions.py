"""Every problem of a file of regions/ with its lists, districts and changes, in one run."""

from __future__ import annotations

from celwacht.tables import home, region_files
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.regions.divisions import Division, division, larger_of, newest, resolved, system, within, years
from celwacht.tables.regions.region_spec import RegionsFile
from celwacht.tables.yaml.read import read_document


def wrong_regions(name: str) -> list[Problem]:
    """Every problem of the lists, the districts and the changes that go with a file of regions/, each list and change looked at."""
    spec = system(name)
    problems: list[Problem] = []
    asked = spec.division if isinstance(spec.division, int) else None
    last = max([*years(spec)[-1:], asked or 0])
    try:
        last = max(last, newest(spec))
    except ProblemsFound as found:
        return sorted(set(found.problems))  # what is counted on them all would say it again
    for year in sorted({*years(spec), *([asked] if asked else []), last}):
        try:
            division(name, year)
        except ProblemsFound as found:
            problems += found.problems
    if not problems:
        problems += _wrong_levels(spec, division(name, resolved(spec, None)))
    return sorted(set(problems))


def _wrong_levels(spec: RegionsFile, of: Division) -> list[Problem]:
    """Of the division that tables use that do not say: its larger levels, the other names of regions, and the districts."""
    problems = [*_wrong_names(spec, of)]
    for one in spec.larger:
        try:
            larger_of(of, one.level)
        except ProblemsFound as found:
            problems += found.problems
    try:
        within(of)
    except ProblemsFound as found:
        problems += found.problems
    return problems


def _wrong_names(spec: RegionsFile, of: Division) -> list[Problem]:
    """Other names of a region that is in no list."""
    there = {spec.whole, *of.codes, *(row[one.code] for one in spec.larger for row in of.rows if row.get(one.code))}
    said = "also: {code} is no region of the division of {year}, by which readers could find it. Give the code of one, or leave it out."
    document = read_document(home.file(region_files.FOLDER, f"{spec.id}.yaml"))[0]
    assert document is not None  # it was read as a file of regions
    return [
        Problem(
            document.file,
            *document.line_of(("also", n, "code")),
            "region-file",
            said.format(code=one.code, year=of.year) + nearest(one.code, there),
        )
        for n, one in enumerate(spec.also)
        if one.code not in there
    ]
