"""The relaxed problem: least cost of x in [0, 1] under the constraints found so far, as one warm HiGHS model.

The bound that it gives is not the solver's word: `proved` computes it anew from the row multipliers, which prove a bound
whatever they are (weak duality), and takes off more than float64 can err in that sum.
"""

from __future__ import annotations

import highspy
import numpy as np

from celwacht.disclosure.attacker_lp import quiet_solver
from celwacht.disclosure.optimal_cuts import Cut

ERROR = 1e-11       # relative to the sum of the sizes of all terms; float64 sums of up to 40,000 terms stay well below
OLD = 4             # rounds without use after which a constraint goes to the pool
MOST_POOL = 20_000


class Master:
    """Deciders' costs (d,) and constraints. x, value, reduced (reduced costs): of the last `solve`."""

    def __init__(self, cost: np.ndarray):
        d = len(cost)
        self.cost, self.cuts, self.least, self.most = cost, [], np.zeros(d), np.ones(d)
        self.whole = bool(np.all(cost == np.rint(cost)))
        self.x, self.value, self.reduced = np.zeros(d), 0.0, cost.copy()
        self._keys: set[tuple] = set()
        self._idle = np.zeros(0, np.int64)
        self._solver = quiet_solver()
        self._solver.setOptionValue("simplex_strategy", 1)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = d, 0
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, self.least, self.most
        self._solver.passModel(lp)
        self._flat = self._flat_pool = None
        self._pool: dict[tuple, Cut] = {}

    def add(self, cuts: list[Cut]) -> int:
        """Adds the constraints that are new; their number."""
        new = []
        for cut in cuts:
            if cut.key not in self._keys:
                self._keys.add(cut.key)
                new.append(cut)
        if new:
            first = np.cumsum([0] + [len(c.decider) for c in new])
            self._solver.addRows(len(new), np.array([c.least for c in new]), np.full(len(new), np.inf), int(first[-1]),
                                 first[:-1].astype(np.int32), np.concatenate([c.decider for c in new]),
                                 np.concatenate([c.coefficient for c in new]))
            self.cuts += new
            self._idle = np.concatenate([self._idle, np.zeros(len(new), np.int64)])
            self._flat = None
        return len(new)

    def bounds(self, least: np.ndarray, most: np.ndarray) -> None:
        """Sets the bounds of x, float64 (d,) each."""
        changed = np.flatnonzero((least != self.least) | (most != self.most)).astype(np.int32)
        self.least, self.most = least.copy(), most.copy()
        if changed.size:
            self._solver.changeColsBounds(len(changed), changed, least[changed], most[changed])

    def solve(self, iterations: int | None = None) -> float:
        """Solves, and returns the proved bound: inf where no x satisfies all, -inf where nothing is proved."""
        solver = self._solver
        solver.setOptionValue("simplex_iteration_limit", 2147483647 if iterations is None else iterations)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return self._infeasible()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kIterationLimit):
            solver.clearSolver()
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return -np.inf
        solution = solver.getSolution()
        if status != highspy.HighsModelStatus.kIterationLimit:
            self.x = np.clip(np.array(solution.col_value), self.least, self.most)
            self.value = float(self.cost @ self.x)
            self._idle = np.where(np.array(solution.row_dual) > 0, 0, self._idle)
        return self.proved(np.array(solution.row_dual), self.cost)

    def proved(self, dual: np.ndarray, cost: np.ndarray) -> float:
        """The bound that multipliers dual (rows,) prove for `cost` within the present bounds of x; sets `reduced`."""
        decider, coefficient, row, least = self._rows()
        dual = np.maximum(dual, 0.0)
        terms = coefficient * dual[row]
        reduced = cost - np.bincount(decider, weights=terms, minlength=len(cost))
        error = ERROR * (np.abs(cost).sum() + np.abs(terms).sum() + np.abs(least * dual).sum())
        bound = float(least @ dual) + float(np.where(reduced < 0, reduced * self.most, reduced * self.least).sum())
        if cost is self.cost:
            self.reduced = reduced
        return bound - error

    def _infeasible(self) -> float:
        """inf if the solver's ray proves that no x fits, else -inf."""
        ray = self._solver.getDualRay()
        if not ray[1]:
            return -np.inf
        for sign in (1.0, -1.0):
            if self.proved(sign * np.array(ray[2]), np.zeros(len(self.cost))) > 0:
                return np.inf
        return -np.inf

    def forget(self, old: int = OLD) -> None:
        """Puts constraints that have not been tight for `old` rounds into the pool."""
        self._idle += 1
        gone = np.flatnonzero(self._idle > old)
        if gone.size:
            self._solver.deleteRows(len(gone), gone.astype(np.int32))
            for i in gone:
                self._keys.discard(self.cuts[i].key)
                self._pool[self.cuts[i].key] = self.cuts[i]
            kept = np.flatnonzero(self._idle <= old)
            self.cuts, self._idle = [self.cuts[i] for i in kept], self._idle[kept]
            self._flat = self._flat_pool = None

    def recall(self, missing: float) -> int:
        """Takes back from the pool what x violates by more than `missing`; the number of constraints."""
        if self._flat_pool is None:
            self._pool = dict(list(self._pool.items())[-MOST_POOL:])
            self._flat_pool = _flat(list(self._pool.values()))
        decider, coefficient, row, least = self._flat_pool
        sums = np.bincount(row, weights=coefficient * self.x[decider], minlength=len(least))
        wanted = np.flatnonzero(least - sums > missing)
        if wanted.size == 0:
            return 0
        keys = list(self._pool)
        cuts = [self._pool.pop(keys[i]) for i in wanted]
        self._flat_pool = None
        return self.add(cuts)

    def _rows(self):
        if self._flat is None:
            self._flat = _flat(self.cuts)
        return self._flat


def _flat(cuts: list[Cut]):
    """(decider, coefficient, row) of every entry, and least of every row."""
    length = [len(c.decider) for c in cuts]
    return (np.concatenate([c.decider for c in cuts] or [np.zeros(0, np.int32)]),
            np.concatenate([c.coefficient for c in cuts] or [np.zeros(0)]),
            np.repeat(np.arange(len(cuts)), length), np.array([c.least for c in cuts]))
