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

from celwacht.tables.grammar import Cursor, Token
from celwacht.tables.problems import nearest
from celwacht.tables.sources.sources import FieldType
from celwacht.tables.specs.filter_tokens import SQL, ExpressionError, Literal, misfit, number, shown, tokens

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
        parser = _Parser(tokens(text), fields, errors)
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
        self.at = Cursor(tokens, words=("name", "op"), depth=MAX_DEPTH, too_deep=_too_deep)
        self.fields, self.errors, self.terms = fields, errors, 0

    def whole(self) -> Expr:
        expr = self.disjunction()
        if not self.at.at_end:
            raise self._unexpected("`and`, `or` or the end")
        return expr

    def disjunction(self) -> Expr:
        parts = self.at.listed(self.conjunction, "or")
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def conjunction(self) -> Expr:
        parts = self.at.listed(self.part, "and")
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def part(self) -> Expr:
        self.at.deeper(self.at.here)
        if self.at.accepts("not"):
            expr: Expr = Not(self.part())
        elif self.at.accepts("("):
            expr = self.disjunction()
            self._expect(")", "to close the bracket")
        else:
            expr = self.test()
        self.at.back()
        return expr

    def test(self) -> Expr:
        name = self._field_name()
        field = self.fields.get(name.text)
        if field is None:
            self._complain(name, f"unknown field '{name.text}'.{nearest(name.text, self.fields)}")
        if self.at.accepts("is"):
            return self._known(name)
        if self.at.here.text == "not":
            self.at.take()
            self._expect("in", "after `not`")
            return self._in(name, field, negated=True)
        if self.at.accepts("in"):
            return self._in(name, field, negated=False)
        op = self.at.accepts(*EQUALITIES, *ORDERINGS)
        if op is None:
            raise self._unexpected(f"==, !=, <, <=, >, >=, `in`, `not in` or `is` after {name.text}")
        if op.text in ORDERINGS and field and field.kind != "number":
            self._complain(op, f"{op.text} does not fit {name.text}, which is no number; use ==, != or `in`.")
        return Compare(name.text, op.text, self._literal(field))

    def _known(self, name: Token) -> Expr:
        if not (self.at.accepts("known") or self.at.here.text == "unknown"):
            raise self._unexpected("`known` or `unknown` after `is`")
        negated = self.at.accepts("unknown") is not None
        self._count(name)
        return Known(name.text, negated)

    def _in(self, name: Token, field: FieldType | None, *, negated: bool) -> Expr:
        self._expect("(", "after `in`, as in ('01', '02')")
        values: list[Literal] = []

        def one() -> None:
            token = self.at.here
            value = self._literal(field)
            if (type(value), value) in [(type(v), v) for v in values]:
                self._complain(token, f"{token.text} occurs twice in one list.")
            values.append(value)

        self.at.listed(one, ",")
        self._expect(")", "or `,` in the list")
        return In(name.text, tuple(values), negated)

    def _field_name(self) -> Token:
        token = self.at.here
        if token.kind in ("text", "number"):
            raise ExpressionError(token.offset, f"the field comes first, then the code: write `field == {token.text}`.")
        if token.kind != "name" or token.text in WORDS:
            raise self._unexpected("a field, `not` or `(`")
        self.at.take()
        if token.text.lower() in SQL and token.text not in self.fields:
            raise ExpressionError(
                token.offset, f"`{token.text}` does not belong to the filter language; a filter is one expression, and never SQL."
            )
        if self.at.here.text == "(":
            raise ExpressionError(token.offset, f"`{token.text}(`: the filter language has no functions.")
        return token

    def _literal(self, field: FieldType | None) -> Literal:
        """The next literal, checked against the field."""
        token = self.at.here
        truth = token.kind == "name" and token.text in ("true", "false")
        if token.kind not in ("text", "number") and not truth:
            raise self._unexpected("a code in single quotes or a whole number")
        self.at.take()
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

    def _expect(self, text: str, why: str) -> None:
        self.at.expects(text, lambda *_: self._unexpected(f"`{text}` {why}"))

    def _count(self, token: Token) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise ExpressionError(token.offset, f"more than {MAX_TERMS} codes and numbers in one filter.")

    def _complain(self, token: Token, message: str) -> None:
        self.errors.append(ExpressionError(token.offset, message))

    def _unexpected(self, wanted: str) -> ExpressionError:
        word = self.at.here.text.lower()
        hint = ""
        if word in WORDS and self.at.here.text != word:
            hint = f" Write `{word}` in small letters."
        elif word == "null":
            hint = " Write `is unknown` or `is known`."
        elif word in SQL:
            hint = " A filter is one expression, and never SQL."
        return ExpressionError(self.at.here.offset, f"expected {wanted}, found {shown(self.at.here)}.{hint}")


def _too_deep(token: Token, _: str) -> ExpressionError:
    return ExpressionError(token.offset, f"more than {MAX_DEPTH} brackets or `not`s inside each other.")
