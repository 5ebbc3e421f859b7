"""Coming in: an invitation, a password, a second factor, and a password that was forgotten.

    invitation   mail + code  ->  password  ->  seed shown, one code back  ->  in, with ten recovery codes
    sign in      mail + password  ->  code of the app, a recovery code, or a security key  ->  in
    forgotten    mail  ->  code by mail + code of the app + new password   (ASVS 6.4.3: the factor is still asked)

Every answer to somebody who is not in is the same for an account that is there, is not there, or is asked too often; and takes as long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from celwacht.publish.portal.accounts import accounts, guesses, one_time, passwords, security_keys, sessions
from celwacht.publish.portal.accounts.accounts import ACTIVE, INVITED, Account
from celwacht.publish.portal.keeping.codes import new_code
from celwacht.publish.portal.keeping.portal_folder import Portal, token

RECOVERY_CODES = 10
RESET_SECONDS = 600
"""A code by mail holds ten minutes (ASVS 6.5.5)."""


@dataclass(frozen=True)
class Visitor:
    """Who asks, as far as that can be seen."""

    address: str
    device: str = ""
    """Token of a browser that signed in before."""
    agent: str = ""


@dataclass(frozen=True)
class Entered:
    """Signed in: tokens of the session and of the browser."""

    session: str
    device: str
    recovery: tuple[str, ...] = ()
    """Recovery codes, shown once."""


@dataclass(frozen=True)
class Signed:
    """What a security key signed, and for which session (its digest)."""

    session: str
    text: str = field(repr=False)


def accept(portal: Portal, mail: str, code: str, visitor: Visitor) -> str | None:
    """The token of a session in which a password is chosen, for an invitation that holds."""
    account = accounts.by_mail(portal, mail)
    number = account.id if account else ""
    limits = guesses.for_password(mail_digest(portal, mail), "", visitor.address)
    with portal.database.change() as db:
        if guesses.take(db, limits, portal.now()):
            found = db.execute(
                "SELECT 1 FROM code WHERE digest = ? AND account = ? AND purpose = 'invitation' AND expires > ?",
                (accounts.code_digest(portal, number, code), number, portal.now()),
            ).fetchone()
            if found and account and account.state == INVITED:
                guesses.forgive(db, limits, portal.now())
                # of two who have the code one enrols, and the other sees that it was used: neither looks on at the seed that the other gets
                sessions.end_all(db, number)
                db.execute("UPDATE account SET password = '', seed = x'' WHERE id = ?", (number,))
                return sessions.begin(db, portal, number, sessions.CHOOSE, visitor.agent)
    portal.note("refused", step="invitation", account=number, address=visitor.address)
    return None


def choose(portal: Portal, given: str, password: str) -> str | bytes | None:
    """Keeps the first password and makes a seed: the seed, or why the password is not taken; None where the session is over."""
    with portal.database.change() as db:
        session = sessions.find(db, portal, given, sessions.CHOOSE)
    account = accounts.by_id(portal, session.account) if session else None
    if account is None or account.state != INVITED:
        return None
    if why := passwords.refusal(password, (account.mail, account.party, portal.settings.name)):
        return why
    seed, kept = one_time.new_seed(), passwords.kept(password, portal.cost)
    with portal.database.change() as db:
        db.execute("UPDATE account SET password = ?, seed = ? WHERE id = ?", (kept, _sealed(portal, seed, account.id), account.id))
    return seed


def confirm(portal: Portal, given: str, code: str, visitor: Visitor) -> Entered | None:
    """The factor works: the account is active, and its holder is in. The invitation is used up."""
    with portal.database.change() as db:
        session = sessions.find(db, portal, given, sessions.CHOOSE)
        account = accounts.by_id(portal, session.account) if session else None
        if session is None or account is None or account.state != INVITED or not account.seed:
            return None
        if not use_factor(db, portal, account, code, visitor):
            return None
        accounts.forget(db, account.id)
        db.execute("UPDATE account SET state = 'active' WHERE id = ?", (account.id,))
        recovery = _new_recovery(db, portal, account.id)
        entered = Entered(
            sessions.begin(db, portal, account.id, sessions.WHOLE, visitor.agent), _new_device(db, portal, account.id), recovery
        )
    portal.note("enrolled", account=account.id, address=visitor.address, factor="password+totp")
    return entered


def sign_in(portal: Portal, mail: str, password: str, visitor: Visitor) -> str | None:
    """The token of a session that still wants the second factor; None where mail and password do not fit, or were tried too often."""
    account = accounts.by_mail(portal, mail)
    active = account if account and account.state == ACTIVE else None
    limits = guesses.for_password(mail_digest(portal, mail), known_browser(portal, visitor, active), visitor.address)
    with portal.database.change() as db:
        crowded = guesses.reached(
            db, guesses.for_network(visitor.address), portal.now()
        )  # says nothing of any account: no hash is spent on it
        allowed = guesses.take(db, limits, portal.now())
    right = not crowded and passwords.fits(password, active.password if active else passwords.nobodys(portal.cost))
    if allowed and right and active:
        with portal.database.change() as db:
            guesses.forgive(db, limits, portal.now())
            return sessions.begin(db, portal, active.id, sessions.HALF, visitor.agent)
    portal.note("refused", step="password", account=account.id if account else "", address=visitor.address)
    return None


def second_factor(portal: Portal, given: str, code: str, visitor: Visitor, signed: str = "") -> Entered | None:
    """In, with a code of the app, a recovery code, or what a security key signed; it is used up in the transaction that makes the session."""
    with portal.database.change() as db:
        session = sessions.find(db, portal, given, sessions.HALF)
        account = accounts.by_id(portal, session.account) if session else None
        factor = ""
        if session and account and account.state == ACTIVE:
            factor = use_factor(db, portal, account, code, visitor, Signed(session.digest, signed))
        if session and account and factor:
            sessions.end(db, session.digest)
            entered = Entered(sessions.begin(db, portal, account.id, sessions.WHOLE, visitor.agent), _new_device(db, portal, account.id))
    if not (session and account and factor):
        portal.note("refused", step="factor", account=account.id if account else "", address=visitor.address)
        return None
    portal.note("signed in", account=account.id, address=visitor.address, factor=f"password+{factor}")
    return entered


def forgot(portal: Portal, mail: str, visitor: Visitor) -> tuple[str, str]:
    """(token of the browser that asked, code to be mailed; "" where nobody is to get one). The caller answers alike in both cases."""
    account, now = accounts.by_mail(portal, mail), portal.now()
    request, code = token(), new_code()
    with portal.database.change() as db:
        allowed = guesses.take(db, (*guesses.for_mail(mail_digest(portal, mail)), *guesses.for_form(visitor.address)), now)
        send = allowed and account is not None and account.state == ACTIVE
        number = account.id if send and account else ""
        db.execute("DELETE FROM code WHERE purpose = 'reset' AND (account = ? OR expires <= ?)", (number, now))
        if allowed:  # for whoever asks, also for nobody: the work is the same
            digest, by = accounts.code_digest(portal, number, code), portal.seal.digest("request", request)
            db.execute("INSERT INTO code VALUES (?, ?, 'reset', ?, ?)", (digest, number, by, now + RESET_SECONDS))
    portal.note("password forgotten", account=number, address=visitor.address)
    return request, code if send else ""


def reset(portal: Portal, request: str, mail: str, mailed: str, factor: str, password: str, visitor: Visitor) -> str:
    """Keeps a new password and ends every session: "", why the password is not taken, or "wrong" for anything else.

    The code of the mail works once, for the browser that asked for it, and only with the second factor.
    """
    account, now = accounts.by_mail(portal, mail), portal.now()
    limits = guesses.for_network(visitor.address)
    with portal.database.change() as db:
        allowed = guesses.take(db, limits, now)
    if not allowed:
        portal.note("refused", step="reset", address=visitor.address)
        return "wrong"
    if why := passwords.refusal(password, (accounts.plain(mail), portal.settings.name)):
        return why
    kept = passwords.kept(password, portal.cost)
    active = account if account and account.state == ACTIVE else None
    number = active.id if active else ""
    with portal.database.change() as db:
        digest, by = accounts.code_digest(portal, number, mailed), portal.seal.digest("request", request)
        found = db.execute(
            "SELECT 1 FROM code WHERE digest = ? AND account = ? AND purpose = 'reset' AND request = ? AND expires > ?",
            (digest, number, by, now),
        ).fetchone()
        right = bool(active and found and use_factor(db, portal, active, factor, visitor))
        if right:
            guesses.forgive(db, limits, now)
            db.execute("DELETE FROM code WHERE account = ?", (number,))
            db.execute("UPDATE account SET password = ? WHERE id = ?", (kept, number))
            sessions.end_all(db, number)
    portal.note("password changed" if right else "refused", step="reset", account=number, address=visitor.address)
    return "" if right else "wrong"


def use_factor(db: sqlite3.Connection, portal: Portal, account: Account, code: str, visitor: Visitor, signed: Signed | None = None) -> str:
    """`totp`, `recovery` or `webauthn` for what is right and was never used; "" otherwise. It is used up in the caller's transaction."""
    limits = guesses.for_factor(account.id, known_browser(portal, visitor, account))
    if not guesses.take(db, limits, portal.now()):
        return ""
    if signed and signed.text:
        why = security_keys.answered(db, portal, account.id, signed.session, signed.text)
        if why:
            portal.note("refused", step="security key", why=why, account=account.id, address=visitor.address)
        how = "" if why else "webauthn"
    else:
        how = _code(db, portal, account, code)
    if how:
        guesses.forgive(db, limits, portal.now())
    return how


def _code(db: sqlite3.Connection, portal: Portal, account: Account, code: str) -> str:
    step = one_time.step_of(seed_of(portal, account), code, portal.now())
    used = db.execute("UPDATE account SET step = ? WHERE id = ? AND step < ?", (step, account.id, step)).rowcount if step else 0
    if step:
        return "totp" if used else ""
    digest = accounts.code_digest(portal, account.id, code)
    return "recovery" if db.execute("DELETE FROM recovery WHERE account = ? AND digest = ?", (account.id, digest)).rowcount else ""


def _new_recovery(db, portal: Portal, account: str) -> tuple[str, ...]:
    """Ten codes of 120 bits, of which keyed digests are kept (ASVS 6.5.2: from 112 bits on a fast hash will do)."""
    codes: Sequence[str] = [new_code(24) for _ in range(RECOVERY_CODES)]
    db.executemany("INSERT INTO recovery VALUES (?, ?)", [(account, accounts.code_digest(portal, account, code)) for code in codes])
    return tuple(codes)


def _new_device(db, portal: Portal, account: str) -> str:
    new = token()
    db.execute("INSERT INTO device VALUES (?, ?, ?)", (portal.seal.digest("device", new), account, portal.now()))
    return new


def known_browser(portal: Portal, visitor: Visitor, account: Account | None) -> str:
    """The digest of a browser with which this account signed in before; "" for a stranger."""
    digest = portal.seal.digest("device", visitor.device)
    row = portal.database.row("SELECT 1 FROM device WHERE digest = ? AND account = ?", digest, account.id if account else "")
    return digest if row else ""


def mail_digest(portal: Portal, mail: str) -> str:
    return portal.seal.digest("mail", accounts.plain(mail))


def seed_of(portal: Portal, account: Account) -> bytes:
    """The seed of an account that is being made: shown once, to its holder."""
    return portal.seal.opened(account.seed, _name(account.id))


def _name(account: str) -> str:
    return f"seed/{account}"


def _sealed(portal: Portal, seed: bytes, account: str) -> bytes:
    return portal.seal.closed(seed, _name(account))
