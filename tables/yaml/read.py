"""From a YAML file to a value of a model: read, confronted, every problem with its place; and how messages name a file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from celwacht.tables.home import PACKAGED
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.document import Document
from celwacht.tables.yaml.parse import survey

AnyPath = str | Path | Traversable


def read_yaml(path: AnyPath, model: Any) -> Any:
    """A restricted YAML file as a value of `model` (a pydantic class or TypeAdapter); ProblemsFound if it is not one."""
    value, problems = read_model(Path(str(path)), model)
    if problems:
        raise ProblemsFound(problems)
    return value


def read_model(path: Path, model: Any) -> tuple[Any | None, list[Problem]]:
    """(value or None, every problem) of a restricted YAML file that is to be a `model`."""
    document, problems = read_document(path)
    if document is None:
        return None, problems
    value, misfits = confront(document, model)
    return value, [*problems, *misfits]


def read_models(paths: Iterable[Path], model: Any) -> dict[str, Any]:
    """Name without .yaml -> value, of several files of one kind; ProblemsFound with all that is wrong in any of them."""
    found, problems = {}, []
    for path in paths:
        value, wrong = read_model(path, model)
        problems += wrong
        if value is not None:
            found[path.stem] = value
    if problems:
        raise ProblemsFound(problems)
    return found


def name_of(path: Path) -> str:
    """How messages name a file: from table_specs/ on if it is ours, else from here on, else as it is."""
    if path.is_relative_to(PACKAGED):
        return f"table_specs/{path.relative_to(PACKAGED).as_posix()}"
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here


def read_document(path: Path) -> tuple[Document | None, list[Problem]]:
    name = name_of(path)
    if path.suffix != ".yaml":
        return None, [Problem(name, 0, 0, "file-name", f"the file's name must end in .yaml, not in '{path.suffix}'.")]
    try:
        with path.open("rb") as file:
            raw = file.read(1 << 24)  # a file of gigabytes is refused by size without being read
    except OSError as error:
        return None, [Problem(name, 0, 0, "no-file", f"the file cannot be read: {(error.strerror or 'unknown reason').lower()}.")]
    return survey(raw, name)
