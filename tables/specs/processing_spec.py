"""Records of processing: on which task a processing rests, for which purpose, and why it cannot be done with less.

    table_specs/processing/maatwerk.yaml    covers: [requests]    ->    record_of("requests", "") is that file's record

Sources: what the law asks of whoever processes data on persons (a task, a specific purpose, no other way to get it); GDPR, articles 5, 6 and 30.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.yaml.model import Strict, TableId, Text, Title
from celwacht.tables.yaml.read import read_models
from pydantic import Field, StringConstraints

FOLDER = "processing"
NAMED = {"set": "sets", "report": "reports", "monitor": "monitors"}
"""What is covered by name -> the folder with its specifications."""
SERVICES = ("deliveries", "requests", "output checks", "portal")
"""What is covered as a whole."""
Covered = Annotated[str, StringConstraints(pattern=r"^((set|report|monitor) ([a-z0-9_]+|\*)|deliveries|requests|output checks|portal)$")]


class Necessity(Strict):
    """Why the processing is needed."""

    proportionality: Text = Field(description="Why what is processed is in proportion to the purpose.")
    subsidiarity: Text = Field(description="Why the purpose cannot be reached in a way that touches people less.")


class ProcessingSpec(Strict):
    """One processing, as the record of the data protection officer has it."""

    version: Literal[1] = Field(description="Version of the specification language.")
    id: TableId = Field(description="Name of the processing; equal to the file's name.")
    title: Title = Field(description="What it is called.")
    covers: Annotated[list[Covered], Field(min_length=1)] = Field(
        description="What it covers: `set april`, `report kerncijfers`, `set *`; deliveries, requests, output checks, portal."
    )
    task: Text = Field(description="The task by law or mandate on which it rests.")
    purpose: Text = Field(description="What the data are processed for, and nothing else.")
    necessity: Necessity = Field(description="Proportionality and subsidiarity.")
    data: Text = Field(description="Whose data, and which.")
    recipients: Text = Field(description="Who gets what comes of it.")
    retention: Text = Field(description="How long what is kept is kept.")


@home.per_folder
def processings() -> tuple[ProcessingSpec, ...]:
    """All records of the project and of the installation; ProblemsFound with everything that is wrong in them."""
    found = read_models(home.files(FOLDER), ProcessingSpec)
    problems = [problem for path in home.files(FOLDER) if path.stem in found for problem in _wrong(path, found[path.stem])]
    if problems:
        raise ProblemsFound(problems)
    return tuple(found.values())


def record_of(kind: str, name: str = "") -> ProcessingSpec | None:
    """The record that covers a set or report by its name, or a service; one that names it goes before one that says `*`."""
    for said in (f"{kind} {name}".strip(), f"{kind} *"):
        for one in processings():
            if said in one.covers:
                return one
    return None


def uncovered() -> list[str]:
    """What has no record: `set NAME`, `report NAME` and services, in order."""
    things = [(kind, path.stem) for kind, folder in NAMED.items() for path in home.files(folder)] + [(service, "") for service in SERVICES]
    return [f"{kind} {name}".strip() for kind, name in things if record_of(kind, name) is None]


def _wrong(path: Path, spec: ProcessingSpec) -> list[Problem]:
    """Sets and reports that are not there."""
    problems = []
    for said in spec.covers:
        kind, _, name = said.partition(" ")
        known = {one.stem for one in home.files(NAMED[kind])} if kind in NAMED else set()
        if kind in NAMED and name != "*" and name not in known:
            message = f"covers: there is no {kind} '{name[:40]}'.{nearest(name, known)}"
            problems.append(Problem(f"{FOLDER}/{path.name}", 0, 0, "unknown-set", message))
    return problems
