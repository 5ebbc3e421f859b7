"""A pattern as the union of worlds, and what those worlds prove: the state that `search.py` works on.

Every world is a direction: it may be scaled until it meets a bound, and so may its opposite. One world thus often protects
many cells. Worlds stay sparse; what is open is what some world moves.

Example: the direction {1: +1, 3: -1, 6: -1, 9: +1} may be taken 3 times forth (the 3 is empty then) and once back (the 1 is): up 3, down 1,
together 4: an spl of 3 is met by one direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.search.relations.model import Moves

TOLERANCE = 1e-6
FAR = 1e15  # stands for a reach without end
DENOMINATORS = (1, 2, 3, 4, 6)


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """column, change: the columns that move (ascending) and by how much. target, up, down: places in `moves.target` and how far
    scaled copies of it and of its opposite take them."""

    column: np.ndarray
    change: np.ndarray
    target: np.ndarray
    up: np.ndarray
    down: np.ndarray

    def dense(self, n: int) -> np.ndarray:
        out = np.zeros(n)
        out[self.column] = self.change
        return out


def direction(moves: Moves, change: np.ndarray, place: np.ndarray, whole: bool) -> Direction:
    """The direction of a change float64 (n,). place (n,): position in moves.target, -1. whole: only whole worlds count."""
    column = np.flatnonzero(change)
    moved, step = change[column], 0.0
    if whole:
        moved, step = _whole(moved)
    forth = np.where(moved > 0, moves.up[column], moves.down[column])
    back = np.where(moved > 0, moves.down[column], moves.up[column])
    size = np.abs(moved)
    times = [float(np.min(room / size * (1 + 1e-9), initial=FAR)) for room in (forth, back)]
    if step:
        times = [np.floor(t) for t in times]
    at = np.flatnonzero(place[column] >= 0)
    rises = moved[at] > 0
    up, down = np.where(rises, times[0], times[1]) * size[at], np.where(rises, times[1], times[0]) * size[at]
    return Direction(column, moved, place[column[at]], np.minimum(up, FAR), np.minimum(down, FAR))


def _whole(moved: np.ndarray) -> tuple[np.ndarray, float]:
    """(the shortest whole vector along it, 1.0), or (as it is, 0.0) where no small denominator fits."""
    for d in DENOMINATORS:
        near = np.rint(moved * d)
        if np.abs(near - moved * d).max(initial=0) < 1e-5 * d:
            return near / max(1, int(np.gcd.reduce(np.abs(near).astype(np.int64)))), 1.0
    return moved, 0.0


class State:
    """Directions, which columns they open, and how far they take each target. All float64; t targets, n columns."""

    def __init__(self, moves: Moves, need: np.ndarray, whole: bool):
        self.moves, self.need, self.whole = moves, need, whole
        self.place = np.full(moves.n, -1)
        self.place[moves.target] = np.arange(len(moves.target))
        self.directions: list[Direction] = []
        self.uses = np.zeros(moves.n, np.int64)
        self.up, self.down = np.zeros(len(moves.target)), np.zeros(len(moves.target))

    def copy(self) -> State:
        other = State.__new__(State)
        other.moves, other.need, other.whole, other.place = self.moves, self.need, self.whole, self.place
        other.directions, other.uses = list(self.directions), self.uses.copy()
        other.up, other.down = self.up.copy(), self.down.copy()
        return other

    @property
    def opened(self) -> np.ndarray:
        """bool (n,): closable columns that are open."""
        return (self.uses > 0) & self.moves.closable

    @property
    def cost(self) -> float:
        return float(self.moves.price[self.opened].sum())

    def add(self, change: np.ndarray) -> Direction:
        """One more world; float64 (n,)."""
        new = direction(self.moves, change, self.place, self.whole)
        self._file(new)
        return new

    def _file(self, new: Direction) -> None:
        self.directions.append(new)
        self.uses[new.column] += 1
        np.maximum.at(self.up, new.target, new.up)
        np.maximum.at(self.down, new.target, new.down)

    def without(self, gone: np.ndarray) -> State:
        """The state of the directions that move none of the columns in bool (n,)."""
        other = State(self.moves, self.need, self.whole)
        for d in self.directions:
            if not gone[d.column].any():
                other._file(d)
        return other

    def lacking(self) -> np.ndarray:
        """Positions of targets that no direction takes far enough."""
        upl, lpl, spl = self.need
        slack = TOLERANCE * (1 + self.need.max(0))
        return np.flatnonzero((self.up < upl - slack) | (self.down < lpl - slack) | (self.up + self.down < spl - slack))

    def tasks(self, t: int) -> list[list[tuple[bool, float]]]:
        """What target t still lacks: per lack the moves (upl, level) of which one will do."""
        upl, lpl, spl = (float(x) for x in self.need[:, t])
        found = []
        if self.up[t] < upl - TOLERANCE * (1 + upl):
            found.append([(True, upl)])
        if self.down[t] < lpl - TOLERANCE * (1 + lpl):
            found.append([(False, lpl)])
        if not found and self.up[t] + self.down[t] < spl - TOLERANCE * (1 + spl):
            found.append([(True, spl - self.down[t]), (False, spl - self.up[t])])
        return found

    def thin(self) -> State:
        """The same without directions that nothing needs, dearest first."""
        order = sorted(self.directions, key=lambda d: -float(self.moves.price[d.column].sum()))
        kept = list(order)
        count = self._coverage(order)
        for d in order:
            if all(self._spare(t, d, count) for t in self._owed(d)):
                kept.remove(d)
                for t in d.target.tolist():
                    count[t].remove(d)
        other = State(self.moves, self.need, self.whole)
        for d in kept:
            other._file(d)
        return other

    def _coverage(self, directions: list[Direction]) -> list[list[Direction]]:
        found: list[list[Direction]] = [[] for _ in self.moves.target]
        for d in directions:
            for t in d.target.tolist():
                found[t].append(d)
        return found

    def _owed(self, d: Direction) -> list[int]:
        return [t for t in d.target.tolist() if self.need[:, t].any()]

    def _spare(self, t: int, gone: Direction, count: list[list[Direction]]) -> bool:
        """Whether the target's other directions do."""
        up = down = 0.0
        for d in count[t]:
            if d is not gone:
                i = int(np.searchsorted(d.target, t)) if d.target[0] <= d.target[-1] else 0
                if i >= len(d.target) or d.target[i] != t:
                    i = int(np.flatnonzero(d.target == t)[0])
                up, down = max(up, float(d.up[i])), max(down, float(d.down[i]))
        need = self.need[:, t]
        return bool(
            up >= need[0] - TOLERANCE * (1 + need[0])
            and down >= need[1] - TOLERANCE * (1 + need[1])
            and up + down >= need[2] - TOLERANCE * (1 + need[2])
        )
