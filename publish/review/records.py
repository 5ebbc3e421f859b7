"""The confidential record of a set: counts, statuses and certificates, for the reviewer and for `celwacht verify`.

    DATA/vault/reports/<release id>/<table>/about.json       names and codes of the cube's dimensions, and its policy
    DATA/vault/reports/<release id>/<table>/0.certificate.npz  what the certificate checker needs, one per cube
    DATA/vault/reports/<release id>/<table>/0.status.npz       why each cell is or is not printed (disclosure.secondary.Status)
    DATA/vault/reports/<year>-<set>                            link to the record of the set that counts today
    DATA/vault/reports/latest                                link to the set that was published last

Everything here is confidential: folders 0700, files 0600. Nothing of it is ever read by a writer of public files.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.protect_cube import Protected, check_certificate, save_certificate
from celwacht.disclosure.search.cubes.suppress import Worlds
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.cube import Cube

ABOUT = "about.json"
LATEST = "latest"
_DAMAGED = (OSError, KeyError, ValueError, IndexError, EOFError, BadZipFile)
_CODE_FIELDS = ("code", "title_nl", "title_en", "parent", "level", "unknown")


def reports_of(data: Path) -> Path:
    """The folder of all records, made private."""
    folder = data / "vault" / "reports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def save(folder: Path, parts: Sequence[Protected]) -> None:
    """Writes the record of one table into a folder that is not there yet."""
    folder.mkdir(parents=True, mode=0o700)
    about = {
        "table": parts[0].cube.table,
        "unit": parts[0].cube.unit,
        "policy": parts[0].policy.model_dump(exclude_unset=True),
        "cubes": [[_described(d) for d in p.cube.dimensions] for p in parts],
    }
    _write(folder / ABOUT, json.dumps(about, ensure_ascii=False).encode())
    for i, part in enumerate(parts):
        save_certificate(folder / f"{i}.certificate.npz", part)
        with open(folder / f"{i}.status.npz", "xb") as file:
            np.savez_compressed(file, status=part.status)


def load(folder: Path) -> list[Protected]:
    """The protected cubes of a table, as they were published; ValueError if the record is damaged."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        policy = DisclosurePolicy.model_validate(about["policy"])
        parts = []
        for i, described in enumerate(about["cubes"]):
            with np.load(folder / f"{i}.certificate.npz", allow_pickle=False) as a:
                dimensions = tuple(_restored(d, a[f"leaves{k}"], a[f"lengths{k}"]) for k, d in enumerate(described))
                cube = Cube(about["table"], dimensions, a["atoms"], about["unit"])
                shown, worlds = a["shown"], Worlds(a["first"], a["atom"], a["difference"])
            with np.load(folder / f"{i}.status.npz", allow_pickle=False) as a:
                parts.append(Protected(cube, policy, a["status"], shown, worlds))
        return parts
    except _DAMAGED as error:
        raise ValueError(f"the record of table {folder.name} is missing or damaged; publish the set again") from error


def verdicts(folder: Path) -> list[Verdict]:
    """What the certificate checker says of each cube of a table; INCONCLUSIVE where a certificate cannot be read."""
    found = []
    for path in sorted(folder.glob("*.certificate.npz"), key=lambda p: int(p.name.split(".")[0])):
        try:
            found.append(check_certificate(path).verdict)
        except _DAMAGED:
            found.append(Verdict.INCONCLUSIVE)
    return found or [Verdict.INCONCLUSIVE]


def keep(staged: Path, reports: Path, release_id: str) -> None:
    """Puts a staged record in its place, before the set itself appears."""
    target = reports / release_id
    if target.exists():
        shutil.rmtree(target)
    os.rename(staged, target)


def point(reports: Path, name: str, release_id: str) -> None:
    """Makes `release_id` the record of set `name`, and `name` the set that was published last, each in one step."""
    _link(reports / name, release_id)
    _link(reports / LATEST, name)


def _link(path: Path, target: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    os.symlink(target, fresh)
    os.rename(fresh, path)


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


def _restored(described: dict, leaves: np.ndarray, lengths: np.ndarray) -> Classification:
    codes = tuple(Code(**dict(zip(_CODE_FIELDS, row))) for row in described["codes"])
    members = tuple(part.copy() for part in np.split(leaves, np.cumsum(lengths)[:-1]))
    return Classification(
        described["name"], described["title_nl"], described["title_en"], codes, tuple(described["leaves"]), members, described["kind"]
    )
