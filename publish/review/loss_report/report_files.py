"""The report of the loss on disk, beside the certificate. CONFIDENTIAL: files 0600, never read by a writer of public
files.

<record of a table>/loss.html, loss.json     the page and the same numbers, for each table of a set
<record of a set>/index.html                 all tables of the set (set_index.py)
DIR/report.html, DIR/loss.json               for `celwacht protect`
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from celwacht.disclosure.loss.loss import CellLoss, Loss, loss_of
from celwacht.disclosure.loss.view import Reasons, View, joined, reasons_of, view_of_cube, view_of_problem
from celwacht.disclosure.loss.without_rule import without_rule
from celwacht.disclosure.model.problem import Found, SuppressionProblem
from celwacht.disclosure.own_table.result import ProtectionResult
from celwacht.disclosure.policy.sensitivity import Sensitivity
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.review.loss_report.page import page

PAGE, NUMBERS = "loss.html", "loss.json"


def write_table(folder: Path, parts: Sequence[Protected], title: str = "", sensitivity: Sequence[Sensitivity] = ()) -> None:
    """The report of one table of a set into its record: its protected cubes, and why their cells are sensitive."""
    reasons = [reasons_of(s) for s in sensitivity] or [None] * len(parts)
    view = joined([view_of_cube(part, r) for part, r in zip(parts, reasons, strict=True)])
    _write(folder / PAGE, folder / NUMBERS, view, title, "nl")


def write_loss_report(
    path: Path,
    result: ProtectionResult,
    language: str = "en",
    *,
    sensitivity: Sensitivity | None = None,
    solve: Callable[[SuppressionProblem], Found] | None = None,
) -> None:
    """The report of what `celwacht protect` did, as `path`, with loss.json beside it. FileExistsError if either is
    there.

    sensitivity: why cells are sensitive, where rules or a list decided. solve: the method with its options, to protect
    a small table anew without each of several rules.
    """
    view = view_of(result, sensitivity)
    rerun = {}
    if solve is not None and not isinstance(result.proof, Protected):
        problem = result.proof.problem
        rerun = {"without": without_rule(problem, _over(view.reasons, len(problem)), solve)}
    _write(path, path.with_name(NUMBERS), view, "", language, **rerun)


def view_of(result: ProtectionResult, sensitivity: Sensitivity | None = None) -> View:
    """What a result shows, whichever method made it."""
    reasons = None if sensitivity is None else reasons_of(sensitivity)
    if isinstance(result.proof, Protected):
        return view_of_cube(result.proof, reasons)
    asked, proof = result.guarantee, result.proof
    return view_of_problem(
        proof.problem,
        proof.pattern,
        proof.worlds,
        dimensions=result.dimensions,
        shown=result.printed,
        reasons=None if reasons is None else _over(reasons, len(proof.problem)),
        threshold=int(asked.get("threshold", 0)),
        base=int(asked.get("rounding_base", 1)),
    )


def _over(reasons: Reasons, n: int) -> Reasons:
    """Reasons over all cells of a problem: none for the hidden ones behind a table."""
    return Reasons(reasons.names, np.pad(reasons.mask, (0, n - len(reasons.mask))))


def numbers(loss: Loss, view: View, title: str = "") -> dict[str, object]:
    """What loss.json holds: the numbers of the page, with codes for cells."""
    told = asdict(loss)
    total = loss.total
    told |= {
        "title": title,
        "confidential": True,
        "total": told["total"]
        | {
            "published": total.published,
            "withheld": total.withheld,
            "share_cells": round(total.share_cells, 6),
            "share_value": round(total.share_value, 6),
        },
    }
    told["dearest"] = [_cell(c, view) for c in loss.dearest]
    told["margins"] = [_cell(c, view) for c in loss.margins]
    return told


def _cell(cell: CellLoss, view: View) -> dict[str, object]:
    return {
        "codes": dict(cell.codes),
        "status": cell.status,
        "value": cell.value,
        "covers": cell.covers,
        "protects": cell.protects,
        "examples": [dict(view.codes(e)) for e in cell.examples],
    }


def _write(page_path: Path, numbers_path: Path, view: View, title: str, language: str, **rerun) -> None:
    loss = loss_of(view, **rerun)
    put(page_path, page(loss, view, title=title, language=language).encode())
    put(numbers_path, (json.dumps(numbers(loss, view, title), ensure_ascii=False, indent=1) + "\n").encode())


def put(path: Path, content: bytes) -> None:
    """A file for its owner only; FileExistsError where there is one."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
