"""Relations under way: blocks of rows that look alike, joined to one sparse system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.outsider.public_table import ENDLESS


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """least[r] <= sum of times[k] * figure[at[k]] over first[r] <= k < first[r + 1] <= most[r]; int64. why: int32 (rows,) into reasons."""

    first: np.ndarray
    at: np.ndarray
    times: np.ndarray
    least: np.ndarray
    most: np.ndarray
    why: np.ndarray
    reasons: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.least)

    def row(self, r: int) -> tuple[np.ndarray, np.ndarray]:
        """(figures, coefficients)."""
        span = slice(int(self.first[r]), int(self.first[r + 1]))
        return self.at[span], self.times[span]

    def of(self, rows: np.ndarray) -> System:
        """Only these rows."""
        sizes = np.diff(self.first)[rows]
        start = np.concatenate([[0], np.cumsum(sizes)])
        at = np.arange(start[-1]) - np.repeat(start[:-1] - self.first[rows], sizes)
        return System(start, self.at[at], self.times[at], self.least[rows], self.most[rows], self.why[rows], self.reasons)


@dataclass(eq=False)
class Rows:
    """Collects blocks; `system` joins them, each figure once in a relation."""

    blocks: list[tuple[np.ndarray, np.ndarray, int, int, str]] = field(default_factory=list)

    def add(self, at: np.ndarray, times: Sequence[int], least: int, most: int, why: str) -> None:
        """at: int64 (rows, figures); every row has the same coefficients."""
        if at.size:
            self.blocks.append((np.asarray(at, np.int64), np.asarray(times, np.int64), least, most, why))

    def equal(self, whole: np.ndarray, parts: np.ndarray, why: str) -> None:
        """whole = the sum of its parts; (rows,) and (rows, parts)."""
        self.add(np.column_stack([whole, parts]), [1] + [-1] * parts.shape[1], 0, 0, why)

    def at_least(self, more: np.ndarray, less: np.ndarray, why: str) -> None:
        """The figures of `more` together are at least those of `less`; both (rows, some)."""
        self.add(np.column_stack([more, less]), [1] * more.shape[1] + [-1] * less.shape[1], 0, ENDLESS, why)

    def system(self) -> System:
        reasons: dict[str, int] = {}
        sizes = [np.full(len(a), a.shape[1]) for a, *_ in self.blocks]
        none = np.zeros(0, np.int64)
        ends = np.concatenate([[0], np.cumsum(np.concatenate([none, *sizes]))]).astype(np.int64)
        at = np.concatenate([none, *(a.ravel() for a, *_ in self.blocks)])
        times = np.concatenate([none, *(np.broadcast_to(t, a.shape).ravel() for a, t, *_ in self.blocks)])
        if any(_some_twice(a) for a, *_ in self.blocks):
            ends, at, times = _each_once(ends, at, times)
        return System(
            ends,
            at,
            times,
            np.concatenate([none, *(np.full(len(a), least) for a, _, least, _, _ in self.blocks)]),
            np.concatenate([none, *(np.full(len(a), most) for a, _, _, most, _ in self.blocks)]),
            np.concatenate([none, *(np.full(len(a), reasons.setdefault(w, len(reasons))) for a, _, _, _, w in self.blocks)]).astype(
                np.int32
            ),
            tuple(reasons),
        )


def _some_twice(at: np.ndarray) -> bool:
    """Whether a row names a figure more than once: two classes of which a filter leaves nobody are one figure."""
    ordered = np.sort(at, axis=1)
    return bool((ordered[:, 1:] == ordered[:, :-1]).any())


def _each_once(first: np.ndarray, at: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same rows with the coefficients of a figure added up; without what comes to 0."""
    wide = int(at.max()) + 1
    key, where = np.unique(np.repeat(np.arange(len(first) - 1), np.diff(first)) * wide + at, return_inverse=True)
    total = np.zeros(len(key), np.int64)
    np.add.at(total, where, times)
    row, figure = np.divmod(key[total != 0], wide)
    return np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(first) - 1))]), figure, total[total != 0]
