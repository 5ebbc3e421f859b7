"""The tables that are public now, ready to be asked: their sets for each dialect, and the lists of tables.

A table's sets are made at the first question and kept for its version; the least recently used go first. Facts of a
table (title, counts, words) are small and kept apart, so that the lists of tables do not hold figures.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from threading import Lock
from typing import Any, TypeVar

from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.serve.catalogue import words3
from celwacht.publish.serve.entity_sets.database import Database
from celwacht.publish.serve.http.errors import missing
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.store.shelf import Shelf, Table
from celwacht.tables.version import VERSION

FORM = "1"
"""Raise when the same figures are served otherwise, so that kept answers are asked for again."""
ALIASES = {"celwacht": "Celwacht", "cbs": "CBS"}
"""Catalogs by their name in small letters. The clients from PyPI and R ask for CBS unless told otherwise."""

Sets = TypeVar("Sets")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the lists of tables tell of one: Properties of v4, and the row of TableInfos of v3 with two counts."""

    properties: dict[str, Any]
    info: dict[str, Any]


class Catalogue:
    """Made once per application. Safe to use from several threads."""

    def __init__(self, shelf: Shelf, limits: Limits):
        self.shelf, self.limits = shelf, limits
        self.database = Database(limits)
        self.database.make_room = self._drop_half
        self._lock = Lock()
        self._sets: OrderedDict[tuple[str, str, str], Any] = OrderedDict()
        self._facts: dict[tuple[str, str], Facts] = {}
        self._tables: tuple[Mapping[str, Table], str, dict[str, Table]] | None = None

    def tables(self) -> Mapping[str, Table]:
        """What is public now, in order of id."""
        return self._now()[0]

    def version(self) -> str:
        """Changes whenever a list of tables does."""
        return self._now()[1]

    def table(self, name: str, *, exact: bool) -> Table:
        """A public table by its id; the one QueryError for all that is not there. Not exact: capitals do not count."""
        tables, _, small = self._now()
        found = tables.get(name) if exact else small.get(name.lower())
        if found is None:
            raise missing()
        return found

    def _now(self) -> tuple[Mapping[str, Table], str, dict[str, Table]]:
        tables = self.shelf.tables()
        known = self._tables
        if known is None or known[0] is not tables:
            text = "\n".join(f"{t.id} {t.version}" for t in tables.values())
            version = hashlib.sha256(text.encode()).hexdigest()[:16]
            known = self._tables = tables, version, {name.lower(): t for name, t in tables.items()}
        return known

    def sets(self, table: Table, make: Callable[[Table, Catalogue], Sets]) -> Sets:
        """make(table, self), kept for this version of the table."""
        key = f"{make.__module__}.{make.__qualname__}", table.id, table.version
        with self._lock:
            if key in self._sets:
                self._sets.move_to_end(key)
                return self._sets[key]
        made = make(table, self)
        with self._lock:
            made = self._sets.setdefault(key, made)
            while len(self._sets) > self.limits.tables:
                self._sets.popitem(last=False)
        return made

    def _drop_half(self) -> None:
        """Lets go of the tables that were not asked for lately; who is reading one keeps it until done."""
        with self._lock:
            for _ in range(-(-len(self._sets) // 2)):
                self._sets.popitem(last=False)

    def facts(self, table: Table) -> Facts:
        """The words of a table; kept."""
        key = table.id, table.version
        known = self._facts.get(key)
        if known is None:
            known = facts(table)
            with self._lock:
                for stale in [k for k in self._facts if k[0] == table.id]:
                    del self._facts[stale]
                self._facts[key] = known
        return known

    def etag(self, version: str) -> str:
        """Weak: an answer may be compressed on its way. It changes with the figures and with the program."""
        return f'W/"{FORM}-{VERSION}-{version}"'

    def warm(self) -> None:
        """Reads what the lists of tables need, so that the first reader does not wait for it."""
        for table in self.tables().values():
            self.facts(table)

    def close(self) -> None:
        self.database.close()


def facts(table: Table) -> Facts:
    """The words of a table, with what only the shelf knows: the moment of its newest release."""
    publication = table.publication
    moment, reason = table.releases[0].moment, "Actualisering" if len(table.releases) > 1 else "Nieuw"
    told = moment.isoformat(timespec="seconds")
    properties = {
        **odata_sets.properties(publication),
        "Version": moment.strftime("%Y%m%d%H%M"),
        "VersionNotes": "",
        "VersionReason": reason,
        "Modified": told,
        "ObservationsModified": told,
    }
    info = words3.table_info(publication, properties, words3.local(moment), reason)
    info |= {"RecordCount": prod(publication.shape), "ColumnCount": len(publication.shape) + len(publication.measures)}
    return Facts(properties, info)
