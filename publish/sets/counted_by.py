"""Which engine counts the records of a set, and what that asks of the order."""

from __future__ import annotations

from celwacht.tables.engines.engine import DUCKDB, engine_of
from celwacht.tables.problems import Problem, ProblemsFound


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
