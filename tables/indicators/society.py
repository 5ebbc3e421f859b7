"""Figures of society that somebody else publishes: files as they come, each with its layout, source and licence (society/ID.yaml beside ID.csv).

    file: benefits.csv, columns: {region: GemeenteCode, year: Jaar, count: Aantal, of: Kinderen}      25 of 400 in GM0106, 2023  ->  6.25 %
    columns: {region: regio, year: jaar, percentage: pct}                                             '6,3'                       ->  6.3 %

A cell that is empty or holds the sign of `absent` is no figure. What is wrong in a file is told with its line, all at once, and never guessed at.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.problems import Noted, Problem, ProblemsFound
from celwacht.tables.text_files import text_of
from celwacht.tables.yaml.model import CSV_NAME, DATE, Line, Strict, TableId, Text, Title
from celwacht.tables.yaml.read import name_of, read_models
from pydantic import Field, StringConstraints

SOCIETY = "society"
NUMBER = re.compile(r"^[0-9]{1,9}([.,][0-9]{1,6})?$")
YEAR = re.compile(r"^(19|20)[0-9]{2}$")
MOST_BYTES = 20_000_000


class Columns(Strict):
    """Names of the columns, as the file's first line has them."""

    region: Line = Field(description="Code of the region: GM0106.")
    year: Line = Field(description="The year, four digits.")
    count: Line | None = Field(default=None, description="How many.")
    of: Line | None = Field(default=None, description="Of how many; with `count`.")
    percentage: Line | None = Field(default=None, description="A percentage, with a point or a comma; in the place of `count` and `of`.")


class Society(Strict):
    """One file is the layout of one file of figures."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the layout; equal to the file's name.")
    title: Title = Field(description="What the file is.")
    source: Title = Field(description="Who published it, and where.")
    licence: Line = Field(description="Its licence, which readers see: CC BY 4.0.")
    retrieved: Annotated[str, StringConstraints(pattern=DATE)] = Field(description="The day on which it was fetched.")
    made_up: bool = Field(default=False, description="Whether its figures are made up; readers are told then.")
    note: Text | None = Field(default=None, description="What readers must know of it.")
    file: Annotated[str, StringConstraints(pattern=CSV_NAME)] = Field(description="The file, in this folder.")
    separator: Literal[",", ";"] = Field(default=",", description="What stands between its cells.")
    columns: Columns = Field(description="Which column is what.")
    absent: Line = Field(default=".", description="The sign of a figure that is not there; an empty cell is that too.")
    rounded_to: Annotated[int, Field(ge=1, le=1000)] = Field(default=1, description="To what its counts are rounded; 1: they are not.")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of a file: a percentage, with its count and what it is of where the file has them."""

    percentage: Fraction
    decimals: int
    """Those of the file; of a count and its whole, one."""
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A file of figures as it was read. facts: (region, year) -> figure; what is not there has none."""

    about: Society
    facts: Mapping[tuple[str, int], Fact] = field(repr=False)

    def years(self) -> tuple[int, ...]:
        return tuple(sorted({year for _, year in self.facts}))


@home.per_folder
def societies() -> Mapping[str, Facts]:
    """Every file of society/ by id; ProblemsFound with all that is wrong in any of them."""
    layouts: Mapping[str, Society] = read_models(home.files(SOCIETY), Society)
    found, problems = {}, []
    for name, about in layouts.items():
        place = name_of(home.file(SOCIETY, f"{name}.yaml"))
        if about.id != name:
            problems.append(Problem(place, 1, 0, "society", f"id '{about.id}' is not the file's name. Write id: {name}."))
        columns = about.columns
        whole, part = columns.percentage is not None, columns.count is not None and columns.of is not None
        if whole == part or (whole and (columns.count or columns.of)):
            problems.append(Problem(place, 1, 0, "society", "columns: name either count and of, or percentage."))
            continue
        try:
            found[name] = Facts(about, _read(about, home.file(SOCIETY, about.file)))
        except ProblemsFound as wrong:
            problems += wrong.problems
    if problems:
        raise ProblemsFound(problems)
    return found


def _read(about: Society, path: Path) -> dict[tuple[str, int], Fact]:
    """The figures; ProblemsFound with every line that is not right."""
    place, columns, noted = name_of(path), about.columns, Noted()
    try:
        content = path.read_bytes()
    except OSError:
        raise ProblemsFound([Problem(place, 0, 0, "society", f"there is no such file. Put it beside {about.id}.yaml.")]) from None
    if len(content) > MOST_BYTES:
        raise ProblemsFound([Problem(place, 0, 0, "society", f"more than {MOST_BYTES // 1_000_000} MB. Leave out what is not used.")])
    rows = csv.reader(io.StringIO(text_of(content), newline=""), delimiter=about.separator)
    head = next(rows, [])
    wanted = [c for c in (columns.region, columns.year, columns.count, columns.of, columns.percentage) if c]
    missing = [c for c in wanted if head.count(c) != 1]
    if missing:
        said = f"no column '{missing[0]}', or more than one. The first line must name it once, with '{about.separator}' between names."
        raise ProblemsFound([Problem(place, 1, 0, "society", said)])
    at = {c: head.index(c) for c in wanted}
    facts: dict[tuple[str, int], Fact] = {}
    for row in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        said = "" if len(row) == len(head) else f"{len(row)} cells, and the first line has {len(head)}."
        cells = {c: row[n].strip() for c, n in at.items()} if not said else {}
        said = said or _wrong(about, cells)
        key = (cells.get(columns.region, ""), int(cells[columns.year])) if not said else ("", 0)
        if not said and key in facts:
            said = "this region and year stand in the file twice. Keep one line."
        if said:
            noted.note(lambda line=line, said=said: Problem(place, line, 0, "society", said))  # type: ignore[misc]
            continue
        fact = _fact(about, cells)
        if fact is not None:
            facts[key] = fact
    if noted:
        raise noted.found()
    return facts


def _wrong(about: Society, cells: Mapping[str, str]) -> str:
    """What is wrong in a line; '' for nothing."""
    columns = about.columns
    if not cells[columns.region]:
        return f"no code of a region in column '{columns.region}'."
    if not YEAR.match(cells[columns.year]):
        return f"column '{columns.year}' must hold a year of four digits."
    values = [c for c in (columns.count, columns.of, columns.percentage) if c]
    odd = [c for c in values if cells[c] not in ("", about.absent) and not NUMBER.match(cells[c])]
    if odd:
        return f"column '{odd[0]}' must hold a number without signs or thousands, or '{about.absent}' where there is none."
    if columns.count and columns.of:
        count, of = cells[columns.count], cells[columns.of]
        if any("." in one.replace(about.absent, "") or "," in one for one in (count, of)):
            return "a count is a whole number."
        if count.isdigit() and of.isdigit() and int(count) > int(of) + about.rounded_to:
            return f"'{columns.count}' is more than '{columns.of}', of which it is a part."
    return ""


def _fact(about: Society, cells: Mapping[str, str]) -> Fact | None:
    columns = about.columns
    if columns.percentage:
        text = cells[columns.percentage]
        if text in ("", about.absent):
            return None
        plain = text.replace(",", ".")
        return Fact(Fraction(plain), len(plain.partition(".")[2]))
    count, of = cells[columns.count or ""], cells[columns.of or ""]
    if not count.isdigit() or not of.isdigit() or int(of) == 0:
        return None
    return Fact(Fraction(100 * int(count), int(of)), 1, int(count), int(of))
