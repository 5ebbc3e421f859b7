"""The SQL that makes one row per trajectory of a source and a year: no word of a specification is in it."""

from __future__ import annotations

from sqlglot import exp

from celwacht.tables.plan import KEY_FIELD, OWN_FIELDS, PARTS
from celwacht.tables.sql import column, literal, named

COMMON = ("persoon", "bsn_bekend", "geboortedatum", "geslacht", "postcode", "gemeente", "aanvang", "einde", "aanbieder",
          "periode", "bestand")
"""Columns that every kind of record has."""
PERSONAL = ("huishouden", "herkomst")
"""Columns that come from the extract of the population register."""


def records_tree(source: str, year: int, columns: dict[str, frozenset[str]], *, personal: bool,
                 regions: bool) -> exp.Select:
    """One row per trajectory with every field of the vocabulary, and `volgorde`: its place by begin and key.

    columns: for each kind of record the columns that its files have. Parameters: `bestanden_<kind>` the files,
    `perioden_<kind>` their periods from early to late, `postcodes` (if `regions`) and `kenmerken` (if `personal`).
    """
    steps: list[tuple[str, str, exp.Expression]] = []
    for kind, form in PARTS[source].items():
        steps.append((f"geleverd_{kind}", f"Records of {kind} as delivered, in all periods of the span",
                      _delivered(kind, columns[kind])))
        steps.append((f"traject_{kind}", f"One row per trajectory (persoon, aanvang, {KEY_FIELD[kind]}): the latest "
                      "delivery counts; in one delivery the provider that has not handed over, and what still runs",
                      _latest(source, kind, form, columns[kind])))
    parts = [exp.select("*").from_(exp.to_table(f"traject_{kind}")) for kind in PARTS[source]]
    together: exp.Expression = parts[0]
    for part in parts[1:]:
        together = exp.union(together, part, distinct=False)
    steps.append(("trajecten", "All trajectories of the source", together))
    if regions:
        steps.append(("plaatsen", "Postcode to wijk and gemeente", exp.select(
            column("postcode"), *[named(exp.Min(this=column(c)), c) for c in ("wijk", "gemeente")]
            ).from_(_parquet("postcodes")).group_by(column("postcode"))))
    if personal:
        steps.append(("kenmerken", "Household and origin of the year, from the population register", exp.select(
            column("persoon"), *[named(exp.Min(this=column(c)), c) for c in PERSONAL]
            ).from_(_parquet("kenmerken")).where(exp.EQ(this=exp.cast(column("jaar"), "integer"), expression=literal(year)))
            .group_by(column("persoon"))))
    tree = _with_fields(source, year, personal, regions)
    for i, (name, comment, select) in enumerate(steps, 1):
        tree = tree.with_(name, as_=select, copy=False)
        tree.args["with_"].expressions[-1].add_comments([f"{i}. {comment}."])
    tree.add_comments([f"{len(steps) + 1}. Age, region, household and origin beside each trajectory; its place by begin."])
    return tree


def _parquet(parameter: str) -> exp.Table:
    together = exp.EQ(this=exp.column("union_by_name"), expression=exp.true())
    return exp.Table(this=exp.Anonymous(this="read_parquet", expressions=[exp.Placeholder(this=parameter), together]))


def _delivered(kind: str, columns: frozenset[str]) -> exp.Select:
    place = exp.Anonymous(this="list_position", expressions=[exp.Placeholder(this=f"perioden_{kind}"), column("periode")])
    wanted = [c for c in (*COMMON, *OWN_FIELDS[kind], "overgedragen") if c in columns]
    return exp.select(*[column(c) for c in wanted], named(place, "rang")).from_(_parquet(f"bestanden_{kind}"))


def _latest(source: str, kind: str, form: str, columns: frozenset[str]) -> exp.Select:
    """Deterministic: what remains equal after all ties is equal in every column that is read."""
    key = ["persoon", "aanvang", KEY_FIELD[kind]]
    order = [exp.Ordered(this=column("rang"), desc=True, nulls_first=False)]
    if "overgedragen" in columns:
        order.append(exp.Ordered(this=column("overgedragen"), desc=True, nulls_first=True))
    order.append(exp.Ordered(this=column("einde"), desc=True, nulls_first=True))
    rest = [c for c in (*COMMON, *OWN_FIELDS[kind]) if c in columns and c not in (*key, "einde", "periode")]
    order += [exp.Ordered(this=column(c), desc=False, nulls_first=False) for c in rest]
    number = exp.Window(this=exp.RowNumber(), partition_by=[column(c) for c in key], order=exp.Order(expressions=order))
    kept = [column(c) for c in COMMON if c not in ("periode", "bestand")]
    if source == "jeugdzorg":
        own = [named(literal(form), "vorm"), named(column(KEY_FIELD[kind]), "soort")]
    else:
        own = [column(c) if c in columns else named(exp.cast(exp.Null(), "varchar"), c) for c in OWN_FIELDS[source]]
        own += [named(literal(""), "vorm"), named(column(KEY_FIELD[kind]), "soort")]
    return exp.select(*kept, *own).from_(exp.to_table(f"geleverd_{kind}")).qualify(
        exp.EQ(this=number, expression=literal(1)))


def _with_fields(source: str, year: int, personal: bool, regions: bool) -> exp.Select:
    own = [f for f in OWN_FIELDS[source]]
    columns = [column(c, "t") for c in ("persoon", "aanvang", "einde", "geslacht", "aanbieder", "bsn_bekend", *own)]
    born = exp.Extract(this=exp.var("year"), expression=column("geboortedatum", "t"))
    columns.append(named(exp.Sub(this=literal(year), expression=born), "leeftijd"))
    nothing = exp.cast(exp.Null(), "varchar")
    if regions:
        own_gemeente: exp.Expression = exp.Coalesce(this=column("gemeente", "p"), expressions=[column("gemeente", "t")])
        columns += [named(own_gemeente, "gemeente"), column("wijk", "p")]
    else:
        columns += [column("gemeente", "t"), named(nothing.copy(), "wijk")]
    columns += [column(c, "k") if personal else named(nothing.copy(), c) for c in PERSONAL]
    place = exp.Window(this=exp.Anonymous(this="rank"), order=exp.Order(
        expressions=[exp.Ordered(this=column(c, "t"), desc=False) for c in ("aanvang", "vorm", "soort")]))
    tree = exp.select(*columns, named(place, "volgorde")).from_(exp.to_table("trajecten", alias="t"))
    if regions:
        tree = tree.join(exp.to_table("plaatsen", alias="p"), join_type="left",
                         on=exp.EQ(this=column("postcode", "p"), expression=column("postcode", "t")))
    if personal:
        tree = tree.join(exp.to_table("kenmerken", alias="k"), join_type="left",
                         on=exp.EQ(this=column("persoon", "k"), expression=column("persoon", "t")))
    return tree
