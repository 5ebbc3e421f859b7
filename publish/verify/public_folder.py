"""The public folder as a whole: links, histories and releases are those of the ledger, and there is nothing else."""

from __future__ import annotations

from pathlib import Path

from celwacht.disclosure.ledger import seen
from celwacht.disclosure.ledger.chain import Chain, Line
from celwacht.publish.review import ledger_file
from celwacht.publish.sets.ground import shown_in
from celwacht.publish.store import store
from celwacht.tables.problems import ProblemsFound


def problems_of(out: Path, chain: Chain, line: Line | None) -> list[str]:
    """What in OUT differs from the ledger. line: of the set that is verified, whose release is judged elsewhere."""
    found = _marked(out, line)
    shown, sets = shown_in(out), chain.sets()
    here = {name: last for name, last in sets.items() if line is not None and last.folder == line.folder}
    for name in sorted(shown.keys() | here.keys()):
        if name not in here:
            found.append(f"{out}/{name} is public, and in no line of the ledger")
        elif shown.get(name) != here[name].release:
            found.append(
                f"{out}/{name} does not show release {here[name].release}, which the ledger says counts; celwacht publish, or celwacht ledger "
                "--repair, shows it"
            )
        elif (told := store.seen_of(out, name)) != (wanted := _wanted(chain, name)):
            found.append(f"{out}/{store.HISTORY}/{name} has other releases than the ledger ({len(told)} for {len(wanted)})")
    return found + _releases(out, chain, line) + _strangers(out, here)


def _marked(out: Path, line: Line | None) -> list[str]:
    try:
        kind, folder = ledger_file.mark_of(out)
    except ProblemsFound as error:
        return [p.message for p in error.problems]
    if line is None or (kind, folder) == (ledger_file.OFFICIAL, line.folder):
        return []
    return [f"{out}/{ledger_file.MARK} is missing or of another folder; that of these sets holds: celwacht ledger {line.folder}"]


def _wanted(chain: Chain, name: str) -> list[str]:
    """Releases of a set that were ever to be seen, as its history should tell them: one that comes back counts again."""
    own = chain.of_set(name)
    gone = seen.unseen_at(own)
    kept: list[str] = []
    for place, line in enumerate(own):
        if place not in gone and kept[-1:] != [line.release]:
            kept.append(line.release)
    return kept


def _releases(out: Path, chain: Chain, line: Line | None) -> list[str]:
    """Releases that the ledger does not know, and earlier ones that are not as they were."""
    known = {one.release for one in chain.lines if line is not None and one.folder == line.folder}
    folder = out / store.RELEASES
    there = {p.name for p in folder.iterdir()} if folder.is_dir() else set()
    found = [f"{folder}/{n} is in no line of the ledger" for n in sorted(there - known) if not n.startswith(store.DAMAGED)]
    for release in sorted(known - {line.release if line else ""}):
        found += [f"{release}: {text}" for text in store.problems_of(folder / release)]
    return found


def _strangers(out: Path, here: dict[str, Line]) -> list[str]:
    """Files beside the sets that no celwacht put there."""
    ours = {store.RELEASES, store.HISTORY, ledger_file.MARK, store.LOCK, *here}
    histories = out / store.HISTORY
    strange = [p for p in out.iterdir() if p.name not in ours and (not p.is_symlink() or p.name.startswith("."))]
    strange += [p for p in [out / store.LOCK] if p.is_symlink() or p.is_dir()]
    strange += [p for p in histories.iterdir() if p.name not in here] if histories.is_dir() else []
    return [f"{p} is not part of any set" for p in sorted(strange)]
