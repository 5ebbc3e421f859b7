"""The server under load, with its limit in the same run: `python -m benchmarks.serving.server FOLDER [--seconds 30] [--minutes 0] [--rate 200]`.

FOLDER gets the published table, once. Then
1. the limit: a bare uvicorn with a constant body of the same size, at the same rate;
2. v4: first pages of varied filtered queries, open loop;
3. the whole table as CSV, against copying the file;
4. with --minutes: readers of every kind at once.
Memory is that of the server process (resident, most: as the kernel counted it), CPU likewise.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.serving import made_set, queries


class Process:
    """A server in a process of its own, with what the kernel tells of it."""

    def __init__(self, arguments: list[str], port: int):
        self.port, self.process = port, subprocess.Popen([sys.executable, "-m", *arguments])
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise SystemExit("the server does not listen") from None
                time.sleep(0.05)

    def memory(self) -> tuple[float, float]:
        """Megabytes resident: now, and most so far."""
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        return tuple(int(lines[k].split()[0]) / 1000 for k in ("VmRSS", "VmHWM"))

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(*arguments: str) -> Iterator[Process]:
    """`{port}` in the arguments becomes a free port."""
    port = free_port()
    server = Process([a.replace("{port}", str(port)) for a in arguments], port)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def load(server: Process, targets: list[str], rate: float, seconds: float) -> dict:
    """What the load generator saw, and the server's CPU seconds per second."""
    before, began = server.cpu(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.serving.load", str(server.port), str(rate), str(seconds)],
        check=True,
        input=json.dumps(targets),
        capture_output=True,
        text=True,
    )
    return {**json.loads(done.stdout), "cpu": round((server.cpu() - before) / (time.monotonic() - began), 2)}


def streamed(server: Process, target: str) -> tuple[int, float]:
    """Bytes of a whole answer, and seconds; nothing is kept."""
    wire = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    began, size, buffer = time.perf_counter(), 0, bytearray(1 << 18)
    wire.request("GET", target)
    answer = wire.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{target}: {answer.status}")
    while n := answer.readinto(buffer):
        size += n
    return size, time.perf_counter() - began


def copied(source: Path, target: Path) -> tuple[int, float]:
    """The same for a copy of the file, which is in memory already."""
    began = time.perf_counter()
    shutil.copyfile(source, target)
    return target.stat().st_size, time.perf_counter() - began


def streams(server: Process, folder: Path) -> None:
    """MB/s, median of five each, one after the other in turn."""
    source = folder / "2024-april" / made_set.TABLE / "csv" / "Observations.csv"
    table = f"/api/v1/tables/{made_set.TABLE}/download?format=csv"
    bundle = f"/CSV/{made_set.CATALOG}/nl/{made_set.TABLE}"
    source.read_bytes()
    speeds: dict[str, list[float]] = {"copy": [], "file": [], "csv": [], "zip": [], "zip as csv": []}
    for _ in range(5):
        size, seconds = copied(source, folder / ".copy.csv")
        speeds["copy"].append(size / seconds / 1e6)
        plain, seconds = streamed(server, f"{bundle}/Observations.csv")
        speeds["file"].append(plain / seconds / 1e6)
        whole, seconds = streamed(server, table)
        speeds["csv"].append(whole / seconds / 1e6)
        packed, seconds = streamed(server, bundle)
        speeds["zip"].append(packed / seconds / 1e6)
        speeds["zip as csv"].append(size / seconds / 1e6)
    (folder / ".copy.csv").unlink()
    print(f"CSV: file {size / 1e6:.1f} MB, with titles {whole / 1e6:.1f} MB, zip {packed / 1e6:.1f} MB")
    for name, found in speeds.items():
        print(f"  {name:<11}{median(found):8.0f} MB/s  (least {min(found):.0f})")


def mixed(server: Process, minutes: float) -> None:
    """Readers of every kind; memory every second."""
    held: list[float] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(1):
            held.append(server.memory()[0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    before = server.cpu()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.serving.mixed", str(server.port), str(60 * minutes)], check=True, capture_output=True, text=True
    )
    stop.set()
    watcher.join()
    lines = json.loads(done.stdout)
    print(
        f"mixed, {minutes:g} minutes: {sum(v['requests'] for v in lines.values())} requests, CPU {(server.cpu() - before) / 60 / minutes:.2f}"
    )
    for kind, found in lines.items():
        print(f"  {kind:<10}{json.dumps(found)}")
    tenths = [held[min(len(held) - 1, len(held) * n // 10)] for n in range(11)]
    print(f"  MB resident, by tenths of the time: {' '.join(f'{m:.0f}' for m in tenths)}; most {server.memory()[1]:.0f}")
    wrong = sum(n for v in lines.values() for s, n in v["status"].items() if int(s) >= 500 or int(s) == 0)
    print(f"  5xx or no answer: {wrong}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--minutes", type=float, default=0)
    options.add_argument("--rate", type=float, default=200)
    asked = options.parse_args()
    publication = made_set.publish(asked.folder)
    print(f"{publication.n_observations:,} observations")
    targets = queries.first_pages(int(asked.rate * asked.seconds))
    with started("celwacht.publish.cli", "serve", str(asked.folder), "--port", "{port}") as server:
        print(f"idle: {server.memory()[0]:.0f} MB")
        _, first = streamed(server, targets[0])
        print(f"first request: {1000 * first:.0f} ms, then {server.memory()[0]:.0f} MB")
        load(server, targets[-50:], 25, 2)  # not counted: what is loaded on first use
        ours = load(server, targets, asked.rate, asked.seconds)
        with started("benchmarks.serving.peer", "{port}", str(ours["bytes"] // ours["requests"])) as peer:
            limit = load(peer, ["/x"], asked.rate, asked.seconds)
        print(f"limit    {json.dumps(limit)}\ncelwacht {json.dumps(ours)}")
        streams(server, asked.folder)
        print(f"after that: {server.memory()[0]:.0f} MB, most {server.memory()[1]:.0f}")
        if asked.minutes:
            mixed(server, asked.minutes)


if __name__ == "__main__":
    main()
