"""The filter language of specifications: a closed grammar, checked against the fields, and no SQL.

    filter  = group ("or" group)*                group = part ("and" part)*
    part    = "not" part | "(" filter ")" | test
    test    = field ("==" | "!=" | "<" | "<=" | ">" | ">=") literal
            | field ["not"] "in" "(" literal ("," literal)* ")"
            | field "is" ("known" | "unknown")
    literal = 'code in single quotes' | whole number | true | false

`==`, `!=`, `in` and the orderings do not hold for a record whose field is unknown. `str(expr)` writes the text that
parses to the same tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from celwacht.tables.problems import nearest
from celwacht.tables.sources.sources import FieldType
from celwacht.tables.specs.filter_tokens import SQL, ExpressionError, Literal, Token, misfit, number, tokens

MAX_LENGTH, MAX_DEPTH, MAX_TERMS = 1000, 20, 100
EQUALITIES = ("==", "!=")
ORDERINGS = ("<", "<=", ">", ">=")
WORDS = ("and", "or", "not", "in", "is", "known", "unknown", "true", "false")


def _write(value: Literal) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f"'{value}'"


@dataclass(frozen=True, slots=True)
class Compare:
    field: str
    op: str
    value: Literal

    def __str__(self) -> str:
        return f"{self.field} {self.op} {_write(self.value)}"


@dataclass(frozen=True, slots=True)
class In:
    """The field is one of `values` (or, negated, known and none of them)."""

    field: str
    values: tuple[Literal, ...]
    negated: bool = False

    def __str__(self) -> str:
        return f"{self.field} {'not in' if self.negated else 'in'} ({', '.join(map(_write, self.values))})"


@dataclass(frozen=True, slots=True)
class Known:
    """`is known`; negated: `is unknown`."""

    field: str
    negated: bool = False

    def __str__(self) -> str:
        return f"{self.field} is {'unknown' if self.negated else 'known'}"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Expr, ...]

    def __str__(self) -> str:
        return " and ".join(f"({p})" if isinstance(p, (And, Or)) else str(p) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expr, ...]

    def __str__(self) -> str:
        return " or ".join(f"({p})" if isinstance(p, Or) else str(p) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    part: Expr

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, (And, Or)) else f"not {self.part}"


Expr = Compare | In | Known | And | Or | Not


def parse(text: str, fields: Mapping[str, FieldType]) -> Expr:
    """The tree of a filter over `fields`; ExpressionError for the first thing that is wrong."""
    expr, errors = parse_all(text, fields)
    if errors or expr is None:
        raise errors[0]
    return expr


def parse_all(text: str, fields: Mapping[str, FieldType]) -> tuple[Expr | None, list[ExpressionError]]:
    """The tree (None if the grammar is broken) and everything that is wrong, in order of place."""
    if len(text) > MAX_LENGTH:
        return None, [ExpressionError(0, f"the filter has {len(text)} characters; at most {MAX_LENGTH} are read.")]
    errors: list[ExpressionError] = []
    try:
        parser = _Parser(list(tokens(text)), fields, errors)
        expr = parser.whole()
    except ExpressionError as error:
        expr = None
        errors.append(error)
    return expr, sorted(errors, key=lambda e: e.offset)


def fields_of(expr: Expr) -> frozenset[str]:
    """The names of the fields that a filter reads."""
    if isinstance(expr, (And, Or)):
        return frozenset().union(*map(fields_of, expr.parts))
    return fields_of(expr.part) if isinstance(expr, Not) else frozenset({expr.field})


class _Parser:
    """Recursive descent; what does not fit the fields goes to `errors`, what does not fit the grammar is raised."""

    def __init__(self, tokens: list[Token], fields: Mapping[str, FieldType], errors: list[ExpressionError]):
        self.tokens, self.fields, self.errors = tokens, fields, errors
        self.at = self.depth = self.terms = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def accepts(self, text: str) -> bool:
        found = self.next.text == text and self.next.kind in ("name", "op")
        self.at += found
        return found

    def expect(self, text: str, why: str) -> None:
        if not self.accepts(text):
            raise self._unexpected(f"`{text}` {why}")

    def whole(self) -> Expr:
        expr = self.disjunction()
        if self.next.kind != "end":
            raise self._unexpected("`and`, `or` or the end")
        return expr

    def disjunction(self) -> Expr:
        parts = [self.conjunction()]
        while self.accepts("or"):
            parts.append(self.conjunction())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def conjunction(self) -> Expr:
        parts = [self.part()]
        while self.accepts("and"):
            parts.append(self.part())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def part(self) -> Expr:
        start = self.next.offset
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(start, f"more than {MAX_DEPTH} brackets or `not`s inside each other.")
        if self.accepts("not"):
            expr: Expr = Not(self.part())
        elif self.accepts("("):
            expr = self.disjunction()
            self.expect(")", "to close the bracket")
        else:
            expr = self.test()
        self.depth -= 1
        return expr

    def test(self) -> Expr:
        name = self._field_name()
        field = self.fields.get(name.text)
        if field is None:
            self._complain(name, f"unknown field '{name.text}'.{nearest(name.text, self.fields)}")
        if self.accepts("is"):
            return self._known(name)
        if self.next.text == "not":
            self.take()
            self.expect("in", "after `not`")
            return self._in(name, field, negated=True)
        if self.accepts("in"):
            return self._in(name, field, negated=False)
        op = self.take()
        if op.text not in EQUALITIES + ORDERINGS:
            self.at -= op.kind != "end"
            raise self._unexpected(f"==, !=, <, <=, >, >=, `in`, `not in` or `is` after {name.text}")
        if op.text in ORDERINGS and field and field.kind != "number":
            self._complain(op, f"{op.text} does not fit {name.text}, which is no number; use ==, != or `in`.")
        return Compare(name.text, op.text, self._literal(field))

    def _known(self, name: Token) -> Expr:
        if not (self.accepts("known") or self.next.text == "unknown"):
            raise self._unexpected("`known` or `unknown` after `is`")
        negated = self.accepts("unknown")
        self._count(name)
        return Known(name.text, negated)

    def _in(self, name: Token, field: FieldType | None, *, negated: bool) -> Expr:
        self.expect("(", "after `in`, as in ('01', '02')")
        values: list[Literal] = []
        while True:
            token = self.next
            value = self._literal(field)
            if (type(value), value) in [(type(v), v) for v in values]:
                self._complain(token, f"{token.text} occurs twice in one list.")
            values.append(value)
            if not self.accepts(","):
                break
        self.expect(")", "or `,` in the list")
        return In(name.text, tuple(values), negated)

    def _field_name(self) -> Token:
        token = self.next
        if token.kind in ("text", "number"):
            raise ExpressionError(token.offset, f"the field comes first, then the code: write `field == {token.text}`.")
        if token.kind != "name" or token.text in WORDS:
            raise self._unexpected("a field, `not` or `(`")
        self.take()
        if token.text.lower() in SQL and token.text not in self.fields:
            raise ExpressionError(
                token.offset, f"`{token.text}` does not belong to the filter language; a filter is one expression, and never SQL."
            )
        if self.next.text == "(":
            raise ExpressionError(token.offset, f"`{token.text}(`: the filter language has no functions.")
        return token

    def _literal(self, field: FieldType | None) -> Literal:
        """The next literal, checked against the field."""
        token = self.next
        truth = token.kind == "name" and token.text in ("true", "false")
        if token.kind not in ("text", "number") and not truth:
            raise self._unexpected("a code in single quotes or a whole number")
        self.take()
        self._count(token)
        if truth:
            value: Literal = token.text == "true"
        elif token.kind == "text":
            value = token.text[1:-1]
        else:
            value = number(token, field)
        if field:
            complaint = misfit(token, value, field)
            if complaint:
                self._complain(token, complaint)
        return value

    def _count(self, token: Token) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise ExpressionError(token.offset, f"more than {MAX_TERMS} codes and numbers in one filter.")

    def _complain(self, token: Token, message: str) -> None:
        self.errors.append(ExpressionError(token.offset, message))

    def _unexpected(self, wanted: str) -> ExpressionError:
        word = self.next.text.lower()
        hint = ""
        if word in WORDS and self.next.text != word:
            hint = f" Write `{word}` in small letters."
        elif word == "null":
            hint = " Write `is unknown` or `is known`."
        elif word in SQL:
            hint = " A filter is one expression, and never SQL."
        return ExpressionError(self.next.offset, f"expected {wanted}, found {self.next}.{hint}")
