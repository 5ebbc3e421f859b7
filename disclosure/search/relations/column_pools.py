"""Which columns the priced programme may use: all, or a pool around the present pattern that changes now and then.

A programme over a pool is ten to a hundred times faster. Where the space of changes has few dimensions the pool is a span:
the changes within the present pattern, and some more, those that open least as a rule. Elsewhere it is a set of columns.

Example: 9 columns are all in the pool. Of 10,000, a pool holds those that the present pattern opens, the cheap ones around the targets, and some by
chance; after 25 steps it is drawn anew.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.relations.model import Moves, restricted
from celwacht.disclosure.search.relations.null_space import NIL, KernelSearch
from celwacht.disclosure.search.relations.pricing import PriceLP
from celwacht.disclosure.search.relations.span_program import SpanLP

SPAN = 24  # directions that a span has beyond those of the pattern
SHARE = 2.0  # closed columns in a pool, per open one
SMALL = 600  # and so many more


class ColumnPool:
    """Programmes over the equations. `work` is the clock of all of them."""

    def __init__(self, moves: Moves, rng: np.random.Generator):
        self.moves, self.rng = moves, rng
        self._all = self._lp = PriceLP(moves, rng)
        self._left: np.ndarray | None = None
        self._done = 0.0

    @property
    def work(self) -> float:
        return self._done + self._all.work + (self._lp.work if self._left is not None else 0)

    def renew(self, opened: np.ndarray, tried: np.ndarray) -> None:
        """A new pool: what is open bool (n,), and closed columns by chance, cheap ones and those tried before, float (n,), first."""
        if self._left is not None:
            self._done += self._lp.work
        closed = np.flatnonzero(~opened & self.moves.closable)
        many = int(SHARE * opened.sum()) + SMALL
        if many >= len(closed):
            self._left, self._lp = None, self._all
            return
        rank = self.rng.exponential(size=len(closed)) * self.moves.price[closed] / (1 + tried[closed])
        kept = opened | ~self.moves.closable
        kept[closed[np.argsort(rank)[:many]]] = True
        pool, self._left = restricted(self.moves, kept)
        self._lp = PriceLP(pool, self.rng)

    def widen(self) -> bool:
        """To all columns; False if they are all in already."""
        was, self._left, self._lp = self._left, None, self._all
        return was is not None

    def cheapest(self, target: int, up: bool, level: float, price: np.ndarray) -> np.ndarray | None:
        """As PriceLP.cheapest, within the pool."""
        if self._left is None:
            return self._lp.cheapest(target, up, level, price)
        at = int(np.searchsorted(self._left, target))
        if at >= len(self._left) or self._left[at] != target:
            return None
        inside = self._lp.cheapest(at, up, level, price[self._left])
        if inside is None:
            return None
        change = np.zeros(self.moves.n)
        change[self._left] = inside
        return change


class SpanPool:
    """Programmes over spans of a kernel. `work` is their clock, without the kernel's."""

    def __init__(self, kernel: KernelSearch):
        self.kernel, self.moves, self.rng = kernel, kernel.moves, kernel.rng
        self._done, self._order = 0.0, np.zeros(0, np.int64)
        self._lp: SpanLP | None = None
        self.renew(kernel.opened, np.zeros(self.moves.n))

    @property
    def work(self) -> float:
        return self._done + (self._lp.work if self._lp else 0.0)

    def renew(self, opened: np.ndarray, tried: np.ndarray) -> None:
        """A new span around the pattern bool (n,)."""
        self.kernel.settle(opened)
        basis, closed = self.kernel.basis, self.moves.closable & ~opened
        extra = (np.abs(basis) > NIL) @ np.where(closed, self.moves.price / (1 + tried), 0.0)
        rank = np.where(self.kernel.pivot < 0, -1.0, extra * self.rng.exponential(size=len(extra)))
        self._order = np.argsort(rank, kind="stable")
        self._use(int((self.kernel.pivot < 0).sum()) + SPAN)

    def _use(self, many: int) -> None:
        self._done += self._lp.work if self._lp else 0.0
        self._many = min(many, len(self._order))
        self._lp = SpanLP(self.kernel.basis[self._order[: self._many]], self.moves.down, self.moves.up, self.rng)

    def widen(self) -> bool:
        """Four times as many directions; False if they are all in already."""
        if self._many >= len(self._order):
            return False
        self._use(4 * self._many)
        return True

    def cheapest(self, target: int, up: bool, level: float, price: np.ndarray) -> np.ndarray | None:
        """As PriceLP.cheapest, within the span."""
        assert self._lp is not None  # renew makes one
        return self._lp.cheapest(target, up, level, price)
