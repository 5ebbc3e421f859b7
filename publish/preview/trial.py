"""One table under one or more policies: counted, protected and judged as `celwacht publish` does, and kept by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.policy import DisclosurePolicy, read_policy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.gate.gate import Refusal, release
from celwacht.publish.publication.publication import Publication
from celwacht.publish.sets import make_table
from celwacht.tables import home
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.sources.data_source import FILE, data_source
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.yaml.read import read_yaml


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be tried. `secret` orders the search as in publish; it is not in the repr."""

    spec: TableSpec
    periods: tuple[Period, ...]
    policies: tuple[DisclosurePolicy, ...]
    data: Path
    regions: frozenset[str] = frozenset()
    secret: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What one policy makes of the table. Confidential: it tells which cells are sensitive.

    status: uint8 (Status) of the shape of the publication; empty where the table is refused.
    """

    policy: str
    outcome: Publication | Refusal = field(repr=False)
    status: np.ndarray = field(repr=False)
    counts: dict[str, int] = field(repr=False)

    @property
    def verdict(self) -> str:
        return self.outcome.verdict.value if isinstance(self.outcome, Refusal) else "SAFE"

    @property
    def share_withheld(self) -> float:
        """Share of the sum of all cells that is withheld, in per cent."""
        return 100 * self.counts["value_withheld"] / self.counts["value"] if self.counts["value"] else 0.0


def policies_of(names: Sequence[str], spec: TableSpec) -> tuple[DisclosurePolicy, ...]:
    """The policies of these names or files, or that of the table where none is named; ProblemsFound for one that is not there."""
    there = [p.stem for p in home.files("policies")]
    found, problems = [], []
    for name in dict.fromkeys(names or [spec.policy]):
        try:
            if name.endswith(".yaml"):
                found.append(read_yaml(Path(name), DisclosurePolicy))
            elif name in there:
                found.append(read_policy(name))
            else:
                problems.append(Problem("--policy", 0, 0, "unknown-policy", f"there is no policy '{name[:60]}'.{nearest(name, there)}"))
        except ProblemsFound as wrong:
            problems += wrong.problems
    if problems:
        raise ProblemsFound(problems)
    return tuple(found)


def tried(asked: Asked, progress: make_table.Progress = lambda *_: None) -> list[Trial]:
    """A trial per policy, in their order. ProblemsFound where the specification or the data do not fit."""
    checked(asked)
    return [_tried(asked, policy, progress) for policy in asked.policies]


def checked(asked: Asked) -> None:
    """ProblemsFound where the table is not made for one of the periods."""
    unfit = [p for p in asked.periods if p.kind not in asked.spec.periods]
    if unfit:
        made = ", ".join(asked.spec.periods)
        raise ProblemsFound(
            Problem("--period", 0, 0, "period", f"table {asked.spec.id} is made for {made}, and {p.code} is a {p.kind}.") for p in unfit
        )


def _tried(asked: Asked, policy: DisclosurePolicy, progress: make_table.Progress) -> Trial:
    spec = asked.spec.model_copy(update={"policy": policy.id})
    statuses = {p.code: "Voorlopig" for p in asked.periods}
    modified = max(p.end for p in asked.periods)
    source = data_source(asked.data) if (asked.data / FILE).exists() else None
    nowhere = Path("nowhere")  # a trial has no folder to write to
    job = make_table.Job(spec, asked.periods, statuses, modified, asked.data, nowhere, nowhere, asked.secret, asked.regions)
    parts = make_table.protected(job, policy, progress)
    outcome = release(spec, policy, parts, statuses=statuses, modified=modified, people=make_table.people_of(job, parts), source=source)
    sums = [p.summary() for p in parts]
    counts = {k: sum(s[k] for s in sums) for k in ("cells", "sensitive", "withheld", "value", "value_withheld")}
    status = _joined(parts) if isinstance(outcome, Publication) else np.zeros(0, np.uint8)
    return Trial(policy.id, outcome, status, counts)


def _joined(parts: Sequence[Protected]) -> np.ndarray:
    """The status of every cell with Perioden last, in the order of the publication (assemble.joined)."""
    codes = [c.code for p in parts for c in p.cube.dimensions[-1].codes]
    order = sorted(range(len(codes)), key=lambda i: codes[i])
    return np.concatenate([p.status for p in parts], axis=-1)[..., order]


MARKS = {Status.PRIMARY: ".s", Status.SECONDARY: ".p", Status.ZERO: ".0"}
"""How a withheld cell is shown in a preview: sensitive, withheld to protect another, a zero. Readers see `.` for all."""
