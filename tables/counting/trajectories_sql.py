"""The SQL that makes trajectories of delivered records.

A trajectory is delivered in every period in which it runs, and a measure that goes to another institution by both: the old one
gives the day of handing over (`overgedragen`), the new one the day after (`overgedragen_gekregen`), and often no other begin.
Here it is one trajectory again.

    one child, one form of help, one provider                                   becomes
    HJ01  begin 1 April, runs    HJ02  begin 1 April, ended 9 September         1 April to 9 September
    HJ01  begin 1 April, runs    HJ02  begin 8 April, runs                      from 8 April: the begin was corrected
    HJ01  begin 1 April, runs    HJ02  nothing                                  1 April to 1 July, reason unknown: closed by rule

Closing what does not return is the office's rule (CBS, maatwerk 2022/19: trajectories that do not come back in a later period
get a date of ending, reason unknown); which day is our choice: the first day on which it was not delivered any more. So it
counts on the reference date on which the provider still reported it, and on none after.
"""

from __future__ import annotations

from celwacht.tables.counting.atoms_sql import Step
from celwacht.tables.counting.parts_sql import both, column, literal, named
from celwacht.tables.counting.plan import KEY_FIELD, OWN_FIELDS
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
HANDED_OVER, TAKEN_OVER, CONTACT = "overgedragen", "overgedragen_gekregen", "eerste_contact"
PREVENTIVE = "31"
"""Type of activities in the preventive judicial framework: neither jeugdbescherming nor jeugdreclassering."""
MEASURES = frozenset({"jeugdbescherming", "jeugdreclassering"})
"""Sources of measures, which go from institution to institution."""
PROVIDER_IN_KEY = frozenset({"jeugdhulp"})
"""Kinds of which two providers may each give a trajectory with the same begin (protocol v7, 3.3). A measure is one, whoever has it."""


def trajectories(source: str, kind: str, form: str, columns: frozenset[str]) -> list[Step]:
    """From the records of one kind to its trajectories, in step `traject_<kind>`."""
    handed = HANDED_OVER in columns and TAKEN_OVER in columns
    key = ", ".join(_key(kind))
    steps: list[Step] = [
        (f"geleverd_{kind}", f"Records of {kind} as delivered, in all periods of the span", _delivered(kind, columns)),
        (
            f"laatste_{kind}",
            f"One row per record key ({key}): the latest delivery; within it the provider that has not handed over, and what still runs",
            _latest(kind, columns, handed),
        ),
        (f"stil_{kind}", "Which ran on when last delivered, although a later period was delivered?", _silent(kind, handed)),
        (
            f"blijvend_{kind}",
            "Without those whose provider gives them with another begin since; what does not return is closed, reason unknown",
            _closed(kind, columns),
        ),
    ]
    if handed:
        steps += [
            (f"schakel_{kind}", "A number for each record; which of those handed over, or taken over, on that day is it?", _numbered(kind)),
            (f"volgt_{kind}", "Which record does each go on from: handed over the day before it was taken over", _linked(kind)),
            (f"keten_{kind}", "From institution to institution: the chain of each record, and its place in it", _chained(kind)),
        ]
    whole = "One row per chain: begin of the first, all else of the last" if handed else "The trajectories"
    steps.append((f"traject_{kind}", whole, _whole(source, kind, form, columns, handed)))
    return steps


def parquet(parameter: str) -> exp.Table:
    """The rows of the files bound to a parameter."""
    together = exp.EQ(this=exp.column("union_by_name"), expression=exp.true())
    return exp.Table(this=exp.Anonymous(this="read_parquet", expressions=[exp.Placeholder(this=parameter), together]))


def ordered(*names: str, desc: bool = False, nulls_first: bool = False) -> list[exp.Ordered]:
    return [exp.Ordered(this=column(n), desc=desc, nulls_first=nulls_first) for n in names]


def _over(what: exp.Expr, by: list[str], order: list[exp.Ordered]) -> exp.Window:
    return exp.Window(this=what, partition_by=[column(n) for n in by], order=exp.Order(expressions=order) if order else None)


def _key(kind: str) -> list[str]:
    return ["persoon", "aanvang", KEY_FIELD[kind], *(["aanbieder"] if kind in PROVIDER_IN_KEY else [])]


def _same(left: str, right: str, *names: str) -> list[exp.Expr]:
    return [exp.EQ(this=column(n, left), expression=column(n, right)) for n in names]


def _null(node: exp.Expr) -> exp.Is:
    return exp.Is(this=node, expression=exp.Null())


def _delivered(kind: str, columns: frozenset[str]) -> exp.Select:
    """The records with the place of their period (rang) and its last day (tot)."""
    place = exp.Anonymous(this="list_position", expressions=[exp.Placeholder(this=f"perioden_{kind}"), column("periode")])
    until = exp.cast(exp.Anonymous(this="list_extract", expressions=[exp.Placeholder(this=f"eindes_{kind}"), place.copy()]), "date")
    begun: exp.Expr = column("aanvang")
    if TAKEN_OVER in columns:
        begun = named(exp.Coalesce(this=begun, expressions=[column(TAKEN_OVER)]), "aanvang")
    names = [c for c in (*COMMON, *OWN_FIELDS[kind], HANDED_OVER, TAKEN_OVER, CONTACT) if c in columns and c != "aanvang"]
    made = [begun, named(place, "rang"), named(until, "tot")]
    return exp.select(*[column(c) for c in names], *made).from_(parquet(f"bestanden_{kind}"))


def _latest(kind: str, columns: frozenset[str], handed: bool) -> exp.Select:
    """Deterministic: rows that are equal after all ties are equal in every column that is read. eerst: the last day of the first
    period in which the key was delivered."""
    key = _key(kind)
    order = ordered("rang", desc=True)
    order += ordered(HANDED_OVER, desc=True, nulls_first=True) if handed else []
    order += ordered("einde", desc=True, nulls_first=True)
    rest = [c for c in (*COMMON, *OWN_FIELDS[kind], TAKEN_OVER, CONTACT) if c in columns and c not in (*key, "einde", "periode")]
    number = _over(exp.RowNumber(), key, order + ordered(*rest))
    first = named(_over(exp.Min(this=column("tot")), key, []), "eerst")
    return exp.select("*", first).from_(exp.to_table(f"geleverd_{kind}")).qualify(exp.EQ(this=number, expression=literal(1)))


def _newest(kind: str) -> exp.Expr:
    """The last day of the newest period that was delivered."""
    return exp.select(exp.Max(this=column("tot"))).from_(exp.to_table(f"geleverd_{kind}")).subquery()


def _silent(kind: str, handed: bool) -> exp.Select:
    runs = exp.paren(exp.or_(_null(column("einde")), exp.GT(this=column("einde"), expression=column("tot"))))
    later = exp.LT(this=column("tot"), expression=_newest(kind))
    still = [runs, later, *([_null(column(HANDED_OVER))] if handed else [])]
    return exp.select("*", named(both(still), "stil")).from_(exp.to_table(f"laatste_{kind}"))


def _closed(kind: str, columns: frozenset[str]) -> exp.Select:
    """A silent record goes where its provider has since given the same person and kind with another begin, in or before the time
    of the silent one: a begin that was corrected. Any other silent record is closed."""
    again = (
        exp.select(literal(1))
        .from_(exp.to_table(f"stil_{kind}", alias="n"))
        .where(
            both(
                [
                    *_same("n", "o", "persoon", KEY_FIELD[kind], "aanbieder"),
                    exp.GT(this=column("eerst", "n"), expression=column("tot", "o")),
                    exp.LTE(this=column("aanvang", "n"), expression=column("tot", "o")),
                ]
            )
        )
    )
    day_after = exp.Add(this=column("tot", "o"), expression=literal(1))
    replaced = [named(exp.Case(ifs=[exp.If(this=column("stil", "o"), true=day_after)], default=column("einde", "o")), "einde")]
    if "reden" in columns:
        none = exp.cast(exp.Null(), "varchar")
        replaced.append(named(exp.Case(ifs=[exp.If(this=column("stil", "o"), true=none)], default=column("reden", "o")), "reden"))
    everything = exp.Star(replace=replaced)
    corrected = both([column("stil", "o"), exp.Exists(this=again)])
    return (
        exp.select(exp.Column(this=everything, table=exp.to_identifier("o")))
        .from_(exp.to_table(f"stil_{kind}", alias="o"))
        .where(exp.Not(this=exp.paren(corrected)))
    )


def _numbered(kind: str) -> exp.Select:
    soort = KEY_FIELD[kind]
    columns = [named(_over(exp.RowNumber(), [], ordered("persoon", soort, "aanvang")), "nummer")]
    for day, name in ((HANDED_OVER, "hoeveelste_weg"), (TAKEN_OVER, "hoeveelste_over")):
        columns.append(named(_over(exp.RowNumber(), ["persoon", soort, day], ordered("aanvang")), name))
    return exp.select("*", *columns).from_(exp.to_table(f"blijvend_{kind}"))


def _linked(kind: str) -> exp.Select:
    """vorige: the number of the record before. Joined on the day, whatever lies between or whichever begin the new one gives."""
    in_order = [
        exp.Coalesce(this=exp.LTE(this=column(TAKEN_OVER, t), expression=column(HANDED_OVER, t)), expressions=[exp.true()]) for t in "vn"
    ]
    same_day = exp.EQ(this=exp.Add(this=column(HANDED_OVER, "v"), expression=literal(1)), expression=column(TAKEN_OVER, "n"))
    same_place = exp.EQ(this=column("hoeveelste_weg", "v"), expression=column("hoeveelste_over", "n"))
    joined = both([*_same("v", "n", "persoon", KEY_FIELD[kind]), same_day, same_place, *in_order])
    tree = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("n")), named(column("nummer", "v"), "vorige"))
    table = f"schakel_{kind}"
    return tree.from_(exp.to_table(table, alias="n")).join(exp.to_table(table, alias="v"), on=joined, join_type="left")


def _chained(kind: str) -> exp.Expr:
    """Recursive: chains begin at the records that follow no other. No record is lost, since the days along a chain grow."""
    follows, chain = f"volgt_{kind}", f"keten_{kind}"
    first = exp.select(column("nummer"), named(column("nummer"), "keten"), named(literal(1), "plaats")).from_(exp.to_table(follows))
    next_ = exp.select(
        column("nummer", "n"), column("keten", "k"), named(exp.Add(this=column("plaats", "k"), expression=literal(1)), "plaats")
    )
    next_ = next_.from_(exp.to_table(follows, alias="n")).join(
        exp.to_table(chain, alias="k"), on=exp.EQ(this=column("vorige", "n"), expression=column("nummer", "k"))
    )
    return exp.union(first.where(_null(column("vorige"))), next_, distinct=False)


def _whole(source: str, kind: str, form: str, columns: frozenset[str], handed: bool) -> exp.Select:
    kept = [column(c) for c in COMMON if c not in ("periode", "bestand", "aanvang", "einde")]
    if source == "jeugdzorg":
        own = []
    else:
        own = [column(c) if c in columns else named(exp.cast(exp.Null(), "varchar"), c) for c in OWN_FIELDS[source]]
    own += [named(literal(form), "vorm"), named(column(KEY_FIELD[kind]), "soort")]
    if source in MEASURES:
        own += _course(columns, handed)
    if not handed:
        days = [column("aanvang"), named(column("aanvang"), "begonnen"), column("einde")]
        return _forced(exp.select(*kept, *days, *own).from_(exp.to_table(f"blijvend_{kind}")), source, kind)
    begun_here = exp.Case(
        ifs=[exp.If(this=exp.EQ(this=column("aanvang"), expression=column(TAKEN_OVER)), true=exp.Null())], default=column("aanvang")
    )
    days = [
        named(_over(exp.Min(this=what), ["keten"], []), name) for what, name in ((column("aanvang"), "aanvang"), (begun_here, "begonnen"))
    ]
    days.append(named(_end_of_chain(kind), "einde"))
    tree = exp.select(*kept, *days, *own).from_(exp.to_table(f"volgt_{kind}"))
    tree = tree.join(exp.to_table(f"keten_{kind}"), using=["nummer"])
    number = _over(exp.RowNumber(), ["keten"], [exp.Ordered(this=column("plaats"), desc=True)])
    return _forced(tree, source, kind).qualify(exp.EQ(this=number, expression=literal(1)))


def _course(columns: frozenset[str], handed: bool) -> list[exp.Expr]:
    """overgenomen_op: the days on which an institution took the measure over; eerste_contact: the first day of contact."""
    taken: exp.Expr = exp.cast(exp.Null(), "date[]")
    if handed:
        known = exp.Where(this=exp.Not(this=_null(column(TAKEN_OVER))))
        taken = _over(exp.Filter(this=exp.Anonymous(this="list", expressions=[column(TAKEN_OVER)]), expression=known), ["keten"], [])
    contact: exp.Expr = exp.cast(exp.Null(), "date")
    if CONTACT in columns:
        contact = _over(exp.Min(this=column(CONTACT)), ["keten"], []) if handed else column(CONTACT)
    return [named(taken, "overgenomen_op"), named(contact, CONTACT)]


def _end_of_chain(kind: str) -> exp.Expr:
    """What was handed over and taken over by nobody ends with the last day of the old institution, once the periods that were
    delivered reach beyond that day; before that nobody can have reported it."""
    could_be_known = exp.LT(this=column(HANDED_OVER), expression=_newest(kind))
    ended = exp.Case(ifs=[exp.If(this=could_be_known, true=column(HANDED_OVER))])
    return exp.Coalesce(this=column("einde"), expressions=[ended])


def _forced(tree: exp.Select, source: str, kind: str) -> exp.Select:
    """In youth care together the preventive framework does not count."""
    if source != "jeugdzorg" or kind == "jeugdhulp":
        return tree
    return tree.where(exp.NEQ(this=column(KEY_FIELD[kind]), expression=literal(PREVENTIVE)))
