"""What figures of one space that differ in one field only tell of each other: sets that add up, sets inside others, sets that together cover one.

Nothing is listed. Of every group of figures that differ in one field the sets are compared as sets: what lies apart and is all of a third adds up to it
(men and women, districts and their municipality, H1 and H2, what left and what stayed), whatever tables the figures stand in. What sets leave between
them is a hidden figure (of those whose sex is unknown, say), which is not negative, and of which other fields tell more.

Example.  life sets  gebruik 0b111, uitstroom 0b001, stand 0b110:  gebruik = uitstroom + stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from celwacht.disclosure.outsider.figures import Figures
from celwacht.disclosure.outsider.meaning import PLACE
from celwacht.disclosure.outsider.rows import Rows
from celwacht.disclosure.outsider.space import LIFE, Space

MOST_PIECES = 12
"""Hidden sets between those of a group, up to which they are made figures."""
FEW = 16
"""Sets of a group up to which pairs of them are compared with a third."""

Told = tuple[tuple[int, ...], tuple[int, ...], bool]
"""(sets, sets, whether both sides are equal; else the first together are at least the second)."""


@lru_cache(maxsize=4096)
def told(sets: tuple[int, ...], pairs: bool) -> tuple[Told, ...]:
    """What these sets (ascending, different) tell of each other."""
    found: dict[Told, None] = {}
    for whole in sets:
        inside = [s for s in sets if s != whole and s and s & ~whole == 0]
        top = [s for s in inside if not any(s != t and s & ~t == 0 for t in inside)]
        by_size = sorted(inside, key=lambda s: (-s.bit_count(), s))
        for seed in top:
            cover, rest = [seed], whole & ~seed
            for s in by_size:
                if s & ~rest == 0:
                    cover.append(s)
                    rest &= ~s
            found[(whole,), tuple(sorted(cover)), rest == 0] = None
        joined = 0
        for s in top:
            joined |= s
        if joined == whole and sum(s.bit_count() for s in top) > whole.bit_count():
            found[tuple(top), (whole,), False] = None
    if pairs and len(sets) <= FEW:
        found.update(dict.fromkeys(_pairs(sets)))
    return tuple(found)


def _pairs(sets: tuple[int, ...]) -> Iterator[Told]:
    """Two sets against a third, and two that are as much as two others."""
    sums: dict[int, list[tuple[int, int]]] = {}
    for a, b in combinations([s for s in sets if s], 2):
        both = a | b
        for c in sets:
            if c not in (a, b) and c & ~both == 0 and c & ~a and c & ~b:
                yield (a, b), (c,), False
        if not a & b:
            sums.setdefault(both, []).append((a, b))
    for same in sums.values():
        for one, other in combinations(same, 2):
            if not {*one} & {*other}:
                yield one, other, True


def pieces(sets: tuple[int, ...]) -> list[int]:
    """The finest sets that these tell apart: each of them is a union of some."""
    found: list[int] = []
    for s in sets:
        rest, cut = s, []
        for p in found:
            cut += [x for x in (p & s, p & ~s) if x]
            rest &= ~p
        found = cut + ([rest] if rest else [])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Figures that differ in one field: numbers of their sets, ascending, and where they are, (groups, sets)."""

    numbers: tuple[int, ...]
    at: np.ndarray


def _groups(space: Space, name: str) -> Iterator[_Group]:
    """Every pattern of sets of one field that occurs, with all its groups."""
    j, strides = space.names().index(name), space.strides()
    own = space.figure[:, j]
    rest = space.keys() - own * strides[j]
    order = np.lexsort((own, rest))
    begin = np.flatnonzero(np.concatenate([[True], rest[order][1:] != rest[order][:-1]])) if len(order) else np.zeros(0, np.int64)
    size = np.diff(np.append(begin, len(order)))
    drawn = np.random.Generator(np.random.PCG64(len(space.axes[name].sets))).integers(1, 1 << 62, len(space.axes[name].sets))
    sign = np.add.reduceat(drawn[own[order]], begin) if len(begin) else drawn[:0]
    _, which = np.unique(sign, return_inverse=True)
    for pattern in range(int(which.max(initial=-1)) + 1):
        its = np.flatnonzero(which == pattern)
        n = int(size[its[0]])
        at = order[begin[its][:, None] + np.arange(n)]
        if n > 1:
            yield _Group(tuple(own[at[0]].tolist()), at)


def add_hidden(found: Figures) -> None:
    """Adds the figures that no table shows and that tie those it shows: what sets of a group leave between them."""
    for space in found.spaces.values():
        for name in space.names():
            if name != PLACE:
                _add_pieces(space, name)


def _add_pieces(space: Space, name: str) -> None:
    axis, j, more = space.axes[name], space.names().index(name), []
    for group in list(_groups(space, name)):
        sets = tuple(sorted(axis.sets[n] for n in group.numbers))
        new = [p for p in pieces(sets) if p not in sets]
        if name == LIFE and len(sets) <= FEW:
            new += [u for u in _unions(sets) if u not in sets]
        if 0 < len(new) <= MOST_PIECES:
            base = space.figure[group.at[:, 0]]
            for p in new:
                row = base.copy()
                row[:, j] = axis.of(p)
                more.append(row)
    if more:
        space.figure = np.unique(np.concatenate([space.figure, *more]), axis=0)


def _unions(sets: tuple[int, ...]) -> list[int]:
    """What two different pairs of sets that lie apart both make."""
    times: dict[int, int] = {}
    for a, b in combinations(sets, 2):
        if not a & b:
            times[a | b] = times.get(a | b, 0) + 1
    return [u for u, n in times.items() if n > 1]


def relations(found: Figures, rows: Rows) -> None:
    """Everything that sets of one field tell, in every space."""
    for space in found.spaces.values():
        for name in space.names():
            axis = space.axes[name]
            for group in _groups(space, name):
                column = {axis.sets[n]: k for k, n in enumerate(group.numbers)}
                at = group.at + space.first
                for left, right, equal in told(tuple(sorted(column)), name != PLACE):
                    a, b = ([column[s] for s in side] for side in (left, right))
                    if equal:
                        rows.add(at[:, a + b], [1] * len(a) + [-1] * len(b), 0, 0, f"{name}: adds up")
                    else:
                        rows.at_least(at[:, a], at[:, b], f"{name}: part of it")


def empty(found: Figures) -> np.ndarray:
    """bool: figures of an empty set, which count nobody."""
    out = np.zeros(len(found.low), bool)
    for space in found.spaces.values():
        for j, name in enumerate(space.names()):
            void = space.axes[name].number
            if 0 in void:
                out[space.first : space.first + len(space.figure)] |= space.figure[:, j] == void[0]
    return out
