"""A database in memory that is kept open, for work on small files: opening one takes ten times what a small delivery asks of it.

Large work gets one of its own: what a database that is kept does not give back fills the memory that a worker may take (tried on the
national intake).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

SMALL = 500_000
"""Bytes of all files together, or of what is written, up to which work is small."""


def size_of(paths: Iterable[Path]) -> int:
    """Bytes of these files together."""
    return sum(path.stat().st_size for path in paths if path.is_file())


def kept_for_small(opener: Callable[..., Any]) -> Callable[..., Any]:
    """`opener(*given)` opens a database of DuckDB; of what this gives, the first argument is the size of the work, and the others are those of `opener`.

    To be closed by the caller. Settings must be global, and tables and views temporary: in a kept database only those are the caller's own.
    """
    kept = lru_cache(maxsize=1)(opener)

    def connection(size: int, *given: object) -> Any:
        return kept(*given).cursor() if size <= SMALL else opener(*given)

    return connection
