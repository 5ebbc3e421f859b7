"""What an attack found, table by table; and beside the truth, where the confidential record of the set is at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from celwacht.disclosure.intruder.sets.attack import Attack
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


def findings(attack: Attack, data: Path | None, release_ids: list[str]) -> list[TableFindings]:
    """One for each table, in order. data: the data folder, for the truth. release_ids: of each table."""
    found = []
    for n, table in enumerate(attack.known.reading.tables):
        policy, place = read_policy(table.spec.policy), attack.known.place[n]
        least, greatest = attack.least[place], attack.greatest[place]
        apart = greatest - least
        close = table.withheld & (apart < policy.width)
        sure = close & policy.sensitive(least) & policy.sensitive(greatest)
        plain = TableFindings(
            table.release,
            table.spec.id,
            int(table.withheld.sum()),
            int((close & (apart == 0)).sum()),
            int((close & (apart > 0)).sum()),
            int(sure.sum()),
        )
        truth = _truth(data, release_ids[n], table.spec.id) if data else None
        found.append(plain if truth is None else _beside(plain, table.withheld, apart, close, least, greatest, *truth))
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


def troubling(attack: Attack) -> np.ndarray:
    """Positions of withheld cells that are exact or narrow and may be sensitive, worst first: exact ones, then the narrowest."""
    bad = np.zeros(len(attack.least), bool)
    for table, place in zip(attack.known.reading.tables, attack.known.place):
        policy = read_policy(table.spec.policy)
        apart = (attack.greatest - attack.least)[place]
        possible = policy.sensitive(np.maximum(attack.least[place], 1)) & (attack.greatest[place] >= 1)
        bad[place[table.withheld & (apart < policy.width) & possible]] = True
    found = np.flatnonzero(bad)
    return found[np.lexsort((found, -attack.least[found], (attack.greatest - attack.least)[found]))]
