"""Compiled: each of many atoms goes down to its lower or up to its upper value, so that sums stay near the truth.

Minimises the sum over all cells of the squared deviation. First each atom in turn takes the better side; then
simulated annealing (Kirkpatrick and others, 1983) over two moves: one atom to its other side, or two atoms to opposite
sides. Since the objective is quadratic, a move's worth follows from the sums of the deviations above its atoms; all in
integers but for the decision whether a worse state is accepted. Same input and seed: same result, on any machine with
the same `exp`.

Example: atoms 1, 3, 6, 9 to base 5. Each by itself: 0, 5, 5, 10, sums 5, 15, 5, 15, 20 against 4, 15, 7, 12, 19: squares 1 + 0 + 4 + 9 + 1. Moves to the other side
of the 1 and of the 9 are tried; none is better.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

WINDOW = 24  # partners along are looked for among so many neighbours on either side
TRIES = 4  # partners looked at for one move of two atoms
WARM, COLD = 2.0, 0.05  # temperatures at the first and the last move, in squared steps


class Parts(NamedTuple):
    """Which cells an atom is part of. Atom = leaf along * leaves across + leaf across; cells likewise with codes."""

    along_first: np.ndarray  # codes of leaf i along: along[along_first[i]:along_first[i + 1]]
    along: np.ndarray
    across_first: np.ndarray  # cells of leaf j across: across[across_first[j]:across_first[j + 1]]
    across: np.ndarray
    shape: np.ndarray  # (2,) codes along, codes across


@njit(cache=True)
def _sum_above(parts, deviation, i, j):
    """Sum of the deviations of the cells that atom (i, j) is part of."""
    total = 0
    for a in range(parts.along_first[i], parts.along_first[i + 1]):
        base = parts.along[a] * parts.shape[1]
        for k in range(parts.across_first[j], parts.across_first[j + 1]):
            total += deviation[base + parts.across[k]]
    return total


@njit(cache=True)
def _add(parts, deviation, i, j, step):
    for a in range(parts.along_first[i], parts.along_first[i + 1]):
        base = parts.along[a] * parts.shape[1]
        for k in range(parts.across_first[j], parts.across_first[j + 1]):
            deviation[base + parts.across[k]] += step


@njit(cache=True)
def _count(parts, i, j):
    return (parts.along_first[i + 1] - parts.along_first[i]) * (parts.across_first[j + 1] - parts.across_first[j])


@njit(cache=True)
def _shared(first, codes, p, q):
    """How many codes two leaves have in common; codes ascend."""
    n, a, b = 0, first[p], first[q]
    while a < first[p + 1] and b < first[q + 1]:
        if codes[a] == codes[b]:
            n, a, b = n + 1, a + 1, b + 1
        elif codes[a] < codes[b]:
            a += 1
        else:
            b += 1
    return n


@njit(cache=True)
def _random(state):
    """splitmix64: uint64 from state[0], in place."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True)
def _below(state, n):
    return np.int64((_random(state) >> np.uint64(32)) * np.uint64(n) >> np.uint64(32))


@njit(cache=True)
def _accepted(state, worse, heat):
    """Metropolis: always if better, else with probability exp(-worse / heat)."""
    if worse <= 0:
        return True
    if worse > 40.0 * heat:
        return False
    return (_random(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0) < np.exp(-worse / heat)


@njit(cache=True)
def start(parts, deviation, movable, down, step, up):
    """Each movable atom in turn to the side that leaves the smaller sum of squares; deviation and up in place.

    down (atoms,): change of an atom that goes to its lower value, <= 0; the other side is down + step.
    """
    wide = len(parts.across_first) - 1
    for m in range(len(movable)):
        atom = movable[m]
        i, j = atom // wide, atom % wide
        n, total, low = _count(parts, i, j), _sum_above(parts, deviation, i, j), down[atom]
        high = low + step
        up[atom] = high * (2 * total + n * high) < low * (2 * total + n * low)
        _add(parts, deviation, i, j, high if up[atom] else low)


@njit(cache=True)
def _partner(parts, deviation, movable_at, up, i, j, step, gain, state, found):
    """A neighbour on the other side whose opposite move goes best with that of (i, j); its gain, and found in place."""
    wide, long = len(parts.across_first) - 1, len(parts.along_first) - 1
    atom, best = i * wide + j, np.int64(1) << 60
    found[0] = -1
    for _ in range(TRIES):
        p, q = i, j
        if _random(state) & np.uint64(1):
            p = min(max(i + _below(state, 2 * WINDOW + 1) - WINDOW, 0), long - 1)
        else:
            q = _below(state, wide)
        other = p * wide + q
        if not movable_at[other] or up[other] == up[atom]:
            continue
        common = _shared(parts.along_first, parts.along, i, p) * _shared(parts.across_first, parts.across, j, q)
        worse = gain - 2 * step * _sum_above(parts, deviation, p, q) + step * step * (_count(parts, p, q) - 2 * common)
        if worse < best:
            best = worse
            found[0], found[1] = p, q
    return best


@njit(cache=True)
def anneal(parts, deviation, movable, movable_at, step, up, moves, seed):
    """`moves` moves from the state at hand; deviation and up in place. step: from the lower to the upper value."""
    wide = len(parts.across_first) - 1
    state = np.array([seed], np.uint64)
    found = np.zeros(2, np.int64)
    heat = WARM * step * step
    cooling = (COLD / WARM) ** (1024.0 / max(moves, 1024))
    for move in range(moves):
        if move % 1024 == 1023:
            heat *= cooling
        atom = movable[_below(state, len(movable))]
        i, j = atom // wide, atom % wide
        s = -step if up[atom] else step
        worse = 2 * s * _sum_above(parts, deviation, i, j) + s * s * _count(parts, i, j)
        if _accepted(state, worse, heat):
            _add(parts, deviation, i, j, s)
            up[atom] = not up[atom]
            continue
        worse = _partner(parts, deviation, movable_at, up, i, j, s, worse, state, found)
        if found[0] >= 0 and _accepted(state, worse, heat):
            _add(parts, deviation, i, j, s)
            _add(parts, deviation, found[0], found[1], -s)
            up[atom] = not up[atom]
            up[found[0] * wide + found[1]] = not up[found[0] * wide + found[1]]
