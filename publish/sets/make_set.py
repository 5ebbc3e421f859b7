"""A publication set, from deliveries to files: take in, make every table, then let the set appear all at once.

Tables are made by worker processes, one table at a time each; nothing confidential travels between processes but the
secret that orders the search. Either every table passes the gate and the whole set appears, or nothing does: ground.py
and decision.py say in which order.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.headline import Elsewhere
from celwacht.publish.formats import set_files
from celwacht.publish.review import records
from celwacht.publish.review.loss_report import set_index
from celwacht.publish.sets import make_table, prove_set, same_cells
from celwacht.publish.sets.data_lock import locked
from celwacht.publish.sets.decision import Decision, about
from celwacht.publish.sets.earlier import Earlier, before
from celwacht.publish.sets.ground import REFUSED, ground_of
from celwacht.publish.sets.make_table import Job, TableOutcome
from celwacht.publish.sets.same_cells import Mended
from celwacht.publish.sets.seen_before import SeenBefore, seen_before
from celwacht.publish.sets.since_before import REFUSED as REFUSED_BESIDE
from celwacht.publish.sets.workers import Watch, all_done
from celwacht.publish.store import embargo, store
from celwacht.tables.counting.codings import in_division
from celwacht.tables.engines.engine import DUCKDB
from celwacht.tables.periods import Period, months_later
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.regions.part import part_of
from celwacht.tables.register.accounts import register_there
from celwacht.tables.sources.data_source import data_source
from celwacht.tables.sources.sources import registers_of
from celwacht.tables.specs.read_spec import read_set, read_tables
from celwacht.tables.specs.table_spec import SetSpec, TableSpec

MONTHS_UNTIL_PUBLISHED = 4
"""A half-year that ends in June is published in October, one that ends in December in April."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published. `secret` is not in the repr."""

    set_name: str
    year: int
    data: Path
    out: Path
    modified: date | None = None
    without: tuple[str, ...] = ()
    workers: int = 2
    province: str = ""
    """Only the regions of this province; empty: the whole country."""
    embargo: datetime | None = None
    """When the set becomes public; None: as the set says."""
    secret: bytes = field(repr=False, default=b"")
    withdraw: bool = False
    """Whether tables of the release before may be missing from this one."""
    reason: str = ""
    """Why, for the ledger."""
    alone: bool = True
    """Whether each table is proved by itself only, and not beside all others of the set."""
    engine: str = DUCKDB
    """What counts the records: tables/engines."""

    @property
    def name(self) -> str:
        """Name of the set in OUT, such as 2024-october."""
        return f"{self.year}-{self.set_name}"


@dataclass(frozen=True, slots=True)
class SetOutcome:
    """All lines of the closing table, and where the set is (None: refused)."""

    tables: tuple[TableOutcome, ...]
    skipped: tuple[str, ...]
    """Tables of the set that have no figures for its periods, and tables left out on request."""
    release: Path | None
    moment: datetime
    """When readers may see it."""
    trial: bool = False
    """Made in another folder than that of the ledger: not entered, and not for readers."""
    repaired: tuple[str, ...] = ()
    """What a run that was stopped had left to do, and this one did."""
    withdrawn: tuple[str, ...] = ()
    """Tables of the release before that are not in this one."""
    head: str = ""
    """Digest of the last line of the ledger."""
    mended: Mended | None = None
    """What tables withhold for each other's sake."""


def publish(order: Order, watch: Watch = lambda *_: None, disk: store.Disk | None = None) -> SetOutcome:
    """Makes a set. ProblemsFound where a specification, the ledger or the order is wrong; otherwise an outcome, published or
    refused. Refused where the work was decided and could not be finished: the text says what is true then."""
    disk = disk or store.Disk()
    data_source(order.data)
    wanted = read_set(order.set_name)
    periods = periods_of(wanted, order.year)
    tables, skipped = _chosen(order, wanted, periods)
    moment = moment_of(order, wanted, list(periods))
    with locked(order.data), store.publishing(order.out, disk) as place:
        ground = ground_of(order.data, place, disk, order.secret)
        decision = Decision(ground, order, moment, datetime.now(UTC))
        withdrawn = decision.withdrawn([t.id for t in tables])
        staged = ground.reports / f"{records.STAGED}{os.urandom(8).hex()}"
        try:
            elsewhere = same_cells.headlines_elsewhere(tables, list(periods))
            jobs = partial(_jobs, order, tables, periods, moment, place, staged, elsewhere)
            told = None
            earlier = before(order.data, order.name, decision.began)
            if order.alone:
                delivered = records.digest_of(records.list_deliveries(order.data))
                outcomes, mended = _alone(jobs(), order.workers, watch, disk, earlier, delivered)
            else:
                outcomes, told, mended = _together(jobs, order.workers, watch, disk, seen_before(earlier))
            set_index.write_index(staged, set_index.beside(outcomes, mended, earlier))
            if not outcomes or not all(o.published for o in outcomes):
                _keep_refused(staged, ground.reports, order.name)
                disk.remove(order.out / store.STAGING)
                return SetOutcome(outcomes, skipped, None, moment, ground.trial, ground.repaired)
            said = about(order, wanted, moment, outcomes, told)
            store.stage(order.out / store.STAGING, set_files.files(order.out / store.STAGING, said), disk)
            release = decision.carried_out(place, said, staged, withdrawn, disk)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return SetOutcome(outcomes, skipped, release, moment, ground.trial, ground.repaired, withdrawn, decision.head, mended)


def _jobs(
    order: Order,
    tables: list[TableSpec],
    periods: dict[Period, str],
    moment: datetime,
    place: store.Store,
    staged: Path,
    elsewhere: dict[str, Elsewhere],
    told: prove_set.Together | None = None,
):
    """What workers need, one job a table. told: what became of the set, once that is known."""
    refused = _FALSE if told is not None and told.verdict is Verdict.UNSAFE else ""
    regions = part_of(order.province) if order.province else frozenset()
    return [
        Job(
            spec,
            tuple(periods),
            {p.code: s for p, s in periods.items()},
            order.modified or moment.date(),
            order.data,
            place.table_folder(spec.id),
            staged / spec.id,
            order.secret,
            regions,
            told is not None and spec.id in told.tables,
            None if told is None else told.alone.get(spec.id),
            elsewhere.get(spec.id),
            refused,
            order.engine,
        )
        for spec in tables
    ]


def periods_of(wanted: SetSpec, year: int) -> dict[Period, str]:
    """The periods of a set with their status, in order of code."""
    found = {Period.parse(f"{year + p.year}{p.part}"): p.status for p in wanted.periods}
    return dict(sorted(found.items(), key=lambda item: item[0].code))


def moment_of(order: Order, wanted: SetSpec, periods: list[Period]) -> datetime:
    """When the set becomes public: as ordered; or at the time of the set, on the date on the tables if that was ordered, else
    on the day of the set. Never the clock. ProblemsFound where the clock in Amsterdam skips that time or shows it twice.
    """
    if order.embargo is not None:
        return order.embargo
    day, clock = modified_of(periods), embargo.MIDNIGHT
    if wanted.release is not None:
        clock = wanted.release.time
        if wanted.release.day is not None:
            day = embargo.next_day(wanted.release.day, max(p.end for p in periods))
    try:
        return embargo.at(order.modified or day, clock)
    except ValueError as error:
        raise ProblemsFound([Problem(f"sets/{order.set_name}.yaml", 0, 0, "release-time", f"{error}; or give --embargo.")]) from None


def modified_of(periods: list[Period]) -> date:
    """The usual day of publication: the last of the fourth month after the last period, never the clock."""
    first = max(p.end for p in periods).replace(day=1)
    return months_later(first, MONTHS_UNTIL_PUBLISHED + 1) - timedelta(days=1)


def _chosen(order: Order, wanted: SetSpec, periods: dict[Period, str]):
    """The tables to be made, and the names of those left out."""
    specs = read_tables(only=[t for t in wanted.tables if t not in order.without])
    strange = [t for t in order.without if t not in wanted.tables]
    if strange:
        raise ProblemsFound(
            Problem(f"--without {t}", 0, 0, "unknown-table", f"set {order.set_name} has no such table.{nearest(t, wanted.tables)}")
            for t in strange
        )
    chosen: list[TableSpec] = []
    skipped = []
    silent = _never_delivered(order.data, [specs[t] for t in wanted.when_delivered if t in specs])
    for table in wanted.tables:
        if table in (*order.without, *silent) or not any(p.kind in specs[table].periods for p in periods):
            skipped.append(table)
        else:
            chosen.append(_divided(specs[table], wanted, periods))
    return chosen, tuple(skipped)


def _never_delivered(data: Path, specs: Sequence[TableSpec]) -> list[str]:
    """The tables of which nobody ever delivered a record of the source."""
    delivered = {one.record for one in register_there(data).entries} if specs else set()
    return [spec.id for spec in specs if not any(one.record in delivered for one in registers_of(spec.source))]


def _divided(spec: TableSpec, wanted: SetSpec, periods: dict[Period, str]) -> TableSpec:
    """The table on the division of the set, where it says of none itself."""
    own = spec if spec.division is not None else spec.model_copy(update={"division": wanted.division})
    return in_division(own, max(p.year for p in periods))


def _alone(
    jobs: list[Job], workers: int, watch: Watch, disk: store.Disk, earlier: Sequence[Earlier], delivered: str
) -> tuple[tuple[TableOutcome, ...], Mended]:
    """(outcomes of tables that are proved each by itself, what they withhold for each other's sake)."""
    made: tuple[TableOutcome, ...] = all_done("make", jobs, workers, watch, disk)
    if not all(o.published for o in made):
        return made, Mended({})
    there = [job for job in jobs if job.record.exists()]
    mended = same_cells.mended(there, earlier, lambda *a: watch(make_table.ALL, make_table.BESIDE, *a), delivered)
    again = [_refused_beside(job, mended) for job in jobs if job.spec.id in mended.changed or job.spec.id in mended.refused]
    for job in again:
        disk.remove(job.folder)
    new = dict(zip((job.spec.id for job in again), all_done("finish", again, workers, watch, disk)))
    return tuple(new.get(o.table, o).after(o) for o in made) if new else made, mended


def _refused_beside(job: Job, mended: Mended) -> Job:
    """The job, refused where the releases before leave nothing that would help."""
    return job.with_refusal(REFUSED_BESIDE) if job.spec.id in mended.refused else job


def _together(jobs: Callable[..., list[Job]], workers: int, watch: Watch, disk: store.Disk, seen: SeenBefore):
    """(outcomes of tables that are proved beside each other and beside what was seen before, what became of the set, what is withheld beside
    that for tables outside the proof): each by itself first, then all together, then the gate."""
    first = jobs()
    all_done("begin", first, workers, watch, disk)
    there = [job for job in first if job.record.exists()]
    told = prove_set.prove(there, lambda *a: watch(make_table.ALL, *a), seen) if there else None
    mended = same_cells.mended(there, tell=lambda *a: watch(make_table.ALL, make_table.BESIDE, *a))
    return all_done("finish", jobs(told), workers, watch, disk), told, mended


_FALSE = "the checker of the set refuses its certificate; see the records in the confidential folder, or publish with --alone"


def _keep_refused(staged: Path, reports: Path, name: str) -> None:
    """The record of a refused set stays for the reviewer, beside the records of published ones."""
    target = reports / f"{name}{REFUSED}"
    shutil.rmtree(target, ignore_errors=True)
    if staged.exists():
        staged.rename(target)
