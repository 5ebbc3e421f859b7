"""The attack: figures of all tables, relations between them, intervals, programmes over what these leave open, and intervals again.

Example, of three tables: T = a + b, a = c + d; T, b, d printed as 19, 15, 3. By relations alone: a = 4, c = 1; `recipe` of c names both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.outsider.bounds import HIGH, LOW, Bounds, Contradiction, propagate
from celwacht.disclosure.outsider.figures import Figures, gathered, settle
from celwacht.disclosure.outsider.persons import between
from celwacht.disclosure.outsider.programmes import FROM_PROGRAMME, Questions, ask
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.outsider.relate import add_hidden, empty, relations
from celwacht.disclosure.outsider.rows import Rows, System
from celwacht.disclosure.outsider.stays import stays

QUESTIONS = 4_000
DEEP = 8
"""Steps of a recipe that are told."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What follows from everything together. width: int64 over figures, how far apart each should stay; exhausted: more would have been asked."""

    figures: Figures
    system: System = field(repr=False)
    bounds: Bounds = field(repr=False)
    width: np.ndarray = field(repr=False)
    asked: int = 0
    exhausted: bool = False

    def of_table(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """(low, high) of every cell of a table, in its shape."""
        place = self.figures.place[n]
        return self.bounds.low[place], self.bounds.high[place]

    def recipe(self, i: int) -> list[str]:
        """How the interval of a figure follows, the last step first."""
        said: list[str] = []
        queue = [(self.bounds.by[side][i], self.bounds.sweep[side][i], i) for side in (LOW, HIGH)]
        done: set[int] = set()
        while queue and len(said) < DEEP:
            r, when, of = queue.pop(0)
            if r == FROM_PROGRAMME:
                said.append(f"{self.figures.label(int(of))}: by a programme over the relations around it")
            if r < 0 or r in done:
                continue
            done.add(int(r))
            at, times = self.system.row(int(r))
            terms = " ".join(f"{'+' if c > 0 else '-'} ({self.figures.label(int(k))}: {self.shown(int(k))})" for c, k in zip(times, at))
            sign = "= 0" if self.system.least[r] == self.system.most[r] else ">= 0"
            said.append(f"{terms} {sign}; {self.system.reasons[int(self.system.why[r])]}")
            for k in at.tolist():
                for side in (LOW, HIGH):
                    if 0 <= self.bounds.sweep[side][k] < when:
                        queue.append((self.bounds.by[side][k], self.bounds.sweep[side][k], k))
        return said

    def shown(self, i: int) -> str:
        """What is printed of a figure."""
        f = self.figures
        if not f.shown[i]:
            return f"not shown, {self._interval(i)}"
        if f.high[i] >= ENDLESS:
            return f"., {self._interval(i)}"
        return str(f.low[i]) if f.low[i] == f.high[i] else f"{f.low[i]}..{f.high[i]}"

    def _interval(self, i: int) -> str:
        high = self.bounds.high[i]
        return f"{self.bounds.low[i]}..{'' if high >= ENDLESS else high}"


class Contradicted(ValueError):
    """The public figures cannot all hold under what the specifications say: the attack's own reading is wrong, or the figures."""


def attack(
    tables: Sequence[PublicTable],
    width: Callable[[PublicTable], int],
    *,
    questions: int = QUESTIONS,
    tick: Callable[[int, int], None] = lambda *_: None,
) -> Found:
    """Everything that follows from these tables. width: how far apart the values of a withheld cell of that table should stay."""
    figures, made = gathered(tables)
    add_hidden(figures)
    settle(figures, made)
    rows = Rows()
    relations(figures, rows)
    between(figures, rows)
    stays(figures, rows)
    system = rows.system()
    low, high = figures.low.copy(), figures.high.copy()
    nobody = empty(figures)
    high[nobody] = 0
    wide = np.zeros(len(low), np.int64)
    for table, place in zip(tables, figures.place):
        np.maximum.at(wide, place[table.dot], width(table))
    bounds = Bounds.at(low, high)
    budget = Questions(questions)
    try:
        propagate(bounds, system)
        tick(0, questions)
        if questions:
            ask(bounds, system, wide, figures.dot & (wide > 0), budget)
            propagate(bounds, system)
    except Contradiction as error:
        at, _ = system.row(error.row) if error.row >= 0 else (np.zeros(1, np.int64), None)
        raise Contradicted(
            f"{system.reasons[int(system.why[error.row])] if error.row >= 0 else 'printed'}, at {figures.label(int(at[0]))}"
        ) from None
    return Found(figures, system, bounds, wide, budget.asked, budget.left < 0)
