"""A folder of outputs as it came: form, files, and what ACRO recorded of them (`outputs.json`, or `results.json` since its version 1)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.publish.outputs.form import FORM, Form, Output
from celwacht.publish.outputs.statbarns import RISKS
from celwacht.publish.own_tables.inputs.excel_input import SUFFIXES, sheet_rows
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.read import read_yaml

RECORDS = ("outputs.json", "results.json")
BESIDE = (*RECORDS, FORM, "config.json", "session_summary.csv", "session_summary.json")
"""Files of the tools, which never leave."""
MOST_BYTES = 20_000_000
_NAME = re.compile(r"(outputs\.\d+\.file: .*?, )found .*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Noted:
    """What ACRO recorded of one file. failed: checks that it says fail; summary: in its words."""

    statbarn: str
    status: str
    failed: tuple[str, ...] = ()
    exception: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """A folder. files: name -> content; noted: name -> what ACRO recorded. Confidential."""

    form: Form
    files: Mapping[str, bytes] = field(repr=False)
    noted: Mapping[str, Noted] = field(repr=False)

    def digest(self, name: str) -> str:
        """SHA-256 of a file."""
        return hashlib.sha256(self.files[name]).hexdigest()

    def statbarn(self, one: Output) -> str:
        """As the form says, or else ACRO; '' where neither does."""
        said = self.noted.get(one.file)
        return one.statbarn or (said.statbarn if said else "")


def read_folder(folder: Path) -> Came:
    """ProblemsFound with all that is wrong: no form, a file that is not there, or one that the form does not name."""
    form = _form(folder)
    named = {o.file for o in form.outputs}
    problems, files = [], {}
    for number, path in enumerate(sorted(folder.rglob("*")), 1):
        name = path.relative_to(folder).as_posix()
        told = name if name in named or name in BESIDE else f"file {number} of the folder, in order of name ({len(name)} characters)"
        if path.is_symlink() or (path.is_file() and "/" in name and not name.startswith("checksums/")):
            problems.append(Problem(told, 0, 0, "place", "only files in the folder itself are checked; put it there."))
        elif path.is_file() and name in named:
            if path.stat().st_size > MOST_BYTES:
                problems.append(Problem(name, 0, 0, "size", f"is larger than {MOST_BYTES:,} bytes; an output is a table, not data."))
            else:
                files[name] = path.read_bytes()
        elif path.is_file() and name not in BESIDE and "/" not in name:
            problems.append(
                Problem(told, 0, 0, "unnamed", f"the form does not name this file; add it under outputs in {FORM}, or take it away.")
            )
    for name in sorted(named - files.keys() - {p.file for p in problems}):
        problems.append(Problem(FORM, 0, 0, "no-file", f"outputs: there is no file {name} in the folder."))
    problems += [
        Problem(FORM, 0, 0, "tool", f"outputs: {name} is the tool's own record, which never leaves; take it out.")
        for name in sorted(named & {*BESIDE})
    ]
    noted = _recorded(folder, problems)
    if problems:
        raise ProblemsFound(problems)
    return Came(form, files, noted)


def _form(folder: Path) -> Form:
    """The form. A file that it names in a way that no file may be called stays unnamed in the message: names have held persons."""
    try:
        form: Form = read_yaml(folder / FORM, Form)
    except ProblemsFound as found:
        raise ProblemsFound(
            Problem(p.file, p.line, p.column, p.rule, _NAME.sub(r"\1found something else.", p.message)) for p in found.problems
        ) from None
    return form


def _recorded(folder: Path, problems: list[Problem]) -> dict[str, Noted]:
    path = next((folder / name for name in RECORDS if (folder / name).is_file()), None)
    if path is None:
        return {}
    try:
        found = {}
        for one in json.loads(path.read_text(encoding="utf-8"))["results"].values():
            fair = one.get("fair") or {}
            kind = str(fair.get("statbarn", ""))
            failed = tuple(str(check) for check, said in (fair.get("check_status") or {}).items() if said == "fail")
            for its in one["files"]:
                name = its["name"]
                found[name] = Noted(kind if kind in RISKS else "", str(one.get("status", "")), failed, str(one.get("exception", "")))
        return found
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        problems.append(Problem(path.name, 0, 0, "acro", "cannot be read as the record of ACRO; finalise the session again."))
        return {}


def rows_of(name: str, content: bytes, sheet: str | None) -> list[list[str]]:
    """A file as rows of text; row i is line i + 1. ProblemsFound where it is no table."""
    if name.lower().endswith(SUFFIXES):
        return sheet_rows(Path(name), content, sheet)
    if not name.lower().endswith(".csv"):
        raise ProblemsFound([Problem(name, 0, 0, "file", "counts are read from .csv and .xlsx; save the table as one of these.")])
    try:
        text = content.decode("utf-8-sig")
        first = text.splitlines()[0] if text else ""
        found = list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise ProblemsFound([Problem(name, 0, 0, "file", "cannot be read as CSV in UTF-8; save it again as that.")]) from None
    width = max(map(len, found), default=0)
    return [row + [""] * (width - len(row)) for row in found]
