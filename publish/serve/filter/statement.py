"""The parts of a statement that a cube and a list share: bound condition, order, window. Identifiers are our own."""

from __future__ import annotations

from collections.abc import Mapping

from celwacht.publish.serve.filter.filter_sql import Condition
from celwacht.publish.serve.filter.filter_tree import Column, Node, columns_of


def where(condition: Node | None, identifiers: Mapping[str, str], blanks: bool) -> tuple[str, list[object]]:
    """' WHERE ...' and its parameters."""
    if condition is None:
        return "", []
    made = Condition(condition, identifiers, blanks=blanks)
    return f" WHERE {made.sql}", list(made.parameters)


def order_by(order: tuple[tuple[Column, bool], ...], identifiers: Mapping[str, str], last: str) -> str:
    """' ORDER BY ...'; null comes before every value, as in OData, and equal rows keep the order of the set."""
    parts = [f"{identifiers[column.name]} {'DESC NULLS LAST' if down else 'ASC NULLS FIRST'}" for column, down in order]
    return f" ORDER BY {', '.join([*parts, last])}"


def mentioned(condition: Node | None, order: tuple[tuple[Column, bool], ...]) -> frozenset[str]:
    """Names of the columns that a query looks at."""
    named = columns_of(condition) if condition is not None else frozenset()
    return named | {column.name for column, _ in order}
