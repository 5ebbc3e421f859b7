"""The optimal method: cheapest safe pattern by branch and cut, with a proved bound and a world for every promise.

Theory: `cuts.py` (constraints), `master.py` (bounds), `primal_heuristic.py` (patterns), `branch_and_cut.py`
(the search). What HiGHS says is never taken on trust: bounds are recomputed from its multipliers, worlds are integers
that `exact_world.py` has checked. For small and middle sizes; with a limit on the work it returns the best pattern and bound so far.
Reference: Fischetti and Salazar, JASA 95 (2000), 916-928; Operations Research 49 (2001), 819-829.

Example:

    >>> from celwacht.disclosure.model.example import problem
    >>> found = protect(problem())
    >>> found.pattern.reshape(3, 3)      # 1: sensitive; 2: withheld for it
    array([[0, 0, 0],
           [0, 1, 2],
           [0, 2, 2]], dtype=uint8)
    >>> found.lower_bound      # 1 + 3 + 6 + 9, and no safe pattern is cheaper
    19.0
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from celwacht.disclosure.model.problem import Found, SuppressionProblem
from celwacht.disclosure.search.attacker.exact_world import World, file_worlds
from celwacht.disclosure.search.optimal.branch_and_cut import Search
from celwacht.disclosure.search.optimal.components import SLIDE, Goals, Part, can_move, goals_of, parts_of
from celwacht.disclosure.search.optimal.prove import Prover, Reach
from celwacht.disclosure.search.optimal.small_part import solve_small
from celwacht.disclosure.solver.work import Work

METHOD = "optimal: branch and cut"


def protect(
    problem: SuppressionProblem, *, seconds: float | None = None, key: bytes = b"", progress: Callable[[int, int], None] | None = None
) -> Found:
    """The cheapest pattern in which every sensitive cell reaches its levels, or the best one found with the work of `seconds` (work.py).

    lower_bound is proved: no safe pattern costs less. A cell that cannot reach its levels even when all is withheld is
    in `unproved`, and is kept from exact recalculation where that is possible. key: breaks ties between patterns.
    progress(share of the gap closed in thousandths, 1000) is called now and then.
    """
    work = Work(seconds)
    pattern, worlds, unproved, ended = problem.start(), [], [], ""
    moving = can_move(problem)
    unproved.append(np.flatnonzero(problem.sensitive & ~moving & (np.maximum(problem.spl, problem.lpl + problem.upl) > 0)))
    bound = [float(problem.cost[problem.sensitive].sum())]
    parts = parts_of(problem, moving)
    weight = np.array([len(p.problem) for p in parts], np.float64)
    for i, part in enumerate(parts):
        own = work.part(weight[i] / weight[i:].sum())
        least, found, lacking, phase = _solve(part, own, key, progress)
        ended = ended or (f"{phase}: the work allowed was done" if own.over else "")
        bound.append(least)
        unproved.append(part.cells[lacking])
        pattern[part.cells] = found[0]
        worlds += [(part.cells, w) for w in found[1]]
    return Found(
        pattern, _whole_worlds(problem, worlds), np.unique(np.concatenate(unproved)), float(np.sum(bound)), METHOD, ended, work.done
    )


def _solve(part: Part, work: Work, key: bytes, progress):
    """(proved bound over the deciders, (pattern, worlds), sensitive cells without proof, the phase that the search came to) of one part."""
    seed = int.from_bytes(hashlib.sha256(b"celwacht optimal" + key).digest()[:8], "big")
    small = solve_small(part, goals_of(part.problem), work, np.random.default_rng(seed))
    if small is not None:
        least, withheld, worlds = small
        if progress is not None:
            progress(1000, 1000)
        return least, (part.pattern(withheld.astype(np.float64)), worlds), np.zeros(0, np.int64), "all"
    goals, proof, lacking = _attainable(part, goals_of(part.problem), work)
    if not len(goals):
        return 0.0, (part.problem.start(), []), lacking, "what can be reached"

    def tell(least: float, best: float) -> None:
        if progress is not None:
            progress(1000 if best <= 0 else int(1000 * max(0.0, min(1.0, least / best))), 1000)

    search = Search(part, goals, work, tell, np.random.default_rng(seed))
    search.run(proof)
    best = search.best
    assert best is not None  # withholding everything is a pattern: run begins with it
    used = {id(w): w for pair in best.proof.values() for w in pair if w is not None}
    return max(0.0, search.bound), (part.pattern(best.withheld.astype(np.float64)), list(used.values())), lacking, search.phase


def _attainable(part: Part, goals: Goals, work: Work) -> tuple[Goals, dict, np.ndarray]:
    """(goals that can be reached when all is withheld, their proof then, the cells of the others).

    A cell whose goal is out of reach gets the goal not to be known exactly, if that can be reached.
    """
    out = np.zeros(len(goals), bool)
    prover = Prover(part, goals, work)
    prover.start(np.ones(len(part.deciders), bool))
    for goal in range(len(goals)):
        out[goal] = work.over or prover.prove(goal) is not Reach.PROVED
    for goal in np.flatnonzero(out).tolist():
        out[goal] = not prover.on_file(goal)  # by a world that was found for a later goal
    if not out.any():
        return goals, prover.proof, np.zeros(0, np.int64)
    lacking = np.unique(goals.cell[out])
    every = Goals(
        np.concatenate([goals.cell[~out], lacking]),
        np.concatenate([goals.kind[~out], np.full(len(lacking), SLIDE)]),
        np.concatenate([goals.level[~out], np.ones(len(lacking), np.int64)]),
    )
    order = np.argsort(-every.level, kind="stable")
    again = Prover(part, every.only(order), work)
    again.start(np.ones(len(part.deciders), bool))
    for goal in range(len(every)):
        if not work.over:
            again.prove(goal)
    kept = np.array([again.on_file(goal) for goal in range(len(every))], bool)
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
