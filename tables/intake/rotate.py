"""Rotation of the secret key: every pseudonym in the vault becomes that of a longer chain of secrets, so that all links stay.

No BSN is needed: the new secret is applied to the pseudonyms as they are. Who has the old key alone can then no longer find a person in the
vault. Register, microdata and answers change in one step; killed at any moment, the vault is wholly of the old key or of the new one, and
both key files are there. Nothing that was published depends on pseudonyms.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celwacht.tables.checks import stored
from celwacht.tables.checks.answers import ROWS, Judged
from celwacht.tables.intake.vault.key import KEY_BYTES, Key, KeyRefused, make_key_file, open_key
from celwacht.tables.intake.vault.pieces import renamed
from celwacht.tables.intake.vault.vault import Vault, open_vault
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.accounts import counted, differences
from celwacht.tables.register.register import Register
from celwacht.tables.sources.source_spec import RegisterSource
from celwacht.tables.sources.sources import of_record


@dataclass(frozen=True)
class Rotated:
    """What a rotation did."""

    files: int
    persons: int
    """Different pseudonyms that were renewed."""
    key: str
    """Id of the new key."""


def rotate(data: Path, old: Key, target: Path) -> Rotated:
    """Renews everything in the vault of `data` under a new key, which is in the file `target` afterwards: the secrets of the old one, and one
    more. A file that an interrupted rotation left there is gone on with.

    KeyRefused where `target` holds another key. ProblemsFound where the vault is not as its register says; nothing has changed then.
    """
    new = _new(data, old, target)
    with open_vault(data) as vault:
        register = vault.register()
        if register.keys == {new.id}:
            return Rotated(0, 0, new.id)  # an interrupted rotation had only its last word to say
        if register.keys - {old.id}:
            raise KeyRefused(
                target, "the deliveries in the vault were taken in with another key than the old one that was named. Name that."
            )
        if vault.current is None:
            return Rotated(0, 0, new.id)
        if problems := differences(vault.current / "microdata", register):
            raise ProblemsFound(problems)
        folder = vault.begin()
        try:
            return _renew(vault, vault.current, folder, register, new)
        finally:
            vault.abandon(folder)


def _new(data: Path, old: Key, target: Path) -> Key:
    make_key_file(target, old.followed_by(secrets.token_bytes(KEY_BYTES)).content)  # one that is there stays
    new = open_key(target, data, create=False)
    if not new.follows(old):
        raise KeyRefused(target, "this file holds a key already that does not follow the old one. Name a file that is not there yet.")
    return new


def _renewed(one: Judged, new: Key, moved: Mapping[str, Sequence[int]]) -> Judged:
    """An answer under the new key; the lines of all records follow the new order of the microdata."""
    if one.rule != ROWS:
        return replace(one, persons=tuple(new.renewed(one.persons)))
    places = moved.get(one.delivery, ())
    return replace(one, lines=tuple(one.lines[place] for place in places) if len(places) == len(one.lines) else ())


def _renew(vault: Vault, current: Path, folder: Path, register: Register, new: Key) -> Rotated:
    changed, written, persons = set[str](), dict[str, tuple[int, str]](), 0
    moved: dict[str, dict[str, list[int]]] = {}
    for path in sorted((current / "microdata").glob("*/*.parquet")):
        name = f"{path.parent.name}/{path.name}"
        one = of_record(path.parent.name)
        columns = ["persoon", *(other.name for other in (one.names if isinstance(one, RegisterSource) else ()))]
        count, moved[name] = renamed(path, folder / "microdata" / name, path.parent.name, columns, new.renewed, vault.states)
        persons += count
        written |= counted(folder / "microdata" / name)
        changed.add(name)
    for path in sorted((current / "answers").glob("*/*.parquet")):
        name = f"{path.parent.name}/{path.name}"
        piece = folder / "parts" / f"{path.parent.name}-{path.name}"
        stored.write(piece, [_renewed(one, new, moved.get(name, {})) for one in stored.read(path, rows=True)])
        stored.merge(folder / "answers" / name, [piece], None)
        changed.add(f"answers/{name}")
    lines = [replace(one, key=new.id, digest=new.renewed([one.digest])[0]) for one in register.entries]
    after = Register(tuple(sorted(lines))).with_content(written)
    if problems := differences(folder / "microdata", after):
        raise ProblemsFound(problems)
    vault.commit(folder, after, changed)
    return Rotated(len(changed), persons, new.id)
