"""The copy of the mirror reports for a gemeente: what providers that consent did there, protected.

The reader is the gemeente, which knows its own clients: a count of few is a child there, and so is a nought ("none of them came by the
judge"). Per provider: trajectories in use by each field, and those that ended by reason; all codes of a field, whether anybody has them or
not; nothing of a provider with too few in all. Under the policy that rounds to fives what is printed never moves by one child.

All providers of a gemeente are protected together, and a checker without a solver confirms it. In the problem is what the reader knows: the
values of a field add up to the provider's total; who ended was in use; and the providers add up, line by line, to what the public tables
print of the gemeente under the same policy, whether or not there is such a table.

    provider A    12 in use     the gemeente  20, which a public table prints
    provider B     5            B must not be 20 - 12 - 3, so A is withheld in that line, or rounded widely enough
    others         3

Copies of other periods: stock at the begin and flows are not in them, for the stock at the end of one period is that at the begin of the
next. What is left of them together (in use now, in use then, ended then) is rounded three times.
What it does not cover: what the gemeente knows of its own clients beyond all this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.of_cube import printing
from celwacht.disclosure.proof.certificate import Certificate
from celwacht.publish.deliveries.exchanges import PLENTY, Table, proved
from celwacht.publish.deliveries.figures import Flow
from celwacht.publish.deliveries.mirror import label
from celwacht.publish.deliveries.report import Cell, Report, Section
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import Layout

USED, ENDED = ("", "in gebruik"), ("", "uitstroom")
"""The lines of all records, and of those that ended."""
Line = tuple[str, str]
"""Field and code; code '' for what is not filled."""


@dataclass(frozen=True)
class Figures:
    """What the providers did in one gemeente. Confidential."""

    lines: tuple[Line, ...]
    """The totals first."""
    providers: tuple[str, ...]
    """Those in the copy."""
    counts: np.ndarray = field(repr=False)
    """int64 (providers and one row of all others, lines)."""
    ended: frozenset[str] = frozenset()
    """Fields of what has ended, such as its reason; the others are of all in use."""

    def total(self, name: str) -> int:
        """Index of the line to which the values of a field add up."""
        return self.lines.index(ENDED if name in self.ended else USED)

    @property
    def fields(self) -> dict[str, list[int]]:
        """Field -> its lines."""
        return {
            name: [n for n, line in enumerate(self.lines) if line[0] == name] for name in dict.fromkeys(n for n, _ in self.lines) if name
        }

    def without(self, gone: Sequence[str]) -> Figures:
        """The same with these providers among the others."""
        stay = [n for n, one in enumerate(self.providers) if one not in gone]
        rest = [n for n in range(len(self.counts)) if n not in stay]
        counts = np.vstack([self.counts[stay], self.counts[rest].sum(axis=0)])
        return Figures(self.lines, tuple(self.providers[n] for n in stay), counts, self.ended)


def figures_of(flows: Mapping[str, Sequence[Flow]], shown: Sequence[str], layout: Layout) -> Figures:
    """The figures of a gemeente. flows: of every provider there; shown: those that may be in the copy, and the others are one."""
    end = layout.role("end")
    ended = frozenset(one.name for one in layout.fields if end and one.with_ == end.name)
    there = {one.field for some in flows.values() for one in some}
    lines = [USED] + [ENDED] * bool(end)
    for one in layout.fields:
        lines += [(one.name, code) for code in (*(code.code for code in one.codes), "")] if one.name in there else []
    place = {line: n for n, line in enumerate(lines)}
    rows = {number: np.zeros(len(lines), np.int64) for number in (*shown, "")}
    for number, some in flows.items():
        row = rows[number if number in rows else ""]
        first = min((one.field for one in some), default="")
        for flow in some:
            row[place[flow.field, flow.code]] += flow.outflow if flow.field in ended else flow.used
            if flow.field == first:  # every field adds up to the same
                row[0] += flow.used
                row[1] += flow.outflow if end else 0
    return Figures(tuple(lines), tuple(shown), np.array(list(rows.values()), np.int64), ended)


def least_printed(policy: DisclosurePolicy) -> int:
    """The smallest count that the policy prints: 8 where fives from 10 on are printed."""
    counts = np.arange(policy.threshold + policy.rounding_base + 1)
    return int(counts[policy.printed(counts) >= policy.threshold][0])


def problem_of(figures: Figures, policy: DisclosurePolicy) -> SuppressionProblem:
    """The figures as a suppression problem, cells in C order of (provider, line); the others are never printed."""
    counts, shape = figures.counts, figures.counts.shape
    everybody, most = counts.sum(axis=0), np.full(shape, UNBOUNDED, np.int64)
    most[:, everybody == 0] = 0  # nobody in the whole gemeente: the public tables may tell it already
    most[-1] = np.where(counts[-1, 0], most[-1], 0)  # there are no others
    sensitive = (policy.printed(counts) < policy.threshold) & (most > 0)
    cost, low, high = printing(policy, counts)
    hidden = np.zeros(shape, bool)
    hidden[-1] = True
    least = np.zeros(shape, np.int64)
    least[:-1, 0] = np.minimum(least_printed(policy), counts[:-1, 0])  # who is in the copy has as many
    role = np.where(sensitive, Role.SENSITIVE, np.where(hidden, Role.HIDDEN, Role.FREE)).astype(np.uint8)
    none = np.zeros(counts.size, np.int64)
    return SuppressionProblem(
        "copy for a gemeente",
        counts.ravel(),
        np.where(hidden, 0.0, cost).ravel(),
        role.ravel(),
        least.ravel(),
        most.ravel(),
        np.where(hidden, 0, low).ravel(),
        np.where(hidden, UNBOUNDED, high).ravel(),
        none,
        none.copy(),
        np.where(sensitive, policy.width, 0).astype(np.int64).ravel(),
        relations(_facts(figures, *told_of_all(figures, policy))),
        label=lambda i: f"provider {i // shape[1]}, {figures.lines[i % shape[1]]}",
    )


def told_of_all(figures: Figures, policy: DisclosurePolicy) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) of each line over all providers, int64, as the public tables print them under the same policy: nothing of what is
    small; where figures are exact, neither of the smallest other value of that field, or the small one would be the rest."""
    everybody = figures.counts.sum(axis=0)
    low, high = intruder.rounding_interval(policy.printed(everybody), policy.rounding_base)
    silent = policy.printed(everybody) < policy.threshold
    for own in figures.fields.values() if policy.rounding_base == 1 else ():
        if any(everybody[n] and silent[n] for n in own):
            silent[min((n for n in own if not silent[n]), key=lambda n: (everybody[n], n), default=own[0])] = True
    return np.where(silent, 0, np.maximum(low, 0)), np.where(silent, UNBOUNDED, high)


def _facts(figures: Figures, least: np.ndarray, greatest: np.ndarray) -> list[tuple[list[int], list[int], int, int]]:
    """(cells, coefficients, least, greatest): sums over the values of a field, who ended was in use, and sums over the providers."""
    count, wide = figures.counts.shape
    rows: list[tuple[list[int], list[int], int, int]] = []
    for at in range(0, count * wide, wide):
        for name, own in figures.fields.items():
            rows.append(([at + figures.total(name), *(at + n for n in own)], [-1, *[1] * len(own)], 0, 0))
        if ENDED in figures.lines:
            rows.append(([at, at + 1], [1, -1], 0, UNBOUNDED))
    for n in range(wide):
        rows.append((list(range(n, count * wide, wide)), [1] * count, int(least[n]), int(greatest[n])))
    return rows


def protected(figures: Figures, policy: DisclosurePolicy) -> tuple[Figures, np.ndarray]:
    """(the figures with the providers that stay, what is printed of them: int64 (providers, lines), -1 where withheld). Providers with too
    few in all go among the others, and so does whoever cannot be protected beside the rest; in the end nobody stays."""
    figures = figures.without([one for one, row in zip(figures.providers, figures.counts) if row[0] < least_printed(policy)])
    while figures.providers:
        problem = problem_of(figures, policy)
        found = proved(problem, table_of(figures, policy))
        if not isinstance(found, int):
            pattern, worlds = found
            if Certificate(problem, pattern, worlds).check().verdict is Verdict.SAFE:
                counts, status = figures.counts[:-1], pattern.reshape(figures.counts.shape)[:-1]
                shown = (status == Status.PUBLISHED) & (policy.printed(counts) >= policy.threshold)
                return figures, np.where(shown, policy.printed(counts), -1)
        smallest = int(figures.counts[:-1, 0].argmin())
        figures = figures.without([figures.providers[found if isinstance(found, int) and found < len(figures.providers) else smallest]])
    return figures, figures.counts[:-1]


def table_of(figures: Figures, policy: DisclosurePolicy) -> Table:
    """How the cells of the problem lie."""
    sums: dict[int, list[list[int]]] = {0: []}
    if ENDED in figures.lines:
        sums[1] = []
    for name, own in figures.fields.items():
        sums[figures.total(name)].append(own)
    everybody, (least, greatest) = figures.counts.sum(axis=0), told_of_all(figures, policy)
    slack = everybody - least, np.minimum(greatest, PLENTY) - everybody
    return Table(len(figures.counts), len(figures.lines), sums, slack, [(1, 0)] if ENDED in figures.lines else [])


def copy_for(
    gemeente: str, names: Mapping[str, str], layout: Layout, period: Period, figures: Figures, policy: DisclosurePolicy
) -> Report | None:
    """The report for one gemeente, or None where nobody can be in it. names: code of a gemeente, or number of a provider -> name."""
    stay, shown = protected(figures, policy)
    if not stay.providers:
        return None
    sections = [_section(layout, number, names.get(number, ""), stay.lines, row.tolist()) for number, row in zip(stay.providers, shown)]
    rounded = f"Aantallen zijn afgerond op {policy.rounding_base}-tallen. " if policy.rounding_base > 1 else ""
    about = Section(
        "Toelichting",
        "Trajecten in deze periode van jeugdigen uit uw gemeente, per aanbieder; van beëindigde trajecten de reden. "
        f"{rounded}Een punt: het aantal is klein of nul, of een ander klein aantal is eruit af te leiden. "
        "Wie niet instemt met een kopie, of te weinig trajecten in uw gemeente heeft, staat er niet in.",
    )
    title = f"Spiegelrapporten {layout.title.nl.lower()}, {names.get(gemeente, gemeente)}"
    return Report(title, f"{gemeente}, {period.title()}", [about, *sections])


def _section(layout: Layout, number: str, name: str, lines: Sequence[Line], row: Sequence[int]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for (field_name, code), count in zip(lines, row):
        about = layout.field(field_name)
        if not about:
            rows.append(("Totaal", code, "." if count < 0 else count))
        elif code or count >= 0:  # what is not filled is told where there is much of it
            rows.append((about.title.nl, label(layout, field_name, code), "." if count < 0 else count))
    return Section(f"Aanbieder {number} {name}".strip(), "", ("Kenmerk", "Waarde", "trajecten"), rows)
