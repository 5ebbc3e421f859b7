"""Where specifications are: the folder of a project, or the one that came with this installation.

The choice stands in the environment, so that worker processes have it too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from importlib.resources import files
from pathlib import Path
from typing import Any

VARIABLE = "CELWACHT_SPECS"
"""Environment variable with the folder of specifications of a project."""
PACKAGED = Path(str(files("celwacht.table_specs")))
"""The folder table_specs of this installation. Nothing is written there unless it is somebody's project."""


def specs() -> Path:
    """The folder of specifications, laid out as table_specs/."""
    own = os.environ.get(VARIABLE)
    return Path(own) if own else PACKAGED


def folder(name: str) -> Path:
    """A folder of specifications such as `policies`: that of the project, or ours where the project has none."""
    own = specs() / name
    return own if own.is_dir() else PACKAGED / name


def per_folder(work: Callable[..., Any]) -> Callable[..., Any]:
    """Remembers the answers of `work` for each folder of specifications apart; arguments must be hashable."""

    @cache
    def remembered(_: Path, *given: Any) -> Any:
        return work(*given)

    @wraps(work)
    def answer(*given: Any) -> Any:
        return remembered(specs(), *given)

    return answer


def is_own() -> bool:
    """Whether `specs()` belongs to a project, and may be written to."""
    return bool(os.environ.get(VARIABLE))


def use(folder: Path) -> None:
    """Makes `folder` the place of specifications, for this process and those that it starts."""
    os.environ[VARIABLE] = str(folder.resolve())


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """`specs()` is `folder` inside the block; afterwards what it was."""
    before = os.environ.get(VARIABLE)
    use(folder)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = before
