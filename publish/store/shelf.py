"""What the public may see at this moment, from the folder of published sets alone.

    OUT/<set>               link to the release of a set that counts today
    OUT/history/<set>       the releases of that set, oldest first, one id a line (store.py)
    OUT/releases/<id>/      a release; its manifest says from which moment it is public (`release_moment`)

Embargo: a release is absent from all answers until its moment, as if it had never been made; until then the one before it
counts. The moment is judged by `PublicClock`, which neither runs backwards nor jumps forward, so that a clock that is set
back closes nothing again, and one that is set forward opens nothing early. Nothing is opened but what a manifest lists.

A table gathers its releases over the sets: for each period the newest figures (selection.joined). A release with other
dimensions or measures breaks the table: what came before stays in the history, and is not mixed in. A release of a set without the table
withdraws it from that set: what the earlier releases of the set said of it is served no more. (Readers keep what they saw; the ledger too.)
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import RLock

from celwacht.publish.publication import description_file, selection
from celwacht.publish.publication.publication import Publication
from celwacht.publish.store.embargo import ZONE
from celwacht.publish.store.releases import Release, TableRelease, of_tables, opened_release
from celwacht.publish.store.store import RELEASES, seen_of
from celwacht.tables.face import PLAIN, Face, face, from_json

CATALOG = "Celwacht"
LOOK_AGAIN = 1.0
"""Seconds between two looks at the folder for sets published since."""
KEPT = 12_000_000
"""Observations of Publications held in memory, at 9 bytes each; the least recently used go first."""


class PublicClock:
    """A clock for embargoes: the wall clock, held between what has been and what can have passed since the start.

    Going back, it stands still. Jumping forward, it runs on at the pace of the machine's uptime (with `slack`), so that a
    wrong clock opens nothing early; restart the server after the clock was mended by more than that.
    """

    def __init__(self, slack: timedelta = timedelta(seconds=2)):
        self._start, self._uptime, self._slack = datetime.now(UTC), self._up(), slack
        self._highest = self._start

    @staticmethod
    def _up() -> float:
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

    def __call__(self) -> datetime:
        limit = self._start + timedelta(seconds=self._up() - self._uptime) + self._slack
        self._highest = max(self._highest, min(datetime.now(UTC), limit))
        return self._highest


class Table:
    """A table as the public may see it now. Its figures are read when they are first asked for."""

    def __init__(self, shelf: Shelf, releases: tuple[TableRelease, ...]):
        self._shelf = shelf
        self.id = releases[0].folder.name
        self.releases = releases
        """Newest first."""
        self.version = hashlib.sha256("\n".join(r.release for r in releases).encode()).hexdigest()[:16]
        """Changes whenever anything that is served of this table changes."""

    @property
    def publication(self) -> Publication:
        """All periods, each from the newest release that has it. description_file.Damaged where a file is not what was published."""
        return self._shelf._read(self)

    @property
    def modified(self) -> date:
        return self.releases[0].modified

    @property
    def folder(self) -> Path:
        """Where the ready-made files of the newest release are."""
        return self.releases[0].folder

    @property
    def whole(self) -> bool:
        """Is the table just its newest release, so that the ready-made files are the table?"""
        return len(self.releases) == 1

    def published(self) -> tuple[Publication, ...]:
        """Each release as it was published, oldest first; read anew each time."""
        return tuple(_publication(r) for r in reversed(self.releases))

    def changes(self) -> tuple[dict[str, int] | None, ...]:
        """For each release, newest first, what it changed (selection.differences); None for the first of the table."""
        return self._shelf._changes(self)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """The newest release of a set that is public."""

    name: str
    title: str
    modified: date
    moment: datetime
    folder: Path
    listed: Mapping[str, tuple[int, str]] = field(repr=False)
    """What its manifest says of its files: name within the folder -> (bytes, SHA-256)."""


class Shelf:
    """Made by `open`. Safe to use from several threads."""

    def __init__(self, out: Path, clock: Callable[[], datetime]):
        self._out, self._clock = out, clock
        self._lock, self._reading = RLock(), RLock()  # a table that is being read does not keep others from the list
        self._seen: tuple = ()
        self._looked = float("-inf")
        self._releases: tuple[Release, ...] = ()
        self._tables: tuple[frozenset[str], dict[str, Table]] = (frozenset(), {})
        self._sets: dict[str, PublicSet] = {}
        self._cache: dict[str, Publication] = {}
        self._differences: dict[str, tuple[dict[str, int] | None, ...]] = {}
        self.catalog = CATALOG

    @classmethod
    def open(cls, out: Path, clock: Callable[[], datetime] | None = None) -> Shelf:
        """The shelf over OUT. NotADirectoryError where there is no such folder."""
        if not out.is_dir():
            raise NotADirectoryError(20, "no folder of published sets; make one with celwacht publish", str(out))
        return cls(out.resolve(), clock or PublicClock())

    def now(self) -> datetime:
        return self._clock().astimezone(ZONE)

    @property
    def face(self) -> Face:
        """How the site speaks: as the project in force says, else as the newest public release says of the project that made it."""
        told = face()
        newest = next(iter(self.releases()), None) if told == PLAIN else None
        return from_json(newest.about.get("face")) if newest else told

    def tables(self) -> Mapping[str, Table]:
        """What is public at this moment, in order of id."""
        with self._lock:
            self._look()
            now = self._clock()
            public = [r for r in self._releases if r.moment <= now]
            key = frozenset(r.id + r.set_name for r in public)
            if key != self._tables[0]:
                self._tables = key, self._gathered(public)
            return self._tables[1]

    def sets(self) -> Mapping[str, PublicSet]:
        """The sets that are public at this moment, each as its newest release, in order of name."""
        with self._lock:
            self._look()
            now = self._clock()
            newest = {r.set_name: r for r in self._releases if r.moment <= now}
            self._sets = {
                name: self._sets[name] if name in self._sets and self._sets[name].folder == r.folder else _public_set(r)
                for name, r in sorted(newest.items())
            }
            return self._sets

    def releases(self) -> tuple[Release, ...]:
        """Every release that is public at this moment, newest first; also those that a later one of their set replaced."""
        with self._lock:
            self._look()
            now = self._clock()
            return tuple(sorted((r for r in self._releases if r.moment <= now), key=lambda r: (r.moment, r.set_name, r.id), reverse=True))

    def _look(self) -> None:
        """Reads the manifests again where a set was published since."""
        if time.monotonic() - self._looked < LOOK_AGAIN:
            return
        histories = {p.name: tuple(seen_of(self._out, p.name)) for p in sorted(self._out.iterdir()) if p.is_symlink()}
        seen = tuple(sorted(histories.items()))
        if seen != self._seen:
            known = {(r.id, r.set_name): r for r in self._releases}
            self._releases = tuple(r for name, ids in histories.items() for r in self._of_set(name, ids, known))
            self._seen = seen
        self._looked = time.monotonic()

    def _of_set(self, name: str, ids: tuple[str, ...], known: Mapping[tuple[str, str], Release]) -> list[Release]:
        found: list[Release] = []
        for release in reversed(dict.fromkeys(reversed(ids))):  # one that returned counts where it came last
            entry = known.get((release, name)) or opened_release(self._out / RELEASES / release, name)
            if entry is not None:
                if found and entry.moment < found[-1].moment:
                    entry = Release(entry.id, name, entry.about, entry.folder, found[-1].moment)
                found.append(entry)
        return found

    def _gathered(self, public: list[Release]) -> dict[str, Table]:
        of_table = of_tables(public)
        old = self._tables[1]
        fresh = {t: Table(self, tuple(reversed(r))) for t, r in sorted(of_table.items())}
        return {t: old[t] if t in old and old[t].version == table.version else table for t, table in fresh.items()}

    def _read(self, table: Table) -> Publication:
        with self._reading:
            found = self._cache.pop(table.version + table.id, None)
            if found is None:
                parts = [_publication(r) for r in table.releases]
                newest = parts[0]
                fit = next((i for i, p in enumerate(parts) if not selection.joinable(p, newest)), len(parts))
                found = selection.joined(parts[:fit][::-1])
            self._cache[table.version + table.id] = found  # at the end: the most recently used
            while len(self._cache) > 1 and sum(p.n_observations for p in self._cache.values()) > KEPT:
                del self._cache[next(iter(self._cache))]
            return found

    def _changes(self, table: Table) -> tuple[dict[str, int] | None, ...]:
        with self._reading:
            key = table.version + table.id
            if key not in self._differences:
                parts = [_publication(r) for r in table.releases]
                found: list[dict[str, int] | None] = [None] * len(parts)
                so_far = parts[-1]
                for i in range(len(parts) - 2, -1, -1):
                    found[i] = selection.differences(so_far, parts[i])
                    so_far = selection.joined([so_far, parts[i]]) if selection.joinable(so_far, parts[i]) else parts[i]
                self._differences[key] = tuple(found)
            return self._differences[key]


def _public_set(release: Release) -> PublicSet:
    listed = {str(e["path"]): (int(e["bytes"]), str(e["sha256"])) for e in release.about["files"] if ".." not in str(e["path"]).split("/")}
    return PublicSet(
        release.set_name,
        str(release.about.get("title", "")),
        date.fromisoformat(release.about["modified"]),
        release.moment.astimezone(ZONE),
        release.folder,
        listed,
    )


def _publication(release: TableRelease) -> Publication:
    return description_file.read_publication(release.folder, release.listed)
