"""What stands around the application: behind a proxy, below a path, counted and logged. Knows ASGI, and nothing of tables.

/jz/odata/v1  from a trusted proxy, X-Forwarded-Proto: https, X-Forwarded-Host: cijfers.example.nl
->  /odata/v1, in answers https://cijfers.example.nl/jz/odata/v1
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from logging.handlers import WatchedFileHandler
from threading import Lock
from typing import Any

Network = IPv4Network | IPv6Network
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
PARTS = ("odata/v1", "odatacatalog", "odataapi", "odatafeed", "csv", "api", "files", "gebied", "rapport", "tabel", "feed", "v", "embed")
MISSED = "nothing"
"""The part of answers that there is nothing, or that the question is wrong."""
BOUNDS = (0.005, 0.02, 0.1, 0.5, 1.0, 5.0)
"""Seconds up to which answers are counted together."""


class Prefixed:
    """Takes a path such as /jz off each address; a proxy may have done so already. What lies elsewhere is answered as it comes."""

    def __init__(self, app: Any, prefix: str):
        self._app, self._prefix = app, prefix

    async def __call__(self, scope, receive, send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and self._prefix and (path + "/").startswith(self._prefix + "/"):
            scope = {**scope, "path": path[len(self._prefix) :] or "/"}
            scope["raw_path"] = scope["path"].encode()
        await self._app(scope, receive, send)


class Forwarded:
    """Believes X-Forwarded-Proto and X-Forwarded-Host of trusted addresses, the last hop only, and of nobody else."""

    def __init__(self, app: Any, trusted: Sequence[Network]):
        self._app, self._trusted = app, tuple(trusted)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http" and self._trusts(scope.get("client")):
            told = {name: value.decode("latin-1").rsplit(",", 1)[-1].strip() for name, value in scope["headers"]}
            scheme, host = told.get(b"x-forwarded-proto", ""), told.get(b"x-forwarded-host", "")
            scope = {**scope, "scheme": scheme if scheme in ("http", "https") else scope["scheme"]}
            if HOST.fullmatch(host):
                scope["celwacht.host"] = host
        await self._app(scope, receive, send)

    def _trusts(self, client: tuple[str, int] | None) -> bool:
        try:
            address = ip_address(client[0]) if client else None
        except ValueError:
            return False
        return address is not None and any(address in network for network in self._trusted)


class Metrics:
    """Counts of answers by part of the site and status, of bytes, and of time, in the text form of Prometheus. Of whom: nothing."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: dict[tuple[str, str], int] = {}
        self._bytes: dict[str, int] = {}
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self.under_way = 0

    def add(self, part: str, status: int, size: int, seconds: float) -> None:
        """One answer."""
        kind = f"{status // 100}xx"
        with self._lock:
            self._answers[part, kind] = self._answers.get((part, kind), 0) + 1
            self._bytes[part] = self._bytes.get(part, 0) + size
            times = self._times.setdefault(part, [0] * (len(BOUNDS) + 1))
            times[sum(seconds > bound for bound in BOUNDS)] += 1
            self._seconds[part] = self._seconds.get(part, 0.0) + seconds

    def text(self, tables: int) -> bytes:
        """tables: how many are public now."""
        with self._lock:
            lines = ["# TYPE celwacht_answers_total counter"]
            lines += [f'celwacht_answers_total{{part="{p}",status="{s}"}} {n}' for (p, s), n in sorted(self._answers.items())]
            lines += ["# TYPE celwacht_bytes_total counter"]
            lines += [f'celwacht_bytes_total{{part="{p}"}} {n}' for p, n in sorted(self._bytes.items())]
            lines += ["# TYPE celwacht_seconds histogram"]
            for part, times in sorted(self._times.items()):
                for k, bound in enumerate((*BOUNDS, "+Inf")):
                    lines.append(f'celwacht_seconds_bucket{{part="{part}",le="{bound}"}} {sum(times[: k + 1])}')
                lines.append(f'celwacht_seconds_sum{{part="{part}"}} {self._seconds[part]:.6f}')
                lines.append(f'celwacht_seconds_count{{part="{part}"}} {sum(times)}')
        gauges = {"under_way": self.under_way, "tables": tables, "resident_bytes": _resident()}
        for name, number in gauges.items():
            lines += [f"# TYPE celwacht_{name} gauge", f"celwacht_{name} {number}"]
        return ("\n".join(lines) + "\n").encode()


class Counted:
    """Counts every answer, and writes a line of each where there is a log."""

    def __init__(self, app: Any, metrics: Metrics, log: logging.Logger | None):
        self._app, self._metrics, self._log = app, metrics, log

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began, seen = time.monotonic(), {"status": 500, "size": 0}

        async def out(message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
            seen["size"] += len(message.get("body", b""))
            await send(message)

        self._metrics.under_way += 1
        try:
            await self._app(scope, receive, out)
        finally:
            self._metrics.under_way -= 1
            spent = time.monotonic() - began
            self._metrics.add(part_of(scope["path"], seen["status"]), seen["status"], seen["size"], spent)
            if self._log:
                self._log.info("%s", log_line(scope, seen["status"], seen["size"], spent))


def part_of(path: str, status: int) -> str:
    """The part of the site: one of PARTS, 'pages' for the rest; of what is not there 'nothing', so that strangers make no names."""
    if status in (400, 404, 405):
        return MISSED
    low = path.lower().lstrip("/")
    return next((part for part in PARTS if low == part or low.startswith(part + "/")), "pages")


def log_line(scope: Any, status: int, size: int, seconds: float) -> str:
    """'2026-11-28T20:15Z GET /api/v1/tables 200 5120 12': the minute, method, path, status, bytes, milliseconds.

    No address, no name of a program, nothing behind the question mark (readers write names there), and of what is not there no path.
    """
    there = status < 400 or status >= 500
    path = "".join(c if c.isprintable() and c != " " else "?" for c in scope["path"][:200]) if there else "-"
    method = scope["method"] if scope["method"] in ("GET", "HEAD", "OPTIONS") else "-"
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ} {method} {path} {status} {size} {seconds * 1000:.0f}"


def access_log(file: str) -> logging.Logger:
    """A log to a file, which may be moved away and is then begun anew (logrotate); '-': to standard output."""
    log = logging.getLogger("celwacht.access")
    log.propagate = False
    log.setLevel(logging.INFO)
    log.handlers[:] = [logging.StreamHandler(sys.stdout) if file == "-" else WatchedFileHandler(file, encoding="utf-8")]
    return log


def _resident() -> int:
    """Bytes that the process holds in memory; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
