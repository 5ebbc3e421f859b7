"""Rules of a publication set: tables that are there, made for periods that it has, nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from celwacht.tables.periods import KINDS
from celwacht.tables.problems import Problem
from celwacht.tables.specs.library import Library
from celwacht.tables.specs.spec_rules import Rules
from celwacht.tables.yaml.document import Document

_PART_KIND = {letters: kind for kind, (letters, _) in KINDS.items()}


def set_problems(document: Document, library: Library, tables: Iterable[str] = ()) -> list[Problem]:
    """Everything that a set's document says against these rules. `tables`: ids known besides those of the library."""
    rules = Rules(document, library)
    names = library.tables | frozenset(tables)
    rules.once("tables")
    parts = {_PART_KIND.get((rules.text("periods", i, "part") or "")[:2]) for i, _ in rules.items("periods")}
    for i, _ in rules.items("tables"):
        if rules.known(("tables", i), "table", names, "unknown-table"):
            made = library.periods_of(rules.text("tables", i) or "")
            if made and parts and None not in parts and not parts & set(made):
                rules.say(
                    ("tables", i),
                    "no-period",
                    f"table '{rules.text('tables', i)}' is made for {', '.join(made)}, and the set has no such period.",
                )
    rules.once("when_delivered")
    own = [rules.text("tables", i) or "" for i, _ in rules.items("tables")]
    for i, _ in rules.items("when_delivered"):
        rules.known(("when_delivered", i), "table of the set", own, "unknown-table")
    seen: dict[tuple[Any, Any], int] = {}
    for i, period in rules.items("periods"):
        if isinstance(period, dict) and isinstance(period.get("part"), str) and isinstance(period.get("year"), int):
            key = (period["year"], period["part"])
            if key in seen:
                rules.say(("periods", i), "duplicate-name", f"period {period['part']} of year {period['year']} occurs twice.")
            seen[key] = i
    return rules.problems
