"""Spark beside DuckDB on the same records, and what a block costs as a row of a Spark job.

`python -m benchmarks.spark count ENGINE DATA TABLE...` counts the tables of 2024HJ01 (the first of a source with the time to load its records) and prints a
line each: CPU seconds of the whole process tree and wall seconds, memory of this process and of the largest other one (the JVM) at most, and a
digest of the cells. `python -m benchmarks.spark blocks MASTER` prints what a block costs, by itself and as a row. `times K FROM TO` writes a vault of
K times the persons of another, to see how time grows. Others use the machine: the load is printed too.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from celwacht.disclosure.search.cubes.suppress import search_block
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.engines.engine import engine_of
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_tables
from celwacht.tables.spread import in_threads

TICK = os.sysconf("SC_CLK_TCK")
PERIODS = [Period.parse("2024HJ01")]
ROWS = 2_000


def tree() -> tuple[float, dict[int, int]]:
    """(CPU seconds of this process and all that came of it, MB at most of each)."""
    seen: dict[int, tuple[int, float]] = {}
    for name in os.listdir("/proc"):
        try:
            fields = Path("/proc", name, "stat").read_text().rpartition(")")[2].split() if name.isdigit() else []
        except OSError:
            continue
        if fields:
            seen[int(name)] = int(fields[1]), sum(map(int, fields[11:15])) / TICK
    mine = {os.getpid()}
    while more := {number for number, (parent, _) in seen.items() if parent in mine} - mine:
        mine |= more
    return sum(seen[number][1] for number in mine if number in seen), {number: _most(number) for number in mine}


def _most(number: int) -> int:
    try:
        lines = Path("/proc", str(number), "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def count(engine: str, data: str, *tables: str) -> None:
    """A line per table."""
    specs = read_tables(only=list(tables))
    with Microdata(Path(data), keep=1, engine=engine) as microdata:
        for table in tables:
            (cpu, _), began = tree(), time.perf_counter()
            cubes = build_cube(specs[table], PERIODS, Path(data), connection=microdata)
            wall, (after, memory) = time.perf_counter() - began, tree()
            others = max([0, *(mb for number, mb in memory.items() if number != os.getpid())])
            digest = hashlib.sha256(b"".join(cube.atoms.tobytes() + cube.cells.tobytes() for cube in cubes)).hexdigest()[:12]
            counted, load = sum(int(cube.atoms.sum()) for cube in cubes), os.getloadavg()[0]
            print(
                f"| {Path(data).name} | {engine} | {table} | {after - cpu:.1f} | {wall:.1f} | {memory[os.getpid()]} | {others} | {counted:,} | "
                f"{digest} | {load:.0f} |",
                flush=True,
            )


def blocks(master: str) -> None:
    """What a row costs beside what is done in it: rows of nothing, then the blocks of the tests."""
    from tests.spark.blocks import digest, rows_of_blocks
    from tests.spark.pieces import doubled

    with tempfile.TemporaryDirectory() as folder:
        spread = engine_of(f"spark:{master}").spread(Path(folder))
        list(spread(doubled, [1], [(0, 1)] * 64))  # workers are there
        (cpu, _), began = tree(), time.perf_counter()
        list(spread(doubled, [b""], [(0, b"x" * 135_000)] * ROWS))  # answers of 270 kB
        print(f"{ROWS} rows of 0.14 MB: {_each(cpu, began, ROWS)}")
        shared, rows = rows_of_blocks()
        here = digest(in_threads(1)(search_block, shared, rows))  # compiled
        for name, one in (("by itself", in_threads(1)), (master, spread)):
            (cpu, _), began = tree(), time.perf_counter()
            found = [list(one(search_block, shared, rows)) for _ in range(3)]
            same = all(digest(again) == here for again in found)
            size = sum(len(pickle.dumps(row)) for row in rows) // len(rows)
            print(f"{3 * len(rows)} blocks of {size:,} bytes, {name}: {_each(cpu, began, 3 * len(rows))}, equal: {same}")


def _each(cpu: float, began: float, of: int) -> str:
    wall, after = time.perf_counter() - began, tree()[0]
    return f"{1000 * wall / of:.1f} ms of wall and {1000 * (after - cpu) / of:.1f} ms of CPU each (load {os.getloadavg()[0]:.0f})"


def times(many: str, source: str, target: str) -> None:
    """A vault of so many times the persons, each with the same records; only to count from, as no intake made it and no register accounts for it."""
    old, new = Path(source), Path(target)
    new.mkdir(parents=True)
    shutil.copytree(old / "regions", new / "regions")
    with duckdb.connect(config={"threads": 1, "memory_limit": "2GB", "preserve_insertion_order": False}) as database:
        for path in sorted((old / "vault" / "microdata").glob("*/*.parquet")):
            to = new / "vault" / "microdata" / path.parent.name / path.name
            to.parent.mkdir(parents=True, exist_ok=True)
            again = f"SELECT * REPLACE (persoon || '.' || k AS persoon) FROM read_parquet('{path}'), range({int(many)}) t(k)"
            database.execute(f"COPY ({again}) TO '{to}' (FORMAT parquet, ROW_GROUP_SIZE 200000)")


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("count", "blocks", "times"):
        sys.exit(__doc__)
    {"count": count, "blocks": blocks, "times": times}[sys.argv[1]](*sys.argv[2:])
