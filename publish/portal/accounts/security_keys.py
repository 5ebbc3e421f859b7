"""Security keys and passkeys as a second factor (WebAuthn, W3C level 2), in place of the code of an app; judged by Yubico's library fido2.

    ask_new  ->  the browser makes a pair of keys  ->  keep        the key's public half, its name and its counter
    ask      ->  the browser signs                 ->  answered    once: the challenge is used up, right or wrong

A challenge is of one session and one purpose, and holds five minutes. What is signed must name the portal's own address as its origin and that
address's host as its relying party (so a page elsewhere gets nothing that is good here), with the holder present and verified by the key itself
(its PIN or a finger). A counter that does not grow is of a copy of the key: refused (6.1.1 of the standard). Keys of other accounts are not looked at.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from celwacht.publish.portal.keeping.portal_folder import Portal
from cryptography.exceptions import InvalidSignature
from fido2.cose import ES256, RS256, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

SIGN, MAKE = "sign", "make"
"""What a challenge is for."""
SECONDS = 300
"""That a challenge holds: the least that the standard advises where the key asks for a PIN (15.1)."""
OPEN = 8
"""Challenges of a session that are open at once, for pages that stand open beside each other."""
MOST = 10
"""Keys of an account."""
NAME, ID, TEXT = 60, 1023, 20_000
"""Longest name of a key (characters), id (bytes; 5.8.3 of the standard) and answer of a browser (characters)."""
_ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)


@dataclass(frozen=True)
class SecurityKey:
    """One key of an account."""

    id: str
    account: str
    name: str
    sealed: bytes = field(repr=False)
    """Its public half, sealed to this id and account, so that no row can be put in another's place."""
    counter: int
    made: int
    used: int


def keys_of(db: sqlite3.Connection, account: str) -> list[SecurityKey]:
    """The keys of an account, oldest first."""
    return [SecurityKey(**dict(row)) for row in db.execute("SELECT * FROM security_key WHERE account = ? ORDER BY made, id", (account,))]


def ask(db: sqlite3.Connection, portal: Portal, account: str, session: str) -> dict[str, Any] | None:
    """What the browser is asked to sign, for one of the keys of the account; None where it has none. session: its digest."""
    known = [_opened(portal, key) for key in keys_of(db, account)]
    if not known:
        return None
    challenge = _new_challenge(db, portal, session, SIGN)
    options, _ = _server(portal).authenticate_begin(known, UserVerificationRequirement.REQUIRED, challenge)
    return _plain(options)


def answered(db: sqlite3.Connection, portal: Portal, account: str, session: str, text: str) -> str:
    """Why a browser's answer is refused; "" where one of the account's keys signed what this session was asked. Moves the counter of the key."""
    answer = _read(AuthenticationResponse, text)
    if answer is None:
        return "not right"
    client, data = answer.response.client_data, answer.response.authenticator_data
    if not _used_up(db, portal, session, SIGN, client.challenge):
        return "challenge"
    key = next((one for one in keys_of(db, account) if one.id == answer.id), None)
    if key is None or answer.response.user_handle not in (None, b"", account.encode()):
        return "unknown key"
    known = [_opened(portal, key)]
    if _crossed(client) or not _right(lambda: _server(portal).authenticate_complete(_state(client.challenge), known, answer)):
        return "not right"
    return "" if _moved(db, portal, key, data.counter) else "counter"


def ask_new(db: sqlite3.Connection, portal: Portal, account: str, mail: str, session: str) -> dict[str, Any] | None:
    """What the browser is asked to make a key for; None where the account has MOST already. Who is asked has proved who they are a moment ago."""
    known = [_opened(portal, key) for key in keys_of(db, account)]
    if len(known) >= MOST:
        return None
    user = PublicKeyCredentialUserEntity(id=account.encode(), name=mail, display_name=mail)
    wanted = ResidentKeyRequirement.DISCOURAGED, UserVerificationRequirement.REQUIRED
    options, _ = _server(portal).register_begin(user, known, *wanted, challenge=_new_challenge(db, portal, session, MAKE))
    return _plain(options)


def keep(db: sqlite3.Connection, portal: Portal, account: str, session: str, name: str, text: str) -> str:
    """Why a new key is refused; "" where it is kept, under that name."""
    answer = _read(RegistrationResponse, text)
    if answer is None:
        return "not right"
    client, data = answer.response.client_data, answer.response.attestation_object.auth_data
    if not _used_up(db, portal, session, MAKE, client.challenge):
        return "challenge"
    made = data.credential_data
    if made is None or made.credential_id != answer.raw_id or not 0 < len(made.credential_id) <= ID or not _usable(made):
        return "not right"
    if _crossed(client) or not _right(lambda: _server(portal).register_complete(_state(client.challenge), answer)):
        return "not right"
    if len(keys_of(db, account)) >= MOST:
        return "too many"
    sealed = portal.seal.closed(bytes(made), _name(account, answer.id))
    row = (answer.id, account, " ".join(name.split())[:NAME], sealed, data.counter, portal.now())
    return "" if db.execute("INSERT OR IGNORE INTO security_key VALUES (?, ?, ?, ?, ?, ?, 0)", row).rowcount else "known already"


def remove(db: sqlite3.Connection, account: str, number: str) -> bool:
    """Takes a key of this account away: whether there was one."""
    return bool(db.execute("DELETE FROM security_key WHERE id = ? AND account = ?", (number, account)).rowcount)


def _server(portal: Portal) -> Fido2Server:
    """Of the portal's own address: nothing of a request decides on it."""
    where = urlsplit(portal.settings.url)
    origin = f"{where.scheme}://{where.netloc}"
    made = Fido2Server(
        PublicKeyCredentialRpEntity(name=portal.settings.name, id=where.hostname), verify_origin=lambda given: given == origin
    )
    made.allowed_algorithms = [PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=one) for one in _ALGORITHMS]
    made.timeout = SECONDS * 1000  # type: ignore[assignment]  # the library says None of its own default
    return made


def _new_challenge(db: sqlite3.Connection, portal: Portal, session: str, purpose: str) -> bytes:
    challenge, now = secrets.token_bytes(32), portal.now()
    db.execute("DELETE FROM challenge WHERE expires <= ?", (now,))
    db.execute(
        "INSERT INTO challenge VALUES (?, ?, ?, ?)", (portal.seal.digest("challenge", challenge.hex()), session, purpose, now + SECONDS)
    )
    db.execute(
        "DELETE FROM challenge WHERE session = ? AND rowid NOT IN (SELECT rowid FROM challenge WHERE session = ? ORDER BY rowid DESC LIMIT ?)",
        (session, session, OPEN),
    )
    return challenge


def _used_up(db: sqlite3.Connection, portal: Portal, session: str, purpose: str, challenge: bytes) -> bool:
    """Whether it was asked of this session, for this purpose, and is neither over nor used; from now on it is used."""
    digest = portal.seal.digest("challenge", challenge.hex())
    told = (digest, session, purpose, portal.now())
    return bool(db.execute("DELETE FROM challenge WHERE digest = ? AND session = ? AND purpose = ? AND expires > ?", told).rowcount)


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": UserVerificationRequirement.REQUIRED}


def _moved(db: sqlite3.Connection, portal: Portal, key: SecurityKey, counter: int) -> bool:
    """Whether the counter grew, or neither side keeps one (many passkeys do not)."""
    if counter <= key.counter and (counter or key.counter):
        return False
    db.execute("UPDATE security_key SET counter = ?, used = ? WHERE id = ?", (counter, portal.now(), key.id))
    return True


def _crossed(client: CollectedClientData) -> bool:
    """Whether it was made in a frame of another site."""
    return client.cross_origin is not False


def _usable(made: AttestedCredentialData) -> bool:
    """Whether it is a key of a kind that we asked for, whole: one that says no to a signature, and not that it cannot read itself."""
    try:
        made.public_key.verify(b"", bytes(64))
    except InvalidSignature:
        return made.public_key.ALGORITHM in _ALGORITHMS
    except Exception:
        return False
    return False


def _right(check: Callable[[], object]) -> bool:
    """Whether the library has nothing against it. Whatever it stumbles over in the bytes of a stranger, it is no right answer."""
    try:
        check()
    except Exception:
        return False
    return True


_Answer = TypeVar("_Answer", AuthenticationResponse, RegistrationResponse)


def _read(kind: type[_Answer], text: str) -> _Answer | None:
    """The answer of a browser; None for anything else, of any kind: a stranger wrote it, and it is read as JSON, base64 and CBOR."""
    try:
        found = json.loads(text[:TEXT])
        return kind.from_dict(found) if found["type"] == "public-key" else None
    except Exception:
        return None


def _plain(options: Any) -> dict[str, Any]:
    """The options as JSON has them."""
    return json.loads(json.dumps(dict(options["publicKey"]), default=dict))


def _opened(portal: Portal, key: SecurityKey) -> AttestedCredentialData:
    return AttestedCredentialData(portal.seal.opened(key.sealed, _name(key.account, key.id)))


def _name(account: str, number: str) -> str:
    return f"security key/{account}/{number}"
