"""A chain of lines: each holds the digest of the one before it, so that none can be changed, dropped or put between.

    line 1  {"before": "000...", "number": 1, ..., "seal": HMAC of all before it, "digest": SHA-256 of all the rest}
    line 2  {"before": digest of line 1, "number": 2, ...}

Promise of `read`: a text is a chain only if it is, byte for byte, what `text_of` writes, so that no byte of it can be another one.
A last line without a line end was being written when the machine stopped: it never counted, and is distinguished from damage.
The digests prove order and wholeness to whoever knows the last of them; the seal proves to whoever has the key that the
lines were written with that key, so that a chain that was written anew as a whole is found as well.

Example: `read(text_of(first) + text_of(second))` gives Chain((first, second), "", ()); with a byte of `first` changed, one problem.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

START = "0" * 64
"""What the first line names as the digest before it."""
PUBLISHED, TAKEN_IN, REQUESTED, CHECKED = "published", "taken in", "requested", "output"
"""What a line tells: a release that this house made, one that stood in a folder from before there was a ledger, the answer to an order, or outputs of a
researcher that left."""
REQUESTS, OUTPUTS = "requests", "outputs"
"""In place of a public folder, for what was handed to one customer, or to one researcher."""
HANDED_OUT = (REQUESTS, OUTPUTS)
_PURPOSE = b"celwacht/1/ledger"


@dataclass(frozen=True, slots=True)
class Line:
    """One release. Texts are codes, hashes and moments (ISO 8601); nothing in it is a count of people."""

    number: int
    before: str
    what: str
    at: str
    """When the line was written, UTC."""
    set: str
    """Name of the set, such as 2024-april."""
    release: str
    """Name of the folder in OUT/releases: the first 20 digits of `manifest`."""
    manifest: str
    """SHA-256 of manifest.json, which has that of every public file: what was printed."""
    moment: str
    """From when readers may see it."""
    folder: str
    """Which public folder: the id in OUT/.ledger."""
    record: str
    """Name of the confidential record: certificates, policies and specifications as released."""
    sealed: str
    """SHA-256 of the list of that record's files (released.json), with the hash of each."""
    tables: dict[str, dict[str, object]]
    """Per table `spec` and `policy` (SHA-256 of both as released) and `certificates` (SHA-256 each, in order of cube)."""
    deliveries: int
    """How many deliveries stood in the register as accepted."""
    delivered: str
    """SHA-256 of their list in the record: id and keyed digest of each."""
    replaces: str
    """The release of the same set that counted before; empty: none."""
    unseen: tuple[str, ...]
    """Releases of this set that were replaced before their moment: nobody has seen them, and nobody will."""
    withdrawn: tuple[str, ...]
    """Tables of the release that it replaces which are not in this one."""
    reason: str
    """Why, in the words of whoever published."""
    key: str = ""
    """Id of the secret key of `seal`."""
    digest: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """What a text holds: whole lines, the rest of a torn last one, and what is wrong (empty: nothing)."""

    lines: tuple[Line, ...]
    torn: str
    problems: tuple[str, ...]

    @property
    def head(self) -> str:
        """Digest of the last line: who keeps it elsewhere can prove later that nothing was rewritten."""
        return self.lines[-1].digest if self.lines else START

    def of_set(self, name: str) -> tuple[Line, ...]:
        """The lines of one set, oldest first; the last is the release that counts today."""
        return tuple(line for line in self.lines if line.set == name)

    def sets(self) -> dict[str, Line]:
        """Set -> the line of the release that counts today, in order of name."""
        return dict(sorted({line.set: line for line in self.lines}.items()))


def text_of(line: Line) -> str:
    """The line as it stands in the file: canonical JSON, with its line end."""
    return json.dumps(asdict(line), sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"


def closed(line: Line, key: bytes) -> Line:
    """The line with its digest, and with the seal of a secret key."""
    line = _with(line, key=key_id(key))
    line = _with(line, seal=_seal(line, key))
    return _with(line, digest=_digest(line))


def read(text: str) -> Chain:
    """The chain in a text; never an error, whatever the text."""
    *whole, torn = text.split("\n")
    lines: list[Line] = []
    problems: list[str] = []
    before = START
    for number, written in enumerate(whole, 1):
        line = _line(written)
        if line is None:
            problems.append(f"line {number} is not a line of a ledger, or was changed")
            break
        if line.number != number or line.before != before:
            problems.append(f"line {number} does not follow the line before it: one was changed, left out or put between")
            break
        lines.append(line)
        before = line.digest
    return Chain(tuple(lines), torn, tuple(problems))


def unsealed(chain: Chain, key: bytes) -> list[int]:
    """Numbers of the lines that claim this key, and were not written with it."""
    return [n.number for n in chain.lines if n.key == key_id(key) and not hmac.compare_digest(n.seal.encode(), _seal(n, key).encode())]


def of_other_keys(chain: Chain, key: bytes) -> list[int]:
    """Numbers of the lines that claim another key, so that this one cannot judge them."""
    return [line.number for line in chain.lines if line.key != key_id(key)]


def key_id(key: bytes) -> str:
    """Sixteen digits that name a key and give nothing of it away."""
    return hmac.digest(key, _PURPOSE + b"/key", "sha256").hex()[:16]


def _line(written: str) -> Line | None:
    """The line in a text, if it is exactly what `text_of` would write and its digest is right."""
    try:
        found = json.loads(written)
        if not isinstance(found, dict) or found.keys() != {f.name for f in fields(Line)}:
            return None
        line = Line(**{**found, "unseen": tuple(found["unseen"]), "withdrawn": tuple(found["withdrawn"])})
        well = text_of(line) == written + "\n" and _well_formed(line) and line.digest == _digest(line)
    except (ValueError, TypeError, RecursionError):
        return None
    return line if well else None


def _well_formed(line: Line) -> bool:
    """Are the values of the kinds that the fields ask?"""
    numbers = ("number", "deliveries")
    lists = {"unseen": str, "withdrawn": str}
    for f in fields(Line):
        value = getattr(line, f.name)
        if f.name in numbers:
            good = type(value) is int and value >= 0
        elif f.name in lists:
            good = all(isinstance(v, str) for v in value)
        elif f.name == "tables":
            good = isinstance(value, dict) and all(_is_table(t) for t in value.values())
        else:
            good = isinstance(value, str)
        if not good:
            return False
    return True


def _is_table(found: object) -> bool:
    return isinstance(found, Mapping) and found.keys() == {"spec", "policy", "certificates"} and isinstance(found["certificates"], list)


def _digest(line: Line, *without: str) -> str:
    content = {k: v for k, v in asdict(line).items() if k not in ("digest", *without)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _seal(line: Line, key: bytes) -> str:
    return hmac.digest(hmac.digest(key, _PURPOSE, "sha256"), _digest(line, "seal").encode(), "sha256").hex()


def with_folder(line: Line, folder: str) -> Line:
    """The line for another public folder; to be closed after that."""
    return _with(line, folder=folder)


def _with(line: Line, **changed) -> Line:
    return Line(**{**{f.name: getattr(line, f.name) for f in fields(Line)}, **changed})
