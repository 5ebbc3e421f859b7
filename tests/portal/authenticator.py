"""A security key in software, byte by byte as W3C's WebAuthn level 2 has it (6.1, 6.5.1), that can be told to lie about anything."""

import base64
import json
import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 1, 4, 64
ORIGIN, RP = "https://portal.example.nl", "portal.example.nl"


def told(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One pair of keys with its counter."""

    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    counter: int = 0

    def make(self, options: dict, *, algorithm: int = -7, cose: dict | None = None, **lies) -> str:
        """What a browser tells of a new key."""
        point = self.key.public_key().public_numbers()
        public = cose or {1: 2, 3: algorithm, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(public)
        data = self._data({"flags": PRESENT | VERIFIED | ATTESTED, **lies}) + attested
        client = _client(options, {"type": "webauthn.create", **lies})
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": told(client), "attestationObject": told(made)})

    def sign(self, options: dict, *, by=None, handle: bytes = b"", **lies) -> str:
        """What a browser tells of a signature. by: another key that signs."""
        self.counter += 1
        data, client = self._data({"flags": PRESENT | VERIFIED, **lies}), _client(options, {"type": "webauthn.get", **lies})
        signature = (by or self.key).sign(data + sha256(client).digest(), ECDSA(SHA256()))
        answer = {"clientDataJSON": told(client), "authenticatorData": told(data), "signature": told(signature)}
        return self._answer({**answer, "userHandle": told(handle)} if handle else answer)

    def _data(self, lies: dict) -> bytes:
        flags, counter = lies["flags"], lies.get("counter", self.counter)
        return sha256(lies.get("rp", RP).encode()).digest() + struct.pack(">BI", flags, counter)

    def _answer(self, response: dict) -> str:
        return json.dumps({"id": told(self.id), "rawId": told(self.id), "type": "public-key", "response": response})


def _client(options: dict, lies: dict) -> bytes:
    said = {"type": lies["type"], "challenge": lies.get("challenge", options["challenge"]), "origin": lies.get("origin", ORIGIN)}
    return json.dumps({**said, "crossOrigin": lies.get("cross", False)}).encode()
