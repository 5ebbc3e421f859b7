"""A small part of counts for the compiled search: what is asked of it, and its answer as worlds.

Asked are parts of few cells whose values are whole, whose relations are equations by which some cells are whole sums of the others (those of
any table of counts are), with whole costs. Where that search comes to no end, or a pattern needs worlds that it does not
find, the search of this room goes on from the start.

Example: the table of model/example.py is one such part: its margins are sums of its four inner cells, counts and costs are whole.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.search.attacker.exact_world import World
from celwacht.disclosure.search.optimal.components import Goals, Part
from celwacht.disclosure.solver.work import LP_PIVOT, QUESTION, Work

MOST_CELLS, MOST_GOALS = 120, 80
MOST_BOUND = 1 << 30
MOST_WORK = 0.25  # seconds; where less is left the search of this room, which can stop anywhere, is asked


def solve_small(part: Part, goals: Goals, work: Work, ties: np.random.Generator):
    """(proved cost over the deciders, withheld bool (d,), worlds), or None where the part is none for this search."""
    if work.left < MOST_WORK:
        return None
    given = given_of(part, goals, ties)
    if given is None:
        return None
    from celwacht.disclosure.search.small.search_kernel import FOUND, search  # loads compiled code
    from celwacht.disclosure.search.small.state import STEPS, state_of

    state, pivot = state_of(given), LP_PIVOT * given.form.size
    outcome, bound, withheld = search(given, state, place_of(part), int(MOST_WORK / pivot))
    work.add(QUESTION + pivot * int(state.counted[STEPS]))
    if outcome != FOUND:
        return None
    used = np.unique(np.concatenate([state.above, state.below]))
    return bound, withheld, [World(state.world[w].copy(), 1) for w in used[used >= 0]]


def given_of(part: Part, goals: Goals, ties: np.random.Generator):
    """The part as arrays (search/small/state.py), or None where it is not what that search is made for."""
    form = _whole_form(part) if _suits(part, goals) else None
    if form is None:
        return None
    from celwacht.disclosure.search.small.state import BIG, Given

    cost = part.problem.cost[part.deciders]
    dear = np.lexsort((ties.random(len(cost)), -cost))
    ends = (np.clip(a, -BIG, BIG) for a in (part.shown_low, part.shown_high, part.hidden_low, part.hidden_high))
    fields = [*form, *ends, part.deciders, cost, dear, goals.cell, goals.kind.astype(np.int64), goals.level]
    return Given(*fields)


def place_of(part: Part) -> np.ndarray:
    """(n,) int64: which decider a cell is, or -1."""
    place = np.full(len(part.problem), -1)
    place[part.deciders] = np.arange(len(part.deciders))
    return place


def _suits(part: Part, goals: Goals) -> bool:
    problem, facts = part.problem, part.problem.relations
    ends = np.concatenate([part.hidden_low, part.hidden_high, part.shown_low, part.shown_high])
    cost = problem.cost[part.deciders]
    return bool(
        len(problem) <= MOST_CELLS
        and 0 < len(goals) <= MOST_GOALS
        and problem.integral
        and np.all(facts.least == facts.greatest)
        and np.all(np.abs(facts.least) < UNBOUNDED)
        and np.all((np.abs(ends) < MOST_BOUND) | np.isinf(ends))
        and goals.level.max() < MOST_BOUND
        and np.all(cost == np.rint(cost))
        and cost.sum() < MOST_BOUND
    )


def _whole_form(part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """(form int64 (m, k), head (m,), beside (k,)): cell head[i] = sum(form[i] * cells beside) in every change; None if not in whole numbers."""
    facts, n = part.lean.relations, len(part.problem)
    rows: dict[int, dict[int, int]] = {}  # of the solved cells, in cells that are not
    for r in range(len(facts)):
        row: dict[int, int] = {}
        for c, k in zip(
            facts.cell[facts.first[r] : facts.first[r + 1]].tolist(), facts.coefficient[facts.first[r] : facts.first[r + 1]].tolist()
        ):
            for a, b in rows.get(c, {c: 1}).items():
                row[a] = row.get(a, 0) + k * b
        row = {a: b for a, b in row.items() if b}
        if not row:
            continue
        solved = next((c for c in sorted(row) if abs(row[c]) == 1), None)
        if solved is None:
            return None
        sign = -row.pop(solved)
        terms = {a: sign * b for a, b in row.items()}
        for other in rows.values():
            times = other.pop(solved, 0)
            for a, b in terms.items() if times else ():
                other[a] = other.get(a, 0) + times * b
        rows[solved] = terms
    head = np.array(sorted(rows), np.int64)
    beside = np.setdiff1d(np.arange(n), head)
    place = {c: j for j, c in enumerate(beside.tolist())}
    form = np.zeros((len(head), len(beside)), np.int64)
    for i, c in enumerate(head.tolist()):
        for a, b in rows[c].items():
            form[i, place[a]] = b
    if np.abs(form).max(initial=0) > 1000 or _breaks(part, form, head, beside):
        return None
    return form, head, beside


def _breaks(part: Part, form: np.ndarray, head: np.ndarray, beside: np.ndarray) -> bool:
    """Whether some relation of the part, also of those left out as following from others, does not hold for the form."""
    change = np.zeros((len(part.problem), len(beside)), np.int64)
    change[head], change[beside, np.arange(len(beside))] = form, 1
    return any(part.problem.relations.sums(column).any() for column in np.ascontiguousarray(change.T))
