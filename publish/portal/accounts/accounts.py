"""Accounts, as the office makes, moves and ends them. Users change their password and factor only (see entering.py)."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from celwacht.publish.portal.accounts import sessions
from celwacht.publish.portal.keeping.codes import new_code, typed
from celwacht.publish.portal.keeping.portal_folder import Portal
from celwacht.tables.problems import Problem, ProblemsFound

INVITED, ACTIVE, ENDED = "invited", "active", "ended"
PARTY = re.compile(r"[0-9]{8}|GM[0-9]{4}", re.ASCII)
"""A provider by its number of 8 digits, or a gemeente by its code."""
_MAIL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[a-z0-9.-]{1,190}\.[a-z][a-z0-9-]{1,23}", re.ASCII)
"""What every mail server takes, and no header can be made of (RFC 5321, dot-atom); lower case, as it is kept."""
INVITATION = 7 * 86400
"""Seconds that an invitation holds: a letter takes days. Deviation from ASVS 6.4.1's "short", written down; it works once, and only until then."""


@dataclass(frozen=True)
class Account:
    """One account. Its repr tells no secret."""

    id: str
    party: str
    mail: str = field(repr=False)
    language: str
    state: str
    password: str = field(repr=False)
    seed: bytes = field(repr=False)
    step: int
    made: int


def plain(mail: str) -> str:
    """The one way in which an address of mail is kept."""
    return mail.strip().lower()


def is_mail(mail: str) -> bool:
    """Whether it can be an address of mail."""
    return bool(_MAIL.fullmatch(plain(mail)))


def by_mail(portal: Portal, mail: str) -> Account | None:
    """The account of an address."""
    row = portal.database.row("SELECT * FROM account WHERE mail = ?", plain(mail))
    return Account(**dict(row)) if row else None


def by_id(portal: Portal, number: str) -> Account | None:
    """The account of a number."""
    row = portal.database.row("SELECT * FROM account WHERE id = ?", number)
    return Account(**dict(row)) if row else None


def all_accounts(portal: Portal) -> list[Account]:
    """All, by party."""
    return [Account(**dict(row)) for row in portal.database.rows("SELECT * FROM account ORDER BY party, mail")]


def code_digest(portal: Portal, account: str, code: str) -> str:
    """What is kept of a code: it is nobody else's, and dashes, spaces and capitals do not matter."""
    return portal.seal.digest(f"code/{account}", typed(code))


def invite(portal: Portal, party: str, mail: str, language: str = "nl") -> str:
    """The code with which the holder of that address comes in, of a new account or (after a lost factor, say) of the one that is there.

    An account that is there loses password, factor, security keys, recovery codes and sessions: who comes in proves anew who they are (ASVS 6.4.4).
    """
    if not PARTY.fullmatch(party):
        raise ProblemsFound([Problem("PARTY", 0, 0, "party", "a party is a provider's number of 8 digits, or a gemeente such as GM0106.")])
    if not is_mail(mail):
        raise ProblemsFound([Problem("MAIL", 0, 0, "mail", "this is no address of mail. Write it as name@example.nl.")])
    code, now = new_code(), portal.now()
    with portal.database.change() as db:
        row = db.execute("SELECT id, party FROM account WHERE mail = ?", (plain(mail),)).fetchone()
        if row and row["party"] != party:
            raise ProblemsFound(
                [
                    Problem(
                        "MAIL",
                        0,
                        0,
                        "other-party",
                        "this address has an account of another party. End that one first: celwacht portal end.",
                    )
                ]
            )
        number = row["id"] if row else secrets.token_hex(8)
        forget(db, number)
        db.execute(
            "INSERT INTO account VALUES (?, ?, ?, ?, 'invited', '', x'', 0, ?) ON CONFLICT (id) DO UPDATE SET "
            "language = excluded.language, state = 'invited', password = '', seed = x'', step = 0",
            (number, party, plain(mail), language, now),
        )
        db.execute("INSERT INTO code VALUES (?, ?, 'invitation', '', ?)", (code_digest(portal, number, code), number, now + INVITATION))
    portal.note("invited", account=number, party=party)
    return code


def forget(db, number: str) -> None:
    """Removes everything by which somebody comes in with that account."""
    sessions.end_all(db, number)
    for table in ("code", "recovery", "device", "security_key"):
        db.execute(f"DELETE FROM {table} WHERE account = ?", (number,))


def end_account(portal: Portal, mail: str) -> None:
    """Ends an account, its sessions and what it has in hand of forms, at once. ProblemsFound where there is none."""
    account = _must(portal, mail)
    with portal.database.change() as db:
        forget(db, account.id)
        db.execute("DELETE FROM draft WHERE account = ?", (account.id,))
        db.execute("UPDATE account SET state = 'ended', password = '', seed = x'' WHERE id = ?", (account.id,))
    portal.note("ended", account=account.id)


def move_account(portal: Portal, mail: str, to: str) -> str:
    """Gives an account another address: the code of a new invitation, for whoever reads there. Only the office does this."""
    account = _must(portal, mail)
    if not is_mail(to) or by_mail(portal, to):
        raise ProblemsFound([Problem("TO", 0, 0, "mail", "this is no address of mail, or it has an account already. Name another one.")])
    with portal.database.change() as db:
        forget(db, account.id)
        db.execute("UPDATE account SET mail = ?, state = 'invited', password = '', seed = x'' WHERE id = ?", (plain(to), account.id))
    portal.note("moved", account=account.id)
    return invite(portal, account.party, to, account.language)


def _must(portal: Portal, mail: str) -> Account:
    account = by_mail(portal, mail)
    if account is None or account.state == ENDED:
        raise ProblemsFound([Problem("MAIL", 0, 0, "no-account", "there is no account with this address. See: celwacht portal accounts.")])
    return account
