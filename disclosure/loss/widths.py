"""How wide the proof shows the intervals of the sensitive cells to be, beside what is asked and what bounds from
outside allow.

A *width* is the distance between the least and the greatest value of a cell: *proved* over the truth and the worlds
of the certificate, *possible* by the bounds from outside. The feasibility interval, which nobody works out for a
large table, lies between the two. Confidential.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.loss.view import View

MOST_VALUES = 30
"""Up to this true value the picture of what stays possible is drawn."""
RATIOS = (0.0, 0.5, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Sensitive cells whose width is at least `low` and below `high` (None: no end)."""

    low: float
    high: float | None
    proved: int
    possible: int | None
    """None where no bounds from outside were worked out."""


@dataclass(frozen=True, slots=True)
class Widths:
    """kind `width`: bins are in units of the table, and each cell asks `asked`. kind `ratio`: bins are widths divided
    by what the cell asks. short: cells whose proof falls short.
    """

    kind: str
    asked: int
    short: int
    bins: tuple[Bin, ...]


def widths(view: View, least: np.ndarray, greatest: np.ndarray) -> Widths:
    """The histogram of the sensitive cells' intervals. least, greatest: changes (n,) as `reach` gives them."""
    cells = view.sensitive
    lpl, upl, spl = (a[cells] for a in (view.lpl, view.upl, view.spl))
    down, up = -least[cells], greatest[cells]
    short = int(((down < lpl) | (up < upl) | (down + up < spl)).sum())
    out = None
    if view.bounds is not None:
        low, high = (b[cells] for b in view.bounds)
        out = view.value[cells] - low, np.where(high < 0, -1, high - view.value[cells])
    asked = int(spl[0]) if len(cells) else 0
    if not lpl.any() and not upl.any() and np.all(spl == asked) and not view.decimals:
        wide = None if out is None else np.where(out[1] < 0, np.inf, out[0] + out[1])
        most = max(int((down + up).max(initial=0)), int(wide[np.isfinite(wide)].max(initial=0)) if wide is not None else 0)
        return Widths("width", asked, short, _bins(_whole_edges(asked, most), down + up, wide))
    ratio = _ratio(down, up, lpl, upl, spl)
    wide = None if out is None else _ratio(out[0], np.where(out[1] < 0, np.inf, out[1]), lpl, upl, spl)
    return Widths("ratio", 0, short, _bins(RATIOS, ratio, wide))


def _whole_edges(asked: int, most: int) -> tuple[float, ...]:
    """Each width by itself up to twice what is asked, then ever wider bins up to `most`; beyond the last edge: no
    end.
    """
    fine = max(2 * asked + 2, 10)
    edges, step = list(range(fine + 1)), fine
    while edges[-1] <= most:
        edges.append(edges[-1] + step)
        step *= 2
    return tuple(map(float, edges))


def _ratio(down, up, lpl, upl, spl) -> np.ndarray:
    """Proved distance over what is asked, for the level that comes off worst; infinite where nothing is asked."""
    parts = [np.divide(have, ask, out=np.full(len(ask), np.inf), where=ask > 0) for have, ask in ((down, lpl), (up, upl), (down + up, spl))]
    return np.minimum.reduce(parts)


def _bins(edges: tuple[float, ...], proved: np.ndarray, wide: np.ndarray | None) -> tuple[Bin, ...]:
    def counted(x: np.ndarray) -> np.ndarray:
        return np.bincount(np.searchsorted(edges, x, side="right") - 1, minlength=len(edges))

    have = counted(proved)
    may = None if wide is None else counted(wide)
    return tuple(
        Bin(low, high, int(have[i]), None if may is None else int(may[i])) for i, (low, high) in enumerate(zip(edges, (*edges[1:], None)))
    )


def possible(view: View, least: np.ndarray, greatest: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Per true value, for how many cells each value stays between the least and the greatest that is proved."""
    cells = view.sensitive
    value = view.value[cells]
    if view.decimals or not len(cells) or value.min() < 1 or value.max() > MOST_VALUES:
        return ()
    most = int(value.max())
    end = 2 * most + max(int(view.spl[cells].max()), 1)
    step = np.zeros((most, end + 2), np.int64)
    np.add.at(step, (value - 1, np.clip(value + least[cells], 0, end)), 1)
    np.add.at(step, (value - 1, np.clip(value + greatest[cells], 0, end) + 1), -1)
    return tuple(tuple(map(int, row)) for row in np.cumsum(step, axis=1)[:, :-1])
