"""Long runs that may be stopped at any moment: numbered trials, each told in a line of a file, done once.

Trial n is drawn from its number alone, so that a run goes on where an earlier one was killed, several runs add up, and any trial
can be had again by its number.

    python -m benchmarks.tamper results/tampering.jsonl --until 10000 --seconds 300
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Trial = Callable[[int, random.Random], dict[str, Any]]
"""trial(number, draw): what came of it; key `came` is counted, `wrong` holds what should not be (empty: all is well)."""


def known(path: Path) -> dict[int, dict[str, Any]]:
    """The trials in a file; a last line that was torn off is none."""
    found: dict[int, dict[str, Any]] = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            told = json.loads(line)
            found[int(told["n"])] = told
        except (ValueError, KeyError, TypeError):
            continue
    return found


def append(path: Path, told: dict[str, Any]) -> None:
    """One line behind the file, on a line of its own whatever stands there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab+") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def run(path: Path, trial: Trial, *, seed: str, until: int, seconds: float) -> dict[int, dict[str, Any]]:
    """Does the trials below `until` that the file does not have, for at most so many seconds; all that is known then."""
    found, began = known(path), time.monotonic()
    for n in (n for n in range(until) if n not in found):
        if time.monotonic() - began > seconds:
            break
        told = {"n": n, **trial(n, random.Random(f"{seed}:{n}"))}
        append(path, told)
        found[n] = told
    return found


def summary(found: dict[int, dict[str, Any]]) -> list[str]:
    """How many trials, what came of them, and every one that is not well."""
    counts = Counter(str(t.get("came", "")) for t in found.values())
    wrong = [f"WRONG {t['n']}: {t.get('what', '')}: {t['wrong']}" for t in found.values() if t.get("wrong")]
    return [f"{len(found)} trials; {len(wrong)} not well", *(f"{n:>7}  {came}" for came, n in sorted(counts.items())), *wrong]


def main(about: str, seed: str, prepared: Callable[[Path], Trial]) -> None:
    """The command line of a long run. prepared(folder): the trial, with what it needs in a folder that is removed at the end."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="file of results, to which lines are added")
    parser.add_argument("--until", type=int, default=10_000, help="number of trials in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many seconds")
    parser.add_argument("--only", type=int, default=None, help="this trial alone, told and not kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="celwacht-campaign-") as folder:
        trial = prepared(Path(folder))
        if given.only is not None:
            print(json.dumps(trial(given.only, random.Random(f"{seed}:{given.only}")), indent=1))
            return
        for line in summary(run(given.results, trial, seed=seed, until=given.until, seconds=given.seconds)):
            print(line)


def started(work: Callable[..., Any], *given: Any) -> tuple[int, int]:
    """(process, pipe) of work(*given), begun in a copy of this process; it sends its result, or the exception that it raised, pickled."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            try:
                result = work(*given)
            except Exception as error:
                result = error
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(result, pipe)
        finally:
            os._exit(0)
    os.close(writing)
    return child, reading


def in_child(work: Callable[..., Any], *given: Any) -> Any:
    """work(*given) in a process of its own, a copy of this one; its result, or the exception that it raised, which is returned."""
    child, reading = started(work, *given)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    if not content:
        raise RuntimeError("the child ended without a word")
    return pickle.loads(content)
