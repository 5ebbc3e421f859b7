"""Independent pieces of one computation, done side by side: here in threads, elsewhere on machines (tables/engines/spread.py).

Example: `in_threads(2)(weigh, [scale], [(0, apple), (0, pear)])` gives weigh(scale, apple) and weigh(scale, pear), in this order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Spread = Callable[[Callable[[Any, Any], Any], Sequence[Any], Sequence[tuple[int, Any]]], Iterator[Any]]
"""spread(function, shared, rows): function(shared[number], row) for every (number, row), in the order of the rows.

The function is one of a module, changes neither of the two, and gives the same whenever it is called again: where a machine is lost, it is.
"""


def in_threads(threads: int | None = None) -> Spread:
    """In this process, so many at a time (None: one per core)."""

    def spread(function: Callable[[Any, Any], Any], shared: Sequence[Any], rows: Sequence[tuple[int, Any]]) -> Iterator[Any]:
        with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
            yield from pool.map(lambda row: function(shared[row[0]], row[1]), rows)

    return spread
