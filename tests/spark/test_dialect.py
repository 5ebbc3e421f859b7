"""Statements for Spark say nothing that only DuckDB knows, for every standard table. Needs no Spark."""

import re

import pytest
from celwacht.tables.counting.atoms_sql import atoms_tree
from celwacht.tables.counting.contributors import contributors_tree
from celwacht.tables.counting.plan import plans
from celwacht.tables.counting.records_sql import persons_of, records_tree
from celwacht.tables.counting.trajectories_sql import common
from celwacht.tables.engines import nodes
from celwacht.tables.engines.dialects import Duck, SparkSQL
from celwacht.tables.periods import Period
from celwacht.tables.sources.sources import registers_of
from sqlglot import exp

from tests.tables.standard import standard

TABLES = standard()
PERIODS = [Period.parse(p) for p in ("2024HJ01", "2024JJ00", "2024KW01")]
DUCKS_OWN = r"\b(READ_PARQUET|UNNEST|LIST_\w+|LIST|FLATTEN\(LIST|ARG_MAX|DATE_SUB|RANGE|QUALIFY|UBIGINT|HUGEINT|RECURSIVE)\b|REPLACE \(|\$\w+\b(?!`)"


def statements(table: str) -> list[exp.Expr]:
    spec = TABLES[table]
    kinds = registers_of(spec.source)
    columns = {one.id: frozenset({*common(one), *one.kinds, *one.handed, *one.dates}) for one in kinds}
    personal = frozenset(one.id for one in persons_of(spec.source))
    found = [records_tree(spec.source, 2024, columns, personal=personal, regions=True)]
    for plan in plans(spec, PERIODS):
        found += [atoms_tree(plan), contributors_tree(plan)]
    return found


@pytest.mark.parametrize("table", sorted(TABLES))
def test_nothing_of_duckdb_is_left(table):
    for tree in statements(table):
        text = tree.sql(SparkSQL, comments=False)
        bare = re.sub(r"'[^']*'", "''", re.sub(r"`[^`]*`", "``", text))
        assert not re.findall(DUCKS_OWN, bare), text[:200]


def test_the_six_constructs_that_would_fail_in_silence():
    """Each by hand: place, rows of lists, latest, distinct in order, bits, and stars."""
    a, b = exp.column("a", quoted=True), exp.column("b", quoted=True)
    written = {
        nodes.PlaceIn(this=a, expression=b): ("LIST_POSITION", "NULLIF(ARRAY_POSITION(`a`, `b`), 0)"),
        nodes.LatestOf(this=a, expression=b): ("ARG_MAX", "MAX_BY(`a`, IF(`a` IS NULL, NULL, `b`))"),
        nodes.InOrder(this=a): ("LIST_SORT(ARRAY_AGG(DISTINCT", "ARRAY_SORT(COLLECT_SET(`a`))"),
        exp.select(exp.alias_(nodes.ListRows(this="p"), "x"), exp.alias_(nodes.ListRows(this="q"), "y")): (
            "SELECT UNNEST($p)",
            "SELECT `p` AS `x`, `q` AS `y` FROM `$p$q`",
        ),
        exp.select(exp.Star(replace=[exp.alias_(b, "a", quoted=True)])).from_("t"): (
            "* REPLACE",
            "SELECT * EXCEPT (`a`), `b` AS `a` FROM t",
        ),
    }
    for node, (duck, spark) in written.items():
        assert node.sql(Duck).startswith((duck, "SELECT " + duck)) and node.sql(SparkSQL) == spark
