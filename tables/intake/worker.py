"""Checking deliveries in processes of their own: on two cores, and so that a file that kills its reader kills no more.

A worker reads the key and then chunks of deliveries (pickles) from its standard input, and answers each with what
became of them. The key goes through that pipe: never over a command line, a file
or the environment.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np
from celwacht.tables.faults import InsideWorker, code_of, without_values
from celwacht.tables.intake.check_delivery import Checked, check, read_file
from celwacht.tables.intake.delivered.file_names import Delivery
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.judging import ANSWERS, judge_chunk
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.intake.vault.pieces import LINE, write_piece
from celwacht.tables.problems import Problem
from celwacht.tables.small_work import keep_none

MEMORY, MEMORY_PER_BYTE = 1_200_000_000, 40
"""Bytes of memory that a worker may take for a chunk, and as many again for each byte of its files."""
SECONDS, SECONDS_PER_BYTE = 60, 2e-6
"""The same in seconds of the processor. A file within the limits of the readers takes far less."""
PATIENCE = 10
"""After so many times that, by the clock, a worker that does nothing is ended."""

_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""The pool of Arrow's own reserves 1 GiB of addresses at the first text, nearly all that a worker may have: then whole chunks fell back to a
process for each file (2,000 deliveries took more than ten minutes in place of some forty seconds)."""
_START = "from celwacht.tables.intake.worker import main; main()"


@dataclass(frozen=True)
class Chunk:
    """Deliveries of one record kind and period, to be checked together; what is accepted goes into one file."""

    deliveries: tuple[Delivery, ...]
    digests: tuple[str, ...]
    piece: Path
    states: Path

    @property
    def answers(self) -> Path:
        """The file with what the rules say of its deliveries."""
        return self.piece.with_suffix(ANSWERS)

    @property
    def memory(self) -> int:
        """Bytes of memory that reading it may take."""
        return MEMORY + MEMORY_PER_BYTE * self._size

    @property
    def seconds(self) -> int:
        """Seconds of the processor that reading it may take."""
        return SECONDS + int(SECONDS_PER_BYTE * self._size)

    @property
    def _size(self) -> int:
        return sum(one.path.stat().st_size for one in self.deliveries if one.path.is_file())


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery in a check."""

    delivery: Delivery
    digest: str
    problems: tuple[Problem, ...] = field(repr=False)
    rows: int
    remarks: int = 0
    """Rules that warn and failed."""


def check_chunk(chunk: Chunk, key: Key) -> list[Outcome]:
    """Checks every delivery of the chunk, and writes the records of those without problems to `chunk.piece`."""
    looked, pieces = [], []
    for delivery, digest in zip(chunk.deliveries, chunk.digests):
        checked = _check_one(delivery, digest, key)
        if checked.microdata:  # not of one that has nothing to report
            pieces.append({**checked.microdata, LINE: np.asarray(checked.lines)})
        looked.append((replace(checked, microdata=None), digest))
    if pieces:
        write_piece(chunk.piece, chunk.deliveries[0].record, pieces, chunk.states)
    verdicts = judge_chunk([checked for checked, _ in looked], chunk.piece if pieces else None, chunk.answers, chunk.states)
    return [
        Outcome(checked.delivery, digest, verdict.problems, checked.rows, verdict.remarks)
        for (checked, digest), verdict in zip(looked, verdicts)
    ]


def _check_one(delivery: Delivery, digest: str, key: Key) -> Checked:
    findings = Findings(delivery.shown)
    content = read_file(delivery.path, delivery.kind, findings)
    if content is not None and key.file(content) != digest:
        findings.add("gewijzigd", "the file changed while it was taken in. Wait until it is complete, then run again.")
    if content is None or findings:
        return Checked(delivery, tuple(findings.problems), None, 0)
    return check(delivery, content, key)


def check_chunks(chunks: Sequence[Chunk], key: Key, workers: int, done: Callable[[Outcome], None]) -> None:
    """Checks all chunks, in this process when `workers` is 0 (for tests: there nothing bounds what a file may take); calls `done` for every delivery, from one thread at a time.

    A delivery whose reader dies gets a problem of its own; OSError when pieces cannot be written.
    """
    if not workers:
        for chunk in chunks:
            for outcome in check_chunk(chunk, key):
                done(outcome)
        return
    _Pool(list(chunks), key, done).run(min(workers, len(chunks)))


class _Died(Exception):
    """The worker process ended before it answered."""


class _Pool:
    """Threads that each feed one worker process with chunks until none is left."""

    def __init__(self, chunks: list[Chunk], key: Key, done: Callable[[Outcome], None]):
        self.chunks, self.key, self.done = chunks[::-1], key, done
        self.lock = threading.Lock()
        self.failures: list[BaseException] = []

    def run(self, workers: int) -> None:
        threads = [threading.Thread(target=self._feed, daemon=True) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def _next(self) -> Chunk | None:
        with self.lock:
            return self.chunks.pop() if self.chunks and not self.failures else None

    def _feed(self) -> None:
        process = _Process(self.key)
        try:
            while chunk := self._next():
                try:
                    outcomes = process.check(chunk)
                except _Died:
                    process.end()
                    process = _Process(self.key)
                    outcomes = self._one_by_one(chunk)
                with self.lock:
                    for outcome in outcomes:
                        self.done(outcome)
        except BaseException as error:  # handed to the thread that waits
            self.failures.append(error)
        finally:
            process.end()

    def _one_by_one(self, chunk: Chunk) -> list[Outcome]:
        """Finds the delivery that killed a worker: each gets a worker of its own."""
        _forget(chunk)
        outcomes = []
        for index, (delivery, digest) in enumerate(zip(chunk.deliveries, chunk.digests)):
            process = _Process(self.key)
            alone = Chunk((delivery,), (digest,), chunk.piece.with_suffix(f".{index}.parquet"), chunk.states)
            try:
                outcomes += process.check(alone)
            except _Died:
                _forget(alone)
                problem = Problem(
                    delivery.shown,
                    0,
                    0,
                    "lezen-mislukt",
                    f"the file could not be read: its reader was ended, or took more than {alone.memory // 1_000_000:,} MB of memory or "
                    f"{alone.seconds} s of work. Deliver it as CSV, or in parts.",
                )
                outcomes.append(Outcome(delivery, digest, (problem,), 0))
            finally:
                process.end()
        return outcomes


def _forget(chunk: Chunk) -> None:
    """Removes what a worker that died may have written of a chunk."""
    chunk.piece.unlink(missing_ok=True)
    chunk.answers.unlink(missing_ok=True)


class _Process:
    """One worker process."""

    def __init__(self, key: Key):
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
        )
        self._send(key.content)

    def _send(self, thing: object) -> None:
        try:
            pickle.dump(thing, self.process.stdin)
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise _Died from None

    def check(self, chunk: Chunk) -> list[Outcome]:
        watch = threading.Timer(PATIENCE * chunk.seconds, self.process.kill)
        watch.daemon = True
        watch.start()
        try:
            self._send(chunk)
            answer = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise _Died from None
        finally:
            watch.cancel()
        if isinstance(answer, (OSError, InsideWorker)):
            raise answer
        return answer

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):  # what was still to be sent to a process that is dead
                pipe.close()


def no_core_dump() -> None:
    """A core dump of this process would hold BSNs."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit(chunk: Chunk) -> None:
    """What this process may take for the chunk; the kernel ends it when it takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + chunk.seconds, most))
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (chunk.memory, most))


def main() -> None:
    """The loop of a worker process."""
    no_core_dump()
    keep_none()
    os.umask(0o077)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints goes nowhere, and not between the answers
    tasks = sys.stdin.buffer
    key = Key(pickle.load(tasks))
    while True:
        try:
            chunk = pickle.load(tasks)
        except EOFError:
            return
        _limit(chunk)
        try:
            answer: object = check_chunk(chunk, key)
        except (MemoryError, duckdb.OutOfMemoryException):
            return  # as if killed: each file of the chunk is then tried alone
        except OSError as error:
            answer = OSError(error.errno, os.strerror(error.errno or 0))
        except duckdb.Error as error:  # of writing the piece, for reading has a boundary of its own
            answer = without_values(error)
        except Exception as error:  # a fault of ours: not told as a file that took too much
            answer = InsideWorker(code_of(error))
        pickle.dump(answer, answers)
        answers.flush()
