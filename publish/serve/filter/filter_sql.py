"""A filter's tree as the condition of a statement for DuckDB.

Two promises. Identifiers come from the caller's own map, never from the request. Every literal is a bound parameter,
also the numbers. Numbers are compared and reckoned as doubles; a division by zero is null.

`blanks`: v3 keys are padded with blanks at the end (char(n) of SQL Server), and blanks at the end of a text do not
count when texts are compared: RegioS eq 'NL01' and RegioS eq 'NL01  ' mean the same. Functions see the padded text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from celwacht.publish.serve.filter.filter_tree import (
    FUNCTIONS,
    All,
    Among,
    AnyOf,
    Arithmetic,
    Call,
    Compare,
    Kind,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    nullable,
    whole,
)

_OPERATORS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_SIMPLE = {"add": "+", "sub": "-", "mul": "*"}
_CALLS = {
    "startswith": "starts_with({0}, {1})",
    "endswith": "ends_with({0}, {1})",
    "contains": "contains({0}, {1})",
    "indexof": "CAST(strpos({0}, {1}) - 1 AS DOUBLE)",
    "length": "CAST(length({0}) AS DOUBLE)",
    "tolower": "lower({0})",
    "toupper": "upper({0})",
    "trim": "trim({0})",
    "concat": "({0} || {1})",
    "round": "round({0})",
    "floor": "floor({0})",
    "ceiling": "ceil({0})",
}
_FAR = "CAST(least(greatest({0}, 0), 1000000) AS BIGINT)"
"""A place or a length within a text: never negative, which DuckDB would count from the end."""
_TYPES = {Kind.TEXT: "VARCHAR", Kind.NUMBER: "DOUBLE", Kind.TRUTH: "BOOLEAN", Kind.MOMENT: "TIMESTAMP", Kind.NULL: "VARCHAR"}


class Condition:
    """The SQL of a filter and its parameters, in the order of their marks."""

    def __init__(self, node: Node, identifiers: Mapping[str, str], *, blanks: bool = False):
        self._identifiers, self._blanks = identifiers, blanks
        self.parameters: list[str | float | bool | datetime | None] = []
        self.sql = self._holds(node)

    def _of(self, node: Node) -> str:
        match node:
            case Name(column):
                name = self._identifiers[column.name]
                return f"CAST({name} AS DOUBLE)" if column.kind is Kind.NUMBER and column.edm != "Edm.Double" else name
            case Literal(value, kind):
                return self._bound(value, kind)
            case Call():
                return self._call(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Negative(term):
                return f"(-CAST({self._as(term, Kind.NUMBER)} AS DOUBLE))"
            case Compare():
                return self._compare(node)
            case Among(term, values):
                return f"coalesce({self._among(term, values)}, FALSE)"
            case Not(term):
                return f"(NOT {self._truth(term)})"
            case All(terms):
                return f"({' AND '.join(map(self._truth, terms))})"
            case AnyOf(terms):
                return f"({' OR '.join(map(self._truth, terms))})"

    def _holds(self, node: Node) -> str:
        """The condition where null leaves a row out as false does: bare comparisons, by which DuckDB skips blocks."""
        match node:
            case All(terms) | AnyOf(terms):
                return f"({(' AND ' if isinstance(node, All) else ' OR ').join(map(self._holds, terms))})"
            case Compare(operator) if operator in _OPERATORS:
                left = self._side(node.left, node.right)
                return f"({left} {_OPERATORS[operator]} {self._side(node.right, node.left)})"
            case Among(term, values):
                return self._among(term, values)
        return self._truth(node)

    def _truth(self, node: Node) -> str:
        return self._as(node, Kind.TRUTH)

    def _as(self, node: Node, kind: Kind) -> str:
        """The SQL of a node where a value of this kind is wanted: null by itself has no type."""
        return f"CAST(NULL AS {_TYPES[kind]})" if node.kind is Kind.NULL else self._of(node)

    def _bound(self, value, kind: Kind) -> str:
        if kind is Kind.NUMBER:
            self.parameters.append(float(value))
            return "?"
        self.parameters.append(value)
        return f"CAST(? AS {_TYPES[kind]})"

    def _call(self, node: Call) -> str:
        kinds = FUNCTIONS[node.function][0]
        parts = [f"CAST({self._as(a, kind)} AS {_TYPES[kind]})" for a, kind in zip(node.arguments, kinds)]
        if node.function == "substring":
            length = f", {_FAR.format(parts[2])}" if len(parts) == 3 else ""
            return f"substring({parts[0]}, {_FAR.format(parts[1])} + 1{length})"
        return _CALLS[node.function].format(*parts)

    def _arithmetic(self, node: Arithmetic) -> str:
        left, right = (f"CAST({self._as(side, Kind.NUMBER)} AS DOUBLE)" for side in (node.left, node.right))
        if node.operator in _SIMPLE:
            return f"({left} {_SIMPLE[node.operator]} {right})"
        if node.operator == "mod":
            return f"({left} % nullif({right}, 0))"
        quotient = f"({left} / nullif({right}, 0))"
        return f"trunc({quotient})" if whole(node.left) and whole(node.right) else quotient

    def _text(self, node: Node, sql: str) -> str:
        return f"rtrim({sql}, ' ')" if self._blanks and node.kind is Kind.TEXT else sql

    def _compare(self, node: Compare) -> str:
        left, right = (self._side(side, other) for side, other in ((node.left, node.right), (node.right, node.left)))
        if node.operator in ("eq", "ne"):
            exact = not (nullable(node.left) or nullable(node.right))
            sign = {"eq": ("IS NOT DISTINCT FROM", "="), "ne": ("IS DISTINCT FROM", "<>")}[node.operator][exact]
            return f"({left} {sign} {right})"
        return f"coalesce({left} {_OPERATORS[node.operator]} {right}, FALSE)"

    def _side(self, node: Node, other: Node) -> str:
        return self._text(node, self._as(node, other.kind))

    def _among(self, term: Node, values: tuple[Literal, ...]) -> str:
        left = self._text(term, self._of(term))
        marks = ", ".join(self._text(v, self._bound(v.value, v.kind)) for v in values)
        return f"({left} IN ({marks}))"
