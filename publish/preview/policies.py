"""Policies and the tables under them, judged before anything is counted."""

from __future__ import annotations

from pathlib import Path

from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.tables import home
from celwacht.tables.problems import Problem
from celwacht.tables.specs.library import library_of
from celwacht.tables.specs.read_spec import kind_of, read_file
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.yaml.read import name_of, read_document


def judged(paths: list[Path], problems: list[Problem]) -> list[str]:
    """Where policies promise less than it may seem. Added to the problems of the files: tables in which their policy protects nobody."""
    bad, remarks = {p.file for p in problems}, []
    for path in paths:
        if name_of(path) in bad or kind_of(path) not in ("policy", "table"):
            continue
        spec, wrong = read_file(path, kind_of(path), None)
        if wrong:
            continue
        if isinstance(spec, DisclosurePolicy):
            remarks += [f"{name_of(path)}:{_place(path, 'width')[0]}: {text}." for text in spec.remarks]
        if isinstance(spec, TableSpec):
            own, wrong = read_file(home.file("policies", f"{spec.policy}.yaml", library_of(path).root), "policy", None)
            if not wrong and own.protects_nothing_in(tuple(d.name for d in spec.dimensions)):
                reason = f"policy {spec.policy} makes no count of this table sensitive: its threshold is 1 and its rules are about other dimensions"
                problems.append(
                    Problem(
                        name_of(path),
                        *_place(path, "policy"),
                        "protects-nobody",
                        f"{reason}. Raise the threshold (10 is usual), or take another policy.",
                    )
                )
    return remarks


def _place(path: Path, key: str) -> tuple[int, int]:
    """Line and column of a key of a file; 0 where it cannot be read."""
    document = read_document(path)[0]
    return document.line_of((key,)) if document else (0, 0)
