r"""Sets on disk: prepared out of sight, then there all at once.

    OUT/.staging/          what is being made; whatever is found here later is rubbish of a run that was killed
    OUT/releases/<id>/     one set, never changed again; id = hash of its manifest, so that the same set is made once
    OUT/history/<name>     the releases of a set, oldest first, one id a line: what the world has seen, in its order; behind it on
                           the line, the ids in whose place it came before anybody had seen them
    OUT/<year>-<set>       link to the release that counts today, replaced in one step

Promise: at every moment, also after a kill, `OUT/<year>-<set>` is absent, or a complete set whose manifest.json names
every file with its size and SHA-256. Hashes are over public bytes only. Everything is flushed to the disk before
the link is moved. One publisher at a time per OUT (a lock, freed by the system when the process ends).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from celwacht.publish.store import embargo

MANIFEST = "manifest.json"
RELEASES = "releases"
HISTORY = "history"
STAGING = ".staging"
DAMAGED = ".damaged-"
"""How the name of a release begins that was found damaged and set aside."""
LOCK = ".lock"


class Disk:
    """Every change that the store makes to the disk, one method each, so that a test can let any of them fail."""

    def write(self, path: Path, content: bytes) -> None:
        """A new public file, flushed; FileExistsError if it is there."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with open(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def private(self, path: Path, content: bytes) -> None:
        """A new confidential file, for its owner only, flushed; FileExistsError if it is there."""
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def append(self, path: Path, content: bytes, at: int) -> None:
        """Bytes behind the first `at` of a confidential file, made where there is none; what stood there is cut off. Flushed."""
        with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate(at)
            file.seek(at)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def flush(self, path: Path) -> None:
        """Everything below a confidential folder onto the disk, the folders after what is in them."""
        for place, _, names in os.walk(path, topdown=False):
            for name in [*names, "."]:
                self.flush_folder(Path(place, name))

    def adopt(self, path: Path) -> None:
        """A file that a library wrote: opened to readers, and flushed."""
        with open(path, "rb+") as file:
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())

    def folder(self, path: Path) -> None:
        """A public folder with its parents; folders that are there already keep their mode."""
        for missing in reversed([p for p in (path, *path.parents) if not p.exists()]):
            missing.mkdir(exist_ok=True)
            missing.chmod(0o755)

    def flush_folder(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        os.rename(old, new)

    def link(self, path: Path, target: str) -> None:
        os.symlink(target, path)

    def remove(self, path: Path) -> None:
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            shutil.rmtree(path)


class Busy(OSError):
    """Somebody else is publishing to this folder."""


@contextmanager
def publishing(out: Path, disk: Disk | None = None) -> Iterator[Store]:
    """The store of OUT for one run: locked, and swept of what a killed run left."""
    disk = disk or Disk()
    disk.folder(out)
    descriptor = os.open(out / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(11, "another celwacht is publishing to this folder; wait for it to end", str(out)) from None
        disk.remove(out / STAGING)
        yield Store(out, disk)
    finally:
        os.close(descriptor)


class Store:
    """Made by `publishing`. Tables are staged one by one (by any process), then the set is committed."""

    def __init__(self, out: Path, disk: Disk):
        self.out, self._disk = out, disk

    def table_folder(self, table: str) -> Path:
        """The folder in the staging area where a table is to be written."""
        return self.out / STAGING / table

    def seal(self, about: dict[str, object]) -> str:
        """Writes the manifest of what was staged, flushes everything, and returns the id of the release.

        about: what else the manifest says; public, and the same for the same set.
        """
        staging = self.out / STAGING
        manifest = encoded_manifest(staging, about)
        self._disk.write(staging / MANIFEST, manifest)
        for folder in sorted([staging, *(p for p in staging.rglob("*") if p.is_dir())]):
            self._disk.flush_folder(folder)
        return _id_of(manifest)

    def commit(self, name: str) -> Path:
        """Makes what was sealed the set `name`, and returns its folder in releases/."""
        release = self.settle()
        self.show(name, release.name)
        return release

    def settle(self) -> Path:
        """Gives what was sealed its place in releases/, where no reader is led to it yet."""
        disk, staging, releases = self._disk, self.out / STAGING, self.out / RELEASES
        release = releases / _id_of((staging / MANIFEST).read_bytes())
        disk.folder(releases)
        if release.exists() and problems_of(release):
            disk.rename(release, releases / f"{DAMAGED}{release.name}-{os.urandom(4).hex()}")
        if release.exists():
            disk.remove(staging)
        else:
            disk.rename(staging, release)
        disk.flush_folder(releases)
        return release

    def show(self, name: str, release: str, unseen: Sequence[str] | None = None) -> None:
        """Makes a release that is in its place the one that counts for set `name`. Done twice it changes nothing more.

        unseen: releases of the set that this one replaces before anybody saw them; None: judged by the clock of this machine.
        """
        self._remember(name, release, unseen)
        self._point(name, self.out / RELEASES / release)

    def _remember(self, name: str, release: str, said: Sequence[str] | None) -> None:
        """Adds the release to the history of its set, unless it is the last there; replaced in one step.

        It counts from the moment that the link points to it: what a killed run had added is dropped. A release that is replaced
        before its moment is out of the history for good: otherwise it would appear at that moment, and be put right later.
        """
        path, fresh = self.out / HISTORY / name, self.out / HISTORY / f".{name}.new"
        before = seen_of(self.out, name)
        if before[-1:] != [release]:
            self._disk.folder(path.parent)
            self._disk.remove(fresh)
            unseen = [i for i in before if (embargoed(self.out / RELEASES / i) if said is None else i in said)]
            lines = [*(i for i in before if i not in unseen), *unseen, " ".join([release, *unseen])]
            self._disk.write(fresh, "".join(f"{line}\n" for line in lines).encode("ascii"))
            self._disk.rename(fresh, path)
            self._disk.flush_folder(path.parent)

    def _point(self, name: str, release: Path) -> None:
        fresh = self.out / f".{name}.new"
        self._disk.remove(fresh)
        self._disk.link(fresh, f"{RELEASES}/{release.name}")
        self._disk.rename(fresh, self.out / name)
        self._disk.flush_folder(self.out)


def seen_of(out: Path, name: str) -> list[str]:
    """The ids of the releases of a set that the world has seen, oldest first; the last is the one that counts today."""
    try:
        current = Path(os.readlink(out / name)).name
        text = (out / HISTORY / name).read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    lines = [found for line in text.split("\n") if (found := re.findall(r"\b[0-9a-f]{20}\b", line))]
    while lines and lines[-1][0] != current:
        lines.pop()
    known: list[str] = []
    for release, *unseen in lines:
        known = [i for i in known if i not in unseen] + [release]
    return known or [current]


def embargoed(release: Path) -> bool:
    """Has the moment of a release still to come, by the clock of this machine? False where it has none."""
    try:
        moment = embargo.moment_of(json.loads((release / MANIFEST).read_bytes()))
    except (OSError, ValueError):
        return False
    return moment is not None and moment > datetime.now(UTC)


def _id_of(manifest: bytes) -> str:
    return hashlib.sha256(manifest).hexdigest()[:20]


def stage(folder: Path, contents: Iterator[tuple[str, bytes]], disk: Disk) -> None:
    """Writes files (name relative to the folder, bytes) of one table."""
    for name, content in contents:
        path = folder / name
        disk.folder(path.parent)
        disk.write(path, content)


def encoded_manifest(folder: Path, about: dict[str, object]) -> bytes:
    """The manifest of everything below a folder: path, size and SHA-256 of each file, in order of path."""
    paths = sorted((p for p in folder.rglob("*") if p.is_file() and p != folder / MANIFEST), key=lambda p: p.relative_to(folder).as_posix())
    files = [{"path": p.relative_to(folder).as_posix(), "bytes": p.stat().st_size, "sha256": digest(p)} for p in paths]
    return (json.dumps({**about, "files": files}, ensure_ascii=False, indent=1) + "\n").encode()


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def id_of(release: Path) -> str:
    """SHA-256 of the manifest of a release, in hexadecimal; its first 20 digits are the name that it should have."""
    return hashlib.sha256((release / MANIFEST).read_bytes()).hexdigest()


def problems_of(release: Path) -> list[str]:
    """What in a set differs from its manifest: files changed, missing or added. Empty when all is well."""
    try:
        manifest = json.loads((release / MANIFEST).read_bytes())
        listed = {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{MANIFEST} is missing or damaged"]
    if id_of(release)[:20] != release.resolve().name:
        return [f"{MANIFEST} is not the one after which the release is called"]
    everything = {p.relative_to(release).as_posix(): p for p in release.rglob("*")}
    present = {name: p for name, p in everything.items() if p.is_symlink() or not p.is_dir()}
    present.pop(MANIFEST, None)
    found = [f"{name} is not in the manifest" for name in sorted(present.keys() - listed.keys())]
    wanted = {parent.as_posix() for name in listed for parent in Path(name).parents}
    found += [f"{name}/ is not in the manifest" for name in sorted(everything.keys() - present.keys() - wanted - {MANIFEST})]
    for name, (size, sha256) in listed.items():
        path = present.get(name)
        if path is None:
            found.append(f"{name} is missing")
        elif path.is_symlink() or not path.is_file():
            found.append(f"{name} is not a file of its own")
        elif path.stat().st_size != size or digest(path) != sha256:
            found.append(f"{name} has been changed")
    return found
