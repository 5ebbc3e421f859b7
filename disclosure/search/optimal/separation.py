"""Finds constraints that a relaxed solution x violates: one attacker's programme per goal, and per decider in use.

Example: x withholds the 3 by half. With half of its room the attacker moves the 1 by 1.5 of 3: the multipliers of that programme are a
constraint that x violates, `x(3) + x(4) >= 1`.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.attacker.attacker_program import AttackerLP
from celwacht.disclosure.search.optimal.components import DOWN, SLIDE, UP, Goals, Part
from celwacht.disclosure.search.optimal.cuts import Cut, CutMaker
from celwacht.disclosure.solver.work import Work

NEAR = 1e-6
SHARE, SMALL_SHARE = 1e-2, 1e-3  # of an unused decider: so multipliers have no needless cells in them
LEVEL_MISSING = 1e-3  # least violation worth a constraint, of a right-hand side of 1
WHOLE_MISSING = 1e-7  # the same for a whole x, where nothing may be missed
MOST_REST = 8
UNHELPED_EVERY = 5  # rounds: what is missing without help is found anew
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


class _Rests:
    """Who need not be asked for a while: each fruitless question doubles the rest, up to MOST_REST rounds."""

    def __init__(self, n: int):
        self._left, self._next = np.zeros(n, np.int64), np.ones(n, np.int64)

    def due(self, i: int) -> bool:
        """Whether it is i's turn; counts down."""
        self._left[i] -= 1
        return self._left[i] < 0

    def record(self, i: int, fruitful: bool) -> None:
        self._left[i] = 0 if fruitful else self._next[i]
        self._next[i] = 1 if fruitful else min(2 * self._next[i], MOST_REST)


class Separator:
    """Constraints for one part and its goals. `pushes` counts programmes. thorough: nobody rests, and shares of deciders that
    are not used at all are small: finds more, and takes longer. barred: bool (d,), deciders that are settled to be printed:
    what constraints say of them does not matter, and so they may say more of the others."""

    def __init__(self, part: Part, goals: Goals, work: Work):
        self.part, self.goals, self.thorough = part, goals, False
        self._attacker, self._make = AttackerLP(part.lean, work=work), CutMaker(part)
        self.barred = np.zeros(len(part.deciders), bool)
        self._calls, self._missing = 0, goals.level.astype(np.float64)
        self._goal_rests, self._bridge_rests = _Rests(len(goals)), _Rests(len(part.deciders))

    @property
    def pushes(self) -> int:
        return self._attacker.pushes

    def _shares(self, x: np.ndarray, taken: np.ndarray) -> np.ndarray:
        """(d,) shares to which deciders help."""
        least = np.where(self.barred, 0.0, SMALL_SHARE if self.thorough else SHARE)
        return np.where(taken, 1.0, np.maximum(x, least))

    def level_cuts(self, x: np.ndarray, over) -> list[Cut]:
        """Capacity constraints that x (d,) violates. `over()` says when the work allowed is done.

        A whole x is asked whether it suffices, and all goals are. Otherwise deciders with x = 1 count as withheld, and the
        others help with their share of what is missing without them.
        """
        taken = x >= 1 - NEAR
        self._calls += 1
        if self.thorough or self._calls % UNHELPED_EVERY == 0 or np.all(taken | (x <= NEAR)):
            return self._unhelped(x, taken, over)
        found, shares = [], self._shares(x, taken)
        for goal in range(len(self.goals)):
            if over():
                break
            if not (self.thorough or self._goal_rests.due(goal)):
                continue
            self._attacker.room(*self.part.room(shares, self._missing[goal]))
            cut = self._pushed(goal, taken)[1]
            fruitful = cut is not None and cut.missing(x) > LEVEL_MISSING
            self._goal_rests.record(goal, fruitful)
            if cut is not None and fruitful:
                found.append(cut)
        return found

    def _unhelped(self, x: np.ndarray, taken: np.ndarray, over) -> list[Cut]:
        """Asks first whether what is taken suffices, and notes what is missing; what does gives no constraint. Then the others
        help. Deciders that are not used lend a little, so that the multipliers have no needless ones in them."""
        seen, found, lacking = _Seen(len(self.part.problem)), [], []
        self._attacker.room(*self.part.room(taken.astype(np.float64)))
        for goal in range(len(self.goals)):
            cell, kind, level = self._goal(goal)
            if over():
                break
            if not seen.enough(cell, kind, level):
                reach, cut = self._pushed(goal, taken, seen)
                if reach < level * (1 - WHOLE_MISSING):
                    self._missing[goal] = max(level - reach, level * SHARE)
                    lacking.append((goal, cut))
        shares = self._shares(x, taken)
        for goal, cut in lacking:
            if over():
                break
            self._attacker.room(*self.part.room(shares, self._missing[goal]))
            better = self._pushed(goal, taken)[1]
            best = max((c for c in (cut, better) if c is not None), key=lambda c: c.missing(x), default=None)
            if better is not None and better.missing(x) > LEVEL_MISSING:
                best = better
            if best is not None and best.missing(x) > WHOLE_MISSING:
                found.append(best)
        return found

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
        known = [a for a in limits if a is not None]
        return reached, None if len(known) < len(limits) else self._make.level(known, level, taken)

    def bridge_cuts(self, x: np.ndarray, over, missing: float) -> list[Cut]:
        """Bridge constraints that x violates by `missing`: each decider moves by at most its share, and so do all others."""
        part, found = self.part, []
        share = np.where(part.always, 1.0, 0.0)
        share[part.deciders] = self._shares(x, x >= 1)
        self._attacker.room(-share, share)
        reached = np.zeros(len(share))
        for decider in np.argsort(-x, kind="stable").tolist():
            cell = int(part.deciders[decider])
            if x[decider] < missing or over():
                break
            if reached[cell] >= x[decider] - missing or not (self.thorough or self._bridge_rests.due(decider)):
                continue
            push = self._attacker.push(cell, True)
            np.maximum(reached, np.abs(push.difference), out=reached)
            cut = self._make.bridge(cell, push.row_dual) if push.reach < x[decider] - missing / 2 else None
            fruitful = cut is not None and cut.missing(x) > missing
            self._bridge_rests.record(decider, fruitful)
            if cut is not None and fruitful:
                found.append(cut)
        return found
