"""Our own folders, given to `celwacht audit`: what is inside, and which tables of it readers see.

    protected/        safe.csv (or safe_NAME.csv of several tables), with the trees of hierarchy.json
    rounded/          rounded.csv: nothing is withheld in it
    2024-april/       a published set: its tables, one after the other
    a table of a set  Observations.csv with its code lists (audit_readers.py)

The confidential pattern is refused: true values stand in it, so that an audit of it would say nothing about what readers see.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from celwacht.disclosure.own_table.result import WORDS
from celwacht.disclosure.problems.trees import Trees, read_trees
from celwacht.publish.own_tables import linked_files, safe_files
from celwacht.publish.own_tables.folder import AUDIT, HIERARCHY, PATTERN
from celwacht.publish.own_tables.inputs import input_files
from celwacht.publish.own_tables.round_command import FIGURES, REPORT
from celwacht.publish.store.store import MANIFEST, RELEASES
from celwacht.tables.problems import Problem, ProblemsFound

OBSERVATIONS = "Observations.csv"


@dataclass(frozen=True, slots=True)
class Inside:
    """said: what the folder is, in sentences. tables: (file, trees or None) that are one publication, to be audited together; apart:
    folders of tables that are audited one by one."""

    notes: tuple[str, ...] = ()
    tables: tuple[tuple[Path, Trees | None], ...] = ()
    apart: tuple[Path, ...] = ()


def inside(path: Path) -> Inside:
    """What a path holds, if it is one of ours; an Inside with nothing in it where it is not. ProblemsFound for what must not be
    audited, or has nothing to audit."""
    if path.is_file():
        return _file(path)
    if not path.is_dir() or observations_of(path):
        return Inside()
    if (path / REPORT).is_file():
        return _rounded(path)
    if (path / AUDIT).is_file() and (path / PATTERN).is_file():
        return _protected(path)
    if (path / MANIFEST).is_file():
        return _set(path)
    if (path / RELEASES).is_dir():
        sets = sorted(p.name for p in path.iterdir() if p.is_symlink() and not p.name.startswith("."))
        message = f"this folder holds published sets: {', '.join(sets) or 'none'}. Name one of them, as in {path}/{(sets or ['2024-april'])[0]}, or ask of all together: celwacht attack {path}"
        raise ProblemsFound([Problem(str(path), 0, 0, "audit-folder", message)])
    names = sorted(p.name for p in path.iterdir())[:8]
    raise ProblemsFound(
        [
            Problem(
                str(path),
                0,
                0,
                "audit-folder",
                f"this folder is none of ours (it holds {', '.join(names) or 'nothing'}); name the file with the table",
            )
        ]
    )


def observations_of(path: Path) -> Path | None:
    """The file with the figures of a published table of ours."""
    return next((p for p in (path / OBSERVATIONS, path / "csv" / OBSERVATIONS) if p.is_file()), None)


def _file(path: Path) -> Inside:
    """A single file: the confidential pattern and JSON are refused, a safe file gets the trees beside it."""
    if path.suffix.lower() == ".json":
        raise ProblemsFound(
            [Problem(str(path), 0, 0, "audit-json", "JSON is not audited; name the CSV or Excel file of the table, or for ours the folder")]
        )
    if is_pattern(path):
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    1,
                    0,
                    "audit-pattern",
                    "this is the confidential pattern, with the true value of every cell: auditing it says nothing of what readers see. Audit "
                    f"safe.csv, or the folder: celwacht audit {path.parent}",
                )
            ]
        )
    beside = path.parent / HIERARCHY
    if path.suffix in (".csv", ".xlsx") and beside.is_file() and (path.name in safe_files.NAMES or path.name == FIGURES):
        return Inside((f"the hierarchies are those of {beside}",), ((path, _trees(beside)),))
    if path.name.startswith(linked_files.PREFIX) and beside.is_file():
        found = {t.safe: t for t in linked_files.read(input_files.read_text(beside), str(beside))}
        if path.stem in found:
            notes = f"one of the tables {', '.join(t.name for t in found.values())}, which were protected together: celwacht audit {path.parent} audits all"
            return Inside((notes,), ((path, found[path.stem].trees),))
    return Inside()


def is_pattern(path: Path) -> bool:
    """Whether a file is a pattern of `celwacht protect`, under whatever name."""
    try:
        with path.open("rb") as file:
            first, second, third = file.readline(400), file.readline(4000), file.readline(4000)
    except OSError:
        return False
    if first.startswith(b"# CONFIDENTIAL"):
        return True
    names = first.decode("utf-8", "replace").strip().split(",")
    words = (second + third).decode("utf-8", "replace").replace("\n", ",").split(",")
    return {"value", "status"} <= set(names) and bool(set(WORDS.values()) & {w.strip() for w in words})


def _trees(path: Path) -> Trees:
    return read_trees(input_files.read_text(path), str(path))


def _protected(path: Path) -> Inside:
    try:
        about = json.loads((path / AUDIT).read_bytes())
        verdict = str(about["verdict"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ProblemsFound([Problem(str(path / AUDIT), 0, 0, "file", "this is damaged; run celwacht protect again")]) from None
    linked = linked_files.read(input_files.read_text(path / HIERARCHY), str(path / HIERARCHY)) if (path / HIERARCHY).is_file() else ()
    files = [path / f"{t.safe}.csv" for t in linked] or [path / safe_files.NAMES[0]]
    if not all(f.is_file() for f in files):
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    0,
                    "audit-folder",
                    f"a folder of celwacht protect whose verdict is {verdict}, with nothing in it that may be handed on, so that there is nothing "
                    "to audit. What is not proved is named in audit.json",
                )
            ]
        )
    notes = f"a folder of celwacht protect, verdict {verdict}: what may be handed on of it is audited ({', '.join(f.name for f in files)})"
    if linked:
        return Inside((notes,), tuple((f, t.trees) for f, t in zip(files, linked, strict=True)))
    trees = _trees(path / HIERARCHY) if (path / HIERARCHY).is_file() else None
    more = () if trees else ("it was made of a problem: what adds up in it must be told with --spec",)
    return Inside((notes, *more), ((files[0], trees),))


def _rounded(path: Path) -> Inside:
    trees = _trees(path / HIERARCHY) if (path / HIERARCHY).is_file() else None
    try:
        method = str(json.loads((path / REPORT).read_bytes())["method"]["method"])
    except (OSError, ValueError, KeyError, TypeError):
        method = "unknown"
    notes = (
        f"a folder of celwacht round, method {method}: no figure of it is withheld. What rounding promises is in disclosure/ROUNDING.md; whether "
        f"the figures are as they were made: celwacht verify {path}"
    )
    return Inside((notes,), ((path / FIGURES, trees),))


def _set(path: Path) -> Inside:
    tables = tuple(sorted(p for p in path.iterdir() if p.is_dir() and observations_of(p)))
    notes = f"a published set of {len(tables)} tables: {', '.join(p.name for p in tables)}. Each is audited by itself; all together: celwacht attack"
    return Inside((notes,), (), tables)
