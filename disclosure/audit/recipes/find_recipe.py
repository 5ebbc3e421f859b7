"""The recipe of a finding: one sum of printed figures where there is one, else lines one after the other.

Example: with 19 = x + 15 and 4 = y + z, z = 3 the log of y has two entries; one sum of printed figures, y = 19 - 15 - 3, says the same, and is preferred.
"""

from __future__ import annotations

from dataclasses import replace

from celwacht.disclosure.audit.bounds.line_bounds import Narrowed
from celwacht.disclosure.audit.bounds.line_kernel import GREATEST, LEAST
from celwacht.disclosure.audit.model.facts import CellFinding, Inference
from celwacht.disclosure.audit.model.recipe import Latest, Recipe, Step, follow, from_log, over, value_of
from celwacht.disclosure.audit.recipes.shortest_recipe import among, shortest
from celwacht.disclosure.model.problem import Relations
from celwacht.disclosure.solver.work import Work

ENOUGH_STEPS = 1
"""A recipe of so many steps by lines alone is not sought to be shortened."""
MOST_PRUNED = 80


def with_recipe(
    facts, relations, through, narrowed: Narrowed, f: CellFinding, work: Work | None = None, latest: Latest | None = None
) -> CellFinding:
    """The finding with steps for both of its ends; open cells need none. work: None for no limit. latest: of the log of `narrowed`, where
    there are many findings."""
    work = Work() if work is None else work
    if f.verdict not in (Inference.EXACT, Inference.NARROW):
        return f
    latest = latest or Latest(narrowed.log)
    printed = over({}, facts.least, facts.greatest)
    steps: list[Step] = []
    searched = 0
    for side, bound in ((LEAST, f.least), (GREATEST, f.greatest)):
        if bound == printed(f.cell)[side]:
            continue
        step = _same_sum(relations, steps, f.cell, side, bound, printed)
        found = (step,) if step else _steps(facts, relations, through, narrowed, latest, f.cell, side, bound, work)
        if found is None:
            searched = 1
        else:
            steps += [s for s in found if s not in steps]
    return replace(f, recipe=Recipe(tuple(steps), searched))


def _same_sum(relations, steps, cell, side, bound, printed) -> Step | None:
    """The sum of the other end, where it gives this end too: an exact derivation."""
    for s in steps:
        if s.cell == cell and s.side != side:
            turned = Step(cell, side, bound, s.lines)
            got = value_of(relations, turned, printed)
            if got is not None and (got >= bound if side == LEAST else got <= bound):
                return turned
    return None


def _steps(facts, relations, through, narrowed, latest, cell, side, bound, work) -> tuple[Step, ...] | None:
    """Steps to one bound: one sum of printed figures, or lines one after the other, or one sum on top of such lines."""
    by_lines = (narrowed.least, narrowed.greatest)[side][cell] == bound
    chain = from_log(relations, latest, [latest.last(cell, side)]) if by_lines else None
    if chain is not None and (len(chain) <= ENOUGH_STEPS or work.over):
        return chain
    if work.over:
        return None
    printed = over({}, facts.least, facts.greatest)
    single = shortest(relations, through, cell, side, bound, printed, work)
    if single is None and chain is not None:
        single = among(relations, sorted({r for s in chain for r, _ in s.lines}), cell, side, bound, printed, work)
    if single is not None:
        return (single,)
    if chain is not None:
        return _pruned(facts, relations, chain)
    narrower = over({}, narrowed.least, narrowed.greatest)
    last = shortest(relations, through, cell, side, bound, narrower, work)
    return None if last is None else _pruned(facts, relations, (*_leading_to(relations, latest, last), last))


def _leading_to(relations: Relations, latest: Latest, last: Step) -> tuple[Step, ...]:
    """The steps by lines that the bounds used in a sum come from."""
    cells = {int(i) for r, _ in last.lines for i in relations.cell[relations.first[r] : relations.first[r + 1]]} - {last.cell}
    entries = [latest.last(i, side) for i in sorted(cells) for side in (LEAST, GREATEST)]
    return from_log(relations, latest, [e for e in entries if e is not None])


def _pruned(facts, relations, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same chain without the steps that its end does not need."""
    kept = list(steps)
    for step in steps[:-1] if len(steps) <= MOST_PRUNED else ():
        shorter = [s for s in kept if s is not step]
        try:
            follow(relations, Recipe(tuple(shorter)), facts.least, facts.greatest)
        except ValueError:
            continue
        kept = shorter
    return tuple(kept)
