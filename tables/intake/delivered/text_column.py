"""One column of a delivery as an array of characters, so that a rule looks at all records at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_ZERO, _NINE = ord("0"), ord("9")


@dataclass(frozen=True)
class Column:
    """Texts of one field. `array` is cut to one character more than the field may have; that is how too long shows."""

    array: np.ndarray
    """dtype U(width + 1), n texts."""

    @classmethod
    def of(cls, values: Sequence[str], width: int) -> Column:
        """The column of these texts, of a field that has at most `width` characters."""
        return cls(np.array(values, dtype=f"U{width + 1}"))

    def __repr__(self) -> str:
        return f"Column({len(self.array)} texts)"

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def characters(self) -> np.ndarray:
        """Code points, n x (width + 1), 0 after the end of a text."""
        wide = self.array.dtype.itemsize // 4
        return np.ascontiguousarray(self.array).view(np.uint32).reshape(len(self.array), wide)

    @cached_property
    def length(self) -> np.ndarray:
        """Number of characters, at most width + 1."""
        return (self.characters != 0).sum(axis=1)

    @cached_property
    def filled(self) -> np.ndarray:
        """Where the text is not empty."""
        return self.characters[:, 0] != 0

    @cached_property
    def digits(self) -> np.ndarray:
        """Where the text is digits 0-9 and nothing else (the ASCII ones only), at least one."""
        points = self.characters
        return (((points >= _ZERO) & (points <= _NINE)) | (points == 0)).all(axis=1) & self.filled

    @cached_property
    def number(self) -> np.ndarray:
        """int64 value where `digits`, else -1."""
        value = np.zeros(len(self.array), dtype=np.int64)
        for column in self.characters.T.astype(np.int64):
            value = np.where(column == 0, value, value * 10 + column - _ZERO)
        return np.where(self.digits, value, -1)

    def equals(self, text: str) -> np.ndarray:
        """Where the text is exactly this one."""
        return self.array == text

    def among(self, texts: Sequence[str]) -> np.ndarray:
        """Where the text is one of these."""
        found = np.zeros(len(self.array), dtype=bool)
        for text in texts:
            found |= self.array == text
        return found


def days_of(number: np.ndarray) -> np.ndarray:
    """datetime64[D] of numbers JJJJMMDD; NaT where that is no day from 1900 to 2100."""
    year, month, day = number // 10000, number // 100 % 100, number % 100
    plausible = (year >= 1900) & (year <= 2100) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(plausible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first, after = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    result = first + np.where(plausible, day - 1, 0)
    return np.where(plausible & (result < after), result, np.datetime64("NaT", "D"))


def bsn_test(number: np.ndarray) -> np.ndarray:
    """Where a number of nine digits passes the test of eleven: 9a + 8b + ... + 2h - i divides by 11."""
    total, rest = -(number % 10), number // 10
    for weight in range(2, 10):
        total = total + weight * (rest % 10)
        rest = rest // 10
    return total % 11 == 0
