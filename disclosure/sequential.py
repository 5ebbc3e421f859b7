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
from celwacht.disclosure.sequential_model import moves_of
from celwacht.disclosure.sequential_search import Sequential
from celwacht.disclosure.sequential_worlds import Proof

STEPS = 400                # of ruin and recreate, and so many more per open cell
STEPS_PER_CELL = 2
QUIET = 150                # stop after so many steps without gain, and as many per ten open cells
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
    search = Sequential(moves, problem.integral, np.random.default_rng(seed))
    tell = progress or (lambda done, of: None)
    of = 2 * max(1, len(moves.target))
    search.build(lambda: end is not None and time.monotonic() > end, lambda i: tell(i + 1, of))
    _improve(search, end, lambda share: tell(int(of / 2 + share * of / 2), of))
    return _proved(problem, search)


def _improve(search: Sequential, end: float | None, tell: Callable[[float], None]) -> None:
    """Ruin and recreate until the time, the work or the patience is over."""
    opened = int(search.state.opened.sum())
    most, quiet, idle = STEPS + STEPS_PER_CELL * opened, QUIET + 15 * opened // 10, 0
    for step in range(most if end is None else 1 << 30):
        if idle > quiet or (search.lp.work > WORK if end is None else time.monotonic() > end):
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
