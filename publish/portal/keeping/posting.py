"""Handing the mail that waits to a mail server: none in the way of another, and none over and over.

A message is taken out of the outbox when the server says that it has it. Of two things nobody can know whether that was so: a process that dies,
and a line that breaks, between the last byte and the answer. Such a hand-over is counted before it begins (outbox.py), and after TWICE of them
the message is put aside: whoever it is for gets it at least once where the server took it, and at most twice, under one Message-ID.

    the server takes it                    gone from the outbox
    ... refuses it for good (5xx)          put aside, with the number of the answer
    ... cannot take it now (4xx)           waits for the next time, LONGEST at most; the others go on
    ... takes nothing, or is not there     all wait: Unsent says why
    it is over (a code of ten minutes)     put aside, and not sent

Sources: RFC 5321 (4.2.1 answers, 4.5.4.1 how long to try again), RFC 3207 (STARTTLS), RFC 4954 (login).
"""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from celwacht.publish.portal.keeping.outbox import Message, Outbox
from celwacht.publish.portal.keeping.portal_folder import Portal

PATIENCE = 30
"""Seconds that one answer of the server may take."""
TWICE = 2
LONGEST = 5 * 86400
"""Seconds that a message waits for a server that cannot take it."""
EVERY, LATER, AT_MOST = 5, 300, 300
"""Seconds: between two looks of the process that serves; until a message that could not be taken is tried again by it; and at most
between two tries of a server that is not there, each twice as late as the one before."""
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. tls: `starttls`, `tls` from the first byte, or `none`; the certificate must be right. Its repr tells no password."""

    host: str
    port: int
    tls: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)

    def opened(self) -> smtplib.SMTP:
        """A connection that takes mail. OSError or SMTPException where there is none: mail goes over no other line than that which was asked for."""
        if self.tls == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            if self.tls == STARTTLS:
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


class Unsent(Exception):
    """Nothing is taken for now, and why; `done` is what was done before that."""

    def __init__(self, why: str, done: Posted):
        super().__init__(why)
        self.done = done


@dataclass
class Posted:
    """What became of the messages: how many were taken, were put aside, and wait for the next time (their ids)."""

    taken: int = 0
    aside: int = 0
    later: list[str] = field(default_factory=list)


def post(portal: Portal, where: MailServer, skip: Container[str] = ()) -> Posted | None:
    """Hands over what waits, but for the ids in `skip`; None where another process is at it. Unsent where the server takes nothing."""
    with portal.outbox.one_sender() as mine:
        if not mine:
            return None
        line, done = _Line(where), Posted()
        try:
            for message in portal.outbox.messages():
                if message.id not in skip and message.path.exists():
                    _one(portal, line, message, done)
        except OSError as error:  # SMTPException is one
            raise Unsent(reason(error), done) from None
        finally:
            line.close()
        return done


def reason(error: Exception) -> str:
    """Why the server takes nothing, without a word of its own text: that may name somebody."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not right: {error.verify_message}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it does not take this login ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what was asked for (STARTTLS or login)"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answers {error.smtp_code}"
    return f"it is not there or does not answer ({type(error).__name__})"


class _Line:
    """The connection, made when it is needed, and anew after it broke."""

    def __init__(self, where: MailServer):
        self._where = where
        self._server: smtplib.SMTP | None = None

    def server(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._where.opened()
        return self._server

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def reset(self) -> None:
        """Ready for the next message; without a line, where that breaks."""
        try:
            self.server().rset()
        except OSError:
            self.close()


def _one(portal: Portal, line: _Line, message: Message, done: Posted) -> None:
    box, now = portal.outbox, portal.now()
    over = (message.until and now >= message.until) or (message.written and now >= message.written + LONGEST)
    if over or message.unknown >= TWICE:
        _aside(portal, message, "over before it could be sent" if over else "twice nobody knew whether the server took it", done)
        return
    server = line.server()
    try:
        why = _envelope(server, box, message)
    except smtplib.SMTPServerDisconnected:
        line.close()
        done.later.append(message.id)  # before its first byte: the server has not got it
        return
    if not why:
        path = box.begin(message)
        code = _content(server, path.read_bytes())
        if code // 100 == 2:
            path.unlink()
            done.taken += 1
            return
        if code // 100 not in (4, 5):  # nobody knows; it stays counted, and comes last the next time
            line.close()
            done.later.append(message.id)
            return
        box.undo(message, path)
        why = f"message {code}"
    line.reset()
    if why.rpartition(" ")[2].startswith("4"):
        done.later.append(message.id)
    else:
        _aside(portal, message, f"refused by the server ({why})", done)


def _envelope(server: smtplib.SMTP, box: Outbox, message: Message) -> str:
    """Sender and receiver: "", or which of them is refused with which number. SMTPResponseException where the server takes nothing from us at all."""
    code, text = server.mail(box.sender)
    if code == 421 or code // 100 != 2:
        raise smtplib.SMTPResponseException(code, text)
    code, text = server.rcpt(message.to)
    if code == 421:
        raise smtplib.SMTPServerDisconnected("closing")
    return "" if code // 100 == 2 else f"receiver {code}"


def _content(server: smtplib.SMTP, content: bytes) -> int:
    """The message itself: the number of the answer; 0 where none came."""
    try:
        return server.data(content)[0]
    except smtplib.SMTPDataError as refused:  # no "go on" to the word DATA
        return refused.smtp_code
    except OSError:
        return 0


def _aside(portal: Portal, message: Message, why: str, done: Posted) -> None:
    portal.outbox.fail(message, why)
    portal.note("mail failed", message=message.id, why=why)
    done.aside += 1


class Postman(threading.Thread):
    """Sends what waits for as long as a portal is served, beside all answers. told: where to say that mail fails or waits, once for each reason."""

    def __init__(self, portal: Portal, where: MailServer, told: Callable[[str], None]):
        super().__init__(name="post", daemon=True)
        self._portal, self._where, self._told = portal, where, told
        self._end, self._why = threading.Event(), ""
        self._later: dict[str, int] = {}

    def run(self) -> None:
        pause = EVERY
        while not self._end.wait(pause):
            now = self._portal.now()
            self._later = {number: until for number, until in self._later.items() if until > now}
            try:
                done, why = post(self._portal, self._where, self._later), ""
            except Unsent as error:
                done, why = error.done, str(error)
            except Exception as error:  # a full disk, say: the portal goes on, and mail is tried again
                done, why = None, f"the outbox cannot be read or written ({type(error).__name__})"
            pause = min(pause * 2, AT_MOST) if why else EVERY
            self._tell(done, why)

    def stop(self) -> None:
        """Ends after the message that it is at."""
        self._end.set()

    def _tell(self, done: Posted | None, why: str) -> None:
        if done:
            self._later |= dict.fromkeys(done.later, self._portal.now() + LATER)
            if done.aside:
                self._told(f"{done.aside} messages could not be sent. See them: celwacht portal send {self._portal.folder}.")
        if why and why != self._why:
            self._told(f"The mail server takes nothing: {why}. Mail waits in the outbox and is tried again.")
            self._portal.note("mail waits", why=why)
        self._why = why
