"""`celwacht verify --data DATA --out OUT`: ledger, record and public files of a set, tied to each other.

    ledger line ── manifest hash ── OUT/releases/<first 20 digits>/manifest.json ── every public file
         │                          OUT/<set> ── the release of the last line of the set
         └── hash of released.json ── every file of the record: certificates, policies, specifications
    certificates ── judged anew under the policy as released ── figures read back from every public file

Nothing is taken from a certificate but counts and worlds. No text that comes out of here holds a figure.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.disclosure.ledger import chain
from celwacht.disclosure.ledger.chain import Chain, Line
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.sets import set_certificate
from celwacht.publish.gate import set_gate
from celwacht.publish.review import ledger_file, records
from celwacht.publish.review.records import Recorded
from celwacht.publish.sets.ground import REFUSED
from celwacht.publish.store import store
from celwacht.publish.verify import public_folder, public_table
from celwacht.tables.problems import ProblemsFound

REPAIR = " (a run that was stopped leaves this behind; the next celwacht publish, or celwacht ledger --repair, puts it right)"
"""The remedy, beside what is not as the ledger says."""


@dataclass(slots=True)
class Findings:
    """What was found: a line per table, and every problem. Empty problems: all is as it was proved."""

    tables: dict[str, tuple[Verdict, int]] = field(default_factory=dict)
    """Table -> verdict and number of certificates."""
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    beside: tuple[str, ...] = ()
    """Tables proved beside all others of the set."""
    chain: Chain | None = None
    release: Path | None = None


def verify(data: Path, reports: Path, name: str, out: Path | None, *, trial: bool = False, key: bytes | None = None) -> Findings:
    """Everything about the set `name`. reports: the folder of its records. key: the secret key, to judge the seals of the ledger."""
    found = Findings()
    record = reports / name
    line = None if trial else _ledger(data, reports, name, key, found)
    about = _about(record, name, line, found)
    folders = {p.name: p for p in record.iterdir() if p.is_dir()} if record.is_dir() else {}
    tables = [str(t) for t in about.get("tables", folders)]
    kept = {table: _table(record / table, found) for table in sorted({*tables, *folders})}
    found.problems += [f"table {table} has a record, and is not in the release" for table in folders if table not in tables]
    _whole(record, about, [kept[t] for t in tables], found)
    if out is not None and about:
        found.release = out / store.RELEASES / str(about["release"])
        _public(out, name, about, line, kept, found)
        if not trial and found.chain is not None:
            found.problems += public_folder.problems_of(out, found.chain, line)
    return found


def _ledger(data: Path, reports: Path, name: str, key: bytes | None, found: Findings) -> Line | None:
    """The last line of the set, after the whole ledger and everything that it says of records was judged."""
    found.chain = ledger_file.read(data)
    found.problems += [f"ledger: {text}" for text in found.chain.problems]
    if found.chain.torn:
        found.problems.append("ledger: the last line was not written to its end; the next celwacht publish cuts it off")
    found.problems += [f"ledger: {text}" for text in seal_problems(found.chain, key)]
    if key is None or chain.of_other_keys(found.chain, key):
        found.remarks.append("The ledger's seals were not judged: the secret key of its lines is not here; name it with --key.")
    sets = found.chain.sets()
    links = {p.name: os.readlink(p) for p in reports.iterdir() if p.is_symlink()}
    latest = links.pop(records.LATEST, "")
    published = [line for line in found.chain.lines if line.folder not in chain.HANDED_OUT]
    if published and latest != published[-1].set:
        found.problems.append(f"reports/{records.LATEST} does not lead to the set that was published last{REPAIR}")
    for n in sorted(sets.keys() | links.keys()):
        if n not in sets or links.get(n) != sets[n].record:
            found.problems.append(f"reports/{n} does not lead to the record that the ledger names{REPAIR if n in sets else ''}")
    _records(reports, found)
    return sets.get(name)


def seal_problems(found: Chain, key: bytes | None) -> list[str]:
    """Lines that claim the key and were written without it, and lines of more keys than one."""
    wrong = [f"line {n} was not written with the key that it names" for n in (chain.unsealed(found, key) if key is not None else ())]
    return wrong + ["its lines were sealed with more keys than one"] * (len({line.key for line in found.lines}) > 1)


def _records(reports: Path, found: Findings) -> None:
    """Every record that the ledger names must be there as sealed, and no other may."""
    named = {line.record: line for line in found.chain.lines}
    for path in sorted(reports.iterdir()):
        if not path.is_symlink() and path.name not in named and not path.name.endswith(REFUSED):
            found.problems.append(f"reports/{path.name} is in no line of the ledger")
    for record, line in named.items():
        wrong = records.problems_of(reports / record)
        if not wrong and records.digest_of((reports / record / records.RELEASED).read_bytes()) != line.sealed:
            wrong = [f"record {record}: {records.RELEASED} is not what the ledger says"]
        if not wrong and line.what == chain.PUBLISHED and not _is_delivered(reports / record, line):
            wrong = [f"record {record}: {records.DELIVERIES} is not what the ledger says"]
        found.problems += wrong


def _is_delivered(record: Path, line: Line) -> bool:
    content = (record / records.DELIVERIES).read_bytes()
    return records.digest_of(content) == line.delivered and content.count(b"\n") == line.deliveries


def _about(record: Path, name: str, line: Line | None, found: Findings) -> dict[str, object]:
    """What the record says of its release; empty where nothing can be made of it."""
    found.problems += [text for text in records.problems_of(record) if text not in found.problems] if line is None else []
    try:
        about = json.loads((record / records.RELEASED).read_bytes())
        release, manifest, tables = str(about["release"]), str(about["manifest"]), [str(t) for t in about["tables"]]
    except (OSError, ValueError, KeyError, TypeError):
        found.problems.append(f"record of {name}: {records.RELEASED} is missing or damaged")
        return {}
    if manifest[:20] != release or about.get("set") != name:
        found.problems.append(f"record of {name}: it is about another release")
    if line is not None:
        try:
            same = (release, manifest) == (line.release, line.manifest) and records.hashes_of(record, tables) == line.tables
        except ValueError:
            same = False
        if not same:
            found.problems.append(f"record of {name}: release, policy, specification or certificates are not those in the ledger")
    return about


def _whole(record: Path, about: dict[str, object], tables: list[Recorded | None], found: Findings) -> None:
    """The certificate of the set, judged, where the release says that there is one."""
    path, claimed = record / records.SET_CERTIFICATE, [str(t) for t in about.get("beside", ())]
    if not claimed and not path.exists():
        found.remarks.append("Each table was proved by itself, and none beside the others.")
        return
    try:
        proof = set_certificate.read(path)
    except ValueError as error:
        found.problems.append(f"{error}: no table has a proof beside the others")
        return
    if None in tables:
        return  # told already
    parts = [part for of in tables for part in of.parts]
    try:
        before = [records.recorded(record.parent / name / t) for name in proof.earlier for t in records.tables_of(record.parent / name)]
    except ValueError as error:
        found.problems.append(f"{error}: no table has a proof beside the releases before")
        return
    result = set_gate.judge([*parts, *(part for of in before for part in of.parts)], proof)
    found.beside = set_gate.proved(parts, result)
    if result.verdict is Verdict.UNSAFE:
        found.problems.append("the checker of the set refuses its certificate, under the policies as released")
    found.problems += [f"table {t}: the set checker does not find it SAFE beside all others" for t in claimed if t not in found.beside]


def _table(folder: Path, found: Findings) -> Recorded | None:
    """The record of a table, judged."""
    try:
        kept = records.recorded(folder)
    except ValueError as error:
        found.problems.append(f"{error}: its cells have no proof")
        found.tables[folder.name] = Verdict.INCONCLUSIVE, 0
        return None
    verdict = public_table.verdict_of(kept)
    found.tables[folder.name] = verdict, len(kept.parts)
    if verdict is not Verdict.SAFE:
        found.problems.append(f"table {folder.name}: the checker does not find it SAFE under the policy as released")
    return kept


def _public(out: Path, name: str, about: dict[str, object], line: Line | None, kept: dict[str, Recorded | None], found: Findings) -> None:
    """The release in the public folder against the record."""
    release = found.release
    damage = store.problems_of(release)
    found.problems += damage
    link = out / name
    if not link.is_symlink() or os.readlink(link) != f"{store.RELEASES}/{about['release']}":
        found.problems.append(f"{link} does not lead to the release that the record is about")
    try:
        manifest = json.loads((release / store.MANIFEST).read_bytes())
        public = [str(t["id"]) for t in manifest["tables"]]
        hashed = store.id_of(release)
    except (OSError, ValueError, KeyError, TypeError):
        return
    if dict(manifest.get("proof", {})).get("beside_all_others", []) != about.get("beside", []):
        found.problems.append(f"{release.name}: {store.MANIFEST} says another thing of the proof than the record")
    if hashed != about["manifest"] or manifest.get("set") != name:
        found.problems.append(f"{release.name}: {store.MANIFEST} is not the one that the record is about")
    if line is not None and manifest.get("release_moment") != line.moment:
        found.problems.append(f"{release.name}: the moment in {store.MANIFEST} is not that in the ledger")
    folders = sorted(p.name for p in release.iterdir() if p.is_dir())
    if folders != sorted(public) or sorted(kept) != folders:
        found.problems.append(f"{release.name}: public tables and tables with certificates are not the same")
    for table in public if not damage else ():  # a file that was changed is named already
        if kept.get(table) is not None:
            found.problems += public_table.problems_of(table, kept[table], release / table)


def root_of(data: Path, out: Path | None) -> tuple[Path, bool]:
    """(folder of the records, whether they are those of trials) that go with a public folder."""
    try:
        kind, folder = ledger_file.mark_of(out) if out is not None else ("", "")
    except ProblemsFound:
        kind, folder = "", ""  # told by public_folder
    trial = kind == ledger_file.TRIAL
    return records.reports_of(data, folder if trial else ""), trial
