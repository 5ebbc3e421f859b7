"""Readers of every kind at once, each waiting a little between requests: `python -m benchmarks.serving.mixed PORT SECONDS`.

Prints one line of JSON: per kind the answers per status, and milliseconds at p50, p99 and most.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

import uvloop

from benchmarks.serving.load import at, exchanged
from benchmarks.serving.made_set import CATALOG, TABLE
from benchmarks.serving.queries import BASE, FORM, GEMEENTE, PERIOD, first_pages

V4, FEED, API = f"/odata/v1/{CATALOG}/{TABLE}", f"/ODataFeed/odata/{TABLE}", f"/api/v1/tables/{TABLE}"
SECONDS_PER_ANSWER = 60.0


def v4(draw: random.Random) -> Iterator[str]:
    """cbsodata4: the list, metadata, then data."""
    yield from ("/odata/v1/Datasets", V4, f"{V4}/Dimensions", f"{V4}/MeasureCodes", f"{V4}/PeriodenCodes", f"{V4}/Properties")
    yield from first_pages(10, draw.randrange(10**9))
    yield f"{BASE}?$count=true&$top=0&$filter=WijkenEnBuurten%20eq%20'{draw.choice(GEMEENTE)}'"
    if draw.random() < 0.05:
        yield f"{BASE}?$skip={draw.choice((0, 100_000, 600_000))}"


def v3(draw: random.Random) -> Iterator[str]:
    """cbsodata and cbsodataR: the list, metadata, a filter, now and then a page of 10,000 rows."""
    yield from (
        "/ODataCatalog/Tables?$format=json",
        f"{FEED}/?%24format=json",
        f"{FEED}/TableInfos?%24format=json",
        f"{FEED}/DataProperties?%24format=json",
        f"{FEED}/Perioden?%24format=json",
        f"{FEED}/WijkenEnBuurten?%24format=json",
    )
    for _ in range(6):
        yield (
            f"{FEED}/{draw.choice(('TypedDataSet', 'UntypedDataSet'))}?$format=json&$filter=WijkenEnBuurten+eq+%27{draw.choice(GEMEENTE)}%27"
            f"+and+substringof(%27{draw.choice(('JJ', 'HJ'))}%27,Perioden)"
        )
    if draw.random() < 0.2:
        yield f"{FEED}/TypedDataSet?$format=json&$skip={10_000 * draw.randrange(21)}"


def viewer(draw: random.Random) -> Iterator[str]:
    """A browser: the page, its files, the list, the table, and what the reader chooses."""
    yield from (
        "/",
        "/main.js",
        "/api/v1/tables",
        f"/api/v1/tables?q=jeugdhulp%20{draw.choice(('wijk', 'regio', 'xyz'))}",
        API,
        f"{API}/history",
    )
    for _ in range(6):
        yield f"{API}/data?WijkenEnBuurten={','.join(draw.sample(GEMEENTE, 20))}&Perioden={draw.choice(PERIOD)}"


def downloads(draw: random.Random) -> Iterator[str]:
    """Files: mostly parts, sometimes the whole table."""
    for form in ("csv", "jsonstat", "px", "parquet"):
        yield f"{API}/download?format={form}&VormenVanJeugdhulp={draw.choice(FORM)}&Perioden={draw.choice(PERIOD)}"
    yield f"/CSV/{CATALOG}/nl/{TABLE}"
    if draw.random() < 0.2:
        yield f"{API}/download?format=csv"


def nuisance(draw: random.Random) -> Iterator[str]:
    """What is wrong or absent."""
    yield from (
        f"{BASE}?$filter=Streek%20eq%20'x'",
        f"{BASE}?$filter=((((",
        f"{BASE}?$top=-1",
        "/odata/v1/Celwacht/geen_tabel",
        "/%00",
        "/../../x",
        f"{FEED}/TypedDataSet?$filter=substringof('a'",
        f"{API}/data?Nonsense=1",
        "/api/v1/tables/geen_tabel",
        f"{V4}/Observations({draw.randrange(10**7)})",
    )


KINDS: dict[Callable[[random.Random], Iterator[str]], tuple[int, float]] = {
    v4: (8, 0.1),
    v3: (6, 0.15),
    viewer: (6, 0.2),
    downloads: (2, 1.0),
    nuisance: (2, 0.2),
}
"""Kind -> how many readers, and seconds between two requests of one (on average)."""


async def reader(port: int, kind, number: int, pause: float, until: float, told: dict) -> None:
    draw, idle = random.Random(f"{kind.__name__}{number}"), []
    while time.perf_counter() < until:
        for target in kind(draw):
            request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: {draw.choice(('gzip', 'identity'))}\r\n\r\n"
            begin = time.perf_counter()
            wire, (status, _, again) = await exchanged(port, request.encode(), idle, SECONDS_PER_ANSWER)
            told[kind.__name__].append((status, time.perf_counter() - begin))
            if again:
                idle.append(wire)
            if time.perf_counter() > until:
                return
            await asyncio.sleep(draw.expovariate(1 / pause))


async def run(port: int, seconds: float) -> dict[str, list[tuple[int, float]]]:
    told: dict[str, list[tuple[int, float]]] = defaultdict(list)
    until = time.perf_counter() + seconds
    await asyncio.gather(*(reader(port, kind, n, pause, until, told) for kind, (many, pause) in KINDS.items() for n in range(many)))
    return told


def main(port: int, seconds: float) -> None:
    lines = {}
    for kind, found in uvloop.run(run(port, seconds)).items():
        times = sorted(t for _, t in found)
        lines[kind] = {
            "requests": len(found),
            "status": dict(sorted(Counter(s for s, _ in found).items())),
            "p50": at(times, 0.5),
            "p99": at(times, 0.99),
            "most": round(1000 * times[-1], 1),
        }
    print(json.dumps(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
