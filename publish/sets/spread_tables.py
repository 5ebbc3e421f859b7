"""All tables of a set, made on an engine that spreads: counted one after the other, searched all at once, ended one after the other.

Two jobs: in the first a row is a cube, for which the moves of the search are worked out; in the second a row is a block, of whichever table.
What blocks leave over is settled here, table by table, and so are the proof, the gate and the files: the same functions as without an engine
that spreads, so that the set is the same to the byte. What this process holds meanwhile grows with the cells of the set, never with records.

Example: three tables of 2, 2 and 1 cubes with 14 blocks each give a job of 5 rows and one of 70.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.search.cubes.block import Searched
from celwacht.disclosure.search.cubes.protect_cube import Asked, begun, ended
from celwacht.disclosure.search.cubes.suppress import Begun, search_block
from celwacht.publish.sets.make_table import ALL, Job, Progress, TableOutcome, asked_of, made_of, part_of_progress
from celwacht.publish.store import store
from celwacht.tables.engines.engine import DUCKDB, engine_of
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.spread import Spread

if TYPE_CHECKING:
    from celwacht.publish.sets.workers import Watch


def made(jobs: Sequence[Job], watch: Watch, disk: store.Disk) -> tuple[TableOutcome, ...]:
    """What make_table.make gives for each of the jobs, in their order; ProblemsFound where one cannot be counted. All jobs have one engine and
    one folder of data."""
    began = time.perf_counter()
    spread = engine_of(jobs[0].engine).spread(jobs[0].data / "vault" / "tmp")
    asked = [asked_of(job, read_policy(job.spec.policy), _of(job, watch)) for job in jobs]
    watch(ALL, "protect", 0, 1)
    first, done = searched([one for its in asked for one in its], spread)
    outcomes, at = [], 0
    for job, its in zip(jobs, asked):
        parts = [_ended(one, n, len(its), first, done, at + n, _of(job, watch)) for n, one in enumerate(its)]
        at += len(its)
        outcomes.append(made_of(job, parts, _of(job, watch), disk, began, spread))
        began = time.perf_counter()
    return tuple(outcomes)


def searched(asked: Sequence[Asked], spread: Spread) -> tuple[list[Begun | None], list[list[Searched]]]:
    """For each cube: how it began, and what became of its blocks, in their order."""
    first = list(spread(begun_of, [None], [(0, one) for one in asked]))
    blocks = [(number, block) for number, one in enumerate(first) for block in one.blocks()]
    done: list[list[Searched]] = [[] for _ in first]
    for (number, _), one in zip(blocks, spread(search_block, [one.faces() for one in first], blocks), strict=True):
        done[number].append(one)
    return first, done


def begun_of(_: None, asked: Asked) -> Begun:
    """A row of the first job."""
    return begun(asked)


def _ended(asked: Asked, n: int, of: int, first: list[Begun | None], done: list[list[Searched]], at: int, progress: Progress) -> Protected:
    """Cube n of a table; what it began with is let go."""
    its, first[at] = first[at], None
    assert its is not None
    return ended(asked, its, done[at], part_of_progress(progress, n, of))


def _of(job: Job, watch: Watch) -> Progress:
    return lambda *seen: watch(job.spec.id, *seen)


def workers_for(engine: str, workers: int, *, alone: bool) -> int:
    """How many processes over the tables: those asked for, and one where Spark has workers of its own. ProblemsFound where the engine is not
    here, or cannot do what is asked."""
    engine_of(engine)
    if engine == DUCKDB:
        return workers
    if not alone:
        raise ProblemsFound(
            [
                Problem(
                    "--engine",
                    0,
                    0,
                    "engine-together",
                    "the proof of a whole set (--together) reads every record in one process, which Spark cannot help with. "
                    "Leave one of the two out.",
                )
            ]
        )
    return 1
