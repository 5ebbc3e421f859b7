"""What a table loses by its protection, in numbers: for the statistician and the disclosure reviewer. Confidential.

Counted per level of each dimension and per combination of levels, since the value of a table counts everybody once in
every combination: shares of value are only comparable within one. Widths of intervals: widths.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from celwacht.disclosure.loss.partners import partners, reach
from celwacht.disclosure.loss.view import View
from celwacht.disclosure.loss.widths import Widths, possible, widths
from celwacht.disclosure.model.status import Status
from celwacht.tables.cubes.classification import Classification

DEAREST = 12
"""Rows of the tables of single cells."""
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """Cells by what is done with them, and their value; rounding: the sum of how far printed figures lie from the
    truth.
    """

    cells: int
    primary: int
    secondary: int
    zero: int
    value: int
    value_primary: int
    value_secondary: int
    rounding: int

    @property
    def withheld(self) -> int:
        return self.primary + self.secondary + self.zero

    @property
    def published(self) -> int:
        return self.cells - self.withheld

    @property
    def value_withheld(self) -> int:
        return self.value_primary + self.value_secondary

    @property
    def share_cells(self) -> float:
        """Share of the cells that is withheld, 0 to 1."""
        return self.withheld / self.cells if self.cells else 0.0

    @property
    def share_value(self) -> float:
        """Share of the value that is withheld, 0 to 1."""
        return self.value_withheld / self.value if self.value else 0.0


@dataclass(frozen=True, slots=True)
class LevelLoss:
    """The cells that stand at these levels: (dimension, level) for one or for all dimensions."""

    at: tuple[tuple[str, str], ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class RuleLoss:
    """What one rule costs. alone: sensitive cells that no other rule makes sensitive, with their value. saved:
    secondary cells and value that would be published without the rule; None where that was not worked out.
    """

    rule: str
    cells: int
    alone: int
    value_alone: int
    saved: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class CellLoss:
    """A withheld cell. codes: (dimension, code), or ('', name). covers: combinations of leaves under it. protects:
    how many sensitive cells are its partners (partners.py); examples: those that are so in most worlds.
    """

    cell: int
    codes: tuple[tuple[str, str], ...]
    status: str
    value: int
    covers: int
    protects: int = 0
    examples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """Everything the report says of one table. possible: possible[v - 1][x] = sensitive cells of true value v for
    which the proof shows that x is not ruled out; empty where values are not small counts.
    """

    table: str
    unit: str
    policy: str
    threshold: int
    base: int
    decimals: int
    worlds: int
    total: Tally
    by_level: tuple[LevelLoss, ...]
    by_combination: tuple[LevelLoss, ...]
    rules: tuple[RuleLoss, ...]
    widths: Widths
    possible: tuple[tuple[int, ...], ...]
    dearest: tuple[CellLoss, ...]
    margins: tuple[CellLoss, ...]
    headline: tuple[int, int]
    """Headline figures withheld to protect others, of all that are not sensitive themselves."""


def loss_of(view: View, without: Callable[[str], tuple[int, int] | None] = lambda rule: None) -> Loss:
    """The loss of one table.

    without: (secondary cells, their value) of the table protected anew without a rule, or None; asked only where
    another rule is left, since without the only one nothing is sensitive and every secondary cell is saved.
    """
    least, greatest = reach(view.worlds, len(view))
    return Loss(
        view.table,
        view.unit,
        view.policy,
        view.threshold,
        view.base,
        view.decimals,
        len(view.worlds),
        tally(view, ~view.hidden),
        by_level(view),
        by_combination(view),
        rule_losses(view, without),
        widths(view, least, greatest),
        possible(view, least, greatest),
        dearest(view),
        margins(view),
        headline(view),
    )


def tally(view: View, where: np.ndarray) -> Tally:
    """Of the cells where `where` (bool (n,)) holds."""
    status, value = view.status[where], np.abs(view.value[where])
    cells = np.bincount(status, minlength=4)
    amount = [int(value[status == s].sum()) for s in (Status.PRIMARY, Status.SECONDARY)]
    off = np.abs(view.shown[where] - view.value[where])[status == Status.PUBLISHED]
    return Tally(*[int(where.sum()), *map(int, cells[1:4]), int(value.sum()), *amount, int(off.sum())])


def levels(dimension: Classification) -> tuple[tuple[str, ...], np.ndarray]:
    """(names of the levels in order of their first code, level of each code as a position in them); depth where it
    has no name.
    """
    depth: dict[str, int] = {}
    names = []
    for code in dimension.codes:
        depth[code.code] = depth.get(code.parent, -1) + 1
        names.append(code.level or str(depth[code.code]))
    order = tuple(dict.fromkeys(names))
    return order, np.array([order.index(name) for name in names], np.int64)


def by_level(view: View) -> tuple[LevelLoss, ...]:
    """A tally per dimension and level, all levels of the other dimensions together."""
    found = []
    for axis, dimension in enumerate(view.dimensions):
        names, of_code = levels(dimension)
        group = np.broadcast_to(_along(of_code, axis, len(view.shape)), view.shape).ravel()
        found += [LevelLoss(((dimension.name, name),), t) for name, t in zip(names, _tallies(view, group, len(names)))]
    return tuple(found)


def by_combination(view: View) -> tuple[LevelLoss, ...]:
    """A tally per combination of levels; each cell is in one of them. Empty where there are no dimensions."""
    if not view.dimensions:
        return ()
    named = [levels(d) for d in view.dimensions]
    group = np.zeros(view.shape, np.int64)
    for axis, (names, of_code) in enumerate(named):
        group = group * len(names) + _along(of_code, axis, len(named))
    at = product(*([(d.name, n) for n in names] for d, (names, _) in zip(view.dimensions, named)))
    tallies = _tallies(view, group.ravel(), int(np.prod([len(names) for names, _ in named])))
    return tuple(LevelLoss(tuple(a), t) for a, t in zip(at, tallies))


def _along(array: np.ndarray, axis: int, ndim: int) -> np.ndarray:
    return array.reshape([-1 if i == axis else 1 for i in range(ndim)])


def _tallies(view: View, group: np.ndarray, n: int) -> list[Tally]:
    """A tally per group number, in one pass. Sums are of integers below 2**53, so that floats hold them exactly."""
    value = np.abs(view.value)
    cells = np.bincount(group * 4 + view.status, minlength=4 * n).reshape(n, 4)
    amount = np.bincount(group * 4 + view.status, value, 4 * n).reshape(n, 4)
    off = np.where(view.status == Status.PUBLISHED, np.abs(view.shown - view.value), 0)
    rounding = np.bincount(group, off, n)
    return [
        Tally(*[int(c.sum()), *map(int, c[1:]), int(a.sum()), int(a[Status.PRIMARY]), int(a[Status.SECONDARY]), int(r)])
        for c, a, r in zip(cells, amount, rounding)
    ]


def rule_losses(view: View, without: Callable[[str], tuple[int, int] | None]) -> tuple[RuleLoss, ...]:
    """What each rule costs; the rule that withholds zeros comes last, and costs no value."""
    mask, secondary = view.reasons.mask, view.status == Status.SECONDARY
    spent = int(secondary.sum()), int(np.abs(view.value[secondary]).sum())
    found = []
    for i, name in enumerate(view.reasons.names):
        alone = mask == np.uint32(1 << i)
        saved: tuple[int, int] | None = spent
        if np.any(mask & ~np.uint32(1 << i)):
            left = without(name)
            saved = None if left is None else (spent[0] - left[0], spent[1] - left[1])
        found.append(RuleLoss(name, int((mask >> np.uint32(i) & 1).sum()), int(alone.sum()), int(np.abs(view.value[alone]).sum()), saved))
    zeros = int((view.status == Status.ZERO).sum())
    return tuple(found + ([RuleLoss("zeros", zeros, zeros, 0, None)] if zeros else []))


def dearest(view: View) -> tuple[CellLoss, ...]:
    """The secondary cells of greatest value, each with the sensitive cells that it protects."""
    secondary = np.flatnonzero((view.status == Status.SECONDARY) & ~view.hidden)
    chosen = secondary[np.argsort(-np.abs(view.value[secondary]), kind="stable")[:DEAREST]]
    sensitive = view.sensitive
    hits = partners(view.worlds, chosen, view.status == Status.PRIMARY, view.ties)
    found = []
    for cell, together in zip(chosen, hits[:, sensitive]):
        near = np.argsort(-together, kind="stable")[:EXAMPLES]
        found.append(_cell_loss(view, int(cell), int((together > 0).sum()), tuple(int(sensitive[i]) for i in near if together[i])))
    return tuple(found)


def margins(view: View) -> tuple[CellLoss, ...]:
    """The withheld cells that cover most: by number of combinations of leaves under them, then by value. No zeros
    among them.
    """
    if not view.dimensions:
        return ()
    withheld = np.flatnonzero((view.status == Status.PRIMARY) | (view.status == Status.SECONDARY))
    covers = _covers(view)[withheld]
    order = np.lexsort((withheld, -view.value[withheld], -covers))[:DEAREST]
    return tuple(_cell_loss(view, int(c)) for c in withheld[order] if _covers_of(view, int(c)) > 1)


def headline(view: View) -> tuple[int, int]:
    """(headline figures that are withheld to protect others, all that are not sensitive themselves)."""
    if view.headline is None:
        return 0, 0
    lost, printed = (int((view.headline & (view.status == s)).sum()) for s in (Status.SECONDARY, Status.PUBLISHED))
    return lost, lost + printed


def _covers(view: View) -> np.ndarray:
    """int64 (n,): combinations of leaves under each cell."""
    whole = np.ones((), np.int64)
    for axis, d in enumerate(view.dimensions):
        whole = whole * _along(np.array([len(m) for m in d.members], np.int64), axis, len(view.dimensions))
    return whole.ravel()


def _covers_of(view: View, cell: int) -> int:
    places = np.unravel_index(cell, view.shape)
    return int(np.prod([len(d.members[i]) for d, i in zip(view.dimensions, places)])) if view.dimensions else 1


def _cell_loss(view: View, cell: int, protects: int = 0, examples: tuple[int, ...] = ()) -> CellLoss:
    return CellLoss(
        cell,
        view.codes(cell),
        Status(int(view.status[cell])).name.lower(),
        int(view.value[cell]),
        _covers_of(view, cell),
        protects,
        examples,
    )
