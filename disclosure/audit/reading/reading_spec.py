"""How a published table is to be read: which columns name cells, which hold figures, what adds up, what is rounded.

Made from a YAML file, from TREES.json, or guessed (guess.py). `tabulate` turns rows into sightings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from celwacht.disclosure.audit.reading.marks import MARKS, Mark, Meaning, Rounding, interval, number
from celwacht.disclosure.audit.reading.published_table import MEASURE, Codebook, Identity, RatioFact, Sightings, Term, family, ratio_rows
from celwacht.tables.problems import Noted, Problem

UNUSED = ": not used"
"""In a note: a sum that may be one, or that a name promises, was left out; what is open may fall by it."""
FOUND_SUMS = ": sums among its codes"


@dataclass(frozen=True, slots=True)
class Levels:
    """Codes of one dimension that stand in a column per level: rows of level `level[i]` have their code in `codes[i]`. The
    first level is the total of the dimension."""

    column: str
    level: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A column of percentages or rates: times * count / base. The base is the count of the same row with these
    dimensions at their total, or of the same row in another column."""

    column: str
    of: str
    totals: tuple[str, ...] = ()
    base: str = ""
    times: int = 100
    decimals: int = 0
    unrounded: bool = False
    """Where counts are rounded: made of the counts before they were rounded. Else it tells nothing new there."""


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """Where (column: its codes, MEASURE: its columns of figures; everywhere for an empty mapping) and how figures are rounded; a
    later rule overrides."""

    rounding: Rounding
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditSpec:
    """All of it. dimensions: columns with one code each; nested: column of codes -> the column that names the dimension which
    they belong to; totals: codes that mean "all of it" per column; trees: dimension -> parent -> parts."""

    dimensions: tuple[str, ...]
    values: tuple[str, ...]
    nested: Mapping[str, str] = field(default_factory=dict)
    levels: Levels | None = None
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trees: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    identities: tuple[Identity, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    rounding: tuple[RoundingRule, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=lambda: dict(MARKS))
    signed: tuple[str, ...] = ()
    decimals: int = 0
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as read: its name, the header, the rows as text, and the line that the first row stands on."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    line: int = 2


def row_codes(spec: AuditSpec, table: Rows) -> list[tuple[tuple[str, str], ...]]:
    """Per row the pairs (dimension, code), totals left out."""
    at = {name: i for i, name in enumerate(table.header)}
    nested, levels = [(at[c], at[g], c) for c, g in spec.nested.items()], spec.levels
    plain = [(d, at[d], set(spec.totals.get(d, ()))) for d in spec.dimensions]
    found = []
    for row in table.rows:
        pairs = [(d, row[i]) for d, i, totals in plain if row[i] not in totals]
        pairs += [(row[g], row[c]) for c, g, name in nested if row[c] not in spec.totals.get(name, ())]
        if levels is not None and row[at[levels.column]] != levels.level[0]:
            place = levels.level.index(row[at[levels.column]])
            pairs.append((levels.column, row[at[levels.codes[place]]]))
        found.append(tuple(pairs))
    return found


def tabulate(spec: AuditSpec, table: Rows, book: Codebook) -> Sightings:
    """The sightings of all counts, row by row within each value column. ProblemsFound
    with every figure that is neither a number nor a known mark."""
    codes = row_codes(spec, table)
    problems = Noted()
    digits, least, greatest, withheld, text, place = [], [], [], [], [], []
    rule_of = _rounding_rules(spec, table)
    for d in (*spec.dimensions, *([spec.levels.column] if spec.levels else [])):
        book.digit(d, "")
    for value in spec.values:
        column, measure = table.header.index(value), book.digit(MEASURE, value)
        for n, (row, pairs) in enumerate(zip(table.rows, codes)):
            try:
                low, high, mark = interval(
                    row[column], spec.marks, rule_of(row, value), decimals=spec.decimals, decimal=spec.decimal, signed=value in spec.signed
                )
            except ValueError as error:
                problems.note(partial(_unreadable, table, n, column, str(error)))
                continue
            digits.append({MEASURE: measure, **{d: book.digit(d, c) for d, c in pairs}})
            least.append(low)
            greatest.append(high)
            withheld.append(mark is not None and mark.meaning in (Meaning.WITHHELD, Meaning.SMALL))
            text.append(row[column])
            place.append(f"{table.name}:{table.line + n}")
    if problems:
        raise problems.found()
    grid = np.zeros((len(digits), len(book.dimensions)), np.int32)
    where = {d: i for i, d in enumerate(book.dimensions)}
    for m, these in enumerate(digits):
        for d, digit in these.items():
            grid[m, where[d]] = digit
    return Sightings(grid, np.array(least, np.int64), np.array(greatest, np.int64), np.array(withheld, bool), text, place)


def _unreadable(table: Rows, n: int, column: int, what: str) -> Problem:
    remedy = (
        "has more decimals than the table was said to have; give decimals in the spec"
        if what == "decimals"
        else "is neither a number nor a mark that is known; say what it means with --mark or in the spec"
    )
    return Problem(
        table.name, table.line + n, column + 1, "figure", f"'{table.rows[n][column][:20]}' in column '{table.header[column]}' {remedy}."
    )


def _rounding_rules(spec: AuditSpec, table: Rows):
    at = {name: i for i, name in enumerate(table.header)}
    rules = [
        (r.rounding, set(r.where.get(MEASURE, spec.values)), [(at[c], set(codes)) for c, codes in r.where.items() if c != MEASURE])
        for r in reversed(spec.rounding)
    ]

    def rule_of(row, value: str) -> Rounding:
        return next((r for r, values, where in rules if value in values and all(row[i] in codes for i, codes in where)), Rounding())

    return rule_of


def identities_of(spec: AuditSpec) -> list[Identity]:
    """The trees as identities, and those that were given."""
    inner = {code for column in spec.nested for code in spec.totals.get(column, ())}
    known = {*spec.dimensions, *([spec.levels.column] if spec.levels else [])}
    roots = {d: set(spec.totals.get(d, ())) if d in known else inner for d in spec.trees}
    found = [
        family(d, "" if parent in roots.get(d, ()) else parent, parts) for d, tree in spec.trees.items() for parent, parts in tree.items()
    ]
    return [*found, *spec.identities]


def ratio_facts(spec: AuditSpec, table: Rows, book: Codebook) -> list[RatioFact]:
    """A fact per printed percentage or rate; to be asked for after `tabulate`, when all codes are known."""
    codes, strides, rule_of = row_codes(spec, table), book.strides(), _rounding_rules(spec, table)
    found = []
    for ratio in spec.ratios:
        column = table.header.index(ratio.column)
        positive = any(m.meaning is Meaning.SMALL for m in spec.marks.values())
        count, base = book.codes[MEASURE][ratio.of], book.codes[MEASURE][ratio.base or ratio.of]
        away = set(ratio.totals)
        for row, pairs in zip(table.rows, codes):
            if not ratio.unrounded and rule_of(row, ratio.of).base > 1:
                continue
            rows = _ratio_rows(row[column], ratio, spec, positive)
            if rows:
                key = sum(strides[d] * book.codes[d][c] for d, c in pairs)
                total = sum(strides[d] * book.codes[d][c] for d, c in pairs if d not in away and "*" not in away)
                found.append(
                    RatioFact(
                        key + strides[MEASURE] * count, total + strides[MEASURE] * base, rows, f"{ratio.column} is printed as {row[column]}"
                    )
                )
    return found


def _ratio_rows(text: str, ratio: Ratio, spec: AuditSpec, positive: bool):
    figure = number(text, spec.decimal)
    if figure is not None:
        digits, places = figure
        if places <= ratio.decimals:
            return ratio_rows(digits * 10 ** (ratio.decimals - places), ratio.decimals, ratio.times, positive)
    mark = spec.marks.get(text)
    return ratio_rows(0, ratio.decimals, ratio.times, False) if mark and mark.meaning is Meaning.SMALL else ()


__all__ = [
    "AuditSpec",
    "Identity",
    "Levels",
    "Ratio",
    "RoundingRule",
    "Rows",
    "Term",
    "identities_of",
    "ratio_facts",
    "row_codes",
    "tabulate",
]
