"""The register of deliveries: one line of JSON for every file that was ever offered, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from celwacht.tables.problems import Problem, ProblemsFound

ACCEPTED, REPLACED, REFUSED = "accepted", "replaced", "refused"


@dataclass(frozen=True, order=True)
class Entry:
    """One delivered file. `accepted`: its records are the microdata; `replaced`: a later version came; `refused`."""

    record: str
    periode: str
    aanbieder: str
    version: int
    digest: str
    """Keyed digest (HMAC-SHA256) of the bytes, so that the register is no oracle for what was in them."""
    key: str
    """Id of the key that made the pseudonyms."""
    outcome: Literal["accepted", "replaced", "refused"]
    rows: int
    problems: int
    when: str
    """Day and hour as given by the caller, or empty."""
    content: str = ""
    """Digest of the records in the microdata (accounts.py); empty where there are none, or of before it was kept."""
    approved: bool = False
    """The office gave its word for this delivery: it takes most records away, or puts a lower version in the place of a higher."""
    remarks: int = 0
    """Rules of the catalogue that warn and failed: accepted with remarks."""
    file_dropped: str = ""
    """Day on which the delivered file was dropped by the policy of retention; empty while it is kept."""
    records_dropped: str = ""
    """The same for its records and answers."""
    refusal: str = ""
    """Of a refused file, the rule of its first problem as the intake's messages name it: also where no rule was judged, as when it is late."""

    @property
    def id(self) -> str:
        """Delivery id, as in column `bestand` of the microdata."""
        return f"{self.record}_{self.aanbieder}_{self.periode}_v{self.version}"

    @property
    def slot(self) -> tuple[str, str, str]:
        """What a redelivery replaces."""
        return self.record, self.periode, self.aanbieder


@dataclass(frozen=True)
class Register:
    """All lines; one per delivery id and digest."""

    entries: tuple[Entry, ...] = ()

    def find(self, delivery_id: str, digest: str) -> Entry | None:
        """The line of this very file."""
        return next((one for one in self.of(delivery_id) if one.digest == digest), None)

    def of(self, delivery_id: str) -> tuple[Entry, ...]:
        """The lines of every file that was offered under this id."""
        return tuple(one for one in self._by_id.get(delivery_id, ()))

    def accepted(self, slot: tuple[str, str, str]) -> Entry | None:
        """The delivery whose records are the microdata of this record kind, period and provider."""
        return self._accepted.get(slot)

    def dropped(self) -> dict[tuple[str, str], str]:
        """(record kind, period) of which the policy of retention dropped the records -> the day."""
        return {one.slot[:2]: one.records_dropped for one in self.entries if one.records_dropped}

    @property
    def keys(self) -> frozenset[str]:
        """Ids of the keys with which deliveries were taken in: one, or none in an empty register."""
        return frozenset(one.key for one in self.entries)

    def __post_init__(self) -> None:
        by_id: dict[str, list[Entry]] = {}
        for one in self.entries:
            by_id.setdefault(one.id, []).append(one)
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "_accepted", {one.slot: one for one in self.entries if one.outcome == ACCEPTED})

    def with_entries(self, new: Iterable[Entry]) -> Register:
        """The register after these deliveries: a newly accepted one replaces the earlier one of its slot."""
        new = list(new)
        won = {one.slot: (one.id, one.digest) for one in new if one.outcome == ACCEPTED}
        lines = {(one.id, one.digest): one for one in self.entries}
        for one in new:
            known = lines.get((one.id, one.digest))
            if known is None or replace(known, when=one.when) != one:  # looked at again with the same outcome: no news
                lines[one.id, one.digest] = one
        for name, one in lines.items():
            if one.outcome == ACCEPTED and won.get(one.slot, name) != name:
                lines[name] = replace(one, outcome=REPLACED, content="")
        return Register(tuple(sorted(lines.values())))

    def with_content(self, counted: Mapping[str, tuple[int, str]]) -> Register:
        """The register with the digest of what was written for each accepted delivery; `counted`: delivery id -> rows, digest."""
        lines = (replace(one, content=counted[one.id][1]) if one.outcome == ACCEPTED and one.id in counted else one for one in self.entries)
        return Register(tuple(lines))

    @property
    def files(self) -> frozenset[tuple[str, str]]:
        """(id, digest) of every file that was ever offered."""
        return frozenset((one.id, one.digest) for one in self.entries)

    def text(self) -> str:
        """The file as it is written: one object per line, sorted."""
        return "".join(json.dumps(asdict(one), separators=(",", ":")) + "\n" for one in self.entries)


def read_register(path: Path) -> Register:
    """The register in a file; empty when there is none. ProblemsFound when a line cannot be read."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return Register()
    entries, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(Entry(**json.loads(line)))
        except (ValueError, TypeError):
            problems.append(
                Problem(
                    "vault/register.jsonl",
                    number,
                    0,
                    "register",
                    "expected a line of the register; found another. The register is damaged: restore the vault from a backup.",
                )
            )
    if problems:
        raise ProblemsFound(problems)
    return Register(tuple(entries))
