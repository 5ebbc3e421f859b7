"""The plain CSV form of a suppression problem: a folder with two tables, for those who make their problems themselves.

cells.csv, a row per cell. Columns that are absent, and fields that are empty, mean what stands in brackets.
    cell           its name, any text, once
    value          a number; decimals with a point
    status         free, sensitive, forced (must be published), zero (structural: everybody knows it), hidden (in no table) [free]
    cost           of withholding it, >= 0 [the size of value]
    lower, upper   what an intruder knows of it beforehand [0 and no bound]; -inf and inf for no bound
    lpl, upl, spl  protection levels, >= 0 [0]; a sensitive cell needs at least one
    printed_low, printed_high   what printing it would tell, for rounded figures [the value itself]

relations.csv, a row per cell of a linear fact `least <= sum(coefficient * cell) <= greatest`.
    relation       its name; rows of one relation need not stand together
    cell           a name from cells.csv, once in a relation
    coefficient    a whole number, such as 1 for a part and -1 for the total
    least, greatest   the fact's bounds, on any one row of it [0 and 0]; -inf and inf for no bound
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd
from celwacht.disclosure.model.problem import MOST_VALUE, UNBOUNDED, Relations, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.problems.jj_format import MOST_DECIMALS, in_units
from celwacht.tables.problems import Noted, Problem, ProblemsFound, nearest

FILES = CELLS, RELATIONS = "cells.csv", "relations.csv"
WORD = {Role.FREE: "free", Role.SENSITIVE: "sensitive", Role.FORCED: "forced", Role.KNOWN: "zero", Role.HIDDEN: "hidden"}
STATUS = {word: role for role, word in WORD.items()}
_LEVELS = ("lpl", "upl", "spl")
_BOUNDS = {"inf": Decimal(UNBOUNDED), "+inf": Decimal(UNBOUNDED), "-inf": Decimal(-UNBOUNDED)}


class _Table:
    """A frame of texts with the places of its rows, and complaints about them."""

    def __init__(self, frame: pd.DataFrame, file: str, lines: np.ndarray | None, wrong: Noted):
        self.frame, self.file, self.wrong = frame, file, wrong
        self.lines = np.arange(len(frame)) if lines is None else lines

    def complain(self, row: int, message: str) -> None:
        self.wrong.note(lambda: Problem(self.file, int(self.lines[row]) if row >= 0 else 1, 0, "problem-csv", message))

    def texts(self, column: str, needed: bool = False) -> list[str]:
        """The fields of a column, stripped; empty ones where it is absent."""
        if column in self.frame:
            return [str(t).strip() for t in self.frame[column]]
        if needed:
            self.complain(-1, f"there is no column '{column}'.{nearest(column, map(str, self.frame.columns))}")
        return [""] * len(self.frame)

    def numbers(self, column: str, needed: bool = False, bounds: bool = False, least: int | None = None) -> list[Decimal | None]:
        """The fields of a column as numbers, None where empty; what is no number is reported."""
        found: list[Decimal | None] = []
        for row, text in enumerate(self.texts(column, needed)):
            number = _BOUNDS.get(text.lower()) if bounds else None
            try:
                number = number if number is not None or not text else Decimal(text)
                if number is not None and not number.is_finite():
                    raise InvalidOperation
            except InvalidOperation:
                number = None
                also = " (or inf, -inf)" if bounds else ""
                self.complain(row, f"{column} is not a number, with a point for decimals{also}")
            if needed and not text and column in self.frame:
                self.complain(row, f"{column} is empty")
            if number is not None and least is not None and number < least:
                self.complain(row, f"{column} is negative; it must be {least} or more")
            found.append(number)
        return found


def read_problem(
    cells: pd.DataFrame,
    relations: pd.DataFrame,
    name: str,
    cell_lines: np.ndarray | None = None,
    relation_lines: np.ndarray | None = None,
    *,
    integral: bool = False,
) -> SuppressionProblem:
    """The problem in two frames of texts; ProblemsFound with everything that is wrong, and no value in it.

    name: the folder's, for messages. lines: of the rows in their files. integral: the intruder knows that values are
    whole.
    """
    wrong = Noted()
    table = _Table(cells, f"{name}/{CELLS}", cell_lines, wrong)
    facts = _Table(relations, f"{name}/{RELATIONS}", relation_lines, wrong)
    names, numbers, status = _cells(table)
    unit = Decimal(10) ** _decimals([n for column in numbers.values() for n in column])
    place = {c: i for i, c in enumerate(names)}
    rows = _relations(facts, place)
    if wrong:
        raise wrong.found()
    scaled = {k: [_scaled(n, unit) for n in column] for k, column in numbers.items() if k != "cost"}
    if any(MOST_VALUE < abs(n) != UNBOUNDED for column in scaled.values() for n in column):
        raise ProblemsFound([Problem(table.file, 0, 0, "problem-csv", "numbers are too large for exact arithmetic; use a larger unit")])
    exact = {k: np.array(column, np.int64) for k, column in scaled.items()}
    cost = np.array([float(c) for c in numbers["cost"]])
    return _problem(table, facts, names, exact, cost, status, rows, unit, integral)


def _scaled(number: Decimal, unit: Decimal) -> int:
    return int(number) if abs(number) == UNBOUNDED else round(number * unit)


def _decimals(numbers: list[Decimal]) -> int:
    return min(MOST_DECIMALS, max([0, *(-n.normalize().as_tuple().exponent for n in numbers)]))


def _cells(table: _Table) -> tuple[list[str], dict[str, list[Decimal]], np.ndarray]:
    """Names, numbers by column with what empty fields stand for, and statuses."""
    names = table.texts("cell", needed=True)
    seen: dict[str, int] = {}
    for row, name in enumerate(names):
        if not name:
            table.complain(row, "the cell has no name")
        elif name in seen:
            table.complain(row, f"cell '{name[:60]}' stands on line {table.lines[seen[name]]} already; name every cell once")
        seen.setdefault(name, row)
    if not names:
        table.complain(-1, "there are no cells")
    status = []
    for row, word in enumerate(table.texts("status")):
        if word and word not in STATUS:
            table.complain(row, f"'{word[:30]}' is no status.{nearest(word, STATUS)}")
        status.append(STATUS.get(word, Role.FREE))
    value = [Decimal(0) if v is None else v for v in table.numbers("value", needed=True)]
    cost = [abs(v) if c is None else c for c, v in zip(table.numbers("cost", least=0), value)]
    given = {"value": value, "cost": cost}
    for column, plain in (
        ("lower", [Decimal(0)] * len(value)),
        ("upper", [Decimal(UNBOUNDED)] * len(value)),
        ("printed_low", value),
        ("printed_high", value),
    ):
        given[column] = [p if n is None else n for n, p in zip(table.numbers(column, bounds=True), plain)]
    for column in _LEVELS:
        levels = table.numbers(column, least=0)
        given[column] = [n if n and s == Role.SENSITIVE else Decimal(0) for n, s in zip(levels, status)]
    _judge(table, names, given, status)
    return names, given, np.array(status, np.uint8)


def _judge(table: _Table, names, given, status) -> None:
    """Tells of rows whose numbers contradict each other."""
    for row, name in enumerate(names):
        n = {k: column[row] for k, column in given.items()}
        if status[row] == Role.SENSITIVE and not any(n[level] for level in _LEVELS):
            table.complain(row, f"cell '{name[:60]}' is sensitive, but lpl, upl and spl are all 0; say how much it needs")
        if not n["lower"] <= n["value"] <= n["upper"]:
            table.complain(row, f"the value of cell '{name[:60]}' lies outside lower and upper (an empty lower is 0; write -inf for none)")
        if not n["printed_low"] <= n["value"] <= n["printed_high"]:
            table.complain(row, f"the value of cell '{name[:60]}' lies outside printed_low and printed_high")


def _relations(table: _Table, place: dict[str, int]) -> dict[str, dict]:
    """By name of the relation: cells, coefficients, least, greatest and the row where it starts."""
    found: dict[str, dict] = {}
    columns = (
        table.texts("relation", needed=True),
        table.texts("cell", needed=True),
        table.numbers("coefficient", needed=True),
        table.numbers("least", bounds=True),
        table.numbers("greatest", bounds=True),
    )
    for row, (name, cell, coefficient, least, greatest) in enumerate(zip(*columns)):
        if not name:
            table.complain(row, "the relation has no name")
        its = found.setdefault(name, {"cells": [], "seen": set(), "coefficients": [], "least": None, "greatest": None, "row": row})
        if cell not in place:
            table.complain(row, f"cell '{cell[:60]}' does not stand in {CELLS}.{nearest(cell, place) if table.wrong.room else ''}")
        elif cell in its["seen"]:
            table.complain(row, f"cell '{cell[:60]}' stands twice in relation '{name[:60]}'")
        if coefficient is not None and (coefficient % 1 or not 0 < abs(coefficient) <= 1_000_000):
            table.complain(row, "the coefficient must be a whole number, not 0, and at most a million")
            coefficient = None
        its["cells"].append(place.get(cell, -1))
        its["seen"].add(cell)
        its["coefficients"].append(int(coefficient or 0))
        for key, bound in (("least", least), ("greatest", greatest)):
            if bound is not None and its[key] not in (None, bound):
                table.complain(row, f"relation '{name[:60]}' says {key} twice, and differently")
            its[key] = its[key] if bound is None else bound
    return found


def _problem(table, facts, names, exact, cost, status, rows, unit, integral) -> SuppressionProblem:
    first = np.concatenate([[0], np.cumsum([len(r["cells"]) for r in rows.values()])]).astype(np.int64)
    cell = np.array([c for r in rows.values() for c in r["cells"]], np.int32)
    sign = np.array([k for r in rows.values() for k in r["coefficients"]], np.int64)
    bounds = {k: [_scaled(r[k] or Decimal(0), unit) for r in rows.values()] for k in ("least", "greatest")}
    least, greatest = (np.array([max(-UNBOUNDED, min(UNBOUNDED, b)) for b in bounds[k]], np.int64) for k in bounds)
    relations = Relations(first, cell, sign, least, greatest)
    sums = relations.sums(exact["value"])
    for (name, r), s, a, b in zip(rows.items(), sums, least, greatest):
        if not a <= s <= b:
            facts.complain(r["row"], f"relation '{name[:60]}' does not hold for the values of its cells")
    if facts.wrong:
        raise facts.wrong.found()
    numbered = names == [str(i) for i in range(len(names))]
    return SuppressionProblem(
        table.file.rpartition("/")[0],
        exact["value"],
        cost,
        status,
        *(exact[k] for k in ("lower", "upper", "printed_low", "printed_high", *_LEVELS)),
        relations,
        integral,
        label=lambda i: f"cell {names[i]}",
        decimals=int(unit.adjusted()),
        names=() if numbered else tuple(names),
    )


def write_problem(problem: SuppressionProblem) -> Iterator[tuple[str, str]]:
    """(name, text) of the two files; `read_problem` makes the same problem of them, but for `integral`."""

    def bound(value: int) -> str:
        return in_units(value, problem.decimals) if abs(value) < UNBOUNDED else "inf" if value > 0 else "-inf"

    names = list(problem.names) or list(map(str, range(len(problem))))
    words = [WORD[Role(r)] for r in problem.role]
    columns = {
        "cell": names,
        "value": problem.value,
        "status": words,
        "cost": [np.format_float_positional(c, trim="-") for c in problem.cost],
        **{k: getattr(problem, k) for k in ("lower", "upper", *_LEVELS, "printed_low", "printed_high")},
    }
    written = {k: c if k in ("cell", "status", "cost") else [bound(int(v)) for v in c] for k, c in columns.items()}
    yield CELLS, pd.DataFrame(written).to_csv(index=False, lineterminator="\n")
    facts = problem.relations
    starts = np.zeros(len(facts.cell), bool)
    starts[facts.first[:-1]] = True
    yield (
        RELATIONS,
        pd.DataFrame(
            {
                "relation": facts.relation,
                "cell": np.array(names, object)[facts.cell],
                "coefficient": facts.coefficient,
                "least": [bound(int(facts.least[r])) if s else "" for r, s in zip(facts.relation, starts)],
                "greatest": [bound(int(facts.greatest[r])) if s else "" for r, s in zip(facts.relation, starts)],
            }
        ).to_csv(index=False, lineterminator="\n"),
    )
