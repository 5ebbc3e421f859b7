"""Mail that waits in a folder, one file per message, until `celwacht portal send` hands it to a mail server or the office does by hand."""

from __future__ import annotations

import secrets
import smtplib
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from celwacht.tables.whole_file import write_whole

ENDING = ".eml"


@dataclass(frozen=True)
class Outbox:
    """The folder, and who sends."""

    folder: Path
    sender: str

    def put(self, to: str, subject: str, text: str) -> Path:
        """Writes a message, whole or not at all. Its name tells nothing."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, subject
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        path = self.folder / f"{secrets.token_hex(12)}{ENDING}"
        write_whole(path, mail.as_bytes())
        return path

    def waiting(self) -> list[Path]:
        """The messages that wait."""
        return sorted(self.folder.glob(f"*{ENDING}"))

    def send(self, server: smtplib.SMTP) -> int:
        """Hands all to a mail server that is connected; each is removed when the server has taken it. The number sent."""
        waiting = self.waiting()
        for path in waiting:
            server.send_message(BytesParser(policy=policy.SMTP).parsebytes(path.read_bytes()))
            path.unlink()
        return len(waiting)
