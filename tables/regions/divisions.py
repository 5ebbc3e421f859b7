"""Divisions: the regions of 1 January of any year, from the newest list of before and the changes since.

    gemeenten_2023.csv   changes_2027.csv  merger GM0501, GM0530 -> GM1992 on 2027-01-01

The division of 2026 is the list of 2023; that of 2027 has GM1992 in the place of the two, and a record with GM0501 counts there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from celwacht.tables import home, region_files
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.regions.changes import Change, Row, applied, read_changes
from celwacht.tables.regions.region_spec import RegionsFile
from celwacht.tables.yaml.read import name_of, read_models


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """The regions of one year, in order of code. goes_to: other codes of records, and the region that holds all that they held."""

    of: RegionsFile
    year: int
    rows: tuple[Row, ...] = field(repr=False)
    goes_to: Mapping[str, str] = field(repr=False)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the regions, ascending."""
        return tuple(row[self.of.region.code] for row in self.rows)


@home.per_folder
def systems() -> Mapping[str, RegionsFile]:
    """Every file of regions/ by name; ProblemsFound with all that is wrong."""
    return read_models(home.files(region_files.FOLDER), RegionsFile)


def system(name: str | None = None) -> RegionsFile:
    """The file of that name, or the only one; ProblemsFound where there is none, or none is named of several."""
    found = systems()
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name is None:
        said = f"which of {', '.join(sorted(found))}? Name one at the classification: regions: {min(found)}."
        raise ProblemsFound([Problem(region_files.FOLDER, 0, 0, "no-regions", said)])
    if name not in found:
        raise ProblemsFound([Problem(region_files.FOLDER, 0, 0, "no-regions", f"there is no {name}.yaml.{nearest(name, found)}")])
    return found[name]


def years(spec: RegionsFile) -> tuple[int, ...]:
    """The years of which there is a list, ascending."""
    return tuple(int(name[-8:-4]) for name in region_files.names(f"{spec.region.files}_[0-9][0-9][0-9][0-9].csv"))


def newest(spec: RegionsFile) -> int:
    """The newest year of a list or a change."""
    return max([*years(spec), *(one.year for one in changes(spec))], default=0)


@home.per_folder
def changes(spec: RegionsFile) -> tuple[Change, ...]:
    """Every change of the regions of that file, by day."""
    return read_changes(spec.changes)


def resolved(spec: RegionsFile, asked: int | str | None, year: int | None = None) -> int:
    """The year of the division that is asked for (None: what the file says); year: the newest that is published (None: the newest)."""
    wanted = spec.division if asked is None else asked
    if isinstance(wanted, int):
        return wanted
    return newest(spec) if wanted == "newest" or year is None else year


@home.per_folder
def division(name: str, year: int) -> Division:
    """The regions of 1 January of a year; ProblemsFound where no list is that old, or a list or change is not right."""
    spec = system(name)
    lists = [one for one in years(spec) if one <= year]
    if not lists:
        known = ", ".join(map(str, years(spec))) or "none"
        said = f"there is no list of regions of {year} or before. Lists there are: {known}. Add the list of that year."
        raise ProblemsFound([Problem(file_of(spec, year), 0, 0, "region-file", said)])
    base = max(lists)
    since = [one for one in changes(spec) if base < one.year <= year]
    rows = applied(spec, listed(spec, base), since)
    return Division(spec, year, rows, _goes_to(spec, {row[spec.region.code] for row in rows}, year))


def file_of(spec: RegionsFile, year: int) -> str:
    """How messages name a list."""
    return f"{region_files.FOLDER}/{spec.region.files}_{year}.csv"


@home.per_folder
def listed(spec: RegionsFile, year: int) -> tuple[Row, ...]:
    """The rows of one list, by code: every region once, with a name."""
    name, code = f"{spec.region.files}_{year}.csv", spec.region.code
    rows = region_files.rows(name, code, spec.region.name)
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        given = row[code] or ""
        for column in (code, spec.region.name):
            if not row[column]:
                problems.append(
                    Problem(
                        file_of(spec, year), line, 0, "region-file", f"{column} is empty. Fill it in: every region has a code and a name."
                    )
                )
        if lines.setdefault(given, line) != line:
            said = f"region {given[:10]} is already on line {lines[given]}. Keep one of them."
            problems.append(Problem(file_of(spec, year), line, 0, "region-file", said))
        if given == spec.region.unknown:
            said = f"{given} is the code of records without a region ({spec.id}.yaml). Give the region or that place another."
            problems.append(Problem(file_of(spec, year), line, 0, "region-file", said))
    if problems:
        raise ProblemsFound(problems)
    return tuple(sorted(rows, key=lambda row: row[code]))


def _goes_to(spec: RegionsFile, there: set[str], year: int) -> dict[str, str]:
    """Where all went that a region held which is not there: by mergers and renamings until that year, and back by renamings after it."""
    forth = {one.old: one.new for one in changes(spec) if one.whole and one.old != one.new and one.year <= year}
    back = {one.new: one.old for one in changes(spec) if one.kind == "renaming" and one.old != one.new and one.year > year}
    found: dict[str, str] = {}
    for steps in (forth, back):
        for code in steps:
            at, seen = code, {code}
            while at not in there and at in steps and steps[at] not in seen:
                at = steps[at]
                seen.add(at)
            if code not in there and at in there:
                found[code] = at
    return found


def letters() -> str:
    """The letters of a code that deliveries may leave out, where all files of regions with such letters have the same; else none."""
    found = {spec.region.letters for spec in systems().values()} - {""}
    return found.pop() if len(found) == 1 else ""


@home.per_folder
def valid_in(year: int) -> frozenset[str]:
    """Codes of the regions that exist in that year: those of its 1 January and what came in it; between two lists both count, so that a
    region of either is not refused. Empty where no list tells."""
    found: set[str] = set()
    for spec in systems().values():
        lists = years(spec)
        after = [one for one in lists if one > year]
        if not lists:
            continue
        if year in lists:
            found |= {row[spec.region.code] for row in listed(spec, year)}
        elif after:
            both = {max([one for one in lists if one < year], default=min(lists)), min(after)}
            found |= {row[spec.region.code] for one in both for row in listed(spec, one)}
        else:
            found |= set(division(spec.id, year).codes) | {one.new for one in changes(spec) if one.since.year == year}
    return frozenset(found)


@home.per_folder
def ever(regions: str | None = None) -> frozenset[str]:
    """Every code of a region that any list or change of that file of regions/ has; None: of any file."""
    specs = [spec for name, spec in systems().items() if regions in (None, name)]
    found = {row[spec.region.code] for spec in specs for year in years(spec) for row in listed(spec, year)}
    return frozenset(found | {one.new for spec in specs for one in changes(spec)})


def names() -> dict[str, str]:
    """Code -> name of every region, of the latest list at hand."""
    found: dict[str, str] = {}
    for spec in systems().values():
        for year in years(spec):
            found |= {row[spec.region.code]: row[spec.region.name] for row in listed(spec, year)}
        if years(spec):
            found |= {row[spec.region.code]: row[spec.region.name] for row in division(spec.id, newest(spec)).rows}
    return found


def larger_of(of: Division, level: str) -> list[tuple[str, str, list[str]]]:
    """(code, name with its suffix, codes of its regions) of a larger level, by code; ProblemsFound where its columns are not there."""
    spec = next(one for one in of.of.larger if one.level == level)
    missing = [(c, row) for c in (spec.code, spec.name) for row in of.rows if not row.get(c)]
    if missing:
        column, row = next(((c, row) for c, _ in missing for row in _listed(of) if not row.get(c)), missing[0])
        said = f"{of.of.region.level} {row[of.of.region.code]} has no '{column}', which level {level} reads. Give one for every row."
        raise ProblemsFound([_of_row(of, row, said)])
    names: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for row in of.rows:
        name = names.setdefault(row[spec.code], row[spec.name])
        if name != row[spec.name]:
            said = f"{level} {row[spec.code]} has two names, {name} and {row[spec.name]}. Give one of them everywhere."
            others = [one for one in _listed(of) if one.get(spec.code) == row[spec.code] and one.get(spec.name) != name]
            raise ProblemsFound([_of_row(of, (others or [row])[0], said)])
        members.setdefault(row[spec.code], []).append(row[of.of.region.code])
    return [(code, names[code] + spec.suffix, members[code]) for code in sorted(members)]


def _base(of: Division) -> int:
    """The year of the list by which a division is made."""
    return max(year for year in years(of.of) if year <= of.year)


def _listed(of: Division) -> tuple[Row, ...]:
    return listed(of.of, _base(of))


def _of_row(of: Division, row: Row, said: str) -> Problem:
    """Of a row of the list by which a division is made; without line where a change made it."""
    code, file = of.of.region.code, file_of(of.of, _base(of))
    return Problem(file, region_files.line(file.split("/")[-1], code, row[code]), 0, "region-file", said)


def district_rows(spec: RegionsFile) -> tuple[Row, ...]:
    """The districts, by code; none where the file has no such level."""
    if spec.district is None:
        return ()
    code = spec.district.code
    rows = region_files.rows(spec.district.file, code, spec.district.name, spec.district.within)
    return tuple(sorted(rows, key=lambda row: row[code]))


def within(of: Division) -> dict[str, list[Row]]:
    """The districts of each region; ProblemsFound for those that lie in a region which the division does not have."""
    below = of.of.district
    found: dict[str, list[Row]] = {code: [] for code in of.codes}
    problems = []
    for row in district_rows(of.of):
        assert below is not None
        region = of.goes_to.get(row[below.within], row[below.within])
        if region in found:
            found[region].append(row)
        else:
            said = (
                f"{below.level} {row[below.code]} lies in {region[:10]}, which the division of {of.year} does not have. Say where it lies."
            )
            line = region_files.line(below.file, below.code, row[below.code])
            problems.append(Problem(f"{region_files.FOLDER}/{below.file}", line, 0, "region-file", said + nearest(region[:10], found)))
    if problems:
        raise ProblemsFound(problems)
    return found


def has_districts(spec: RegionsFile) -> bool:
    """Whether the list of districts is there."""
    return spec.district is not None and bool(region_files.names(spec.district.file))


def where(spec: RegionsFile) -> str:
    """How messages name the file."""
    return name_of(home.file(region_files.FOLDER, f"{spec.id}.yaml"))
