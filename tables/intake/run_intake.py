"""Taking in deliveries: from the files in DIR/deliveries to pseudonymised microdata in DIR/vault.

A delivery is taken in whole or refused whole, with every problem listed. A redelivery replaces the earlier file of
the same record kind, provider and period. Everything that one run changes becomes visible in one step.
"""

from __future__ import annotations

import errno
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb
from celwacht.tables.checks import stored
from celwacht.tables.faults import without_values
from celwacht.tables.intake.checks.known_regions import known_regions
from celwacht.tables.intake.delivery_plan import Found, Plan, make_plan, walk
from celwacht.tables.intake.intake_report import IntakeReport, Taken
from celwacht.tables.intake.judging import ANSWERS
from celwacht.tables.intake.redelivery import held_back
from celwacht.tables.intake.same_bytes import same_elsewhere
from celwacht.tables.intake.vault.key import Key, open_key
from celwacht.tables.intake.vault.pieces import Change, merge
from celwacht.tables.intake.vault.vault import Vault, open_vault, present_state
from celwacht.tables.intake.worker import Chunk, Outcome, check_chunks, no_core_dump
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.accounts import counted, differences
from celwacht.tables.register.closing import closing
from celwacht.tables.register.register import ACCEPTED, REFUSED, REPLACED, Entry, Register

CHUNK_BYTES = 6_000_000

Progress = Callable[[int, int], None]


@dataclass
class _Run:
    """What is known so far in one run."""

    key: Key
    when: str
    total: int
    progress: Progress | None
    approved: frozenset[str]
    day: date | None
    opened: frozenset[str]
    written: Callable[[], bool]
    """Whether another state counts than at the beginning."""
    done: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    pieces: dict[tuple[str, str], list[Path]] = field(default_factory=lambda: defaultdict(list))
    held: set[str] = field(default_factory=set)
    """Delivery ids that wait for the office's word; their records are in the pieces, and stay there."""

    def tick(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total)

    def take(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self.tick()


def take_in(
    data: Path,
    key: Path | bytes | Key,
    *,
    progress: Progress | None = None,
    workers: int = 2,
    when: str = "",
    approve: Iterable[str] = (),
    day: date | None = None,
    opened: Iterable[str] = (),
) -> IntakeReport:
    """Takes in every file under `data/deliveries` that the register does not have yet.

    `key` is the key, its bytes, or the path of its file (made where there is none). `progress(done, total)` is called
    as files pass. `when` is noted in the register as given; nothing reads the clock. Files that were refused before
    are looked at again. Same files, key and versions: same bytes of Parquet. `approve`: delivery ids for which the office gives its
    word, to take most of a provider's records away, to count instead of a higher version, or to come late. `day`: what is closed by the
    calendar on that day is refused, but for the periods in `opened`; without it, what is closed by the register (closing.py). `workers` = 0 reads the files in this
    process, without the limits of the others: for tests only.

    Refused deliveries are in the report. ProblemsFound when nothing could be done at all: a key that is not to be
    trusted or is another one than before, a vault that others may read or that is not as its register says, another run that is busy,
    lists of regions that are not right, a full disk.
    """
    data = Path(data)
    no_core_dump()
    if not (data / "deliveries").is_dir():
        raise _stop(
            "deliveries", "geen-leveringen", "there is no folder deliveries in the data folder. Make it, and put the delivered files in it."
        )
    key = _key(key, data)
    present = present_state(data)
    run = _Run(key, when, 0, progress, frozenset(approve), day, frozenset(opened), lambda: present_state(data) != present)
    try:
        with open_vault(data) as vault:
            run.total = 2 * len(walk(data))
            return _take_in(data, vault, run, workers)
    except OSError as error:
        raise _unwritten(error.errno or 0, run) from None
    except duckdb.Error as error:
        fault = without_values(error)
        raise (_unwritten(fault.errno or 0, run) if isinstance(fault, OSError) else fault) from None


def _stop(file: str, rule: str, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(file, 0, 0, rule, message)])


def _unwritten(number: int, run: _Run) -> ProblemsFound:
    """What is true when the disk refuses, before the new state counts and after."""
    if run.written():
        done = "the deliveries were taken in, and the disk refused after that, so that it may not keep them"
        return _stop("vault", "opslag", f"{done}: {os.strerror(number)}. Repair this and run again; that says what is in the vault.")
    return _stop(
        "vault", "opslag", f"the microdata could not be written: {os.strerror(number)}. Nothing was changed; repair this and run again."
    )


def _key(key: Path | bytes | Key, data: Path) -> Key:
    if isinstance(key, Key):
        return key
    return Key(key) if isinstance(key, bytes) else open_key(Path(key), data)


def _take_in(data: Path, vault: Vault, run: _Run, workers: int) -> IntakeReport:
    register = vault.register()
    if register.keys - {run.key.id}:
        raise _stop(
            "vault/register.jsonl",
            "sleutel",
            "the deliveries in the vault were taken in with another key: their "
            "pseudonyms would not fit. Use that key, or begin a new data folder.",
        )
    if vault.current is not None and (problems := differences(vault.current / "microdata", register)):
        raise ProblemsFound(problems)
    closes = closing(register, run.day, run.opened, run.when)
    plan = make_plan(data, register, run.key, run.tick, run.approved, closes)
    known_regions(record for record, *_ in plan.slots)
    folder = vault.begin()
    try:
        _check_all(plan, run, folder, vault, register, workers)
        after = register.with_entries(_entries(plan, run))
        if after != register:
            _commit(vault, folder, after, run, {_slot(one) for one in run.outcomes if not one.problems})
    finally:
        vault.abandon(folder)
    return _report(plan, run, register)


def _slot(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.delivery.slot


def _check_all(plan: Plan, run: _Run, folder: Path, vault: Vault, register: Register, workers: int) -> None:
    """Checks the highest version of each slot, and where it is refused the next one, until one holds or none is left."""
    queues = {slot: list(files) for slot, files in plan.slots.items()}
    number = 0
    while queues:
        chunks = _chunks([files.pop(0) for files in queues.values()], folder, vault.states, number)
        number += len(chunks)
        before = len(run.outcomes)
        check_chunks(chunks, run.key, workers, run.take)
        for path in sorted((folder / "parts").glob("*.parquet")):
            record, period, _ = path.name.split("-", 2)
            if path not in run.pieces[record, period]:
                run.pieces[record, period].append(path)
        _hold(run, before, register, vault)
        settled = {_slot(one) for one in run.outcomes if not one.problems}
        queues = {slot: files for slot, files in queues.items() if files and slot not in settled}


def _hold(run: _Run, before: int, register: Register, vault: Vault) -> None:
    """Turns the outcomes since `before` that need the office's word, or count already under another name, into refusals."""
    new = [one for one in run.outcomes[before:] if not one.problems and one.delivery.id not in run.approved]
    held = held_back(new, run.pieces, register, vault.current and vault.current / "microdata", vault.states)
    stand = [one for one in run.outcomes if not one.problems and one.delivery.id not in held]
    held |= same_elsewhere(stand, {one.delivery.id for one in new} - set(held), register, run.approved)
    run.held |= set(held)
    run.outcomes[before:] = [
        replace(one, problems=(held[one.delivery.id],)) if one.delivery.id in held else one for one in run.outcomes[before:]
    ]


def _chunks(found: Iterable[Found], folder: Path, states: Path, number: int) -> list[Chunk]:
    """Files of one record kind and period together, up to a size, so that a worker holds little at once."""
    groups: dict[tuple[str, str], list[list[Found]]] = defaultdict(lambda: [[]])
    for one in sorted(found, key=lambda one: one.delivery):
        group = groups[one.delivery.record, one.delivery.periode]
        if group[-1] and sum(other.size for other in group[-1]) + one.size > CHUNK_BYTES:
            group.append([])
        group[-1].append(one)
    chunks = []
    for (record, period), parts in groups.items():
        for part in parts:
            piece = folder / "parts" / f"{record}-{period}-{number + len(chunks):06d}.parquet"
            chunks.append(Chunk(tuple(one.delivery for one in part), tuple(one.digest for one in part), piece, states))
    return chunks


def _entries(plan: Plan, run: _Run) -> list[Entry]:
    """The new lines of the register."""

    def line(one: Found | Outcome, outcome: str, rows: int = 0, problems: Sequence[Problem] = ()) -> Entry:
        name = one.delivery
        word = outcome == ACCEPTED and name.id in run.approved
        about = (name.record, name.periode, name.aanbieder, name.version, one.digest, run.key.id)
        remarks = one.remarks if isinstance(one, Outcome) else 0
        refusal = problems[0].rule if problems else ""
        return Entry(*about, outcome, rows, len(problems), run.when, approved=word, remarks=remarks, refusal=refusal)

    made = [line(one, REFUSED if one.problems else ACCEPTED, one.rows, one.problems) for one in run.outcomes]
    made += [line(one, REFUSED, 0, [problem]) for one, problem in plan.refused if one is not None]
    made += [line(one, REPLACED) for one in (*plan.late, *_overtaken(plan, run))]
    return made


def _overtaken(plan: Plan, run: _Run) -> list[Found]:
    """New files that were not looked at, because a higher version of the same run was accepted."""
    seen = {(one.delivery.id, one.digest) for one in run.outcomes}
    return [one for files in plan.slots.values() for one in files if (one.delivery.id, one.digest) not in seen]


def _commit(vault: Vault, folder: Path, register: Register, run: _Run, won: set) -> None:
    """Writes the microdata of every record kind and period that changed, and makes the new state the present one."""
    changed, written = set(), {}
    for record, period in sorted({slot[:2] for slot in won}):
        name = f"{record}/{period}.parquet"
        earlier = vault.current / "microdata" / name if vault.current else None
        providers = tuple(slot[2] for slot in won if slot[:2] == (record, period))
        change = Change(
            run.pieces.get((record, period), ()), earlier if earlier and earlier.exists() else None, providers, frozenset(run.held)
        )
        merge(folder / "microdata" / name, record, change, vault.states)
        written |= counted(folder / "microdata" / name)
        changed.add(name)
    _answer(folder, vault)
    register = register.with_content(written)
    if differences(folder / "microdata", register, only=changed):  # what was written is read again before it counts
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    vault.commit(folder, register, changed)


def _answer(folder: Path, vault: Vault) -> None:
    """Writes the answers of the rules on every delivery that was looked at beside the earlier ones."""
    pieces: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted((folder / "parts").glob(f"*{ANSWERS}")):
        record, period, _ = path.name.split("-", 2)
        pieces[record, period].append(path)
    for (record, period), some in pieces.items():
        earlier = vault.current / "answers" / record / f"{period}.parquet" if vault.current else None
        stored.merge(folder / "answers" / record / f"{period}.parquet", some, earlier if earlier and earlier.exists() else None)


def _report(plan: Plan, run: _Run, before: Register) -> IntakeReport:
    accepted = [one for one in run.outcomes if not one.problems]
    refused = [Taken(one.delivery.id, one.delivery.shown, one.rows, one.problems) for one in run.outcomes if one.problems]
    refused += [Taken(one.delivery.id if one else "", problem.file, 0, (problem,)) for one, problem in plan.refused]
    replaced = [earlier.id for earlier in map(before.accepted, map(_slot, accepted)) if earlier]
    replaced += [one.delivery.id for one in (*plan.late, *_overtaken(plan, run))]
    return IntakeReport(
        tuple(
            sorted((Taken(one.delivery.id, one.delivery.shown, one.rows, remarks=one.remarks) for one in accepted), key=lambda one: one.id)
        ),
        tuple(sorted(replaced)),
        tuple(sorted(one.delivery.id for one in plan.unchanged)),
        tuple(sorted(refused, key=lambda one: one.file)),
        tuple(sorted(one.delivery.id for one in plan.late)),
    )
