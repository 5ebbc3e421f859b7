"""The audit: reads what will be printed, and says what an intruder could get out of it.

Independent of how the pattern was made: it uses the printed table, the attacker's problem (feasibility.py) and, to know
which cells need protection, the true counts and the policy. It is meant for tables up to some thousands of cells and
for patterns that we did not make; the proof for a national cube is the certificate (proof/checker.py).

Example:

    >>> from celwacht.disclosure.model.example import SENSITIVE, cube
    >>> alone = (np.arange(9) == SENSITIVE).reshape(3, 3)
    >>> (finding,) = audit(PrintedTable(cube().dimensions, cube().cells, alone), cube().cells, alone, 3).findings
    >>> finding.cell, finding.interval.least, finding.interval.greatest      # withheld alone, it is 4 - 3
    ((1, 1), 1, 1)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.intruder.feasibility import Attack, Interval
from celwacht.disclosure.model.lines import contradictions
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell that is not safe, and why. Confidential: holds what an intruder could infer."""

    cell: tuple[int, ...]
    reason: str
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Verdict and findings against the external intruder; no finding and SAFE, or at least one finding."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    cells_asked: int
    intruder: str = "EXTERNAL"


def audit(
    table: PrintedTable, truth: np.ndarray, sensitive: np.ndarray, width: int, *, progress: Callable[[int, int], None] | None = None
) -> AuditReport:
    """Judges a printed table.

    truth: true counts of the cells; sensitive: bool, which of them need protection; width: least width of their feasibility
    intervals. Cells for which no answer came within its limits make the verdict INCONCLUSIVE.
    """
    broken = contradictions(table)
    if broken:
        reason = "the table does not add up"
        cells = sorted({line.total for line in broken.lines} | set(broken.suspects))
        return AuditReport(Verdict.UNSAFE, tuple(Finding(c, reason) for c in cells), 0)
    findings = [Finding(tuple(map(int, c)), "a sensitive cell is printed") for c in np.argwhere(sensitive & ~table.withheld)]
    findings += [
        Finding(tuple(map(int, c)), "a printed figure is not the rounded count")
        for c in np.argwhere(~table.withheld & _misprinted(table, truth))
    ]
    if findings:
        return AuditReport(Verdict.UNSAFE, tuple(findings), 0)
    return _ask(table, np.argwhere(sensitive), width, Attack(table), progress)


def _misprinted(table: PrintedTable, truth: np.ndarray) -> np.ndarray:
    least, greatest = table.bounds()
    return (truth < least) | (truth > greatest)


def _ask(table, cells, width, attack, progress) -> AuditReport:
    unsafe, open_ = [], []
    for i, row in enumerate(cells):
        cell = tuple(map(int, row))
        interval = attack.interval(cell)
        if interval.width < width and (interval.exact or interval.greatest is not None):
            unsafe.append(Finding(cell, "can be inferred too closely", interval))
        elif not interval.exact:
            open_.append(Finding(cell, "no answer within the limits of the search", interval))
        if progress:
            progress(i + 1, len(cells))
    verdict = Verdict.UNSAFE if unsafe else Verdict.INCONCLUSIVE if open_ else Verdict.SAFE
    return AuditReport(verdict, tuple(unsafe + open_), len(cells))
