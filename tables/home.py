"""Where specifications are: the folder of a project over the one that came with this installation.

One rule for every kind of folder (classifications/, policies/, sets/, sources/, layouts/, checks/, regions/, populations/): a file of the project adds to those
of the installation, or replaces the one of its name; it never hides the others. Tables are the project's own: one that is removed is gone.
A project that wants nothing of the installation says so by the file ALONE (`celwacht init --empty` writes it). The choice of folder stands in
the environment, so that worker processes have it too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from importlib import resources
from pathlib import Path
from typing import Any

from celwacht.tables.environment import given_back

VARIABLE = "CELWACHT_SPECS"
"""Environment variable with the folder of specifications of a project."""
PACKAGED = Path(str(resources.files("celwacht.table_specs")))
"""The folder table_specs of this installation. Nothing is written there unless it is somebody's project."""


def specs() -> Path:
    """The folder of specifications, laid out as table_specs/."""
    own = os.environ.get(VARIABLE)
    return Path(own) if own else PACKAGED


ALONE = "standalone.txt"
"""A file of this name in a folder of specifications: nothing of the installation is read beside it."""


def files(kind: str, pattern: str = "*.yaml", root: Path | None = None) -> tuple[Path, ...]:
    """The files of a kind such as `policies`, each name once, by name: those of the project before those of the installation.

    root: another folder of specifications than that of the project.
    """
    found = {path.name: path for place in reversed(_places(kind, root)) for path in place.glob(pattern)}
    return tuple(found[name] for name in sorted(found))


def file(kind: str, name: str, root: Path | None = None) -> Path:
    """The file of that name and kind, as `files` finds it; where there is none, the place where the project would have it."""
    places = [place / name for place in _places(kind, root)]
    return next((path for path in places if path.is_file()), places[0])


def _places(kind: str, root: Path | None) -> list[Path]:
    own = specs() if root is None else root
    alone = own == PACKAGED or (own / ALONE).is_file()
    return [own / kind] if alone else [own / kind, PACKAGED / kind]


_REMEMBERED: list[Callable[[], None]] = []


def forget() -> None:
    """Forgets all that `per_folder` remembers: for who has written into a folder of specifications."""
    for clear in _REMEMBERED:
        clear()


def per_folder(work: Callable[..., Any]) -> Callable[..., Any]:
    """Remembers the answers of `work` for each folder of specifications apart; arguments must be hashable."""

    @cache
    def remembered(_: Path, *given: Any) -> Any:
        return work(*given)

    _REMEMBERED.append(remembered.cache_clear)

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
    with given_back(VARIABLE):
        use(folder)
        yield
