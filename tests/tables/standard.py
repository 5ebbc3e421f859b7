"""The standard tables, read once by each process of tests: reading them takes a third of a second."""

from functools import cache

from celwacht.tables.specs.read_spec import read_tables
from celwacht.tables.specs.table_spec import TableSpec


@cache
def standard() -> dict[str, TableSpec]:
    """As read_tables() gives them; for tests that read and change nothing."""
    return read_tables()
