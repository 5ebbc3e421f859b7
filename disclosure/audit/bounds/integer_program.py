"""One part of the facts as a mixed-integer programme, and which facts to leave out where none can hold together.

Example: 0 <= x, y <= 4 with x + y = 4, maximise x: 4. With 2 x + 2 y = 5 there is no whole answer: the line is the culprit, and named.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.audit.bounds.components import Part
from celwacht.disclosure.audit.bounds.line_kernel import FAR
from celwacht.disclosure.solver.highs import Limits, Outcome, Programme, Solver, relaxed
from celwacht.disclosure.solver.work import Work

NODES = 1_000
"""Of one question in whole numbers."""


class Contradiction(Exception):
    """No whole numbers satisfy the facts of a part; `relations`: positions in the part of the few to leave out."""

    def __init__(self, relations: np.ndarray):
        super().__init__("facts contradict each other")
        self.relations = relations


class Question:
    """One part as a programme, ready to be asked for the extremes of one objective after the other."""

    def __init__(self, part: Part, whole: bool, work: Work | None = None, nodes: int = NODES):
        self.part, self.whole = part, whole
        self.solver = Solver(programme_of(part, whole), None, work or Work(), Limits(nodes))

    def extreme(self, objective: np.ndarray, highest: bool) -> tuple[float | None, np.ndarray | None, bool]:
        """(bound or None for none known, infinite where there is none; a solution or None; whether any can exist)."""
        solver = self.solver
        solver.ask(objective.astype(np.float64))
        solver.highest(highest)
        outcome = solver.run()
        if outcome is Outcome.INFEASIBLE:
            return None, None, False
        if outcome in (Outcome.UNBOUNDED, Outcome.EITHER):
            return np.inf, None, True
        found = solver.x if solver.feasible else None
        if outcome is Outcome.OPTIMAL:
            return solver.value, found, True
        bound = solver.bound_on_value if self.whole and outcome is Outcome.LIMIT else None
        return (bound if bound is not None and np.isfinite(bound) else None), found, True


def programme_of(part: Part, whole: bool) -> Programme:
    """One part of the facts as a programme without an objective; whole: in whole numbers."""
    rows = part.relations
    return Programme(
        np.zeros(len(part)),
        relaxed(part.least, FAR),
        relaxed(part.greatest, FAR),
        relaxed(rows.least, FAR),
        relaxed(rows.greatest, FAR),
        rows.first,
        rows.cell,
        rows.coefficient,
        whole=whole,
    )


def culprits(part: Part, work: Work) -> np.ndarray:
    """The relations to leave out so that the rest can hold: least total violation; all of them where no answer came."""
    m, k, rows = len(part.relations), len(part), part.relations
    pieces = [slice(rows.first[r], rows.first[r + 1]) for r in range(m)]
    loose = programme_of(part, True)
    solver = Solver(
        Programme(
            np.concatenate([np.zeros(k), np.ones(2 * m)]),
            np.concatenate([loose.low, np.zeros(2 * m)]),
            np.concatenate([loose.high, np.full(2 * m, np.inf)]),
            loose.row_low,
            loose.row_high,
            np.concatenate([[0], np.cumsum([p.stop - p.start + 2 for p in pieces])]),
            np.concatenate([a for r, p in enumerate(pieces) for a in (rows.cell[p], [k + r, k + m + r])]),
            np.concatenate([a for p in pieces for a in (rows.coefficient[p], [1.0, -1.0])]),
            whole=np.arange(k + 2 * m) < k,
        ),
        None,
        work,
    )
    solver.run()
    if not solver.feasible:
        return np.arange(m)
    x = solver.x[k:]
    found = np.flatnonzero(x[:m] + x[m:] > 1e-4)
    return found if len(found) else np.arange(m)
