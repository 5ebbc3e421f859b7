"""DuckDB in memory: one database for the process, a cursor per question, and a clock over each.

Only statements of our own with bound values come here (filter_sql.py). What the database refuses to do (a number too
large, too much memory, too long) is the reader's to mend, and becomes a QueryError.
"""

from __future__ import annotations

import gc
import logging
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread

import duckdb
import numpy as np
from celwacht.publish.serve.http.errors import QueryError
from celwacht.publish.serve.http.limits import Limits

_log = logging.getLogger("celwacht.serve")


class Database:
    """Made once per application. Safe to use from several threads."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": 1,
                "memory_limit": limits.database_memory,
                "enable_external_access": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "lock_configuration": True,
                "pandas_analyze_sample": 0,  # an object is a text: a sample that is empty says nothing of the others
                "temp_directory": "",
            },
        )
        self._numbers = count(1)
        self._watch = _Watch(limits.seconds)
        self.make_room: Callable[[], None] = lambda: None
        """Drops what owns tables and was not used for long; called when memory is full."""

    def load(self, owner: object, columns: Mapping[str, tuple[str, np.ndarray]]) -> str:
        """A new table, there as long as `owner` is; its name.

        columns: name -> (SQL type, numpy array), all of one length; null is None in an array of objects, else masked.
        """
        name = f"t{next(self._numbers)}"
        casts = ", ".join(f"CAST({key} AS {kind}) AS {key}" for key, (kind, _) in columns.items())
        given = {key: values for key, (_, values) in columns.items()}
        try:
            self._create(name, casts, given)
        except duckdb.OutOfMemoryException:
            self.make_room()
            gc.collect()  # what was dropped goes now, and its tables with it
            try:
                self._create(name, casts, given)
            except duckdb.OutOfMemoryException:
                raise QueryError(
                    "the table is too large for such a question",
                    code="TooExpensive",
                    remedy="Ask with terms on single dimensions only, or take it as CSV.",
                ) from None
        weakref.finalize(owner, self._drop, name)
        return name

    def _create(self, name: str, casts: str, given: Mapping[str, np.ndarray]) -> None:
        with self._connection.cursor() as cursor:
            cursor.register("given", given)
            cursor.execute(f"CREATE TABLE {name} AS SELECT {casts} FROM given")
            cursor.unregister("given")

    def _drop(self, name: str) -> None:
        try:
            self._connection.cursor().execute(f"DROP TABLE IF EXISTS {name}")
        except duckdb.Error:
            pass  # the database itself was closed

    def numbers(self, sql: str, parameters: Sequence[object]) -> np.ndarray:
        """The first column of the answer, int64. QueryError where the database will not."""
        cursor = self._connection.cursor()
        with self._watch.over(cursor):
            return self._answered(cursor, sql, parameters)

    def _answered(self, cursor, sql: str, parameters: Sequence[object]) -> np.ndarray:
        try:
            found = cursor.execute(sql, list(parameters)).fetchnumpy()
        except duckdb.InterruptException:
            raise QueryError(
                f"the query took longer than {self._limits.seconds} seconds",
                code="TooExpensive",
                remedy="Ask for less, or take the whole table as CSV.",
            ) from None
        except duckdb.OutOfMemoryException:
            raise QueryError(
                "the query needs too much memory", code="TooExpensive", remedy="Ask for less, or take the whole table as CSV."
            ) from None
        except (duckdb.OutOfRangeException, duckdb.ConversionException, duckdb.InvalidInputException):
            raise QueryError("a number or text in the query grows too large", remedy="Write it simpler.") from None
        except duckdb.BinderException as error:  # the parser let something through; it can still be written otherwise
            _log.error("a statement was refused: %s; %s", str(error)[:300], sql[:1000])
            raise QueryError("the query cannot be answered", remedy="Write it otherwise.") from None
        finally:
            cursor.close()
        return np.asarray(next(iter(found.values())), dtype=np.int64)

    def close(self) -> None:
        self._watch.stop()
        self._connection.close()


class _Watch:
    """One thread that interrupts what takes too long; a timer for each question would cost more than the question."""

    def __init__(self, seconds: float):
        self._seconds, self._stopped = seconds, Event()
        self._running: dict[int, tuple[float, duckdb.DuckDBPyConnection]] = {}
        Thread(target=self._look, name="query-watch", daemon=True).start()

    @contextmanager
    def over(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        self._running[id(cursor)] = time.monotonic() + self._seconds, cursor
        try:
            yield
        finally:
            del self._running[id(cursor)]

    def _look(self) -> None:
        while not self._stopped.wait(0.1):
            now = time.monotonic()
            for until, cursor in list(self._running.values()):
                if now > until:
                    cursor.interrupt()

    def stop(self) -> None:
        self._stopped.set()
