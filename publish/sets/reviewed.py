"""What the reviewer's page over a set says of its tables beside their losses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from celwacht.publish.review.loss_report import set_index
from celwacht.publish.sets.earlier import Earlier
from celwacht.publish.sets.ground import REFUSED
from celwacht.publish.sets.make_table import TableOutcome
from celwacht.publish.sets.same_cells import Mended


def beside(outcomes: Sequence[TableOutcome], mended: Mended, earlier: Sequence[Earlier]) -> set_index.Beside:
    """Verdicts, cells that tables share, and the losses in the newest release before that has one of the tables."""
    own = {o.table for o in outcomes}
    last = next((e for e in reversed(earlier) if own & set(e.tables)), None)
    losses = set_index.losses_of(last.folder) if last else {}
    name = last.line.set if last and losses else ""
    return set_index.Beside({o.table: o.verdict for o in outcomes}, mended.shared, mended.changed, name, losses)


def told(data: Path, name: str, published: bool, trial: bool) -> str:
    """Where the reviewer looks at a set that was published or refused just now; '' where there is no such page."""
    page = data / "vault" / "reports" / (name if published else f"{name}{REFUSED}") / set_index.INDEX
    return f"\nWhat it costs, table by table, for the reviewer (confidential): {page}" if page.exists() and not trial else ""
