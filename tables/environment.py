"""Variables of the environment that say what is in force, so that worker processes have it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def given_back(variable: str) -> Iterator[None]:
    """The variable may be set inside the block; afterwards it is what it was."""
    before = os.environ.get(variable)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = before
