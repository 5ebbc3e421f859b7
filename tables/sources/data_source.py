"""Where the deliveries of a data folder come from: DATA/source.yaml, which every published table names.

Nobody may take made-up figures for real ones, so that a folder without this file is not published from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.model import Strict, Title
from celwacht.tables.yaml.read import read_yaml
from pydantic import Field

FILE = "source.yaml"
INVENTED = "VERZONNEN GEGEVENS: deze cijfers zijn bedacht en gaan over niemand, ook waar namen van echte gemeenten staan."
"""What every page and file with made-up figures says first."""
REMEDY = (
    f"a data folder names where its deliveries come from, for readers. Write {FILE} with the lines `version: 1` and "
    '`source: {nl: "...", en: "..."}`, and `made_up: true` where the data are not real'
)


class DataSource(Strict):
    """The source of the figures as readers see it."""

    version: Literal[1] = Field(description="Version of this file: 1.")
    source: Title = Field(description="Who delivers, and under which arrangement.")
    made_up: bool = Field(default=False, description="Whether the data are made up: every table, page and file then says so.")


def data_source(data: Path) -> DataSource:
    """The source of a data folder; ProblemsFound, with the remedy, where it is not named."""
    path = Path(data) / FILE
    if not path.exists():
        raise ProblemsFound([Problem(str(path), 0, 0, "no-source", f"this file is not there; {REMEDY}.")])
    found: DataSource = read_yaml(path, DataSource)
    return found


def reminder(data: Path) -> str:
    """What intake says of a folder that names no source yet, on a line of its own; empty where it does."""
    path = Path(data) / FILE
    return "" if path.exists() else f"\nBefore publishing: {path} is not there; {REMEDY}."


def made_up(data: Path) -> bool:
    """Whether the folder says that its data are made up; False too where it says nothing."""
    return (Path(data) / FILE).exists() and data_source(data).made_up


def write_made_up(data: Path) -> None:
    """The file of a demo."""
    text = (
        "# Where the deliveries of this folder come from; every published table says it.\n"
        "version: 1\n"
        'source: {nl: "Verzonnen gegevens (celwacht demo)", en: "Made-up data (celwacht demo)"}\n'
        "made_up: true\n"
    )
    (Path(data) / FILE).write_text(text, encoding="utf-8")
