"""Worker processes over the tables of a set: one step for one table at a time each.

Nothing confidential travels between processes but the secret that orders the search.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from errno import ENOMEM
from multiprocessing.queues import Queue
from threading import Thread

from celwacht.publish.sets import make_table
from celwacht.publish.sets.make_table import Job, TableOutcome
from celwacht.publish.store import store
from celwacht.publish.terminal.console import InsideWorker, code_of, debugging
from celwacht.tables.problems import ProblemsFound

Watch = Callable[[str, str, int, int], None]
"""watch(table, step, done, of how many)."""


def all_done(step: str, jobs: list[Job], workers: int, watch: Watch, disk: store.Disk) -> tuple:
    """What a step of make_table (make, begin or finish) gives for each of the jobs, in their order. One worker: in this process."""
    if workers == 1 or len(jobs) < 2:
        return tuple(_step(step, job, lambda *a, t=job.spec.id: watch(t, *a), disk) for job in jobs)
    context = multiprocessing.get_context("spawn")
    heard = context.Queue()
    with _listening(heard, watch), ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=_begin, initargs=(heard,)) as pool:
        pending = {pool.submit(_work, step, job): job for job in sorted(jobs, key=_weight, reverse=True)}
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


def _step(step: str, job: Job, progress, disk: store.Disk):
    return make_table.begin(job, progress) if step == "begin" else getattr(make_table, step)(job, progress, disk)


def _weight(job: Job) -> tuple[int, int]:
    """Rough order of how long a table takes: those by wijk first, then those with many dimensions and periods."""
    by_wijk = any(d.classification == "wijk" for d in job.spec.dimensions)
    return by_wijk, len(job.spec.dimensions) * len(job.periods)


_heard: Queue | None = None


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


def _work(step: str, job: Job) -> TableOutcome | ProblemsFound | None:
    """One step for one table in a worker. What is wrong with it travels back without the text of a library's exception."""
    heard = _heard
    assert heard is not None  # _begin has run
    try:
        return _step(step, job, lambda *a: heard.put((job.spec.id, *a)), store.Disk())
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
