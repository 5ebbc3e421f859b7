"""The rows of a population file: a CSV table of persons by region, sex and age, read strictly.

    region,sex,0-11,12-17,18-22,23+
    GM0014,T,27520,14001,27468,163885

Ages are whole years, both ends included; the classes follow each other from 0, and the last is open. sex: M and V (or the codes that the file
of the population names), a row each, or T where the sexes are not told apart. Every cell is a whole number of persons.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from celwacht.tables.problems import Problem
from celwacht.tables.yaml.characters import shown
from celwacht.tables.yaml.read import name_of

_CLASS = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_REGION = re.compile(r"[A-Z0-9_]{1,10}", re.ASCII)
LARGEST, MOST = 1 << 24, 40
"""Bytes of a file; problems told of one file."""


@dataclass(frozen=True, slots=True)
class Rows:
    """ages: the first year of each class, ascending from 0, the last class open. persons: region -> sex -> int64 per class."""

    ages: tuple[int, ...]
    persons: dict[str, dict[str, np.ndarray]]
    lines: dict[str, int]
    """The first line of each region."""


def read_rows(path: Path, sexes: tuple[str, ...] = ("M", "V")) -> tuple[Rows | None, list[Problem]]:
    """(rows, problems) of a file; no rows where its header cannot be read."""
    name = name_of(path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return None, [Problem(name, 0, 0, "no-file", f"the file cannot be read: {reason}.")]
    if len(raw) > LARGEST:
        return None, [Problem(name, 0, 0, "too-large", "the file is larger than 16 MB. Split it, and list the parts under files.")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return None, [Problem(name, line, 0, "encoding", f"byte 0x{raw[error.start]:02X} is not UTF-8. Save the file again as UTF-8.")]
    return _read(name, text, sexes)


def _read(name: str, text: str, sexes: tuple[str, ...]) -> tuple[Rows | None, list[Problem]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    rows: Rows | None = None
    try:
        header = next(reader, [])
        ages, wrong = _ages(header)
        if wrong:
            return None, [Problem(name, 1, 0, "population-header", wrong)]
        rows = Rows(ages, {}, {})
        for cells in reader:
            if cells:
                problems += [
                    Problem(name, reader.line_num, 0, rule, said) for rule, said in _row(rows, cells, header, reader.line_num, sexes)
                ]
    except csv.Error as error:
        problems.append(Problem(name, reader.line_num, 0, "csv", f"is not comma separated: {error}. Close the quotes, or save it again."))
    if rows is not None and not problems:
        problems += _incomplete(rows, name, sexes)
    left = len(problems) - MOST
    last = [Problem(name, 0, 0, "more", f"and {left} more problems in this file.")] if left > 0 else []
    return rows, problems[:MOST] + last


def _ages(header: list[str]) -> tuple[tuple[int, ...], str]:
    """(first year of each class, what is wrong with the header or '')."""
    wanted = "The header is region,sex and then the classes of age, such as 0-17,18+"
    if header[:2] != ["region", "sex"] or len(header) < 3:
        found = ",".join(shown(cell[:20]) for cell in header[:4]) or "nothing"
        return (), f"{wanted}; found {found}."
    following, ages = 0, []
    for place, cell in enumerate(header[2:], 3):
        match = _CLASS.fullmatch(cell)
        last = place == len(header)
        if not match or bool(match[3]) != last or int(match[1]) != following or (match[2] and int(match[2]) < int(match[1])):
            expected = f"{following}+" if last else f"a class that begins with {following}, such as {following}-{following + 4}"
            return (), f"{wanted}; column {place} must be {expected}, found '{shown(cell[:20])}'."
        ages.append(following)
        following = int(match[2] or match[1]) + 1
    return tuple(ages), ""


def _row(rows: Rows, cells: list[str], header: list[str], line: int, sexes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Takes a row in; else (rule, what is wrong with it)."""
    if len(cells) != len(header):
        return [("population-row", f"has {len(cells)} cells, and the header has {len(header)}.")]
    region, sex = cells[:2]
    found = []
    if not _REGION.fullmatch(region):
        found.append(("population-region", f"'{shown(region[:20])}' is no code of a region, such as GM0363."))
    if sex not in (*sexes, "T"):
        found.append(("population-sex", f"sex is {', '.join(sexes)}, or T for all together; found '{shown(sex[:20])}'."))
    for column, cell in zip(header[2:], cells[2:]):
        if not _NUMBER.fullmatch(cell):
            found.append(("population-number", f"column {column}: expected a whole number of persons, found '{shown(cell[:20])}'."))
    if found:
        return found
    there = rows.persons.setdefault(region, {})
    if sex in there or ("T" in there) or (sex == "T" and there):
        why = "occurs twice" if sex in there else f"has a row T beside rows {' and '.join(sexes)}"
        return [("population-twice", f"region {region} {why}; the first is on line {rows.lines[region]}.")]
    rows.lines.setdefault(region, line)
    there[sex] = np.array([int(cell) for cell in cells[2:]], np.int64)
    return []


def _incomplete(rows: Rows, name: str, sexes: tuple[str, ...]) -> list[Problem]:
    if not rows.persons:
        return [Problem(name, 1, 0, "population-empty", "there are no rows below the header.")]
    kinds = {("T" in by_sex) for by_sex in rows.persons.values()}
    if len(kinds) > 1:
        return [
            Problem(name, 0, 0, "population-sex", f"some regions have {' and '.join(sexes)}, and others T. Give all of a file in one way.")
        ]
    halves = [region for region, by_sex in rows.persons.items() if len(by_sex) < len(sexes) and "T" not in by_sex]
    return [
        Problem(
            name,
            rows.lines[r],
            0,
            "population-sex",
            f"region {r} has a row for {' and '.join(rows.persons[r])} only; give {' and '.join(sexes)}, or T.",
        )
        for r in halves
    ]
