"""What is to be done with the files that lie in the deliveries folder, seen against the register."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.tables.intake.check_delivery import read_file
from celwacht.tables.intake.delivered.file_names import Delivery, delivery_of, is_plain
from celwacht.tables.intake.delivered.findings import Findings, shown_file
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.intake.vault.register import ACCEPTED, REFUSED, Register
from celwacht.tables.problems import Problem


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
    """Files that are refused by their name or place alone."""


def walk(data: Path) -> list[tuple[Path, str]]:
    """Every file under `data/deliveries` but hidden ones, with the path to show; sorted. Folders that are links are
    listed as files, and so refused, rather than followed; so are folders that cannot be read."""
    top = data / "deliveries"
    found: list[Path] = []

    def unreadable(error: OSError) -> None:
        found.append(Path(error.filename))

    for place, folders, names in os.walk(top, onerror=unreadable):
        names += [name for name in folders if os.path.islink(os.path.join(place, name))]
        found += [Path(place, name) for name in names if not name.startswith(".")]
        folders[:] = [name for name in folders if not name.startswith(".")]
    return [(path, _shown(path, data)) for path in sorted(found)]


def _shown(path: Path, data: Path) -> str:
    """The path within the data folder; a name that is not of the form of a delivery may hold anything, so it is masked."""
    inside = path.relative_to(data)
    folders = [shown_file(one) for one in inside.parts[:-1]]
    return "/".join([*folders, path.name if is_plain(path.name) else shown_file(path.name)])


def make_plan(data: Path, register: Register, key: Key, tick: Callable[[], None]) -> Plan:
    """Reads every file once, for its digest, and sorts the files out."""
    plan, by_id = Plan(), defaultdict(list)
    for path, shown in walk(data):
        findings = Findings(shown)
        delivery = delivery_of(path, shown, findings)
        content = read_file(path, delivery.kind, findings) if delivery else None
        if delivery is None or content is None:
            plan.refused += [(None, problem) for problem in findings.problems]
        else:
            by_id[delivery.id].append(Found(delivery, key.file(content), len(content)))
        tick()
    for files in by_id.values():
        _sort_out(files, register, plan)
    _one_source(register, plan)
    for files in plan.slots.values():
        files.sort(key=lambda one: -one.delivery.version)
    return plan


def _one_source(register: Register, plan: Plan) -> None:
    """The extract of the population register has one source per year: from two, a person could come twice."""
    slots = [slot for slot in plan.slots if slot[0] == "persoonskenmerken"]
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
                        "expected one source of "
                        f"persoonskenmerken for {slot[1]}; found {', '.join(sorted(others))} too. "
                        "Deliver them in one file.",
                    ),
                )
                for one in plan.slots.pop(slot)
            ]


def _sort_out(files: list[Found], register: Register, plan: Plan) -> None:
    """The files of one delivery id: one, unless the same version came more than once."""
    kept = [one for one in register.of(files[0].delivery.id) if one.outcome != REFUSED]
    known = {one.digest for one in kept}
    plan.unchanged += [one for one in files if one.digest in known]
    new = list({one.digest: one for one in files if one.digest not in known}.values())
    if known or len(new) > 1:
        plan.refused += [(one, _double(one, files, bool(known))) for one in new]
        return
    accepted = register.accepted(files[0].delivery.slot)
    for one in new:
        if accepted and one.delivery.version < accepted.version:
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
