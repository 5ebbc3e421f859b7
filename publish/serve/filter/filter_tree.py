"""The tree of a filter: what the parser makes, the SQL writer reads, and both OData dialects mean.

Two-valued where OData is: a comparison with null is true or false, never null (null eq null; null is not less than
anything). Functions and arithmetic of null are null, and a row whose filter is null is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Kind(Enum):
    """What a column or an expression holds."""

    TEXT = "text"
    NUMBER = "a number"
    TRUTH = "true or false"
    MOMENT = "a moment"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be named in a query. `edm`: its type in $metadata, such as Edm.String."""

    name: str
    edm: str = "Edm.String"
    nullable: bool = False

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self.edm, Kind.NUMBER)


_KINDS = {"Edm.String": Kind.TEXT, "Edm.Boolean": Kind.TRUTH, "Edm.DateTimeOffset": Kind.MOMENT, "Edm.DateTime": Kind.MOMENT}


@dataclass(frozen=True, slots=True)
class Name:
    column: Column

    @property
    def kind(self) -> Kind:
        return self.column.kind


@dataclass(frozen=True, slots=True)
class Literal:
    """A value: text, number (int or float), bool, a moment without zone (UTC), or None."""

    value: str | int | float | bool | datetime | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Call:
    """A function of FUNCTIONS with its arguments; `substringof` has become `contains`."""

    function: str
    arguments: tuple[Node, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """operator: add, sub, mul, div, mod. Both sides whole numbers: div drops what is left over, as in OData."""

    operator: str
    left: Node
    right: Node
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Negative:
    term: Node
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Compare:
    """operator: eq, ne, lt, le, gt, ge."""

    operator: str
    left: Node
    right: Node
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class Among:
    """Is the term one of these values? None is not among them."""

    term: Node
    values: tuple[Literal, ...]
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class Not:
    term: Node
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class All:
    """Every term holds; at least two."""

    terms: tuple[Node, ...]
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some term holds; at least two."""

    terms: tuple[Node, ...]
    kind: Kind = Kind.TRUTH


Node = Name | Literal | Call | Arithmetic | Negative | Compare | Among | Not | All | AnyOf

TEXT, NUMBER, TRUTH = Kind.TEXT, Kind.NUMBER, Kind.TRUTH
FUNCTIONS: dict[str, tuple[tuple[Kind, ...], int, Kind]] = {
    # name: (kinds of its arguments, how many must be given, kind of the outcome)
    "startswith": ((TEXT, TEXT), 2, TRUTH),
    "endswith": ((TEXT, TEXT), 2, TRUTH),
    "contains": ((TEXT, TEXT), 2, TRUTH),
    "substringof": ((TEXT, TEXT), 2, TRUTH),  # v3: the part comes first
    "substring": ((TEXT, NUMBER, NUMBER), 2, TEXT),  # places count from 0
    "indexof": ((TEXT, TEXT), 2, NUMBER),
    "length": ((TEXT,), 1, NUMBER),
    "tolower": ((TEXT,), 1, TEXT),
    "toupper": ((TEXT,), 1, TEXT),
    "trim": ((TEXT,), 1, TEXT),
    "concat": ((TEXT, TEXT), 2, TEXT),
    "round": ((NUMBER,), 1, NUMBER),
    "floor": ((NUMBER,), 1, NUMBER),
    "ceiling": ((NUMBER,), 1, NUMBER),
}


def columns_of(node: Node) -> frozenset[str]:
    """Names of the columns in a tree."""
    match node:
        case Name(column):
            return frozenset({column.name})
        case Literal():
            return frozenset()
        case Call(_, parts) | All(parts) | AnyOf(parts):
            return frozenset().union(*map(columns_of, parts))
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return columns_of(left) | columns_of(right)
        case Among(term) | Not(term) | Negative(term):
            return columns_of(term)


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The terms that must all hold."""
    return node.terms if isinstance(node, All) else (node,)


def whole(node: Node) -> bool:
    """Is the expression a whole number by its form?"""
    match node:
        case Name(column):
            return column.edm in ("Edm.Int64", "Edm.Int32", "Edm.Byte")
        case Literal(value):
            return isinstance(value, int)
        case Call(function):
            return function in ("length", "indexof")
        case Arithmetic(_, left, right):
            return whole(left) and whole(right)
        case Negative(term):
            return whole(term)
    return False


def nullable(node: Node) -> bool:
    """May the expression be null?"""
    match node:
        case Name(column):
            return column.nullable
        case Literal(value):
            return value is None
        case Call(_, parts) | All(parts) | AnyOf(parts):
            return any(map(nullable, parts))
        case Arithmetic(operator, left, right):
            return operator in ("div", "mod") or nullable(left) or nullable(right)
        case Negative(term) | Not(term):
            return nullable(term)
    return False
