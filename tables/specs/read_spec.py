"""Reads specifications from files, and checks them: every problem at once, each with its line and column.

The `read_` functions give one or more specifications that are right, or raise ProblemsFound; whole folders are judged by
`tables/counting/check_specs.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from celwacht.tables import home
from celwacht.tables.indicators.report_spec import Source, wrong_report
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.specs.code_rules import code_problems, gap_problems, same_dimensions
from celwacht.tables.specs.library import Library, library_of
from celwacht.tables.specs.schema import model_of
from celwacht.tables.specs.set_rules import set_problems
from celwacht.tables.specs.source_rules import layout_problems, source_problems
from celwacht.tables.specs.spec_rules import table_problems
from celwacht.tables.specs.table_spec import SetSpec, TableSpec
from celwacht.tables.yaml.characters import shown
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.document import Document
from celwacht.tables.yaml.read import AnyPath, name_of, read_document

KIND_OF_FOLDER = {
    "sets": "set",
    "classifications": "classification",
    "policies": "policy",
    "layouts": "layout",
    "populations": "population",
    "sources": "source",
    "regions": "regions",
    "processing": "processing",
    "indicators": "indicator",
    "areas": "area",
    "reports": "report",
    "site": "site",
    "messages": "message",
}
"""A file in one of these folders is of that kind; any other is a table."""


def read_table(path: AnyPath, *, library: Library | None = None) -> TableSpec:
    """The table of a file, right in itself and in what it refers to; ProblemsFound otherwise.

    library: where its classifications and policies are; default: beside the file, or else those of the package.
    """
    spec, problems = read_file(Path(str(path)), "table", library)
    if problems:
        raise ProblemsFound(problems)
    return spec


def read_tables(files: Iterable[AnyPath] | None = None, *, only: Iterable[str] | None = None) -> dict[str, TableSpec]:
    """Tables by id, in order of id; default: all of the project's. ProblemsFound with the problems of all of them.

    only: read just the tables of these names, so that an unfinished draft beside them is in nobody's way; a name
    without a file is not in the answer.
    """
    paths = sorted(home.specs().glob("*.yaml")) if files is None else [Path(str(f)) for f in files]
    if only is not None:
        wanted = frozenset(only)
        paths = [path for path in paths if path.stem in wanted]
    results = [read_file(path, "table", None) for path in paths]
    problems = [p for _, found in results for p in found] + same_ids(paths)
    if problems:
        raise ProblemsFound(problems)
    return {spec.id: spec for spec in sorted((s for s, _ in results), key=lambda s: s.id)}


def read_set(name: str | Path) -> SetSpec:
    """The publication set of that name in table_specs/sets/, or of a file given as a Path; ProblemsFound otherwise."""
    named = {path.stem: path for path in home.files("sets")}
    if not isinstance(name, Path):
        if name not in named:  # looked up, never joined: a name from outside cannot point elsewhere
            raise ProblemsFound(
                [Problem("table_specs/sets", 0, 0, "unknown-set", f"there is no set {name[:40]!r}.{nearest(name[:40], named)}")]
            )
    spec, problems = read_file(name if isinstance(name, Path) else named[name], "set", None)
    if problems:
        raise ProblemsFound(problems)
    return spec


def read_file(path: Path, kind: str, library: Library | None, tables: tuple[str, ...] = ()) -> tuple[Any, list[Problem]]:
    """(specification or None, problems) of one file."""
    document, problems = read_document(path)
    if document is None:
        return None, problems
    model = model_of(kind)
    spec, misfits = confront(document, model) if model else (None, [])
    problems += misfits
    said = _id_is_file_name(document, path)
    if kind in ("table", "set"):
        library = library or library_of(path)
        said += table_problems(document, library) if kind == "table" else set_problems(document, library, tables)
        said += same_dimensions(document, library) if kind == "table" else []
    if kind == "source" and spec is not None:
        library = library or library_of(path)
        every = {name: one for name, one in library.sources.items() if one is not None} | {path.stem: spec}
        said += source_problems(document, spec, every)
        said += layout_problems(document, spec, library.layouts) if library.layouts is not None else []
    if kind == "classification" and (twice := code_problems(document)):
        said += twice
        problems = [p for p in problems if not (p.rule == "not-allowed" and p.message.endswith("occurs twice."))]
    said += gap_problems(document) if kind == "classification" else []
    said += wrong_report(Source(spec, document)) if kind == "report" and spec is not None else []
    places = {(p.line, p.column) for p in problems if p.line}  # one complaint at a place is enough
    return spec, problems + [p for p in said if (p.line, p.column) not in places]


def _id_is_file_name(document: Document, path: Path) -> list[Problem]:
    given = document.get(("id",))
    if not isinstance(given, str) or given == path.stem or ("id",) in document.refused:
        return []
    return [
        Problem(
            document.file,
            *document.line_of(("id",)),
            "id-not-file-name",
            f"id '{shown(given)}' must be the file's name, '{path.stem}'. Change one of them.",
        )
    ]


def same_ids(paths: Iterable[Path]) -> list[Problem]:
    """Tables of one name in two folders."""
    first: dict[str, Path] = {}
    problems = []
    for path in paths:
        other = first.setdefault(path.stem, path)
        if other != path:
            problems.append(Problem(name_of(path), 0, 0, "duplicate-id", f"table '{path.stem}' is already in {name_of(other)}."))
    return problems


def kind_of(path: Path) -> str:
    return KIND_OF_FOLDER.get(path.absolute().parent.name, "table")
