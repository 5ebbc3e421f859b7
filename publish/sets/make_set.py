"""A publication set, from deliveries to files: take in, make every table, then let the set appear all at once.

Tables are made by worker processes, one table at a time each; nothing confidential travels between processes but the
secret that orders the search. Either every table passes the gate and the whole set appears, or nothing does: ground.py
and decision.py say in which order.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from calendar import monthrange
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from errno import ENOMEM
from pathlib import Path
from threading import Thread

from celwacht.publish.formats import set_files
from celwacht.publish.review import records
from celwacht.publish.review.loss_report import report_files
from celwacht.publish.sets import make_table
from celwacht.publish.sets.data_lock import locked
from celwacht.publish.sets.decision import Decision
from celwacht.publish.sets.ground import REFUSED, ground_of
from celwacht.publish.sets.make_table import Job, TableOutcome
from celwacht.publish.store import embargo, store
from celwacht.publish.terminal.console import InsideWorker, code_of, debugging
from celwacht.tables.cubes.province import regions_of
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.sources.data_source import data_source
from celwacht.tables.specs.read_spec import read_set, read_tables
from celwacht.tables.specs.table_spec import SetSpec, TableSpec
from celwacht.tables.version import VERSION

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


Watch = Callable[[str, str, int, int], None]
"""watch(table, step, done, of how many)."""


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
            outcomes = _all_made(_jobs(order, tables, periods, moment, place, staged), order.workers, watch, disk)
            report_files.write_index(staged)
            if not outcomes or not all(o.published for o in outcomes):
                _keep_refused(staged, ground.reports, order.name)
                disk.remove(order.out / store.STAGING)
                return SetOutcome(outcomes, skipped, None, moment, ground.trial, ground.repaired)
            about = _about(order, wanted, moment, outcomes)
            store.stage(order.out / store.STAGING, set_files.files(order.out / store.STAGING, about), disk)
            release = decision.carried_out(place, about, staged, withdrawn, disk)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return SetOutcome(outcomes, skipped, release, moment, ground.trial, ground.repaired, withdrawn, decision.head)


def _jobs(order: Order, tables: list[TableSpec], periods: dict[Period, str], moment: datetime, place: store.Store, staged: Path):
    """What workers need, one job a table."""
    regions = regions_of(order.province) if order.province else frozenset()
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
    end = max(p.end for p in periods)
    months = end.year * 12 + end.month - 1 + MONTHS_UNTIL_PUBLISHED
    year, month = months // 12, months % 12 + 1
    return date(year, month, monthrange(year, month)[1])


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
    for table in wanted.tables:
        if table in order.without or not any(p.kind in specs[table].periods for p in periods):
            skipped.append(table)
        else:
            chosen.append(specs[table])
    return chosen, tuple(skipped)


def _all_made(jobs: list[Job], workers: int, watch: Watch, disk: store.Disk) -> tuple[TableOutcome, ...]:
    """Outcomes in the order of the jobs. One worker: in this process."""
    if workers == 1 or len(jobs) < 2:
        return tuple(make_table.make(job, lambda *a, t=job.spec.id: watch(t, *a), disk) for job in jobs)
    context = multiprocessing.get_context("spawn")
    heard = context.Queue()
    with _listening(heard, watch), ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=_begin, initargs=(heard,)) as pool:
        pending = {pool.submit(_work, job): job for job in sorted(jobs, key=_weight, reverse=True)}
        try:
            done = {pending[f].spec.id: f.result() for f in as_completed(pending)}
        except BrokenProcessPool:
            raise OSError(ENOMEM, "a worker process was ended from outside, most likely for want of memory; try --workers 1") from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    problems = [p for found in done.values() if isinstance(found, ProblemsFound) for p in found.problems]
    if problems:
        raise ProblemsFound(set(problems))
    return tuple(done[job.spec.id] for job in jobs)


def _weight(job: Job) -> tuple[int, int]:
    """Rough order of how long a table takes: those by wijk first, then those with many dimensions and periods."""
    by_wijk = any(d.classification == "wijk" for d in job.spec.dimensions)
    return by_wijk, len(job.spec.dimensions) * len(job.periods)


_heard = None


def _begin(heard) -> None:
    """The start of a worker. It ends when the process that it works for ends, however that ends: otherwise it would wait for ever, and
    meanwhile write into what the next run has begun to clean up."""
    global _heard
    _heard = heard
    Thread(target=_ends_with_parent, daemon=True).start()


def _ends_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(job: Job) -> TableOutcome | ProblemsFound:
    """One table in a worker. What is wrong with it travels back without the text of a library's exception."""
    try:
        return make_table.make(job, lambda *a: _heard.put((job.spec.id, *a)))
    except ProblemsFound as found:
        return found
    except OSError:
        raise
    except Exception as error:
        raise InsideWorker(code_of(error)) from (error if debugging() else None)


@contextmanager
def _listening(heard, watch: Watch) -> Iterator[None]:
    """Hands what workers tell to `watch`, in a thread, until the work is done."""

    def listen() -> None:
        while (told := heard.get()) is not None:
            watch(*told)

    thread = Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield
    finally:
        heard.put(None)
        thread.join(timeout=5)


def _keep_refused(staged: Path, reports: Path, name: str) -> None:
    """The record of a refused set stays for the reviewer, beside the records of published ones."""
    target = reports / f"{name}{REFUSED}"
    shutil.rmtree(target, ignore_errors=True)
    if staged.exists():
        staged.rename(target)


def _about(order: Order, wanted: SetSpec, moment: datetime, outcomes: tuple[TableOutcome, ...]) -> dict[str, object]:
    """What the manifest says beside its files: public, and free of clocks and machines."""
    return {
        "set": order.name,
        "title": wanted.title.nl.replace("{year}", str(order.year)),
        "modified": (order.modified or moment.date()).isoformat(),
        embargo.KEY: embargo.written(moment),
        "province": order.province,
        "license": "CC BY 4.0",
        "generator": f"celwacht {VERSION}",
        "tables": [{"id": o.table, "title": o.title} for o in outcomes],
    }
