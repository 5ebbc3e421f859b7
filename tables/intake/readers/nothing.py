"""The way to say that a provider has nothing to report.

The protocol has none. The project's own: the file as always (CSV and Excel with their header), and instead of records one line
with the words NIETS TE MELDEN in one cell, all others empty. Capitals or not does not matter. Nothing else means it: an empty
file, a header alone or empty cells may as well be an export that went wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.tables.intake.delivered.batch import Raw
from celwacht.tables.intake.delivered.findings import Findings

WORDS = "NIETS TE MELDEN"


def says_nothing(cells: Sequence[str]) -> bool:
    """Whether one record is these words and nothing else."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and " ".join(filled[0].split()).upper() == WORDS


def nothing_said(records: Sequence[tuple[int, Sequence[str]]], places: dict[str, int], findings: Findings) -> Raw | None:
    """The empty delivery, where the only record says so; None where there are others. Both together are a problem."""
    said = [line for line, cells in records if says_nothing(cells)]
    if not said:
        return None
    if len(records) == 1:
        return Raw({name: [] for name in places}, np.array([], dtype=np.int64), places, nothing=True)
    findings.many("niets-te-melden", [(line, f"expected either records or the words {WORDS}; found both. Remove one.") for line in said])
    return None
