"""Thousands of requests that nobody should send, to a real server: answers are right or refused, soon, and never tell what is hidden.

Hidden are: a set under embargo; a data folder beside the public one; what lies in the public folder without being in a manifest; files
behind symbolic links.
"""

import asyncio
import time
from pathlib import Path

import pytest

from tests.publish import small
from tests.serve import live, made, own_loop
from tests.serve.fuzz_judge import CANARY, Judge
from tests.serve.fuzz_targets import Gun, Shot

SECRET = "geheime_tabel"
WIRES = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server, over a folder in which canaries are hidden in every way."""
    folder = tmp_path_factory.mktemp("fuzz")
    out, data, word = folder / "out", folder / "data", CANARY.decode()
    live.publish(out, small.published(), made.publication())
    live.publish(
        out,
        made.publication("gemaakte_tabel", seed=5, title=word),
        made.publication(SECRET, title=word),
        release_moment="2099-01-01T00:00:00+01:00",
    )
    for path in (
        data / "vault/secret.txt",
        out / ".staging/canary.txt",
        out / "canary.txt",
        out / "2024-april/gemaakte_tabel/canary.txt",
        out / "releases/canary.txt",
        out / "history/canary",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CANARY)
    for link in (out / "lek", out / "2024-april/lek", out / "2024-april/gemaakte_tabel/lek.txt"):
        link.symlink_to(data if link.suffix == "" else data / "vault/secret.txt")
    with live.serving(out) as running:
        yield running


def topics(table):
    return {
        "kleine_tabel": ["BegonnenTrajecten_1", "Aandeel_2", "Per100Jongeren_3"],
        "gemaakte_tabel": ["BegonnenTrajecten_1", "AandeelInHetTotaal_2"],
    }[table]


async def fire(port: int, gun: Gun, n: int, judge: Judge) -> None:
    """Several connections at once; each shot is timed by itself."""
    left = iter(range(n))

    async def one() -> None:
        wire = None
        for _ in left:
            shot = gun.shot()
            plain = shot.method == "GET" and not shot.headers
            wire = wire or await asyncio.open_connection("127.0.0.1", port, limit=1 << 26)
            answer, again = await _exchange(wire, shot, port)
            judge.judge(shot, answer)
            if not (plain and again):  # what was sent may have left rubbish on the connection
                wire[1].close()
                wire = None

    await asyncio.gather(*(one() for _ in range(WIRES)))


async def _exchange(wire, shot: Shot, port: int):
    reader, writer = wire
    lines = {"Host": f"127.0.0.1:{port}", **shot.headers}
    writer.write(
        shot.method.encode() + b" " + shot.target + b" HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()).encode() + b"\r\n"
    )
    began = time.perf_counter()
    try:
        received, again = await asyncio.wait_for(_received(reader, shot.method), 20)
    except (asyncio.IncompleteReadError, ConnectionError):
        received, again = b"HTTP/1.1 599 Cut off\r\n\r\n", False
    except TimeoutError:
        received, again = b"HTTP/1.1 598 No answer\r\n\r\n", False
    return live.parsed(received, time.perf_counter() - began), again


async def _received(reader, method: str) -> tuple[bytes, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    status, low = int(head.split(b" ", 2)[1]), head.lower()
    if status == 100:
        return await _received(reader, method)
    body = b""
    if method != "HEAD" and status not in (204, 304):
        if b"\r\ntransfer-encoding: chunked" in low:
            while not body.endswith(b"\r\n0\r\n\r\n") and body != b"0\r\n\r\n":
                size = await reader.readuntil(b"\r\n")
                body += size + await reader.readexactly(int(size, 16) + 2)
        elif b"\r\ncontent-length: " in low:
            body = await reader.readexactly(int(low.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0]))
        else:
            body = await reader.read()
    if method == "HEAD":  # says how it would come, and does not come
        head = head.replace(b"transfer-encoding: chunked\r\n", b"")
    return head + body, b"\r\nconnection: close" not in low


def shoot(server, seed, n):
    tables = {"kleine_tabel": small.published(), "gemaakte_tabel": made.publication()}
    judge = Judge(tables, {t: topics(t) for t in tables})
    own_loop.run(fire(server.port, Gun(seed, (*tables, SECRET)), n, judge))
    return judge


def assert_right(judge, n):
    assert judge.wrong == [], "\n".join([f"{len(judge.wrong)} wrong", *judge.wrong[:12]])
    assert sum(judge.statuses.values()) == n
    assert judge.statuses[200] > n // 20 and judge.statuses[400] > n // 20 and judge.statuses[404] > n // 20
    assert judge.rows > n  # rows were really held against the table


@pytest.mark.long
def test_a_thousand(server):
    """A short round with every kind of shot."""
    assert_right(shoot(server, 1, 1000), 1000)


@pytest.mark.long
def test_a_hundred_thousand(server):
    """The long round; memory stays where it was, and the server still answers as before."""
    before = server.ask("/odata/v1/Celwacht/kleine_tabel/Observations").body
    shoot(server, 2, 5000)
    held = server.rss()
    judge = shoot(server, 3, 105_000)
    print(
        f"\nstatuses {dict(sorted(judge.statuses.items()))}, rows {judge.rows}, slowest {judge.slowest:.2f} s, memory {held / 1e6:.0f} -> {server.rss() / 1e6:.0f} MB"
    )
    assert_right(judge, 105_000)
    assert server.rss() < held + 100e6
    assert server.ask("/odata/v1/Celwacht/kleine_tabel/Observations").body == before


@pytest.mark.parametrize(
    "path",
    [
        "/lek/vault/secret.txt",
        "/canary.txt",
        "/2024-april/lek/vault/secret.txt",
        "/.staging/canary.txt",
        "/history/2024-april",
        "/2024-april/manifest.json",
        "/2024-april/gemaakte_tabel/lek.txt",
        "/2024-april/gemaakte_tabel/publication.json",
        "/../data/vault/secret.txt",
        "/%2e%2e/data/vault/secret.txt",
        "/..%2fdata%2fvault%2fsecret.txt",
        "/.lock",
    ],
)
def test_files_are_not_served(server, path):
    """No file of the folder has an address of its own."""
    assert server.ask(path).status == 404


def test_the_process_opens_nothing_but_public_files(server):
    """What the server holds open lies in its own code, in the system, or is public."""
    for fd in Path(f"/proc/{server.process.pid}/fd").iterdir():
        target = fd.readlink()
        assert "vault" not in target.parts and "data" not in target.parts[-3:], target
