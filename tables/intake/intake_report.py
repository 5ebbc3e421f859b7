"""What one run of the intake did, in a form that holds no value of any person."""

from __future__ import annotations

from dataclasses import dataclass

from celwacht.tables.problems import Problem


@dataclass(frozen=True)
class Taken:
    """One delivery in the report."""

    id: str
    file: str
    rows: int
    problems: tuple[Problem, ...] = ()
    remarks: int = 0
    """Rules that warn and failed; the delivery counts nevertheless."""


@dataclass(frozen=True)
class IntakeReport:
    """What a run did. Holds no value of any person."""

    accepted: tuple[Taken, ...]
    """Taken in by this run; the microdata of their provider and period are now theirs."""
    replaced: tuple[str, ...]
    """Ids of deliveries whose records are no longer in the microdata, or never came in, for a later version did."""
    unchanged: tuple[str, ...]
    """Ids of files that earlier runs took in."""
    refused: tuple[Taken, ...]
    """Refused as a whole; `id` is empty where the name does not tell what the file is."""
    late: tuple[str, ...] = ()
    """Ids of deliveries, among the replaced, that came after a higher version and so do not count."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every refused delivery, sorted by place."""
        return tuple(sorted(problem for one in self.refused for problem in one.problems))

    @property
    def rows(self) -> int:
        """Records taken in by this run."""
        return sum(one.rows for one in self.accepted)

    @property
    def ok(self) -> bool:
        """Whether nothing was refused."""
        return not self.refused
