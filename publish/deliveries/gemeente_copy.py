"""The copy of the mirror reports for a gemeente: of the providers that consent, their flows in that gemeente, protected.

The reader is the gemeente, and a count of few is a child there. So each provider's table is protected like any other: what is sensitive
under the policy is withheld, and as many others as are needed, and a checker without a solver confirms it. What a reader knows beside the
figures is in the problem: the values of a field add up to the total, the same total for every field; begin and inflow make use, outflow
and end make use, where the records say so; who has a reason of ending has ended; and a line that is printed has somebody in it.

    provider in one gemeente      begin  inflow  use        printed, threshold 10
    form 01                          12      14   26          12  14  26
    form 02                           3      11   14           .   .   .
    total                            15      25   40           .   .  40      form 02 is not 15 - 12

What it does not cover: the published tables beside it, and what the gemeente knows of its own clients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.own_table.protect_own_table import protect_cells
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.of_cube import printing
from celwacht.publish.deliveries.figures import Flow
from celwacht.publish.deliveries.mirror import FLOWS, label
from celwacht.publish.deliveries.report import Cell, Report, Section
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import Layout

TOTAL = ""
"""Field and code of the line of all records."""
BEGIN, INFLOW, OUTFLOW, END, USED = range(len(FLOWS))
Line = tuple[str, str]
"""Field and code."""
NOT_PROVED = "Niet gegeven: de cijfers van deze aanbieder zijn niet zo te beveiligen dat het te bewijzen is."


@dataclass(frozen=True)
class Figures:
    """The flows of one provider in one gemeente. Confidential."""

    lines: tuple[Line, ...]
    """The total first."""
    counts: np.ndarray = field(repr=False)
    """int64 (lines, flows)."""
    ended: frozenset[str] = frozenset()
    """Fields that are filled exactly where a trajectory has ended, such as its reason."""


def figures_of(flows: Sequence[Flow], layout: Layout) -> Figures:
    """The lines with anybody in them. flows: of one provider in one gemeente; every field sums to the same total."""
    rows = {(one.field, one.code): (one.begin, one.inflow, one.outflow, one.end, one.used) for one in flows}
    lines = sorted(line for line, counts in rows.items() if any(counts))
    first = lines[0][0] if lines else ""
    total = np.sum([rows[line] for line in lines if line[0] == first] or [(0, 0, 0, 0, 0)], axis=0)
    end = layout.role("end")
    ended = frozenset(one.name for one in layout.fields if end and one.with_ == end.name)
    return Figures(((TOTAL, TOTAL), *lines), np.array([total, *(rows[line] for line in lines)], np.int64), ended)


def problem_of(figures: Figures, policy: DisclosurePolicy, name: str) -> SuppressionProblem:
    """The figures as a suppression problem, cells in C order of (line, flow)."""
    value = figures.counts.ravel()
    sensitive, (cost, low, high) = policy.sensitive(value), printing(policy, value)
    somebody = np.zeros(figures.counts.shape, np.int64)
    somebody[:, USED] = np.minimum(figures.counts[:, USED], 1)  # a line that is printed has somebody in it
    level = np.where(sensitive, policy.width, 0).astype(np.int64)
    none = np.zeros(value.size, np.int64)
    return SuppressionProblem(
        name,
        value,
        cost,
        np.where(sensitive, Role.SENSITIVE, Role.FREE).astype(np.uint8),
        somebody.ravel(),
        np.full(value.size, UNBOUNDED, np.int64),
        low,
        high,
        none,
        none.copy(),
        level,
        relations(_facts(figures)),
        label=lambda i: f"{figures.lines[i // len(FLOWS)]} {FLOWS[i % len(FLOWS)]}",
    )


def _facts(figures: Figures) -> list[tuple[list[int], list[int], int, int]]:
    """(cells, coefficients, least, greatest): sums over the values of a field, and the flows of a line."""
    wide, rows = len(FLOWS), []
    for name in dict.fromkeys(name for name, _ in figures.lines[1:]):
        own = [n for n, line in enumerate(figures.lines) if line[0] == name]
        rows += [([flow, *(n * wide + flow for n in own)], [-1, *[1] * len(own)], 0, 0) for flow in range(wide)]
    for parts in ((BEGIN, INFLOW), (OUTFLOW, END)):
        if np.array_equal(figures.counts[:, parts].sum(axis=1), figures.counts[:, USED]):  # not where measures are handed over
            rows += [([n * wide + USED, *(n * wide + p for p in parts)], [-1, 1, 1], 0, 0) for n in range(len(figures.lines))]
    for n, (name, code) in enumerate(figures.lines):
        empty = END if code else OUTFLOW  # who has a reason of ending has ended, and who has none has not
        if name in figures.ended and not figures.counts[n, empty]:
            rows.append(([n * wide + empty], [1], 0, 0))
    return rows


def protected(figures: Figures, policy: DisclosurePolicy) -> np.ndarray | None:
    """What is printed, int64 (lines, flows), -1 where withheld; None where no pattern is proved."""
    problem = problem_of(figures, policy, "copy for a gemeente")
    done = protect_cells(problem, cost="file", policy=policy)
    if done.verdict is not Verdict.SAFE:  # the checker's
        return None
    shown = done.status.reshape(figures.counts.shape) == Status.PUBLISHED
    return np.where(shown & ~policy.never_printed(figures.counts), policy.printed(figures.counts), -1)


def copy_for(
    gemeente: str, names: Mapping[str, str], layout: Layout, period: Period, providers: Mapping[str, Figures], policy: DisclosurePolicy
) -> Report:
    """The report for one gemeente. providers: number -> figures in it. names: code of a gemeente, or number of a provider -> name."""
    sections = [_section(layout, number, names.get(number, ""), figures, policy) for number, figures in sorted(providers.items())]
    about = Section(
        "Toelichting",
        "Kopie van de spiegelrapporten van aanbieders die daar toestemming voor gaven. Een punt: het cijfer is klein, of een ander klein "
        "cijfer is er uit af te leiden. Een regel die er niet staat is 0. Wie niet instemt, ontbreekt.",
    )
    title = f"Spiegelrapporten {layout.title.nl.lower()}, {names.get(gemeente, gemeente)}"
    return Report(title, f"{gemeente}, {period.title()}", [about, *sections])


def _section(layout: Layout, number: str, name: str, figures: Figures, policy: DisclosurePolicy) -> Section:
    title = f"Aanbieder {number} {name}".strip()
    shown = protected(figures, policy)
    if shown is None:
        return Section(title, NOT_PROVED)
    rows: list[tuple[Cell, ...]] = []
    for (field_name, code), counts in zip(figures.lines, shown.tolist(), strict=True):
        about = layout.field(field_name)
        head = ("Totaal", "") if about is None else (about.title.nl, label(layout, field_name, code))
        rows.append((*head, *("." if count < 0 else count for count in counts)))
    return Section(title, "", ("Kenmerk", "Waarde", *FLOWS), rows)
