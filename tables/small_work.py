"""A database in memory that is kept open, for work on small files: opening one takes ten times what a small delivery asks of it.

Large work gets one of its own. A process whose memory is bounded keeps none (`keep_none`): the threads of a database count as 500 MB of
what it may take, so that file after file was read alone (tried: ten times as slow on the small demo).
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

SMALL = 500_000
"""Bytes of all files together, or of what is written, up to which work is small."""

_most = [SMALL]
"""Bytes up to which this process keeps databases."""


def keep_none() -> None:
    """From here on this process opens a database for each use, and closes it."""
    _most[0] = -1


def size_of(paths: Iterable[Path]) -> int:
    """Bytes of these files together."""
    return sum(path.stat().st_size for path in paths if path.is_file())


def kept_for_small(opener: Callable[..., Any]) -> Callable[..., Any]:
    """`opener(*given)` opens a database of DuckDB; of what this gives, the first argument is the size of the work, and the others are those of `opener`.

    To be closed by the caller. Settings must be global, and tables and views temporary: in a kept database only those are the caller's own.
    """
    kept = lru_cache(maxsize=1)(opener)
    atexit.register(kept.cache_clear)  # a database that is open at the end of Python prints complaints

    def connection(size: int, *given: object) -> Any:
        # Whole names: a folder `data` is another one where a program stands elsewhere, and the kept database may touch the first only.
        whole = [one.absolute() if isinstance(one, Path) else one for one in given]
        return kept(*whole).cursor() if size <= _most[0] else opener(*whole)

    return connection
