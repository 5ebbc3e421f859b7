"""The SQL that makes one row per trajectory of a source and a year, with all its fields: no word of a specification is in it.

How records of several deliveries become one trajectory stands in trajectories_sql.py; here is what lies beside it: region,
age, and what the population register knows.
"""

from __future__ import annotations

from datetime import date

from celwacht.tables.counting.atoms_sql import Step, with_steps
from celwacht.tables.counting.parts_sql import both, column, literal, named
from celwacht.tables.counting.plan import OWN_FIELDS, PARTS
from celwacht.tables.counting.trajectories_sql import CONTACT, MEASURES, PREVENTIVE, ordered, parquet, trajectories
from sqlglot import exp

PERSONAL = ("huishouden", "herkomst")
"""Columns that come from the extract of the population register."""
YEARS_BACK = 5
"""How far a new trajectory looks back for care of the same kind (CBS, 85097NED: herhaald beroep)."""


def records_tree(source: str, year: int, columns: dict[str, frozenset[str]], *, personal: bool, regions: bool) -> exp.Select:
    """One row per trajectory with every field of the vocabulary, and:

    begonnen: the day it began, unknown if an institution took it over before the deliveries at hand;
    volgorde: a number that grows with begin, then kind, to tell which of a person's trajectories began last.
    columns: for each kind of record the columns that its files have. Parameters: `bestanden_<kind>` the files,
    `perioden_<kind>` their periods from early to late, `eindes_<kind>` the last days of these, `postcodes` (if `regions`) and
    `kenmerken` (if `personal`).
    """
    steps: list[Step] = []
    for kind, form in PARTS[source].items():
        steps += trajectories(source, kind, form, columns[kind])
    together: exp.Expr = exp.select("*").from_(exp.to_table(steps[-1][0]))
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
                "Postcode to wijk and gemeente; where a postcode has several, one row decides both",
                exp.select(*map(column, ("postcode", "wijk", "gemeente")))
                .from_(parquet("postcodes"))
                .qualify(_first_of("postcode", "gemeente", "wijk")),
            )
        )
    if personal:
        this_year = exp.EQ(this=exp.cast(column("jaar"), "integer"), expression=literal(year))
        steps.append(
            (
                "kenmerken",
                "Household and origin of the year, from the population register",
                exp.select(column("persoon"), *[named(exp.Min(this=column(c)), c) for c in PERSONAL])
                .from_(parquet("kenmerken"))
                .where(this_year)
                .group_by(column("persoon")),
            )
        )
    return with_steps(
        _with_fields(source, year, personal, regions), steps, "Age, region, household and origin beside each trajectory; its place by begin"
    )


def _first_of(key: str, *order: str) -> exp.Expr:
    """Keeps one row per key: the first in this order."""
    number = exp.Window(this=exp.RowNumber(), partition_by=[column(key)], order=exp.Order(expressions=ordered(*order)))
    return exp.EQ(this=number, expression=literal(1))


def _kind(table: str) -> exp.Expr:
    known = exp.Coalesce(this=column("soort", table), expressions=[literal("")])
    return exp.DPipe(this=column("vorm", table), expression=known)


def _with_fields(source: str, year: int, personal: bool, regions: bool) -> exp.Select:
    names = ("persoon", "geboortedatum", "aanvang", "einde", "begonnen", "geslacht", "aanbieder", "bsn_bekend", *OWN_FIELDS[source])
    columns: list[exp.Expr] = [column(c, "t") for c in names]
    born = exp.Extract(this=exp.var("year"), expression=column("geboortedatum", "t"))
    columns.append(named(exp.Sub(this=literal(year), expression=born), "leeftijd"))
    nothing = exp.cast(exp.Null(), "varchar")
    if regions:
        place: exp.Expr = exp.Coalesce(this=column("gemeente", "p"), expressions=[column("gemeente", "t")])
        columns += [named(place, "gemeente"), column("wijk", "p")]
    else:
        columns += [column("gemeente", "t"), named(nothing.copy(), "wijk")]
    columns += [column(c, "k") if personal else named(nothing.copy(), c) for c in PERSONAL]
    columns += _made_fields(source)
    since = exp.DateDiff(this=column("aanvang", "t"), expression=literal(date(1970, 1, 1)), unit=exp.var("day"))
    among = exp.Anonymous(
        this="list_position", expressions=[exp.select(column("lijst")).from_(exp.to_table("soorten")).subquery(), _kind("t")]
    )
    columns.append(named(exp.Add(this=exp.Mul(this=since, expression=literal(1000)), expression=among), "volgorde"))
    tree = exp.select(*columns).from_(exp.to_table("trajecten", alias="t")).where(_not_over(year))
    for there, name, shared in ((regions, "plaatsen", "postcode"), (personal, "kenmerken", "persoon")):
        if there:
            same = exp.EQ(this=column(shared, name[0]), expression=column(shared, "t"))
            tree = tree.join(exp.to_table(name, alias=name[0]), join_type="left", on=same)
    return tree


def _not_over(year: int) -> exp.Expr:
    """What ended before the year was only read for what it says of later trajectories."""
    still = exp.Is(this=column("einde", "t"), expression=exp.Null())
    return exp.or_(still, exp.GTE(this=column("einde", "t"), expression=literal(date(year, 1, 1))))


def _made_fields(source: str) -> list[exp.Expr]:
    """soort_start; and of measures the days to the first contact, and the days on which they were taken over."""
    if source == "jeugdzorg" or source not in (*MEASURES, "jeugdhulp"):
        return []
    made: list[exp.Expr] = [named(_kind_of_start(), "soort_start")]
    if source in MEASURES:
        days = exp.DateDiff(this=column(CONTACT, "t"), expression=column("aanvang", "t"), unit=exp.var("day"))
        made += [column("overgenomen_op", "t"), named(days, "dagen_tot_contact")]
    return made


def _kind_of_start() -> exp.Expr:
    """02 where the person had a trajectory that ended in the five years before, with a day at least in between; else 01.

    One that follows on at once is no new call for help, so it does not make the next one a repeated one.
    """
    first, last = (
        exp.Sub(this=column("aanvang", "t"), expression=exp.Interval(this=exp.Literal.string(str(n)), unit=exp.var(unit)))
        for n, unit in ((YEARS_BACK, "year"), (2, "day"))
    )
    before = both(
        [
            exp.EQ(this=column("persoon", "v"), expression=column("persoon", "t")),
            exp.NEQ(this=column("soort", "v"), expression=literal(PREVENTIVE)),
            exp.Between(this=column("einde", "v"), low=first, high=last),
        ]
    )
    earlier = exp.select(literal(1)).from_(exp.to_table("trajecten", alias="v")).where(before)
    return exp.Case(ifs=[exp.If(this=exp.Exists(this=earlier), true=literal("02"))], default=literal("01"))
