"""Published tables that we did not make: what an auditor may hold for known, and what comes out of it.

Theory. A published table is a list of *sightings*: a figure or a mark that stands at a combination of codes. Sightings
of one cell (in several columns, blocks or files) are one unknown: a cell is a measure and the set of its codes that
are not a total, so that `region North, sex total` is `region North` of any other table. Each figure and each mark tells
an interval; the classifications, identities between columns, and percentages beside counts tell linear relations.
These are the `Facts`. Nothing here knows the truth: every answer is what follows from the facts (Handbook on
SDC, 2nd ed., 4.2: feasibility interval).

Shares no code with the search for worlds or the checker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from celwacht.disclosure.audit.model.recipe import Recipe
from celwacht.disclosure.model.problem import UNBOUNDED, Relations, SuppressionProblem


class Inference(StrEnum):
    """What an intruder infers of a withheld cell. (`Verdict` is of a whole table, and another thing: what was proved.)"""

    EXACT = "exact"
    """One value is left."""
    NARROW = "narrow"
    """More than one, but closer together than the width that was asked for."""
    OPEN = "open"
    """At least the width; shown by whole-numbered tables that satisfy all facts."""
    INCONCLUSIVE = "inconclusive"
    """No answer within the work allowed; the interval holds, but may be wider than what can be inferred."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What everybody can read of n cells.

    least, greatest: int64 (n,), -UNBOUNDED and UNBOUNDED for nothing known. withheld: bool (n,): what is asked about.
    label, shown: names a cell, and what is printed for it. reason: why a relation holds. decimals: all values are in units of
    10 ** -decimals.
    """

    least: np.ndarray
    greatest: np.ndarray
    withheld: np.ndarray
    relations: Relations
    label: Callable[[int], str] = field(default=lambda i: f"cell {i}", repr=False)
    shown: Callable[[int], str] = field(default=lambda i: "", repr=False)
    reason: Callable[[int], str] = field(default=lambda r: f"line {r}", repr=False)
    decimals: int = 0

    def __len__(self) -> int:
        return len(self.least)

    def figure(self, value: int) -> str:
        """A value as people write it: 440 tenths is 44.0."""
        if not self.decimals:
            return str(value)
        digits = str(abs(value)).zfill(self.decimals + 1)
        return f"{'-' if value < 0 else ''}{digits[: -self.decimals]}.{digits[-self.decimals :]}"


def facts_of(problem: SuppressionProblem, pattern: np.ndarray) -> Facts:
    """The facts of a pattern of our own (or of a peer): asks about its sensitive cells. Uses no value that is withheld,
    ValueError where values are not whole."""
    if not problem.integral:
        raise ValueError(f"{problem.name}: the auditor asks for whole values; state them in the smallest unit")
    least, greatest = problem.room(pattern)
    return Facts(least, greatest, problem.sensitive & (pattern != 0), problem.relations, problem.label)


@dataclass(frozen=True, slots=True)
class CellFinding:
    """One withheld cell. least, greatest: no value outside them is possible (None: no end). seen_least, seen_greatest:
    ends that whole-numbered tables reach; None where none was looked for."""

    cell: int
    least: int | None
    greatest: int | None
    verdict: Inference
    seen_least: int | None = None
    seen_greatest: int | None = None
    recipe: Recipe | None = None

    @property
    def sure(self) -> bool:
        """Whether the interval is the feasibility interval itself, and not only an outer bound of it."""
        return (self.least, self.greatest) == (self.seen_least, self.seen_greatest)


@dataclass(frozen=True, slots=True)
class PublishedAudit:
    """Findings, worst first; set_aside: relations (positions) that contradict the others and were left out."""

    facts: Facts = field(repr=False)
    width: int
    findings: tuple[CellFinding, ...]
    set_aside: tuple[int, ...]

    def count(self, verdict: Inference) -> int:
        return sum(f.verdict is verdict for f in self.findings)


def end(value: int) -> int | None:
    """A bound for people: None where there is none."""
    return None if abs(value) >= UNBOUNDED // 2 else int(value)


def outside_sums(audit: PublishedAudit) -> list[int]:
    """Withheld cells (positions in the facts) that no relation holds: of these the audit says nothing, whatever their verdict."""
    rows = audit.facts.relations
    tied = set(np.unique(rows.cell).tolist())
    return [f.cell for f in audit.findings if f.cell not in tied]
