"""Passwords: which are taken, and how they are kept (scrypt, RFC 7914; as OWASP advises: N=2^15, r=8, p=3).

No rule about kinds of characters (ASVS 6.2.5); at least 12 characters, at most 200, none cut off (6.2.1, 6.2.8, 6.2.9); none that is
guessed early: common and breached ones, names and words of this portal (6.2.4, 6.2.11, 6.2.12; zxcvbn, Wheeler, USENIX Security 2016).

    refusal("zomervakantie", ())   ->   "guessable"
    refusal("kort", ())            ->   "short"
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterable
from threading import BoundedSemaphore

from zxcvbn import zxcvbn

LEAST, MOST = 12, 200
GUESSES = 10**10
"""So many guesses at least, or it is refused."""
_TURNS = BoundedSemaphore(4)
"""Hashes that are made at the same time, of 32 MB each: however many ask, no more memory is taken."""
_LOOKED_AT = 72
"""Characters that are looked at for guessing; beyond them it grows with the square. The whole is hashed."""


def refusal(password: str, about: Iterable[str]) -> str:
    """Why a password is not taken: "short", "long" or "guessable"; "" where it is. about: what it should not be made of."""
    plain = _plain(password)
    if len(plain) < LEAST:
        return "short"
    if len(plain) > MOST:
        return "long"
    words = [word for text in about for word in (text, *text.replace("@", " ").replace(".", " ").split())]
    return "guessable" if zxcvbn(plain[:_LOOKED_AT], user_inputs=words)["guesses"] < GUESSES else ""


def kept(password: str, cost: int) -> str:
    """What is kept of a password: cost, salt and hash."""
    salt = secrets.token_bytes(16)
    return f"{cost}${base64.b64encode(salt).decode()}${base64.b64encode(_hash(_plain(password), salt, cost)).decode()}"


def fits(password: str, kept_as: str) -> bool:
    """Whether it is that password. Takes as long for a right one as for a wrong one."""
    cost, salt, digest = kept_as.split("$")
    found = _hash(_plain(password[: 4 * MOST]), base64.b64decode(salt), int(cost))
    return hmac.compare_digest(found, base64.b64decode(digest))


def nobodys(cost: int) -> str:
    """A hash that no password fits, for an account that is not there: the answer takes as long."""
    return f"{cost}${base64.b64encode(bytes(16)).decode()}${base64.b64encode(bytes(32)).decode()}"


def _plain(password: str) -> str:
    """One way of writing the same characters, so that another keyboard gives the same password."""
    return unicodedata.normalize("NFKC", password)


def _hash(password: str, salt: bytes, cost: int) -> bytes:
    with _TURNS:
        return _scrypt(password, salt, cost)


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**cost, r=8, p=3, maxmem=2**cost * 8 * 128 * 2 + 2**20, dklen=32)
