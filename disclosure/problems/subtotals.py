"""Codes of one column that are sums of others in it: counted as codes of their own, everything would be counted twice.

region  m   v        North = N1 + N2 in every combination of the other columns, so that North is no leaf beside them:
North  30  19        [('North', ('N1', 'N2'))]
N1     12   8
N2     18  11
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log10
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

_NAMED = re.compile(r"(sub|grand |overall )?-?(total|totaal|totals|sum|som|insgesamt|gesamt|ensemble)\b", re.IGNORECASE)
CERTAIN = 2.0
"""Chance must explain what was found in less than one of 10 ** CERTAIN tables, all that was tried counted."""
MOST_CODES, MOST_STEPS = 500, 200_000
"""Columns of more codes are left to the user, and so is what is not found after so many additions."""


def subtotals(frame: pd.DataFrame, dim: str, others: Sequence[str], freq: str) -> list[tuple[str, tuple[str, ...]]]:
    """(code, the codes that it is the sum of), for every code of `dim` that is, in every combination of `others`, the sum of codes
    that stand right before or right after it; [] where that may be chance and no name says total.

    frame: texts; counts that are no whole numbers make the answer [].
    """
    counts = frame[freq].astype(str).str.strip()
    codes = list(dict.fromkeys(frame[dim]))
    if not counts.str.fullmatch(r"\d{1,15}").all() or not 3 <= len(codes) <= MOST_CODES:
        return []
    place = {c: i for i, c in enumerate(codes)}
    contexts = frame.groupby(list(others), sort=False).ngroup().to_numpy() if others else np.zeros(len(frame), np.int64)
    grid = np.zeros((len(codes), int(contexts.max()) + 1), np.int64)
    np.add.at(grid, (frame[dim].map(place).to_numpy(), contexts), counts.astype(np.int64).to_numpy())
    found, evidence, tried = [], 0.0, 0
    order = list(range(len(codes)))
    while tried < MOST_STEPS and (one := _first(order, grid)) is not None:
        at, parts, work = one
        tried += work
        evidence += float(sum(log10(v + 1) for v in grid[at]))
        found.append((codes[at], tuple(codes[i] for i in parts)))
        order = [i for i in order if i not in parts]
    named = any(_NAMED.match(code) for code, _ in found)
    return found if named or evidence > CERTAIN + log10(tried + 1) else []


def _first(order: list[int], grid: np.ndarray) -> tuple[int, list[int], int] | None:
    """(code, its parts, how many sums were tried) of the shortest run of codes that are the sum of the code beside them."""
    tried = 0
    best: tuple[int, list[int]] | None = None
    least = (len(order), 0)
    for n, code in enumerate(order):
        for run in (order[n + 1 :], order[:n][::-1]):
            total = np.zeros(grid.shape[1], np.int64)
            for length, part in enumerate(run, 1):
                total += grid[part]
                if length > 1:
                    tried += 1
                    filled = np.count_nonzero(grid[run[:length]].any(axis=1)) > 1
                    size = length, int(grid[code].sum())  # the shortest, and of those the smallest: parts before what they are parts of
                    if filled and np.array_equal(total, grid[code]) and (best is None or size < least):
                        best, least = (code, sorted(run[:length])), size
                if np.any(total > grid[code]):
                    break
    return None if best is None else (*best, tried)
