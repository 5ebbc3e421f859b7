"""From plans to SQL, through the syntax tree of sqlglot. Pure, and the only place that writes SQL.

Two statements. `records_tree` makes one row per trajectory of a source and a year, with every field of the
vocabulary; it holds nothing of a specification, and all tables of a set share its result. `atoms_tree` counts for one
plan. Names of a specification become quoted names after a number (`"2_RegioS"`), so that none can collide with a field;
its values become literals of the tree, long lists of them parameters.
"""

from __future__ import annotations

import re
from typing import Any

from celwacht.tables.counting.parts_sql import both, column, condition, counts_in, in_period, literal, named
from celwacht.tables.counting.plan import Axis, Plan, fields_read
from celwacht.tables.engines.dialects import duck_text
from celwacht.tables.engines.nodes import Chains, LatestOf, ListRows, YearsLived
from celwacht.tables.sources.sources import derived_of
from sqlglot import exp

LONGEST_CASE = 24
"""A classification of more values than this is joined to a list of parameters instead of spelt out."""
UNLISTED, UNLISTED_IN_SET = -1, 62
"""Leaf of a value that the classification does not list and that has no unknown leaf to go to; and its bit in a set."""


def table_of_records(plan: Plan) -> str:
    """Name of the table with one row per trajectory of the source and the year."""
    return f"{plan.spec.source}_{plan.year}"


Step = tuple[str, str, "exp.Expr"]
"""Name of a CTE, what it does, and its SELECT."""


def one_line(comment: str) -> str:
    """A comment that cannot end before its line does."""
    return " ".join(comment.split()).rstrip(".?") + ("?" if comment.endswith("?") else ".")


def with_steps(tree: exp.Select, steps: list[Step], last: str) -> exp.Select:
    """The tree with a CTE per step, numbered in their comments; `last` tells what the tree itself does."""
    for i, (name, comment, select) in enumerate(steps, 1):
        tree = tree.with_(name, as_=select, copy=False)
        tree.args["with_"].expressions[-1].add_comments([one_line(f"{i}. {comment}")])
    if any(isinstance(select, Chains) for _, _, select in steps):
        tree.args["with_"].set("recursive", True)
    tree.add_comments([one_line(f"{len(steps) + 1}. {last}")])
    return tree


# ---- classes --------------------------------------------------------------------------------------------------------


def names_of(plan: Plan) -> list[str]:
    """Columns of the result, one per dimension in order, Perioden last where the plan has it."""
    names = [f"{i}_{axis.name}" for i, axis in enumerate(plan.axes, 1)]
    return names if plan.persons else [*names, f"{len(names) + 1}_Perioden"]


def _joined(axis: Axis) -> bool:
    return len(axis.coding.values) > LONGEST_CASE


def _lists(axis: Axis, number: int) -> dict[str, str]:
    """field: alias of the list of classes it is looked up in. A wijk that the list does not have falls back on the gemeente."""
    return {field: f"klassen_{number}" + (f"_{field}" if i else "") for i, field in enumerate(fields_read(axis.coding))}


def leaf(axis: Axis, number: int) -> exp.Expr:
    """The leaf of a record in one dimension."""
    coded = axis.coding
    lost = UNLISTED_IN_SET if axis.all_touched else UNLISTED
    other = literal(lost if coded.unknown is None else coded.unknown)
    if _joined(axis):
        found = [column("klasse", table) for table in _lists(axis, number).values()]
        return exp.Coalesce(this=found[0], expressions=[*found[1:], other])
    value = column(fields_read(axis.coding)[0])
    case = exp.Case(this=value.copy() if coded.values else None, ifs=[], default=other)
    for low, high, place in coded.ranges:
        bounds = [exp.GTE(this=value.copy(), expression=literal(low))] if low is not None else []
        bounds += [exp.LT(this=value.copy(), expression=literal(high))] if high is not None else []
        case.append("ifs", exp.If(this=both(bounds), true=literal(place)))
    for text, place in coded.values.items():
        case.append("ifs", exp.If(this=literal(text), true=literal(place)))
    return case


def parameters(plan: Plan) -> dict[str, Any]:
    """The lists that `atoms_tree` refers to: for each long classification its values and their leaves."""
    bound: dict[str, Any] = {}
    for number, axis in enumerate(plan.axes, 1):
        if _joined(axis):
            bound[f"waarden_{number}"] = list(axis.coding.values)
            bound[f"bladen_{number}"] = list(axis.coding.values.values())
    return bound


# ---- the statement of a table ---------------------------------------------------------------------------------------


def atoms_tree(plan: Plan) -> exp.Select:
    """Counts of trajectories or persons for every combination of leaves that occurs; one statement.

    Columns: names_of(plan), then `aantal`, then for each field of plan.sums its sum and how often it was known.
    For per_person: alle the leaf is a set of leaves, as a bitmask; for Perioden a bitmask over plan.periods.
    """
    steps = classed_steps(plan)
    last = "ingedeeld"
    if plan.persons:
        last = "personen"
        steps.append(persons_step(plan))
    names = names_of(plan)
    counted = [column(n) for n in names] + [named(exp.Count(this=exp.Star()), "aantal")]
    for name in plan.sums:
        counted.append(named(exp.cast(exp.Sum(this=exp.cast(column(name), "bigint")), "bigint"), f"som_{name}"))
        counted.append(named(exp.Count(this=column(name)), f"bekend_{name}"))
    tree = exp.select(*counted).from_(exp.to_table(last)).group_by(*[column(n) for n in names])
    return with_steps(tree, steps, f"Count {plan.spec.unit} per combination of classes: the atoms")


def classed_steps(plan: Plan, more: tuple[str, ...] = ()) -> list[Step]:
    """Up to one row per trajectory that counts, with its class in each dimension, and the columns `more` of the
    records."""
    steps: list[Step] = [
        ("gegevens", "Fields of this table, one row per trajectory", record_fields(plan, more)),
        ("gekozen", _story(plan), _selected(plan)),
    ]
    for number, axis in enumerate(plan.axes, 1):
        if _joined(axis):
            lists = [named(ListRows(this=f"{p}_{number}"), n) for p, n in (("waarden", "waarde"), ("bladen", "klasse"))]
            steps.append(
                (
                    f"klassen_{number}",
                    f"Which value is which class of {axis.name}: {len(axis.coding.values)} values, bound",
                    exp.select(*lists),
                )
            )
    return [*steps, ("ingedeeld", "The class of each trajectory in each dimension, as a number", _classed(plan, more))]


def unlisted_tree(plan: Plan, number: int) -> exp.Select:
    """Columns `waarde` and `aantal`: the values of the records that fall in no class of the axis with this number (from 1), in order, and in
    how many records each stands."""
    axis = plan.axes[number - 1]
    steps = [step for step in classed_steps(plan) if step[0] != "ingedeeld"]
    value = column(fields_read(axis.coding)[0])
    lost = exp.EQ(this=leaf(axis, number), expression=literal(UNLISTED_IN_SET if axis.all_touched else UNLISTED))
    asked = exp.select(named(value.copy(), "waarde"), named(exp.Count(this=exp.Star()), "aantal")).from_(exp.to_table("gekozen"))
    tree = with_classes(asked, plan).where(lost).group_by(value.copy()).order_by(exp.Ordered(this=value.copy(), nulls_first=True))
    return with_steps(tree, steps, f"Values that fall in no class of {axis.name}")


def persons_step(plan: Plan, *, key: bool = False) -> Step:
    """From trajectories to persons, for a plan that counts those; with `key` the person is a column too."""
    return (
        "personen",
        "One row per person: the set of classes touched (as bits), or the class of the trajectory that began last",
        _persons(plan, key),
    )


def record_fields(plan: Plan, more: tuple[str, ...]) -> exp.Select:
    until = exp.Least(
        this=exp.Coalesce(this=column("einde"), expressions=[literal(plan.end)]), expressions=[literal(plan.end)], ignore_nulls=True
    )
    derived = derived_of(plan.spec.source)
    made: dict[str, exp.Expr] = in_period(derived, plan.periods[0]) if plan.periods else {}
    for one in derived:
        if one.make == "duration":
            made[one.name] = exp.DateDiff(this=until.copy(), expression=column("aanvang"), unit=exp.var("day"))
        elif one.make == "age" and plan.spec.moment == "stand":
            made[one.name] = YearsLived(this=column("geboortedatum"), expression=literal(plan.end))
    columns = [column(c) for c in ("persoon", "volgorde", "aanvang", "begonnen", "einde", *more)]
    columns += [named(made[f], f) if f in made else column(f) for f in plan.fields]
    return exp.select(*columns).from_(exp.to_table(table_of_records(plan)))


def _story(plan: Plan) -> str:
    what = {"instroom": "begin in", "uitstroom": "end in", "gebruik": "run at any time in", "stand": "run on the last day of"}[
        plan.spec.moment
    ]
    several = "" if plan.persons else "; Perioden has a bit for each"
    kept = f", where {plan.where}" if plan.where else ""
    return f"Those that {what} {', '.join(p.code for p in plan.periods)}{several}{kept}"


def _selected(plan: Plan) -> exp.Select:
    counted = [counts_in(plan, p) for p in plan.periods]
    columns: list[exp.Expr] = [exp.Star()]
    if not plan.persons:
        bits = [exp.Case(ifs=[exp.If(this=c.copy(), true=literal(1 << i))], default=literal(0)) for i, c in enumerate(counted)]
        total = bits[0]
        for bit in bits[1:]:
            total = exp.Add(this=total, expression=bit)
        columns.append(named(total, names_of(plan)[-1]))
    kept = [exp.or_(*counted)] + ([condition(plan.where)] if plan.where else [])
    return exp.select(*columns).from_(exp.to_table("gegevens")).where(both(kept))


def _classed(plan: Plan, more: tuple[str, ...]) -> exp.Select:
    names = names_of(plan)
    columns = [column("persoon"), column("volgorde")] if plan.persons else [column(names[-1])]
    classes = [named(leaf(axis, i), names[i - 1]) for i, axis in enumerate(plan.axes, 1)]
    columns += [*map(column, more), *classes, *map(column, plan.sums)]
    return with_classes(exp.select(*columns).from_(exp.to_table("gekozen")), plan)


def with_classes(tree: exp.Select, plan: Plan) -> exp.Select:
    """The tree beside the lists of long classifications."""
    for number, axis in enumerate(plan.axes, 1):
        if _joined(axis):
            for field, alias in _lists(axis, number).items():
                same = exp.EQ(this=column("waarde", alias), expression=column(field))
                tree = tree.join(exp.to_table(f"klassen_{number}", alias=alias), on=same, join_type="left")
    return tree


def classes_touched(name: str) -> exp.Expr:
    """The set of classes of a group of trajectories, as bits."""
    bit = exp.BitwiseLeftShift(this=exp.cast(literal(1), "bigint"), expression=column(name))
    return named(exp.BitwiseOrAgg(this=bit), name)


def _persons(plan: Plan, key: bool) -> exp.Select:
    columns: list[exp.Expr] = [column("persoon")] if key else []
    for axis, name in zip(plan.axes, names_of(plan)):
        if axis.all_touched:
            columns.append(classes_touched(name))
        else:
            columns.append(named(LatestOf(this=column(name), expression=column("volgorde")), name))
    return exp.select(*columns).from_(exp.to_table("ingedeeld")).group_by(column("persoon"))


def write(tree: exp.Expr, *, explained: bool = False) -> str:
    """The text of a tree for DuckDB; `explained`: laid out, with the comment of each step on a line before it."""
    text = duck_text(tree, explained=explained)
    if not explained:
        return text
    text = re.sub(
        r"(?m)^(WITH (?:RECURSIVE )?|\), )(\w+) /\* (.*) \*/ AS \($",
        lambda m: ("),\n" if m[1] == "), " else m[1].rstrip() + "\n") + f"-- {m[3]}\n{m[2]} AS (",
        text,
    )
    return re.sub(r"(?m)^/\* (.*) \*/$", r"-- \1", text) + ";\n"
