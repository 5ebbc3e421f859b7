"""The attack: bounds by lines over the whole set, then programmes over what these leave open, then lines again; and a verdict per cell.

Example, of three tables: T = a + b, a = c + d, and T, b, d printed as 19, 15, 3. Lines alone: a = 4, c = 1. c is EXACT, and its log names the two lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.audit.bounds.components import part_of, parts_of
from celwacht.disclosure.audit.bounds.line_bounds import Narrowed, cells_to_relations, extremes, narrow
from celwacht.disclosure.audit.model.facts import CellFinding, Facts, Inference, end
from celwacht.disclosure.audit.recipes.find_recipe import with_recipe
from celwacht.disclosure.intruder.sets.blocks import Block, Budget, circle
from celwacht.disclosure.intruder.sets.facts import SetFacts, facts_of_set
from celwacht.disclosure.intruder.sets.seen import SeenTable

PROGRAMMES = 4_000
SMALL = 1_500
"""Open cells up to which a part is asked about as a whole."""
REACH = 3
"""In larger parts only cells are asked whose interval is at most so many widths wider than narrow."""


@dataclass(frozen=True, slots=True, eq=False)
class Attack:
    """What was inferred. least, greatest: int64 over all cells, intervals that hold the truth as long as the facts do; narrowed: what
    lines alone gave, with their log. asked: programmes solved; exhausted: there was more to ask than the budget allowed."""

    known: SetFacts
    width: np.ndarray = field(repr=False)
    """int64 over all cells: how far apart their values should stay."""
    least: np.ndarray = field(repr=False)
    greatest: np.ndarray = field(repr=False)
    narrowed: Narrowed = field(repr=False)
    asked: int = 0
    exhausted: bool = False

    def verdicts(self) -> np.ndarray:
        """(n,) object: EXACT, NARROW or INCONCLUSIVE for withheld cells (no closer within the budget), None for others."""
        spread = self.greatest - self.least
        found = np.full(len(spread), None, object)
        found[:] = np.where(spread == 0, Inference.EXACT, np.where(spread < self.width, Inference.NARROW, Inference.INCONCLUSIVE))
        found[~self.known.facts.withheld] = None
        return found

    def finding(self, i: int) -> CellFinding:
        """One withheld cell with the way to it, step by step."""
        facts = self.known.facts
        bare = CellFinding(int(i), end(int(self.least[i])), end(int(self.greatest[i])), self.verdicts()[i])
        through = cells_to_relations(facts.relations, len(facts))
        return with_recipe(facts, facts.relations, through, self.narrowed, bare)


class Contradicted(ValueError):
    """The public figures cannot all hold under what the specifications say: the attack's own reading is wrong, or the figures."""


def attack(
    tables: Sequence[SeenTable],
    width: Callable[[SeenTable], int],
    *,
    programmes: int = PROGRAMMES,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Attack:
    """Everything that follows from these tables together, within a budget of programmes. width: of a table's policy."""
    known = facts_of_set(tables)
    facts = known.facts
    wide = np.zeros(len(facts), np.int64)
    for t, place in zip(known.reading.tables, known.place):
        np.maximum.at(wide, place[t.withheld], width(t))
    narrowed = _by_lines(known, facts.least, facts.greatest)
    least, greatest = narrowed.least.copy(), narrowed.greatest.copy()
    budget = Budget(programmes)
    if programmes:
        _by_blocks(known, least, greatest, wide, budget, progress)
        again = _by_lines(known, least, greatest)
        least, greatest = again.least.copy(), again.greatest.copy()
    return Attack(known, wide, least, greatest, narrowed, programmes - max(budget.programmes, 0), budget.programmes < 0)


def _by_lines(known: SetFacts, least: np.ndarray, greatest: np.ndarray) -> Narrowed:
    found = narrow(least, greatest, known.facts.relations)
    if found.broken >= 0:
        r, rows = found.broken, known.facts.relations
        raise Contradicted(f"{known.facts.reason(r)}: does not hold at {known.facts.label(int(rows.cell[rows.first[r]]))}")
    return found


def _by_blocks(
    known: SetFacts, least: np.ndarray, greatest: np.ndarray, wide: np.ndarray, budget: Budget, progress: Callable[[int, int], None]
) -> None:
    """Narrows least and greatest in place: small parts as a whole, then cells of large parts, the narrowest first."""
    facts, total = known.facts, budget.programmes
    large = np.zeros(len(facts), bool)
    for part in parts_of(least, greatest, facts.relations):
        targets = np.flatnonzero(facts.withheld[part.cells])
        if len(part) > SMALL:
            large[part.cells[targets]] = True
        elif len(targets) and budget.left():
            block = Block(part, budget)
            block.look(targets, wide[part.cells])
            block.ask(targets, wide[part.cells])
            least[part.cells], greatest[part.cells] = block.least, block.greatest
            progress(total - budget.programmes, total)
    _around(facts, np.flatnonzero(large), least, greatest, wide, budget, lambda: progress(total - budget.programmes, total))


def _around(
    facts: Facts, cells: np.ndarray, least: np.ndarray, greatest: np.ndarray, wide: np.ndarray, budget: Budget, tick: Callable[[], None]
) -> None:
    """Each cell with the lines around it, those first whose interval is nearest to narrow."""
    through = cells_to_relations(facts.relations, len(facts))
    low, high = extremes(least, greatest, facts.relations)
    telling = (low < facts.relations.least) | (high > facts.relations.greatest)
    beyond = greatest - least - wide
    near = cells[(beyond[cells] < REACH * wide[cells]) & (greatest > least)[cells]]
    for i in near[np.lexsort((near, beyond[near]))]:
        lines = circle(int(i), through, facts.relations, least < greatest, telling)
        if not len(lines):
            continue
        if not budget.left():
            break
        part = part_of(lines, least, greatest, facts.relations)
        block = Block(part, budget)
        block.ask(np.searchsorted(part.cells, [i]), wide[part.cells])
        least[part.cells], greatest[part.cells] = block.least, block.greatest
        tick()
