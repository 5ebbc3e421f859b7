"""One SQLite file, shared by the server and the office's commands. Every change is one transaction, so that a kill leaves all of it or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY, party TEXT NOT NULL, mail TEXT NOT NULL UNIQUE, language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'ended')),
    password TEXT NOT NULL, seed BLOB NOT NULL, step INTEGER NOT NULL, made INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS code (
    digest TEXT PRIMARY KEY, account TEXT NOT NULL, purpose TEXT NOT NULL, request TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS recovery (account TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (account, digest)) STRICT;
CREATE TABLE IF NOT EXISTS session (
    digest TEXT PRIMARY KEY, account TEXT NOT NULL, level TEXT NOT NULL, made INTEGER NOT NULL, seen INTEGER NOT NULL,
    agent TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS security_key (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL, counter INTEGER NOT NULL,
    made INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS challenge (
    digest TEXT PRIMARY KEY, session TEXT NOT NULL, purpose TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS device (digest TEXT PRIMARY KEY, account TEXT NOT NULL, made INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS guess (key TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS guess_key ON guess (key, at);
CREATE TABLE IF NOT EXISTS report (
    id TEXT PRIMARY KEY, party TEXT NOT NULL, name TEXT NOT NULL, period TEXT NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, made INTEGER NOT NULL, expires INTEGER NOT NULL, UNIQUE (party, name)) STRICT;
CREATE TABLE IF NOT EXISTS untold (party TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, party TEXT NOT NULL, record TEXT NOT NULL, period TEXT NOT NULL, form TEXT NOT NULL,
    size INTEGER NOT NULL, received INTEGER NOT NULL, state TEXT NOT NULL
    CHECK (state IN ('receiving', 'checking', 'refused', 'ready', 'withdrawn', 'collected')),
    answer BLOB NOT NULL, made INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS draft (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, party TEXT NOT NULL, record TEXT NOT NULL, period TEXT NOT NULL,
    revision INTEGER NOT NULL, upload TEXT NOT NULL, judged INTEGER NOT NULL, keep INTEGER NOT NULL,
    content BLOB NOT NULL, changed INTEGER NOT NULL, UNIQUE (account, record, period)) STRICT;
CREATE TABLE IF NOT EXISTS application (id TEXT PRIMARY KEY, told BLOB NOT NULL, state TEXT NOT NULL, made INTEGER NOT NULL) STRICT;
"""
PATIENCE = 20
"""Seconds that a transaction waits for another one."""


@dataclass(frozen=True)
class Database:
    """The file. Rows are read by the names of their columns."""

    path: Path

    def make(self) -> None:
        """Writes the tables that are not there yet."""
        with closing(self._open()) as db:
            db.executescript(SCHEMA)

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction that keeps every other writer out from its first line; undone by any exception."""
        with closing(self._open()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What one query finds."""
        with closing(self._open()) as db:
            return db.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first of it; None where there is nothing."""
        found = self.rows(query, *values)
        return found[0] if found else None

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous=FULL")
        return db
