"""Patterns as subspaces: which columns must be open so that no target is fixed, protection levels left out.

All changes that satisfy the equations form a space; every column is a linear form on it. Printing a column cuts the space to
where that form is 0. A target is lost when its own form becomes 0 there, which happens exactly when the forms of target
and printed column are proportional. So one eliminates column by column, dearest first, and keeps open what would lose a target (the
idea of Gaussian elimination for suppression: Langsrud, SSBtools). Where the space has few dimensions - tables of many
dimensions - this takes a fraction of a second. Ruin and recreate then gives the space a few dimensions back and eliminates in
another order. Floats: patterns found here are proved by worlds or not at all.

Example:

    >>> from celwacht.disclosure.model.example import problem
    >>> from celwacht.disclosure.search.relations.model import moves_of
    >>> kernel(moves_of(problem(), b""), 1000).shape      # a 2 by 2 table has four degrees of freedom, its atoms
    (4, 9)
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.relations.model import Moves
from numba import njit

NIL = 1e-6  # a smaller entry is none: entries are fractions with small denominators
GROWN = 300  # entries this large mean that rounding errors have taken over


def kernel(moves: Moves, most: int) -> np.ndarray | None:
    """float64 (d, n): a basis of all changes that satisfy the equations; None when d * n would exceed `most`.

    Sparse elimination: every equation gives its column with the largest room, mostly the total, as a form in the others.
    """
    form: dict[int, dict[int, float]] = {}
    used: dict[int, set[int]] = {}
    size = moves.down + np.where(np.isfinite(moves.up), 0, 1)
    spans = [slice(moves.first[r], moves.first[r + 1]) for r in range(len(moves.first) - 1)]
    for span in sorted(spans, key=lambda s: (float(size[moves.column[s]].max(initial=0)), s.stop - s.start, s.start)):
        row: dict[int, float] = {}
        for c, k in zip(moves.column[span].tolist(), moves.coefficient[span].tolist()):
            for a, b in form.get(c, {c: 1.0}).items():
                row[a] = row.get(a, 0.0) + k * b
        row = {a: b for a, b in row.items() if abs(b) > NIL}
        if row:
            own = [c for c in moves.column[span].tolist() if c not in form and c in row]
            pivot = max(own, key=lambda c: (size[c], c)) if own else min(row, key=lambda a: (len(used.get(a, ())), a))
            _solve_for(pivot, row, form, used)
    free = [c for c in range(moves.n) if c not in form]
    if len(free) * moves.n > most:
        return None
    basis = np.zeros((len(free), moves.n))
    place = {c: i for i, c in enumerate(free)}
    basis[np.arange(len(free)), free] = 1
    for c, terms in form.items():
        for a, b in terms.items():
            basis[place[a], c] = b
    return basis


def _solve_for(pivot: int, row: dict[int, float], form: dict[int, dict[int, float]], used: dict[int, set[int]]) -> None:
    """Makes `pivot` a form in the row's other columns, wherever it stands."""
    factor = row.pop(pivot)
    terms = {a: -b / factor for a, b in row.items()}
    for c in used.pop(pivot, ()):
        other = form[c]
        times = other.pop(pivot)
        for a, b in terms.items():
            v = other.get(a, 0.0) + times * b
            if abs(v) > NIL:
                other[a] = v
                used.setdefault(a, set()).add(c)
            elif other.pop(a, None) is not None:
                used[a].discard(c)
    form[pivot] = terms
    for a in terms:
        used.setdefault(a, set()).add(pivot)


@njit(cache=True)
def eliminate(space, order, targets, price, most):
    """Cuts `space` (k, n), in place, by printing columns in `order` as long as no target is lost.

    Returns pivot (k,): the column printed with each row, -1 for rows that stay free, and False when the price of what was
    kept open reaches `most` (then the rest is undone work).
    """
    k, n = space.shape
    pivot = np.full(k, -1, np.int64)
    alive, live = np.arange(k), k
    hit = np.empty(k, np.int64)
    kept = 0.0
    for j in order:
        hits, largest = 0, 0.0
        for a in range(live):
            v = abs(space[alive[a], j])
            if v > NIL:
                hit[hits] = a
                hits += 1
                largest = max(largest, v)
        if hits == 0:
            continue
        if _loses(space, j, alive[hit[0]], alive[:live], targets):
            kept += price[j]
            if kept >= most:
                return pivot, False
            continue
        chosen = hit[0]
        for a in range(hits):
            if abs(space[alive[hit[a]], j]) >= 0.5 * largest:
                chosen = hit[a]
                break
        p = alive[chosen]
        pivot[p] = j
        for a in range(hits):
            c = alive[hit[a]]
            if c != p:
                f = space[c, j] / space[p, j]
                for i in range(n):
                    v = space[c, i] - f * space[p, i]
                    space[c, i] = v if abs(v) > 1e-10 else 0.0
                space[c, j] = 0.0
        live -= 1
        alive[chosen] = alive[live]
    return pivot, True


@njit(cache=True)
def _loses(space, j, row, alive, targets):
    """Whether some target's form is proportional to that of column j, which is not 0 in `row`."""
    for t in targets:
        if abs(space[row, t]) > NIL:
            f = space[row, t] / space[row, j]
            same = True
            for a in alive:
                if abs(space[a, t] - f * space[a, j]) > NIL:
                    same = False
                    break
            if same:
                return True
    return False


@njit(cache=True)
def reduce_by(basis, row, j):
    """Scales a row so that it is 1 in column j, and clears column j from all others."""
    k, n = basis.shape
    f = basis[row, j]
    for i in range(n):
        basis[row, i] /= f
    for c in range(k):
        f = basis[c, j]
        if c != row and abs(f) > 1e-10:
            for i in range(n):
                if basis[row, i] != 0.0:
                    v = basis[c, i] - f * basis[row, i]
                    basis[c, i] = v if abs(v) > 1e-10 else 0.0


def reduce_all(basis: np.ndarray, pivot: np.ndarray, order: np.ndarray) -> bool:
    """Reduces by every row that has a pivot, the last in order first, as in back substitution; False if rounding errors have
    eaten a pivot (that row is left as it is: the span is the same)."""
    rank = np.zeros(basis.shape[1], np.int64)
    rank[order] = np.arange(len(order))
    rows = np.flatnonzero(pivot >= 0)
    sound = True
    for row in rows[np.argsort(-rank[pivot[rows]], kind="stable")]:
        if abs(basis[row, pivot[row]]) > NIL:
            reduce_by(basis, row, pivot[row])
        else:
            sound = False
    return sound


class KernelSearch:
    """Ruin and recreate over subspaces. opened: bool (n,), of the best pattern so far; cost its price."""

    def __init__(self, moves: Moves, basis: np.ndarray, rng: np.random.Generator):
        self.moves, self.rng, self._fresh = moves, rng, basis
        needy = moves.target[moves.need.max(0, initial=0) > 0]
        self.targets = needy[(np.abs(basis[:, needy]) > NIL).any(0)]
        self.price = np.where(moves.closable, moves.price, 0.0)
        self.cost, self.work, self.slack = np.inf, 0.0, 0.0
        self._rebuild(np.zeros(moves.n, bool), self.targets)
        self.best = self.cost, self.opened

    def _rebuild(self, opened: np.ndarray, targets: np.ndarray) -> None:
        """A new basis from the first one, with what is not opened printed first: rounding errors are gone."""
        closable = np.flatnonzero(self.moves.closable & ~opened)
        basis = self._fresh.copy()
        self.work += 2e-9 * len(basis) * basis.size / 2
        order = closable[np.argsort(-self.price[closable], kind="stable")]
        pivot, _ = eliminate(basis, order, targets, self.price, np.inf)
        reduce_all(basis, pivot, order)
        self._take(basis, pivot)

    def settle(self, opened: np.ndarray) -> None:
        """Makes a pattern found elsewhere the state: bool (n,)."""
        self.cost = np.inf
        self._rebuild(opened, np.zeros(0, np.int64))

    def _take(self, basis: np.ndarray, pivot: np.ndarray) -> None:
        """Makes this the state if all targets live in it and it is not too dear."""
        space = np.abs(basis[pivot < 0]) > NIL
        opened = space.any(0) & self.moves.closable
        cost = float(self.price[opened].sum())
        if cost <= self._limit and space[:, self.targets].any(0).all():
            self.basis, self.pivot, self.opened, self.cost = basis, pivot, opened, cost
            self._extra: np.ndarray | None = None  # price of what each row would open

    @property
    def _limit(self) -> float:
        """What a pattern may cost: little more than the best."""
        return max(self.cost, self.best[0] * (1 + self.slack)) * (1 + 1e-9) if np.isfinite(self.cost) else np.inf

    def continue_from(self, opened: np.ndarray) -> None:
        """Makes a pattern the best so far: bool (n,)."""
        self.settle(opened)
        self.best = self.cost, self.opened

    def start_again(self, slack: float) -> None:
        """From the best pattern, with patterns allowed that are dearer by a share."""
        self.slack = slack
        if self.cost > self.best[0] * (1 + slack):
            self.settle(self.best[1])

    def step(self) -> float:
        """One ruin and recreate; what the best gained by it."""
        rng = self.rng
        free, cut = np.flatnonzero(self.pivot < 0), np.flatnonzero(self.pivot >= 0)
        if not cut.size or not self.opened.any():
            return 0.0
        if self._extra is None:
            self._extra = (np.abs(self.basis) > NIL) @ np.where(self.opened, 0.0, self.price)
        near = self._extra[cut] + 1e-9
        if rng.random() < 0.5:
            aim = rng.choice(np.flatnonzero(self.opened))
            near = np.where(np.abs(self.basis[cut, aim]) > NIL, 0.05 * near, near)
        many = 2 + int(min(58, len(self.basis) // 2) * rng.random() ** 2)
        rows = np.concatenate([free, cut[np.argsort(rng.exponential(size=len(cut)) * near)[:many]]])
        self._recreate(rows)
        gain = self.best[0] - self.cost
        if gain > 1e-9 * self.best[0]:
            self.best = self.cost, self.opened
            return gain
        return 0.0

    def _recreate(self, rows: np.ndarray) -> None:
        """Eliminates again within the span of some rows, in an order by chance."""
        rng = self.rng
        active = np.flatnonzero((np.abs(self.basis[rows]) > NIL).any(0))
        space = np.ascontiguousarray(self.basis[np.ix_(rows, active)])
        self.work += 1e-4 + 1e-9 * len(rows) * space.size
        place = np.full(self.moves.n, -1)
        place[active] = np.arange(len(active))
        closable = np.flatnonzero(self.moves.closable[active])
        noise = rng.choice([0.0, 0.1, 0.3, 0.6])
        rank = self.price[active[closable]] * np.exp(noise * rng.standard_normal(len(closable)))
        if rng.random() < 0.5:
            rank = np.where(self.opened[active[closable]], rank, rank * np.exp(rng.random()))
        order = closable[np.argsort(-rank)]
        pivot, cheap = eliminate(space, order, place[self.targets][place[self.targets] >= 0], self.price[active], self._limit)
        if cheap and self.price[active[(np.abs(space[pivot < 0]) > NIL).any(0)]].sum() <= self._limit:
            self._accept(rows, active, space, pivot, active[order])

    def _accept(self, rows, active, space, pivot, order) -> None:
        self.work += 2e-9 * len(rows) * self.basis.size
        basis, pivots = self.basis.copy(), self.pivot.copy()
        basis[np.ix_(rows, active)] = space
        pivots[rows] = np.where(pivot >= 0, active[pivot], -1)
        local = np.full(len(basis), -1)
        local[rows] = pivots[rows]
        if reduce_all(basis, local, order) and np.abs(basis).max() < GROWN:
            self._take(basis, pivots)
        else:
            opened = np.zeros(self.moves.n, bool)
            opened[active] = (np.abs(space[pivot < 0]) > NIL).any(0)
            self._rebuild(opened, np.zeros(0, np.int64))
