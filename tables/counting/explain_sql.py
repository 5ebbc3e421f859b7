"""The SQL of a table as text, with a comment at each step: `celwacht sql`."""

from __future__ import annotations

from collections.abc import Iterable

from celwacht.tables.counting.atoms_sql import atoms_tree, one_line, table_of_records, write
from celwacht.tables.counting.plan import OWN_FIELDS, PARTS, plans
from celwacht.tables.counting.records_sql import records_tree
from celwacht.tables.counting.trajectories_sql import COMMON, CONTACT, HANDED_OVER, MEASURES, TAKEN_OVER
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec


def sql_of(spec: TableSpec, periods: Iterable[Period]) -> str:
    """The statements that build_cube would run, with a comment per step: records (once per source and year), atoms."""
    asked = sorted(set(periods))
    texts: dict[str, None] = {}
    for plan in plans(spec, asked):
        kinds = PARTS[spec.source]
        columns = {k: frozenset({*COMMON, *_columns_of(k)}) for k in kinds}
        records = write(records_tree(spec.source, plan.year, columns, personal=True, regions=True), explained=True)
        name = table_of_records(plan)
        head = one_line(f"Records of {spec.source}, loaded once for {plan.year}; then the database is locked")
        texts[f'-- {head}\nCREATE TABLE "{name}" AS\n{records}'] = None
        head = one_line(f"Table {spec.id}: {', '.join(p.code for p in plan.periods)}")
        texts[f"-- {head}\n{write(atoms_tree(plan), explained=True)}"] = None
    return "\n".join(texts)


def _columns_of(kind: str) -> tuple[str, ...]:
    handed = (HANDED_OVER, TAKEN_OVER, CONTACT) if kind in MEASURES else ()
    return (*OWN_FIELDS[kind], *handed)
