"""The statement that gives every record its class in each dimension of a table, and the periods in which it counts."""

from __future__ import annotations

from celwacht.tables.counting.atoms_sql import Step, classed_steps, leaf, names_of, record_fields, with_classes, with_steps
from celwacht.tables.counting.parts_sql import both, column, condition, counts_in, literal, named
from celwacht.tables.counting.plan import Plan
from sqlglot import exp


def all_records_tree(plan: Plan) -> exp.Select:
    """Every record of the source, whether it counts or not: `rij` its number in the table of records, `persoon`,
    `volgorde`, `tijd` the set of plan.periods in which it counts (as bits), and its leaf in each dimension by names_of.
    """
    number = named(exp.column("rowid"), "rij")
    fields = record_fields(plan, ()).select(number, copy=False)
    periods: exp.Expr = literal(0)
    for i, period in enumerate(plan.periods):
        kept = both([counts_in(plan, period)] + ([condition(plan.where)] if plan.where else []))
        bit = exp.Case(ifs=[exp.If(this=kept, true=literal(1 << i))], default=literal(0))
        periods = exp.Add(this=periods, expression=bit)
    steps: list[Step] = [
        ("gegevens", "Fields of this table, one row per trajectory", fields),
        ("gekozen", "In which periods each counts", exp.select(exp.Star(), named(periods, "tijd")).from_(exp.to_table("gegevens"))),
    ]
    steps += [step for step in classed_steps(plan) if step[0].startswith("klassen_")]
    names = names_of(plan)[: len(plan.axes)]
    columns = [column(c) for c in ("rij", "persoon", "volgorde", "tijd")]
    tree = exp.select(*columns, *[named(leaf(axis, i), names[i - 1]) for i, axis in enumerate(plan.axes, 1)])
    return with_steps(with_classes(tree.from_(exp.to_table("gekozen")), plan), steps, "The class in each dimension, as a number")
