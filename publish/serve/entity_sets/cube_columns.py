"""The columns of a cube of figures: how each is written for a block of rows, and what the database holds of it.

A row is known by its position, which runs over the axes in order, the last fastest. Nothing is held per row but the
arrays of the Publication: codes come from small tables by the place on their axis, figures are written digit by digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from celwacht.publish.publication.publication import ATTRIBUTE, IMPOSSIBLE, PRINTED, SYMBOL, PublicMeasure
from celwacht.publish.serve.entity_sets import bytes_text
from celwacht.publish.serve.entity_sets.value_forms import Form
from celwacht.publish.serve.filter.filter_tree import Column

TEXT_WIDTH = 8
"""Untyped figures are aligned to the right in so many characters."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows to write: their positions (n,) int64, and their place on each axis."""

    positions: np.ndarray
    places: tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of a column, one entry per row.

    numbers: (n,), with `null` (n,) bool; or, where there are texts, places in `texts`.
    """

    numbers: np.ndarray
    null: np.ndarray | None = None
    texts: tuple[str, ...] = ()


class CubeColumn:
    """A column of a cube; `stored` is asked for once, and `pieces` for every block."""

    def __init__(self, column: Column):
        self.column = column

    def pieces(self, block: Block, form: Form, lead: bytes) -> list[np.ndarray]:
        """The column for the rows of a block, `lead` in front of each: pieces for bytes_text.joined."""
        raise NotImplementedError

    def stored(self, every: Block) -> Stored | None:
        """Its values for every row; None: null throughout."""
        raise NotImplementedError


class Position(CubeColumn):
    """The position itself: Id, ID."""

    def pieces(self, block: Block, form: Form, lead: bytes) -> list[np.ndarray]:
        before, after = form.around(self.column.name, self.column.edm)
        n = len(block.positions)
        return [bytes_text.constant(lead + before, n), bytes_text.digits(block.positions), bytes_text.constant(after, n)]

    def stored(self, every: Block) -> Stored:
        return Stored(every.positions)


class Texts(CubeColumn):
    """A text per row out of few: a code on an axis, or the attribute of a figure."""

    def __init__(self, column: Column, texts: Sequence[str], place: Callable[[Block], np.ndarray]):
        super().__init__(column)
        self.texts, self._place = tuple(texts), place
        self._table = lru_cache(maxsize=4)(self._made)

    def _made(self, form: Form, lead: bytes) -> np.ndarray:
        return bytes_text.table([lead + form.element(self.column.name, self.column.edm, t) for t in self.texts])

    def pieces(self, block: Block, form: Form, lead: bytes) -> list[np.ndarray]:
        return [self._table(form, lead)[self._place(block)]]

    def stored(self, every: Block) -> Stored:
        return Stored(self._place(every).astype(np.int32), texts=self.texts)


class Null(CubeColumn):
    """Null in every row."""

    def pieces(self, block: Block, form: Form, lead: bytes) -> list[np.ndarray]:
        text = lead + form.element(self.column.name, self.column.edm, None)
        return [bytes_text.constant(text, len(block.positions))]

    def stored(self, every: Block) -> None:
        return None


class Figures(CubeColumn):
    """The figures of some measures. With several, the last axis is the measure, and positions run over it too.

    `marks`: for each state that is not PRINTED, what stands in place of a figure; None: null.
    """

    def __init__(
        self, column: Column, measures: Sequence[PublicMeasure], *, along: bool = False, marks: tuple[str | None, str | None] = (None, None)
    ):
        super().__init__(column)
        self._measures, self._along, self._marks = tuple(measures), along, marks
        self._flat = [(m.values.reshape(-1), m.state.reshape(-1), m.decimals) for m in measures]
        self._aligned = column.edm == "Edm.String"

    def pieces(self, block: Block, form: Form, lead: bytes) -> list[np.ndarray]:
        if not self._along:
            return self._written(self._flat[0], block.positions, form, lead)
        n, parts = len(self._measures), []
        for k, flat in enumerate(self._flat):
            rows = np.flatnonzero(block.places[-1] == k)
            if rows.size == len(block.positions):
                return self._written(flat, block.positions // n, form, lead)
            parts.append((rows, np.concatenate(self._written(flat, block.positions[rows] // n, form, lead), axis=1)))
        whole = np.zeros((len(block.positions), max(p.shape[1] for _, p in parts)), np.uint8)
        for rows, part in parts:
            whole[rows, : part.shape[1]] = part
        return [whole]

    def _written(self, flat, cells: np.ndarray, form: Form, lead: bytes) -> list[np.ndarray]:
        values, states, decimals = flat
        state = states[cells]
        name, edm = self.column.name, self.column.edm
        before, after = form.around(name, edm)
        others = [lead + form.element(name, edm, mark) for mark in self._marks]
        figures = self._digits(values[cells], decimals)
        if state.any():
            figures[state != PRINTED] = 0
            return [bytes_text.table([lead + before, *others])[state], figures, bytes_text.table([after, b"", b""])[state]]
        return [bytes_text.constant(lead + before, len(cells)), figures, bytes_text.constant(after, len(cells))]

    def _digits(self, values: np.ndarray, decimals: int) -> np.ndarray:
        if not self._aligned:
            return bytes_text.digits(values, decimals)
        figures = bytes_text.digits(values, decimals, fill=ord(" "))
        room = TEXT_WIDTH - figures.shape[1]
        if room < 0:  # a longer figure elsewhere in the block does not widen this one
            for place in range(-room):
                figures[:, place][figures[:, place] == ord(" ")] = 0
            return figures
        return np.concatenate([bytes_text.constant(b" " * room, len(values)), figures], axis=1)

    def stored(self, every: Block) -> Stored:
        if self._aligned:
            return self._stored_texts(every)
        n = len(self._measures)
        numbers = np.stack([v / 10**d for v, _, d in self._flat], axis=-1).reshape(-1)
        states = np.stack([s for _, s, _ in self._flat], axis=-1).reshape(-1)
        assert numbers.size == len(every.positions) and (n == 1 or self._along)
        return Stored(numbers, states != PRINTED)

    def _stored_texts(self, every: Block) -> Stored:
        values, states, decimals = self._flat[0]
        keys, places = np.unique(values * 4 + states, return_inverse=True)
        texts = tuple(self._marks[key % 4 - 1] or "" if key % 4 else aligned(key // 4, decimals) for key in keys.tolist())
        return Stored(places.astype(np.int32), texts=texts)


def aligned(value: int, decimals: int) -> str:
    """A figure as untyped text: aligned(1355, 1) == '   135.5'."""
    return bytes_text.digits(np.array([value]), decimals).tobytes().decode().rjust(TEXT_WIDTH)


WITHHELD_TEXT, IMPOSSIBLE_TEXT = SYMBOL.rjust(TEXT_WIDTH), " " * TEXT_WIDTH


def attribute(column: Column, measures: Sequence[PublicMeasure]) -> Texts:
    """ValueAttribute of v4: the word for the state of each figure; the measure is the last axis."""
    states = [m.state.reshape(-1) for m in measures]

    def place(block: Block) -> np.ndarray:
        cells, which = block.positions // len(states), block.places[-1]
        found = np.empty(len(cells), np.uint8)
        for k, state in enumerate(states):
            rows = which == k
            found[rows] = state[cells[rows]]
        return found

    assert len(ATTRIBUTE) == IMPOSSIBLE + 1
    return Texts(column, ATTRIBUTE, place)


def on_axis(column: Column, texts: Sequence[str], axis: int) -> Texts:
    """The code on an axis."""
    return Texts(column, texts, lambda block: block.places[axis])
