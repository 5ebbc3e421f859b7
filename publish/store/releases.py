"""One release as its manifest tells of it, and which releases of the sets a table consists of."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from celwacht.publish.store import embargo
from celwacht.publish.store.embargo import ZONE
from celwacht.publish.store.store import MANIFEST

_TABLE = re.compile(r"[A-Za-z0-9_]{1,80}")
_log = logging.getLogger("celwacht.serve")


@dataclass(frozen=True, slots=True)
class TableRelease:
    """One table in one release of a set."""

    release: str
    set_name: str
    title: str
    moment: datetime
    """From when it is public; Europe/Amsterdam."""
    modified: date
    folder: Path
    listed: Mapping[str, tuple[int, str]] = field(repr=False)
    """What the manifest says of its files: name -> (bytes, SHA-256)."""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    id: str
    set_name: str
    about: Mapping[str, Any] = field(repr=False)
    folder: Path
    moment: datetime
    """When it became public, or the moment of the release of this set before it where that is later."""


def of_tables(public: Iterable[Release]) -> dict[str, list[TableRelease]]:
    """Every table with its releases, oldest first, those of a set from which it was withdrawn left out.

    set A: {t, u}, then {u}; set B: {t}  ->  t of B alone; u of both releases of A
    """
    of_set: dict[tuple[str, str], list[TableRelease]] = {}
    for release in sorted(public, key=lambda r: (r.moment, r.set_name)):
        files = _files(release.about)
        for gone in [(s, t) for s, t in of_set if s == release.set_name and t not in files]:
            del of_set[gone]
        for table, listed in files.items():
            of_set.setdefault((release.set_name, table), []).append(
                TableRelease(
                    release.id,
                    release.set_name,
                    str(release.about.get("title", "")),
                    release.moment.astimezone(ZONE),
                    date.fromisoformat(release.about["modified"]),
                    release.folder / table,
                    listed,
                    str(release.about.get("title_en", "")),
                )
            )
    of_table: dict[str, list[TableRelease]] = {}
    for (_, table), releases in of_set.items():
        of_table.setdefault(table, []).extend(releases)
    for releases in of_table.values():
        releases.sort(key=lambda r: (r.moment, r.set_name))
    return of_table


def opened_release(folder: Path, set_name: str) -> Release | None:
    """A release with its manifest; None, with a word in the log, where it is not what its name says."""
    try:
        content = (folder / MANIFEST).read_bytes()
        if hashlib.sha256(content).hexdigest()[:20] != folder.name:
            raise ValueError("the manifest was changed")
        about = json.loads(content)
        return Release(folder.name, set_name, about, folder, _moment(about))
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("release %s of set %s is passed over: %s; publish the set again", folder.name, set_name, type(error).__name__)
        return None


def _moment(about: Mapping[str, Any]) -> datetime:
    """The moment from which a release is public; ValueError where it has none."""
    moment = embargo.moment_of(about)
    if moment is None:
        raise ValueError("neither release_moment nor modified")
    return moment


def _files(about: Mapping[str, Any]) -> dict[str, dict[str, tuple[int, str]]]:
    """Per table of a manifest its files: name within the folder of the table -> (bytes, SHA-256)."""
    tables: dict[str, dict[str, tuple[int, str]]] = {str(t["id"]): {} for t in about["tables"] if _TABLE.fullmatch(str(t["id"]))}
    for entry in about["files"]:
        table, _, name = str(entry["path"]).partition("/")
        if table in tables and name and ".." not in name.split("/"):
            tables[table][name] = (int(entry["bytes"]), str(entry["sha256"]))
    return tables
