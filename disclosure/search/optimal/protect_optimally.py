"""The optimal method: cheapest safe pattern by branch and cut, with a proved bound and a world for every promise.

Theory: `cuts.py` (constraints), `master.py` (bounds), `primal_heuristic.py` (patterns), `branch_and_cut.py`
(the search). What HiGHS says is never taken on trust: bounds are recomputed from its multipliers, worlds are integers
that `exact_world.py` has checked. For small and middle sizes; with a time limit it returns the best pattern and bound so far.
Reference: Fischetti and Salazar, JASA 95 (2000), 916-928; Operations Research 49 (2001), 819-829.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import numpy as np
from celwacht.disclosure.model.problem import Found, SuppressionProblem
from celwacht.disclosure.search.optimal.branch_and_cut import Search
from celwacht.disclosure.search.optimal.components import SLIDE, Goals, Part, can_move, goals_of, parts_of
from celwacht.disclosure.search.optimal.prove import Prover, Verdict
from celwacht.disclosure.solver.exact_world import World, file_worlds

METHOD = "optimal: branch and cut"
FINISH = 0.05  # of the time is kept for writing down the result


def protect(
    problem: SuppressionProblem, *, seconds: float | None = None, key: bytes = b"", progress: Callable[[int, int], None] | None = None
) -> Found:
    """The cheapest pattern in which every sensitive cell reaches its levels, or the best one found in `seconds`.

    lower_bound is proved: no safe pattern costs less. A cell that cannot reach its levels even when all is withheld is
    in `unproved`, and is kept from exact recalculation where that is possible. key: breaks ties between patterns.
    progress(share of the gap closed in thousandths, 1000) is called now and then.
    """
    ends = np.inf if seconds is None else time.monotonic() + seconds * (1 - FINISH)
    pattern, worlds, unproved = problem.start(), [], []
    moving = can_move(problem)
    unproved.append(np.flatnonzero(problem.sensitive & ~moving & (np.maximum(problem.spl, problem.lpl + problem.upl) > 0)))
    bound = [float(problem.cost[problem.sensitive].sum())]
    parts = parts_of(problem, moving)
    weight = np.array([len(p.problem) for p in parts], np.float64)
    for i, part in enumerate(parts):
        share = weight[i] / weight[i:].sum()
        now = time.monotonic()
        end = now + (ends - now) * share if ends < np.inf else np.inf
        least, found, lacking = _solve(part, end, key, progress)
        bound.append(least)
        unproved.append(part.cells[lacking])
        pattern[part.cells] = found[0]
        worlds += [(part.cells, w) for w in found[1]]
    return Found(pattern, _whole_worlds(problem, worlds), np.unique(np.concatenate(unproved)), float(np.sum(bound)), METHOD)


def _solve(part: Part, ends: float, key: bytes, progress):
    """(proved bound over the deciders, (pattern, worlds), sensitive cells without proof) of one part."""
    over = lambda: time.monotonic() > ends  # noqa: E731
    goals, proof, lacking = _attainable(part, goals_of(part.problem), over)
    if not len(goals):
        return 0.0, (part.problem.start(), []), lacking

    def tell(least: float, best: float) -> None:
        if progress is not None:
            progress(1000 if best <= 0 else int(1000 * max(0.0, min(1.0, least / best))), 1000)

    seed = int.from_bytes(hashlib.sha256(b"celwacht optimal" + key).digest()[:8], "big")
    search = Search(part, goals, over, tell, np.random.default_rng(seed))
    search.run(proof)
    best = search.best
    used = {id(w): w for pair in best.proof.values() for w in pair if w is not None}
    return max(0.0, search.bound), (part.pattern(best.withheld.astype(np.float64)), list(used.values())), lacking


def _attainable(part: Part, goals: Goals, over) -> tuple[Goals, dict, np.ndarray]:
    """(goals that can be reached when all is withheld, their proof then, the cells of the others).

    A cell whose goal is out of reach gets the goal not to be known exactly, if that can be reached.
    """
    out = np.zeros(len(goals), bool)
    prover = Prover(part, goals)
    prover.start(np.ones(len(part.deciders), bool))
    for goal in range(len(goals)):
        out[goal] = over() or prover.prove(goal) is not Verdict.PROVED
    if not out.any():
        return goals, prover.proof, np.zeros(0, np.int64)
    lacking = np.unique(goals.cell[out])
    every = Goals(
        np.concatenate([goals.cell[~out], lacking]),
        np.concatenate([goals.kind[~out], np.full(len(lacking), SLIDE)]),
        np.concatenate([goals.level[~out], np.ones(len(lacking), np.int64)]),
    )
    order = np.argsort(-every.level, kind="stable")
    again = Prover(part, every.only(order))
    again.start(np.ones(len(part.deciders), bool))
    kept = np.array([not over() and again.prove(goal) is Verdict.PROVED for goal in range(len(every))], bool)
    place = np.cumsum(kept) - 1
    proof = {int(place[goal]): pair for goal, pair in again.proof.items()}
    lost = again.goals.cell[~kept]
    return again.goals.only(kept), proof, np.unique(np.concatenate([lacking, lost]))


def _whole_worlds(problem: SuppressionProblem, worlds: list[tuple[np.ndarray, World]]):
    """Worlds of the parts as worlds of the whole problem: all other cells stay at the truth."""
    full = []
    for cells, world in worlds:
        difference = np.zeros(len(problem), np.int64)
        difference[cells] = world.difference
        full.append(World(difference, world.scale))
    return file_worlds(full)
