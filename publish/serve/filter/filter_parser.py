"""$filter, by recursive descent: text in, typed tree out, or the place and the reason why not.

    either     := both { 'or' both }
    both       := refusal { 'and' refusal }
    refusal    := 'not' refusal | comparison
    comparison := sum [ ('eq'|'ne'|'lt'|'le'|'gt'|'ge') sum | 'in' '(' literal { ',' literal } ')' ]
    sum        := product { ('add'|'sub') product }
    product    := negative { ('mul'|'div'|'mod') negative }
    negative   := '-' negative | primary
    primary    := literal | column | function '(' either { ',' either } ')' | '(' either ')'

Names are those of the columns given; nothing that a reader writes becomes part of a statement. One grammar serves both
v3 and v4.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from celwacht.publish.serve.filter.filter_tokens import tokens
from celwacht.publish.serve.filter.filter_tree import (
    FUNCTIONS,
    All,
    Among,
    AnyOf,
    Arithmetic,
    Call,
    Column,
    Compare,
    Kind,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    nullable,
)
from celwacht.publish.serve.http.errors import QueryError
from celwacht.publish.serve.http.limits import Limits
from celwacht.tables.grammar import END, Cursor, Token

COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
_WORDS = {*COMPARISONS, "in", "and", "or", "not", "add", "sub", "mul", "div", "mod"}


def parsed(text: str, columns: Mapping[str, Column], limits: Limits) -> Node:
    """The tree of a filter over these columns. QueryError with position, culprit and remedy."""
    if len(text) > limits.filter:
        raise QueryError(
            f"the filter has {len(text)} characters, and may have {limits.filter}",
            position=limits.filter,
            remedy="Ask in parts, or take the whole table as CSV.",
        )
    return _Parser(tokens(text), columns, limits).whole()


def nearest(name: str, known: Mapping[str, object]) -> str:
    """'Did you mean X?' or the names there are."""
    match = get_close_matches(name, known, n=1) or [k for k in known if k.lower() == name.lower()]
    return f"Did you mean {match[0]}?" if match else f"There are: {', '.join(list(known)[:12])}."


class _Parser:
    def __init__(self, found: list[Token], columns: Mapping[str, Column], limits: Limits):
        if len(found) > 4 * limits.terms:
            raise _wrong(found[4 * limits.terms], f"the filter has more than {limits.terms} terms", "Ask in parts.")

        def too_deep(token: Token, _: str) -> QueryError:
            return _wrong(token, f"the filter is more than {limits.depth} levels deep", "Use fewer brackets.")

        self._at = Cursor(found, words=("name", "sign"), depth=limits.depth, too_deep=too_deep)
        self._first, self._columns = found[0], columns

    def whole(self) -> Node:
        node = self._either()
        if not self._at.at_end:
            raise _wrong(self._at.here, "this is not expected here", "Put and, or, or a comparison between two terms.")
        return self._truth(node, self._first)

    def _sign(self, sign: str) -> Token:
        return self._at.expects(sign, lambda token, _: _wrong(token, f"'{sign}' is expected here", ""))

    def _truth(self, node: Node, token: Token) -> Node:
        return _of_kind(node, Kind.TRUTH, token)

    def _either(self) -> Node:
        return self._chain("or", self._both, AnyOf)

    def _both(self) -> Node:
        return self._chain("and", self._refusal, All)

    def _chain(self, word: str, part, form) -> Node:
        first = self._at.here
        terms = [part()]
        while self._at.accepts(word):
            self._truth(terms[0], first)
            token = self._at.here
            terms.append(self._truth(part(), token))
        if len(terms) == 1:
            return terms[0]
        flat = [t for term in terms for t in (term.terms if isinstance(term, form) else (term,))]
        return _gathered(flat) if form is AnyOf else All(tuple(flat))

    def _refusal(self) -> Node:
        word = self._at.accepts("not")
        if word is None:
            return self._comparison()
        self._at.deeper(word)
        token = self._at.here
        node = Not(self._truth(self._refusal(), token))
        self._at.back()
        return node

    def _comparison(self) -> Node:
        left = self._sum()
        if word := self._at.accepts("in"):
            return self._among(left, word)
        if (word := self._at.accepts(*COMPARISONS)) is None:
            return left
        token = self._at.here
        right = self._sum()
        _comparable(left, right, word, token)
        return Compare(word.text, left, right)

    def _among(self, left: Node, word: Token) -> Node:
        self._sign("(")
        values = []
        while True:
            negative = self._at.accepts("-")
            token = self._at.take()
            value = token.value
            if value is None or value.value is None or (negative and value.kind is not Kind.NUMBER):
                raise _wrong(token, "a value is expected here", "Write for example in ('GM0363','GM0034').")
            value = Literal(-value.value, Kind.NUMBER) if negative else value
            _comparable(left, value, word, token)
            values.append(value)
            if not self._at.accepts(","):
                break
        self._sign(")")
        return Among(left, tuple(dict.fromkeys(values)))

    def _sum(self) -> Node:
        return self._arithmetic(("add", "sub"), self._product)

    def _product(self) -> Node:
        return self._arithmetic(("mul", "div", "mod"), self._negative)

    def _arithmetic(self, words: tuple[str, ...], part) -> Node:
        first, left, steps = self._at.here, part(), 0
        while word := self._at.accepts(*words):
            self._at.deeper(word)  # the tree leans to the left: each step is a level
            steps += 1
            token = self._at.here
            left = Arithmetic(word.text, _of_kind(left, Kind.NUMBER, first), _of_kind(part(), Kind.NUMBER, token))
        self._at.back(steps)
        return left

    def _negative(self) -> Node:
        if not self._at.sees("-"):
            return self._primary()
        sign = self._at.take()
        self._at.deeper(sign)
        token = self._at.here
        term = _of_kind(self._negative(), Kind.NUMBER, token)
        self._at.back()
        known = isinstance(term, Literal) and term.value is not None
        return Literal(-term.value, Kind.NUMBER) if known else Negative(term)

    def _primary(self) -> Node:
        token = self._at.take()
        if token.value is not None:
            return token.value
        if token.kind == "sign" and token.text == "(":
            self._at.deeper(token)
            node = self._either()
            self._sign(")")
            self._at.back()
            return node
        if token.kind != "name" or token.text in _WORDS:
            raise _wrong(token, "a column, a value or a function is expected here", "")
        if self._at.sees("("):
            return self._call(token)
        if token.text not in self._columns:
            raise _wrong(
                token,
                f"there is no column {token.text[:40]}",
                f"{nearest(token.text, self._columns)} A text stands in quotes: '{token.text[:40]}'.",
            )
        return Name(self._columns[token.text])

    def _call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            raise _wrong(name, f"there is no function {name.text[:40]}", nearest(name.text, FUNCTIONS))
        kinds, least, kind = FUNCTIONS[name.text]
        self._at.deeper(name)
        self._sign("(")
        given: list[Node] = []
        while not self._at.sees(")"):
            if given:
                self._sign(",")
            token = self._at.here
            node = self._either()
            given.append(_of_kind(node, kinds[len(given)], token) if len(given) < len(kinds) else node)
        self._sign(")")
        self._at.back()
        if not least <= len(given) <= len(kinds):
            raise _wrong(
                name,
                f"{name.text} takes {least} argument{'s' * (least > 1)}"
                f"{f' or {len(kinds)}' if len(kinds) > least else ''}, not {len(given)}",
                "",
            )
        if name.text == "substring" and any(map(nullable, given[1:])):
            raise _wrong(name, "a place or length in substring may not be null", "Write a whole number from 0 on.")
        if name.text == "substringof":
            return Call("contains", (given[1], given[0]), kind)
        return Call(name.text, tuple(given), kind)


def _gathered(terms: list[Node]) -> Node:
    """`A eq 'x' or A eq 'y'` as one `A in ('x','y')`: the long lists of the R and Python clients."""
    groups: dict[object, list[Literal]] = {}
    for term in terms:
        match term:
            case Compare("eq", Name() as name, Literal() as value) if value.value is not None:
                groups.setdefault(name, []).append(value)
            case Among(Name() as name, values):
                groups.setdefault(name, []).extend(values)
            case _:
                groups[id(term), term] = []
    found = tuple(Among(key, tuple(dict.fromkeys(values))) if values else key[1] for key, values in groups.items())
    return found[0] if len(found) == 1 else AnyOf(found)


def _wrong(token: Token, message: str, remedy: str) -> QueryError:
    if token.kind == END:
        message, remedy = f"the filter ends too early: {message}", remedy or "Write for example RegioS eq 'GM0363'."
    return QueryError(message, position=token.offset + 1, culprit=token.text, remedy=remedy)


def _of_kind(node: Node, kind: Kind, token: Token) -> Node:
    if node.kind not in (kind, Kind.NULL):
        remedy = "Write for example RegioS eq 'GM0363'." if kind is Kind.TRUTH else _remedy(node, kind)
        raise _wrong(token, f"{kind.value} is expected here, and this is {node.kind.value}", remedy)
    return node


def _remedy(node: Node, kind: Kind) -> str:
    if isinstance(node, Literal) and kind is Kind.TEXT:
        return f"Put it in quotes: '{node.value}'."
    if isinstance(node, Literal) and node.kind is Kind.TEXT:
        return "Write numbers and moments without quotes."
    return ""


def _comparable(left: Node, right: Node, word: Token, token: Token) -> None:
    """QueryError where the two sides cannot be compared."""
    if Kind.NULL in (left.kind, right.kind):
        return
    if left.kind is not right.kind:
        remedy = _remedy(right, left.kind) if isinstance(right, Literal) else _remedy(left, right.kind)
        raise _wrong(token, f"{left.kind.value} cannot be compared with {right.kind.value}", remedy)
    if left.kind is Kind.TRUTH and word.text not in ("eq", "ne", "in"):
        raise _wrong(word, f"true and false cannot be compared with {word.text}", "Write eq or ne.")
