"""The secret key, and the pseudonyms made with it.

A BSN is one of some 91 million numbers: a plain hash of it is undone in two minutes. So persons are named by
HMAC-SHA256 under a key that lies outside the data, and every use has a label of its own, so that the digest of a
file can never be taken for a person.

A key can be rotated without losing links (rotate.py): a key is a chain of secrets, mostly of one. Each later secret is applied to what the
earlier ones made, so that the pseudonyms in a vault become those of the longer chain without any BSN:

    person = HMAC(second, HMAC(first, bsn))
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.whole_file import sync

KEY_BYTES = 32
PSEUDONYM_CHARS = 32
DISTINCT = 8
"""A random key has more different bytes than this, but for one in 10^30."""

_PERSON = b"celwacht/1/persoon/bsn\0"
_WITHOUT_BSN = b"celwacht/1/persoon/zonder-bsn\0"
_FILE = b"celwacht/1/bestand\0"
_KEY_ID = b"celwacht/1/sleutel\0"
_NEXT = b"celwacht/1/opvolger\0"
CHAIN = b"celwacht-keys\n"
"""First line of a key file with more than one secret; then one a line, in hex, the oldest first."""


class KeyRefused(ProblemsFound):
    """The key cannot be used; the message says why and what to do, and never holds the key."""

    def __init__(self, path: Path | str, message: str):
        super().__init__([Problem(str(path), 0, 0, "sleutel", message)])


class Key:
    """The secret key. Its repr tells nothing of it; `id` names it without giving it away."""

    __slots__ = ("_later", "_secret")

    def __init__(self, secret: bytes, source: Path | str = "key"):
        """secret: the content of a key file: the bytes themselves, or a chain."""
        secrets_of = _chain(bytes(secret), source)
        for one in secrets_of:
            _trusted(one, source)
        self._secret, self._later = secrets_of[0], secrets_of[1:]

    def __repr__(self) -> str:
        return f"Key({self.id})"

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled: hand over its bytes, knowingly")

    @property
    def secret(self) -> bytes:
        """The first secret: for the seals of the ledger and the draws of protection, which no rotation changes."""
        return self._secret

    @property
    def content(self) -> bytes:
        """All of it, as in a key file: only to hand it to a worker process, or to write it to a key file."""
        every = (self._secret, *self._later)
        return CHAIN + b"".join(one.hex().encode() + b"\n" for one in every) if self._later else self._secret

    @property
    def id(self) -> str:
        """16 hex characters that name this key: the register keeps them to notice another key."""
        return self._digest(_KEY_ID, b"")[:16]

    def followed_by(self, secret: bytes) -> Key:
        """This key with one secret more."""
        longer = Key(secret)
        longer._secret, longer._later = self._secret, (*self._later, longer._secret)
        return longer

    def follows(self, other: Key) -> bool:
        """Whether this key is the other one with one secret more."""
        return (self._secret, *self._later[:-1]) == (other._secret, *other._later) and bool(self._later)

    def renewed(self, digests: Iterable[str]) -> list[str]:
        """What the key without its last secret made of persons or files, as this key makes it; of the same length."""
        last, digest = self._later[-1], hmac.digest
        return [digest(last, _NEXT + one.encode("ascii"), "sha256").hex()[: len(one)] for one in digests]

    def person(self, bsn: str) -> str:
        """The pseudonym of a person with a BSN: 32 hex characters, the same in every file."""
        return self.persons([bsn])[0]

    def persons(self, bsns: Iterable[str]) -> list[str]:
        """The pseudonyms of many persons, in order."""
        secret, digest = self._secret, hmac.digest
        found = [digest(secret, _PERSON + bsn.encode("utf-8"), "sha256").hex()[:PSEUDONYM_CHARS] for bsn in bsns]
        for later in self._later:
            found = [digest(later, _NEXT + one.encode("ascii"), "sha256").hex()[:PSEUDONYM_CHARS] for one in found]
        return found

    def person_without_bsn(self, traits: str) -> str:
        """The pseudonym of a person known only by sex, date of birth and postal code."""
        return self._digest(_WITHOUT_BSN, traits.encode("utf-8"), PSEUDONYM_CHARS)

    def file(self, content: bytes) -> str:
        """The keyed digest of a delivered file: tells whether it changed, and is no oracle for its content."""
        return self._digest(_FILE, hashlib.sha256(content).digest())

    def _digest(self, label: bytes, message: bytes, length: int = 64) -> str:
        found = hmac.digest(self._secret, label + message, "sha256").hex()[:length]
        for later in self._later:
            found = hmac.digest(later, _NEXT + found.encode("ascii"), "sha256").hex()[:length]
        return found


def _chain(content: bytes, source: Path | str) -> tuple[bytes, ...]:
    """The secrets in the content of a key file."""
    if not content.startswith(CHAIN):
        return (content,)
    try:
        found = tuple(bytes.fromhex(line.decode("ascii")) for line in content[len(CHAIN) :].splitlines())
    except ValueError:
        found = ()
    if not found:
        raise KeyRefused(source, "the key file is damaged: after its first line it has one secret a line, in hex. Restore it.")
    return found


def _trusted(secret: bytes, source: Path | str) -> None:
    """KeyRefused for a secret that is too short, or that is not random."""
    if len(secret) < KEY_BYTES:
        raise KeyRefused(
            source,
            f"the key has {len(secret)} bytes; at least {KEY_BYTES} are needed. Restore the right "
            "key; where no data were taken in yet, remove it to have a new one made.",
        )
    if len(set(secret)) < DISTINCT:
        raise KeyRefused(
            source,
            f"the key is not random: it has fewer than {DISTINCT} different bytes, zeros only, say. Restore the right key; where no "
            "data were taken in yet, remove it to have a new one made.",
        )


def open_key(path: Path, data: Path, *, create: bool = True) -> Key:
    """The key in the file `path`; makes one of 32 random bytes, readable for the owner only, where there is none.

    KeyRefused when the file lies inside the data folder, is readable for others, is no ordinary file, is too short or not random,
    or is absent with `create=False` or where the vault has deliveries already: then the old key is wanted, and no stray one made.
    """
    path, data = Path(path).expanduser(), Path(data).expanduser()
    if path.resolve().is_relative_to(data.resolve()):
        raise KeyRefused(
            path,
            f"the key must not lie inside the data folder {data}, or one copy of the folder gives "
            "everybody away. Move it, for example to ~/.config/celwacht/pseudonym.key.",
        )
    if create and not os.path.lexists(path):
        if _taken_in(data / "vault"):
            raise KeyRefused(
                path,
                "there is no key here, and the deliveries in the vault were taken in with one: a new one would give everybody another "
                "pseudonym. Restore the key to this place, or name the file with --key.",
            )
        make_key_file(path, secrets.token_bytes(KEY_BYTES))
    try:
        found = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise KeyRefused(
            path, f"the key cannot be read ({error.strerror}). It must be an ordinary file that you may read, not a link."
        ) from None
    try:
        _check_mode(path, os.fstat(found))
        secret = os.read(found, 4097)
    finally:
        os.close(found)
    if len(secret) > 4096:
        raise KeyRefused(path, "this is no key, it has more than 4,096 bytes. Name the right file.")
    return Key(secret, path)


def _taken_in(vault: Path) -> bool:
    """Whether there is anything in the vault that an intake made, whatever state it is in."""
    made = [vault / "current", vault / "register.jsonl", vault / "microdata"]
    states = vault / "states"
    whole = states.is_dir() and any(not one.name.startswith(".") for one in states.iterdir())
    return whole or any(path.exists() for path in made)


def _check_mode(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyRefused(path, "the key must be an ordinary file. Name the right one.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyRefused(path, f"others may read the key (mode {stat.S_IMODE(status.st_mode):04o}). Run: chmod 600 {path}")


def make_key_file(path: Path, content: bytes) -> None:
    """Writes a new key file whole or not at all: beside its place first, then linked to it, so that two makers agree. One that is there
    stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(made, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    except FileExistsError:
        pass  # somebody else made it in the meantime: theirs is used
    finally:
        os.unlink(beside)
    sync(path.parent)
