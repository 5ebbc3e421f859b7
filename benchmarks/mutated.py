"""Deliveries with damaged bytes: 100,000 of each format, and what the intake makes of them.

    .venv/bin/python -m benchmarks.mutated benchmarks/results/mutated.jsonl --until 1200

Trial n is 250 deliveries of one record kind, as CSV, fixed width or workbook in turn: each is the good one, damaged: bytes changed, removed,
doubled, cut off, cells swapped or replaced by what people and attackers write; in a workbook the parts inside, as well as the package. They go
as one chunk through what a worker of the intake does (read, check, pseudonymise, write, all rules), in a process with a worker's limits; one
that ends is tried file by file. It is not well when anything is raised, when a file with a problem is stored or one without is not, when no rule
foresaw what was wrong, or when a cell of the file stands in what is said, in the answers or in the piece. May be stopped at any moment
(benchmarks/campaign.py).
"""

from __future__ import annotations

import argparse
import io
import os
import pickle
import random
import re
import select
import shutil
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from celwacht.tables.checks import stored
from celwacht.tables.checks.catalogue import rules_for
from celwacht.tables.intake import worker
from celwacht.tables.intake.check_delivery import check
from celwacht.tables.intake.delivered.file_names import Delivery
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.small_work import keep_none

from benchmarks import campaign
from tests.intake.deliveries import GOOD, KEY, PERIODS, SAFE_HOME, Maker

FORMATS = ("csv", "asc", "xlsx")
BATCH = 250
"""Deliveries of a trial."""
ODD = (
    "",
    " ",
    "NULL",
    "#N/A",
    "=1+1",
    "Jansen-de Vries",
    "1e9",
    "9" * 40,
    "\u00a0",
    "\ufeff",
    "é",
    "\x00",
    '"',
    ";",
    "\r",
    "\n",
    "\t",
    "0",
    "-1",
    "٣",
)
CELL = re.compile(r"[^;,<>\"'\r\n\t ]{5,}")
HARMLESS = re.compile(r"[A-Za-z_]{5,}")
"""Words of headers and of XML: a cell that may not be told has a digit or a sign in it, or is not of the maker."""


def _bytes(content: bytes, draw: random.Random) -> bytes:
    """Some bytes changed, removed, doubled or put in; or the end cut off."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        if not data:
            break
        at, how = draw.randrange(len(data)), draw.randrange(6)
        if how == 0:
            data[at] = draw.randrange(256)
        elif how == 1:
            del data[at : at + draw.choice((1, 1, 2, 9, 40))]
        elif how == 2:
            data[at:at] = data[at : at + draw.choice((1, 9, 60))]
        elif how == 3:
            data[at:at] = bytes(draw.randrange(256) for _ in range(draw.choice((1, 3))))
        elif how == 4:
            data[at:at] = draw.choice(ODD).encode("utf-8")
        elif draw.random() < 0.3:
            del data[at:]
    return bytes(data)


def _cells(content: bytes, draw: random.Random) -> bytes:
    """A cell of a text file replaced, or two swapped."""
    lines = [line.split(b";") for line in content.split(b"\r\n")]
    row = draw.choice([line for line in lines if line])
    at = draw.randrange(len(row))
    if draw.random() < 0.5:
        row[at] = draw.choice(ODD).encode("utf-8")
    else:
        other = draw.choice([line for line in lines if line])
        place = draw.randrange(len(other))
        row[at], other[place] = other[place], row[at]
    return b"\r\n".join(b";".join(line) for line in lines)


def _parts(content: bytes, draw: random.Random) -> bytes:
    """A part of a workbook damaged, left out or doubled, and the package made anew."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(parts)) if draw.random() < 0.4 else next(one for one in parts if "sheet1" in one)
    if draw.random() < 0.1:
        parts.pop(name)
    elif draw.random() < 0.4:
        cells = list(re.finditer(rb"<t>([^<]*)</t>", parts[name]))
        if cells:
            one = draw.choice(cells)
            text = draw.choice(ODD).encode("utf-8").replace(b"\x00", b"")
            parts[name] = parts[name][: one.start(1)] + text + parts[name][one.end(1) :]
    else:
        parts[name] = _bytes(parts[name], draw)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, data in parts.items():
            archive.writestr(one, data)
    return made.getvalue()


def damaged(content: bytes, form: str, draw: random.Random) -> bytes:
    """The delivery after one way of damage."""
    if form == "xlsx":
        return _parts(content, draw) if draw.random() < 0.7 else _bytes(content, draw)
    return _cells(content, draw) if form == "csv" and draw.random() < 0.5 else _bytes(content, draw)


def _texts(content: bytes, form: str) -> set[str]:
    """What stands in the cells, as far as it may not be told again."""
    texts = [content]
    if form == "xlsx":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                texts = [b" ".join(re.findall(rb"<t>([^<]*)</t>", archive.read(one))) for one in archive.namelist() if "sheet" in one]
        except Exception:  # not an archive any more: nothing in it can be told
            return set()
    found: set[str] = set()
    for text in texts:
        for decoded in (text.decode("utf-8", "ignore"), text.decode("latin-1")):
            found |= {one for one in CELL.findall(decoded) if not HARMLESS.fullmatch(one)}
    return found


class Deliveries:
    """The good deliveries of every record kind and form, and the trials on damaged ones; all is written below `folder`."""

    def __init__(self, folder: Path):
        make, self.key, self.folder = Maker(), Key(KEY), folder
        self.kinds = sorted({*GOOD, *SAFE_HOME})
        makers = {"csv": make.csv, "asc": make.asc, "xlsx": make.xlsx}
        self.good = {(kind, form): makers[form](record=kind) for kind in self.kinds for form in FORMATS}
        for kind, form in self.good:  # layouts and lists are read once, and not in every process
            delivery = self._delivery(kind, form, 0, folder)
            check(delivery, self.good[kind, form], self.key)
            rules_for(kind, delivery.period)

    def _delivery(self, kind: str, form: str, at: int, folder: Path) -> Delivery:
        period, provider = PERIODS.get(kind, "2024HJ01"), f"{77_000_000 + at:08d}"
        name = f"{kind}_{provider}_{period}.{form}"
        return Delivery(kind, period, provider, 1, folder / name, name)

    def drawn(self, number: int, folder: Path) -> list[tuple[Delivery, bytes]]:
        """The damaged deliveries of a trial."""
        draw, form = random.Random(f"mutated:{number}"), FORMATS[number % len(FORMATS)]
        kind = draw.choice(self.kinds)
        return [(self._delivery(kind, form, at, folder), damaged(self.good[kind, form], form, draw)) for at in range(BATCH)]

    def judged(self, number: int, some: range | None = None) -> tuple[Counter[str], list[str]]:
        """(what became of the deliveries of a trial, all that is not well), in a process that is bounded as a worker is."""
        folder = self.folder / f"{number}-{os.getpid()}"
        (folder / "states").mkdir(parents=True)
        made = [one for at, one in enumerate(self.drawn(number, folder)) if some is None or at in some]
        for delivery, content in made:
            delivery.path.write_bytes(content)
        digests = tuple(self.key.file(content) for _, content in made)
        chunk = worker.Chunk(tuple(one for one, _ in made), digests, folder / "states" / "piece.parquet", folder / "states")
        keep_none()
        worker._limit(chunk)
        try:
            outcomes = worker.check_chunk(chunk, self.key)
            counts = Counter("refused" if one.problems else "taken in" for one in outcomes)
            return counts, list(self._not_well(chunk, made, outcomes))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _not_well(self, chunk: worker.Chunk, made: list[tuple[Delivery, bytes]], outcomes: list[worker.Outcome]) -> Iterator[str]:
        answers, kept = defaultdict[str, list[str]](list), dict[str, str]()
        for one in stored.read(chunk.answers):
            answers[one.delivery].append(repr(replace(one, delivery="")))
        if chunk.piece.exists():
            with duckdb.connect() as connection:
                columns = f"SELECT bestand, CAST(list(COLUMNS(*)::VARCHAR) AS VARCHAR) FROM read_parquet('{chunk.piece}') GROUP BY bestand"
                kept = {row[0]: " ".join(map(str, row[1:])) for row in connection.execute(columns).fetchall()}
        for (delivery, content), outcome in zip(made, outcomes):
            mine = answers[delivery.id]
            said = " ".join([repr(outcome), *map(str, outcome.problems), *sorted(set(mine))])
            for known in (str(delivery.path), delivery.shown, delivery.aanbieder, delivery.periode, outcome.digest, "such as 1234AB"):
                said = said.replace(known, "")
            if any(one in said for one in _texts(content, delivery.kind)):
                yield f"{delivery.id}: a cell is told"
            if bool(outcome.problems) == (delivery.id in kept) and outcome.rows:
                yield f"{delivery.id}: stored beside problems, or neither"
            if any(one.rule == "lezen-mislukt" for one in outcome.problems):
                yield f"{delivery.id}: a fault that no rule foresees"
            if not mine:
                yield f"{delivery.id}: no answer"
            if re.search(r"\b\d{9}\b", kept.get(delivery.id, "")):
                yield f"{delivery.id}: a number of a person in the piece"

    def alone(self, number: int) -> dict[str, Any]:
        """A trial of which the process ended: each delivery in a process of its own."""
        wrong = []
        for at in range(BATCH):
            try:
                came = campaign.in_child(self.judged, number, range(at, at + 1))
                wrong += [type(came).__name__] if isinstance(came, Exception) else came[1]
            except RuntimeError:
                wrong.append(f"delivery {at} ends its process")
        return {"n": number, "what": FORMATS[number % 3], "came": "a process ended", "wrong": "; ".join(wrong or ["only together"])}


def _told(number: int, came: Any) -> dict[str, Any]:
    if isinstance(came, Exception):
        return {"n": number, "what": FORMATS[number % 3], "came": "raised", "wrong": type(came).__name__}
    return {"n": number, "what": FORMATS[number % 3], "came": dict(came[0]), "wrong": "; ".join(came[1])}


def run(results: Path, deliveries: Deliveries, until: int, seconds: float, workers: int) -> dict[int, dict[str, Any]]:
    """Does the trials below `until` that the file does not have, so many at a time; all that is known then."""
    found, began, running = campaign.known(results), time.monotonic(), dict[int, tuple[int, int, list[bytes]]]()
    left = iter([n for n in range(until) if n not in found])
    number: int | None = None
    while running or number is not None or time.monotonic() - began < seconds:
        while len(running) < workers and time.monotonic() - began < seconds and (number := next(left, None)) is not None:
            child, pipe = campaign.started(deliveries.judged, number)
            running[pipe] = (number, child, [])
        number = None
        if not running:
            break
        for pipe in select.select(list(running), [], [])[0]:
            n, child, parts = running[pipe]
            if content := os.read(pipe, 1 << 16):
                parts.append(content)
                continue
            os.close(pipe)
            os.waitpid(child, 0)
            del running[pipe]
            found[n] = _told(n, pickle.loads(b"".join(parts))) if parts else deliveries.alone(n)
            campaign.append(results, found[n])
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="file of results, to which lines are added")
    parser.add_argument("--until", type=int, default=1_200, help=f"trials in all, each of {BATCH} deliveries")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no trial after so many seconds")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time")
    parser.add_argument("--only", type=int, default=None, help="this trial alone, told and not kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="celwacht-mutated-") as folder:
        deliveries = Deliveries(Path(folder))
        if given.only is not None:
            print(deliveries.judged(given.only))
            return
        counts, wrong = Counter[str](), []
        for told in run(given.results, deliveries, given.until, given.seconds, given.workers).values():
            wrong += [f"WRONG {told['n']}: {told['what']}: {told['wrong']}"] if told["wrong"] else []
            for came, n in told["came"].items() if isinstance(told["came"], dict) else [(told["came"], BATCH)]:
                counts[f"{told['what']}: {came}"] += n
        print(f"{counts.total():,} damaged deliveries; {len(wrong)} trials not well")
        print("\n".join([*(f"{n:>9,}  {came}" for came, n in sorted(counts.items())), *wrong]))


if __name__ == "__main__":
    main()
