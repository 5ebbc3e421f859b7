"""From contributions to the figures of every cell, cells that overlap included, in one pass over the contributors.

One contributor after the other: what it gives is added up in every cell that it is in, and then entered into each of
these cells once. Time and memory follow the number of contributions times the cells that each lies in; nothing is
sorted but the contributions themselves.

Example:

    >>> import numpy as np
    >>> from celwacht.disclosure.model.example import cube
    >>> from celwacht.disclosure.rules.contributions import Contributions
    >>> given = Contributions(cube().dimensions[:1], np.array([[0], [0], [1]]), np.array([1, 2, 1]), np.array([80, 20, 50]))
    >>> found = figures(given, most=2)      # contributor 1 gives 80 to a and 50 to b, contributor 2 gives 20 to a
    >>> found.value, found.top.tolist()
    (array([150, 100,  50]), [[130, 20], [80, 20], [50, 0]])
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from celwacht.disclosure.rules.contributions import Contributions, Figures
from celwacht.tables.cubes.classification import Classification
from numba import njit

MOST_CELLS = 1 << 28


def figures(contributions: Contributions, *, most: int, weights: Literal["expanded", "sampled"] = "expanded") -> Figures:
    """The figures of every cell, with the `most` largest contributions. Time: contributions times the cells each is in.

    Does not depend on the order of rows. ValueError if one contributor has two weights, or the table is too large.
    """
    c = contributions
    shape = tuple(d.n_codes for d in c.dimensions)
    size = int(np.prod(shape, dtype=np.int64))
    if size * max(most, 1) > MOST_CELLS:
        raise ValueError(f"{size:,} cells with {most} contributions each are more than fit; publish fewer levels or dimensions")
    names, first, leaf, amount, records, weight, asks = _merged(c)
    base, start, codes, widest = _all_codes_of_leaves(c.dimensions)
    out = [np.zeros(size, np.int64) for _ in range(7)]
    only, top = np.full(size, -1, np.int64), np.zeros((size, max(most, 1)), np.int64)
    top_weight = np.zeros_like(top)
    negative = _rank(
        first, leaf + base, amount, records, weight, asks, start, codes, np.array(shape, np.int64), widest, *out, only, top, top_weight
    )
    value, shadow, counted, contributors, asked = out[:5]
    alone = np.where(contributors == 1, np.append(names, -1)[only], -1)
    return Figures(
        c.dimensions,
        value,
        shadow,
        counted,
        contributors,
        alone,
        asked * c.weight_unit,
        top,
        top_weight,
        c.weight_unit,
        weights,
        bool(negative),
    )


def _codes_of_leaves(dimension: Classification) -> tuple[np.ndarray, np.ndarray]:
    """(first (n_leaves + 1,), code): the codes of each leaf, ascending."""
    leaf = np.concatenate(dimension.members).astype(np.int64)
    code = np.repeat(np.arange(dimension.n_codes), [len(m) for m in dimension.members])
    order = np.lexsort((code, leaf))
    return np.searchsorted(leaf[order], np.arange(dimension.n_leaves + 1)), code[order].astype(np.int64)


def _all_codes_of_leaves(dimensions: tuple[Classification, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """The dimensions one after another: (base of each, first, code), and the most cells that one atom lies in."""
    found = [_codes_of_leaves(d) for d in dimensions]
    base = np.concatenate([[0], np.cumsum([len(f) - 1 for f, _ in found])]).astype(np.int64)
    before = np.cumsum([0, *(len(x) for _, x in found)])
    start = np.concatenate([np.zeros(1, np.int64), *(f[1:] + b for (f, _), b in zip(found, before))])
    widest = int(np.prod([max(1, int(np.diff(f).max(initial=1))) for f, _ in found]))
    return base[:-1], start, np.concatenate([x for _, x in found]), widest


def _merged(c: Contributions) -> tuple[np.ndarray, ...]:
    """One row per contributor (or holding) and atom, contributors one after the other; first (contributors + 1,)."""
    who = c.contributor * 2 if c.holding is None else np.where(c.holding >= 0, c.holding * 2 + 1, c.contributor * 2)
    names, number = np.unique(who, return_inverse=True)
    atom = np.ravel_multi_index(tuple(c.leaf.T), tuple(d.n_leaves for d in c.dimensions)) if len(c) else number
    order = np.lexsort((atom, number))
    number, atom = number[order], atom[order]
    begins = np.flatnonzero(np.r_[True, (np.diff(number) != 0) | (np.diff(atom) != 0)])[: len(number)]

    def added(values: np.ndarray | None) -> np.ndarray:
        rows = np.ones(len(c), np.int64) if values is None else values[order].astype(np.int64)
        return np.add.reduceat(rows, begins) if len(rows) else rows

    first = np.searchsorted(number[begins], np.arange(len(names) + 1)).astype(np.int64)
    asks = np.zeros(len(names), bool)
    if c.asks is not None:
        asks[number[c.asks[order]]] = True
    weight = np.full(len(names), c.weight_unit, np.int64)
    if c.weight is not None:
        weight[number] = c.weight[order]
        if np.any(weight[number] != c.weight[order]):
            raise ValueError("a contributor has two sampling weights; number the sampled units, not the organisations")
    return names, first, c.leaf[order][begins].astype(np.int64), added(c.amount), added(c.records), weight, asks


@njit(cache=True)
def _cells_of(leaves, code_first, code, shape, place):
    """Fills `place` with the flat cells of an atom, by one leaf per dimension; returns how many."""
    n = 1
    place[0] = 0
    for d in range(len(shape)):
        low, high = code_first[leaves[d]], code_first[leaves[d] + 1]
        for j in range(high - low - 1, -1, -1):  # the first block last, for it is read until then
            for i in range(n):
                place[j * n + i] = place[i] * shape[d] + code[low + j]
        n *= high - low
    return n


@njit(cache=True)
def _enter(size, weight, top, top_weight):
    """Puts a contribution into its place among the largest; equal ones by weight."""
    at = most = len(top)
    while at > 0 and (size > top[at - 1] or (size == top[at - 1] and weight > top_weight[at - 1])):
        at -= 1
    for j in range(most - 1, at, -1):
        top[j], top_weight[j] = top[j - 1], top_weight[j - 1]
    if at < most:
        top[at], top_weight[at] = size, weight


@njit(cache=True)
def _rank(
    first,
    leaf,
    amount,
    records,
    weight,
    asks,
    code_first,
    code,
    shape,
    widest,
    value,
    shadow,
    counted,
    contributors,
    asked,
    sum_of,
    seen,
    only,
    top,
    top_weight,
):
    """Fills the arrays of Figures; contributor after contributor, each cell that it is in once. True if any gave below
    0."""
    negative = False
    place, touched = np.zeros(widest, np.int64), np.zeros(len(value), np.int64)
    for c in range(len(first) - 1):
        n_touched = 0
        for row in range(first[c], first[c + 1]):
            for cell in place[: _cells_of(leaf[row], code_first, code, shape, place)]:
                if seen[cell] != c + 1:
                    seen[cell], sum_of[cell] = c + 1, 0
                    touched[n_touched] = cell
                    n_touched += 1
                sum_of[cell] += amount[row]
                counted[cell] += records[row]
        for cell in touched[:n_touched]:
            size = abs(sum_of[cell])
            negative |= sum_of[cell] < 0
            if size == 0:
                continue
            value[cell] += sum_of[cell] * weight[c]
            shadow[cell] += size * weight[c]
            contributors[cell] += 1
            only[cell] = c
            if asks[c]:
                asked[cell] = max(asked[cell], size)
            _enter(size, weight[c], top[cell], top_weight[cell])
    return negative
