"""What a table is made of, as publication.json says it, and how figures are laid out in it.

Order throughout: values and states are arrays (*codes of each dimension, measures), Perioden the last dimension; a value is the
figure times 10**decimals, and 0 where the state is not 0 (printed); 1 is withheld, 2 impossible.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

WORDS = {"None": 0, "Confidential": 1, "Impossible": 2}
"""ValueAttribute -> state."""
Figures = tuple[np.ndarray, np.ndarray]
"""values int64, states uint8."""


class Unfit(ValueError):
    """A file is not what it should be. The text names the file and what is wrong, never a figure."""


@dataclass(frozen=True, slots=True)
class Dimension:
    name: str
    title: str
    codes: tuple[str, ...]
    titles: tuple[str, ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The dimensions (Perioden last) and measures of a table."""

    table: str
    dimensions: tuple[Dimension, ...]
    measures: tuple[str, ...]
    names: tuple[str, ...]
    titles: tuple[str, ...]
    units: tuple[str, ...]
    decimals: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return (*(len(d.codes) for d in self.dimensions), len(self.measures))

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))


def read_form(path: Path) -> Form:
    """The form of a table from its publication.json; Unfit where that is something else."""
    try:
        about = json.loads(path.read_bytes())
        dimensions = tuple(
            Dimension(d["name"], d["title"][0], *(tuple(c[i] for c in d["codes"]) for i in (0, 1)), tuple(c[6] for c in d["codes"]))
            for d in about["dimensions"]
        )
        columns = [tuple(m[key] for m in about["measures"]) for key in ("code", "name", "title", "unit", "decimals")]
        return Form(about["table"], dimensions, columns[0], columns[1], tuple(t[0] for t in columns[2]), *columns[3:])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise Unfit(f"{path.name} is missing or is no description of a table") from error


def of_sequence(form: Form, texts: Sequence[str], states: np.ndarray, point: str) -> Figures:
    """Figures that stand in the order of the table: a text for each, empty where it is not printed."""
    if len(texts) != form.size or len(states) != form.size:
        raise Unfit("has not one figure for each cell and measure")
    values = np.zeros(form.size, np.int64)
    written = np.array(texts, dtype=object)
    for n, decimals in enumerate(form.decimals):
        values[n :: len(form.measures)] = _numbers(written[n :: len(form.measures)], states[n :: len(form.measures)], decimals, point)
    return values.reshape(form.shape), states.astype(np.uint8).reshape(form.shape)


def _numbers(texts: np.ndarray, states: np.ndarray, decimals: int, point: str) -> np.ndarray:
    """The texts of one measure as whole numbers; exact, and only in the one way of writing them."""
    figure = re.compile(r"(?:0|[1-9]\d{0,14})" + (re.escape(point) + rf"\d{{{decimals}}}" if decimals else ""), re.ASCII)
    distinct, place = np.unique(texts.astype(str), return_inverse=True)
    found = np.array([int(t.replace(point, "")) if figure.fullmatch(t) else (0 if t == "" else -1) for t in distinct.tolist()], np.int64)
    empty = (distinct == "")[place]
    if np.any(found < 0) or np.any(empty != (states != 0)):
        raise Unfit("has a figure that is not written as one, or one where none is printed")
    return found[place]


def of_rows(
    form: Form, rows: pd.DataFrame, columns: Sequence[str], measure: str, codes: Sequence[dict[str, int]], of_measure: dict[str, int]
) -> np.ndarray:
    """(rows,) the place of each row in the table, each cell and measure once.

    columns: names of the columns with the codes of each dimension. codes, of_measure: how a code is written -> its place.
    """
    if len(rows) != form.size:
        raise Unfit("has not one row for each cell and measure")
    place = np.zeros(len(rows), np.int64)
    for column, known, n in zip([*columns, measure], [*codes, of_measure], form.shape):
        one = rows[column].map(known)
        if one.isna().any() or len(known) != n:
            raise Unfit(f"has a code in column {column} that the table does not have")
        place = place * n + one.to_numpy(np.int64)
    if not np.array_equal(np.sort(place), np.arange(form.size)):
        raise Unfit("has a cell twice")
    return place


def placed(form: Form, place: np.ndarray, texts: Sequence[str], states: np.ndarray, point: str) -> Figures:
    """Figures of rows that stand at these places."""
    order = np.argsort(place)
    return of_sequence(form, np.array(texts, dtype=object)[order], np.asarray(states)[order], point)


def states_of(words: pd.Series) -> np.ndarray:
    """States of words of ValueAttribute."""
    found = words.map(WORDS)
    if found.isna().any():
        raise Unfit("has a word for a state that there is not")
    return found.to_numpy(np.int64)


def position(texts: Sequence[str]) -> dict[str, int]:
    """Text -> place."""
    return {text: n for n, text in enumerate(texts)}
