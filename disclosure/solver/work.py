"""A clock that counts work instead of looking at the time, so that a result never depends on the machine.

What it counts is expressed in *seconds*: the work that an ordinary core of 2024 does in about a second, estimated from sizes, pivots
and nodes. On a slow or busy machine the same work takes longer, and the answer is the same.

Example. `Work(30)` ends after some 30 seconds' work; `work.part(0.5)` is a clock for the next half of what is left, and what is
counted there is counted in the whole as well.
"""

from __future__ import annotations

from math import inf

QUESTION = 3e-4
"""Seconds of one question, however small, with what is done around it."""
LP_ROUND, LP_PIVOT = 2e-7, 4e-9
"""Seconds per row and column: of one run of a linear programme that starts from the last answer, and of one pivot in it."""
MIP_START, MIP_PIVOT = 2e-3, 1e-4
"""Seconds: of one mixed-integer programme, and of one pivot in it (with cuts and heuristics)."""


class Work:
    """Counted work with a limit in seconds; no limit if None. done: what was counted so far."""

    def __init__(self, limit: float | None = None, within: Work | None = None):
        self.limit = inf if limit is None else float(limit)
        self.done, self._within = 0.0, within

    def add(self, seconds: float) -> None:
        """Counts some work."""
        self.done += seconds
        if self._within is not None:
            self._within.add(seconds)

    @property
    def left(self) -> float:
        """Seconds, never negative; inf without a limit."""
        own = max(0.0, self.limit - self.done)
        return own if self._within is None else min(own, self._within.left)

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0.0

    def part(self, share: float) -> Work:
        """A clock for this share of what is left."""
        return Work(None if self.left == inf else share * self.left, self)

    def at_most(self, seconds: float) -> Work:
        """A clock for so much of what is left."""
        return Work(min(seconds, self.left), self)
