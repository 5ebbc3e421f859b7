"""The policy of retention of a data folder (DATA/retention.yaml): how long delivered files and records are kept.

    version: 1
    files_months: 12       # a delivered file, with its BSNs, so long after its period was closed
    records_years: 10      # pseudonymised records and the answers of the rules, so long after the end of their period

Without the file nothing is ever dropped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.model import Strict
from celwacht.tables.yaml.read import read_document
from pydantic import Field

FILE = "retention.yaml"


class Retention(Strict):
    """The policy of a data folder."""

    version: Literal[1]
    files_months: int | None = Field(
        default=None, ge=0, le=1200, description="Months after a period was closed in which a delivered file is kept; default: for ever."
    )
    records_years: int | None = Field(
        default=None, ge=3, le=100, description="Years after a period in which its records are kept, at least 3; default: for ever."
    )


def read_retention(data: Path) -> Retention:
    """The policy; one that keeps everything where there is no file. ProblemsFound with every problem at its place."""
    path = data / FILE
    if not path.is_file():
        return Retention(version=1)
    document, problems = read_document(path)
    read, misfits = confront(document, Retention) if document else (None, [])
    if problems or misfits or read is None:
        raise ProblemsFound([*problems, *misfits] or [Problem(FILE, 0, 0, "retention", "expected a policy of retention. See --help.")])
    return read
