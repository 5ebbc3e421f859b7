"""The magnitude tables of the literature: `python benchmarks/csp.py FOLDER [--seconds S] [--optimal S] [NAME ...]`.

FOLDER holds them as NAME.jj.gz. One line per instance: cells, sensitive cells, cost of all that is withheld (primaries
included), the least cost known to us, a proved lower bound where the optimal method ran, seconds, and the word of the
checker. Instances that are the same file under other names are run once. Without --seconds the fast method ends by itself.
"""

from __future__ import annotations

import argparse
import gzip
import time
from hashlib import sha256
from pathlib import Path

from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.problems.jj_format import read_jj
from celwacht.disclosure.proof.checker import check
from celwacht.disclosure.search.optimal import protect_optimally
from celwacht.disclosure.search.relations import protect_relations

BEST_KNOWN = {"TABLE7": 3_774_141, "HIE1372D": 571_205}
"""The least cost there is, proved by the optimal method; levels met and proved by worlds."""


def measure(problem: SuppressionProblem, name: str, method: str, seconds: float | None) -> str:
    """One line of the table."""
    began = time.perf_counter()
    protect = protect_relations.protect if method == "fast" else protect_optimally.protect
    found = protect(problem, seconds=seconds, key=b"benchmark", progress=None)
    took = time.perf_counter() - began
    verdict = check(problem, found.pattern, found.worlds)
    cost, best = problem.cost_of(found.pattern), BEST_KNOWN.get(name)
    gap = f"{cost / best - 1:+.1%}" if best else "-"
    bound = f"{found.lower_bound:,.0f}" if found.lower_bound is not None else "-"
    return (
        f"| {name} | {method} | {len(problem):,} | {int(problem.sensitive.sum()):,} | {cost:,.0f} | {best or 0:,} | {gap} | "
        f"{bound} | {len(found.unproved)} | {took:.1f} | {verdict.verdict.name} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=None)
    parser.add_argument("--optimal", type=float, default=None, help="run the optimal method too, so many seconds each")
    asked = parser.parse_intermixed_args()
    if not asked.folder.is_dir():
        print("skipped: the folder with the instances (NAME.jj.gz) is not there")
        return
    print(
        "| instance | method | cells | sensitive | cost | best known | gap | lower bound | unproved | s | verdict |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|"
    )
    seen: dict[str, str] = {}
    for path in sorted(asked.folder.glob("*.jj.gz")):
        name, text = path.name.removesuffix(".jj.gz"), gzip.open(path, "rt").read()
        twin = seen.setdefault(sha256(text.encode()).hexdigest(), name)
        if asked.names and name not in asked.names:
            continue
        if twin != name:
            print(f"| {name} | the same file as {twin} |")
            continue
        problem = read_jj(text, name)
        print(measure(problem, name, "fast", asked.seconds), flush=True)
        if asked.optimal:
            print(measure(problem, name, "optimal", asked.optimal), flush=True)


if __name__ == "__main__":
    main()
