"""Counts over leaf codes, as a data frame, become a cube: one column per dimension, and one with the counts.

Rows of the same combination of leaves are summed, combinations without a row are 0, rows of totals are held against the sums of their
parts, further columns are ignored.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np
from celwacht.disclosure.problems.trees import Trees
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import Problem, ProblemsFound, nearest, report_first

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 50_000_000
MOST_TOTAL = 1 << 29  # the compiled search counts in 32 bits
MOST_WHOLE = 1 << 53  # what every spreadsheet and reader of JSON holds exactly: for what needs no search
_PERSONAL = 8  # a number of so many digits may be somebody's, and is not repeated
_WHOLE = r"[+]?\d{1,15}(?:[.]0+)?"


def cube_of_counts(
    frame: pd.DataFrame, trees: Trees, name: str = "counts", *, freq: str = "freq", lines: np.ndarray | None = None, most: int = MOST_TOTAL
) -> Cube:
    """The cube of a frame of counts.

    frame: a column for every dimension of `trees`, with leaf codes as text, and the column `freq` with whole counts
    >= 0 (numbers or text). A row with a total code of the trees must be the sum of its parts, and adds nothing. lines: (rows,) line
    of each row in its file, for messages; else rows count from 0. most: what all counts together may be.
    Raises ProblemsFound with everything that is wrong; no message holds a count.
    """
    return counts_of(frame, trees, name, freq=freq, lines=lines, most=most)[0]


def counts_of(
    frame: pd.DataFrame,
    trees: Trees,
    name: str = "counts",
    *,
    freq: str | None = "freq",
    lines: np.ndarray | None = None,
    most: int = MOST_TOTAL,
) -> tuple[Cube, list[str]]:
    """As `cube_of_counts`, and what was done with the rows, in sentences. freq: None where every row is a record, and counts one."""
    wrong: list[Problem] = []
    dimensions = trees.classifications()
    place = np.arange(len(frame)) if lines is None else lines
    usable = _usable(frame, trees, name, freq, lines is not None, wrong)
    total = _total_rows(frame, [d for d in dimensions if d.name in usable]) if freq is not None else np.zeros(len(frame), bool)
    at = [positions(frame[d.name][~total], d, name, place[~total], wrong) for d in dimensions if d.name in usable]
    count = np.ones(len(frame), np.int64)
    if freq is not None:
        count = _counts(frame[freq], name, freq, place, wrong) if freq in usable else np.zeros(len(frame), np.int64)
    _fits(dimensions, count[~total], name, wrong, most)
    if not len(frame) and not wrong:
        wrong.append(Problem(name, 0, 0, "counts-empty", "there are no rows; expected one per combination of leaf codes"))
    if wrong:
        raise ProblemsFound(wrong)
    shape = tuple(d.n_leaves for d in dimensions)
    atoms, flat = np.zeros(shape, np.int64), np.ravel_multi_index(tuple(at), shape)
    np.add.at(atoms.reshape(-1), flat, count[~total])
    cube, notes = Cube(name, dimensions, atoms), []
    twice = len(flat) - len(np.unique(flat))
    if freq is not None and twice:
        notes.append(f"rows with the codes of another row, whose counts are added up: {twice:,}")
    if total.any():
        _totals_agree(frame[total], cube, count[total], name, place[total])
        notes.append(f"rows of totals, which are the sums of their parts and add nothing: {int(total.sum()):,}")
    return cube, notes


def _fits(dimensions: tuple[Classification, ...], count: np.ndarray, name: str, wrong: list[Problem], most: int) -> None:
    """Whether the table is small enough for the search."""
    cells = prod(d.n_codes for d in dimensions)
    if cells > MOST_CELLS:
        wrong.append(
            Problem(
                name,
                0,
                0,
                "counts-cells",
                f"the table would have {cells:,} cells, more than {MOST_CELLS:,}; leave out a dimension or a level",
            )
        )
    if sum(map(int, count)) > most:
        what = "the search can hold; protect parts of the table" if most == MOST_TOTAL else "is held exactly; use a larger unit"
        wrong.append(Problem(name, 0, 0, "counts-large", f"the counts add up to more than {most:,}, more than {what}"))


def _total_rows(frame: pd.DataFrame, dimensions: list[Classification]) -> np.ndarray:
    """bool (rows,): whether some code of the row is a total of its dimension, and every other one a code."""
    total, known = np.zeros(len(frame), bool), np.ones(len(frame), bool)
    for d in dimensions:
        text, leaves = frame[d.name].astype(str).str.strip(), set(d.leaves)
        total |= text.isin([c.code for c in d.codes if c.code not in leaves]).to_numpy(bool)
        known &= text.isin([c.code for c in d.codes]).to_numpy(bool)
    return total & known


def _totals_agree(rows: pd.DataFrame, cube: Cube, count: np.ndarray, name: str, place: np.ndarray) -> None:
    """ProblemsFound with every row of totals that is not the sum of its parts."""
    at = np.ravel_multi_index(tuple(_codes(rows[d.name], d) for d in cube.dimensions), cube.shape)
    bad = np.flatnonzero(cube.cells.ravel()[at] != count)
    wrong: list[Problem] = []

    def label(i: int) -> str:
        return ", ".join(f"{d.name}={str(rows[d.name].iloc[i]).strip()[:60]}" for d in cube.dimensions)

    report_first(
        wrong,
        bad.tolist(),
        lambda i: Problem(
            name,
            int(place[i]),
            0,
            "counts-total",
            f"{label(i)} is a total in the tree, and not the sum of its parts in this file; are rows missing, or counted twice? "
            "Mend it, or leave rows of totals out: totals are computed",
        ),
        lambda i, more: Problem(
            name, int(place[i]), 0, "counts-total", f"and {more} more rows of totals that are not the sum of their parts"
        ),
    )
    if wrong:
        raise ProblemsFound(wrong)


def _codes(codes: pd.Series, dimension: Classification) -> np.ndarray:
    at = {c.code: i for i, c in enumerate(dimension.codes)}
    return np.array([at[str(c).strip()] for c in codes], np.int64)


def _usable(frame, trees, name, freq, from_file, wrong) -> set[str]:
    """The columns that can be read on; what is missing or there twice is reported. freq: None where there are no counts."""
    line, columns = int(from_file), list(frame.columns)
    required = (*trees.dims, *([] if freq is None else [freq]))
    if freq in trees.dims:
        wrong.append(
            Problem(
                name,
                line,
                0,
                "counts-column",
                f"'{freq}' is a dimension of the hierarchy and cannot hold the counts as well; name another column",
            )
        )
    for column in required:
        what = "with the counts" if column == freq else f"with the codes of dimension '{column[:60]}'"
        if column not in columns:
            records = " If every row is a record to be counted: --microdata." if column == freq else ""
            wrong.append(
                Problem(
                    name,
                    line,
                    0,
                    "counts-column",
                    f"there is no column '{column[:60]}' {what}.{nearest(column, map(str, columns))}{records}",
                )
            )
        elif columns.count(column) > 1:
            wrong.append(Problem(name, line, 0, "counts-column", f"there are several columns '{column[:60]}' {what}; keep one"))
    return {c for c in required if columns.count(c) == 1}


def positions(codes: pd.Series, dimension: Classification, name: str, place: np.ndarray, wrong: list[Problem]) -> np.ndarray:
    """(rows,) positions of the leaves; unknown codes are reported, each once."""
    import pandas as pd

    number, found = pd.factorize(codes.astype(object), use_na_sentinel=False)
    leaf = {c: i for i, c in enumerate(dimension.leaves)}
    text = ["" if pd.isna(c) else str(c) for c in found]
    position = np.array([leaf.get(c, leaf.get(c.strip(), -1)) for c in text] or [-1], np.int64)
    bad = np.flatnonzero(position[: len(text)] < 0)
    if bad.size:
        first = np.full(len(text), len(number))
        np.minimum.at(first, number, np.arange(len(number)))
        rows = np.bincount(number, minlength=len(text))
        report_first(
            wrong,
            sorted(bad.tolist(), key=lambda i: int(first[i])),
            lambda i: Problem(
                name, int(place[first[i]]), 0, "counts-code", f"{dimension.name}: {_reason(text[i], int(rows[i]), dimension)}"
            ),
            lambda i, more: Problem(
                name, int(place[first[i]]), 0, "counts-code", f"{dimension.name}: and {more} more codes that are no leaves of the tree"
            ),
        )
    return position[number] if len(number) else np.zeros(0, np.int64)


def _reason(code: str, rows: int, dimension: Classification) -> str:
    """Why a code is no leaf of a dimension, and what to do."""
    plain, often = code.strip(), f" ({rows:,} rows)" if rows > 1 else ""
    if not plain:
        return f"the code is empty{often}"
    if any(c.code == plain for c in dimension.codes):
        return (
            f"'{plain[:60]}'{often} is a total in the tree, not a leaf; totals are computed, so leave such rows "
            "out, or take away its parts in the tree"
        )
    if plain.isdigit() and len(plain) >= _PERSONAL:
        return f"a number of {len(plain)} digits{often} is no leaf of the tree; is this the right column?"
    lost = [c for c in dimension.leaves if c.lstrip("0") == plain.lstrip("0")]
    if lost:
        return f"'{plain[:60]}'{often} is no leaf of the tree, '{lost[0]}' is; keep codes as text, with their leading zeros"
    return f"'{plain[:60]}'{often} is no leaf of the tree.{nearest(plain, dimension.leaves)}"


def _counts(values: pd.Series, name: str, freq: str, place: np.ndarray, wrong: list[Problem]) -> np.ndarray:
    """(rows,) int64 counts; what is not a whole number >= 0 is reported, without the number."""
    import pandas as pd

    number, found = pd.factorize(values.astype(object), use_na_sentinel=False)
    text = pd.Series(["" if pd.isna(v) else str(v).strip() for v in found], dtype=object)
    good = text.str.fullmatch(_WHOLE).to_numpy(bool) if len(text) else np.zeros(0, bool)
    whole = np.array([int(t.split(".")[0]) if g else 0 for t, g in zip(text, good)] or [0], np.int64)
    bad = np.flatnonzero(~good[number]) if len(number) else np.zeros(0, np.int64)
    report_first(
        wrong,
        bad.tolist(),
        lambda row: Problem(name, int(place[row]), 0, "counts-number", f"{freq}: {_what(text[number[row]])}"),
        lambda row, more: Problem(
            name, int(place[row]), 0, "counts-number", f"{freq}: and {more} more rows whose count is not a whole number of 0 or more"
        ),
    )
    return whole[number] if len(number) else np.zeros(0, np.int64)


def _what(text: str) -> str:
    """What is wrong with a count, in words that do not hold it."""
    if not text:
        return "the count is empty; write 0, or leave the row out"
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return "the count is not a number; write it in digits only, without separators or signs"
    if value < 0:
        return "the count is negative; counts are 0 or more"
    if 1e15 <= value < float("inf"):
        return "the count is larger than whole numbers are held exactly; use a larger unit"
    if value != value or value == float("inf"):
        return "the count is no number that can be counted to; write it in digits only"
    if value != int(value):
        return (
            "the count is not whole. If this is a sum (an amount, a mean), it is no frequency; if the point or "
            "comma separates thousands, leave it out"
        )
    return "the count is not written as a whole number; write it in digits only, without point, comma or exponent"
