"""Which search runs when: subspaces first where there are any, then worlds, then both in turn until the budget is spent.

The budget is in seconds of a clock that adds up estimates of the work done, and so ends the search at the same step on every machine.

Example: the 9 columns of the table in model/example.py have 4 dimensions, more than 0.35 a column: worlds are sought one by one, and improved until the
budget is spent or 20 new runs found nothing better. With fewer dimensions, subspaces have 40 % of the budget first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.search.relations.column_pools import ColumnPool, SpanPool
from celwacht.disclosure.search.relations.model import Moves
from celwacht.disclosure.search.relations.null_space import KernelSearch, kernel
from celwacht.disclosure.search.relations.search import WorldSearch

FEW = 0.35  # dimensions per column up to which patterns are sought as subspaces
MOST_ENTRIES = 12_000_000  # of a basis
EFFORT = 40.0  # budget where none is given
FIRST, SECOND, TURN = 0.4, 0.25, 0.05  # shares of the budget: subspaces, then worlds, then each in turn
TURNS = 12  # in a row that find nothing better, after which the search ends
KERNEL_SLACKS = (0.0, 0.0, 0.003)
KERNEL_RENEW, KERNEL_QUIET = 60, 400
QUIET = 120  # steps without gain after which a run is over
RUNS = 20  # runs in a row that find nothing better, after which the search ends


@dataclass(slots=True)
class Clock:
    """spent(): seconds of work so far; budget: in all. phase: what is going on."""

    budget: float
    work: list[Callable[[], float]]
    phase: str = ""

    def spent(self) -> float:
        return sum(w() for w in self.work)

    @property
    def share(self) -> float:
        return self.spent() / self.budget if self.budget > 0 else 1.0


def search(moves: Moves, whole: bool, rng: np.random.Generator, clock: Clock, tell: Callable[[float], None]) -> WorldSearch:
    """The best set of worlds found within the budget of the clock. tell(share of the budget) now and then."""
    first = _subspaces(moves, rng)
    clock.phase = "worlds one by one"
    if first is None:
        found = WorldSearch(moves, whole, rng, ColumnPool(moves, rng))
        clock.work.append(lambda: found.pool.work)
        many = max(1, len(moves.target))
        found.build(lambda: clock.share, 0.5, lambda i: tell(0.5 * i / many))
        clock.phase = "improvement" if clock.share < 1 else clock.phase
        _worlds(found, clock, 1.0, tell, RUNS)
        return found
    clock.work.append(lambda: first.work)
    clock.phase = "improvement"
    _shrink(first, clock, FIRST, tell)
    best = _from_pattern(first, whole, rng, clock, FIRST + SECOND, tell)
    turns = min(TURNS, int(best.best.opened.sum()) // 2)
    while clock.share < 1 and turns > 0:
        first.continue_from(best.best.opened)
        _shrink(first, clock, min(1.0, clock.share + TURN), tell)
        before = clock.share
        found = _from_pattern(first, whole, rng, clock, min(1.0, before + TURN), tell)
        if len(found.hopeless) <= len(best.hopeless) and found.best.cost < best.best.cost:
            best, turns = found, TURNS
        turns -= 1
    return best


def _subspaces(moves: Moves, rng: np.random.Generator) -> KernelSearch | None:
    if not len(moves.target) or len(moves.first) < 2 or not moves.need.any():
        return None
    basis = kernel(moves, min(MOST_ENTRIES, int(FEW * moves.n * moves.n)))
    return None if basis is None or not len(basis) else KernelSearch(moves, basis, rng)


def _shrink(first: KernelSearch, clock: Clock, until: float, tell: Callable[[float], None]) -> None:
    """Subspaces until the share of the budget is spent, or nothing comes of it any more; ends at the best pattern."""
    idle = step = 0
    quiet = min(KERNEL_QUIET, 10 + 4 * int(first.opened.sum()))
    while clock.share < until and idle < quiet:
        if step % KERNEL_RENEW == 0:
            first.start_again(float(first.rng.choice(KERNEL_SLACKS)))
            tell(clock.share)
        idle = 0 if first.step() > 0 else idle + 1
        step += 1
    first.start_again(0.0)


def _from_pattern(first: KernelSearch, whole: bool, rng, clock: Clock, until: float, tell) -> WorldSearch:
    """Worlds for a pattern that was found without regard to protection levels, and their improvement."""
    liked, pool = first.best[1].copy(), SpanPool(first)
    found = WorldSearch(first.moves, whole, rng, pool)
    clock.work.append(lambda: pool.work)
    found.build(lambda: clock.share, until, liked=liked)
    _worlds(found, clock, until, tell)
    return found


def _worlds(found: WorldSearch, clock: Clock, until: float, tell: Callable[[float], None], runs: int = 1) -> None:
    """Ruin and recreate until the share of the budget is spent, or so many new runs brought nothing."""
    idle, vain, seen = 0, 0, found.best
    many = int(found.best.opened.sum())
    quiet, runs = min(QUIET, 8 + 3 * many), min(runs, 1 + many // 3)
    while clock.share < until and vain < runs and many:
        idle = 0 if found.step() > 0 else idle + 1
        tell(clock.share)
        if idle > quiet:
            before, idle = found.best, 0
            vain = vain + 1 if before is seen else 0
            seen = before
            found.shake()
    found.state = found.best
