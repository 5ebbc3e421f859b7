"""A suppression problem as this search sees it: changes of cells from the truth, and equations over them.

Whatever may stand still at no cost is a column that is always open: sensitive and hidden cells, the play that rounding
leaves a printed cell, the play of a relation that is an interval. A cell that may be withheld is a column that is opened at its
cost. Cells that cannot move are constants and drop out, as do relations that say the same as another. Columns stand in
an order of their own, made from what they are and what they are tied to and not from where they stood; a key breaks ties.

Example:

    >>> from celwacht.disclosure.model.example import problem
    >>> moves = moves_of(problem(), b"")
    >>> moves.n, moves.need.ravel().tolist()      # nine columns; the one target needs an spl of 3
    (9, [0.0, 0.0, 3.0])
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem
from celwacht.disclosure.model.role import Role

ROUNDS = 6  # of refining a cell's colour by the relations it is in
TIE = 1e-6  # share by which the key may change a price


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Columns 0..n-1: cell (n,) the problem's cell, -1 for the play of a relation. down, up (n,) float64 >= 0: how far it may
    go. price (n,) float64: of opening it, with ties broken; 0 for what is always open. closable bool (n,). first (m + 1,),
    column (nnz,), coefficient (nnz,): equations `sum = 0`. target (t,) columns of sensitive cells; need (3, t): upl, lpl, spl."""

    cell: np.ndarray
    down: np.ndarray
    up: np.ndarray
    price: np.ndarray
    closable: np.ndarray
    first: np.ndarray
    column: np.ndarray
    coefficient: np.ndarray
    target: np.ndarray
    need: np.ndarray

    @property
    def n(self) -> int:
        return len(self.cell)

    def cells(self, change: np.ndarray, n_cells: int) -> np.ndarray:
        """float64 (n_cells,): changes of the problem's cells, from changes of columns (n,)."""
        out = np.zeros(n_cells)
        tied = self.cell >= 0
        np.add.at(out, self.cell[tied], change[tied])
        return out


def restricted(moves: Moves, kept: np.ndarray) -> tuple[Moves, np.ndarray]:
    """The moves in which only the columns bool (n,) may move, without equations that hold one column only (it cannot move
    either), and the columns that are left, ascending."""
    relation = np.repeat(np.arange(len(moves.first) - 1), np.diff(moves.first))
    kept = kept.copy()
    while True:
        count = np.bincount(relation[kept[moves.column]], minlength=len(moves.first) - 1)
        alone = kept[moves.column] & (count[relation] == 1)
        if not alone.any():
            break
        kept[moves.column[alone]] = False
    left, entry = np.flatnonzero(kept), kept[moves.column]
    place = np.full(moves.n, -1)
    place[left] = np.arange(len(left))
    _rows, first = np.unique(relation[entry], return_index=True)
    here = kept[moves.target]
    return Moves(
        moves.cell[left],
        moves.down[left],
        moves.up[left],
        moves.price[left],
        moves.closable[left],
        np.append(first, entry.sum()).astype(np.int64),
        place[moves.column[entry]],
        moves.coefficient[entry],
        place[moves.target[here]],
        moves.need[:, here],
    ), left


def moves_of(problem: SuppressionProblem, key: bytes) -> Moves:
    """The problem as columns and equations; see the module's text."""
    colour = _colours(problem, key)
    order = np.argsort(colour, kind="stable")
    closed, opened = _columns(problem, order)
    cell = np.concatenate([order[closed[0]], order[opened[0]]])
    low, high = np.concatenate([closed[1], opened[1]]), np.concatenate([closed[2], opened[2]])
    closable = np.arange(len(cell)) < len(closed[0])
    rows, play = _equations(problem, cell, colour)
    facts = problem.relations
    sums = facts.sums(problem.value)
    cell = np.concatenate([cell, np.full(len(play), -1)])
    low = np.concatenate([low, _size(facts.least[play] - sums[play], facts.least[play])])
    high = np.concatenate([high, _size(facts.greatest[play] - sums[play], facts.greatest[play])])
    closable = np.concatenate([closable, np.zeros(len(play), bool)])
    price = _prices(problem, cell, closable, colour)
    target = np.flatnonzero((cell >= 0) & (problem.role[cell] == Role.SENSITIVE))
    need = np.stack([level[cell[target]] for level in (problem.upl, problem.lpl, problem.spl)]).astype(np.float64)
    first = np.concatenate([[0], np.cumsum([len(r[0]) for r in rows])]).astype(np.int64)
    column = np.concatenate([r[0] for r in rows] or [np.zeros(0)]).astype(np.int64)
    coefficient = np.concatenate([r[1] for r in rows] or [np.zeros(0)]).astype(np.float64)
    return Moves(cell, np.abs(low), high, price, closable, first, column, coefficient, target, need)


def _columns(problem: SuppressionProblem, order: np.ndarray):
    """((place in order, low, high) of what can be opened, the same of what is always open); floats, from the truth."""
    status, value = problem.role[order], problem.value[order]
    lower, upper = problem.lower[order], problem.upper[order]
    shown_low = np.maximum(lower, problem.printed_low[order])
    shown_high = np.minimum(upper, problem.printed_high[order])
    always = (status == Role.SENSITIVE) | (status == Role.HIDDEN)
    printed = (status == Role.FREE) | (status == Role.FORCED)
    low, high = _size(lower - value, lower), _size(upper - value, upper)
    play_low, play_high = _size(shown_low - value, shown_low), _size(shown_high - value, shown_high)
    wide = always & (low < high) | printed & (play_low < play_high)
    rest_low = np.where(shown_low <= -UNBOUNDED, 0, np.where(lower <= -UNBOUNDED, -np.inf, lower - shown_low))
    rest_high = np.where(shown_high >= UNBOUNDED, 0, np.where(upper >= UNBOUNDED, np.inf, upper - shown_high))
    rest = (status == Role.FREE) & (rest_low < rest_high)
    return (
        (np.flatnonzero(rest), rest_low[rest].astype(np.float64), rest_high[rest].astype(np.float64)),
        (np.flatnonzero(wide), np.where(always, low, play_low)[wide], np.where(always, high, play_high)[wide]),
    )


def _size(change: np.ndarray, bound: np.ndarray) -> np.ndarray:
    """float64: the change, infinite where the bound is none."""
    return np.where(bound <= -UNBOUNDED, -np.inf, np.where(bound >= UNBOUNDED, np.inf, change.astype(np.float64)))


def _equations(problem: SuppressionProblem, cell: np.ndarray, colour: np.ndarray):
    """(equations as (columns, coefficients), relations whose interval is a column, from len(cell) on)."""
    facts, n = problem.relations, len(problem)
    of_cell: list[list[int]] = [[] for _ in range(n)]
    for column, c in enumerate(cell.tolist()):
        of_cell[c].append(column)
    play: list[int] = []
    rows, seen = [], set()
    for r in range(len(facts)):
        span = slice(facts.first[r], facts.first[r + 1])
        terms = sorted((column, k) for c, k in zip(facts.cell[span].tolist(), facts.coefficient[span].tolist()) for column in of_cell[c])
        loose = facts.least[r] != facts.greatest[r]
        name = tuple((column, k * (1 if loose or terms[0][1] > 0 else -1)) for column, k in terms)
        if not terms or (not loose and name in seen) or (facts.least[r] <= -UNBOUNDED and facts.greatest[r] >= UNBOUNDED):
            continue
        if loose:
            terms.append((len(cell) + len(play), -1))
            play.append(r)
        else:
            seen.add(name)
        rows.append((np.array([t[0] for t in terms]), np.array([t[1] for t in terms])))
    place = sorted(range(len(rows)), key=lambda i: (len(rows[i][0]), rows[i][0].tolist()))
    return [rows[i] for i in place], np.array(play, np.int64)


def _prices(problem: SuppressionProblem, cell: np.ndarray, closable: np.ndarray, colour: np.ndarray) -> np.ndarray:
    cost = np.where(closable, problem.cost[cell], 0.0)
    paid = cost[cost > 0]
    least = TIE * (paid.min() if paid.size else 1.0)  # what costs nothing is not opened for nothing
    share = (colour[cell] >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    return np.where(closable, np.maximum(cost, least) * (1 + TIE * share), 0.0)


def _colours(problem: SuppressionProblem, key: bytes) -> np.ndarray:
    """uint64 (n,): what a cell is and what it is tied to, mixed with the key; the same however cells are numbered.

    Cells that are alike in all of this come in the order in which they stand.
    """
    facts = problem.relations
    fields = np.stack(
        [
            problem.value,
            problem.lower,
            problem.upper,
            problem.printed_low,
            problem.printed_high,
            problem.lpl,
            problem.upl,
            problem.spl,
            problem.role.astype(np.int64),
            problem.cost.view(np.int64),
        ]
    )
    colour = np.full(len(problem), int.from_bytes(blake2b(key, digest_size=8).digest(), "little"), np.uint64)
    for field in fields:
        colour = _mix(colour ^ field.view(np.uint64))
    if not len(facts.cell):
        return colour
    bounds = _mix(facts.least.view(np.uint64)) ^ facts.greatest.view(np.uint64)
    relation, coefficient = facts.relation, _mix(facts.coefficient.astype(np.int64).view(np.uint64))
    for _ in range(ROUNDS):
        row = _mix(bounds.copy())
        np.add.at(row, relation, _mix(colour[facts.cell] ^ coefficient))
        tied = _mix(colour)
        np.add.at(tied, facts.cell, _mix(_mix(row)[relation] ^ coefficient))
        colour = _mix(tied)
    return colour


def _mix(x: np.ndarray) -> np.ndarray:
    """The finisher of splitmix64, elementwise."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
