"""The pattern of a copy for a gemeente, and its proof: units exchanged between two providers and two lines of a field.

    in line 01     A +1   B -1        every provider keeps its total, and so does every line over all providers, so that this is
    in line 02     A -1   B +1        another world with the same totals; a cell that is printed may move within its rounding only

Or between two providers, in their totals and one line of each field.

Worlds are made for every sensitive cell, one exchange after the other, until it has moved by what the policy asks. Where the roundings leave too
little, the cheapest pair is withheld that leaves enough; withholding more never takes a world away. Whoever cannot be served is named,
and goes out of the copy. The worlds are judged by the checker of certificates, which knows nothing of this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.worlds import Worlds, no_worlds

PLENTY = 1 << 20
"""More than any cell is asked to move."""
Ways = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Table:
    """How the cells of the problem lie: (providers, lines) in C order, and the lines that add up to a total."""

    providers: int
    lines: int
    sums: Mapping[int, Sequence[Sequence[int]]]
    """Line of a total -> the lines of each field that add up to it."""
    slack: tuple[np.ndarray, np.ndarray] = field(repr=False)
    """How far the sum of a line over all providers may shrink and grow; int64 (lines) each, not negative. It is one more row to exchange with."""
    within: Sequence[tuple[int, int]] = ()
    """(line, another that it never exceeds)."""

    def of(self, line: int) -> tuple[int, Sequence[int]] | None:
        """(total, lines of the field) of a line that is no total."""
        return next(((total, own) for total, some in self.sums.items() for own in some if line in own), None)


@dataclass
class _State:
    """The pattern so far, and how far every cell may change by itself: int64 (providers and the row of what is not known of the sums, lines)."""

    table: Table
    problem: SuppressionProblem
    pattern: np.ndarray
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        shape = (self.table.providers, self.table.lines)
        cells = (np.clip(one, -PLENTY, PLENTY).reshape(shape) for one in self.problem.leeway(self.pattern))
        shrink, grow = self.table.slack
        self.low, self.high = (np.vstack([one, last]) for one, last in zip(cells, (-grow, shrink)))  # where they grow, this row shrinks

    def withhold(self, cells: np.ndarray) -> None:
        self.pattern[cells] = Status.SECONDARY
        self.refresh()


def proved(problem: SuppressionProblem, table: Table) -> tuple[np.ndarray, Worlds] | int:
    """(pattern, worlds), or the provider (a row) that cannot be in the copy."""
    state = _State(table, problem, np.where(problem.sensitive, Status.PRIMARY, Status.PUBLISHED).astype(np.uint8))
    asked = [divmod(i, table.lines) for i in np.flatnonzero(problem.sensitive).tolist()]
    made: list[np.ndarray] = []
    for cell in asked:
        need = int(problem.spl[cell[0] * table.lines + cell[1]])
        worlds = _worlds(state, cell, need)
        if worlds is None and _withheld_more(state, cell, need):
            worlds = _worlds(state, cell, need)
        if worlds is None:
            return cell[0]
        made += worlds
    return state.pattern, _sparse([one[:-1] for one in made])


def _worlds(state: _State, cell: tuple[int, int], need: int) -> list[np.ndarray] | None:
    """Changes of all cells, up and if that is not enough down, with which the cell moves by `need` in all; None where it does not."""
    found, left = [], need
    for sign in (1, -1):
        change = np.zeros_like(state.low)
        while left and (step := _step(state, change, cell, sign, left)):
            left -= step
        found += [change] if change.any() else []
    return None if left else found


def _room(state: _State, change: np.ndarray, sign: int) -> np.ndarray:
    """How far every cell may still move in a direction; int64 (providers, lines)."""
    return state.high - change if sign > 0 else change - state.low


def _step(state: _State, change: np.ndarray, cell: tuple[int, int], sign: int, most: int) -> int:
    """Makes the largest exchange with one other provider that moves the cell, at most by `most`; how far."""
    ahead, back = _room(state, change, sign), _room(state, change, -sign)
    who, line = cell
    around = state.table.of(line)
    if around is None:
        return _step_with_total(state, change, who, line, -1, sign, most)
    other = np.array([n for n in around[1] if n != line], np.int64)
    if not len(other) or ahead[who, line] <= 0:
        return 0
    cap = np.minimum(np.minimum(back[who, other], ahead[:, other]), back[:, [line]])
    cap[who] = 0
    at, m = np.unravel_index(int(cap.argmax()), cap.shape)
    step = int(min(cap[at, m], ahead[who, line], most))
    if step > 0:
        for row, direction in ((who, sign), (int(at), -sign)):
            change[row, line] += direction * step
            change[row, other[m]] -= direction * step
        return step
    return _step_with_total(state, change, who, around[0], line, sign, most)


def _step_with_total(state: _State, change: np.ndarray, who: int, total: int, line: int, sign: int, most: int) -> int:
    """The same for a total, which moves with one line of each field that adds up to it; with `line` in its field, unless that is -1."""
    ahead, back = _room(state, change, sign), _room(state, change, -sign)
    cap, chosen = np.minimum(back[:, total], ahead[who, total]), []
    for own in state.table.sums[total]:
        both = np.minimum(ahead[who, own], back[:, own])
        if line in own:
            both[:, [n for n, one in enumerate(own) if one != line]] = 0
        chosen.append(both.argmax(axis=1))
        cap = np.minimum(cap, both.max(axis=1))
    now = state.problem.value.reshape(-1, state.table.lines) + change[:-1]
    for part, whole in state.table.within:
        spare = np.append(now[:, whole] - now[:, part], PLENTY)
        if total in (part, whole):  # growing parts and shrinking wholes use up what is spare
            grows = (sign > 0) == (total == part)
            cap = np.minimum(cap, spare[who] if grows else spare)
    cap[who] = 0
    at = int(cap.argmax())
    step = int(min(cap[at], most))
    if step > 0:
        for row, direction in ((who, sign), (at, -sign)):
            change[row, total] += direction * step
            for own, best in zip(state.table.sums[total], chosen):
                change[row, own[int(best[at])]] += direction * step
    return max(step, 0)


def _withheld_more(state: _State, cell: tuple[int, int], need: int) -> bool:
    """Withholds the cheapest cells with which one exchange is wide enough; whether there are any."""
    problem, (who, line), wide = state.problem, cell, state.table.lines
    around = state.table.of(line)
    if around is None:
        options = [
            [(row, n) for row in (who, at) for n in (line, *(n for own in state.table.sums[line] for n in own))]
            for at in range(state.table.providers + 1)
            if at != who
        ]
    else:
        few = state.table.sums[around[0]]
        options = [
            [(who, around[0]), (at, around[0]), (at, line), cell] for at in range(state.table.providers + 1) if len(few) == 1 and at != who
        ]
        options += [
            [(who, n), (at, line), (at, n), cell] for n in around[1] if n != line for at in range(state.table.providers + 1) if at != who
        ]
    free = problem.role == Role.FREE
    best: tuple[float, np.ndarray] | None = None
    for option in options:
        cells = np.array([row * wide + n for row, n in option if row < state.table.providers], np.int64)
        cells = cells[free[cells] & (state.pattern[cells] == Status.PUBLISHED)]
        cost = float(problem.cost[cells].sum())
        if best is not None and cost >= best[0]:
            continue
        trial = _State(state.table, problem, state.pattern.copy())
        trial.withhold(cells)
        if _worlds(trial, cell, need) is not None:
            best = cost, cells
    if best is None:
        return False
    state.withhold(best[1])
    return True


def _sparse(changes: Sequence[np.ndarray]) -> Worlds:
    if not changes:
        return no_worlds()
    where = [np.flatnonzero(one) for one in changes]
    first = np.concatenate([[0], np.cumsum([len(one) for one in where])]).astype(np.int64)
    return Worlds(first, np.concatenate(where), np.concatenate([one.ravel()[at] for one, at in zip(changes, where)]))
