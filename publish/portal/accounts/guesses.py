"""How often somebody may guess (ASVS 6.1.1, 6.3.1): a guess is counted before it is judged, so that a thousand at once are no more than some.

    password   10 in a quarter of an hour and 40 a day for an account from unknown browsers; 100 in a quarter of an hour from a network
    factor      5 in a quarter of an hour and 20 a day for an account
    mail        3 in an hour to an address
Whoever signed in with a browser before has a count of their own for it: strangers who guess lock nobody out of their own browser
(device cookies, OWASP). What succeeds is not counted.
"""

from __future__ import annotations

import ipaddress
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

QUARTER, HOUR, DAY = 900, 3600, 86400


@dataclass(frozen=True)
class Limit:
    """At most so many in so many seconds under a key."""

    key: str
    most: int
    seconds: int


def for_password(account: str, device: str, address: str) -> tuple[Limit, ...]:
    """account: keyed digest of what was given as address of mail, whether it is anybody's or not; device: "" for an unknown browser."""
    who = f"password/{account}/{device}"
    return Limit(who, 10, QUARTER), Limit(who, 40, DAY), *for_network(address)


def for_network(address: str) -> tuple[Limit, ...]:
    """For whatever costs a hash, from one network."""
    return (Limit(f"network/{network(address)}", 100, QUARTER),)


def for_factor(account: str, device: str) -> tuple[Limit, ...]:
    """For the second factor: 6 digits and three steps, so that a day of guesses finds it once in 16,000 days."""
    who = f"factor/{account}/{device}"
    return Limit(who, 5, QUARTER), Limit(who, 20, DAY)


def for_mail(account: str) -> tuple[Limit, ...]:
    """For messages to an address of mail."""
    return (Limit(f"mail/{account}", 3, HOUR),)


def for_form(address: str) -> tuple[Limit, ...]:
    """For forms that anybody may send."""
    return (Limit(f"form/{network(address)}", 10, HOUR),)


def take(db: sqlite3.Connection, limits: Sequence[Limit], now: int) -> bool:
    """Counts a guess, unless one of the limits is reached: then nothing is counted, and nobody may look at what was given."""
    if reached(db, limits, now):
        return False
    db.executemany("INSERT INTO guess VALUES (?, ?)", [(key, now) for key in {one.key for one in limits}])
    db.execute("DELETE FROM guess WHERE at < ?", (now - DAY,))
    return True


def reached(db: sqlite3.Connection, limits: Sequence[Limit], now: int) -> bool:
    """Whether one of the limits is reached."""
    counted = "SELECT count(*) FROM guess WHERE key = ? AND at > ?"
    return any(db.execute(counted, (one.key, now - one.seconds)).fetchone()[0] >= one.most for one in limits)


def forgive(db: sqlite3.Connection, limits: Sequence[Limit], now: int) -> None:
    """Takes back what `take` counted for a guess that was right."""
    for key in {one.key for one in limits}:
        db.execute(
            "DELETE FROM guess WHERE rowid = (SELECT rowid FROM guess WHERE key = ? AND at <= ? ORDER BY at DESC LIMIT 1)", (key, now)
        )


def network(address: str) -> str:
    """The network of an address: /24 for IPv4, /64 for IPv6; the text itself where it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    return str(ipaddress.ip_network(f"{address}/{24 if found.version == 4 else 64}", strict=False))
