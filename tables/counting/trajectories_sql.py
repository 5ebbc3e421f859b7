"""The SQL that makes trajectories of delivered records, as the source says (table_specs/sources).

A trajectory is delivered in every period in which it runs, and one that goes to another provider by both: the old one gives the day of
handing over, the new one the day on which it took over, and often no other begin. Here it is one trajectory again.

    one person, one kind, one provider                                          becomes
    HJ01  begin 1 April, runs    HJ02  begin 1 April, ended 9 September         1 April to 9 September
    HJ01  begin 1 April, runs    HJ02  begin 8 April, runs                      from 8 April: the begin was corrected
    HJ01  begin 1 April, runs    HJ02  nothing                                  1 April to 1 July: closed by rule

Of what is handed over every provider has its own account, its part: the latest delivery of each part counts, and what an earlier one
told that the latest leaves out (the day of taking over, a first contact). Parts of one person and kind are one trajectory where one was
handed over on the day before the other was taken over, or where they have the same begin.

Where a source closes what does not return, which day that is is our choice: the first day on which it was not delivered any more. So it
counts on the reference date on which the provider still reported it, and on none after.
"""

from __future__ import annotations

from celwacht.tables.counting.atoms_sql import Step
from celwacht.tables.counting.parts_sql import TAKEN_ON, among, both, code_of, column, literal, named, unknown
from celwacht.tables.engines.nodes import Appended, Chains, Files, Flat, Holds, Known, LatestOf, NthOf, PlaceIn
from celwacht.tables.sources.source_spec import RegisterSource
from celwacht.tables.sources.sources import SOURCES
from celwacht.tables.sources.union_parts import Part
from sqlglot import exp

_TAKEN = "overgenomen_"
_ENDING = ("aanvang", "einde", "aanbieder", "periode", "bestand")


def common(one: RegisterSource) -> tuple[str, ...]:
    """Columns of records that say who, where, when and by whom."""
    names = ["persoon", *([one.person.known] if one.person.known else []), *(["geboortedatum"] if one.person.birth else []), *one.traits]
    return (*names, *(["postcode", one.place.area] if one.place else []), *_ENDING)


def trajectories(one: RegisterSource, part: Part | None, columns: frozenset[str], shared: tuple[str, ...] = ()) -> list[Step]:
    """From the records of a register to its trajectories, in step `traject_<register>`; part: its part of a union, if counted in one, of
    which all parts have the columns `shared`."""
    handed = bool(one.handed) and columns.issuperset(one.handed)
    name, key = one.id, ", ".join(_part(one, handed))
    closed = one.trajectories.closed
    steps: list[Step] = [
        (f"geleverd_{name}", f"Records of {name} as delivered, in all periods of the span", _delivered(one, columns)),
        (f"laatste_{name}", f"One row per {key}: the latest delivery; within it what still runs", _latest(one, columns, handed)),
        (f"stil_{name}", "Which ran on when last delivered, although a later period was delivered?", _silent(one, handed)),
        (
            f"blijvend_{name}",
            "Without those whose provider gives them with another begin since; "
            + (f"what does not return is closed by rule {closed.rule}" if closed else "what does not return runs on"),
            _closed(one, columns, handed),
        ),
    ]
    if handed:
        steps += [
            (f"schakel_{name}", "A number for each record; which of those handed over, or taken over, on that day is it?", _numbered(one)),
            (f"volgt_{name}", "Which does each go on from: by the day of handing over, else by the same begin", _linked(one)),
            (
                f"keten_{name}",
                "From provider to provider: the chain of each record",
                Chains(this=f"volgt_{name}", own=f"keten_{name}", by=_whose(one)),
            ),
        ]
    whole = "One row per chain: the earliest begin, all else of the last" if handed else "The trajectories"
    steps.append((f"traject_{name}", whole, _whole(one, part, columns, handed, shared)))
    return steps


def parquet(parameter: str) -> exp.Table:
    """The rows of the files bound to a parameter."""
    return exp.Table(this=Files(this=parameter))


def ordered(*names: str, desc: bool = False, nulls_first: bool = False) -> list[exp.Ordered]:
    return [exp.Ordered(this=column(n), desc=desc, nulls_first=nulls_first) for n in names]


def _over(what: exp.Expr, by: list[str], order: list[exp.Ordered]) -> exp.Window:
    return exp.Window(this=what, partition_by=[column(n) for n in by], order=exp.Order(expressions=order) if order else None)


def _key(one: RegisterSource) -> list[str]:
    return ["persoon", "aanvang", *one.trajectories.alike, *(["aanbieder"] if one.trajectories.provider_in_key else [])]


def _part(one: RegisterSource, handed: bool) -> list[str]:
    """What tells apart the accounts of which the latest delivery counts: the record key, per provider where it can be handed over."""
    return list(dict.fromkeys([*_key(one), *(["aanbieder"] if handed else [])]))


def _same(left: str, right: str, *names: str) -> list[exp.Expr]:
    return [exp.EQ(this=column(n, left), expression=column(n, right)) for n in names]


def _null(node: exp.Expr) -> exp.Is:
    return exp.Is(this=node, expression=exp.Null())


def _delivered(one: RegisterSource, columns: frozenset[str]) -> exp.Select:
    """The records with the place of their period (rang) and its last day (tot)."""
    place = PlaceIn(this=exp.Placeholder(this=f"perioden_{one.id}"), expression=column("periode"))
    until = exp.cast(NthOf(this=exp.Placeholder(this=f"eindes_{one.id}"), expression=place.copy()), "date")
    begun: exp.Expr = column("aanvang")
    if one.handed and one.handed[1] in columns:
        begun = named(exp.Coalesce(this=begun, expressions=[column(one.handed[1])]), "aanvang")
    names = [c for c in (*common(one), *one.told, *one.handed, *one.dates, *one.numbers) if c in columns and c != "aanvang"]
    made = [begun, named(place, "rang"), named(until, "tot")]
    return exp.select(*[column(c) for c in names], *made).from_(parquet(f"bestanden_{one.id}"))


def _latest(one: RegisterSource, columns: frozenset[str], handed: bool) -> exp.Select:
    """Deterministic: rows that are equal after all ties are equal in every column that is read. eerst: the last day of the first period in
    which it was delivered; geleverd_tot: those of all of them, for what can be handed over and come back; laatst: that of the last in which
    its record key was delivered by anybody."""
    key = _part(one, handed)
    order = ordered("rang", desc=True)
    order += ordered(one.handed[0], desc=True, nulls_first=True) if handed else []
    order += ordered("einde", desc=True, nulls_first=True)
    rest = [
        c
        for c in (*common(one), *one.kinds, *one.handed[1:], *one.dates, *one.numbers)
        if c in columns and c not in (*key, "einde", "periode")
    ]
    number = _over(exp.RowNumber(), key, order + ordered(*rest))
    star, made = exp.Star(), [named(_over(exp.Min(this=column("tot")), key, []), "eerst")]
    if handed:
        last = [(c, LatestOf(this=column(c), expression=column("rang"))) for c in _told_once(one, columns)]
        star = exp.Star(replace=[named(exp.Coalesce(this=column(c), expressions=[_over(of, key, [])]), c) for c, of in last])
        made = [
            named(_over(Known(this=column("tot")), key, []), "geleverd_tot"),
            named(_over(Known(this=column(one.handed[1])), key, []), _TAKEN),
        ]
        made.append(named(_over(exp.Max(this=column("tot")), _key(one), []), "laatst"))
    return exp.select(star, *made).from_(exp.to_table(f"geleverd_{one.id}")).qualify(exp.EQ(this=number, expression=literal(1)))


def _told_once(one: RegisterSource, columns: frozenset[str]) -> list[str]:
    """Days that stay true when a later delivery leaves them out."""
    return [c for c in (*one.handed[1:], *one.dates) if c in columns]


def _newest(name: str) -> exp.Expr:
    """The last day of the newest period that was delivered."""
    return exp.select(exp.Max(this=column("tot"))).from_(exp.to_table(f"geleverd_{name}")).subquery()


def _silent(one: RegisterSource, handed: bool) -> exp.Select:
    runs = exp.paren(exp.or_(_null(column("einde")), exp.GT(this=column("einde"), expression=column("tot"))))
    later = exp.LT(this=column("tot"), expression=_newest(one.id))
    still = [runs, later, *([_null(column(one.handed[0]))] if handed else [])]
    return exp.select("*", named(both(still), "stil")).from_(exp.to_table(f"laatste_{one.id}"))


def _closed(one: RegisterSource, columns: frozenset[str], handed: bool) -> exp.Select:
    """A silent record goes where its provider has since given the same person and kind with another begin, in or before the time
    of the silent one: a begin that was corrected; and where another provider has since given its record key. Any other silent record is
    closed, where the source has a rule for that."""
    again: exp.Expr = exp.Exists(this=exp.select(literal(1)).from_(exp.to_table(f"stil_{one.id}", alias="n")).where(_corrects(one, handed)))
    if handed:
        again = exp.or_(again, exp.LT(this=column("tot", "o"), expression=column("laatst", "o")))
    tree = exp.select(*_ended_by_rule(one, columns, handed)).from_(exp.to_table(f"stil_{one.id}", alias="o"))
    return tree.where(exp.Not(this=exp.paren(both([column("stil", "o"), exp.paren(again)]))))


def _corrects(one: RegisterSource, handed: bool) -> exp.Expr:
    """Whether n has the begin that its provider gave later instead of that of the silent o: not in the period in which it last gave o."""
    since: list[exp.Expr] = [exp.GT(this=column("eerst", "n"), expression=column("tot", "o"))]
    if handed:
        beside = Holds(this=column("geleverd_tot", "n"), expression=column("tot", "o"))
        since = [exp.GT(this=column("tot", "n"), expression=column("tot", "o")), exp.Not(this=beside)]
    begun = exp.LTE(this=column("aanvang", "n"), expression=column("tot", "o"))
    return both([*_same("n", "o", "persoon", *one.trajectories.alike, "aanbieder"), *since, begun])


def _inherited(one: RegisterSource, name: str) -> exp.Expr:
    """What o has, else what the silent record had whose begin it corrects; beside it stands o, so that the names turn."""
    before = exp.select(exp.Max(this=column(name, "v"))).from_(exp.to_table(f"stil_{one.id}", alias="v"))
    turned = _corrects(one, handed=True)
    for found in turned.find_all(exp.Column):
        found.set("table", exp.to_identifier({"n": "o", "o": "v"}[found.table], quoted=True))
    return exp.Coalesce(this=column(name, "o"), expressions=[before.where(both([column("stil", "v"), turned])).subquery()])


def _ended_by_rule(one: RegisterSource, columns: frozenset[str], handed: bool) -> list[exp.Expr]:
    """All columns, with the end of what was closed, without what is not known of it; and the name of the rule."""
    closed = one.trajectories.closed
    kept = [named(_inherited(one, name), name) for name in _told_once(one, columns)] if handed else []
    if closed is None:
        star = exp.Star(replace=kept) if kept else exp.Star()
        return [exp.Column(this=star, table=exp.to_identifier("o"))]

    def silent(then: exp.Expr, name: str) -> exp.Expr:
        return named(exp.Case(ifs=[exp.If(this=column("stil", "o"), true=then)], default=column(name, "o")), name)

    day_after = exp.Add(this=column("tot", "o"), expression=literal(1))
    replaced = [*kept, silent(day_after, "einde")]
    replaced += [silent(exp.cast(exp.Null(), "varchar"), name) for name in closed.clears if name in columns]
    found: list[exp.Expr] = [exp.Column(this=exp.Star(replace=replaced), table=exp.to_identifier("o"))]
    if closed.field:
        found.append(named(exp.Case(ifs=[exp.If(this=column("stil", "o"), true=literal(closed.rule))]), closed.field))
    return found


def _numbered(one: RegisterSource) -> exp.Select:
    """nummer counts the parts of one person and kind; it grows with the day of handing over; of the rest with the period of delivery, and what still runs comes last. A part of which
    the record key came later from another provider stands at the end of its period. sleutel_vorige: the part before with the same key."""
    kind, (away, taken) = one.trajectories.kind, one.handed
    replaced = exp.LT(this=column("tot"), expression=column("laatst"))
    until = exp.Coalesce(this=column(away), expressions=[exp.Case(ifs=[exp.If(this=replaced, true=column("tot"))])])
    order = [exp.Ordered(this=until, desc=False, nulls_first=False), *ordered("rang", "einde", "aanvang", "aanbieder")]
    columns = [named(_over(exp.RowNumber(), ["persoon", kind], order), "nummer")]
    for day, name in ((away, "hoeveelste_weg"), (taken, "hoeveelste_over")):
        columns.append(named(_over(exp.RowNumber(), ["persoon", kind, day], ordered("aanvang", "aanbieder")), name))
    numbered = exp.select("*", *columns).from_(exp.to_table(f"blijvend_{one.id}")).subquery("genummerd")
    before = named(_over(exp.Lag(this=column("nummer")), _key(one), ordered("nummer")), "sleutel_vorige")
    return exp.select("*", before).from_(numbered)


def _linked(one: RegisterSource) -> exp.Select:
    """vorige: the number of the record before, always a lower one. Joined on the day, whatever lies between or whichever begin the new one
    gives; else that with the same key."""
    away, taken = one.handed
    over = one.trajectories.handover
    gap = literal(over.days if over else 1)
    in_order: list[exp.Expr] = [
        exp.Coalesce(this=exp.LTE(this=column(taken, t), expression=column(away, t)), expressions=[exp.true()]) for t in "vn"
    ]
    in_order.append(exp.LT(this=column("nummer", "v"), expression=column("nummer", "n")))
    same_day = exp.EQ(this=exp.Add(this=column(away, "v"), expression=gap), expression=column(taken, "n"))
    same_place = exp.EQ(this=column("hoeveelste_weg", "v"), expression=column("hoeveelste_over", "n"))
    joined = both([*_same("v", "n", "persoon", *one.trajectories.alike), same_day, same_place, *in_order])
    before = exp.Coalesce(this=column("nummer", "v"), expressions=[column("sleutel_vorige", "n")])
    tree = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("n")), named(before, "vorige"))
    table = f"schakel_{one.id}"
    return tree.from_(exp.to_table(table, alias="n")).join(exp.to_table(table, alias="v"), on=joined, join_type="left")


def _whose(one: RegisterSource) -> list[str]:
    """What all parts of a chain have in common."""
    return ["persoon", one.trajectories.kind]


def _whole(one: RegisterSource, part: Part | None, columns: frozenset[str], handed: bool, shared: tuple[str, ...]) -> exp.Select:
    names = [c for c in (shared or common(one)) if c not in ("periode", "bestand", "aanvang", "einde")]
    gone = [c for c in names if c in (*one.kinds, *one.numbers) and c not in columns and (one.place is None or c != one.place.area)]
    kept = [unknown(c, c in one.numbers) if c in gone else column(c) for c in names]
    own: list[exp.Expr] = [named(code_of(part, SOURCES[one.id]), "vorm_"), named(column(one.trajectories.kind), "soort")]
    if part is None:
        kinds = [column(c) if c in columns else unknown(c, c in one.numbers) for c in (*one.kinds, *one.numbers)]
        closed = one.trajectories.closed
        own = [*kinds, *([column(closed.field)] if closed and closed.field else []), *own, *_course(one, columns, handed)]
    if not handed:
        days = [column("aanvang"), named(column("aanvang"), "begonnen"), column("einde")]
        return among(exp.select(*kept, *days, *own).from_(exp.to_table(f"blijvend_{one.id}")), part, SOURCES[one.id])
    begun_here = exp.Case(
        ifs=[exp.If(this=exp.EQ(this=column("aanvang"), expression=column(one.handed[1])), true=exp.Null())], default=column("aanvang")
    )
    days = [
        named(_over(exp.Min(this=what), [*_whose(one), "keten"], []), name)
        for what, name in ((column("aanvang"), "aanvang"), (begun_here, "begonnen"))
    ]
    days.append(named(_end_of_chain(one), "einde"))
    tree = exp.select(*kept, *days, *own).from_(exp.to_table(f"volgt_{one.id}"))
    alike = [exp.NullSafeEQ(this=column(c), expression=column(f"{c}_")) for c in (*_whose(one), "nummer")]
    tree = tree.join(exp.to_table(f"keten_{one.id}"), on=both(alike))
    number = _over(exp.RowNumber(), [*_whose(one), "keten"], [exp.Ordered(this=column("nummer"), desc=True)])
    return among(tree, part, SOURCES[one.id]).qualify(exp.EQ(this=number, expression=literal(1)))


def _course(one: RegisterSource, columns: frozenset[str], handed: bool) -> list[exp.Expr]:
    """TAKEN_ON: the days on which a provider took it over, in any delivery; of every other day that is kept the first of the chain."""
    found: list[exp.Expr] = []
    if one.handed:
        taken: exp.Expr = exp.cast(exp.Null(), "date[]")
        if handed:
            told = Appended(this=column(_TAKEN), expression=column(one.handed[1]))
            taken = Flat(this=_over(Known(this=told), [*_whose(one), "keten"], []))
        found.append(named(taken, TAKEN_ON))
    for name in one.dates:
        day: exp.Expr = exp.cast(exp.Null(), "date")
        if name in columns:
            day = _over(exp.Min(this=column(name)), [*_whose(one), "keten"], []) if handed else column(name)
        found.append(named(day, name))
    return found


def _end_of_chain(one: RegisterSource) -> exp.Expr:
    """What was handed over and taken over by nobody ends with the last day of the old provider, once the periods that were
    delivered reach beyond that day; before that nobody can have reported it."""
    away = one.handed[0]
    could_be_known = exp.LT(this=column(away), expression=_newest(one.id))
    ended = exp.Case(ifs=[exp.If(this=could_be_known, true=column(away))])
    return exp.Coalesce(this=column("einde"), expressions=[ended])
