"""The relaxed problem: least cost of x in [0, 1] under the constraints found so far, as one warm programme.

The bound that it gives is not the solver's word: `proved` computes it anew from the row multipliers, which prove a bound
whatever they are (weak duality), and takes off more than float64 can err in that sum.

Example: minimise 3 x(3) + 4 x(4) under `x(3) + x(4) >= 1`: x = (1, 0), cost 3, multiplier 3. The proof of the bound: 3 * 1 + (3 - 3) * 0 +
(4 - 3) * 0 = 3, whatever the solver says it is.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.optimal.cuts import Cut
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver
from celwacht.disclosure.solver.work import Work

ERROR = 1e-11  # relative to the sum of the sizes of all terms; float64 sums of up to 40,000 terms stay well below
OLD = 4  # rounds without use after which a constraint goes to the pool
MOST_STORED = 20_000


class _Store:
    """All constraints, in use or not, as flat arrays: decider, coefficient and row of every entry; least of every row."""

    def __init__(self):
        self.decider, self.coefficient, self.row = np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.int64)
        self.least, self.keys = np.zeros(0), {}

    def append(self, cuts: list[Cut]) -> np.ndarray:
        """Takes constraints in that are new; the rows of all of them, without doubles."""
        new: list[Cut] = []
        at = []
        for cut in cuts:
            row = self.keys.setdefault(cut.key, len(self.least) + len(new))
            if row == len(self.least) + len(new):
                new.append(cut)
            at.append(row)
        if new:
            rows = np.repeat(np.arange(len(new)) + len(self.least), [len(c.decider) for c in new])
            self.decider = np.concatenate([self.decider, *(c.decider for c in new)])
            self.coefficient = np.concatenate([self.coefficient, *(c.coefficient for c in new)])
            self.row = np.concatenate([self.row, rows])
            self.least = np.concatenate([self.least, [c.least for c in new]])
        return np.unique(np.array(at, np.int64))

    def keep(self, rows: np.ndarray) -> None:
        """Throws away all rows but these (ascending)."""
        place = np.full(len(self.least), -1)
        place[rows] = np.arange(len(rows))
        entries = place[self.row] >= 0
        self.decider, self.coefficient = self.decider[entries], self.coefficient[entries]
        self.row, self.least = place[self.row[entries]], self.least[rows]
        self.keys = {key: int(place[row]) for key, row in self.keys.items() if place[row] >= 0}

    def sums(self, x: np.ndarray) -> np.ndarray:
        """(rows,) the left-hand sides at x."""
        return np.bincount(self.row, weights=self.coefficient * x[self.decider], minlength=len(self.least))


class Master:
    """Deciders' costs (d,) and constraints. x, value, reduced (reduced costs): of the last `solve`."""

    def __init__(self, cost: np.ndarray, work: Work | None = None):
        d = len(cost)
        self.cost, self.least, self.most = cost, np.zeros(d), np.ones(d)
        self.whole = bool(np.all(cost == np.rint(cost)))
        self.x, self.value, self.reduced = np.zeros(d), 0.0, cost.copy()
        self._store = _Store()
        self.used = np.zeros(0, np.int64)  # rows of the store, in the order of the solver's rows
        self._idle = np.zeros(0, np.int64)
        no_rows = np.zeros(0), np.zeros(0), np.zeros(1), np.zeros(0), np.zeros(0)
        self._solver = Solver(Programme(cost, self.least, self.most, *no_rows), "dual", work or Work())

    def add(self, cuts: list[Cut]) -> int:
        """Adds the constraints that are not in use; their number."""
        return self._use(np.setdiff1d(self._store.append(cuts), self.used))

    def _use(self, rows: np.ndarray) -> int:
        """Gives rows of the store (ascending) to the solver."""
        if rows.size:
            store = self._store
            chosen = np.zeros(len(store.least), bool)
            chosen[rows] = True
            entries = chosen[store.row]
            first = np.searchsorted(store.row[entries], rows)
            most = np.full(len(rows), np.inf)
            self._solver.add_rows(store.least[rows], most, first, store.decider[entries], store.coefficient[entries])
            self.used = np.concatenate([self.used, rows])
            self._idle = np.concatenate([self._idle, np.zeros(len(rows), np.int64)])
        return len(rows)

    def bounds(self, least: np.ndarray, most: np.ndarray) -> None:
        """Sets the bounds of x, float64 (d,) each."""
        changed = np.flatnonzero((least != self.least) | (most != self.most)).astype(np.int32)
        self.least, self.most = least.copy(), most.copy()
        self._solver.bound(least[changed], most[changed], changed)

    def solve(self, iterations: int | None = None) -> float:
        """Solves, and returns the proved bound: inf where no x satisfies all, -inf where nothing is proved."""
        solver = self._solver
        outcome = solver.run(iterations)
        if outcome is Outcome.INFEASIBLE:
            return self._infeasible()
        if outcome not in (Outcome.OPTIMAL, Outcome.LIMIT):
            solver.forget()
            if solver.run(iterations) is not Outcome.OPTIMAL:
                return -np.inf
        dual = solver.dual
        if outcome is not Outcome.LIMIT:
            self.x = np.clip(solver.x, self.least, self.most)
            self.value = float(self.cost @ self.x)
            self._idle = np.where(dual > 0, 0, self._idle)
        return self.proved(dual, self.cost)

    def proved(self, dual: np.ndarray, cost: np.ndarray) -> float:
        """The bound that multipliers dual (rows,) prove for `cost` within the present bounds of x; sets `reduced`."""
        store = self._store
        weight = np.zeros(len(store.least))
        weight[self.used] = np.maximum(dual, 0.0)
        terms = store.coefficient * weight[store.row]
        reduced = cost - np.bincount(store.decider, weights=terms, minlength=len(cost))
        error = ERROR * (np.abs(cost).sum() + np.abs(terms).sum() + np.abs(store.least * weight).sum())
        bound = float(store.least @ weight) + float(np.where(reduced < 0, reduced * self.most, reduced * self.least).sum())
        if cost is self.cost:
            self.reduced = reduced
        return bound - error

    def _infeasible(self) -> float:
        """inf if the solver's ray proves that no x fits, else -inf."""
        ray = self._solver.ray()
        if ray is None:
            return -np.inf
        for sign in (1.0, -1.0):
            if self.proved(sign * ray, np.zeros(len(self.cost))) > 0:
                return np.inf
        return -np.inf

    def forget(self, old: int = OLD) -> None:
        """Takes constraints that have not been tight for `old` rounds from the solver; the store keeps them."""
        self._idle += 1
        gone = np.flatnonzero(self._idle > old)
        if gone.size:
            self._solver.delete_rows(gone)
            kept = np.flatnonzero(self._idle <= old)
            self.used, self._idle = self.used[kept], self._idle[kept]
        if len(self._store.least) > MOST_STORED:
            rows = np.union1d(self.used, np.arange(len(self._store.least) - MOST_STORED // 2, len(self._store.least)))
            self._store.keep(rows)
            self.used = np.searchsorted(rows, self.used)

    def recall(self, missing: float) -> int:
        """Takes back from the store what x violates by more than `missing`; the number of constraints."""
        violated = self._store.least - self._store.sums(self.x) > missing
        violated[self.used] = False
        return self._use(np.flatnonzero(violated))
