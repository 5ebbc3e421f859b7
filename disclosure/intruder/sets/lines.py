"""Every linear fact between the cells of a set: what adds up, what is part of what, what follows over time.

Example: gebruik of the half-year 75 = uitstroom 12 + stand 63. If stand is a dot in one table, the two others give it: the line is a fact between three cells
of three tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from celwacht.disclosure.intruder.sets.moments import Moment, identities, pieces
from celwacht.disclosure.intruder.sets.space import ALLE, FILTER, MOMENTS, Cells, Family
from celwacht.disclosure.model.problem import UNBOUNDED, Relations


@dataclass(eq=False)
class Lines:
    """Lines under way: blocks of lines that look alike. cells: (m, k) positions, -1 for none; coefficients (k,)."""

    blocks: list[tuple[np.ndarray, np.ndarray, int, int, str]] = field(default_factory=list)

    def add(self, cells: np.ndarray, coefficients: Sequence[int], least: int, greatest: int, why: str) -> None:
        if len(cells):
            self.blocks.append((cells.astype(np.int64), np.array(coefficients, np.int64), least, greatest, why))

    def relations(self) -> tuple[Relations, np.ndarray, list[str]]:
        """(relations, (m,) the reason of each, reasons)."""
        sizes, cells, coefficients, low, high, why = [], [], [], [], [], []
        reasons: dict[str, int] = {}
        for at, c, least, greatest, reason in self.blocks:
            at, times = each_once(at, np.broadcast_to(c, at.shape))
            there = at >= 0
            sizes.append(there.sum(axis=1))
            cells.append(at[there])
            coefficients.append(times[there])
            low.append(np.full(len(at), least))
            high.append(np.full(len(at), greatest))
            why.append(np.full(len(at), reasons.setdefault(reason, len(reasons))))

        def joined(parts, kind):
            return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)

        first = np.concatenate([[0], np.cumsum(joined(sizes, np.int64))]).astype(np.int64)
        return (
            Relations(first, joined(cells, np.int32), joined(coefficients, np.int64), joined(low, np.int64), joined(high, np.int64)),
            joined(why, np.int32),
            list(reasons),
        )


def each_once(at: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(cells (m, k), coefficients (m, k)) of the same lines with no cell twice, -1 for none.

    Example: where a filter leaves nobody of two classes they are one cell, and total = nobody + nobody + a has it with coefficient -2.
    """
    ordered = np.sort(at, axis=1)
    rows = np.flatnonzero(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1))
    if not len(rows):
        return at, times
    at, times = at.copy(), times.copy()
    for r in rows:
        for i in np.unique(at[r][at[r] >= 0]):
            its = np.flatnonzero(at[r] == i)
            times[r, its[0]] = times[r, its].sum()
            at[r, its if times[r, its[0]] == 0 else its[1:]] = -1
    return at, times


def families(cells: Cells, offset: int, lines: Lines) -> None:
    """A class and the classes that lie in it: they add up where all are known, and are at most it where some are."""
    for f in cells.space.families.values():
        at, parts = _under(cells, f)
        some = (parts >= 0).any(axis=1)
        every = (parts >= 0).all(axis=1) & f.whole
        rows = np.where(np.column_stack([at, parts]) >= 0, np.column_stack([at, parts]) + offset, -1)
        coefficients = [1] + [-1] * len(f.parts)
        lines.add(rows[every], coefficients, 0, 0, f.why)
        lines.add(rows[some & ~every], coefficients, 0, UNBOUNDED, f"{f.why} (some parts are not shown)")


def _under(cells: Cells, f: Family) -> tuple[np.ndarray, np.ndarray]:
    """(positions of cells in the total class, (m, k) positions of the same with each part instead)."""
    weight = cells.strides[f.field]
    at = np.flatnonzero(cells.digit(f.field) == f.total)
    base = cells.key[at] - weight * f.total
    return at, np.stack([cells.at(base + weight * p) for p in f.parts], axis=1)


def totals(cells: Cells) -> list[np.ndarray]:
    """Keys of further cells: a total that no table shows at a moment at which one shows a part of it, where the total is shown at another moment (what began
    is at most what ran, whatever tables they stand in), or where all parts are shown."""
    bases, found = np.unique(cells.base()), []
    for f in cells.space.families.values():
        weight, digit = cells.strides[f.field], cells.digit(f.field)
        keys = [np.unique(cells.key[digit == p]) + weight * (f.total - p) for p in f.parts]
        new, times = np.unique(np.concatenate(keys), return_counts=True)
        wanted = np.isin(new - new % MOMENTS, bases) | (f.whole & (times == len(f.parts)))
        found.append(new[wanted & (cells.at(new) < 0)])
    return [k for k in found if len(k)]


def time_pieces(cells: Cells) -> list[np.ndarray]:
    """Keys of further cells: where tables show several moments of the same trajectories, the pieces of life between them."""
    space, found = cells.space, []
    for bases, present in _patterns(cells):
        sets = {stretches_of(cells, w): w for w in present}
        more = [space.when_of(p) for p in pieces(sets) if p not in sets]
        found += [bases + w for w in more]
    return found


def over_time(cells: Cells, offset: int, lines: Lines) -> None:
    """Trajectories: every moment is the sum of its pieces, and the identities between moments that are shown."""
    for bases, present in _patterns(cells):
        sets = {stretches_of(cells, w): w for w in present}
        cut = pieces(sets)
        whole = all(p in sets for p in cut)  # not where only some of the cells are looked at, those that moved one way, say
        for s, w in sets.items() if whole else ():
            parts = [sets[p] for p in cut if p & ~s == 0 and p != s]
            if parts:
                at = np.stack([cells.at(bases + x) for x in (w, *parts)], axis=1) + offset
                lines.add(at, [1] + [-1] * len(parts), 0, 0, "what runs when: pieces of the period")
        shown = [w for w in present if isinstance(_asked(cells, w), Moment)]
        for left, right in identities([stretches_of(cells, w) for w in shown]):
            at = np.stack([cells.at(bases + shown[i]) for i in (*left, *right)], axis=1) + offset
            why = f"{' + '.join(str(_asked(cells, shown[i])) for i in left)} = " + " + ".join(str(_asked(cells, shown[i])) for i in right)
            lines.add(at, [1] * len(left) + [-1] * len(right), 0, 0, why)
        _part_of(cells, bases, shown, offset, lines)
        _pairs(cells, bases, shown, offset, lines)


def _part_of(cells: Cells, bases: np.ndarray, shown: list[int], offset: int, lines: Lines) -> None:
    """A moment that holds another is at least as large."""
    for a in shown:
        for b in shown:
            sa, sb = stretches_of(cells, a), stretches_of(cells, b)
            if a != b and sa & ~sb == 0:
                at = np.stack([cells.at(bases + b), cells.at(bases + a)], axis=1) + offset
                lines.add(at, [1, -1], 0, UNBOUNDED, f"{_asked(cells, a)} is part of {_asked(cells, b)}")


def _pairs(cells: Cells, bases: np.ndarray, shown: list[int], offset: int, lines: Lines) -> None:
    """Two moments against a third: those that together hold it are at least as large, those apart in it at most. Where neither says
    more than one of the two by itself, or both are the same (an identity), there is no line."""
    sets = {w: stretches_of(cells, w) for w in shown}
    for a, b in combinations(shown, 2):
        for c in shown:
            x, y, z = sets[a], sets[b], sets[c]
            if c in (a, b) or (x | y == z and not x & y):
                continue
            at = np.stack([cells.at(bases + w) for w in (a, b, c)], axis=1) + offset
            names = f"{_asked(cells, a)} + {_asked(cells, b)}"
            if z & ~(x | y) == 0 and z & ~x and z & ~y:
                lines.add(at, [1, 1, -1], 0, UNBOUNDED, f"{names} is at least {_asked(cells, c)}")
            if not x & y and (x | y) & ~z == 0:
                lines.add(at, [-1, -1, 1], 0, UNBOUNDED, f"{names} is at most {_asked(cells, c)}")


def _patterns(cells: Cells) -> Iterator[tuple[np.ndarray, list[int]]]:
    """(keys without moment, numbers of the moments present) for every combination of two or more that occurs."""
    base, time = cells.base(), cells.time()
    starts = np.flatnonzero(np.concatenate([[True], base[1:] != base[:-1]]) if len(base) else np.zeros(0, bool))
    found: dict[tuple[int, ...], list[int]] = {}
    ends = np.append(starts[1:], len(base))
    for a, b in zip(starts, ends):
        found.setdefault(tuple(time[a:b]), []).append(base[a])
    for present, bases in found.items():
        if len(present) > 1:
            yield np.array(bases, np.int64), [int(w) for w in present]


def _asked(cells: Cells, when: int) -> object:
    return list(cells.space.when)[when]


def stretches_of(cells: Cells, when: int) -> int:
    """The stretches of life that a number of a moment stands for."""
    asked = _asked(cells, when)
    return cells.space.stretches[asked] if isinstance(asked, Moment) else asked


def persons_over_time(cells: Cells, offset: int, lines: Lines) -> None:
    """Persons, where no class of the last trajectory is asked: who has a trajectory in a moment has one in any that holds it, and
    those of a year are at most those of its halves together. Not for `only this class`: in a longer period a person has more."""
    free = np.ones(len(cells.key), bool)
    for name in cells.space.classes:
        if name.startswith(ALLE):
            free &= np.isin(cells.digit(name), [0, *(n for f, n in cells.space.touched if f == name)])
        elif name != FILTER:
            free &= cells.digit(name) == 0
    for bases, present in _patterns(_where(cells, free)):
        _part_of(cells, bases, present, offset, lines)
        for w in present:
            own = stretches_of(cells, w)
            inside = [v for v in present if v != w and stretches_of(cells, v) & ~own == 0]
            for v in inside:
                for u in inside:
                    if v < u and stretches_of(cells, v) | stretches_of(cells, u) == own:
                        at = np.stack([cells.at(bases + x) for x in (w, v, u)], axis=1) + offset
                        lines.add(at, [-1, 1, 1], 0, UNBOUNDED, f"{_asked(cells, w)} at most its parts together")


def _where(cells: Cells, chosen: np.ndarray) -> Cells:
    return Cells(cells.space, cells.strides, cells.key[chosen], cells.least[chosen], cells.greatest[chosen], cells.withheld[chosen])


def touched(cells: Cells, offset: int, lines: Lines) -> None:
    """Persons in every class touched: at most the whole, and the whole at most its parts together."""
    for name, of in cells.space.classes.items():
        if not name.startswith(ALLE) or name not in cells.space.everybody:
            continue
        masks = {n: cells.space.everybody[name] if v is None else v for v, n in of.items() if v is None or isinstance(v, int)}
        for total, whole in masks.items():
            inside = {n: m for n, m in masks.items() if m != whole and m & ~whole == 0}
            top = {n: m for n, m in inside.items() if not any(m != k and m & ~k == 0 for k in inside.values())}
            at, parts = _under(cells, Family(name, total, tuple(top), False, "")) if top else (np.zeros(0), None)
            for j in range(len(top)):
                pair = np.column_stack([at, parts[:, j]])[parts[:, j] >= 0]
                lines.add(pair + offset, [1, -1], 0, UNBOUNDED, "a class touched is at most the whole")
            union = 0
            for m in top.values():
                union |= m
            if top and union == whole:
                every = (parts >= 0).all(axis=1)
                lines.add(
                    np.column_stack([at, parts])[every] + offset,
                    [-1] + [1] * len(top),
                    0,
                    UNBOUNDED,
                    "the whole is at most the classes touched together",
                )
