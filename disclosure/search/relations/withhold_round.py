"""The last resort when the work allowed is done: more is withheld in a few rounds, each with one programme for all cells at once.

Round one opens the cheaper cells of the relations of every cell without proof, each further round neighbours of these and dearer cells,
the last everything that may be withheld. In each round one linear programme takes all these cells towards their levels together, up and
then down; a second one leaves out of its world what they can do without, the dearest first, and what is left of it is withheld. That is
dearer than one world per cell (withhold_more.py), and its work does not grow with the number of cells: at most 2 * PASSES programmes in
each of the rounds of OPENED, each of at most PIVOTS pivots per row and column.

Example. [10, 4, 6, 3] with 10 the sum of the others, and 4 and 6 withheld without proof: {10: +4, 4: +2, 6: +2} serves both.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from celwacht.disclosure.model.problem import Found, SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.search.attacker.attacker_program import moves_of, play_of
from celwacht.disclosure.search.relations.exact_worlds import Proof
from celwacht.disclosure.search.relations.withhold_more import what_moves, withhold_more
from celwacht.disclosure.solver.highs import Programme, Solver
from celwacht.disclosure.solver.work import QUESTION, Work

OPENED = (0.6, 0.85, 0.95, 0.99, 1.0)
"""Per round the share of all cells, the cheapest first, of which what is near may be withheld; the last round takes everything."""
PASSES = 6
"""Programmes in one round: up and down in turn."""
PIVOTS = 2
"""Of one programme, per row and column."""
ALMOST_FREE = 1e-3
"""Price of moving what is withheld already, against a cell of ordinary weight."""
PUSH = 2e-6
"""Seconds per row and column of one cell's question with everything open: some eight times LP_ROUND, by measurement."""


def last_resort(problem: SuppressionProblem, found: Found, work: Work) -> Found:
    """A world for each cell without proof if the work left is enough for that by the size of the problem, and else rounds; what is
    left by the one is for the other."""
    if len(found.unproved) and _fits(problem, found, work):
        return withhold_round(problem, withhold_more(problem, found, work), work)
    found = withhold_round(problem, found, work)
    return withhold_more(problem, found, work) if _fits(problem, found, work) else found


def _fits(problem: SuppressionProblem, found: Found, work: Work) -> bool:
    return 2 * len(found.unproved) * (QUESTION + PUSH * (len(problem) + len(problem.relations))) < work.left


def withhold_round(problem: SuppressionProblem, found: Found, work: Work) -> Found:
    """The same with worlds for more of its unproved cells, and what these move withheld. Ends by the number of its rounds, whatever the
    work that is left, and counts what it does."""
    near = np.zeros(len(problem), bool)
    near[found.unproved] = True
    rank = np.argsort(np.argsort(problem.cost, kind="stable"), kind="stable") / max(len(problem), 1)
    for share in OPENED:
        if not len(found.unproved):
            break
        near = np.ones(len(problem), bool) if share == OPENED[-1] else _with_neighbours(problem, near)
        opens = near & (rank <= share) & problem.free & (found.pattern == Status.PUBLISHED)
        opened = np.where(opens, Status.SECONDARY, found.pattern).astype(np.uint8)
        proof = Proof(problem, opened)
        proof.take(found.worlds)
        _ask_together(proof, found.pattern, work)
        if len(proof.lacking()) < len(found.unproved):
            found = replace(found, pattern=what_moves(proof, found.pattern), worlds=proof.filed(), unproved=proof.unproved())
    return found


def _with_neighbours(problem: SuppressionProblem, near: np.ndarray) -> np.ndarray:
    """bool (n,): these cells and all cells of their relations."""
    rows, more = problem.relations, near.copy()
    touched = np.zeros(len(rows), bool)
    touched[rows.relation[near[rows.cell]]] = True
    more[rows.cell[touched[rows.relation]]] = True
    return more


def _ask_together(proof: Proof, before: np.ndarray, work: Work) -> None:
    """Programmes up and down in turn until all is proved, or neither way proves anything more."""
    idle = 0
    for k in range(PASSES):
        left = proof.lacking()
        if not left or idle == 2:
            return
        _ask_one_way(proof, before, left, k % 2 == 0, work)
        idle = 0 if len(proof.lacking()) < len(left) else idle + 1


def _ask_one_way(proof: Proof, before: np.ndarray, left: list[int], up: bool, work: Work) -> None:
    """One programme that takes these cells (positions in `sensitive`) as near to their levels as they go together, and one that takes out of
    its world what they do not need. before: the pattern in which what the world moves is still to be paid for."""
    problem, cells = proof.problem, proof.sensitive[left]
    level = np.array([max(proof.need[i][0 if up else 1], proof.need[i][2]) for i in left], np.float64)
    cells, level = cells[level > 0], level[level > 0]
    if not len(cells):
        return
    low, high = moves_of(problem, proof.pattern)
    cost = np.zeros(len(problem))
    cost[cells] = (-1.0 if up else 1.0) / level
    if up:
        high[cells] = np.minimum(high[cells], level)
    else:
        low[cells] = np.maximum(low[cells], -level)
    point = _solved(proof, cost, low, high, work)
    if len(point) != len(problem):
        return
    for change in (_less(proof, before, point, cells, work), point):
        world = proof.facts.exact(change) if len(change) == len(problem) else None
        if world is not None and np.any(world.difference) and proof.file(world.difference, world.scale):
            return


def _less(proof: Proof, before: np.ndarray, point: np.ndarray, cells: np.ndarray, work: Work) -> np.ndarray:
    """A change between nothing and this one that does the same to `cells`, and moves as little as may be of what is dear and still printed.
    A cell that moves far costs less per unit: what counts is whether it moves."""
    low, high = np.minimum(point, 0.0), np.maximum(point, 0.0)
    low[cells] = high[cells] = point[cells]
    weight = proof.problem.cost
    price = weight / max(float(weight.mean()), 1e-9) / (1.0 + np.abs(point))
    price = np.where(before == Status.PUBLISHED, price, ALMOST_FREE)
    return _solved(proof, np.sign(point) * price, low, high, work)


def _solved(proof: Proof, cost: np.ndarray, low: np.ndarray, high: np.ndarray, work: Work) -> np.ndarray:
    """The point at which PIVOTS pivots per row and column end."""
    problem, own = proof.problem, Work()
    facts = problem.relations
    row_low, row_high = play_of(facts, facts.sums(problem.value))
    solver = Solver(Programme(cost, low, high, row_low, row_high, facts.first, facts.cell, facts.coefficient), None, own)
    solver.run(PIVOTS * (solver.columns + solver.rows))
    work.add(own.done)
    return solver.x
