"""The YAML file that tells how a published table is to be read; everything in it is optional, the rest is guessed.

dimensions: [year]                                  # columns with a code each
values: [number]                                    # columns with figures
nested: {characteristic: cla_group}                 # categories of a group named in another column
levels: {column: geographic_level, codes: {National: country_code, Regional: region_code}}
totals: {characteristic: [Total]}                   # codes that mean "all of it"
trees: {region: {NL: [north, south]}}               # parent: parts
identities:                                         # total = sum of parts; columns, or codes of a dimension
  - {total: started, parts: [boys, girls]}
  - {total: {Legal status: any order}, parts: [{Legal status: full}, {Legal status: interim}]}
percentages: {share: {of: number, totals: [Gender], decimals: 0}}   # or base: column; times: 1000
rounding: [{to: 10, half: up, zeros: exact, where: {geographic_level: [National]}}]
marks: {c: withheld, x: na, low: 1..4, z: not applicable}
signed: [net gain]                                  # columns that may be negative
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from celwacht.disclosure.audit.reading.marks import MARKS, Mark, Rounding, parse_mark
from celwacht.disclosure.audit.reading.published_table import MEASURE
from celwacht.disclosure.audit.reading.reading_spec import Identity, Levels, Ratio, RoundingRule, Term
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.yaml.parse import load


def read_spec(path: Path) -> dict[str, object]:
    """Fields of AuditSpec that the file tells; ProblemsFound with everything that is wrong."""
    try:
        content = path.read_bytes()
    except OSError:
        raise ProblemsFound([Problem(str(path), 0, 0, "file", "there is no such file; name a YAML file that is there.")]) from None
    document = load(content, str(path))
    problems: list[Problem] = []
    if not isinstance(document.value, dict):
        raise ProblemsFound([Problem(str(path), 1, 1, "spec", "expected names and values, such as `values: [number]`.")])
    found: dict[str, object] = {}
    for key, value in document.value.items():
        line, column = document.key_of((key,))
        if key not in READERS:
            problems.append(Problem(str(path), line, column, "unknown-key", f"'{str(key)[:40]}' is no field.{nearest(str(key), READERS)}"))
            continue
        try:
            found["ratios" if key == "percentages" else key] = READERS[key](value)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            problems.append(Problem(str(path), line, column, "spec", f"'{key}' cannot be read{_why(error)}. Expected: {FORMS[key]}"))
    if problems:
        raise ProblemsFound(problems)
    return found


def rounding_option(text: str) -> RoundingRule:
    """`10` or `geographic_level=Regional:10`; ValueError with the remedy."""
    where, _, base = text.rpartition(":")
    column, equals, codes = where.partition("=")
    if not base.isdecimal() or int(base) < 1 or bool(where) != bool(equals):
        raise ValueError(f"'{text[:40]}' is no rounding; write --rounding 10, or --rounding COLUMN=CODE:10")
    return RoundingRule(Rounding(int(base)), {column: tuple(codes.split(","))} if equals else {})


def _why(error: Exception) -> str:
    return f" ({error})" if isinstance(error, ValueError) else ""


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise TypeError
    return tuple(str(v) for v in value)


def _text_map(value: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()}


def _levels(value: Any) -> Levels:
    return Levels(str(value["column"]), tuple(map(str, value["codes"])), tuple(map(str, value["codes"].values())))


def _trees(value: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    return {str(d): {str(p): _texts(c) for p, c in tree.items()} for d, tree in value.items()}


def _term(sign: int, value: Any) -> Term:
    if isinstance(value, dict):
        return Term(sign, tuple(sorted((str(k), str(v)) for k, v in value.items())))
    return Term(sign, ((MEASURE, str(value)),))


def _identities(value: Any) -> tuple[Identity, ...]:
    found = []
    for one in value:
        if unknown := set(one) - {"total", "parts", "why"}:
            raise ValueError(f"'{sorted(unknown)[0]}' is unknown")
        terms = (_term(1, one["total"]), *(_term(-1, p) for p in one["parts"]))
        names = [", ".join(code for _, code in t.pairs) or "total" for t in terms]
        found.append(Identity(terms, str(one.get("why") or f"{names[0]} = {' + '.join(names[1:])}"), total_first=True))
    return tuple(found)


def _percentages(value: Any) -> tuple[Ratio, ...]:
    found = []
    for column, one in value.items():
        if unknown := set(one) - {"of", "totals", "base", "times", "decimals", "unrounded"}:
            raise ValueError(f"'{sorted(unknown)[0]}' is unknown")
        found.append(
            Ratio(
                str(column),
                str(one["of"]),
                _texts(one.get("totals", [])),
                str(one.get("base", "")),
                int(one.get("times", 100)),
                int(one.get("decimals", 0)),
                bool(one.get("unrounded", False)),
            )
        )
    return tuple(found)


def _rounding(value: Any) -> tuple[RoundingRule, ...]:
    found = []
    for one in value:
        if unknown := set(one) - {"to", "half", "zeros", "where"}:
            raise ValueError(f"'{sorted(unknown)[0]}' is unknown")
        half, base = one.get("half", "any"), int(one["to"])
        if half not in ("up", "down", "any", "random") or base < 1 or one.get("zeros", "any") not in ("any", "exact"):
            raise ValueError("half is up, down, any or random; zeros is exact or any; to is 1 or more")
        found.append(
            RoundingRule(Rounding(base, half, one.get("zeros") == "exact"), {str(c): _texts(v) for c, v in one.get("where", {}).items()})
        )
    return tuple(found)


def _marks(value: Any) -> dict[str, Mark]:
    return {**MARKS, **dict(parse_mark(f"{mark}={meaning}") for mark, meaning in value.items())}


READERS: dict[str, Callable[[Any], object]] = {
    "dimensions": _texts,
    "values": _texts,
    "nested": _text_map,
    "levels": _levels,
    "totals": lambda v: {str(k): _texts(c) for k, c in v.items()},
    "trees": _trees,
    "identities": _identities,
    "percentages": _percentages,
    "rounding": _rounding,
    "marks": _marks,
    "signed": _texts,
    "decimals": int,
    "decimal": str,
}
FORMS = {
    "dimensions": "a list of columns.",
    "values": "a list of columns.",
    "nested": "{column: column with its group}.",
    "levels": "{column: ..., codes: {level: column with its codes, the top level first}}.",
    "totals": "{column: [codes]}.",
    "trees": "{dimension: {parent: [parts]}}.",
    "identities": "a list of {total: ..., parts: [...]}.",
    "percentages": "{column: {of: column, totals: [dimensions] or base: column, times: 100, decimals: 0}}.",
    "rounding": "a list of {to: 10, half: up, zeros: exact, where: {column: [codes]}}.",
    "marks": "{mark: withheld, 1..5, na, not applicable, zero or small}.",
    "signed": "a list of columns.",
    "decimals": "a number.",
    "decimal": "'.' or ','.",
}
