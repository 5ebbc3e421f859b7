"""A-priori lists: what is known or decided of single cells before any rule looks at them.

A list is a CSV file (comma or semicolon, UTF-8) with a column per dimension, named as in the table, holding codes, and

    status        publish (withheld neither as sensitive nor to protect others), withhold (sensitive), or empty
    cost          cost of withholding the cell to protect others, a number >= 0
    lpl upl spl   protection levels if it is sensitive, whole, in the smallest unit; where a rule asks more, that counts
    waiver        yes: publish although a rule finds the cell sensitive, its contributors having agreed

A column of codes may be absent or empty: the dimension's first code is then meant, usually the total. Publishing what a
rule finds sensitive, without a waiver, is a conflict, and conflicts are reported, not settled. After the a-priori file
of tau-ARGUS (Handbook on SDC 2nd ed., 4.3: status, cost and protection level per cell).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from io import StringIO

import numpy as np
from celwacht.disclosure.policy.apriori_hst import rows_of
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.problems import Problem, ProblemsFound, nearest, repeated

STATUSES = ("publish", "withhold", "")
LEVELS = ("lpl", "upl", "spl")
COLUMNS = ("status", "cost", *LEVELS, "waiver")
YES = {"yes": True, "ja": True, "no": False, "nee": False, "": False}
NOTHING = -1
"""No level, or no cost, of its own."""


@dataclass(frozen=True, eq=False)
class Apriori:
    """A list, one entry per cell. cell: int64 (n,), flat positions, ascending. publish, safe, withhold, waiver: bool (n,); safe: as tau-ARGUS says it, not sensitive.
    cost: float64 (n,); lpl, upl, spl: int64 (n,); NOTHING where the list says nothing. line: of the file."""

    name: str
    cell: np.ndarray
    publish: np.ndarray
    safe: np.ndarray
    withhold: np.ndarray
    waiver: np.ndarray
    cost: np.ndarray = field(repr=False)
    lpl: np.ndarray = field(repr=False)
    upl: np.ndarray = field(repr=False)
    spl: np.ndarray = field(repr=False)
    line: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.cell)


def read_apriori(text: str, name: str, dimensions: tuple[Classification, ...], unit: int = 1) -> Apriori:
    """The list in `text`; ProblemsFound with everything that is wrong with it, by line. name: the file's, for
    messages; one that ends in .hst is of tau-ARGUS (apriori_hst.py). unit: what a level of 1 is there in the smallest unit."""
    if name.casefold().endswith(".hst"):
        return _read_hst(text.removeprefix("\ufeff"), name, dimensions, unit)
    first = text.removeprefix("\ufeff").split("\n", 1)[0]
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")), delimiter=";" if ";" in first else ",", restkey="", strict=True)
    problems: list[Problem] = []
    entries: dict[int, dict] = {}
    try:
        _check_columns(rows.fieldnames or [], name, dimensions, problems)
        for row in rows:
            entry = _entry(row, rows.line_num, name, dimensions, problems)
            if entry is not None:
                _enter(entries, entry, name, problems)
    except csv.Error as error:
        problems.append(Problem(name, rows.line_num, 0, "no-csv", f"the line is not CSV: {error}."))
    if problems:
        raise ProblemsFound(problems)
    return _collected(name, [entries[cell] for cell in sorted(entries)])


def _read_hst(text: str, name: str, dimensions: tuple[Classification, ...], unit: int) -> Apriori:
    problems: list[Problem] = []
    entries: dict[int, dict] = {}
    try:
        for line, row in rows_of(text, name, [d.name for d in dimensions], unit, problems):
            if safe := row.get("status") == "safe":  # a word of tau-ARGUS only, which a list of ours does not have
                del row["status"]
            entry = _entry(row, line, name, dimensions, problems)
            if entry is None:
                continue
            entry["safe"] = safe
            other = entries.setdefault(entry["cell"], entry)  # a line may give the status of a cell, and another its cost
            if other is not entry:
                if _contradicts(other, entry):
                    problems.append(Problem(name, line, 0, "conflict", f"line {other['line']} says otherwise of the same cell; keep one."))
                other |= {k: v for k, v in entry.items() if k != "line" and v not in (False, NOTHING)}
    except csv.Error as error:
        problems.append(Problem(name, 0, 0, "no-csv", f"the list is not CSV: {error}."))
    if problems:
        raise ProblemsFound(problems)
    return _collected(name, [entries[cell] for cell in sorted(entries)])


def _contradicts(one: dict, other: dict) -> bool:
    """Whether two lines on a cell say different things of it."""
    status = ("publish", "safe", "withhold")
    if any(one[k] for k in status) and any(other[k] for k in status) and any(one[k] != other[k] for k in status):
        return True
    return any(NOTHING not in (one[k], other[k]) and one[k] != other[k] for k in ("cost", *LEVELS))


def _check_columns(found: Sequence[str], name: str, dimensions: tuple[Classification, ...], problems: list[Problem]) -> None:
    known = [*(d.name for d in dimensions), *COLUMNS]
    problems += [
        Problem(name, 1, 0, "unknown-column", f"there is no column '{c[:40]}'.{nearest(c[:40], known)}") for c in found if c not in known
    ]
    problems += [Problem(name, 1, 0, "column-twice", f"column '{c[:40]}' occurs twice.") for c in sorted(repeated(found))]
    if not set(found) & set(COLUMNS):
        problems.append(Problem(name, 1, 0, "no-column", f"none of the columns {', '.join(COLUMNS)} is there; nothing would change."))


def _entry(row: dict, line: int, name: str, dimensions, problems: list[Problem]) -> dict | None:
    """One line, checked; None if something is wrong with it."""
    before = len(problems)

    def wrong(rule: str, message: str) -> None:
        problems.append(Problem(name, line, 0, rule, message))

    if "" in row:
        wrong("too-many-fields", "the line has more fields than the first one.")
    texts = {c: (row.get(c) or "").strip() for c in [*(d.name for d in dimensions), *COLUMNS]}
    place = [_position(d, texts[d.name], wrong) for d in dimensions]
    if texts["status"] not in STATUSES:
        wrong(
            "unknown-status", f"status '{texts['status'][:20]}' is none of publish, withhold.{nearest(texts['status'][:20], STATUSES[:2])}"
        )
    if texts["waiver"].lower() not in YES:
        wrong("waiver", f"waiver is yes or no, found '{texts['waiver'][:20]}'.")
    if texts["waiver"] and YES.get(texts["waiver"].lower()) and texts["status"] != "publish":
        wrong("waiver", "a waiver goes with status publish.")
    entry = {
        "line": line,
        "publish": texts["status"] == "publish",
        "safe": False,
        "withhold": texts["status"] == "withhold",
        "waiver": YES.get(texts["waiver"].lower(), False),
        "cost": _number(texts["cost"], "cost", float, wrong),
    }
    entry |= {c: _number(texts[c], c, int, wrong) for c in LEVELS}
    if entry["publish"] and any(entry[c] > 0 for c in LEVELS):
        wrong("level-of-published", "a cell that is published has no protection levels; leave them out.")
    if len(problems) > before:
        return None
    return entry | {"cell": int(np.ravel_multi_index(place, [d.n_codes for d in dimensions]))}


def _position(dimension: Classification, code: str, wrong) -> int:
    if not code:
        return 0
    try:
        return dimension.position(code)
    except KeyError:
        wrong("unknown-code", f"{dimension.name} has no code '{code[:40]}'.{nearest(code[:40], [c.code for c in dimension.codes])}")
        return 0


def _number(text: str, column: str, kind: type, wrong) -> float | int:
    if not text:
        return NOTHING
    try:
        number = kind(text)
    except ValueError:
        number = NOTHING
    if not 0 <= number < 1 << 44:  # not a number is not either
        wrong("number", f"{column} must be a {'whole ' if kind is int else ''}number from 0, found '{text[:20]}'.")
    return number


def _enter(entries: dict[int, dict], entry: dict, name: str, problems: list[Problem]) -> None:
    """The same cell twice is fine if the lines say the same."""
    other = entries.setdefault(entry["cell"], entry)
    if other is not entry and {**other, "line": 0} != {**entry, "line": 0}:
        problems.append(Problem(name, entry["line"], 0, "conflict", f"line {other['line']} says otherwise of the same cell; keep one."))


def _collected(name: str, entries: list[dict]) -> Apriori:
    kinds = {"publish": bool, "safe": bool, "withhold": bool, "waiver": bool, "cost": np.float64}
    arrays = {f.name: np.array([e[f.name] for e in entries], kinds.get(f.name, np.int64)) for f in fields(Apriori) if f.name != "name"}
    return Apriori(name, **arrays)
