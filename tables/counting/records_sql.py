"""The SQL that makes one row per trajectory of a source and a year, with all its fields: no word of a table is in it.

How records of several deliveries become one trajectory stands in trajectories_sql.py; here is what lies beside it: region,
age, and what registers of persons know.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from celwacht.tables.counting.atoms_sql import Step, with_steps
from celwacht.tables.counting.parts_sql import TAKEN_ON, both, column, condition, literal, named
from celwacht.tables.counting.trajectories_sql import common, ordered, parquet, trajectories
from celwacht.tables.engines.nodes import InOrder, PlaceIn
from celwacht.tables.sources.source_spec import Days, Earlier, Made, Nth, PersonSource, RegisterSource, UnionSource
from celwacht.tables.sources.sources import SOURCES, derived_of, registers_of, sources
from celwacht.tables.specs.filter_language import parse
from sqlglot import exp

YEARS_BACK = 5
"""Deliveries of so many years before are read at least: what was reported then and not since may be closed by rule."""


def persons_of(source: str) -> tuple[PersonSource, ...]:
    """The registers of persons whose fields stand beside the records of a source."""
    known = sources()
    return tuple(one for name in registers_of(source)[0].persons if isinstance(one := known[name], PersonSource))


def years_back(source: str) -> int:
    """How far a new trajectory looks back for earlier ones of the source."""
    every = [*derived_of(source), *(one for register in registers_of(source) for one in register.derived)]
    made = [one for one in every if isinstance(one, Earlier)]
    return max([YEARS_BACK, *(one.years for one in made)])


def shared_columns(union: UnionSource, registers: Sequence[RegisterSource]) -> tuple[str, ...]:
    """The columns that the trajectories of every register of a union have, in one order: those in common, and the fields of records that
    the union shares."""
    alike = [name for name in common(registers[0]) if all(name in common(one) for one in registers)]
    own = [name for name in union.shared if all(name in (*one.kinds, *one.traits, *one.numbers) for one in registers)]
    return tuple(dict.fromkeys([*alike, *own]))


def records_tree(
    source: str, year: int, columns: dict[str, frozenset[str]], *, personal: frozenset[str], regions: bool, since: date | None = None
) -> exp.Select:
    """One row per trajectory with every field of the vocabulary, and:

    begonnen: the day it began, unknown if a provider took it over before the deliveries at hand;
    volgorde: a number that grows with begin, then kind, to tell which of a person's trajectories began last.
    since: the first day that counts, where it is not 1 January.
    columns: for each register the columns that its files have. Parameters: `bestanden_<register>` the files,
    `perioden_<register>` their periods from early to late, `eindes_<register>` the last days of these, `postcodes` (if `regions`) and
    `kenmerken_<register of persons>` (for those in `personal`).
    """
    steps: list[Step] = []
    spec, kinds = sources()[source], registers_of(source)
    parts = spec.parts if isinstance(spec, UnionSource) else (None,)
    for one, part in zip(kinds, parts):
        steps += trajectories(one, part, columns[one.id], shared_columns(spec, kinds) if isinstance(spec, UnionSource) else ())
    together: exp.Expr = exp.select("*").from_(exp.to_table(steps[-1][0]))
    if len(kinds) > 1:
        together = exp.union(*[exp.select("*").from_(exp.to_table(f"traject_{one.id}")) for one in kinds], distinct=False)
    steps.append(("trajecten", "All trajectories of the source", together))
    listed = InOrder(this=_kind(""))
    in_order = exp.select(named(listed, "lijst")).from_(exp.to_table("trajecten"))
    steps.append(("soorten", "Kinds of trajectory in order, to tell apart what began on one day", in_order))
    if regions and kinds[0].place:
        area, district = kinds[0].place.area, kinds[0].place.district
        places = exp.select(column("postcode"), named(column("wijk"), district), named(column("gemeente"), area))
        said = f"Postcode to {district} and {area}; where a postcode has several, one row decides both"
        steps.append(("plaatsen", said, places.from_(parquet("postcodes")).qualify(_first_of("postcode", "gemeente", "wijk"))))
    steps += [_persons(one, year) for one in persons_of(source) if one.id in personal]
    last = "What else is known beside each trajectory: age, place, persons; its place by begin"
    return with_steps(_with_fields(source, year, personal, regions, since or date(year, 1, 1)), steps, last)


def _persons(one: PersonSource, year: int) -> Step:
    this_year = exp.EQ(this=exp.cast(column(one.year), "integer"), expression=literal(year))
    chosen = [column("persoon"), *[named(exp.Min(this=column(f.name)), f.name) for f in one.fields]]
    tree = exp.select(*chosen).from_(parquet(f"kenmerken_{one.id}")).where(this_year).group_by(column("persoon"))
    return f"kenmerken_{one.id}", f"What {one.id} says of the year", tree


def _first_of(key: str, *order: str) -> exp.Expr:
    """Keeps one row per key: the first in this order."""
    number = exp.Window(this=exp.RowNumber(), partition_by=[column(key)], order=exp.Order(expressions=ordered(*order)))
    return exp.EQ(this=number, expression=literal(1))


def _kind(table: str) -> exp.Expr:
    known = exp.Coalesce(this=column("soort", table), expressions=[literal("")])
    return exp.DPipe(this=column("vorm_", table), expression=known)


def _with_fields(source: str, year: int, personal: frozenset[str], regions: bool, first_day: date) -> exp.Select:
    one, spec = registers_of(source)[0], sources()[source]
    place, nothing = one.place, exp.cast(exp.Null(), "varchar")
    there = shared_columns(spec, registers_of(source)) if isinstance(spec, UnionSource) else common(one)
    kept = [c for c in there if c not in ("postcode", "periode", "bestand") and (place is None or c != place.area)]
    columns: list[exp.Expr] = [column(c, "t") for c in (*kept, "begonnen")]
    columns += [named(column("vorm_", "t"), spec.field)] if isinstance(spec, UnionSource) else _own_fields(one)
    columns += _made_fields(source, spec.derived if isinstance(spec, UnionSource) else one.derived)
    born = exp.Extract(this=exp.var("year"), expression=column("geboortedatum", "t"))
    columns += [
        named(exp.Sub(this=literal(year), expression=born.copy()), m.name)
        for m in derived_of(source)
        if m.make == "age" and "geboortedatum" in there
    ]
    if place and regions:
        area = exp.Coalesce(this=column(place.area, "p"), expressions=[column(place.area, "t")])
        columns += [named(area, place.area), column(place.district, "p")]
    elif place:
        columns += [column(place.area, "t"), named(nothing.copy(), place.district)]
    beside = [(f"k{i}", of) for i, of in enumerate(persons_of(source))]
    for alias, of in beside:
        columns += [column(f.name, alias) if of.id in personal else named(nothing.copy(), f.name) for f in of.fields]
    since = exp.DateDiff(this=column("aanvang", "t"), expression=literal(date(1970, 1, 1)), unit=exp.var("day"))
    among = PlaceIn(this=exp.select(column("lijst")).from_(exp.to_table("soorten")).subquery(), expression=_kind("t"))
    columns.append(named(exp.Add(this=exp.Mul(this=since, expression=literal(1000)), expression=among), "volgorde"))
    tree = exp.select(*columns).from_(exp.to_table("trajecten", alias="t")).where(_not_over(first_day))
    joined = [("plaatsen", "p", "postcode")] if place and regions else []
    joined += [(f"kenmerken_{of.id}", alias, "persoon") for alias, of in beside if of.id in personal]
    for name, alias, shared in joined:
        same = exp.EQ(this=column(shared, alias), expression=column(shared, "t"))
        tree = tree.join(exp.to_table(name, alias=alias), join_type="left", on=same)
    return tree


def _not_over(since: date) -> exp.Expr:
    """What ended before the first day that counts was only read for what it says of later trajectories."""
    still = exp.Is(this=column("einde", "t"), expression=exp.Null())
    return exp.or_(still, exp.GTE(this=column("einde", "t"), expression=literal(since)))


def _own_fields(one: RegisterSource) -> list[exp.Expr]:
    """The fields of the records."""
    closed = one.trajectories.closed
    found: list[exp.Expr] = [column(c, "t") for c in (*one.kinds, *one.numbers, *([closed.field] if closed and closed.field else []))]
    found += [column(TAKEN_ON, "t")] if one.handed else []
    return found


def _made_fields(source: str, derived: Sequence[Made]) -> list[exp.Expr]:
    """Fields that are made of days of the records, or of the other trajectories of the person in the source."""
    one, found = registers_of(source)[0], list[exp.Expr]()
    for made in derived:
        if isinstance(made, Earlier):
            found.append(named(_earlier(source, made), made.name))
        elif isinstance(made, Nth):
            found.append(named(_nth(made), made.name))
        elif isinstance(made, Days):
            until, since = (_day_of(one, name) for name in (made.until, made.since or one.trajectories.begin))
            days = exp.DateDiff(this=until, expression=since, unit=exp.var("day"))
            found.append(named(days, made.name))
    return found


def _day_of(one: RegisterSource, name: str) -> exp.Expr:
    """The column with a day of the records, by its name in the layouts."""
    own = {one.trajectories.begin: "aanvang", one.trajectories.end: "einde"}
    return column(own.get(name, name), "t")


def _earlier(source: str, made: Earlier) -> exp.Expr:
    """Whether the person had a trajectory that ended in the years before, so many days at least before this one began.

    Where one that follows on at once is no new call, it does not make the next one a repeated one.
    """
    first, last = (
        exp.Sub(this=column("aanvang", "t"), expression=exp.Interval(this=exp.Literal.string(str(n)), unit=exp.var(unit)))
        for n, unit in ((made.years, "year"), (made.days, "day"))
    )
    before: list[exp.Expr] = [
        exp.EQ(this=column("persoon", "v"), expression=column("persoon", "t")),
        exp.Between(this=column("einde", "v"), low=first, high=last),
    ]
    if made.among:
        kept = condition(parse(made.among, SOURCES[source]))
        for named_ in kept.find_all(exp.Column):
            named_.set("table", exp.to_identifier("v", quoted=True))
        before.insert(1, kept)
    earlier = exp.select(literal(1)).from_(exp.to_table("trajecten", alias="v")).where(both(before))
    return exp.Case(ifs=[exp.If(this=exp.Exists(this=earlier), true=literal(made.codes[1]))], default=literal(made.codes[0]))


def _nth(made: Nth) -> exp.Expr:
    """The code of the number of trajectories of the person that began on an earlier day.

    begins 1 March, 1 March, 5 May with codes 1, 2: 1, 1, 2
    """
    same = exp.EQ(this=column("persoon", "v"), expression=column("persoon", "t"))
    earlier = exp.LT(this=column("aanvang", "v"), expression=column("aanvang", "t"))
    before = exp.select(exp.Count(this=exp.Star())).from_(exp.to_table("trajecten", alias="v")).where(both([same, earlier])).subquery()
    chosen = [exp.If(this=exp.EQ(this=before.copy(), expression=literal(i)), true=literal(code)) for i, code in enumerate(made.codes[:-1])]
    return exp.Case(ifs=chosen, default=literal(made.codes[-1]))
