"""The JJ format of tau-ARGUS and sdcTable: a suppression problem as text, cells first, then relations.

    0                                     always 0
    240                                   number of cells
    0 171 171 s 0 1000000 0 0 0           number, value, weight, status, lower, upper, LPL, UPL, SPL
    ...
    96                                    number of relations
    0 4 : 0 (-1) 1 (1) 2 (1) 3 (1)        right-hand side, number of cells, and each cell with its coefficient

Status `u` sensitive, `m` sensitive by hand, `s` may be withheld, `z` must be published, `h` never shown. Levels are
distances from the value. Relations of values that were rounded (to six digits, as in published instances, or in their last decimal)
need to hold but for that rounding, and are taken to hold as they stand: what the intruder sees is the rounded figures. Relations of other
whole numbers hold exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

import numpy as np
from celwacht.disclosure.model.problem import MOST_VALUE, UNBOUNDED, Relations, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.tables.problems import Noted, Problem, ProblemsFound

STATUS = {"s": Role.FREE, "u": Role.SENSITIVE, "m": Role.SENSITIVE, "z": Role.FORCED, "h": Role.HIDDEN}
LETTER = {Role.FREE: "s", Role.SENSITIVE: "u", Role.FORCED: "z", Role.KNOWN: "z", Role.HIDDEN: "h"}
DIGITS = 6
"""Values of seven digits and more that end in zeros are taken to be rounded to so many; so is the last place of decimals."""
MOST_DECIMALS = 6
MOST_WEIGHT = Decimal(10) ** 15
MOST_COEFFICIENT = 1 << 31
MOST_SUM = 1 << 60
_TERM = re.compile(r"\s*(\d{1,9})\s*\(\s*(-?\d{1,20})\s*\)", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_COUNT = re.compile(r"\s*\d{1,8}\s*", re.ASCII)
_LARGE = "is too large for exact arithmetic; use a larger unit for the whole file"


def read_jj(text: str, name: str, *, integral: bool | None = None) -> SuppressionProblem:
    """The problem in a JJ text. Decimal values are taken in the smallest unit that makes all of them whole.

    name: for messages, the file's name. integral: whether the intruder knows that values are whole; by default no:
    JJ is the format of magnitude tables. Raises ProblemsFound with every line that is wrong; no message holds a value.
    """
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    wrong = Noted()

    def complain(line: int, rule: str, message: str) -> None:
        wrong.note(lambda: Problem(name, line, 0, rule, message))

    filled = [(i, line) for i, line in enumerate(lines, 1) if line.strip()]
    numbered = iter(filled)
    first, zero = next(numbered, (1, ""))
    if zero.strip() != "0":
        complain(first, "jj-count", "the first line of a JJ file is 0; is this a JJ file?")
    n = 0 if wrong else _count(numbered, complain, "the number of cells", len(filled) - 2)
    cells = [_cell(*next(numbered), i, complain) for i in range(n)]
    m = _count(numbered, complain, "the number of relations", len(filled) - 3 - n) if n else 0
    rows = [_relation(*next(numbered), n, complain) for _ in range(m)]
    announced = not any(p.rule == "jj-count" for p in wrong)
    for line, _ in numbered if announced else ():
        complain(line, "jj-extra", "more lines than the numbers of cells and relations announce; check both numbers")
        break
    if wrong:
        raise wrong.found()
    return _problem(name, cells, rows, bool(integral))


def _count(numbered: Iterator[tuple[int, str]], complain, what: str, left: int) -> int:
    """The number on the next line; 0, and a complaint, where it is none, or announces more lines than the file has."""
    line, text = next(numbered, (0, ""))
    if not _COUNT.fullmatch(text):
        complain(line, "jj-count", f"expected {what} on a line of its own; is this a JJ file?")
        return 0
    if int(text) > left:
        complain(line, "jj-count", f"{what} is {int(text)}, and {max(left, 0)} lines follow; check the number, or was the file cut short?")
        return 0
    if int(text) == 0 and "cells" in what:
        complain(line, "jj-count", "there are no cells; a problem has at least one")
    return int(text)


def _cell(line: int, text: str, number: int, complain):
    """(value, weight, status, lower, upper, lpl, upl, spl, line) of one line, numbers as Decimal; None if it is wrong."""
    parts = text.split()
    if len(parts) != 9:
        return complain(
            line, "jj-cell", f"a cell has 9 fields (number, value, weight, status, lower, upper, LPL, UPL, SPL), here are {len(parts)}"
        )
    if parts[0] != str(number):
        return complain(line, "jj-cell", f"cells are numbered from 0 without gaps; expected {number} here")
    if parts[3] not in STATUS:
        return complain(line, "jj-status", f"status must be one of {', '.join(STATUS)}")
    if not all(map(_NUMBER.fullmatch, parts[1:3] + parts[4:])):
        return complain(line, "jj-number", "value, weight, bounds and levels must be numbers, with a point for decimals")
    value, weight, lower, upper, *levels = map(Decimal, parts[1:3] + parts[4:])
    reason = _out_of_range(value, weight, lower, upper, levels, STATUS[parts[3]])
    return complain(line, *reason) if reason else (value, weight, STATUS[parts[3]], lower, upper, *levels, line)


def _out_of_range(value, weight, lower, upper, levels, status) -> tuple[str, str] | None:
    """(rule, what is wrong) of numbers that are numbers."""
    if weight < 0 or min(levels) < 0:
        return "jj-number", "weight and protection levels must not be negative"
    if weight > MOST_WEIGHT:
        return "jj-large", "the weight is larger than 10 to the power 15; use a larger unit for the weights"
    for what, number in (("the value", value), *zip(("LPL", "UPL", "SPL"), levels)):
        if abs(number) > MOST_VALUE:
            return "jj-large", f"{what} {_LARGE}"
        if _decimals(number) > MOST_DECIMALS:
            return "jj-decimals", f"{what} has more than {MOST_DECIMALS} decimals; round values, and levels up, or use a smaller unit"
    if not lower <= value <= upper:
        return "jj-bounds", "the value lies outside its bounds"
    if status == Role.SENSITIVE and not any(levels):
        return "jj-level", "the cell is sensitive, but LPL, UPL and SPL are all 0: nothing would be promised; give it a level"
    return None


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


def _relation(line: int, text: str, n: int, complain):
    """(right-hand side, cells, coefficients, line); None if it is wrong."""
    head, colon, terms = text.partition(":")
    parts, found = head.split(), _TERM.findall(terms)
    if not colon or len(parts) != 2 or not _NUMBER.fullmatch(parts[0]) or not _COUNT.fullmatch(parts[1]) or _TERM.sub("", terms).strip():
        return complain(line, "jj-relation", "a relation is: right-hand side, number of cells, ':', then `cell (coefficient)` each")
    rhs, cells, factors = Decimal(parts[0]), [int(c) for c, _ in found], [int(k) for _, k in found]
    if not cells or int(parts[1]) != len(cells) or len(set(cells)) != len(cells) or any(c >= n for c in cells):
        return complain(
            line, "jj-relation", "the relation names another number of cells than it says, a cell twice, or a cell that does not exist"
        )
    if abs(rhs) > MOST_VALUE or max(map(abs, factors)) > MOST_COEFFICIENT:
        return complain(line, "jj-large", f"the right-hand side or a coefficient {_LARGE}")
    if _decimals(rhs) > MOST_DECIMALS:
        return complain(line, "jj-decimals", f"the right-hand side has more than {MOST_DECIMALS} decimals; round it")
    return rhs, cells, factors, line


def _problem(name, cells, rows, integral) -> SuppressionProblem:
    decimals = max([0, *(_decimals(c[i]) for c in cells for i in (0, 5, 6, 7)), *(_decimals(r[0]) for r in rows)])
    unit = Decimal(10) ** decimals
    large = [c[8] for c in cells if max(abs(c[i]) for i in (0, 5, 6, 7)) * unit > MOST_VALUE]
    if large:
        reason = f"beside values of {decimals} decimals, a value or level here {_LARGE}, or fewer decimals"
        raise ProblemsFound([Problem(name, line, 0, "jj-large", reason) for line in large])
    value, lpl, upl, spl = (np.array([int(c[i] * unit) for c in cells], np.int64) for i in (0, 5, 6, 7))
    far = Decimal(UNBOUNDED) / unit
    lower, upper = (
        np.array([int((max(-far, min(far, c[i])) * unit).to_integral_value(how)) for c in cells], np.int64)
        for i, how in ((3, ROUND_CEILING), (4, ROUND_FLOOR))  # towards the value: the intruder is not taken to know less
    )
    status = np.array([c[2] for c in cells], np.uint8)
    facts = _relations(name, value, rows, unit)
    for level in (lpl, upl, spl):
        level[status != Role.SENSITIVE] = 0
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
    half = {c: _half(int(value[c]), unit > 1) for _, cells, _, _ in rows for c in cells}
    wrong = []
    for rhs, cells, factors, line in rows:
        terms = [k * int(value[c]) for c, k in zip(cells, factors)]
        if sum(map(abs, terms)) > MOST_SUM:
            wrong.append(Problem(name, line, 0, "jj-large", f"the sum of the relation {_LARGE}"))
        elif abs(sum(terms) - int(rhs * unit)) > sum(abs(k) * half[c] for c, k in zip(cells, factors)) + _half(int(rhs * unit), unit > 1):
            wrong.append(Problem(name, line, 0, "jj-additivity", "the relation does not hold for the values of its cells"))
    if wrong:
        raise ProblemsFound(wrong)
    facts = Relations(
        np.concatenate([[0], np.cumsum([len(r[1]) for r in rows])]).astype(np.int64),
        np.array([c for r in rows for c in r[1]], np.int32),
        np.array([k for r in rows for k in r[2]], np.int64),
        *np.zeros((2, len(rows)), np.int64),
    )
    sums = facts.sums(value)
    return Relations(facts.first, facts.cell, facts.coefficient, sums, sums)


def _half(value: int, decimals: bool) -> Fraction:
    """How far a value may be from what it was before it was rounded: not at all for a whole number, unless it ends in the zeros
    of a rounding to DIGITS digits; half a unit of the last place where the file has decimals."""
    place = 10 ** max(0, len(str(abs(value))) - DIGITS)
    return Fraction(place, 2) if place > 1 and value % place == 0 else Fraction(int(decimals and value != 0), 2)


def write_jj(problem: SuppressionProblem) -> str:
    """The JJ text of a problem with exact figures and equations; ValueError for others: JJ has no form for them.

    Bounds that are not there are written as numbers well above all values and levels.
    """
    facts, hidden = problem.relations, problem.role == Role.HIDDEN
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
        lines.append(f"{i} {say(problem.value[i])} {cost} {LETTER[Role(problem.role[i])]} {' '.join(numbers)}")
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
