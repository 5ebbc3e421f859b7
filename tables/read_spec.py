"""Reads specifications from files, and checks them: every problem at once, each with its line and column.

`check` looks at whole folders and at what files say about each other; the `read_` functions give one or more
specifications that are right, or raise ProblemsFound.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.schema import model_of
from celwacht.tables.spec import SetSpec, TableSpec
from celwacht.tables.spec_errors import confront
from celwacht.tables.spec_library import PACKAGED, Library, library_of
from celwacht.tables.spec_rules import set_problems, table_problems
from celwacht.tables.yaml_nodes import Document, survey
from celwacht.tables.yaml_text import shown

KIND_OF_FOLDER = {"sets": "set", "classifications": "classification", "policies": "policy", "layouts": "layout"}
"""A file in one of these folders is of that kind; any other is a table."""

AnyPath = str | Path | Traversable


def read_yaml(path: AnyPath, model: Any) -> Any:
    """A restricted YAML file as a value of `model` (a pydantic class or TypeAdapter); ProblemsFound if it is not one."""
    document, problems = _document(Path(str(path)))
    if document is None:
        raise ProblemsFound(problems)
    value, misfits = confront(document, model)
    if problems or misfits:
        raise ProblemsFound([*problems, *misfits])
    return value


def read_table(path: AnyPath, *, library: Library | None = None) -> TableSpec:
    """The table of a file, right in itself and in what it refers to; ProblemsFound otherwise.

    library: where its classifications and policies are; default: beside the file, or else those of the package.
    """
    spec, problems = _read(Path(str(path)), "table", library)
    if problems:
        raise ProblemsFound(problems)
    return spec


def read_tables(files: Iterable[AnyPath] | None = None) -> dict[str, TableSpec]:
    """Tables by id, in order of id; default: all of table_specs/. ProblemsFound with the problems of all of them."""
    paths = sorted(PACKAGED.glob("*.yaml")) if files is None else [Path(str(f)) for f in files]
    results = [_read(path, "table", None) for path in paths]
    problems = [p for _, found in results for p in found] + _same_ids(paths)
    if problems:
        raise ProblemsFound(problems)
    return {spec.id: spec for spec in sorted((s for s, _ in results), key=lambda s: s.id)}


def read_set(name: str | Path) -> SetSpec:
    """The publication set of that name in table_specs/sets/, or of a file given as a Path; ProblemsFound otherwise."""
    path = name if isinstance(name, Path) else PACKAGED / "sets" / f"{name}.yaml"
    if not isinstance(name, Path):
        names = {p.stem for p in (PACKAGED / "sets").glob("*.yaml")}
        if name not in names:  # looked up, never joined: a name from outside cannot point elsewhere
            raise ProblemsFound([Problem("table_specs/sets", 0, 0, "unknown-set",
                                         f"there is no set {name[:40]!r}.{nearest(name[:40], names)}")])
    spec, problems = _read(path, "set", None)
    if problems:
        raise ProblemsFound(problems)
    return spec


def check(files: Sequence[AnyPath] = ()) -> list[Problem]:
    """Every problem of these files and folders, in order of place; none given: all of table_specs/.

    What a file is follows from its folder: sets/, classifications/, policies/ and layouts/, else a table.
    """
    paths: list[Path] = []
    problems: list[Problem] = []
    for path in map(Path, map(str, files or [PACKAGED])):
        if path.is_dir():
            paths += _specs_below(path)
        else:
            paths.append(path)
    paths = list(dict.fromkeys(paths))
    tables = [p for p in paths if _kind(p) == "table"]
    for path in paths:
        spec, found = _read(path, _kind(path), None, tuple(p.stem for p in tables))
        problems += found
        if isinstance(spec, TableSpec) and not found and library_of(path).root == PACKAGED:
            problems += _cannot_be_made(spec, name_of(path))
    return sorted(problems + _same_ids(tables))


def _cannot_be_made(spec: TableSpec, file: str) -> list[Problem]:
    """What only shows when the table is planned, such as more classes than `per_person: alle` can hold."""
    from celwacht.tables.plan import plans  # which reads classifications through this module
    try:
        plans(spec, ())
    except ProblemsFound as found:
        return [Problem(file, p.line, p.column, p.rule, p.message) for p in found.problems]
    return []


def name_of(path: Path) -> str:
    """How messages name a file: from table_specs/ on if it is ours, else from here on, else as it is."""
    if path.is_relative_to(PACKAGED):
        return f"table_specs/{path.relative_to(PACKAGED).as_posix()}"
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here


def _read(path: Path, kind: str, library: Library | None, tables: tuple[str, ...] = ()) -> tuple[Any, list[Problem]]:
    """(specification or None, problems) of one file."""
    document, problems = _document(path)
    if document is None:
        return None, problems
    model = model_of(kind)
    spec, misfits = confront(document, model) if model else (None, [])
    problems += misfits
    said = _id_is_file_name(document, path)
    if kind in ("table", "set"):
        library = library or library_of(path)
        said += table_problems(document, library) if kind == "table" else set_problems(document, library, tables)
    places = {(p.line, p.column) for p in problems if p.line}  # one complaint at a place is enough
    return spec, problems + [p for p in said if (p.line, p.column) not in places]


def _document(path: Path) -> tuple[Document | None, list[Problem]]:
    name = name_of(path)
    if path.suffix != ".yaml":
        return None, [Problem(name, 0, 0, "file-name", f"the file's name must end in .yaml, not in '{path.suffix}'.")]
    try:
        with path.open("rb") as file:
            raw = file.read(1 << 24)  # a file of gigabytes is refused by size without being read
    except OSError as error:
        return None, [Problem(name, 0, 0, "no-file", f"the file cannot be read: {(error.strerror or 'unknown reason').lower()}.")]
    return survey(raw, name)


def _id_is_file_name(document: Document, path: Path) -> list[Problem]:
    given = document.get(("id",))
    if not isinstance(given, str) or given == path.stem or ("id",) in document.refused:
        return []
    return [Problem(document.file, *document.line_of(("id",)), "id-not-file-name",
                    f"id '{shown(given)}' must be the file's name, '{path.stem}'. Change one of them.")]


def _same_ids(paths: Iterable[Path]) -> list[Problem]:
    """Tables of one name in two folders."""
    first: dict[str, Path] = {}
    problems = []
    for path in paths:
        other = first.setdefault(path.stem, path)
        if other != path:
            problems.append(Problem(name_of(path), 0, 0, "duplicate-id", f"table '{path.stem}' is already in {name_of(other)}."))
    return problems


def _specs_below(folder: Path) -> list[Path]:
    """The files of a folder laid out as table_specs/, or of one of its subfolders."""
    inner = [p for name in KIND_OF_FOLDER for p in (folder / name).glob("*.y*ml")]
    return sorted([*folder.glob("*.y*ml"), *inner])


def _kind(path: Path) -> str:
    return KIND_OF_FOLDER.get(path.absolute().parent.name, "table")
