"""Dropping what the policy of retention lets go: delivered files, and the records and answers of periods long past.

The register tells first what is dropped, in the same step in which records and answers go; the delivered files go after that. A run that is
killed leaves a vault that is wholly before or wholly after, and at most files that the next run drops.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from celwacht.tables.intake.check_delivery import UNOPENED, fingerprint
from celwacht.tables.intake.delivered.file_names import delivery_of
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.delivery_plan import walk
from celwacht.tables.intake.retention import Due, dropped_files, dropped_records, due_on
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.intake.vault.vault import open_vault
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.accounts import differences
from celwacht.tables.sources.retention_policy import read_retention


@dataclass(frozen=True)
class Retained:
    """What may be dropped, or was."""

    files: tuple[Path, ...]
    ids: tuple[str, ...]
    """Delivery ids of the files, in the same order."""
    records: tuple[tuple[str, str], ...]
    """(record kind, period)."""
    rows: int
    """Records in these."""
    dropped: bool = False


def retain(data: Path, key: Key, day: date, *, drop: bool = False) -> Retained:
    """What the policy of `data` lets go on that day; with `drop`, it goes. ProblemsFound where the policy or the vault is not in order."""
    policy = read_retention(data)
    with open_vault(data) as vault:
        register = vault.register()
        if register.keys - {key.id}:
            raise ProblemsFound(
                [Problem("vault/register.jsonl", 0, 0, "sleutel", "the deliveries were taken in with another key. Name that with --key.")]
            )
        may = due_on(policy, register, day)
        files = _files(data, key, may)
        told = {file for one in register.entries if not one.file_dropped for file in [(one.id, one.digest)] if file in set(files.values())}
        rows = sum(one.rows for one in register.entries if one.slot[:2] in may.records and one.outcome == "accepted")
        found = Retained(tuple(files), tuple(name for name, _ in files.values()), may.records, rows, drop)
        if not drop:
            return found
        if told or may.records:
            if vault.current is not None and (problems := differences(vault.current / "microdata", register)):
                raise ProblemsFound(problems)
            after = dropped_records(dropped_files(register, told, day), may.records, day)
            folder = vault.begin()
            try:
                gone = {f"{record}/{period}.parquet" for record, period in may.records}
                vault.commit(folder, after, gone | {f"answers/{name}" for name in gone})
            finally:
                vault.abandon(folder)
        for path in files:
            path.unlink()
        return found


def _files(data: Path, key: Key, may: Due) -> dict[Path, tuple[str, str]]:
    """The delivered files of which the register knows the very bytes, and that may go: path -> (id, digest)."""
    found, names = {}, {name for name, _ in may.files}
    for path, shown in walk(data):
        findings = Findings(shown)
        delivery = delivery_of(path, shown, findings)
        if delivery is None or delivery.id not in names:
            continue
        file = (delivery.id, fingerprint(path, delivery.kind, key, findings)[0])
        if file in may.files and not any(one.rule in UNOPENED for one in findings.problems):
            found[path] = file
    return found
