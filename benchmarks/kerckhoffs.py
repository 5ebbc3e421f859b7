"""How many cells could an intruder still pin down who knows the algorithm? `python benchmarks/kerckhoffs.py [ROWS
COLUMNS TOTAL KEYS]`.

Theory. The certificate speaks of an intruder who knows the facts: figures, rules, whole numbers. One who also has the
programme can ask of every table that fits the facts: would it have been printed with these very marks? Tables that
would not are struck out (Minami and Abe, Algorithms 2019, 12(8):165: every deterministic choice of marks tells
something).

Here every table of a small size is enumerated and put through the engine, and tables are grouped by what is printed.
A sensitive cell that has one value in all tables of its group is *pinned*; one whose values lie closer together than
the policy's width is *narrow*. Without a secret the group is made with the key that everybody knows. With a secret
key the intruder must keep every table that some key would have printed so: the union over sampled keys, so that
figures for few keys are upper bounds. Posterior probabilities are not looked at: a value that is possible under few
keys counts as much as any other.

Outputs without a printed grand total are left out and counted: tables larger than those enumerated might be printed so.
"""

from __future__ import annotations

import sys
import time
from itertools import combinations

import numpy as np
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube

WORDS = {"version": 1, "title": {"nl": "proef", "en": "trial"}, "description": {"nl": "proef", "en": "trial"}}
POLICIES = [DisclosurePolicy(id="proef", threshold=k, width=w, **WORDS) for k, w in ((3, 2), (5, 3))]
DEFAULT = [(2, 3, 12, 16), (3, 3, 9, 4)]


def all_tables(rows: int, columns: int, most: int) -> np.ndarray:
    """int64 (tables, rows, columns): every table of counts with a total of at most `most` (stars and bars)."""
    n = rows * columns
    bars = np.array(list(combinations(range(most + n), n)), np.int64)
    return np.diff(bars, axis=1, prepend=-1).reshape(-1, rows, columns) - 1


def publish(tables: np.ndarray, policy: DisclosurePolicy, key: bytes, known: dict[bytes, int]) -> np.ndarray:
    """int64 (tables,): the number of what is printed for each; `known` numbers outputs, -1 where the grand total is
    withheld."""
    dimensions = _plain(*tables.shape[1:])
    printed = np.empty(len(tables), np.int64)
    for i, atoms in enumerate(tables):
        made = protect(Cube("klein", dimensions, atoms), policy, key=key)
        whole = bool(made.withheld[0, 0])
        output = np.where(made.withheld, -1, made.shown).astype(np.int8).tobytes()
        printed[i] = -1 if whole else known.setdefault(output, len(known))
    return printed


def ends(values: np.ndarray, printed: list[np.ndarray], outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest), int16 (outputs, cells): over all tables that some key prints so."""
    least = np.full((outputs, values.shape[1]), 999, np.int16)
    greatest = np.full((outputs, values.shape[1]), -1, np.int16)
    for one in printed:
        there = one >= 0
        np.minimum.at(least, one[there], values[there])
        np.maximum.at(greatest, one[there], values[there])
    return least, greatest


def measure(rows: int, columns: int, total: int, keys: int, policy: DisclosurePolicy) -> None:
    """Prints the lines for one size: what is pinned with the key known, and with a secret one of 2, 4, .. `keys`."""
    began, known = time.process_time(), {}
    tables = all_tables(rows, columns, total)
    values = np.array([Cube("klein", _plain(rows, columns), t).cells.ravel() for t in tables], np.int16)
    sensitive = (values > 0) & (values < policy.threshold)
    printed = [publish(tables, policy, n.to_bytes(2, "big") if n else b"", known) for n in range(keys)]
    kept = [one >= 0 for one in printed]
    number = 1
    while number <= keys:
        # with one key: each key known in turn; with more: the union over the first `number`, seen by the holder of each
        groups = [[one] for one in printed[: max(keys, 1)]] if number == 1 else [printed[:number]]
        found = np.zeros(4)
        for group in groups:
            least, greatest = ends(values, group, len(known))
            for one, here in ((o, k) for o, k in zip(printed, kept) if any(o is g for g in group)):
                open_ = (greatest - least)[one[here]]
                at = sensitive[here]
                pinned = at & (open_ == 0)
                found += np.array([at.sum(), pinned.sum(), (at & (open_ < policy.width)).sum(), pinned.any(axis=1).sum()])
        tried = len(groups) if number == 1 else number
        print(
            f"| {rows}x{columns} | {total} | {len(tables):,} | {policy.threshold}, {policy.width} | "
            f"{'known' if number == 1 else f'secret, {number} tried'} | {found[0] / tried:,.0f} | "
            f"{100 * found[1] / found[0]:.2f} % | {100 * found[2] / found[0]:.2f} % | "
            f"{100 * found[3] / sum(k.sum() for k in kept[:tried]):.2f} % | "
            f"{100 * (1 - sum(k.mean() for k in kept[:tried]) / tried):.1f} % | {time.process_time() - began:.0f} |",
            flush=True,
        )
        number *= 2


def _plain(rows, columns):
    return tuple(from_tree(name, {"T": [f"{name}{i}" for i in range(n)]}, "T") for name, n in (("A", rows), ("B", columns)))


def main() -> None:
    """The table of benchmarks/kerckhoffs.md."""
    print(
        "| table | total at most | tables | threshold, width | key | sensitive cells | pinned | "
        "narrower than the width | tables with a pinned cell | left out | CPU s so far |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )
    sizes = [tuple(map(int, sys.argv[1:5]))] if len(sys.argv) > 4 else DEFAULT
    for size in sizes:
        for policy in POLICIES:
            measure(*size, policy)


if __name__ == "__main__":
    main()
