"""The audit of a table that we did not make: every withheld cell's interval, and how to get at it.

Lines alone first (any size, exact), then the attacker's programme for what they leave open, part by part, then the
recipes. Facts that contradict the others are set aside and named, since nothing can be inferred from a contradiction.

Example, the table of model/example.py with the 1 withheld alone: EXACT, with the recipe `a, p = a, T [4] - a, q [3] = 1`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from celwacht.disclosure.audit.bounds.components import Part, parts_of
from celwacht.disclosure.audit.bounds.integer_program import Contradiction
from celwacht.disclosure.audit.bounds.intervals import look, measure, settle
from celwacht.disclosure.audit.bounds.line_bounds import Narrowed, cells_to_relations, impossible, narrow
from celwacht.disclosure.audit.bounds.line_kernel import FAR
from celwacht.disclosure.audit.model.facts import CellFinding, Facts, Inference, PublishedAudit, end
from celwacht.disclosure.audit.model.recipe import Latest
from celwacht.disclosure.audit.recipes.find_recipe import with_recipe
from celwacht.disclosure.model.problem import UNBOUNDED, Relations
from celwacht.disclosure.solver.work import Work

MOST_SET_ASIDE = 1_000
RECIPE_SHARE = 0.25
"""Recipes get so much of the work allowed on top, where the questions took all of it."""
RANK = {Inference.EXACT: 0, Inference.NARROW: 1, Inference.INCONCLUSIVE: 2, Inference.OPEN: 3}


def audit_published(
    facts: Facts, width: int, *, seconds: float | None = None, recipes: bool = True, progress: Callable[[int, int], None] | None = None
) -> PublishedAudit:
    """Judges every withheld cell: EXACT, NARROW (greatest - least < width), OPEN, or INCONCLUSIVE where the work of `seconds` (solver/work.py)
    did not do: counted, so that the same facts have the same answer on every machine.

    The interval of every cell holds the truth as long as the facts do. Raises ValueError where more than MOST_SET_ASIDE
    relations contradict each other: then the structure of the table is not what was stated.
    """
    work = Work(seconds)
    aside: list[int] = []
    while True:
        relations = _without(facts.relations, aside)
        narrowed = _narrowed(facts, relations, aside)
        relations = _without(facts.relations, aside)
        least, greatest = narrowed.least.copy(), narrowed.greatest.copy()
        seen = (np.full(len(facts), FAR), np.full(len(facts), -FAR))
        found = _ask_parts(facts, relations, least, greatest, seen, width, work, progress)
        if not len(found):
            break
        aside += [int(r) for r in found]
    findings = [_finding(facts, i, least, greatest, seen, width) for i in np.flatnonzero(facts.withheld).tolist()]
    if recipes:
        through = cells_to_relations(relations, len(facts))
        latest = Latest(narrowed.log)
        work = Work(max(work.left, RECIPE_SHARE * (seconds or 0)))
        findings = [with_recipe(facts, relations, through, narrowed, f, work, latest) for f in findings]
    findings.sort(key=lambda f: (RANK[f.verdict], _width(f), f.cell))
    return PublishedAudit(replace(facts, relations=relations), width, tuple(findings), tuple(sorted(aside)))


def _width(f: CellFinding) -> int:
    return UNBOUNDED if f.greatest is None or f.least is None else f.greatest - f.least


def _without(relations: Relations, aside: list[int]) -> Relations:
    """The same relations, those set aside saying nothing."""
    least, greatest = relations.least.copy(), relations.greatest.copy()
    least[aside], greatest[aside] = -UNBOUNDED, UNBOUNDED
    return replace(relations, least=least, greatest=greatest)


def _narrowed(facts: Facts, relations: Relations, aside: list[int]) -> Narrowed:
    """Bounds by lines; every line that cannot hold is added to `aside` first."""
    aside += [int(r) for r in impossible(facts.least, facts.greatest, relations)]
    while True:
        if len(aside) > MOST_SET_ASIDE:
            raise ValueError(
                f"more than {MOST_SET_ASIDE} lines contradict the figures: the totals, the rounding or the marks are not what was stated"
            )
        narrowed = narrow(facts.least, facts.greatest, _without(facts.relations, aside))
        if narrowed.broken < 0:
            return narrowed
        aside.append(narrowed.broken)


def _ask_parts(facts, relations, least, greatest, seen, width, work, progress) -> np.ndarray:
    """Fills least, greatest and seen; returns relations that contradict each other (none: all is done)."""
    parts = [p for p in parts_of(least, greatest, relations) if facts.withheld[p.cells].any()]
    todo = [np.flatnonzero(facts.withheld[p.cells]) for p in parts]
    of, done = sum(map(len, todo)), 0
    tell = (lambda done: progress(done, of)) if progress else (lambda done: None)
    _loose_ends(facts, least, greatest, seen, parts)
    looked, broken = [], []
    for part, targets in zip(parts, todo):
        try:
            looked.append(look(part, targets, width, work))
        except Contradiction as contradiction:
            broken.append(part.relation[contradiction.relations])
        done += len(targets)
        tell(done)
    if broken:
        return np.concatenate(broken)
    for (found, base), targets in zip(looked, todo):
        settle(found, base, targets, width, work, lambda: tell(done))
    for (found, _), targets in zip(looked, todo):
        measure(found, targets, width, work, lambda: tell(done))
    for part, (found, _) in zip(parts, looked):
        _take(part, found, least, greatest, seen)
    return np.zeros(0, np.int64)


def _loose_ends(facts, least, greatest, seen, parts: list[Part]) -> None:
    """Cells in no part: every value within their bounds is possible."""
    loose = np.ones(len(facts), bool)
    for p in parts:
        loose[p.cells] = False
    seen[0][loose], seen[1][loose] = least[loose], greatest[loose]


def _take(part: Part, found, least, greatest, seen) -> None:
    least[part.cells], greatest[part.cells] = found.least, found.greatest
    seen[0][part.cells], seen[1][part.cells] = found.low, found.high


def _finding(facts: Facts, i: int, least, greatest, seen, width: int) -> CellFinding:
    i, low, high = int(i), int(least[i]), int(greatest[i])
    if high - low < width:
        verdict = Inference.EXACT if low == high else Inference.NARROW
    else:
        verdict = Inference.OPEN if int(seen[1][i]) - int(seen[0][i]) >= width else Inference.INCONCLUSIVE
    none = seen[0][i] > seen[1][i]
    return CellFinding(i, end(low), end(high), verdict, None if none else end(int(seen[0][i])), None if none else end(int(seen[1][i])))
