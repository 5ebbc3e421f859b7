"""`celwacht new ID`: a table that is right from the first line, to be changed into the table that is wanted."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.specs.library import Library
from celwacht.tables.yaml.model import SHAPES
from celwacht.tables.yaml.read import name_of

_ID = re.compile(r"[a-z][a-z0-9_]{2,39}", re.ASCII)

_MODELINE = "# yaml-language-server: $schema="
TEMPLATE = "new_table.txt"
"""File of the installation with the text of a new table; {id} and {title} are filled in."""


def new_table(id: str, folder: str | Path | None = None, example: str | None = None) -> Path:
    """Writes `folder`/`id`.yaml, a valid table, and gives its path; default folder: that of the project.

    example: id of a standard table to start from; default: a small table with a comment at every line to change.
    ProblemsFound if the id is no name for a table, the folder or the example is not there, or the file already
    exists (which is left as it is).
    """
    with_id(id, "table")
    folder = writable(folder)
    path = folder / f"{id}.yaml"
    text = (
        (home.PACKAGED / TEMPLATE).read_text(encoding="utf-8").format(id=id, title=id.replace("_", " ").capitalize())
        if example is None
        else _copy(example, id)
    )
    schema = schema_from("table", folder)
    text = _MODELINE + schema + "\n" + text
    return write_new(path, text)


def with_id(id: str, what: str) -> None:
    """ProblemsFound, with a better name, where `id` is no name for a table or a classification (`what`)."""
    if not _ID.fullmatch(id):
        shape = SHAPES[r"^[a-z][a-z0-9_]{2,39}$"]
        raise _refusal("new", "bad-id", f"'{_printable(id)}' is not a name for a {what}; expected {shape}.{_suggestion(id)}")


def write_new(path: Path, text: str) -> Path:
    """Writes a file that is not there yet; ProblemsFound where it is, or cannot be written."""
    made = False
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:  # x: whoever comes second is refused
            made = True
            file.write(text)
    except FileExistsError:
        raise _refusal(name_of(path), "exists", "the file exists already, and is left as it is. Take another name.") from None
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise _refusal(name_of(path), "no-file", f"the file cannot be written: {(error.strerror or 'unknown').lower()}.") from None
    return path


def writable(folder: str | Path | None) -> Path:
    """The folder for a new specification; ProblemsFound where there is none, or where it is that of an installation."""
    if folder is None and not home.is_own():
        message = (
            "these specifications are part of the installed program, where an update would overwrite yours. "
            "Make a folder of your own (celwacht init DIR) and work there, or say where: --to FOLDER."
        )
        raise _refusal("new", "no-project", message)
    folder = Path(folder) if folder is not None else home.specs()
    if not folder.is_dir():
        raise _refusal(name_of(folder), "no-file", "there is no such folder. Make it first, or leave it out.")
    if not home.is_own() and folder.resolve().is_relative_to(home.PACKAGED.resolve()):
        raise _refusal(name_of(folder), "no-project", "this folder is part of the installed program. Name another one.")
    return folder


def schema_from(kind: str, folder: Path) -> str:
    """The way from a folder to the JSON Schema of a kind of specification, for the first line of a new file."""
    return os.path.relpath(home.file("schema", f"{kind}.schema.json"), folder.resolve()).replace(os.sep, "/")


def _copy(example: str, id: str) -> str:
    """The text of a standard table under another id, without its modeline."""
    library = Library()
    names = library.tables
    if example not in names:
        raise _refusal("new", "unknown-table", f"there is no table '{_printable(example)}' to start from.{nearest(example[:60], names)}")
    text = (library.root / f"{example}.yaml").read_text(encoding="utf-8")
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(_MODELINE))
    return re.sub(r"^id:[ ]*[a-z0-9_]+", f"id: {id}", text, count=1, flags=re.MULTILINE)


def _suggestion(id: str) -> str:
    plain = unicodedata.normalize("NFKD", id).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain.removesuffix(".yaml")).strip("_")[:40]
    return f" Try '{name}'." if _ID.fullmatch(name) else ""


def _printable(text: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text[:60])


def _refusal(place: str, rule: str, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(place, 0, 0, rule, message)])
