"""The folder of a portal and its settings:

PORTAL/portal.toml    name, url, mail, months that reports are kept; for the office to change
       portal.db      accounts, sessions, what was sent and what can be fetched, drafts of forms (sealed)
       office.pub     the office's public key: what is sent in is sealed to it
       reports/       reports to be fetched, sealed with the portal's key, which lies outside the folder
       incoming/      pieces of uploads, sealed as well
       drop/          what was sent in, sealed to the office
       outbox/        mail that waits, and that failed
       log.jsonl      what happened
"""

from __future__ import annotations

import re
import secrets
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from email.utils import parseaddr
from pathlib import Path

from celwacht.publish.portal.keeping.database import Database
from celwacht.publish.portal.keeping.log import Log
from celwacht.publish.portal.keeping.outbox import Outbox
from celwacht.publish.portal.keeping.sealing import Seal, public_of
from celwacht.tables.intake.vault.key import Key, open_key
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.whole_file import write_whole

_ADDRESS = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?", re.ASCII)
"""As browsers name where a form comes from."""
_SENDER = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+", re.ASCII)
MOST_MONTHS = 120
SETTINGS, PUBLIC = "portal.toml", "office.pub"
FOLDERS = ("reports", "incoming", "drop", "outbox")


@dataclass(frozen=True)
class Settings:
    """What the office decides."""

    name: str = "Celwacht"
    """Who runs the portal, as users read it."""
    url: str = "https://portal.example.nl"
    """Where users find it; browsers may send forms from there only."""
    mail: str = "portal@example.nl"
    """Sender of mail."""
    months: int = 6
    """How long a report can be fetched."""
    trusted_proxy: str = ""
    """Address of the machine in front, whose X-Forwarded-For is believed; empty: nobody's."""


@dataclass(frozen=True)
class Portal:
    """An open portal: everything that the other rooms need."""

    folder: Path
    settings: Settings
    seal: Seal
    clock: Callable[[], float] = time.time
    cost: int = 15
    """Of hashing a password: 2 to this power blocks; see accounts/passwords.py."""

    @property
    def database(self) -> Database:
        return Database(self.folder / "portal.db")

    @property
    def log(self) -> Log:
        return Log(self.folder / "log.jsonl", self.seal.key)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.folder / "outbox", self.settings.mail, self.clock)

    @property
    def office(self) -> bytes:
        """The office's public key."""
        return bytes.fromhex((self.folder / PUBLIC).read_text().strip())

    def now(self) -> int:
        """Seconds since 1970, UTC."""
        return int(self.clock())

    def note(self, what: str, **told: str | int) -> None:
        """A line in the log."""
        self.log.write(what, self.clock(), **told)


def make_portal(folder: Path, key: Path, office_key: Path) -> Portal:
    """A new portal, or the one that is there: what exists stays as it is. Both keys are made where they are not there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True, mode=0o700)
    if not (folder / SETTINGS).exists():
        said = {field.name: field.default for field in fields(Settings)}
        write_whole(folder / SETTINGS, "".join(f"{name} = {_toml(value)}\n" for name, value in said.items()))
    open_key(key, folder)
    private = open_key(office_key, folder)
    if not (folder / PUBLIC).exists():
        write_whole(folder / PUBLIC, public_of(private_half(private)).hex() + "\n")
    Database(folder / "portal.db").make()
    return open_portal(folder, key)


def open_portal(folder: Path, key: Path) -> Portal:
    """The portal in a folder; ProblemsFound where there is none, or where its settings cannot be read."""
    if not (folder / "portal.db").is_file():
        raise ProblemsFound([Problem(str(folder), 0, 0, "no-portal", "there is no portal here. Make one: celwacht portal init.")])
    secret = open_key(key, folder, create=False)
    Database(folder / "portal.db").make()  # tables that a newer release has
    return Portal(folder, _settings(folder / SETTINGS), Seal(secret.secret[:32]))


def private_half(key: Key) -> bytes:
    """The office's private key, from the bytes of its key file."""
    return key.secret[:32]


def token() -> str:
    """A new secret of 256 bits, in letters that a URL or cookie can hold."""
    return secrets.token_urlsafe(32)


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'


def _settings(path: Path) -> Settings:
    known = {field.name: type(field.default) for field in fields(Settings)}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProblemsFound([Problem(path.name, 0, 0, "portal-settings", f"the settings cannot be read: {error}. Correct them.")]) from None
    wrong = [
        Problem(
            path.name,
            0,
            0,
            "portal-settings",
            f"'{name[:30]}' is no setting, or not of its kind. Write one of: {', '.join(sorted(known))}.",
        )
        for name, value in found.items()
        if type(value) is not known.get(name)
    ]
    wrong = wrong or [Problem(path.name, 0, 0, "portal-settings", told) for told in _unfit(Settings(**found))]
    if wrong:
        raise ProblemsFound(wrong)
    return Settings(**found)


def _unfit(said: Settings) -> Iterator[str]:
    """What is wrong with settings that are each of their kind."""
    if not _ADDRESS.fullmatch(said.url):
        yield f"url = '{said.url[:80]}' is no scheme and host. Write it as https://portal.example.nl, without a path or a slash at its end."
    if not _SENDER.fullmatch(parseaddr(said.mail)[1]) or not said.mail.isprintable():
        yield f"mail = '{said.mail[:80]}' is no address of mail. Write it as portal@example.nl."
    if not said.name.strip() or not said.name.isprintable():
        yield "name is empty, or holds a character that cannot be shown. Write who runs the portal."
    if not 0 < said.months <= MOST_MONTHS:
        yield f"months = {said.months} is no time to keep reports for. Write a number from 1 to {MOST_MONTHS}."
