"""From a relaxed solution to a safe pattern: cheapest flows for what is not yet protected, then back what is not needed.

For each goal in turn a linear programme moves its cell by the level at least cost, where moving a printed cell costs its
price (less if the relaxed solution wants it withheld anyway) per share of the level; the cells that moved are withheld.
Then, dearest first, every decider is given back if all goals that used it find other worlds.

Example, on the table of model/example.py. The cheapest flow that moves the 1 by 3 goes round `1 +3, 3 -3, 6 -3, 9 +3`; the four are
withheld. None of them can be given back: a flow needs a closed round.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from celwacht.disclosure.search.attacker.attacker_program import play_of
from celwacht.disclosure.search.optimal.components import DOWN, UP, Goals, Part
from celwacht.disclosure.search.optimal.prove import Prover, Reach
from celwacht.disclosure.solver.highs import Limits, Programme, Solver
from celwacht.disclosure.solver.work import Work

NEAR = 1e-6
REWEIGHTED = 2  # times that a flow is priced again by its own size
TIES = 1e-3  # prices are raised by up to this share, at random: keyed ties, and another pattern each time
WANTED = 0.98  # share of a decider's price that a relaxed solution of 1 takes off


class Rounder:
    """Safe patterns for one part."""

    def __init__(self, part: Part, goals: Goals, ties: np.random.Generator, work: Work):
        self._ties = ties
        self.part, self.goals, self.prover = part, goals, Prover(part, goals, work)
        self._flow = _Flow(part, work)
        self._price = part.problem.cost[part.deciders]

    @property
    def work(self) -> int:
        """Programmes solved so far."""
        return self.prover.pushes + self._flow.solved

    def pattern(self, x: np.ndarray, over, start: np.ndarray | None = None) -> np.ndarray | None:
        """withheld bool (d,) of a proved pattern guided by x (d,) in [0, 1], or None when time is up or nothing helps.

        start: deciders withheld from the start. Afterwards `prover.proof` holds the worlds.
        """
        withheld = np.zeros(len(x), bool) if start is None else start.copy()
        price = (self._price * (1 - WANTED * x) + NEAR) * (1 + TIES * self._ties.random(len(x)))
        self.prover.start(withheld)
        for goal in range(len(self.goals)):
            if over():
                return None
            if goal in self.prover.proof or self.prover.prove(goal) is Reach.PROVED:
                continue
            if not self._helped(goal, withheld, price):
                return None
        return self.clean(withheld, over)

    def _helped(self, goal: int, withheld: np.ndarray, price: np.ndarray) -> bool:
        """Withholds what makes the goal reachable; whether that succeeded. Whole values are asked for only if need be."""
        cell, kind, level = int(self.goals.cell[goal]), int(self.goals.kind[goal]), int(self.goals.level[goal])
        ways = {UP: ((level, 0),), DOWN: ((0, level),)}.get(kind, ((level, 0), (0, level), (level - level // 2, level // 2)))
        for whole in (False, True):
            best, least = None, np.inf
            for way in ways:
                moved = self._moved(cell, way, withheld, price, whole)
                if moved is not None and price[moved].sum() < least:
                    best, least = moved, price[moved].sum()
            if best is not None:
                withheld |= best
                self.prover.start(withheld)
                if self.prover.prove(goal) is Reach.PROVED:
                    return True
        withheld[:] = True  # the last resort; what is not needed comes back
        self.prover.start(withheld)
        return self.prover.prove(goal) is Reach.PROVED

    def _moved(self, cell: int, way: tuple[int, int], withheld, price, whole: bool) -> np.ndarray | None:
        """bool (d,): deciders that move, up by way[0] and in another world down by way[1]; None if that cannot be."""
        moved = np.zeros(len(withheld), bool)
        for amount, sign in zip(way, (1, -1)):
            if amount:
                size = self._flow.cheapest(cell, sign * amount, np.where(withheld | moved, 0.0, price), whole)
                if size is None:
                    return None
                moved |= size > NEAR
        return moved & ~withheld

    def clean(self, withheld: np.ndarray, over) -> np.ndarray | None:
        """Gives back, dearest first, every decider that the proof can do without. The pattern must be proved."""
        withheld = withheld.copy()
        prover = self.prover
        if prover.prove_all(over)[0] is not Reach.PROVED:
            return None
        order = np.lexsort((np.arange(len(withheld)), -self._price))
        for decider in order[withheld[order]].tolist():
            if over():
                break
            withheld[decider] = not prover.give_back(decider, over)
        return withheld


class _Flow:
    """Moves of least price: column k < n is what cell k moves for nothing, then per decider what it moves beyond, up and down."""

    def __init__(self, part: Part, work: Work):
        n, d, facts = len(part.problem), part.deciders, part.lean.relations
        sums = facts.sums(part.problem.value)
        self._part, self._n, self._d, self.solved = part, n, len(d), 0
        low, high = part.hidden_low.copy(), part.hidden_high.copy()
        low[d], high[d] = part.shown_low[d], part.shown_high[d]
        with np.errstate(invalid="ignore"):
            more, less = part.hidden_high[d] - high[d], low[d] - part.hidden_low[d]
        more, less = np.maximum(np.nan_to_num(more, posinf=np.inf), 0), np.maximum(np.nan_to_num(less, posinf=np.inf), 0)
        self._low, self._high, self._most = low, high, np.concatenate([more, less])
        place = np.full(n, -1)
        place[d] = np.arange(len(d))
        again = np.flatnonzero(place[facts.cell] >= 0)
        extra = place[facts.cell[again]]
        row = np.concatenate([facts.relation, facts.relation[again], facts.relation[again]])
        column = np.concatenate([facts.cell, n + extra, n + len(d) + extra])
        value = np.concatenate([facts.coefficient, facts.coefficient[again], -facts.coefficient[again]])
        order = np.argsort(row, kind="stable")
        first = np.searchsorted(row[order], np.arange(len(facts) + 1))
        none = np.zeros(2 * len(d))
        ends = np.zeros(n + 2 * len(d)), np.append(low, none), np.append(high, self._most), *play_of(facts, sums)
        self._programme, self._work = Programme(*ends, first, column[order], value[order]), work
        self._solver = Solver(self._programme, "primal", work)
        self._columns = np.arange(n, n + 2 * len(d), dtype=np.int32)

    def cheapest(self, cell: int, amount: int, price: np.ndarray, whole: bool) -> np.ndarray | None:
        """(d,) how much each decider moves when the cell changes by `amount`; None if it cannot. price float64 (d,)."""
        solver, d = self._solver, self._d
        if whole:
            solver = Solver(replace(self._programme, whole=True), None, self._work, Limits(gap=0.05))
        size = np.minimum(np.concatenate([self._most[:d], self._most[d:]]), abs(amount))
        weight = np.tile(price, 2) / np.maximum(size, 1)
        solver.bound_of(cell, float(amount), float(amount))
        best, least = None, np.inf
        for _ in range(1 if whole else 1 + REWEIGHTED):
            solver.ask(weight, self._columns)
            solver.run()
            self.solved += 1
            if not solver.feasible:
                break
            flow = solver.x[self._n :]
            moved = flow[:d] + flow[d:]
            cost = price[moved > NEAR].sum()
            if cost < least:
                best, least = moved, cost
            weight = np.tile(price, 2) / np.where(flow > NEAR, flow, size / 4 + NEAR)
        self._solver.bound_of(cell, float(self._low[cell]), float(self._high[cell]))
        return best
