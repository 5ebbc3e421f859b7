"""A mail server on this machine that does as it is told: takes, refuses, stalls or breaks off, with STARTTLS and a login."""

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Mailbox:
    """replies: command ("MAIL", "RCPT x@y", "DATA", ".") -> what it answers in place of yes; "break" ends the line without an answer, after the
    message was taken where that is ".". taken: the messages it has, each with its sender and receiver."""

    folder: Path | None = None
    login: tuple[str, str] | None = None
    replies: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    def __enter__(self) -> "Mailbox":
        box = self

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        class Line(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    _talk(box, self)
                except OSError:
                    pass

        self._server = Server(("127.0.0.1", 0), Line)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def texts(self) -> list[str]:
        return [content.decode() for *_, content in self.taken]


def _talk(box: Mailbox, line) -> None:
    stream, raw, secret, known, sender, to = line.rfile, line.request, False, False, "", ""

    def say(text: str) -> None:
        raw.sendall(text.encode() + b"\r\n")

    say("220 mailbox")
    while command := stream.readline().decode().strip():
        word = command.split()[0].upper()
        if word == "EHLO":
            more = ["STARTTLS"] if box.folder and not secret else ["AUTH PLAIN"] if box.login else []
            say("\r\n".join(["250-mailbox", *(f"250-{one}" for one in more), "250 SIZE 1000000"]))
        elif word == "STARTTLS":
            say("220 go on")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(box.folder / "cert.pem", box.folder / "cert.key")
            raw = context.wrap_socket(raw, server_side=True)
            stream, secret = raw.makefile("rb"), True
        elif word == "AUTH":
            known = base64.b64decode(command.split()[2]).decode().split("\0")[1:] == list(box.login or ())
            say("235 welcome" if known else "535 no")
        elif word == "QUIT":
            return say("221 bye")
        elif box.login and not known:
            say("530 log in first")
        else:
            place = command.partition(":")[2].strip("<> ")
            told = box.replies.get(word) or box.replies.get(f"{word} {place.partition('>')[0]}")
            if told == "break":
                return
            if word == "MAIL":
                sender = place.partition(">")[0]
            if word == "RCPT":
                to = place
            if word == "DATA" and not told:
                say("354 go on")
                content = b""
                while (text := stream.readline()) != b".\r\n":
                    content += text
                told = box.replies.get(".") or box.replies.get(f". {to}")
                if not told or told == "break":
                    box.taken.append((sender, to, content))
                    box.encrypted.append(secret)
                if told == "break":
                    return
            say(told or "250 yes")
