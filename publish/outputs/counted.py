"""The register's own figures of the cells of an output: whether the form says what the file shows, and how many contribute to a sum."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from celwacht.disclosure.outsider.public_table import ENDLESS
from celwacht.publish.outputs.findings import REVIEW, Finding
from celwacht.publish.outputs.sheets import Sheet
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound


def counted(sheets: Sequence[Sheet], data: Path) -> dict[int, np.ndarray]:
    """Position -> int64 of the sheet's shape; none for a sheet that the register cannot count (a period that is not there). Confidential."""
    found = {}
    with Microdata(data, keep=4) as microdata:
        for n, sheet in enumerate(sheets):
            try:
                found[n] = _count(sheet, data, microdata)
            except ProblemsFound:
                continue
    return found


def _count(sheet: Sheet, data: Path, microdata: Microdata) -> np.ndarray:
    table = sheet.table
    out = np.zeros(table.low.shape, np.int64)
    for cube in build_cube(table.spec, [Period.parse(p) for p in table.codes[-1]], data, connection=microdata):
        at = [{c.code: i for i, c in enumerate(d.codes)} for d in cube.dimensions]
        here = [i for i, p in enumerate(table.codes[-1]) if p in at[-1]]
        theirs = [*([where[c] for c in codes] for where, codes in zip(at, table.codes[:-1])), [at[-1][table.codes[-1][i]] for i in here]]
        own = [*(range(len(c)) for c in table.codes[:-1]), here]
        out[np.ix_(*own)] = cube.cells[np.ix_(*theirs)]
    return out


def disagreements(sheets: Sequence[Sheet], truth: dict[int, np.ndarray]) -> list[Finding]:
    """Counts that are not what the register gives under the form, so that nothing can be said of them."""
    found = []
    for n, sheet in enumerate(sheets):
        if sheet.of:
            continue
        if n not in truth:
            said = f"the register has no figures for the periods of {sheet.name}, so that nothing can be said of it"
            found.append(Finding(frozenset({sheet.number}), "Form", REVIEW, said))
            continue
        table = sheet.table
        wrong = ~table.dot & ((truth[n] < table.low) | (truth[n] > np.minimum(table.high, ENDLESS)))
        if wrong.any():
            said = f"{int(wrong.sum())} of {int((~table.dot).sum())} figures of {sheet.name} are not what the register gives for what the form says"
            found.append(Finding(frozenset({sheet.number}), "Form", REVIEW, said))
    return found
