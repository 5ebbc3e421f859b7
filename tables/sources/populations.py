"""Public populations: how many people there are, by year, region, age and sex. A population is data, and never code.

    populations/inwoners_2020.yaml   which population, of 1 January of which year, from which source under which licence
    populations/gemeenten_2020.csv   its rows (population_rows.py)

The country and all larger regions are sums of the smallest ones of the file, by the division that the file names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.regions import divisions
from celwacht.tables.regions.region_spec import RegionsFile
from celwacht.tables.sources.population_rows import Rows, read_rows
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.model import CODE, CSV_NAME, FieldName, Line, Strict, TableId, Text
from celwacht.tables.yaml.read import name_of, read_document
from pydantic import Field, StringConstraints

FOLDER = "populations"
SexCode = Annotated[str, StringConstraints(pattern=CODE)]


class PopulationFile(Strict):
    """A file of populations/: the people of one year."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the file.")
    regions: TableId | None = Field(default=None, description="The file of regions/ that its regions are of; default: the only one.")
    population: FieldName = Field(description="Name of the population, as rates use it; the same for every year.")
    year: Annotated[int, Field(ge=1900, le=2200)] = Field(description="The people are those of 1 January of this year.")
    source: Text = Field(description="Where the figures come from, as readers are told.")
    licence: Line = Field(description="Licence of the figures, such as CC BY 4.0.")
    made_up: bool = Field(default=False, description="true: the figures are not real, and readers are told so.")
    note: Text | None = Field(default=None, description="What readers must know of it, such as how ages were estimated.")
    division: Annotated[int, Field(ge=1900, le=2200)] | None = Field(
        default=None,
        description="Division of the regions, by which the smallest are added up to larger ones (regions/gemeenten_YEAR.csv, and what "
        "changed since); none: the files have every region themselves.",
    )
    sexes: Annotated[tuple[SexCode, ...], Field(min_length=2, max_length=4)] = Field(
        default=("M", "V"), description="The codes of the sexes in its rows, as the records have them; T is all together."
    )
    files: Annotated[tuple[Annotated[str, StringConstraints(pattern=CSV_NAME)], ...], Field(min_length=1)] = Field(
        description="Files with the rows, in the same folder."
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """What a rate asks of a population: ages at which its classes begin or end, whether by sex, whether by wijk."""

    ages: frozenset[int] = frozenset()
    by_sex: bool = False
    wijken: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The people of 1 January of a year. regions: code -> (first year of each class of age, sex -> int64 per class)."""

    about: PopulationFile
    file: str
    regions: dict[str, tuple[tuple[int, ...], dict[str, np.ndarray]]] = field(repr=False)
    districts: frozenset[str] = frozenset()
    """Those of the regions that are districts."""

    def lacks(self, needs: Needs) -> str:
        """What of these needs it cannot answer, in words; '' for nothing."""
        rows = [row for region, row in self.regions.items() if needs.wijken or region not in self.districts]
        if needs.wijken and not self.districts:
            return "it is not known by wijk"
        missing = sorted({age for ages, _ in rows for age in needs.ages - set(ages)})
        if missing:
            known = ", ".join(map(str, sorted(set.intersection(*(set(ages) for ages, _ in rows)))[:12]))
            return f"no class of age begins at {missing[0]} (they begin at {known})"
        return "it is not known by sex" if needs.by_sex and any("T" in by_sex for _, by_sex in rows) else ""

    def persons(self, region: str, first: int = 0, below: int | None = None, sexes: Collection[str] | None = None) -> int | None:
        """Persons of a region from age `first` up to but not including `below`, of these sexes (None: all); None for a region that it lacks.

        The ages must be at limits of its classes, and it must know the sexes asked (`lacks`).
        """
        if region not in self.regions:
            return None
        ages, by_sex = self.regions[region]
        inside = [i for i, age in enumerate(ages) if age >= first and (below is None or age < below)]
        return int(sum(int(by_sex[sex][inside].sum()) for sex in by_sex if sex == "T" or sexes is None or sex in sexes))


class Populations:
    """Every population at hand; those of the first folder override those of the second."""

    def __init__(self, found: Iterable[Population], places: Sequence[str] = ()):
        self.all = tuple(found)
        self.places = tuple(places)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted({p.about.population for p in self.all}))

    def of(self, name: str, year: int, needs: Needs) -> Population:
        """The population of that year, or else the newest of before, that answers the needs; ProblemsFound if there is none."""
        same = [p for p in self.all if p.about.population == name and p.about.year <= year]
        fit = [p for p in same if not p.lacks(needs)]
        if fit:
            return max(fit, key=lambda p: p.about.year)  # the first of equals
        file = same[0].file if same else " and ".join(self.places) or FOLDER
        if same:
            why = f"population {name} does not fit the rate: {same[0].lacks(needs)}. Add a file with these to populations/."
        else:
            why = f"there is no population '{name}' of {year} or before. Add a file of that year to populations/.{nearest(name, self.names())}"
        raise ProblemsFound([Problem(file, 0, 0, "no-population", why)])


def populations(data: Path | None = None) -> Populations:
    """Those of a data folder (DATA/populations) before those of the project; ProblemsFound with all that is wrong in any of them."""
    own = [home.specs() / FOLDER, *([] if (home.specs() / home.ALONE).is_file() else [home.PACKAGED / FOLDER])]
    folders = [folder for folder in ([data / FOLDER] if data is not None else []) + own if folder.is_dir()]
    named = sorted(home.files(FOLDER), key=lambda path: folders.index(path.parent))  # of one year, those of the project come first
    files = [*(sorted((data / FOLDER).glob("*.yaml")) if data is not None else []), *named]
    stamps = tuple((p, p.stat().st_mtime_ns) for folder in folders for p in sorted(folder.iterdir()) if p.suffix in (".yaml", ".csv"))
    found, problems = _read(tuple(files), stamps, home.specs())
    if problems:
        raise ProblemsFound(problems)
    return Populations(found, [name_of(folder) for folder in folders])


@lru_cache(maxsize=8)
def _read(files: tuple[Path, ...], _: object, __: Path) -> tuple[tuple[Population, ...], tuple[Problem, ...]]:
    read = [read_population(path) for path in files]
    problems = [p for _, found in read for p in found]
    return tuple(p for p, _ in read if p is not None), tuple(problems + same_year(files))


def same_year(files: Iterable[Path]) -> list[Problem]:
    """Files of one folder that give one population of one year twice."""
    first: dict[tuple[Path, object, object], Path] = {}
    problems = []
    for path in files:
        document = read_document(path)[0]
        if document is not None:
            name, year = document.get(("population",)), document.get(("year",))
            other = first.setdefault((path.parent, str(name), str(year)), path)
            if other != path:
                place = document.line_of(("year",))
                problems.append(
                    Problem(
                        document.file, *place, "duplicate-population", f"{name} of {year} is already in {other.name}. Keep one of them."
                    )
                )
    return problems


def read_population(path: Path) -> tuple[Population | None, list[Problem]]:
    """(population, problems) of a file of populations/ and the rows that it names."""
    document, problems = read_document(path)
    if document is None:
        return None, problems
    about, misfits = confront(document, PopulationFile)
    problems += misfits
    if about is None:
        return None, problems
    rows: list[tuple[str, Rows]] = []
    for i, file in enumerate(about.files):
        if not (path.parent / file).is_file():
            names = sorted(p.name for p in path.parent.glob("*.csv"))
            place = document.line_of(("files", i))
            problems.append(Problem(document.file, *place, "no-file", f"there is no file {file} beside this one.{nearest(file, names)}"))
            continue
        read, wrong = read_rows(path.parent / file, about.sexes)
        problems += wrong
        if read is not None:
            rows.append((name_of(path.parent / file), read))
    if problems:
        return None, problems
    try:
        regions, problems = _whole(about, rows, Problem(document.file, *document.line_of(("division",)), "population-division", ""))
        below = _districts(about) & regions.keys()
    except ProblemsFound as found:
        return None, list(found.problems)
    return (None, problems) if problems else (Population(about, document.file, regions, below), [])


def _districts(about: PopulationFile) -> frozenset[str]:
    """The codes of districts, where the project has a list of them."""
    spec = divisions.system(about.regions)
    if spec.district is None or not divisions.has_districts(spec):
        return frozenset()
    return frozenset(row[spec.district.code] for row in divisions.district_rows(spec))


def _whole(about: PopulationFile, read: list[tuple[str, Rows]], place: Problem) -> tuple[dict, list[Problem]]:
    """(regions of all files, with the larger ones added up; problems)."""
    regions: dict[str, tuple[tuple[int, ...], dict[str, np.ndarray]]] = {}
    problems = []
    for name, rows in read:
        for region, by_sex in rows.persons.items():
            if region in regions:
                problems.append(
                    Problem(
                        name,
                        rows.lines[region],
                        0,
                        "population-twice",
                        f"region {region} is also in another of the files. Give it in one of them.",
                    )
                )
            regions[region] = rows.ages, by_sex
    if problems:
        return regions, problems
    if about.division is None:
        return regions, _without_sums(about, set(regions), place)
    spec = divisions.system(about.regions)
    years = divisions.years(spec)
    if not any(year <= about.division for year in years):
        said = f"there is no regions/{spec.region.files}_{about.division}.csv. Divisions there are: {', '.join(map(str, years))}."
        return {}, [Problem(place.file, place.line, place.column, place.rule, said)]
    of = divisions.division(spec.id, about.division)
    problems = _strange(read, spec, set(of.codes), set(_districts(about)), about.division)
    forms = {(ages, tuple(sorted(by_sex))) for code in of.codes for ages, by_sex in [regions.get(code, ((), {}))] if ages}
    if len(forms) > 1:
        said = f"regions of level {spec.region.level} come in files with other ages or sexes, and cannot be added up. Give all in one way."
        problems.append(Problem(place.file, place.line, place.column, place.rule, said))
    return (regions, problems) if problems else (regions | sums(regions, of), [])


def _without_sums(about: PopulationFile, regions: set[str], place: Problem) -> list[Problem]:
    """Of a file without division, which nobody adds up: smallest regions of a list of the project, and no row for the whole or a larger one."""
    spec = divisions.system(about.regions)
    lists = divisions.years(spec)
    if not lists or not regions & divisions.ever(spec.id):
        return []  # regions of no list: a table names those that it lacks
    of = divisions.division(spec.id, max([year for year in lists if year <= about.year], default=min(lists)))
    larger = {
        row[one.code]
        for row in of.rows
        if row[of.of.region.code] in regions
        for one in spec.larger
        if row.get(one.code) and not one.on_request
    }
    missing = [one for one in (spec.whole, *sorted(larger)) if one not in regions]
    if not missing:
        return []
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    said = f"there are no rows of {missing[0]}{more}, and nothing adds the regions up to them. Add `division: {of.year}`, or the rows."
    return [Problem(place.file, place.line, place.column, place.rule, said)]


def _strange(read: list[tuple[str, Rows]], spec: RegionsFile, regions: set[str], districts: set[str], division: int) -> list[Problem]:
    """Regions that the division does not have, and regions that are missing: a sum without them would be too small."""
    problems = []
    for name, rows in read:
        for region in rows.persons.keys() - regions - districts:
            said = f"region {region} is not in the division of {division}. Give the code of one that is, or remove the row."
            problems.append(Problem(name, rows.lines[region], 0, "population-region", said))
    for kind, wanted in ((spec.region.level, regions), (spec.district.level if spec.district else "", districts)):
        there = {region: name for name, rows in read for region in rows.persons if region in wanted}
        missing = sorted(wanted - there.keys())
        if there and missing:
            name = next(iter(there.values()))
            count = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            problems.append(
                Problem(name, 0, 0, "population-region", f"{kind} {missing[0]}{count} of {division} is missing. Give every {kind}.")
            )
    return sorted(problems)[:40]


def sums(regions: dict, of: divisions.Division) -> dict:
    """The whole (both of its codes) and the larger regions, where the smallest are known."""
    spec = of.of
    parts: dict[str, list] = {}
    for row in of.rows:
        if row[spec.region.code] in regions:
            for code in (spec.whole, spec.whole_by_district, *(row.get(one.code) for one in spec.larger)):
                if code:
                    parts.setdefault(code, []).append(regions[row[spec.region.code]])
    return {code: (of[0][0], {sex: np.sum([by[sex] for _, by in of], axis=0) for sex in of[0][1]}) for code, of in parts.items()}
