"""Mail that waits in a folder, one file per message, until it is handed to a mail server (posting.py) or the office sends it by hand.

outbox/ID.eml           waits
outbox/ID.1.eml         was being handed over once by a process that ended or lost the line: nobody knows whether the server took it
outbox/failed/ID.eml    will not go out by itself; failed/ID.why says why
"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, parseaddr, parsedate_to_datetime
from pathlib import Path

from celwacht.tables.whole_file import sync, write_whole

ENDING = ".eml"
FAILED, WHY = "failed", ".why"
KEPT = 30 * 86400
"""Seconds after which a message that failed is removed."""


@dataclass(frozen=True)
class Message:
    """One message, as its file has it. Its repr names nobody."""

    path: Path
    id: str
    unknown: int
    """Hand-overs of which nobody knows the end."""
    mail: EmailMessage

    def __repr__(self) -> str:
        return f"Message({self.id})"

    @property
    def to(self) -> str:
        return str(self.mail["To"])

    @property
    def written(self) -> int:
        """When it was put in, in seconds since 1970; 0 for one of an older release."""
        return _moment(self.mail["Date"])

    @property
    def until(self) -> int:
        """When it is of no use any more; 0: no such moment."""
        return _moment(self.mail["Expires"])


@dataclass(frozen=True)
class Outbox:
    """The folder, and who sends."""

    folder: Path
    sender: str
    clock: Callable[[], float] = time.time

    def put(self, to: str, subject: str, text: str, seconds: int = 0) -> Path:
        """Writes a message, whole or not at all. Its name tells nothing. seconds: after which it is not sent any more, such as a code that is over; 0: no such."""
        mail = EmailMessage(policy=policy.SMTP)
        number, now = secrets.token_hex(12), self.clock()
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, subject
        mail["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
        place = parseaddr(self.sender)[1].rpartition("@")[2]
        mail["Message-ID"] = f"<{number}@{place}>"  # the same however often it is sent: a copy is seen to be one
        mail["Auto-Submitted"] = "auto-generated"
        if seconds:
            mail["Expires"] = format_datetime(datetime.fromtimestamp(now + seconds, UTC))
        mail.set_content(text)
        path = self.folder / f"{number}{ENDING}"
        write_whole(path, mail.as_bytes())
        return path

    def waiting(self) -> list[Path]:
        """The messages that wait."""
        return sorted(self.folder.glob(f"*{ENDING}"))

    def messages(self) -> list[Message]:
        """Those that wait: first the ones that nothing is amiss with, oldest first."""
        found = [one for path in self.waiting() if (one := _read(path))]
        return sorted(found, key=lambda one: (one.unknown, one.written, one.id))

    def failed(self) -> list[tuple[Message, str]]:
        """Those that will not go out by themselves, and why; oldest first."""
        found = [one for path in sorted((self.folder / FAILED).glob(f"*{ENDING}")) if (one := _read(path))]
        return [(one, _why(one.path)) for one in sorted(found, key=lambda one: (one.written, one.id))]

    def begin(self, message: Message) -> Path:
        """Counts a hand-over before it begins, on the disk: who dies in it leaves it counted."""
        return self._named(message, message.path, message.unknown + 1)

    def undo(self, message: Message, path: Path) -> None:
        """Takes that back: the server certainly has not taken it."""
        self._named(message, path, message.unknown)

    def fail(self, message: Message, why: str) -> None:
        """Puts a message aside, and why."""
        place = self.folder / FAILED
        place.mkdir(exist_ok=True, mode=0o700)
        write_whole(place / f"{message.id}{WHY}", why + "\n")
        os.replace(message.path, place / f"{message.id}{ENDING}")

    def again(self) -> int:
        """Lets what failed wait once more: how many."""
        found = self.failed()
        for message, _ in found:
            mail = message.mail
            del mail["Date"]
            mail["Date"] = format_datetime(datetime.fromtimestamp(self.clock(), UTC))  # from which it is tried so many days
            write_whole(self.folder / f"{message.id}{ENDING}", mail.as_bytes())
            message.path.unlink(missing_ok=True)
            message.path.with_suffix(WHY).unlink(missing_ok=True)
        return len(found)

    def remove_old(self, now: int) -> None:
        """Removes what failed long ago."""
        for message, _ in self.failed():
            if message.written <= now - KEPT:
                message.path.unlink(missing_ok=True)
                message.path.with_suffix(WHY).unlink(missing_ok=True)

    @contextmanager
    def one_sender(self) -> Iterator[bool]:
        """Whether this process is the one that sends: two would send everything twice."""
        with open(self.folder / ".sender", "ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def _named(self, message: Message, path: Path, unknown: int) -> Path:
        new = self.folder / (f"{message.id}.{unknown}{ENDING}" if unknown else f"{message.id}{ENDING}")
        os.replace(path, new)
        sync(self.folder)
        return new


def _read(path: Path) -> Message | None:
    """None where somebody took it away meanwhile."""
    number, _, unknown = path.name.removesuffix(ENDING).partition(".")
    try:
        mail = BytesParser(policy=policy.SMTP).parsebytes(path.read_bytes())
    except FileNotFoundError:
        return None
    return Message(path, number, int(unknown) if unknown.isdigit() else 0, mail)  # type: ignore[arg-type]  # with this policy it is one


def _why(path: Path) -> str:
    beside = path.with_suffix(WHY)
    return beside.read_text("utf-8").strip() if beside.is_file() else "not known"


def _moment(text: object) -> int:
    try:
        return int(parsedate_to_datetime(str(text)).timestamp()) if text else 0
    except ValueError:
        return 0
