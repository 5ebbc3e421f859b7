"""Redeliveries that take most of a provider's records away: held back until the office gives its word.

A correction mends records; a file under the wrong name, an export with a filter on, or "nothing to report" by mistake takes them
away. So a delivery that replaces another waits when it has fewer than half of the records, or when more than half of the earlier
records are of persons whom it does not have. The office's word is `celwacht intake DATA --approve DELIVERY`; the register keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from celwacht.tables.intake.vault.pieces import persons_kept
from celwacht.tables.intake.worker import Outcome
from celwacht.tables.problems import Problem
from celwacht.tables.register.register import Register


def held_back(
    outcomes: Sequence[Outcome], pieces: dict[tuple[str, str], list[Path]], register: Register, present: Path | None, states: Path
) -> dict[str, Problem]:
    """Delivery id -> why it waits, for those among the accepted `outcomes` that take most records of their provider away.

    pieces: by record kind and period, where the records of the outcomes are; present: folder of the present microdata.
    """
    replacing: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        earlier = register.accepted(one.delivery.slot)
        if earlier is not None and earlier.rows:
            replacing[one.delivery.record, one.delivery.periode].append(one)
    held: dict[str, Problem] = {}
    if present is None:
        return held
    for (record, period), some in replacing.items():
        file = present / record / f"{period}.parquet"
        new = {one.delivery.aanbieder: one.delivery.id for one in some}
        kept = persons_kept(file, pieces.get((record, period), []), new, states)
        for one in some:
            records, same = kept.get(one.delivery.aanbieder, (0, 0))
            if 2 * one.rows < records or 2 * same < records:
                held[one.delivery.id] = _problem(one, records, 2 * one.rows < records)
    return held


def _problem(one: Outcome, records: int, fewer: bool) -> Problem:
    found = "fewer than half of that" if fewer else "that more than half of them are of persons who are not in this file"
    return Problem(
        one.delivery.shown,
        0,
        0,
        "herlevering",
        f"expected a correction of the {records:,} records that were taken in before; found {found}. Nothing was replaced. Ask the "
        f"aanbieder; where it is right, give the office's word: celwacht intake DATA --approve {one.delivery.id}",
    )
