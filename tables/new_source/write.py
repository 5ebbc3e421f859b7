"""Writes the files of a new register: all of them, checked, or none."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celwacht.tables import home, region_files
from celwacht.tables.new_source import area_texts, number_texts, texts
from celwacht.tables.new_source.alike import tell_apart
from celwacht.tables.new_source.columns import Column, column_of
from celwacht.tables.new_source.guess import Guess, Said, guess
from celwacht.tables.new_source.known_areas import with_known_areas
from celwacht.tables.new_source.words_in_files import AGE, class_id
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound

YEARLY = "year"
"""The set that holds the first table."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, in order; the name that the file must have as a delivery; what was guessed, and which columns are not kept."""

    paths: tuple[Path, ...]
    delivery: str
    table: str
    period: str
    guesses: tuple[str, ...]
    left_out: tuple[str, ...]


def make_source(
    id: str,
    file: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    specs: Path,
    said: Said | None = None,
    period: Period | None = None,
) -> tuple[Made, Guess]:
    """Layout, source, classifications, regions, a first table and a set of one file, in the folder `specs`.

    said, period: see guess. ProblemsFound where the file tells too little, or where one of the files is there already; nothing is then
    written.
    """
    columns = [column_of(title, [row[i] for row in rows]) for i, title in enumerate(header)]
    taken = frozenset(path.stem for path in home.files("classifications", root=specs))
    found = replace(guess(file, columns, said, period), id=id, taken=taken)
    found = with_known_areas(replace(found, also=tell_apart(found)), specs)
    table = f"{id}_per_year"[:40]
    sets = {path.stem for path in home.files("sets", root=specs)}
    files = _files(found, id, table, YEARLY if YEARLY not in sets else f"{id}_{YEARLY}"[:40])
    there = [path for path in files if home.file(*os.path.split(path), root=specs).exists()]
    if there:
        told = "the file exists already, and nothing is written. Take another name, or move it."
        raise ProblemsFound([Problem(str(specs / path), 0, 0, "exists", told) for path in there])
    for path, text in files.items():
        (specs / path).parent.mkdir(parents=True, exist_ok=True)
        (specs / path).write_text(text, encoding="utf-8", newline="\n")
    home.forget()  # the lists of regions were read, and there may be another now
    guesses = tuple(f"{_role(found, name)}: {name}, by {why}" for name, why in found.why.items())
    delivery = f"{id}_00000001_{found.period.code}.csv"
    left_out = tuple(c.name for c in found.rest)
    return Made(tuple(specs / path for path in files), delivery, table, found.period.code, guesses, left_out), found


def _role(found: Guess, name: str) -> str:
    roles = (
        ("person", found.person),
        ("birth", found.birth),
        ("year", found.year),
        ("sex", found.sex),
        ("begin", found.begin),
        ("end", found.end),
    )
    where = found.places
    more = (("area", where.area), ("names of areas", where.name), *(("person, with", one) for one in found.more))
    more += tuple(one for level in where.larger for one in (("larger area", level.code), ("names of larger areas", level.name)))
    return next((role for role, one in (*roles, *more) if one is not None and one.name == name), "category")


def _files(found: Guess, id: str, table: str, set_id: str) -> dict[str, str]:
    """Path below specs/ -> text."""
    files = {f"sources/{id}.yaml": texts.source_text(found, id), f"layouts/{id}_1.yaml": texts.layout_text(found, id)}
    for one in found.categories:
        files[f"classifications/{class_id(found, one.name)}.yaml"] = texts.classification_text(found, one)
    for one in found.numbers:
        files[f"classifications/{class_id(found, one.name)}.yaml"] = number_texts.numbers_text(found, one)
    if found.birth is not None and AGE not in [c.name for c in found.columns]:
        files[f"classifications/{class_id(found, AGE)}.yaml"] = texts.ages_text(found)
    if found.area is not None:
        files[f"classifications/{class_id(found, found.area.name)}.yaml"] = area_texts.area_text(found, found.area)
    if found.area is not None and found.places.regions is None:
        files[f"{region_files.FOLDER}/{id}.yaml"] = area_texts.regions_text(id, found.places)
        since = min(found.period.year, found.first.year)
        files[f"{region_files.FOLDER}/{area_texts.area_files(id)}_{since}.csv"] = area_texts.list_text(found.places)
    files[f"{table}.yaml"] = texts.table_text(found, id, table)
    files[f"sets/{set_id}.yaml"] = texts.set_text(found, set_id, table)
    return files


def deliver(found: Guess, path: Path) -> tuple[Path, ...]:
    """The records of the file as a delivery in CSV, of a file of several years as one for each; ProblemsFound where one of that name is there.
    Confidential: for its owner only."""
    rows = list(zip(*(column.texts for column in found.columns)))
    parts = {path: rows}
    if found.year is not None:
        years = sorted(set(found.year.texts))
        named = [(path.with_name(path.name.replace(found.period.code, f"{year}JJ00")), year) for year in years]
        parts = {file: [row for row, own in zip(rows, found.year.texts) if own == year] for file, year in named}
    there = [file for file in parts if file.exists()]
    if there:
        said = "there is a delivery of this name already, and it is left as it is. Move it, or leave out --deliver."
        raise ProblemsFound([Problem(str(file), 0, 0, "exists", said) for file in there])
    for file, some in parts.items():
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow([column.name for column in found.columns])
        writer.writerows(some)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as stream:
            stream.write(text.getvalue())
    return tuple(parts)


__all__ = ["Column", "Made", "deliver", "make_source"]
