"""How much one request may ask, and the whole process hold. Every limit that is passed is a 4xx, never a 5xx."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults are those of the published services where they have one (rows), else room for the known clients."""

    path: int = 2_000
    """Characters of a path."""
    query: int = 16_000
    """Characters of everything behind the question mark. Excel and Power BI stay under 2,048."""
    filter: int = 8_000
    """Characters of $filter."""
    depth: int = 40
    """Brackets, functions and `not` within each other."""
    terms: int = 1_000
    """Names, values and operations in one filter."""
    v4_rows: int = 100_000
    """Rows in one answer of v4; then a next link."""
    feed_rows: int = 10_000
    """Rows in one answer of the v3 Feed; then a next link."""
    api_rows: int = 10_000
    """Rows that a query to the v3 Api may have; more is refused."""
    seconds: float = 1.5
    """A query of the database that takes longer is stopped."""
    waiting: int = 200
    """Requests that may wait for a thread; more are told to come back."""
    threads: int = 2
    """More of them wait for one another; benchmarks/README.md, "Serving"."""
    api_threads: int = 4
    """The same for the API and its downloads, a thread of which may wait for its turn."""
    database_memory: str = "160MB"
    tables: int = 24
    """Tables kept ready; the least recently used goes first."""
    gzip_from: int = 1_000
    gzip_to: int = 1_000_000
    """Answers between these sizes, in bytes, are compressed where the reader takes gzip."""
