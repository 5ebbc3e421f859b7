"""Which cells are sensitive, why, and how far each must be protected: rules and a-priori list taken together.

A cell is sensitive if any rule says so. All reasons are kept, a bit per rule, and its protection levels are the largest
that any of them asks. What a list decides of single cells comes last: it may add to the rules, and takes from them only
where its contributors gave a waiver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from celwacht.disclosure.policy.apriori import Apriori
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.rules.concentration import CONCENTRATION, Request
from celwacht.disclosure.rules.contributions import Contributions, Figures
from celwacht.disclosure.rules.rule import Judged, Rule
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import Problem, ProblemsFound

MOST_RULES = 31
LISTED = "the a-priori list withholds it"


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Confidential. Arrays of the table's shape (one axis per dimension, codes in order), not writeable.

    mask: bool, sensitive. reasons: uint32, bit i for rules[i], the bit after the last for the a-priori list. lpl, upl,
    spl: int64, 0 where not sensitive. forced: bool, must be published. singleton: bool, one contributor gives all of
    it. only: int64, equal where that is the same contributor, -1 elsewhere. cost: float64, NaN where no list sets it.
    """

    rules: tuple[Rule, ...]
    mask: np.ndarray = field(repr=False)
    reasons: np.ndarray = field(repr=False)
    lpl: np.ndarray = field(repr=False)
    upl: np.ndarray = field(repr=False)
    spl: np.ndarray = field(repr=False)
    forced: np.ndarray = field(repr=False)
    singleton: np.ndarray = field(repr=False)
    only: np.ndarray = field(repr=False)
    cost: np.ndarray = field(repr=False)
    contributions: Contributions | None = field(default=None, repr=False)
    """From whose contributions it follows, where rules asked for them."""

    def why(self, cell: tuple[int, ...] | int) -> tuple[str, ...]:
        """The reasons for which a cell is sensitive, each with its place; parameters are secret, so for insiders
        only."""
        bits = int(self.reasons[cell] if isinstance(cell, tuple) else self.reasons.ravel()[cell])
        texts = [f"{r.name}: {r.reason} ({r.place})" for i, r in enumerate(self.rules) if bits >> i & 1]
        return (*texts, LISTED) if bits >> len(self.rules) & 1 else tuple(texts)

    def tally(self) -> list[tuple[str, int]]:
        """(rule, number of sensitive cells that it finds), for the report of the loss; a cell may count under
        several."""
        texts = [f"{r.name}: {r.reason} ({r.place})" for r in self.rules] + [LISTED]
        return [(text, int((self.reasons >> np.uint32(i) & 1).sum())) for i, text in enumerate(texts)]

    def __repr__(self) -> str:
        return f"<Sensitivity by {len(self.rules)} rules (confidential)>"


def most_needed(rules: Sequence[Rule]) -> int:
    """How many of the largest contributions of a cell these rules look at."""
    return max((r.needs() for r in rules), default=0)


def judge(
    cells: Figures, rules: Sequence[Rule], apriori: Apriori | None = None, *, negatives: Literal["refuse", "absolute"] = "refuse"
) -> Sensitivity:
    """All rules over the figures of a table. ValueError where a rule does not fit; ProblemsFound for conflicts with the
    list.

    negatives: what a concentration rule does where contributions are below 0 (see contributions.py).
    """
    if len(rules) > MOST_RULES:
        raise ValueError(f"{len(rules)} rules; at most {MOST_RULES} can be distinguished")
    bare = [r.rule if isinstance(r, Request) else r for r in rules]
    if cells.mixed_signs and negatives == "refuse" and any(isinstance(r, CONCENTRATION) for r in bare):
        raise ValueError(
            "some contributors give less than 0 to a cell, and dominance, p% and p-q mean nothing then; use a minimum number of "
            'contributors (--rule contributors:3), or let amounts count by their size (--negatives absolute, in Python negatives="absolute") with a lower p'
        )
    n = len(cells.value)
    mask, reasons = np.zeros(n, bool), np.zeros(n, np.uint32)
    levels = [np.zeros(n, np.int64) for _ in range(3)]
    for i, rule in enumerate(rules):
        found: Judged = rule.judge(cells)
        mask |= found.sensitive
        reasons |= found.sensitive.astype(np.uint32) << np.uint32(i)
        for level, asked in zip(levels, (found.lpl, found.upl, found.spl)):
            np.maximum(level, asked, out=level)
    forced, cost = np.zeros(n, bool), np.full(n, np.nan)
    if apriori is not None:
        _listed(apriori, mask, reasons, levels, forced, cost, len(rules))
    arrays = (mask, reasons, *levels, forced, cells.contributors == 1, cells.only, cost)
    shaped = [a.reshape(cells.shape) for a in arrays]
    for array in shaped:
        array.flags.writeable = False
    return Sensitivity(tuple(rules), *shaped)


def _listed(a: Apriori, mask, reasons, levels, forced, cost, bit: int) -> None:
    """Enters the list into the arrays."""
    clash = (a.publish | a.safe) & mask[a.cell] & ~a.waiver
    if clash.any():
        raise ProblemsFound(
            [
                Problem(
                    a.name,
                    int(line),
                    0,
                    "conflict",
                    "the list publishes a cell that a rule finds "
                    "sensitive. Take the line out, or, if its contributors agreed, say waiver: yes.",
                )
                for line in a.line[clash]
            ]
        )
    shown, hidden = a.cell[a.publish], a.cell[a.withhold]
    forced[shown] = True
    mask[shown], reasons[shown] = False, 0
    for level in levels:
        level[shown] = 0
    mask[hidden] = True
    reasons[hidden] |= np.uint32(1 << bit)
    own = [getattr(a, name) for name in ("lpl", "upl", "spl")]
    inside = mask[a.cell]
    for level, asked in zip(levels, own):
        level[a.cell[inside]] = np.maximum(level[a.cell[inside]], asked[inside])
    # a cell that must be withheld must not be found exactly either
    bare = hidden[sum(level[hidden] for level in levels) == 0]
    levels[2][bare] = 1
    priced = a.cost >= 0
    cost[a.cell[priced]] = a.cost[priced]


def of_contributions(
    contributions: Contributions,
    rules: Sequence[Rule],
    apriori: Apriori | None = None,
    *,
    weights: Literal["expanded", "sampled"] = "expanded",
    negatives: Literal["refuse", "absolute"] = "refuse",
) -> tuple[Figures, Sensitivity]:
    """Figures and sensitivity of a table of amounts."""
    from celwacht.disclosure.rules.ranking import figures  # compiled: loaded where contributors are judged

    cells = figures(contributions, most=most_needed(rules), weights=weights)
    return cells, judge(cells, rules, apriori, negatives=negatives)


def sensitive_cells(
    cube: Cube, policy: DisclosurePolicy, contributions: Contributions | None = None, apriori: Apriori | None = None
) -> Sensitivity:
    """Sensitivity of a cube of counts under a policy: its threshold, its rules, and a list.

    contributions: what each provider contributes to the cells, over dimensions with the same codes as the cube's (the
    leaves may differ). A cell's total is the cube's own: persons may have several providers, and then contributions
    together exceed it, which makes rules stricter, never milder. The threshold is the first of the rules. ValueError if
    the policy needs contributions and there are none, or they are of another table.
    """
    if contributions is None and policy.needs_contributors:
        raise ValueError(f"policy {policy.id} has rules on contributors; build the contributions of {cube.table} as well")
    rules = (Threshold(policy), *policy.rules_for(tuple(d.name for d in cube.dimensions)))
    count = cube.cells.ravel()
    if contributions is None:
        return judge(_counted(cube), rules, apriori)
    codes = [[c.code for c in d.codes] for d in cube.dimensions]
    if [[c.code for c in d.codes] for d in contributions.dimensions] != codes:
        raise ValueError(f"the contributions do not have the codes of {cube.table}")
    from celwacht.disclosure.rules.ranking import figures  # compiled: loaded where contributors are judged

    cells = figures(contributions, most=most_needed(rules))
    judged = judge(replace(cells, dimensions=cube.dimensions, value=count, shadow=count, records=count), rules, apriori)
    return replace(judged, contributions=contributions)


@dataclass(frozen=True)
class Threshold:
    """The policy's own threshold on counts, as printed after rounding."""

    policy: DisclosurePolicy = field(repr=False)
    name = "threshold"

    @property
    def place(self) -> str:
        return f"policies/{self.policy.id}.yaml: threshold"

    @property
    def reason(self) -> str:
        return f"would be printed below {self.policy.threshold}"

    def needs(self) -> int:
        return 0

    def judge(self, cells: Figures) -> Judged:
        found = self.policy.sensitive(cells.records)
        none = np.zeros(found.shape, np.int64)
        return Judged(found, none, none.copy(), np.where(found, self.policy.width, 0).astype(np.int64))


def _counted(cube: Cube) -> Figures:
    """Figures of a cube of which only the counts are known."""
    count = cube.cells.ravel()
    none = np.zeros(count.size, np.int64)
    return Figures(cube.dimensions, count, count, count, none, none - 1, none, none.reshape(-1, 1), none.reshape(-1, 1))
