"""`celwacht verify DIR` of a folder that `celwacht round` made: are the figures what was made, and what the method can print?

Without the counts: the files are those of rounding.json, every figure is one that the method prints, and totals add up where the method promises
it. With `--against COUNTS.csv`: no figure is farther from its count than the method goes; with the key as well: each is the very figure.
Rounding has no certificate: nothing here says that the figures protect enough (disclosure/ROUNDING.md says what each method promises).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.cube_problem import prints
from celwacht.disclosure.policy.rounding_method import RoundingMethod
from celwacht.disclosure.problems.of_cube import lines
from celwacht.disclosure.problems.trees import read_trees
from celwacht.disclosure.rounding.rounding import round_cube
from celwacht.publish.own_tables import round_command
from celwacht.publish.own_tables.inputs import input_files
from celwacht.publish.own_tables.protect_input import Source
from celwacht.publish.own_tables.round_command import FIGURES, HIERARCHY, REPORT
from celwacht.publish.store.store import digest
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.problems import Problem, ProblemsFound
from pydantic import ValidationError

MOST_SHOWN = 20


def is_rounded(folder: Path) -> bool:
    """Whether a folder is one of `celwacht round`."""
    return (folder / REPORT).is_file() or (folder / FIGURES).is_file()


def verify(folder: Path, source: Source | None = None, key: Path | None = None) -> tuple[list[str], list[str]]:
    """(what holds, what does not), in sentences without figures. ProblemsFound where files are missing or damaged.

    source: the counts that the figures were made of; key: the file with the secret bytes of the rounding.
    """
    missing = [n for n in (FIGURES, HIERARCHY, REPORT) if not (folder / n).is_file()]
    if missing:
        told = f"this file is missing; a folder of celwacht round has {FIGURES}, {HIERARCHY} and {REPORT}. Round again, or restore it"
        raise ProblemsFound([Problem(str(folder / n), 0, 0, "file", told) for n in missing])
    try:
        report = json.loads((folder / REPORT).read_bytes())
        method = RoundingMethod.model_validate(dict(report["method"]))
        files, series = {n: str(f["sha256"]) for n, f in dict(report["files"]).items()}, str(report["series"])
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        raise ProblemsFound(
            [Problem(str(folder / REPORT), 0, 0, "file", "this is not what celwacht round writes, or it is damaged; round again")]
        ) from None
    wrong = [f"{n}: changed since celwacht round wrote it" for n in (FIGURES, HIERARCHY) if digest(folder / n) != files.get(n)]
    dimensions = read_trees(input_files.read_text(folder / HIERARCHY), str(folder / HIERARCHY)).classifications()
    shown, bad = _figures(folder / FIGURES, dimensions)
    wrong += bad
    held = [f"{FIGURES} is what celwacht round made: {shown.size:,} figures, method {method.method}"]
    if not bad:
        wrong += _of_method(shown, method, dimensions)
        if source is not None:
            wrong += _against(shown, method, source, dimensions)
            held.append("no figure is farther from its count than the method goes")
        if source is not None and source.cube is not None and key is not None and not wrong:
            again = round_cube(source.cube, method, round_command.key_of(key), series=series)
            wrong += [] if np.array_equal(again.shown, shown) else ["with this key other figures come out"]
            held.append("each is the figure that comes out with this key")
    return held, wrong


def _figures(path: Path, dimensions: tuple[Classification, ...]) -> tuple[np.ndarray, list[str]]:
    """(int64 of the table's shape, what is wrong with rows)."""
    problems: list[Problem] = []
    frame, lines_at = input_files.read_csv(path, problems)
    shape, names = tuple(d.n_codes for d in dimensions), [d.name for d in dimensions]
    wrong = [str(p) for p in problems] + [f"{FIGURES}:1: there is no column {c}" for c in (*names, "printed") if c not in frame.columns]
    shown = np.full(shape, -1, np.int64)
    if wrong:
        return shown, wrong
    code = [{c.code: i for i, c in enumerate(d.codes)} for d in dimensions]
    for line, *codes, printed in zip(lines_at, *(frame[n] for n in names), frame["printed"], strict=True):
        at = tuple(c.get(text, -1) for c, text in zip(code, codes, strict=True))
        if -1 in at or shown[at] >= 0 or not printed.isdecimal():
            wrong.append(f"{FIGURES}:{line}: this is no cell of the table, a cell that is there already, or no whole number")
        else:
            shown[at] = int(printed)
    if not wrong and shown.min(initial=0) < 0:
        wrong.append(f"{FIGURES}: {int((shown < 0).sum()):,} cells are missing")
    return shown, wrong[:MOST_SHOWN]


def _of_method(shown: np.ndarray, method: RoundingMethod, dimensions: tuple[Classification, ...]) -> list[str]:
    """Whether the method can print these figures."""
    wrong = []
    if method.method in ("conventional", "random", "controlled") and np.any(shown % method.base):
        wrong.append(f"{FIGURES}: {int((shown % method.base > 0).sum()):,} figures are no multiples of {method.base}")
    if method.method == "cell-key" and np.any((shown > 0) & (shown <= method.no_small)):
        wrong.append(f"{FIGURES}: there are figures of 1 to {method.no_small}, which cell-key never prints")
    if method.additive:
        sums = lines(dimensions, shown.shape).sums(shown.ravel())
        if np.any(sums):
            wrong.append(f"{FIGURES}: {int((sums != 0).sum()):,} totals are not the sums of their parts, which {method.method} promises")
    return wrong


def _against(shown: np.ndarray, method: RoundingMethod, source: Source, dimensions: tuple[Classification, ...]) -> list[str]:
    """Whether these can be the figures of these counts."""
    cube = source.cube
    if cube is None or [[c.code for c in d.codes] for d in cube.dimensions] != [[c.code for c in d.codes] for d in dimensions]:
        return ["the figures are over other trees than these"]
    change = np.abs(shown - cube.cells)
    if method.method == "conventional":
        far = shown != prints(cube.cells, method.base)
    elif method.method == "random":
        far = change >= method.base
    elif method.method == "cell-key":
        far = change > method.most_change
    else:
        return []  # additive methods go as far as sums make them go
    return [f"{int(far.sum()):,} figures cannot come of these counts by this method"] if far.any() else []
