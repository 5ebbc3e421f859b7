"""The parts that statements are made of: columns and values, the filter, and in which periods a trajectory counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from celwacht.tables.engines.nodes import AnyDay
from celwacht.tables.periods import Period
from celwacht.tables.sources.source_spec import Begins, Ends, Made, TakenOver
from celwacht.tables.sources.sources import FieldType
from celwacht.tables.sources.union_parts import Part
from celwacht.tables.specs.filter_language import And, Compare, Expr, In, Known, Not, parse
from sqlglot import exp

if TYPE_CHECKING:
    from celwacht.tables.counting.plan import Plan

TAKEN_ON = "overgenomen_op"
"""Column of trajectories: the days on which a provider took it over."""
_OPERATORS = {"==": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


def column(name: str, table: str = "") -> exp.Column:
    return exp.column(name, table=table or None, quoted=True)


def literal(value: str | int | bool | date) -> exp.Expr:
    """A value as a node of the tree, so that its text can never become SQL."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.Neg(this=exp.Literal.number(-value)) if value < 0 else exp.Literal.number(value)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    return exp.Literal.string(value)


def named(node: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(node, name, quoted=True)


def both(parts: Iterable[exp.Expr]) -> exp.Expr:
    return exp.and_(*parts)


def condition(expr: Expr) -> exp.Expr:
    """The filter in SQL. Two-valued: a comparison with an unknown field does not hold, so its `not` does."""
    if isinstance(expr, Compare):
        return _holds(_OPERATORS[expr.op](this=column(expr.field), expression=literal(expr.value)))
    if isinstance(expr, In):
        among: exp.Expr = exp.In(this=column(expr.field), expressions=[literal(v) for v in expr.values])
        return _holds(exp.Not(this=among) if expr.negated else among)
    if isinstance(expr, Known):
        absent = exp.Is(this=column(expr.field), expression=exp.Null())
        return absent if expr.negated else exp.Not(this=absent)
    if isinstance(expr, Not):
        return exp.Not(this=exp.paren(condition(expr.part)))
    join = exp.and_ if isinstance(expr, And) else exp.or_
    return exp.paren(join(*map(condition, expr.parts)))


def _holds(test: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=test, expressions=[exp.false()])


def unknown(name: str, number: bool = False) -> exp.Expr:
    """A column of which nothing is known: of texts, or of numbers."""
    return named(exp.cast(exp.Null(), "bigint" if number else "varchar"), name)


def counts_in(plan: Plan, period: Period) -> exp.Expr:
    """Whether a trajectory counts in the period; as plan.touches, and never unknown.

    instroom looks at `begonnen`: what an institution took over did not begin then.
    """
    begin, end = column("aanvang"), column("einde")
    first, last = literal(period.begin), literal(period.end)
    if plan.spec.moment in ("instroom", "uitstroom"):
        day = column("begonnen") if plan.spec.moment == "instroom" else end
        return _holds(exp.Between(this=day, low=first, high=last))
    running = exp.Is(this=end.copy(), expression=exp.Null())
    if plan.spec.moment == "gebruik":
        later: exp.Expr = exp.GTE(this=end, expression=first)
    else:
        later = (exp.GTE if plan.spec.stand_includes_end else exp.GT)(this=end, expression=last.copy())
    return both([exp.LTE(this=begin, expression=last), exp.paren(exp.or_(running, later))])


def in_period(made: Iterable[Made], period: Period) -> dict[str, exp.Expr]:
    """The fields that say what happened in a period (FieldType.per_period), for a plan of that period alone."""

    def chosen(*tests: tuple[exp.Expr, str], other: str) -> exp.Case:
        return exp.Case(ifs=[exp.If(this=_holds(test), true=literal(code)) for test, code in tests], default=literal(other))

    def inside(name: str) -> exp.Expr:
        return exp.Between(this=column(name), low=literal(period.begin), high=literal(period.end))

    found: dict[str, exp.Expr] = {}
    for one in made:
        if isinstance(one, Begins):
            before = exp.LT(this=column("aanvang"), expression=literal(period.begin))
            found[one.name] = chosen((inside("begonnen"), one.codes[1]), (before, one.codes[0]), other=one.codes[2])
        elif isinstance(one, Ends):
            found[one.name] = chosen((inside("einde"), one.codes[0]), other=one.codes[1])
        elif isinstance(one, TakenOver):
            after = literal(period.end + timedelta(days=1))
            taken = AnyDay(this=column(TAKEN_ON), first=literal(period.begin), last=literal(period.end), after=after)
            found[one.name] = chosen((taken, one.codes[0]), other=one.codes[1])
    return found


def code_of(part: Part | None, fields: Mapping[str, FieldType]) -> exp.Expr:
    """The code of a record of a register in a union. fields: the vocabulary of the register."""
    own = literal(part.code if part else "")
    chosen = [exp.If(this=condition(parse(one.among, fields)), true=literal(one.code)) for one in (part.some if part else ())]
    return exp.Case(ifs=chosen, default=own) if chosen else own


def among(tree: exp.Select, part: Part | None, fields: Mapping[str, FieldType]) -> exp.Select:
    """The records that count: a union may leave some of a register out."""
    return tree.where(condition(parse(part.among, fields))) if part and part.among else tree
