"""What is wrong with one delivery, told without a personal value.

Of one rule on one field at most the first 20 places are listed, and then how many there are in all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.tables.problems import Problem

LISTED = 20


def masked(value: str) -> str:
    """What a value looks like: `nothing`, `8 digits`, `9 characters, not a number`. Never the value."""
    if not value:
        return "nothing"
    count = f"{len(value):,}"
    if value.isascii() and value.isdigit():
        return f"{count} digit{'s' if len(value) > 1 else ''}"
    return f"{count} character{'s' if len(value) > 1 else ''}, not a number"


def shown_name(value: str) -> str:
    """A cell of a header row that is no field name: never repeated, for without a header it is a value of a person."""
    return f"a cell of {masked(value)}" if value else "an empty cell"


@dataclass
class Findings:
    """Collects the problems of one file. The only mutable thing of a check."""

    file: str
    lines: Sequence[int] | np.ndarray = ()
    """Line (or row of the sheet) of each record, from 1."""
    places: Mapping[str, int] = field(default_factory=dict)
    """Column of each field: its number in a CSV or Excel file, its first character in a fixed-width file."""
    problems: list[Problem] = field(default_factory=list, repr=False)
    broken: dict[str, list[int]] = field(default_factory=dict, repr=False)
    """Rule -> the line of every record that breaks it, also of those that are not listed; 0 for the file as a whole."""

    def __bool__(self) -> bool:
        return bool(self.problems)

    def add(self, rule: str, message: str, line: int = 0, column: int = 0) -> None:
        """One problem of the file, or of one place in it."""
        self.broken.setdefault(rule, []).append(line)
        self._tell(rule, message, line, column)

    def _tell(self, rule: str, message: str, line: int = 0, column: int = 0) -> None:
        self.problems.append(Problem(self.file, line, column, rule, message))

    def records(self, rule: str, name: str, where: np.ndarray, message: Callable[[int], str] | str) -> None:
        """A problem for every record where `where` holds, on the field `name`: at most 20, and a total."""
        if not where.any():
            return
        found = np.flatnonzero(where)
        column = self.places.get(name, 0)
        for index in found[:LISTED].tolist():
            text = message if isinstance(message, str) else message(index)
            self._tell(rule, f"{name}: {text}", int(self.lines[index]), column)
        self.broken.setdefault(rule, []).extend(int(self.lines[index]) for index in found.tolist())
        self._total(rule, name, len(found))

    def many(self, rule: str, places: Sequence[tuple[int, str]]) -> None:
        """The same for problems that are no field's: (line, message) each."""
        for line, message in places[:LISTED]:
            self._tell(rule, message, line)
        self.broken.setdefault(rule, []).extend(line for line, _ in places)
        self._total(rule, "", len(places))

    def columns(self, rule: str, places: Sequence[tuple[int, str]], line: int) -> None:
        """The same for the cells of a header on one line: (column, message) each."""
        for column, message in places[:LISTED]:
            self.add(rule, message, line, column)
        if len(places) > LISTED:
            self.add(rule, f"{len(places):,} columns in all break this rule; the first {LISTED} are listed.", line)

    def _total(self, rule: str, name: str, count: int) -> None:
        if count > LISTED:
            what = f"{name}: " if name else ""
            self._tell(rule, f"{what}{count:,} records in all break this rule; the first {LISTED} are listed.")
