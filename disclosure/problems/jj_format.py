"""The JJ format of tau-ARGUS and sdcTable: a suppression problem as text, cells first, then relations.

    0                                     always 0
    240                                   number of cells
    0 171 171 s 0 1000000 0 0 0           number, value, weight, status, lower, upper, LPL, UPL, SPL
    ...
    96                                    number of relations
    0 4 : 0 (-1) 1 (1) 2 (1) 3 (1)        right-hand side, number of cells, and each cell with its coefficient

Status `u` sensitive, `m` sensitive by hand, `s` may be withheld, `z` must be published, `h` never shown. Levels are
distances from the value. Relations that hold but for rounding (as in instances whose values were rounded to six
digits) are taken to hold as they stand: what the intruder sees is the rounded figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import numpy as np
from celwacht.disclosure.model.problem import MOST_VALUE, UNBOUNDED, CellStatus, Relations, SuppressionProblem
from celwacht.tables.problems import Problem, ProblemsFound

STATUS = {"s": CellStatus.FREE, "u": CellStatus.SENSITIVE, "m": CellStatus.SENSITIVE, "z": CellStatus.FORCED, "h": CellStatus.HIDDEN}
LETTER = {CellStatus.FREE: "s", CellStatus.SENSITIVE: "u", CellStatus.FORCED: "z", CellStatus.ZERO: "z", CellStatus.HIDDEN: "h"}
ROUNDING = 1e-4  # a relation may be off by this share of its largest cell, or by half a unit per cell
MOST_DECIMALS = 6
MOST_PROBLEMS = 1000  # reported from one file
_TERM = re.compile(r"\s*(\d+)\s*\(\s*(-?\d+)\s*\)")


def read_jj(text: str, name: str, *, integral: bool | None = None) -> SuppressionProblem:
    """The problem in a JJ text. Decimal values are taken in the smallest unit that makes all of them whole.

    name: for messages, the file's name. integral: whether the intruder knows that values are whole; by default no:
    JJ is the format of magnitude tables. Raises ProblemsFound with every line that is wrong; no message holds a value.
    """
    lines = text.splitlines()
    wrong: list[Problem] = []

    def complain(line: int, rule: str, message: str) -> None:
        if len(wrong) < MOST_PROBLEMS:
            wrong.append(Problem(name, line, 0, rule, message))

    numbered = iter([(i, line) for i, line in enumerate(lines, 1) if line.strip()])
    n = _count(numbered, complain, "0 and the number of cells", skip=1)
    cells = [_cell(*next(numbered, (len(lines), "")), i, complain) for i in range(n)]
    m = _count(numbered, complain, "the number of relations") if n else 0
    rows = [_relation(*next(numbered, (len(lines), "")), n, complain) for _ in range(m)]
    for line, _ in numbered:
        complain(line, "jj-extra", "more lines than the numbers of cells and relations announce; check both numbers")
        break
    if wrong:
        raise ProblemsFound(wrong)
    return _problem(name, cells, rows, bool(integral))


def _count(numbered: Iterator[tuple[int, str]], complain, what: str, skip: int = 0) -> int:
    for _ in range(skip):
        next(numbered, None)
    line, text = next(numbered, (0, ""))
    if not re.fullmatch(r"\s*\d{1,8}\s*", text):
        complain(line, "jj-count", f"expected {what} on a line of its own; is this a JJ file?")
        return 0
    return int(text)


def _cell(line: int, text: str, number: int, complain):
    """(value, weight, status, lower, upper, lpl, upl, spl) of one line, numbers as Decimal; None if it is wrong."""
    parts = text.split()
    if len(parts) != 9:
        return complain(
            line, "jj-cell", f"a cell has 9 fields (number, value, weight, status, lower, upper, LPL, UPL, SPL), here are {len(parts)}"
        )
    if parts[0] != str(number):
        return complain(line, "jj-cell", f"cells are numbered from 0 without gaps; expected {number} here")
    if parts[3] not in STATUS:
        return complain(line, "jj-status", f"status must be one of {', '.join(STATUS)}")
    try:
        found = [Decimal(p) for p in parts[1:3] + parts[4:]]
        if not all(f.is_finite() for f in found):
            raise InvalidOperation
    except InvalidOperation:
        return complain(line, "jj-number", "value, weight, bounds and levels must be numbers, with a point for decimals")
    if found[1] < 0 or min(found[4:]) < 0:
        return complain(line, "jj-number", "weight and protection levels must not be negative")
    return found[0], found[1], STATUS[parts[3]], *found[2:]


def _relation(line: int, text: str, n: int, complain):
    """(right-hand side, cells, coefficients, line); None if it is wrong."""
    head, colon, terms = text.partition(":")
    found = _TERM.findall(terms)
    try:
        rhs, count = Decimal(head.split()[0]), int(head.split()[1])
    except (InvalidOperation, IndexError, ValueError):
        colon = ""
    if not colon or _TERM.sub("", terms).strip():
        return complain(line, "jj-relation", "a relation is: right-hand side, number of cells, ':', then `cell (coefficient)` each")
    cells = [int(c) for c, _ in found]
    if count != len(cells) or len(set(cells)) != len(cells) or any(c >= n for c in cells):
        return complain(
            line, "jj-relation", "the relation names another number of cells than it says, a cell twice, or a cell that does not exist"
        )
    return rhs, cells, [int(k) for _, k in found], line


def _problem(name, cells, rows, integral) -> SuppressionProblem:
    numbers = [c[i] for c in cells for i in (0, 5, 6, 7)] + [r[0] for r in rows]
    decimals = min(MOST_DECIMALS, max([0, *(-d.normalize().as_tuple().exponent for d in numbers)]))
    unit = Decimal(10) ** decimals
    column = [np.array([round(c[i] * unit) for c in cells], np.int64) for i in (0, 5, 6, 7)]
    lower, upper = (np.array([max(-UNBOUNDED, min(UNBOUNDED, int(c[i] * unit))) for c in cells], np.int64) for i in (3, 4))
    value, lpl, upl, spl = column
    if np.abs(value).max(initial=0) > MOST_VALUE:
        raise ProblemsFound([Problem(name, 0, 0, "jj-large", "values are too large for exact arithmetic; use a larger unit")])
    status = np.array([c[2] for c in cells], np.uint8)
    facts = _relations(name, value, rows, unit)
    for level in (lpl, upl, spl):
        level[status != CellStatus.SENSITIVE] = 0
    return SuppressionProblem(
        name,
        value,
        np.array([float(c[1]) for c in cells]),
        status,
        np.minimum(lower, value),
        np.maximum(upper, value),
        value.copy(),
        value.copy(),
        lpl,
        upl,
        spl,
        facts,
        integral,
        decimals=decimals,
    )


def _relations(name, value, rows, unit) -> Relations:
    """Additive relations at the truth's own sums; ProblemsFound where that is more than rounding away from what is said."""
    first = np.concatenate([[0], np.cumsum([len(r[1]) for r in rows])]).astype(np.int64)
    facts = Relations(
        first,
        np.array([c for r in rows for c in r[1]], np.int32),
        np.array([k for r in rows for k in r[2]], np.int64),
        *np.zeros((2, len(rows)), np.int64),
    )
    sums = facts.sums(value)
    wrong = []
    for r, (rhs, cells, _, line) in enumerate(rows):
        off = abs(int(sums[r]) - round(rhs * unit))
        if off > max(ROUNDING * max(map(abs, value[cells].tolist()), default=0), 0.5 * len(cells)):
            wrong.append(Problem(name, line, 0, "jj-additivity", "the relation does not hold for the values of its cells"))
    if wrong:
        raise ProblemsFound(wrong[:MOST_PROBLEMS])
    return Relations(facts.first, facts.cell, facts.coefficient, sums, sums)


def write_jj(problem: SuppressionProblem) -> str:
    """The JJ text of a problem with exact figures and equations; ValueError for others: JJ has no form for them.

    Bounds that are not there are written as numbers well above all values and levels.
    """
    facts, hidden = problem.relations, problem.status == CellStatus.HIDDEN
    if np.any(facts.least != facts.greatest):
        raise ValueError("JJ knows equations only; this problem has relations with an interval")
    if np.any((problem.printed_low != problem.printed_high) & ~hidden & (problem.cost > 0)):
        raise ValueError("JJ knows exact figures only; this problem has rounded ones")
    most = max(int(np.abs(a).max(initial=1)) for a in (problem.value, problem.lpl, problem.upl, problem.spl))
    top, say = 10 * most, lambda value: in_units(int(value), problem.decimals)
    lines = ["0", str(len(problem))]
    for i in range(len(problem)):
        low = int(problem.lower[i]) if problem.lower[i] > -UNBOUNDED else -top
        high = int(problem.upper[i]) if problem.upper[i] < UNBOUNDED else top
        numbers = [say(v) for v in (low, high, problem.lpl[i], problem.upl[i], problem.spl[i])]
        cost = np.format_float_positional(problem.cost[i], trim="-")
        lines.append(f"{i} {say(problem.value[i])} {cost} {LETTER[CellStatus(problem.status[i])]} {' '.join(numbers)}")
    lines.append(str(len(facts)))
    for r in range(len(facts)):
        span = slice(facts.first[r], facts.first[r + 1])
        terms = " ".join(f"{c} ({k})" for c, k in zip(facts.cell[span], facts.coefficient[span]))
        lines.append(f"{say(facts.least[r])} {span.stop - span.start} : {terms}")
    return "\n".join(lines) + "\n"


def in_units(value: int, decimals: int) -> str:
    """Exact text of value * 10**-decimals, without zeros at the end."""
    if not decimals:
        return str(value)
    whole, part = divmod(abs(value), 10**decimals)
    digits = f"{part:0{decimals}d}".rstrip("0")
    return ("-" if value < 0 else "") + str(whole) + (f".{digits}" if digits else "")
