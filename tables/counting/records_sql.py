"""The SQL that makes one row per trajectory of a source and a year: no word of a specification is in it.

A trajectory is delivered in every period in which it runs, and a measure that goes to another institution by both:
the old one gives the day of handing over (`overgedragen`), the new one the day after (`overgedragen_gekregen`), and
often no other begin. Here it is one trajectory again.
"""

from __future__ import annotations

from datetime import date

from celwacht.tables.counting.atoms_sql import Step, column, literal, named, with_steps
from celwacht.tables.counting.plan import KEY_FIELD, OWN_FIELDS, PARTS
from sqlglot import exp

COMMON = (
    "persoon",
    "bsn_bekend",
    "geboortedatum",
    "geslacht",
    "postcode",
    "gemeente",
    "aanvang",
    "einde",
    "aanbieder",
    "periode",
    "bestand",
)
"""Columns that every kind of record has."""
HANDED_OVER, TAKEN_OVER = "overgedragen", "overgedragen_gekregen"
PERSONAL = ("huishouden", "herkomst")
"""Columns that come from the extract of the population register."""
PREVENTIVE = "31"
"""Type of activities in the preventive judicial framework: neither jeugdbescherming nor jeugdreclassering."""


def records_tree(source: str, year: int, columns: dict[str, frozenset[str]], *, personal: bool, regions: bool) -> exp.Select:
    """One row per trajectory with every field of the vocabulary, and:

    begonnen: the day it began, unknown if an institution took it over before the deliveries at hand;
    volgorde: a number that grows with begin, then kind, to tell which of a person's trajectories began last.
    columns: for each kind of record the columns that its files have. Parameters: `bestanden_<kind>` the files,
    `perioden_<kind>` their periods from early to late, `postcodes` (if `regions`) and `kenmerken` (if `personal`).
    """
    steps: list[Step] = []
    for kind, form in PARTS[source].items():
        steps += _trajectories(source, kind, form, columns[kind])
    together: exp.Expression = exp.select("*").from_(exp.to_table(steps[-1][0]))
    if len(PARTS[source]) > 1:
        parts = [exp.select("*").from_(exp.to_table(f"traject_{kind}")) for kind in PARTS[source]]
        together = exp.union(*parts, distinct=False)
    steps.append(("trajecten", "All trajectories of the source", together))
    kinds = exp.Anonymous(this="list_sort", expressions=[exp.ArrayAgg(this=exp.Distinct(expressions=[_kind("")]))])
    in_order = exp.select(named(kinds, "lijst")).from_(exp.to_table("trajecten"))
    steps.append(("soorten", "Kinds of trajectory in order, to tell apart what began on one day", in_order))
    if regions:
        steps.append(
            (
                "plaatsen",
                "Postcode to wijk and gemeente",
                exp.select(column("postcode"), *[named(exp.Min(this=column(c)), c) for c in ("wijk", "gemeente")])
                .from_(_parquet("postcodes"))
                .group_by(column("postcode")),
            )
        )
    if personal:
        this_year = exp.EQ(this=exp.cast(column("jaar"), "integer"), expression=literal(year))
        steps.append(
            (
                "kenmerken",
                "Household and origin of the year, from the population register",
                exp.select(column("persoon"), *[named(exp.Min(this=column(c)), c) for c in PERSONAL])
                .from_(_parquet("kenmerken"))
                .where(this_year)
                .group_by(column("persoon")),
            )
        )
    return with_steps(
        _with_fields(source, year, personal, regions), steps, "Age, region, household and origin beside each trajectory; its place by begin"
    )


def _parquet(parameter: str) -> exp.Table:
    together = exp.EQ(this=exp.column("union_by_name"), expression=exp.true())
    return exp.Table(this=exp.Anonymous(this="read_parquet", expressions=[exp.Placeholder(this=parameter), together]))


def _order(*names: str, desc: bool = False, nulls_first: bool = False) -> list[exp.Ordered]:
    return [exp.Ordered(this=column(n), desc=desc, nulls_first=nulls_first) for n in names]


def _over(what: exp.Expression, by: list[str], order: list[exp.Ordered]) -> exp.Window:
    return exp.Window(this=what, partition_by=[column(n) for n in by], order=exp.Order(expressions=order) if order else None)


def _trajectories(source: str, kind: str, form: str, columns: frozenset[str]) -> list[Step]:
    """From the records of one kind to its trajectories, in step `traject_<kind>`."""
    handed = HANDED_OVER in columns and TAKEN_OVER in columns
    steps: list[Step] = [
        (f"geleverd_{kind}", f"Records of {kind} as delivered, in all periods of the span", _delivered(kind, columns)),
        (
            f"laatste_{kind}",
            f"One row per record key (persoon, aanvang, {KEY_FIELD[kind]}): the latest delivery; "
            "within it the provider that has not handed over, and what still runs",
            _latest(kind, columns, handed),
        ),
    ]
    if handed:
        steps.append((f"schakel_{kind}", "Does it go on where another institution handed over the day before?", _links(kind)))
        steps.append((f"keten_{kind}", "A number for each chain of institutions", _chains(kind)))
    whole = "One row per chain: begin of the first, all else of the last" if handed else "The trajectories"
    steps.append((f"traject_{kind}", whole, _whole(source, kind, form, columns, handed)))
    return steps


def _delivered(kind: str, columns: frozenset[str]) -> exp.Select:
    place = exp.Anonymous(this="list_position", expressions=[exp.Placeholder(this=f"perioden_{kind}"), column("periode")])
    begun: exp.Expression = column("aanvang")
    if TAKEN_OVER in columns:
        begun = named(exp.Coalesce(this=begun, expressions=[column(TAKEN_OVER)]), "aanvang")
    names = [c for c in (*COMMON, *OWN_FIELDS[kind], HANDED_OVER, TAKEN_OVER) if c in columns and c != "aanvang"]
    return exp.select(*[column(c) for c in names], begun, named(place, "rang")).from_(_parquet(f"bestanden_{kind}"))


def _latest(kind: str, columns: frozenset[str], handed: bool) -> exp.Select:
    """Deterministic: rows that are equal after all ties are equal in every column that is read."""
    key = ["persoon", "aanvang", KEY_FIELD[kind]]
    order = _order("rang", desc=True)
    order += _order(HANDED_OVER, desc=True, nulls_first=True) if handed else []
    order += _order("einde", desc=True, nulls_first=True)
    rest = [c for c in (*COMMON, *OWN_FIELDS[kind], TAKEN_OVER) if c in columns and c not in (*key, "einde", "periode")]
    number = _over(exp.RowNumber(), key, order + _order(*rest))
    return exp.select("*").from_(exp.to_table(f"geleverd_{kind}")).qualify(exp.EQ(this=number, expression=literal(1)))


def _links(kind: str) -> exp.Select:
    before = _over(exp.Lag(this=column(HANDED_OVER)), ["persoon", KEY_FIELD[kind]], _order("aanvang"))
    goes_on = exp.EQ(this=column(TAKEN_OVER), expression=exp.Add(this=before, expression=literal(1)))
    first = exp.Case(ifs=[exp.If(this=goes_on, true=literal(0))], default=literal(1))
    return exp.select("*", named(first, "eerste")).from_(exp.to_table(f"laatste_{kind}"))


def _chains(kind: str) -> exp.Select:
    number = _over(exp.Sum(this=column("eerste")), ["persoon", KEY_FIELD[kind]], _order("aanvang"))
    taken_over = exp.EQ(this=column("aanvang"), expression=column(TAKEN_OVER))
    own_begin = exp.Case(ifs=[exp.If(this=taken_over, true=exp.Null())], default=column("aanvang"))
    return exp.select("*", named(own_begin, "begin"), named(number, "keten")).from_(exp.to_table(f"schakel_{kind}"))


def _whole(source: str, kind: str, form: str, columns: frozenset[str], handed: bool) -> exp.Select:
    kept = [column(c) for c in COMMON if c not in ("periode", "bestand", "aanvang")]
    if source == "jeugdzorg":
        own = []
    else:
        own = [column(c) if c in columns else named(exp.cast(exp.Null(), "varchar"), c) for c in OWN_FIELDS[source]]
    own += [named(literal(form), "vorm"), named(column(KEY_FIELD[kind]), "soort")]
    chain = ["persoon", KEY_FIELD[kind], "keten"]
    days = [column("aanvang"), named(column("aanvang"), "begonnen")]
    if handed:
        days = [named(_over(exp.Min(this=column(c)), chain, []), name) for c, name in (("aanvang", "aanvang"), ("begin", "begonnen"))]
    tree = exp.select(*kept, *days, *own).from_(exp.to_table(f"keten_{kind}" if handed else f"laatste_{kind}"))
    if source == "jeugdzorg" and kind != "jeugdhulp":
        tree = tree.where(exp.NEQ(this=column(KEY_FIELD[kind]), expression=literal(PREVENTIVE)))
    if handed:
        number = _over(exp.RowNumber(), chain, [exp.Ordered(this=column("aanvang"), desc=True)])
        tree = tree.qualify(exp.EQ(this=number, expression=literal(1)))
    return tree


def _kind(table: str) -> exp.Expression:
    known = exp.Coalesce(this=column("soort", table), expressions=[literal("")])
    return exp.DPipe(this=column("vorm", table), expression=known)


def _with_fields(source: str, year: int, personal: bool, regions: bool) -> exp.Select:
    names = ("persoon", "aanvang", "einde", "begonnen", "geslacht", "aanbieder", "bsn_bekend", *OWN_FIELDS[source])
    columns: list[exp.Expression] = [column(c, "t") for c in names]
    born = exp.Extract(this=exp.var("year"), expression=column("geboortedatum", "t"))
    columns.append(named(exp.Sub(this=literal(year), expression=born), "leeftijd"))
    nothing = exp.cast(exp.Null(), "varchar")
    if regions:
        place: exp.Expression = exp.Coalesce(this=column("gemeente", "p"), expressions=[column("gemeente", "t")])
        columns += [named(place, "gemeente"), column("wijk", "p")]
    else:
        columns += [column("gemeente", "t"), named(nothing.copy(), "wijk")]
    columns += [column(c, "k") if personal else named(nothing.copy(), c) for c in PERSONAL]
    since = exp.DateDiff(this=column("aanvang", "t"), expression=literal(date(1970, 1, 1)), unit=exp.var("day"))
    among = exp.Anonymous(
        this="list_position", expressions=[exp.select(column("lijst")).from_(exp.to_table("soorten")).subquery(), _kind("t")]
    )
    columns.append(named(exp.Add(this=exp.Mul(this=since, expression=literal(1000)), expression=among), "volgorde"))
    tree = exp.select(*columns).from_(exp.to_table("trajecten", alias="t"))
    for there, name, shared in ((regions, "plaatsen", "postcode"), (personal, "kenmerken", "persoon")):
        if there:
            same = exp.EQ(this=column(shared, name[0]), expression=column(shared, "t"))
            tree = tree.join(exp.to_table(name, alias=name[0]), join_type="left", on=same)
    return tree
