"""The SQL: readable, one statement, and nothing that a specification says can get out of its quotes."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import sqlglot
from celwacht.tables.counting.atoms_sql import atoms_tree, names_of, parameters, write
from celwacht.tables.counting.explain_sql import sql_of
from celwacht.tables.counting.parts_sql import condition, counts_in
from celwacht.tables.counting.plan import Plan, plans, touches
from celwacht.tables.counting.records_sql import records_tree
from celwacht.tables.counting.trajectories_sql import common
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.engines.duck import lock
from celwacht.tables.periods import Period
from celwacht.tables.sources.sources import register
from celwacht.tables.specs.filter_language import And, Compare, In, Known, Not, Or
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from tests.examples import drawn
from tests.tables.counting.test_plan import spec
from tests.tables.standard import standard

GOLDEN = Path(__file__).parent / "golden"
TABLES = standard()
H1, YEAR = Period.parse("2024HJ01"), Period.parse("2024JJ00")


@pytest.mark.parametrize(
    "table, periods",
    [
        ("jeugdhulp_instroom_verwijzer", ["2024HJ01", "2024HJ02", "2024JJ00"]),
        ("jeugdhulp_gebruik_jongeren", ["2024HJ01"]),
        ("jeugdbescherming_stand", ["2024HJ01"]),
    ],
)
def test_the_sql_reads_as_it_did(table, periods):
    """For reading: `celwacht sql TABLE PERIODS` writes the file anew when a change is meant."""
    text = sql_of(TABLES[table], [Period.parse(p) for p in periods])
    assert text == (GOLDEN / f"{table}.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_explained_sql_is_the_sql_that_runs(table):
    """Comments and layout apart, what is printed is what DuckDB gets; each step has its comment."""
    for plan in plans(TABLES[table], [H1, YEAR, Period.parse("2024KW01")]):
        printed, run = write(atoms_tree(plan), explained=True), write(atoms_tree(plan))
        assert sqlglot.parse_one(printed, dialect="duckdb").sql(comments=False) == sqlglot.parse_one(run, dialect="duckdb").sql()
        steps = len(atoms_tree(plan).args["with_"].expressions) + 1
        assert [line.split(".")[0] for line in printed.splitlines() if line.startswith("--")] == [f"-- {i}" for i in range(1, steps + 1)]
        assert "--" not in run and "/*" not in run


# ---- expressions against their meaning ------------------------------------------------------------------------------

FIELDS = {"geslacht": ["V", "M", None], "leeftijd": [-1, 0, 3, 17, 18, None], "bsn_bekend": [True, False]}
tests = st.one_of(
    st.builds(Compare, st.just("geslacht"), st.sampled_from(["==", "!="]), st.sampled_from(["V", "M", "O", "'; drop"])),
    st.builds(Compare, st.just("leeftijd"), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(-2, 19)),
    st.builds(Compare, st.just("bsn_bekend"), st.sampled_from(["==", "!="]), st.booleans()),
    st.builds(In, st.just("leeftijd"), st.lists(st.integers(-2, 19), min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(In, st.just("geslacht"), st.lists(st.sampled_from("VMO"), min_size=1, max_size=2).map(tuple), st.booleans()),
    st.builds(Known, st.sampled_from(sorted(FIELDS)), st.booleans()),
)
trees = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=10,
)


def holds(expr, record: dict) -> bool:
    """What a filter means: a comparison with an unknown field does not hold; the rest is plain logic."""
    match expr:
        case And(parts):
            return all(holds(p, record) for p in parts)
        case Or(parts):
            return any(holds(p, record) for p in parts)
        case Not(part):
            return not holds(part, record)
        case Known(field, negated):
            return (record[field] is None) == negated
    value = record[expr.field]
    if value is None:
        return False
    if isinstance(expr, In):
        return (value in expr.values) != expr.negated
    return (
        {"==": value == expr.value, "!=": value != expr.value}[expr.op]
        if expr.op in ("==", "!=")
        else {"<": value < expr.value, "<=": value <= expr.value, ">": value > expr.value, ">=": value >= expr.value}[expr.op]
    )


@pytest.fixture(scope="module")
def records():
    database = duckdb.connect()
    database.execute("CREATE TABLE r (nr INTEGER, geslacht VARCHAR, leeftijd INTEGER, bsn_bekend BOOLEAN)")
    rows = [
        {"geslacht": g, "leeftijd": a, "bsn_bekend": b}
        for g in FIELDS["geslacht"]
        for a in FIELDS["leeftijd"]
        for b in FIELDS["bsn_bekend"]
    ]
    columns = [list(column) for column in zip(*([i, *r.values()] for i, r in enumerate(rows)), strict=True)]
    database.execute("INSERT INTO r SELECT unnest($1), unnest($2), unnest($3), unnest($4)", columns)
    yield database, rows
    database.close()


@settings(max_examples=drawn(20, long=150), deadline=None)
@given(trees)
def test_a_filter_keeps_what_it_means(records, tree):
    """The SQL of a filter holds for exactly the records for which the filter holds."""
    database, rows = records
    query = exp.select("nr").from_("r").where(condition(tree)).sql("duckdb")
    assert {row[0] for row in database.execute(query).fetchall()} == {i for i, r in enumerate(rows) if holds(tree, r)}


@pytest.mark.parametrize("moment", ["instroom", "uitstroom", "gebruik", "stand"])
@pytest.mark.parametrize("includes_end", [False, True])
def test_the_sql_and_the_calendar_agree_on_who_counts(moment, includes_end):
    """Each begin and end around the edges of a period, in SQL and by the definition."""
    days = [date(2024, 1, 1) + timedelta(days=d) for d in (-200, -1, 0, 1, 100, 180, 181, 182, 183, 300, 365, 366)]
    pairs = [(a, b) for a in days for b in [*days, None] if b is None or b >= a]
    database = duckdb.connect()
    database.execute("CREATE TABLE t (nr INTEGER, aanvang DATE, begonnen DATE, einde DATE)")
    begins, ends = ([pair[k] for pair in pairs] for k in (0, 1))
    database.execute("INSERT INTO t SELECT unnest($1), unnest($2), unnest($2), unnest($3)", [list(range(len(pairs))), begins, ends])
    plan = plans(spec(moment=moment, stand_includes_end=includes_end), [H1, YEAR])[0]
    for period in plan.periods:
        query = exp.select("nr").from_("t").where(counts_in(plan, period)).sql("duckdb")
        assert {r[0] for r in database.execute(query).fetchall()} == {
            i for i, (a, b) in enumerate(pairs) if touches(moment, period, a, b, includes_end=includes_end)
        }


# ---- a hostile specification ----------------------------------------------------------------------------------------

CANARY = "123456782"
HOSTILE = [
    "x\" as y, (select string_agg(persoon, ',') from jeugdhulp_2024) as \"z",
    "'; DROP TABLE jeugdhulp_2024; --",
    '") FROM jeugdhulp_2024; SELECT persoon FROM jeugdhulp_2024 --',
    "*/ SELECT 1 /*",
    "a\nSELECT persoon",
    "\\'",
    "$1",
    "{}",
    "%s",
    "persoon",
    "\x00",
    "1_Perioden",
    "'",
    '"',
    '""',
    "COPY (SELECT 1) TO 'x.csv'",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30)).filter(lambda t: "\x00" not in t and t != "")
kinds = st.tuples(st.sampled_from(["trajecten", "jongeren"]), st.sampled_from(["instroom", "gebruik", "stand"]))


def poisoned(names: list[str], values: list[str], table: str, unit: str, moment: str, text: str) -> Plan:
    """A plan as no reader would let it through: every text that a specification holds is hostile."""
    made = plans(
        spec(
            unit=unit, moment=moment, dimensions=[{"name": "Aa", "classification": "hulpvorm"}, {"name": "Bb", "classification": "regio"}]
        ),
        [H1, YEAR],
    )[0]
    axes = []
    for axis, name in zip(made.axes, names):
        held = {f"{value}{i}": 0 for i, value in enumerate(values)}
        dimension = axis.coding.classification
        dimension = Classification(name, name, name, dimension.codes, dimension.leaves, dimension.members)
        axes.append(
            replace(axis, name=name, coding=replace(axis.coding, classification=dimension, values=axis.coding.values | held, unknown=0))
        )
    bad = made.spec.model_copy(update={"id": table, "title": made.spec.title.model_copy(update={"nl": text})})
    return replace(made, spec=bad, axes=tuple(axes), where=And((In("hulpvorm", (text, *values), True), Compare("verwijzer", "!=", text))))


@pytest.fixture(scope="module")
def victim():
    """A locked database as the runner makes it, with a canary in a column that no table may show."""
    database = duckdb.connect()
    database.execute(
        """CREATE TABLE jeugdhulp_2024 AS SELECT $1 AS persoon, DATE '2024-02-01' AS aanvang,
        DATE '2024-02-01' AS begonnen, NULL::DATE AS einde, '02' AS hulpvorm, '01' AS verwijzer, 'GM0363' AS gemeente,
        1 AS volgorde""",
        [CANARY],
    )
    lock(database)
    yield database
    database.close()


@settings(max_examples=drawn(10, long=60), deadline=None)
@given(st.lists(texts, min_size=2, max_size=2), st.lists(texts, min_size=1, max_size=3), texts, kinds, texts)
def test_nothing_in_a_specification_gets_out_of_its_quotes(victim, names, values, table, kind, text):
    """Hostile names, values, filters and titles: one SELECT, the declared columns, no canary, nothing changed."""
    plan = poisoned(names, values, table, *kind, text)
    sql = write(atoms_tree(plan))
    assert [type(s) for s in sqlglot.parse(sql, dialect="duckdb")] == [exp.Select]
    result = victim.execute(sql, parameters(plan))
    assert [c[0] for c in result.description] == [*names_of(plan), "aantal"]
    rows = result.fetchall()
    assert len(rows) == 1 and rows[0][-1] == 1 and CANARY not in str(rows)
    printed = sqlglot.parse(write(atoms_tree(plan), explained=True), dialect="duckdb")
    assert [s.sql(comments=False) for s in printed if not isinstance(s, exp.Semicolon)] == [sqlglot.parse_one(sql, dialect="duckdb").sql()]
    assert victim.execute("SELECT count(*) FROM jeugdhulp_2024").fetchone() == (1,)


def test_the_statement_of_the_records_has_no_word_of_a_specification():
    """Only source, year and the columns of the files decide it."""
    columns = {"jeugdhulp": frozenset({*common(register("jeugdhulp")), "hulpvorm"})}
    sql = write(records_tree("jeugdhulp", 2024, columns, personal=frozenset({"persoonskenmerken"}), regions=True))
    assert len(sqlglot.parse(sql, dialect="duckdb")) == 1
    assert "$bestanden_jeugdhulp" in sql and "parquet'" not in sql
