"""What a column of a file seems to be, by its name and by its values.

child_id     X-1, X-1, X-2             an identifier: filled in, and some come back
date_of_birth 2010-05-01               days, long before all others
started      2024-02-01                days, filled in
ended        2024-08-31, (empty)       days, some empty
placement    Foster care, Home, Home   a category: few values, which come back
remarks      a text here               anything else: not kept
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from celwacht.tables.text_files import field_name, plain_letters, ungrouped
from celwacht.tables.written_days import digits_of

MOST_CODES = 400
"""Values of a category; a column with more is of no category."""
LONGEST = 60
"""Characters of a value of a category."""

LARGEST = 999_999_999
"""The largest number, as it is kept."""


@dataclass(frozen=True)
class Numbers:
    """A column of numbers, as they are kept: its places behind the point, and each filled value times 10**decimals."""

    decimals: int
    values: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True)
class Column:
    """One column: its name as a field, and what its values are. No value of a person is in its repr."""

    title: str
    name: str
    texts: tuple[str, ...] = field(repr=False)

    @cached_property
    def filled(self) -> tuple[str, ...]:
        return tuple(text for text in self.texts if text)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Value -> how often, in order of value."""
        return dict(sorted(Counter(self.filled).items()))

    @cached_property
    def longest(self) -> int:
        return max(map(len, self.texts), default=1) or 1

    @cached_property
    def numbers(self) -> Numbers | None:
        """Its numbers, if it holds nothing else, of nine digits at most; codes such as 0012 are none. None of what comes back as few values only."""
        found = [re.fullmatch(r"(-?)(0|[1-9]\d{0,8})(?:[.,](\d{1,4}))?", ungrouped(text), re.ASCII) for text in self.filled]
        if len(self.counts) < 5 or not all(found):
            return None
        decimals = max(len(m[3] or "") for m in found if m)
        values = tuple(int(f"{m[1]}{m[2]}{(m[3] or '').ljust(decimals, '0')}") for m in found if m)
        return Numbers(decimals, values) if max(map(abs, values)) <= LARGEST else None

    def days(self, form: str) -> tuple[date, ...] | None:
        """The days of the filled cells, all written in that form; None where one is not."""
        found = []
        for text in self.filled:
            digits = digits_of(text, form)
            try:
                found.append(date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))) if digits else None
            except ValueError:
                return None
            if digits is None:
                return None
        return tuple(found) if found else None

    def called(self, *words: str) -> bool:
        """Whether one of the words is in its name."""
        parts = set(self.name.split("_"))
        return any(word in parts if len(word) < 4 else word in self.name for word in words)

    @cached_property
    def is_years(self) -> bool:
        """Whether each filled cell is a year."""
        return bool(self.counts) and all(re.fullmatch(r"(19|20)\d\d", text, re.ASCII) for text in self.counts)

    @property
    def is_full(self) -> bool:
        """Whether no cell is empty."""
        return len(self.filled) == len(self.texts)

    @property
    def is_category(self) -> bool:
        """Few values, short ones, of which most come back; no numbers with decimals."""
        values = self.counts
        if not values or len(values) > MOST_CODES or self.longest > LONGEST:
            return False
        if any(re.fullmatch(r"-?\d+[.,]\d+", ungrouped(text)) for text in values):
            return False
        return len(values) <= max(2, len(self.filled) // 3)


def column_of(title: str, texts: Sequence[str]) -> Column:
    """The column with that header; its name is that of the field in a layout."""
    return Column(title, name_of(title), tuple(text.strip() for text in texts))


def name_of(title: str) -> str:
    """A header cell as a field name: as intake reads it; '' where that is no name."""
    name = field_name(title)
    return name if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name, re.ASCII) else ""


def is_bsn(column: Column) -> bool:
    """Whether the filled cells are nine digits of which nearly all pass the test of eleven."""
    if not column.filled or not all(re.fullmatch(r"\d{9}", text, re.ASCII) for text in column.filled):
        return False
    right = sum((sum(int(c) * (9 - i) for i, c in enumerate(text[:8])) - int(text[8])) % 11 == 0 for text in column.filled)
    return right >= 0.95 * len(column.filled)


def one_each(column: Column, who: Sequence[str]) -> bool:
    """Whether nobody of `who`, one per record, has two values of the column."""
    filled = {pair for pair in zip(who, column.texts) if pair[1]}
    return len(filled) == len({one for one, _ in filled})


def made_code(value: str, taken: set[str]) -> str:
    """A code made of a value, of capitals and digits, at most ten: FOSTER_CAR; one that `taken` does not have, to which it is added."""
    base = re.sub(r"[^0-9A-Z]+", "_", plain_letters(value).upper()).strip("_")[:10] or "C"
    code, number = base, 2
    while code in taken:
        code = f"{base[: 9 - len(str(number))]}_{number}"
        number += 1
    taken.add(code)
    return code
