"""What the reviewer's page over a set says of its tables beside their losses."""

from __future__ import annotations

from collections.abc import Sequence

from celwacht.publish.review.loss_report import set_index
from celwacht.publish.sets.earlier import Earlier
from celwacht.publish.sets.make_table import TableOutcome
from celwacht.publish.sets.same_cells import Mended


def beside(outcomes: Sequence[TableOutcome], mended: Mended, earlier: Sequence[Earlier]) -> set_index.Beside:
    """Verdicts, cells that tables share, and the losses in the newest release before that has one of the tables."""
    own = {o.table for o in outcomes}
    last = next((e for e in reversed(earlier) if own & set(e.tables)), None)
    losses = set_index.losses_of(last.folder) if last else {}
    name = last.line.set if last and losses else ""
    return set_index.Beside({o.table: o.verdict for o in outcomes}, mended.shared, mended.changed, name, losses)
