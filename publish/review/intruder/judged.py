"""What an attack found, table by table; and beside the truth, where the confidential record of the set is at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from celwacht.disclosure.outsider.attack import Found
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.review import records


@dataclass(frozen=True, slots=True)
class TableFindings:
    """Cells of one table. Of the sensitive ones (None without the record): how many, exact, narrow; outside: truths that an interval
    misses, so that the attack itself would be wrong."""

    release: str
    table: str
    withheld: int
    exact: int
    narrow: int
    sure: int
    """Exact or narrow, and sensitive whichever of its values is the true one."""
    sensitive: int | None = None
    sensitive_exact: int | None = None
    sensitive_narrow: int | None = None
    outside: int = 0


def findings(attack: Found, data: Path | None, release_ids: list[str]) -> list[TableFindings]:
    """One for each table, in order. data: the data folder, for the truth. release_ids: of each table."""
    found = []
    for n, table in enumerate(attack.figures.tables):
        policy = read_policy(table.spec.policy)
        least, greatest = attack.of_table(n)
        apart = greatest - least
        close = table.dot & (apart < policy.width)
        sure = close & policy.sensitive(least) & policy.sensitive(greatest)
        plain = TableFindings(
            table.release,
            table.spec.id,
            int(table.dot.sum()),
            int((close & (apart == 0)).sum()),
            int((close & (apart > 0)).sum()),
            int(sure.sum()),
        )
        truth = _truth(data, release_ids[n], table.spec.id) if data else None
        found.append(plain if truth is None else _beside(plain, table.dot, apart, close, least, greatest, *truth))
    return found


def _beside(plain: TableFindings, withheld, apart, close, least, greatest, counts, sensitive) -> TableFindings:
    asked = sensitive & withheld
    return TableFindings(
        plain.release,
        plain.table,
        plain.withheld,
        plain.exact,
        plain.narrow,
        plain.sure,
        int(asked.sum()),
        int((asked & (apart == 0)).sum()),
        int((asked & close & (apart > 0)).sum()),
        int(((counts < least) | (counts > greatest)).sum()),
    )


def _truth(data: Path, release_id: str, table: str) -> tuple[np.ndarray, np.ndarray] | None:
    """(counts, sensitive) of a table from its confidential record; None where there is none."""
    folder = records.reports_of(data) / release_id / table
    if not folder.is_dir():
        return None
    parts = records.load(folder)
    return (
        np.concatenate([p.cube.cells for p in parts], axis=-1),
        np.concatenate([p.policy.sensitive(p.cube.cells) for p in parts], axis=-1),
    )


def sensitive_figures(attack: Found, data: Path | None, release_ids: list[str]) -> np.ndarray | None:
    """bool over figures: sensitive in a table that withholds it; None where a record is missing."""
    flags = np.zeros(len(attack.bounds.low), bool)
    for n, table in enumerate(attack.figures.tables):
        truth = _truth(data, release_ids[n], table.spec.id) if data else None
        if truth is None:
            return None
        flags[attack.figures.place[n][truth[1] & table.dot]] = True
    return flags


def troubling(attack: Found) -> np.ndarray:
    """Figures that are withheld, exact or narrow, and may be sensitive, worst first: exact ones, then the narrowest."""
    low, width = attack.bounds.low, attack.bounds.width
    bad = np.zeros(len(low), bool)
    for n, table in enumerate(attack.figures.tables):
        policy, place = read_policy(table.spec.policy), attack.figures.place[n]
        least, greatest = attack.of_table(n)
        possible = policy.sensitive(np.maximum(least, 1)) & (greatest >= 1)
        bad[place[table.dot & (greatest - least < policy.width) & possible]] = True
    found = np.flatnonzero(bad)
    return found[np.lexsort((found, -low[found], width[found]))]
