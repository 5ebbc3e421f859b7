"""Tables as people name them on the command line: by id, or by a file anywhere on the disk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TypeVar

from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.specs.library import Library, library_of
from celwacht.tables.specs.read_spec import read_set, read_table, read_tables
from celwacht.tables.specs.table_spec import TableSpec


def is_file(text: str) -> bool:
    """Whether a name on the command line stands for a file, and not for an id."""
    return text.endswith((".yaml", ".yml")) or "/" in text


def path_of(text: str) -> Path:
    """The file of a table, by its id in the project or by a path; ProblemsFound where no table has that id."""
    if is_file(text):
        return Path(text)
    library = Library()
    if text not in library.tables:
        raise ProblemsFound([Problem("TABLE", 0, 0, "unknown-table", f"there is no table '{text[:60]}'.{nearest(text, library.tables)}")])
    return library.root / f"{text}.yaml"


def table(text: str) -> tuple[TableSpec, Path]:
    """The table of that id or file, read strictly, and the folder of its classifications. No other file is judged."""
    path = path_of(text)
    return read_table(path), library_of(path).root


def provable(name: str, without: Collection[str] = ()) -> None:
    """ProblemsFound for every measure without a proof in the tables of a set, at its place: the gate would refuse the set for it,
    after hours of counting."""
    from celwacht.tables.counting.check_specs import unproved

    root, ids = Library().root, [t for t in read_set(name).tables if t not in without]
    problems = [p for spec in read_tables(only=ids).values() for p in unproved(spec, root / f"{spec.id}.yaml")]
    if problems:
        raise ProblemsFound(problems)


def id_of(text: str) -> str:
    """The id of a table named by id or file."""
    return Path(text).stem if is_file(text) else text


T = TypeVar("T")


def one_of(found: Mapping[str, T], name: str, problems: list[Problem]) -> T | None:
    """What has this name; None, with a problem noted, where nothing has."""
    if name not in found:
        problems.append(Problem("TABLE", 0, 0, "unknown-table", f"there is no table '{name[:60]}'.{nearest(name, found)}"))
        return None
    return found[name]
