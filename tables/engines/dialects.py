"""How each engine writes the statements of the compiler: two dialects of sqlglot over one tree, never one text made of the other.

Example. The class of a person's last trajectory, LatestOf(klasse, volgorde), passes over trajectories of no class. DuckDB's
ARG_MAX(klasse, volgorde) does so; Spark's MAX_BY would give the unknown one, so that there the order of such rows is unknown too:
MAX_BY(klasse, IF(klasse IS NULL, NULL, volgorde)).
"""

from __future__ import annotations

from celwacht.tables.engines import nodes
from sqlglot import exp, transforms
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.generators.spark import SparkGenerator


def _call(name: str):
    """A node as a function of its arguments in the order in which the node names them."""
    return lambda writer, node: writer.func(name, *[node.args[arg] for arg in node.arg_types])


def _duck_days(writer, node: nodes.AnyDay) -> str:
    step = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("day"))
    days = exp.cast(exp.Anonymous(this="range", expressions=[node.args["first"], node.args["after"], step]), "date[]")
    return writer.func("LIST_HAS_ANY", node.this, days)


def chains_by_recursion(node: nodes.Chains) -> exp.Expr:
    """Recursive: chains begin at the rows that follow no other. None is lost, since the numbers along a chain grow."""

    def column(name: str, table: str = "") -> exp.Column:
        return exp.column(name, table=table or None, quoted=True)

    by = node.args["by"]
    key = [exp.alias_(column(c), f"{c}_", quoted=True) for c in (*by, "nummer")]
    first = exp.select(*key, exp.alias_(column("nummer"), "keten", quoted=True)).from_(exp.to_table(node.this))
    first = first.where(exp.Is(this=column("vorige"), expression=exp.Null()))
    next_ = exp.select(*[column(c, "n") for c in (*by, "nummer")], column("keten", "k")).from_(exp.to_table(node.this, alias="n"))
    same: list[exp.Expr] = [exp.NullSafeEQ(this=column(c, "n"), expression=column(f"{c}_", "k")) for c in by]
    same.append(exp.EQ(this=column("vorige", "n"), expression=column("nummer_", "k")))
    return exp.union(first, next_.join(exp.to_table(node.args["own"], alias="k"), on=exp.and_(*same)), distinct=False)


class Duck(DuckDB):
    """DuckDB with the nodes of nodes.py."""

    class Generator(DuckDBGenerator):
        TRANSFORMS = DuckDBGenerator.TRANSFORMS | {
            nodes.Files: lambda writer, node: f"READ_PARQUET(${node.this}, union_by_name = TRUE)",
            nodes.ListRows: lambda writer, node: f"UNNEST(${node.this})",
            nodes.PlaceIn: _call("LIST_POSITION"),
            nodes.NthOf: _call("LIST_EXTRACT"),
            nodes.Known: _call("LIST"),
            nodes.InOrder: lambda writer, node: writer.func("LIST_SORT", exp.ArrayAgg(this=exp.Distinct(expressions=[node.this]))),
            nodes.Chains: lambda writer, node: writer.sql(chains_by_recursion(node)),
            nodes.LatestOf: _call("ARG_MAX"),
            nodes.Appended: _call("LIST_APPEND"),
            nodes.Flat: _call("FLATTEN"),
            nodes.Holds: _call("LIST_CONTAINS"),
            nodes.AnyDay: _duck_days,
            nodes.YearsLived: lambda writer, node: writer.func("DATE_SUB", exp.Literal.string("year"), node.this, node.expression),
        }


def duck_text(tree: exp.Expr, *, explained: bool = False) -> str:
    """The statement as DuckDB gets it, on one line; explained: laid out, with its comments."""
    return tree.sql(Duck, pretty=explained, comments=explained)


# ---- Spark ----------------------------------------------------------------------------------------------------------


def view_of(parameters: list[str]) -> str:
    """Name of the view that stands for a parameter: of its files, or of these lists side by side, a column each. No step has such a name."""
    return "$" + "$".join(parameters)


def _lists_as_view(select: exp.Expr) -> exp.Expr:
    """Lists side by side are a view of two columns: Spark has one generator in a SELECT at most."""
    made = [one for one in select.expressions if isinstance(one, exp.Alias) and isinstance(one.this, nodes.ListRows)]
    if not made:
        return select
    columns = [exp.alias_(exp.column(one.this.this, quoted=True), one.alias, quoted=True) for one in made]
    return exp.select(*columns).from_(exp.to_identifier(view_of([one.this.this for one in made]), quoted=True))


def _stars_without(select: exp.Expr) -> exp.Expr:
    """`* REPLACE (what AS name)` as `* EXCEPT (name), what AS name`; the order of columns is another then."""
    made: list[exp.Expr] = []
    for one in select.expressions:
        star = one.this if isinstance(one, exp.Column) else one
        again = star.args.get("replace") if isinstance(star, exp.Star) else None
        if again:
            star.set("replace", None)
            star.set("except_", [exp.to_identifier(of.alias, quoted=True) for of in again])
        made += [one, *(again or [])]
    select.set("expressions", made)
    return select


def _once(steps: exp.With) -> exp.With:
    """No step is recursive for Spark."""
    steps.set("recursive", False)
    return steps


def _spark_years(writer, node: nodes.YearsLived) -> str:
    """A birthday that its month does not have is on the last day of that month. Who is not born yet has as many years to go, as DuckDB counts."""
    born, day = writer.sql(node, "this"), writer.sql(node, "expression")
    return f"IF({born} > {day}, -{_whole_years(day, born)}, {_whole_years(born, day)})"


def _whole_years(first: str, last: str) -> str:
    earlier = f"MONTH({last}) < MONTH({first})"
    same = f"MONTH({last}) = MONTH({first}) AND DAY({last}) < DAY({first}) AND {last} <> LAST_DAY({last})"
    return f"(YEAR({last}) - YEAR({first}) - IF({earlier} OR ({same}), 1, 0))"


def _spark_latest(writer, node: nodes.LatestOf) -> str:
    what, order = writer.sql(node, "this"), writer.sql(node, "expression")
    return f"MAX_BY({what}, IF({what} IS NULL, NULL, {order}))"


def _spark_days(writer, node: nodes.AnyDay) -> str:
    first, last = writer.sql(node, "first"), writer.sql(node, "last")
    return f"EXISTS({writer.sql(node, 'this')}, dag -> dag BETWEEN {first} AND {last})"


def _spark_chains(writer, node: nodes.Chains) -> str:
    """A fold over the rows of each person in the order of their numbers, as Spark does a recursive statement as one job a level: roots has
    the chain of every number seen so far."""
    by = ", ".join(f"`{name}`" for name in node.args["by"])
    key = ", ".join(f"`{name}` AS `{name}_`" for name in node.args["by"])
    rows = "ARRAY_SORT(COLLECT_LIST(STRUCT(CAST(`nummer` AS BIGINT) AS nummer, CAST(`vorige` AS BIGINT) AS vorige)))"
    root = "COALESCE(IF(een.vorige IS NULL, NULL, roots[een.vorige]), een.nummer)"
    folded = f"AGGREGATE({rows}, CAST(MAP() AS MAP<BIGINT, BIGINT>), (roots, een) -> MAP_CONCAT(roots, MAP(een.nummer, {root})))"
    return f"SELECT {key}, EXPLODE({folded}) AS (`nummer_`, `keten`) FROM `{node.this}` GROUP BY {by}"


def spark_text(tree: exp.Expr) -> str:
    """The statement as Spark gets it."""
    return tree.sql(SparkSQL, comments=False)


class SparkSQL(Spark):
    """Spark with the nodes of nodes.py. Numbers stay whole: nothing here divides."""

    class Generator(SparkGenerator):
        TRANSFORMS = SparkGenerator.TRANSFORMS | {
            exp.Select: transforms.preprocess([_lists_as_view, _stars_without, transforms.eliminate_qualify]),
            exp.With: lambda writer, node: writer.with_sql(_once(node)),
            exp.Placeholder: lambda writer, node: f":{node.name}",
            nodes.Files: lambda writer, node: f"`{view_of([node.this])}`",
            nodes.PlaceIn: lambda writer, node: f"NULLIF(ARRAY_POSITION({writer.sql(node, 'this')}, {writer.sql(node, 'expression')}), 0)",
            nodes.NthOf: lambda writer, node: f"TRY_ELEMENT_AT({writer.sql(node, 'this')}, CAST({writer.sql(node, 'expression')} AS INT))",
            nodes.Known: _call("COLLECT_LIST"),
            nodes.InOrder: lambda writer, node: f"ARRAY_SORT(COLLECT_SET({writer.sql(node, 'this')}))",
            nodes.Chains: _spark_chains,
            nodes.LatestOf: _spark_latest,
            nodes.Appended: _call("ARRAY_APPEND"),
            nodes.Flat: _call("FLATTEN"),
            nodes.Holds: _call("ARRAY_CONTAINS"),
            nodes.AnyDay: _spark_days,
            nodes.YearsLived: _spark_years,
        }
