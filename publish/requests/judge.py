"""Whether one table may be handed out beside all that was published, and with what withheld.

1. It is counted and proved by itself, as in any set.
2. What a release of the same records (the same deliveries, and as much of the year) withholds of the same cells is withheld in it as well.
3. Lines between it and everything published before (same records), and differences to releases from other deliveries (since_before.py), may tell no sensitive cell
   of any of them too closely: the table withholds more, for what was published cannot be taken back. Where that does not suffice it is not safe.
4. The gate judges what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.repair import repair
from celwacht.disclosure.intruder.sets.same import same_cells
from celwacht.disclosure.intruder.sets.seen import SeenTable
from celwacht.disclosure.intruder.sets.successive import stop_differences, with_differences, with_dots
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.gate.gate import release
from celwacht.publish.publication.publication import Publication
from celwacht.publish.requests.designs import Design
from celwacht.publish.sets import make_table
from celwacht.publish.sets.earlier import Earlier, counts_the_same
from celwacht.publish.sets.same_cells import withheld_too
from celwacht.publish.sets.since_before import released_as, widths_of
from celwacht.tables.counting.microdata import shared

MOST_LOST = 0.25
"""Share of the value that a table may lose and still be of use: what standard tables are redesigned for."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """publication: None where it is not safe. lost: share of the value withheld. Confidential but for the publication."""

    design: Design
    publication: Publication | None
    parts: tuple[Protected, ...] = field(repr=False)
    lost: float = field(repr=False)

    @property
    def usable(self) -> bool:
        return self.publication is not None and self.lost <= MOST_LOST


def judged(job: make_table.Job, design: Design, policy: DisclosurePolicy, earlier: Sequence[Earlier], delivered: str) -> Judged:
    """delivered: the digest of the deliveries that the table is counted from (as in the ledger)."""
    parts = make_table.protected(job, policy, lambda *_: None)
    before = [pair for one in earlier for pair in _shown(one, job, delivered)]
    safe = _beside(design, parts, before) if parts else None
    if safe is None:
        return Judged(design, None, tuple(parts), 1.0)
    outcome = release(
        design.spec,
        policy,
        safe,
        statuses=job.statuses,
        modified=job.modified,
        people=make_table.people_of(job, safe),
        source=make_table.data_source(job.data),
    )
    value, lost = (sum(p.summary()[k] for p in safe) for k in ("value", "value_withheld"))
    return Judged(design, outcome if isinstance(outcome, Publication) else None, tuple(safe), lost / value if value else 0.0)


def _shown(one: Earlier, job: make_table.Job, delivered: str) -> list[tuple[SeenTable, tuple[Protected, ...]]]:
    """The tables of a release over the source of a job: without a release's name where they count the same records. Each record is read once."""
    tables = [its for its in map(one.record, one.tables) if its.spec is not None]
    same = one.line.delivered == delivered and counts_the_same(one, tables, job.periods, shared(job.data))
    name = "" if same else one.line.release
    return [(released_as(its.spec, its.parts, name), its.parts) for its in tables if its.spec and its.spec.source == job.spec.source]


def _beside(
    design: Design, parts: Sequence[Protected], before: Sequence[tuple[SeenTable, tuple[Protected, ...]]]
) -> list[Protected] | None:
    """The parts with all withheld that must be; None where that does not suffice."""
    if not before:
        return list(parts)
    old = [t for t, _ in before]
    now = released_as(design.spec, parts, "")
    same = [t for t in old if t.release == ""]
    names, *theirs = same_cells([now, *same])
    dots = np.unique(np.concatenate([np.zeros(0, np.int64), *(n[t.withheld] for n, t in zip(theirs, same))]))
    made = _withheld(parts, np.isin(names, dots))
    now = released_as(design.spec, made, "")
    plain = facts_of_set([now, *old])
    width = widths_of(plain, [made, *(p for _, p in before)])
    fixed = np.ones(len(plain.facts), bool)
    fixed[plain.place[0]] = False
    for place in plain.place[1:]:
        fixed[place] = True
    least, greatest = np.where(fixed, plain.facts.least, 0), np.where(fixed, plain.facts.greatest, UNBOUNDED)
    found = narrow(least, greatest, plain.facts.relations)
    width[found.greatest - found.least < width] = 0  # known without this table
    known = with_differences(plain, "")
    longer = np.zeros(len(known.facts), np.int64)
    longer[: len(width)] = width
    fixed = np.concatenate([fixed, np.ones(len(known.facts) - len(fixed), bool)])
    cost = np.ones(len(known.facts))
    cost[plain.place[0]] = 1.0 + np.concatenate([p.cube.cells for p in made], axis=-1)
    mended, n = repair(known, longer, cost, fixed), len(plain.facts)
    if mended.left.any():
        return None
    again = stop_differences(with_dots(plain, mended.withhold[:n]), "", width, cost[:n], fixed[:n], np.zeros(n, bool))
    return None if again.left.any() else _withheld(made, (mended.withhold[:n] | again.withhold)[plain.place[0]])


def _withheld(parts: Sequence[Protected], also: np.ndarray) -> list[Protected]:
    cuts = np.cumsum([p.status.shape[-1] for p in parts])[:-1]
    return [withheld_too(p, a & ~p.withheld) for p, a in zip(parts, np.split(also, cuts, axis=-1), strict=True)]
