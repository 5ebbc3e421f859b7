"""Connections that behave badly: heads without end, readers that do not read, half a request, many at once. Others notice nothing."""

import socket
import time

import pytest

from tests.serve import live, made

WHOLE = (
    "/odata/v1/Celwacht/grote_tabel/Observations",
    "/ODataFeed/odata/grote_tabel/TypedDataSet?$format=json",
    "/CSV/Celwacht/nl/grote_tabel",
    "/api/v1/tables/grote_tabel/download?format=csv",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    out = tmp_path_factory.mktemp("wires") / "out"
    live.publish(out, made.publication("grote_tabel", n_regions=1600, n_periods=4))
    with live.serving(out) as running:
        assert {running.ask(a).status for a in WHOLE} == {200}
        yield running


def connected(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def quick(server):
    """The slowest of some plain requests, in seconds."""
    answers = [server.ask("/odata/v1/Celwacht/grote_tabel/Observations?$filter=RegioS%20eq%20'NL01'&$top=50") for _ in range(10)]
    assert {a.status for a in answers} == {200}
    return max(a.seconds for a in answers)


@pytest.mark.parametrize(
    "start, piece",
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-More: " + b"a" * 8000 + b"\r\n"),
        (b"GET /", b"a" * 8000),
        (b"", b"GET" * 3000),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-One: ", b"b" * 8000),
    ],
)
def test_a_head_without_end(server, start, piece):
    """Refused after some 64 kB, without keeping what came."""
    before = server.rss()
    with connected(server) as wire:
        sent = len(start)
        wire.sendall(start)
        with pytest.raises(ConnectionError):
            for _ in range(5000):
                wire.sendall(piece)
                sent += len(piece)
        assert sent < 8_000_000  # what the system's own buffers took besides
    assert server.rss() < before + 10e6


def test_a_body_that_nobody_wants(server):
    """A long POST is answered without taking it in."""
    before = server.rss()
    with connected(server) as wire:
        wire.sendall(b"POST /odata/v1/Datasets HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n" + b"a" * 100_000)
        assert b" 4" in wire.recv(100)[:12]
    assert server.rss() < before + 10e6


def test_readers_that_do_not_read(server):
    """Forty of them ask for whole tables and leave the answer lying; the others are served as before, and memory stays flat."""
    quick(server)
    before = server.rss()
    lazy = [connected(server) for _ in range(40)]
    try:
        for n, wire in enumerate(lazy):
            wire.sendall(f"GET {WHOLE[n % len(WHOLE)]} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\n\r\n".encode())
        time.sleep(1.5)
        assert quick(server) < 1.0
        assert server.rss() < before + 250e6
    finally:
        for wire in lazy:
            wire.close()
    time.sleep(0.3)
    assert quick(server) < 1.0


def test_cut_off_in_the_middle(server):
    """Readers who leave in the middle of an answer leave nothing behind."""
    for _ in range(30):
        with connected(server) as wire:
            wire.sendall(f"GET {WHOLE[0]} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            wire.recv(5000)
    time.sleep(0.3)
    assert quick(server) < 1.0


def test_several_requests_in_one_piece(server):
    """Sent one behind the other, they are answered in order."""
    with connected(server) as wire:
        asked = ["/odata/v1/Celwacht/grote_tabel/Observations/$count", "/nothing", "/odata/v1/Celwacht/grote_tabel/PeriodenCodes/$count"]
        wire.sendall(
            "".join(
                f"GET {a} HTTP/1.1\r\nHost: x\r\n{'Connection: close' if n == 2 else 'X: y'}\r\n\r\n" for n, a in enumerate(asked)
            ).encode()
        )
        received = b""
        while piece := wire.recv(1 << 16):
            received += piece
    statuses = [part.split(b" ", 1)[0] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200"]


def test_many_at_once(server):
    """Three hundred open connections that say nothing are in nobody's way."""
    silent = [connected(server) for _ in range(300)]
    try:
        assert quick(server) < 1.0
    finally:
        for wire in silent:
            wire.close()


@pytest.mark.long
def test_half_a_request(server):
    """Who does not finish a request within twenty seconds is cut off."""
    with connected(server) as wire, connected(server) as later:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        later.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\nGET / HT")
        began = time.monotonic()
        wire.settimeout(40)
        assert wire.recv(100) == b"" and 15 < time.monotonic() - began < 30
        later.settimeout(10)
        while later.recv(10_000):
            pass


def test_no_more_large_files_at_once_than_places(server):
    """Who comes when all places are taken is told to come back, and places come free when readers leave."""
    address = WHOLE[3]
    lazy = []
    try:
        for _ in range(30):
            lazy.append(connected(server))
            lazy[-1].sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(1.0)
        answer = server.ask(address)
        assert answer.status == 429 and answer.header("retry-after")
    finally:
        for wire in lazy:
            wire.close()
    for _ in range(50):
        time.sleep(0.1)
        if server.ask(address).status == 200:
            return
    raise AssertionError("places are not given back")
