"""Rules of `impossible`: filters over fields that the table shows, of which something follows for its cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from celwacht.tables.problems import Problem
from celwacht.tables.sources.sources import FieldType
from celwacht.tables.specs.filter_language import fields_of, parse_all
from celwacht.tables.specs.library import Listed
from celwacht.tables.yaml.document import Path

if TYPE_CHECKING:
    from celwacht.tables.specs.spec_rules import Rules


def impossible_problems(rules: Rules, fields: Mapping[str, FieldType]) -> None:
    """Every filter is one, reads dimensions only, and stands there once."""
    shown, sets = _fields(rules)
    seen: dict[str, int] = {}
    for i, _ in rules.items("impossible"):
        text = rules.text("impossible", i)
        if not text:
            continue
        path: Path = ("impossible", i)
        expr, errors = parse_all(text, rules.library.with_codes(fields))
        for error in errors:
            place = rules.document.place_in(path, error.offset)
            rules.problems.append(Problem(rules.document.file, *place, "filter", f"impossible: {error.message}"))
        if expr is None or errors:
            continue
        if seen.setdefault(str(expr), i) != i:
            rules.say(
                path, "duplicate-name", f"this filter already stands on line {rules.document.line_of(('impossible', seen[str(expr)]))[0]}."
            )
        for name in sorted(fields_of(expr) - shown):
            if name in sets:
                said = (
                    f"'{name}' is that of a dimension with per_person: alle, of which a person has several classes: nothing is impossible"
                )
            else:
                said = f"no dimension of this table shows '{name}', so that nothing follows for its cells"
            rules.say(path, "impossible-field", f"{said}. Leave the filter out.")


def _fields(rules: Rules) -> tuple[frozenset[str], frozenset[str]]:
    """(fields of dimensions of which a record has one class, fields of those with per_person: alle)."""
    lists = rules.library.classifications
    one: set[str] = set()
    several: set[str] = set()
    for j, _ in rules.items("dimensions"):
        field = rules.text("dimensions", j, "field") or lists.get(rules.text("dimensions", j, "classification") or "", Listed()).field
        if field:
            (several if rules.text("dimensions", j, "per_person") == "alle" else one).add(field)
    return frozenset(one), frozenset(several - one)
