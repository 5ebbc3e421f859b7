"""Bounds by lines, for any linear facts over whole numbers: each line narrows its cells until nothing changes.

Theory. In least <= sum(c * x) <= greatest, the term c * x of a cell is at most `greatest` less the least that the others
can make, and at least `least` less the most they can make; dividing by c rounds inwards, as cells are whole. Every
narrowing is kept in a *log* (cell, side, bound, line), so that any bound can be derived again, step by step.
The same idea as outer_bounds.py, for relations with coefficients instead of a cube.

Example: 19 = x + 15 narrows x to 4; 4 = y + 3 narrows y to 1. With y, z unknown in 4 = y + z: each 0 to 4, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.audit.bounds.line_kernel import FAR, keep, narrow_all, print_again, tell
from celwacht.disclosure.model.problem import UNBOUNDED, Relations

MOST_CHANGES = 60
"""Narrowings per cell on average, after which the rounds stop: bounds may creep without end."""


Through = tuple[np.ndarray, np.ndarray]
"""(first (n + 1,), relation (nnz,)): the relations through every cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """least, greatest: int64 (n,). log: int64 (k, 4): cell, side, bound, relation, in the order in which they were found.
    broken: relation that cannot be satisfied together with the others, or -1."""

    least: np.ndarray
    greatest: np.ndarray
    log: np.ndarray
    broken: int


def narrow(
    least: np.ndarray, greatest: np.ndarray, relations: Relations, through: Through | None = None, new: np.ndarray | None = None
) -> Narrowed:
    """The tightest bounds that lines one at a time lead to. Never excludes values that satisfy all facts. through: `cells_to_relations` of
    these, where who asks has it already. new: bool over the relations, those that say something that the bounds do not have yet; default all."""
    least, greatest = least.astype(np.int64), greatest.astype(np.int64)
    again = np.ones(len(relations), np.bool_) if new is None else new
    return _followed(least, greatest, relations, through, _log_for(least), 0, again)


def narrow_again(
    found: Narrowed, widened: np.ndarray, least: np.ndarray, greatest: np.ndarray, relations: Relations, through: Through | None = None
) -> Narrowed:
    """The bounds of `narrow`, where `found` is what it found before some cells were `widened` to what least and greatest say now: narrowings
    that do not stand on these are kept, and only lines through what is wider for it are followed again.

    Example: 19 = x + 15 and 7 = z + 3 were followed. 15 is withheld: x is open again, and z = 4 stays without a look at it.
    """
    log = _log_for(least)
    if found.broken >= 0 or len(found.log) >= len(log) - 2:  # that following ended early
        return narrow(least, greatest, relations, through)
    least, greatest = least.astype(np.int64), greatest.astype(np.int64)
    wider = np.zeros((len(least), 2), np.bool_)
    wider[widened] = True
    used = keep(found.log, relations.first, relations.cell, relations.coefficient, wider, least, greatest, log)
    ways = through or cells_to_relations(relations, len(least))
    again = np.zeros(len(relations), np.bool_)
    for i in np.flatnonzero((least < found.least) | (greatest > found.greatest)):
        again[ways[1][ways[0][i] : ways[0][i + 1]]] = True
    return _followed(least, greatest, relations, ways, log, used, again)


def printable(
    found: Narrowed, chosen: np.ndarray, low: np.ndarray, high: np.ndarray, width: np.ndarray, relations: Relations, through: Through
) -> tuple[np.ndarray, Narrowed]:
    """(bool (chosen,): which of these cells, taken in this order, may be known to lie from low to high beside all that is known, so that lines bring no cell
    closer than its width, int64 over all cells, 0 for none; the bounds with these, without a log).

    Example: x + y = 8 and x + z = 9 with y and z withheld for the sake of x. Either alone would tell x: none may. If 8 is withheld too, y may.
    """
    least, greatest = found.least.copy(), found.greatest.copy()
    stay = print_again(*_arrays(relations), *through, least, greatest, width, chosen, low, high, _most_entries(least))
    return stay, Narrowed(least, greatest, np.empty((0, 4), np.int64), -1)


def _most_entries(least: np.ndarray) -> int:
    return MOST_CHANGES * len(least) + 1000


def _log_for(least: np.ndarray) -> np.ndarray:
    return np.empty((_most_entries(least), 4), np.int64)


def _arrays(rows: Relations) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Relations as the kernels take them."""
    return rows.first, rows.cell, rows.coefficient, rows.least, rows.greatest


def _followed(
    least: np.ndarray, greatest: np.ndarray, relations: Relations, through: Through | None, log: np.ndarray, used: int, again: np.ndarray
) -> Narrowed:
    """Follows the relations of `again` (bool) and what they lead to, after the `used` entries that the log has. In place."""
    ways = through or cells_to_relations(relations, len(least))
    used, broken = narrow_all(*_arrays(relations), *ways, least, greatest, log, used, again)
    return Narrowed(least, greatest, log[:used].copy(), int(broken))


def cells_to_relations(relations: Relations, n: int) -> Through:
    """(first (n + 1,), relation (nnz,)): the relations through every cell."""
    order = np.argsort(relations.cell, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(relations.cell, minlength=n))]).astype(np.int64)
    return first, relations.relation[order]


def telling(least: np.ndarray, greatest: np.ndarray, relations: Relations) -> tuple[np.ndarray, np.ndarray]:
    """(bool (m,): relations that do not hold whatever the cells are within their bounds; int64 (n,): how many of these go through each cell)."""
    return tell(*_arrays(relations), least, greatest)


def impossible(least: np.ndarray, greatest: np.ndarray, relations: Relations) -> np.ndarray:
    """Relations (positions) that cannot hold whatever the cells are within their bounds: lines that do not add up."""
    low, high = extremes(least, greatest, relations)
    return np.flatnonzero((low > relations.greatest) | (high < relations.least))


def extremes(least: np.ndarray, greatest: np.ndarray, relations: Relations) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) int64 (m,) that every relation's sum can be by the bounds of its cells alone."""
    c, up = relations.coefficient, relations.coefficient > 0
    at_low = np.where(up, least[relations.cell], greatest[relations.cell])
    at_high = np.where(up, greatest[relations.cell], least[relations.cell])
    return (_summed(relations, c, at_low, -UNBOUNDED), _summed(relations, c, at_high, UNBOUNDED))


def _summed(relations, c, x, beyond) -> np.ndarray:
    far = np.abs(x) >= FAR
    terms = np.concatenate([[0], np.cumsum(np.where(far, 0, c * x))])
    open_ = np.concatenate([[0], np.cumsum(far)])
    first, last = relations.first[:-1], relations.first[1:]
    return np.where(open_[last] > open_[first], beyond, terms[last] - terms[first])
