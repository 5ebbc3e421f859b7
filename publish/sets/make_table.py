"""One table, from specification to staged files: what a worker process does.

specification -> cubes -> protected cubes -> gate -> publication -> files
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.headline import Elsewhere, headline_ranks
from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.policy.sensitivity import Sensitivity
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.search.cubes.protect_cube import Asked, protect_asked
from celwacht.publish.formats import parquet, table_files
from celwacht.publish.formats.excel import workbook
from celwacht.publish.formats.statline import csv_bundle, odata_json
from celwacht.publish.gate import assemble
from celwacht.publish.gate.gate import Refusal, release
from celwacht.publish.publication import description_file
from celwacht.publish.publication.publication import Publication
from celwacht.publish.review import records
from celwacht.publish.review.loss_report import report_files
from celwacht.publish.sets.sensitive import insiders, sensitivities
from celwacht.publish.store import store
from celwacht.tables.counting.denominators import Denominator, denominators
from celwacht.tables.counting.microdata import shared
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.engines.engine import DUCKDB
from celwacht.tables.periods import Period
from celwacht.tables.sources.data_source import data_source, made_up
from celwacht.tables.sources.populations import populations
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.spread import Spread

Progress = Callable[[str, int, int], None]
"""progress(step, done, of how many): step is one of STEPS."""
STEPS = ("count", "protect", "prove", "write")
ALL = "all tables"
"""In place of a table, for what is done to a set as a whole."""
BESIDE = "beside"
"""The step in which tables are held against each other."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs for one table. `secret` orders the search for patterns; it is not in the repr."""

    spec: TableSpec
    periods: tuple[Period, ...]
    statuses: dict[str, str]
    modified: date
    data: Path
    folder: Path
    """Where the public files are staged."""
    record: Path
    """Where the confidential record is staged."""
    secret: bytes = field(repr=False, default=b"")
    regions: frozenset[str] = frozenset()
    """Only these regions; none: all."""
    beside: bool = True
    """Whether the table is proved beside all others of its set, and not by itself only."""
    value_alone: int | None = None
    """Value that its own proof withheld, where the set was proved after it."""
    elsewhere: Elsewhere | None = None
    """Which of its cells are headline figures of other tables of the set."""
    refused: str = ""
    """Why the set as a whole is refused, if it is; or this table, beside what was published before."""
    engine: str = DUCKDB
    """What counts the records (tables/engines)."""

    def with_refusal(self, reason: str) -> Job:
        """The same, refused."""
        return Job(**{name: getattr(self, name) for name in self.__slots__} | {"refused": reason})


SUMMED = ("cells", "sensitive", "withheld", "value", "value_withheld", "headline", "headline_withheld")


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """A line of the closing table. For the statistician, not for readers."""

    table: str
    cells: int
    sensitive: int
    withheld: int
    value: int
    value_withheld: int
    verdict: str
    seconds: float
    title: str = ""
    headline: int = 0
    """Headline figures (totals that policy or table keeps) that are not sensitive themselves, and how many of them are withheld."""
    headline_withheld: int = 0
    value_alone: int | None = None
    """Value that the table's own proof would withhold; None where nothing is withheld for the sake of others."""
    headline_alone: int = 0
    """Headline figures that the table's own proof would withhold, where value_alone is told."""
    beside: bool = False
    """Whether it is proved beside all others of its set."""
    reasons: tuple[str, ...] = ()

    @property
    def published(self) -> bool:
        return not self.reasons

    @property
    def share_withheld(self) -> float:
        """Share of the value (sum of all cells) that is withheld, in per cent."""
        return 100 * self.value_withheld / self.value if self.value else 0.0

    def after(self, first: TableOutcome) -> TableOutcome:
        """The same as the end of work of which `first` was the outcome, with what the table's own proof withheld."""
        seconds = self.seconds if self is first else first.seconds + self.seconds
        kept = {name: getattr(self, name) for name in self.__slots__}
        return TableOutcome(**kept | {"seconds": seconds, "value_alone": first.value_withheld, "headline_alone": first.headline_withheld})


def kept_levels(spec: TableSpec) -> tuple[str, ...]:
    """The levels whose totals are headline figures by the policy of a table."""
    return read_policy(spec.policy).keep


def begin(job: Job, progress: Progress = lambda *_: None) -> None:
    """Counts and protects a table by itself, and stages its record: where the proof of a set begins."""
    parts = protected(job, read_policy(job.spec.policy), progress)
    if parts:
        records.save(job.record, parts, job.spec, people_of(job, parts))


def finish(job: Job, progress: Progress = lambda *_: None, disk: store.Disk | None = None) -> TableOutcome:
    """Puts what the record of a table says through the gate, and stages its files, or says why it is refused."""
    began = time.perf_counter()
    policy = read_policy(job.spec.policy)
    kept = records.load(job.record) if job.record.exists() else []
    found: list[Sensitivity | None] = [None] * len(kept)
    if policy.rules is not None and kept:
        found = sensitivities(job.spec, policy, [p.cube for p in kept], job.periods, job.data, shared(job.data, job.engine))
    parts = [
        Protected(
            *(p.cube, p.policy, p.status, p.shown, p.worlds, p.levels, f),
            headline_ranks(p.cube, policy.keep, job.spec.keep),
            p.insiders,
            p.contributions,
        )
        for p, f in zip(kept, found, strict=True)
    ]
    return _through(job, policy, parts, progress, disk, began)


def make(job: Job, progress: Progress = lambda *_: None, disk: store.Disk | None = None) -> TableOutcome:
    """Makes one table and stages its files, or says why it is refused."""
    began = time.perf_counter()
    return made_of(job, protected(job, read_policy(job.spec.policy), progress), progress, disk, began)


def made_of(
    job: Job, parts: list[Protected], progress: Progress, disk: store.Disk | None, began: float, spread: Spread | None = None
) -> TableOutcome:
    """The record of a table that is protected, the gate, and its files. began: when the work on it did, as time.perf_counter has it. spread: for
    the gate."""
    if parts:
        records.save(job.record, parts, job.spec, people_of(job, parts))
    return _through(job, read_policy(job.spec.policy), parts, progress, disk, began, spread)


def _through(
    job: Job, policy, parts: list[Protected], progress: Progress, disk: store.Disk | None, began: float, spread: Spread | None = None
) -> TableOutcome:
    """The gate, and what follows from its word."""
    progress("prove", 0, 1)
    outcome = release(
        job.spec,
        policy,
        parts,
        statuses=job.statuses,
        modified=job.modified,
        people=people_of(job, parts),
        source=data_source(job.data),
        alone=not job.beside,
        spread=spread,
    )
    if job.refused:
        outcome = Refusal(job.spec.id, Verdict.UNSAFE, (job.refused,))
    if parts:
        reasons = [p.sensitivity for p in parts if p.sensitivity is not None]
        title = job.spec.title.nl + (" (verzonnen gegevens)" if made_up(job.data) else "")
        report_files.write_table(job.record, parts, title, reasons)
    if isinstance(outcome, Publication):
        progress("write", 0, 1)
        write(outcome, job.folder, disk or store.Disk())
    return _outcome(outcome, parts, job, time.perf_counter() - began)


def people_of(job: Job, parts: Sequence[Protected]) -> dict[str, Denominator]:
    """What each rate of the table is divided by, from the populations of the data folder and of the project."""
    rates = any(m.kind == "rate" for m in job.spec.measures)
    return (
        denominators(job.spec, parts[0].cube.dimensions[:-1], assemble.joined(parts)[0], populations(job.data)) if rates and parts else {}
    )


def protected(job: Job, policy, progress: Progress) -> list[Protected]:
    """The cubes of a table, counted and protected under `policy`; nobody has judged them yet."""
    asked = asked_of(job, policy, progress)
    return [protect_asked(one, 1, part_of_progress(progress, n, len(asked))) for n, one in enumerate(asked)]


def part_of_progress(progress: Progress, n: int, of: int) -> Callable[[int, int], None]:
    """What the search of cube n of so many tells, as progress of the table."""
    return lambda done, cells: progress("protect", 1000 * n + 1000 * done // max(cells, 1), 1000 * of)


def asked_of(job: Job, policy, progress: Progress) -> list[Asked]:
    """The cubes of a table, counted, with what is asked of their protection under `policy`."""
    from celwacht.tables.counting.build_cube import build_cube

    progress("count", 0, 1)
    cubes = build_cube(job.spec, list(job.periods), job.data, connection=shared(job.data, job.engine))
    if job.regions:
        cubes = [narrowed(cube, job.regions) for cube in cubes]
    secret = hmac.digest(job.secret, b"celwacht/1/protect\0" + job.spec.id.encode(), "sha256")
    found: list[Sensitivity | None] = [None] * len(cubes)
    if policy.rules is not None:
        found = sensitivities(job.spec, policy, cubes, job.periods, job.data, shared(job.data, job.engine))
    inside: list[Insiders | None] = [None] * len(cubes)
    if policy.insiders:
        inside = [*insiders(job.spec, policy, cubes, job.periods, job.data, shared(job.data, job.engine))]
    return [
        Asked(cube, policy, its, job.spec.keep, job.elsewhere, secret, policy.singletons, theirs)
        for cube, its, theirs in zip(cubes, found, inside, strict=True)
    ]


def write(publication: Publication, folder: Path, disk: store.Disk) -> None:
    """All forms of one table into an absent folder."""
    disk.folder(folder)
    store.stage(folder, iter([(description_file.DESCRIPTION, description_file.write_description(publication))]), disk)
    store.stage(folder, odata_json.files(publication), disk)
    store.stage(folder, csv_bundle.files(publication), disk)
    store.stage(folder, iter([(f"{publication.table}.xlsx", workbook.build(publication))]), disk)
    target = folder / parquet.FOLDER
    disk.folder(target)
    for path in parquet.write(publication, target):
        disk.adopt(path)
    store.stage(folder, table_files.files(publication), disk)
    store.stage(folder, iter([table_files.package(publication, folder)]), disk)


def _outcome(outcome: Publication | Refusal, parts: list[Protected], job: Job, seconds: float) -> TableOutcome:
    sums = [p.summary() for p in parts]
    total = {k: sum(s[k] for s in sums) for k in SUMMED}
    refused = isinstance(outcome, Refusal)
    return TableOutcome(
        outcome.table,
        **total,
        verdict=outcome.verdict.value if refused else "SAFE",
        seconds=seconds,
        title=job.spec.title.nl,
        value_alone=job.value_alone,
        beside=job.value_alone is not None and job.beside,
        reasons=outcome.reasons if refused else (),
    )
