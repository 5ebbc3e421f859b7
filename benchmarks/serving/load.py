"""Open-loop load in a process of its own: `python -m benchmarks.serving.load PORT RATE SECONDS < targets.json`.

Requests are due at fixed moments, whatever the server does, and each is timed from the moment it was due: a server that
stands still for a second is charged with every request of that second (no coordinated omission). Prints one line of JSON: answers per status,
errors, milliseconds at p50/p90/p99/p99.9/most, bytes, how late the load itself was, CPU seconds of this process.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter

import httptools
import uvloop

MOST_CONNECTIONS = 100
TIMEOUT = 20.0


class Wire(asyncio.Protocol):
    """A connection that carries one request at a time."""

    def __init__(self) -> None:
        self.done: asyncio.Future | None = None
        self.transport: asyncio.Transport | None = None
        self.size = 0

    def connection_made(self, transport) -> None:
        self.transport = transport

    def send(self, request: bytes) -> asyncio.Future:
        """What comes of it: (status or 0, bytes of the body, may the connection be used again)."""
        self.parser, self.size = httptools.HttpResponseParser(self), 0
        self.done = asyncio.get_running_loop().create_future()
        if self.transport.is_closing():
            self._end((0, 0, False))
        else:
            self.transport.write(request)
        return self.done

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.size += len(body)

    def on_message_complete(self) -> None:
        self._end((self.parser.get_status_code(), self.size, self.parser.should_keep_alive()))

    def connection_lost(self, error) -> None:
        self._end((0, self.size, False))

    def _end(self, result) -> None:
        if self.done and not self.done.done():
            self.done.set_result(result)


class Load:
    """Sends `requests` in turn at `rate` a second, and keeps what came of each."""

    def __init__(self, port: int, rate: float, seconds: float, requests: list[bytes]):
        self.port, self.rate, self.n, self.requests = port, rate, int(rate * seconds), requests
        self.idle: list[Wire] = []
        self.took: list[float] = []
        self.late: list[float] = []
        self.status: Counter[int] = Counter()
        self.bytes = 0
        self.open = asyncio.Semaphore(MOST_CONNECTIONS)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()  # whose own clock counts in milliseconds: not used here
        start, tasks = time.perf_counter() + 0.2, set()
        for i in range(self.n):
            due = start + i / self.rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self.late.append(max(0.0, time.perf_counter() - due))
            task = loop.create_task(self.one(self.requests[i % len(self.requests)], due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if tasks:
            await asyncio.wait(tasks)

    async def one(self, request: bytes, due: float) -> None:
        async with self.open:
            wire, (status, size, again) = await exchanged(self.port, request, self.idle, TIMEOUT)
        self.took.append(time.perf_counter() - due)
        self.status[status] += 1
        self.bytes += size
        if again:
            self.idle.append(wire)


async def exchanged(port: int, request: bytes, idle: list[Wire], seconds: float) -> tuple[Wire | None, tuple[int, int, bool]]:
    """(connection, (status or 0, bytes of the body, may it be used again)). A connection from `idle` that the server has closed
    meanwhile counts for nothing: then the next one, at last a new one.
    """
    while True:
        wire = idle.pop() if idle else None
        new = wire is None
        try:
            if wire is None:
                wire = (await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", port))[1]
            told = await asyncio.wait_for(wire.send(request), seconds)
        except (OSError, TimeoutError):
            return None, (0, 0, False)
        if told[0] or new:
            return wire, told


def at(sorted_times: list[float], share: float) -> float:
    """The time within which this share was answered, in ms."""
    return round(1000 * sorted_times[min(len(sorted_times) - 1, int(share * len(sorted_times)))], 2)


def main(port: int, rate: float, seconds: float) -> None:
    targets = json.load(sys.stdin)
    requests = [f"GET {t} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n\r\n".encode() for t in targets]
    load = Load(port, rate, seconds, requests)
    uvloop.run(load.run())
    times, late = sorted(load.took), sorted(load.late)
    print(
        json.dumps(
            {
                "requests": load.n,
                "rate": rate,
                "status": dict(sorted(load.status.items())),
                "p50": at(times, 0.5),
                "p90": at(times, 0.9),
                "p99": at(times, 0.99),
                "p99.9": at(times, 0.999),
                "most": round(1000 * times[-1], 2),
                "bytes": load.bytes,
                "load_late_p99": at(late, 0.99),
                "load_cpu": round(time.process_time(), 2),
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
