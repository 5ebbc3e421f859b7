"""The last resort: worlds for what a search left without proof, with everything that may be withheld open to them.

A world that needs more than the pattern leaves is made all the same, and what it moves is withheld as well: dearer than it need be, but
proved. Worlds found before stay worlds, since withholding takes facts away.

Example. [10, 4, 6] with 4 withheld alone has no world. With everything open there is {10: +2, 4: +2}: 10 is withheld too.

Large numbers. Where levels are in the millions, a solver's answers are off by more than whole numbers forgive. So the problem is asked
in coarse units of G, a multiple of every denominator in SCALES, rooms rounded down: an answer of z / d units is a whole change of
z (G / d), exactly.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, Found, Relations, SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.search.attacker.attacker_program import AttackerLP, moves_of
from celwacht.disclosure.search.attacker.exact_world import COMMON, ExactFacts
from celwacht.disclosure.search.relations.exact_worlds import Proof
from celwacht.disclosure.solver.work import Work

UNITS = 100
"""A level is asked for in about so many coarse units."""


def withhold_more(problem: SuppressionProblem, found: Found, work: Work) -> Found:
    """The same with worlds for more of its unproved cells, as far as the work goes, and what these move withheld."""
    if not len(found.unproved):
        return found
    opened = np.where((found.pattern == Status.PUBLISHED) & problem.free, Status.SECONDARY, found.pattern).astype(np.uint8)
    proof = Proof(problem, opened)
    proof.take(found.worlds)
    ask_coarsely(proof, work)
    proof.ask(work)
    return replace(found, pattern=what_moves(proof, found.pattern), worlds=proof.filed(), unproved=proof.unproved())


def what_moves(proof: Proof, before: np.ndarray) -> np.ndarray:
    """uint8 (n,): the pattern before, with what the worlds of a proof in a more open pattern move beyond it withheld as well."""
    problem, pattern = proof.problem, before.copy()
    low, high = problem.leeway(np.where(before == Status.PUBLISHED, before, proof.pattern).astype(np.uint8))
    for world in proof.worlds:
        beyond = (world.difference < low * world.scale) | (world.difference > high * world.scale)
        pattern[beyond & problem.free & (pattern == Status.PUBLISHED)] = Status.SECONDARY
    return pattern


def ask_coarsely(proof: Proof, work: Work) -> None:
    """For cells still without proof whose levels are large: the attacker's programme in coarse units."""
    left = [i for i in proof.lacking() if max(proof.need[i]) >= COMMON * UNITS]
    attacker = None
    unit = 0
    for i in sorted(left, key=lambda i: -max(proof.need[i])):
        own = COMMON * (max(proof.need[i]) // (COMMON * UNITS))
        if attacker is None or not own <= unit <= 2 * own:
            unit = own
            coarse = coarsened(proof.problem, unit)
            facts, attacker = ExactFacts(coarse, proof.pattern), AttackerLP(coarse, work=work)
            attacker.room(*moves_of(coarse, proof.pattern))
        for up in (True, False):
            level = max(proof.need[i][0 if up else 1], proof.need[i][2])
            if work.over or not level or not proof.lacks(i):
                break
            push = attacker.push(int(proof.sensitive[i]), up, float(-(-level // unit)))
            world = facts.exact(push.difference) if push.optimal else None
            if world is not None:
                proof.file(world.difference * (unit // world.scale), 1)


def coarsened(problem: SuppressionProblem, unit: int) -> SuppressionProblem:
    """The changes of a problem in units, every room rounded towards the truth; the truth is 0 everywhere."""
    zero, facts = np.zeros(len(problem), np.int64), problem.relations
    sums = facts.sums(problem.value)

    def coarse_lower(bound: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.where(bound <= -UNBOUNDED, -UNBOUNDED, -((value - bound) // unit))

    def coarse_upper(bound: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.where(bound >= UNBOUNDED, UNBOUNDED, (bound - value) // unit)

    rows = Relations(facts.first, facts.cell, facts.coefficient, coarse_lower(facts.least, sums), coarse_upper(facts.greatest, sums))
    value = problem.value
    return replace(
        problem,
        value=zero,
        lower=coarse_lower(problem.lower, value),
        upper=coarse_upper(problem.upper, value),
        printed_low=coarse_lower(problem.printed_low, value),
        printed_high=coarse_upper(problem.printed_high, value),
        lpl=zero,
        upl=zero.copy(),
        spl=zero.copy(),
        relations=rows,
        integral=False,
    )
