"""The fast method for any linear facts: magnitude tables, linked tables, whatever `problem.py` can say.

1. `sequential_model.py`: cells become moves, constants drop out, the order of cells is forgotten.
2. `sequential_search.py`: worlds one after the other by a priced linear programme; ruin and recreate.
3. `sequential_kernel.py`: where the space of all changes has few dimensions, patterns as its subspaces.
4. `sequential_worlds.py`: worlds in integers, and what they prove.

Without `seconds` the search ends by a clock that counts work, so that the same problem and key give the same pattern.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import blake2b

import numpy as np

from celwacht.disclosure.problem import Found, Pattern, SuppressionProblem
from celwacht.disclosure.sequential_kernel import KernelSearch, kernel
from celwacht.disclosure.sequential_model import Moves, moves_of
from celwacht.disclosure.sequential_pools import ColumnPool, SpanPool
from celwacht.disclosure.sequential_search import Sequential
from celwacht.disclosure.sequential_worlds import Proof

STEPS = 400                # of ruin and recreate, and so many more per open cell
STEPS_PER_CELL = 2
QUIET = 150                # stop after so many steps without gain, and as many per ten open cells
FEW = 0.3                  # dimensions per column up to which patterns are first sought as subspaces
MOST_ENTRIES = 12_000_000  # of a basis
KERNEL_STEPS, KERNEL_QUIET = 2000, 300
KERNEL_LEAVES = 3.0        # of the time, so many times what the first pattern took is left to the rest
WORK = 3_000_000           # simplex iterations: a minute or so
REPAIRS = 4                # rounds in which what whole values leave unproved is given more
RESERVE = 0.15             # share of `seconds` that is kept for the proof


def protect(problem: SuppressionProblem, *, seconds: float | None = None, key: bytes = b"",
            progress: Callable[[int, int], None] | None = None) -> Found:
    """A cheap pattern with worlds for every sensitive cell that can be protected; the others are in `unproved`.

    seconds: stop the search by then (the proof may take longer). key: breaks ties; same problem, key and no `seconds`: same
    result, however cells are ordered. progress(done, of) now and then.
    """
    end = None if seconds is None else time.monotonic() + seconds * (1 - RESERVE)
    moves = moves_of(problem, key)
    seed = int.from_bytes(blake2b(key + b"sequential", digest_size=8).digest(), "little")
    rng = np.random.default_rng(seed)
    first = _first_pattern(moves, rng, end)
    search = Sequential(moves, problem.integral, rng, SpanPool(first) if first else ColumnPool(moves, rng))
    tell = progress or (lambda done, of: None)
    of = 2 * max(1, len(moves.target))
    search.build(lambda: end is not None and time.monotonic() > end, lambda i: tell(i + 1, of),
                 first.opened if first else None)
    _improve(search, end, lambda share: tell(int(of / 2 + share * of / 2), of))
    return _proved(problem, search)


def _first_pattern(moves: Moves, rng: np.random.Generator, end: float | None) -> KernelSearch | None:
    """A pattern by subspaces, levels apart, where changes have few dimensions; None elsewhere."""
    if not len(moves.target) or not len(moves.first) - 1:
        return None
    basis = kernel(moves, min(MOST_ENTRIES, int(FEW * moves.n * moves.n)))
    if basis is None or not len(basis):
        return None
    stop = None if end is None else time.monotonic() + (end - time.monotonic()) / (1 + KERNEL_LEAVES)
    search = KernelSearch(moves, basis, rng)
    idle = 0
    for _ in range(KERNEL_STEPS):
        if idle > KERNEL_QUIET or stop is not None and time.monotonic() > stop:
            break
        idle = 0 if search.step() > 0 else idle + 1
    return search


def _improve(search: Sequential, end: float | None, tell: Callable[[float], None]) -> None:
    """Ruin and recreate until the time, the work or the patience is over."""
    opened = int(search.state.opened.sum())
    most, quiet, idle = STEPS + STEPS_PER_CELL * opened, QUIET + 15 * opened // 10, 0
    for step in range(most if end is None else 1 << 30):
        if idle > quiet or (search.pool.work > WORK if end is None else time.monotonic() > end):
            break
        idle = 0 if search.step() > 0 else idle + 1
        tell(min(1.0, step / most))


def _proved(problem: SuppressionProblem, search: Sequential) -> Found:
    """The pattern with its worlds; cells that whole values leave unproved are given more room, a few times."""
    moves = search.moves
    for repair in range(REPAIRS + 1):
        pattern = problem.start()
        pattern[moves.cell[search.state.opened]] = Pattern.SECONDARY
        proof = Proof(problem, pattern)
        for d in search.state.directions:
            proof.offer(moves.cells(d.dense(moves.n), len(problem)))
        proof.ask()
        place = {int(moves.cell[t]): i for i, t in enumerate(moves.target)}
        open_ones = [place[c] for c in proof.unproved().tolist() if c in place and place[c] not in search.hopeless]
        if not open_ones or repair == REPAIRS:
            break
        search.more(open_ones)
    return Found(pattern, proof.filed(), proof.unproved(), None, "sequential")
