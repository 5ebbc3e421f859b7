"""Proves a pattern of one part goal by goal, with exact worlds; a world found for one goal is tried for all the others.

Example: one world {1: +3, 3: -3, 6: -3, 9: +3} proves that the 1 can be 4; it is kept on file, and proves the same for a goal at the 3, which it
moves by 3 as well.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.search.attacker.attacker_program import AttackerLP
from celwacht.disclosure.search.attacker.exact_world import COMMON, ExactFacts, World, whole_world
from celwacht.disclosure.search.optimal.components import DOWN, UP, Goals, Part
from celwacht.disclosure.solver.work import Work

NEAR = 1e-6


class Reach(Enum):
    """Whether a goal is reached under a pattern."""

    PROVED = 1
    """Worlds are on file."""
    IMPOSSIBLE = 2
    """No world goes so far."""
    UNKNOWN = 3
    """None was found, and none was excluded."""


class Prover:
    """Worlds of one part under one pattern at a time (`start`). `worlds` holds those in use, by goal: (up, down)."""

    def __init__(self, part: Part, goals: Goals, work: Work):
        self.part, self.goals, self._work = part, goals, work
        self._attacker = AttackerLP(part.lean, work=work)
        self._shown = part.problem.start()
        self.proof: dict[int, tuple[World | None, World | None]] = {}

    @property
    def pushes(self) -> int:
        """Programmes solved so far."""
        return self._attacker.pushes

    def start(self, withheld: np.ndarray) -> None:
        """A new pattern: withheld bool (d,). Worlds that break it are forgotten, the others stay in use."""
        pattern = self.part.pattern(withheld)
        self._facts = ExactFacts(self.part.problem, pattern)
        self._attacker.room(*self.part.room(withheld.astype(np.float64)))
        good: dict[int, bool] = {}
        for pair in self.proof.values():
            for world in pair:
                if world is not None and id(world) not in good:
                    good[id(world)] = self._facts.holds(world.difference, world.scale)
        self.proof = {goal: pair for goal, pair in self.proof.items() if all(w is None or good[id(w)] for w in pair)}
        self._known: dict[int, World] = {id(w): w for pair in self.proof.values() for w in pair if w is not None}
        self._top: list[World | None] = [None] * len(self.part.problem)
        self._bottom = list(self._top)
        for world in self._known.values():
            self._file(world)

    def prove_all(self, over=lambda: False, first: int | None = None) -> tuple[Reach, int]:
        """(verdict, the goal that is not PROVED or -1). Goal `first` is tried first."""
        order = list(range(len(self.goals)))
        if first is not None:
            order.insert(0, order.pop(first))
        for goal in order:
            if goal not in self.proof:
                verdict = Reach.UNKNOWN if over() else self.prove(goal)
                if verdict is not Reach.PROVED:
                    return verdict, goal
        return Reach.PROVED, -1

    def prove(self, goal: int) -> Reach:
        """Finds worlds for one goal under the pattern of the moment."""
        cell, kind, level = int(self.goals.cell[goal]), int(self.goals.kind[goal]), int(self.goals.level[goal])
        if self._filed(goal, cell, kind, level):
            return Reach.PROVED
        sure, missing = True, level * COMMON
        for sign in {UP: (1,), DOWN: (-1,)}.get(kind, (1, -1)):
            sure &= self._reach(cell, sign > 0, -(-missing // COMMON))
            if self._filed(goal, cell, kind, level):
                return Reach.PROVED
            found = (self._top if sign > 0 else self._bottom)[cell]
            missing -= abs(found.reach(cell)) if found is not None else 0
        return Reach.IMPOSSIBLE if sure else Reach.UNKNOWN

    def _reach(self, cell: int, up: bool, level: int) -> bool:
        """Files a world in which the cell goes as far as it can, to `level`; whether none goes further."""
        push = self._attacker.push(cell, up, float(level))
        if not push.optimal:
            return False
        reach = min(push.reach, level)
        world = self._facts.exact(push.difference) if reach > NEAR else None
        if world is not None:
            self._file(world)
        whole = int(np.floor(reach + NEAR))
        if world is not None and (abs(world.reach(cell)) >= COMMON * reach * (1 - NEAR) - NEAR):
            return True
        if whole == 0 and self.part.problem.integral:
            return True
        if whole == 0:
            return False
        push = self._attacker.push(cell, up, float(whole))
        world = self._facts.exact(push.difference)
        if world is not None and abs(world.reach(cell)) == COMMON * whole:
            self._file(world)
            return self.part.problem.integral
        world, sure = whole_world(self._facts, cell, up, whole, work=self._work)
        if world is not None:
            self._file(world)
        if whole >= level and self.part.problem.integral and (world is None or abs(world.reach(cell)) < COMMON * level):
            sure &= self._beyond(cell, up, level)
        return sure and self.part.problem.integral

    def _beyond(self, cell: int, up: bool, level: int) -> bool:
        """Files a world that takes a cell past its level, which it may do without ever being at it (moves by twos, for a level of 1);
        whether that, or that there is none, is certain."""
        world, sure = whole_world(self._facts, cell, up, UNBOUNDED, least=level, shortest=True, work=self._work)
        if world is not None:
            self._file(world)
        return sure or world is not None

    def _file(self, world: World) -> None:
        self._known[id(world)] = world
        for cell in np.flatnonzero(world.difference * self.part.always).tolist():
            side = self._top if world.difference[cell] > 0 else self._bottom
            before = side[cell]
            if before is None or abs(world.reach(cell)) > abs(before.reach(cell)):
                side[cell] = world

    def on_file(self, goal: int) -> bool:
        """Whether worlds that are on file by now, found for whatever goal, prove this one."""
        return self._filed(goal, int(self.goals.cell[goal]), int(self.goals.kind[goal]), int(self.goals.level[goal]))

    def _filed(self, goal: int, cell: int, kind: int, level: int) -> bool:
        """Whether worlds on file reach the goal; if so they become its proof."""
        top, bottom = (
            (self._top[cell], None)
            if kind == UP
            else ((None, self._bottom[cell]) if kind == DOWN else (self._top[cell], self._bottom[cell]))
        )
        reach = sum(abs(w.reach(cell)) for w in (top, bottom) if w is not None)
        if reach >= level * COMMON:
            self.proof[goal] = (top, bottom)
            return True
        return False

    def give_back(self, decider: int, over=lambda: False) -> bool:
        """Prints one decider more, if all goals can still be proved; whether they can. Else all is as before."""
        part, cell = self.part, int(self.part.deciders[decider])
        ends = part.shown_low[cell], part.shown_high[cell]
        low, high = (int(max(-UNBOUNDED, min(UNBOUNDED, end))) for end in ends)
        gone = {i for i, w in self._known.items() if not low * w.scale <= w.difference[cell] <= high * w.scale}
        before = self._facts.low[cell], self._facts.high[cell], self._attacker.low[cell], self._attacker.high[cell]
        kept = dict(self.proof), dict(self._known), list(self._top), list(self._bottom)
        self._facts.low[cell], self._facts.high[cell] = low, high
        self._attacker.room_of(cell, *map(float, ends))
        self._drop(gone)
        if self.prove_all(over)[0] is Reach.PROVED:
            return True
        self.proof, self._known, self._top, self._bottom = kept
        self._facts.low[cell], self._facts.high[cell] = before[:2]
        self._attacker.room_of(cell, *before[2:])
        return False

    def _drop(self, gone: set[int]) -> None:
        """Forgets worlds, and the proofs made of them."""
        lost = [self._known.pop(i) for i in gone]
        self.proof = {goal: pair for goal, pair in self.proof.items() if not any(id(w) in gone for w in pair)}
        cells = {c for w in lost for c in np.flatnonzero(w.difference * self.part.always).tolist()}
        for side, sign in ((self._top, 1), (self._bottom, -1)):
            for cell in cells:
                if side[cell] is not None and id(side[cell]) in gone:
                    side[cell] = max(
                        (w for w in self._known.values() if w.difference[cell] * sign > 0), key=lambda w: sign * w.reach(cell), default=None
                    )
