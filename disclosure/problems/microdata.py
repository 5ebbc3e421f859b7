"""Microdata as a data frame become contributions: columns for dimensions, a contributor and an amount.

Amounts are decimal text, read exactly into the smallest unit that any of them has: "12.5" and "3.25" are 1250 and 325
hundredths. A comma may stand for the point. Contributors and holdings are any text; their order does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from celwacht.disclosure.problems.counts import positions
from celwacht.disclosure.problems.trees import Trees
from celwacht.disclosure.rules.contributions import MOST_TOTAL, Contributions
from celwacht.tables.problems import Problem, ProblemsFound, nearest, report_first

MOST_DECIMALS = 6
_NUMBER = re.compile(r"([+-]?)(\d{1,15})(?:[.,](\d{1,15}))?", re.ASCII)
_YES, _NO = ("1", "yes", "ja", "true"), ("0", "no", "nee", "false", "")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what. amount: none counts records. weight: sampling weight, 1 or more. asks: yes or no."""

    contributor: str
    amount: str | None = None
    holding: str | None = None
    asks: str | None = None
    weight: str | None = None

    def named(self) -> tuple[str, ...]:
        return tuple(c for c in (self.contributor, self.amount, self.holding, self.asks, self.weight) if c is not None)


def contributions_of_records(
    frame: pd.DataFrame, trees: Trees, columns: Columns, name: str = "microdata", *, lines: np.ndarray | None = None
) -> tuple[Contributions, int]:
    """(contributions, decimals of the amounts times weights) of records, one row each; further columns are ignored.

    frame: text. lines: (rows,) line of each row in its file, for messages; else rows count from 0. ProblemsFound with
    everything that is wrong; no message holds an amount or names a contributor.
    """
    wrong: list[Problem] = []
    place = np.arange(len(frame)) if lines is None else lines
    dimensions = trees.classifications()
    there = _there(frame, trees, columns, name, int(lines is not None), wrong)
    leaf = [positions(frame[d.name], d, name, place, wrong) for d in dimensions if d.name in there]
    read: dict[str, Any] = {}
    for role in ("contributor", "holding", "asks", "amount", "weight"):
        column = getattr(columns, role)
        if column in there:
            read[role] = _READ[role](frame[column].astype(str).str.strip(), column, name, place, wrong)
    if not len(frame) and not wrong:
        wrong.append(Problem(name, 0, 0, "records-empty", "there are no rows; expected one per record"))
    if wrong:
        raise ProblemsFound(wrong)
    amount, decimals = read.get("amount", (np.ones(len(frame), np.int64), 0))
    weight, parts = read.get("weight", (None, 0))
    try:
        made = Contributions(
            dimensions,
            np.stack(leaf, axis=1).astype(np.int32),
            read["contributor"],
            amount,
            None,
            read.get("holding"),
            read.get("asks"),
            weight,
            10**parts,
        )
    except ValueError as error:
        raise ProblemsFound([Problem(name, 0, 0, "records", str(error))]) from None
    return made, decimals + parts


def _there(frame: pd.DataFrame, trees: Trees, columns: Columns, name: str, line: int, wrong: list[Problem]) -> set[str]:
    """Columns that can be read on; what is missing, there twice, or named for two things, is reported."""
    found, required = [str(c) for c in frame.columns], [*trees.dims, *columns.named()]
    for column in dict.fromkeys(required):
        if required.count(column) > 1:
            wrong.append(Problem(name, line, 0, "records-column", f"column '{column[:60]}' is named for two things; each has its own"))
        if found.count(column) != 1:
            reason = "there is no column" if column not in found else "there are several columns"
            wrong.append(Problem(name, line, 0, "records-column", f"{reason} '{column[:60]}'.{nearest(column, found)}"))
    return {c for c in required if found.count(c) == 1 and required.count(c) == 1}


def _complain(bad: np.ndarray, rule: str, column: str, what: str, name: str, place: np.ndarray, wrong: list[Problem]) -> None:
    report_first(
        wrong,
        np.flatnonzero(bad).tolist(),
        lambda row: Problem(name, int(place[row]), 0, rule, f"{column}: {what}"),
        lambda row, more: Problem(name, int(place[row]), 0, rule, f"{column}: and {more} more such rows"),
    )


def _names(text: pd.Series, column: str, name: str, place: np.ndarray, wrong: list[Problem]) -> np.ndarray:
    """(rows,) numbers of contributors, in order of their names."""
    _complain(
        (text == "").to_numpy(),
        "records-contributor",
        column,
        "there is no contributor; give every unknown contributor a name of its own, or leave the row out",
        name,
        place,
        wrong,
    )
    return np.unique(text.to_numpy(str), return_inverse=True)[1].astype(np.int64)


def _parents(text: pd.Series, *_: object) -> np.ndarray:
    """(rows,) numbers of holdings, -1 where there is none."""
    number = np.unique(text.to_numpy(str), return_inverse=True)[1].astype(np.int64)
    return np.where((text == "").to_numpy(), -1, number)


def _requests(text: pd.Series, column: str, name: str, place: np.ndarray, wrong: list[Problem]) -> np.ndarray:
    answer = text.str.lower().to_numpy(str)
    _complain(~np.isin(answer, _YES + _NO), "records-asks", column, "expected yes or no", name, place, wrong)
    return np.isin(answer, _YES)


def _amounts(text: pd.Series, column: str, name: str, place: np.ndarray, wrong: list[Problem]) -> tuple[np.ndarray, int]:
    """((rows,) int64 in the smallest unit, its decimals)."""
    number, found = pd.factorize(text)
    matched = [_NUMBER.fullmatch(t) for t in found]
    decimals = max((len((m[3] or "").rstrip("0")) for m in matched if m), default=0)
    if decimals > MOST_DECIMALS:
        wrong.append(
            Problem(
                name,
                0,
                0,
                "records-number",
                f"{column}: some rows have {decimals} decimals, at most {MOST_DECIMALS} are read; round them, or take a larger unit",
            )
        )
        return np.zeros(len(text), np.int64), 0
    whole = [int(m[1] + m[2] + (m[3] or "")[:decimals].ljust(decimals, "0")) if m else 0 for m in matched]
    bad = np.array([m is None or abs(v) >= MOST_TOTAL for m, v in zip(matched, whole)], bool)
    _complain(
        bad[number] if len(number) else bad,
        "records-number",
        column,
        "this is no number that can be read exactly; write digits, with a point or comma before decimals only, in a "
        "unit in which all of them together are below 17 million million",
        name,
        place,
        wrong,
    )
    values = np.array([0 if b else v for v, b in zip(whole, bad)], np.int64)
    return (values[number] if len(number) else values), decimals


def _weights(text: pd.Series, column: str, name: str, place: np.ndarray, wrong: list[Problem]) -> tuple[np.ndarray, int]:
    weight, decimals = _amounts(text, column, name, place, wrong)
    _complain(weight < 10**decimals, "records-weight", column, "a sampling weight is 1 or more", name, place, wrong)
    return weight, decimals


_READ: dict[str, Callable[..., Any]] = {
    "contributor": _names,
    "holding": _parents,
    "asks": _requests,
    "amount": _amounts,
    "weight": _weights,
}
