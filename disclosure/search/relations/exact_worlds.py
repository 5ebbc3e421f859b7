"""Exact worlds from the search's directions: integers over a scale, each judged against every fact.

A direction becomes the shortest whole vector along it; that vector, and its opposite, times a rational number is a world for
every cell it takes to its level. Targets that this leaves are pushed within the exact span of the pattern, then asked for again in the final pattern; what stays is unproved.

Example:

    >>> whole_vector(np.array([0.5, -0.5, 0.25]))      # the shortest whole vector along it
    array([ 2, -2,  1])
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.search.attacker.attacker_program import AttackerLP, moves_of
from celwacht.disclosure.search.attacker.exact_world import ExactFacts, World, file_worlds, whole_world
from celwacht.disclosure.search.relations.exact_span import GRID, ExactSpan, exact_span
from celwacht.disclosure.search.relations.model import Moves
from celwacht.disclosure.solver.work import Work

DENOMINATOR = 5000  # the largest denominator that a change of a cell is taken to have
TOO_LARGE = 1 << 40
MOST_SCALE, FINE = 1000, 120  # scales above the first (the checker's integers) are replaced by the second


def whole_vector(change: np.ndarray) -> np.ndarray | None:
    """int64 (n,): the shortest whole vector along float64 (n,), or None where the denominators are too large."""
    at = np.flatnonzero(change)
    size = float(np.abs(change).max(initial=0))
    if not at.size or size > TOO_LARGE:
        return None
    common = 1
    for x in change[at].tolist():
        if abs(x * common - round(x * common)) > 1e-6 * common * max(1.0, abs(x) * 1e-3):
            common = lcm(common, Fraction(x).limit_denominator(DENOMINATOR).denominator)
            if common * size > TOO_LARGE:
                return None
    whole = np.rint(change * common).astype(np.int64)
    return whole // max(1, gcd(*np.abs(whole[at]).tolist()))


class Proof:
    """Worlds so far, and how far they take each sensitive cell. Reach is kept in Fractions: it is what is claimed."""

    def __init__(self, problem: SuppressionProblem, pattern: np.ndarray):
        self.problem, self.pattern = problem, pattern
        self.facts = ExactFacts(problem, pattern)
        self.sensitive = np.flatnonzero(problem.sensitive)
        self.need = [tuple(int(level[c]) for level in (problem.upl, problem.lpl, problem.spl)) for c in self.sensitive]
        self.up, self.down = [Fraction(0)] * len(self.need), [Fraction(0)] * len(self.need)
        self.worlds: list[World] = []

    def lacks(self, i: int) -> bool:
        upl, lpl, spl = self.need[i]
        return self.up[i] < upl or self.down[i] < lpl or self.up[i] + self.down[i] < spl

    def lacking(self) -> list[int]:
        """Positions in `sensitive`."""
        return [i for i in range(len(self.need)) if self.lacks(i)]

    def take(self, worlds: Worlds) -> None:
        """Takes worlds in that were filed before."""
        for k in range(len(worlds)):
            own = slice(worlds.first[k], worlds.first[k + 1])
            difference = np.zeros(len(self.problem), np.int64)
            difference[worlds.unknown[own]] = worlds.difference[own]
            self.file(difference, 1 if worlds.scale is None else int(worlds.scale[k]))

    def offer(self, change: np.ndarray) -> None:
        """A change of the cells float64 (n,): what worlds along it prove that was not proved is filed."""
        vector = whole_vector(change)
        if vector is None or (np.any(self.facts.relations.sums(vector) != 0) and self._equations_only):
            return
        for sign in (1, -1):
            self._offer(sign * vector)

    @property
    def _equations_only(self) -> bool:
        return bool(np.all(self.facts.least == self.facts.greatest))

    def _offer(self, vector: np.ndarray) -> None:
        far = self._times(vector)
        moved = vector[self.sensitive]
        multiples = []
        for i in np.flatnonzero(moved).tolist():
            if self.lacks(i):
                side = 0 if moved[i] > 0 else 1
                have, _other = (self.up[i], self.down[i]) if side == 0 else (self.down[i], self.up[i])
                level = max(self.need[i][side], self.need[i][2])
                times = min(far, Fraction(level, abs(int(moved[i]))))
                if self.problem.integral:
                    times = Fraction(min(int(far), -(-level // abs(int(moved[i])))))
                if times.denominator > MOST_SCALE:
                    times = min(Fraction(-(-times.numerator * FINE // times.denominator), FINE), Fraction(int(far * FINE), FINE))
                if times * abs(int(moved[i])) > have:
                    multiples.append(times)
        for times in sorted(set(multiples), reverse=True)[:1]:
            self.file(vector * times.numerator, times.denominator)

    def _times(self, vector: np.ndarray) -> Fraction:
        """How many times the vector fits."""
        at = np.flatnonzero(vector)
        room = np.where(vector[at] > 0, self.facts.high[at], -self.facts.low[at])
        ratio = room / np.abs(vector[at])
        least = Fraction(UNBOUNDED)
        for k in np.flatnonzero(ratio <= ratio.min() * (1 + 1e-9)):
            least = min(least, Fraction(int(room[k]), int(abs(vector[at[k]]))))
        return least

    def file(self, difference: np.ndarray, scale: int) -> bool:
        """Takes a world in if it is one; whether it is."""
        if not self.facts.holds(difference, scale):
            return False
        self.worlds.append(World(difference, scale))
        for i, d in enumerate(difference[self.sensitive].tolist()):
            if d > 0:
                self.up[i] = max(self.up[i], Fraction(d, scale))
            elif d < 0:
                self.down[i] = max(self.down[i], Fraction(-d, scale))
        return True

    def within(self, moves: Moves, opened: np.ndarray, work: Work) -> None:
        """For cells still without proof, where values need not be whole: the exact span of what columns bool (n,) allow, as long as
        there is work left."""
        if self.problem.integral or work.over or not self.lacking():
            return
        span = exact_span(moves, opened, work)
        if span is None:
            return
        place = {int(moves.cell[t]): int(t) for t in moves.target}
        for i in self.lacking():
            for up in (True, False):
                if self.lacks(i) and int(self.sensitive[i]) in place and not work.over:
                    self._push(span, i, place[int(self.sensitive[i])], up)

    def _push(self, span: ExactSpan, i: int, target: int, up: bool) -> None:
        found = span.farthest(target, up)
        if found is None or not found[0]:
            return
        level = min(found[0], max(self.need[i][0 if up else 1], self.need[i][2]))
        for grid in GRID:
            change, scale = span.whole(found[1] * (1 + level / found[0]) / 2, grid)
            tied = span.moves.cell >= 0
            difference = np.zeros(len(self.problem), np.int64)
            np.add.at(difference, span.moves.cell[tied], change[tied])
            common = gcd(scale, *difference[difference != 0].tolist())
            before = self.up[i] + self.down[i]
            if self.file(difference // common, scale // common) and self.up[i] + self.down[i] > before:
                return

    def ask(self, work: Work) -> None:
        """For cells still without proof: the attacker's programme in this pattern, for whole values a mixed-integer one; as long
        as there is work left.
        """
        left = self.lacking()
        if not left:
            return
        attacker = AttackerLP(self.problem, work=work)
        attacker.room(*moves_of(self.problem, self.pattern))
        for i in left:
            for up in (True, False):
                if work.over:
                    return
                level = max(self.need[i][0 if up else 1], self.need[i][2])
                if self.lacks(i) and level:
                    self.offer(attacker.push(int(self.sensitive[i]), up, float(level)).difference)
                if self.lacks(i) and level and self.problem.integral:
                    world, _ = whole_world(self.facts, int(self.sensitive[i]), up, level, work=work)
                    if world is not None:
                        self.file(world.difference, world.scale)

    def filed(self) -> Worlds:
        return file_worlds(self.worlds)

    def unproved(self) -> np.ndarray:
        """Cells, ascending."""
        return np.sort(self.sensitive[self.lacking()]).astype(np.int64)
