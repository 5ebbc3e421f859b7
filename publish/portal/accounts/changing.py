"""What somebody who is in changes of their own account: the password and the security keys, each with password and factor once more (ASVS 7.5.1)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from celwacht.publish.portal.accounts import entering, guesses, passwords, security_keys, sessions
from celwacht.publish.portal.accounts.accounts import Account
from celwacht.publish.portal.accounts.entering import Visitor
from celwacht.publish.portal.keeping.portal_folder import Portal


@dataclass(frozen=True)
class Proof:
    """By which somebody who is in shows once more who they are. Its repr tells nothing."""

    password: str = field(repr=False)
    code: str = field(repr=False)
    """Of the app, or a recovery code."""
    signed: str = field(default="", repr=False)
    """What a security key signed, as the browser told it, in place of the code."""


def change_password(portal: Portal, account: Account, session: str, proof: Proof, password: str, visitor: Visitor) -> str:
    """Keeps a new password and ends the other sessions: "", why the password is not taken, or "wrong" for anything else."""
    if why := passwords.refusal(password, (account.mail, account.party, portal.settings.name)):
        return why
    kept = passwords.kept(password, portal.cost)

    def change(db: sqlite3.Connection) -> None:
        db.execute("UPDATE account SET password = ? WHERE id = ?", (kept, account.id))
        sessions.end_all(db, account.id, sessions.digest_of(portal, session))

    right = once_more(portal, account, session, proof, visitor, change)
    portal.note("password changed" if right else "refused", step="change", account=account.id, address=visitor.address)
    return "" if right else "wrong"


def once_more(
    portal: Portal, account: Account, session: str, proof: Proof, visitor: Visitor, then: Callable[[sqlite3.Connection], None]
) -> bool:
    """Whether who is in proves again who they are, with password and factor; `then` is done in the transaction that uses the factor up."""
    limits = guesses.for_password(
        entering.mail_digest(portal, account.mail), entering.known_browser(portal, visitor, account), visitor.address
    )
    with portal.database.change() as db:
        allowed = guesses.take(db, limits, portal.now())
    fits = passwords.fits(proof.password, account.password)
    with portal.database.change() as db:
        signed = entering.Signed(sessions.digest_of(portal, session), proof.signed)
        right = bool(allowed and fits and entering.use_factor(db, portal, account, proof.code, visitor, signed))
        if right:
            guesses.forgive(db, limits, portal.now())
            then(db)
    return right


def begin_key(portal: Portal, account: Account, session: str, proof: Proof, visitor: Visitor) -> dict[str, Any] | None:
    """What the browser is asked to make a security key for; None where the proof is not right, or there are too many keys."""
    asked: list[dict[str, Any] | None] = []

    def begin(db: sqlite3.Connection) -> None:
        asked.append(security_keys.ask_new(db, portal, account.id, account.mail, sessions.digest_of(portal, session)))

    if not once_more(portal, account, session, proof, visitor, begin):
        portal.note("refused", step="new security key", account=account.id, address=visitor.address)
    return asked[0] if asked else None


def add_key(portal: Portal, account: Account, session: str, name: str, made: str, visitor: Visitor) -> str:
    """Keeps the key that the browser made for what `begin_key` asked, and ends the other sessions (7.4.3): "", or why not."""
    digest = sessions.digest_of(portal, session)
    with portal.database.change() as db:
        why = security_keys.keep(db, portal, account.id, digest, name, made)
        if not why:
            sessions.end_all(db, account.id, digest)
    told = {"why": why, "step": "new security key"} if why else {}
    portal.note("refused" if why else "security key added", account=account.id, address=visitor.address, **told)
    return why


def remove_key(portal: Portal, account: Account, session: str, proof: Proof, number: str, visitor: Visitor) -> bool:
    """Takes a security key away and ends the other sessions: whether the proof was right and there was one."""
    gone: list[bool] = []

    def drop(db: sqlite3.Connection) -> None:
        gone.append(security_keys.remove(db, account.id, number))
        sessions.end_all(db, account.id, sessions.digest_of(portal, session))

    done = once_more(portal, account, session, proof, visitor, drop) and gone[0]
    told = {} if done else {"step": "remove security key"}
    portal.note("security key removed" if done else "refused", account=account.id, address=visitor.address, **told)
    return done
