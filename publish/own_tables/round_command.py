"""`celwacht round`: from files of counts to a folder with rounded figures.

    DIR/rounded.csv     one row per cell: its codes, and the printed figure. The one file that is made to be published.
    DIR/hierarchy.json  the trees
    DIR/rounding.json   CONFIDENTIAL: method, parameters, how far figures moved, what was said against the parameters

All at once or not at all; folders 0700, files 0600.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import click
from celwacht.disclosure.policy.rounding_method import SEARCHED, RoundingMethod, disagreements
from celwacht.disclosure.problems.counts import MOST_TOTAL, MOST_WHOLE
from celwacht.disclosure.rounding.rounding import Rounded, round_cube
from celwacht.publish.own_tables import folder as protection_folder
from celwacht.publish.own_tables import protect_input
from celwacht.publish.store.store import digest
from celwacht.tables.problems import Problem, ProblemsFound, kept
from celwacht.tables.version import VERSION
from celwacht.tables.whole_file import sync
from pydantic import ValidationError

FIGURES, REPORT, HIERARCHY = "rounded.csv", "rounding.json", protection_folder.HIERARCHY
LEAST_KEY = 16
WARNING = (
    "CONFIDENTIAL. The method's parameters and what it changed help an intruder. rounded.csv is what may be "
    "published, as far as rounding alone is protection enough: see disclosure/ROUNDING.md."
)


@dataclass(frozen=True, slots=True)
class Order:
    """The command line, as given."""

    source: Path
    hierarchy: tuple[str, ...]
    out: Path
    method: str
    key: Path | None = None
    base: int | None = None
    series: str = ""
    threshold: int | None = None
    width: int | None = None
    most_change: int | None = None
    variance: float | None = None
    no_small: int | None = None
    gap: float | None = None
    freq: str = "freq"
    force: bool = False


def round_files(order: Order) -> None:
    """Reads, rounds, writes and tells; ProblemsFound with everything that is wrong in files and options."""
    with protection_folder.staged(order.out, order.force) as folder:
        wrong: list[Problem] = []
        method = kept(wrong, _method, order)
        key = kept(wrong, _key, order)
        searched = order.method in SEARCHED
        wish = protect_input.Order(order.source, order.hierarchy, freq=order.freq, most=MOST_TOTAL if searched else MOST_WHOLE)
        source = kept(wrong, protect_input.read, wish)
        if wrong:
            raise ProblemsFound(wrong)
        for line in source.notes:
            click.echo(line)
        began = time.process_time()
        done = round_cube(source.cube, method, key, series=order.series, gap=-1 if order.gap is None else order.gap)
        took = time.process_time() - began
        _write(
            folder,
            done,
            source.trees.text(),
            {
                "about": WARNING,
                "made_by": f"celwacht round {VERSION}",
                "method": _parameters(method),
                "series": order.series,
                "threshold": order.threshold,
                "width": order.width,
                "seconds": round(took, 2),
                **done.summary(),
                "additive": method.additive,
                "notes": list(done.notes),
                "input": [{"file": p.name, "sha256": digest(p)} for p in source.files],
            },
        )
    _tell(order.out, done, took)


def _method(order: Order) -> RoundingMethod:
    """The method that the options describe; ProblemsFound where they contradict themselves, or each other."""
    given = {n: v for n in ("base", "most_change", "variance", "no_small") if (v := getattr(order, n)) is not None}
    own = {"most_change", "variance", "no_small"} if order.method == "cell-key" else {"base"}
    foreign = [n for n in given if n not in own]
    if order.gap is not None and order.method != "controlled":
        foreign.append("gap")
    if foreign:
        raise ProblemsFound(
            [Problem("--" + n.replace("_", "-"), 0, 0, "option", f"this plays no part in {order.method}; leave it out") for n in foreign]
        )
    try:
        method = RoundingMethod(method=order.method, **given)
    except ValidationError as error:
        place = [str(e["loc"][0]).replace("_", "-") if e["loc"] else "method" for e in error.errors()]
        raise ProblemsFound(
            [Problem("--" + name, 0, 0, "option", e["msg"].removeprefix("Value error, ")) for name, e in zip(place, error.errors())]
        ) from None
    width = 0 if order.width is None else order.width
    said = _empty_promises(order)
    if not said and order.threshold is not None:
        said = disagreements(method, order.threshold, width)
    elif not said:
        said = [m for m in disagreements(method, method.base, width) if m.startswith(("width", "changes"))]
    if said:
        raise ProblemsFound([Problem("--threshold, --width, --base", 0, 0, "option", m) for m in said])
    return method


def _empty_promises(order: Order) -> list[str]:
    """Thresholds and widths that ask for nothing."""
    found = []
    if order.threshold is not None and order.threshold < 2:
        found.append(f"threshold {order.threshold} makes no count sensitive, so that it promises nothing; raise it (10 is usual)")
    if order.width is not None and order.width < 1:
        found.append(f"width {order.width} asks for nothing; give 1 or more, or leave it out")
    return found


def _key(order: Order) -> bytes:
    """32 bytes made of the secret in the file; empty for conventional rounding, which has no secret."""
    if order.method == "conventional":
        return b""
    if order.key is None:
        raise _refused(
            f"{order.method} needs a secret key: name a file with at least {LEAST_KEY} random bytes, and "
            "keep it for every later release (head -c 32 /dev/urandom > FILE makes one)"
        )
    return key_of(order.key)


def key_of(path: Path) -> bytes:
    """32 bytes made of the secret in a file; ProblemsFound where it cannot be read, or is too short."""
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise _refused(f"{path} cannot be read ({error.strerror}); name a file with at least {LEAST_KEY} random bytes") from None
    if len(secret) < LEAST_KEY:
        raise _refused(f"{path} has fewer than {LEAST_KEY} bytes; write random ones (head -c 32 /dev/urandom)")
    return hashlib.sha256(b"celwacht/1/round\0" + secret).digest()


def _refused(message: str) -> ProblemsFound:
    return ProblemsFound([Problem("--key", 0, 0, "key", message)])


def _parameters(method: RoundingMethod) -> dict[str, object]:
    names = ("most_change", "variance", "no_small") if method.method == "cell-key" else ("base",)
    return {"method": method.method, **{n: getattr(method, n) for n in names}}


def _write(folder: Path, done: Rounded, trees: str, report: dict[str, object]) -> None:
    (folder / FIGURES).write_text(figures_text(done), encoding="utf-8", newline="")
    (folder / HIERARCHY).write_text(trees, encoding="utf-8")
    report["files"] = {name: {"sha256": digest(folder / name)} for name in (FIGURES, HIERARCHY)}
    (folder / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for path in (folder / FIGURES, folder / HIERARCHY, folder / REPORT):
        path.chmod(0o600)
        sync(path)


def figures_text(done: Rounded) -> str:
    """What stands in rounded.csv."""
    return done.figures().to_csv(index=False, lineterminator="\n")


def _tell(out: Path, done: Rounded, took: float) -> None:
    s = done.summary()
    click.echo(
        f"{s['cells']:,} cells rounded ({done.method.method}) in {took:.1f} s: {s['changed']:,} changed, at "
        f"most by {s['largest']}, by {s['mean']:.2f} on average."
    )
    for note in done.notes:
        click.echo(note[0].upper() + note[1:] + ".")
    click.echo(
        f"Printed totals are {'' if done.method.additive else 'not '}always the sums of their printed parts. "
        f"Figures: {out / FIGURES}; confidential: {out / REPORT}."
    )
