"""Independent pieces of one computation as rows of one Spark job (tables/spread.py says what is asked of them).

A row is one piece, whole, as bytes: Spark never sees what is in it, and cannot part it. Large rows go first, dealt out over partitions of which
every worker gets several, so that one large piece keeps no other waiting for long. Which worker does what, in which order, and how often after one
was lost, changes nothing: a row is answered with its own number, and the answers are put in the order of the rows here.

Example: 5 rows of 9, 2, 7, 1, 1 bytes in 2 partitions: rows 0, 1, 4 in the one, rows 2, 3 in the other.
"""

from __future__ import annotations

import os
import pickle
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from errno import ENOMEM
from typing import Any

from celwacht.tables.engines.engine import SPARK
from celwacht.tables.faults import InsideWorker, code_of
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.spread import Spread
from celwacht.tables.version import VERSION

SHARES = 8
"""Partitions for each task that can run at once: more even out pieces of unlike size, and cost some 10 ms each."""
HERE = VERSION, ".".join(platform.python_version_tuple()[:2])
"""What must be the same on every worker: other versions may find other patterns."""


def over_spark(context: Any, master: str) -> Spread:
    """The form of tables/spread.py on a SparkContext. ProblemsFound where Spark gives a piece up, or where a worker has another version; OSError
    where a piece had too little memory; InsideWorker for a fault of the function, without its text."""

    def spread(function: Callable[[Any, Any], Any], shared: Sequence[Any], rows: Sequence[tuple[int, Any]]) -> Iterator[Any]:
        if not rows:
            return iter(())
        packed = [(number, which, pickle.dumps(row)) for number, (which, row) in enumerate(rows)]
        beside = [context.broadcast(pickle.dumps(one)) for one in shared]
        dealt = _dealt(packed, min(len(rows), SHARES * context.defaultParallelism))
        try:
            told = context.parallelize(dealt, len(dealt)).mapPartitions(_worker(function, beside, HERE)).collect()
        except Exception as error:  # of Py4J, of many kinds; what it tells may quote a row
            raise ProblemsFound([_given_up(master, type(error).__name__)]) from None
        finally:
            for one in beside:
                one.destroy()
        found = {number: (kind, answer) for number, kind, answer in told}
        return iter([_answer(master, *found[number]) for number in range(len(rows))])

    return spread


def _dealt(rows: list[tuple[int, int, bytes]], partitions: int) -> list[list[tuple[int, int, bytes]]]:
    """The rows in so many lists, large ones first."""
    order = sorted(rows, key=lambda row: (-len(row[2]), row[0]))
    return [order[at::partitions] for at in range(partitions)]


def _worker(function: Callable[[Any, Any], Any], beside: Sequence[Any], here: tuple[str, str]):
    """What runs on a worker, over the rows of one partition."""

    def each(partition: Iterable[list[tuple[int, int, bytes]]]) -> Iterator[tuple[int, str, bytes]]:
        if (VERSION, ".".join(platform.python_version_tuple()[:2])) != here:
            yield from ((number, "version", b"") for rows in partition for number, _, _ in rows)
            return
        for rows in partition:
            for number, which, row in rows:
                yield number, *_done(function, beside[which].value, row)

    return each


def _done(function: Callable[[Any, Any], Any], shared: bytes, row: bytes) -> tuple[str, bytes]:
    """(what kind of answer, the answer as bytes). An error travels without its text, which may quote a record."""
    try:
        return "done", pickle.dumps(function(pickle.loads(shared), pickle.loads(row)))
    except MemoryError:
        return "memory", b""
    except ProblemsFound as found:
        return "problems", pickle.dumps(found.problems)
    except Exception as error:
        return "fault", code_of(error).encode()


def _answer(master: str, kind: str, answer: bytes) -> Any:
    if kind == "memory":
        raise OSError(ENOMEM, os.strerror(ENOMEM))
    if kind == "fault":
        raise InsideWorker(answer.decode())
    if kind == "problems":
        raise ProblemsFound(pickle.loads(answer))
    if kind == "version":
        said = f"a worker of Spark has another version than this process (Celwacht {HERE[0]}, Python {HERE[1]}). Install the same on all of them."
        raise ProblemsFound([Problem(f"--engine {SPARK}:{master}", 0, 0, "engine-version", said)])
    return pickle.loads(answer)


def _given_up(master: str, kind: str) -> Problem:
    said = (
        f"Spark gave up on a piece of the search, again and again ({kind}): a worker was lost, or ended for want of memory. "
        "Give workers more memory or fewer tasks at once (spark:local[1] here), and publish again: nothing was published."
    )
    return Problem(f"--engine {SPARK}:{master}", 0, 0, "engine-lost", said)
