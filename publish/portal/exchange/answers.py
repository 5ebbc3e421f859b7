"""The answer to a file, by the same checks and rules as the intake's: in a child process with limits, masked, by row number.

The file lies in a folder of its own for as long as that takes, and is pseudonymised with a key that is thrown away.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from celwacht.tables.checks.catalogue import rules_for
from celwacht.tables.intake.delivered.file_names import Delivery
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.intake.worker import Chunk, Outcome, check_chunks
from celwacht.tables.periods import Period

MOST = 200
"""Problems that are told one by one."""


@dataclass(frozen=True)
class Told:
    """One problem of the file."""

    line: int
    rule: str
    text: str


@dataclass(frozen=True)
class Answer:
    """Whether it is accepted, of how many records, and what is wrong."""

    accepted: bool
    rows: int
    remarks: int
    """Rules that warn; they do not keep a file from being accepted."""
    problems: tuple[Told, ...]
    more: int
    """Problems beyond those."""

    def as_json(self) -> bytes:
        """To be kept."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_json(content: bytes) -> Answer:
        """What `as_json` wrote."""
        found = json.loads(content)
        return Answer(**{**found, "problems": tuple(Told(**one) for one in found["problems"])})


NOT_JUDGED = Answer(
    False,
    0,
    0,
    (
        Told(
            0,
            "niet-beoordeeld",
            "the checks could not be made, for a reason at our side. Send the file again; ask the office if that does not help.",
        ),
    ),
    0,
)
"""Where the checks themselves failed."""


def in_dutch(record: str, period: str) -> Mapping[str, str]:
    """What each rule of the intake asks and what to do about it, in Dutch, by the word that an answer has for the rule.

    Example: in_dutch("jeugdhulp", "2024HJ01")["einde-voor-aanvang"] begins with "Het einde ligt niet voor de aanvang."
    """
    return {rule.intake: f"{rule.text.nl} {rule.remedy.nl}" for rule in rules_for(record, Period.parse(period)) if rule.intake}


def answer(record: str, party: str, period: str, form: str, content: bytes, place: Path | None = None) -> Answer:
    """Checks a file as the intake would. Nothing of it stays: not in `place` either (default: the system's temporary folder), unless the process is killed."""
    key = Key(secrets.token_bytes(32))
    with tempfile.TemporaryDirectory(prefix="celwacht-", dir=place) as made:
        folder = Path(made)
        path = folder / f"{record}_{party}_{period}_v1.{form}"
        path.write_bytes(content)
        delivery = Delivery(record, period, party, 1, path, path.name)
        chunk = Chunk((delivery,), (key.file(content),), folder / "piece.parquet", folder)
        outcomes: list[Outcome] = []
        check_chunks([chunk], key, 1, outcomes.append)
    (outcome,) = outcomes
    problems = tuple(Told(one.line, one.rule, one.message) for one in outcome.problems[:MOST])
    return Answer(not outcome.problems, outcome.rows, outcome.remarks, problems, max(0, len(outcome.problems) - MOST))
