"""The whole way, nationally: demo, intake, the October and the April set, each stage measured beside the floor.

`python benchmarks/national.py FOLDER [SCALE]` makes everything anew in FOLDER (some 3 GB) and prints a table: wall and CPU
seconds of the whole process tree, and the memory of its largest process. The floor is reading all microdata once with DuckDB.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

YEAR = "2024"


def stage(name: str, *command: str, env: dict[str, str]) -> None:
    """Runs one stage and prints its line; a stage that fails ends the benchmark with what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stdout}{done.stderr}")
    print(f"| {name} | {wall:.1f} | {cpu:.1f} | {after.ru_maxrss / 1024:,.0f} |", flush=True)


def main(folder: str, scale: str = "national") -> None:
    """Prints one line per stage."""
    place = Path(folder)
    place.mkdir(parents=True)
    data, out = str(place / "data"), str(place / "out")
    env = os.environ | {"CELWACHT_KEY": str(place / "pseudonym.key")}
    celwacht = str(Path(sys.executable).parent / "celwacht")
    read = (
        'import duckdb,sys; print(duckdb.sql(f"SELECT count(*), count(persoon), max(aanvang) FROM '
        "read_parquet('{sys.argv[1]}/vault/microdata/j*/*.parquet', union_by_name=true)\").fetchall())"
    )
    only = ("--province", "PV22") if scale == "small" else ()
    print("| stage | wall s | CPU s | largest process so far, MB |\n|---|---|---|---|")
    stage("demo deliveries", celwacht, "demo", data, "--scale", scale, env=env)
    stage("intake", celwacht, "intake", data, env=env)
    stage("floor: read the Parquet once", sys.executable, "-c", read, data, env=env)
    stage("October set", celwacht, "publish", "october", YEAR, "--data", data, "--out", out, *only, env=env)
    stage("April set", celwacht, "publish", "april", YEAR, "--data", data, "--out", out, *only, env=env)
    stage("verify the April set", celwacht, "verify", "--data", data, "--set", f"{YEAR}-april", "--out", out, env=env)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("name a folder that does not exist yet")
    main(*sys.argv[1:])
