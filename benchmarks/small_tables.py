"""Small tables through `protect_counts`: python -m benchmarks.small_tables [EARLIER_CHECKOUT]

CPU seconds of a cold process (to import, to protect the first table) and milliseconds a table after that, over 40 made-up tables of 15 to 80
cells; with the folder of an earlier checkout also there, one after the other in the same run.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SHAPES = ((4, 2), (5, 4), (3, 2, 3), (8, 7), (5, 3, 2))
TABLES = 40


def tables():
    """(frame, trees) of each table; the same every time."""
    import pandas as pd

    random = np.random.default_rng(1)
    for k in range(TABLES):
        shape = SHAPES[k % len(SHAPES)]
        dims = [f"d{i}" for i in range(len(shape))]
        leaves = [[f"{d}{j}" for j in range(n)] for d, n in zip(dims, shape)]
        rows = [(*codes, int(random.negative_binomial(1, 0.04))) for codes in itertools.product(*leaves)]
        trees = {"dims": dims, "root": dict.fromkeys(dims, "T"), "trees": {d: {"T": own} for d, own in zip(dims, leaves)}}
        yield pd.DataFrame(rows, columns=[*dims, "freq"]), trees


def measure() -> None:
    """In a process of its own: prints the line of the table."""
    began = time.process_time()
    from celwacht import protect_counts

    loaded = time.process_time() - began
    made = list(tables())
    began = time.process_time()
    protect_counts(*made[0])
    first = time.process_time() - began
    began = time.process_time()
    done = [protect_counts(*one) for one in made]
    each = (time.process_time() - began) / len(made) * 1000
    safe = sum(d.verdict.value == "SAFE" for d in done)
    print(f"{loaded:.2f} | {first:.2f} | {each:.1f} | {safe} of {len(done)} | {sum(d.cost for d in done):,.0f} |")


def tree_of(checkout: Path, folder: Path) -> Path:
    """A folder from which `import celwacht` is that of a checkout."""
    package = folder / "celwacht"
    package.mkdir(parents=True)
    for name in ("tables", "disclosure", "publish", "table_specs"):
        (package / name).symlink_to(checkout / name)
    (package / "__init__.py").symlink_to(checkout / "publish" / "celwacht" / "__init__.py")
    return folder


def main(*earlier: str) -> None:
    print("| checkout | import, CPU s | first table, CPU s | ms a table | proved | cost |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for k, checkout in enumerate([*map(Path, earlier), ROOT]):
            place = tree_of(checkout.resolve(), Path(folder) / str(k))
            for _ in range(2):  # the first compiles, where something is compiled
                told = subprocess.run(
                    [sys.executable, __file__, "--measure"],
                    env={**os.environ, "PYTHONPATH": str(place)},
                    capture_output=True,
                    text=True,
                    check=True,
                )
            print(f"| {'earlier' if checkout != ROOT else 'this'} | {told.stdout.strip()}")


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["--measure"] else main(*sys.argv[1:])
