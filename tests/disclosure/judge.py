"""The intruder of oracle.py, compiled: exact feasibility intervals of small publications, in whole numbers.

Unknowns x[0..n) lie in [low, high]; facts are rows least <= sum(coefficient * x) <= greatest. The least value of a
form is found by branching on one unknown at a time (the value nearest to the truth, then what lies below it, then
what lies above) and by narrowing all unknowns through all facts after each step; whatever table is found sets the
mark that the next one must beat. When nothing is left the last one is the least. Nothing of the product is used.
oracle.py, which tries value after value in plain Python, judges this judge in test_judge.py.

Every unknown needs an upper end. `end` puts it so high that a form cannot reach it within the asked distance except
through sums of many facts; where it is too low the judge is too strict, never too mild.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

import numpy as np
from numba import njit

FAR = 1 << 40
DEPTH = 512
QUICK = 3_000
"""Steps before elimination is worth its while."""


class TooLarge(Exception):
    """The search took more steps than a test can wait for."""


@dataclass(frozen=True)
class Facts:
    """Rows first[i]:first[i + 1] of (cell, coefficient), with least and greatest; bounds low and high of the
    unknowns."""

    first: np.ndarray
    cell: np.ndarray
    coefficient: np.ndarray
    least: np.ndarray
    greatest: np.ndarray
    low: np.ndarray
    high: np.ndarray


def facts(rows, low, high):
    """rows: (cells, coefficients, least or None, greatest or None)."""
    first = np.cumsum([0] + [len(r[0]) for r in rows]).astype(np.int64)
    join = [np.array([x for r in rows for x in r[i]], np.int64) for i in (0, 1)]
    return Facts(
        first,
        *join,
        np.array([-FAR if r[2] is None else r[2] for r in rows], np.int64),
        np.array([FAR if r[3] is None else r[3] for r in rows], np.int64),
        np.array(low, np.int64),
        np.array(high, np.int64),
    )


def facts_of_table(codes, shown, withheld, base, end):
    """Facts over the atoms of a printed table. codes: per dimension the list of sets of leaves. Also {place: atoms}."""
    sizes = [1 + max(max(code) for code in one) for one in codes]
    rows, atoms_of = [], {}
    for place in product(*(range(len(one)) for one in codes)):
        its = product(*(codes[i][c] for i, c in enumerate(place)))
        atoms = [int(np.ravel_multi_index(leaves, sizes)) for leaves in its]
        atoms_of[place] = atoms
        if not withheld[place]:
            p = int(shown[place])
            rows.append((atoms, [1] * len(atoms), max(p - base // 2, 0), p + (base - 1) // 2))
    n = int(np.prod(sizes))
    return facts(rows, [0] * n, [end] * n), atoms_of


def facts_of_problem(problem, pattern, end):
    """Facts over the cells of a problem under a pattern, as problem.py says in words; `end` bounds what nothing
    bounds."""
    low, high = [], []
    for i, (value, status) in enumerate(zip(problem.value.tolist(), problem.role.tolist())):
        known = [(max(int(problem.lower[i]), -end), min(int(problem.upper[i]), end))]
        if pattern[i] == 0 and status != 4:  # published, and not a hidden cell
            known.append((int(problem.printed_low[i]), int(problem.printed_high[i])))
        if status == 3:  # a structural zero
            known.append((value, value))
        low.append(max(k[0] for k in known))
        high.append(min(k[1] for k in known))
    r = problem.relations
    return Facts(
        r.first,
        r.cell.astype(np.int64),
        r.coefficient,
        np.maximum(r.least, -FAR),
        np.minimum(r.greatest, FAR),
        np.array(low, np.int64),
        np.array(high, np.int64),
    )


def interval(its, truth, form, reach, steps=2_000_000):
    """(least, greatest) of form = (cells, coefficients) over all x that satisfy the facts, looked for up to `reach`
    from the truth. TooLarge after so many steps."""
    ends = _ends(its, truth, form, reach, steps)
    if not all(sure for _, sure in ends):
        raise TooLarge
    return ends[0][0], ends[1][0]


def narrow(its, truth, forms, width, steps=2_000_000):
    """The keys of forms = {key: (cells, coefficients)} whose interval is narrower than width. A table that was found
    counts even if the search did not end; TooLarge where neither tables nor the end of the search show which it
    is."""
    found = set()
    for key, form in forms.items():
        (least, sure), (greatest, sure_too) = _ends(its, truth, form, width, steps, apart=True)
        if greatest - least < width:
            if not (sure and sure_too):
                raise TooLarge
            found.add(key)
    return found


def _ends(its, truth, form, reach, steps, apart=False):
    """[(least, whether it is sure), (greatest, ..)], looked for up to `reach` from the truth, or (apart) from each
    other."""
    cells, coefficients = (np.array(part, np.int64) for part in form)
    truth = np.array(truth, np.int64)  # a copy: read-only arrays would have the judge compiled once more
    true = int((truth[cells] * coefficients).sum())
    for patience in (QUICK, steps):
        at = [true, true]
        sure = [False, False]
        for i, sign in enumerate((1, -1)):
            enough = sign * true - reach + (true - at[0] if apart and i else 0)
            best, sure[i] = _least(
                its.first,
                its.cell,
                its.coefficient,
                its.least,
                its.greatest,
                its.low,
                its.high,
                truth,
                cells,
                sign * coefficients,
                enough,
                min(patience, steps),
            )
            at[i] = sign * int(best)
        if all(sure) or steps <= QUICK or (apart and at[1] - at[0] >= reach):
            break
        if patience == QUICK:
            its, truth, cells = combined(its, truth, cells, coefficients)
            coefficients = np.ones(1, np.int64)
    return list(zip(at, sure))


def combined(its, truth, cells, coefficients):
    """The facts with one unknown more, which is the form, and with what all exact facts together say about it: the
    same rows again after elimination (Gauss and Jordan, in fractions), the form last of all. Also truth and the
    form's cell."""
    n = len(its.low)
    rows = [
        (its.cell[a:b], its.coefficient[a:b], lo, hi)
        for a, b, lo, hi in zip(its.first, its.first[1:], its.least.tolist(), its.greatest.tolist())
    ]
    rows.append((np.r_[cells, n], np.r_[coefficients, -1], 0, 0))
    reduced: dict[int, dict[int, Fraction]] = {}  # pivot -> row; the key n + 1 is the constant
    for row_cells, row_coefficients, lo, hi in rows:
        if lo != hi:
            continue
        row = {n + 1: Fraction(-lo)}
        for c, w in zip(row_cells.tolist(), row_coefficients.tolist()):
            known = c < n and its.low[c] == its.high[c]
            at, by = (n + 1, w * int(its.low[c])) if known else (c, w)
            row[at] = row.get(at, 0) + Fraction(by)
        for pivot in list(reduced):
            _subtract(row, reduced[pivot], pivot)
        pivot = min((c for c, w in row.items() if w and c <= n), default=None)
        if pivot is not None:
            row = {c: w / row[pivot] for c, w in row.items() if w}
            for other in reduced.values():
                _subtract(other, row, pivot)
            reduced[pivot] = row
    for row in reduced.values():
        by = lcm(*(w.denominator for w in row.values()))
        keys = [c for c, w in row.items() if c <= n and w]
        rows.append((keys, [int(row[c] * by) for c in keys], *[int(-row.get(n + 1, 0) * by)] * 2))
    ends = sorted((coefficients * its.low[cells], coefficients * its.high[cells]), key=lambda e: e.sum())
    both = np.minimum(*ends).sum(), np.maximum(*ends).sum()
    value = (truth[cells] * coefficients).sum()
    return facts(rows, np.r_[its.low, both[0]], np.r_[its.high, both[1]]), np.r_[truth, value], np.array([n])


def _subtract(row, other, pivot):
    by = row.get(pivot, 0)
    if by:
        for c, w in other.items():
            row[c] = row.get(c, 0) - by * w


@njit(cache=True)
def _least(first, cell, coefficient, least, greatest, low0, high0, truth, form, weight, enough, steps):
    """(least value of the form, or the first found that is <= enough; false if steps ran out before it was sure). The
    truth must satisfy all facts."""
    n = low0.size
    low, high = np.zeros((DEPTH, n), np.int64), np.zeros((DEPTH, n), np.int64)
    turn, on, at = np.zeros(DEPTH, np.int64), np.zeros(DEPTH, np.int64), np.zeros(DEPTH, np.int64)
    best = (truth[form] * weight).sum()
    low[0], high[0] = low0, high0
    depth, fresh = 0, True
    while depth >= 0:
        if best <= enough:
            return best, True
        steps -= 1
        if steps < 0:
            return best, False
        if fresh:
            if not _narrowed(first, cell, coefficient, least, greatest, low[depth], high[depth], form, weight, best - 1):
                depth, fresh = depth - 1, False
                continue
            unknown = _smallest(low[depth], high[depth])
            if unknown < 0:
                best = (low[depth][form] * weight).sum()
                depth, fresh = depth - 1, False
                continue
            on[depth], turn[depth] = unknown, 0
            at[depth] = min(max(truth[unknown], low[depth, unknown]), high[depth, unknown])
        x, t = on[depth], at[depth]
        k = turn[depth]
        turn[depth] += 1
        if k == 3:
            depth, fresh = depth - 1, False
            continue
        if depth + 1 == DEPTH:
            return best, False
        low[depth + 1], high[depth + 1] = low[depth], high[depth]
        if k == 0:
            low[depth + 1, x] = high[depth + 1, x] = t
        elif k == 1:
            high[depth + 1, x] = t - 1
        else:
            low[depth + 1, x] = t + 1
        fresh = low[depth + 1, x] <= high[depth + 1, x]
        if fresh:
            depth += 1
    return best, True


@njit(cache=True)
def _smallest(low, high):
    """The unknown with the fewest values left, of those with more than one; -1 if all are known."""
    found, size = -1, FAR
    for i in range(low.size):
        if 0 < high[i] - low[i] < size:
            found, size = i, high[i] - low[i]
    return found


@njit(cache=True)
def _narrowed(first, cell, coefficient, least, greatest, low, high, form, weight, most):
    """Narrows low and high in place through all facts and form <= most until nothing changes; False if nothing fits."""
    changed = True
    while changed:
        changed = False
        for row in range(first.size):
            last = row == first.size - 1
            a, b = (0, form.size) if last else (first[row], first[row + 1])
            its, by = (form, weight) if last else (cell, coefficient)
            floor, ceiling = (-FAR, most) if last else (least[row], greatest[row])
            lo = hi = 0
            for i in range(a, b):
                lo += by[i] * (low[its[i]] if by[i] > 0 else high[its[i]])
                hi += by[i] * (high[its[i]] if by[i] > 0 else low[its[i]])
            if lo > ceiling or hi < floor:
                return False
            if lo >= floor and hi <= ceiling:
                continue
            for i in range(a, b):
                x, w = its[i], by[i]
                over, under = ceiling - lo, hi - floor  # how far this term may rise, sink
                if w > 0:
                    top, bottom = low[x] + over // w, high[x] - under // w
                else:
                    top, bottom = low[x] + under // -w, high[x] - over // -w
                if top < high[x]:
                    moved = w * (top - high[x])
                    if w > 0:
                        hi += moved
                    else:
                        lo += moved
                    high[x], changed = top, True
                if bottom > low[x]:
                    moved = w * (bottom - low[x])
                    if w > 0:
                        lo += moved
                    else:
                        hi += moved
                    low[x], changed = bottom, True
                if low[x] > high[x]:
                    return False
    return True
