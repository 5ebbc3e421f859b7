"""Where a set is published: in the public folder of this data folder's ledger, or somewhere else, on trial.

Law. A data folder has one ledger, and the ledger one public folder, known by the id in OUT/.ledger, so that it may be moved or
copied. The first folder that is published to is the one. Any other is a trial: files and record are made in the same way, but the
record lies apart, nothing is entered in the ledger, and nothing of the official sets is touched.

The order of a publication: files of the release and its record get their places, where nobody looks yet; the line in the ledger
decides; then history, link and record follow. Whatever a run that was stopped after its line left undone is done by the next one
(`repaired`), so that ledger, vault and public folder always end alike. What a run left that was stopped before its line is
removed, for nobody has seen it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from celwacht.disclosure.ledger.chain import HANDED_OUT, Chain
from celwacht.publish.review import ledger_file, records
from celwacht.publish.sets.take_in import taken_in
from celwacht.publish.store import store
from celwacht.tables.problems import Problem, ProblemsFound

_RELEASE = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands there before a set is made, under both locks."""

    data: Path
    out: Path
    chain: Chain
    folder: str
    """Id of the public folder; empty until its first release."""
    trial: bool
    repaired: tuple[str, ...] = ()
    """What an earlier run had decided and this one carried out, in words."""

    @property
    def reports(self) -> Path:
        """The folder of the records."""
        return records.reports_of(self.data, self.folder if self.trial else "")


def ground_of(data: Path, place: store.Store, disk: store.Disk, key: bytes) -> Ground:
    """The ground under a publication, mended where an earlier run was stopped; ProblemsFound where the ledger is broken, or where
    OUT shows what the ledger of DATA does not know."""
    out = place.out
    chain = ledger_file.trusted(data)
    kind, folder = ledger_file.mark_of(out)
    shown = shown_in(out)
    known = {line.folder for line in chain.lines} - {*HANDED_OUT}
    if kind == ledger_file.TRIAL or (known and not kind and not shown):
        return Ground(data, out, chain, folder or ledger_file.mark(out, ledger_file.TRIAL, disk), True)
    if not chain.lines and records.sets(records.reports_of(data)):
        chain = taken_in(data, out, folder or ledger_file.mark(out, ledger_file.OFFICIAL, disk), disk, key)
        _, folder = ledger_file.mark_of(out)
        known = {folder}
    _refuse_strangers(chain, known, folder, shown, out)
    repaired = repair(data, place, chain, folder, disk)
    sweep(data, out, chain, disk)
    return Ground(data, out, chain, folder, False, repaired)


def shown_in(out: Path) -> dict[str, str]:
    """Set -> the release that readers are led to, for every link in OUT; of a link to anything else, all that it says."""
    links = {p.name: os.readlink(p) for p in sorted(out.iterdir()) if p.is_symlink() and not p.name.startswith(".")}
    return {name: target.removeprefix(f"{store.RELEASES}/") for name, target in links.items()}


def _refuse_strangers(chain: Chain, known: set[str], folder: str, shown: dict[str, str], out: Path) -> None:
    """ProblemsFound where OUT shows releases that the ledger does not have, or belongs to another ledger."""
    if known and folder not in known:
        first = min(known)
        what = "belongs to the ledger of another data folder" if folder else f"has lost its mark: the file {ledger_file.MARK}"
        remedy = f"if it is the folder of these sets, its mark holds: celwacht {ledger_file.OFFICIAL} {first}"
        raise ProblemsFound([Problem(str(out), 0, 0, "ledger", f"this folder {what}. Publish to another one; {remedy}.")])
    entered = {(line.set, line.release) for line in chain.lines}
    strange = [name for name, release in shown.items() if (name, release) not in entered]
    if strange:
        raise ProblemsFound(
            Problem(
                f"{out}/{name}",
                0,
                0,
                "ledger",
                "this release is public, and the ledger of the data folder does not know it, so that nothing can be proved beside it. "
                "Restore the ledger (vault/ledger.jsonl) from a backup, or publish to another folder.",
            )
            for name in strange
        )


def repair(data: Path, place: store.Store, chain: Chain, folder: str, disk: store.Disk) -> tuple[str, ...]:
    """Carries out what the ledger says of this folder and its records, where a run was stopped before it could."""
    told = []
    shown, reports = shown_in(place.out), records.reports_of(data)
    for name, line in chain.sets().items():
        if line.folder != folder:
            continue
        there = (place.out / store.RELEASES / line.release / store.MANIFEST).is_file()
        if there and (shown.get(name) != line.release or store.seen_of(place.out, name)[-1:] != [line.release]):
            place.show(name, line.release, line.unseen)
            told.append(f"{name}: release {line.release}, decided by a run that was stopped, is shown now.")
        link = reports / name
        if (reports / line.record).is_dir() and (not link.is_symlink() or os.readlink(link) != line.record):
            records.point(reports, name, line.record, disk)
            told.append(f"{name}: the vault led to another record than that of release {line.release}; it leads to that one now.")
    published = [line for line in chain.lines if line.folder not in HANDED_OUT]
    if published and records.latest(reports) != published[-1].set and (reports / published[-1].set).is_symlink():
        records.point(reports, published[-1].set, published[-1].record, disk)
        told.append(f"{published[-1].set}: the set published last, and the vault says so now.")
    return tuple(told)


def sweep(data: Path, out: Path, chain: Chain, disk: store.Disk) -> None:
    """Removes what runs left that were stopped before their line in the ledger: sealed, and seen by nobody."""
    reports = records.reports_of(data)
    recorded = {line.record for line in chain.lines}
    for path in sorted(reports.iterdir()):
        left = path.name.startswith(records.STAGED) or (
            not path.is_symlink() and (path / records.RELEASED).is_file() and path.name not in recorded and not path.name.endswith(REFUSED)
        )
        if left:
            disk.remove(path)
    for folder in (reports, out, out / store.HISTORY):
        for path in sorted(folder.glob(".*.new")):
            disk.remove(path)
    seen = {line.release for line in chain.lines} | set(shown_in(out).values())
    seen |= {i for name in shown_in(out) for i in store.seen_of(out, name)}
    releases = out / store.RELEASES
    for path in sorted(releases.iterdir()) if releases.is_dir() else ():
        if _RELEASE.fullmatch(path.name) and path.name not in seen:
            disk.remove(path)


REFUSED = ".refused"
"""How the name of the record of a refused set ends."""
