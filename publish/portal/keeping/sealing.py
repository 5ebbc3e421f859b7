"""Files and secrets that cannot be read from the disk alone, nor put in each other's place.

    Seal(key).closed(b"report", "40000001/abc")   ->   nonce and AES-256-GCM of it, bound to that name
    for_office(public, content, name)             ->   only the office's private key opens it: the portal itself cannot

The key of each name is derived from the portal's key (HKDF-SHA256, RFC 5869), so that a content under another name does not open.
Sources: NIST SP 800-38D (GCM); RFC 7748 (X25519); the sealed box is ephemeral X25519 with both public keys in the derivation.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, POINT = 12, 32
_REST, _OFFICE = b"celwacht/1/portal/rest\0", b"celwacht/1/portal/office\0"


class Unreadable(ValueError):
    """Sealed bytes that do not open: damaged, under another name, or made with another key."""


@dataclass(frozen=True)
class Seal:
    """The portal's own key. Its repr does not tell it."""

    key: bytes = field(repr=False)

    def closed(self, content: bytes, name: str) -> bytes:
        """The content, sealed under that name."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(_derived(self.key, _REST + name.encode())).encrypt(nonce, content, name.encode())

    def opened(self, sealed: bytes, name: str) -> bytes:
        """What `closed` was given; Unreadable for anything else."""
        return _open(_derived(self.key, _REST + name.encode()), sealed, name)

    def digest(self, purpose: str, text: str) -> str:
        """A keyed digest: names a token or code in the database without giving it away."""
        return hmac.digest(self.key, f"celwacht/1/portal/{purpose}\0{text}".encode(), sha256).hex()


def for_office(public: bytes, content: bytes, name: str) -> bytes:
    """Sealed to the office. public: the 32 bytes of its X25519 key."""
    mine = X25519PrivateKey.generate()
    point, nonce = mine.public_key().public_bytes_raw(), os.urandom(NONCE)
    shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
    return point + nonce + AESGCM(_derived(shared, _OFFICE + point + public)).encrypt(nonce, content, name.encode())


def by_office(private: bytes, sealed: bytes, name: str) -> bytes:
    """What was sealed to the office; Unreadable for anything else. private: the 32 bytes of its key."""
    own, point = X25519PrivateKey.from_private_bytes(private), sealed[:POINT]
    if len(point) < POINT:
        raise Unreadable(name)
    shared = own.exchange(X25519PublicKey.from_public_bytes(point))
    return _open(_derived(shared, _OFFICE + point + own.public_key().public_bytes_raw()), sealed[POINT:], name)


def public_of(private: bytes) -> bytes:
    """The public half of the office's key, which the portal gets."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _derived(key: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, info).derive(key)


def _open(key: bytes, sealed: bytes, name: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
    except (InvalidTag, ValueError):
        raise Unreadable(name) from None
