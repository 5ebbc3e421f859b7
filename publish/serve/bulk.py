"""Whole tables as CSV, below /CSV as at CBS.

    /CSV/{catalog}/nl/{id}                     a zip with the bundle (csv_bundle.py)
    /CSV/{catalog}/nl/{id}/Observations.csv    one file of it, as it is

A table of one release is copied from the ready-made files. One that gathers several is written once for its version,
as are zips and compressed files: to a folder for temporary files, so that memory stays flat and nothing is compressed
twice.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock, RLock
from typing import IO

from celwacht.publish.formats.statline import csv_bundle
from celwacht.publish.publication.description_file import Damaged
from celwacht.publish.serve.catalogue.catalogue import ALIASES, Catalogue
from celwacht.publish.serve.entity_sets.options import split, system
from celwacht.publish.serve.http.errors import QueryError, missing, plain_body
from celwacht.publish.serve.http.request import Ask, Reply, invented
from celwacht.publish.store.shelf import Table
from celwacht.publish.store.whole import is_whole

PREFIX = "/CSV"
KEPT = 40
"""Files in the folder; the least recently used goes first."""
_STAMP = (1980, 1, 1, 0, 0, 0)
_LEVEL = 4
_CHUNK = 1 << 20


class Bulk:
    """answer(ask) for everything below PREFIX."""

    def __init__(self, catalogue: Catalogue):
        self._catalogue, self._spool = catalogue, Spool()

    def answer(self, ask: Ask) -> Reply:
        system(split(ask.query, self._catalogue.limits), ())
        parts = [part for part in ask.path.split("/") if part]
        if not 3 <= len(parts) <= 4 or parts[0].lower() not in ALIASES or parts[1].lower() != "nl":
            raise missing()
        table = self._catalogue.table(parts[2], exact=False)
        etag = self._catalogue.etag(table.version)
        made_up = table.publication.made_up
        called = f"{invented(table.publication.face)}{table.id}" if made_up else table.id
        if len(parts) == 3:
            file = self._spool.opened(f"{table.id}-{table.version}.zip", lambda to: _zip(table, to))
            return _reply(file, "application/zip", f"{called}.zip", etag).saying(made_up)
        name = parts[3]
        if name not in names(table):
            raise missing()
        if ask.gzip:
            file = self._spool.opened(f"{table.id}-{table.version}-{name}.gz", lambda to: _packed(self._plain(table, name), to))
            return _reply(file, "text/csv;charset=utf-8", f"{called}_{name}", etag, {"Content-Encoding": "gzip"}).saying(made_up)
        return _reply(self._plain(table, name), "text/csv;charset=utf-8", f"{called}_{name}", etag).saying(made_up)

    def _plain(self, table: Table, name: str) -> IO[bytes]:
        """One file of the bundle, opened."""
        if table.whole:
            return _published(table, name)

        def write(to: Path) -> None:
            for found, content in csv_bundle.files(table.publication):
                if found == f"{csv_bundle.FOLDER}/{name}":
                    to.write_bytes(content)

        return self._spool.opened(f"{table.id}-{table.version}-{name}", write)

    def close(self) -> None:
        self._spool.close()


def names(table: Table) -> list[str]:
    """The files of the bundle: those that the manifest of the newest release lists."""
    folder = f"{csv_bundle.FOLDER}/"
    return [
        name.removeprefix(folder) for name in table.releases[0].listed if name.startswith(folder) and "/" not in name.removeprefix(folder)
    ]


def _published(table: Table, name: str) -> IO[bytes]:
    """One file of the bundle as it was published, opened; Damaged where it is another by now."""
    inside = f"{csv_bundle.FOLDER}/{name}"
    if not is_whole(table.folder / inside, *table.releases[0].listed[inside]):
        raise Damaged(f"{table.id}/{inside} is not what was published; publish the set again")
    return open(table.folder / inside, "rb")


def refusal(ask: Ask, error: QueryError) -> Reply:
    """An error as a line of text."""
    return Reply(plain_body(error), "text/plain;charset=utf-8", error.status)


def _reply(file: IO[bytes], media_type: str, name: str, etag: str, headers: dict[str, str] | None = None) -> Reply:
    return Reply(
        file,
        media_type,
        etag=etag,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept-Encoding", **(headers or {})},
    )


class Spool:
    """Files that are made once, in a folder that goes when the process does. One is made at a time."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="celwacht-", ignore_cleanup_errors=True)
        self._files: OrderedDict[str, Path] = OrderedDict()
        self._lock, self._making = Lock(), RLock()  # a packed file makes the plain one first, under the same lock

    def opened(self, name: str, make: Callable[[Path], None]) -> IO[bytes]:
        """The file of that name; make(path) writes it where it is not there. A name tells all of its content."""
        file = self._known(name)
        if file is None:
            with self._making:
                file = self._known(name) or self._made(name, make)
        return file

    def _known(self, name: str) -> IO[bytes] | None:
        with self._lock:
            if name not in self._files:
                return None
            self._files.move_to_end(name)
            return open(self._files[name], "rb")

    def _made(self, name: str, make: Callable[[Path], None]) -> IO[bytes]:
        path = Path(self._folder.name) / name
        try:
            make(path)
        except BaseException:
            path.unlink(missing_ok=True)  # on a full disk, what came of it must not stay
            raise
        with self._lock:
            self._files[name] = path
            while len(self._files) > KEPT:
                self._files.popitem(last=False)[1].unlink(missing_ok=True)  # who reads it keeps reading it
            return open(path, "rb")

    def close(self) -> None:
        self._folder.cleanup()


def _contents(table: Table) -> Iterator[tuple[str, IO[bytes] | bytes]]:
    if table.whole:
        for name in names(table):
            with _published(table, name) as file:
                yield name, file
    else:
        for name, content in csv_bundle.files(table.publication):
            yield name.removeprefix(f"{csv_bundle.FOLDER}/"), content


def _zip(table: Table, to: Path) -> None:
    """The bundle as a zip: the same bytes for the same table."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as bundle:
        for name, content in _contents(table):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry._compresslevel = _LEVEL
            with bundle.open(entry, "w") as target:
                if isinstance(content, bytes):
                    target.write(content)
                else:
                    shutil.copyfileobj(content, target, _CHUNK)


def _packed(file: IO[bytes], to: Path) -> None:
    with file, open(to, "wb") as target, gzip.GzipFile("", "wb", _LEVEL, target, mtime=0) as packed:
        shutil.copyfileobj(file, packed, _CHUNK)
