"""Sessions: a token of 256 bits in a cookie, kept as a keyed digest, new at every step up (ASVS 7.2.3, 7.2.4).

choose    the invitation was right: choose a password, then add a second factor       10 minutes
half      the password was right, the second factor is still asked                     5 minutes
reset     a mail with a code was asked for, by this browser                           10 minutes
whole     signed in; ends after 15 minutes without a request, and after 8 hours        (7.3.1, 7.3.2)
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from celwacht.publish.portal.keeping.portal_folder import Portal, token

CHOOSE, HALF, RESET, WHOLE = "choose", "half", "reset", "whole"
IDLE = {CHOOSE: 600, HALF: 300, RESET: 600, WHOLE: 900}
"""Seconds without a request after which a session is over."""
LONGEST = {CHOOSE: 600, HALF: 300, RESET: 600, WHOLE: 8 * 3600}
"""Seconds after which it is over in any case."""
AGENT = 240
"""Characters that are kept of what a browser says it is, so that users know their own sessions again."""


@dataclass(frozen=True)
class Session:
    """One that is alive."""

    digest: str
    account: str
    level: str
    made: int
    seen: int
    agent: str


def begin(db: sqlite3.Connection, portal: Portal, account: str, level: str, agent: str) -> str:
    """The token of a new session."""
    new, now = token(), portal.now()
    db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)", (digest_of(portal, new), account, level, now, now, agent[:AGENT]))
    return new


def find(db: sqlite3.Connection, portal: Portal, given: str, level: str) -> Session | None:
    """The session of a token, if it is alive and of that level; it counts as seen now. What is over is removed."""
    now = portal.now()
    for name, idle in IDLE.items():
        db.execute("DELETE FROM session WHERE level = ? AND (seen <= ? OR made <= ?)", (name, now - idle, now - LONGEST[name]))
    digest = digest_of(portal, given)
    row = db.execute("SELECT * FROM session WHERE digest = ? AND level = ?", (digest, level)).fetchone()
    if row is None:
        return None
    db.execute("UPDATE session SET seen = ? WHERE digest = ?", (now, digest))
    return Session(**dict(row))


def end(db: sqlite3.Connection, digest: str) -> None:
    """Ends one session, on the server (7.4.1)."""
    db.execute("DELETE FROM session WHERE digest = ?", (digest,))


def end_all(db: sqlite3.Connection, account: str, but: str = "") -> None:
    """Ends the sessions of an account, all but one (7.4.3, 7.4.5)."""
    db.execute("DELETE FROM session WHERE account = ? AND digest <> ?", (account, but))


def digest_of(portal: Portal, given: str) -> str:
    """What is kept of a token."""
    return portal.seal.digest("session", given)


def form_token(portal: Portal, given: str) -> str:
    """What a form of this session must send back, so that no other site can send it."""
    return portal.seal.digest("form", given)
