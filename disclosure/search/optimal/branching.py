"""Which decider to branch on: by what branching on it has gained before, tried out where little is known.

Example: decider 5 is 0.5 withheld; both ends are tried, the bound rises by 3 where it is printed and by 1 where it is withheld: a score of 3.
Decider 7 with rises of 2 and 2 scores 4, and is branched on first.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.optimal.master import Master

NEAR = 1e-6
CANDIDATES, TRIAL_ITERATIONS = 8, 60
RELIABLE = 4  # trials after which the mean gain is believed
MOST_GAIN = 1e12


class Brancher:
    """Mean gains of the bound per unit of change, down and up, for every decider of a master problem."""

    def __init__(self, master: Master):
        self._master = master
        d = len(master.cost)
        self._gain, self._tried = np.zeros((2, d)), np.zeros((2, d))

    def choose(self, x: np.ndarray, least: np.ndarray, most: np.ndarray, bound: float) -> tuple[int, tuple[float, float]]:
        """(the decider to branch on, bounds proved for 0 and for 1). x (d,) is not whole within [least, most]."""
        part = np.minimum(x, 1 - x)
        open_ones = np.flatnonzero((least < most) & (part >= NEAR))
        mean = np.where(self._tried > 0, self._gain / np.maximum(self._tried, 1), self._master.cost)
        gains = np.maximum(mean * np.stack([x, 1 - x]), NEAR)
        order = open_ones[np.argsort(-(gains[0] * gains[1])[open_ones], kind="stable")][:CANDIDATES]
        best, chosen, bounds = -1.0, int(order[0]), (bound, bound)
        for decider in order.tolist():
            gain, tried = gains[:, decider], (bound, bound)
            if self._tried[:, decider].min() < RELIABLE:
                tried = self._try(decider, least, most, bound)
                gain = np.minimum(np.array(tried) - bound, MOST_GAIN)
                self._gain[:, decider] += gain / np.array([x[decider], 1 - x[decider]])
                self._tried[:, decider] += 1
            score = float(np.prod(np.maximum(gain, NEAR)))
            if score > best:
                best, chosen, bounds = score, decider, tried
        return chosen, bounds

    def _try(self, decider: int, least: np.ndarray, most: np.ndarray, bound: float) -> tuple[float, float]:
        found = []
        for value in (0.0, 1.0):
            low, high = least.copy(), most.copy()
            low[decider] = high[decider] = value
            self._master.bounds(low, high)
            found.append(max(bound, self._master.solve(TRIAL_ITERATIONS)))
        return found[0], found[1]
