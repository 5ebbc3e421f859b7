"""A monitor of somebody else's that takes over published figures by region: which, from which tables.

figures: [{code: stays, table: hospital_stays, measure: Patients, at: {Ward: surgery}, ..}]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.indicators.indicator_spec import Codes
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.model import FieldName, Name, Strict, TableId, Text, Title
from celwacht.tables.yaml.read import read_models
from pydantic import Field, StringConstraints

MONITORS = "monitors"


class Taken(Strict):
    """One figure that a monitor takes over."""

    code: FieldName = Field(description="Name of the figure in the file.")
    title: Title = Field(description="What it is.")
    unit: Title = Field(description="What a number is of.")
    table: TableId = Field(description="The table.")
    measure: Name = Field(description="Its measure.")
    at: Codes = Field(default={}, description="Codes of dimensions; default: the first, which is the total.")


class Monitor(Strict):
    """One file is one monitor."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the monitor; equal to the file's name.")
    title: Title = Field(description="What it is called.")
    description: Text = Field(description="What it takes over.")
    level: Annotated[str, StringConstraints(pattern=r"^[A-Z]{0,4}$")] = Field(description="How the codes of its regions begin.")
    figures: Annotated[tuple[Taken, ...], Field(min_length=1, max_length=200)] = Field(description="The figures, in their order.")


@home.per_folder
def monitors() -> Mapping[str, Monitor]:
    """Every monitor of the project by id; ProblemsFound with all that is wrong in any of their files."""
    found = read_models(home.files(MONITORS), Monitor)
    wrong = [
        Problem(f"{MONITORS}/{name}.yaml", 1, 0, "indicator", f"id '{m.id}' is not the file's name. Write id: {name}.")
        for name, m in found.items()
        if m.id != name
    ]
    if wrong:
        raise ProblemsFound(wrong)
    return found
