"""The attack: bounds by lines over the whole set, then programmes region by region, then lines again; and a verdict per cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from celwacht.disclosure.foreign import CellFinding, Verdict, end
from celwacht.disclosure.foreign_bounds import FAR, Narrowed, cells_to_relations, narrow
from celwacht.disclosure.foreign_explain import with_recipe
from celwacht.disclosure.intruder.blocks import Block, Budget, inside
from celwacht.disclosure.intruder.facts import SetFacts, facts_of_set
from celwacht.disclosure.intruder.seen import SeenTable
from celwacht.disclosure.intruder.values import PLACE

PROGRAMMES = 20_000
ROUNDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Attack:
    """What was inferred. least, greatest: int64 over all cells, intervals that hold the truth as long as the facts do; narrowed: what
    lines alone told, with their log. asked: programmes solved; exhausted: there was more to ask than the budget allowed."""

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
        apart = self.greatest - self.least
        found = np.full(len(apart), None, object)
        found[:] = np.where(apart == 0, Verdict.EXACT, np.where(apart < self.width, Verdict.NARROW, Verdict.INCONCLUSIVE))
        found[~self.known.facts.withheld] = None
        return found

    def finding(self, i: int) -> CellFinding:
        """One withheld cell with the way to it, step by step."""
        facts = self.known.facts
        bare = CellFinding(int(i), end(int(self.least[i])), end(int(self.greatest[i])), self.verdicts()[i])
        through = cells_to_relations(facts.relations, len(facts))
        return with_recipe(facts, facts.relations, through, self.narrowed, bare, float("inf"))


class Contradicted(ValueError):
    """The public figures cannot all hold under what the specifications say: the attack's own reading is wrong, or the figures."""


def attack(tables: Sequence[SeenTable], width: Callable[[SeenTable], int], *, programmes: int = PROGRAMMES,
           progress: Callable[[int, int], None] = lambda *_: None) -> Attack:
    """Everything that follows from these tables together, within a budget of programmes. width: of a table's policy."""
    known = facts_of_set(tables)
    facts = known.facts
    wide = np.zeros(len(facts), np.int64)
    for t, place in zip(known.reading.tables, known.place):
        np.maximum.at(wide, place[t.withheld], width(t))
    narrowed = _by_lines(known, facts.least, facts.greatest)
    least, greatest = narrowed.least.copy(), narrowed.greatest.copy()
    budget = Budget(programmes)
    for _ in range(ROUNDS if programmes else 0):
        before = int((greatest - least)[facts.withheld].clip(max=FAR).sum())
        _by_blocks(known, least, greatest, wide, budget, progress)
        again = _by_lines(known, least, greatest)
        least, greatest = again.least.copy(), again.greatest.copy()
        if int((greatest - least)[facts.withheld].clip(max=FAR).sum()) == before or budget.programmes <= 0:
            break
    return Attack(known, wide, least, greatest, narrowed, programmes - max(budget.programmes, 0), budget.programmes < 0)


def _by_lines(known: SetFacts, least: np.ndarray, greatest: np.ndarray) -> Narrowed:
    found = narrow(least, greatest, known.facts.relations)
    if found.broken >= 0:
        r, rows = found.broken, known.facts.relations
        raise Contradicted(f"{known.facts.reason(r)}: does not hold at {known.facts.label(int(rows.cell[rows.first[r]]))}")
    return found


def _by_blocks(known: SetFacts, least: np.ndarray, greatest: np.ndarray, wide: np.ndarray, budget: Budget,
               progress: Callable[[int, int], None]) -> None:
    """Narrows least and greatest in place."""
    chosen = list(_regions(known))
    for n, block in enumerate(chosen):
        progress(n, len(chosen))
        part = inside(block, least, greatest, known.facts.relations)
        if part is None or budget.programmes <= 0:
            continue
        wanted = np.flatnonzero(known.facts.withheld[part.cells])
        if len(wanted):
            asked = Block(part, budget)
            asked.look(wanted, wide[part.cells])
            asked.ask(wanted, wide[part.cells])
            least[part.cells], greatest[part.cells] = asked.least, asked.greatest
    progress(len(chosen), len(chosen))


def _regions(known: SetFacts) -> Iterator[np.ndarray]:
    """bool over all cells, for each region of each release and year (none: the country): its cells in all spaces."""
    n = len(known.facts)
    found: dict[tuple, np.ndarray] = {}
    for cells, own in zip(known.cells, known.offset):
        space = cells.space
        digit = cells.digit(PLACE) if PLACE in space.classes else np.zeros(len(cells.key), np.int64)
        for value, number in space.classes.get(PLACE, {None: 0}).items():
            at = np.flatnonzero(digit == number) + own
            if len(at):
                where = found.setdefault((space.release, space.year, _related(space.source), value), np.zeros(n, bool))
                where[at] = True
    yield from found.values()


def _related(source: str) -> str:
    """Sources with lines between them go together only where no region is asked; those lines are single equalities."""
    return source
