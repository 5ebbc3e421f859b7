"""Checks specifications: every problem of files and folders at once, also what only shows when a table is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.regions.check_regions import wrong_regions
from celwacht.tables.sources.populations import read_population, same_year
from celwacht.tables.specs.library import library_of
from celwacht.tables.specs.read_spec import KIND_OF_FOLDER, kind_of, read_file, same_ids
from celwacht.tables.specs.table_spec import MeanMeasure, MedianMeasure, SumMeasure, TableSpec
from celwacht.tables.yaml.read import AnyPath, name_of, read_document

UNPROVED = {
    "sum": "it tells what one record has where the others are known",
    "mean": "with the count it is a sum, which tells what one record has where the others are known",
    "median": "it is the very value of one record",
}
"""Measures without a proof, and why each tells too much by itself."""


def check(files: Sequence[AnyPath] = ()) -> list[Problem]:
    """Every problem of these files and folders, in order of place; none given: all of the project's.

    What a file is follows from its folder: sets/, classifications/, policies/, layouts/, populations/, sources/ and regions/, else a table.
    """
    paths = files_of(files or [home.specs()])
    problems: list[Problem] = []
    tables = [p for p in paths if kind_of(p) == "table"]
    for path in paths:
        spec, found = read_file(path, kind_of(path), None, tuple(p.stem for p in tables))
        problems += found
        if kind_of(path) == "population" and not found:
            with home.using(library_of(path).root):
                problems += read_population(path)[1]
        if kind_of(path) == "regions" and not found:
            with home.using(library_of(path).root):
                problems += wrong_regions(path.stem)
        if isinstance(spec, TableSpec) and not found:
            with home.using(library_of(path).root):
                problems += _cannot_be_made(spec, name_of(path)) + unproved(spec, path)
    years = same_year(p for p in paths if kind_of(p) == "population")
    return sorted({*problems, *same_ids(tables), *years})


def _cannot_be_made(spec: TableSpec, file: str) -> list[Problem]:
    """What only shows when the table is planned, such as more classes than `per_person: alle` can hold.

    Told of the table under the name of its file, wherever that is; of another file, such as a classification, at its own place.
    """
    from celwacht.tables.counting.plan import plans

    try:
        plans(spec, ())
    except ProblemsFound as found:
        usual = name_of(home.specs() / f"{spec.id}.yaml")
        return [replace(p, file=file) if p.file == usual else p for p in found.problems]
    return []


def unproved(spec: TableSpec, path: Path) -> list[Problem]:
    """Measures of the table of a file without a proof, at their place: the gate would refuse the table, and with it the whole set."""
    if not any(m.kind in UNPROVED for m in spec.measures):
        return []
    document = read_document(path)[0]
    return [
        Problem(
            name_of(path),
            *(document.line_of(("measures", i, "kind")) if document else (0, 0)),
            "no-proof",
            f"a {m.kind} cannot be published yet: {UNPROVED[m.kind]}, and the set would be refused. There is a proof for counts and what "
            f"follows from them. Publish a count by classes of {m.field} instead (a classification of kind ranges): "
            "of what is printed a reader sees the class in which the middle lies.",
        )
        for i, m in enumerate(spec.measures)
        if isinstance(m, (SumMeasure, MeanMeasure, MedianMeasure))
    ]


def files_of(files: Sequence[AnyPath]) -> list[Path]:
    """The files among these files and folders, each once."""
    found = [p for path in map(Path, map(str, files)) for p in (_specs_below(path) if path.is_dir() else [path])]
    return list(dict.fromkeys(found))


def _specs_below(folder: Path) -> list[Path]:
    """The files of a folder laid out as table_specs/, or of one of its subfolders."""
    inner = [p for name in KIND_OF_FOLDER for p in (folder / name).glob("*.y*ml")]
    return sorted([*folder.glob("*.y*ml"), *inner])
