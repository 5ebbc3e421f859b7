"""What is to be done with the files that lie in the deliveries folder, seen against the register."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.tables.intake.check_delivery import UNOPENED, fingerprint
from celwacht.tables.intake.delivered.file_names import Delivery, delivery_of, is_plain, is_plain_folder
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.closing import Closing
from celwacht.tables.register.register import ACCEPTED, REFUSED, Register
from celwacht.tables.sources.sources import record_kinds, registers_of_persons

LEAP = 10
"""How far a version may lie beyond the highest one before it."""


@dataclass(frozen=True)
class Found:
    """A file in the deliveries folder that can be read and says what it is."""

    delivery: Delivery
    digest: str
    size: int


@dataclass
class Plan:
    """The files, sorted out."""

    unchanged: list[Found] = field(default_factory=list)
    """In the register already, accepted or replaced."""
    late: list[Found] = field(default_factory=list)
    """New, but of a version lower than the one that was accepted: replaced before it came."""
    slots: dict[tuple[str, str, str], list[Found]] = field(default_factory=dict)
    """New files by what they replace, the highest version first."""
    refused: list[tuple[Found | None, Problem]] = field(default_factory=list)
    """Files that are refused by their name, place or size alone, or that cannot be opened."""


def walk(data: Path) -> list[tuple[Path, str]]:
    """Every file under `data/deliveries` but hidden ones, with the path to show; sorted. Folders that are links are
    listed as files, and so refused, rather than followed; so are folders that cannot be read."""
    top = data / "deliveries"
    found: list[Path] = []
    numbers: dict[Path, str] = {}

    def unreadable(error: OSError) -> None:
        found.append(Path(error.filename))

    for place, folders, names in os.walk(top, onerror=unreadable):
        inside = sorted(name for name in (*folders, *names) if not name.startswith("."))
        numbers |= {Path(place, name): f"(entry {n} of {len(inside)})" for n, name in enumerate(inside, start=1)}
        names += [name for name in folders if os.path.islink(os.path.join(place, name))]
        found += [Path(place, name) for name in names if not name.startswith(".")]
        folders[:] = [name for name in folders if not name.startswith(".")]
    return [(path, _shown(path, top, numbers)) for path in sorted(set(found))]


def waiting(data: Path, register: Register) -> frozenset[tuple[str, str, str]]:
    """(record kind, period, provider) of every file among the deliveries of which the register has no version of that number: received, and
    not yet taken in. By the names alone: without the key nothing tells whether a known version has another content."""
    found = (delivery_of(path, shown, Findings(shown)) for path, shown in walk(data))
    return frozenset(one.slot for one in found if one is not None and not register.of(one.id))


def _shown(path: Path, top: Path, numbers: dict[Path, str]) -> str:
    """The path within the data folder. A name that is not that of a delivery may be anything, also somebody's, so that it is not
    shown: its number stands for it, counted over the folder in the order of `LC_ALL=C ls`."""
    shown, place = ["deliveries"], top
    for name in path.relative_to(top).parts:
        place = place / name
        plain = is_plain(name) if place == path else is_plain_folder(name)
        shown.append(name if plain else numbers.get(place, "(entry that cannot be read)"))
    return "/".join(shown)


def make_plan(data: Path, register: Register, key: Key, tick: Callable[[], None], approved: frozenset[str], closes: Closing) -> Plan:
    """Reads every file once, for its digest, and sorts the files out. ProblemsFound when the office gave its word for a delivery
    that is not there. closes: which periods take nothing."""
    plan, by_id = Plan(), defaultdict(list)
    for path, shown in walk(data):
        findings = Findings(shown)
        delivery = delivery_of(path, shown, findings)
        found = Found(delivery, *fingerprint(path, delivery.kind, key, findings)) if delivery else None
        if found is None or findings:
            plan.refused += [(_to_register(found, problem, register), problem) for problem in findings.problems]
        else:
            by_id[found.delivery.id].append(found)
        tick()
    if unknown := approved - set(by_id):
        raise ProblemsFound([Problem("--approve", 0, 0, "onbekend", _unknown(len(unknown)))])
    for files in by_id.values():
        _sort_out(files, register, plan, approved)
    _refuse_closed(plan, closes, approved)
    _one_source(register, plan)
    for slot, files in list(plan.slots.items()):
        files.sort(key=lambda one: (one.delivery.id not in approved, -one.delivery.version))
        plan.slots[slot] = _without_leaps(files, register, plan, approved)
    plan.slots = {slot: files for slot, files in plan.slots.items() if files}
    return plan


def _to_register(found: Found | None, problem: Problem, register: Register) -> Found | None:
    """What the register tells of a file that was not read: a line, unless its name tells nothing, or it cannot be opened and may be the very
    one that was taken in under that name."""
    taken = found is not None and any(one.outcome != REFUSED for one in register.of(found.delivery.id))
    return None if taken and problem.rule in UNOPENED else found


def _refuse_closed(plan: Plan, closes: Closing, approved: frozenset[str]) -> None:
    """Moves the files for closed periods to the refused; extracts of registers of persons are the office's own, and never late."""
    for (record, _, _), files in plan.slots.items():
        if record not in registers_of_persons() and closes.closed(record, files[0].delivery.period):
            late = [one for one in files if one.delivery.id not in approved]
            plan.refused += [(one, Problem(one.delivery.shown, 0, 0, "periode-gesloten", _closed(one.delivery))) for one in late]
            files[:] = [one for one in files if one not in late]
    plan.slots = {slot: files for slot, files in plan.slots.items() if files}


def _closed(delivery: Delivery) -> str:
    return (
        f"expected a period that is open, the current one or the one before it; found {delivery.periode}, which is closed or has not ended. "
        f"Nothing was replaced. Where the office opens it: celwacht intake DATA --open {delivery.periode}, or for this delivery alone "
        f"--approve {delivery.id}"
    )


def _unknown(count: int) -> str:
    such = f"{record_kinds()[0]}_12345678_2024HJ01_v2"
    return f"{count} of the deliveries named is not among the files. Write it as its refusal does, such as {such}."


def _without_leaps(files: list[Found], register: Register, plan: Plan, approved: frozenset[str]) -> list[Found]:
    """The files of one slot, highest version first, but those whose version leaps far beyond all others: after such a file no
    correction of the provider could ever be higher."""
    slot = files[0].delivery.slot
    known = [0, *(one.version for one in register.entries if one.slot == slot and one.outcome != REFUSED)]
    kept, highest = [], max(known)
    for one in sorted(files, key=lambda one: one.delivery.version):
        if one.delivery.version > highest + LEAP and one.delivery.id not in approved:
            plan.refused.append((one, Problem(one.delivery.shown, 0, 0, "versie-sprong", _leap(one.delivery.id, highest))))
        else:
            kept.append(one)
            highest = max(highest, one.delivery.version)
    return [one for one in files if one in kept]


def _leap(delivery: str, highest: int) -> str:
    return (
        f"expected a version up to {highest + LEAP}, for the highest before it is {highest}; found a higher one. Name it "
        f"_v{highest + 1}, or give the office's word: celwacht intake DATA --approve {delivery}"
    )


def _one_source(register: Register, plan: Plan) -> None:
    """An extract of a register of persons has one source per year: from two, a person could come twice."""
    slots = [slot for slot in plan.slots if slot[0] in registers_of_persons()]
    taken = {one.slot for one in register.entries if one.outcome == ACCEPTED}
    for slot in slots:
        others = {other[2] for other in (*slots, *taken) if other[:2] == slot[:2]} - {slot[2]}
        if others:
            plan.refused += [
                (
                    one,
                    Problem(
                        one.delivery.shown,
                        0,
                        0,
                        "andere-bron",
                        f"expected one source of {slot[0]} for {slot[1]}; found {', '.join(sorted(others))} too. Deliver them in one file.",
                    ),
                )
                for one in plan.slots.pop(slot)
            ]


def _sort_out(files: list[Found], register: Register, plan: Plan, approved: frozenset[str]) -> None:
    """The files of one delivery id: one, unless the same version came more than once."""
    accepted = register.accepted(files[0].delivery.slot)
    kept = [one for one in register.of(files[0].delivery.id) if one.outcome != REFUSED]
    if files[0].delivery.id in approved and accepted is not None and accepted.id != files[0].delivery.id:
        kept = []  # the office wants this one back
    known = {one.digest for one in kept}
    plan.unchanged += [one for one in files if one.digest in known]
    new = list({one.digest: one for one in files if one.digest not in known}.values())
    if known or len(new) > 1:
        plan.refused += [(one, _double(one, files, bool(known))) for one in new]
        return
    for one in new:
        if accepted and one.delivery.version < accepted.version and one.delivery.id not in approved:
            plan.late.append(one)
        else:
            plan.slots.setdefault(one.delivery.slot, []).append(one)


def _double(one: Found, files: list[Found], taken: bool) -> Problem:
    version = one.delivery.version
    what = (
        "it was taken in before with another content"
        if taken
        else f"{sum(other.digest != one.digest for other in files)} other file(s) of the same version have another content"
    )
    return Problem(
        one.delivery.shown,
        0,
        0,
        "versie-dubbel",
        f"expected version {version} once; found that {what}. Name the correction _v{version + 1}.",
    )
