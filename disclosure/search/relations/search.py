"""A greedy search: one world after the other, then ruin and recreate.

Build: the cell with the largest need first, a linear programme finds the cheapest change that moves it by its level; what
moves is opened and from then on free (CONFID and the US Census Bureau, since the 1980s). A linear price is a poor
image of a cost that is paid once, so the programme is asked again with price / (how much it moved): flow gathers in few cells.
Ruin: close a dear cell; worlds that move it go, cells that only they needed close with it. Recreate: the cells left
without proof, in an order by chance, at stirred prices. Kept when hardly dearer than the best (record-to-record travel).

Example, on the table of model/example.py. Build: the 1 by 3, round by the 3, the 6 and the 9: 18 more. Ruin: the 9 is closed, its world goes, the
3 and the 6 close with it. Recreate: the next way round goes by the totals 4, 7 and 19, at 30: not kept.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from celwacht.disclosure.search.relations.column_pools import ColumnPool, SpanPool
from celwacht.disclosure.search.relations.model import Moves
from celwacht.disclosure.search.relations.pattern_state import State
from celwacht.disclosure.solver.work import Work

AGAIN = 3  # questions per world, each with prices after the last answer
GATHER = 0.05  # share of the level below which a move does not make its cell cheaper still
OPEN = 1e-4  # price of an open cell, as a share of the mean price
LIKED = 0.01  # factor on the price of what a first pattern opens
RENEW = 25  # steps with one pool
SLACKS = (0.0, 0.0, 0.002, 0.01)  # how much dearer than the best a pattern may be, drawn for each pool
SHAKEN = (0.05, 0.4)  # share of the open columns that a new run closes
BARRED = 1e4  # factor on the price of a cell that is to be closed


class WorldSearch:
    """The search over one set of moves. hopeless: targets (positions) for which nothing was found with everything open."""

    def __init__(self, moves: Moves, whole: bool, rng: np.random.Generator, pool: ColumnPool | SpanPool):
        self.moves, self.rng, self.pool = moves, rng, pool
        self.state = State(moves, moves.need.copy(), whole)
        self.hopeless: list[int] = []
        paid = moves.price[moves.closable]
        self.floor = OPEN * float(paid.mean()) if paid.size else 1.0
        self._tried = np.zeros(moves.n)  # how often a column was opened on trial
        self._steps, self._slack = 0, 0.0
        self.best = self.run = self.state

    def build(
        self, share: Callable[[], float], until: float, report: Callable[[int], None] = lambda _: None, liked: np.ndarray | None = None
    ) -> None:
        """Worlds for all targets, those with the largest need first. share(): of the budget that is spent; from `until` on, one
        question a world; when all is spent, no more questions.

        liked: bool (n,), columns that are taken for a part of their price.
        """
        need = self.moves.need.max(0, initial=0)
        weight = np.ones(self.moves.n) if liked is None else np.where(liked, LIKED, 1.0)
        order = np.argsort(-need, kind="stable")
        for i, t in enumerate(order.tolist()):
            spent = share()
            if spent >= 1:
                break
            self._protect(self.state, t, weight, 1 if spent > until else AGAIN)
            report(i)
        self.best = self.run = self.state

    def _protect(self, state: State, t: int, weight: np.ndarray, again: int) -> bool:
        """Adds worlds to the state until target t has its levels; False if none is found."""
        for _ in range(8):
            tasks = state.tasks(t)
            if not tasks:
                return True
            for options in tasks:
                found = [x for x in (self._world(state, t, up, level, weight, again) for up, level in options) if x]
                if not found and len(options) == 2:  # neither side alone: half of it up, the rest down
                    found = [x for x in (self._world(state, t, up, max(1.0, level // 2), weight, again) for up, level in options) if x]
                if not found and state is self.state and self.pool.widen():
                    break
                if not found:
                    return self._give_up(state, t)
                state.add(min(found, key=lambda x: x[0])[1])
        return self._give_up(state, t)

    def _give_up(self, state: State, t: int) -> bool:
        if state is self.state and t not in self.hopeless:
            self.hopeless.append(t)
            state.need[:, t] = 0
        return False

    def _world(self, state: State, t: int, up: bool, level: float, weight: np.ndarray, again: int):
        """(cost of what it opens, the change), or None."""
        moves, opened = self.moves, (state.uses > 0) | ~self.moves.closable
        cost = np.where(opened, 0.0, moves.price * weight)
        best, change = None, None
        for k in range(again):
            if change is None:
                price = np.where(opened, self.floor, cost)
            else:
                price = np.where(opened, self.floor, cost / (np.abs(change) / level + GATHER / k))
            change = self.pool.cheapest(int(moves.target[t]), up, level, price)
            if change is None:
                return best
            opens = float(cost[change != 0].sum())
            if best is None or opens < best[0]:
                best = (opens, change)
            if opens == 0:
                break
        return best

    def step(self) -> float:
        """One ruin and recreate; what the best pattern of this run gained by it, mostly 0."""
        state, rng = self.state, self.rng
        opened = np.flatnonzero(state.opened)
        if not opened.size:
            return 0.0
        if self._steps % RENEW == 0:
            self._slack = float(rng.choice(SLACKS))
            if self._slack == 0.0 or state.cost > self.run.cost * (1 + self._slack):
                self.state = state = self.run
            self.pool.renew(state.opened, self._tried)
            opened = np.flatnonzero(state.opened)
        self._steps += 1
        price, gone = self.moves.price, np.zeros(self.moves.n, bool)
        odds = price[opened] / price[opened].sum()
        many = 1 if rng.random() < 0.6 else int(rng.integers(2, 5))
        gone[rng.choice(opened, size=min(many, len(opened)), replace=False, p=odds)] = True
        trial = state.without(gone)
        noise = rng.choice([0.0, 0.2, 0.5])
        weight = np.exp(noise * rng.standard_normal(self.moves.n)) if noise else np.ones(self.moves.n)
        weight[gone] = BARRED
        lacking = rng.permutation(trial.lacking())
        limit = self.run.cost * (1 + self._slack)
        for t in lacking.tolist():
            if trial.cost > limit or not self._protect(trial, t, weight, AGAIN if rng.random() < 0.7 else 1):
                return 0.0
        self._tried[trial.opened] += 1
        trial = trial.thin() if len(trial.directions) > 2 * len(self.moves.target) else trial
        if trial.cost > limit:
            return 0.0
        self.state = trial
        gain = self.run.cost - trial.cost
        if gain <= 1e-9 * self.run.cost:
            return 0.0
        self.run = trial
        if trial.cost < self.best.cost:
            self.best = trial
        return gain

    def shake(self) -> bool:
        """A new run from the best pattern: a good part of it is closed and made anew at stirred prices, dearer or not."""
        rng, opened = self.rng, np.flatnonzero(self.best.opened)
        self.pool.renew(self.best.opened, self._tried)
        gone = np.zeros(self.moves.n, bool)
        gone[opened[rng.random(len(opened)) < rng.uniform(*SHAKEN)]] = True
        trial = self.best.without(gone)
        weight = np.exp(0.5 * rng.standard_normal(self.moves.n))
        if not all(self._protect(trial, t, weight, AGAIN) for t in rng.permutation(trial.lacking()).tolist()):
            return False
        self.state = self.run = trial
        return True

    def more(self, targets: list[int], work: Work) -> None:
        """Opens more for targets that fall short in whole values: twice the level, or if that is nowhere, once more by chance; as long
        as there is work left."""
        for t in targets:
            if work.over:
                return
            before = self.pool.work
            self.state.up[t] = self.state.down[t] = 0.0
            weight = np.exp(0.5 * self.rng.standard_normal(self.moves.n))
            kept = self.state.need[:, t].copy()
            for factor in (2, 1):
                self.state.need[:, t] = kept * factor
                trial = self.state.copy()
                if self._protect_quietly(trial, t, weight):
                    self.state = trial
                    break
            self.state.need[:, t] = kept
            work.add(self.pool.work - before)

    def _protect_quietly(self, trial: State, t: int, weight: np.ndarray) -> bool:
        return self._protect(trial, t, weight, AGAIN)
