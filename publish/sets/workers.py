"""Worker processes over the tables of a set: one step for one table at a time each.

Each worker has a pipe of its own, and shares no lock and no queue with another. The pool of the standard library does not hear of the end of
a worker (killed by the system, for want of memory) until another has a result, as it begins to listen before it starts the last of them; and
one that is killed with the lock of a shared queue leaves the others, and the set, waiting for ever.

Nothing confidential travels between processes but the secret that orders the search.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from errno import ECONNRESET, ENOMEM, EPIPE
from multiprocessing import connection
from threading import Thread

from celwacht.publish.sets import make_table, spread_tables
from celwacht.publish.sets.make_table import Job
from celwacht.publish.store import store
from celwacht.publish.terminal.console import debugging
from celwacht.tables.engines.engine import DUCKDB
from celwacht.tables.faults import InsideWorker, code_of
from celwacht.tables.problems import ProblemsFound

Watch = Callable[[str, str, int, int], None]
"""watch(table, step, done, of how many)."""

LAST_WAIT = 10.0
"""Seconds that a worker without work has to end by itself."""


def all_done(step: str, jobs: list[Job], workers: int, watch: Watch, disk: store.Disk) -> tuple:
    """What a step of make_table (make, begin or finish) gives for each of the jobs, in their order. One worker: in this process. An engine that spreads makes all
    tables at once (spread_tables.py).

    OSError where a worker was ended from outside: the others are ended too.
    """
    if step == "make" and jobs and jobs[0].engine != DUCKDB:
        return spread_tables.made(jobs, watch, disk)
    if workers == 1 or len(jobs) < 2:
        return tuple(_step(step, job, lambda *a, t=job.spec.id: watch(t, *a), disk) for job in jobs)
    left = sorted(jobs, key=_weight)
    done: dict[str, object] = {}
    team: list[_Worker] = []
    try:
        for _ in range(min(workers, len(jobs))):
            team.append(_Worker(step))
            team[-1].give(left.pop())
        while busy := [worker for worker in team if worker.table]:
            ready = connection.wait([worker.pipe for worker in busy])
            for worker in (one for one in busy if one.pipe in ready):
                told = worker.hear()
                if isinstance(told, _Progress):
                    watch(worker.table, *told.seen)
                    continue
                done[worker.table] = _result(told)
                worker.give(left.pop() if left else None)
    except BaseException:
        for worker in team:
            worker.kill()
        raise
    finally:
        for worker in team:
            worker.end()
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


def _result(told: object) -> object:
    """What a worker found, which may be problems; any other exception is raised here."""
    if isinstance(told, Exception) and not isinstance(told, ProblemsFound):
        raise told
    return told


class _Progress:
    """How far a worker is with its table."""

    def __init__(self, *seen):
        self.seen = seen


class _Worker:
    """A process, the pipe to it, and the table that it works at now."""

    def __init__(self, step: str):
        self.table = ""
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("spawn").Process(target=_work, args=(step, theirs), daemon=True)
        with theirs:  # held by the worker alone, so that the pipe closes with it
            self._alive(self.process.start)

    def give(self, job: Job | None) -> None:
        """The next job; None: there is none, and the worker ends."""
        self.table = job.spec.id if job else ""
        if job is None:
            self.pipe.close()
        else:
            self._alive(self.pipe.send, job)

    def hear(self) -> object:
        """What the worker tells next."""
        return self._alive(self.pipe.recv)

    def kill(self) -> None:
        if self.process.pid is not None:
            self.process.kill()

    def end(self) -> None:
        """Waits for the end of a worker without work, which is made when it does not come."""
        self.pipe.close()
        if self.process.pid is not None:
            self.process.join(LAST_WAIT)
            self.process.kill()
            self.process.join()

    def _alive(self, act, *given):
        """What an act over the pipe gives. A pipe that is closed is a worker that is dead: OSError where it was killed."""
        try:
            return act(*given)
        except (EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno not in (None, EPIPE, ECONNRESET):  # None: the end came in the middle of a word
                raise
            self.process.join(LAST_WAIT)
            if (self.process.exitcode or 0) > 0:
                raise InsideWorker(f"a worker process ended with status {self.process.exitcode}") from None
            raise OSError(ENOMEM, "a worker process was ended from outside, most likely for want of memory; try --workers 1") from None


def _work(step: str, pipe: connection.Connection) -> None:
    """The loop of a worker. It ends when the process that it works for ends, however that ends: otherwise it would wait for ever, and
    meanwhile write into what the next run has begun to clean up. An interrupt from the keyboard is for that process to act on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_ends_with_parent, daemon=True).start()
    with suppress(EOFError, ConnectionError):  # no more work
        while True:
            job = pipe.recv()
            pipe.send(_done(step, job, lambda *a: pipe.send(_Progress(*a))))


def _ends_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _done(step: str, job: Job, progress) -> object:
    """One step for one table in a worker. What is wrong with it travels back without the text of a library's exception."""
    try:
        return _step(step, job, progress, store.Disk())
    except (ProblemsFound, OSError) as found:
        return found
    except MemoryError:
        return OSError(ENOMEM, os.strerror(ENOMEM))
    except Exception as error:
        if debugging():
            traceback.print_exc()
        return InsideWorker(code_of(error))
