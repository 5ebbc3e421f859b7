"""The fast method for any linear facts: magnitude tables, linked tables, whatever `problem.py` can say.

1. `model.py`: cells become moves, constants drop out, the order of cells is forgotten.
2. `search.py`: worlds one after the other by a priced linear programme (`pricing.py`); ruin and recreate.
3. `null_space.py`: where the space of all changes has few dimensions, patterns as its subspaces, protection levels left out; then
   worlds are sought within spans of few directions (`span_program.py`, `column_pools.py`).
4. `schedule.py`: which of them runs when. `exact_worlds.py`: worlds in integers, and what they prove.
5. `withhold_more.py`: what is still without proof then is proved by withholding more. `withhold_round.py`: the same for many cells at once,
   when the work allowed is done.

The search ends by a clock that counts work (solver/work.py), so that the same problem, key and `seconds` give the same pattern.

Example:

    >>> from celwacht.disclosure.model.example import problem
    >>> found = protect(problem(), seconds=1)
    >>> found.pattern.reshape(3, 3).tolist(), len(found.unproved)
    ([[0, 0, 0], [0, 1, 2], [0, 2, 2]], 0)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b

import numpy as np
from celwacht.disclosure.model.problem import Found, SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.search.relations.exact_worlds import Proof
from celwacht.disclosure.search.relations.model import moves_of
from celwacht.disclosure.search.relations.schedule import EFFORT, Clock, search
from celwacht.disclosure.search.relations.search import WorldSearch
from celwacht.disclosure.search.relations.withhold_more import ask_coarsely, withhold_more
from celwacht.disclosure.search.relations.withhold_round import last_resort
from celwacht.disclosure.solver.work import QUESTION, Work

PROOF = 5.0  # seconds of work that the proof may take in any case
REPAIRS = 4  # rounds in which what whole values leave unproved is given more
RESERVE = 0.15  # share of `seconds` that is kept for the proof


def protect(
    problem: SuppressionProblem, *, seconds: float | None = None, key: bytes = b"", progress: Callable[[int, int], None] | None = None
) -> Found:
    """A cheap pattern with worlds for every sensitive cell that can be protected; the others are in `unproved`.

    seconds: of work, after which the search stops and the pattern of the moment is taken. key: breaks ties; same problem, key
    and `seconds`: same result, on any machine and however cells are ordered. progress(done, of) now and then.
    """
    moves = moves_of(problem, key)
    # The word is part of every pattern found so far: it stays, whatever the method is called.
    seed = int.from_bytes(blake2b(key + b"sequential", digest_size=8).digest(), "little")
    tell = progress or (lambda done, of: None)
    clock = Clock(EFFORT if seconds is None else seconds * (1 - RESERVE), [])
    ties = np.random.default_rng(seed)
    found = search(moves, problem.integral, ties, clock, lambda share: tell(min(99, int(100 * share)), 100))
    tell(100, 100)
    searched = clock.spent()
    proof = Work(None if seconds is None else max(PROOF, RESERVE * seconds))
    done = _proved(problem, found, proof)
    all_done = seconds is not None and (clock.share >= 1 or proof.over)
    done = (last_resort if all_done else withhold_more)(problem, done, proof)
    ended = f"{clock.phase}: the work allowed was done" if clock.share >= 1 else ""
    ended = ended or ("proof: the work allowed was done" if proof.over else "")
    return replace(done, ended=ended, work=searched + proof.done)


def _proved(problem: SuppressionProblem, found: WorldSearch, work: Work) -> Found:
    """The pattern with its worlds; cells that whole values leave unproved are given more room, a few times."""
    moves = found.moves
    for repair in range(REPAIRS + 1):
        pattern = problem.start()
        pattern[moves.cell[found.state.opened]] = Status.SECONDARY
        proof = Proof(problem, pattern)
        for d in found.state.directions:
            work.add(QUESTION)
            proof.offer(moves.cells(d.dense(moves.n), len(problem)))
        proof.within(moves, (found.state.uses > 0) | ~moves.closable, work)
        proof.ask(work)
        if repair == REPAIRS or work.over:
            ask_coarsely(proof, work)
        place = {int(moves.cell[t]): i for i, t in enumerate(moves.target)}
        open_ones = [place[c] for c in proof.unproved().tolist() if c in place and place[c] not in found.hopeless]
        if not open_ones or repair == REPAIRS or work.over:
            break
        found.more(open_ones, work)
    return Found(pattern, proof.filed(), proof.unproved(), None, "fast")
