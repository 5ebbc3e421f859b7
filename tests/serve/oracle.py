"""Filters with their meaning beside them: each strategy makes a text of OData and the same thing as a Python function of a row.

Nothing here knows the parser, the tree or SQL. Truth has three values (True, False, None), as in OData: comparisons with null
are two-valued, functions of null are null, and/or/not are Kleene's.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Row = Mapping[str, Any]
TEXTS = (
    "",
    "GM",
    "NL01",
    "GM0014",
    "GM0014  ",
    "PV20",
    "2024",
    "JJ",
    "HJ01",
    "M000001",
    "T",
    "None",
    "Confidential",
    "1",
    "o'Brien",
    "%",
    "_",
    "é",
    "zzz' OR 1=1 --",
    "       .",
    "0",
    "a",
    "gm00",
)


@dataclass(frozen=True)
class Part:
    """A piece of a filter: `text`, and what it is worth for a row. `whole`: a whole number by its form."""

    text: str
    of: Callable[[Row], Any]
    whole: bool = False


@dataclass(frozen=True)
class Dialect:
    """The columns of a set by kind; v3: blanks at the end of a text do not count when texts are compared."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    wholes: tuple[str, ...]
    v3: bool
    rows: tuple[Row, ...] = ()
    """Rows to take likely values from."""


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def text_parts(d: Dialect) -> st.SearchStrategy[Part]:
    column = st.sampled_from(d.texts).map(lambda name: Part(name, lambda row: row[name]))
    literal = st.sampled_from(TEXTS).map(lambda value: Part(quoted(value), lambda row: value))
    null = st.just(Part("null", lambda row: None))
    leaf = st.one_of(column, column, column, literal, literal, literal, null)

    def grown(inner):
        number = st.integers(-1, 6)
        return st.one_of(
            inner.map(lambda a: Part(f"tolower({a.text})", _lifted(str.lower, a))),
            inner.map(lambda a: Part(f"toupper({a.text})", _lifted(str.upper, a))),
            inner.map(lambda a: Part(f"trim({a.text})", _lifted(lambda s: s.strip(" "), a))),
            st.tuples(inner, inner).map(lambda p: Part(f"concat({p[0].text},{p[1].text})", _lifted(lambda s, t: s + t, *p))),
            st.tuples(inner, number).map(lambda p: Part(f"substring({p[0].text}, {p[1]})", _lifted(lambda s: s[max(p[1], 0) :], p[0]))),
            st.tuples(inner, number, number).map(
                lambda p: Part(f"substring({p[0].text},{p[1]},{p[2]})", _lifted(lambda s: s[max(p[1], 0) :][: max(p[2], 0)], p[0]))
            ),
        )

    return st.one_of(leaf, leaf, grown(leaf), grown(grown(leaf)))


def _lifted(work, *parts: Part):
    """work over the parts; null where one of them is."""

    def of(row):
        values = [p.of(row) for p in parts]
        return None if any(v is None for v in values) else work(*values)

    return of


def number_parts(d: Dialect) -> st.SearchStrategy[Part]:
    columns = [st.sampled_from(d.wholes).map(lambda n: Part(n, lambda row: row[n], True))]
    if d.numbers:
        columns.append(st.sampled_from(d.numbers).map(lambda n: Part(n, lambda row: row[n])))
    whole = st.integers(0, 60).map(lambda v: Part(str(v), lambda row: v, True))
    literals = [
        whole,
        whole.map(lambda p: Part(p.text + "L", p.of, True)),
        st.integers(0, 400).map(lambda v: Part(f"{v / 4}", lambda row: v / 4)),
        st.integers(0, 40).map(lambda v: Part(f"{v / 4}M", lambda row: v / 4)),
        st.sampled_from(("1e2", "2.5E-1")).map(lambda t: Part(t, lambda row: float(t))),
    ]
    leaf = st.one_of(*columns, *columns, *literals, st.just(Part("null", lambda row: None)))
    text = text_parts(d)
    made = st.one_of(
        text.map(lambda a: Part(f"length({a.text})", _lifted(len, a), True)),
        st.tuples(text, text).map(lambda p: Part(f"indexof({p[0].text},{p[1].text})", _lifted(str.find, *p), True)),
    )

    def grown(inner):
        return st.one_of(
            inner.map(lambda a: Part(f"-{a.text}" if not a.text.startswith("-") else f"-({a.text})", _lifted(lambda v: -v, a), a.whole)),
            st.tuples(inner, st.sampled_from(("add", "sub", "mul", "div", "mod")), inner).map(
                lambda p: Part(f"({p[0].text} {p[1]} {p[2].text})", _reckoned(*p), p[0].whole and p[2].whole)
            ),
        )

    return st.one_of(leaf, leaf, made, grown(leaf), grown(grown(leaf)))


def _reckoned(a: Part, operator: str, b: Part):
    def work(x, y):
        x, y = float(x), float(y)
        if operator in ("div", "mod") and y == 0:
            return None
        if operator == "div":
            return math.trunc(x / y) if a.whole and b.whole else x / y
        return {"add": x + y, "sub": x - y, "mul": x * y, "mod": math.fmod(x, y) if y else 0.0}[operator]

    return _lifted(work, a, b)


def compared(operator: str, x, y, v3: bool) -> bool:
    if v3:
        x, y = (v.rstrip(" ") if isinstance(v, str) else v for v in (x, y))
    if operator in ("eq", "ne"):
        return (x == y) == (operator == "eq")
    if x is None or y is None:
        return False
    return {"lt": x < y, "le": x <= y, "gt": x > y, "ge": x >= y}[operator]


OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge")
STARTS = {"startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__}
NULL = Part("null", lambda row: None)


def comparison(d: Dialect, a: Part, operator: str, b: Part) -> Part:
    return Part(f"{a.text} {operator} {b.text}", lambda row: compared(operator, a.of(row), b.of(row), d.v3))


def among(d: Dialect, a: Part, values: list[str]) -> Part:
    listed = ", ".join(quoted(v) for v in values)
    return Part(f"{a.text} in ({listed})", lambda row: any(compared("eq", a.of(row), v, d.v3) for v in values))


def likely(d: Dialect, name: str, row: int, operator: str, shorter: bool) -> Part:
    """A column held against a value that one of the rows has in it."""
    value = d.rows[row % len(d.rows)][name]
    if isinstance(value, str):
        value = value.rstrip(" ") if shorter else value
        return comparison(d, Part(name, lambda r: r[name]), operator, Part(quoted(value), lambda r: value))
    text = "null" if value is None else str(value)
    return comparison(d, Part(name, lambda r: r[name]), operator, Part(text, lambda r: value))


def beginning(d: Dialect, name: str, row: int, function: str, ends: tuple[int, int | None]) -> Part:
    """A function of a column and a piece of what one of the rows has in it."""
    value = str(d.rows[row % len(d.rows)][name] or "")[slice(*ends)]
    return Part(f"{function}({name},{quoted(value)})", _lifted(STARTS[function], Part(name, lambda r: r[name]), Part("", lambda r: value)))


def called(function: str, a: Part, b: Part) -> Part:
    """v3 has substringof, with the piece first, and a blank after the comma."""
    if function == "substringof":
        return Part(f"substringof({a.text}, {b.text})", _lifted(lambda s, t: s in t, a, b))
    return Part(f"{function}({a.text},{b.text})", _lifted(STARTS[function], a, b))


def truths(d: Dialect) -> st.SearchStrategy[Part]:
    """Comparisons and functions that are true or false (or null)."""
    operators, texts, numbers = st.sampled_from(OPERATORS), text_parts(d), number_parts(d)
    row, column = st.integers(0, 1000), st.sampled_from((*d.texts, *d.numbers, *d.wholes))
    ends = st.sampled_from(((0, 2), (0, 4), (2, 4), (4, 6), (-2, None)))
    common = st.one_of(
        st.tuples(column, row, operators, st.booleans()).map(lambda p: likely(d, *p)),
        st.tuples(st.sampled_from(d.texts), row, st.sampled_from(tuple(STARTS)), ends).map(lambda p: beginning(d, *p)),
    )
    return st.one_of(
        common,
        common,
        common,
        common,
        st.tuples(texts, operators, texts).map(lambda p: comparison(d, *p)),
        st.tuples(numbers, operators, numbers).map(lambda p: comparison(d, *p)),
        st.tuples(st.one_of(texts, numbers), st.sampled_from(("eq", "ne", "lt")), st.just(NULL)).map(lambda p: comparison(d, *p)),
        st.tuples(texts, st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4)).map(lambda p: among(d, *p)),
        st.tuples(st.just("substringof" if d.v3 else "contains"), texts, texts).map(lambda p: called(*p)),
        st.tuples(st.sampled_from(("startswith", "endswith")), texts, texts).map(lambda p: called(*p)),
    )


def conjunction(values) -> bool | None:
    values = list(values)
    return False if False in values else None if None in values else True


def filters(d: Dialect) -> st.SearchStrategy[Part]:
    """Whole filters; `and`, `or` and `not` without brackets where precedence says what is meant."""

    def grown(inner):
        refusal = st.one_of(inner, inner.map(lambda a: Part(f"not {a.text}", lambda row: _not(a.of(row)))))
        both = st.lists(refusal, min_size=1, max_size=3).map(
            lambda terms: Part(" and ".join(t.text for t in terms), lambda row: conjunction(t.of(row) for t in terms))
        )
        return st.lists(both, min_size=1, max_size=3).map(
            lambda terms: Part(" or ".join(t.text for t in terms), lambda row: _not(conjunction(_not(t.of(row)) for t in terms)))
        )

    leaf = truths(d)
    in_brackets = grown(leaf).map(lambda a: Part(f"({a.text})", a.of))
    return st.one_of(leaf, grown(leaf), grown(st.one_of(leaf, in_brackets)))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value
