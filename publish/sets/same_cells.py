"""What tables that are proved one by one withhold for each other's sake.

The same cell is withheld in all tables of a set, or in none: a dot that another table prints protects nothing, and every reader sees it. Only large
figures stay printed where they are; that they are known is reckoned with below. Which cells
are the same follows from the specifications alone (disclosure/intruder/sets): they count the same units at the same time, whatever table shows
them. Then the lines between tables (stock and flow, halves and year, totals over other classes) are followed as an intruder would, and what they tell
of a sensitive cell too closely is stopped by withholding further. Both take facts away, so that every proof stands as it was.

This is a repair, not the proof of a set: what only many lines at once tell is sought around the narrowest cells only (programmes.py), and around all
of them by celwacht attack.

Example: young people in Meppel are 980 in one table and a dot in another, where a small class beside them needed it: both become dots.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.intruder.sets.facts import SetFacts, facts_of_set
from celwacht.disclosure.intruder.sets.repair import holder_of, repair, repair_inside
from celwacht.disclosure.intruder.sets.same import same_cells
from celwacht.disclosure.intruder.sets.seen import SeenTable
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.headline import Elsewhere, headline_ranks, ranks_of
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.review import records
from celwacht.publish.review.records import Recorded
from celwacht.publish.sets.earlier import Earlier
from celwacht.publish.sets.make_table import Job, kept_levels
from celwacht.publish.sets.sensitive import clients
from celwacht.publish.sets.since_before import Beside, beside_before, beside_handed_out, of_same_records, released_as, widths_of
from celwacht.tables.counting.coding import of_sets
from celwacht.tables.counting.microdata import shared
from celwacht.tables.counting.plan import Plan, plans, time_dimension
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec

DEAREST = 1000
"""What a cell may be printed as in the tables that print it, to be withheld in them because another table withholds it."""
HEADLINE = 1000.0
"""Times its value, what a headline figure of the least rank costs; ten times that for every rank above it."""


@dataclass(frozen=True, slots=True)
class Mended:
    """changed: for each table whose record is new, how many cells more are withheld. leaks, left: sensitive cells that the lines between
    tables told too closely, before and after; not_followed: why those lines were not followed, if they were not."""

    changed: dict[str, int]
    leaks: int = 0
    left: int = 0
    not_followed: str = ""
    before: int = 0
    """Sensitive cells that differences to releases before told too closely."""
    refused: tuple[str, ...] = ()
    """Tables of which differences would tell what is withheld, whatever else is withheld."""
    left_out: tuple[str, ...] = ()
    """Releases before with tables that cannot be compared: no specification in their record, or classes that are not named any more."""
    together: int = 0
    """Sensitive cells that only programmes over many lines found to be told too closely."""
    beyond: int = 0
    """Sensitive cells around which no such programme was asked, though lines leave them nearly narrow."""
    inside: int = 0
    """Sensitive cells that those lines told some single provider too closely, where policies protect against insiders."""
    inside_left: int = 0
    """Those that they still do."""
    told_before: int = 0
    """Sensitive cells that a release before told too closely by itself, where nothing that is printed moved since."""
    shared: dict[str, int] = field(default_factory=dict)
    """For each table how many of its cells another table of the set shows too."""


def headlines_elsewhere(specs: Sequence[TableSpec], periods: Sequence[Period]) -> dict[str, Elsewhere]:
    """For each table which of its cells are headline figures of other tables: from the specifications, before anything is counted. A table that
    withholds such a cell would make the others withhold it.

    Example: what began in Assen is a total of the table on referrers, and one class of the course among many.
    """
    tables, ranks = [], []
    for spec in specs:
        made = [_axes(plan) for plan in plans(spec, periods)]
        if made:
            ranks.append(np.concatenate([ranks_of(axes, kept_levels(spec), spec.keep) for axes in made], axis=-1))
            codes = (*(tuple(c.code for c in d.codes) for d in made[0][:-1]), tuple(c.code for axes in made for c in axes[-1].codes))
            nothing = np.zeros(ranks[-1].shape, np.int64)
            tables.append(SeenTable("", spec, codes, nothing, nothing, nothing > 0))
    try:
        names = same_cells(tables) if len(tables) > 1 else ()
    except ValueError:  # too many tables to be looked at together: each is protected by itself
        return {}
    none = np.iinfo(np.int16).max
    best = np.full(1 + max((int(n.max(initial=0)) for n in names), default=0), none, np.int16)
    for name, its in zip(names, ranks):
        np.minimum.at(best, name[its > 0], its[its > 0])
    best[best == none] = 0
    return {t.spec.id: Elsewhere(t.codes, best[name]) for t, name in zip(tables, names)}


def _axes(plan: Plan) -> tuple[Classification, ...]:
    """The dimensions of its cube, as far as codes and totals go; sets of classes that nobody has are left out."""
    shown = (of_sets(a.coding, ())[0] if a.all_touched else a.coding.classification for a in plan.axes)
    return (*shown, time_dimension(plan)[0])


def mended(
    jobs: Sequence[Job], earlier: Sequence[Earlier] = (), tell: Callable[[int, int], None] = lambda *_: None, delivered: str = ""
) -> Mended:
    """Both, for the tables of the jobs, and what the releases before ask; the records of the jobs must be there. tell(done, of): told as it goes on.
    delivered: the digest of the deliveries that they are counted from, as in the ledger: what was handed out from the same ones counts the same records."""
    if not jobs or (len(jobs) < 2 and not earlier):
        return Mended({})
    tell(0, 1)
    done: list[Mended] = []
    try:
        kept = [records.recorded(job.record) for job in jobs]
        names = names_of(jobs, kept)
        done.append(Mended({}, shared=shared_cells(jobs, names)))
        done.append(Mended(withhold_alike(jobs, kept, names)))
        done.append(withhold_leaks(jobs, kept, tell))
        done.append(withhold_from_providers(jobs, kept))
        if same := of_same_records(earlier, delivered, jobs[0]):
            done.append(withhold_beside(beside_handed_out, jobs, kept, same, tell))
        if others := [one for one in earlier if one not in same]:
            done.append(withhold_beside(beside_before, jobs, kept, others, tell))
    except ValueError as error:
        done.append(Mended({}, not_followed=str(error)))
    return _of_all(done)


def _of_all(done: Sequence[Mended]) -> Mended:
    """What several steps did. Each has written its records when it returns, so that what a later one could not do takes nothing back."""
    changed = {table: sum(its.changed.get(table, 0) for its in done) for its in done for table in its.changed}
    not_followed = next((its.not_followed for its in done if its.not_followed), "")
    refused = tuple(table for its in done for table in its.refused)
    added = {n: sum(getattr(its, n) for its in done) for n, kind in Mended.__annotations__.items() if kind == "int"}
    left_out = tuple(dict.fromkeys(release for its in done for release in its.left_out))
    shared = {table: n for its in done for table, n in its.shared.items()}
    return Mended(changed, not_followed=not_followed, refused=refused, left_out=left_out, shared=shared, **added)


def names_of(jobs: Sequence[Job], kept: Sequence[Recorded]) -> Sequence[np.ndarray]:
    """Per table a number of each cell, shared by cells that are the same. By their specifications: withholding more changes none of them."""
    return same_cells([as_seen(job.spec, its.parts) for job, its in zip(jobs, kept)])


def shared_cells(jobs: Sequence[Job], names: Sequence[np.ndarray]) -> dict[str, int]:
    """For each table how many of its cells count the same as a cell of another table."""
    tables = np.zeros(1 + max(int(n.max(initial=0)) for n in names), np.int64)
    for name in names:
        tables[np.unique(name[name >= 0])] += 1
    return {job.spec.id: int((tables[name[name >= 0]] > 1).sum()) for job, name in zip(jobs, names)}


def withhold_alike(jobs: Sequence[Job], kept: list[Recorded], names: Sequence[np.ndarray]) -> dict[str, int]:
    """Withholds in every table of the jobs what any of them withholds of the same cells, and writes the records that this changes anew, also
    in `kept`, the records of the jobs: for each of these tables how many cells. Cells that count DEAREST and more in the other tables stay
    printed there."""
    withheld = [_withheld(its) for its in kept]
    printed = [np.concatenate([np.where(p.withheld, 0, p.shown) for p in its.parts], axis=-1) for its in kept]
    price = np.zeros(1 + max(int(n.max(initial=0)) for n in names), np.int64)
    hidden = np.zeros(len(price), bool)
    for name, own, value in zip(names, withheld, printed):
        np.add.at(price, name, value)
        hidden[name[own]] = True
    also = [(hidden & (price < DEAREST))[name] & ~own for name, own in zip(names, withheld)]
    return _written(jobs, kept, also)


def withhold_leaks(jobs: Sequence[Job], kept: list[Recorded], tell: Callable[[int, int], None]) -> Mended:
    """Withholds in the records of the jobs, `kept`, what the lines between their tables need withheld, headline figures last, and writes
    those that this changes anew. ValueError where the tables are too many or too large for one attack, or show what no classification names."""
    known = facts_of_set([as_seen(job.spec, its.parts) for job, its in zip(jobs, kept)])
    width = widths_of(known, [its.parts for its in kept])
    found = repair(known, width, _cost_of_all(known, jobs, kept), last=_of_all_tables(known, headlines(jobs, kept)), tell=tell)
    changed = _written(jobs, kept, _in_tables(known, kept, found.withhold))
    return Mended(changed, int(found.leaks.sum()), int(found.left.sum()), together=int(found.together.sum()), beyond=found.beyond)


def withhold_from_providers(jobs: Sequence[Job], kept: list[Recorded]) -> Mended:
    """The same against every single provider that takes its own clients off all tables, for the cells of tables whose policy protects against insiders.
    Writes the records that this changes anew."""
    if not any(part.policy.insiders for its in kept for part in its.parts):
        return Mended({})
    known = facts_of_set([as_seen(job.spec, its.parts) for job, its in zip(jobs, kept)])
    width = widths_of(known, [its.parts for its in kept], lambda policy: policy.width * (policy.insiders > 0))
    value = np.zeros(len(known.facts), np.int64)
    held: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for job, its, place in zip(jobs, kept, known.place):
        np.maximum.at(value, place, np.concatenate([p.cube.cells for p in its.parts], axis=-1))
        cuts = np.cumsum([p.status.shape[-1] for p in its.parts])[:-1]
        own = clients(job.spec, its.parts[0].policy, [p.cube for p in its.parts], job.periods, job.data, shared(job.data, job.engine))
        for at, of_part in zip(np.split(place, cuts, axis=-1), own):
            for name, (cell, count) in of_part.items():
                held.setdefault(name, []).append((at.ravel()[cell], count))
    holders = [holder_of(*map(np.concatenate, zip(*held[name]))) for name in sorted(held) if name]
    last = _of_all_tables(known, headlines(jobs, kept))
    found = repair_inside(known, width, value, _cost_of_all(known, jobs, kept), holders, last=last)
    changed = _written(jobs, kept, _in_tables(known, kept, found.withhold))
    return Mended(changed, inside=int(found.leaks.sum()), inside_left=int(found.left.sum()))


def withhold_beside(
    beside: Callable[..., Beside], jobs: Sequence[Job], kept: list[Recorded], earlier: Sequence[Earlier], tell: Callable[[int, int], None]
) -> Mended:
    """Withholds in the records of the jobs what releases before need withheld, by a function of since_before.py."""
    specs = [job.spec for job in jobs]
    now = [as_seen(job.spec, its.parts) for job, its in zip(jobs, kept)]
    found = beside(specs, now, kept, _costs(jobs, kept), headlines(jobs, kept), earlier, tell)
    return Mended(
        _written(jobs, kept, found.also),
        before=found.leaks,
        refused=found.refused,
        left_out=found.left_out,
        beyond=found.beyond,
        told_before=found.told_before,
    )


def headlines(jobs: Sequence[Job], kept: Sequence[Recorded]) -> list[np.ndarray]:
    """Per table, bool: headline figures, which are withheld last."""
    return [np.concatenate([_ranks(p, job.spec) > 0 for p in its.parts], axis=-1) for job, its in zip(jobs, kept)]


def _costs(jobs: Sequence[Job], kept: Sequence[Recorded]) -> list[np.ndarray]:
    """Per table what withholding each cell costs."""
    return [np.concatenate([_cost(p, job.spec) for p in its.parts], axis=-1) for job, its in zip(jobs, kept)]


def _cost_of_all(known: SetFacts, jobs: Sequence[Job], kept: Sequence[Recorded]) -> np.ndarray:
    """The same over all cells of the facts, in all tables that show them."""
    cost = np.zeros(len(known.facts))
    for place, its in zip(known.place, _costs(jobs, kept)):
        np.add.at(cost, place, its)
    return cost


def _withheld(kept: Recorded) -> np.ndarray:
    """bool: what a table withholds, all periods along the last axis."""
    return np.concatenate([p.withheld for p in kept.parts], axis=-1)


def _in_tables(known: SetFacts, kept: Sequence[Recorded], withhold: np.ndarray) -> list[np.ndarray]:
    """Per table which of these cells of the facts it does not withhold yet."""
    return [withhold[place] & ~_withheld(its) for place, its in zip(known.place, kept)]


def _of_all_tables(known: SetFacts, flags: Sequence[np.ndarray]) -> np.ndarray:
    """bool over all cells of the facts: flagged in a table that shows it."""
    found = np.zeros(len(known.facts), bool)
    for place, its in zip(known.place, flags):
        found[place[its]] = True
    return found


def _ranks(part: Protected, spec: TableSpec) -> np.ndarray:
    return headline_ranks(part.cube, part.policy.keep, spec.keep)


def _cost(part: Protected, spec: TableSpec) -> np.ndarray:
    """What withholding each cell costs: its value as it is printed, so that nothing but what readers see has a say in what is chosen, and much more for
    headline figures, those of the first rank most."""
    ranks = _ranks(part, spec)
    dear = HEADLINE * 10.0 ** (ranks.max(initial=0) - ranks)
    return (np.where(part.withheld, 0, part.shown) + 1.0) * np.where(ranks > 0, dear, 1.0)


def _written(jobs: Sequence[Job], kept: list[Recorded], also: Sequence[np.ndarray]) -> dict[str, int]:
    """Writes every record in which something more is withheld, also in `kept`: for each of these tables how many cells."""
    changed = {}
    for i, (job, more) in enumerate(zip(jobs, also)):
        if more.any():
            changed[job.spec.id] = int(more.sum())
            kept[i] = _write(job, kept[i], more)
    return changed


def _write(job: Job, kept: Recorded, also: np.ndarray) -> Recorded:
    """The record of one table, with `also` withheld (all periods of all its cubes along the last axis)."""
    cuts = np.cumsum([p.status.shape[-1] for p in kept.parts])[:-1]
    made = tuple(withheld_too(p, a) for p, a in zip(kept.parts, np.split(also, cuts, axis=-1), strict=True))
    shutil.rmtree(job.record)
    records.save(job.record, made, job.spec, kept.people)
    return Recorded(made, kept.policy, kept.spec, kept.spec_hash, kept.policy_hash, kept.people)


def withheld_too(part: Protected, also: np.ndarray) -> Protected:
    """The same cube, with more withheld: bool of its cells. Worlds that printed it alike still do."""
    status = np.where(also & (part.status == Status.PUBLISHED), Status.SECONDARY, part.status).astype(np.uint8)
    shown = np.where(status != Status.PUBLISHED, 0, part.shown)
    kept = part.worlds, part.levels, part.sensitivity, part.headline, part.insiders, part.contributions
    return Protected(part.cube, part.policy, status, shown, *kept)


def as_seen(spec: TableSpec, parts: Sequence[Protected]) -> SeenTable:
    """A table as readers will have it."""
    return released_as(spec, parts, "")
