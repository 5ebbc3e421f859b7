"""Elementary moves along one dimension: what changes when a unit goes from one class to another.

Theory. A *swap* takes one unit from leaf b and puts it in leaf a: the codes that hold a but not b gain 1, those that
hold b but not a lose 1, all others (every total that holds both) stay. A *single* just adds a unit to leaf a: every
code that holds a gains 1. A *box* is the product of one move per dimension: it changes the cells in the product of the
moves' codes by +-t and leaves the rest of the cube as it is. Boxes are whole worlds: they say for every cell of the cube what it
would be. Withheld cells bear a box as far as counts stay non-negative; published cells bear it only
within their rounding interval.

Legend: code c is a position in the published codes of the dimension, a and b are positions of leaves.

Example, two leaves p and q under T. The swap of p and q: p gains 1, q loses 1, T stays. The single of p: p and T gain 1. The box swap x swap of
the table in model/example.py is {1: +t, 3: -t, 6: -t, 9: +t}, for t from -1 to 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.cubes.classification import Classification

MOST_LEAVES_A = 30  # leaves tried inside a code that has several, half of them the fullest, half any
MOST_SWAPS = 60  # swaps kept per code
MOST_CODES = 16  # codes that a move may change
RARITY = 0.25  # burden of a leaf, per factor e that it holds less than the fullest


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves of one dimension, grouped by the code that they raise.

    Moves of code c are rows first[c]:first[c+1]. Row m changes codes code[code_at[m]:code_at[m+1]] by the
    signs beside them, and leaves leaf[leaf_at[m]:leaf_at[m+1]] likewise. All int32, signs int8.
    The raised code comes first in its row, with sign +1. burden[m] >= 0 says how hard the move is to place: the
    logarithm of the number of codes, and more for leaves that hold little.
    """

    first: np.ndarray
    code_at: np.ndarray
    code: np.ndarray
    code_sign: np.ndarray
    leaf_at: np.ndarray
    leaf: np.ndarray
    leaf_sign: np.ndarray
    burden: np.ndarray


@dataclass(frozen=True, slots=True)
class _Leaves:
    """How leaves lie in codes: codes_of[a, :n_codes_of[a]] are the codes of leaf a, the rest is padding."""

    codes_of: np.ndarray
    n_codes_of: np.ndarray
    ease: np.ndarray
    """How much a leaf has to give, logarithmic, with ties broken at random."""


def moves_of(dimension: Classification, leaf_weight: np.ndarray, draw: np.random.Generator) -> Moves:
    """The most useful moves for every code of a dimension: those that change few codes, between leaves that hold much.

    leaf_weight: (n_leaves,) how many units each leaf holds; heavy leaves can give more. `draw` breaks ties, so
    that with a secret key the choice cannot be foretold.
    """
    lies = _leaves(dimension, np.log1p(leaf_weight) + 0.01 * draw.random(dimension.n_leaves))
    rows: list[tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]] = []
    first = [0]
    for c in range(dimension.n_codes):
        rows.extend(_moves_of_code(c, dimension, lies))
        first.append(len(rows))
    return _pack(rows, first, lies.ease)


def _leaves(dimension: Classification, ease: np.ndarray) -> _Leaves:
    leaf = np.concatenate(dimension.members)
    code = np.repeat(np.arange(dimension.n_codes), [len(m) for m in dimension.members])
    order = np.lexsort((code, leaf))
    leaf, code = leaf[order], code[order]
    n = np.bincount(leaf, minlength=dimension.n_leaves)
    codes_of = np.full((dimension.n_leaves, max(int(n.max()), 1)), dimension.n_codes, np.int32)
    codes_of[leaf, np.arange(len(leaf)) - np.repeat(np.cumsum(n) - n, n)] = code
    return _Leaves(codes_of, n, ease)


def _moves_of_code(c: int, dimension: Classification, lies: _Leaves):
    """Singles and swaps that raise code c, best first: (codes, signs, leaves with signs)."""
    inside = dimension.members[c]
    if len(inside) > MOST_LEAVES_A:
        inside = inside[np.argsort(-lies.ease[inside], kind="stable")]
        half = MOST_LEAVES_A // 2  # full leaves can give; small ones are withheld all round
        inside = np.r_[inside[:half], inside[half:][:: -(-len(inside[half:]) // half)]]
    found = []
    for a in inside:
        codes = lies.codes_of[a, : lies.n_codes_of[a]]
        found.append((len(codes) + 2.0, codes, np.ones(len(codes), np.int8), [(a, 1)]))
        of_a = np.zeros(dimension.n_codes + 1, bool)
        of_a[codes] = True
        others = _partners(c, codes, dimension, lies, 4 * MOST_SWAPS)
        shared = of_a[lies.codes_of[others]].sum(axis=1)
        score = len(codes) + lies.n_codes_of[others] - 2 * shared - 0.3 * lies.ease[others]
        for i in np.argsort(score, kind="stable")[: max(1, MOST_SWAPS // len(inside))]:
            changed, signs = _swap(codes, lies.codes_of[others[i], : lies.n_codes_of[others[i]]])
            found.append((score[i], changed, signs, [(a, 1), (others[i], -1)]))
    found.sort(key=lambda f: f[0])
    for _, codes, signs, leaves in found:
        if len(codes) <= MOST_CODES:
            place = int(np.flatnonzero(codes == c)[0])
            order = np.r_[place, np.delete(np.arange(len(codes)), place)]
            yield codes[order], signs[order], leaves


def _partners(c: int, codes: np.ndarray, dimension: Classification, lies: _Leaves, enough: int) -> np.ndarray:
    """Leaves outside code c, those that share the smallest codes with the leaf whose codes are given first."""
    found = np.zeros(0, np.int32)
    sizes = [len(dimension.members[k]) for k in codes]
    everything = np.arange(dimension.n_leaves, dtype=np.int32)
    for members in [dimension.members[codes[i]] for i in np.argsort(sizes, kind="stable")] + [everything]:
        new = np.setdiff1d(np.setdiff1d(members, dimension.members[c], assume_unique=True), found)
        found = np.r_[found, new[np.argsort(-lies.ease[new], kind="stable")[: enough - len(found)]]]
        if len(found) >= enough:
            break
    return found


def _swap(codes_a: np.ndarray, codes_b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(codes that change, their signs) when a unit goes from the leaf with codes_b to the leaf with codes_a."""
    gains = np.setdiff1d(codes_a, codes_b, assume_unique=True)
    loses = np.setdiff1d(codes_b, codes_a, assume_unique=True)
    return np.r_[gains, loses], np.r_[np.ones(len(gains), np.int8), -np.ones(len(loses), np.int8)]


def _pack(rows, first, ease) -> Moves:
    rarity = RARITY * (ease.max() - ease)
    lengths = [len(r[0]) for r in rows]
    leaf_lengths = [len(r[2]) for r in rows]
    return Moves(
        first=np.array(first, np.int32),
        code_at=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        code=np.concatenate([r[0] for r in rows]).astype(np.int32),
        code_sign=np.concatenate([r[1] for r in rows]).astype(np.int8),
        leaf_at=np.concatenate([[0], np.cumsum(leaf_lengths)]).astype(np.int32),
        leaf=np.array([a for r in rows for a, _ in r[2]], np.int32),
        leaf_sign=np.array([s for r in rows for _, s in r[2]], np.int8),
        burden=np.array([np.log(len(r[0])) + sum(rarity[a] for a, _ in r[2]) for r in rows]),
    )
