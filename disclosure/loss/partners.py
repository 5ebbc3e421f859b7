"""What the worlds of a certificate do to the cells of a table: how far each moves, and which answer which.

Theory. A world is a change that leaves every printed figure as it is. Along every line `total = parts` of the table
the changes add up, so that in a line in which one cell changes at least one other does. What a secondary cell gives
way to is found by following, in a world that changes it, the lines through changed cells: the sensitive cells that
lie the fewest lines away are its *partners*. (All that can be reached would say too much: independent worlds are
filed in one layer, and share lines.) Where codes overlap (distinct persons), all codes of the dimension count as one
line.

Example, on the table of model/example.py: the world {1: +3, 3: -3, 6: -3, 9: +3} joins the 3 to the 1 by row a, and the 9 to the 3 by column q: the partners of the
9 are the 1, two lines away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.model.lines import families
from celwacht.disclosure.model.problem import Relations
from celwacht.disclosure.model.worlds import Worlds
from celwacht.tables.cubes.classification import Classification
from numba import njit

ROWS = 1 << 18
"""Rows of a buffer of the kernel."""


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Sets of cells that hang together: tie t is cell[first[t]:first[t + 1]]. int64 (m + 1,), int32 (nnz,)."""

    first: np.ndarray
    cell: np.ndarray


def ties_of_relations(relations: Relations) -> Ties:
    """The relations of a problem, without their coefficients."""
    return Ties(relations.first, relations.cell)


def ties_of_lines(dimensions: tuple[Classification, ...]) -> Ties:
    """The lines of a table, along each of its dimensions; cells in C order of the codes."""
    shape = tuple(d.n_codes for d in dimensions)
    place = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
    blocks = [
        np.moveaxis(place, axis, 0).reshape(shape[axis], -1)[list(group)].T for axis, d in enumerate(dimensions) for group in _groups(d)
    ]
    lengths = np.concatenate([np.zeros(0, np.int64), *(np.full(len(b), b.shape[1]) for b in blocks)])
    return Ties(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), np.concatenate([np.zeros(0, np.int32), *(b.ravel() for b in blocks)])
    )


def _groups(dimension: Classification) -> list[tuple[int, ...]]:
    """Codes that add up: totals with their parts, and codes of several leaves with those leaves; else all codes."""
    made_up = families(dimension)
    single: dict[int, list[int]] = {}
    for c, members in enumerate(dimension.members):
        if len(members) == 1:
            single.setdefault(int(members[0]), []).append(c)
    if len(single) < dimension.n_leaves:
        return [tuple(range(dimension.n_codes))]
    done = {total for total, _ in made_up}
    groups = [(total, *parts) for total, parts in made_up]
    groups += [(c, *(single[int(leaf)][0] for leaf in m)) for c, m in enumerate(dimension.members) if len(m) > 1 and c not in done]
    return groups + [tuple(twins) for twins in single.values() if len(twins) > 1]


def cell_worlds(dimensions: tuple[Classification, ...], worlds) -> Worlds:
    """The worlds of a cube (over atoms) as changes of its cells, in C order of the codes."""
    shape = tuple(d.n_codes for d in dimensions)
    stride = np.concatenate([np.cumprod(shape[:0:-1])[::-1], [1]]).astype(np.int64)
    start, at, offset, most = [0], [np.zeros(1, np.int64)], [np.zeros(0, np.int64)], 1
    for d, step in zip(dimensions, stride):
        code, leaf = np.repeat(np.arange(d.n_codes), [len(m) for m in d.members]), np.concatenate(d.members)
        order = np.argsort(leaf, kind="stable")
        many = np.bincount(leaf, minlength=d.n_leaves)
        at.append(at[-1][-1] + np.cumsum(many))
        offset.append(code[order] * step)
        start.append(start[-1] + d.n_leaves)
        most *= max(1, int(many.max(initial=0)))
    leaves = np.array([d.n_leaves for d in dimensions], np.int64)
    return _collected(
        worlds,
        leaves,
        np.array(start, np.int64),
        np.concatenate(at).astype(np.int64),
        np.concatenate(offset).astype(np.int64),
        int(np.prod(shape)),
        most,
    )


def _collected(worlds, leaves, start, at, offset, n: int, most: int) -> Worlds:
    """The kernel's answers, buffer by buffer, in order of layer and cell."""
    rows = [a.astype(np.int64) for a in (worlds.first, worlds.unknown, worlds.difference)]
    total, seen = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    touched, place = np.empty(n, np.int64), np.empty(most, np.int64)
    found, layer = [np.zeros((0, 3), np.int64)], 0
    while layer < len(worlds):
        out = np.empty((max(n, ROWS), 3), np.int64)
        layer, filled = _expanded(*rows, leaves, start, at, offset, total, seen, touched, place, layer, out)
        found.append(out[:filled].copy())
    all_rows = np.concatenate(found)
    all_rows = all_rows[np.argsort(all_rows[:, 0] * n + all_rows[:, 1])]
    first = np.searchsorted(all_rows[:, 0], np.arange(len(worlds) + 1)).astype(np.int64)
    return Worlds(first, all_rows[:, 1].astype(np.int32), all_rows[:, 2].copy())


def reach(worlds: Worlds, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) change of each of n cells over the truth and all worlds, int64; fractions rounded to the
    truth.
    """
    least, greatest = np.zeros((2, n), np.int64)
    scale = np.repeat(worlds.scale, np.diff(worlds.first))
    change = worlds.difference.astype(np.int64)
    np.minimum.at(least, worlds.unknown, np.where(change < 0, -(-change // scale), 0))
    np.maximum.at(greatest, worlds.unknown, np.where(change > 0, change // scale, 0))
    return least, greatest


def partners(worlds: Worlds, watched: np.ndarray, sensitive: np.ndarray, ties: Ties) -> np.ndarray:
    """int32 (watched cells, n): in how many worlds a cell is among the partners of each of the watched ones.

    watched: positions, int64. sensitive: bool (n,).
    """
    n = len(sensitive)
    hits = np.zeros((len(watched), n), np.int32)
    if len(watched) and len(worlds.unknown):
        number = np.full(n, -1, np.int32)
        number[watched] = np.arange(len(watched), dtype=np.int32)
        tie = np.repeat(np.arange(len(ties.first) - 1, dtype=np.int32), np.diff(ties.first))
        order = np.argsort(ties.cell, kind="stable")
        of = np.concatenate([[0], np.cumsum(np.bincount(ties.cell, minlength=n))]).astype(np.int64)
        _hits(
            worlds.first.astype(np.int64), worlds.unknown.astype(np.int32), number, sensitive, ties.first, ties.cell, of, tie[order], hits
        )
    return hits


@njit(cache=True)
def _places(atom, leaves, start, at, offset, place):
    """Writes the flat cells of an atom into `place` (odd codes first); how many there are."""
    many = 1
    place[0] = 0
    for axis in range(len(leaves) - 1, -1, -1):
        leaf = start[axis] + atom % leaves[axis]
        atom //= leaves[axis]
        first, n = at[leaf], at[leaf + 1] - at[leaf]
        for j in range(many - 1, -1, -1):  # downwards: what is written lies beyond what is still to be read
            base = place[j]
            for k in range(n):
                place[j * n + k] = base + offset[first + k]
        many *= n
    return many


@njit(cache=True)
def _expanded(first, atom, difference, leaves, start, at, offset, total, seen, touched, place, layer, out):
    """Writes rows (layer, cell, change) into `out`, those left out whose changes cancel; (next layer, rows written)."""
    n = 0
    while layer < len(first) - 1:
        m = 0
        for row in range(first[layer], first[layer + 1]):
            for j in range(_places(atom[row], leaves, start, at, offset, place)):
                c = place[j]
                if seen[c] != layer:
                    seen[c] = layer
                    touched[m] = c
                    m += 1
                total[c] += difference[row]
        if n + m > len(out):  # does not fit: undone, and done again with an empty buffer
            for j in range(m):
                total[touched[j]], seen[touched[j]] = 0, -1
            break
        for j in range(m):
            c = touched[j]
            if total[c]:
                out[n, 0], out[n, 1], out[n, 2] = layer, c, total[c]
                n += 1
                total[c] = 0
        layer += 1
    return layer, n


@njit(cache=True)
def _hits(first, cell, number, sensitive, tie_first, tie_cell, of_first, of_tie, hits):
    """Adds to hits[k, c] one for every layer in which sensitive cell c is nearest to watched cell k, by lines."""
    n = len(number)
    layer_of, seen = np.full(n, -1, np.int32), np.full(n, -1, np.int64)
    seen_tie, queue, search = np.full(len(tie_first) - 1, -1, np.int64), np.empty(n, np.int32), 0
    for layer in range(len(first) - 1):
        rows = cell[first[layer] : first[layer + 1]]
        for c in rows:
            layer_of[c] = layer
        for c in rows:
            if number[c] < 0:
                continue
            search += 1
            queue[0], seen[c], done, many, found = c, search, 0, 1, False
            while done < many and not found:
                ring = many
                while done < ring:
                    many = _ring(queue[done], many, layer, search, layer_of, seen, seen_tie, queue, tie_first, tie_cell, of_first, of_tie)
                    done += 1
                for j in range(ring, many):
                    if sensitive[queue[j]]:
                        hits[number[c], queue[j]] += 1
                        found = True


@njit(cache=True)
def _ring(here, many, layer, search, layer_of, seen, seen_tie, queue, tie_first, tie_cell, of_first, of_tie):
    """Puts the changed cells that share a line with `here`, and were not met before, into the queue; its new length."""
    for at in range(of_first[here], of_first[here + 1]):
        tie = of_tie[at]
        if seen_tie[tie] != search:
            seen_tie[tie] = search
            for there in tie_cell[tie_first[tie] : tie_first[tie + 1]]:
                if layer_of[there] == layer and seen[there] != search:
                    seen[there] = search
                    queue[many] = there
                    many += 1
    return many
