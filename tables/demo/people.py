"""A made-up population for each year of the demo, marked as made up: nobody may take it for real figures.

Grown by half a per cent a year from the population that comes with the specifications, and divided into boys and girls by one
ratio at every age.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from celwacht.tables import home
from celwacht.tables.sources.populations import FOLDER, Population, read_population

BASE = "inwoners_2020"
BOYS = 512
"""Of a thousand."""
GROWTH = 5
"""Per thousand a year."""
ABOUT = """\
version: 1
id: inwoners_{year}
population: inwoners
regions: nederland
year: {year}
source: {{nl: "Celwacht, verzonnen gegevens", en: "Celwacht, made-up data"}}
licence: CC BY 4.0
made_up: true
division: {division}
files: [gemeenten_{year}.csv, wijken_{year}.csv]
"""


def write_people(folder: Path, years: tuple[int, ...], times: int = 1) -> list[Path]:
    """Writes folder/populations: for each year gemeenten and wijken by age and sex, so many times the population. The same years give the
    same bytes."""
    base, problems = read_population(home.PACKAGED / FOLDER / f"{BASE}.yaml")
    if base is None:
        raise ValueError(str(problems))
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for year in years:
        about = ABOUT.format(year=year, division=base.about.division)
        parts = {
            f"inwoners_{year}.yaml": about,
            f"gemeenten_{year}.csv": _rows(base, "GM", year, times),
            f"wijken_{year}.csv": _rows(base, "WK", year, times),
        }
        for name, text in parts.items():
            (target / name).write_text(text, encoding="utf-8")
            written.append(target / name)
    return written


def _rows(base: Population, kind: str, year: int, times: int) -> str:
    """The CSV of the regions whose codes begin with `kind`."""
    regions = {region: of for region, of in sorted(base.regions.items()) if region.startswith(kind)}
    ages = next(iter(regions.values()))[0]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["region", "sex", *(_class(a, b) for a, b in zip(ages, (*ages[1:], None)))])
    for region, (_, by_sex) in regions.items():
        people = sum(by_sex.values(), np.zeros(len(ages), np.int64)) * times * (1000 + GROWTH * (year - base.about.year)) // 1000
        boys = people * BOYS // 1000
        writer.writerow([region, "M", *boys.tolist()])
        writer.writerow([region, "V", *(people - boys).tolist()])
    return text.getvalue()


def _class(first: int, following: int | None) -> str:
    return f"{first}+" if following is None else str(first) if following == first + 1 else f"{first}-{following - 1}"
