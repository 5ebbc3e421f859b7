"""A real `celwacht serve` in a process of its own over a folder of published sets, and a client that changes nothing.

`ask` sends a request line letter by letter: no library tidies the path, the query or the headers.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from celwacht.publish.sets import make_table
from celwacht.publish.store import store

ROOT = Path(__file__).resolve().parents[2]


def publish(out: Path, *publications, name: str = "2024-april", **about) -> Path:
    """A set through the real writers and the real store."""
    disk = store.Disk()
    with store.publishing(out, disk) as place:
        for publication in publications:
            make_table.write(publication, place.table_folder(publication.table), disk)
        place.seal(
            {
                "set": name,
                "title": f"Set {name}",
                "modified": "2025-04-30",
                "license": "CC BY 4.0",
                "tables": [{"id": p.table, "title": p.title.nl} for p in publications],
                **about,
            }
        )
        return place.commit(name)


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    """Names in small letters, in the order received."""
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)


@dataclass(frozen=True)
class Live:
    """A running server."""

    port: int
    process: subprocess.Popen

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def ask(
        self, target: str | bytes, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b"", timeout: float = 30
    ) -> Answer:
        """One request over a connection of its own; the target goes out as it is."""
        raw = target.encode("utf-8", "surrogateescape") if isinstance(target, str) else target
        lines = {"Host": self.host, "Connection": "close", **(headers or {})}
        if body:
            lines["Content-Length"] = str(len(body))
        head = b"".join([method.encode(), b" ", raw, b" HTTP/1.1\r\n", *(f"{k}: {v}\r\n".encode() for k, v in lines.items()), b"\r\n"])
        began = time.perf_counter()
        received = _exchange(self.port, head + body, timeout)
        return parsed(received, time.perf_counter() - began)

    def rss(self) -> int:
        """Bytes that the process holds in memory now."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _exchange(port: int, content: bytes, timeout: float) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as wire:
        wire.sendall(content)
        pieces = []
        while piece := wire.recv(1 << 16):
            pieces.append(piece)
    return b"".join(pieces)


def parsed(received: bytes, seconds: float = 0.0) -> Answer:
    """An answer from its bytes; chunks put together."""
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    _, status, reason = (first + " ").split(" ", 2)
    headers = tuple((k.strip().lower(), v.strip()) for k, _, v in (line.partition(":") for line in rest))
    if ("transfer-encoding", "chunked") in headers:
        body = b"".join(_chunks(body))
    return Answer(int(status), reason.strip(), headers, body, seconds)


def _chunks(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, body = body.partition(b"\r\n")
        n = int(size, 16)
        if n == 0:
            return
        yield body[:n]
        body = body[n + 2 :]
    raise AssertionError("the answer was cut off")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(out: Path, *, module: str = "celwacht.publish.cli", url: str = "", **environment: str) -> Iterator[Live]:
    """`celwacht serve OUT` on a free port, ready for requests; ended afterwards, whatever happens."""
    port = free_port()
    told = tempfile.TemporaryFile()
    process = subprocess.Popen(
        [sys.executable, "-m", module, "serve", str(out), "--port", str(port), *(["--url", url] if url else [])],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=told,
        env={**os.environ, **environment},
    )
    try:
        _until_ready(process, port, told)
        yield Live(port, process)
        assert process.poll() is None, f"the server ended by itself: {_end_of(told)}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        told.close()


def _end_of(told) -> str:
    told.seek(0)
    return told.read().decode("utf-8", "replace")[-2000:]


def _until_ready(process: subprocess.Popen, port: int, told, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"celwacht serve ended at once: {_end_of(told)}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.03)
    raise AssertionError("celwacht serve does not listen")
