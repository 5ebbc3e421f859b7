"""One-time codes by time (TOTP, RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator app makes them.

    code_at(b"12345678901234567890", 59 // 30)   ->   "287082"   (RFC 6238, appendix B, its last six digits)

Deviation from ASVS 6.5.5, written down: beside the code of the running half minute that of the one before and the one after is taken,
for clocks of phones that are up to thirty seconds off. Each is taken once (6.5.1): who asks must move the last step forward, in one transaction.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

import segno

STEP, DIGITS = 30, 6
WINDOW = 1
"""Steps before and after the running one that are taken as well."""
SEED = 20
"""Bytes of a seed: 160 bits, as RFC 4226 recommends."""


def new_seed() -> bytes:
    """A seed from the machine's secure source (6.5.3)."""
    return secrets.token_bytes(SEED)


def code_at(seed: bytes, step: int) -> str:
    """The code of one step."""
    digest = hmac.digest(seed, step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(seed: bytes, code: str, now: int) -> int:
    """The step whose code this is, the latest one first; 0: none. All are compared, whichever fits."""
    given = code.replace(" ", "")
    found = 0
    for step in range(now // STEP - WINDOW, now // STEP + WINDOW + 1):
        if hmac.compare_digest(code_at(seed, step).encode(), given.encode()):
            found = step
    return found


def address_of(seed: bytes, account: str, issuer: str) -> str:
    """What an authenticator app reads from the QR code."""
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={shown(seed)}&issuer={quote(issuer)}&algorithm=SHA1&digits={DIGITS}&period={STEP}"


def shown(seed: bytes) -> str:
    """The seed in letters, for who cannot scan."""
    return base64.b32encode(seed).decode().rstrip("=")


def picture(address: str, title: str) -> str:
    """The QR code as inline SVG, with a title for who hears it."""
    return segno.make(address, error="m").svg_inline(omitsize=True, border=4, title=title, light="#fff", dark="#111")
