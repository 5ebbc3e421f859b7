"""Suppression and proof on the benchmark instances: `python benchmarks/protect.py FOLDER [P1 P2p P2 P3]`.

FOLDER holds the instances (inner counts with trees, as in the project's shared data). Prints one line per instance and policy:
cells, sensitive, secondary, value withheld, layers of worlds, CPU seconds to protect and to check, peak memory.
"""

from __future__ import annotations

import csv
import gzip
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from celwacht.disclosure.policy import read_policy
from celwacht.disclosure.protect import protect
from celwacht.tables.classification import from_tree
from celwacht.tables.cube import Cube


def load(folder: Path, name: str) -> Cube:
    """The instance as a cube: all margins are cells."""
    trees = json.loads((folder / f"{name}_hier.json").read_text())
    dimensions = tuple(from_tree(d, trees["trees"][d], trees["root"][d]) for d in trees["dims"])
    places = [{leaf: i for i, leaf in enumerate(d.leaves)} for d in dimensions]
    plain = folder / f"{name}.csv"
    atoms = np.zeros([d.n_leaves for d in dimensions], np.int64)
    with plain.open() if plain.exists() else gzip.open(f"{plain}.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            atoms[tuple(place[row[d]] for place, d in zip(places, trees["dims"]))] += int(row["freq"])
    return Cube(name, dimensions, atoms)


def measure(cube: Cube, policy_name: str) -> str:
    """Protects and checks one cube; the line of the table."""
    began = time.process_time()
    protected = protect(cube, read_policy(policy_name), key=b"benchmark")
    took = time.process_time() - began
    began = time.process_time()
    verdict = protected.check().verdict.name
    checked = time.process_time() - began
    s = protected.summary()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (f"| {cube.table} | {policy_name} | {s['cells']:,} | {s['sensitive']:,} | {s['secondary']:,} | "
            f"{s['value_withheld']:,} | {s['worlds']:,} | {took:.1f} | {checked:.1f} | {peak:,.0f} | {verdict} |")


def main(folder: str, *names: str) -> None:
    print("| instance | policy | cells | sensitive | secondary | value withheld | layers | CPU s | check s | MB | verdict |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|")
    measure(load(Path(folder), "P1"), "strict")          # compiles the kernels, or loads them
    for name in names or ("P1", "P2p", "P2", "P3"):
        for policy_name in ("strict", "statline"):
            print(measure(load(Path(folder), name), policy_name), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        print("skipped: no folder with the benchmark instances (P1.csv, P1_hier.json, ...) was named, or it is not there")
    else:
        main(*sys.argv[1:])
