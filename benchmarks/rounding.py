"""Rounding methods on the benchmark instances: `python benchmarks/rounding.py FOLDER [P1 P2p P2 P3] [--near]`.

Prints one line per instance and method: CPU seconds, peak memory, cells that changed, largest and mean |change|, cells
that changed by the base or more. Then, for P1, what adding up tells an intruder on top of each figure's own interval:
the exact feasibility intervals by mixed-integer programme. --near: controlled rounding of middle sizes near the
optimum too.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np
from celwacht.disclosure.intruder.feasibility import Attack
from celwacht.disclosure.policy.rounding_method import RoundingMethod
from celwacht.disclosure.rounding.rounding import Rounded, round_cube
from celwacht.tables.cubes.cube import Cube
from protect import load

KEY = b"benchmark: 32 bytes, not secret."
METHODS = [
    ("conventional", 5),
    ("random", 5),
    ("small-count", 5),
    ("small-count", 10),
    ("controlled", 5),
    ("controlled", 10),
    ("cell-key", 5),
]


def measure(cube: Cube, name: str, base: int, gap: float | None) -> str:
    """Rounds one cube; the line of the table."""
    began = time.process_time()
    done = round_cube(cube, RoundingMethod(method=name, base=base), KEY, gap=gap)
    took = time.process_time() - began
    s = done.summary()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    how = "" if gap is None or name != "controlled" else f", gap {gap}"
    what = "D=8 V=3 js=2" if name == "cell-key" else f"base {base}{how}"
    return (
        f"| {cube.table} | {name}, {what} | {took:.2f} | {peak:,.0f} | {s['changed']:,} | {s['largest']} | "
        f"{s['mean']:.3f} | {s['beyond']:,} |"
    )


def told_on_top(done: Rounded) -> str:
    """Exact intervals of all small cells of a rounded table, beside those that each figure tells by itself."""
    attack = Attack(done.table())
    cells = [tuple(c) for c in np.argwhere((done.cube.cells > 0) & (done.cube.cells < 10))]
    alone = np.array([done.greatest[c] - done.least[c] for c in cells])
    joint = np.array([attack.interval(c).width for c in cells])
    b = done.method.base
    return (
        f"| {done.method.method}, base {b} | {len(cells)} | {np.median(alone):.0f} | {np.median(joint):.0f} | "
        f"{joint.min():.0f} | {int((joint < alone).sum())} | {int((joint < b - 1).sum())} | "
        f"{int((joint == 0).sum())} |"
    )


def main(folder: str, *words: str) -> None:
    names, near = [w for w in words if not w.startswith("-")], "--near" in words
    print("| instance | method | CPU s | MB | changed | largest | mean | by base or more |\n|---|---|---|---|---|---|---|---|")
    for name, base in METHODS:
        round_cube(load(Path(folder), "P1"), RoundingMethod(method=name, base=base), KEY, gap=None)  # compiles
    for name in names or ("P1", "P2p", "P2", "P3"):
        cube = load(Path(folder), name)
        _ = cube.cells  # computed before the clock starts
        for method, base in METHODS:
            print(measure(cube, method, base, None), flush=True)
            if method == "controlled" and (cube.cells.size < 2_000 or (near and cube.cells.size < 100_000)):
                print(measure(cube, method, base, 0.0 if cube.cells.size < 2_000 else 0.02), flush=True)
    print(
        "\nP1, counts of 1..9: width of their intervals, alone and with everything that adding up tells\n\n"
        "| method | cells | median alone | median joint | least joint | narrower by adding up | below base - 1 | "
        "exact |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    cube = load(Path(folder), "P1")
    for method, base in METHODS[:6]:
        print(told_on_top(round_cube(cube, RoundingMethod(method=method, base=base), KEY)), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        print("skipped: no folder with the benchmark instances (P1.csv, P1_hier.json, ...) was named, or it is not there")
    else:
        main(*sys.argv[1:])
