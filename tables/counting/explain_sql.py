"""The SQL of a table as text, with a comment at each step: `celwacht sql`."""

from __future__ import annotations

from collections.abc import Iterable

from celwacht.tables.counting.atoms_sql import atoms_tree, one_line, table_of_records, write
from celwacht.tables.counting.plan import plans
from celwacht.tables.counting.records_sql import persons_of, records_tree
from celwacht.tables.counting.trajectories_sql import common
from celwacht.tables.periods import Period
from celwacht.tables.sources.sources import registers_of
from celwacht.tables.specs.table_spec import TableSpec


def sql_of(spec: TableSpec, periods: Iterable[Period]) -> str:
    """The statements that build_cube would run, with a comment per step: records (once per source and year), atoms."""
    asked = sorted(set(periods))
    texts: dict[str, None] = {}
    kinds = registers_of(spec.source)
    columns = {one.id: frozenset({*common(one), *one.kinds, *one.handed, *one.dates, *one.numbers}) for one in kinds}
    personal = frozenset(one.id for one in persons_of(spec.source))
    for plan in plans(spec, asked):
        tree = records_tree(spec.source, plan.year, columns, personal=personal, regions=True)
        name = table_of_records(plan)
        head = one_line(f"Records of {spec.source}, loaded once for {plan.year}; then the database is locked")
        texts[f'-- {head}\nCREATE TABLE "{name}" AS\n{write(tree, explained=True)}'] = None
        head = one_line(f"Table {spec.id}: {', '.join(p.code for p in plan.periods)}")
        texts[f"-- {head}\n{write(atoms_tree(plan), explained=True)}"] = None
    return "\n".join(texts)
