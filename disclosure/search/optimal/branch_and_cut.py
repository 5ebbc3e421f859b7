"""Branch and cut on one part: constraints at the root until they stall, then best bound first, with plunging.

Every node's bound is proved by `master.py`; a node is closed when its bound reaches the cost of the best pattern
(minus one, where costs are whole). A pattern counts only when `prove.py` has worlds for all goals. One whose
programmes look safe, yet without worlds (values must be whole, or the solver erred), is excluded and its bound is
remembered as `doubt`: the bound that is reported is never above it.

Example, on the table of model/example.py. The constraints at the root stall at a bound of 19, and the
pattern that the heuristic makes there costs 1 + 3 + 6 + 9 = 19: nothing is left to branch on.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.search.attacker.exact_world import World
from celwacht.disclosure.search.optimal.branching import Brancher
from celwacht.disclosure.search.optimal.components import Goals, Part
from celwacht.disclosure.search.optimal.cuts import more_than
from celwacht.disclosure.search.optimal.master import Master
from celwacht.disclosure.search.optimal.primal_heuristic import Rounder
from celwacht.disclosure.search.optimal.prove import Reach
from celwacht.disclosure.search.optimal.separation import Separator
from celwacht.disclosure.solver.work import Work

NEAR = 1e-6
STALL_ROUNDS, STALL_SHARE = 10, 0.005  # root: stop when so many rounds close less than this share of the gap
ROOT_MISSING, NODE_MISSING = 0.02, 0.05
STALL_MISSING = 0.3  # ... and none is violated by more than this
NODE_ROUNDS, NODE_SHARE = 6, 0.01
PLUNGE_EVERY, PLUNGE_SHARE = 10, 0.3
ROUNDING_SHARE = 0.1  # of the programmes may go into roundings
NODE_OLD = 20
ROUND_EVERY, DIVE_EVERY, DIVE_FROM = 20, 40, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best pattern so far: withheld bool (d,), its cost over the deciders, and the worlds by goal."""

    withheld: np.ndarray
    cost: float
    proof: dict[int, tuple[World | None, World | None]]


@dataclass(order=True, slots=True)
class _Node:
    bound: float
    number: int
    least: np.ndarray = field(compare=False)
    most: np.ndarray = field(compare=False)


class Search:
    """The search on one part. bound: proved least cost over the deciders; best: None until a pattern is proved."""

    def __init__(self, part: Part, goals: Goals, work: Work, tell: Callable[[float, float], None], ties: np.random.Generator):
        self.part, self.goals, self._work, self._tell = part, goals, work, tell
        self._cost, self.phase = part.problem.cost[part.deciders], "first pattern"
        self.master, self.separator = Master(self._cost, work), Separator(part, goals, work)
        self.rounder = Rounder(part, goals, ties, work)
        self.best: Best | None = None
        self.bound, self._doubt, self.nodes = 0.0, np.inf, 0
        d = len(self._cost)
        self._least, self._most = np.zeros(d), np.ones(d)
        self._root = (0.0, np.zeros(d))
        self._brancher = Brancher(self.master)
        self._worst, self._plunges = np.inf, 0
        self._rounded = 0

    def _over(self) -> bool:
        return self._work.over

    def run(self, proof: dict) -> None:
        """Searches until the best pattern is proved the cheapest, or the work allowed is done; `phase` is then where it stopped.
        proof: of the pattern that withholds all."""
        self._offer(np.ones(len(self._cost), bool), proof)
        self._round(np.zeros(len(self._cost)), always=True)
        self._enter("constraints")
        self._cut_root()
        self._enter("patterns")
        self._dive(self._least, self._most)
        if not self._closed(self.bound):
            self._enter("branching")
            self._branch()
        self.bound = min(self.bound, self._doubt, self.best.cost if self.best else np.inf)
        if self.master.whole:
            self.bound = float(np.ceil(self.bound))

    def _enter(self, phase: str) -> None:
        if not self._over():
            self.phase = phase

    # bounds ------------------------------------------------------------------------------------------------------

    @property
    def _cutoff(self) -> float:
        """A bound above this leaves nothing better."""
        if self.best is None:
            return np.inf
        return self.best.cost - 1 if self.master.whole else self.best.cost * (1 - 1e-9)

    def _closed(self, bound: float) -> bool:
        return bound > self._cutoff or bound == np.inf

    def _offer(self, withheld: np.ndarray, proof: dict) -> None:
        cost = float(self._cost[withheld].sum())
        if self.best is None or cost < self.best.cost:
            self.best = Best(withheld.copy(), cost, dict(proof))
            self._fix_root()
            self._tell(self.bound, cost)

    def _fix_root(self) -> None:
        """Reduced costs at the root settle deciders for good."""
        bound, reduced = self._root
        self._most[(bound + reduced > self._cutoff) & (self._least == 0)] = 0
        self._least[(bound - reduced > self._cutoff) & (self._most == 1)] = 1

    def _round(self, x: np.ndarray, always: bool = False) -> None:
        """A pattern from a relaxed solution, as long as that has not taken too much of the work."""
        if not always and self._rounded > ROUNDING_SHARE * self.separator.pushes:
            return
        before = self.rounder.work
        withheld = self.rounder.pattern(x, self._over)
        if withheld is not None:
            self._offer(withheld, self.rounder.prover.proof)
        self._rounded += self.rounder.work - before

    def _dive(self, least: np.ndarray, most: np.ndarray) -> None:
        """A pattern by settling what the relaxed solution wants most, with new constraints at every step."""
        least, most = least.copy(), most.copy()
        while not self._over():
            self.master.bounds(least, most)
            if self._closed(self.master.solve()):
                return
            self.master.forget(NODE_OLD)
            x = self.master.x
            if np.all(np.minimum(x, 1 - x) < NEAR):
                if not self._separate(NODE_MISSING):
                    self._candidate(x > 0.5, np.inf)
                    return
                continue
            if self.master.recall(NODE_MISSING) or self._separate(NODE_MISSING):
                self.master.solve()
                x = self.master.x
            dive = (least < most) & (x > NEAR)
            least[dive & (x >= min(DIVE_FROM, x[dive].max(initial=0.0)))] = 1

    # constraints -------------------------------------------------------------------------------------------------

    def _separate(self, missing: float) -> int:
        """Adds constraints that the relaxed solution violates; their number."""
        x, separator = self.master.x, self.separator
        separator.barred = self.master.most <= 0
        cuts = separator.level_cuts(x, self._over) + separator.bridge_cuts(x, self._over, missing)
        self._worst = max((c.missing(x) for c in cuts), default=0.0)
        return self.master.add(cuts)

    def _separate_root(self) -> int:
        """As `_separate`; nothing found, then once more with nobody resting."""
        found = self._separate(ROOT_MISSING)
        if not found:
            self.separator.thorough = True
            found = self._separate(ROOT_MISSING)
            self.separator.thorough = False
        return found

    def _cut_root(self) -> None:
        values, fresh = [], True
        while not self._over():
            self.master.bounds(self._least, self._most)
            bound = self.master.solve()
            if bound >= self.bound:
                self.bound = bound
                self._root = (bound, self.master.reduced.copy())
                self._fix_root()
            if fresh:
                values.append(self.bound)
            self._tell(self.bound, self.best.cost if self.best else np.inf)
            if self._closed(self.bound):
                return
            self.master.forget()
            self._round(self.master.x)
            gap = (self.best.cost if self.best else 2 * self.bound) - self.bound
            stalled = (
                self._worst < STALL_MISSING and len(values) > STALL_ROUNDS and values[-1] - values[-1 - STALL_ROUNDS] < STALL_SHARE * gap
            )
            fresh = not self.master.recall(ROOT_MISSING)
            if fresh and (stalled or not self._separate_root()):
                return

    # branching ---------------------------------------------------------------------------------------------------

    def _branch(self) -> None:
        open_nodes = [_Node(self.bound, 0, self._least.copy(), self._most.copy())]
        plunge: _Node | None = None
        number = 0
        while (open_nodes or plunge is not None) and not self._over():
            node = plunge or heapq.heappop(open_nodes)
            plunge = None
            self.bound = max(self.bound, min([node.bound] + [n.bound for n in open_nodes[:1]]))
            if self._closed(node.bound):
                continue
            children = self._children(node)
            self.nodes += 1
            if self._over():
                heapq.heappush(open_nodes, node)
                break
            for child in children[1:]:
                number += 1
                heapq.heappush(open_nodes, _Node(child.bound, number, child.least, child.most))
            plunge = None
            if children and self._goes_on(children[0].bound):
                plunge = children[0]
            elif children:
                number += 1
                heapq.heappush(open_nodes, _Node(children[0].bound, number, children[0].least, children[0].most))
                self._plunges += 1
            self._tell(self.bound, self.best.cost if self.best else np.inf)
        rest = [n.bound for n in open_nodes if not self._closed(n.bound)] + ([plunge.bound] if plunge else [])
        self.bound = max(self.bound, min(rest)) if rest else np.inf

    def _goes_on(self, bound: float) -> bool:
        """Whether to plunge on: to the end now and then, else only while the bound stays near the best of all."""
        return self._plunges % PLUNGE_EVERY == 0 or bound < self.bound + PLUNGE_SHARE * (self._cutoff - self.bound)

    def _children(self, node: _Node) -> list[_Node]:
        """Works on a node until it is closed (no children) or must be branched (two, the more promising first)."""
        least, most = np.maximum(node.least, self._least), np.minimum(node.most, self._most)
        before, rounds = node.bound, 0
        while True:
            if np.any(least > most):
                return []
            self.master.bounds(least, most)
            own = self.master.solve()
            bound = max(node.bound, own)
            if self._closed(bound):
                return []
            reduced, free = self.master.reduced, least < most  # these belong to the bound of this very solve
            most[free & (own + reduced > self._cutoff)] = 0
            least[free & (own - reduced > self._cutoff)] = 1
            self.master.forget(NODE_OLD)
            x = self.master.x
            node.bound, rounds = bound, rounds + 1
            if self._over():
                return []
            found = self.master.recall(NODE_MISSING) or self._separate(NODE_MISSING)
            if not found and np.all(np.minimum(x, 1 - x) < NEAR):
                found = self._candidate(x > 0.5, bound)
                if not found:
                    return []
                continue
            gap = self._cutoff - bound
            if not found or (rounds >= NODE_ROUNDS and bound - before < NODE_SHARE * gap):
                if np.any((least < most) & (np.minimum(x, 1 - x) >= NEAR)):
                    break
            before = bound
        if self.nodes % ROUND_EVERY == 0:
            self._round(x)
        if self.nodes % DIVE_EVERY == 0:
            self._dive(least, most)
        return self._split(x, least, most, bound)

    def _candidate(self, withheld: np.ndarray, bound: float) -> int:
        """A whole solution without violated constraints: the new best if proved, else excluded (1: go on in this node).
        bound: proved for the node, inf outside of the tree."""
        prover = self.rounder.prover
        prover.start(withheld)
        if prover.prove_all(self._over)[0] is Reach.PROVED:
            better = self.rounder.clean(withheld, self._over)
            self._offer(withheld if better is None else better, prover.proof)
            return 0
        if np.isfinite(bound):
            self._doubt = min(self._doubt, bound)
            return self.master.add([more_than(withheld)])
        return 0

    def _split(self, x, least, most, bound) -> list[_Node]:
        decider, bounds = self._brancher.choose(x.copy(), least, most, bound)
        nodes = []
        for value in (0, 1):
            low, high = least.copy(), most.copy()
            low[decider] = high[decider] = value
            if not self._closed(bounds[value]):
                nodes.append(_Node(max(bound, bounds[value]), 0, low, high))
        first = 1 if x[decider] > 0.5 else 0
        return sorted(nodes, key=lambda n: n.least[decider] != first)
