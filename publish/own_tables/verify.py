"""`celwacht verify DIR`: is the pattern in a folder of `celwacht protect` what its certificate proves?

Nothing is taken on trust but the certificate's own truth: values and statuses are computed from it by the solver-free
checker's own code, and held against every row of the pattern and against safe.csv, safe.xlsx and safe.json. With the original input at hand, that truth too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from celwacht.disclosure.model.cube_problem import prints
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.own_table.certified import Certified, read_certified
from celwacht.disclosure.own_table.result import pattern_frame
from celwacht.disclosure.problems.linked import cells_of, relations_of
from celwacht.disclosure.problems.of_cube import lines as lines_of
from celwacht.disclosure.problems.trees import read_trees
from celwacht.publish.own_tables import linked_files, safe_files
from celwacht.publish.own_tables.folder import AUDIT, CERTIFICATE, HIERARCHY, PATTERN, may_be_shown
from celwacht.publish.own_tables.inputs import input_files
from celwacht.publish.own_tables.protect_input import POLICY_OPTIONS, Source
from celwacht.publish.store.store import digest
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.problems import Problem, ProblemsFound

MOST_SHOWN = 20


def verify(folder: Path) -> tuple[Certified, list[str]]:
    """(what the certificate proves, everything in the folder that differs from it); ProblemsFound where files are
    missing.

    No text holds a value.
    """
    missing = [
        Problem(
            str(folder / n),
            0,
            0,
            "file",
            "this file is missing; a folder of celwacht protect has pattern_CONFIDENTIAL.csv, audit.json and certificate.npz",
        )
        for n in (PATTERN, AUDIT, CERTIFICATE)
        if not (folder / n).is_file()
    ]
    if missing:
        raise ProblemsFound(missing)
    try:
        proved = read_certified(folder / CERTIFICATE)
    except ValueError as error:
        raise ProblemsFound([Problem(str(folder / CERTIFICATE), 0, 0, "certificate", f"{error}; run celwacht protect again")]) from None
    wrong: list[str] = []
    dimensions = _dimensions(folder, proved, wrong)
    if not wrong:
        wrong += _pattern(folder / PATTERN, proved, dimensions)
        wrong += _safe(folder, proved, dimensions)
    return proved, wrong + _audit(folder, proved)


def _dimensions(folder: Path, proved: Certified, wrong: list[str]) -> tuple[Classification, ...]:
    """The dimensions in hierarchy.json, which must be those of the certificate."""
    path = folder / HIERARCHY
    if not proved.members and not path.exists():
        return ()
    content = input_files.read_text(path)
    if linked := linked_files.read(content, str(path)):
        if not (proved.problem is not None and _same_linked(proved, linked)):
            wrong.append(f"{HIERARCHY}: these are not the tables that the certificate was made for")
        return ()
    dimensions = read_trees(content, str(path)).classifications()
    if proved.problem is not None:
        facts, of_trees = proved.problem.relations, lines_of(dimensions, tuple(d.n_codes for d in dimensions))
        same = all(np.array_equal(getattr(facts, n), getattr(of_trees, n)) for n in _FACTS)
    else:
        same = len(dimensions) == len(proved.members) and all(
            len(d.members) == len(m) and all(map(np.array_equal, d.members, m)) for d, m in zip(dimensions, proved.members)
        )
    if not same:
        wrong.append(f"{HIERARCHY}: these are not the trees that the certificate was made for")
    return dimensions


_FACTS = ("first", "cell", "coefficient", "least", "greatest")


def _same_linked(proved: Certified, linked: tuple[linked_files.LinkedTable, ...]) -> bool:
    """Whether cells and relations of the certificate are those of these tables."""
    tables = [t.classifications() for t in linked]
    cells = cells_of(tables)
    if cells.names != tuple(proved.cells):
        return False
    relations = relations_of(tables, cells)
    return all(np.array_equal(getattr(proved.problem.relations, n), getattr(relations, n)) for n in _FACTS)


def _pattern(path: Path, proved: Certified, dimensions: tuple[Classification, ...]) -> list[str]:
    """Rows of pattern.csv that the certificate does not prove."""
    bad: list[Problem] = []
    found, lines = input_files.read_csv(path, bad)
    expected = pattern_frame(dimensions, proved.cells, proved.value, proved.decimals, proved.status, proved.printed)
    absent = [c for c in expected.columns if c not in found.columns]
    if bad or absent:
        return [*map(str, bad), *(f"{PATTERN}:1: there is no column {c}" for c in absent)]
    names = [d.name for d in dimensions] or ["cell"]
    at = _cells(found, names, dimensions, proved)
    wrong = [f"{PATTERN}:{lines[i]}: no such cell in the table" for i in np.flatnonzero(at < 0)[:MOST_SHOWN]]
    times = np.bincount(at[at >= 0], minlength=len(proved.value))
    wrong += [
        f"{PATTERN}: {_label(expected, names, i)} stands in {times[i]} rows, instead of one"
        for i in np.flatnonzero(times != 1)[:MOST_SHOWN]
    ]
    if proved.problem is not None:
        wrong += _printed(found, at, lines, proved)
    for column in expected.columns.drop(names):
        proved_text = expected[column].astype(str).to_numpy(object)[np.maximum(at, 0)]
        differ = np.flatnonzero((found[column].to_numpy(object) != proved_text) & (at >= 0))
        wrong += [f"{PATTERN}:{lines[i]}: {column} is not what the certificate proves" for i in differ[:MOST_SHOWN]]
        if differ.size > MOST_SHOWN:
            wrong.append(f"{PATTERN}: and {differ.size - MOST_SHOWN:,} more rows whose {column} differs")
    return wrong


def _safe(folder: Path, proved: Certified, dimensions: tuple[Classification, ...]) -> list[str]:
    """What is handed on must be, to the byte, what the certificate proves; and absent where that is nothing."""
    path = folder / HIERARCHY
    linked = linked_files.read(input_files.read_text(path), str(path)) if path.exists() else ()
    there = [n for n in safe_files.NAMES if (folder / n).exists()] + sorted(p.name for p in folder.glob(f"{linked_files.PREFIX}*"))
    frame = pattern_frame(dimensions, proved.cells, proved.value, proved.decimals, proved.status, proved.printed)
    if proved.problem is not None:
        _with_printed(folder / PATTERN, frame, proved, dimensions)
    if not proved.judged.verdict.may_be_published or not ("printed" in frame or may_be_shown(proved.problem, proved.status)):
        return [f"{n}: nothing is proved that could be handed on; remove it" for n in there]
    try:
        name = json.loads((folder / AUDIT).read_bytes())["table"]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{AUDIT}: the name of the table is missing"]
    made = linked_files.files(frame, linked) if linked else safe_files.files(frame, str(name))
    wrong = [f"{n}: this is not what the certificate proves" for n in made if n not in there or (folder / n).read_bytes() != made[n]]
    return wrong + [f"{n}: celwacht protect has not written this; remove it" for n in there if n not in made]


def _with_printed(path: Path, frame: pd.DataFrame, proved: Certified, dimensions: tuple[Classification, ...]) -> None:
    """Puts the printed figures of the pattern beside its cells; that they lie where they may is seen by `_printed`."""
    found, _ = input_files.read_csv(path, [])
    if "printed" in found.columns:
        at = _cells(found, [d.name for d in dimensions] or ["cell"], dimensions, proved)
        figures = np.full(len(frame), "", object)
        figures[at[at >= 0]] = found["printed"].to_numpy(object)[at >= 0]
        frame["printed"] = figures


def _printed(found: pd.DataFrame, at: np.ndarray, lines: np.ndarray, proved: Certified) -> list[str]:
    """Rows whose printed figure is not in the interval that the certificate takes it to tell."""
    problem, shown = proved.problem, proved.status[at] == Status.PUBLISHED
    low, high = problem.printed_low[at], problem.printed_high[at]
    if "printed" not in found.columns:
        return [f"{PATTERN}: rounded figures need a column printed"] if np.any(shown & (low < high)) else []
    figure = pd.to_numeric(found["printed"], errors="coerce").to_numpy(float) * 10**problem.decimals
    given, fits = (found["printed"] != "").to_numpy(bool), (low <= figure) & (figure <= high)
    bad = np.flatnonzero((at >= 0) & np.where(shown, ~fits, given))
    return [f"{PATTERN}:{lines[i]}: printed is not what the certificate proves" for i in bad[:MOST_SHOWN]]


def _cells(found: pd.DataFrame, names: list[str], dimensions, proved: Certified) -> np.ndarray:
    """(rows,) the cell of every row; -1 for none."""
    if not dimensions:
        return pd.Index(proved.cells).get_indexer(found["cell"])
    at, known = np.zeros(len(found), np.int64), np.ones(len(found), bool)
    for name, dimension in zip(names, dimensions):
        place = pd.Index([c.code for c in dimension.codes]).get_indexer(found[name])
        at, known = at * dimension.n_codes + place, known & (place >= 0)
    return np.where(known, at, -1)


def _label(expected: pd.DataFrame, names: list[str], row: int) -> str:
    return ", ".join(f"{n}={expected[n].iloc[row]}" for n in names)


def _asks_something(guarantee: Mapping[str, object]) -> list[str]:
    """What asks for nothing proves nothing: celwacht protect makes no such folder."""
    threshold, base = (int(str(guarantee.get(k, 0))) for k in ("threshold", "rounding_base"))
    if not threshold or np.any(prints(np.arange(1, threshold), base) < threshold):
        return []
    return [f"{AUDIT}: threshold {threshold} makes no count sensitive, so that nothing is proved; run celwacht protect with another"]


def _audit(folder: Path, proved: Certified) -> list[str]:
    """Claims of audit.json that the certificate does not bear out."""
    try:
        audit = json.loads((folder / AUDIT).read_bytes())
        guarantee, files = dict(audit["guarantee"]), dict(audit["files"])
        same = audit["verdict"] == proved.judged.verdict.value
        wrong = [] if same else [f"{AUDIT}: the verdict is not that of the checker"]
        wrong += [f"{AUDIT}: {k} is not that of the certificate" for k, v in proved.asked.items() if k in guarantee and guarantee[k] != v]
        wrong += _asks_something({**guarantee, **proved.asked})
        if proved.problem is not None and "threshold" in guarantee:
            wrong += _rule(proved, *(int(guarantee[k]) for k in ("threshold", "rounding_base", "width")))
        changed = [n for n, f in files.items() if not (folder / n).is_file() or digest(folder / n) != f["sha256"]]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{AUDIT}: this is not what celwacht protect writes, or it is damaged"]
    return wrong + [f"{n}: changed since celwacht protect wrote it" for n in changed]


def _rule(proved: Certified, threshold: int, base: int, width: int) -> list[str]:
    """Whether the sensitive cells of a problem made from counts are those of the rule, each asking for the width; a list may add others."""
    problem = proved.problem
    expected = (problem.value > 0) & (prints(problem.value, base) < threshold)
    if np.all(problem.sensitive[expected]) and np.all(problem.spl[expected] >= width):
        return []
    return [f"{AUDIT}: the certificate does not ask for this threshold and width"]


def in_a_sentence(proved: Certified) -> str:
    """What the certificate proves, in a sentence."""
    asked = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in proved.asked.items())
    return f"all {len(proved.value):,} rows of {PATTERN} are what the certificate proves ({asked})"


def policy_told(folder: Path) -> dict[str, object]:
    """The options of the policy that the folder says it was made with; none where it was made without. What is told wrongly gives other
    sensitive cells or levels than the certificate's, and `compare` names those."""
    try:
        told = json.loads((folder / AUDIT).read_bytes())["guarantee"]
        return {k: told[k] for k in POLICY_OPTIONS if k in told} if "threshold" in told else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def compare(folder: Path, proved: Certified, source: Source) -> list[str]:
    """Whether the certificate is about the table in these files."""
    cube, problem, certified = source.cube, source.problem, proved.problem
    wrong: list[str] = []
    trees = linked_files.text(source.tables) if source.tables else source.trees.text() if source.trees else ""
    if trees and trees != (folder / HIERARCHY).read_text(encoding="utf-8"):
        wrong.append("the certificate is about other trees than these")
    if cube is not None:
        if not np.array_equal(cube.cells.ravel(), proved.value):
            wrong.append("the certificate is about other counts than these")
    elif problem is not None and certified is not None:
        wrong += _differences(problem, certified)
    elif not wrong:
        wrong.append("this is not the kind of input that the folder was made from")
    return wrong


def _differences(problem: SuppressionProblem, certified: SuppressionProblem) -> list[str]:
    """What of a problem's facts and levels is not the certificate's."""

    def same(one, other, names: tuple[str, ...]) -> bool:
        return all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)

    levels = ("lpl", "upl", "spl")
    wrong = []
    if problem.decimals != certified.decimals or not same(problem, certified, ("value", "role", "names")):
        wrong.append("the certificate is about other cells or values than these")
    if not same(problem, certified, ("lower", "upper", "printed_low", "printed_high")) or not same(
        problem.relations, certified.relations, _FACTS
    ):
        wrong.append("the certificate is about other bounds or relations than these")
    if not same(problem, certified, levels) and not (wrong or same(problem.exactly(), certified, levels)):
        wrong.append("the certificate is about other protection levels than these")
    if problem.integral and not certified.integral:
        wrong.append("the certificate does not take values for whole; it was made without --whole")
    return wrong
