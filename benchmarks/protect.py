"""Suppression and proof on the benchmark instances: `python benchmarks/protect.py FOLDER [P1 P2p P2 P3 4P3]`.

FOLDER holds the instances (inner counts with trees, as in the project's shared data). Prints one line per instance and policy:
cells, sensitive, secondary, value withheld, layers of worlds, seconds to protect and to check, peak memory. 4P3 is four
times P3 under one total.
"""

from __future__ import annotations

import csv
import gzip
import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.classification import Code, from_tree
from celwacht.tables.cubes.cube import Cube


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


def four_times(cube: Cube) -> Cube:
    """Four such countries side by side, under one total: for the growth of time with size."""
    first = cube.dimensions[0]
    codes = [replace(c, code=f"{c.code}_{k}", parent=f"{c.parent}_{k}" if c.parent else "T") for k in range(4) for c in first.codes]
    members = [(m + k * first.n_leaves).astype(np.int32) for k in range(4) for m in first.members]
    leaves = tuple(f"{leaf}_{k}" for k in range(4) for leaf in first.leaves)
    total = np.arange(4 * first.n_leaves, dtype=np.int32)
    regions = replace(first, codes=(Code("T", "T"), *codes), members=(total, *members), leaves=leaves)
    return Cube(f"4 x {cube.table}", (regions, *cube.dimensions[1:]), np.concatenate([cube.atoms] * 4))


def measure(cube: Cube, policy_name: str, singletons: bool = False) -> str:
    """Protects and checks one cube; the line of the table."""
    policy = read_policy("strict" if policy_name == "exact" else policy_name)
    if policy_name == "exact":
        policy = policy.model_copy(update={"width": 1})
    began, wall = time.process_time(), time.perf_counter()
    protected = protect(cube, policy, singletons=singletons, key=b"benchmark")
    took, waited = time.process_time() - began, time.perf_counter() - wall
    began = time.process_time()
    verdict = protected.check().verdict.name
    checked = time.process_time() - began
    s = protected.summary()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {cube.table} | {policy_name}{', singletons' * singletons} | {s['cells']:,} | {s['sensitive']:,} | "
        f"{s['secondary']:,} | {s['value_withheld']:,} | {s['worlds']:,} | {took:.1f} | {waited:.1f} | {checked:.1f} | "
        f"{peak:,.0f} | {verdict} |"
    )


def main(folder: str, *names: str) -> None:
    print(
        "| instance | policy | cells | sensitive | secondary | value withheld | layers | CPU s | wall s | check s | MB | verdict |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    measure(load(Path(folder), "P1"), "strict", True)  # compiles the kernels, or loads them
    for name in names or ("P1", "P2p", "P2", "P3"):
        four = name.startswith("4")
        cube = four_times(load(Path(folder), name[1:])) if four else load(Path(folder), name)
        large = cube.cells.size > 100_000
        for policy_name in ("strict",) if large else ("exact", "strict", "statline"):
            print(measure(cube, policy_name), flush=True)
        if not large:
            print(measure(cube, "strict", True), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        print("skipped: no folder with the benchmark instances (P1.csv, P1_hier.json, ...) was named, or it is not there")
    else:
        main(*sys.argv[1:])
