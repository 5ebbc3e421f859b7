"""Judging records in DuckDB: all rules of one view in one scan, with every record that fails.

A comparison with an unknown field cannot be judged: such a record is not among those judged, unless the rule asks whether it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from celwacht.tables.checks.answers import FAILED, PASSED, UNJUDGED, Judged
from celwacht.tables.checks.catalogue import Rule
from celwacht.tables.checks.database import Connection
from celwacht.tables.checks.fields import fields_of_view, kind_of, vocabulary
from celwacht.tables.periods import Period
from celwacht.tables.specs.filter_language import And, Compare, Expr, In, Known, Not, Or, fields_of, parse

_OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass
class _Bound:
    """The values of a statement, by number."""

    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


@dataclass(frozen=True)
class Scan:
    """What a scan needs to know: the records are the table `records` of the connection, with columns of microdata and `regel`, which is NULL
    where the line is not known: an answer then has no lines."""

    record: str
    period: Period
    view: str = "records"
    references: frozenset[str] = frozenset()
    """The references that are there: vorige (table `beside`), postcodes, aanbieders."""


def judge(connection: Connection, rules: Sequence[Rule], scan: Scan) -> list[Judged]:
    """The answers of the rules of the scan's view on every delivery among the records, in one statement.

    A delivery without records among them has no answers. Rules that the intake judges, and changes, are left out.
    """
    known = vocabulary(scan.record, scan.view)
    mine = [rule for rule in rules if rule.view == scan.view and rule.judge in ("fails", "share", "dominant")]
    if not known or not mine:
        return []
    trees = {rule.code: _trees(rule, scan) for rule in mine}
    used = sorted({name for rule in mine for name in _used(rule, trees[rule.code])})
    missing = {name for name in used if known[name].needs and known[name].needs not in scan.references}
    bound, asked, parts = _Bound(), [], []
    for number, rule in enumerate(mine):
        if not missing & _used(rule, trees[rule.code]):
            asked += _asked_of_a_record(rule, trees[rule.code], bound, number)
            parts += _aggregates(rule, number)
    days = {"first": scan.period.begin, "last": scan.period.end}
    made = ", ".join(f'{known[name].sql} AS "{name}"' for name in used if name not in missing)
    text = (
        f'WITH one AS (SELECT *, "{kind_of()[scan.record]}" AS k FROM records), '
        f"seen AS (SELECT bestand AS delivery, regel AS line, persoon AS person{', ' + made if made else ''} FROM one), "
        f"asked AS (SELECT delivery, line, person{''.join(', ' + part for part in asked)} FROM seen) "
        f"SELECT delivery{''.join(', ' + part for part in parts)} FROM asked GROUP BY delivery ORDER BY delivery"
    )
    values = {**bound.values, **{name: day for name, day in days.items() if f"${name}" in text}}
    found: list[Judged] = []
    for row in connection.execute(text, values).fetchall():
        cells = iter(row[1:])
        for rule in mine:
            if missing & _used(rule, trees[rule.code]):
                why = "geen-vorige" if "vorige" in {known[n].needs for n in missing & _used(rule, trees[rule.code])} else "geen-lijst"
                found.append(Judged(str(row[0]), rule.code, UNJUDGED, why=why))
            else:
                found.append(_answer(str(row[0]), rule, [next(cells) for _ in range(_WIDTH[rule.judge])]))
    return found


_WIDTH = {"fails": 4, "share": 4, "dominant": 1}


def _trees(rule: Rule, scan: Scan) -> dict[str, Expr]:
    known = fields_of_view(scan.record, scan.view)
    return {place[-1]: parse(text, known) for place, text in rule.expressions.items()}


def _used(rule: Rule, trees: Mapping[str, Expr]) -> frozenset[str]:
    own = frozenset({rule.dominant.field}) if rule.dominant else frozenset()
    return own.union(*(fields_of(tree) for tree in trees.values()))


def _asked_of_a_record(rule: Rule, trees: Mapping[str, Expr], bound: _Bound, number: int) -> list[str]:
    """What the columns of one rule are made of, once for every record: whether it is judged (j) and fails (f), or the value of a field (d)."""
    among = [_condition(trees["among"], bound)] if "among" in trees else []
    if rule.dominant:
        name = f'"{rule.dominant.field}"'
        return [f"CASE WHEN {' AND '.join(among)} THEN {name} END AS d{number}" if among else f"{name} AS d{number}"]
    asked = trees["fails"] if rule.fails else trees["of"]
    judged = [*among, *(f'"{name}" IS NOT NULL' for name in sorted(_must_be_known(asked)))]
    failing = " AND ".join([*judged, _condition(asked, bound)])
    return [f"({' AND '.join(judged) or 'true'}) AS j{number}", f"({failing}) AS f{number}"]


def _aggregates(rule: Rule, number: int) -> list[str]:
    """The columns of one rule: judged, failed, lines and persons; or the values of a field with their numbers."""
    if rule.dominant:
        return [f"histogram(d{number}) FILTER (d{number} IS NOT NULL)"]
    lists = [f"list({one} ORDER BY line, person) FILTER (f{number})" for one in ("line", "person")]
    return [
        f"count(*) FILTER (j{number})",
        f"count(*) FILTER (f{number})",
        *(lists if rule.severity != "information" else ["NULL", "NULL"]),
    ]


def _must_be_known(expr: Expr) -> frozenset[str]:
    """Fields that are compared, and not merely asked whether they are known."""
    asked = _asked(expr)
    return fields_of(expr) - asked


def _asked(expr: Expr) -> frozenset[str]:
    if isinstance(expr, And | Or):
        return frozenset().union(*map(_asked, expr.parts))
    if isinstance(expr, Not):
        return _asked(expr.part)
    return frozenset({expr.field}) if isinstance(expr, Known) else frozenset()


def _condition(expr: Expr, bound: _Bound) -> str:
    """The expression in SQL, of two values: a comparison with an unknown field does not hold."""
    if isinstance(expr, Compare):
        return f'coalesce("{expr.field}" {_OPERATORS[expr.op]} {bound.add(expr.value)}, false)'
    if isinstance(expr, In):
        listed = ", ".join(bound.add(value) for value in expr.values)
        return f'coalesce("{expr.field}" {"NOT IN" if expr.negated else "IN"} ({listed}), false)'
    if isinstance(expr, Known):
        return f'("{expr.field}" IS {"" if expr.negated else "NOT "}NULL)'
    if isinstance(expr, Not):
        return f"(NOT {_condition(expr.part, bound)})"
    return "(" + (" AND " if isinstance(expr, And) else " OR ").join(_condition(part, bound) for part in expr.parts) + ")"


def _answer(delivery: str, rule: Rule, cells: list[Any]) -> Judged:
    if rule.dominant:
        counts = list((cells[0] or {}).values())
        return _by_share(delivery, rule, sum(counts), max(counts, default=0), rule.dominant.above, rule.dominant.at_least)
    judged, failed, lines, persons = cells
    if None in (lines or ()):  # of a vault of before lines were kept
        lines = persons = ()
    if rule.share:
        return _by_share(delivery, rule, judged, failed, rule.share.above, rule.share.at_least, lines or (), persons or ())
    if not judged:
        return Judged(delivery, rule.code, UNJUDGED, why="geen-geval")
    return Judged(delivery, rule.code, FAILED if failed else PASSED, judged, failed, "", tuple(lines or ()), tuple(persons or ()))


def _by_share(
    delivery: str, rule: Rule, judged: int, failed: int, above: int, least: int, lines: Iterable[int] = (), persons: Iterable[str] = ()
) -> Judged:
    """A rule on a share: integers only, so that 2% of 100 is not above 2%."""
    if judged < least:
        return Judged(delivery, rule.code, UNJUDGED, judged, why="te-weinig")
    if 100 * failed <= above * judged:
        return Judged(delivery, rule.code, PASSED, judged, failed)
    return Judged(delivery, rule.code, FAILED, judged, failed, "", tuple(lines), tuple(persons))
