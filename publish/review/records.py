"""The confidential record of a set: counts, statuses and certificates, for the reviewer and for `celwacht verify`.

    DATA/vault/reports/<record>/released.json         which release, when, from which deliveries; every file here with its SHA-256
    DATA/vault/reports/<record>/deliveries.jsonl      id and keyed digest of each delivery that stood in the register as accepted
    DATA/vault/reports/<record>/set.certificate.npz   types and worlds of all tables together (disclosure/sets); not where proved --alone
    DATA/vault/reports/<record>/set.persons.npz       who counts in which atom of which cube, so that a later release can be proved beside it
    DATA/vault/reports/<record>/<table>/about.json    specification, policy and populations as released; dimensions of the cubes
    DATA/vault/reports/<record>/<table>/0.certificate.npz  problem, status of every cell and worlds, one per cube (proof/certificate.py)
    DATA/vault/reports/<record>/<table>/0.contributors.npz  whose they are, where the policy has rules on that (contributions_file.py)
    DATA/vault/reports/<year>-<set>                   link to the record of the set that counts today
    DATA/vault/reports/latest                         link to the set that was published last

`<record>` is the name of the release; with .2, .3, ... behind it where the same public bytes were proved again from other records.
A record is never changed once it is there. Those of trials lie in the same form in DATA/vault/trials/<id of the folder>/.

Everything here is confidential: folders 0700, files 0600. Nothing of it is ever read by a writer of public files.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.certificate import read_certificate
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.review import contributions_file
from celwacht.publish.store import store
from celwacht.tables.counting.denominators import Denominator
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.register.accounts import register_there
from celwacht.tables.register.register import ACCEPTED
from celwacht.tables.specs.table_spec import TableSpec

ABOUT = "about.json"
SET_CERTIFICATE = "set.certificate.npz"
"""Types and worlds of all tables together; absent where each was proved by itself."""
SET_PERSONS = "set.persons.npz"
"""Who counts where in all tables together (persons_file.py); absent where each was proved by itself."""
RELEASED = "released.json"
DELIVERIES = "deliveries.jsonl"
LATEST = "latest"
STAGED = ".staging-"
"""How the name of a folder begins in which a run prepares its record."""
FORM = 2
_DAMAGED = (OSError, KeyError, ValueError, IndexError, EOFError, TypeError, AttributeError, BadZipFile, zlib.error, RuntimeError)
_CODE_FIELDS = ("code", "title_nl", "title_en", "parent", "level", "unknown")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record of one table: its protected cubes, and what they were protected and published under. Confidential."""

    parts: tuple[Protected, ...] = field(repr=False)
    policy: DisclosurePolicy = field(repr=False)
    spec: TableSpec | None
    """None in a record of before specifications were kept."""
    spec_hash: str
    policy_hash: str
    people: dict[str, Denominator] = field(default_factory=dict)
    """What each rate was divided by."""


def reports_of(data: Path, trial: str = "") -> Path:
    """The folder of all records, made private; or that of the trials in a public folder, by the id of that folder."""
    folder = data / "vault" / "trials" / trial if trial else data / "vault" / "reports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def save(folder: Path, parts: Sequence[Protected], spec: TableSpec | None = None, people: Mapping[str, Denominator] | None = None) -> None:
    """Writes the record of one table into a folder that is not there yet. people: what each rate was divided by."""
    folder.mkdir(parents=True, mode=0o700)
    about = {
        "table": parts[0].cube.table,
        "unit": parts[0].cube.unit,
        "policy": parts[0].policy.model_dump(mode="json", exclude_unset=True),
        "spec": spec.model_dump(mode="json", exclude_unset=True) if spec else None,
        "people": {name: {"shape": d.persons.shape, "persons": d.persons.ravel().tolist()} for name, d in (people or {}).items()},
        "cubes": [[_described(d) for d in p.cube.dimensions] for p in parts],
    }
    _write(folder / ABOUT, json.dumps(about, ensure_ascii=False).encode())
    for i, part in enumerate(parts):
        part.save(folder / certificate(i))
        if part.contributions is not None:
            contributions_file.save(folder / contributions_file.name_of(i), part.contributions)


def certificate(number: int) -> str:
    """Name of the certificate of a cube."""
    return f"{number}.certificate.npz"


def load(folder: Path) -> list[Protected]:
    """The protected cubes of a table, as they were published; ValueError if the record is damaged."""
    return list(recorded(folder).parts)


def recorded(folder: Path) -> Recorded:
    """The record of a table; ValueError if it is damaged. Thresholds and widths come from the policy as released, never from a
    certificate."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        policy = DisclosurePolicy.model_validate(about["policy"])
        spec = TableSpec.model_validate(about["spec"]) if about.get("spec") else None
        parts = []
        for i, described in enumerate(about["cubes"]):
            proof = read_certificate(folder / certificate(i))
            dimensions = tuple(map(_restored, described, proof.problem.members))
            cube = Cube(about["table"], dimensions, proof.problem.atoms, about["unit"], proof.problem.impossible)
            kept = {"levels": proof.problem.levels, "insiders": proof.problem.insiders}
            if policy.needs_contributors:
                kept["contributions"] = contributions_file.read(folder / contributions_file.name_of(i), cube)
            parts.append(Protected(cube, policy, proof.pattern, proof.problem.shown, proof.worlds, **kept))
        people = {name: Denominator(np.array(of["persons"], np.int64).reshape(of["shape"])) for name, of in about.get("people", {}).items()}
        return Recorded(tuple(parts), policy, spec, _hash_of(about.get("spec")), _hash_of(about["policy"]), people)
    except _DAMAGED as error:
        raise ValueError(f"the record of table {folder.name} is missing or damaged") from error


def tables_of(folder: Path) -> tuple[str, ...]:
    """The tables of a record, in the order of its release; ValueError where it is damaged."""
    try:
        return tuple(str(t) for t in json.loads((folder / RELEASED).read_bytes())["tables"])
    except _DAMAGED as error:
        raise ValueError(f"record {folder.name}: {RELEASED} is missing or damaged") from error


def _hash_of(part: object) -> str:
    """SHA-256 of a specification or a policy as released; empty for none."""
    written = json.dumps(part, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest() if part is not None else ""


def list_deliveries(data: Path) -> bytes:
    """The list of the deliveries that the microdata consist of: one line of JSON each, with id and keyed digest."""
    entries = register_there(data).entries
    lines = [json.dumps({"id": e.id, "digest": e.digest, "rows": e.rows}) + "\n" for e in entries if e.outcome == ACCEPTED]
    return "".join(lines).encode()


def seal(folder: Path, about: Mapping[str, object], deliveries: bytes, disk: store.Disk) -> bytes:
    """Closes a staged record: writes released.json over every file in it, all of it flushed, and returns its bytes.

    about: `release`, `manifest`, `set`, `statuses`, `modified` and `tables` (ids). ValueError where a table lacks its record:
    a release without all its certificates is never sealed.
    """
    for table in about["tables"]:
        if not recorded(folder / table).parts:
            raise ValueError(f"the record of table {table} holds no certificate")
    disk.private(folder / DELIVERIES, deliveries)
    written = contents(folder, about)
    disk.private(folder / RELEASED, written)
    disk.flush(folder)
    return written


def contents(folder: Path, about: Mapping[str, object]) -> bytes:
    """released.json of a folder as it is now."""
    files = {p.relative_to(folder).as_posix(): store.digest(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    files.pop(RELEASED, None)
    return (json.dumps({"form": FORM, **about, "files": files}, ensure_ascii=False, indent=1) + "\n").encode()


def digest_of(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hashes_of(folder: Path, tables: Sequence[str]) -> dict[str, dict[str, object]]:
    """Per table of a record the hashes of specification and policy as released, and of its certificates: as in the ledger."""
    found: dict[str, dict[str, object]] = {}
    for table in tables:
        of = recorded(folder / table)
        certificates = [store.digest(folder / table / certificate(i)) for i in range(len(of.parts))]
        found[table] = {"spec": of.spec_hash, "policy": of.policy_hash, "certificates": certificates}
    return found


def problems_of(folder: Path) -> list[str]:
    """What in a record differs from its list: files changed, missing or added. Empty when all is well."""
    try:
        listed = dict(json.loads((folder / RELEASED).read_bytes())["files"])
    except _DAMAGED:
        return [f"record {folder.name}: {RELEASED} is missing or damaged"]
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()}
    there.pop(RELEASED, None)
    folders = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_dir()} - there.keys()
    wanted = {parent.as_posix() for name in listed for parent in Path(name).parents}
    found = [f"record {folder.name}: {name} is not in its list" for name in sorted(there.keys() - listed.keys() | folders - wanted)]
    for name, digest in listed.items():
        if name not in there:
            found.append(f"record {folder.name}: {name} is missing")
        elif there[name].is_symlink() or not there[name].is_file() or store.digest(there[name]) != digest:
            found.append(f"record {folder.name}: {name} has been changed")
    return found


def place(staged: Path, reports: Path, release_id: str, disk: store.Disk) -> str:
    """Gives a sealed record its place, and returns its name; one that is there already, whole and the same, stays."""
    sealed = (staged / RELEASED).read_bytes()
    number = 1
    while (target := reports / (release_id if number == 1 else f"{release_id}.{number}")).exists():
        if (target / RELEASED).is_file() and (target / RELEASED).read_bytes() == sealed and not problems_of(target):
            disk.remove(staged)
            return target.name
        number += 1
    disk.rename(staged, target)
    disk.flush_folder(reports)
    return target.name


def point(reports: Path, name: str, record: str, disk: store.Disk | None = None) -> None:
    """Makes `record` the record of set `name`, and `name` the set that was published last, each in one step."""
    disk = disk or store.Disk()
    _link(reports / name, record, disk)
    _link(reports / LATEST, name, disk)
    disk.flush_folder(reports)


def lead(reports: Path, name: str, record: str, disk: store.Disk) -> None:
    """Makes `record` the record of `name`, which is an order and no set that was published."""
    _link(reports / name, record, disk)
    disk.flush_folder(reports)


def _link(path: Path, target: str, disk: store.Disk) -> None:
    if path.is_symlink() and os.readlink(path) == target:
        return
    fresh = path.with_name(f".{path.name}.new")
    disk.remove(fresh)
    disk.link(fresh, target)
    disk.rename(fresh, path)


def sets(reports: Path) -> list[str]:
    """Names of the sets that have a record."""
    return sorted(p.name for p in reports.iterdir() if p.is_symlink() and p.name != LATEST and not p.name.startswith("."))


def latest(reports: Path) -> str | None:
    """Name of the set that was published last, or None."""
    return os.readlink(reports / LATEST) if (reports / LATEST).is_symlink() else None


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _described(dimension: Classification) -> dict[str, object]:
    return {
        "name": dimension.name,
        "title_nl": dimension.title_nl,
        "title_en": dimension.title_en,
        "kind": dimension.kind,
        "leaves": dimension.leaves,
        "codes": [[getattr(c, field) for field in _CODE_FIELDS] for c in dimension.codes],
    }


def _restored(described: dict, members: tuple[np.ndarray, ...]) -> Classification:
    codes = tuple(Code(**dict(zip(_CODE_FIELDS, row))) for row in described["codes"])
    members = tuple(part.copy() for part in members)
    return Classification(
        described["name"], described["title_nl"], described["title_en"], codes, tuple(described["leaves"]), members, described["kind"]
    )
