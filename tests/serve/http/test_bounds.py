"""What a stranger can hold of the server has an end; and what is said of a port is true."""

import asyncio
import socket
import subprocess
import sys

import pytest
import uvicorn
from celwacht.publish.serve.http import bounded_http

from tests.serve import live, own_loop

ASK = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
ANSWER = b"x" * 16_000_000


async def _much(scope, receive, send) -> None:
    """ANSWER; at /read after the whole body."""
    while scope["path"] == "/read" and (told := await receive()).get("more_body"):
        if told["type"] == "http.disconnect":
            return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(ANSWER)).encode())]})
    for at in range(0, len(ANSWER), 1 << 16):
        await send({"type": "http.response.body", "body": ANSWER[at : at + (1 << 16)], "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _asked(readers) -> list[int]:
    """Bytes that each reader gets of ANSWER, from a server of its own."""
    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(_much, http=bounded_http.BoundedHttp, loop="uvloop", lifespan="off", log_level="error"))
    running = asyncio.ensure_future(server.serve(sockets=[door]))
    while not server.started:
        await asyncio.sleep(0.01)
    got = await asyncio.gather(*(reader(door.getsockname()[1]) for reader in readers))
    server.should_exit = True
    await running
    return got


async def _all(port: int) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ASK)
    count = 0
    while block := await reader.read(1 << 18):
        count += len(block)
    writer.close()
    return count


async def _sleeper(port: int) -> int:
    """Asks, takes nothing until the server has looked often, and then what there still is."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.setblocking(False)
    loop, count = asyncio.get_running_loop(), 0
    with plain:
        await loop.sock_connect(plain, ("127.0.0.1", port))
        await loop.sock_sendall(plain, ASK)
        await asyncio.sleep(1.5)
        try:
            while block := await loop.sock_recv(plain, 1 << 18):
                count += len(block)
        except ConnectionError:
            pass
    return count


def test_readers_that_take_nothing_are_let_go(monkeypatch):
    """Readers that ask and do not take lose the connection, many at once; one that reads gets everything."""
    monkeypatch.setattr(bounded_http, "LOOKS", 0.15)
    monkeypatch.setattr(bounded_http, "LEAST", 100_000)
    got = own_loop.run(_asked([_all, *[_sleeper] * 5]))
    assert got[0] > len(ANSWER) > max(got[1:])


async def _dripper(port: int, path: bytes = b"/read") -> int:
    """Promises a body, and sends a drop of it now and then, at / also after the answer: 1 if the server has enough of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
    begun = asyncio.get_running_loop().time()
    taking = asyncio.ensure_future(_taken(reader))
    while not taking.done() and asyncio.get_running_loop().time() < begun + 5:
        writer.write(b"x")
        await asyncio.sleep(0.02)
    writer.close()
    return int(taking.done())


async def _taken(reader) -> int:
    count = 0
    try:
        while block := await reader.read(1 << 18):
            count += len(block)
    except ConnectionError:
        pass
    return count


async def _sender(port: int) -> int:
    """A body that comes at a fair pace, longer than between two looks: whether the answer came whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 160000\r\n\r\n")
    taking = asyncio.ensure_future(_taken(reader))
    for _ in range(16):
        writer.write(b"x" * 10_000)
        await asyncio.sleep(0.02)
    count = await taking
    writer.close()
    return int(count > len(ANSWER))


def test_senders_of_drops_are_let_go(monkeypatch):
    """Whoever promises a body and lets it drip loses the place, whether the answer is there already or not; who sends on is heard."""
    monkeypatch.setattr(bounded_http, "LOOKS", 0.15)
    monkeypatch.setattr(bounded_http, "LEAST", 100_000)
    assert own_loop.run(_asked([_sender, *[_dripper] * 3, lambda port: _dripper(port, b"/")])) == [1] * 5


@pytest.mark.long
def test_a_port_that_is_taken(tmp_path):
    """`celwacht serve` says that the port is taken, and does not say that it serves; exit status not 0."""
    out = tmp_path / "out"
    out.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "celwacht.publish.cli", "serve", str(out), "--port", port], cwd=live.ROOT, capture_output=True, text=True
        )
    assert ended.returncode and f"port {port} is taken by another program" in ended.stderr
    assert "Serving" not in ended.stdout and "Traceback" not in ended.stderr
