"""What an engine does for the compiler: it loads the records of a source and a year, and counts for one table after the other.

`engine_of("duckdb")` and `engine_of("spark:local[2]")` give one; the statements are the same trees for both, and so are the counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.spread import Spread
from sqlglot import exp

Bound = Mapping[str, Sequence[Any]]
"""Name of a parameter -> its list of values."""


class Records(Protocol):
    """The table with one row per trajectory of a source and a year, loaded. Confidential."""

    def columns(self, tree: exp.Expr, bound: Bound) -> dict[str, np.ndarray]:
        """The answer, a column per name; masked where a value is unknown. Rows in any order."""

    def rows(self, tree: exp.Expr, bound: Bound) -> list[tuple]:
        """The answer row by row, None where a value is unknown; in the order that the tree asks."""

    def close(self) -> None:
        """Lets go of the records."""


class Loading(Protocol):
    """A connection on which records are to be loaded, once."""

    def columns(self, files: Sequence[str]) -> frozenset[str]:
        """The columns that any of these Parquet files has."""

    def records(self, name: str, tree: exp.Expr, files: Bound, lists: Bound) -> Records:
        """The rows of the tree as a table of this name; from here on no statement reads a file. files: parameters that stand for Parquet
        files, lists: the other ones."""


class Engine(Protocol):
    """Where statements run."""

    name: str
    """As the user says it."""

    def begin(self, temporary: Path) -> Loading:
        """A connection of its own; what does not fit in memory goes to the folder."""

    def spread(self, temporary: Path) -> Spread:
        """How independent pieces of a search are done side by side."""


DUCKDB = "duckdb"
SPARK = "spark"
LOCAL = "local[2]"
"""Where Spark runs when nothing is said: on this machine, with two threads."""


def engine_of(name: str = DUCKDB) -> Engine:
    """The engine by its name: `duckdb`, `spark`, or `spark:MASTER` with a master as Spark names it. ProblemsFound where it is not here."""
    kind, _, master = name.partition(":")
    if kind == SPARK:
        from celwacht.tables.engines.spark import Spark

        return Spark(master or LOCAL)
    if name != DUCKDB:
        said = f"'{name}' is no engine. Take {DUCKDB}, {SPARK}, or {SPARK}:MASTER, as in {SPARK}:{LOCAL}."
        raise ProblemsFound([Problem("--engine", 0, 0, "engine", said)])
    from celwacht.tables.engines.duck import DuckDB

    return DuckDB()
