"""Finds constraints that a relaxed solution x violates: one attacker's programme per goal, and per decider in use."""

from __future__ import annotations

import numpy as np

from celwacht.disclosure.attacker_lp import AttackerLP
from celwacht.disclosure.optimal_core import DOWN, SLIDE, UP, Goals, Part
from celwacht.disclosure.optimal_cuts import Cut, CutMaker

NEAR = 1e-6
SHARE = float(__import__("os").environ.get("SHARE","1e-2"))                # of a decider that is not used at all: so multipliers have no needless cells in them
LEVEL_MISSING = 1e-3        # least violation worth a constraint, of a right-hand side of 1
BRIDGE_MISSING = 2e-2
PUSHES = {DOWN: (-1,), UP: (1,), SLIDE: (1, -1)}


class _Seen:
    """How far cells have gone in points that are within the room of the moment."""

    def __init__(self, n: int):
        self._most, self._least = np.zeros(n), np.zeros(n)

    def take(self, difference: np.ndarray) -> None:
        np.maximum(self._most, difference, out=self._most)
        np.minimum(self._least, difference, out=self._least)

    def enough(self, cell: int, kind: int, level: int) -> bool:
        up, down = self._most[cell], -self._least[cell]
        reach = {DOWN: down, UP: up, SLIDE: up + down}[kind]
        return reach >= level - NEAR


class Separator:
    """Constraints for one part and its goals. `pushes` counts programmes."""

    def __init__(self, part: Part, goals: Goals):
        self.part, self.goals = part, goals
        self._attacker, self._make = AttackerLP(part.lean), CutMaker(part)

    @property
    def pushes(self) -> int:
        return self._attacker.pushes

    def level_cuts(self, x: np.ndarray, over, taken_from: float = 1 - NEAR) -> list[Cut]:
        """Capacity constraints that x (d,) violates. `over()` says when time is up.

        Deciders with x >= taken_from count as withheld; first they alone are asked whether they suffice, then the others help
        with their share of what is missing.
        """
        taken = x >= taken_from
        seen, lacking = _Seen(len(self.part.problem)), []
        self._attacker.room(*self.part.room(np.where(taken, 1.0, 0.0)))
        for goal in range(len(self.goals)):
            if over():
                break
            cell, kind, level = self._goal(goal)
            if not seen.enough(cell, kind, level):
                reach, cut = self._pushed(goal, taken, seen)
                if reach < level * (1 - LEVEL_MISSING):
                    lacking.append((goal, level - reach, cut))
        return [c for c in self._helped(x, taken, lacking, over) if c is not None and c.missing(x) > LEVEL_MISSING]

    def _helped(self, x, taken, lacking, over):
        """The constraint of every goal that is lacking: with the others' share, or else the one found without it."""
        shares = np.where(taken, 1.0, np.maximum(x, SHARE))
        for goal, missing, cut in lacking:
            if not over():
                self._attacker.room(*self.part.room(shares, missing))
                helped = self._pushed(goal, taken)[1]
                if helped is not None and helped.missing(x) > LEVEL_MISSING:
                    cut = helped
            yield cut

    def _goal(self, goal: int) -> tuple[int, int, int]:
        return int(self.goals.cell[goal]), int(self.goals.kind[goal]), int(self.goals.level[goal])

    def _pushed(self, goal: int, taken: np.ndarray, seen: _Seen | None = None) -> tuple[float, Cut | None]:
        """(how far the goal's cell goes in the room of the moment, the constraint that this gives)."""
        cell, kind, level = self._goal(goal)
        limits, reached = [], 0.0
        for sign in PUSHES[kind]:
            push = self._attacker.push(cell, sign > 0, float(level))
            reached += push.reach
            if seen is not None:
                seen.take(push.difference)
            if reached >= level * (1 - LEVEL_MISSING):
                return reached, None
            limits.append(self._make.limit(cell, sign, push.row_dual))
        return reached, None if any(a is None for a in limits) else self._make.level(limits, level, taken)

    def bridge_cuts(self, x: np.ndarray, over, missing: float = BRIDGE_MISSING) -> list[Cut]:
        """Bridge constraints that x violates: each decider moves by at most its share, and so do all others."""
        part, found = self.part, []
        share = np.where(part.always, 1.0, 0.0)
        share[part.deciders] = np.maximum(x, SHARE)
        self._attacker.room(-share, share)
        reached = np.zeros(len(share))
        for decider in np.argsort(-x, kind="stable").tolist():
            cell = int(part.deciders[decider])
            if x[decider] < missing or over():
                break
            if reached[cell] >= x[decider] - missing:
                continue
            push = self._attacker.push(cell, True)
            np.maximum(reached, np.abs(push.difference), out=reached)
            if push.reach < x[decider] - missing:
                cut = self._make.bridge(cell, push.row_dual)
                if cut is not None and cut.missing(x) > missing:
                    found.append(cut)
        return found
